/* limits: what the user asked of a comparison: which methods and thresholds, what counts as drift. */
#ifndef DW_DETECT_LIMITS_H
#define DW_DETECT_LIMITS_H

#include "kinds/finding.h"
#include "detect/method/method.h"

typedef enum dw_correction { DW_CORRECTION_NONE, DW_CORRECTION_BONFERRONI, DW_CORRECTION_HOLM, DW_CORRECTION_BH } dw_correction;

/* One word of --method: a method for every column that it fits, or COLUMN=METHOD. */
typedef struct dw_method_choice {
  const char *column; /* NULL: all */
  const dw_method *method;
} dw_method_choice;

/* One word of --threshold: X for everything, or of a method, a check or a column. */
typedef struct dw_threshold_choice {
  const char *method, *column; /* both NULL, and no check: everything */
  bool for_check;
  dw_check check;
  double value;
} dw_threshold_choice;

/* One word of --min-effect: X for everything, or of a column. */
typedef struct dw_effect_choice {
  const char *column; /* NULL: everything */
  double value;
} dw_effect_choice;

typedef struct dw_calibrated dw_calibrated; /* detect/check/calibrated.h */

typedef struct dw_limits {
  dw_method_settings settings; /* preset, alternative */
  dw_method_choice *method;
  size_t method_count, method_capacity;
  bool every_method; /* --method all */
  dw_threshold_choice *threshold;
  size_t threshold_count, threshold_capacity;
  double alpha; /* --alpha: the threshold of all p-values; NaN: each has its own */
  dw_effect_choice *effect;
  size_t effect_count, effect_capacity;
  const dw_calibrated *calibrated; /* thresholds made for this data; NULL: none. Not owned */
  dw_correction correction;
  double drift_share;
  bool severity_by_share;                /* --severity: by the share of drifted columns; else as the worst of what drifted */
  double severity_medium, severity_high; /* these shares */
  bool check[DW_CHECKS];                 /* which checks run */
  bool fail_any, fail_share;             /* what makes exit status 1 */
  dw_severity fail_severity;             /* NONE: not asked */
  const char **fail_column;
  size_t fail_column_count, fail_column_capacity;
  dw_arena words;
} dw_limits;

/* The defaults of a preset: those of dw-compare(1), or Evidently's (column drift only, no correction, the share decides). */
void dw_limits_init(dw_limits *limits, dw_preset preset);
void dw_limits_free(dw_limits *limits);

/* The words of the options; DW_EUSAGE with what would be right. */
dw_status dw_limits_add_method(dw_limits *limits, const char *word, dw_err *err);
dw_status dw_limits_add_threshold(dw_limits *limits, const char *word, dw_err *err);
dw_status dw_limits_add_effect(dw_limits *limits, const char *word, dw_err *err); /* X, or COLUMN=X: --min-effect */
dw_status dw_limits_add_fail(dw_limits *limits, const char *word, dw_err *err);   /* the first one replaces the default */
dw_status dw_limits_set_checks(dw_limits *limits, const char *const *words, size_t count, dw_err *err);
dw_status dw_limits_set_severity(dw_limits *limits, const char *word, dw_err *err); /* "0.2,0.5" */

/* The threshold that holds for a finding of this check, column and method: the user's closest word (column, then method or check, then
 * everything), else `otherwise`. */
double dw_limits_threshold(const dw_limits *limits, dw_check check, const char *column, const char *method, double otherwise);
/* The same of a p-value: what --alpha says stands behind the words of --threshold and before `otherwise`. */
double dw_limits_level(const dw_limits *limits, dw_check check, const char *column, const char *method, double otherwise);
/* The least share shift that is drift, for a finding judged by share_shift or by a check of data quality: the user's closest word, else
 * 0.05 for the label and the score and 0.1 for all others. */
double dw_limits_effect(const dw_limits *limits, dw_check check, const char *column);
/* The methods for a column: --method all, or those named for it, or those named for all that fit, or those that the calibrated thresholds
 * are of (they are for the whole: not in a segment), or the default. *count of them (0: none fits); the caller frees. */
const dw_method **dw_limits_methods(const dw_limits *limits, const dw_pair *pair, size_t *count);
/* Does any word of --method ask for this method? */
bool dw_limits_ask(const dw_limits *limits, const char *method);
/* Does a check look at a column of this type, whose own check is `own`? Then its loss is told, also where the schema is not asked for. */
bool dw_limits_look_at(const dw_limits *limits, dw_check own, dw_type type);
bool dw_limits_fail_on(const dw_limits *limits, const char *column); /* does --fail-on column:NAME name it? */
/* By share of drifted columns: low below severity_medium, medium below severity_high, high from there. */
dw_grading dw_limits_grading(const dw_limits *limits, double drift_share);

#endif
