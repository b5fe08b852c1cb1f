/* network: what the findings of a network of canaries, the consensus of its rounds and the costs of asking say together; part of the report
 * (report/model/findings.h), whose rules about text and numbers hold here too.
 *
 *   dw_network_document(&report->network, &fields, document);    "consensus" and "asked", in whatever order they come
 *   dw_network_finish(&report->network, report);                 behind the last input: findings canary_drift of all comparisons, ordered
 *
 * Rounds are in the order of their times, where the name of each is an instant or a consensus says when it was; else in the order in which
 * the input first tells of them. Of two findings about one canary, round and method the later one holds; costs of a round that is told
 * twice are added up. A canary departs while the newest round that a method judged says so, whatever a method says that looks elsewhere; it
 * is not judged when nothing judged it in the newest round. Nothing is computed here but order, grouping and sums.
 */
#ifndef DW_REPORT_NETWORK_H
#define DW_REPORT_NETWORK_H

#include <stdint.h>

#include "base/map.h"
#include "kinds/fields.h"
#include "report/model/series.h"

struct dw_report;
struct dw_report_finding;

enum { DW_NETWORK_MATRIX = 32 }; /* canaries of a similarity matrix that are kept */

/* A canary in the consensus of a round. NaN: not said. */
typedef struct dw_network_voice {
  const char *canary;
  double weight, similarity, reference, mean_z, p_adjusted;
  bool judged, anomalous;
  const char *why; /* it was not judged; NULL: it was, or nobody says */
} dw_network_voice;

typedef struct dw_network_consensus {
  const char *round, *time, *rule, *embedding; /* "" when not given */
  double prompts, score;
  bool drift;
  dw_severity severity;
  const dw_network_voice *voice;
  size_t count;
  const double *matrix; /* of the first `kept` canaries: kept x kept, NaN where there is none; NULL: not given */
  size_t kept;
} dw_network_consensus;

typedef struct dw_network_cost {
  double rounds; /* that it is the sum of */
  double answers, errors, unasked, requests, prompt_tokens, completion_tokens;
} dw_network_cost;

typedef struct dw_network_spender {
  const char *canary;
  dw_network_cost cost;
} dw_network_spender;

/* What a method says of a canary, round by round: value is the effect, upper its margin. Only rounds that it tells of are points. */
typedef struct dw_network_line {
  size_t canary; /* of the network's */
  dw_report_series series;
  const struct dw_report_finding **finding; /* of each point */
  size_t *round;                            /* the same, as places in the network's rounds */
  bool departs;                             /* the newest round that it judged says drift, */
  size_t since, until;                      /* as all did from this point on; of the last departure where it does not depart now: */
  bool departed;                            /* there is one */
} dw_network_line;

typedef enum dw_network_state {
  DW_NETWORK_DEPARTED,
  DW_NETWORK_UNJUDGED,
  DW_NETWORK_QUARANTINED, /* set aside on purpose in the newest round, say its costs or its comparison; nothing judged it */
  DW_NETWORK_RETURNED,
  DW_NETWORK_HEALTHY
} dw_network_state;

typedef struct dw_network_canary {
  const char *name;
  dw_network_state state;
  dw_severity severity;        /* of its departure */
  const dw_network_line *line; /* its lines, the one that says most first */
  size_t line_count;
  size_t judged, departed;              /* rounds that were judged, and those of them that say drift */
  size_t since, until;                  /* rounds: first and last of the departure */
  const char *before;                   /* round of a watch's first alarm, where that is none of the rounds here; NULL: it is one */
  const struct dw_report_finding *lead; /* the finding that tells of it; NULL: none */
  const char *why;                      /* not judged; NULL: the newest round does not tell of it */
} dw_network_canary;

typedef struct dw_network {
  const char **round; /* those that were judged, in order */
  size_t round_count;
  dw_network_canary *canary; /* the departed ones first, then those not judged, set aside, back, and the rest */
  size_t canary_count;
  dw_network_consensus *consensus; /* in the order of the rounds */
  size_t consensus_count, consensus_capacity;
  dw_report_series *similarity; /* over them, by canary as above: value is the similarity, lower that of the reference */
  size_t similarity_count;
  bool asked; /* costs are known */
  dw_network_cost cost;
  dw_network_spender *spender; /* in the order of the input; none: not told by canary */
  size_t spender_count, spender_capacity;
  const char *latest;      /* name of the input that the latest of them came from */
  const char *asked_round; /* the newest one asked; NULL: not said */
  const char *const *quarantined;
  size_t quarantined_count;
  /* while reading, and to be freed */
  dw_map rounds, spenders;
} dw_network;

void dw_network_init(dw_network *network);
/* One parsed document, its errors in at->status. false: it is of another kind. */
bool dw_network_document(dw_network *network, dw_fields *at, const dw_value *document);
void dw_network_saw(dw_network *network, const char *round); /* in a finding */
void dw_network_finish(dw_network *network, struct dw_report *report);
void dw_network_free(dw_network *network);

/* --- questions that every writer asks --- */

static inline bool dw_network_any(const dw_network *network) { return network->canary_count || network->asked; }
size_t dw_network_count(const dw_network *network, dw_network_state state);
/* The newest finding of its departure that has aspects; NULL: none. */
const struct dw_report_finding *dw_network_aspects(const dw_network_canary *canary);
const dw_network_consensus *dw_network_newest(const dw_network *network); /* NULL: none */

#endif
