#include "io/parquet/meaning.h"

#include <math.h>

#include "base/clock.h"
#include "base/num.h"
#include "io/text/base64.h"

enum { DAY = 86400 };
static const char too_long[] = "the texts of a part of the column are longer than 4 GiB", no_time[] = "the value is no time that there is";

/* --- text --- */

static const char *put(const dw_meaning_sink *sink, size_t i, bool string, const void *bytes, size_t length)
{
  dw_buf *text = sink->text;
  if (text->length + length + 1 > UINT32_MAX) return too_long;
  char *to = dw_buf_room(text, length + 1);
  *to = string ? '"' : ' ';
  if (length) memcpy(to + 1, bytes, length);
  sink->tags[i] = DW_STRING;
  sink->cells[i].text.offset = (uint32_t)text->length + 1;
  sink->cells[i].text.length = (uint32_t)length;
  text->length += length + 1;
  return NULL;
}

static const char *put_base64(const dw_meaning_sink *sink, size_t i, const dw_piece *piece)
{
  size_t at = sink->text->length;
  dw_buf_char(sink->text, '"');
  dw_base64_encode(sink->text, piece->bytes, piece->length);
  if (sink->text->length > UINT32_MAX) return too_long;
  sink->tags[i] = DW_STRING;
  sink->cells[i].text.offset = (uint32_t)at + 1;
  sink->cells[i].text.length = (uint32_t)(sink->text->length - at - 1);
  return NULL;
}

/* --- times --- */

static size_t put_two(char *out, unsigned value)
{
  out[0] = (char)('0' + value / 10 % 10);
  out[1] = (char)('0' + value % 10);
  return 2;
}

/* The fraction of a second, without zeros at its end, in groups of three digits. Seconds have 1, 1000, a million or a milliard ticks. */
static size_t put_fraction(char *out, uint32_t part, int64_t second)
{
  if (part == 0) return 0;
  unsigned groups = second == 1000 ? 1 : second == 1000000 ? 2 : 3;
  for (; part % 1000 == 0; part /= 1000) groups--;
  size_t length = 1 + 3 * groups;
  out[0] = '.';
  for (size_t at = length - 3;; at -= 3, part /= 1000) {
    unsigned three = part % 1000;
    out[at] = (char)('0' + three / 100);
    put_two(out + at + 1, three);
    if (at == 1) break;
  }
  while (out[length - 1] == '0') length--;
  return length;
}

/* ticks: of a day, 0 or more. Divisors that are known are cheap ones. */
static size_t put_clock(char *out, int64_t ticks, int64_t second)
{
  uint64_t of_day = (uint64_t)ticks;
  unsigned seconds = (unsigned)(second == 1         ? of_day
                                : second == 1000    ? of_day / 1000
                                : second == 1000000 ? of_day / 1000000
                                                    : of_day / 1000000000);
  size_t n = put_two(out, seconds / 3600);
  out[n++] = ':';
  n += put_two(out + n, seconds / 60 % 60);
  out[n++] = ':';
  n += put_two(out + n, seconds % 60);
  return n + put_fraction(out + n, (uint32_t)(of_day - seconds * (uint64_t)second), second);
}

/* A day of the Gregorian calendar, counted from 1970-01-01. Outside of the years 0 to 9999 the year has a sign and six digits at least,
 * as ISO 8601 has it: Spark writes the year 290000. The calendar repeats every 400 years, which begin in March here. */
static size_t put_day(char *out, int64_t days)
{
  enum { ERA = 146097, TO_MARCH_OF_0 = 719468 };
  days += TO_MARCH_OF_0;
  int64_t era = days / ERA - (days % ERA < 0), of_era = days - era * ERA;
  int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365,
          of_year = of_era - (365 * year + year / 4 - year / 100);
  int64_t march = (5 * of_year + 2) / 153, day = of_year - (153 * march + 2) / 5 + 1, month = march < 10 ? march + 3 : march - 9;
  char text[DW_NUM_TEXT];
  size_t n = 0;
  year += era * 400 + (month <= 2);
  bool plain = year >= 0 && year <= 9999;
  size_t digits = dw_num_print_signed(text, year < 0 ? -year : year);
  if (!plain) out[n++] = year < 0 ? '-' : '+';
  for (size_t width = plain ? 4 : 6; digits < width; width--) out[n++] = '0';
  memcpy(out + n, text, digits);
  n += digits;
  out[n++] = '-';
  n += put_two(out + n, (unsigned)month);
  out[n++] = '-';
  return n + put_two(out + n, (unsigned)day);
}

/* The text of a day; those that come one after the other are mostly the same one. */
typedef struct day_text {
  int64_t day;
  size_t length; /* 0: of no day yet */
  char text[32];
} day_text;

static size_t put_instant(char *out, int64_t ticks, const dw_leaf *leaf, day_text *known)
{
  int64_t length = leaf->second * DAY, day = ticks / length, rest = ticks - day * length;
  if (rest < 0) rest += length, day--;
  if (known->length == 0 || known->day != day) {
    known->day = day;
    known->length = put_day(known->text, day);
  }
  memcpy(out, known->text, sizeof known->text);
  size_t n = known->length;
  out[n++] = 'T';
  n += put_clock(out + n, rest, leaf->second);
  if (leaf->utc) out[n++] = 'Z';
  return n;
}

static const char *put_times(const dw_leaf *leaf, const int64_t *value, size_t count, const dw_meaning_sink *sink, size_t *at)
{
  enum { LONGEST = 64 };
  day_text known = {.length = 0};
  dw_buf *text = sink->text;
  for (*at = 0; *at < count; ++*at) {
    if (text->length + LONGEST > UINT32_MAX) return too_long;
    char *to = dw_buf_room(text, LONGEST);
    int64_t ticks = value[*at];
    size_t length;
    *to++ = '"';
    if (leaf->meaning == DW_MEANS_DATE) length = put_day(to, ticks);
    else if (leaf->meaning == DW_MEANS_INSTANT) length = put_instant(to, ticks, leaf, &known);
    else if (ticks < 0 || ticks >= DAY * leaf->second) return no_time;
    else length = put_clock(to, ticks, leaf->second);
    sink->tags[*at] = DW_STRING;
    sink->cells[*at].text.offset = (uint32_t)text->length + 1;
    sink->cells[*at].text.length = (uint32_t)length;
    text->length += length + 1;
  }
  return NULL;
}

/* Nanoseconds and the Julian day, little endian: what Impala and Spark wrote. The nanoseconds may be more than a day's, or less than none.
 */
static const char *put_int96(const dw_piece *piece, const dw_meaning_sink *sink, size_t i)
{
  enum { JULIAN_1970 = 2440588 };
  const int64_t day_ticks = INT64_C(1000000000) * DAY;
  const unsigned char *b = (const unsigned char *)piece->bytes;
  uint64_t bits = 0;
  uint32_t day = 0;
  char text[64];
  for (int k = 7; k >= 0; k--) bits = bits << 8 | b[k];
  for (int k = 11; k >= 8; k--) day = day << 8 | b[k];
  int64_t ticks = (int64_t)bits, days = ticks / day_ticks, rest = ticks % day_ticks;
  if (rest < 0) rest += day_ticks, days--;
  size_t length = put_day(text, (int64_t)(int32_t)day - JULIAN_1970 + days);
  text[length++] = 'T';
  length += put_clock(text + length, rest, 1000000000);
  return put(sink, i, true, text, length);
}

/* Months, days and milliseconds. */
static const char *put_interval(const dw_piece *piece, const dw_meaning_sink *sink, size_t i)
{
  const unsigned char *b = (const unsigned char *)piece->bytes;
  uint32_t part[3];
  dw_buf text = {0};
  for (int k = 0; k < 3; k++)
    part[k] = b[4 * k] | (uint32_t)b[4 * k + 1] << 8 | (uint32_t)b[4 * k + 2] << 16 | (uint32_t)b[4 * k + 3] << 24;
  dw_buf_format(&text, "P%uM%uDT%u.%03uS", part[0], part[1], part[2] / 1000, part[2] % 1000);
  const char *wrong = put(sink, i, true, text.data, text.length);
  dw_buf_free(&text);
  return wrong;
}

/* --- numbers --- */

static void number(const dw_meaning_sink *sink, size_t i, double value, bool whole)
{
  sink->tags[i] = isnan(value) ? DW_NULL : whole ? DW_INTEGER : DW_REAL;
  sink->cells[i].number = value;
}

bool dw_meaning_keeps_digits(const dw_leaf *leaf)
{
  if (leaf->repetition) return false;
  if (leaf->meaning == DW_MEANS_DECIMAL) return true;
  return leaf->physical == DW_PHYSICAL_INT64 && (leaf->meaning == DW_MEANS_ITSELF || leaf->meaning == DW_MEANS_UNSIGNED);
}

/* Digits with a point scale of them before the end; digits[0..count) has no sign. */
static size_t put_decimal(char *out, bool negative, const char *digits, size_t count, int32_t scale)
{
  size_t n = 0, point = scale > 0 ? (size_t)scale : 0;
  if (negative) out[n++] = '-';
  if (count <= point) {
    out[n++] = '0';
    out[n++] = '.';
    for (size_t k = count; k < point; k++) out[n++] = '0';
    memcpy(out + n, digits, count);
    return n + count;
  }
  memcpy(out + n, digits, count - point);
  n += count - point;
  for (int32_t k = scale; k < 0; k++) out[n++] = '0';
  if (!point) return n;
  out[n++] = '.';
  memcpy(out + n, digits + count - point, point);
  return n + point;
}

enum { DECIMAL_BYTES = 64, DECIMAL_DIGITS = DECIMAL_BYTES * 5 / 2, DECIMAL_TEXT = DECIMAL_DIGITS + 1000 + 8 };

/* Two's complement, the highest byte first, as decimal digits; 0: longer than any that there is. */
static size_t big_digits(const dw_piece *piece, char digits[DECIMAL_DIGITS], bool *negative)
{
  unsigned char b[DECIMAL_BYTES];
  size_t length = piece->length, count = 0;
  if (length == 0 || length > DECIMAL_BYTES) return 0;
  memcpy(b, piece->bytes, length);
  *negative = b[0] & 0x80;
  for (size_t i = length, carry = 1; *negative && i-- > 0;) {
    b[i] = (unsigned char)((unsigned char)~b[i] + carry);
    carry = carry && b[i] == 0;
  }
  for (size_t first = 0; first < length;) { /* divide by ten until nothing is left */
    unsigned rest = 0;
    for (size_t i = first; i < length; i++) {
      rest = rest << 8 | b[i];
      b[i] = (unsigned char)(rest / 10);
      rest %= 10;
    }
    digits[count++] = (char)('0' + rest);
    while (first < length && b[first] == 0) first++;
  }
  for (size_t i = 0; i < count / 2; i++) {
    char other = digits[i];
    digits[i] = digits[count - 1 - i];
    digits[count - 1 - i] = other;
  }
  return count;
}

static const char *put_number_text(const dw_meaning_sink *sink, size_t i, const char *text, size_t length)
{
  double value;
  if (sink->as_text) return put(sink, i, false, text, length);
  if (!dw_num_parse(text, length, &value, NULL)) return "the value is no number";
  number(sink, i, value, false);
  return NULL;
}

static size_t whole_digits(char out[DW_NUM_TEXT], bool is_unsigned, int64_t value, bool *negative)
{
  char text[DW_NUM_TEXT];
  size_t length;
  *negative = !is_unsigned && value < 0;
  if (is_unsigned) {
    dw_buf digits = {0};
    dw_buf_unsigned(&digits, (uint64_t)value);
    memcpy(out, digits.data, length = digits.length);
    dw_buf_free(&digits);
    return length;
  }
  length = dw_num_print_signed(text, value);
  memcpy(out, text + *negative, length - *negative);
  return length - *negative;
}

static const char *put_whole_text(const dw_leaf *leaf, int64_t value, const dw_meaning_sink *sink, size_t i)
{
  char digits[DW_NUM_TEXT], text[DECIMAL_TEXT];
  bool negative;
  size_t count = whole_digits(digits, leaf->meaning == DW_MEANS_UNSIGNED, value, &negative);
  return put_number_text(sink, i, text, put_decimal(text, negative, digits, count, leaf->meaning == DW_MEANS_DECIMAL ? leaf->scale : 0));
}

/* An unsigned 32-bit number stands as a signed one. */
static int64_t unsigned_of(const dw_leaf *leaf, int64_t value)
{
  return leaf->meaning == DW_MEANS_UNSIGNED && leaf->physical == DW_PHYSICAL_INT32 ? (int64_t)(uint32_t)value : value;
}

double dw_meaning_number_of_whole(const dw_leaf *leaf, int64_t value)
{
  value = unsigned_of(leaf, value);
  if (leaf->meaning == DW_MEANS_UNSIGNED) return (double)(uint64_t)value;
  if (leaf->meaning != DW_MEANS_DECIMAL || leaf->scale == 0) return (double)value;
  uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
  char digits[DW_NUM_TEXT];
  bool negative;
  size_t count = whole_digits(digits, true, (int64_t)magnitude, &negative);
  return dw_num_compose(value < 0, magnitude, -leaf->scale, false, digits, count);
}

const char *dw_meaning_wholes(const dw_leaf *leaf, const int64_t *value, size_t count, const dw_meaning_sink *sink, size_t *at)
{
  const char *wrong = NULL;
  bool times = leaf->meaning == DW_MEANS_DATE || leaf->meaning == DW_MEANS_TIME || leaf->meaning == DW_MEANS_INSTANT;
  bool whole = leaf->meaning != DW_MEANS_DECIMAL || leaf->scale <= 0;
  if (count == 0) return NULL; /* a dictionary that is not there: nor is the sink's room */
  if (leaf->physical == DW_PHYSICAL_BOOLEAN) {
    for (size_t i = 0; i < count; i++) sink->tags[i] = value[i] ? DW_TRUE : DW_FALSE;
    return NULL;
  }
  if (!times && !sink->as_text && leaf->meaning == DW_MEANS_ITSELF) { /* what nearly all are: kept short for the compiler */
    memset(sink->tags, DW_INTEGER, count);
    for (size_t i = 0; i < count; i++) sink->cells[i].number = (double)value[i];
    return NULL;
  }
  if (times) return put_times(leaf, value, count, sink, at);
  for (*at = 0; *at < count && !wrong; ++*at)
    if (sink->as_text) wrong = put_whole_text(leaf, unsigned_of(leaf, value[*at]), sink, *at);
    else number(sink, *at, dw_meaning_number_of_whole(leaf, value[*at]), whole);
  return wrong;
}

const char *dw_meaning_reals(const dw_leaf *leaf, const double *value, size_t count, const dw_meaning_sink *sink, size_t *at)
{
  (void)leaf;
  if (!sink->as_text) {
    for (size_t i = 0; i < count; i++) {
      sink->tags[i] = value[i] == value[i] ? DW_REAL : DW_NULL;
      sink->cells[i].number = value[i];
    }
    return NULL;
  }
  const char *wrong = NULL;
  for (*at = 0; *at < count && !wrong; ++*at) {
    char text[DW_NUM_TEXT];
    if (isfinite(value[*at])) wrong = put(sink, *at, false, text, dw_num_print(text, value[*at]));
    else number(sink, *at, value[*at], false);
  }
  return wrong;
}

/* --- pieces --- */

static double half_number(const dw_piece *piece)
{
  const unsigned char *b = (const unsigned char *)piece->bytes;
  unsigned bits = b[0] | (unsigned)b[1] << 8, exponent = bits >> 10 & 31, part = bits & 1023;
  double value = exponent == 0 ? ldexp(part, -24) : exponent == 31 ? (part ? NAN : INFINITY) : ldexp(1024 + part, (int)exponent - 25);
  return bits & 0x8000 ? -value : value;
}

static const char *put_half(const dw_piece *piece, const dw_meaning_sink *sink, size_t i)
{
  static const dw_leaf none = {0};
  double value = half_number(piece);
  size_t at;
  return dw_meaning_reals(&none, &value, 1, &(dw_meaning_sink){sink->tags + i, sink->cells + i, sink->text, sink->as_text}, &at);
}

static size_t big_text(const dw_leaf *leaf, const dw_piece *piece, char text[DECIMAL_TEXT])
{
  char digits[DECIMAL_DIGITS];
  bool negative = false;
  size_t count = big_digits(piece, digits, &negative);
  return count ? put_decimal(text, negative, digits, count, leaf->scale) : 0;
}

static const char *put_big(const dw_leaf *leaf, const dw_piece *piece, const dw_meaning_sink *sink, size_t i)
{
  char text[DECIMAL_TEXT];
  size_t length = big_text(leaf, piece, text);
  return length ? put_number_text(sink, i, text, length) : "a decimal has no length that there is";
}

static const char *put_uuid(const dw_piece *piece, const dw_meaning_sink *sink, size_t i)
{
  static const char hex[] = "0123456789abcdef";
  char text[36];
  size_t n = 0;
  for (size_t k = 0; k < 16; k++) {
    if (k == 4 || k == 6 || k == 8 || k == 10) text[n++] = '-';
    text[n++] = hex[(unsigned char)piece->bytes[k] >> 4];
    text[n++] = hex[piece->bytes[k] & 15];
  }
  return put(sink, i, true, text, n);
}

/* Bytes that nobody called text are text where they can be. */
static const char *put_bytes(const dw_piece *piece, const dw_meaning_sink *sink, size_t i)
{
  return dw_utf8_valid(piece->bytes, piece->length) ? put(sink, i, true, piece->bytes, piece->length) : put_base64(sink, i, piece);
}

static const char *put_piece(const dw_leaf *leaf, const dw_piece *piece, const dw_meaning_sink *sink, size_t i)
{
  if (leaf->physical == DW_PHYSICAL_INT96) return put_int96(piece, sink, i);
  switch (leaf->meaning) {
  case DW_MEANS_TEXT:
    if (!dw_utf8_valid(piece->bytes, piece->length)) return "the text is not UTF-8";
    return put(sink, i, true, piece->bytes, piece->length);
  case DW_MEANS_DECIMAL: return put_big(leaf, piece, sink, i);
  case DW_MEANS_INTERVAL: return put_interval(piece, sink, i);
  case DW_MEANS_UUID: return put_uuid(piece, sink, i);
  case DW_MEANS_HALF: return put_half(piece, sink, i);
  case DW_MEANS_BYTES: return put_base64(sink, i, piece);
  case DW_MEANS_ITSELF:
  case DW_MEANS_UNSIGNED:
  case DW_MEANS_DATE:
  case DW_MEANS_TIME:
  case DW_MEANS_INSTANT:
  case DW_MEANS_NOTHING: break;
  }
  return put_bytes(piece, sink, i);
}

const char *dw_meaning_pieces(const dw_leaf *leaf, const dw_piece *value, size_t count, const dw_meaning_sink *sink, size_t *at)
{
  const char *wrong = NULL;
  for (*at = 0; *at < count && !wrong; ++*at) wrong = put_piece(leaf, &value[*at], sink, *at);
  return wrong;
}

/* As NDJSON would have it. */
static const char *put_gaps(const dw_meaning_sink *sink, size_t i, size_t from, dw_table *table)
{
  dw_buf *text = sink->text;
  size_t at = text->length;
  dw_buf_char(text, '[');
  for (size_t k = from; k < table->pool_count; k++) {
    if (k > from) dw_buf_char(text, ',');
    dw_buf_number(text, table->pool[k]);
  }
  dw_buf_char(text, ']');
  if (text->length > UINT32_MAX) return too_long;
  sink->tags[i] = DW_OTHER;
  sink->cells[i].text.offset = (uint32_t)at;
  sink->cells[i].text.length = (uint32_t)(text->length - at);
  table->pool_count = from;
  table->batch.others = true;
  return NULL;
}

const char *dw_meaning_list(const dw_meaning_sink *sink, size_t i, size_t from, bool gaps, dw_table *table)
{
  if (gaps) return put_gaps(sink, i, from, table);
  if (table->pool_count > UINT32_MAX) return "the vectors of a part of the column are longer than 32 GiB";
  sink->tags[i] = DW_VECTOR;
  sink->cells[i].text.offset = (uint32_t)from;
  sink->cells[i].text.length = (uint32_t)(table->pool_count - from);
  return NULL;
}

void dw_meaning_numbers_of_pieces(const dw_leaf *leaf, const dw_piece *value, size_t count, double *out)
{
  for (size_t i = 0; i < count; i++) {
    char text[DECIMAL_TEXT];
    out[i] = NAN;
    if (leaf->meaning == DW_MEANS_HALF) out[i] = half_number(&value[i]);
    else if (leaf->meaning == DW_MEANS_DECIMAL) dw_num_parse(text, big_text(leaf, &value[i], text), &out[i], NULL);
  }
}
