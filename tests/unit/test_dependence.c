#include "detect/compare/dependence.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/rng.h"
#include "fixture.h"
#include "stats/distributions/special.h"

typedef struct wanted {
  double phi, day, week, rare; /* of x: autoregression, height of a daily wave, what weekends add; share of runs of missing z */
  size_t rows;
  int64_t step; /* seconds */
  bool backwards, one_instant, sorted;
} wanted;

/* ts, x as wanted, y independent, k of x's sign, z missing in runs of 20 rows. */
static char *records(const wanted *w, uint64_t seed)
{
  dw_rng rng;
  dw_buf text = {0};
  double x = 0;
  bool gone = false;
  dw_rng_start(&rng, dw_rng_derive(seed, "test_dependence"), 0, 0);
  for (size_t i = 0; i < w->rows; i++) {
    int64_t at = INT64_C(1767571200) + (int64_t)(w->backwards ? w->rows - i : i) * w->step; /* a Monday, 00:00 UTC */
    double noise = dw_normal_quantile(dw_rng_uniform(&rng)), wave = sin(2 * 3.14159265358979324 * (double)(at % 86400) / 86400);
    x = w->phi * x + sqrt(1 - w->phi * w->phi) * noise;
    double shown = w->sorted ? (double)i : x + w->day * wave + (at / 86400 % 7 == 2 || at / 86400 % 7 == 3 ? w->week : 0);
    if (i % 20 == 0) gone = dw_rng_uniform(&rng) < w->rare;
    dw_buf_format(&text, "{\"ts\":%lld,\"x\":", (long long)(w->one_instant ? 1767571200 : at));
    dw_buf_number(&text, shown);
    dw_buf_text(&text, ",\"y\":");
    dw_buf_number(&text, dw_rng_uniform(&rng));
    dw_buf_format(&text, ",\"k\":\"%s\"", shown > 0 ? "up" : "down");
    dw_buf_text(&text, ",\"z\":");
    if (gone) dw_buf_text(&text, "null");
    else dw_buf_number(&text, dw_rng_uniform(&rng));
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static const dw_dataset_options kept = {.succession = {.policy = DW_FRAME_BLOCKS, .rows = DW_DEPENDENCE_ROWS, .time = "ts"}, .pass = "ts"};

typedef struct found {
  dw_dataset reference;
  dw_dependence dependence;
} found;

static void look(found *f, const wanted *w, uint64_t seed)
{
  dw_limits limits;
  char *text = records(w, seed);
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  fixture_dataset(&f->reference, text, &kept);
  dw_dependence_find(&f->dependence, &f->reference, &(dw_compare_options){.limits = &limits, .time = "ts", .threads = 1});
  dw_limits_free(&limits);
  free(text);
}

static void found_free(found *f)
{
  dw_dependence_free(&f->dependence);
  dw_dataset_free(&f->reference);
}

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
  CHECK(!f.dependence.unordered && dw_dependence_of(&f.dependence, "x") != NULL);
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
  CHECK(f.dependence.unordered && f.dependence.count == 0);
  found_free(&f);
}

/* 1,000 rows: of dependent ones 95 in 100 are called so, of independent ones at most 5. */
TEST(rates)
{
  bool full = getenv("DW_SUITE") && strcmp(getenv("DW_SUITE"), "full") == 0;
  int runs = full ? 1000 : 60;
  static const double phi[] = {0, 0.5, 0.9};
  for (int k = 0; k < 3; k++) {
    int said = 0;
    for (int run = 0; run < runs; run++) {
      found f;
      look(&f, &(wanted){.phi = phi[k], .rows = 1000, .step = 1800}, 1000 + (uint64_t)run);
      said += f.dependence.count > 0;
      found_free(&f);
    }
    if (full) printf("# 1,000 rows, AR %g: said of %d in %d\n", phi[k], said, runs);
    double a = 0.05, off = 4.9 * sqrt(a * (1 - a) * runs) + 3;
    if (phi[k] > 0) CHECK_MSG(said >= runs * 0.95, "AR %g: %d of %d", phi[k], said, runs);
    else CHECK_MSG(said <= runs * a + off, "independent: %d of %d", said, runs);
  }
}

TEST(worth)
{
  CHECK(dw_dependence_worth(1, 1000, 1) == 1000 && dw_dependence_worth(19, 1000, 1) == 52 && dw_dependence_worth(19, 10, 1) == 1);
  CHECK(dw_dependence_worth(19, 100, 0.5) == 10 && dw_dependence_worth(19, 100, 3) == 5);
}
