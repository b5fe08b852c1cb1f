/* scenario: what synthetic records look like, read from YAML and checked (man/driftwatch-scenario.5 is the specification).
 *
 *   dw_scenario *scenario;
 *   dw_scenario_read(&scenario, "scenarios/fraud-baseline.yaml", &err);
 *   dw_scenario_plan_rows(scenario, &(dw_scenario_span){.has_rows = true, .rows = 5000}, &plan, &err);
 *
 * A scenario has columns, the rule of its label, correlations, and phases that change them for a stretch of rows. A plan is the
 * scenario laid over a number of rows: segments, in each of which nothing changes, with everything resolved (names to indices,
 * conditions compiled, tables of the distributions made). Columns of all segments agree in number, order, name, kind and stream.
 *
 * Errors are DW_EUSAGE with "FILE:LINE: …". All memory is the scenario's, plans too; NULL is fine for dw_scenario_free.
 */
#ifndef DW_SYNTH_SCENARIO_H
#define DW_SYNTH_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "io/text/yaml.h"
#include "synth/scenario/condition.h"
#include "synth/scenario/daily_cycle.h"
#include "synth/scenario/dist.h"
#include "synth/scenario/template.h"

typedef enum dw_scenario_kind {
  DW_SCENARIO_DRAWN, /* from dist: numbers, or categories */
  DW_SCENARIO_HOUR,  /* the hour of a timestamp column */
  DW_SCENARIO_SEQUENCE,
  DW_SCENARIO_TIMESTAMP,
  DW_SCENARIO_TEXT,
  DW_SCENARIO_VECTOR,
  DW_SCENARIO_LABEL, /* 1 with the probability that the label's rule gives */
  DW_SCENARIO_SCORE  /* that probability itself, by the rule as it is outside phases, or by one of its own */
} dw_scenario_kind;

/* Texts that are copied often have so many readable bytes, so that short ones can be copied as a block. */
enum { DW_SCENARIO_PADDING = 32 };

/* The values of a categorical column, shared by all phases, so that a category is the same code everywhere. */
typedef struct dw_scenario_categories {
  const char **text;
  double *number;         /* what the text says when it is a number without quotes, else NaN */
  dw_template_text *json; /* as JSON: number, true, false or string; padded, see below */
  dw_template_text *csv;
  size_t count, capacity, number_capacity, json_capacity, csv_capacity;
  bool numeric;    /* all are numbers */
  bool has_number; /* one is */
} dw_scenario_categories;

typedef enum dw_scenario_transform { DW_TRANSFORM_NONE, DW_TRANSFORM_LOG, DW_TRANSFORM_LOG1P, DW_TRANSFORM_SQRT } dw_scenario_transform;

typedef struct dw_scenario_weight {
  const char *category;
  double weight;
  const dw_yaml *yaml;
  const dw_node *node;
} dw_scenario_weight;

/* One term of a logistic rule: weight * (transform(column) - center) / scale; or the weight of a condition that holds; or the
 * weight of the row's category. */
typedef struct dw_scenario_term {
  const char *name;
  const char *column_name; /* NULL: a condition */
  const char *when;
  dw_scenario_transform transform;
  double center, scale, weight;
  bool has_weight;
  const dw_scenario_weight *weights;
  size_t weight_count;
  const dw_yaml *yaml;
  const dw_node *node;
  /* resolved: */
  uint32_t column;
  dw_condition *condition;
  const uint32_t *condition_columns; /* the condition's column index to the scenario's */
  const double *by_code;             /* of a categorical column: weight of each code */
} dw_scenario_term;

typedef struct dw_scenario_rule {
  bool given;
  double intercept;
  double noise; /* standard deviation of a normal noise added to the logit, drawn for each row */
  dw_scenario_term *terms;
  size_t count;
  const dw_yaml *yaml;
  const dw_node *node;
} dw_scenario_rule;

typedef struct dw_scenario_shift {
  const double *values;
  size_t count; /* 0, 1 (for all components) or dimension */
} dw_scenario_shift;

/* What a column has in place of one template or mean_shift: one for each category of another column. */
typedef struct dw_scenario_case {
  const char *category;
  const char *pattern; /* TEXT */
  size_t pattern_length;
  dw_scenario_shift shift; /* VECTOR */
  const dw_yaml *yaml;
  const dw_node *node;
} dw_scenario_case;

typedef struct dw_scenario_column {
  const char *name;
  dw_scenario_kind kind;
  uint32_t stream; /* of the random numbers: a function of the name */
  bool optional;   /* written only when asked for */
  bool boolean;    /* true and false instead of 1 and 0 */
  int decimals;    /* -1: as many as it takes */
  double multiply, add, min, max, missing;
  dw_dist dist;                       /* DRAWN; the components of a VECTOR */
  dw_scenario_categories *categories; /* of a categorical column, else NULL */
  const uint32_t *codes;              /* dist's index to code */
  double start, step;                 /* SEQUENCE */
  double jitter;                      /* TIMESTAMP: share of the step */
  const char *source_name;            /* HOUR */
  uint32_t source;
  const char *pattern; /* TEXT */
  size_t pattern_length;
  const dw_template_text *words;
  size_t word_count;
  size_t dimension; /* VECTOR */
  dw_scenario_shift mean_shift;
  const char *by_name; /* TEXT, VECTOR: the column whose category chooses among the cases; NULL: there are none */
  dw_scenario_case *cases;
  size_t case_count;
  uint32_t by;
  dw_template *templates; /* resolved: one, or one for each code of the column that it goes by */
  size_t template_count;
  dw_scenario_shift *shifts; /* likewise */
  dw_scenario_rule rule;     /* SCORE */
  const char *type_name;     /* as written: "lognormal" */
  unsigned given;            /* parameters seen, for those that must be there */
  const dw_yaml *yaml;       /* where it was set last, for messages */
  const dw_node *node;
} dw_scenario_column;

/* Its values are codes of texts, not numbers. */
static inline bool dw_scenario_categorical(const dw_scenario_column *column) { return column->categories && !column->categories->numeric; }

typedef struct dw_scenario_pair {
  const char *a, *b;
  double value;
  const dw_yaml *yaml;
  const dw_node *node;
} dw_scenario_pair;

/* Everything that phases can change. */
typedef struct dw_scenario_state {
  dw_scenario_column *columns;
  size_t column_count;
  dw_scenario_rule label;
  dw_scenario_pair *pairs;
  size_t pair_count, pair_capacity;
  int64_t step; /* microseconds between rows */
  double rate;  /* rows come so many times as fast */
  /* resolved: correlated columns and the lower Cholesky factor of their correlations, row by row */
  uint32_t *correlated;
  double *factor;
  size_t correlated_count;
} dw_scenario_state;

typedef struct dw_scenario_segment {
  uint64_t first, end; /* rows from 0, end excluded */
  int64_t start;       /* of the first row, in even time: before the daily cycle */
  int64_t step;        /* microseconds, rate applied */
  dw_scenario_state state;
} dw_scenario_segment;

typedef struct dw_scenario_plan {
  uint64_t rows;
  dw_scenario_segment *segments; /* in order, without gaps; at least one, even for 0 rows */
  size_t count;
  dw_daily_cycle cycle;
} dw_scenario_plan;

typedef struct dw_scenario dw_scenario;

/* What a plan is asked for; what is not set is taken from the scenario. */
typedef struct dw_scenario_span {
  bool has_rows, has_start, has_step;
  bool quick; /* fewer rows, as many times further apart, where rows and step are not set */
  uint64_t rows;
  int64_t start, step;
} dw_scenario_span;

dw_status dw_scenario_read(dw_scenario **out, const char *path, dw_err *err);
/* From a text; name stands in messages and, up to its last '/', for the folder in which `extends` looks. */
dw_status dw_scenario_parse(dw_scenario **out, const char *text, size_t length, const char *name, dw_err *err);
void dw_scenario_free(dw_scenario *scenario);

const dw_scenario_state *dw_scenario_base(const dw_scenario *scenario);

dw_status dw_scenario_plan_rows(dw_scenario *scenario, const dw_scenario_span *span, dw_scenario_plan *plan, dw_err *err);

#endif
