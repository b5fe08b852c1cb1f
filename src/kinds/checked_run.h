/* checked_run: a check of a model's records as dw-serve writes it (man/driftwatch-records.5, kind "run"): what a program asks of it.
 *
 * Reading is strict about types, as that of other documents is, and every member may be absent: runs of earlier versions say less. Texts
 * and lists are the arena's of dw_fields. A number that is not said is NaN, a text NULL.
 */
#ifndef DW_KINDS_CHECKED_RUN_H
#define DW_KINDS_CHECKED_RUN_H

#include "kinds/fields.h"
#include "kinds/summary.h"

/* One check of a column, in short. */
typedef struct dw_checked_column {
  const char *column, *check, *method; /* method NULL: the check has none */
  double score, threshold;
  double h; /* of the share that changed most */
  bool drift;
  dw_severity severity;                   /* NONE without drift */
  double centroid_cosine, variance_ratio; /* of vectors: the cosine distance of the centroids */
} dw_checked_column;

enum { DW_CHECKED_COLUMNS = 1000 }; /* of a comparison, how many columns a run tells of */

typedef struct dw_checked_comparison {
  const char *record; /* whose: "inference" */
  double columns, drifted, drift_share;
  const dw_checked_column *column; /* checks of one column stand side by side */
  size_t column_count;
  double left_out; /* columns that were judged and are not told of */
} dw_checked_comparison;

/* Of "checks" and "alerts", by the check's word. */
typedef struct dw_checked_part {
  const char *check;
  bool judged, drift; /* of checks */
  bool open;          /* of alerts, and all that follows the severity */
  dw_severity severity;
  double failing, passing;      /* checks in a row */
  int64_t since, until;         /* INT64_MIN: not said, as the next three */
  int64_t closed, acknowledged; /* when */
  int64_t told;                 /* when receivers were told last */
  const char *who, *why;        /* of who acknowledged it; NULL: not said */
} dw_checked_part;

/* A rate, or the fall of a metric, over days. */
typedef struct dw_checked_rate {
  double value, limit, rows, known;
  const char *metric; /* of a fall: "accuracy" or "feedback" */
  double now, before;
  double rows_before, known_before;
  double least; /* the value now below which it is drift */
} dw_checked_rate;

typedef struct dw_checked_period {
  int64_t from, to; /* INT64_MIN: not said */
} dw_checked_period;

typedef struct dw_checked_run {
  const char *model;
  int64_t time; /* INT64_MIN: not said */
  dw_answer answer;
  dw_severity severity;
  const char *reason; /* why it was not judged; NULL: it was */
  const char *rule;   /* "seed": what follows of the confidence decides; NULL: not said */
  dw_checked_period window;
  double rows, strays;             /* strays: came too late or too early for it */
  const char *baseline;            /* its rule, as it was given */
  const dw_checked_period *period; /* of the baseline */
  size_t period_count;
  double baseline_rows;
  double drifted; /* columns of all comparisons */
  const char *const *top;
  size_t top_count;
  double kl_divergence, cosine_similarity; /* of the confidence's histograms */
  bool alarm;                              /* by these two */
  double seed_baseline_rows, seed_rows;    /* that have a confidence */
  int64_t silent_since;                    /* only a document "watch" says */
  dw_checked_part *part, *alert;
  size_t part_count, alert_count;
  dw_checked_rate refusal, toxicity, accuracy; /* of the members of "behaviour" */
  dw_checked_comparison *comparison;
  size_t comparison_count;
} dw_checked_run;

void dw_checked_run_init(dw_checked_run *run); /* nothing is said */
/* An object of kind "run". at has an arena. */
dw_status dw_checked_run_read(dw_checked_run *out, dw_fields *at, const dw_value *document);

/* What stands in front of a run and says more of one of its checks: kind "watch". Runs of earlier versions leave rates to it. */
typedef struct dw_checked_watch {
  const char *check, *model;
  dw_checked_rate rate;
  int64_t since; /* of silence; INT64_MIN: not said */
} dw_checked_watch;

dw_status dw_checked_watch_read(dw_checked_watch *out, dw_fields *at, const dw_value *document);
void dw_checked_run_take(dw_checked_run *run, const dw_checked_watch *watch); /* what the run does not say itself */
/* The rate that a check looks at, by its word; NULL: it looks at none. */
const dw_checked_rate *dw_checked_run_rate(const dw_checked_run *run, const char *check);

void dw_checked_column_init(dw_checked_column *column);
void dw_checked_column_write(const dw_checked_column *column, dw_json *json); /* an object of the open list */

#endif
