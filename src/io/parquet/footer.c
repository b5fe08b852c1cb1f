#include "io/parquet/footer.h"

#include <string.h>

#include "base/str.h"

enum { FOOTER_LEVELS = 100, FOOTER_LEAVES = 1 << 20 };

typedef enum repetition { REQUIRED, OPTIONAL, REPEATED } repetition;

/* The numbers are those of parquet.thrift: ConvertedType. */
typedef enum converted {
  CONVERTED_UTF8,
  CONVERTED_MAP,
  CONVERTED_MAP_KEY_VALUE,
  CONVERTED_LIST,
  CONVERTED_ENUM,
  CONVERTED_DECIMAL,
  CONVERTED_DATE,
  CONVERTED_TIME_MILLIS,
  CONVERTED_TIME_MICROS,
  CONVERTED_TIMESTAMP_MILLIS,
  CONVERTED_TIMESTAMP_MICROS,
  CONVERTED_UINT_8,
  CONVERTED_UINT_16,
  CONVERTED_UINT_32,
  CONVERTED_UINT_64,
  CONVERTED_INT_8,
  CONVERTED_INT_16,
  CONVERTED_INT_32,
  CONVERTED_INT_64,
  CONVERTED_JSON,
  CONVERTED_BSON,
  CONVERTED_INTERVAL,
  CONVERTED_NONE
} converted;

typedef struct element {
  const char *name;
  size_t name_length;
  int64_t type, width, scale, children;
  repetition repetition;
  converted converted;
  dw_meaning meaning; /* of the logical type; DW_MEANS_ITSELF: it has none, or says nothing */
  int64_t second;
  bool utc, list, map, other; /* logical: a list, a map, something that is not known */
} element;

static dw_status footer_fail(const dw_footer *footer, const char *what, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, footer->name, 0, 0, "the footer of the Parquet file is damaged: %s", what);
}

/* --- logical types --- */

static int64_t read_unit(dw_thrift *t, const dw_thrift_field *field)
{
  static const int64_t ticks[] = {0, 1000, 1000000, 1000000000};
  int64_t second = 0;
  if (!dw_thrift_enter(t, field)) return 0;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) {
    if (f.id >= 1 && f.id <= 3) second = ticks[f.id];
    dw_thrift_skip(t, &f);
  }
  return second;
}

static void read_time(dw_thrift *t, const dw_thrift_field *field, element *e)
{
  if (!dw_thrift_enter(t, field)) return;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);)
    if (f.id == 1) e->utc = dw_thrift_boolean(t, &f);
    else if (f.id == 2) e->second = read_unit(t, &f);
    else dw_thrift_skip(t, &f);
}

static void read_decimal(dw_thrift *t, const dw_thrift_field *field, element *e)
{
  if (!dw_thrift_enter(t, field)) return;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);)
    if (f.id == 1) e->scale = dw_thrift_integer(t, &f);
    else dw_thrift_skip(t, &f);
}

static void read_whole(dw_thrift *t, const dw_thrift_field *field, element *e)
{
  if (!dw_thrift_enter(t, field)) return;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);)
    if (f.id == 2) e->meaning = dw_thrift_boolean(t, &f) ? DW_MEANS_ITSELF : DW_MEANS_UNSIGNED;
    else dw_thrift_skip(t, &f);
}

/* A union: one field, whose number is the type. */
static void read_logical(dw_thrift *t, const dw_thrift_field *field, element *e)
{
  if (!dw_thrift_enter(t, field)) return;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) {
    switch (f.id) {
    case 1: /* STRING */
    case 4: /* ENUM */
    case 12: /* JSON */ e->meaning = DW_MEANS_TEXT; break;
    case 2: e->map = true; break;
    case 3: e->list = true; break;
    case 5: e->meaning = DW_MEANS_DECIMAL, read_decimal(t, &f, e); continue;
    case 6: e->meaning = DW_MEANS_DATE; break;
    case 7: e->meaning = DW_MEANS_TIME, read_time(t, &f, e); continue;
    case 8: e->meaning = DW_MEANS_INSTANT, read_time(t, &f, e); continue;
    case 10: read_whole(t, &f, e); continue;
    case 11: e->meaning = DW_MEANS_NOTHING; break;
    case 13: e->meaning = DW_MEANS_BYTES; break; /* BSON */
    case 14: e->meaning = DW_MEANS_UUID; break;
    case 15: e->meaning = DW_MEANS_HALF; break;
    default: e->other = true;
    }
    dw_thrift_skip(t, &f);
  }
}

/* Where a file has the older way alone. */
static void apply_converted(element *e)
{
  if (e->meaning != DW_MEANS_ITSELF || e->list || e->map) return;
  switch (e->converted) {
  case CONVERTED_UTF8:
  case CONVERTED_ENUM:
  case CONVERTED_JSON: e->meaning = DW_MEANS_TEXT; break;
  case CONVERTED_MAP:
  case CONVERTED_MAP_KEY_VALUE: e->map = true; break;
  case CONVERTED_LIST: e->list = true; break;
  case CONVERTED_DECIMAL: e->meaning = DW_MEANS_DECIMAL; break;
  case CONVERTED_DATE: e->meaning = DW_MEANS_DATE; break;
  case CONVERTED_TIME_MILLIS: e->meaning = DW_MEANS_TIME, e->second = 1000; break;
  case CONVERTED_TIME_MICROS: e->meaning = DW_MEANS_TIME, e->second = 1000000; break;
  case CONVERTED_TIMESTAMP_MILLIS: e->meaning = DW_MEANS_INSTANT, e->second = 1000, e->utc = true; break;
  case CONVERTED_TIMESTAMP_MICROS: e->meaning = DW_MEANS_INSTANT, e->second = 1000000, e->utc = true; break;
  case CONVERTED_UINT_8:
  case CONVERTED_UINT_16:
  case CONVERTED_UINT_32:
  case CONVERTED_UINT_64: e->meaning = DW_MEANS_UNSIGNED; break;
  case CONVERTED_BSON: e->meaning = DW_MEANS_BYTES; break;
  case CONVERTED_INTERVAL: e->meaning = DW_MEANS_INTERVAL; break;
  case CONVERTED_INT_8:
  case CONVERTED_INT_16:
  case CONVERTED_INT_32:
  case CONVERTED_INT_64:
  case CONVERTED_NONE: break;
  }
}

/* --- the schema: a tree, written depth first --- */

static bool read_element(dw_thrift *t, const dw_thrift_field *field, element *e)
{
  *e = (element){.type = -1, .converted = CONVERTED_NONE};
  if (!dw_thrift_enter(t, field)) return false;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) {
    int64_t number;
    switch (f.id) {
    case 1: e->type = dw_thrift_integer(t, &f); break;
    case 2: e->width = dw_thrift_integer(t, &f); break;
    case 3:
      number = dw_thrift_integer(t, &f);
      if (number < REQUIRED || number > REPEATED) return false;
      e->repetition = (repetition)number;
      break;
    case 4: e->name = dw_thrift_text(t, &f, &e->name_length); break;
    case 5: e->children = dw_thrift_integer(t, &f); break;
    case 6:
      number = dw_thrift_integer(t, &f);
      if (number >= 0 && number < CONVERTED_NONE) e->converted = (converted)number;
      break;
    case 7: e->scale = dw_thrift_integer(t, &f); break;
    case 10: read_logical(t, &f, e); break;
    default: dw_thrift_skip(t, &f);
    }
  }
  apply_converted(e);
  return !t->wrong;
}

/* A node of the schema on the way to the leaf that is being read. */
typedef struct step {
  int64_t children_left;
  size_t name_length; /* of the dotted name up to here */
  uint8_t definition, repetition, in_list;
  bool list;        /* this group is a list: its one child repeats */
  bool in;          /* below a repeated node */
  bool single;      /* below a repeated node, with one child alone on the way down to here */
  size_t list_name; /* below a list or map: the length of its name */
  const char *left_out;
} step;

/* The values that a physical type of this meaning can hold; else it is read as what it is. */
static bool meaning_fits(const element *e)
{
  switch (e->meaning) {
  case DW_MEANS_ITSELF:
  case DW_MEANS_NOTHING: return true;
  case DW_MEANS_UNSIGNED:
  case DW_MEANS_TIME:
  case DW_MEANS_INSTANT: return e->type == DW_PHYSICAL_INT32 || e->type == DW_PHYSICAL_INT64;
  case DW_MEANS_DATE: return e->type == DW_PHYSICAL_INT32;
  case DW_MEANS_TEXT:
  case DW_MEANS_BYTES: return e->type == DW_PHYSICAL_BYTES || e->type == DW_PHYSICAL_FIXED;
  case DW_MEANS_DECIMAL: return e->type == DW_PHYSICAL_INT32 || e->type == DW_PHYSICAL_INT64 || e->type >= DW_PHYSICAL_BYTES;
  case DW_MEANS_INTERVAL: return e->type == DW_PHYSICAL_FIXED && e->width == 12;
  case DW_MEANS_UUID: return e->type == DW_PHYSICAL_FIXED && e->width == 16;
  case DW_MEANS_HALF: return e->type == DW_PHYSICAL_FIXED && e->width == 2;
  }
  return false;
}

/* What a vector can be of. Of nothing: the lists of such a column are all empty, or of what is missing. */
static bool is_number(const dw_leaf *leaf)
{
  if (leaf->meaning == DW_MEANS_HALF || leaf->meaning == DW_MEANS_DECIMAL || leaf->meaning == DW_MEANS_NOTHING) return true;
  if (leaf->meaning != DW_MEANS_ITSELF && leaf->meaning != DW_MEANS_UNSIGNED) return false;
  return leaf->physical == DW_PHYSICAL_INT32 || leaf->physical == DW_PHYSICAL_INT64 || leaf->physical == DW_PHYSICAL_FLOAT ||
         leaf->physical == DW_PHYSICAL_DOUBLE;
}

typedef struct schema {
  dw_footer *footer;
  step step[FOOTER_LEVELS];
  size_t depth;
  dw_buf name;
  size_t capacity;
} schema;

static const char *schema_leaf(schema *s, const element *e, const step *own)
{
  dw_footer *footer = s->footer;
  if (e->type < 0 || e->type >= DW_PHYSICALS) return "a column is of no type that there is";
  if (e->type == DW_PHYSICAL_FIXED && (e->width < 0 || e->width > INT32_MAX)) return "a column has values of no length that there is";
  if (e->scale < -1000 || e->scale > 1000) return "a decimal has no scale that there is";
  if (footer->leaves == FOOTER_LEAVES) return "it has too many columns";
  footer->leaf = dw_grow(footer->leaf, &s->capacity, footer->leaves + 1, sizeof *footer->leaf);
  dw_leaf *leaf = &footer->leaf[footer->leaves++];
  *leaf = (dw_leaf){.name = dw_arena_strndup(&footer->arena, s->name.data, own->in ? own->list_name : own->name_length),
                    .physical = (dw_physical)e->type,
                    .meaning = meaning_fits(e) ? e->meaning : DW_MEANS_ITSELF,
                    .width = (int32_t)e->width,
                    .scale = (int32_t)e->scale,
                    .second = e->second,
                    .utc = e->utc,
                    .definition = own->definition,
                    .repetition = own->repetition,
                    .in_list = own->in_list,
                    .left_out = own->left_out};
  if ((leaf->meaning == DW_MEANS_TIME || leaf->meaning == DW_MEANS_INSTANT) && !leaf->second) leaf->meaning = DW_MEANS_ITSELF;
  if (leaf->left_out) return NULL;
  if (own->in && !own->single) leaf->left_out = "a list of structs";
  else if (leaf->repetition > 1) leaf->left_out = "a list of lists";
  else if (own->in && !is_number(leaf)) leaf->left_out = "a list of what is no number";
  return NULL;
}

/* The node that e begins, below the step that is last. */
static const char *schema_step(schema *s, const element *e)
{
  step *above = &s->step[s->depth - 1];
  step own = *above;
  if (above->children_left-- == 0) return "its schema has nodes that belong to none";
  if (s->depth == FOOTER_LEVELS) return "its schema is nested too deep";
  own.children_left = e->children;
  s->name.length = above->name_length;
  if (s->depth > 1) dw_buf_char(&s->name, '.');
  dw_buf_add(&s->name, e->name, e->name_length);
  own.name_length = s->name.length;
  own.list = e->list;
  /* at most one a step, of FOOTER_LEVELS steps */
  own.definition = (uint8_t)(own.definition + (e->repetition != REQUIRED));
  own.repetition = (uint8_t)(own.repetition + (e->repetition == REPEATED));
  if (e->map && !own.left_out && !own.in) {
    own.left_out = "a map";
    own.list_name = own.name_length;
  }
  if (own.in) own.single = own.single && e->children <= 1;
  if (e->repetition == REPEATED && !own.in) {
    own.in = true;
    own.single = e->children <= 1;
    own.in_list = own.definition;
    if (!own.left_out) own.list_name = above->list ? above->name_length : own.name_length;
  }
  if (e->children == 0) return schema_leaf(s, e, &own);
  s->step[s->depth++] = own;
  return NULL;
}

static const char *read_schema(dw_footer *footer, dw_thrift *t, const dw_thrift_field *field)
{
  dw_thrift_field one;
  schema s = {.footer = footer};
  const char *wrong = NULL;
  size_t count = dw_thrift_list(t, field, &one);
  for (size_t i = 0; i < count && !wrong && !t->wrong; i++) {
    element e;
    if (!read_element(t, &one, &e)) wrong = t->wrong ? t->wrong : "its schema has a node that is none";
    else if (!e.name || e.children < 0 || e.children > (int64_t)count) wrong = "its schema has a node that is none";
    else if (i == 0) s.step[s.depth++] = (step){.children_left = e.children};
    else if (s.depth == 0) wrong = "its schema has nodes that belong to none";
    else wrong = schema_step(&s, &e);
    while (s.depth > 1 && s.step[s.depth - 1].children_left == 0) s.depth--;
  }
  if (!wrong && !t->wrong && (s.depth != 1 || s.step[0].children_left != 0)) wrong = "its schema ends early";
  dw_buf_free(&s.name);
  return wrong;
}

/* --- the whole --- */

static dw_status footer_parse(dw_footer *footer, const void *bytes, size_t length, dw_err *err)
{
  dw_thrift t = dw_thrift_of(bytes, length);
  const char *wrong = NULL;
  bool told = false; /* it may have no columns: pyarrow writes such files */
  for (dw_thrift_field f = {0}, one; !wrong && dw_thrift_next(&t, &f);) switch (f.id) {
    case 2:
      wrong = told ? "it has two schemas" : read_schema(footer, &t, &f);
      told = true;
      break;
    case 4: {
      dw_thrift list = t;
      footer->groups = footer->groups_left = dw_thrift_list(&list, &f, &one);
      if (footer->groups && one.type != DW_THRIFT_STRUCT) wrong = "its row groups are none";
      footer->at = list;
      dw_thrift_skip(&t, &f);
      break;
    }
    case 8: return dw_err_at(err, DW_EDATA, footer->name, 0, 0, "columns of the Parquet file are encrypted, which is not read");
    default: dw_thrift_skip(&t, &f);
    }
  if (!wrong) wrong = t.wrong;
  if (!wrong && !told) wrong = "it has no schema";
  return wrong ? footer_fail(footer, wrong, err) : DW_OK;
}

dw_status dw_footer_read(dw_footer **out, const void *bytes, size_t length, uint64_t size, const char *name, dw_err *err)
{
  dw_footer *footer = *out = dw_alloc_zero(1, sizeof *footer);
  footer->name = name;
  footer->size = size;
  dw_arena_init(&footer->arena);
  dw_status status = footer_parse(footer, bytes, length, err);
  if (status == DW_OK) {
    footer->chunk = dw_alloc_zero(footer->leaves, sizeof *footer->chunk);
    return DW_OK;
  }
  dw_footer_free(footer);
  *out = NULL;
  return status;
}

typedef struct chunk_draft {
  int64_t data, dictionary, bytes, values, codec;
  bool given, elsewhere, encrypted;
} chunk_draft;

static void read_chunk_data(dw_thrift *t, const dw_thrift_field *field, chunk_draft *c)
{
  if (!dw_thrift_enter(t, field)) return;
  c->given = true;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) switch (f.id) {
    case 4: c->codec = dw_thrift_integer(t, &f); break;
    case 5: c->values = dw_thrift_integer(t, &f); break;
    case 7: c->bytes = dw_thrift_integer(t, &f); break;
    case 9: c->data = dw_thrift_integer(t, &f); break;
    case 11: c->dictionary = dw_thrift_integer(t, &f); break;
    default: dw_thrift_skip(t, &f);
    }
}

static chunk_draft read_chunk(dw_thrift *t, const dw_thrift_field *field)
{
  chunk_draft c = {0};
  if (!dw_thrift_enter(t, field)) return c;
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) {
    if (f.id == 3) {
      read_chunk_data(t, &f, &c);
      continue;
    }
    if (f.id == 1) c.elsewhere = true;
    if (f.id == 8) c.encrypted = true;
    dw_thrift_skip(t, &f);
  }
  return c;
}

/* Writers put 0 where there is no dictionary; the pages begin with it where there is one. */
static const char *settle_chunk(const dw_footer *footer, const chunk_draft *c, dw_column_place *out)
{
  int64_t from = c->dictionary > 0 && c->dictionary < c->data ? c->dictionary : c->data;
  if (c->elsewhere) return "its pages are in another file";
  if (c->encrypted) return "it is encrypted, which is not read";
  if (!c->given) return "the footer does not say where it is";
  if (from < 0 || c->bytes < 0 || (uint64_t)from > footer->size || (uint64_t)c->bytes > footer->size - (uint64_t)from)
    return "it lies outside of the file";
  if (c->values < 0 || c->codec < 0) return "it has a number that none can have";
  *out = (dw_column_place){.codec = (uint32_t)c->codec, .offset = from, .bytes = c->bytes, .values = c->values};
  return NULL;
}

static dw_status read_chunks(dw_footer *footer, dw_thrift *t, const dw_thrift_field *field, dw_err *err)
{
  dw_thrift_field one;
  size_t count = dw_thrift_list(t, field, &one);
  if (count != footer->leaves) return footer_fail(footer, "a row group has another number of columns than the schema", err);
  for (size_t i = 0; i < count; i++) {
    chunk_draft draft = read_chunk(t, &one);
    if (t->wrong) return footer_fail(footer, t->wrong, err);
    const char *wrong = settle_chunk(footer, &draft, &footer->chunk[i]);
    if (wrong && !footer->leaf[i].left_out)
      return dw_err_at(err, DW_EDATA, footer->name, 0, 0, "column \"%.100s\", row group %zu: %s", footer->leaf[i].name,
                       footer->groups - footer->groups_left + 1, wrong);
  }
  return DW_OK;
}

dw_status dw_footer_group(dw_footer *footer, const dw_row_group **out, dw_err *err)
{
  dw_thrift *t = &footer->at;
  dw_thrift_field field = {.type = DW_THRIFT_STRUCT};
  bool chunks = false;
  *out = NULL;
  if (footer->groups_left == 0) return DW_OK;
  footer->group = (dw_row_group){.rows = -1, .chunk = footer->chunk};
  dw_thrift_enter(t, &field);
  for (dw_thrift_field f = {0}; dw_thrift_next(t, &f);) {
    dw_status status = DW_OK;
    if (f.id == 1) status = read_chunks(footer, t, &f, err), chunks = true;
    else if (f.id == 3) footer->group.rows = dw_thrift_integer(t, &f);
    else dw_thrift_skip(t, &f);
    if (status != DW_OK) return status;
  }
  if (t->wrong) return footer_fail(footer, t->wrong, err);
  if (!chunks || footer->group.rows < 0) return footer_fail(footer, "a row group has no columns, or no number of rows", err);
  footer->groups_left--;
  *out = &footer->group;
  return DW_OK;
}

void dw_footer_free(dw_footer *footer)
{
  if (!footer) return;
  dw_free(footer->leaf);
  dw_free(footer->chunk);
  dw_arena_free(&footer->arena);
  dw_free(footer);
}
