#include "io/record/time_format.h"

#include <string.h>

#include "base/clock.h"

static const char *const month_names[] = {"january", "february", "march",     "april",   "may",      "june",
                                          "july",    "august",   "september", "october", "november", "december"};
static const char *const day_names[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_space(char c) { return c == ' ' || c == '\t'; }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }
static bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

/* --- what a format says --- */

/* Directives that are spelt in others. */
static const char *expansion(char letter)
{
  switch (letter) {
  case 'F': return "%Y-%m-%d";
  case 'D': return "%m/%d/%y";
  case 'T': return "%H:%M:%S";
  case 'R': return "%H:%M";
  case 'h': return "%b";
  case 'B': return "%b"; /* either name of a month is read for both */
  case 'A': return "%a";
  case 'e': return "%d";
  default: return NULL;
  }
}

static bool of_digits(const dw_time_item *item) { return item->letter && strchr("YymdjHIMSfs", item->letter); }

/* "{2026-02-01}"; *at moves to its last character. */
static dw_status take_before(dw_time_format *format, const char **at, dw_err *err)
{
  enum { YEAR_DIGITS = 4 };
  const char *first = *at + 1, *end = strchr(first, '}');
  char printed[DW_TIME_TEXT];
  if (!end || !dw_time_parse(first, (size_t)(end - first), &format->before))
    return dw_err_set(err, DW_EUSAGE, "--time-format: \"%s\": %%{…} takes a day or a time such as %%{2026-01-31}", format->text);
  if (format->yearless) return dw_err_set(err, DW_EUSAGE, "--time-format: \"%s\" has %%{…} twice", format->text);
  dw_time_print(printed, format->before - 1);
  format->last_year = 0;
  for (int i = 0; i < YEAR_DIGITS; i++) format->last_year = format->last_year * 10 + (printed[i] - '0');
  format->yearless = true;
  *at = end;
  return DW_OK;
}

static dw_status add_items(dw_time_format *format, const char *text, dw_err *err)
{
  for (const char *at = text; *at; at++) {
    dw_time_item item = {.literal = is_space(*at) ? ' ' : *at};
    if (is_space(*at) && is_space(at[1])) continue;
    if (*at == '%') {
      at++;
      if (*at == '{') {
        dw_status status = take_before(format, &at, err);
        if (status != DW_OK) return status;
        continue;
      }
      const char *longer = expansion(*at);
      if (longer) {
        dw_status status = add_items(format, longer, err);
        if (status != DW_OK) return status;
        continue;
      }
      if (!*at)
        return dw_err_set(err, DW_EUSAGE, "--time-format: \"%s\" ends in a %% without its letter; %%%% is a percent sign", format->text);
      if (*at != '%' && !strchr("YymbdjHIpMSfzZsa", *at))
        return dw_err_set(err, DW_EUSAGE,
                          "--time-format: \"%s\": there is no %%%c; the letters are %%Y %%y %%m %%b %%B %%d %%e %%j %%H %%I "
                          "%%p %%M %%S %%f %%z %%Z %%s %%a %%A %%F %%D %%T %%R and %%%%",
                          format->text, *at);
      item = *at == '%' ? (dw_time_item){.literal = '%'} : (dw_time_item){.letter = *at};
    }
    if (format->count == DW_TIME_FORMAT_ITEMS)
      return dw_err_set(err, DW_EUSAGE, "--time-format: \"%s\" is longer than any time", format->text);
    format->item[format->count++] = item;
  }
  return DW_OK;
}

/* How many of these letters the format has. */
static int count_of(const dw_time_format *format, const char *letters)
{
  int count = 0;
  for (size_t i = 0; i < format->count; i++) count += format->item[i].letter && strchr(letters, format->item[i].letter);
  return count;
}

static const char *what_is_wrong(const dw_time_format *format)
{
  static const char *const once[] = {"Yy", "mb", "d", "j", "HI", "p", "M", "S", "f", "zZ", "s", "a"};
  if (count_of(format, "s"))
    return format->yearless || count_of(format, "YymbdjHIpMSfzZ") ? "%s is the whole time by itself"
           : count_of(format, "s") > 1                            ? "has %s twice"
                                                                  : NULL;
  for (size_t i = 0; i < sizeof once / sizeof *once; i++)
    if (count_of(format, once[i]) > 1) return "says a part of the time twice";
  if (format->yearless && count_of(format, "Yy")) return "says the year, and %{...} too";
  if (format->yearless && (!count_of(format, "mb") || !count_of(format, "d"))) return "needs a month and a day for %{...} to tell the year";
  if (!format->yearless && !count_of(format, "Yy")) return "has no year (%Y or %y; %s: seconds since 1970)";
  if (count_of(format, "d") && !count_of(format, "mb")) return "has a day without a month";
  if (count_of(format, "j") && count_of(format, "mbd")) return "has the day of the year beside a month or a day";
  if (count_of(format, "I") != count_of(format, "p")) return "needs %I and %p together: which half of the day it is";
  if (count_of(format, "M") && !count_of(format, "HI")) return "has minutes without an hour";
  if (count_of(format, "S") && !count_of(format, "M")) return "has seconds without minutes";
  if (count_of(format, "f") && !count_of(format, "S")) return "has a fraction without seconds";
  return NULL;
}

dw_status dw_time_format_parse(dw_time_format *format, const char *text, dw_err *err)
{
  *format = (dw_time_format){.text = text};
  dw_status status = add_items(format, text, err);
  if (status != DW_OK) return status;
  const char *wrong = what_is_wrong(format);
  if (wrong) return dw_err_set(err, DW_EUSAGE, "--time-format: \"%s\" %s", text, wrong);
  for (size_t i = 0; i + 1 < format->count; i++) {
    dw_time_item *one = &format->item[i], *next = one + 1;
    if (!of_digits(one) || !of_digits(next)) continue;
    one->literal = next->literal = 1;
  }
  return DW_OK;
}

/* --- reading --- */

typedef struct cursor {
  const char *at, *end;
} cursor;

/* Digits: at most `most`, and no fewer when exact. -1: there are none, or too few. */
static int take_number(cursor *c, int most, bool exact)
{
  int value = 0, count = 0;
  for (; count < most && c->at < c->end && is_digit(*c->at); count++, c->at++) value = value * 10 + (*c->at - '0');
  return count == 0 || (exact && count < most) ? -1 : value;
}

/* The place of the longest name, or its first three letters, that stands here; -1: none does. */
static int take_name(cursor *c, const char *const *names, int count)
{
  size_t length = 0;
  while (c->at + length < c->end && is_letter(c->at[length])) length++;
  for (int i = 0; i < count; i++) {
    if (length != 3 && length != strlen(names[i])) continue;
    size_t same = 0;
    while (same < length && lower(c->at[same]) == names[i][same]) same++;
    if (same < length) continue;
    c->at += length;
    return i;
  }
  return -1;
}

static bool take_blanks(cursor *c)
{
  const char *first = c->at;
  while (c->at < c->end && is_space(*c->at)) c->at++;
  return c->at > first;
}

/* Digits of a fraction, as microseconds. */
static bool take_fraction(cursor *c, int64_t *microsecond)
{
  const char *first = c->at;
  *microsecond = 0;
  for (int64_t unit = DW_SECOND / 10; c->at < c->end && is_digit(*c->at); c->at++, unit /= 10) *microsecond += (*c->at - '0') * unit;
  return c->at > first;
}

static bool take_seconds(cursor *c, int64_t *instant)
{
  const int64_t most = INT64_C(253402300800); /* the year 10000 */
  bool negative = c->at < c->end && *c->at == '-';
  c->at += negative;
  const char *first = c->at;
  int64_t seconds = 0, fraction = 0;
  for (; c->at < c->end && is_digit(*c->at) && seconds < most; c->at++) seconds = seconds * 10 + (*c->at - '0');
  if (c->at == first || seconds >= most) return false;
  if (c->end - c->at > 1 && *c->at == '.' && is_digit(c->at[1])) {
    c->at++;
    take_fraction(c, &fraction);
  }
  *instant = seconds * DW_SECOND + fraction;
  if (negative) *instant = -*instant;
  return *instant >= -INT64_C(62135596800) * DW_SECOND; /* the year 1 */
}

typedef struct parts {
  dw_civil_time civil;
  int day_of_year; /* 0: not said */
  int half;        /* of the day: -1: not said, 0 AM, 1 PM */
  bool epoch;
  int64_t instant; /* of %s */
} parts;

static bool take_zone(cursor *c)
{
  static const char *const zones[] = {"utc", "gmt"};
  if (c->at < c->end && lower(*c->at) == 'z') return c->at++, true;
  return take_name(c, zones, 2) >= 0;
}

static bool take_half(cursor *c, int *half)
{
  if (c->end - c->at < 2 || lower(c->at[1]) != 'm') return false;
  char letter = lower(*c->at);
  *half = letter == 'p';
  c->at += 2;
  return letter == 'a' || letter == 'p';
}

static bool take_item(cursor *c, const dw_time_item *item, parts *p)
{
  dw_civil_time *d = &p->civil;
  bool exact = item->literal == 1;
  switch (item->letter) {
  case 'Y': return (d->year = take_number(c, 4, true)) >= 0;
  case 'y':
    d->year = take_number(c, 2, true);
    d->year += d->year < 0 ? 0 : d->year < 69 ? 2000 : 1900;
    return d->year >= 0;
  case 'm': return (d->month = take_number(c, 2, exact)) >= 0;
  case 'b': return (d->month = take_name(c, month_names, 12) + 1) > 0;
  case 'd': return (d->day = take_number(c, 2, exact)) >= 0;
  case 'j': return (p->day_of_year = take_number(c, 3, exact)) > 0;
  case 'H': return (d->hour = take_number(c, 2, exact)) >= 0;
  case 'I': return (d->hour = take_number(c, 2, exact)) >= 1 && d->hour <= 12;
  case 'p': return take_half(c, &p->half);
  case 'M': return (d->minute = take_number(c, 2, exact)) >= 0;
  case 'S': return (d->second = take_number(c, 2, exact)) >= 0;
  case 'f': return take_fraction(c, &d->microsecond);
  case 'z': return dw_time_take_offset(&c->at, c->end, &d->offset);
  case 'Z': return take_zone(c);
  case 's': return p->epoch = take_seconds(c, &p->instant);
  case 'a': return take_name(c, day_names, 7) >= 0;
  default: break;
  }
  if (item->literal == ' ') return take_blanks(c);
  return c->at < c->end && *c->at == item->literal && c->at++;
}

/* The last such time before. Eight years may lie between one 29 February and the next. */
static bool last_before(const dw_time_format *format, dw_civil_time civil, int64_t *instant)
{
  enum { YEARS = 10 };
  int64_t found;
  for (int back = 0; back < YEARS; back++) {
    civil.year = format->last_year - back + 1; /* what is behind its offset's turn of the year may be of the next one */
    if (dw_time_of_civil(&civil, &found) && found < format->before) return *instant = found, true;
  }
  return false;
}

static bool settle(const dw_time_format *format, const parts *p, int64_t *instant)
{
  dw_civil_time c = p->civil;
  if (p->epoch) return *instant = p->instant, true;
  if (p->half >= 0) c.hour = c.hour % 12 + 12 * p->half;
  if (format->yearless) return last_before(format, c, instant);
  if (!p->day_of_year) return dw_time_of_civil(&c, instant);
  int64_t first, last;
  dw_civil_time end = c;
  end.month = 12;
  end.day = 31;
  if (!dw_time_of_civil(&c, &first) || !dw_time_of_civil(&end, &last)) return false;
  first += (p->day_of_year - 1) * 86400 * DW_SECOND;
  if (first > last) return false;
  *instant = first;
  return true;
}

bool dw_time_format_read(const dw_time_format *format, const char *text, size_t length, int64_t *instant)
{
  cursor c = {text, text + length};
  parts p = {.civil = {.month = 1, .day = 1}, .half = -1};
  for (size_t i = 0; i < format->count; i++)
    if (!take_item(&c, &format->item[i], &p)) return false;
  return c.at == c.end && settle(format, &p, instant);
}

/* --- which form a text has --- */

typedef struct form {
  char text[DW_TIME_FORMAT_TEXT];
  size_t length;
} form;

static void form_add(form *f, const char *what)
{
  size_t length = strlen(what);
  if (f->length + length >= sizeof f->text) return;
  memcpy(f->text + f->length, what, length + 1);
  f->length += length;
}

static void form_char(form *f, char c) { form_add(f, (char[2]){c, '\0'}); }

static size_t digits_at(const cursor *c)
{
  size_t count = 0;
  while (c->at + count < c->end && is_digit(c->at[count])) count++;
  return count;
}

/* One of these characters, which goes into the form as well; 0: none. */
static char take_any(cursor *c, const char *wanted, form *f)
{
  if (c->at == c->end || !*c->at || !strchr(wanted, *c->at)) return 0;
  form_char(f, *c->at);
  return *c->at++;
}

static bool take_year(cursor *c, char before, form *f)
{
  size_t digits = digits_at(c);
  if (digits != 4 && !(digits == 2 && before == '/')) return false; /* "1.12.24" may be a version */
  c->at += digits;
  form_add(f, digits == 4 ? "%Y" : "%y");
  return true;
}

static bool take_month_name(cursor *c, form *f)
{
  if (take_name(c, month_names, 12) < 0) return false;
  form_add(f, "%b");
  return true;
}

/* "3/4/2024", "5 Jan 2024", "05-Jan-2024", "05-JAN-24". */
static bool day_first(cursor *c, form *f, bool *either)
{
  c->at += digits_at(c);
  form_add(f, "%d");
  char first = take_any(c, "/.- ", f);
  if (!first) return false;
  size_t digits = digits_at(c);
  *either = digits == 1 || digits == 2;
  c->at += *either ? digits : 0;
  if (*either) form_add(f, "%m");
  else if (!take_month_name(c, f)) return false;
  char second = take_any(c, first == '.' && !*either ? ". " : (char[2]){first, '\0'}, f);
  char named = !*either && second == '-' ? '/' : second; /* behind a month by name two digits are a year */
  return second && (second != ' ' || !*either) && take_year(c, named, f);
}

/* Hours, minutes and seconds, all of two digits. */
static bool take_clock(cursor *c, dw_civil_time *civil)
{
  civil->hour = take_number(c, 2, true);
  if (c->at < c->end && *c->at == ':') c->at++;
  civil->minute = take_number(c, 2, true);
  if (c->at < c->end && *c->at == ':') c->at++;
  civil->second = take_number(c, 2, true);
  return civil->hour >= 0 && civil->minute >= 0 && civil->second >= 0 && c->at[-3] == ':' && c->at[-6] == ':';
}

/* "14:32:52.123456 2000", "14:32:52 UTC 2000" */
static bool clock_and_year(cursor *c, form *f)
{
  dw_civil_time ignored;
  if (!take_clock(c, &ignored)) return false;
  form_add(f, "%H:%M:%S");
  if (take_any(c, ".", f)) {
    c->at += digits_at(c);
    form_add(f, "%f");
  }
  cursor zone = {c->at + 1, c->end};
  if (c->end - c->at > 1 && take_zone(&zone)) {
    form_add(f, " %Z");
    *c = zone;
  }
  return take_any(c, " ", f) && take_year(c, ' ', f);
}

/* "Jan 5, 2024", "Oct  1 14:32:52 2000". */
static bool name_first(cursor *c, form *f)
{
  if (!take_month_name(c, f) || !take_blanks(c) || digits_at(c) - 1 > 1) return false;
  c->at += digits_at(c);
  form_add(f, " %d");
  take_any(c, ",", f);
  if (!take_any(c, " ", f)) return false;
  return c->end - c->at > 2 && c->at[2] == ':' ? clock_and_year(c, f) : take_year(c, ' ', f);
}

static bool year_first(cursor *c, form *f)
{
  c->at += 4;
  form_add(f, "%Y");
  char between = take_any(c, "/.-", f);
  if (!between || digits_at(c) - 1 > 1) return false;
  c->at += digits_at(c);
  form_add(f, "%m");
  if (!take_any(c, (char[2]){between, '\0'}, f) || digits_at(c) - 1 > 1) return false;
  c->at += digits_at(c);
  form_add(f, "%d");
  return true;
}

static bool date_form(cursor *c, form *f, bool *either)
{
  cursor name = *c;
  if (take_name(&name, day_names, 7) >= 0) {
    *c = name;
    form_add(f, "%a");
    take_any(c, ",", f);
    if (!take_any(c, " ", f)) return false;
  }
  size_t digits = digits_at(c);
  if (digits == 8) return c->at += 8, form_add(f, "%Y%m%d"), c->at < c->end; /* by itself it may be a number */
  if (digits == 4) return year_first(c, f);
  return digits == 0 ? name_first(c, f) : digits <= 2 && day_first(c, f, either);
}

static bool offset_form(cursor *c, form *f)
{
  take_any(c, " ", f);
  cursor name = *c;
  if (take_zone(&name) && name.at == c->end) form_add(f, lower(*c->at) == 'z' ? "%z" : "%Z");
  else form_add(f, "%z");
  return true; /* what it is worth shows when the text is read by it */
}

static bool clock_form(cursor *c, form *f)
{
  bool apart = take_any(c, ",", f) != 0;
  if (!take_any(c, apart ? " " : " T:", f)) return false;
  size_t digits = digits_at(c);
  if (digits == 6 || digits == 4) {
    c->at += digits;
    form_add(f, digits == 6 ? "%H%M%S" : "%H%M");
  } else {
    cursor rest = *c;
    while (rest.at < rest.end && !(rest.end - rest.at >= 2 && lower(rest.at[1]) == 'm' && strchr("aApP", *rest.at))) rest.at++;
    form_add(f, rest.at < rest.end ? "%I" : "%H");
    if (digits - 1 > 1) return false;
    c->at += digits;
    for (int part = 0; part < 2 && take_any(c, ":", f); part++) {
      if (digits_at(c) != 2) return false;
      c->at += 2;
      form_add(f, part ? "%S" : "%M");
    }
  }
  bool comma = c->end - c->at > 1 && is_digit(c->at[1]);
  if (take_any(c, comma ? ".," : ".", f)) {
    c->at += digits_at(c);
    form_add(f, "%f");
  }
  cursor half = *c;
  while (half.at < half.end && is_space(*half.at)) half.at++;
  int ignored;
  if (take_half(&half, &ignored)) {
    if (half.at - c->at > 2) form_char(f, ' ');
    form_add(f, "%p");
    *c = half;
  }
  return c->at == c->end || offset_form(c, f);
}

static bool reads(const char *letters, const char *text, size_t length)
{
  dw_time_format format;
  int64_t instant;
  return dw_time_format_parse(&format, letters, NULL) == DW_OK && dw_time_format_read(&format, text, length, &instant);
}

int dw_time_format_guess(const char *text, size_t length, char found[2][DW_TIME_FORMAT_TEXT])
{
  enum { SHORTEST = 6, LONGEST = 48 };
  if (length < SHORTEST || length > LONGEST) return 0;
  bool brackets = *text == '[' && text[length - 1] == ']', either = false; /* as logs of servers have them */
  cursor c = {text + brackets, text + length - brackets};
  form f = {0};
  if (brackets) form_char(&f, '[');
  if (!(is_digit(*c.at) || is_letter(*c.at)) || !date_form(&c, &f, &either) || (c.at < c.end && !clock_form(&c, &f))) return 0;
  if (brackets) form_char(&f, ']');
  int count = reads(f.text, text, length);
  if (count) memcpy(found[0], f.text, sizeof f.text);
  if (!either) return count;
  *strstr(f.text, "%d") = '\n';
  *strstr(f.text, "%m") = '\r';
  for (char *at = f.text; *at; at++) {
    if (*at == '\n') *at = '%', at[1] = 'm';
    else if (*at == '\r') *at = '%', at[1] = 'd';
  }
  if (reads(f.text, text, length)) memcpy(found[count++], f.text, sizeof f.text);
  return count;
}

/* Days below 10 stand behind one space more. */
bool dw_time_format_yearless(const char *text, size_t length, int64_t *within)
{
  enum { A_LEAP_YEAR = 2000 };
  const int64_t first = INT64_C(946684800) * DW_SECOND;
  cursor c = {text, text + length};
  dw_civil_time civil = {.year = A_LEAP_YEAR};
  int64_t instant;
  if (length == 0 || !is_letter(*text) || (civil.month = take_name(&c, month_names, 12) + 1) == 0 || !take_blanks(&c)) return false;
  if ((civil.day = take_number(&c, 2, false)) < 0 || !take_blanks(&c) || !take_clock(&c, &civil)) return false;
  if (c.at < c.end && (*c.at == '.' || *c.at == ',')) {
    c.at++;
    if (!take_fraction(&c, &civil.microsecond)) return false;
  }
  if (c.at < c.end || !dw_time_of_civil(&civil, &instant)) return false;
  *within = instant - first;
  return true;
}
