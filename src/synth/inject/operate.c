#include "synth/inject/operate.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/fmath.h"
#include "base/num.h"
#include "io/formats/csv_write.h"
#include "io/text/json.h"
#include "synth/inject/rewrite.h"

static bool is_number(const dw_field *field) { return field->tag == DW_INTEGER || field->tag == DW_REAL; }

static dw_operation_effect become_null(dw_field *field)
{
  if (field->tag == DW_ABSENT || field->tag == DW_NULL) return DW_EFFECT_LEFT;
  field->tag = DW_NULL;
  field->changed = true;
  return DW_EFFECT_CHANGED;
}

static dw_operation_effect become_number(dw_field *field, double value, bool keep_integer)
{
  if (!isfinite(value)) return DW_EFFECT_LEFT;
  if (keep_integer && field->tag == DW_INTEGER) value = rint(value);
  if (is_number(field) && value == field->number) return DW_EFFECT_NONE;
  field->tag = value == rint(value) ? DW_INTEGER : DW_REAL;
  field->number = value;
  field->changed = true;
  return DW_EFFECT_CHANGED;
}

static dw_operation_effect become_operand(const dw_operate *with, dw_field *field, const dw_operand *value)
{
  dw_operand now = dw_operate_operand(with, field);
  if (now.kind == value->kind && dw_operand_equal(&now, value)) return DW_EFFECT_NONE;
  switch (value->kind) {
  case DW_OPERAND_NUMBER: return become_number(field, value->number, false);
  case DW_OPERAND_BOOL: field->tag = value->number != 0 ? DW_TRUE : DW_FALSE; break;
  case DW_OPERAND_MISSING: return become_null(field);
  case DW_OPERAND_TEXT:
    field->tag = DW_STRING;
    field->text = value->text;
    field->length = (uint32_t)value->length;
    break;
  }
  field->changed = true;
  return DW_EFFECT_CHANGED;
}

/* A standard normal number (Box and Muller 1958). */
static double draw_normal(dw_rng *rng)
{
  double radius = sqrt(-2 * dw_log(dw_rng_uniform(rng)));
  return radius * dw_cos(6.283185307179586 * dw_rng_uniform(rng));
}

static double round_decimals(double value, int decimals)
{
  if (decimals <= 0) {
    double unit = 1;
    for (int i = decimals; i < 0; i++) unit *= 10; /* exact up to 10^22 */
    return rint(value / unit) * unit;
  }
  if (fabs(value) >= 9007199254740992.0) return value; /* a whole number already */
  char text[400];
  size_t length = dw_num_print_fixed(text, value, decimals); /* rounds the exact value */
  dw_num_parse(text, length, &value, NULL);
  return value;
}

static double outlier(const dw_injection *injection, double value, double strength, dw_rng *rng)
{
  if (dw_injection_has(injection, DW_PARAM_VALUE)) return injection->value.number;
  if (dw_injection_has(injection, DW_PARAM_FACTOR)) return value * (1 + (injection->factor - 1) * strength);
  double away = injection->by * injection->sd * strength;
  return dw_rng_u32(rng) & 1 ? injection->mean + away : injection->mean - away;
}

static dw_operation_effect apply_numeric(const dw_injection *injection, dw_field *field, double strength, dw_rng *rng)
{
  if (!is_number(field)) return DW_EFFECT_LEFT;
  double x = field->number;
  switch (injection->op) {
  case DW_OP_SHIFT: x += dw_injection_size(injection) * strength; break;
  case DW_OP_SCALE: x *= 1 + (injection->factor - 1) * strength; break;
  case DW_OP_NOISE: x += injection->sd * strength * draw_normal(rng); break;
  case DW_OP_OUTLIERS: x = outlier(injection, x, strength, rng); break;
  case DW_OP_ROUND: x = round_decimals(x, (int)injection->decimals); break;
  case DW_OP_CLIP:
    if (dw_injection_has(injection, DW_PARAM_MIN) && x < injection->min) x = injection->min;
    if (dw_injection_has(injection, DW_PARAM_MAX) && x > injection->max) x = injection->max;
    break;
  default: assert(false && "not numeric");
  }
  return become_number(field, x, injection->keep_integers);
}

/* A value of the column becomes the other one of the pair. */
static dw_operation_effect exchange(const dw_operate *with, dw_field *field, const dw_operand *a, const dw_operand *b)
{
  dw_operand now = dw_operate_operand(with, field);
  if (now.kind == DW_OPERAND_MISSING) return DW_EFFECT_LEFT;
  if (dw_operand_equal(&now, a)) return become_operand(with, field, b);
  if (dw_operand_equal(&now, b)) return become_operand(with, field, a);
  return DW_EFFECT_NONE;
}

static dw_operation_effect flip(const dw_operate *with, const dw_injection *injection, dw_field *field)
{
  if (dw_injection_has(injection, DW_PARAM_VALUE)) return exchange(with, field, &injection->value, &injection->with);
  static const char *const pairs[][2] = {{"0", "1"}, {"false", "true"}, {"False", "True"}, {"FALSE", "TRUE"}};
  dw_operand now = dw_operate_operand(with, field);
  if ((now.kind == DW_OPERAND_NUMBER || now.kind == DW_OPERAND_BOOL) && (now.number == 0 || now.number == 1)) {
    dw_operand other = {.kind = now.kind, .number = 1 - now.number};
    return become_operand(with, field, &other);
  }
  if (now.kind != DW_OPERAND_TEXT) return DW_EFFECT_LEFT;
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    for (int side = 0; side < 2; side++)
      if (dw_text_equal(now.text, now.length, pairs[i][side])) {
        const char *to = pairs[i][1 - side];
        dw_operand other = {.kind = DW_OPERAND_TEXT, .text = to, .length = strlen(to)};
        return become_operand(with, field, &other);
      }
  return DW_EFFECT_LEFT;
}

static const char *arena_copy(const dw_operate *with, const char *text, size_t length)
{
  return dw_arena_strndup(with->arena, text, length);
}

static dw_operation_effect as_string(const dw_operate *with, dw_field *field)
{
  if (field->tag == DW_STRING || field->tag == DW_STRING_ESCAPED) return DW_EFFECT_NONE;
  char digits[DW_NUM_TEXT];
  const char *text = digits;
  size_t length;
  if (field->tag == DW_TRUE || field->tag == DW_FALSE) {
    text = field->tag == DW_TRUE ? "true" : "false";
    length = strlen(text);
  } else if (is_number(field) && !field->changed) {
    text = with->batch->text + field->span.value; /* as it was spelled */
    length = field->span.length;
  } else if (is_number(field)) {
    length = dw_num_print(digits, field->number);
  } else {
    return DW_EFFECT_LEFT;
  }
  field->text = arena_copy(with, text, length);
  field->length = (uint32_t)length;
  field->tag = DW_STRING;
  field->changed = true;
  return DW_EFFECT_CHANGED;
}

static dw_operation_effect as_number(const dw_operate *with, dw_field *field)
{
  if (is_number(field)) return DW_EFFECT_NONE;
  dw_operand now = dw_operate_operand(with, field);
  double value = now.number;
  if (now.kind == DW_OPERAND_MISSING) return DW_EFFECT_LEFT;
  if (now.kind == DW_OPERAND_TEXT && !dw_num_parse(now.text, now.length, &value, NULL)) return DW_EFFECT_LEFT;
  return become_number(field, value, false);
}

static dw_operation_effect as_boolean(const dw_operate *with, dw_field *field)
{
  if (field->tag == DW_TRUE || field->tag == DW_FALSE) return DW_EFFECT_NONE;
  dw_operand now = dw_operate_operand(with, field);
  bool yes = now.kind == DW_OPERAND_NUMBER && now.number != 0;
  if (now.kind == DW_OPERAND_TEXT) {
    yes = dw_text_equal(now.text, now.length, "1") || (now.length == 4 && strncasecmp(now.text, "true", 4) == 0);
    bool no = dw_text_equal(now.text, now.length, "0") || (now.length == 5 && strncasecmp(now.text, "false", 5) == 0);
    if (!yes && !no) return DW_EFFECT_LEFT;
  } else if (now.kind != DW_OPERAND_NUMBER) {
    return DW_EFFECT_LEFT;
  }
  field->tag = yes ? DW_TRUE : DW_FALSE;
  field->changed = true;
  return DW_EFFECT_CHANGED;
}

static dw_operation_effect change_type(const dw_operate *with, dw_type_name type, dw_field *field)
{
  switch (type) {
  case DW_AS_STRING: return as_string(with, field);
  case DW_AS_NUMBER: return as_number(with, field);
  case DW_AS_BOOLEAN: return as_boolean(with, field);
  }
  return DW_EFFECT_LEFT;
}

dw_operation_effect dw_operate_apply(const dw_operate *with, const dw_injection *injection, dw_field *field, double strength, dw_rng *rng,
                                     bool holds)
{
  if (field->tag == DW_ABSENT || field->removed) return DW_EFFECT_LEFT;
  switch (injection->op) {
  case DW_OP_SHIFT:
  case DW_OP_SCALE:
  case DW_OP_NOISE:
  case DW_OP_CLIP:
  case DW_OP_ROUND:
  case DW_OP_OUTLIERS: return apply_numeric(injection, field, strength, rng);
  case DW_OP_MISSING: return become_null(field);
  case DW_OP_SWAP_CATEGORIES: return exchange(with, field, &injection->value, &injection->with);
  case DW_OP_NEW_CATEGORY: return field->tag == DW_NULL ? DW_EFFECT_LEFT : become_operand(with, field, &injection->value);
  case DW_OP_CHANGE_TYPE: return change_type(with, injection->as_type, field);
  case DW_OP_LABEL_FLIP: return flip(with, injection, field);
  case DW_OP_SWAP_LABEL_RULE:
    if (holds) return become_operand(with, field, &injection->value);
    return dw_injection_has(injection, DW_PARAM_ELSE) ? become_operand(with, field, &injection->otherwise) : DW_EFFECT_NONE;
  case DW_OP_DROP_COLUMN: field->removed = true; return DW_EFFECT_CHANGED;
  case DW_OP_RENAME_COLUMN: field->name = injection->as; return DW_EFFECT_CHANGED;
  default: assert(false && "an operation on records"); return DW_EFFECT_LEFT;
  }
}

dw_operand dw_operate_cell(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch)
{
  dw_operand operand = {.kind = DW_OPERAND_MISSING};
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL:
    operand.kind = DW_OPERAND_NUMBER;
    operand.number = cell.number;
    break;
  case DW_FALSE:
  case DW_TRUE:
    operand.kind = DW_OPERAND_BOOL;
    operand.number = tag == DW_TRUE;
    break;
  case DW_STRING:
  case DW_STRING_ESCAPED:
    operand.kind = DW_OPERAND_TEXT;
    operand.text = dw_cell_text(batch, tag, cell, scratch, &operand.length);
    break;
  case DW_OTHER: /* its JSON text: it can be compared with nothing useful, but it is not missing */
    operand.kind = DW_OPERAND_TEXT;
    operand.text = batch->text + cell.text.offset;
    operand.length = cell.text.length;
    break;
  case DW_VECTOR: /* present, and equal to no text that can be written */
    operand.kind = DW_OPERAND_TEXT;
    operand.text = "";
    break;
  default: break;
  }
  return operand;
}

dw_operand dw_operate_operand(const dw_operate *with, const dw_field *field)
{
  if (!field->changed) return dw_operate_cell(with->batch, field->tag, field->cell, with->scratch);
  if (field->tag == DW_STRING) return (dw_operand){.kind = DW_OPERAND_TEXT, .text = field->text, .length = field->length};
  return dw_operate_cell(with->batch, field->tag, (dw_cell){.number = field->number}, with->scratch);
}

void dw_operate_print(const dw_field *field, char delimiter, dw_buf *out)
{
  switch (field->tag) {
  case DW_NULL:
    if (!delimiter) dw_buf_text(out, "null");
    break;
  case DW_FALSE: dw_buf_text(out, "false"); break;
  case DW_TRUE: dw_buf_text(out, "true"); break;
  case DW_INTEGER:
  case DW_REAL: dw_buf_number(out, field->number); break;
  default:
    assert(field->tag == DW_STRING);
    if (delimiter) dw_csv_field(out, field->text, field->length, delimiter);
    else dw_json_quote(out, field->text, field->length);
  }
}
