/* What the suite (test_suite_units.c) does not show: edges, and what takes part. */
#include "detect/watch/unit_stream.h"

#include <math.h>

#include "base/mem.h"
#include "stats/samples/sort.h"

#include "test.h"

enum { MOST = 60, ROWS = 8 };

typedef struct watch {
  double x[MOST * ROWS], sorted[MOST * ROWS];
  uint32_t row[MOST * ROWS], place[MOST * ROWS];
  uint64_t count[2];
  dw_unit unit[MOST];
  dw_frame frame;
  dw_units units;
  dw_unit_rule rule;
  dw_unit_column column;
} watch;

/* phi: how much a period's level resembles that of the one before. */
static void make(watch *w, size_t units, double phi, uint64_t seed)
{
  dw_rng rng;
  double level = 0;
  size_t rows = units * ROWS;
  *w = (watch){.rule = {.text = "1d"}, .frame = {.rows = rows}};
  dw_rng_start(&rng, dw_rng_derive(seed, "test_unit_stream"), 0, 0);
  for (size_t i = 0; i < rows; i++) {
    if (i % ROWS == 0) level = phi * level + dw_rng_uniform(&rng) - 0.5;
    w->x[i] = w->sorted[i] = 4 * level + dw_rng_uniform(&rng);
    w->place[i] = w->x[i] > 0;
    w->count[w->place[i]]++;
    w->row[i] = (uint32_t)i;
  }
  for (size_t u = 0; u < units; u++) w->unit[u] = (dw_unit){.number = (int64_t)u, .first = u * ROWS, .count = ROWS};
  dw_sort_doubles(w->sorted, rows, NULL);
  w->units = (dw_units){.frame = &w->frame, .row = w->row, .unit = w->unit, .count = units};
  w->column = (dw_unit_column){.sorted = dw_sorted_make(w->sorted, rows), .count = w->count, .categories = 2, .total = rows};
}

static dw_unit_stream *begin(watch *w, bool numbers)
{
  dw_unit_side side = {.units = &w->units, .number = numbers ? w->x : NULL, .place = numbers ? NULL : w->place};
  return dw_unit_stream_begin(&w->rule, &w->column, &side, (dw_unit_luck){dw_rng_derive(1, "luck"), 0});
}

TEST(nineteen_periods_are_needed)
{
  watch w;
  for (size_t units = DW_UNITS_LEAST - 1; units <= DW_UNITS_LEAST + DW_SUCCESSION_LOST; units++)
    for (int line = 0; line < 2; line++) {
      make(&w, units, 0, 1);
      w.rule.line = line;
      dw_unit_stream *stream = begin(&w, true);
      bool enough = units >= (size_t)DW_UNITS_LEAST + (line ? DW_SUCCESSION_LOST : 0);
      CHECK_MSG((stream->parts > 0) == enough, "%zu periods, line %d", units, line);
      CHECK((stream->part != NULL) == enough);
      dw_unit_stream_free(stream);
    }
}

/* The column's capital is 1 at the start, whichever scores take part. */
TEST(weights_come_to_one)
{
  watch w;
  bool alike[2] = {false};
  for (uint64_t seed = 1; seed < 20; seed++)
    for (int numbers = 0; numbers < 2; numbers++)
      for (int k = 0; k < 2; k++) {
        double weight = 0;
        make(&w, MOST, k ? 0.95 : 0, seed);
        dw_unit_stream *stream = begin(&w, numbers);
        for (size_t i = 0; i < stream->parts; i++) weight += stream->part[i].weight;
        CHECK_MSG(fabs(weight - 1) < 1e-12, "%g", weight);
        if (dw_unit_stream_phi(stream) >= 0.4) {
          alike[numbers] = true;
          for (size_t i = 0; i < stream->parts; i++) CHECK(stream->part[i].score != DW_UNIT_SHARE_SHIFT);
        }
        dw_unit_stream_free(stream);
      }
  CHECK(alike[0] && alike[1]);
}

TEST(cells_that_the_baseline_lacks_are_passed_over)
{
  watch w;
  make(&w, 30, 0, 3);
  w.rule.match = DW_MATCH_HOUR;
  for (size_t u = 0; u < 30; u++) w.unit[u].cell = (unsigned)u % 10;
  dw_unit_stream *stream = begin(&w, true);
  CHECK(stream->baseline == 30);
  dw_unit_side side = {.units = &w.units, .number = w.x};
  for (size_t u = 0; u < 30; u++) w.unit[u].number += 40, w.unit[u].cell = u < 12 ? 11 : 5;
  CHECK(dw_unit_stream_take(stream, &w.rule, &w.column, &side, (dw_unit_luck){dw_rng_derive(1, "luck"), 0}) == 18);
  CHECK(stream->watched == 18 && stream->part[0].bets.looks == 18);
  dw_unit_stream_free(stream);
}

/* What is always the same costs nothing: the first change finds all of the capital. */
TEST(nothing_is_bet_on_what_never_varies)
{
  watch w;
  make(&w, 25, 0, 4);
  for (size_t i = 0; i < w.frame.rows; i++) w.x[i] = 1;
  w.column.missing = true;
  dw_unit_stream *stream = begin(&w, true);
  dw_unit_side side = {.units = &w.units, .number = w.x};
  for (size_t u = 0; u < 25; u++) w.unit[u].number += 40;
  CHECK(dw_unit_stream_take(stream, &w.rule, &w.column, &side, (dw_unit_luck){dw_rng_derive(1, "luck"), 0}) == 25);
  CHECK(stream->value == 0 && stream->part[0].bets.looks == 0 && !stream->varies);
  for (size_t i = 0; i < 4; i++) w.x[i] = NAN;
  for (size_t u = 0; u < 25; u++) w.unit[u].number += 40;
  dw_unit_stream_take(stream, &w.rule, &w.column, &side, (dw_unit_luck){dw_rng_derive(1, "luck"), 0});
  CHECK(stream->varies && stream->part[0].bets.looks == 25);
  dw_unit_stream_free(stream);
}
