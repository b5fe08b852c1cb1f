#include "stats/tests/minp.h"

#include <math.h>
#include <stdint.h>

#include "base/mem.h"
#include "stats/samples/sort.h"

static double extremity(const dw_minp_test *test, double score)
{
  if (isnan(score)) return -INFINITY;
  return test->low ? -score : score;
}

/* The extremities of all runs, ascending; minus infinity for no answer (the sorter takes finite and infinite numbers alike). */
static void sort_extremities(const dw_minp_test *test, size_t runs, double *sorted, double *scratch)
{
  for (size_t i = 0; i < runs; i++) sorted[i] = extremity(test, test->score[i]);
  dw_sort_doubles(sorted, runs, scratch);
}

/* How many of the sorted are at least x. */
static size_t at_least(const double *sorted, size_t runs, double x) { return runs - dw_sort_below(sorted, runs, x); }

/* For every run the smallest rank (1: nothing more extreme, no tie) that one of its scores has: with limits at rank c of the other runs it
 * alarms when that is at most c. At level c / runs an exact test alarms when its p-value is below that, a bounded one only then, too. */
static void least_ranks(dw_minp_test *test, size_t tests, size_t runs, uint32_t *least, double *sorted, double *scratch)
{
  for (size_t i = 0; i < runs; i++) least[i] = UINT32_MAX;
  for (size_t k = 0; k < tests; k++) {
    if (!test[k].exact) sort_extremities(&test[k], runs, sorted, scratch);
    for (size_t i = 0; i < runs; i++) {
      double score = test[k].score[i], x = extremity(&test[k], score);
      if (x == -INFINITY) continue;
      size_t rank = test[k].exact ? 1 : at_least(sorted, runs, x);
      bool held = test[k].exact || test[k].bounded;
      if (held && (double)rank < score * (double)runs + 1) rank = (size_t)(score * (double)runs) + 1;
      if (rank < least[i]) least[i] = (uint32_t)rank;
    }
  }
}

static size_t runs_up_to(const uint32_t *least, size_t runs, size_t rank)
{
  size_t count = 0;
  for (size_t i = 0; i < runs; i++) count += least[i] <= rank;
  return count;
}

/* The largest rank at which at most `allowed` runs alarm; 0: none. */
static size_t largest_rank(const uint32_t *least, size_t runs, size_t allowed)
{
  size_t low = 0, high = runs; /* low is allowed, high + 1 is not */
  while (low < high) {
    size_t middle = low + (high - low + 1) / 2;
    if (runs_up_to(least, runs, middle) <= allowed) low = middle;
    else high = middle - 1;
  }
  return low;
}

dw_status dw_minp_limits(dw_minp_test *test, size_t tests, size_t runs, double rate, dw_minp_level *out, dw_err *err)
{
  size_t allowed = (size_t)floor(rate * (double)runs);
  uint32_t *least = dw_alloc_array(runs, sizeof *least);
  double *sorted = dw_alloc_array(runs, sizeof *sorted), *scratch = dw_alloc_array(runs, sizeof *scratch);
  dw_status status = DW_OK;
  least_ranks(test, tests, runs, least, sorted, scratch);
  size_t rank = largest_rank(least, runs, allowed);
  if (rank == 0) {
    double needed = ceil(2 * (double)runs_up_to(least, runs, 1) / rate);
    status = dw_err_set(err, DW_ENODATA, "%zu runs are too few for a rate of alarms this low over %zu tests; about %.0f are needed", runs,
                        tests, needed);
  } else {
    *out = (dw_minp_level){.level = (double)rank / (double)runs, .rate = (double)runs_up_to(least, runs, rank) / (double)runs};
    out->error = sqrt(out->rate * (1 - out->rate) / (double)runs);
    for (size_t k = 0; k < tests; k++) {
      test[k].limit = out->level;
      if (test[k].exact) continue;
      sort_extremities(&test[k], runs, sorted, scratch);
      double limit = sorted[runs - rank];
      if (test[k].bounded && !(limit > -out->level)) limit = -out->level;
      test[k].limit = limit == -INFINITY ? NAN : test[k].low ? -limit : limit;
      if (sorted[runs - 1] == -INFINITY && !test[k].bounded) test[k].limit = NAN;
    }
  }
  dw_free(least);
  dw_free(sorted);
  dw_free(scratch);
  return status;
}
