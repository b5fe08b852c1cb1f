/* The p-value is held to the exact one, by enumeration of every table; the rest to what it must be equal to. Size and power:
 * test_suite_omnibus.c. */
#include "stats/shift/omnibus.h"

#include "golden.h"
#include "stats/distributions/special.h"
#include "stats/samples/sort.h"
#include "stats/tests/contingency.h"

enum { VALUES = 4, TABLES_MOST = 4096 };

static dw_omnibus_settings settings_of(unsigned deals, unsigned hits, uint64_t seed)
{
  return (dw_omnibus_settings){.deals = deals, .hits = hits, .key = dw_rng_derive(seed, "omnibus")};
}

/* All ways that drawn of the pooled rows can lie in the cells, what comes out for each, and how likely it is. */
typedef struct tables {
  size_t count;
  uint64_t drawn[TABLES_MOST][VALUES];
  dw_omnibus out[TABLES_MOST];
  double probability[TABLES_MOST];
} tables;

static dw_omnibus omnibus_of(const uint64_t *size, const uint64_t *drawn, bool numbers, dw_omnibus_settings settings)
{
  double value[] = {-3, 0, 1.5, 1e6};
  uint64_t other[VALUES], r[VALUES], c[VALUES];
  double r_value[VALUES], c_value[VALUES];
  size_t n = 0, m = 0;
  dw_omnibus out;
  for (int k = 0; k < VALUES; k++) {
    other[k] = size[k] - drawn[k];
    if (drawn[k]) r_value[n] = value[k], r[n++] = drawn[k];
    if (other[k]) c_value[m] = value[k], c[m++] = other[k];
  }
  dw_status status =
      numbers ? dw_omnibus_numbers(dw_sorted_make_weighted(r_value, r, n), dw_sorted_make_weighted(c_value, c, m), &settings, &out, NULL)
              : dw_omnibus_categories(drawn, other, VALUES, &settings, &out, NULL);
  CHECK(status == DW_OK);
  return out;
}

static void tables_fill(tables *t, const uint64_t *size, uint64_t drawn, bool numbers, unsigned deals)
{
  uint64_t c[VALUES], rows = size[0] + size[1] + size[2] + size[3];
  t->count = 0;
  for (c[0] = 0; c[0] <= size[0]; c[0]++)
    for (c[1] = 0; c[1] <= size[1]; c[1]++)
      for (c[2] = 0; c[2] <= size[2]; c[2]++) {
        uint64_t sum = c[0] + c[1] + c[2];
        if (sum > drawn || drawn - sum > size[3]) continue;
        c[3] = drawn - sum;
        double log = -dw_choose_log(rows, drawn);
        for (int k = 0; k < VALUES; k++) log += dw_choose_log(size[k], c[k]);
        memcpy(t->drawn[t->count], c, sizeof c);
        t->probability[t->count] = exp(log);
        t->out[t->count] = omnibus_of(size, c, numbers, settings_of(deals, deals + 1, t->count));
        t->count++;
      }
}

/* From deals: near the exact P(statistic <= this one), where the tables that the bound decides come before all others. */
static void check_exact(const uint64_t *size, uint64_t drawn, bool numbers)
{
  enum { DEALS = 1500 };
  tables *t = malloc(sizeof *t);
  tables_fill(t, size, drawn, numbers, DEALS);
  double furthest = 0;
  for (size_t i = 0; i < t->count; i++) {
    if (t->out[i].deals == 0) continue;
    double exact = 0;
    for (size_t j = 0; j < t->count; j++) {
      bool first = t->out[j].p_value <= 1.0 / (1 + DEALS); /* by its bound */
      if (first || t->out[j].statistic <= t->out[i].statistic * (1 + 1e-9)) exact += t->probability[j];
    }
    double want = (1 + DEALS * exact) / (1 + DEALS), deviation = sqrt(exact * (1 - exact) / DEALS) + 0.5 / DEALS;
    furthest = fmax(furthest, fabs(t->out[i].p_value - want) / deviation);
  }
  CHECK(t->count >= 9);
  CHECK_MSG(furthest < 5.5, "%g deviations in %zu tables", furthest, t->count);
  free(t);
}

TEST(deals_give_the_exact_p)
{
  uint64_t few[] = {2, 3, 2, 4}, uneven[] = {1, 9, 2, 3}, some[] = {4, 5, 6, 5};
  for (int numbers = 0; numbers < 2; numbers++) {
    check_exact(few, 5, numbers);
    check_exact(few, 2, numbers);
    check_exact(uneven, 7, numbers);
    check_exact(uneven, 12, numbers); /* the other side is dealt */
    check_exact(some, 10, numbers);
  }
}

/* P(bound <= a) <= a, for each a that the bound can be. With one deal it is the p-value wherever it is at most 1 / 2. */
static void check_bound(const uint64_t *size, uint64_t drawn, bool numbers)
{
  tables *t = malloc(sizeof *t);
  tables_fill(t, size, drawn, numbers, 1);
  size_t bounded = 0;
  for (size_t i = 0; i < t->count; i++) {
    if (t->out[i].deals > 0 || t->out[i].statistic >= 1) continue;
    double chance = 0;
    bounded++;
    for (size_t j = 0; j < t->count; j++)
      if (t->out[j].deals == 0 && t->out[j].p_value <= t->out[i].p_value) chance += t->probability[j];
    CHECK_MSG(chance <= t->out[i].p_value, "bound %g, chance %g", t->out[i].p_value, chance);
  }
  CHECK(bounded > 10);
  free(t);
}

TEST(bound_holds)
{
  uint64_t some[] = {8, 8, 8, 8}, uneven[] = {2, 20, 9, 3}, unlike[] = {30, 5, 5, 30};
  for (int numbers = 0; numbers < 2; numbers++) {
    check_bound(some, 16, numbers);
    check_bound(uneven, 14, numbers);
    check_bound(uneven, 5, numbers);
    check_bound(unlike, 33, numbers);
  }
}

typedef struct pair {
  double *r, *c;
  dw_sorted ref, cur;
} pair;

static pair pair_of(uint64_t seed, size_t n, size_t m, double scale, double shift, double steps)
{
  pair p = {golden_sample(seed, n, 1, 0, steps), golden_sample(seed + 1, m, scale, shift, steps), {0}, {0}};
  dw_sort_doubles(p.r, n, NULL);
  dw_sort_doubles(p.c, m, NULL);
  p.ref = dw_sorted_make(p.r, n);
  p.cur = dw_sorted_make(p.c, m);
  return p;
}

static void pair_drop(pair *p)
{
  free(p->r);
  free(p->c);
}

static dw_omnibus numbers_of(dw_sorted r, dw_sorted c, dw_omnibus_settings settings)
{
  dw_omnibus out;
  CHECK(dw_omnibus_numbers(r, c, &settings, &out, NULL) == DW_OK);
  return out;
}

static bool same(dw_omnibus a, dw_omnibus b)
{
  return a.p_value == b.p_value && a.statistic == b.statistic && a.part == b.part && a.deals == b.deals && a.hits == b.hits;
}

TEST(what_does_not_change_it)
{
  for (int steps = 0; steps < 4; steps++) {
    pair p = pair_of((uint64_t)steps, 700, 400, 1.05, 0.05, steps);
    dw_omnibus_settings settings = settings_of(0, 0, 1);
    dw_omnibus first = numbers_of(p.ref, p.cur, settings);
    CHECK(first.p_value > 0 && first.p_value <= 1 && first.part != DW_OMNIBUS_NONE);
    CHECK(same(first, numbers_of(p.ref, p.cur, settings)));
    /* Which side is the reference; deals are of the smaller one anyway. */
    CHECK(same(first, numbers_of(p.cur, p.ref, settings)));
    uint64_t *one = malloc(700 * sizeof *one);
    for (int i = 0; i < 700; i++) one[i] = 1;
    CHECK(same(first, numbers_of(dw_sorted_make_weighted(p.r, one, 700), dw_sorted_make_weighted(p.c, one, 400), settings)));
    for (int i = 0; i < 700; i++) p.r[i] = exp(20 * p.r[i]) - 5;
    for (int i = 0; i < 400; i++) p.c[i] = exp(20 * p.c[i]) - 5;
    CHECK(same(first, numbers_of(p.ref, p.cur, settings)));
    free(one);
    pair_drop(&p);
  }
}

TEST(another_key_moves_it_little)
{
  pair p = pair_of(2, 300, 300, 1, 0.09, 0);
  double least = 1, most = 0;
  for (uint64_t seed = 0; seed < 20; seed++) {
    double now = numbers_of(p.ref, p.cur, settings_of(0, 0, seed)).p_value;
    least = fmin(least, now);
    most = fmax(most, now);
  }
  CHECK(least < most && most < 3 * least + 0.02);
  pair_drop(&p);
}

TEST(clear_cases_cost_no_deal)
{
  double before = 1;
  for (double shift = 0.3; shift < 2.8; shift += 0.5) {
    pair p = pair_of(7, 1000, 1000, 1, shift, 0);
    dw_omnibus out = numbers_of(p.ref, p.cur, settings_of(0, 0, 1));
    CHECK(out.deals == 0 && out.p_value < 1e-9 && out.p_value > 0);
    CHECK(out.p_value < before || before < 1e-289);
    before = out.p_value;
    pair_drop(&p);
  }
  CHECK(before < 1e-200);
}

TEST(where)
{
  double r[2000], c[2000];
  for (int i = 0; i < 2000; i++) {
    r[i] = i + 0.5;
    c[i] = i < 20 ? -1 - i : i >= 1980 ? 3000 + i : i; /* 1 % beyond each end */
  }
  dw_omnibus out = numbers_of(dw_sorted_make(r, 2000), dw_sorted_make(r, 2000), settings_of(0, 0, 1));
  CHECK(out.p_value > 0.99);
  dw_sort_doubles(c, 2000, NULL);
  out = numbers_of(dw_sorted_make(r, 2000), dw_sorted_make(c, 2000), settings_of(0, 0, 1));
  CHECK(out.part == DW_OMNIBUS_OUTSIDE && out.where < 60 && out.where_high > 1940 && out.p_value < 1e-5);
  for (int i = 0; i < 2000; i++) c[i] = i % 20 ? i + 0.25 : 777; /* a lump of 5 % */
  dw_sort_doubles(c, 2000, NULL);
  out = numbers_of(dw_sorted_make(r, 2000), dw_sorted_make(c, 2000), settings_of(0, 0, 1));
  CHECK(out.part == DW_OMNIBUS_VALUE && out.where == 777 && out.deals == 0);
}

TEST(fewer_effective_rows_say_less)
{
  pair p = pair_of(3, 2000, 2000, 1, 0.12, 0);
  double before = 0;
  for (uint64_t worth = 2000; worth >= 60; worth /= 2) {
    dw_omnibus_settings settings = settings_of(0, 0, 1);
    settings.effective = (dw_effective){worth, worth};
    double now = numbers_of(p.ref, p.cur, settings).p_value;
    CHECK_MSG(now > before, "%g rows: %g", (double)worth, now);
    before = now;
  }
  CHECK(before > 0.1);
  pair_drop(&p);
}

TEST(rank_error_says_less)
{
  pair p = pair_of(3, 2000, 2000, 1, 0.12, 0);
  dw_omnibus_settings settings = settings_of(0, 0, 1);
  double before = 0;
  for (settings.rank_error = 0; settings.rank_error < 0.15; settings.rank_error += 0.02) {
    dw_omnibus out = numbers_of(p.ref, p.cur, settings);
    CHECK(out.p_value >= before);
    before = out.p_value;
  }
  CHECK(before == 1);
  pair_drop(&p);
}

static dw_omnibus categories_of(const uint64_t *r, const uint64_t *c, size_t categories)
{
  dw_omnibus_settings settings = settings_of(0, 0, 1);
  dw_omnibus out;
  CHECK(dw_omnibus_categories(r, c, categories, &settings, &out, NULL) == DW_OK);
  return out;
}

TEST(categories)
{
  uint64_t r[] = {500, 0, 300, 200, 40, 0}, c[] = {480, 0, 320, 190, 4, 2}, equal[] = {500, 0, 300, 200, 40, 0};
  dw_omnibus out = categories_of(r, c, 6);
  CHECK(out.part == DW_OMNIBUS_VALUE && out.category == 4 && out.p_value < 1e-5 && isnan(out.where));
  CHECK(categories_of(r, equal, 6).p_value == 1);
  uint64_t two_r[] = {900, 0, 100}, two_c[] = {800, 0, 200};
  out = categories_of(two_r, two_c, 3);
  CHECK(out.part == DW_OMNIBUS_VALUE && out.category == 0 && out.p_value < 1e-8);
  uint64_t one[] = {0, 9};
  out = categories_of(one, one, 2);
  CHECK(out.part == DW_OMNIBUS_NONE && out.p_value == 1);
}

/* Ids that no row shares say nothing, however many; a frequent one among them does. */
TEST(more_categories_than_cells)
{
  enum { MANY = 6000 };
  uint64_t *r = calloc(MANY, sizeof *r), *c = calloc(MANY, sizeof *c);
  for (int k = 0; k < MANY; k++) (k % 2 ? r : c)[k] = 1;
  CHECK(categories_of(r, c, MANY).p_value == 1);
  r[17] = 20;
  c[17] = 90;
  dw_omnibus out = categories_of(r, c, MANY);
  CHECK(out.part == DW_OMNIBUS_VALUE && (out.category == 17 || out.category == DW_OMNIBUS_RARE) && out.p_value < 1e-9);
  for (int k = 0; k < MANY; k++) { /* all rows of one side are rare ones */
    r[k] = k < 3 ? 2000 : 0;
    c[k] = k < 3 ? 1000 : 1;
  }
  out = categories_of(r, c, MANY);
  CHECK(out.category == DW_OMNIBUS_RARE && out.p_value < 1e-200);
  free(r);
  free(c);
}

TEST(two_cells_are_fishers)
{
  double x[] = {0, 1};
  uint64_t r[] = {70, 30}, c[] = {20, 25};
  dw_omnibus_settings settings = settings_of(0, 0, 1);
  dw_test fisher;
  dw_fisher_exact(70, 30, 20, 25, &fisher, NULL);
  dw_omnibus out = categories_of(r, c, 2);
  CHECK(out.p_value == fisher.p_value && out.part == DW_OMNIBUS_VALUE && out.deals == 0);
  out = numbers_of(dw_sorted_make_weighted(x, r, 2), dw_sorted_make_weighted(x, c, 2), settings);
  CHECK(out.p_value == fisher.p_value && out.part == DW_OMNIBUS_BELOW && out.where == 0);
  settings.rank_error = 0.1; /* 3.1 rows */
  out = numbers_of(dw_sorted_make_weighted(x, r, 2), dw_sorted_make_weighted(x, c, 2), settings);
  dw_fisher_exact(66, 34, 24, 21, &fisher, NULL);
  CHECK(out.p_value == fisher.p_value);
  settings.rank_error = 1;
  CHECK(numbers_of(dw_sorted_make_weighted(x, r, 2), dw_sorted_make_weighted(x, c, 2), settings).p_value > 0.8);
}

TEST(no_answer)
{
  double x[] = {1, 2};
  uint64_t none[] = {0, 0}, some[] = {1, 2};
  dw_omnibus_settings settings = settings_of(0, 0, 1);
  dw_omnibus out;
  dw_err err;
  CHECK(dw_omnibus_numbers(dw_sorted_make(NULL, 0), dw_sorted_make(x, 2), &settings, &out, &err) == DW_ENODATA && isnan(out.p_value));
  CHECK(dw_omnibus_numbers(dw_sorted_make(x, 2), dw_sorted_make(NULL, 0), &settings, &out, &err) == DW_ENODATA);
  CHECK(dw_omnibus_categories(none, some, 2, &settings, &out, &err) == DW_ENODATA && isnan(out.p_value));
  CHECK(numbers_of(dw_sorted_make(x, 1), dw_sorted_make(x, 1), settings).p_value == 1);
  CHECK(numbers_of(dw_sorted_make(x, 1), dw_sorted_make(x + 1, 1), settings).p_value == 1);
}

TEST(deals_for_many_findings)
{
  CHECK(dw_omnibus_deals(1, 0.05) == DW_OMNIBUS_DEALS);
  CHECK(dw_omnibus_deals(100, 0.05) == 3999);
  CHECK(dw_omnibus_deals(1000000, 0.05) == DW_OMNIBUS_DEALS_MOST);
}
