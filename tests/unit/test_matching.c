#include "data/datasets/matching.h"

#include "base/clock.h"
#include "test.h"

static void check_cell(dw_match by, const dw_zone *zone, const char *text, const char *want)
{
  int64_t instant;
  char name[DW_MATCH_NAME];
  CHECK(dw_time_parse(text, strlen(text), &instant));
  unsigned cell = dw_match_cell(by, zone, instant);
  CHECK(cell < dw_match_cells(by));
  dw_match_name(by, cell, name);
  CHECK_TEXT(name, want);
}

TEST(cells_of_the_calendar)
{
  dw_zone *utc;
  CHECK(dw_zone_open(&utc, "UTC", NULL) == DW_OK);
  check_cell(DW_MATCH_HOUR, utc, "2026-11-29T23:59:59.999999Z", "23");
  check_cell(DW_MATCH_HOUR, utc, "1969-12-31T00:00:00Z", "00");
  check_cell(DW_MATCH_WEEKDAY, utc, "2026-11-29T00:00:00Z", "sunday");
  check_cell(DW_MATCH_WEEKDAY, utc, "1969-12-31T12:00:00Z", "wednesday");
  check_cell(DW_MATCH_HOUR_OF_WEEK, utc, "2026-11-30T05:00:00Z", "monday 05");
  check_cell(DW_MATCH_HOUR_OF_WEEK, utc, "2026-11-29T23:00:00Z", "sunday 23");
  check_cell(DW_MATCH_MONTH, utc, "2024-02-29T12:00:00Z", "02");
  check_cell(DW_MATCH_MONTH, utc, "1950-12-31T23:59:59Z", "12");
  check_cell(DW_MATCH_SEASON, utc, "2026-12-01T00:00:00Z", "dec-feb");
  check_cell(DW_MATCH_SEASON, utc, "2026-02-28T00:00:00Z", "dec-feb");
  check_cell(DW_MATCH_SEASON, utc, "2026-03-01T00:00:00Z", "mar-may");
  check_cell(DW_MATCH_SEASON, utc, "2026-11-30T00:00:00Z", "sep-nov");
  dw_zone_free(utc);
}

TEST(cells_are_those_of_the_zones_clock)
{
  dw_zone *berlin;
  if (dw_zone_open(&berlin, "Europe/Berlin", NULL) != DW_OK) {
    test_skip("this machine has no time zone database");
    return;
  }
  check_cell(DW_MATCH_HOUR, berlin, "2026-03-29T00:59:00Z", "01");
  check_cell(DW_MATCH_HOUR, berlin, "2026-03-29T01:00:00Z", "03"); /* the hour that is left out */
  check_cell(DW_MATCH_HOUR, berlin, "2026-10-25T00:30:00Z", "02"); /* and the one that comes twice */
  check_cell(DW_MATCH_HOUR, berlin, "2026-10-25T01:30:00Z", "02");
  check_cell(DW_MATCH_HOUR_OF_WEEK, berlin, "2026-06-28T22:30:00Z", "monday 00");
  check_cell(DW_MATCH_MONTH, berlin, "2026-12-31T23:30:00Z", "01");
  dw_zone_free(berlin);
}

TEST(every_instant_has_a_cell)
{
  dw_zone *utc;
  CHECK(dw_zone_open(&utc, "UTC", NULL) == DW_OK);
  static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, INT64_MAX - 1, INT64_MAX};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    for (int by = DW_MATCH_HOUR; by <= DW_MATCH_SEASON; by++)
      CHECK(dw_match_cell((dw_match)by, utc, ends[i]) < dw_match_cells((dw_match)by));
  dw_zone_free(utc);
}
