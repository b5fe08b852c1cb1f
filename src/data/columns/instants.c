#include "data/columns/instants.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "io/formats/csv.h"

/* --- which forms --- */

dw_instants *dw_instants_new(const char *text, size_t length, bool timed)
{
  char form[DW_INSTANTS_READINGS][DW_TIME_FORMAT_TEXT];
  int64_t instant;
  bool plain = dw_time_parse(text, length, &instant), yearless = !plain && dw_time_format_yearless(text, length, &instant);
  int forms = plain || yearless ? 0 : dw_time_format_guess(text, length, form);
  if (!plain && !yearless && forms == 0) return NULL;
  dw_instants *instants = dw_alloc_zero(1, sizeof *instants);
  instants->timed = timed;
  instants->yearless = yearless;
  instants->readings = forms ? (size_t)forms : 1;
  for (int i = 0; i < forms; i++) {
    dw_instants_reading *reading = &instants->reading[i];
    memcpy(reading->letters, form[i], sizeof reading->letters);
    dw_time_format_parse(&reading->format, reading->letters, NULL); /* what is guessed can be read */
  }
  return instants;
}

/* --- numbers --- */

static const char *const words_of_time[] = {"ts",    "time", "date", "datetime", "timestamp", "unixtime",
                                            "epoch", "at",   "when", "day",      "dt",        NULL};

static bool is_letter(char c) { return (unsigned)((c | 0x20) - 'a') < 26; }
static bool is_capital(char c) { return (unsigned)(c - 'A') < 26; }

/* A word of the name, between other characters than letters or where capitals begin, is one of time. */
static bool names_time(const char *name)
{
  for (const char *p = name; *p;) {
    char word[12];
    size_t length = 0;
    if (!is_letter(*p)) {
      p++;
      continue;
    }
    const char *end = p + 1;
    while (is_letter(*end) && !(is_capital(*end) && !is_capital(end[-1]))) end++;
    for (; p < end; p++)
      if (length < sizeof word) word[length++] = (char)(*p | 0x20);
    for (const char *const *known = words_of_time; *known; known++)
      if (dw_text_equal(word, length, *known)) return true;
  }
  return false;
}

static double unit_of(double number) { return number < 1e11 ? 1e6 : number < 1e14 ? 1e3 : number < 1e17 ? 1 : 1e-3; }

static bool is_unix_time(double number, double unit)
{
  const double year_1990 = 631152000e6, year_2001 = 1e15, year_2100 = 4102444800e6;
  double microseconds = number * unit;
  return unit_of(number) == unit && microseconds >= (unit > 1e3 ? year_2001 : year_1990) && microseconds < year_2100;
}

dw_instants *dw_instants_of_numbers(double first, const char *name, bool timed)
{
  double unit = unit_of(first);
  bool named = names_time(name);
  if (!is_unix_time(first, unit) || (unit > 1e3 && !named)) return NULL;
  dw_instants *instants = dw_alloc_zero(1, sizeof *instants);
  instants->timed = timed;
  instants->readings = 1;
  instants->unit = unit;
  instants->named = named;
  instants->round = true;
  return instants;
}

double dw_instants_unit(dw_sorted numbers)
{
  if (numbers.count == 0) return 0;
  double unit = unit_of(numbers.value[0]);
  return is_unix_time(numbers.value[0], unit) && is_unix_time(numbers.value[numbers.count - 1], unit) ? unit : 0;
}

bool dw_instants_in_range(const char *name, double least, double most, bool round)
{
  double unit = unit_of(least);
  if (!is_unix_time(least, unit) || !is_unix_time(most, unit)) return false;
  return names_time(name) || (unit <= 1e3 && round);
}

bool dw_instants_round(double number) { return (int64_t)number % 1000 == 0 && number == floor(number); }

bool dw_instants_in_numbers(const char *name, dw_sorted numbers)
{
  if (dw_instants_unit(numbers) == 0) return false;
  bool round = true;
  for (size_t i = 0; i < numbers.count && round; i++) round = dw_instants_round(numbers.value[i]);
  return dw_instants_in_range(name, numbers.value[0], numbers.value[numbers.count - 1], round);
}

bool dw_instants_digits(const char *name, const char *text, size_t length, double *number)
{
  enum { SECONDS = 10, MOST = 40 };
  size_t digits = 0, decimals;
  while (digits < length && text[digits] >= '0' && text[digits] <= '9') digits++;
  if (digits < SECONDS || length > MOST || *text == '0' || (digits < length && text[digits] != '.')) return false;
  for (decimals = digits + 1; decimals < length; decimals++)
    if (text[decimals] < '0' || text[decimals] > '9') return false;
  if (digits + 1 == length || !dw_num_parse(text, length, number, NULL)) return false;
  return dw_instants_in_numbers(name, dw_sorted_make(number, 1));
}

bool dw_instants_hopeless(const dw_instants *instants)
{
  uint64_t unread = instants->reading[0].unread;
  if (instants->unit > 0) return unread > 0 || (!instants->named && !instants->round);
  if (instants->readings == DW_INSTANTS_READINGS && instants->reading[1].unread < unread) unread = instants->reading[1].unread;
  return unread * 2 > instants->seen;
}

void dw_instants_free(dw_instants *instants)
{
  if (!instants) return;
  for (size_t i = 0; i < DW_INSTANTS_READINGS; i++) dw_free(instants->reading[i].value);
  dw_free(instants->time);
  dw_free(instants);
}

size_t dw_instants_bytes(const dw_instants *instants)
{
  return instants->capacity * (instants->readings + instants->timed) * sizeof(int64_t);
}

/* --- keeping --- */

static void make_room(dw_instants *instants, size_t rows)
{
  size_t capacity = instants->capacity;
  for (size_t i = 0; i < instants->readings; i++) {
    size_t room = capacity;
    instants->reading[i].value = dw_grow(instants->reading[i].value, &room, instants->count + rows, sizeof(int64_t));
    instants->capacity = room;
  }
  if (instants->timed) instants->time = dw_grow(instants->time, &capacity, instants->count + rows, sizeof(int64_t));
}

/* Whether the string of this number is kept: all bits of the hash are used, so that a thinner sample is part of the one before. */
static bool is_kept(uint64_t number, unsigned thinned)
{
  uint64_t x = number + UINT64_C(0x9e3779b97f4a7c15); /* the finaliser of SplitMix64 */
  x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
  x ^= x >> 31;
  return (x & ((UINT64_C(1) << thinned) - 1)) == 0;
}

static bool read_text(const dw_instants *instants, const dw_instants_reading *reading, const char *text, size_t length, int64_t *instant)
{
  if (instants->yearless) return dw_time_format_yearless(text, length, instant);
  return *reading->letters ? dw_time_format_read(&reading->format, text, length, instant) : dw_time_parse(text, length, instant);
}

static void add_text(dw_instants *instants, const char *text, size_t length, int64_t time)
{
  bool kept = is_kept(instants->seen++, instants->thinned);
  for (size_t i = 0; i < instants->readings; i++) {
    dw_instants_reading *reading = &instants->reading[i];
    int64_t instant = DW_INSTANTS_NONE;
    bool read = read_text(instants, reading, text, length, &instant);
    reading->unread += !read;
    if (kept) reading->value[instants->count] = instant;
  }
  if (kept && instants->time) instants->time[instants->count] = time;
  instants->count += kept;
}

static void add_number(dw_instants *instants, double number, int64_t time)
{
  int64_t instant;
  bool kept = is_kept(instants->seen++, instants->thinned);
  bool read = is_unix_time(number, instants->unit) && dw_time_number(number, &instant);
  instants->reading[0].unread += !read;
  instants->round &= read && dw_instants_round(number);
  if (!kept) return;
  instants->reading[0].value[instants->count] = read ? instant : DW_INSTANTS_NONE;
  if (instants->time) instants->time[instants->count] = time;
  instants->count++;
}

/* Texts that are no digits are strays, or the column is none of instants. */
static void add_numbers(dw_instants *instants, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take,
                        const int64_t *time, dw_buf *scratch)
{
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag tag = cells->tags[row];
    if (take && !take[row]) continue;
    double number = cells->cells[row].number;
    size_t length;
    bool is_text = tag == DW_STRING || tag == DW_STRING_ESCAPED;
    const char *text = is_text ? dw_cell_text(batch, tag, cells->cells[row], scratch, &length) : NULL;
    if (tag == DW_INTEGER || tag == DW_REAL || (is_text && dw_instants_digits("time", text, length, &number)))
      add_number(instants, number, time ? time[row] : DW_INSTANTS_NONE);
  }
}

void dw_instants_add(dw_instants *instants, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take, const int64_t *time,
                     dw_buf *scratch)
{
  make_room(instants, batch->rows);
  if (instants->unit > 0) {
    add_numbers(instants, batch, cells, take, time, scratch);
    return;
  }
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag tag = cells->tags[row];
    if ((tag != DW_STRING && tag != DW_STRING_ESCAPED) || (take && !take[row])) continue;
    size_t length;
    const char *text = dw_cell_text(batch, tag, cells->cells[row], scratch, &length);
    if (!dw_csv_mark(text, length)) add_text(instants, text, length, time ? time[row] : DW_INSTANTS_NONE);
  }
}

static void *shrunk(const int64_t *array, size_t count)
{
  int64_t *copy = count ? dw_alloc_array(count, sizeof *copy) : NULL;
  return count ? memcpy(copy, array, count * sizeof *copy) : NULL;
}

static void keep_only(int64_t **array, size_t count)
{
  int64_t *kept = shrunk(*array, count);
  dw_free(*array);
  *array = kept;
}

void dw_instants_thin(dw_instants *instants)
{
  size_t at = 0, kept = 0;
  for (uint64_t number = 0; number < instants->seen && at < instants->count; number++) {
    if (!is_kept(number, instants->thinned)) continue;
    if (is_kept(number, instants->thinned + 1)) {
      for (size_t i = 0; i < instants->readings; i++) instants->reading[i].value[kept] = instants->reading[i].value[at];
      if (instants->time) instants->time[kept] = instants->time[at];
      kept++;
    }
    at++;
  }
  instants->thinned++;
  instants->count = instants->capacity = kept;
  for (size_t i = 0; i < instants->readings; i++) keep_only(&instants->reading[i].value, kept);
  if (instants->time) keep_only(&instants->time, kept);
}

/* --- day or month first --- */

static const dw_instants_reading *whole(const dw_instants *side, const char *letters)
{
  const dw_instants_reading *found = NULL;
  for (size_t i = 0; i < side->readings; i++) {
    const dw_instants_reading *reading = &side->reading[i];
    if (reading->unread == 0 && (!letters || strcmp(reading->letters, letters) == 0)) found = reading;
  }
  return found;
}

static bool is_either(const dw_instants *side)
{
  return side->readings == DW_INSTANTS_READINGS && side->reading[0].unread == 0 && side->reading[1].unread == 0;
}

/* Of a side that could be read either way: the one form that the other side leaves. */
static const dw_instants_reading *by_other_side(const dw_instants *side, const dw_instants *other)
{
  const dw_instants_reading *found = NULL;
  for (size_t i = 0; i < side->readings; i++) {
    if (!whole(other, side->reading[i].letters)) continue;
    if (found) return NULL;
    found = &side->reading[i];
  }
  return found;
}

dw_instants_told dw_instants_settle(const dw_instants *const side[2], const char *letters, const dw_instants_reading *out[2])
{
  if (side[0]->yearless != side[1]->yearless) return DW_INSTANTS_MIXED;
  for (int i = 0; i < 2; i++)
    if (!whole(side[i], NULL)) return DW_INSTANTS_MIXED;
  for (int i = 0; i < 2; i++) {
    out[i] = whole(side[i], NULL);
    if (!is_either(side[i])) continue;
    out[i] = by_other_side(side[i], side[!i]);
    if (!out[i] && letters) out[i] = whole(side[i], letters);
    if (!out[i]) return DW_INSTANTS_EITHER;
  }
  return DW_INSTANTS_TOLD;
}
