/* wording: what a finding says, in words; the same in every format. Plain UTF-8 text appended to a dw_buf, with names and values from
 * input as they came: the writer cleans or escapes the whole. Names that are not ASCII stand between FSI and PDI (U+2068, U+2069), so that
 * a right-to-left name does not turn the numbers behind it around.
 */
#ifndef DW_REPORT_WORDING_H
#define DW_REPORT_WORDING_H

#include "base/str.h"
#include "report/model/findings.h"

/* "Column drift", "New categories"; an unknown check gives its own name. */
const char *dw_wording_check(const char *check);

/* "Wasserstein distance, in standard deviations of the reference"; an unknown method gives its own name. */
const char *dw_wording_method(const char *method);

/* The name of a method or a check where there is little room: "share shift", "ks"; what none of ours is called stands as it is. */
void dw_wording_short(dw_buf *out, const char *name);

/* What changed: "median 33.2 → 48.1 (+45 %)", "web: 41 % → 28 %, app: 20 % → 31 %", "2 new: crypto (120), vape (3)". Empty when the
 * finding holds nothing to say it with. */
void dw_wording_change(dw_buf *out, const dw_report_finding *finding);

/* The same of a column of text: "more often: refund (0 % → 33 %), late (1 % → 30 %); less often: …". */
void dw_wording_texts(dw_buf *out, const dw_report_finding *finding);
void dw_wording_value(dw_buf *out, const char *text); /* a value from input, kept apart from the direction of what is around it */

/* The change of a number: "+45 %", or, where a ratio says nothing because zero is near or below, "+0.8 std" in standard deviations of the
 * reference (spread; NaN: not given). Nothing when there is nothing to say. */
void dw_wording_change_of(dw_buf *out, double from, double to, double spread);

/* One line for a list of checks: what changed, and the decision where that does not say it all. */
void dw_wording_line(dw_buf *out, const dw_report_finding *finding);
/* Its second half: "ks p 1e-17 < 0.05", or "ks: " and the error. */
void dw_wording_judgement(dw_buf *out, const dw_report_finding *finding);

/* The share that changed most: "42 % of the values lie below 35.9, the reference's median, instead of 50 %", "30 % of the values are web
 * instead of 41 %". Empty where it is not known, or the change says it (dw_wording_change). */
void dw_wording_shift(dw_buf *out, const dw_report_finding *finding);

/* Why it is drift or not: "0.31 ≥ 0.1", "p 1e-17 < 0.05", "0.04 < 0.1" (quiet), "p 1.2e-17 < 0.05, but h 0.03 < 0.1", or the error. */
void dw_wording_decision(dw_buf *out, const dw_report_finding *finding);

/* The two halves of a decision, for table cells. */
void dw_wording_score(dw_buf *out, const dw_report_finding *finding);
void dw_wording_limit(dw_buf *out, const dw_report_finding *finding); /* the rule that drift has to meet: "≥ 0.1" */

/* "↑ 0.29": h of the share that changed most, or the finding's own effect size; the arrow only with a direction, "–" when there is none. */
void dw_wording_effect(dw_buf *out, const dw_report_finding *finding);

/* "DRIFT, severity medium: 4 of 9 columns drifted (44 %)", "No drift: none of 9 columns drifted", "NOT JUDGED: nothing could be compared",
 * "INCOMPLETE: …". */
void dw_wording_verdict(dw_buf *out, const dw_report_section *section);
/* What drifted, in it: "performance, none of 9 columns, 2 other checks". Empty when there is nothing to count. */
void dw_wording_reasons(dw_buf *out, const dw_report_section *section);
/* "4 of 9 columns drifted (44 %)", "1 of 4 canaries departed (25 %)" */
void dw_wording_columns(dw_buf *out, const dw_report_section *section);
/* "Data set drift: no, 44 % is below the limit of 50 %. " Empty when the summary does not say. */
void dw_wording_share(dw_buf *out, const dw_report_summary *summary);
/* Behind no drift, how large a drift would have been found: " A change of h 0.21 or more would have been found in 8 of 10 cases."; empty
 * otherwise. */
void dw_wording_detectable(dw_buf *out, const dw_report_summary *summary);
/* What the verdict follows (--fail-on): "What counts as drift: data set drift or drift of amount."; empty when the summary does
 * not say. */
void dw_wording_fail_on(dw_buf *out, const dw_report_summary *summary);
/* What became of a lost column, in a word: "gone", "empty now", "text now", "other vectors now", "unusable now". */
void dw_wording_lost(dw_buf *out, const dw_report_finding *finding);
/* What has no answer: "price, ks", "price", "pca", and why: "the current data has no usable value; settled by --types price=numeric". */
void dw_wording_unjudged_name(dw_buf *out, const dw_report_unjudged *unjudged);
void dw_wording_unjudged_why(dw_buf *out, const dw_report_unjudged *unjudged);
/* "a, b, c: why; settled by ...": what stands at index and all behind it that has no answer for the same reason. Returns how many that
 * is; 0: it was said with an earlier one. */
size_t dw_wording_unjudged(dw_buf *out, const dw_report_summary *summary, size_t index);
/* The same of what was not compared, "a (identifier), b (identifier): why". */
bool dw_wording_uncompared(dw_buf *out, const dw_report_summary *summary, size_t index);
/* The action that a severity suggests: "none", "monitor", "investigate", "retrain". */
const char *dw_wording_action(dw_severity severity);
/* The same of a comparison: "investigate" at most, where it is of canaries; their models are others'. */
const char *dw_wording_action_of(const dw_report_section *section);

extern const char dw_wording_incomplete[];                                 /* the sentence for a section without its summary */
void dw_wording_not_judged(dw_buf *out, const dw_report_section *section); /* why the verdict is "not judged" */

/* "reference.ndjson → today.csv", from the inputs of the last stage; false, and nothing written, when they are not two. */
bool dw_wording_inputs(dw_buf *out, const dw_report_summary *summary);

/* "dw-compare 0.1.0 --ref a b", arguments quoted where a shell needs it. */
void dw_wording_stage(dw_buf *out, const dw_report_stage *stage);
/* "a.ndjson: 5,000 rows, 1.26 MB, digest 12ab34cd56ef" */
void dw_wording_source(dw_buf *out, const dw_report_source *source);

#endif
