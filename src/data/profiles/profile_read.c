#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/num.h"
#include "data/profiles/members.h"
#include "data/profiles/profile.h"
#include "data/profiles/profile_parts.h"
#include "io/text/base64.h"
#include "io/text/json_text.h"
#include "io/text/made_by.h"

/* What is being read of a column, and what its document says besides, to be held against it. */
typedef struct reading {
  dw_profile *profile;
  dw_profile_column *column;
  uint64_t weight, group; /* of the sample so far; of the group at hand */
  double before;          /* the value before, of the group */
  double *component;      /* [components] of a vector */
  size_t components;
  uint64_t size, raised, lowered; /* of a sketch */
  dw_moments moments;
  dw_profile_texts texts; /* the scalars of these, before they are put into the column */
  dw_profile_vectors vectors;
  dw_profile_column cells;
  dw_profile keys;
  bool fresh; /* the column at hand has its name, and no more */
  bool profile_told;
  const char *digest_at; /* where the digest's member begins */
  char digest[DW_SHA256 + 1];
  uint64_t version, count, missing;
} reading;

/* --- pieces --- */

static char *text_copy(dw_members *at) { return dw_strndup(at->scratch.data ? at->scratch.data : "", at->scratch.length); }

static bool read_into(dw_members *at, char **to)
{
  if (!dw_members_text(at)) return false;
  *to = text_copy(at);
  return true;
}

static bool read_distinct(dw_members *at, dw_distinct **to)
{
  if (!dw_members_text(at)) return false;
  dw_buf bytes = {0};
  dw_distinct *distinct = dw_alloc_zero(1, sizeof *distinct);
  *to = distinct;
  bool fits = dw_base64_decode(&bytes, at->scratch.data ? at->scratch.data : "", at->scratch.length) &&
              dw_distinct_read(distinct, bytes.data, bytes.length);
  dw_buf_free(&bytes);
  return fits || dw_members_wrong(at, "\"registers\" are not those of a distinct count (driftwatch-records(5), profile)");
}

static const dw_member moment_members[] = {{"count", DW_MEMBER_COUNT, .offset = offsetof(dw_moments, count), .needed = true},
                                           {"min", DW_MEMBER_NUMBER, .offset = offsetof(dw_moments, min), .needed = true},
                                           {"max", DW_MEMBER_NUMBER, .offset = offsetof(dw_moments, max), .needed = true},
                                           {"mean", DW_MEMBER_NUMBER, .offset = offsetof(dw_moments, mean), .needed = true},
                                           {"mean_low", DW_MEMBER_NUMBER, .offset = offsetof(dw_moments, mean_low)},
                                           {"m2", DW_MEMBER_NUMBER, .offset = offsetof(dw_moments, m2), .needed = true},
                                           {"m3", DW_MEMBER_NUMBER, .offset = offsetof(dw_moments, m3), .needed = true},
                                           {"m4", DW_MEMBER_NUMBER, .offset = offsetof(dw_moments, m4), .needed = true},
                                           {"scale", DW_MEMBER_WHOLE, .offset = offsetof(dw_moments, scale), .needed = true},
                                           {0}};

static bool check_moments(dw_members *at, const dw_moments *m)
{
  if (m->count && m->min <= m->max && m->m2 >= 0 && m->m4 >= 0 && m->scale > -3000 && m->scale < 3000) return true;
  return dw_members_wrong(at, "moments that no numbers have: count from 1, min <= max, m2 and m4 from 0");
}

/* --- numbers --- */

static bool read_value(dw_members *at, void *to)
{
  reading *r = to;
  dw_profile_numbers *numbers = &r->column->numbers;
  double value;
  if (!dw_members_number(at, &value)) return false;
  if (value < r->before) return dw_members_wrong(at, "the values of a group of a sample must ascend");
  r->before = value;
  if (__builtin_add_overflow(r->weight, r->group, &r->weight)) return dw_members_wrong(at, "weights that no sample has");
  size_t room = numbers->different; /* kept apart until it is known whether there is a sketch */
  if ((room & (room - 1)) == 0) {
    size_t more = room ? 2 * room : 16;
    numbers->value = dw_realloc_array(numbers->value, more, sizeof *numbers->value);
    numbers->times = dw_realloc_array(numbers->times, more, sizeof *numbers->times);
  }
  numbers->value[numbers->different] = value + 0.0;
  numbers->times[numbers->different++] = r->group;
  return true;
}

static bool read_group(dw_members *at, void *to)
{
  reading *r = to;
  uint64_t before = r->group;
  if (!dw_members_is(at, '[') || !dw_members_count(at, &r->group)) return false;
  if (r->group <= before) return dw_members_wrong(at, "the weights of a sample must ascend from 1");
  r->before = -INFINITY;
  return dw_members_comma(at) && dw_members_array(at, read_value, r) && dw_members_is(at, ']');
}

static bool read_sample(dw_members *at, void *to)
{
  reading *r = to;
  r->weight = r->group = 0;
  return dw_members_array(at, read_group, r);
}

static bool read_number_registers(dw_members *at, void *to) { return read_distinct(at, &((reading *)to)->column->numbers.distinct); }

static bool read_spelling(dw_members *at, void *to)
{
  reading *r = to;
  dw_buf text = {0};
  uint64_t times = 0;
  bool fits = dw_members_is(at, '[') && dw_members_text(at);
  if (fits) dw_buf_add(&text, at->scratch.data, at->scratch.length);
  fits = fits && dw_members_comma(at) && dw_members_count(at, &times) && dw_members_is(at, ']');
  double number = 0;
  if (fits && !dw_num_parse(text.data ? text.data : "", text.length, &number, NULL))
    fits = dw_members_wrong(at, "a spelling that is no number");
  if (fits) dw_spellings_note(r->column->spellings, text.data, text.length, number, times);
  dw_buf_free(&text);
  return fits;
}

static void begin_spellings(dw_profile_column *column)
{
  if (column->spellings) return;
  column->spellings = dw_alloc(sizeof *column->spellings);
  dw_spellings_init(column->spellings);
}

static bool read_spellings(dw_members *at, void *to)
{
  begin_spellings(((reading *)to)->column);
  return dw_members_array(at, read_spelling, to);
}

static bool read_spelled_many(dw_members *at, void *to)
{
  begin_spellings(((reading *)to)->column);
  dw_members_null(at);
  if (memcmp(at->p, "true", 4) != 0) return dw_members_wrong(at, "expected true");
  at->p += 4;
  ((reading *)to)->column->spellings->many = true;
  return true;
}

static bool read_probable(dw_members *at, void *to)
{
  if (memcmp(at->p, "true", 4) != 0) return dw_members_wrong(at, "expected true");
  at->p += 4;
  ((reading *)to)->column->numbers.probable = true;
  return true;
}

static bool read_fraction(dw_members *at, void *to)
{
  if (memcmp(at->p, "true", 4) != 0) return dw_members_wrong(at, "expected true");
  at->p += 4;
  ((reading *)to)->column->numbers.fraction = true;
  return true;
}

/* The values of a sample that is not exact go into its levels. */
static bool finish_sketch(dw_members *at, reading *r)
{
  dw_profile_numbers *numbers = &r->column->numbers;
  if (!numbers->distinct) return dw_members_wrong(at, "\"registers\" are missing beside \"size\"");
  if (r->size < 8 || r->size > 1 << 24) return dw_members_wrong(at, "\"size\" is not from 8 to 16777216");
  dw_sketch *sketch = numbers->sketch = dw_alloc(sizeof *sketch);
  dw_sketch_init(sketch, (size_t)r->size);
  for (size_t i = 0, n; i < numbers->different; i += n) {
    uint64_t weight = numbers->times[i];
    for (n = 1; i + n < numbers->different && numbers->times[i + n] == weight;) n++;
    if (weight & (weight - 1) || weight >> (DW_SKETCH_LEVELS - 2)) return dw_members_wrong(at, "a weight that is not a power of two");
    dw_sketch_set_level(sketch, (unsigned)__builtin_ctzll(weight), numbers->value + i, n);
  }
  sketch->min = r->moments.min;
  sketch->max = r->moments.max;
  sketch->raised = r->raised;
  sketch->lowered = r->lowered;
  dw_sketch_balance(sketch);
  dw_free(numbers->value);
  dw_free(numbers->times);
  numbers->value = NULL;
  numbers->times = NULL;
  numbers->different = 0;
  return true;
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bool finish_exact(dw_members *at, reading *r)
{
  typedef struct pair {
    double value;
    uint64_t times;
  } pair;
  dw_profile_numbers *numbers = &r->column->numbers;
  size_t count = numbers->different;
  pair *all = dw_alloc_array(count, sizeof *all);
  for (size_t i = 0; i < count; i++) all[i] = (pair){numbers->value[i], numbers->times[i]};
  qsort(all, count, sizeof *all, by_value);
  bool twice = false;
  for (size_t i = 0; i < count; i++) {
    twice |= i > 0 && all[i].value == all[i - 1].value;
    numbers->value[i] = all[i].value;
    numbers->times[i] = all[i].times;
  }
  dw_free(all);
  if (twice) return dw_members_wrong(at, "a value twice in a sample that is exact");
  if (count && (numbers->value[0] != r->moments.min || numbers->value[count - 1] != r->moments.max))
    return dw_members_wrong(at, "\"min\" and \"max\" are not those of the sample");
  return true;
}

static const dw_member number_members[] = {{"count", DW_MEMBER_COUNT, .offset = offsetof(reading, moments.count), .needed = true},
                                           {"min", DW_MEMBER_NUMBER, .offset = offsetof(reading, moments.min), .needed = true},
                                           {"max", DW_MEMBER_NUMBER, .offset = offsetof(reading, moments.max), .needed = true},
                                           {"mean", DW_MEMBER_NUMBER, .offset = offsetof(reading, moments.mean), .needed = true},
                                           {"mean_low", DW_MEMBER_NUMBER, .offset = offsetof(reading, moments.mean_low)},
                                           {"m2", DW_MEMBER_NUMBER, .offset = offsetof(reading, moments.m2), .needed = true},
                                           {"m3", DW_MEMBER_NUMBER, .offset = offsetof(reading, moments.m3), .needed = true},
                                           {"m4", DW_MEMBER_NUMBER, .offset = offsetof(reading, moments.m4), .needed = true},
                                           {"scale", DW_MEMBER_WHOLE, .offset = offsetof(reading, moments.scale), .needed = true},
                                           {"fraction", .read = read_fraction},
                                           {"probable", .read = read_probable},
                                           {"size", DW_MEMBER_COUNT, .offset = offsetof(reading, size)},
                                           {"raised", DW_MEMBER_COUNT, .offset = offsetof(reading, raised)},
                                           {"lowered", DW_MEMBER_COUNT, .offset = offsetof(reading, lowered)},
                                           {"registers", .read = read_number_registers},
                                           {"sample", .read = read_sample, .needed = true},
                                           {"spelled_many", .read = read_spelled_many},
                                           {"spellings", .read = read_spellings},
                                           {0}};

static bool read_numbers(dw_members *at, void *to)
{
  reading *r = to;
  dw_moments_init(&r->moments);
  r->size = r->raised = r->lowered = 0;
  if (!dw_members_object(at, number_members, r) || !check_moments(at, &r->moments)) return false;
  r->column->numbers.moments = r->moments;
  if (r->weight != r->moments.count) return dw_members_wrong(at, "the weights of \"sample\" do not add up to \"count\"");
  if (r->size) return finish_sketch(at, r);
  if (r->raised || r->lowered || r->column->numbers.distinct) return dw_members_wrong(at, "\"size\" is missing");
  return finish_exact(at, r);
}

/* --- texts --- */

static bool read_pair(dw_members *at, void *to)
{
  dw_frequent *frequent = &((reading *)to)->column->texts.frequent;
  dw_buf text = {0};
  uint64_t times = 0;
  bool fits = dw_members_is(at, '[') && dw_members_text(at);
  if (fits) dw_buf_add(&text, at->scratch.data, at->scratch.length);
  fits = fits && dw_members_comma(at) && dw_members_count(at, &times) && dw_members_is(at, ']');
  size_t before = frequent->count;
  if (fits && (times == 0 || text.length > DW_FREQUENT_LONGEST || before == DW_FREQUENT_MOST || frequent->total + times < times))
    fits = dw_members_wrong(at, "a text and its count, from 1; at most %d of them, of %d bytes", DW_FREQUENT_MOST, DW_FREQUENT_LONGEST);
  const char *bytes = text.data ? text.data : "";
  if (fits) dw_frequent_add(frequent, bytes, text.length, dw_distinct_text_hash(bytes, text.length), times);
  if (fits && frequent->count == before) fits = dw_members_wrong(at, "a text twice");
  dw_buf_free(&text);
  return fits;
}

static bool read_pairs(dw_members *at, void *to) { return dw_members_array(at, read_pair, to); }
static bool read_text_registers(dw_members *at, void *to) { return read_distinct(at, &((reading *)to)->column->texts.distinct); }

static const dw_member text_members[] = {{"count", DW_MEMBER_COUNT, .offset = offsetof(reading, texts.frequent.total), .needed = true},
                                         {"lost", DW_MEMBER_COUNT, .offset = offsetof(reading, texts.frequent.lost)},
                                         {"cut", DW_MEMBER_FLAG, .offset = offsetof(reading, texts.frequent.cut)},
                                         {"endless", DW_MEMBER_FLAG, .offset = offsetof(reading, texts.endless)},
                                         {"looked", DW_MEMBER_COUNT, .offset = offsetof(reading, texts.looked)},
                                         {"numerals", DW_MEMBER_COUNT, .offset = offsetof(reading, texts.numerals)},
                                         {"amounts", DW_MEMBER_COUNT, .offset = offsetof(reading, texts.amounts)},
                                         {"instants", DW_MEMBER_FLAG, .offset = offsetof(reading, texts.instants)},
                                         {"dates", DW_MEMBER_FLAG, .offset = offsetof(reading, texts.dates)},
                                         {"spaces", DW_MEMBER_FLAG, .offset = offsetof(reading, texts.spaces)},
                                         {"marks", DW_MEMBER_COUNT, .offset = offsetof(reading, texts.marks)},
                                         {"registers", .read = read_text_registers},
                                         {"values", .read = read_pairs, .needed = true},
                                         {0}};

static bool read_texts(dw_members *at, void *to)
{
  reading *r = to;
  dw_profile_texts *texts = &r->column->texts;
  r->texts = (dw_profile_texts){0};
  if (!dw_members_object(at, text_members, r)) return false;
  dw_frequent frequent = texts->frequent;
  dw_distinct *distinct = texts->distinct;
  uint64_t counted = frequent.total;
  frequent.total = r->texts.frequent.total;
  frequent.lost = r->texts.frequent.lost;
  frequent.cut = r->texts.frequent.cut;
  *texts = r->texts;
  texts->frequent = frequent;
  texts->distinct = distinct;
  bool exact = dw_profile_texts_exact(texts);
  if (counted > frequent.total || (frequent.lost == 0 && counted < frequent.total) || !frequent.total)
    return dw_members_wrong(at, "the counts of \"values\" do not add up to \"count\"");
  if (exact == (distinct != NULL)) return dw_members_wrong(at, "\"registers\" go with \"lost\" and \"cut\", and with nothing else");
  return true;
}

/* --- vectors --- */

static bool read_component(dw_members *at, void *to)
{
  reading *r = to;
  if (r->components == r->vectors.width) return dw_members_wrong(at, "more components than \"width\" says");
  return dw_members_number(at, &r->component[r->components++]);
}

static bool read_components(dw_members *at, reading *r, double **to)
{
  enum { WIDEST = 1 << 24 };
  if (*to || r->vectors.width == 0 || r->vectors.width > WIDEST)
    return dw_members_wrong(at, "\"width\" must stand before the components, from 1 to %d", WIDEST);
  r->component = *to = dw_alloc_array(r->vectors.width, sizeof **to);
  r->components = 0;
  if (!dw_members_array(at, read_component, r)) return false;
  return r->components == r->vectors.width || dw_members_wrong(at, "fewer components than \"width\" says");
}

static bool read_mean(dw_members *at, void *to) { return read_components(at, to, &((reading *)to)->column->vectors.mean); }
static bool read_m2(dw_members *at, void *to) { return read_components(at, to, &((reading *)to)->column->vectors.m2); }

static bool read_norm(dw_members *at, void *to)
{
  dw_moments *norm = &((reading *)to)->vectors.norm;
  return dw_members_object(at, moment_members, norm) && check_moments(at, norm);
}

static const dw_member vector_members[] = {{"width", DW_MEMBER_COUNT, .offset = offsetof(reading, vectors.width), .needed = true},
                                           {"count", DW_MEMBER_COUNT, .offset = offsetof(reading, vectors.count), .needed = true},
                                           {"other_length", DW_MEMBER_COUNT, .offset = offsetof(reading, vectors.other_length)},
                                           {"infinite", DW_MEMBER_COUNT, .offset = offsetof(reading, vectors.infinite)},
                                           {"mean", .read = read_mean},
                                           {"m2", .read = read_m2},
                                           {"norm", .read = read_norm},
                                           {0}};

static bool read_vectors(dw_members *at, void *to)
{
  reading *r = to;
  dw_profile_vectors *vectors = &r->column->vectors;
  r->vectors = (dw_profile_vectors){0};
  dw_moments_init(&r->vectors.norm);
  if (!dw_members_object(at, vector_members, r)) return false;
  bool whole = vectors->mean && vectors->m2 && r->vectors.norm.count == r->vectors.count;
  if (r->vectors.count ? !whole : vectors->mean != NULL) return dw_members_wrong(at, "\"mean\", \"m2\" and \"norm\" of \"count\" vectors");
  r->vectors.mean = vectors->mean;
  r->vectors.m2 = vectors->m2;
  *vectors = r->vectors;
  return true;
}

/* --- columns --- */

#define OF_CELLS(member) offsetof(reading, cells.member)

static const dw_member cell_members[] = {{"absent", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_ABSENT])},
                                         {"null", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_NULL])},
                                         {"integer", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_INTEGER])},
                                         {"real", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_REAL])},
                                         {"false", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_FALSE])},
                                         {"true", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_TRUE])},
                                         {"string", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_STRING])},
                                         {"vector", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_VECTOR])},
                                         {"other", DW_MEMBER_COUNT, .offset = OF_CELLS(tag[DW_OTHER])},
                                         {"infinite", DW_MEMBER_COUNT, .offset = OF_CELLS(infinite)},
                                         {"comma", DW_MEMBER_COUNT, .offset = OF_CELLS(commas)},
                                         {"doubtful", DW_MEMBER_COUNT, .offset = OF_CELLS(doubtful)},
                                         {"null_code", DW_MEMBER_COUNT, .offset = OF_CELLS(null_codes)},
                                         {0}};

static bool read_cells(dw_members *at, void *to)
{
  reading *r = to;
  dw_profile_column *column = r->column;
  memset(&r->cells, 0, sizeof r->cells);
  if (!dw_members_object(at, cell_members, r)) return false;
  memcpy(column->tag, r->cells.tag, sizeof column->tag);
  column->infinite = r->cells.infinite;
  column->commas = r->cells.commas;
  column->doubtful = r->cells.doubtful;
  column->null_codes = r->cells.null_codes;
  column->rows = 0;
  for (int tag = 0; tag <= DW_OTHER; tag++)
    if (__builtin_add_overflow(column->rows, column->tag[tag], &column->rows)) return dw_members_wrong(at, "more cells than can be");
  return true;
}

/* The name comes first, so that the rest has a column to go into. */
static bool read_name(dw_members *at, void *to)
{
  reading *r = to;
  if (!dw_members_text(at)) return false;
  const char *name = at->scratch.data ? at->scratch.data : "";
  if (memchr(name, '\0', at->scratch.length)) return dw_members_wrong(at, "a name with \\u0000 in it");
  size_t before = r->profile->count;
  r->column = dw_profile_column_of(r->profile, name, at->scratch.length);
  r->fresh = true;
  return r->profile->count > before || dw_members_wrong(at, "a column twice");
}

static bool read_declared(dw_members *at, void *to)
{
  if (!dw_members_text(at)) return false;
  dw_buf_char(&at->scratch, '\0');
  if (dw_type_from_name(at->scratch.data, &((reading *)to)->column->declared)) return true;
  return dw_members_wrong(at, "\"declared\" is not a type: numeric, categorical, text, datetime, identifier or vector");
}

static bool read_describes(dw_members *at, void *to) { return read_into(at, &((reading *)to)->column->describes); }

#define WITH_COLUMN(function)                                                                                                              \
  static bool function##_of(dw_members *at, void *to)                                                                                      \
  {                                                                                                                                        \
    return ((reading *)to)->fresh ? function(at, to) : dw_members_wrong(at, "\"name\" must be the first member of a column");              \
  }
WITH_COLUMN(read_declared)
WITH_COLUMN(read_describes)
WITH_COLUMN(read_cells)
WITH_COLUMN(read_numbers)
WITH_COLUMN(read_texts)
WITH_COLUMN(read_vectors)

static const dw_member column_members[] = {{"name", .read = read_name, .needed = true},
                                           {"count", DW_MEMBER_COUNT, .offset = offsetof(reading, count), .needed = true},
                                           {"missing", DW_MEMBER_COUNT, .offset = offsetof(reading, missing), .needed = true},
                                           {"declared", .read = read_declared_of},
                                           {"describes", .read = read_describes_of},
                                           {"by_pattern", DW_MEMBER_FLAG, .offset = OF_CELLS(by_pattern)},
                                           {"cells", .read = read_cells_of, .needed = true},
                                           {"numbers", .read = read_numbers_of},
                                           {"texts", .read = read_texts_of},
                                           {"vectors", .read = read_vectors_of},
                                           {0}};

static bool check_column(dw_members *at, const reading *r)
{
  const dw_profile_column *c = r->column;
  uint64_t numbers = c->tag[DW_INTEGER] + c->tag[DW_REAL], texts = c->tag[DW_FALSE] + c->tag[DW_TRUE] + c->tag[DW_STRING];
  if (c->infinite > numbers || c->numbers.moments.count != numbers - c->infinite)
    return dw_members_wrong(at, "column \"%s\": \"numbers\" are not as many as its \"cells\"", c->name);
  if (c->texts.frequent.total != texts) return dw_members_wrong(at, "column \"%s\": \"texts\" are not as many as its \"cells\"", c->name);
  if (c->vectors.count + c->vectors.other_length + c->vectors.infinite > c->tag[DW_VECTOR])
    return dw_members_wrong(at, "column \"%s\": more \"vectors\" than its \"cells\"", c->name);
  return true;
}

static bool read_column(dw_members *at, void *to)
{
  reading *r = to;
  r->fresh = false;
  r->cells = (dw_profile_column){0};
  if (!dw_members_object(at, column_members, r)) return false;
  r->column->by_pattern = r->cells.by_pattern;
  if (!r->column->texts.looked) r->column->texts.instants = true;
  if (r->count + r->missing != r->column->rows)
    return dw_members_wrong(at, "column \"%s\": \"count\" and \"missing\" are not its \"cells\"", r->column->name);
  return check_column(at, r);
}

static bool read_columns(dw_members *at, void *to) { return dw_members_array(at, read_column, to); }

/* --- the whole --- */

static bool read_kind(dw_members *at, void *to)
{
  if (!dw_members_text(at)) return false;
  ((reading *)to)->profile_told = dw_text_equal(at->scratch.data, at->scratch.length, "profile");
  return ((reading *)to)->profile_told || dw_members_wrong(at, "\"kind\" is not \"profile\"");
}

static bool read_format(dw_members *at, void *to)
{
  reading *r = to;
  if (!dw_members_text(at)) return false;
  bool untyped = dw_text_equal(at->scratch.data, at->scratch.length, "untyped");
  bool typed = dw_text_equal(at->scratch.data, at->scratch.length, "typed");
  r->profile->untyped |= untyped;
  r->profile->typed |= typed;
  return untyped || typed || dw_members_wrong(at, "\"formats\" are untyped and typed");
}

static bool read_formats(dw_members *at, void *to) { return dw_members_array(at, read_format, to); }

static bool read_by(dw_members *at, void *to) { return read_into(at, &((reading *)to)->profile->by); }
static bool read_by_value(dw_members *at, void *to) { return dw_members_null(at) || read_into(at, &((reading *)to)->profile->value); }
static const dw_member segment_members[] = {{"column", .read = read_by, .needed = true},
                                            {"value", .read = read_by_value, .needed = true},
                                            {0}};
static bool read_segment(dw_members *at, void *to) { return dw_members_object(at, segment_members, to); }

static bool read_time(dw_members *at, int64_t *to)
{
  if (dw_members_null(at)) return true;
  if (!dw_members_text(at)) return false;
  return dw_time_parse(at->scratch.data ? at->scratch.data : "", at->scratch.length, to) ||
         dw_members_wrong(at, "a window's end that is no time");
}

static bool read_start(dw_members *at, void *to) { return read_time(at, &((reading *)to)->profile->start); }
static bool read_end(dw_members *at, void *to) { return read_time(at, &((reading *)to)->profile->end); }
static bool read_clock(dw_members *at, void *to) { return read_into(at, &((reading *)to)->profile->time); }
static const dw_member window_members[] = {{"column", .read = read_clock, .needed = true},
                                           {"start", .read = read_start, .needed = true},
                                           {"end", .read = read_end, .needed = true},
                                           {0}};
static bool read_window(dw_members *at, void *to) { return dw_members_object(at, window_members, to); }

static bool read_digest(dw_members *at, void *to)
{
  reading *r = to;
  r->digest_at = at->member;
  if (!dw_members_text(at)) return false;
  if (at->scratch.length != DW_SHA256) return dw_members_wrong(at, "\"digest\" has not 64 hexadecimal digits");
  memcpy(r->digest, at->scratch.data, DW_SHA256);
  return true;
}

static bool read_made_by(dw_members *at, void *to)
{
  reading *r = to;
  dw_text_fault fault;
  const char *begin = at->p, *end = *begin == '[' ? dw_json_text_value(begin, 0, 64, &fault) : NULL;
  if (!end) return dw_members_wrong(at, "\"made_by\" is not a list");
  dw_made_by_copy_text(&r->profile->stages, begin, (size_t)(end - begin));
  at->p = end;
  return true;
}

static const dw_member profile_members[] = {{"kind", .read = read_kind, .needed = true},
                                            {"version", DW_MEMBER_COUNT, .offset = offsetof(reading, version), .needed = true},
                                            {"rows", DW_MEMBER_COUNT, .offset = offsetof(reading, keys.rows), .needed = true},
                                            {"skipped", DW_MEMBER_COUNT, .offset = offsetof(reading, keys.skipped), .needed = true},
                                            {"merged", DW_MEMBER_COUNT, .offset = offsetof(reading, keys.merged), .needed = true},
                                            {"rank_error", DW_MEMBER_NUMBER, .offset = offsetof(reading, keys.error), .needed = true},
                                            {"formats", .read = read_formats, .needed = true},
                                            {"segment", .read = read_segment},
                                            {"window", .read = read_window},
                                            {"columns", .read = read_columns, .needed = true},
                                            {"digest", .read = read_digest, .needed = true},
                                            {"made_by", .read = read_made_by, .needed = true},
                                            {0}};

/* The digest is of all that stands before the comma in front of it. */
static bool check_digest(dw_members *at, const reading *r)
{
  const char *end = r->digest_at;
  while (end > at->start && end[-1] != ',') end--;
  char digest[DW_SHA256 + 1];
  dw_sha256(at->start, (size_t)(end > at->start ? end - 1 - at->start : 0), digest);
  if (memcmp(digest, r->digest, DW_SHA256) == 0) return true;
  return dw_members_wrong(at, "the profile is damaged, or was changed: its content has the digest %.12s..., and it says %.12s...", digest,
                          r->digest);
}

static bool check_profile(dw_members *at, reading *r)
{
  dw_profile *profile = r->profile;
  if (r->version != DW_PROFILE_VERSION) {
    at->p = at->start; /* where the document says so */
    return dw_members_wrong(at, "a profile of version %llu; this program reads version %d", (unsigned long long)r->version,
                            DW_PROFILE_VERSION);
  }
  at->p = r->digest_at; /* what is wrong lies in front of it */
  if (!check_digest(at, r)) return false;
  if (!(r->keys.error > 0 && r->keys.error <= 0.5)) return dw_members_wrong(at, "\"rank_error\" is not above 0, and at most 0.5");
  profile->rows = r->keys.rows;
  profile->skipped = r->keys.skipped;
  profile->merged = r->keys.merged;
  profile->error = r->keys.error;
  profile->sketch_size = dw_sketch_size_for(profile->error);
  for (size_t i = 0; i < profile->count; i++)
    if (profile->column[i]->rows != profile->rows)
      return dw_members_wrong(at, "column \"%s\": its \"cells\" do not add up to \"rows\"", profile->column[i]->name);
  memcpy(profile->digest, r->digest, sizeof profile->digest);
  return true;
}

dw_status dw_profile_read(dw_profile **out, const char *bytes, size_t length, const char *name, uint64_t line, dw_err *err)
{
  dw_members at = {.start = bytes, .p = bytes, .end = bytes + length, .name = name, .line = line, .err = err};
  reading r = {.profile = dw_profile_new(DW_PROFILE_ERROR)};
  bool fits = dw_members_object(&at, profile_members, &r) && dw_members_end(&at) && check_profile(&at, &r);
  dw_buf_free(&at.scratch);
  *out = fits ? r.profile : NULL;
  if (!fits) dw_profile_free(r.profile);
  return fits ? DW_OK : at.status;
}
