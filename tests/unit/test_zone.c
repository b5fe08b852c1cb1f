#include "io/record/zone.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "test.h"

/* As Python's zoneinfo has them. */
static const struct {
  const char *zone, *instant;
  int offset;
} known[] = {
    {"Europe/Berlin", "1900-01-01T00:00:00Z", 3600},        {"Europe/Berlin", "2026-03-29T00:59:59Z", 3600},
    {"Europe/Berlin", "2026-03-29T01:00:00Z", 7200},        {"Europe/Berlin", "2026-10-25T00:59:59Z", 7200},
    {"Europe/Berlin", "2026-10-25T01:00:00Z", 3600},        {"Europe/Berlin", "2060-07-01T00:00:00Z", 7200},
    {"Europe/Berlin", "2060-12-01T00:00:00Z", 3600},        {"America/New_York", "1960-07-01T00:00:00Z", -14400},
    {"America/New_York", "2007-03-11T06:59:59Z", -18000},   {"America/New_York", "2007-03-11T07:00:00Z", -14400},
    {"America/New_York", "2026-11-01T05:59:59Z", -14400},   {"America/New_York", "2026-11-01T06:00:00Z", -18000},
    {"America/New_York", "2099-07-04T00:00:00Z", -14400},   {"Australia/Lord_Howe", "2026-01-01T00:00:00Z", 39600},
    {"Australia/Lord_Howe", "2026-07-01T00:00:00Z", 37800}, {"Australia/Lord_Howe", "2045-04-01T14:59:59Z", 39600},
    {"Australia/Lord_Howe", "2045-04-01T15:00:00Z", 37800}, {"Asia/Kathmandu", "1980-01-01T00:00:00Z", 19800},
    {"Asia/Kathmandu", "2026-01-01T00:00:00Z", 20700},      {"Europe/Dublin", "2026-07-01T00:00:00Z", 3600},
    {"Europe/Dublin", "2050-01-01T00:00:00Z", 0},           {"Pacific/Apia", "2011-12-30T09:59:59Z", -36000},
    {"Pacific/Apia", "2011-12-30T10:00:00Z", 50400},        {"UTC", "2026-07-01T00:00:00Z", 0},
};

static void check_at(const dw_zone *zone, const char *name, const char *text, int offset)
{
  int64_t instant;
  CHECK(dw_time_parse(text, strlen(text), &instant));
  int64_t got = dw_zone_offset(zone, instant) / DW_SECOND;
  CHECK_MSG(got == offset, "%s at %s: %lld, not %d", name, text, (long long)got, offset);
}

TEST(offsets_are_those_of_the_database)
{
  if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0) {
    test_skip("this machine has no time zone database");
    return;
  }
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    dw_zone *zone;
    dw_err err = {0};
    CHECK_MSG(dw_zone_open(&zone, known[i].zone, &err) == DW_OK, "%s", err.message);
    if (zone) check_at(zone, known[i].zone, known[i].instant, known[i].offset);
    dw_zone_free(zone);
  }
}

static char folder[] = "dw-zone-XXXXXX";

/* A zone of the second version without transitions, whose rules stand behind it; then cut short. */
static dw_status open_written(dw_zone **zone, const char *rules, size_t length, dw_err *err)
{
  static const unsigned char header[44] = {'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 4}, type[10] = {0, 0, 0, 0, 0, 0, 'U', 'T', 'C', 0};
  unsigned char text[256];
  char path[64];
  size_t at = 0;
  for (int i = 0; i < 2; i++) {
    memcpy(text + at, header, sizeof header);
    memcpy(text + at + 44, type, sizeof type);
    at += 54;
  }
  at += (size_t)snprintf((char *)text + at, sizeof text - at, "\n%s\n", rules);
  if (!strstr(folder, "XXXXXX") || mkdtemp(folder)) setenv("TZDIR", folder, 1);
  snprintf(path, sizeof path, "%s/Written", folder);
  FILE *file = fopen(path, "wb");
  if (length > at) length = at;
  CHECK(file && fwrite(text, 1, length, file) == length && fclose(file) == 0);
  dw_status status = dw_zone_open(zone, "Written", err);
  unlink(path);
  rmdir(folder);
  mkdir(folder, 0700);
  return status;
}

TEST(rules_of_POSIX)
{
  static const struct {
    const char *rules, *instant;
    int offset;
  } cases[] = {
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T06:59:59Z", -18000},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-03-08T07:00:00Z", -14400},
      {"EST5EDT,M3.2.0,M11.1.0", "2026-11-01T06:00:00Z", -18000},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-15T00:00:00Z", 39600},
      {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-06-15T00:00:00Z", 36000},
      {"<-03>3", "2026-06-15T00:00:00Z", -10800},
      {"<+0545>-5:45", "2026-06-15T00:00:00Z", 20700},
      /* day 60 without leap days is 1 March in every year; day 59 from 0 is 29 February of a leap year */
      {"AAA0BBB,J60/0,J300", "2028-02-29T23:59:59Z", 0},
      {"AAA0BBB,J60/0,J300", "2028-03-01T00:00:00Z", 3600},
      {"AAA0BBB,59/0,J300", "2028-02-28T23:59:59Z", 0},
      {"AAA0BBB,59/0,J300", "2028-02-29T00:00:00Z", 3600},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_zone *zone;
    dw_err err = {0};
    CHECK_MSG(open_written(&zone, cases[i].rules, SIZE_MAX, &err) == DW_OK, "%s: %s", cases[i].rules, err.message);
    if (zone) check_at(zone, cases[i].rules, cases[i].instant, cases[i].offset);
    dw_zone_free(zone);
  }
}

TEST(what_is_no_zone_is_refused)
{
  static const char *const names[] = {"", "Nowhere/Here", "../passwd", "/etc/passwd", "Europe", "a b"},
                           *const rules[] = {"E", "EST", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x"};
  dw_zone *zone;
  dw_err err;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) CHECK(dw_zone_open(&zone, names[i], &err) == DW_EUSAGE && !zone);
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) CHECK(open_written(&zone, rules[i], SIZE_MAX, &err) == DW_EUSAGE && !zone);
  for (size_t length = 0; length < 112; length++) CHECK(open_written(&zone, "<-03>3", length, &err) == DW_EUSAGE && !zone);
}
