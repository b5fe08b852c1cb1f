#include "detect/calibrate/null_thresholds.h"

#include <math.h>
#include <string.h>

#include "stats/samples/sort.h"
#include "stats/tests/look_limits.h"
#include "stats/shift/omnibus.h"

/* The share of runs with a statistic as low, less half a run: strictly below c / runs are then the c lowest. */
static void rank_scores(const dw_null_runs *runs, dw_null_score *score, double *sorted)
{
  size_t count = 0;
  for (size_t i = 0; i < runs->runs; i++)
    if (!isnan(score->score[i])) sorted[count++] = score->score[i];
  dw_sort_doubles(sorted, count, NULL);
  for (size_t i = 0; i < runs->runs; i++)
    if (!isnan(score->score[i]))
      score->score[i] = ((double)dw_sort_below(sorted, count, nextafter(score->score[i], INFINITY)) - 0.5) / (double)runs->runs;
}

static dw_threshold threshold_of(const dw_null_runs *runs, const dw_null_score *score, double limit)
{
  dw_threshold out = {.column = score->column,
                      .method = score->method,
                      .check = score->check,
                      .threshold = limit,
                      .rule = score->low ? DW_RULE_BELOW : DW_RULE_ABOVE,
                      .rows = (double)runs->rows,
                      .reference_rows = (double)runs->reference_rows,
                      .winsorised = score->winsorised};
  if (score->ranked) out.deals = runs->resampling == DW_NULL_ROWS ? dw_omnibus_deals(1, limit) : dw_null_deals(runs);
  return out;
}

/* The test of the whole column that a check of its counts stands beside. */
static size_t test_beside(const dw_null_runs *runs, size_t of)
{
  const dw_null_score *check = &runs->item[of];
  if (check->check != DW_CHECK_RANGE && check->check != DW_CHECK_CATEGORIES) return DW_LOOK_ALONE;
  for (size_t i = 0; i < runs->count; i++) {
    const dw_null_score *score = &runs->item[i];
    if (score->check == DW_CHECK_COLUMN && score->by_p_value && strcmp(score->column, check->column) == 0) return i;
  }
  return DW_LOOK_ALONE;
}

/* Rows of a look that one independent row is worth, to a check of counts: its normal deviates are larger by the root. */
static double rows_worth_one(const dw_null_runs *runs, const dw_null_score *check)
{
  const dw_dependent *found = dw_dependence_of(runs->dependence, check->column);
  if (!runs->dependence || runs->dependence->unseen) return fmax(1, (double)runs->buffer);
  if (!found || check->check == DW_CHECK_MISSING) return found ? found->missing : 1;
  return check->check == DW_CHECK_DATA_QUALITY ? fmax(found->missing, found->time) : found->time;
}

static void limits_of_looks(const dw_null_runs *runs, double rate, dw_threshold *out, dw_minp_level *level)
{
  dw_look_test *test = dw_alloc_zero(runs->count, sizeof *test);
  for (size_t i = 0; i < runs->count; i++) {
    const dw_null_score *score = &runs->item[i];
    size_t beside = test_beside(runs, i);
    bool alone = score->check != DW_CHECK_COLUMN && beside == DW_LOOK_ALONE;
    test[i] = (dw_look_test){.score = score->score,
                             .low = score->low,
                             .p_value = score->by_p_value,
                             .usual = !score->by_p_value ? 0
                                      : alone            ? sqrt(rows_worth_one(runs, score))
                                                         : 1,
                             .beside = beside,
                             .most = score->exact ? rate : NAN};
  }
  dw_look_limits(test, runs->count, &(dw_looks){runs->start, runs->runs, runs->rows, dw_null_looks(runs)}, rate, level);
  for (size_t i = 0; i < runs->count; i++) out[i] = threshold_of(runs, &runs->item[i], test[i].limit);
  dw_free(test);
}

dw_status dw_null_thresholds(dw_null_runs *runs, double rate, dw_threshold *out, dw_minp_level *level, dw_err *err)
{
  if (dw_null_by_look(runs)) return limits_of_looks(runs, rate, out, level), DW_OK;
  dw_minp_test *test = dw_alloc_zero(runs->count, sizeof *test);
  double *sorted = dw_alloc_array(runs->runs, sizeof *sorted);
  bool by_row = runs->resampling == DW_NULL_ROWS;
  for (size_t i = 0; i < runs->count; i++) {
    dw_null_score *score = &runs->item[i];
    if (score->ranked && by_row) rank_scores(runs, score, sorted);
    test[i] = (dw_minp_test){.score = score->score, .low = score->low, .exact = score->exact && by_row, .bounded = score->exact && !by_row};
  }
  dw_status status = dw_minp_limits(test, runs->count, runs->runs, rate, level, err);
  for (size_t i = 0; i < runs->count && status == DW_OK; i++) out[i] = threshold_of(runs, &runs->item[i], test[i].limit);
  dw_free(sorted);
  dw_free(test);
  return status;
}
