#include "io/text/json.h"

#include "base/map.h"
#include "base/num.h"
#include "io/text/json_check.h"

/* What was parsed lies in one arena: a copy of the text, in which strings end with a NUL in the place of their quote, and the values. */
struct dw_value {
  dw_value *next;  /* in the same array or object */
  const char *key; /* of a member of an object */
  union {
    double number;
    const char *text;
    bool truth;
    dw_value *first;
  };
  uint32_t key_length;
  dw_value_type kind;
};

typedef struct document {
  dw_value root; /* what callers hold */
  dw_arena arena;
} document;

/* --- the tree --- */

typedef struct tree {
  const dw_json_source *source;
  const dw_json_marks *marks;
  size_t number, key; /* marks used so far */
  dw_arena *arena;
  char *at; /* in a copy of the text, whose grammar was checked */
  dw_err *err;
} tree;

static void skip_space(tree *t)
{
  while (*t->at == ' ' || *t->at == '\t' || *t->at == '\n' || *t->at == '\r') t->at++;
}

static dw_status tree_number(tree *t, double *out)
{
  dw_json_mark mark = t->marks->numbers[t->number++];
  const char *text = t->source->text + mark.offset;
  *out = 0;
  (void)dw_num_parse(text, mark.length, out, NULL); /* a number, as the check has seen */
  t->at += mark.length;
  if (*out - *out == 0) return DW_OK;
  return dw_json_fault(t->source, mark.offset, t->err, "%.*s is beyond the range of a double", (int)(mark.length < 40 ? mark.length : 40),
                       text);
}

static uint32_t hex_unit(const char *digits)
{
  uint32_t unit = 0;
  for (int i = 0; i < 4; i++) unit = unit * 16 + (uint32_t)(digits[i] <= '9' ? digits[i] - '0' : (digits[i] | 32) - 'a' + 10);
  return unit;
}

/* Behind "\u": the code point, of two units where it takes a pair; *at behind it. */
static uint32_t code_point(const char **at)
{
  uint32_t high = hex_unit(*at);
  *at += 4;
  if (high < 0xd800 || high >= 0xdc00) return high;
  uint32_t low = hex_unit(*at + 2);
  *at += 6;
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static char *put_utf8(char *to, uint32_t c)
{
  if (c < 0x80) {
    *to++ = (char)c;
    return to;
  }
  if (c >= 0x10000) *to++ = (char)(0xf0 | c >> 18), *to++ = (char)(0x80 | (c >> 12 & 0x3f));
  else if (c >= 0x800) *to++ = (char)(0xe0 | c >> 12);
  *to++ = (char)(c >= 0x800 ? 0x80 | (c >> 6 & 0x3f) : 0xc0 | c >> 6);
  *to++ = (char)(0x80 | (c & 0x3f));
  return to;
}

/* From its quote on; undone in place, as what is escaped is never shorter. */
static char *tree_string(tree *t, size_t *length)
{
  static const char escapes[] = "bfnrt", meant[] = "\b\f\n\r\t";
  char *start = ++t->at, *to = start;
  size_t plain = strcspn(start, "\\\"");
  const char *from = start + plain;
  to += plain;
  while (*from != '"') {
    if (*from != '\\') {
      *to++ = *from++;
    } else if (*++from == 'u') {
      from++;
      to = put_utf8(to, code_point(&from));
    } else {
      const char *escape = strchr(escapes, *from);
      *to++ = escape ? meant[escape - escapes] : *from;
      from++;
    }
  }
  t->at += from + 1 - start;
  *to = '\0';
  *length = (size_t)(to - start);
  return start;
}

static dw_status tree_value(tree *t, dw_value *out);

static dw_value *tree_add(tree *t, dw_value ***end)
{
  dw_value *item = dw_arena_alloc(t->arena, sizeof *item);
  *item = (dw_value){.next = NULL};
  **end = item;
  *end = &item->next;
  return item;
}

static bool is_key(const dw_value *member, const char *key, size_t length)
{
  return member->key_length == length && memcmp(member->key, key, length) == 0;
}

/* Whether one before it has its key. seen: the keys, once they are many; until then the members are looked through. */
static bool stands_twice(const dw_value *object, const dw_value *member, size_t before, dw_map *seen)
{
  enum { FEW = 32 };
  const dw_value *other = object->first;
  if (before < FEW) {
    while (other != member && !is_key(other, member->key, member->key_length)) other = other->next;
    return other != member;
  }
  for (; before == FEW && other != member; other = other->next) dw_map_intern(seen, other->key, other->key_length);
  size_t count = seen->count;
  dw_map_intern(seen, member->key, member->key_length);
  return seen->count == count;
}

static dw_status tree_object(tree *t, dw_value *out)
{
  dw_value **end = &out->first;
  dw_status status = DW_OK;
  dw_map seen;
  dw_map_init(&seen);
  t->at++;
  skip_space(t);
  for (size_t count = 0; status == DW_OK && *t->at != '}'; count++) {
    dw_value *member = tree_add(t, &end);
    dw_json_mark mark = t->marks->keys[t->key++];
    size_t length;
    member->key = tree_string(t, &length);
    member->key_length = (uint32_t)length;
    if (stands_twice(out, member, count, &seen)) {
      status = dw_json_fault(t->source, mark.offset, t->err, "the key \"%.100s\" stands twice in this object", member->key);
      break;
    }
    skip_space(t);
    t->at++; /* the colon */
    status = tree_value(t, member);
    if (*t->at == ',') t->at++;
    skip_space(t);
  }
  t->at++;
  dw_map_free(&seen);
  return status;
}

static dw_status tree_array(tree *t, dw_value *out)
{
  dw_value **end = &out->first;
  dw_status status = DW_OK;
  t->at++;
  skip_space(t);
  while (status == DW_OK && *t->at != ']') {
    status = tree_value(t, tree_add(t, &end));
    if (*t->at == ',') t->at++;
    skip_space(t);
  }
  t->at++;
  return status;
}

/* With the space around it. Depth is bounded by the check. */
static dw_status tree_value(tree *t, dw_value *out)
{
  size_t length;
  dw_status status = DW_OK;
  skip_space(t);
  switch (*t->at) {
  case '{':
    out->kind = DW_VALUE_OBJECT;
    status = tree_object(t, out);
    break;
  case '[':
    out->kind = DW_VALUE_ARRAY;
    status = tree_array(t, out);
    break;
  case '"':
    out->kind = DW_VALUE_STRING;
    out->text = tree_string(t, &length);
    break;
  case 't':
  case 'f':
    out->kind = DW_VALUE_BOOL;
    out->truth = *t->at == 't';
    t->at += out->truth ? 4 : 5;
    break;
  case 'n':
    out->kind = DW_VALUE_NULL;
    t->at += 4;
    break;
  default: out->kind = DW_VALUE_NUMBER; status = tree_number(t, &out->number);
  }
  if (status == DW_OK) skip_space(t);
  return status;
}

dw_status dw_value_parse(dw_value **out, const char *text, size_t length, const char *name, uint64_t line, dw_err *err)
{
  *out = NULL;
  dw_json_source source = {text, length, name, line};
  dw_json_marks marks = {0};
  dw_status status = dw_json_check(&source, &marks, err);
  if (status == DW_OK) {
    document *made = dw_alloc_zero(1, sizeof *made);
    char *copy = dw_arena_strndup(&made->arena, text, length);
    status = tree_value(&(tree){.source = &source, .marks = &marks, .arena = &made->arena, .at = copy, .err = err}, &made->root);
    *out = &made->root;
    if (status != DW_OK) {
      dw_value_free(*out);
      *out = NULL;
    }
  }
  dw_json_marks_free(&marks);
  return status;
}

dw_status dw_value_parse_shown(dw_value **out, const char *text, size_t length, const char *name, uint64_t line, dw_err *err)
{
  if (!length || !memmem(text, length, "\\u0000", 6)) return dw_value_parse(out, text, length, name, line, err);
  char *copy = dw_strndup(text, length);
  for (size_t at = 0; at + 1 < length; at++) {
    if (copy[at] != '\\') continue;
    if (at + 6 <= length && memcmp(copy + at, "\\u0000", 6) == 0) memcpy(copy + at, "\\ufffd", 6);
    at++; /* what is escaped begins no escape */
  }
  dw_status status = dw_value_parse(out, copy, length, name, line, err);
  dw_free(copy);
  return status;
}

void dw_value_free(dw_value *value)
{
  if (!value) return;
  document *whole = (document *)value;
  dw_arena_free(&whole->arena);
  dw_free(whole);
}

/* --- questions --- */

dw_value_type dw_value_kind(const dw_value *value) { return value ? value->kind : DW_VALUE_NULL; }

const dw_value *dw_value_get(const dw_value *object, const char *key)
{
  size_t length = strlen(key);
  const dw_value *member = dw_value_kind(object) == DW_VALUE_OBJECT ? object->first : NULL;
  while (member && !is_key(member, key, length)) member = member->next;
  return member;
}

const dw_value *dw_value_first(const dw_value *container)
{
  dw_value_type kind = dw_value_kind(container);
  return kind == DW_VALUE_OBJECT || kind == DW_VALUE_ARRAY ? container->first : NULL;
}

const dw_value *dw_value_next(const dw_value *item) { return item ? item->next : NULL; }

size_t dw_value_count(const dw_value *container)
{
  size_t count = 0;
  for (const dw_value *item = dw_value_first(container); item; item = item->next) count++;
  return count;
}

const char *dw_value_key(const dw_value *item) { return item ? item->key : NULL; }
const char *dw_value_text(const dw_value *value, const char *otherwise)
{
  return dw_value_kind(value) == DW_VALUE_STRING ? value->text : otherwise;
}
const char *dw_value_text_of(const dw_value *object, const char *key, const char *otherwise)
{
  return dw_value_text(dw_value_get(object, key), otherwise);
}
double dw_value_number(const dw_value *value, double otherwise)
{
  return dw_value_kind(value) == DW_VALUE_NUMBER ? value->number : otherwise;
}
bool dw_value_bool(const dw_value *value, bool otherwise) { return dw_value_kind(value) == DW_VALUE_BOOL ? value->truth : otherwise; }

void dw_value_print(const dw_value *value, dw_buf *out)
{
  dw_value_type kind = dw_value_kind(value);
  switch (kind) {
  case DW_VALUE_NULL: dw_buf_text(out, "null"); break;
  case DW_VALUE_BOOL: dw_buf_text(out, value->truth ? "true" : "false"); break;
  case DW_VALUE_NUMBER: dw_buf_number(out, value->number); break;
  case DW_VALUE_STRING: dw_json_quote(out, value->text, strlen(value->text)); break;
  case DW_VALUE_ARRAY:
  case DW_VALUE_OBJECT:
    dw_buf_char(out, kind == DW_VALUE_OBJECT ? '{' : '[');
    for (const dw_value *item = value->first; item; item = item->next) {
      if (item != value->first) dw_buf_char(out, ',');
      if (kind == DW_VALUE_OBJECT) {
        dw_json_quote(out, item->key, item->key_length);
        dw_buf_char(out, ':');
      }
      dw_value_print(item, out);
    }
    dw_buf_char(out, kind == DW_VALUE_OBJECT ? '}' : ']');
  }
}
