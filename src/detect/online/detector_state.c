#include "detect/online/detector_state.h"

#include <math.h>
#include <string.h>

/* --- written --- */

typedef struct writer {
  dw_detector_fields fields;
  dw_json *json;
} writer;

static void put_number(dw_json *json, double value)
{
  if (isfinite(value)) dw_json_number(json, NULL, value);
  else dw_json_text(json, NULL, value > 0 ? "Infinity" : "-Infinity");
}

static void write_numbers(dw_detector_fields *fields, const char *name, double *value, size_t count)
{
  dw_json *json = ((writer *)fields)->json;
  dw_json_open(json, NULL, '[');
  dw_json_text(json, NULL, name);
  for (size_t i = 0; i < count; i++) put_number(json, value[i]);
  dw_json_close(json, ']');
}

static void write_counts(dw_detector_fields *fields, const char *name, uint64_t *value, size_t count)
{
  dw_json *json = ((writer *)fields)->json;
  dw_json_open(json, NULL, '[');
  dw_json_text(json, NULL, name);
  for (size_t i = 0; i < count; i++) dw_json_integer(json, NULL, (int64_t)value[i]);
  dw_json_close(json, ']');
}

static void write_bits(dw_detector_fields *fields, const char *name, uint8_t *value, size_t count)
{
  dw_json *json = ((writer *)fields)->json;
  dw_buf text = {0};
  for (size_t i = 0; i < count; i++) dw_buf_char(&text, value[i] ? '1' : '0');
  dw_json_open(json, NULL, '[');
  dw_json_text(json, NULL, name);
  dw_json_bytes(json, NULL, text.data, text.length);
  dw_json_close(json, ']');
  dw_buf_free(&text);
}

void dw_detector_state_write(dw_json *json, dw_detector *detector)
{
  writer w = {{write_numbers, write_counts, write_bits}, json};
  dw_json_open(json, "state", '[');
  dw_detector_fields_of(detector, &w.fields);
  dw_json_close(json, ']');
}

void dw_detector_parameters_write(dw_json *json, const dw_detector *detector)
{
  dw_json_open(json, "parameters", '{');
  for (int i = 0; i < DW_DETECTOR_PARAMETERS && detector->method->parameter[i].name; i++) {
    const dw_detector_parameter *p = &detector->method->parameter[i];
    const char *word = p->words;
    if (!word) {
      dw_json_number(json, p->name, detector->parameter[i]);
      continue;
    }
    for (int skip = (int)detector->parameter[i]; skip > 0; skip--) word = strchr(word, ' ') + 1;
    dw_json_bytes(json, p->name, word, strcspn(word, " "));
  }
  dw_json_close(json, '}');
}

/* --- read --- */

typedef struct from_json {
  dw_detector_fields fields;
  const dw_value *next; /* the array that comes next */
  bool wrong;
} from_json;

/* The values of the next array, when it is the one that is asked for. */
static const dw_value *values_of(from_json *r, const char *name, size_t count)
{
  const dw_value *list = r->next;
  r->next = dw_value_next(list);
  r->wrong = r->wrong || dw_value_kind(list) != DW_VALUE_ARRAY || dw_value_count(list) != count + 1 ||
             strcmp(dw_value_text(dw_value_first(list), ""), name) != 0;
  return r->wrong ? NULL : dw_value_next(dw_value_first(list));
}

static bool number_of(const dw_value *value, double *number)
{
  const char *text = dw_value_text(value, "");
  if (dw_value_kind(value) == DW_VALUE_NUMBER) *number = dw_value_number(value, 0);
  else if (strcmp(text, "Infinity") == 0) *number = INFINITY;
  else if (strcmp(text, "-Infinity") == 0) *number = -INFINITY;
  else return false;
  return true;
}

static void read_numbers(dw_detector_fields *fields, const char *name, double *value, size_t count)
{
  from_json *r = (from_json *)fields;
  const dw_value *item = values_of(r, name, count);
  for (size_t i = 0; i < count && !r->wrong; i++, item = dw_value_next(item)) r->wrong = !number_of(item, &value[i]);
}

static void read_counts(dw_detector_fields *fields, const char *name, uint64_t *value, size_t count)
{
  from_json *r = (from_json *)fields;
  const dw_value *item = values_of(r, name, count);
  for (size_t i = 0; i < count && !r->wrong; i++, item = dw_value_next(item)) {
    double number = dw_value_number(item, -1);
    r->wrong = !(number >= 0 && number <= 9007199254740992.0 && number == floor(number));
    if (!r->wrong) value[i] = (uint64_t)number;
  }
}

static void read_bits(dw_detector_fields *fields, const char *name, uint8_t *value, size_t count)
{
  from_json *r = (from_json *)fields;
  const char *text = dw_value_text(values_of(r, name, 1), "");
  r->wrong = r->wrong || strlen(text) != count;
  for (size_t i = 0; i < count && !r->wrong; i++) {
    r->wrong = text[i] != '0' && text[i] != '1';
    value[i] = text[i] == '1';
  }
}

dw_status dw_detector_state_read(const dw_value *state, dw_detector *detector, dw_err *err)
{
  from_json r = {{read_numbers, read_counts, read_bits}, dw_value_first(state), dw_value_kind(state) != DW_VALUE_ARRAY};
  bool good = dw_detector_fields_of(detector, &r.fields);
  if (good && !r.wrong && !r.next) return DW_OK;
  return dw_err_set(err, DW_EDATA, "the state of a detector is not one of %s with these parameters", detector->method->name);
}
