/* canary_comparison: every canary of a network, round by round, held against its own past.
 *
 *   dw_canary_comparison result;
 *   dw_canary_compare(&result, book, &settings);
 *   … result.line: an answer a canary, round and method; result.canary: what it comes to …
 *   dw_canary_comparison_free(&result);
 *
 * p-values are adjusted over all of them together (Holm): the rate of false alarms is that of the run, rounds and canaries and methods. A
 * line is drift when its adjusted p-value is at most alpha and its effect above the margin. A canary that is not judged in a round, because
 * it failed or is not there, has a line that says so: what was not judged does not pass. Nor is one judged whose answers, or deals, are so
 * few that no p-value could be small enough. One that was quarantined in a round has a line
 * too, and the others decide; where there are no others, nothing was judged.
 *
 * With a watch (canary_watch.h) rounds are looks of many, and adjusted p-values and alarms are those of its streams.
 */
#ifndef DW_CANARY_CANARY_COMPARISON_H
#define DW_CANARY_CANARY_COMPARISON_H

#include "canary/judge/canary_margins.h"
#include "canary/judge/canary_watch.h"
#include "canary/judge/canary_rules.h"
#include "canary/judge/consensus_judge.h"
#include "kinds/severity.h"
#include "kinds/summary.h"
#include "stats/answers/border_rule.h"

typedef struct dw_canary_settings {
  bool ask[DW_CANARY_METHODS];      /* which methods; none: the one that dw_canary_method_for names, of each canary */
  const dw_canary_margins *margins; /* NULL, or where it has none: the method's own */
  dw_canary_rule rule;              /* seed: the consensus alone is asked for; published: border alone */
  double alpha;
  unsigned permutations; /* 0: as many as let one canary, method and round be seen after the correction, 1,000 at least */
  const dw_word_list *words[DW_WORD_KINDS];
  bool latency;
  dw_canary_units units;
  size_t length, tokens, memory, block; /* as of dw_canary_how and dw_pairing_choice */
  uint64_t seed;
  unsigned threads;
  dw_canary_watch *watch; /* looks of many, by whose streams lines are judged; NULL: rounds by themselves */
} dw_canary_settings;

enum { DW_CANARY_PERMUTATIONS_MOST = 100000 };

typedef struct dw_canary_line {
  uint32_t canary, round; /* of the book; round of its current side */
  dw_canary_method method;
  const char *chosen; /* why it is this method; NULL: it was asked for */
  dw_canary_found found;
  double p_adjusted, margin;
  double least_p;       /* that there could have been, whatever the answers */
  bool calibrated;      /* the margin is of this canary's healthy rounds, */
  uint64_t margin_took; /* which were held against so many answers, or more; 0: not known */
  bool drift;
  bool idle; /* by the rule it has no answer, and a later round of the canary has one (canary_rules.h) */
  dw_severity severity;
  dw_grading grading;     /* by which; of drift */
  dw_border_round border; /* rule published */
  size_t answers[2], failed[2];
  dw_canary_standing standing; /* with a watch */
  bool quarantined;            /* it was not asked on purpose: not judged, and no reason for the run to be without an answer */
  bool otherwise;              /* answers were asked by a config that the reference does not know */
  size_t unpaired;             /* prompts that one side alone answered: they are in no test but that of failures */
} dw_canary_line;

typedef struct dw_canary_state {
  dw_answer answer;     /* over its rounds: drift in any; else not judged in any; else no drift; UNSAID: quarantined in all of them */
  dw_severity severity; /* the worst */
  size_t rounds, drifted, quarantined;
  uint32_t since; /* the first round with drift; DW_MAP_NONE: none */
} dw_canary_state;

typedef struct dw_canary_comparison {
  dw_canary_line *line; /* by round, canary and method */
  size_t count;
  dw_canary_state *canary;    /* [canaries of the book] */
  uint32_t *round;            /* [rounds] of the current side, in the order of their first answers' times */
  int64_t *began;             /* [rounds] in the same order: their first answers' times; 0: not known */
  dw_consensus_sight **sight; /* [rounds of the book] of the network; NULL: the consensus was not asked for */
  size_t rounds;
  unsigned permutations;
  dw_answer answer;
  dw_severity severity;
} dw_canary_comparison;

void dw_canary_compare(dw_canary_comparison *out, const dw_answer_book *book, const dw_canary_settings *settings);
void dw_canary_comparison_free(dw_canary_comparison *comparison);

#endif
