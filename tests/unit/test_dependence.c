#include "detect/compare/dependence.h"

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
  CHECK(f.dependence.unseen && f.dependence.count == 0);
  found_free(&f);
}

TEST(worth)
{
  CHECK(dw_dependence_worth(1, 1000, 1) == 1000 && dw_dependence_worth(19, 1000, 1) == 52 && dw_dependence_worth(19, 10, 1) == 1);
  CHECK(dw_dependence_worth(19, 100, 0.5) == 10 && dw_dependence_worth(19, 100, 3) == 5);
}
