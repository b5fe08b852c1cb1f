/* summary: what a comparison comes to, as it is written and read (man/driftwatch-records.5, kind "summary").
 *
 * Texts and lists are not the summary's: those of one that was read are the arena's of dw_fields, or its document's; those of one that is
 * written are whoever filled it in.
 *
 * Reading is strict about what stands there, as that of findings is, and every member may be absent: a summary of another tool may say its
 * verdict alone, and those of before there were three verdicts have "drift" without "verdict". Of dw-eval's summary, which that command
 * writes itself, command and gate are read.
 */
#ifndef DW_KINDS_SUMMARY_H
#define DW_KINDS_SUMMARY_H

#include "kinds/fields.h"
#include "kinds/severity.h"

typedef enum dw_answer { DW_ANSWER_UNSAID, DW_ANSWER_DRIFT, DW_ANSWER_NO_DRIFT, DW_ANSWER_NOT_JUDGED } dw_answer;
const char *dw_answer_words(dw_answer answer); /* "drift", "no drift", "not judged"; UNSAID: NULL */

/* What the severity goes by. */
typedef enum dw_severity_rule {
  DW_SEVERITY_BY_NOTHING, /* not said, or no drift */
  DW_SEVERITY_BY_WORST,   /* the worst of what drifted */
  DW_SEVERITY_BY_SHARE    /* the share of columns that drifted */
} dw_severity_rule;

typedef struct dw_summary_severity {
  dw_severity_rule rule;
  dw_grading grading;                  /* the decisive one */
  dw_grading share;                    /* BY_SHARE: that of the share, which may not be it */
  const char *check, *column, *method; /* whose it is; check NULL: the share's */
  const char *by, *value;              /* of a finding inside a segment: by NULL: of all rows; value NULL: of the rows without one */
} dw_summary_severity;

/* A value of the column that the rows were told apart by. */
typedef struct dw_summary_segment {
  const char *value; /* NULL: the rows without one */
  size_t length;
  double reference_rows, current_rows;
  double part; /* of the drift, 0 to 1 */
  double columns, drifted;
  dw_answer answer;
  dw_severity severity;
  const char *const *drifted_columns;
  size_t drifted_column_count;
} dw_summary_segment;

/* A column by the number of its alerts. */
typedef struct dw_summary_alerts {
  const char *column;
  double count;
} dw_summary_alerts;

/* The first and the last instant of a side's records; NULL: not known. */
typedef struct dw_summary_period {
  const char *from, *to;
} dw_summary_period;

/* What has no answer: a column or a method; NULL: not said. type is of what is not compared; method and option of what is not judged. */
typedef struct dw_summary_left_out {
  const char *column, *type, *method, *reason, *option;
} dw_summary_left_out;

/* A side that was profiles. */
typedef struct dw_summary_profile {
  double profiles;    /* documents; NaN: the side was records */
  double rank_error;  /* the largest that they were made for */
  const char *digest; /* of the one, or SHA-256 over those of all in their order */
} dw_summary_profile;

typedef struct dw_summary_gate {
  const char *gate, *metric; /* "auc>=0.82"; metric NULL: not said */
  double value, threshold;
  bool passed;
} dw_summary_gate;

/* A column whose rows depend on each other, or on the hour or the weekday. */
typedef struct dw_summary_dependence {
  const char *column;
  double time, missing_time; /* autocorrelation time of its values, and of which are missing, in rows */
  double rest_time;          /* of what its cycles leave; NaN: it has none */
  bool whole_cycles;         /* the current rows cover whole ones: values are worth what rest_time says */
  double reference_values, reference_effective, current_values, current_effective; /* values, and what they are worth */
  double hour,
      weekday; /* share of the variance of the ranks that the hours of the day, and the days of the week, explain; NaN: none found */
} dw_summary_dependence;

/* Numbers that are NaN, and texts that are NULL, are not said. */
typedef struct dw_summary {
  dw_answer answer;
  bool in_words; /* of one that was read: "verdict" gives the answer, not "drift" alone */
  bool graded;   /* of one that was read: the severity is said */
  dw_severity severity;
  dw_summary_severity severity_by;
  double columns, drifted, drift_share, drift_share_threshold;
  bool dataset_drift;
  double detectable; /* the least h that would have been found in every column, with a chance of 0.8 */
  const char *const *fail_on;
  size_t fail_on_count;
  const char *const *drifted_columns;
  size_t drifted_column_count;
  const char *by; /* NULL: not by segments */
  const dw_summary_segment *segments;
  size_t segment_count;
  const char *match, *zone; /* NULL, or the cells of the calendar in which like was compared with like, and on which clock */
  double match_cells, match_reference_rows, match_current_rows; /* that both sides have, and the rows in them */
  bool chunked;                                                 /* chunk by chunk */
  double reference_chunks, current_chunks;
  const dw_summary_alerts *alerts; /* most alerts first */
  size_t alert_count;
  const char *const *warnings; /* about the chunks */
  size_t warning_count;
  const dw_summary_left_out *not_compared, *not_judged;
  size_t not_compared_count, not_judged_count;
  const char *const *quarantined; /* canaries that were left out of rounds on purpose */
  size_t quarantined_count;
  bool dependence_known; /* it was looked for, and could be seen */
  const dw_summary_dependence *dependence;
  size_t dependence_count;
  dw_summary_profile reference_profile, current_profile;
  double reference_rows, current_rows, skipped_records;
  dw_summary_period reference_period, current_period;
  const dw_buf *made_by;        /* of one that is written: stages (io/text/made_by.h) */
  const dw_value *made_by_read; /* of one that was read; NULL: not said. A seed beyond 2^53 is the nearest double */
  const char *command;          /* of one that was read; NULL: not said */
  bool gated;                   /* of one that was read: it has a gate, */
  bool gates_passed;            /* all of which passed */
  const dw_summary_gate *gates;
  size_t gate_count;
} dw_summary;

void dw_summary_init(dw_summary *summary);                                                       /* nothing is said */
void dw_summary_write(const dw_summary *summary, dw_buf *out);                                   /* one line */
void dw_summary_write_dependence(dw_json *json, const dw_summary_dependence *all, size_t count); /* its member of that name */
void dw_summary_write_severity(dw_json *json, const dw_summary_severity *by); /* its member "severity_by"; nothing where it is not said */
/* Its members "reference_period" and "current_period", where they are known. */
void dw_summary_write_periods(dw_json *json, const dw_summary_period *reference, const dw_summary_period *current);
/* What an incident says of a summary that it rests on: an object of the open list. */
void dw_summary_cite(const dw_summary *summary, dw_json *json);
/* An object of kind "summary". at has an arena. */
dw_status dw_summary_read(dw_summary *out, dw_fields *at, const dw_value *document);

#endif
