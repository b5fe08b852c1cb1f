/* scenario_parts: what the files of the scenario reader share; no other file includes it. */
#ifndef DW_SYNTH_SCENARIO_PARTS_H
#define DW_SYNTH_SCENARIO_PARTS_H

#include "base/map.h"
#include "synth/scenario/scenario.h"

typedef enum dw_scenario_edge_type { DW_EDGE_NONE, DW_EDGE_ROW, DW_EDGE_SHARE, DW_EDGE_OFFSET, DW_EDGE_INSTANT } dw_scenario_edge_type;

/* An end of a phase: a row (from 0), a share of all rows, a time since the start, or an instant. */
typedef struct dw_scenario_edge {
  dw_scenario_edge_type type;
  double share;
  int64_t value;
} dw_scenario_edge;

typedef struct dw_scenario_phase {
  const dw_yaml *yaml;
  const dw_node *node;
  dw_scenario_edge from, to;
} dw_scenario_phase;

enum {
  DW_SCENARIO_COLUMNS = 4096,
  DW_SCENARIO_PHASES = 100,
  DW_SCENARIO_EXTENDS = 8,
  DW_SCENARIO_DIMENSION = 65536,
  DW_SCENARIO_CORRELATED = 256
};

struct dw_scenario {
  dw_arena arena;
  dw_yaml *documents[DW_SCENARIO_EXTENDS]; /* they own the texts that everything points to */
  size_t document_count;
  const char *name, *description;
  uint64_t rows;
  int64_t start;
  dw_daily_cycle cycle;
  int64_t quick; /* the short form has a row for so many */
  dw_map names;  /* column name to index */
  dw_scenario_state base;
  size_t column_capacity;
  dw_scenario_phase *phases;
  size_t phase_count, phase_capacity;
  dw_dist *dists; /* with tables made, to be shared by segments */
  size_t dist_count, dist_capacity;
  dw_scenario_categories **categories; /* to free */
  size_t categories_count, categories_capacity;
  dw_condition **conditions; /* to free */
  size_t condition_count, condition_capacity;
};

/* scenario_column.c */

/* A new column (its name is the node's key), as its YAML node says, or a change of one. phase: what only a phase may not change is refused.
 */
dw_status dw_scenario_column_new(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err);
dw_status dw_scenario_column_change(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, bool phase,
                                    dw_err *err);
/* The scenario frees it. */
void dw_scenario_keep_categories(dw_scenario *s, dw_scenario_categories *categories);
/* Index of a column; DW_EUSAGE at node with "did you mean" when there is none. */
dw_status dw_scenario_find(const dw_scenario *s, const char *name, const dw_yaml *yaml, const dw_node *node, uint32_t *index, dw_err *err);
/* Values that terms and conditions can look at. */
bool dw_scenario_plain(const dw_scenario_column *column); /* a number or a category, known before labels and texts are */

/* A list of numbers into the arena. */
dw_status dw_scenario_numbers(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, double low, double high, const double **values,
                              size_t *count, dw_err *err);

/* scenario_case.c: one template or mean_shift for each category of another column */

/* A number, for all components, or a list of one a component. */
dw_status dw_scenario_shift_take(dw_scenario *s, const dw_yaml *yaml, const dw_node *node, dw_scenario_shift *shift, dw_err *err);

/* `by` and, when it is a map, `key` (template or mean_shift) of a column's node: cases are added, those of the same category replaced. */
dw_status dw_scenario_cases_take(dw_scenario *s, dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, const char *key,
                                 dw_err *err);
dw_status dw_scenario_cases_check(const dw_scenario_column *column, const dw_yaml *yaml, const dw_node *node, dw_err *err);
/* column->by, and the case of each code of that column, NULL where there is none; *count 1 and no case when it goes by none. */
dw_status dw_scenario_cases_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_column *column,
                                    const dw_scenario_case ***of_code, size_t *count, dw_err *err);

/* scenario_resolve.c: names to indices, conditions compiled, tables made; cycles, correlations checked. */
dw_status dw_scenario_resolve(dw_scenario *s, dw_scenario_state *state, dw_err *err);

/* scenario_rule.c */
bool dw_scenario_category(const dw_scenario_categories *set, const char *text, size_t length, size_t *code);
/* DW_EUSAGE at node: the column has no such value, did you mean ... */
dw_status dw_scenario_no_category(const dw_scenario_column *column, const char *text, size_t length, const dw_yaml *yaml,
                                  const dw_node *node, dw_err *err);
dw_status dw_scenario_rule_change(dw_scenario *s, dw_scenario_rule *rule, const dw_yaml *yaml, const dw_node *node, dw_err *err);
dw_status dw_scenario_rule_resolve(dw_scenario *s, const dw_scenario_state *state, dw_scenario_rule *rule, dw_err *err);

/* scenario.c */
dw_scenario_state dw_scenario_copy(dw_scenario *s, const dw_scenario_state *state);
dw_status dw_scenario_phase_apply(dw_scenario *s, dw_scenario_state *state, const dw_scenario_phase *phase, dw_err *err);

#define DW_COUNT(array) (sizeof(array) / sizeof *(array))

#endif
