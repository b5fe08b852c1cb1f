#include "data/columns/yearless.h"

#include "base/clock.h"
#include "io/record/time_format.h"
#include "test.h"

#define DAY (86400 * DW_SECOND)

/* By the calendar of a leap year. */
static int64_t at(const char *text)
{
  int64_t within = -1;
  CHECK_MSG(dw_time_format_yearless(text, strlen(text), &within), "%s", text);
  return within;
}

static bool place(int64_t *one, size_t ones, int64_t *other, size_t others)
{
  return dw_yearless_place((int64_t *const[2]){one, other}, (const size_t[2]){ones, others});
}

TEST(days_of_a_year)
{
  int64_t one[] = {at("Mar  1 00:00:00"), at("Jan  5 09:12:33.5")}, other[] = {at("Feb 28 00:00:01")};
  CHECK(place(one, 2, other, 1));
  CHECK(one[0] == 59 * DAY && one[1] == 4 * DAY + (9 * 3600 + 12 * 60 + 33) * DW_SECOND + 500000 && other[0] == 58 * DAY + DW_SECOND);
  int64_t leap[] = {at("Mar  1 00:00:00"), at("Feb 29 12:00:00")};
  CHECK(place(leap, 2, NULL, 0) && leap[0] == 60 * DAY && leap[1] == 59 * DAY + DAY / 2);
}

/* The turn of the year is where the log goes through it, whichever side and order the rows are in. */
TEST(december_comes_before_january)
{
  int64_t one[] = {at("Jan  2 00:00:00"), at("Dec 31 00:00:00"), at("Nov 30 00:00:00"), at("Dec 20 00:00:00"), at("Dec 10 00:00:00")},
          other[] = {at("Jan  9 00:00:00"), at("Jan  3 00:00:00")};
  CHECK(place(one, 5, other, 2));
  CHECK(one[0] == 366 * DAY && one[1] == 364 * DAY && one[2] == 333 * DAY && other[0] == 373 * DAY && other[1] == 367 * DAY);
}

TEST(a_whole_year_has_no_beginning)
{
  enum { MOST = 366 };
  int64_t time[MOST], kept[MOST];
  size_t count = 0;
  for (int day = 0; day < MOST; day++) time[count] = kept[count] = day * DAY, count++;
  CHECK(!place(time, count, NULL, 0) && memcmp(time, kept, sizeof time) == 0);
  CHECK(place(time, 300, NULL, 0));      /* 66 days are missing */
  CHECK(!place(kept, 366 - 5, NULL, 0)); /* the stretch is of six days: no week */
  CHECK(!place(kept, 1, NULL, 0) && !place(NULL, 0, NULL, 0));
  int64_t quarters[] = {0, 91 * DAY, 182 * DAY, 274 * DAY};
  CHECK(!place(quarters, 4, NULL, 0)); /* any of them could be the first */
}
