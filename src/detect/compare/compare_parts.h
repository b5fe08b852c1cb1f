/* A comparison while it is made: its columns, a job each. Private to compare.c and compare_column.c. */
#ifndef DW_DETECT_COMPARE_PARTS_H
#define DW_DETECT_COMPARE_PARTS_H

#include "detect/check/lost.h"
#include "detect/compare/compare.h"
#include "detect/method/method.h"

/* Deals of a run: some 3 microseconds each, however many columns there are; columns that nothing has happened to take a few hundred. */
enum { DW_DEALS_A_RUN = 400000, DW_DEALS_A_COLUMN = 999 };
enum { DW_TESTS_A_COLUMN = 2 }; /* of its distribution and of its range or categories: what the correction meets on most columns */

/* What is found about one column, filled by one thread. */
typedef struct column_job {
  const char *name;
  const dw_column *reference, *current; /* one may be NULL */
  size_t place[2];                      /* where they stand in their datasets, and mostly in those of cells */
  dw_finding_list findings;
  dw_portrait portrait;
  dw_type type;
  dw_stream *values, *missing; /* NULL: not watched */
  double amount;               /* of drift */
  bool coarse;                 /* a p-value that more deals might make smaller */
  dw_lost loss;
  const char *left_out; /* why it was not compared; NULL when it was */
  bool unjudged;        /* left out although it should have been judged */
  dw_type settles;      /* with --types; DW_TYPE_EMPTY: no option does */
} column_job;

typedef struct compare_run {
  const dw_compare_options *options;
  const char *by; /* inside a segment: the column that makes it */
  dw_method_settings settings;
  column_job *job;
  size_t count;
  uint64_t current_rows;
  const char **fresh; /* names that only the current data has */
  size_t fresh_count;
  dw_stream *errors;          /* of the score, watched; NULL: not */
  const dw_dataset **cell[2]; /* [cells] matched: each side's rows of those cells that both have */
  size_t cells;
} compare_run;

/* compare_column.c. One item of run->job, by one thread. */
void dw_compare_column(void *context, size_t item, unsigned thread);
/* Afterwards: columns whose p-value more deals might make smaller share those that the run has left. family: comparisons like this one. */
void dw_compare_refine(compare_run *run, size_t family);
void dw_compare_enter_streams(compare_run *run); /* before: what is watched of each column */
/* What labels say of the score: the finding of this look's metric is judged by the errors of all looks. */
void dw_compare_watch_errors(const compare_run *run, dw_finding *finding, const dw_scored *reference, const dw_scored *current);

#endif
