/* The moments of the parts are held to enumeration of every table with the same margins, the limits to the parts' own p-values. */
#include "stats/shift/omnibus_parts.h"

#include "stats/distributions/hypergeometric.h"
#include "stats/distributions/special.h"
#include "test.h"

enum { CELLS = 5 };

/* Calls visit with each table and its probability. */
typedef void visitor(const uint64_t *count, double probability, void *context);

static void visit_tables(const uint64_t *size, uint64_t drawn, visitor *visit, void *context)
{
  uint64_t c[CELLS], rows = 0;
  for (int k = 0; k < CELLS; k++) rows += size[k];
  for (c[0] = 0; c[0] <= size[0]; c[0]++)
    for (c[1] = 0; c[1] <= size[1]; c[1]++)
      for (c[2] = 0; c[2] <= size[2]; c[2]++)
        for (c[3] = 0; c[3] <= size[3]; c[3]++) {
          uint64_t sum = c[0] + c[1] + c[2] + c[3];
          if (sum > drawn || drawn - sum > size[4]) continue;
          c[4] = drawn - sum;
          double log = -dw_choose_log(rows, drawn);
          for (int k = 0; k < CELLS; k++) log += dw_choose_log(size[k], c[k]);
          visit(c, exp(log), context);
        }
}

typedef struct moments {
  dw_parts *parts;
  double whole, mean[DW_FORMS], square[DW_FORMS];
} moments;

static void add_moments(const uint64_t *count, double probability, void *context)
{
  moments *m = context;
  dw_parts_look(m->parts, count, 0);
  m->whole += probability;
  for (int f = 0; f < DW_FORMS; f++) {
    m->mean[f] += probability * m->parts->form[f].seen;
    m->square[f] += probability * m->parts->form[f].seen * m->parts->form[f].seen;
  }
}

static void check_moments(const uint64_t *size, uint64_t drawn, bool ordered, bool lump)
{
  static const bool single[CELLS] = {true, true, true, true, true};
  dw_parts parts;
  dw_parts_make(&parts, size, CELLS, drawn, ordered, ordered ? single : NULL);
  moments m = {.parts = &parts};
  visit_tables(size, drawn, add_moments, &m);
  CHECK_CLOSE(m.whole, 1, 1e-10);
  CHECK(parts.form[DW_FORM_GAPS].used == ordered && parts.form[DW_FORM_SPREAD].used == ordered && parts.form[DW_FORM_CHISQUARE].used);
  CHECK(parts.form[DW_FORM_BESIDE].used == lump);
  if (ordered) {
    CHECK_CLOSE(m.mean[DW_FORM_GAPS], 1, 1e-9);
    CHECK_CLOSE(m.mean[DW_FORM_SPREAD], 1, 1e-9);
  }
  if (lump) { /* 1, but 0 where a side has no rows beside the lump */
    dw_hypergeometric law = dw_hypergeometric_make(parts.beside, parts.rows - parts.beside, drawn);
    CHECK_CLOSE(m.mean[DW_FORM_BESIDE], 1 - dw_hypergeometric_pmf(&law, 0) - dw_hypergeometric_pmf(&law, parts.beside), 1e-9);
  }
  const dw_part_form *chi = &parts.form[DW_FORM_CHISQUARE];
  double mean = m.mean[DW_FORM_CHISQUARE], variance = m.square[DW_FORM_CHISQUARE] - mean * mean;
  CHECK_CLOSE(chi->mean, mean, 1e-9);
  CHECK_CLOSE(chi->sd * chi->sd, variance, 1e-8);
  CHECK_CLOSE(chi->df, 2 * mean * mean / variance, 1e-8);
  dw_parts_free(&parts);
}

TEST(moments_are_those_of_all_tables)
{
  uint64_t even[] = {4, 4, 4, 4, 4}, rare[] = {1, 2, 1, 7, 3}, lumps[] = {3, 14, 4, 5, 6};
  check_moments(even, 10, true, false);
  check_moments(even, 7, false, false);
  check_moments(rare, 7, false, false);
  check_moments(rare, 2, false, false);
  check_moments(rare, 6, true, true);
  check_moments(lumps, 15, true, true);
}

/* Without ties and with many cells the gaps are Anderson and Darling's statistic: variance 2 (pi^2 - 9) / 3, and its tail. */
TEST(gaps_have_the_limit_of_anderson_and_darling)
{
  enum { MANY = 200 };
  uint64_t size[MANY];
  for (int k = 0; k < MANY; k++) size[k] = 100;
  dw_parts parts;
  bool single[MANY] = {false};
  dw_parts_make(&parts, size, MANY, MANY * 50, true, single);
  const dw_part_form *gaps = &parts.form[DW_FORM_GAPS];
  CHECK_CLOSE(gaps->sd * gaps->sd, 2 * (M_PI * M_PI - 9) / 3, 0.02);
  CHECK(!parts.form[DW_FORM_CHISQUARE].used && !parts.form[DW_FORM_BESIDE].used);
  for (double x = 1.5; x < 7.5; x += 0.5) {
    double p = dw_chi2_sf((x - 1) / gaps->sd * sqrt(2 * gaps->df) + gaps->df, gaps->df), want = dw_anderson_limit_sf(x);
    CHECK_MSG(p < 1.2 * want && want < 1.2 * p, "at %g: %g, limit %g", x, p, want);
  }
  dw_parts_free(&parts);
}

typedef struct limits_case {
  dw_parts *parts;
  double at;
  unsigned tables, wrong, extreme;
} limits_case;

/* With limits at a weighted p-value, a table is extreme when its own least one is at most that. */
static void check_extreme(const uint64_t *count, double probability, void *context)
{
  limits_case *l = context;
  bool extreme = dw_parts_extreme(l->parts, count);
  double least = dw_parts_look(l->parts, count, 0).least;
  l->tables++;
  l->extreme += extreme;
  if (fabs(least / l->at - 1) > 1e-6) l->wrong += extreme != (least <= l->at);
}

TEST(limits_are_the_p_values_turned_round)
{
  uint64_t size[] = {7, 9, 20, 5, 8};
  static const bool single[CELLS] = {true, true, true, true, true};
  unsigned some = 0;
  for (int ordered = 0; ordered < 2; ordered++)
    for (double at = 0.9; at > 1e-4; at /= 3) {
      dw_parts parts;
      dw_parts_make(&parts, size, CELLS, 21, ordered, ordered ? single : NULL);
      for (int f = 0; f < DW_FORMS; f++) parts.form[f].seen = INFINITY;
      dw_parts_limits(&parts, at, at);
      limits_case l = {&parts, at, 0, 0, 0};
      visit_tables(size, 21, check_extreme, &l);
      CHECK_MSG(l.wrong == 0, "at %g: %u of %u tables", at, l.wrong, l.tables);
      some += l.extreme > 0 && l.extreme < l.tables;
      dw_parts_free(&parts);
    }
  CHECK(some > 12);
}

/* What was seen is extreme by its own limits, whichever part attained it. */
static void check_itself(const uint64_t *count, double probability, void *context)
{
  limits_case *l = context;
  dw_parts_seen seen = dw_parts_look(l->parts, count, 0);
  dw_parts_limits(l->parts, seen.least, seen.least);
  l->tables++;
  l->wrong += !dw_parts_extreme(l->parts, count);
}

TEST(what_was_seen_is_extreme)
{
  uint64_t size[] = {3, 6, 8, 4, 5};
  static const bool single[CELLS] = {true, false, true, true, false};
  for (int ordered = 0; ordered < 2; ordered++) {
    dw_parts parts;
    dw_parts_make(&parts, size, CELLS, 11, ordered, ordered ? single : NULL);
    limits_case l = {&parts, 0, 0, 0, 0};
    visit_tables(size, 11, check_itself, &l);
    CHECK(l.tables > 500 && l.wrong == 0);
    dw_parts_free(&parts);
  }
}

TEST(rank_error_only_lessens)
{
  uint64_t size[] = {20, 25, 60, 25, 20}, count[] = {4, 8, 35, 15, 12};
  static const bool single[CELLS] = {true, true, true, true, true};
  dw_parts parts;
  dw_parts_make(&parts, size, CELLS, 74, true, single);
  double before = 0;
  for (double off = 0; off < 12; off += 1) {
    dw_parts_seen seen = dw_parts_look(&parts, count, off);
    CHECK(seen.least >= before && seen.least <= seen.least_share);
    before = seen.least;
  }
  CHECK(before >= 1);
  dw_parts_free(&parts);
}
