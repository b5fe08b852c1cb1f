/* The records of a chunk as text. Every record's largest size is known, so room is made once a row and cells are put without checks. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/num.h"
#include "io/formats/csv_write.h"
#include "io/text/json.h"
#include "synth/generate/generate_parts.h"

static const double power_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
static const uint64_t whole_power_of_ten[] = {1,
                                              10,
                                              100,
                                              1000,
                                              10000,
                                              100000,
                                              1000000,
                                              10000000,
                                              100000000,
                                              1000000000,
                                              UINT64_C(10000000000),
                                              UINT64_C(100000000000),
                                              UINT64_C(1000000000000),
                                              UINT64_C(10000000000000),
                                              UINT64_C(100000000000000),
                                              UINT64_C(1000000000000000)};

static const char digit_pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051"
                                  "525354555657585960616263646566676869"
                                  "707172737475767778798081828384858687888990919293949596979899";

static inline char *put_pair(char *p, unsigned value)
{
  memcpy(p, digit_pairs + 2 * value, 2);
  return p + 2;
}

static inline char *put_text(char *p, dw_template_text text)
{
  memcpy(p, text.text, text.length);
  return p + text.length;
}

/* The same for a text with DW_SCENARIO_PADDING bytes of room behind it: a copy of fixed size is a few instructions. */
static inline char *put_padded_text(char *p, dw_template_text text)
{
  if (text.length > DW_SCENARIO_PADDING) return put_text(p, text);
  memcpy(p, text.text, DW_SCENARIO_PADDING);
  return p + text.length;
}

static char *put_whole(char *p, uint64_t value)
{
  char digits[20];
  char *d = digits + sizeof digits;
  while (value >= 100) {
    d -= 2;
    memcpy(d, digit_pairs + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    d -= 2;
    memcpy(d, digit_pairs + 2 * value, 2);
  } else {
    *--d = (char)('0' + value);
  }
  size_t n = (size_t)(digits + sizeof digits - d);
  memcpy(p, d, n);
  return p + n;
}

/* At least width digits, zeros in front. */
static char *put_padded(char *p, uint64_t value, unsigned width)
{
  char digits[20];
  size_t n = (size_t)(put_whole(digits, value) - digits);
  for (; width > n; width--) *p++ = '0';
  memcpy(p, digits, n);
  return p + n;
}

/* The text of dw_num_print for a number already rounded to so many decimals: up to 15 digits stand for one double only, so the shortest
 * text is those digits without zeros at the end. */
static char *put_number(char *p, double value, int decimals)
{
  double size = fabs(value);
  double scaled = decimals < 0 ? 0 : rint(size * power_of_ten[decimals]);
  if (decimals < 0 || !(scaled < 1e15) || (size < 1e-5 && scaled > 0)) return p + dw_num_print(p, value);
  uint64_t digits = (uint64_t)scaled;
  if (value < 0 && digits) *p++ = '-';
  if (decimals == 0) return put_whole(p, digits);
  uint64_t power = whole_power_of_ten[decimals], fraction = digits % power;
  p = put_whole(p, digits / power);
  if (fraction == 0) return p;
  *p++ = '.';
  p = put_padded(p, fraction, (unsigned)decimals);
  while (p[-1] == '0') p--;
  return p;
}

/* ---- timestamps ---- */

static char *put_instant(dw_generate_chunk *chunk, char *p, int64_t instant)
{
  const int64_t day_length = 86400 * DW_SECOND;
  int64_t rest = instant % day_length;
  if (rest < 0) rest += day_length;
  int64_t day = instant - rest;
  if (day != chunk->day) { /* the calendar once a day, the clock here */
    size_t n = dw_time_print(chunk->date_text, day);
    const char *t = memchr(chunk->date_text, 'T', n);
    assert(t);
    chunk->date_length = (size_t)(t - chunk->date_text) + 1;
    chunk->day = day;
  }
  memcpy(p, chunk->date_text, chunk->date_length);
  p += chunk->date_length;
  unsigned seconds = (unsigned)(rest / DW_SECOND), micro = (unsigned)(rest % DW_SECOND);
  p = put_pair(p, seconds / 3600);
  *p++ = ':';
  p = put_pair(p, seconds / 60 % 60);
  *p++ = ':';
  p = put_pair(p, seconds % 60);
  if (micro) {
    *p++ = '.';
    p = put_padded(p, micro, 6);
    while (p[-1] == '0') p--;
  }
  *p++ = 'Z';
  return p;
}

/* ---- texts ---- */

static void text_append(dw_generate_chunk *chunk, uint32_t c, size_t i);

static void text_repeat(dw_buf *text, dw_rng *rng, const dw_template_part *part)
{
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz", hex[] = "0123456789abcdef";
  const char *from = part->type == DW_TEMPLATE_LETTERS ? letters : hex;
  uint64_t kinds = part->type == DW_TEMPLATE_LETTERS ? 26 : part->type == DW_TEMPLATE_HEX ? 16 : 10;
  for (uint32_t k = 0; k < part->low; k++) dw_buf_char(text, from[dw_rng_below(rng, kinds)]);
}

static void text_choose(dw_buf *text, dw_rng *rng, const dw_template_part *part)
{
  uint64_t count =
      part->type == DW_TEMPLATE_WORDS && part->high > part->low ? part->low + dw_rng_below(rng, part->high - part->low + 1) : part->low;
  if (part->type == DW_TEMPLATE_CHOICE) count = 1;
  for (uint64_t k = 0; k < count; k++) {
    const dw_template_text *chosen = &part->choices[dw_rng_below(rng, part->choice_count)];
    if (k) dw_buf_char(text, ' ');
    dw_buf_add(text, chosen->text, chosen->length);
  }
}

static void template_append(dw_generate_chunk *chunk, const dw_scenario_column *column, size_t i)
{
  dw_buf *text = &chunk->text;
  dw_rng rng;
  char number[DW_NUM_TEXT];
  dw_rng_start(&rng, chunk->generator->key, chunk->first + i, column->stream);
  dw_rng_skip(&rng, DW_GENERATE_MORE);
  const dw_template *template = &column->templates[dw_generate_case(chunk, column, i)];
  for (size_t k = 0; k < template->count; k++) {
    const dw_template_part *part = &template->parts[k];
    switch (part->type) {
    case DW_TEMPLATE_LITERAL: dw_buf_add(text, part->literal.text, part->literal.length); break;
    case DW_TEMPLATE_ROW: dw_buf_add(text, number, (size_t)(put_padded(number, chunk->first + i + 1, part->low) - number)); break;
    case DW_TEMPLATE_COLUMN: text_append(chunk, part->column, i); break;
    case DW_TEMPLATE_WORDS:
    case DW_TEMPLATE_CHOICE: text_choose(text, &rng, part); break;
    default: text_repeat(text, &rng, part);
    }
  }
}

static dw_template_text bool_text(double value) { return value != 0 ? (dw_template_text){"true", 4} : (dw_template_text){"false", 5}; }

/* A column's value as text, without quotes: what {column} in a template becomes. */
static void text_append(dw_generate_chunk *chunk, uint32_t c, size_t i)
{
  const dw_scenario_column *column = &chunk->segment->state.columns[c];
  char room[DW_TIME_TEXT]; /* which is more than DW_NUM_TEXT */
  if (chunk->missing[c] && chunk->missing[c][i]) return;
  if (column->kind == DW_SCENARIO_TEXT) {
    template_append(chunk, column, i);
  } else if (column->kind == DW_SCENARIO_TIMESTAMP) {
    dw_buf_add(&chunk->text, room, (size_t)(put_instant(chunk, room, chunk->instants[c][i]) - room));
  } else if (dw_scenario_categorical(column)) {
    dw_buf_text(&chunk->text, column->categories->text[(size_t)chunk->values[c][i]]);
  } else if (column->boolean) {
    dw_template_text word = bool_text(chunk->values[c][i]);
    dw_buf_add(&chunk->text, word.text, word.length);
  } else {
    dw_buf_add(&chunk->text, room, (size_t)(put_number(room, chunk->values[c][i], column->decimals) - room));
  }
}

static bool plain_json(const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == '"' || text[i] == '\\' || text[i] == 0x7f) return false;
  return true;
}

static char *put_template(dw_generate_chunk *chunk, char *p, const dw_scenario_column *column, size_t i)
{
  dw_buf *text = &chunk->text;
  bool csv = chunk->generator->format == DW_GENERATE_CSV;
  text->length = 0;
  template_append(chunk, column, i);
  size_t raw = text->length;
  if (!csv && plain_json(text->data, raw)) {
    *p++ = '"';
    memcpy(p, text->data, raw);
    p[raw] = '"';
    return p + raw + 1;
  }
  dw_buf quoted = {0};
  if (csv) dw_csv_field(&quoted, text->data ? text->data : "", raw, ',');
  else dw_json_quote(&quoted, text->data, raw);
  memcpy(p, quoted.data, quoted.length);
  p += quoted.length;
  dw_buf_free(&quoted);
  return p;
}

/* ---- records ---- */

static char *put_vector(dw_generate_chunk *chunk, char *p, const dw_scenario_column *column, size_t i)
{
  bool csv = chunk->generator->format == DW_GENERATE_CSV;
  dw_generate_vector(chunk, column, i);
  if (!csv) *p++ = '[';
  for (size_t k = 0; k < column->dimension; k++) {
    if (k) *p++ = ',';
    p = put_number(p, chunk->vector[k], column->decimals);
  }
  if (!csv) *p++ = ']';
  return p;
}

static char *put_missing(const dw_generate_chunk *chunk, char *p, const dw_scenario_column *column)
{
  if (chunk->generator->format == DW_GENERATE_NDJSON) return put_text(p, (dw_template_text){"null", 4});
  for (size_t k = 1; k < column->dimension; k++) *p++ = ',';
  return p;
}

static inline char *put_cell(dw_generate_chunk *chunk, char *p, uint32_t c, size_t i)
{
  const dw_scenario_column *column = &chunk->segment->state.columns[c];
  if (chunk->missing[c] && chunk->missing[c][i]) return put_missing(chunk, p, column);
  switch (column->kind) {
  case DW_SCENARIO_TEXT: return put_template(chunk, p, column, i);
  case DW_SCENARIO_VECTOR: return put_vector(chunk, p, column, i);
  case DW_SCENARIO_TIMESTAMP: {
    bool csv = chunk->generator->format == DW_GENERATE_CSV;
    if (!csv) *p++ = '"';
    p = put_instant(chunk, p, chunk->instants[c][i]);
    if (!csv) *p++ = '"';
    return p;
  }
  default: break;
  }
  double value = chunk->values[c][i];
  if (dw_scenario_categorical(column))
    return put_padded_text(p, (chunk->generator->format == DW_GENERATE_CSV ? column->categories->csv
                                                                           : column->categories->json)[(size_t)value]);
  if (column->boolean) return put_text(p, bool_text(value));
  return put_number(p, value, column->decimals);
}

void dw_generate_write(dw_generate_chunk *chunk, dw_buf *out)
{
  const dw_generator *generator = chunk->generator;
  bool csv = generator->format == DW_GENERATE_CSV;
  for (size_t i = 0; i < chunk->count; i++) {
    char *start = dw_buf_room(out, generator->longest), *p = start;
    for (size_t k = 0; k < generator->output_count; k++) {
      p = put_padded_text(p, generator->outputs[k].before);
      p = put_cell(chunk, p, generator->outputs[k].column, i);
    }
    if (!csv) *p++ = '}';
    *p++ = '\n';
    assert((size_t)(p - start) <= generator->longest);
    out->length += (size_t)(p - start);
  }
}
