#include "detect/watch/units.h"

#include "base/clock.h"
#include "base/mem.h"

#include "test.h"

typedef struct cutting {
  dw_units units;
  dw_frame frame;
  int64_t *instant;
  dw_zone *zone;
  dw_unit_rule rule;
} cutting;

/* Rows every `step` seconds from a UTC time on. */
static dw_status cut(cutting *c, const char *period, const char *zone, dw_match match, const char *from, size_t rows, int64_t step,
                     double usual, dw_err *err)
{
  int64_t start = 0;
  CHECK(dw_time_parse(from, strlen(from), &start));
  c->instant = dw_alloc_array(rows, sizeof *c->instant);
  for (size_t i = 0; i < rows; i++) c->instant[i] = start + (int64_t)((i * 11) % rows) * step * DW_SECOND; /* in no order */
  c->frame = (dw_frame){.rows = rows, .instant = c->instant};
  CHECK(dw_zone_open(&c->zone, zone, err) == DW_OK);
  c->rule = (dw_unit_rule){.text = period, .zone = c->zone, .zone_name = zone, .match = match};
  CHECK(dw_chunk_period(period, &c->rule.period));
  return dw_units_cut(&c->units, &c->frame, &c->rule, usual, err);
}

static void done(cutting *c)
{
  dw_units_free(&c->units);
  dw_zone_free(c->zone);
  dw_free(c->instant);
}

TEST(whole_days_follow_each_other)
{
  cutting c;
  dw_err err;
  CHECK(cut(&c, "1d", "UTC", DW_MATCH_NONE, "2026-01-01T18:00:00Z", 4 * 24, 3600, 0, &err) == DW_OK);
  CHECK(c.units.count == 4 && c.units.small == 1 && c.units.usual == 24); /* 6 rows of the first day are no day */
  for (size_t u = 0; u < c.units.count; u++) {
    const dw_unit *unit = &c.units.unit[u];
    CHECK(unit->number == c.units.unit[0].number + (int64_t)u && unit->end - unit->start == 86400 * DW_SECOND);
    CHECK(unit->count == (u < 3 ? 24 : 18));
    for (size_t i = unit->first; i < unit->first + unit->count; i++) {
      int64_t instant = c.instant[c.units.row[i]];
      CHECK(instant >= unit->start && instant < unit->end);
    }
  }
  done(&c);
}

TEST(what_is_usual_may_be_said)
{
  cutting c;
  dw_err err;
  CHECK(cut(&c, "1d", "UTC", DW_MATCH_NONE, "2026-01-01T00:00:00Z", 49, 3600, 48, &err) == DW_OK);
  CHECK(c.units.count == 2 && c.units.small == 1); /* two days of 24 rows are half of 48 each, one of 1 is not */
  done(&c);
}

/* On 29 March 2026 Berlin's clock goes from 02:00 to 03:00: the day has 23 hours, which lie in 23 cells. */
TEST(days_of_a_zone)
{
  cutting c;
  dw_err err;
  CHECK(cut(&c, "D", "Europe/Berlin", DW_MATCH_NONE, "2026-03-28T23:00:00Z", 23 + 24, 3600, 0, &err) == DW_OK);
  CHECK(c.units.count == 2 && c.units.unit[0].count == 23 && c.units.unit[1].count == 24);
  done(&c);
  CHECK(cut(&c, "1h", "Europe/Berlin", DW_MATCH_HOUR, "2026-03-28T23:00:00Z", 23 * 4, 900, 0, &err) == DW_OK);
  CHECK(c.units.count == 23 && c.units.unit[1].cell == 1 && c.units.unit[2].cell == 3 && c.units.unit[22].cell == 23);
  CHECK(c.units.unit[2].number - c.units.unit[1].number == 2); /* the hour that is left out */
  done(&c);
}

TEST(months_and_weeks_are_numbered_one_by_one)
{
  cutting c;
  dw_err err;
  static const char *const period[] = {"M", "W", "Q", "Y", "D", "1w"};
  static const size_t count[] = {36, 157, 12, 3, 1096, 157};
  for (size_t k = 0; k < sizeof period / sizeof *period; k++) {
    CHECK(cut(&c, period[k], "UTC", DW_MATCH_NONE, "2023-01-01T00:00:00Z", 1096, 86400, 1, &err) == DW_OK);
    CHECK_MSG(c.units.count + c.units.small >= count[k] && c.units.count <= count[k] + 1, "%s: %zu", period[k], c.units.count);
    for (size_t u = 1; u < c.units.count; u++) CHECK_MSG(c.units.unit[u].number == c.units.unit[u - 1].number + 1, "%s: %zu", period[k], u);
    done(&c);
  }
}

TEST(a_period_lies_in_one_cell)
{
  cutting c;
  dw_err err;
  CHECK(cut(&c, "1d", "UTC", DW_MATCH_HOUR, "2026-01-01T00:00:00Z", 48, 3600, 0, &err) == DW_EUSAGE);
  CHECK(strstr(err.message, "--unit 1d holds more than one hour of --match") != NULL);
  CHECK(c.units.unit == NULL && c.units.row == NULL);
  done(&c);
  CHECK(cut(&c, "1d", "UTC", DW_MATCH_WEEKDAY, "2026-01-05T00:00:00Z", 24 * 8, 3600, 0, &err) == DW_OK);
  CHECK(c.units.unit[0].cell == 0 && c.units.unit[6].cell == 6 && c.units.unit[7].cell == 0); /* a Monday */
  done(&c);
}
