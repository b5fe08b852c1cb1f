#include "base/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/word.h"

enum { EPOCH_DAYS = 719468, ERA_YEARS = 400, ERA_DAYS = 146097 }; /* days from 0000-03-01 to 1970-01-01; a Gregorian cycle */

#define DAY (INT64_C(86400) * DW_SECOND)

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar, of a year from 1, and back. Years start on 1 March, so that the leap
 * day is the last of its year (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
static inline int64_t clock_days(unsigned year, unsigned month, unsigned day)
{
  static const uint16_t before[] = {306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275}; /* days from 1 March to the month's first */
  year -= month <= 2;
  return (int64_t)(year * 365 + year / 4 - year / 100 + year / 400 + before[month - 1] + day - 1) - EPOCH_DAYS;
}

static void clock_date(int64_t days, int64_t *year, int *month, int *day)
{
  days += EPOCH_DAYS;
  int64_t era = (days >= 0 ? days : days - (ERA_DAYS - 1)) / ERA_DAYS;
  int64_t day_of_era = days - era * ERA_DAYS;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t shifted = (5 * day_of_year + 2) / 153; /* 0 is March */
  *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
  *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
  *year = year_of_era + era * ERA_YEARS + (*month <= 2);
}

static inline unsigned clock_month_days(unsigned year, unsigned month)
{
  static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month != 2) return days[month - 1];
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
}

/* Reads exactly count digits at *text and moves past them; -1 when there are fewer. */
static int take_digits(const char **text, const char *end, int count)
{
  int value = 0;
  for (; count; count--, ++*text) {
    if (*text == end || **text < '0' || **text > '9') return -1;
    value = value * 10 + (**text - '0');
  }
  return value;
}

static bool take_char(const char **text, const char *end, char wanted)
{
  if (*text == end || **text != wanted) return false;
  ++*text;
  return true;
}

/* Digits behind the point or comma of seconds, as microseconds; -1: there are none. */
static int64_t take_fraction(const char **text, const char *end)
{
  static const int unit[] = {0, 100000, 10000, 1000, 100, 10, 1};
  const char *first = *text, *at = first;
  int fraction = 0, taken = 0;
  for (unsigned digit; at < end && (digit = (unsigned char)*at - (unsigned)'0') <= 9; at++)
    if (taken < 6) fraction = fraction * 10 + (int)digit, taken++;
  *text = at;
  return at == first ? -1 : fraction * unit[taken];
}

/* HH:MM[:SS[.fraction]], the fraction behind a point or, as ISO 8601 would rather have it, a comma. */
static bool take_time(const char **text, const char *end, dw_civil_time *c)
{
  c->hour = take_digits(text, end, 2);
  if (c->hour < 0 || !take_char(text, end, ':')) return false;
  c->minute = take_digits(text, end, 2);
  if (c->minute < 0 || !take_char(text, end, ':')) return c->minute >= 0;
  c->second = take_digits(text, end, 2);
  if (c->second < 0 || (!take_char(text, end, '.') && !take_char(text, end, ','))) return c->second >= 0;
  c->microsecond = take_fraction(text, end);
  return c->microsecond >= 0;
}

bool dw_time_take_offset(const char **text, const char *end, int64_t *offset)
{
  *offset = 0;
  if (take_char(text, end, 'Z') || take_char(text, end, 'z')) return true;
  int sign = take_char(text, end, '+') ? 1 : take_char(text, end, '-') ? -1 : 0;
  if (sign == 0) return false;
  int hour = take_digits(text, end, 2), minute = 0;
  if (hour < 0 || hour > 23) return false;
  if (*text < end && (**text == ':' || (**text >= '0' && **text <= '9'))) {
    take_char(text, end, ':');
    minute = take_digits(text, end, 2);
    if (minute < 0 || minute > 59) return false;
  }
  *offset = sign * (hour * 60 + minute) * 60 * DW_SECOND;
  return true;
}

/* The leap second is the last one of an hour by UTC, so of one by every clock that is whole hours ahead, and of a quarter of one by others;
 * as POSIX has it, it is the first second of the hour that follows. 24:00:00 is the end of its day. */
static bool is_time_of_day(const dw_civil_time *c)
{
  if (c->hour == 24) return c->minute == 0 && c->second == 0 && c->microsecond == 0;
  if (c->hour < 0 || c->hour > 23 || c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 60) return false;
  return c->second < 60 || (c->minute - c->offset / (60 * DW_SECOND) + 1) % 60 == 0;
}

bool dw_time_of_civil(const dw_civil_time *c, int64_t *instant)
{
  if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1) return false;
  unsigned year = (unsigned)c->year, month = (unsigned)c->month, day = (unsigned)c->day;
  if (day > clock_month_days(year, month)) return false;
  if (!is_time_of_day(c)) return false;
  int64_t time = ((c->hour * 60 + c->minute) * 60 + c->second) * DW_SECOND + c->microsecond;
  int64_t result = clock_days(year, month, day) * DAY + time - c->offset;
  /* an offset may carry the first and the last day out of the years that can be printed */
  if (result < clock_days(1, 1, 1) * DAY || result >= clock_days(10000, 1, 1) * DAY) return false;
  *instant = result;
  return true;
}

/* The digits YYYYMMDD, and HHMMSS behind them. */
static bool digits_time(int64_t date, int64_t time, int64_t *instant)
{
  dw_civil_time c = {.year = (int)(date / 10000),
                     .month = (int)(date / 100 % 100),
                     .day = (int)(date % 100),
                     .hour = (int)(time / 10000),
                     .minute = (int)(time / 100 % 100),
                     .second = (int)(time % 100)};
  return dw_time_of_civil(&c, instant);
}

/* 1800 to 2199, and 8, 12, 14, 17 digits: what people write as a date, or may have meant as one. */
static bool calendar_sized(double number)
{
  return (number >= 1800 && number < 2200) || (number >= 1e7 && number < 1e8) || (number >= 1e11 && number < 1e12) ||
         (number >= 1e13 && number < 1e14) || (number >= 1e16 && number < 1e17);
}

/* *told: the answer is the whole of it; else the number is a Unix time after all. */
static bool calendar_number(double number, int64_t *instant, bool *told)
{
  *told = true;
  if (number < 2200 || number >= 1e16) return false;
  int64_t digits = (int64_t)number, ignored;
  bool whole = (double)digits == number;
  if (number < 1e8) return whole && digits_time(digits, 0, instant);
  if (number >= 1e13) return whole && digits_time(digits / 1000000, digits % 1000000, instant);
  *told = whole && number >= 1900e8 && number < 2100e8 && digits_time(digits / 10000, digits % 10000 * 100, &ignored);
  return false;
}

bool dw_time_number(double number, int64_t *instant)
{
  double size = fabs(number);
  if (!(size < 9.2e18)) return false; /* what 64 bits hold of nanoseconds */
  if (calendar_sized(number)) {
    bool told, found = calendar_number(number, instant, &told);
    if (told) return found;
  }
  /* Doubles of today's times are a quarter of a microsecond apart: what lies as near below a whole one is that. */
  if (size >= 1e17) {
    int64_t nanoseconds = (int64_t)number + 128;
    *instant = nanoseconds / 1000 - (nanoseconds % 1000 < 0);
    return true;
  }
  double microseconds = size < 1e11 ? number * 1e6 + 0.25 : size < 1e14 ? number * 1e3 + 0.25 : number;
  *instant = (int64_t)microseconds;            /* towards 0 */
  *instant -= (double)*instant > microseconds; /* and down; floor() would link libm to every command that reads a clock */
  return true;
}

/* UTC and GMT stand for Z, with a space before them or none. */
static bool take_zone(const char **text, const char *end, int64_t *offset)
{
  const char *at = *text;
  take_char(&at, end, ' ');
  if (end - at == 3 && (memcmp(at, "UTC", 3) == 0 || memcmp(at, "GMT", 3) == 0)) return *text = end, true;
  return dw_time_take_offset(text, end, offset);
}

/* "dd-dd-dd" as three numbers, for any separator: of three pairs of digits with it between them the first is the lowest byte of the result,
 * the others the fourth and the seventh. All eight bytes at once: away from '0' and the separator, a byte that is out of place reaches the
 * top bit by what is added (no byte carries into the next). *wrong gathers those bits. */
static inline uint64_t three_pairs(const char *text, char separator, uint64_t *wrong)
{
  const uint64_t apart = (uint64_t)(unsigned char)separator << 16 | (uint64_t)(unsigned char)separator << 40;
  const uint64_t x = dw_word_64((const unsigned char *)text) ^ (UINT64_C(0x3030003030003030) | apart);
  *wrong |= ((x & UINT64_C(0x7f7f7f7f7f7f7f7f)) + UINT64_C(0x76767f76767f7676)) | x;
  return x * 10 + (x >> 8);
}

/* YYYY-MM-DDTHH:MM:SS, with Z, digits of a fraction, or nothing behind it: what nearly all writers write, each digit in its place. false:
 * of another form, or no such time. */
static bool parse_in_places(const char *text, size_t length, int64_t *instant)
{
  enum { PLAIN = 19, YEAR_OF_CENTURY = 2, HOUR = 11 };
  if (length < PLAIN || (text[10] != 'T' && text[10] != ' ')) return false;
  const unsigned tens = (unsigned char)text[0] - (unsigned)'0', ones = (unsigned char)text[1] - (unsigned)'0';
  uint64_t wrong = 0;
  const uint64_t date = three_pairs(text + YEAR_OF_CENTURY, '-', &wrong), time = three_pairs(text + HOUR, ':', &wrong);
  if (wrong & UINT64_C(0x8080808080808080) || tens > 9 || ones > 9) return false;
  const unsigned year = (tens * 10 + ones) * 100 + (date & 0xff), month = date >> 24 & 0xff, day = date >> 48 & 0xff;
  const unsigned hour = time & 0xff, minute = time >> 24 & 0xff, second = time >> 48 & 0xff;
  if (hour > 23 || minute > 59 || second > 59 || year < 1 || month - 1 > 11 || day - 1 >= clock_month_days(year, month)) return false;
  int64_t fraction = 0;
  const char *at = text + PLAIN, *end = text + length;
  if (at < end && *at == '.' && (++at, (fraction = take_fraction(&at, end)) < 0)) return false;
  if (at < end && (*at != 'Z' || at + 1 != end)) return false;
  *instant = clock_days(year, month, day) * DAY + (int64_t)((hour * 60 + minute) * 60 + second) * DW_SECOND + fraction;
  return true;
}

bool dw_time_parse(const char *text, size_t length, int64_t *instant)
{
  if (parse_in_places(text, length, instant)) return true;
  const char *end = text + length;
  dw_civil_time c = {.year = take_digits(&text, end, 4)};
  if (c.year < 1 || !take_char(&text, end, '-')) return false;
  c.month = take_digits(&text, end, 2);
  if (c.month < 1 || !take_char(&text, end, '-')) return false;
  c.day = take_digits(&text, end, 2);
  if (c.day < 1) return false;
  if (text < end) {
    if (*text != 'T' && *text != ' ' && *text != 't') return false;
    text++;
    if (!take_time(&text, end, &c) || (text < end && !take_zone(&text, end, &c.offset)) || text != end) return false;
  }
  return dw_time_of_civil(&c, instant);
}

static char *put_digits(char *out, uint64_t value, int least)
{
  char digits[20];
  int n = 0;
  for (; value || n < least; value /= 10) digits[n++] = (char)('0' + value % 10);
  while (n) *out++ = digits[--n];
  return out;
}

size_t dw_time_print(char out[DW_TIME_TEXT], int64_t instant)
{
  int64_t days = instant / DAY, time = instant % DAY;
  if (time < 0) {
    days--;
    time += DAY;
  }
  int64_t year;
  int month, day;
  clock_date(days, &year, &month, &day);
  char *p = out;
  if (year < 0 || year > 9999) *p++ = year < 0 ? '-' : '+'; /* ISO 8601's expanded form; dw_time_parse makes no such instant */
  p = put_digits(p, (uint64_t)(year < 0 ? -year : year), 4);
  *p++ = '-';
  p = put_digits(p, (uint64_t)month, 2);
  *p++ = '-';
  p = put_digits(p, (uint64_t)day, 2);
  *p++ = 'T';
  int64_t seconds = time / DW_SECOND, fraction = time % DW_SECOND;
  p = put_digits(p, (uint64_t)(seconds / 3600), 2);
  *p++ = ':';
  p = put_digits(p, (uint64_t)(seconds / 60 % 60), 2);
  *p++ = ':';
  p = put_digits(p, (uint64_t)(seconds % 60), 2);
  if (fraction) {
    *p++ = '.';
    p = put_digits(p, (uint64_t)fraction, 6);
    while (p[-1] == '0') p--;
  }
  *p++ = 'Z';
  return (size_t)(p - out);
}

/* From the largest to the smallest: a sum names each at most once, in this order. */
static const struct {
  char name[3];
  int64_t size;
} clock_units[] = {
    {"w", 7 * DAY}, {"d", DAY}, {"h", 3600 * DW_SECOND}, {"m", 60 * DW_SECOND}, {"s", DW_SECOND}, {"ms", DW_SECOND / 1000}, {"us", 1},
};
enum { UNIT_COUNT = sizeof clock_units / sizeof *clock_units };

/* The unit whose name is the whole run of letters at *text; UNIT_COUNT when there is none. */
static int take_unit(const char **text, const char *end)
{
  const char *first = *text;
  while (*text < end && **text >= 'a' && **text <= 'z') ++*text;
  size_t length = (size_t)(*text - first);
  for (int i = 0; i < UNIT_COUNT; i++)
    if (strlen(clock_units[i].name) == length && memcmp(clock_units[i].name, first, length) == 0) return i;
  return UNIT_COUNT;
}

bool dw_duration_parse(const char *text, size_t length, int64_t *microseconds)
{
  const char *end = text + length;
  int64_t total = 0;
  int least = 0; /* the first unit still allowed */
  while (text < end) {
    const char *first = text;
    int64_t whole = 0;
    for (; text < end && *text >= '0' && *text <= '9'; text++)
      if (__builtin_mul_overflow(whole, 10, &whole) || __builtin_add_overflow(whole, *text - '0', &whole)) return false;
    if (text == first) return false;
    const char *fraction = text, *fraction_end = text;
    if (take_char(&text, end, '.')) {
      fraction = text;
      while (text < end && *text >= '0' && *text <= '9') text++;
      fraction_end = text;
      if (fraction == fraction_end) return false;
    }
    int unit = take_unit(&text, end);
    if (unit == UNIT_COUNT || unit < least) return false;
    least = unit + 1;
    int64_t size = clock_units[unit].size, part;
    if (__builtin_mul_overflow(whole, size, &part) || __builtin_add_overflow(total, part, &total)) return false;
    /* size * 0.ddd, cut to the microsecond; from the last digit on, so that any number of digits fits */
    int64_t share = 0;
    for (const char *digit = fraction_end; digit > fraction; digit--) share = ((digit[-1] - '0') * size + share) / 10;
    if (__builtin_add_overflow(total, share, &total)) return false;
  }
  if (total <= 0) return false;
  *microseconds = total;
  return true;
}

size_t dw_duration_print(char out[DW_TIME_TEXT], int64_t microseconds)
{
  char *p = out;
  uint64_t left = (uint64_t)microseconds;
  if (microseconds < 0) {
    *p++ = '-';
    left = -left;
  }
  for (int i = 1; i < UNIT_COUNT; i++) { /* no weeks: "7d" is what people say */
    uint64_t size = (uint64_t)clock_units[i].size;
    if (left < size) continue;
    p = put_digits(p, left / size, 1);
    left %= size;
    for (const char *c = clock_units[i].name; *c; c++) *p++ = *c;
  }
  if (microseconds == 0) {
    *p++ = '0';
    *p++ = 's';
  }
  return (size_t)(p - out);
}

dw_status dw_time_now(int64_t *instant, dw_err *err)
{
  const char *fixed = getenv("DW_NOW");
  if (fixed && *fixed) {
    if (dw_time_parse(fixed, strlen(fixed), instant)) return DW_OK;
    return dw_err_set(err, DW_EUSAGE, "DW_NOW: \"%s\" is not a time such as 2026-01-31T09:30:00Z", fixed);
  }
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for a clock that every POSIX system has */
  *instant = (int64_t)now.tv_sec * DW_SECOND + now.tv_nsec / 1000;
  return DW_OK;
}

uint64_t dw_monotonic_ns(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool dw_time_asked(const char *text, int64_t now, int64_t *instant)
{
  int64_t ago = 0;
  size_t length = strlen(text);
  if (strcmp(text, "now") != 0 && !dw_duration_parse(text, length, &ago)) return dw_time_parse(text, length, instant);
  *instant = now - ago;
  return true;
}
