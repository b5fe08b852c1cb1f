#include "io/formats/ndjson.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "io/bytes/charset.h"
#include "io/formats/formats.h"
#include "io/formats/json_layout.h"
#include "io/text/json_text.h"
#include "io/formats/ndjson_number.h"
#include "io/formats/ndjson_parts.h"

struct dw_ndjson {
  dw_builder builder;
  dw_shape shape;
  uint32_t *trail; /* the names met in the record being read, objects included */
  size_t trail_capacity;
  size_t trail_count;
  dw_text_fault fault;
  char fault_text[DW_SCAN_TEXT]; /* when a constant does not say it */
  bool nan;                      /* what is no number is read */
  dw_ndjson_run *run;            /* NULL: all values are read here */
  struct {
    uint64_t record, nans, infinite; /* those of the record that had some last */
  } odd;
};

dw_ndjson *dw_ndjson_new(const dw_scan_options *options)
{
  dw_ndjson *s = dw_alloc_zero(1, sizeof *s);
  dw_builder_init(&s->builder, options);
  dw_shape_init(&s->shape, &s->builder);
  s->nan = options->dialect && options->dialect->nan == DW_NAN_MISSING;
  s->run = options->as_text ? NULL : dw_ndjson_wide(options->spans);
  return s;
}

void dw_ndjson_free(dw_ndjson *s)
{
  if (!s) return;
  dw_shape_free(&s->shape);
  dw_builder_free(&s->builder);
  dw_free(s->trail);
  dw_free(s);
}

size_t dw_ndjson_cut(const char *bytes, size_t length)
{
  const char *last = length ? memrchr(bytes, '\n', length) : NULL;
  return last ? (size_t)(last - bytes) + 1 : 0;
}

/* --- steps --- */

/* The first bytes of a step. p may be read for DW_BLOCK_PADDING bytes. */
DW_INLINE bool step_begins(const dw_step *step, const char *p)
{
#if defined(DW_SSE2)
  const __m128i *want = (const __m128i *)(const void *)step->literal, *have = (const __m128i *)(const void *)p;
  unsigned low = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_load_si128(want), _mm_loadu_si128(have)));
  unsigned high = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_load_si128(want + 1), _mm_loadu_si128(have + 1)));
  return (~(low | high << 16) & step->mask) == 0;
#else
  return memcmp(p, step->literal, step->length < DW_STEP_BYTES ? step->length : DW_STEP_BYTES) == 0;
#endif
}

/* The whole step, for any place but DW_STEP_MISSING. */
static bool step_fits(const dw_shape *shape, uint32_t place, const char *p, const char *limit)
{
  const dw_step *step = &shape->steps[place];
  return step_begins(step, p) && (step->length <= DW_STEP_BYTES || dw_shape_matches(shape, step, p, (size_t)(limit - p)));
}

/* How to find the next step: the same as in the record before, another that was seen, or the one that the grammar finds. */
typedef enum seeking { SEEK_NOT, SEEK_OTHER, SEEK_GRAMMAR } seeking;

/* White space, or an object with members: the value begins further on than the step says. */
static seeking value_is_further(const char *p)
{
  bool further = dw_json_space(*p) || (*p == '{' && *dw_json_skip_space(p + 1) != '}');
  return further ? SEEK_GRAMMAR : SEEK_NOT;
}

static __attribute__((noinline, cold)) void fault_name(dw_ndjson *s, const dw_map *names, uint32_t id, const char *at)
{
  const dw_map_key *key = &names->keys[id];
  int length = key->length < 400 ? (int)key->length : 400;
  snprintf(s->fault_text, sizeof s->fault_text, "the name \"%.*s\" occurs twice in the record", length, key->text);
  s->fault = (dw_text_fault){at, s->fault_text};
}

static __attribute__((noinline, cold)) void fault_fields(dw_ndjson *s, const char *at)
{
  snprintf(s->fault_text, sizeof s->fault_text, "more than %u fields in one record", s->builder.options->field_limit);
  s->fault = (dw_text_fault){at, s->fault_text};
}

static __attribute__((noinline, cold)) void fault_length(dw_ndjson *s, const char *line)
{
  size_t limit = s->builder.options->line_limit;
  snprintf(s->fault_text, sizeof s->fault_text, DW_SCAN_TOO_LONG, limit);
  s->fault = (dw_text_fault){line + limit, s->fault_text};
}

typedef enum outcome { STEP_OK, STEP_BAD, STEP_FULL } outcome;

/* The objects that a step opens: each name once in a record, as an object or as a value. When a column of the name is in the table, it gets
 * a mark that a value would run into; when it comes later, first_value looks here. */
static __attribute__((noinline)) outcome open_objects(dw_ndjson *s, uint32_t opens, const char *p)
{
  if (!opens) return STEP_OK;
  for (const dw_shape_open *open = &s->shape.opened[opens - 1]; open->object != DW_MAP_NONE; open++) {
    dw_shape_object *object = &s->shape.objects[open->object];
    bool twice = object->record == s->shape.record;
    object->record = s->shape.record;
    const dw_slot *slot = object->column == DW_MAP_NONE ? NULL : &s->builder.slots[object->column];
    if (slot && slot->tags) {
      uint8_t *tag = slot->tags + s->builder.row;
      twice |= *tag != DW_ABSENT;
      *tag = DW_TAG_OBJECT;
      s->builder.objects = true;
      s->trail[s->trail_count++] = object->column;
    }
    if (twice) {
      fault_name(s, &s->shape.object_names, open->object, p + open->key);
      return STEP_BAD;
    }
  }
  return STEP_OK;
}

/* The first value of a column in the table. */
static __attribute__((noinline)) outcome first_value(dw_ndjson *s, uint32_t column, const char *key)
{
  uint32_t object = s->shape.object_of[column];
  if (object != DW_MAP_NONE && s->shape.objects[object].record == s->shape.record) {
    fault_name(s, &s->builder.names->map, column, key);
    return STEP_BAD;
  }
  return dw_builder_touch(&s->builder, column) ? STEP_OK : STEP_FULL;
}

/* --- values --- */

/* The first byte from p on that is not plain text: a quote, a backslash, a control character, the begin of a longer character. */
DW_INLINE const char *text_end(const char *p)
{
#if defined(DW_SSE2)
  const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');
  for (;; p += 16) {
    const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
    /* as signed bytes, those of longer characters are below the space too */
    const __m128i odd = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)), _mm_cmplt_epi8(v, space));
    unsigned mask = (unsigned)_mm_movemask_epi8(odd);
    if (mask) return p + __builtin_ctz(mask);
  }
#else
  while (*p != '"' && *p != '\\' && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x80) p++;
  return p;
#endif
}

/* --- what is no number in JSON --- */

/* Counts a value of the record at hand that is NaN or infinite. */
static void count_odd(dw_ndjson *s, double value)
{
  dw_batch *batch = &s->builder.table->batch;
  bool nan = value != value;
  if (s->odd.record != s->shape.record) s->odd.nans = s->odd.infinite = 0;
  s->odd.record = s->shape.record;
  s->odd.nans += nan;
  s->odd.infinite += !nan;
  batch->nans += nan;
  batch->infinite += !nan;
}

/* The record at hand is taken back. */
static void forget_odd(dw_ndjson *s)
{
  dw_batch *batch = &s->builder.table->batch;
  if (s->odd.record != s->shape.record) return;
  batch->nans -= s->odd.nans;
  batch->infinite -= s->odd.infinite;
  s->odd.record = 0;
}

/* NaN, Infinity, -Infinity, and a number beyond the range of a double; NULL: none of them, or they are not to be read. */
static __attribute__((noinline, cold)) const char *read_no_number(const dw_ndjson *s, const char *p, double *value)
{
  bool negative = *p == '-', real;
  dw_text_fault ignored;
  if (!s->nan) return NULL;
  if (memcmp(p, "NaN", 3) == 0) return *value = NAN, p + 3;
  if (memcmp(p + negative, "Infinity", 8) == 0) return *value = negative ? -INFINITY : INFINITY, p + negative + 8;
  *value = 0;
  if (dw_json_text_number(p, value, &real, &ignored) || !isinf(*value)) return NULL;
  return p + strspn(p, "+-.eE0123456789");
}

/* An array of numbers goes into the pool; *other is set for any other array, with nothing left in the pool, and *missing for one with a
 * NaN in it. */
static const char *read_vector(dw_ndjson *s, const char *p, dw_cell *cell, bool *other, bool *missing)
{
  dw_table *table = s->builder.table;
  size_t first = table->pool_count;
  bool infinite = false;
  *other = *missing = false;
  p = dw_json_skip_space(p + 1);
  for (bool more = *p != ']'; more;) {
    bool real;
    double value;
    const char *end = *p == '-' || (unsigned)(*p - '0') < 10 ? number_quick(p, &value, &real) : NULL;
    if (DW_UNLIKELY(!end) && (end = read_no_number(s, p, &value))) {
      *missing |= isnan(value);
      infinite |= isinf(value);
    }
    if (!end && *p != '-' && (unsigned)(*p - '0') >= 10) {
      table->pool_count = first;
      *other = true;
      return p;
    }
    if (!end && !(end = dw_json_text_number(p, &value, &real, &s->fault))) return NULL;
    if (DW_UNLIKELY(table->pool_count == table->pool_capacity)) dw_builder_pool(&s->builder, 1);
    table->pool[table->pool_count++] = value;
    p = dw_json_skip_space(end);
    if (*p == ',') p = dw_json_skip_space(p + 1);
    else if (*p == ']') more = false;
    else {
      s->fault = (dw_text_fault){p, *p == '\n' ? "the line ends before the record does" : "a comma or ] is missing"};
      return NULL;
    }
  }
  if (*missing) table->pool_count = first;
  if (*missing || infinite) count_odd(s, *missing ? NAN : INFINITY);
  cell->text.offset = (uint32_t)first;
  cell->text.length = (uint32_t)(table->pool_count - first);
  return p + 1;
}

/* A bare NaN or Infinity; NULL: another value, or it is not to be read. */
static const char *read_bare(dw_ndjson *s, const char *base, const char *p, uint32_t column, uint8_t *tag, dw_cell *cell)
{
  double value;
  const char *end = read_no_number(s, p, &value);
  if (!end) return NULL;
  count_odd(s, value);
  *tag = isnan(value) ? DW_NULL : DW_REAL;
  cell->number = value;
  if (isnan(value) || !s->builder.names->as_text[column]) return end;
  *tag = DW_STRING;
  cell->text.offset = (uint32_t)(p - base);
  cell->text.length = (uint32_t)(end - p);
  return end;
}

/* Values other than strings and numbers; depth: of the objects around. */
static __attribute__((noinline)) const char *read_other(dw_ndjson *s, const char *base, const char *p, uint32_t column, uint32_t state,
                                                        uint8_t *tag, dw_cell *cell)
{
  if (memcmp(p, "true", 4) == 0) return *tag = DW_TRUE, p + 4;
  if (memcmp(p, "null", 4) == 0) return *tag = DW_NULL, p + 4;
  if (memcmp(p, "false", 5) == 0) return *tag = DW_FALSE, p + 5;
  int depth = (int)s->shape.contexts[s->shape.states[state].context].depth;
  if (*p == '[' && depth < DW_NDJSON_DEPTH) {
    bool other, missing;
    size_t pool = s->builder.table->pool_count;
    const char *end = read_vector(s, p, cell, &other, &missing);
    if (!end) return NULL;
    if (!s->builder.names->wanted[column]) s->builder.table->pool_count = pool;
    if (!other) return *tag = missing ? DW_NULL : DW_VECTOR, end;
  }
  if (DW_UNLIKELY(*p == 'N' || *p == 'I')) {
    const char *end = read_bare(s, base, p, column, tag, cell);
    if (end) return end;
  }
  const char *end = dw_json_text_value(p, depth, DW_NDJSON_DEPTH, &s->fault);
  if (!end) return NULL;
  *tag = DW_OTHER;
  s->builder.table->batch.others = true;
  cell->text.offset = (uint32_t)(p - base);
  cell->text.length = (uint32_t)(end - p);
  return end;
}

static __attribute__((noinline)) const char *read_odd_number(dw_ndjson *s, const char *p, double *value, bool *real)
{
  const char *end = dw_json_text_number(p, value, real, &s->fault);
  if (end || !(end = read_no_number(s, p, value))) return end;
  count_odd(s, *value);
  *real = true;
  return end;
}

static __attribute__((noinline)) const char *read_odd_string(dw_ndjson *s, const char *p, bool *escaped)
{
  return dw_json_text_string(p, escaped, &s->fault);
}

/* --- records --- */

/* Where things are that move only when something new is met. */
typedef struct places {
  const dw_step *steps;
  const uint32_t *first;
  dw_slot *slots;
  uint32_t *trail;
} places;

DW_INLINE places find_places(const dw_ndjson *s) { return (places){s->shape.steps, s->shape.first, s->builder.slots, s->trail}; }

/* The step at p that is not the first of its state: another that is remembered, or one by the grammar. */
static __attribute__((noinline)) uint32_t find_step(dw_ndjson *s, uint32_t state, const char *p, const char *limit, seeking seek,
                                                    const char **behind)
{
  dw_shape *shape = &s->shape;
  if (seek != SEEK_GRAMMAR) {
    uint32_t before = shape->first[state], index = shape->steps[before].next;
    for (; index != DW_STEP_MISSING; before = index, index = shape->steps[index].next)
      if (step_fits(shape, index, p, limit)) {
        dw_shape_used(shape, state, index, before);
        return index;
      }
  }
  uint32_t index = dw_shape_learn(shape, state, p, behind, &s->fault);
  size_t names = s->builder.names->map.count; /* a name occurs once in a record: this is room enough */
  s->trail = dw_grow(s->trail, &s->trail_capacity, names, sizeof *s->trail);
  return index;
}

/* As many plain values as there are. */
DW_INLINE const char *run_plain(const dw_ndjson *s, const char *base, const char *p, uint32_t *state, size_t *trail, size_t trail_limit)
{
  dw_ndjson_lane lane = {.p = p, .trail = s->trail, .trail_count = *trail, .trail_limit = trail_limit, .state = *state};
  s->run(&s->shape, base, &lane);
  *state = lane.state;
  *trail = lane.trail_count;
  return lane.p;
}

/* One line. *behind: the byte behind it. When the result is not STEP_OK, the trail says what to take back. */
DW_INLINE outcome read_record(dw_ndjson *s, const char *base, const char *line, const char *limit, const char **behind, bool *blank,
                              const bool spans, const bool texts)
{
  dw_builder *builder = &s->builder;
  const size_t row = builder->row;
  places at = find_places(s);
  size_t trail = 0, trail_limit = builder->options->field_limit;
  uint32_t state = 0;
  const char *p = line;
  seeking seek = SEEK_NOT;
  *blank = false;
  for (;;) {
    if (!texts && s->run && !seek) p = run_plain(s, base, p, &state, &trail, trail_limit);
    uint32_t place = at.first[state];
    const dw_step *step = &at.steps[place];
    bool sure = false;
    if (DW_UNLIKELY(seek || !step_begins(step, p))) {
      place = find_step(s, state, p, limit, seek, behind);
      if (place == DW_STEP_NONE) goto bad;
      if (place == DW_STEP_BLANK) {
        s->trail_count = 0;
        *blank = true;
        return STEP_OK;
      }
      at = find_places(s);
      step = &at.steps[place];
      seek = SEEK_NOT;
      sure = true;
    }
    const char *const value = p + step->length;
    const uint32_t column = step->column;
    if (DW_UNLIKELY(step->opens)) {
      if (!sure && step->opens & DW_STEP_SPECIAL && (place == DW_STEP_MISSING || !step_fits(&s->shape, place, p, limit))) {
        seek = SEEK_OTHER;
        continue;
      }
      if (column == DW_STEP_END) {
        *behind = value;
        s->trail_count = trail;
        return STEP_OK;
      }
      if ((seek = value_is_further(value))) continue;
      s->trail_count = trail;
      outcome result = open_objects(s, step->opens & ~DW_STEP_SPECIAL, p);
      trail_limit += s->trail_count - trail;
      trail = s->trail_count;
      if (result != STEP_OK) return result;
    }
    const dw_slot *slot = &at.slots[column];
    if (DW_UNLIKELY(!slot->tags)) {
      if ((seek = value_is_further(value))) continue;
      s->trail_count = trail;
      outcome result = first_value(s, column, p + step->key);
      if (result != STEP_OK) return result;
    }
    uint8_t *const tag = slot->tags + row;
    if (DW_UNLIKELY(*tag)) {
      if ((seek = value_is_further(value))) continue;
      fault_name(s, &builder->names->map, column, p + step->key);
      goto bad;
    }
    dw_cell *const cell = slot->cells + row;
    const char c = *value;
    const char *end;
    if (c == '"') {
      dw_tag kind = DW_STRING;
      end = text_end(value + 1);
      if (DW_UNLIKELY(*end != '"')) {
        bool escaped = false;
        end = read_odd_string(s, end, &escaped);
        if (!end) goto bad;
        if (escaped) kind = DW_STRING_ESCAPED;
      }
      cell->text.offset = (uint32_t)(value + 1 - base);
      cell->text.length = (uint32_t)(end - value - 1);
      if (texts && end == value + 1 && builder->names->as_text[column]) kind = DW_NULL;
      *tag = (uint8_t)kind;
      end++;
    } else if ((unsigned)(c - '0') < 10 || c == '-') {
      bool real;
      end = number_quick(value, &cell->number, &real);
      if (DW_UNLIKELY(!end)) {
        end = read_odd_number(s, value, &cell->number, &real);
        if (!end) goto bad;
      }
      *tag = (uint8_t)(DW_INTEGER + real);
      if (texts && builder->names->as_text[column]) {
        *tag = DW_STRING;
        cell->text.offset = (uint32_t)(value - base);
        cell->text.length = (uint32_t)(end - value);
      } else if (DW_UNLIKELY(dw_spelled_odd(value, (size_t)(end - value), real))) {
        dw_builder_spelled(builder, column, (size_t)(value - base), (size_t)(end - value), cell->number);
      }
    } else {
      if ((seek = value_is_further(value))) continue;
      end = read_other(s, base, value, column, step->target, tag, cell);
      if (!end) goto bad;
    }
    at.trail[trail++] = column;
    if (DW_UNLIKELY(trail > trail_limit)) {
      fault_fields(s, p + step->key);
      goto bad;
    }
    if (spans) slot->spans[row] = (dw_span){(uint32_t)(p + step->key - base), (uint32_t)(value - base), (uint32_t)(end - value)};
    p = end;
    state = step->target;
    continue;
  bad:
    s->trail_count = trail;
    return STEP_BAD;
  }
}

/* What a Python program prints of its values in the place of JSON; NULL: nothing of it. */
static const char *python_at(const char *at)
{
  static const char *const words[][2] = {{"None", "None is Python's; JSON has null (json.dumps writes it)"},
                                         {"True", "True is Python's; JSON has true (json.dumps writes it)"},
                                         {"False", "False is Python's; JSON has false (json.dumps writes it)"},
                                         {"nan", "nan is Python's; a number that is missing is null"},
                                         {"'", "single quotes are Python's; JSON has double ones (json.dumps writes them)"}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strncmp(at, words[i][0], strlen(words[i][0])) == 0) return words[i][1];
  return NULL;
}

/* What settles such a fault, where there is somebody to give an option. cut: the input ends with this line, and without a line end. */
static void fault_hint(dw_ndjson *s, const char *line, size_t length, bool cut)
{
  const char *what = s->fault.what, *charset = NULL, *python;
  if (!s->builder.options->dialect || what == s->fault_text) return;
  if (strcmp(what, DW_JSON_NO_UTF8) == 0 && (charset = dw_charset_likely(line, length)))
    snprintf(s->fault_text, sizeof s->fault_text, "%s: it looks like %s, and NDJSON is UTF-8 (iconv -f %s -t utf-8)", what, charset,
             charset);
  else if (strcmp(what, DW_JSON_NO_NUMBER) == 0)
    snprintf(s->fault_text, sizeof s->fault_text, "%s (--nan missing reads NaN as missing, and the others as infinite)", what);
  else if (strcmp(what, DW_JSON_TOO_LARGE) == 0)
    snprintf(s->fault_text, sizeof s->fault_text, "%s (--nan missing reads it as infinite)", what);
  else if (cut && s->fault.at == line + length) snprintf(s->fault_text, sizeof s->fault_text, "%s: was the file cut?", what);
  else if ((strncmp(what, DW_JSON_NO_VALUE, strlen(DW_JSON_NO_VALUE)) == 0 || strcmp(what, DW_JSON_NO_NAME) == 0) &&
           (python = python_at(s->fault.at)))
    snprintf(s->fault_text, sizeof s->fault_text, "%s", python);
  else return;
  s->fault.what = s->fault_text;
}

/* Describes and takes back the record; returns the byte behind its line. A line that is too long is told as that, wherever else it is
 * wrong, because the reader cannot show it whole. */
static __attribute__((noinline)) const char *bad_record(dw_ndjson *s, const char *line, const char *end)
{
  dw_table *table = s->builder.table;
  const char *behind = (const char *)memchr(line, '\n', (size_t)(end - line) + 1) + 1;
  if ((size_t)(behind - 1 - line) > s->builder.options->line_limit) fault_length(s, line);
  fault_hint(s, line, (size_t)(behind - 1 - line), behind - 1 == end);
  forget_odd(s);
  bool skip = s->builder.options->skip_errors;
  dw_scan_error *error = skip ? dw_scan_skipped(s->builder.options, table) : &table->error;
  dw_scan_fail(error, s->builder.line, (uint64_t)(s->fault.at - line) + 1, "%s", s->fault.what);
  dw_builder_discard(&s->builder, s->trail, s->trail_count);
  table->batch.skipped += skip;
  return behind;
}

DW_INLINE void scan(dw_ndjson *s, const dw_block *block, size_t *from, dw_table *table, const bool spans, const bool texts)
{
  dw_builder *builder = &s->builder;
  const size_t line_limit = builder->options->line_limit;
  const bool lines = builder->options->lines;
  const char *base = block->bytes, *end = base + block->length, *start = base + *from;
  const char *next = start; /* the line's first byte */
  builder->line = 1;
  dw_builder_start(builder, table, block->length - *from);
  for (bool room = true; room && next < end;) {
    const char *line = next;
    const char *text = block->first && line == base ? line + dw_utf8_mark(line, 3) : line;
    bool blank;
    s->shape.record++;
    outcome result = read_record(s, base, text, end + DW_BLOCK_PADDING, &next, &blank, spans, texts);
    if (result == STEP_OK && DW_UNLIKELY((size_t)(next - 1 - line) > line_limit)) result = STEP_BAD;
    if (result == STEP_FULL) {
      dw_builder_discard(builder, s->trail, s->trail_count);
      forget_odd(s);
      next = line;
      break;
    }
    if (result == STEP_BAD) {
      next = bad_record(s, line, end);
      if (table->error.set) break;
    } else if (!blank) {
      if (spans) dw_builder_place(builder, (size_t)(text - base), (size_t)(next - 1 - text));
      else if (lines) dw_builder_line(builder);
      room = dw_builder_commit(builder, (size_t)(next - start));
    }
    builder->line++;
  }
  if (next > end) next = end;
  table->lines = builder->line - 1;
  table->batch.text_first = (uint32_t)*from;
  *from = table->batch.text_end = (uint32_t)(next - base);
  dw_builder_finish(builder, base, block->length, (size_t)(next - start));
}

static __attribute__((noinline)) void scan_plain(dw_ndjson *s, const dw_block *block, size_t *from, dw_table *table)
{
  scan(s, block, from, table, false, false);
}

static __attribute__((noinline)) void scan_spans(dw_ndjson *s, const dw_block *block, size_t *from, dw_table *table)
{
  scan(s, block, from, table, true, false);
}

/* Some columns may be read as text. */
static __attribute__((noinline)) void scan_texts(dw_ndjson *s, const dw_block *block, size_t *from, dw_table *table)
{
  scan(s, block, from, table, s->builder.options->spans, true);
}

/* What a scanner remembers of hostile input (names that are always new) is bounded. */
enum { NDJSON_NAMES_MORE = 1024, NDJSON_NAME_BYTES = 256 << 20 };

void dw_ndjson_scan(dw_ndjson *s, const dw_block *block, size_t *from, dw_table *table)
{
  const dw_map *map = &s->builder.names->map;
  size_t most = s->builder.options->name_bytes ? s->builder.options->name_bytes : NDJSON_NAME_BYTES;
  if (map->count > 2 * (size_t)s->builder.options->field_limit + NDJSON_NAMES_MORE || map->arena.total > most) {
    dw_builder_forget(&s->builder);
    dw_shape_forget(&s->shape);
  }
  if (s->builder.options->as_text) scan_texts(s, block, from, table);
  else if (s->builder.options->spans) scan_spans(s, block, from, table);
  else scan_plain(s, block, from, table);
}

/* --- the row --- */

static dw_sniff format_sniff(const char *bytes, size_t length, bool all, dw_scan_error *wrong)
{
  size_t i = dw_utf8_mark(bytes, length), line_start = 0;
  uint64_t line = 1;
  if (!all && length < 3 && memcmp(bytes, "\xef\xbb", length) == 0) return DW_SNIFF_MORE;
  for (; i < length && (bytes[i] == ' ' || bytes[i] == '\t' || bytes[i] == '\r' || bytes[i] == '\n'); i++)
    if (bytes[i] == '\n') {
      line++;
      line_start = i + 1;
    }
  if (i == length) return all ? DW_SNIFF_YES : DW_SNIFF_MORE;
  if (bytes[i] != '[' && bytes[i] != '{') return DW_SNIFF_NO;
  const char *why;
  dw_sniff told = dw_json_layout_told(bytes + i, length - i, all, &why);
  if (told == DW_SNIFF_WRONG) dw_scan_fail(wrong, line, i - line_start + 1, "%s", why);
  return told;
}

static size_t format_cut(const char *bytes, size_t length, const dw_header *header) { return dw_ndjson_cut(bytes, length); }
static void *scanner_new(const dw_scan_options *options) { return dw_ndjson_new(options); }
static void scanner_free(void *scanner) { dw_ndjson_free(scanner); }
static void scan_block(void *scanner, const dw_block *block, size_t *from, dw_table *table) { dw_ndjson_scan(scanner, block, from, table); }

const dw_format dw_ndjson_format = {.word = "ndjson",
                                    .title = "NDJSON",
                                    .lines = true,
                                    .sniff = format_sniff,
                                    .cut = format_cut,
                                    .scanner_new = scanner_new,
                                    .scanner_free = scanner_free,
                                    .scan = scan_block};
