/* compare: two datasets in, findings and a verdict out. */
#ifndef DW_DETECT_COMPARE_H
#define DW_DETECT_COMPARE_H

#include "data/datasets/dataset.h"
#include "data/datasets/selection.h"
#include "detect/check/checks.h"
#include "kinds/finding.h"
#include "detect/check/limits.h"
#include "detect/method/portrait.h"
#include "detect/watch/sequential.h"

/* NAME=TYPE of --types; the name may hold * and ?, which match unless `literal`. */
typedef struct dw_type_choice {
  const char *column;
  dw_type type;
  bool literal;
  bool told; /* by a profile, that was made so, and not by the user */
} dw_type_choice;

typedef struct dw_compare_options {
  const dw_limits *limits;
  const char *label, *score;     /* NULL: none */
  const char *by;                /* NULL, or the column that both datasets are gathered apart by */
  bool matched;                  /* both are gathered apart by the calendar: like is compared with like (data/datasets/matching.h) */
  const char *time;              /* NULL, or the column of instants, which pass: of the type datetime unless `type` has it */
  bool time_text;                /* it is to be read as text */
  const struct dw_marks *marks;  /* --missing; NULL: the usual marks */
  int decimal;                   /* dw_decimal (io/record/dialect.h): what stands before decimals in texts, too */
  const dw_selection *selection; /* which columns are wanted, and which the user named; NULL: all, and none */
  const dw_type_choice *type;
  size_t type_count;
  dw_patterns require;       /* names of columns that have to be judged (detect/compare/unjudged.h) */
  size_t min_columns;        /* so many have to be, whichever */
  unsigned multivariate;     /* DW_JOINT_… of detect/joint/joint.h: methods for all columns together; the datasets keep frames */
  dw_sequential *sequential; /* NULL, or the watch that goes on with this look: dw_sequential_check tells whether it could */
  const struct dw_dependence *dependence; /* NULL, or what rows of the reference are worth; the tests take both sides as that many */
  bool repeats;                           /* records that occur several times are asked for (dw_dataset_options.repeats) */
  size_t family;                          /* how many comparisons are corrected together; 0: this one */
  unsigned threads;
  const struct dw_notices *notices; /* who hears how far the columns have come; NULL: nobody */
} dw_compare_options;

/* A column, or a method, without an answer, and why. Left out by its nature (an identifier, instants, no value on either side), or
 * unjudged: it should have been judged, and "no drift" does not speak of it. */
typedef struct dw_left_out {
  const char *column; /* NULL: all of them together */
  dw_type type;
  const char *reason;
  const char *option; /* what settles it, such as "--types price=numeric"; NULL: no option does */
  bool unjudged;
  const char *method; /* NULL: no method looked at it */
} dw_left_out;

/* The comparison inside one segment. */
typedef struct dw_segment dw_segment;

typedef struct dw_comparison {
  dw_finding *finding; /* in order: by column as the reference has them, new ones last; performance at the end */
  size_t finding_count;
  dw_left_out *left_out;
  size_t left_out_count, left_out_capacity;
  dw_arena words;        /* texts of left_out that nobody else has */
  dw_portrait *portrait; /* one a column; findings point into them */
  size_t portrait_count;
  const char *by;      /* the column of the segments; NULL: none */
  dw_segment *segment; /* with --by: those that both sides have, the largest part of the drift first; NULL: none */
  size_t segment_count;
  size_t cells;               /* matched: that both sides have, */
  uint64_t cell_rows[2];      /* and the rows in them */
  struct dw_chunked *chunked; /* chunk by chunk: detect/chunked/chunked.h; NULL: all rows at once */
  size_t without_finding;     /* tests that had nothing to report: p = 1 */
  size_t columns;             /* compared: with at least one column_drift finding */
  size_t drifted;             /* of those */
  const char **drifted_column;
  double drift_share; /* drifted / columns; 0 when none were compared */
  bool dataset_drift; /* drift_share >= the limit */
  dw_severity severity;
  dw_grading grading;      /* by what; of drift */
  const dw_finding *worst; /* whose grading it is, inside a segment too; NULL: that of the share of columns */
  bool judged;             /* something was (detect/compare/unjudged.h) */
  bool unanswered;         /* something that the user named is unjudged */
  const char *unmet;       /* what is not as --require and --min-columns have it, in words; NULL: all is. Then drift is no answer either */
  bool drift;              /* the answer: what --fail-on asks */
  bool not_judged;         /* no drift is known, and nothing was judged, or not what the user named: neither yes nor no */
} dw_comparison;

struct dw_segment {
  const char *value; /* NULL: the rows without a value */
  size_t length;
  uint64_t reference_rows, current_rows;
  double part; /* of the drift inside all segments, 0 to 1: its share of the current rows times its amount of drift (dw_method_amount,
                * summed over the columns that drifted here or in the whole), over the sum of these; 0 everywhere when nothing drifted */
  dw_comparison comparison;
};

/* Both in reading.c. The last choice that is about a column; NULL: none. */
const dw_type_choice *dw_compare_type_choice(const dw_compare_options *options, const char *name);
/* What a column is taken for: as --types says, or as the reference shows, or the current data where it
 * shows too little (EVIDENTLY: the current data). One side may be NULL. */
dw_type dw_compare_type(const dw_compare_options *options, const char *name, const dw_column *reference, const dw_column *current);
/* The column is the label, and its cells are in the reference alone: labels arrive late. One side, or both, may be NULL. */
bool dw_compare_labels_later(const dw_compare_options *options, const char *name, const dw_column *reference, const dw_column *current);
/* Both datasets finished. Names in the result belong to the datasets, which must outlive it. Deterministic for any number of threads. */
void dw_compare(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options);
/* The findings alone, neither corrected nor decided. by: inside a segment, the column that makes it, which is not compared (nor is the
 * schema); NULL: all rows. */
void dw_compare_findings(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options,
                         const char *by);
void dw_comparison_free(dw_comparison *comparison);

#endif
