/* method: the two-sample methods by name, what they fit, and how their number is judged: driftwatch-methods(7). */
#ifndef DW_DETECT_METHOD_H
#define DW_DETECT_METHOD_H

#include "base/err.h"
#include "data/columns/categories.h"
#include "data/columns/column.h"
#include "detect/method/bin_rule.h"
#include "kinds/preset.h"
#include "kinds/rule.h"
#include "stats/shift/share_shift.h"
#include "stats/tests/effect.h"
#include "stats/tests/twosample.h"

/* How large the difference is, whatever the method: detect/method/strength.h. */
typedef struct dw_strength {
  dw_effect size, superiority; /* NaN: not defined */
  const char *direction;       /* "up", "down", or NULL */
} dw_strength;

/* The column in the cells of the calendar that both sides have, where like is compared with like: [count] each. */
typedef struct dw_pair_cells {
  const dw_column **reference, **current; /* NULL: no row there has the column */
  uint64_t *reference_rows, *current_rows;
  size_t count;
} dw_pair_cells;

enum { DW_PAIR_FEW = 5 }; /* so many distinct numbers are categories for the default method */

/* One column on both sides, ready to be tested. */
typedef struct dw_pair {
  const char *name;
  dw_type type; /* NUMERIC, CATEGORICAL, TEXT or VECTOR */
  const dw_column *reference, *current;
  dw_categories categories;   /* of a categorical column, and of a numeric one with few values */
  bool counted;               /* categories is filled */
  const dw_pair_cells *cells; /* NULL: all rows are compared with all rows */
  bool in_segment;            /* of the rows of one segment: what was calibrated for all rows does not hold */
  size_t distinct;            /* distinct pooled values; of a numeric column at most DW_PAIR_FEW + 1 are counted */
  dw_strength strength;       /* once measured */
  bool measured;
  dw_share_shift shift; /* once asked for: dw_pair_shift */
  bool shifted;
  dw_effective effective;                  /* what the usable values are worth, for share_shift and the checks of values */
  uint64_t reference_count, current_count; /* usable values: non-missing, of the right kind */
} dw_pair;

void dw_pair_make(dw_pair *pair, const char *name, dw_type type, const dw_column *reference, const dw_column *current);
void dw_pair_free(dw_pair *pair);

/* The share that changed most; h NaN: a side has no value, or it is neither of numbers nor of categories. */
const dw_share_shift *dw_pair_shift(dw_pair *pair);

typedef struct dw_method_settings {
  dw_preset preset;
  dw_alternative alternative; /* of mannw */
  double cosine_threshold;    /* of centroid_cosine, instead of its own; NaN: none */
  size_t tests;               /* p-values of the run, which a correction takes together; 0: not known */
  unsigned deals;             /* of share_shift, at most, however many `tests` call for; 0: no bound */
  unsigned permutations;      /* for p-values by permutations; 0: 999 where a method has no other p-value, none where it has */
  uint64_t seed;              /* of the permutations */
  unsigned calibrated_deals;  /* of share_shift, as its threshold was calibrated with; 0: as many as `tests` need */
  unsigned hits;              /* of share_shift: how many end its deals; 0: DW_OMNIBUS_HITS */
  double matters;             /* of share_shift: what larger p-values are is of no interest, 1 will do; 0: all are */
  bool winsorised;            /* wasserstein and ed as their thresholds were calibrated: outliers have no part in them */
  bool ranked;                /* the caller ranks share_shift's statistics, which is the omnibus test's then: no deals, no detail */
  dw_bin_rule bins;           /* of numbers, for the distances between shares; DW_PRESET_EVIDENTLY has its own */
} dw_method_settings;

typedef struct dw_method_result {
  double statistic;
  double p_value;   /* NaN for a distance */
  double threshold; /* that holds for these samples unless the user gives one; NaN: the method's */
  double sure;      /* of a method judged by its statistic: what of it is there whatever the error of sketches; NaN: all of it */
  double undrifted; /* the statistic when nothing drifts at all: 0, 0.5 of an AUC; severity counts from there */
  bool coarse;      /* the p-value is as small as the deals that were allowed can show: more of them may show more */
  bool by_shift;    /* the share that changed most decides together with the p-value */
  bool shifted;     /* that share is `shift`, of scores that the method gave the rows: texts and vectors have no values of their own */
  dw_share_shift shift;
  double threshold_given; /* set before the call: the user's threshold, or the method's */
  dw_verdict verdict;
  bool approximate;    /* it looked at a sample of the values */
  const char *warning; /* static text; NULL when the method can be trusted at this size */
  dw_buf detail;       /* JSON object, empty: none; whoever asked frees it */
} dw_method_result;

#define DW_FITS(type) (1u << (type))

typedef dw_status dw_method_run(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err);

/* A row of kinds/method_rows.h, with what runs it. Names are unique. */
typedef struct dw_method {
  const char *name;
  unsigned types; /* those it fits: DW_FITS(…) | DW_FITS(…) */
  bool p_value;   /* judged by its p-value, otherwise by its statistic */
  dw_rule rule;
  double threshold; /* default */
  dw_method_run *run;
} dw_method;

bool dw_method_fits(const dw_method *method, dw_type type);

double dw_chance_wasserstein(const dw_pair *pair); /* how large W1 / sigma is between two normal samples of one distribution, in the mean */
/* A divergence over B bins that behaves as factor * (B - 1) * (1/n + 1/m) between two samples of one distribution. */
double dw_chance_divergence(const dw_pair *pair, double factor, size_t bins);

/* How much a column of numbers or categories drifted, whatever the method: the Jensen-Shannon divergence, in nats, less what two samples of
 * these sizes from one distribution show on average ((bins - 1)(1/n + 1/m)/8), at least 0. Where bins see less than the share that changed
 * most, in a tail or beside outliers, that of this share alone: h^2/8, less 9 (1/n + 1/m)/8. */
double dw_method_amount(dw_pair *pair, const dw_method_settings *settings);

#endif
