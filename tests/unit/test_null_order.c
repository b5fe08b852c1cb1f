#include "detect/calibrate/null_order.h"

#include <math.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/rng.h"
#include "test.h"

enum { MOST = 20000 };
static int64_t instants[MOST];
static const int64_t hour = 3600 * DW_SECOND, day = 24 * 3600 * DW_SECOND;

static dw_null_order order_of(size_t rows, bool in_time)
{
  dw_null_order order;
  dw_frame frame = {.rows = rows, .instant = instants};
  dw_null_order_make(&order, &frame, in_time);
  return order;
}

static bool is_in(const int *days, int day_number)
{
  for (; *days >= 0; days++)
    if (*days == day_number) return true;
  return false;
}

/* Hourly rows of `days` without those that somebody took out; returns how many rows. */
static size_t hourly(int days, const int *taken_out)
{
  size_t rows = 0;
  for (int d = 0; d < days; d++)
    for (int h = 0; h < 24 && !is_in(taken_out, d); h++) instants[rows++] = d * day + h * hour;
  return rows;
}

/* No window holds a step of more than `longest`, and the list of places is that of all windows without one. */
static void check_places(const dw_null_order *order, size_t length, int64_t longest)
{
  size_t count = 0;
  for (size_t at = 0; at + length <= order->rows; at++) {
    CHECK(dw_null_order_before(order, length, at) == count);
    bool crosses = false;
    for (size_t i = at + 1; i < at + length; i++) crosses |= order->instant[i] - order->instant[i - 1] > longest;
    if (crosses) continue;
    CHECK(dw_null_order_place(order, length, count) == at);
    count++;
  }
  CHECK_MSG(dw_null_order_places(order, length) == count, "%zu places, not %zu", dw_null_order_places(order, length), count);
}

TEST(days_taken_out_of_hourly_rows_are_gaps)
{
  static const int none[] = {-1}, some[] = {3, 9, 10, 18, -1}, every_second[] = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, -1};
  static const struct {
    const int *out;
    size_t length, stretches, disjoint;
  } cases[] = {{none, 24, 1, 21},
               {some, 24, 4, 17},
               {some, 168, 4, 1},              /* of one stretch of seven days */
               {some, 5, 4, 14 + 24 + 33 + 9}, /* of 72, 120, 168 and 48 rows */
               {some, 200, 4, 0},
               {every_second, 24, 11, 11}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    dw_null_order order = order_of(hourly(21, cases[c].out), true);
    dw_null_order_cut(&order, cases[c].length);
    CHECK_MSG(order.stretches == cases[c].stretches, "case %zu: %zu stretches", c, order.stretches);
    CHECK_MSG(dw_null_order_disjoint(&order, cases[c].length) == cases[c].disjoint, "case %zu: %zu", c,
              dw_null_order_disjoint(&order, cases[c].length));
    check_places(&order, cases[c].length, hour);
    CHECK(dw_null_order_span(&order, day) == (cases[c].out == every_second ? 0 : 24));
    dw_null_order_free(&order);
  }
}

/* A row a second by day, one in five minutes by night: nights are slow, not missing. An hour without rows by day is. */
TEST(slow_nights_are_no_gaps)
{
  for (int hole = 0; hole <= 1; hole++) {
    size_t rows = 0;
    for (int64_t t = 0; t < 2 * day && rows < MOST; t += (t % day) / hour >= 8 && (t % day) / hour < 10 ? DW_SECOND : 300 * DW_SECOND) {
      int64_t of_day = t % day;
      if (!hole || t > day || of_day < 9 * hour || of_day > 10 * hour - 60 * DW_SECOND) instants[rows++] = t;
    }
    dw_null_order order = order_of(rows, true);
    dw_null_order_cut(&order, 100);
    CHECK_MSG(order.stretches == (hole ? 2 : 1), "%zu stretches", order.stretches);
    dw_null_order_free(&order);
  }
}

/* Rows that come by chance at an even rate: of 50 such inputs one in 100 has a gap by chance. A pause of half of them is one. */
TEST(chance_makes_no_gaps)
{
  size_t cut = 0;
  for (uint64_t seed = 0; seed <= 50; seed++) {
    double t = 0;
    for (size_t i = 0; i < 2000; i++) {
      dw_rng rng;
      dw_rng_start(&rng, dw_rng_derive(seed, "arrivals"), i, 0);
      t += -log(dw_rng_uniform(&rng)) * 1e6;
      instants[i] = (int64_t)t + (seed == 50 && i >= 1000 ? 1000 * 1000000LL : 0);
    }
    dw_null_order order = order_of(2000, true);
    dw_null_order_cut(&order, 50);
    if (seed < 50) cut += order.stretches > 1;
    else CHECK(order.stretches == 2 && order.start[1] == 1000);
    dw_null_order_free(&order);
  }
  CHECK_MSG(cut <= 3, "%zu of 50", cut);
}

/* Working hours, nine rows a day from Monday to Friday: looks go over nights and weekends, as looks to come will. A fortnight without rows
 * is a gap. */
TEST(pauses_that_come_back_are_no_gaps)
{
  size_t rows = 0, before = 0;
  for (int d = 0; d < 84; d++)
    for (int h = 9; h < 18 && d % 7 < 5 && (d < 42 || d >= 56); h++) {
      before += d < 42;
      instants[rows++] = d * day + h * hour;
    }
  dw_null_order order = order_of(rows, true);
  dw_null_order_cut(&order, 90);
  CHECK_MSG(order.stretches == 2 && order.start[1] == before, "%zu stretches", order.stretches);
  dw_null_order_free(&order);
}

TEST(without_times_there_is_one_stretch)
{
  for (size_t i = 0; i < 100; i++) instants[i] = (int64_t)(100 - i) * hour;
  dw_null_order order = order_of(100, false);
  dw_null_order_cut(&order, 10);
  CHECK(order.stretches == 1 && order.row[0] == 0 && dw_null_order_places(&order, 10) == 91 && dw_null_order_places(&order, 101) == 0);
  CHECK(dw_null_order_span(&order, day) == 0);
  dw_null_order_free(&order);
  order = order_of(100, true);
  CHECK(order.row[0] == 99 && order.row[99] == 0 && order.instant[0] == hour);
  dw_null_order_free(&order);
  for (size_t i = 0; i < 100; i++) instants[i] = 5;
  order = order_of(100, true); /* all of one instant */
  dw_null_order_cut(&order, 10);
  CHECK(order.stretches == 1 && order.row[7] == 7);
  dw_null_order_free(&order);
}
