#include "io/arrow/arrow_schema.h"

#include "base/str.h"

enum { SCHEMA_DEPTH = 64, SCHEMA_FIELDS = 1 << 20 };

/* The numbers are those of Schema.fbs: Type. */
typedef enum arrow_type {
  ARROW_NULL = 1,
  ARROW_INT,
  ARROW_FLOAT,
  ARROW_BINARY,
  ARROW_UTF8,
  ARROW_BOOL,
  ARROW_DECIMAL,
  ARROW_DATE,
  ARROW_TIME,
  ARROW_TIMESTAMP,
  ARROW_INTERVAL,
  ARROW_LIST,
  ARROW_STRUCT,
  ARROW_UNION,
  ARROW_FIXED_BINARY,
  ARROW_FIXED_LIST,
  ARROW_MAP,
  ARROW_DURATION,
  ARROW_LARGE_BINARY,
  ARROW_LARGE_UTF8,
  ARROW_LARGE_LIST,
  ARROW_RUN_END,
  ARROW_BINARY_VIEW,
  ARROW_UTF8_VIEW,
  ARROW_LIST_VIEW,
  ARROW_LARGE_LIST_VIEW
} arrow_type;

typedef struct schema_reader {
  dw_arrow_schema *out;
  dw_flat *flat;
  dw_buf name;
  const char *wrong;
} schema_reader;

static int64_t ticks_of(int64_t unit)
{
  static const int64_t ticks[] = {1, 1000, 1000000, 1000000000};
  return unit >= 0 && unit < 4 ? ticks[unit] : 0;
}

static void fixed(dw_arrow_field *f, dw_physical physical, int64_t bytes, dw_meaning meaning)
{
  f->layout = DW_ARROW_FIXED;
  f->width = (uint8_t)bytes;
  f->leaf.physical = physical;
  f->leaf.meaning = meaning;
}

static void left_out(dw_arrow_field *f, dw_arrow_layout layout, const char *why)
{
  f->layout = layout;
  f->leaf.left_out = why;
}

static void whole_number(dw_arrow_field *f, int64_t bits, bool is_signed)
{
  bool known = bits == 8 || bits == 16 || bits == 32 || bits == 64;
  fixed(f, DW_PHYSICAL_INT64, known ? bits / 8 : 0, is_signed || bits < 64 ? DW_MEANS_ITSELF : DW_MEANS_UNSIGNED);
  f->is_unsigned = !is_signed;
}

static void text(dw_arrow_field *f, bool large, dw_meaning meaning)
{
  f->layout = DW_ARROW_TEXT;
  f->width = large ? 8 : 4;
  f->leaf.physical = DW_PHYSICAL_BYTES;
  f->leaf.meaning = meaning;
}

static void sized(dw_arrow_field *f, int64_t bytes, dw_meaning meaning)
{
  f->layout = DW_ARROW_FIXED;
  f->size = bytes > 0 && bytes <= INT32_MAX ? (uint32_t)bytes : 0;
  f->leaf.physical = DW_PHYSICAL_FIXED;
  f->leaf.meaning = meaning;
}

static void time_of(schema_reader *r, dw_arrow_field *f, dw_meaning meaning, int64_t bytes, int64_t unit)
{
  fixed(f, DW_PHYSICAL_INT64, bytes, meaning);
  f->leaf.second = ticks_of(unit);
  if (!f->leaf.second) r->wrong = "a time has no unit that there is";
}

static void read_float(schema_reader *r, dw_flat_table type, dw_arrow_field *f)
{
  int64_t precision = dw_flat_integer(r->flat, type, 0, 2, 0);
  if (precision == 0) sized(f, 2, DW_MEANS_HALF);
  else fixed(f, precision == 1 ? DW_PHYSICAL_FLOAT : DW_PHYSICAL_DOUBLE, precision == 1 ? 4 : 8, DW_MEANS_ITSELF);
}

static void read_date(schema_reader *r, dw_flat_table type, dw_arrow_field *f)
{
  if (dw_flat_integer(r->flat, type, 0, 2, 1) == 0) fixed(f, DW_PHYSICAL_INT64, 4, DW_MEANS_DATE);
  else time_of(r, f, DW_MEANS_INSTANT, 8, 1); /* milliseconds */
}

static void read_decimal(schema_reader *r, dw_flat_table type, dw_arrow_field *f)
{
  sized(f, dw_flat_integer(r->flat, type, 2, 4, 128) / 8, DW_MEANS_DECIMAL);
  f->leaf.scale = (int32_t)dw_flat_integer(r->flat, type, 1, 4, 0);
  if (f->leaf.scale < -1000 || f->leaf.scale > 1000 || f->size > 32) r->wrong = "a decimal has no scale or width that there is";
}

static void read_timestamp(schema_reader *r, dw_flat_table type, dw_arrow_field *f)
{
  size_t length;
  time_of(r, f, DW_MEANS_INSTANT, 8, dw_flat_integer(r->flat, type, 0, 2, 0));
  f->leaf.utc = dw_flat_text(r->flat, type, 1, &length) && length > 0; /* whatever the zone is called, values are in UTC */
}

static void read_type(schema_reader *r, int64_t kind, dw_flat_table type, dw_arrow_field *f)
{
  dw_flat *flat = r->flat;
  switch ((arrow_type)kind) {
  case ARROW_NULL: f->layout = DW_ARROW_NOTHING, f->leaf.meaning = DW_MEANS_NOTHING; return;
  case ARROW_INT: whole_number(f, dw_flat_integer(flat, type, 0, 4, 0), dw_flat_integer(flat, type, 1, 1, 0)); return;
  case ARROW_FLOAT: read_float(r, type, f); return;
  case ARROW_BINARY: text(f, false, DW_MEANS_ITSELF); return;
  case ARROW_UTF8: text(f, false, DW_MEANS_TEXT); return;
  case ARROW_LARGE_BINARY: text(f, true, DW_MEANS_ITSELF); return;
  case ARROW_LARGE_UTF8: text(f, true, DW_MEANS_TEXT); return;
  case ARROW_BOOL: f->layout = DW_ARROW_BITS, f->leaf.physical = DW_PHYSICAL_BOOLEAN; return;
  case ARROW_DECIMAL: read_decimal(r, type, f); return;
  case ARROW_DATE: read_date(r, type, f); return;
  case ARROW_TIME: time_of(r, f, DW_MEANS_TIME, dw_flat_integer(flat, type, 1, 4, 32) / 8, dw_flat_integer(flat, type, 0, 2, 1)); return;
  case ARROW_TIMESTAMP: read_timestamp(r, type, f); return;
  case ARROW_DURATION: fixed(f, DW_PHYSICAL_INT64, 8, DW_MEANS_ITSELF); return;
  case ARROW_FIXED_BINARY: sized(f, dw_flat_integer(flat, type, 0, 4, 0), DW_MEANS_ITSELF); return;
  case ARROW_BINARY_VIEW: text(f, false, DW_MEANS_ITSELF), f->layout = DW_ARROW_VIEWS; return;
  case ARROW_UTF8_VIEW: text(f, false, DW_MEANS_TEXT), f->layout = DW_ARROW_VIEWS; return;
  case ARROW_STRUCT: f->layout = DW_ARROW_STRUCT; return;
  case ARROW_LIST: f->layout = DW_ARROW_LIST, f->width = 4; return;
  case ARROW_LARGE_LIST: f->layout = DW_ARROW_LIST, f->width = 8; return;
  case ARROW_FIXED_LIST:
    f->layout = DW_ARROW_ARRAY;
    f->size = (uint32_t)dw_flat_integer(flat, type, 0, 4, 0);
    if (f->size > INT32_MAX) r->wrong = "a list has no length that there is";
    return;
  case ARROW_INTERVAL: left_out(f, DW_ARROW_TWO, "an interval"); return;
  case ARROW_MAP: left_out(f, DW_ARROW_TWO, "a map"); return;
  case ARROW_UNION: left_out(f, dw_flat_integer(flat, type, 0, 2, 0) ? DW_ARROW_TWO : DW_ARROW_ONE, "a union"); return;
  case ARROW_RUN_END: f->layout = DW_ARROW_RUNS; return;
  case ARROW_LIST_VIEW: f->layout = DW_ARROW_WINDOWS, f->width = 4; return;
  case ARROW_LARGE_LIST_VIEW: f->layout = DW_ARROW_WINDOWS, f->width = 8; return;
  }
  r->wrong = "a field is of no type that is known";
}

size_t dw_arrow_buffers(dw_arrow_layout layout)
{
  switch (layout) {
  case DW_ARROW_NOTHING:
  case DW_ARROW_RUNS: return 0;
  case DW_ARROW_ARRAY:
  case DW_ARROW_STRUCT:
  case DW_ARROW_ONE: return 1;
  case DW_ARROW_FIXED:
  case DW_ARROW_BITS:
  case DW_ARROW_VIEWS:
  case DW_ARROW_LIST:
  case DW_ARROW_TWO: return 2;
  case DW_ARROW_TEXT:
  case DW_ARROW_WINDOWS: return 3;
  }
  return 0;
}

static void read_dictionary(schema_reader *r, dw_flat_table coding, dw_arrow_field *f)
{
  dw_flat_table index = dw_flat_inner(r->flat, coding, 1);
  int64_t bits = dw_flat_integer(r->flat, index, 0, 4, 32);
  f->coded = true;
  f->dictionary = dw_flat_integer(r->flat, coding, 0, 8, 0);
  f->index_unsigned = index && !dw_flat_integer(r->flat, index, 1, 1, 0);
  f->index = (uint8_t)(bits / 8);
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64) r->wrong = "indices into a dictionary are of no width that there is";
}

/* A type that Arrow has by a name beside the one of its storage. */
static void read_extension(schema_reader *r, dw_flat_table table, dw_arrow_field *f)
{
  dw_flat_vector pairs = dw_flat_list(r->flat, table, 6, 4);
  for (size_t i = 0; i < pairs.count && !r->flat->wrong; i++) {
    size_t key_length, length;
    dw_flat_table pair = dw_flat_element(r->flat, pairs, i);
    const char *key = dw_flat_text(r->flat, pair, 0, &key_length), *name = dw_flat_text(r->flat, pair, 1, &length);
    if (!key || !name || !dw_text_equal(key, key_length, "ARROW:extension:name")) continue;
    if (dw_text_equal(name, length, "arrow.uuid") && f->layout == DW_ARROW_FIXED && f->size == 16) f->leaf.meaning = DW_MEANS_UUID;
    if (dw_text_equal(name, length, "arrow.bool8") && f->layout == DW_ARROW_FIXED && f->width == 1) f->leaf.physical = DW_PHYSICAL_BOOLEAN;
  }
}

static bool is_list(const dw_arrow_field *f)
{
  return f->layout == DW_ARROW_LIST || f->layout == DW_ARROW_WINDOWS || f->layout == DW_ARROW_ARRAY;
}

static bool is_number(const dw_arrow_field *f)
{
  dw_meaning meaning = f->leaf.meaning;
  if (f->coded || f->leaf.left_out) return false;
  if (f->layout == DW_ARROW_NOTHING || meaning == DW_MEANS_HALF || meaning == DW_MEANS_DECIMAL) return true;
  return f->layout == DW_ARROW_FIXED && f->leaf.physical != DW_PHYSICAL_FIXED && f->leaf.physical != DW_PHYSICAL_BOOLEAN &&
         (meaning == DW_MEANS_ITSELF || meaning == DW_MEANS_UNSIGNED);
}

/* Runs of plain values; NULL: they are. */
static const char *runs_fault(const dw_arrow_schema *schema, size_t at)
{
  const dw_arrow_field *f = &schema->field[at], *ends = f + 1, *values = f + 2;
  if (f->end != at + 3 || ends->end != at + 2 || ends->coded || ends->layout != DW_ARROW_FIXED || ends->width < 2)
    return "runs of what is no plain value";
  if (values->coded || values->leaf.left_out) return "runs of what is no plain value";
  return is_list(values) || values->layout == DW_ARROW_STRUCT || values->layout == DW_ARROW_RUNS ? "runs of what is no plain value" : NULL;
}

/* What is in a list, a map and the like is no column of its own; of a list of numbers the list is one. */
static void settle(schema_reader *r, size_t at)
{
  dw_arrow_schema *out = r->out;
  dw_arrow_field *f = &out->field[at];
  bool list = is_list(f);
  if (f->layout == DW_ARROW_STRUCT && !f->coded) {
    f->leaf.left_out = "";
    return;
  }
  if (list && !f->leaf.left_out) {
    const dw_arrow_field *inner = at + 1 < f->end ? &out->field[at + 1] : NULL;
    bool number = inner && f->end == at + 2 && is_number(inner);
    if (!number || f->coded) f->leaf.left_out = "a list of what is no number";
  }
  if (f->layout == DW_ARROW_RUNS && !f->coded) f->leaf.left_out = runs_fault(out, at);
  if (f->coded && !f->leaf.left_out && (f->layout == DW_ARROW_STRUCT || f->end != at + 1))
    f->leaf.left_out = "a dictionary of what is no plain value";
  if (list || f->layout == DW_ARROW_RUNS || f->leaf.left_out)
    for (size_t i = at + 1; i < f->end; i++) out->field[i].leaf.left_out = "";
}

static void read_field(schema_reader *r, dw_flat_table table, uint32_t parent, int depth)
{
  dw_arrow_schema *out = r->out;
  size_t at = out->fields, length, before = r->name.length;
  if (depth == SCHEMA_DEPTH || at == SCHEMA_FIELDS) r->wrong = "it has too many fields, or they are nested too deep";
  if (r->wrong || r->flat->wrong) return;
  out->field = dw_grow(out->field, &out->capacity, at + 1, sizeof *out->field);
  out->field[at] = (dw_arrow_field){.parent = parent};
  out->fields++;
  const char *name = dw_flat_text(r->flat, table, 0, &length);
  if (before) dw_buf_char(&r->name, '.');
  dw_buf_add(&r->name, name, length);
  out->field[at].leaf.name = dw_arena_strndup(&out->arena, r->name.data ? r->name.data : "", r->name.length);
  read_type(r, dw_flat_integer(r->flat, table, 2, 1, 0), dw_flat_inner(r->flat, table, 3), &out->field[at]);
  read_extension(r, table, &out->field[at]);
  dw_flat_table coding = dw_flat_inner(r->flat, table, 4);
  if (coding) read_dictionary(r, coding, &out->field[at]);
  dw_flat_vector children = dw_flat_list(r->flat, table, 5, 4);
  for (size_t i = 0; i < children.count && !r->wrong && !r->flat->wrong; i++)
    read_field(r, dw_flat_element(r->flat, children, i), (uint32_t)at, depth + 1);
  out->field[at].end = (uint32_t)out->fields;
  if (is_list(&out->field[at]) && children.count != 1) r->wrong = "a list has no one child";
  settle(r, at);
  r->name.length = before;
}

dw_status dw_arrow_schema_read(dw_arrow_schema *out, dw_flat *flat, dw_flat_table schema, const char *name, dw_err *err)
{
  *out = (dw_arrow_schema){0};
  dw_arena_init(&out->arena);
  schema_reader r = {.out = out, .flat = flat};
  if (dw_flat_integer(flat, schema, 0, 2, 0) != 0) r.wrong = "its bytes are in the order of another kind of machine";
  dw_flat_vector fields = dw_flat_list(flat, schema, 1, 4);
  for (size_t i = 0; i < fields.count && !r.wrong && !flat->wrong; i++) read_field(&r, dw_flat_element(flat, fields, i), UINT32_MAX, 0);
  for (size_t i = 0; i < out->fields && !r.wrong; i++) {
    const dw_arrow_field *f = &out->field[i];
    if (f->layout == DW_ARROW_FIXED && !f->size && f->width != 1 && f->width != 2 && f->width != 4 && f->width != 8)
      r.wrong = "values are of no width that there is";
  }
  dw_buf_free(&r.name);
  if (!r.wrong && !flat->wrong) return DW_OK;
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the schema of the Arrow data is damaged: %s",
                   r.wrong ? r.wrong : "it points outside of itself");
}

void dw_arrow_schema_free(dw_arrow_schema *schema)
{
  dw_free(schema->field);
  dw_arena_free(&schema->arena);
  *schema = (dw_arrow_schema){0};
}

const dw_arrow_field *dw_arrow_element(const dw_arrow_schema *schema, size_t field)
{
  return is_list(&schema->field[field]) ? &schema->field[field + 1] : NULL;
}

const dw_arrow_field *dw_arrow_values(const dw_arrow_schema *schema, size_t field)
{
  const dw_arrow_field *f = &schema->field[field];
  return f->layout == DW_ARROW_RUNS && !f->coded ? f + 2 : f;
}
