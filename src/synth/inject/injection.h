/* injection: what is to be done to a stream, one change at a time: a column, an operation with its parameters, and the course it takes.
 *
 *   dw_injections plan;
 *   dw_injections_init(&plan);
 *   dw_injections_option(&plan, "column", "amount", err);     a command line, option by option …
 *   dw_injections_option(&plan, "op", "scale", err);
 *   dw_injections_option(&plan, "factor", "1.5", err);
 *   dw_injections_read(&plan, "drift.yaml", err);             … and a file
 *   dw_injections_check(&plan, err);                          what is missing, what does not belong together
 *
 * Parameters have the same names on the command line and in YAML:
 *
 *   time: ts
 *   injections:
 *     - {column: amount, op: scale, factor: 1.5, course: gradual, from: 30%, to: 60%, where: "merchant_category = travel"}
 *
 * All errors are DW_EUSAGE and name the injection (its number on the command line, its line in a file).
 */
#ifndef DW_SYNTH_INJECTION_H
#define DW_SYNTH_INJECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mem.h"
#include "io/record/time_format.h"
#include "io/text/json.h"
#include "io/text/yaml.h"
#include "synth/scenario/condition.h"
#include "synth/scenario/course.h"

typedef enum dw_op {
  DW_OP_SHIFT,
  DW_OP_SCALE,
  DW_OP_NOISE,
  DW_OP_CLIP,
  DW_OP_ROUND,
  DW_OP_MISSING,
  DW_OP_OUTLIERS,
  DW_OP_SWAP_CATEGORIES,
  DW_OP_NEW_CATEGORY,
  DW_OP_REWEIGHT,
  DW_OP_PERMUTE,
  DW_OP_DROP_COLUMN,
  DW_OP_RENAME_COLUMN,
  DW_OP_CHANGE_TYPE,
  DW_OP_DUPLICATE,
  DW_OP_LABEL_FLIP,
  DW_OP_SWAP_LABEL_RULE,
  DW_OP_NONE /* not given yet; also how many there are */
} dw_op;

typedef enum dw_param {
  DW_PARAM_BY,
  DW_PARAM_FACTOR,
  DW_PARAM_SD,
  DW_PARAM_MEAN,
  DW_PARAM_MIN,
  DW_PARAM_MAX,
  DW_PARAM_DECIMALS,
  DW_PARAM_COPIES,
  DW_PARAM_BUFFER,
  DW_PARAM_INTEGERS,
  DW_PARAM_VALUE,
  DW_PARAM_WITH,
  DW_PARAM_ELSE,
  DW_PARAM_AS,
  DW_PARAM_COURSE, /* from here on: of every operation */
  DW_PARAM_FROM,
  DW_PARAM_TO,
  DW_PARAM_PERIOD,
  DW_PARAM_DUTY,
  DW_PARAM_FRACTION,
  DW_PARAM_WHERE,
  DW_PARAM_COUNT
} dw_param;

extern const char *const dw_param_words[]; /* by dw_param, ended by NULL */

typedef struct dw_op_info {
  const char *name;
  bool column;    /* works on a column (the others on whole records) */
  bool sized;     /* can grow: --course incremental */
  uint32_t needs; /* bits 1 << dw_param: must be given */
  uint32_t takes; /* may be given; those of every operation not included */
} dw_op_info;

extern const dw_op_info dw_op_table[DW_OP_NONE];

typedef enum dw_type_name { DW_AS_STRING, DW_AS_NUMBER, DW_AS_BOOLEAN } dw_type_name;

typedef struct dw_injection {
  const char *column; /* NULL for operations on whole records */
  dw_op op;
  uint32_t given; /* bits 1 << dw_param */
  double by, factor, sd, mean, min, max, decimals, copies, buffer;
  bool keep_integers; /* integers: keep */
  dw_operand value, with, otherwise;
  const char *as; /* rename-column: the name; change-type: a word of as_type */
  dw_type_name as_type;
  dw_course course;
  double fraction;
  const char *where_text;
  dw_condition *where; /* NULL: all records */
  const char *file;    /* where it was written; NULL: the command line */
  uint32_t line;
} dw_injection;

typedef struct dw_injections {
  dw_injection *list;
  size_t count, capacity;
  const char *time;                  /* the column of instants; NULL: none */
  const dw_time_format *time_format; /* io/record/instant.h */
  dw_arena arena;                    /* texts */
} dw_injections;

void dw_injections_init(dw_injections *injections);
void dw_injections_free(dw_injections *injections);

/* One option of a command line, in order (the shape of dw_option_each; context is the dw_injections). "column" begins an injection;
 * "op" does when the one before has its operation already (on the same column) or none was begun; all others belong to the last. */
dw_status dw_injections_option(void *context, const char *name, const char *value, dw_err *err);

/* Adds those of a YAML file: keys `injections` (a list) and `time`. */
dw_status dw_injections_read(dw_injections *injections, const char *path, dw_err *err);
dw_status dw_injections_yaml(dw_injections *injections, const dw_yaml *yaml, dw_err *err);

/* Every injection is complete, and nothing in it is without effect. Fills defaults. */
dw_status dw_injections_check(dw_injections *injections, dw_err *err);
bool dw_injections_need_rows(const dw_injections *injections); /* a share is among the positions */

static inline bool dw_injection_has(const dw_injection *injection, dw_param param) { return injection->given >> param & 1; }

/* The number that says how strong it is (by, factor, sd or copies), NaN when there is none. */
double dw_injection_size(const dw_injection *injection);

/* Members "column", "op", "size", "parameters", "course", "from", "to", "period", "duty", "fraction", "where" of an open object. */
void dw_injection_print(const dw_injection *injection, dw_json *json);

#endif
