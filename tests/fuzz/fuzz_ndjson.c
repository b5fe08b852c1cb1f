/* fuzz_ndjson: the NDJSON scanner against the other reader of JSON here (io/text/json, held to RFC 8259 by json_check), which
 * shares no code with it, and against itself: a record read again by a scanner that knows it gives what a fresh scanner gives, and a second
 * time in one table what it gave the first time (plain values are read otherwise then, where the processor can: io/formats/ndjson_wide.c).
 *
 * tests/unit/test_fuzz_ndjson.c includes this file and runs random records.
 */
#include "base/rng.h"
#include "io/text/json.h"
#include "io/formats/ndjson.h"
#include "target.h"

static const dw_scan_options fuzz_options = {.spans = true, .line_limit = DW_LINE_LIMIT, .field_limit = DW_FIELD_LIMIT};

typedef struct fuzz_scan {
  dw_ndjson *scanner;
  dw_table *table;
  char *bytes;
  size_t length;
} fuzz_scan;

static fuzz_scan fuzz_begin(void) { return (fuzz_scan){.scanner = dw_ndjson_new(&fuzz_options), .table = dw_table_new()}; }

static void fuzz_end(fuzz_scan *scan)
{
  dw_ndjson_free(scan->scanner);
  dw_table_free(scan->table);
  dw_free(scan->bytes);
}

/* One record into the table. The block is as long as it must be, so that a sanitizer sees what reads beyond. */
static const dw_batch *fuzz_read(fuzz_scan *scan, const char *record, size_t length)
{
  dw_free(scan->bytes);
  scan->bytes = dw_alloc_zero(length + DW_BLOCK_PADDING, 1);
  if (length) memcpy(scan->bytes, record, length);
  scan->bytes[length] = '\n';
  scan->length = length;
  size_t from = 0;
  dw_ndjson_scan(scan->scanner, &(dw_block){.bytes = scan->bytes, .length = length}, &from, scan->table);
  return &scan->table->batch;
}

static const char *fuzz_name(const dw_table *table, size_t column, size_t *length)
{
  *length = table->listed[column].length;
  return table->listed[column].name;
}

/* --- a fresh scanner and one that has seen the record --- */

static bool same_cell(const dw_batch *a, const dw_batch *b, const dw_batch_column *x, const dw_batch_column *y)
{
  dw_tag tag = x->tags[0];
  if (tag != y->tags[0]) return false;
  if (tag == DW_ABSENT) return true;
  if (memcmp(&x->spans[0], &y->spans[0], sizeof x->spans[0]) != 0) return false;
  if (tag == DW_INTEGER || tag == DW_REAL) return memcmp(&x->cells[0].number, &y->cells[0].number, sizeof(double)) == 0;
  if (tag == DW_NULL || tag == DW_TRUE || tag == DW_FALSE) return true;
  uint32_t length = x->cells[0].text.length;
  if (length != y->cells[0].text.length) return false;
  if (tag == DW_VECTOR)
    return length == 0 || memcmp(a->pool + x->cells[0].text.offset, b->pool + y->cells[0].text.offset, length * sizeof(double)) == 0;
  return x->cells[0].text.offset == y->cells[0].text.offset;
}

static const char *same_tables(const dw_table *a, const dw_table *b)
{
  if (a->error.set != b->error.set) return "one of two scanners refuses the record";
  if (a->error.set && (a->error.column != b->error.column || strcmp(a->error.text, b->error.text) != 0)) return "two messages";
  if (a->batch.rows != b->batch.rows || a->batch.column_count != b->batch.column_count) return "rows or columns differ";
  for (size_t c = 0; c < a->batch.column_count; c++) {
    size_t x, y;
    const char *p = fuzz_name(a, c, &x), *q = fuzz_name(b, c, &y);
    if (x != y || memcmp(p, q, x) != 0) return "names differ";
    if (a->batch.rows && !same_cell(&a->batch, &b->batch, &a->batch.columns[c], &b->batch.columns[c])) return "cells differ";
  }
  return NULL;
}

/* --- the same record twice in one table --- */

static bool same_twice(const dw_batch *batch, const dw_batch_column *c, uint32_t apart)
{
  dw_tag tag = c->tags[0];
  if (tag != c->tags[1]) return false;
  if (tag == DW_ABSENT) return true;
  const dw_span *x = &c->spans[0], *y = &c->spans[1];
  if (x->key + apart != y->key || x->value + apart != y->value || x->length != y->length) return false;
  const dw_cell *a = &c->cells[0], *b = &c->cells[1];
  if (tag == DW_INTEGER || tag == DW_REAL) return memcmp(&a->number, &b->number, sizeof a->number) == 0;
  if (tag == DW_NULL || tag == DW_TRUE || tag == DW_FALSE) return true;
  if (a->text.length != b->text.length) return false;
  if (tag != DW_VECTOR) return a->text.offset + apart == b->text.offset;
  size_t bytes = a->text.length * sizeof(double);
  return bytes == 0 || memcmp(batch->pool + a->text.offset, batch->pool + b->text.offset, bytes) == 0;
}

/* once: it alone. */
static const char *read_twice(fuzz_scan *scan, const dw_table *once, const char *record, size_t length)
{
  dw_buf both = {0};
  dw_buf_add(&both, record, length);
  dw_buf_char(&both, '\n');
  dw_buf_add(&both, record, length);
  const dw_batch *batch = fuzz_read(scan, both.data, both.length);
  dw_buf_free(&both);
  const dw_table *table = scan->table;
  if (table->error.set != once->error.set) return "twice, it is refused or accepted otherwise";
  if (table->error.set) return strcmp(table->error.text, once->error.text) == 0 && batch->rows == 0 ? NULL : "twice, another message";
  if (batch->rows != 2 * once->batch.rows) return "twice, another number of rows";
  for (size_t c = 0; c < batch->column_count && batch->rows; c++)
    if (!same_twice(batch, &batch->columns[c], (uint32_t)length + 1)) return "twice, the cells differ";
  return NULL;
}

/* --- the other reader --- */

static bool all_numbers(const dw_value *array)
{
  for (const dw_value *item = dw_value_first(array); item; item = dw_value_next(item))
    if (dw_value_kind(item) != DW_VALUE_NUMBER) return false;
  return true;
}

static const char *same_value(const dw_batch *batch, const dw_batch_column *column, const dw_value *value)
{
  dw_tag tag = column->tags[0];
  dw_cell cell = column->cells[0];
  switch (dw_value_kind(value)) {
  case DW_VALUE_NULL: return tag == DW_NULL ? NULL : "null";
  case DW_VALUE_BOOL: return tag == (dw_value_bool(value, false) ? DW_TRUE : DW_FALSE) ? NULL : "bool";
  case DW_VALUE_NUMBER: return (tag == DW_INTEGER || tag == DW_REAL) && cell.number == dw_value_number(value, -1) ? NULL : "number";
  case DW_VALUE_STRING: {
    if (tag != DW_STRING && tag != DW_STRING_ESCAPED) return "string's tag";
    dw_buf scratch = {0};
    size_t length;
    const char *text = dw_cell_text(batch, tag, cell, &scratch, &length);
    bool equal = dw_text_equal(text, length, dw_value_text(value, ""));
    dw_buf_free(&scratch);
    return equal ? NULL : "string";
  }
  case DW_VALUE_ARRAY: {
    if (!all_numbers(value)) return tag == DW_OTHER && batch->text[cell.text.offset] == '[' ? NULL : "array";
    if (tag != DW_VECTOR || cell.text.length != dw_value_count(value)) return "vector";
    size_t i = cell.text.offset;
    for (const dw_value *item = dw_value_first(value); item; item = dw_value_next(item))
      if (batch->pool[i++] != dw_value_number(item, -1)) return "component";
    return NULL;
  }
  default: return tag == DW_OTHER && batch->text[cell.text.offset] == '{' ? NULL : "object";
  }
}

/* Every member of object has its cell; *fields counts them. */
static const char *same_object(const dw_table *table, const dw_value *object, dw_buf *name, size_t *fields)
{
  size_t before = name->length;
  for (const dw_value *member = dw_value_first(object); member; member = dw_value_next(member)) {
    name->length = before;
    dw_buf_text(name, dw_value_key(member));
    const char *problem = NULL;
    if (dw_value_kind(member) == DW_VALUE_OBJECT && dw_value_count(member) > 0) {
      dw_buf_char(name, '.');
      problem = same_object(table, member, name, fields);
    } else {
      size_t c = 0, length = 0;
      for (; c < table->batch.column_count; c++) {
        const char *text = fuzz_name(table, c, &length);
        if (length == name->length && (length == 0 || memcmp(text, name->data, length) == 0)) break;
      }
      problem = c == table->batch.column_count ? "a field is missing" : same_value(&table->batch, &table->batch.columns[c], member);
      ++*fields;
    }
    if (problem) return problem;
  }
  return NULL;
}

/* Where the two rightly differ: what only one of them refuses. */
static bool only_documents(const char *message)
{
  return strstr(message, "surrogate") || strstr(message, "u0000") || strstr(message, "stands twice");
}

static const char *same_as_other(const fuzz_scan *scan, const char *record)
{
  const dw_table *table = scan->table;
  dw_err err = {0};
  dw_value *value = NULL;
  dw_status status = dw_value_parse(&value, record, scan->length, "record", 1, &err);
  const char *problem = NULL;
  if (status != DW_OK) {
    if (!table->error.set && table->batch.rows && !only_documents(err.message)) problem = "accepted, but the other reader refuses";
  } else if (table->error.set) {
    bool known = dw_value_kind(value) != DW_VALUE_OBJECT || strstr(table->error.text, "occurs twice");
    if (!known) problem = "refused, but the other reader accepts";
  } else {
    dw_buf name = {0};
    size_t fields = 0;
    problem = dw_value_kind(value) != DW_VALUE_OBJECT ? "not an object, accepted" : same_object(table, value, &name, &fields);
    if (!problem && fields != table->batch.column_count) problem = "more fields than members";
    dw_buf_free(&name);
  }
  dw_value_free(value);
  return problem;
}

/* What is wrong with the reading of one record (newlines in it count as spaces), NULL when nothing is. taught has seen records like it. */
static const char *fuzz_record(fuzz_scan *taught, char *record, size_t length)
{
  if (length == 0) return NULL;
  for (size_t i = 0; i < length; i++)
    if (record[i] == '\n') record[i] = ' ';
  fuzz_scan fresh = fuzz_begin();
  fuzz_read(&fresh, record, length);
  fuzz_read(taught, record, length);
  const char *problem = same_tables(fresh.table, taught->table);
  if (!problem) problem = same_as_other(&fresh, record);
  dw_table *once = fresh.table;
  fresh.table = dw_table_new();
  if (!problem) problem = read_twice(&fresh, once, record, length);
  dw_table_free(once);
  fuzz_end(&fresh);
  return problem;
}

/* --- random records --- */

static void random_space(dw_buf *out, dw_rng *rng)
{
  while (dw_rng_below(rng, 12) == 0) dw_buf_char(out, " \t\r "[dw_rng_below(rng, 4)]);
}

static void random_string(dw_buf *out, dw_rng *rng, uint64_t longest)
{
  static const char *const pieces[] = {"a",
                                       "b",
                                       "c",
                                       "Hello, ",
                                       "0123456789",
                                       "\\n",
                                       "\\\"",
                                       "\\\\",
                                       "\\u0041",
                                       "\\u00e9",
                                       "\\ud83d\\ude00",
                                       "\\/",
                                       "\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\x98\x80",
                                       " ",
                                       "}",
                                       "{",
                                       "[",
                                       ",",
                                       ":",
                                       "\x7f"};
  dw_buf_char(out, '"');
  for (uint64_t n = dw_rng_below(rng, longest + 1); n; n--)
    dw_buf_text(out, dw_rng_below(rng, 3) ? pieces[dw_rng_below(rng, 5)] : pieces[dw_rng_below(rng, sizeof pieces / sizeof *pieces)]);
  dw_buf_char(out, '"');
}

static void random_digits(dw_buf *out, dw_rng *rng, uint64_t count)
{
  for (; count; count--) dw_buf_char(out, (char)('0' + dw_rng_below(rng, 10)));
}

static void random_number(dw_buf *out, dw_rng *rng)
{
  if (dw_rng_below(rng, 3) == 0) dw_buf_char(out, '-');
  if (dw_rng_below(rng, 3)) {
    dw_buf_char(out, (char)('1' + dw_rng_below(rng, 9)));
    random_digits(out, rng, dw_rng_below(rng, dw_rng_below(rng, 5) ? 5 : 25));
  } else {
    dw_buf_char(out, '0');
  }
  if (dw_rng_below(rng, 2)) {
    dw_buf_char(out, '.');
    random_digits(out, rng, 1 + dw_rng_below(rng, dw_rng_below(rng, 4) ? 8 : 25));
  }
  if (dw_rng_below(rng, 8) == 0) {
    dw_buf_char(out, "eE"[dw_rng_below(rng, 2)]);
    if (dw_rng_below(rng, 2)) dw_buf_char(out, "+-"[dw_rng_below(rng, 2)]);
    random_digits(out, rng, 1 + dw_rng_below(rng, 3));
  }
}

static void random_value(dw_buf *out, dw_rng *rng, int depth);

static void random_object(dw_buf *out, dw_rng *rng, int depth)
{
  dw_buf_char(out, '{');
  random_space(out, rng);
  uint64_t count = dw_rng_below(rng, 6);
  for (uint64_t i = 0; i < count; i++) {
    if (dw_rng_below(rng, 8) == 0) {
      random_string(out, rng, 3);
    } else { /* mostly the same names, so that steps are met again */
      dw_buf_format(out, "\"%c%s\"", (char)('a' + (i * 3 + dw_rng_below(rng, 3)) % 26),
                    dw_rng_below(rng, 6) ? "" : "_a_name_that_is_long_enough_for_two_parts");
    }
    random_space(out, rng);
    dw_buf_char(out, ':');
    random_space(out, rng);
    random_value(out, rng, depth + 1);
    random_space(out, rng);
    if (i + 1 < count) {
      dw_buf_char(out, ',');
      random_space(out, rng);
    }
  }
  dw_buf_char(out, '}');
}

static void random_array(dw_buf *out, dw_rng *rng, int depth)
{
  bool numbers = dw_rng_below(rng, 3);
  dw_buf_char(out, '[');
  random_space(out, rng);
  for (uint64_t i = 0, count = dw_rng_below(rng, 6); i < count; i++) {
    if (i) dw_buf_char(out, ',');
    random_space(out, rng);
    if (numbers) random_number(out, rng);
    else random_value(out, rng, depth + 1);
    random_space(out, rng);
  }
  dw_buf_char(out, ']');
}

static void random_value(dw_buf *out, dw_rng *rng, int depth)
{
  static const char *const words[] = {"true", "false", "null"};
  switch (dw_rng_below(rng, depth < 6 ? 8 : 5)) {
  case 0: dw_buf_text(out, words[dw_rng_below(rng, 3)]); break;
  case 1: random_string(out, rng, 8); break;
  case 5: random_array(out, rng, depth); break;
  case 6: random_object(out, rng, depth); break;
  default: random_number(out, rng);
  }
}

static void random_damage(dw_buf *record, dw_rng *rng)
{
  static const char bytes[] = "\"\\{}[],:0123456789-+.eEtrufalsn \t\r\x01\x1f\x7f\x80\xbf\xc0\xc3\xe2\xed\xf0\xf4\xff"
                              "abu";
  size_t at = (size_t)dw_rng_below(rng, record->length);
  switch (dw_rng_below(rng, 4)) {
  case 0: record->length = at; break;
  case 1:
    memmove(record->data + at, record->data + at + 1, record->length - at - 1);
    record->length--;
    break;
  case 2:
    dw_buf_char(record, ' ');
    memmove(record->data + at + 1, record->data + at, record->length - at - 1);
    record->data[at] = bytes[dw_rng_below(rng, sizeof bytes - 1)];
    break;
  default: record->data[at] = bytes[dw_rng_below(rng, sizeof bytes - 1)];
  }
}

/* count random records, about half of them damaged. Returns what is wrong with the first that differs, which is left in *record.
 * *accepted counts the good ones. */
FUZZ_UNIT const char *fuzz_random(uint64_t count, uint64_t seed, dw_buf *record, uint64_t *accepted)
{
  *accepted = 0;
  const char *problem = NULL;
  fuzz_scan taught = fuzz_begin();
  dw_buf whole = {0};
  for (uint64_t i = 0; i < count && !problem; i++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(seed, "fuzz_ndjson"), i, 0);
    if (dw_rng_below(&rng, 3) || whole.length == 0) { /* otherwise the one before again, with other damage */
      whole.length = 0;
      random_space(&whole, &rng);
      random_object(&whole, &rng, 0);
      random_space(&whole, &rng);
    }
    record->length = 0;
    dw_buf_add(record, whole.data, whole.length);
    for (uint64_t n = dw_rng_below(&rng, 4); n > 1 && record->length; n--) random_damage(record, &rng);
    dw_buf_room(record, 1);
    problem = fuzz_record(&taught, record->data, record->length);
    *accepted += record->length > 0 && taught.table->batch.rows > 0;
  }
  fuzz_end(&taught);
  dw_buf_free(&whole);
  return problem;
}

FUZZ_UNIT void fuzz_change(dw_buf *input, dw_rng *rng)
{
  if (input->length && dw_rng_below(rng, 4)) {
    random_damage(input, rng);
  } else {
    input->length = 0;
    random_object(input, rng, 0);
  }
}

#if !defined(FUZZ_NO_MAIN)
static const char *fuzz_one(const char *bytes, size_t length)
{
  static fuzz_scan taught;
  if (!taught.scanner) taught = fuzz_begin();
  char *record = dw_strndup(bytes, length);
  const char *problem = fuzz_record(&taught, record, length);
  dw_free(record);
  return problem;
}

FUZZ_TARGET("ndjson", fuzz_one, fuzz_change);
#endif
