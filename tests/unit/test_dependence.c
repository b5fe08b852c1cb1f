#include "detect/compare/dependence.h"

#include "detect/compare/succession.h"
#include "rows_in_time.h"

TEST(autoregression_is_found)
{
  found f;
  look(&f, &(wanted){.phi = 0.9, .rows = 1000, .step = 1800}, 1);
  const dw_dependent *x = dw_dependence_of(&f.dependence, "x"), *k = dw_dependence_of(&f.dependence, "k");
  CHECK(x && x->time > 8 && x->time < 40 && x->missing == 1);
  CHECK(k && k->time > 4);
  CHECK(!dw_dependence_of(&f.dependence, "y") && !dw_dependence_of(&f.dependence, "z") && !dw_dependence_of(&f.dependence, "ts"));
  CHECK(!dw_dependence_of(NULL, "x"));
  found_free(&f);
}

TEST(runs_of_missing_values)
{
  found f;
  look(&f, &(wanted){.rare = 0.2, .rows = 2000, .step = 1800}, 2);
  const dw_dependent *z = dw_dependence_of(&f.dependence, "z");
  CHECK(z && z->time == 1 && z->missing > 8 && z->missing < 40);
  CHECK(f.dependence.count == 1);
  found_free(&f);
}

TEST(cycles_are_found)
{
  found f;
  look(&f, &(wanted){.day = 1.5, .rows = 21 * 48, .step = 1800}, 3);
  const dw_dependent *x = dw_dependence_of(&f.dependence, "x");
  CHECK(x && x->cycle[DW_CYCLE_HOUR] > 0.4 && x->cycle[DW_CYCLE_HOUR] < 0.7 && x->cycle[DW_CYCLE_WEEKDAY] == 0);
  found_free(&f);
  look(&f, &(wanted){.week = 2, .phi = 0.5, .rows = 21 * 48, .step = 1800}, 4);
  x = dw_dependence_of(&f.dependence, "x");
  CHECK(x && x->cycle[DW_CYCLE_HOUR] == 0 && x->cycle[DW_CYCLE_WEEKDAY] > 0.2 && x->time > 3);
  found_free(&f);
  look(&f, &(wanted){.day = 1.5, .rows = 96, .step = 1800}, 5); /* of two days nobody knows */
  x = dw_dependence_of(&f.dependence, "x");
  CHECK(!x || x->cycle[DW_CYCLE_HOUR] == 0);
  found_free(&f);
}

/* A frame of instants alone: `rows` of them from `first` steps after 2026-02-02 (a Monday) on, `step` seconds apart; from row `until` on
 * none. */
static bool covered_from(found *f, size_t first, size_t rows, int64_t step, size_t until)
{
  int64_t *instant = malloc(rows * sizeof *instant);
  for (size_t i = 0; i < rows; i++)
    instant[i] = i < until ? (INT64_C(1769990400) + (int64_t)(first + i) * step) * 1000000 : DW_FRAME_NO_INSTANT;
  dw_dependence_cover(&f->dependence, &(dw_frame){.rows = rows, .seen = rows, .instant = instant});
  free(instant);
  const dw_dependent *x = dw_dependence_of(&f->dependence, "x");
  CHECK(x && dw_dependent_time(x) == (x->whole ? fmin(x->time, x->rest[x->cycle[DW_CYCLE_WEEKDAY] > 0]) : x->time));
  return x->whole;
}

static bool covered(found *f, size_t rows, int64_t step, size_t until) { return covered_from(f, 0, rows, step, until); }

/* Between 08:00 and 20:00 values swing, with the mean of the nights: the days alone, or the nights alone, have another spread. */
TEST(parts_of_cycles_with_the_same_mean)
{
  found f;
  look(&f, &(wanted){.day = 5, .by_day = true, .rows = 21 * 48, .step = 1800}, 5);
  CHECK(covered_from(&f, 0, 48, 1800, 48) && covered_from(&f, 16, 48, 1800, 48));
  CHECK(!covered_from(&f, 16, 24, 1800, 24) && !covered_from(&f, 0, 16, 1800, 16) && !covered_from(&f, 40, 24, 1800, 24));
  found_free(&f);
}

TEST(whole_cycles)
{
  found f;
  look(&f, &(wanted){.day = 1.5, .rows = 21 * 48, .step = 1800}, 3);
  const dw_dependent *x = dw_dependence_of(&f.dependence, "x");
  CHECK(x->time > 5 && x->rest[DW_CYCLE_HOUR] < 1.5);
  /* the wave's hourly means: those of its sine, as far as ranks go */
  double noon = x->mean[DW_CYCLE_HOUR][6], midnight = x->mean[DW_CYCLE_HOUR][18];
  CHECK(noon > 0.7 && noon < 1.4 && fabs(noon + midnight) < 0.4 && fabs(x->mean[DW_CYCLE_HOUR][0]) < 0.5);
  CHECK(covered(&f, 48, 1800, 48) && covered(&f, 96, 1800, 96) && covered(&f, 47, 1800, 47));
  CHECK(!covered(&f, 24, 1800, 24) && !covered(&f, 10, 1800, 10) && !covered(&f, 3 * 48 + 24, 1800, 3 * 48 + 24));
  CHECK(!covered(&f, 48, 1800, 40) && !covered(&f, 48, 1800, 0)); /* nobody knows when the others were */
  found_free(&f);
  look(&f, &(wanted){.week = 2, .day = 1, .rows = 28 * 48, .step = 1800}, 4);
  CHECK(!covered(&f, 48, 1800, 48) && covered(&f, 7 * 48, 1800, 7 * 48));
  found_free(&f);
  look(&f, &(wanted){.phi = 0.9, .rows = 1000, .step = 1800}, 1); /* no cycle: nothing to cover */
  CHECK(!covered(&f, 48, 1800, 48));
  found_free(&f);
}

TEST(order_within_an_instant_is_none)
{
  found f;
  look(&f, &(wanted){.sorted = true, .one_instant = true, .rows = 1000, .step = 1}, 6);
  CHECK(f.dependence.count == 0);
  found_free(&f);
  look(&f, &(wanted){.sorted = true, .rows = 1000, .step = 1}, 6);
  CHECK(dw_dependence_of(&f.dependence, "x") != NULL);
  found_free(&f);
}

TEST(time_order_not_that_of_the_file)
{
  found f;
  look(&f, &(wanted){.phi = 0.9, .backwards = true, .rows = 1000, .step = 1800}, 7);
  CHECK(!f.dependence.unseen && dw_dependence_of(&f.dependence, "x") != NULL);
  found_free(&f);
}

TEST(blocks_of_many_rows)
{
  found f;
  wanted w = {.phi = 0.9, .rows = 3 * DW_DEPENDENCE_ROWS, .step = 60};
  look(&f, &w, 8);
  CHECK(f.reference.succession->rows == DW_DEPENDENCE_ROWS && f.reference.succession->sampled);
  const dw_dependent *x = dw_dependence_of(&f.dependence, "x");
  CHECK(x && x->time > 13 && x->time < 25 && !dw_dependence_of(&f.dependence, "y"));
  found_free(&f);
  w.backwards = true;
  look(&f, &w, 8);
  x = dw_dependence_of(&f.dependence, "x");
  CHECK(x && x->time > 13 && x->time < 25 && !dw_dependence_of(&f.dependence, "y"));
  found_free(&f);
}

/* Of more rows than are looked at, in no order of time: windows of time, with all the rows that lie in them. */
TEST(many_rows_in_no_order)
{
  found f;
  wanted w = {.phi = 0.9, .rows = 5 * DW_DEPENDENCE_ROWS, .step = 60, .standing = ANYHOW};
  look(&f, &w, 9);
  const dw_frame *kept_rows = f.reference.succession;
  CHECK(kept_rows->windows.period > 0 && kept_rows->rows > DW_DEPENDENCE_ROWS / 3 && kept_rows->rows <= DW_DEPENDENCE_ROWS);
  const dw_dependent *x = dw_dependence_of(&f.dependence, "x");
  CHECK(x && x->time > 13 && x->time < 25 && !dw_dependence_of(&f.dependence, "y"));
  found_free(&f);
  w.phi = 0;
  look(&f, &w, 9);
  CHECK(!f.dependence.unseen && f.dependence.count == 0);
  found_free(&f);
}

/* Two files one after the other, each in order: the rows of one follow each other two apart, 0.81 of the one before. */
TEST(many_rows_of_two_files)
{
  found f;
  look(&f, &(wanted){.phi = 0.9, .rows = 3 * DW_DEPENDENCE_ROWS, .step = 60, .standing = IN_TWO}, 10);
  const dw_dependent *x = dw_dependence_of(&f.dependence, "x");
  CHECK(!f.dependence.unseen && x && x->time > 7 && x->time < 12 && !dw_dependence_of(&f.dependence, "y"));
  found_free(&f);
}

TEST(what_cannot_be_seen)
{
  found f;
  look(&f, &(wanted){.phi = 0.9, .rows = 5 * DW_DEPENDENCE_ROWS, .step = 60, .standing = ANYHOW_LATER}, 11);
  CHECK(f.dependence.unseen && f.dependence.count == 0);
  found_free(&f);
  dw_frame none = {0}, crowded = {.windows = {1, 0}};
  dw_succession rows;
  dw_succession_in_time(&rows, &none);
  CHECK(rows.unseen && strstr(rows.unseen, "none of its rows has a time"));
  dw_succession_free(&rows);
  dw_succession_in_time(&rows, &crowded);
  CHECK(rows.unseen && strstr(rows.unseen, "too many rows at one time"));
  dw_succession_free(&rows);
}

TEST(worth)
{
  CHECK(dw_dependence_worth(1, 1000, 1) == 1000 && dw_dependence_worth(19, 1000, 1) == 52 && dw_dependence_worth(19, 10, 1) == 1);
  CHECK(dw_dependence_worth(19, 100, 0.5) == 10 && dw_dependence_worth(19, 100, 3) == 5);
}
