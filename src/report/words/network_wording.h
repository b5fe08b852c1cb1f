/* network_wording: what a network of canaries says (report/model/network.h), in words; the same in every form. See wording.h. */
#ifndef DW_REPORT_NETWORK_WORDING_H
#define DW_REPORT_NETWORK_WORDING_H

#include "base/str.h"
#include "report/model/findings.h"

/* "DRIFT, severity high: 1 of 4 canaries departs", "No drift: none of 4 canaries departs", "NOT JUDGED: 1 of 4 canaries has no answer": as
 * of the newest round. */
void dw_network_verdict(dw_buf *out, const dw_network *network);
/* The same without its first word: "1 of 4 canaries departs, 1 is not judged". */
void dw_network_counts(dw_buf *out, const dw_network *network);
dw_severity dw_network_severity(const dw_network *network); /* of those that depart */
/* "Severity as of the worst canary: canary_2."; empty where none departs */
void dw_network_severity_rule(dw_buf *out, const dw_network *network);

/* "in 3 rounds, h4 to r6" */
void dw_network_span(dw_buf *out, const dw_network *network);

/* Since when, by what, and where: "since round r5, in 2 of 3 rounds, by logprobs: effect 0.973 (mean shift of a log-probability, nats),
 * margin 0.001, p 0.012 ≤ 0.05; most on p08 and p03"; of others "not judged: …", "departed in rounds r5 to r6, …; as before since r7", "as
 * before in 3 rounds". */
void dw_network_canary_words(dw_buf *out, const dw_network *network, const dw_network_canary *canary);
/* "departed", "not judged", "back", "as before" */
const char *dw_network_state_word(dw_network_state state);

/* Those that are as before, by name, at most `most` of them: "As before: canary_1, canary_3 and canary_4". Empty where none is. */
void dw_network_healthy(dw_buf *out, const dw_network *network, size_t most);

/* "0.02 before, 0.9 now; effect 0.88, p 0.001": the figures of an aspect */
void dw_network_aspect_words(dw_buf *out, const dw_report_aspect *aspect);

/* "drift in 2 of 3 rounds, the first r5; effect 2.7e-15 to 0.973, margin 0.001" */
void dw_network_line_words(dw_buf *out, const dw_network_line *line);
/* "0.71 like the others, 0.83 in the reference; mean z -2.1, p 0.001" */
void dw_network_voice_words(dw_buf *out, const dw_network_voice *voice);
/* "drift in 1 of 4 rounds, the first r5; 0.71 to 0.84": a series of similarities */
void dw_network_series_words(dw_buf *out, const dw_report_series *series, const char *what);

/* "1,200 answers, 3 errors, 1,203 requests, 66,240 tokens of prompts, 160,566 of answers" */
void dw_network_cost_words(dw_buf *out, const dw_network_cost *cost);

#endif
