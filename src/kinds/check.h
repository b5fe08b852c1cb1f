/* check: what a finding is about. One row a check says all that is known of it before any data; whoever asks, asks the row. */
#ifndef DW_KINDS_CHECK_H
#define DW_KINDS_CHECK_H

#include <stdbool.h>

#include "kinds/preset.h"

/* What kind of judgement it is. */
typedef enum dw_judgement {
  DW_JUDGES_FEATURE,    /* the distribution of one column that a model may read */
  DW_JUDGES_TARGET,     /* the same of the labels */
  DW_JUDGES_PREDICTION, /* the same of the scores */
  DW_JUDGES_JOINT,      /* several columns together */
  DW_JUDGES_SCHEMA,     /* which columns there are, and what they hold */
  DW_JUDGES_QUALITY,    /* missing values, categories, the range, slips of whoever writes the records */
  DW_JUDGES_MODEL,      /* scores against labels */
  DW_JUDGES_BEHAVIOR,   /* how a model behind an endpoint answers: canaries, no columns */
  DW_JUDGES_UNKNOWN     /* a check of another tool or of a later version */
} dw_judgement;

/* Which tests its p-value is corrected with, for there are many of them. */
typedef enum dw_test_family {
  DW_TESTS_NONE,   /* it is no test */
  DW_TESTS_OF_RUN, /* all of a run together: its rate of false alarms is that of one */
  DW_TESTS_BESIDE, /* with them, but at a small part of the weight: the test of the whole column sees nearly all that it sees */
  DW_TESTS_PAIRS   /* of its own: all pairs of columns, most of which have no finding */
} dw_test_family;

/* clang-format off */
#define DW_CHECK_ROWS(ROW) \
  /*  DW_CHECK_…    in documents          for people            DW_JUDGES_…  DW_TESTS_…  DW_PRESETS_… that run it */ \
  ROW(COLUMN,       "column_drift",       "Column drift",       FEATURE,     OF_RUN,     ALL) \
  ROW(EMBEDDING,    "embedding_drift",    "Embedding drift",    FEATURE,     OF_RUN,     ALL) \
  ROW(TEXT,         "text_drift",         "Text drift",         FEATURE,     OF_RUN,     ALL) \
  ROW(MULTIVARIATE, "multivariate_drift", "Multivariate drift", JOINT,       OF_RUN,     OURS_AND_NANNYML) \
  ROW(CORRELATION,  "correlation_drift",  "Correlation drift",  JOINT,       PAIRS,      OURS_AND_NANNYML) \
  ROW(SCHEMA,       "schema",             "Schema",             SCHEMA,      NONE,       OURS_AND_NANNYML) \
  ROW(MISSING,      "missing_values",     "Missing values",     QUALITY,     OF_RUN,     OURS_AND_NANNYML) \
  ROW(CATEGORIES,   "new_categories",     "New categories",     QUALITY,     BESIDE,     OURS_AND_NANNYML) \
  ROW(RANGE,        "value_range",        "Value range",        QUALITY,     BESIDE,     OURS_AND_NANNYML) \
  ROW(DATA_QUALITY, "data_quality",       "Data quality",       QUALITY,     BESIDE,     OURS_AND_NANNYML) \
  ROW(TARGET,       "target_drift",       "Target drift",       TARGET,      OF_RUN,     OURS_AND_NANNYML) \
  ROW(PREDICTION,   "prediction_drift",   "Prediction drift",   PREDICTION,  OF_RUN,     OURS_AND_NANNYML) \
  ROW(PERFORMANCE,  "performance",        "Performance",        MODEL,       OF_RUN,     OURS_AND_NANNYML) \
  ROW(CANARY,       "canary_drift",       "Canary drift",       BEHAVIOR,    OF_RUN,     NONE)
/* clang-format on */

#define DW_CHECK_ENTRY(check, name, title, judges, family, presets) DW_CHECK_##check,
typedef enum dw_check {
  DW_CHECK_ROWS(DW_CHECK_ENTRY) /* the order is that of lists for people, and means nothing */
  DW_CHECKS,
  DW_CHECK_UNKNOWN = DW_CHECKS /* in documents of other tools and later versions; nothing here writes it */
} dw_check;
#undef DW_CHECK_ENTRY

typedef struct dw_check_row {
  const char *name, *title;
  dw_judgement judges;
  dw_test_family family;
  unsigned presets;
} dw_check_row;

const dw_check_row *dw_check_of(dw_check check); /* UNKNOWN too: name and title "" */
/* The check of this name; UNKNOWN: there is none, or name is NULL. */
dw_check dw_check_named(const char *name);
bool dw_check_runs(dw_check check, dw_preset preset); /* unless the user says otherwise */
bool dw_check_is_of_columns(dw_check check);          /* a comparison of records can run it; the others are of canaries */
/* The distribution of one column, whatever the column is: a feature, the labels or the scores. */
bool dw_check_is_distribution(dw_check check);

#endif
