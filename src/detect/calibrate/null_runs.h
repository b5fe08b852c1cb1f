/* null_runs: what a comparison's scores are when nothing has drifted: the baseline against itself, many times.
 *
 * The question is how often a fresh sample of `rows` rows would alarm against a reference as large as the baseline. Both sides are drawn
 * again from the baseline: the reference too, since the baseline at hand is itself one sample of what it stands for, and a current sample
 * held against the very rows that it is drawn from would look closer than fresh data does (at equal sizes by a factor of about the root of
 * 2). A row is drawn with all its cells, so that columns that go together alarm together. How rows are drawn:
 *
 *   ROWS     each by itself, with replacement
 *   BLOCKS   in runs of `block` rows in time order that wrap around the end: rows that resemble their neighbours stay with them
 *   WINDOWS  current: any `rows` consecutive rows in time order; reference: all others. Cycles of any length count as they are, and it
 * takes a baseline of many windows
 *
 * Values that occur twice that way are not ties: see stats/samples/resample.h. Deterministic in the seed, for any number of threads.
 */
#ifndef DW_DETECT_NULL_RUNS_H
#define DW_DETECT_NULL_RUNS_H

#include "detect/calibrate/null_cells.h"
#include "detect/calibrate/null_order.h"
#include "detect/compare/compare.h"
#include "detect/compare/dependence.h"

typedef enum dw_null_scheme { DW_NULL_ROWS, DW_NULL_BLOCKS, DW_NULL_WINDOWS } dw_null_scheme;
extern const char *const dw_null_scheme_names[4]; /* "rows" …, NULL behind the last */

typedef struct dw_null_options {
  const dw_compare_options *compare; /* limits (methods, checks), types, label, score */
  size_t rows;                       /* of the current side; at least 1 */
  double false_alarm;                /* the rate that will be asked of the thresholds; 0: 0.05 */
  uint64_t seed;
  unsigned threads;
  bool in_time;                /* rows in the order of the frame's instants, else as they came */
  const dw_matching *matching; /* like is compared with like, in time: WINDOWS only; NULL, or by NONE: all rows with all rows */
} dw_null_options;

/* One score a run: of a method, or of a check of data quality. */
typedef struct dw_null_score {
  const char *column;
  dw_check check;
  const char *method;
  bool by_p_value, low; /* low: drift is a low score */
  bool exact;           /* an exact test: P(p <= x) <= x whatever the data, where rows do not depend on each other */
  bool ranked;          /* share_shift: the scores of rows drawn by themselves are statistics of which the lower ones are worse */
  bool winsorised;      /* outliers have no part in the score: dw_method_settings */
  double *score;        /* [runs]; NaN: no answer; 1 for a quality check with nothing to report */
} dw_null_score;

typedef struct dw_null_runs {
  struct dw_null_column *column; /* the baseline, made ready for drawing */
  size_t column_count;
  const char **left_out; /* columns that have no score */
  size_t left_out_count;
  dw_null_score *item;
  size_t count;
  size_t runs, reference_rows, rows;
  dw_null_options options;
  dw_null_scheme resampling;
  size_t block;
  size_t buffer;                   /* rows beside the current ones that the reference goes without: WINDOWS, and BLOCKS as long as a look */
  const dw_dependence *dependence; /* what was found of the rows' dependence; NULL: nobody looked. Until the thresholds are made */
  dw_null_order order;             /* of the rows; cut at gaps for the windows or blocks at hand */
  dw_null_cells cells;             /* one, where not matched */
  size_t *start;                   /* [runs] where the current rows begin, in that order; of ROWS and of several blocks: of the first */
} dw_null_runs;

/* baseline: finished, with a frame of all rows. The names in *out are the baseline's. DW_ENODATA: no rows, no column to calibrate. */
dw_status dw_null_prepare(dw_null_runs *out, const dw_dataset *baseline, const dw_null_options *options, dw_err *err);
/* The length of block that the rows' order asks for: the longest that any column does; 1: no autocorrelation was seen. */
size_t dw_null_block_length(const dw_null_runs *runs);
/* Whether the current side of each run is one stretch of rows, as a look is: WINDOWS, and BLOCKS at least as long as a look. */
bool dw_null_by_look(const dw_null_runs *runs);
bool dw_null_is_matched(const dw_null_runs *runs);
/* How many looks fit beside each other in the baseline, without a gap in any. */
size_t dw_null_looks(const dw_null_runs *runs);
/* Deals behind a p-value of share_shift in a run whose rows depend on each other: what its thresholds hold for. */
unsigned dw_null_deals(const dw_null_runs *runs);
/* So many runs, from a multiple of it on, have one drawn reference: 1, or more where a look is much smaller than the baseline. */
size_t dw_null_sharers(const dw_null_runs *runs);
/* Simulates `count` runs more. WINDOWS, BLOCKS: a window of `rows`, and of `block` rows, has a place (dw_null_order_places). */
void dw_null_simulate(dw_null_runs *runs, size_t count);
void dw_null_free(dw_null_runs *runs);

#endif
