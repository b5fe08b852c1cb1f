#include "io/record/zone.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { FILE_MOST = 1 << 20, HEADER = 44 };
#define DAY INT64_C(86400)

/* When daylight saving time begins or ends in each year: Mmonth.week.day, Jn or n of the POSIX form. */
typedef struct rule {
  char kind; /* 'M', 'J' or '0' */
  int month, week, day;
  int64_t time; /* seconds of that day, on the clock that holds before */
} rule;

struct dw_zone {
  size_t count;
  int64_t *at;       /* [count] seconds: from when on */
  int64_t *offset;   /* [count] */
  int64_t first;     /* before at[0] */
  bool ruled, saves; /* what holds behind the last one is told by rules; with daylight saving time: */
  int64_t standard, saving;
  rule begin, end;
};

/* --- the rules behind the last transition --- */

static bool skip_name(const char **p)
{
  const char *from = *p;
  if (**p == '<') {
    while (**p && **p != '>') ++*p;
    if (**p != '>') return false;
    ++*p;
    return true;
  }
  while ((**p | 32) >= 'a' && (**p | 32) <= 'z') ++*p;
  return *p - from >= 3;
}

static bool take_count(const char **p, int most, int *out)
{
  *out = 0;
  if (**p < '0' || **p > '9') return false;
  while (**p >= '0' && **p <= '9' && *out <= most) *out = *out * 10 + (*(*p)++ - '0');
  return *out <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool take_seconds(const char **p, int64_t *out)
{
  int part[3] = {0, 0, 0}, sign = **p == '-' ? -1 : 1;
  if (**p == '-' || **p == '+') ++*p;
  for (int i = 0; i < 3; i++) {
    if (i > 0 && **p != ':') break;
    if (i > 0) ++*p;
    if (!take_count(p, i ? 59 : 167, &part[i])) return false;
  }
  *out = sign * ((part[0] * 60 + part[1]) * INT64_C(60) + part[2]);
  return true;
}

static bool take_rule(const char **p, rule *out)
{
  if (*(*p)++ != ',') return false;
  *out = (rule){.kind = '0', .time = 7200};
  if (**p == 'M' || **p == 'J') out->kind = *(*p)++;
  if (out->kind == 'M') {
    if (!take_count(p, 12, &out->month) || *(*p)++ != '.' || !take_count(p, 5, &out->week) || *(*p)++ != '.') return false;
    if (out->month < 1 || out->week < 1 || !take_count(p, 6, &out->day)) return false;
  } else if (!take_count(p, 365, &out->day)) {
    return false;
  }
  if (**p != '/') return true;
  ++*p;
  return take_seconds(p, &out->time);
}

static bool read_rules(dw_zone *zone, const char *text)
{
  if (!skip_name(&text) || !take_seconds(&text, &zone->standard)) return false;
  zone->standard = -zone->standard; /* POSIX counts west of Greenwich */
  zone->ruled = true;
  if (!*text) return true;
  if (!skip_name(&text)) return false;
  zone->saving = zone->standard + 3600;
  if (*text != ',') {
    if (!take_seconds(&text, &zone->saving)) return false;
    zone->saving = -zone->saving;
  }
  zone->saves = true;
  return take_rule(&text, &zone->begin) && take_rule(&text, &zone->end) && !*text;
}

static int64_t day_of(int64_t year, int month, int day)
{
  int64_t instant = 0;
  dw_civil_time civil = {.year = (int)year, .month = month, .day = day};
  dw_time_of_civil(&civil, &instant);
  return instant / DW_SECOND / DAY - (instant < 0 && instant % (DAY * DW_SECOND) != 0);
}

static bool leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/* The second of the year's change, by the clock that holds before it. */
static int64_t change_in(const rule *r, int64_t year)
{
  int64_t day;
  if (r->kind == 'M') {
    int64_t first = day_of(year, r->month, 1), weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    int64_t next = r->month == 12 ? day_of(year, 12, 31) + 1 : day_of(year, r->month + 1, 1);
    day = first + (r->day - weekday + 7) % 7 + 7 * (r->week - 1);
    while (day >= next) day -= 7; /* week 5 is the last one */
  } else {
    day = day_of(year, 1, 1) + r->day - (r->kind == 'J') + (r->kind == 'J' && leap(year) && r->day > 59);
  }
  return day * DAY + r->time;
}

static int64_t year_of(int64_t second)
{
  char text[DW_TIME_TEXT];
  dw_time_print(text, second * DW_SECOND);
  int64_t year = 0;
  for (int i = 0; i < 4; i++) year = year * 10 + (text[i] - '0');
  return year;
}

static int64_t by_rules(const dw_zone *zone, int64_t second)
{
  if (!zone->saves) return zone->standard;
  int64_t year = year_of(second + zone->standard);
  int64_t begin = change_in(&zone->begin, year) - zone->standard, end = change_in(&zone->end, year) - zone->saving;
  bool saving = begin < end ? second >= begin && second < end : second >= begin || second < end;
  return saving ? zone->saving : zone->standard;
}

int64_t dw_zone_offset(const dw_zone *zone, int64_t instant)
{
  static const int64_t least = INT64_C(-62135596800), most = INT64_C(253402300799); /* the years 1 to 9999 */
  int64_t second = instant / DW_SECOND - (instant % DW_SECOND < 0);
  size_t low = 0, high = zone->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (zone->at[middle] <= second) low = middle + 1;
    else high = middle;
  }
  bool ruled = low == zone->count && zone->ruled && second > least + 2 * DAY && second < most - 2 * DAY;
  int64_t offset = ruled ? by_rules(zone, second) : low ? zone->offset[low - 1] : zone->first;
  return offset * DW_SECOND;
}

/* --- the file --- */

typedef struct bytes {
  const unsigned char *at;
  size_t left;
} bytes;

static int64_t big_endian(const unsigned char *p, int length)
{
  uint64_t value = p[0] & 0x80 ? ~UINT64_C(0) : 0;
  for (int i = 0; i < length; i++) value = value << 8 | p[i];
  return (int64_t)value;
}

/* Counts of a header: isutc, isstd, leap, transitions, types, characters. */
static bool read_header(bytes *in, size_t count[6], char *version)
{
  if (in->left < HEADER || memcmp(in->at, "TZif", 4) != 0) return false;
  *version = (char)in->at[4];
  for (int i = 0; i < 6; i++) {
    int64_t value = big_endian(in->at + 20 + 4 * i, 4);
    if (value < 0 || value > FILE_MOST) return false;
    count[i] = (size_t)value;
  }
  in->at += HEADER;
  in->left -= HEADER;
  return count[4] > 0;
}

static size_t body_size(const size_t count[6], size_t time)
{
  return count[3] * time + count[3] + count[4] * 6 + count[5] + count[2] * (time + 4) + count[1] + count[0];
}

static bool read_body(dw_zone *zone, const bytes *in, const size_t count[6], size_t time)
{
  const unsigned char *at = in->at, *index = at + count[3] * time, *type = index + count[3];
  if (in->left < body_size(count, time)) return false;
  zone->at = dw_alloc_array(count[3], sizeof *zone->at);
  zone->offset = dw_alloc_array(count[3], sizeof *zone->offset);
  for (size_t i = 0; i < count[3]; i++) {
    if (index[i] >= count[4]) return false;
    zone->at[i] = big_endian(at + i * time, (int)time);
    zone->offset[i] = big_endian(type + (size_t)index[i] * 6, 4);
    if (i > 0 && zone->at[i] <= zone->at[i - 1]) return false;
  }
  zone->count = count[3];
  zone->first = big_endian(type, 4);
  return true;
}

static bool read_footer(dw_zone *zone, const bytes *in)
{
  char text[128];
  const unsigned char *end = in->left > 1 && *in->at == '\n' ? memchr(in->at + 1, '\n', in->left - 1) : NULL;
  if (!end || (size_t)(end - in->at) > sizeof text) return false;
  size_t length = (size_t)(end - in->at) - 1;
  memcpy(text, in->at + 1, length);
  text[length] = '\0';
  return length == 0 || read_rules(zone, text);
}

static bool read_zone(dw_zone *zone, bytes in)
{
  size_t count[6];
  char version;
  if (!read_header(&in, count, &version)) return false;
  if (version < '2') return read_body(zone, &in, count, 4);
  size_t size = body_size(count, 4); /* the same once more, in 64 bits */
  if (in.left < size) return false;
  in.at += size;
  in.left -= size;
  if (!read_header(&in, count, &version) || !read_body(zone, &in, count, 8)) return false;
  size = body_size(count, 8);
  in.at += size;
  in.left -= size;
  return read_footer(zone, &in);
}

/* A name is a path below the database's folder, never out of it. */
static bool is_name(const char *name)
{
  size_t length = strlen(name);
  if (length == 0 || length > 100 || *name == '/' || strstr(name, "..")) return false;
  for (const char *p = name; *p; p++)
    if (!((*p | 32) >= 'a' && (*p | 32) <= 'z') && !(*p >= '0' && *p <= '9') && !strchr("/_+-", *p)) return false;
  return true;
}

static dw_status unknown(const char *name, dw_err *err)
{
  return dw_err_usage(err, "--zone: \"%s\" is no zone of the system's time zone database (such as Europe/Berlin, or UTC)", name);
}

dw_status dw_zone_open(dw_zone **out, const char *name, dw_err *err)
{
  *out = NULL;
  if (strcmp(name, "UTC") == 0) {
    *out = dw_alloc_zero(1, sizeof **out);
    return DW_OK;
  }
  const char *folder = getenv("TZDIR");
  char path[512];
  if (!is_name(name)) return unknown(name, err);
  int length = snprintf(path, sizeof path, "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo", name);
  FILE *file = length > 0 && length < (int)sizeof path ? fopen(path, "rbe") : NULL;
  if (!file) return unknown(name, err);
  unsigned char *text = dw_alloc(FILE_MOST);
  size_t read = fread(text, 1, FILE_MOST, file);
  fclose(file);
  dw_zone *zone = dw_alloc_zero(1, sizeof *zone);
  bool good = read_zone(zone, (bytes){text, read});
  dw_free(text);
  if (good) {
    *out = zone;
    return DW_OK;
  }
  dw_zone_free(zone);
  return unknown(name, err);
}

static void digest_rule(const rule *r, dw_digest *digest)
{
  int64_t part[] = {r->kind, r->month, r->week, r->day, r->time};
  dw_digest_add(digest, part, sizeof part);
}

void dw_zone_digest(const dw_zone *zone, dw_digest *digest)
{
  int64_t part[] = {(int64_t)zone->count, zone->first, zone->ruled, zone->saves, zone->standard, zone->saving};
  dw_digest_add(digest, part, sizeof part);
  dw_digest_add(digest, zone->at, zone->count * sizeof *zone->at);
  dw_digest_add(digest, zone->offset, zone->count * sizeof *zone->offset);
  digest_rule(&zone->begin, digest);
  digest_rule(&zone->end, digest);
}

void dw_zone_free(dw_zone *zone)
{
  if (!zone) return;
  dw_free(zone->at);
  dw_free(zone->offset);
  dw_free(zone);
}
