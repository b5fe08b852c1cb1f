/* ranks: the default: values of any unit and any distribution, and false alarms that need no calibration.
 *
 * Each value is ranked among all before it. As long as values are exchangeable (independent draws from one distribution, say), the ranks
 * are independent and uniform whatever that distribution is; equal values are put in order by random numbers. Bets on the ranks are summed
 * as Shiryaev and Roberts do: with e the mean of a density on [0, 1] over the interval that a rank is,
 *
 *   R <- (1 + R) e for each density,     M = the mean of all R,     drift: M >= run_length,     warning: M >= warning_run_length
 *
 * M minus the number of values is a martingale, so that at an alarm at T the mean of M is the mean of T: the mean time to a false alarm is
 * at least run_length, exactly, for every distribution (Shin, Ramdas, Rinaldo, "E-detectors: a nonparametric framework for sequential
 * change detection", New England Journal of Statistics in Data Science 2(2), 2024; sequential ranks: Barndorff-Nielsen 1963; Gordon and
 * Pollak, "An efficient sequential nonparametric scheme for detecting a change of distribution", Annals of Statistics 22, 1994). Values
 * that depend on those before them are not exchangeable: then nothing is promised.
 *
 * A zone of warning lasts until M is below a tenth of warning_run_length.
 *
 * The densities are exponential, t e^(t p) / (e^t - 1), of the rank p for a shift upwards, of 1 - p for one downwards, and of |2 p - 1| for
 * a change of spread (t < 0: less of it), t = 3/4, 3/2, 3 … 48.
 *
 * The first `reference` values are kept and ranked exactly. Then a ladder of some of them cuts the line into cells, of which only the
 * number of values is counted: an urn (stats/streams/conformal.h), so that the chances stay exact, in constant memory.
 *
 * run_length 10000, warning_run_length 1000, reference 500, seed 1 (of the random numbers for equal values). */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "base/rng.h"
#include "stats/detectors/detector.h"
#include "stats/streams/conformal.h"

enum { RUN_LENGTH, WARNING, REFERENCE, SEED };
enum { STEPS = 7, NARROW = 3, BETS = 3 * STEPS + NARROW }; /* up, down, wider; narrower: the first three t alone */

#define FIRST_STEP 0.75
#define ZONE 10      /* a zone of warning ends when M is below this part of where it began */
#define ENOUGH 1e300 /* of evidence: beyond it all is said */

typedef struct ranks {
  double drift, warning;
  uint64_t reference;
  dw_rng_key key;
  double part[STEPS], rest[STEPS]; /* 1 / (e^t - 1); e^t / (e^t - 1) */
  uint64_t count, warned;          /* warned: in a zone of warning */
  double total;
  double sum[BETS]; /* R */
  /* For the means before and after: each bet's product since it was last worthless, and what came up to there. */
  double product[BETS], total_then[BETS];
  uint64_t count_then[BETS];
  dw_ladder ladder;
  uint64_t weight[DW_LADDER_RUNGS + 1], tree[DW_LADDER_RUNGS + 2];
  dw_urn urn;     /* into the two; cells 0: the values are still few */
  double value[]; /* [reference] ascending; then [reference] the random numbers of those, ascending where values are equal */
} ranks;

static double *tie(ranks *s) { return s->value + s->reference; }

static size_t bytes(const double *parameter) { return sizeof(ranks) + 2 * (size_t)parameter[REFERENCE] * sizeof(double); }

static void reset(void *state, const double *parameter)
{
  ranks *s = state;
  *s = (ranks){.drift = parameter[RUN_LENGTH],
               .warning = parameter[WARNING],
               .reference = (uint64_t)parameter[REFERENCE],
               .key = dw_rng_derive((uint64_t)parameter[SEED], "ranks")};
  for (int i = 0; i < STEPS; i++) {
    double whole = dw_expm1(ldexp(FIRST_STEP, i));
    s->part[i] = 1 / whole;
    s->rest[i] = (whole + 1) / whole;
  }
  for (int i = 0; i < BETS; i++) s->product[i] = 1;
}

/* --- ranks --- */

static size_t least_at(const double *value, size_t count, double x)
{
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (value[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

static dw_ranks rank_exactly(ranks *s, double x, double number)
{
  size_t count = (size_t)s->count, at = least_at(s->value, count, x);
  while (at < count && s->value[at] == x && tie(s)[at] < number) at++;
  memmove(s->value + at + 1, s->value + at, (count - at) * sizeof *s->value);
  memmove(tie(s) + at + 1, tie(s) + at, (count - at) * sizeof *s->value);
  s->value[at] = x;
  tie(s)[at] = number;
  double n = (double)(count + 1);
  return (dw_ranks){(double)at / n, (double)(at + 1) / n};
}

/* The urn's partial sums, of the weights. */
static void plant(ranks *s)
{
  s->urn = (dw_urn){.weight = s->weight, .sums = s->tree, .cells = s->ladder.rungs + 1};
  memset(s->tree, 0, sizeof s->tree);
  for (size_t i = 1; i <= s->urn.cells; i++) {
    s->urn.total += s->weight[i - 1];
    s->tree[i] += s->weight[i - 1];
    size_t parent = i + (i & (~i + 1));
    if (parent <= s->urn.cells) s->tree[parent] += s->tree[i];
  }
}

/* The random numbers of the rungs are those that their values have had. */
static void build(ranks *s, dw_rng *rng)
{
  dw_ladder_make(&s->ladder, s->weight, (dw_sorted){.value = s->value, .count = (size_t)s->reference, .total = s->reference}, rng);
  uint64_t rank = 0;
  for (size_t i = 0; i < s->ladder.rungs; i++) {
    rank += s->weight[i];
    s->ladder.tie[i] = tie(s)[rank - 1];
  }
  plant(s);
}

static dw_ranks rank_of(ranks *s, double x)
{
  dw_rng rng;
  dw_rng_start(&rng, s->key, s->count, 0);
  if (s->count < s->reference) return rank_exactly(s, x, dw_rng_uniform(&rng));
  if (!s->urn.cells) build(s, &rng);
  return dw_urn_add(&s->urn, dw_ladder_cell(&s->ladder, x, &rng));
}

/* --- bets --- */

/* What each density has below p. */
static void below(const ranks *s, double p, double out[BETS])
{
  double off = fabs(2 * p - 1), half = p < 0.5 ? -0.5 : 0.5;
  double up = dw_exp(FIRST_STEP * p), wide = dw_exp(FIRST_STEP * off), down = 1 / up, narrow = 1 / wide;
  for (int i = 0; i < STEPS; i++) {
    out[i] = (up - 1) * s->part[i];
    out[STEPS + i] = (1 - down) * s->rest[i];
    out[2 * STEPS + i] = half * (wide - 1) * s->part[i];
    if (i < NARROW) out[3 * STEPS + i] = half * (1 - narrow) * s->rest[i];
    up *= up;
    down *= down;
    wide *= wide;
    narrow *= narrow;
  }
}

static void bet(ranks *s, dw_ranks rank, double x)
{
  double low[BETS], high[BETS], over = 1 / (rank.high - rank.low);
  below(s, rank.low, low);
  below(s, rank.high, high);
  for (int i = 0; i < BETS; i++) {
    double e = (high[i] - low[i]) * over, sum = (1 + s->sum[i]) * e, product = s->product[i];
    if (product <= 1) {
      product = 1;
      s->total_then[i] = s->total;
      s->count_then[i] = s->count;
    }
    product *= e;
    s->sum[i] = sum < ENOUGH ? sum : ENOUGH;
    s->product[i] = product < ENOUGH ? product : ENOUGH;
  }
  s->count++;
  s->total += x;
}

static dw_detector_event add(void *state, double x, dw_detector_told *told)
{
  ranks *s = state;
  bet(s, rank_of(s, x), x);
  double sum = 0;
  int best = 0;
  for (int i = 0; i < BETS; i++) {
    sum += s->sum[i];
    if (s->sum[i] > s->sum[best]) best = i;
  }
  double mean = sum / BETS;
  bool drift = mean >= s->drift;
  s->warned = mean >= (s->warned ? s->warning / ZONE : s->warning);
  if (!drift && !s->warned) return DW_DETECTOR_NONE;
  double then = (double)s->count_then[best], after = (double)s->count - then;
  *told = (dw_detector_told){mean, drift ? s->drift : s->warning, then > 0 ? s->total_then[best] / then : NAN,
                             (s->total - s->total_then[best]) / after, s->count - s->count_then[best]};
  return drift ? DW_DETECTOR_DRIFT : DW_DETECTOR_WARNING;
}

/* --- its state --- */

static bool cells_fields(ranks *s, dw_detector_fields *f)
{
  uint64_t rungs = s->ladder.rungs;
  dw_fields_count(f, "rungs", &rungs);
  if (rungs < 1 || rungs > DW_LADDER_RUNGS) return false;
  s->ladder.rungs = (size_t)rungs;
  f->numbers(f, "ladder", s->ladder.value, s->ladder.rungs);
  f->numbers(f, "ties", s->ladder.tie, s->ladder.rungs);
  f->counts(f, "cells", s->weight, s->ladder.rungs + 1);
  for (size_t i = 0; i <= rungs; i++)
    if (s->weight[i] < 1) return false;
  plant(s);
  return true;
}

static bool fields(void *state, dw_detector_fields *f)
{
  ranks *s = state;
  uint64_t cells = s->urn.cells > 0;
  dw_fields_count(f, "count", &s->count);
  dw_fields_number(f, "total", &s->total);
  dw_fields_count(f, "warned", &s->warned);
  f->numbers(f, "sums", s->sum, BETS);
  f->numbers(f, "products", s->product, BETS);
  f->numbers(f, "totals", s->total_then, BETS);
  f->counts(f, "counts", s->count_then, BETS);
  for (int i = 0; i < BETS; i++)
    if (s->count_then[i] > s->count || !(s->sum[i] >= 0) || !(s->product[i] >= 0)) return false;
  dw_fields_count(f, "laddered", &cells);
  if (cells) return cells_fields(s, f);
  if (s->count > s->reference) return false;
  f->numbers(f, "values", s->value, (size_t)s->count);
  f->numbers(f, "ties", tie(s), (size_t)s->count);
  return true;
}

static dw_status check(const double *parameter, dw_err *err)
{
  if (parameter[WARNING] <= parameter[RUN_LENGTH]) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "warning_run_length of ranks is at most run_length");
}

const dw_detector_method dw_detector_ranks = {
    .name = "ranks",
    .title = "Ranks: bets against exchangeability, summed as Shiryaev and Roberts do",
    .parameter = {{"run_length", 10000, 2, 1e15, NULL, true},
                  {"warning_run_length", 1000, 1, 1e15, NULL, true},
                  {"reference", 500, 16, 100000, NULL, true},
                  {"seed", 1, 0, 9007199254740992.0, NULL, true}},
    .knob = RUN_LENGTH,
    .knob_calms = true,
    .warns = true,
    .check = check,
    .bytes = bytes,
    .reset = reset,
    .add = add,
    .fields = fields,
};
