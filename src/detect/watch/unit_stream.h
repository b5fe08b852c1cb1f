/* unit_stream: a watch of one column by the period. Inside of detect/watch/sequential only.
 *
 * Rows of a day depend on each other, and on the hour; days do much less. Each period (detect/watch/units.h) is one observation: its scores
 * (detect/watch/unit_scores.h), freed from the mean of their cell of the calendar and from what they share with the period before
 * (stats/streams/succession.h), are ranked among those of the baseline and all that came since (stats/streams/conformal.h), and a bet is
 * made against these ranks being uniform (stats/streams/rank_bets.h). The scores of a column have a part of its capital each; the mean of
 * martingales is one. Where neighbouring periods resemble each other much, only scores bear that which do not grow with the distance from
 * the baseline: the others have no part then.
 */
#ifndef DW_DETECT_UNIT_STREAM_H
#define DW_DETECT_UNIT_STREAM_H

#include "base/rng.h"
#include "data/columns/column.h"
#include "detect/watch/unit_scores.h"
#include "io/text/json.h"
#include "stats/streams/conformal.h"
#include "stats/streams/rank_bets.h"
#include "stats/streams/succession.h"

enum { DW_UNIT_PARTS = 5 }; /* scores of a column, at most */

typedef struct dw_unit_part {
  dw_unit_score score;
  double weight; /* of the column's capital; all together 1 */
  dw_succession succession;
  double cell[DW_MATCH_CELLS]; /* [cells] mean of the score in each cell of the calendar; NaN: the baseline has none */
  dw_ladder ladder;
  uint64_t gaps[DW_LADDER_RUNGS + 1];
  dw_rank_bets bets;
} dw_unit_part;

typedef struct dw_unit_stream {
  dw_unit_part *part; /* [parts]; NULL: the baseline has too few periods with values, and nothing is watched */
  size_t parts, cells;
  uint64_t baseline, watched; /* periods */
  double value, highest;      /* logarithms of the capital, now and at most after any period */
  dw_match cycle;             /* of the baseline, which --match would free it from; DW_MATCH_NONE: none was seen. Not kept */
  bool varies;                /* some score has not always been the same: there is something to rank */
} dw_unit_stream;

/* What is known of the column on one side. Of numbers: number [frame->rows]; of categories: place. */
typedef struct dw_unit_side {
  const dw_units *units;
  const double *number; /* NULL: categories */
  const uint32_t *place;
} dw_unit_side;

typedef struct dw_unit_column {
  bool missing;          /* the share of rows without a value is watched, not the values */
  dw_sorted sorted;      /* of the baseline: numbers */
  const uint64_t *count; /* categories */
  size_t categories;
  uint64_t total;
} dw_unit_column;

/* What puts equal scores in order: chance, the same for the same period of the same column, in whichever look it comes. */
typedef struct dw_unit_luck {
  dw_rng_key key;
  uint32_t column;
} dw_unit_luck;

dw_unit_stream *dw_unit_stream_begin(const dw_unit_rule *rule, const dw_unit_column *column, const dw_unit_side *baseline,
                                     dw_unit_luck luck);
/* The periods in their order; those in cells that the baseline lacks are passed over. Returns how many were ranked. */
size_t dw_unit_stream_take(dw_unit_stream *stream, const dw_unit_rule *rule, const dw_unit_column *column, const dw_unit_side *side,
                           dw_unit_luck luck);
void dw_unit_stream_free(dw_unit_stream *stream);

/* From this autocorrelation on, periods that follow each other are too much alike for scores that grow with the distance from the baseline
 * (simulated with rows of autocorrelation 0.99: driftwatch-methods(7)). */
#define DW_UNIT_ALIKE 0.4

/* The autocorrelation of neighbouring periods in what counts most. */
double dw_unit_stream_phi(const dw_unit_stream *stream);

/* Members of an open object. */
void dw_unit_stream_write(const dw_unit_stream *stream, dw_json *json);
/* NULL: the document does not hold one. */
dw_unit_stream *dw_unit_stream_read(const dw_value *value, size_t cells, bool line);

#endif
