/* operate: what the operations of dw-inject do to one value. */
#ifndef DW_SYNTH_OPERATE_H
#define DW_SYNTH_OPERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/str.h"
#include "io/record/record.h"
#include "synth/scenario/condition.h"
#include "synth/inject/injection.h"

/* A field of a record on its way through the injections. */
typedef struct dw_field {
  dw_span span; /* where it stands in the input */
  dw_cell cell; /* of the input, as long as !changed */
  /* dw_tag; of the present value: DW_ABSENT, DW_NULL, DW_INTEGER, DW_REAL, DW_FALSE, DW_TRUE, DW_STRING, or the input's */
  uint8_t tag;
  bool changed; /* the value is number or text below, no longer the input's */
  bool removed;
  const char *name; /* not NULL: the column's new name */
  double number;    /* DW_INTEGER, DW_REAL */
  const char *text; /* changed, DW_STRING: the plain text */
  uint32_t length;
} dw_field;

typedef enum dw_operation_effect {
  DW_EFFECT_NONE, /* it applied and changed nothing (already inside the limits, another category) */
  DW_EFFECT_CHANGED,
  DW_EFFECT_LEFT /* it could not apply: the field is absent, null or of another type, or the result is no finite number */
} dw_operation_effect;

typedef struct dw_operate {
  const dw_batch *batch;
  dw_arena *arena; /* texts made on the way; they live as long as the fields */
  dw_buf *scratch;
} dw_operate;

/* Applies a value operation (not reweight, permute, duplicate) at a strength of 0 to 1 (what --course incremental has come to).
 * rng: numbers of this record and injection; holds: for swap-label-rule, whether the record meets its condition. */
dw_operation_effect dw_operate_apply(const dw_operate *with, const dw_injection *injection, dw_field *field, double strength, dw_rng *rng,
                                     bool holds);

/* The value as conditions see it. */
dw_operand dw_operate_operand(const dw_operate *with, const dw_field *field);
/* The same for a cell of the batch. A text lasts until the scratch buffer is used again. */
dw_operand dw_operate_cell(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch);

/* The changed value as a CSV field, or as JSON (delimiter 0), at the end of out. */
void dw_operate_print(const dw_field *field, char delimiter, dw_buf *out);

#endif
