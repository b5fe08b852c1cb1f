/* border_rule: has the model behind an endpoint been exchanged? By border inputs, whose first token at temperature 0 is not always the
 * same: two tokens nearly tie there, and any change of the model moves the border. The published rule (ICML 2026, arXiv 2602.11083), on the
 * mean total variation between each round's answers and the reference's.
 *
 * A round deviates when its variation is more than 0.2, and more than 4 standard deviations, away from the mean of the 14 rounds that end 4
 * rounds before it (5 at least, where there are no more). Three rounds in a row that deviate are an event, dated at the first; events are
 * at least 10 rounds apart. An endpoint whose median variation over the last 14 rounds, up to and with this one, is 0.4 or more is
 * unstable, and the round is not judged: it does not deviate.
 */
#ifndef DW_STATS_BORDER_RULE_H
#define DW_STATS_BORDER_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_BORDER_FEWEST = 5 };

typedef struct dw_border_round {
  size_t before;   /* rounds that it is held to; below DW_BORDER_FEWEST: none, and mean and deviation are NaN */
  double mean, sd; /* ddof 1 */
  bool deviates;
  bool event;    /* the first of three */
  bool unstable; /* as of this round */
} dw_border_round;

/* variation[rounds]: in the order of time, each in [0, 1]. out[rounds]. */
void dw_border_rule(const double *variation, size_t rounds, dw_border_round *out);

#endif
