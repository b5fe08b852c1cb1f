#include "stats/samples/gap_left.h"

#include <math.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/samples/distance.h"
#include "stats/shift/share_shift.h"
#include "stats/streams/sketch.h"
#include "stats/tests/twosample.h"
#include "test.h"

enum { MOST = 4000 };

/* A sample and a small sketch of it. */
typedef struct side {
  double value[MOST], *kept;
  uint64_t *weight;
  dw_sketch sketch;
  dw_sorted exact, rough;
  double off;
} side;

/* shape 0: even, 1: with a heavy tail, 2: few values, 3: one lump and a rest. */
static double draw(dw_rng *rng, int shape, double shift)
{
  double u = dw_rng_uniform(rng);
  if (shape == 1) return pow(1 - u, -0.7) + shift;
  if (shape == 2) return floor(9 * u) + floor(3 * shift);
  if (shape == 3) return u < 0.4 ? 0 : u + shift;
  return u + shift;
}

static void side_make(side *s, size_t n, int shape, double shift, uint64_t seed, size_t k)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(seed, "gap_left"), 0, 0);
  dw_sketch_init(&s->sketch, k);
  for (size_t i = 0; i < n; i++) {
    s->value[i] = draw(&rng, shape, shift);
    dw_sketch_add(&s->sketch, s->value[i]);
  }
  dw_sort_doubles(s->value, n, NULL);
  s->exact = dw_sorted_make(s->value, n);
  s->rough = dw_sketch_to_sorted(&s->sketch, &s->kept, &s->weight);
  s->off = dw_sketch_rank_error(&s->sketch);
}

static void side_free(side *s)
{
  dw_sketch_free(&s->sketch);
  dw_free(s->kept);
  dw_free(s->weight);
}

/* What is claimed from sketches is there in the data that they are of: every bound below is below, every p-value at least the exact one's.
 */
static void check_pair(const side *r, const side *c, const char *what)
{
  double off = r->off + c->off, w = dw_wasserstein(r->exact, c->exact), e = dw_energy_distance(r->exact, c->exact);
  double least_w = dw_wasserstein(r->rough, c->rough) * dw_gap_left(r->rough, c->rough, 1, off);
  double least_e = dw_energy_distance(r->rough, c->rough) * sqrt(dw_gap_left(r->rough, c->rough, 2, off));
  CHECK_MSG(least_w <= w * (1 + 1e-12), "%s: wasserstein %g of %g", what, least_w, w);
  CHECK_MSG(least_e <= e * (1 + 1e-12), "%s: energy %g of %g", what, least_e, e);
  dw_test exact, rough;
  double part = dw_gap_left_pooled(r->rough, c->rough, false, r->off, c->off);
  dw_cramer_von_mises(r->exact, c->exact, false, &exact, NULL);
  dw_cramer_von_mises_part(r->rough, c->rough, false, part, &rough, NULL);
  CHECK_MSG(part * rough.statistic <= exact.statistic * (1 + 1e-9), "%s: T %g of %g", what, part * rough.statistic, exact.statistic);
  double tails = dw_gap_left_pooled(r->rough, c->rough, true, r->off, c->off);
  double a2 = tails * dw_anderson_statistic(r->rough, c->rough), whole = dw_anderson_statistic(r->exact, c->exact);
  CHECK_MSG(a2 <= whole + 0.01 * (1 + whole), "%s: A2 %g of %g", what, a2, whole); /* of midranks, where the bound is of steps */
  dw_mannwhitney(r->exact, c->exact, DW_TWO_SIDED, &exact, NULL);
  dw_mannwhitney_within(r->rough, c->rough, DW_TWO_SIDED, off, &rough, NULL);
  CHECK_MSG(rough.p_value >= exact.p_value * (1 - 1e-9), "%s: U's p %g, exact %g", what, rough.p_value, exact.p_value);
  double d = fabs(dw_ks_statistic(r->exact, c->exact, NULL)), least_d = fabs(dw_ks_statistic(r->rough, c->rough, NULL)) - off;
  CHECK_MSG(least_d <= d + 1e-12, "%s: D %g of %g", what, least_d, d);
}

/* That of the data at the cut of the sketches, where it is claimed. */
static void check_shift(const side *r, const side *c, const char *what)
{
  dw_share_shift s;
  dw_share_errors off = {r->off, c->off};
  dw_share_shift_sketches(r->rough, c->rough, off, (dw_effective){0}, &s, NULL);
  double n = (double)r->exact.total, m = (double)c->exact.total, most = 0;
  for (size_t i = 0; i < r->rough.count; i++) {
    double cut = r->rough.value[i];
    most = fmax(most, dw_share_shift_between((double)dw_sorted_up_to(r->exact, cut) / n, (double)dw_sorted_up_to(c->exact, cut) / m));
    most = fmax(most, dw_share_shift_between((double)dw_sorted_below(r->exact, cut) / n, (double)dw_sorted_below(c->exact, cut) / m));
  }
  CHECK_MSG(s.h - s.unsure <= most + 1e-9, "%s: h %g less %g, of %g", what, s.h, s.unsure, most);
  CHECK(s.unsure >= 0 && s.h - s.unsure >= 0 && (off.reference + off.current > 0 || s.unsure == 0));
}

TEST(nothing_is_claimed_that_the_error_could_make)
{
  static const double shifts[] = {0, 0.02, 0.3};
  side *r = dw_alloc(sizeof *r), *c = dw_alloc(sizeof *c);
  for (int shape = 0; shape < 4; shape++)
    for (size_t k = 0; k < 3; k++)
      for (uint64_t seed = 0; seed < 4; seed++) {
        char what[64];
        snprintf(what, sizeof what, "shape %d, shift %g, seed %d", shape, shifts[k], (int)seed);
        side_make(r, MOST, shape, 0, 2 * seed, 64);
        side_make(c, MOST - 1500, shape, shifts[k], 2 * seed + 1, seed % 2 ? 32 : MOST);
        CHECK(r->off > 0.001 && (seed % 2 ? c->off > 0.001 : c->off == 0));
        check_pair(r, c, what);
        check_shift(r, c, what);
        side_free(r);
        side_free(c);
      }
  dw_free(r);
  dw_free(c);
}

/* The bounds are of use: of a plain change most is left. */
TEST(most_of_a_plain_change_is_left)
{
  side *r = dw_alloc(sizeof *r), *c = dw_alloc(sizeof *c);
  side_make(r, MOST, 0, 0, 1, 512);
  side_make(c, MOST, 0, 0.3, 2, 512);
  CHECK(r->off > 0 && dw_gap_left(r->rough, c->rough, 1, r->off + c->off) > 0.9);
  CHECK(dw_gap_left(r->rough, c->rough, 2, r->off + c->off) > 0.85);
  CHECK(dw_gap_left_pooled(r->rough, c->rough, false, r->off, c->off) > 0.8);
  CHECK(dw_gap_left_pooled(r->rough, c->rough, true, r->off, c->off) > 0.75);
  CHECK(dw_gap_left(r->exact, c->exact, 1, 0) == 1 && dw_gap_left_pooled(r->exact, c->exact, true, 0, 0) > 0.999);
  CHECK(dw_gap_left(r->exact, r->exact, 1, 0.1) == 1); /* nothing of nothing */
  side_free(r);
  side_free(c);
  dw_free(r);
  dw_free(c);
}
