/* findings: the documents that dw-compare, dw-eval, dw-heal and dw-serve write, as a model for rendering.
 *
 *   dw_report *report = dw_findings_new();
 *   dw_findings_read(report, "-", err);          any number of inputs, in order
 *   dw_findings_finish(report);
 *   … render …
 *   dw_findings_free(report);
 *
 * A section is one comparison: the findings up to a summary, with that summary. Findings that no summary follows (at the end of an
 * input, too) make a section that is incomplete, and so does an input without any document. What dw-heal and dw-eval write is in control
 * (report/model/control.h); an input that holds only that has no section, and neither has one that holds only runs of dw-serve. Of several
 * runs of a model only the comparisons of the newest are sections (report/model/run_history.h). Documents of other kinds are counted and
 * passed over. Text is NUL-terminated UTF-8, owned by the report, and may hold anything: writers escape it. A number that is absent or null
 * is NaN. Nothing is computed here but order and grouping.
 */
#ifndef DW_REPORT_FINDINGS_H
#define DW_REPORT_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "kinds/checked_run.h"
#include "kinds/shift.h"
#include "kinds/summary.h"
#include "report/model/control.h"
#include "report/model/network.h"
#include "report/model/series.h"

typedef struct dw_report_quantile {
  double at; /* 0..1 */
  double value;
} dw_report_quantile;

typedef struct dw_report_category {
  const char *value;
  double count;
} dw_report_category;

/* One side (reference or current) of a finding. */
typedef struct dw_report_side {
  bool given;
  double count, missing, infinite, share, distinct; /* share: of missing values */
  double mean, std, min, max;
  double sampled; /* of texts: how many; mean to max and the histogram are then of their lengths */
  /* of vectors; mean to max and the histogram are then positions on the line between the centroids */
  double dimension, norm_mean, norm_std;
  double value, low, high;             /* of a performance metric, with its interval */
  double other;                        /* rows in categories that are not listed */
  const dw_report_quantile *quantiles; /* ascending */
  size_t quantile_count;
  const double *edges; /* bins + 1, ascending; the outer two may be NaN: open */
  const double *counts;
  size_t bins;
  const dw_report_category *categories;
  size_t category_count;
} dw_report_side;

/* A column by which current rows can be told from reference rows. */
typedef struct dw_report_feature {
  const char *column;
  double importance, gain_share;
} dw_report_feature;

/* A word of text_drift: the shares of the texts that have it. */
typedef struct dw_report_word {
  const char *word;
  double reference, current;
} dw_report_word;

/* A bin or category that carries a part of a finding's statistic. */
typedef struct dw_report_part {
  const char *category;      /* NULL: a bin */
  double low, high;          /* of a bin */
  double reference, current; /* shares */
  double share;              /* of the statistic */
} dw_report_part;

/* What one side of a column of text has more of than the other. */
typedef struct dw_report_texts {
  const dw_report_word *words;
  size_t word_count;
  const char *const *examples; /* whole texts, most typical first */
  size_t example_count;
} dw_report_texts;

/* Of one side: values of a column of numbers that are none. */
typedef struct dw_report_stray {
  const char *value;
  double line; /* of the input; NaN: not known */
} dw_report_stray;

typedef struct dw_report_strays {
  double count;
  const dw_report_stray *first; /* the first `listed` of them */
  size_t listed;
} dw_report_strays;

/* A category that is written like another one but for case and blanks: rows of either side. */
typedef struct dw_report_variant {
  const char *value, *like;
  double reference, current;
} dw_report_variant;

/* A column whose name is like others but for case and blanks: who has it. */
typedef struct dw_report_name {
  const char *name;
  bool reference, current;
} dw_report_name;

/* Of one side: records that repeat another one, of all its rows; comparable: the share that as many rows of it as the other side has at
 * most would have. */
typedef struct dw_report_repeats {
  double rows, duplicates, share, comparable;
} dw_report_repeats;

/* A prompt of canary_drift, and an answer of each side; NULL: there is none. */
typedef struct dw_report_shown {
  const char *prompt, *prompt_text, *reference, *current;
} dw_report_shown;

/* A part of what method behavior looks at: shares, means or medians of both sides. NaN: not known, or not judged. */
typedef struct dw_report_aspect {
  const char *name, *value; /* value: of which the numbers are; NULL: none */
  double reference, current, p_value, effect;
} dw_report_aspect;

typedef struct dw_report_finding {
  const char *check, *column, *type, *method, *rule; /* "" when not given */
  const char *direction, *warning, *error;           /* NULL when not given */
  const char *segment;                               /* of findings inside a segment: its value; NULL: the rows without one */
  double statistic, p_value, p_adjusted, score, threshold, effect_size, rank_error;
  double effect_low, effect_high; /* 95 % interval of effect_size; NaN: none */
  dw_shift shift;                 /* the share that changed most */
  bool drift, approximate;
  dw_severity severity;
  dw_report_side reference, current;
  /* of detail */
  const char *change;                         /* schema, data_quality: what it is */
  const char *type_before, *type_now;         /* schema */
  bool lost;                                  /* the current data lost the column, */
  double components_before, components_now;   /* of vectors that are others now; NAN otherwise */
  const char *renamed;                        /* which may have this name now; "": none is near */
  dw_report_strays strays_before, strays_now; /* data_quality */
  const dw_report_variant *variants;          /* those that the reference never had first */
  size_t variants_listed;
  double variant_count, variants_new;
  const dw_report_name *names;
  size_t names_alike;
  dw_report_repeats repeats_before, repeats_now;
  const dw_report_category *appeared, *vanished; /* new_categories */
  size_t appeared_listed, vanished_listed;
  double appeared_count, vanished_count;
  double centroid_cosine, centroid_shift, variance_ratio; /* vectors */
  const dw_report_feature *features;                      /* multivariate_drift: what gives the sides away, the most first */
  size_t feature_count;
  const char *pair[2], *measure; /* correlation_drift of one pair; NULL otherwise */
  double pair_reference, pair_current;
  double pairs, pairs_drifted;                     /* correlation_drift of all pairs; NaN otherwise */
  const char *const *matrix;                       /* of those: columns whose pairs are all known, */
  size_t matrix_count;                             /* at most DW_FINDINGS_MATRIX, and both sides of each pair: */
  const double *matrix_reference, *matrix_current; /* (0,1) (0,2) … (1,2) …; NaN: not tested */
  dw_report_texts of_reference, of_current;        /* texts */
  const dw_report_part *parts;                     /* where the difference is, the largest first */
  size_t part_count;
  double below, above, low, high;  /* value_range: rows outside [low, high] */
  double looks, alarm_look;        /* of a sequential watch: so far, and that of the first alarm, from 1 */
  const char *alarm_time, *unit;   /* NULL: none; by the row */
  const char *round, *effect_is;   /* canary_drift: of which round; what its effect is, in words. "" otherwise */
  const char *alarm_round;         /* canary_drift: of a watch, the round of its first alarm; "" otherwise */
  double effect, margin;           /* canary_drift; NaN otherwise */
  const char *aspect;              /* canary_drift: of behavior; "" otherwise */
  const dw_report_shown *shown;    /* canary_drift: where it shows most; texts are cut behind DW_FINDINGS_TEXT bytes */
  size_t shown_count;              /* at most DW_FINDINGS_SHOWN */
  const dw_report_aspect *aspects; /* canary_drift: of behavior, the first DW_FINDINGS_ASPECTS */
  size_t aspect_count, aspect_total;
  const char *detail; /* the whole of it as JSON, NULL when not given */
  size_t next;        /* index of the next finding of the same column, SIZE_MAX at the end */
} dw_report_finding;

/* A column with its findings, in the order of the input. */
typedef struct dw_report_column {
  const char *name;           /* "" for findings about the whole data set */
  size_t first;               /* index of a finding */
  size_t lead;                /* the finding that stands for the column: a distribution check before the others, then the worst */
  size_t picture;             /* the finding with a histogram or categories of both sides; SIZE_MAX when there is none */
  size_t count;               /* of findings */
  bool drift;                 /* of any finding */
  bool shape_drift;           /* of a distribution check */
  dw_severity severity;       /* the highest of its drifted findings */
  dw_severity shape_severity; /* the same of its distribution checks */
  double importance;          /* to a model, 0 to 1; NaN: not known (report/model/weights.h) */
} dw_report_column;

/* A value of the column that the rows were told apart by (dw-compare --by). */
typedef struct dw_report_segment {
  const char *value; /* NULL: the rows without one */
  double reference_rows, current_rows, columns, drifted;
  double part; /* of the drift, 0 to 1 */
  dw_severity severity;
  bool not_judged; /* nothing inside has an answer */
} dw_report_segment;

typedef struct dw_report_uncompared {
  const char *column, *type, *reason;
} dw_report_uncompared;

/* What should have been judged and has no answer. */
typedef struct dw_report_unjudged {
  const char *column, *method; /* "": all columns together; no method looked at it */
  const char *reason;
  const char *option; /* what settles it; "": no option does */
} dw_report_unjudged;

typedef struct dw_report_source {
  const char *name, *digest; /* "" when not given */
  double rows, bytes;
} dw_report_source;

typedef struct dw_report_stage {
  const char *command, *version;
  double seed;
  const char *const *arguments;
  size_t argument_count;
  const dw_report_source *inputs;
  size_t input_count;
} dw_report_stage;

typedef struct dw_report_summary {
  bool given;
  bool drift, dataset_drift;
  bool not_judged; /* neither drift nor no drift: nothing was judged, or not what was asked for by name */
  dw_severity severity;
  dw_summary_severity severity_by;
  double columns, drifted, drift_share, drift_share_threshold;
  double detectable; /* the least h that would have been found in every column, with a chance of 0.8; NaN: not said */
  double reference_rows, current_rows, skipped_records;
  dw_summary_period reference_period, current_period;
  const char *const *fail_on; /* what was to count as drift */
  size_t fail_on_count;
  const char *const *drifted_columns;
  size_t drifted_column_count;
  const char *const *quarantined; /* canaries that were left out of rounds on purpose */
  size_t quarantined_count;
  const char *match, *zone; /* the cells of the calendar that like was compared with like in, and their clock; NULL: all rows with all */
  double match_cells, match_reference_rows, match_current_rows;
  const char *by; /* the column of the segments; NULL: none */
  const dw_report_segment *segments;
  size_t segment_count;
  const dw_report_uncompared *uncompared;
  size_t uncompared_count;
  const dw_report_unjudged *unjudged;
  size_t unjudged_count;
  bool dependence_known; /* rows were looked at in time */
  const dw_summary_dependence *dependence;
  size_t dependence_count;
  const dw_report_stage *stages;
  size_t stage_count;
  const char *made_by; /* JSON of the stages as they came, "[]" when not given */
} dw_report_summary;

typedef struct dw_report_section {
  const char *source; /* name of the input that it came from */
  dw_report_finding *findings;
  size_t count, capacity;
  dw_report_finding *inside; /* findings inside segments; those above are about all rows */
  size_t inside_count, inside_capacity;
  dw_report_chunks chunks; /* findings about chunks */
  dw_report_column
      *columns; /* the worst first: severity of distribution checks, of all checks, how far the score is past its threshold, input order */
  size_t column_count;
  bool weighed;                           /* columns have their importance to a model; */
  double weighed_drift, weighed_compared; /* what the columns that drifted, and all that were compared, are worth to it */
  dw_report_summary summary;              /* summary.given is false: incomplete */
  bool of_run;                            /* a run of dw-serve says what it came to, */
  size_t run;                             /* this one of the report's */
} dw_report_section;

/* A run of dw-serve. */
typedef struct dw_report_checked {
  dw_checked_run run;
  const char *source;                 /* name of the input that it came from */
  bool alone;                         /* its comparisons do not stand in front of it: */
  const dw_report_summary *summaries; /* what is known of them */
  size_t summary_count;
  const char *made_by; /* JSON of the stages as they came, "[]" when not given */
} dw_report_checked;

/* The runs of a model, as indices of the report's runs; the last is the newest, and its verdict is the model's. */
typedef struct dw_report_history {
  const char *model; /* "": not said */
  const size_t *runs;
  size_t count;
} dw_report_history;

typedef struct dw_report {
  dw_report_section *sections;
  size_t count, capacity;
  dw_report_checked *runs; /* in the order of the input */
  size_t run_count, run_capacity;
  const dw_report_history *histories; /* by model, in the order of the input */
  size_t history_count;
  dw_checked_watch *watches; /* of the input at work, and no run behind them yet */
  size_t watch_count, watch_capacity;
  dw_network network;              /* canaries: what all comparisons say of them together */
  dw_control control;              /* runs of dw-heal, evaluations of dw-eval */
  uint64_t ignored;                /* documents of other kinds */
  bool complete;                   /* every section and evaluation has its summary, every run its plan or release */
  dw_arena arena;                  /* all text and arrays */
  struct dw_findings_input *input; /* reading state */
} dw_report;

dw_report *dw_findings_new(void);
void dw_findings_free(dw_report *report); /* NULL is fine */

/* One whole input by path ("-": standard input), plain or compressed. DW_EDATA with the line for what is not a finding or summary as
 * specified in driftwatch-records(5), and for an input that has documents of dw-detect, dw-profile or dw-calibrate and nothing to show. */
dw_status dw_findings_read(dw_report *report, const char *path, dw_err *err);

/* The same in pieces of any size: begin(name), add…, end. */
void dw_findings_begin(dw_report *report, const char *name);
dw_status dw_findings_add(dw_report *report, const char *bytes, size_t length, dw_err *err);
dw_status dw_findings_end(dw_report *report, dw_err *err);

/* Groups and orders; after the last input, before rendering. */
void dw_findings_finish(dw_report *report);

/* Limits: bytes of a document, bins of a histogram; what is kept of a canary's prompts: how many, and bytes of a text; its aspects. */
enum {
  DW_FINDINGS_LINE = 64 << 20,
  DW_FINDINGS_BINS = 65536,
  DW_FINDINGS_SHOWN = 6,
  DW_FINDINGS_TEXT = 2000,
  DW_FINDINGS_ASPECTS = 24,
  DW_FINDINGS_MATRIX = 64
};

/* Between findings.c and findings_document.c: the section that the next document belongs to; one parsed document into the model (the
 * caller keeps document). */
dw_report_section *dw_findings_section(dw_report *report);
dw_report_section *dw_findings_section_add(dw_report *report, const char *source); /* and run_history.c */
void dw_findings_section_free(dw_report_section *section);
struct dw_value;
dw_status dw_findings_document(dw_report *report, const struct dw_value *document, const char *name, uint64_t line, dw_err *err);

/* --- questions that every writer asks --- */

double dw_report_quantile_of(const dw_report_side *side, double at); /* NaN when not given */
/* of one column: column_, embedding_, text_, target_ and prediction_drift */
bool dw_report_is_shape(const dw_report_finding *finding);
bool dw_report_of_segment(const dw_report_finding *finding, const dw_report_segment *segment); /* of those in section.inside */
bool dw_report_is_performance(const dw_report_finding *finding);
bool dw_report_is_told(
    const dw_report_finding *finding); /* not only by --all: drift, an error, a warning, stray values, new ways of writing */
/* shown among the checks: none of these two, not of a lost column, and not of a canary (report/model/network.h) */
bool dw_report_is_other(const dw_report_finding *finding);
bool dw_report_of_canaries(const dw_report_section *section); /* its findings are of canaries, all of them */
size_t dw_report_lost(const dw_report_section *section);      /* how many columns the current data lost */
bool dw_report_is_joint(const dw_report_finding *finding);    /* of several columns together: multivariate_drift, correlation_drift */
/* How far the score is past its threshold, for order only: 1 at the threshold, more beyond it; 0 when there is no score. */
double dw_report_excess(const dw_report_finding *finding);

#endif
