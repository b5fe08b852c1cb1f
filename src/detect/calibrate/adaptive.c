#include "detect/calibrate/adaptive.h"
#include "detect/check/methods.h"

#include <math.h>

#include "base/fmath.h"
#include "stats/samples/moments.h"

#define P_LEAST 1e-300

void dw_adaptive_init(dw_adaptive *history)
{
  *history = (dw_adaptive){0};
  dw_map_init(&history->series);
}

void dw_adaptive_free(dw_adaptive *history)
{
  dw_map_free(&history->series);
  dw_free(history->score);
  dw_free(history->run);
  *history = (dw_adaptive){0};
}

bool dw_adaptive_summary(dw_adaptive *history, const dw_summary *summary)
{
  if (isnan(summary->drift_share)) return false; /* of another command */
  history->run = dw_grow(history->run, &history->run_capacity, history->run_count + 1, sizeof *history->run);
  history->run[history->run_count++] = (dw_adaptive_run){.first = history->score_count - history->open,
                                                         .count = history->open,
                                                         .drift_share = summary->drift_share,
                                                         .rows = summary->current_rows,
                                                         .reference_rows = summary->reference_rows};
  history->open = 0;
  return true;
}

bool dw_adaptive_finding(dw_adaptive *history, const dw_finding *finding)
{
  const dw_method *method = finding->method ? dw_method_find(finding->method) : NULL;
  bool part = finding->by || finding->read.chunk || finding->chunk.length;
  if (!finding->column || !method || part || dw_check_of(finding->check)->judges == DW_JUDGES_QUALITY) return false;
  double value = method->p_value ? finding->p_value : finding->statistic;
  if (isnan(value)) return false;
  if (method->p_value) value = -dw_log(fmax(value, P_LEAST));
  dw_buf key = {0};
  dw_buf_text(&key, method->name);
  dw_buf_char(&key, '\0');
  dw_buf_text(&key, finding->column);
  history->score = dw_grow(history->score, &history->score_capacity, history->score_count + 1, sizeof *history->score);
  history->score[history->score_count++] = (dw_adaptive_score){dw_map_intern(&history->series, key.data, key.length), value};
  history->open++;
  dw_buf_free(&key);
  return true;
}

/* The size that all these runs had within a tenth of it; 0: they differ. */
static double common_rows(const dw_adaptive *history, size_t first, bool reference)
{
  double low = INFINITY, high = 0;
  for (size_t i = first; i < history->run_count; i++) {
    double rows = reference ? history->run[i].reference_rows : history->run[i].rows;
    if (isnan(rows)) return 0;
    low = fmin(low, rows);
    high = fmax(high, rows);
  }
  double middle = rint(low / 2 + high / 2);
  return high - middle <= 0.1 * middle ? middle : 0;
}

static dw_adaptive_threshold make(const dw_moments *moments, const dw_method *method, double sigma)
{
  dw_adaptive_threshold out = {.runs = (size_t)moments->count, .mean = moments->mean, .std = dw_moments_std(moments, 1)};
  bool low = method && !dw_rule_is_upper(method->rule);
  double limit = low && !method->p_value ? out.mean - sigma * out.std : out.mean + sigma * out.std;
  out.threshold.threshold = method && method->p_value ? dw_exp(-limit) : limit;
  out.threshold.rule = low ? DW_RULE_BELOW : DW_RULE_ABOVE;
  out.threshold.method = method ? method->name : NULL;
  return out;
}

dw_status dw_adaptive_thresholds(const dw_adaptive *history, size_t last, double sigma, size_t least, dw_adaptive_threshold **out,
                                 size_t *count, dw_err *err)
{
  size_t first = history->run_count > last ? history->run_count - last : 0, series = history->series.count;
  *out = NULL;
  *count = 0;
  if (history->run_count < least)
    return dw_err_set(err, DW_ENODATA, "%zu past runs are too few: at least %zu are wanted (--least)", history->run_count, least);
  *out = dw_alloc_array(series + 1, sizeof **out);
  dw_moments *moments = dw_alloc_array(series + 1, sizeof *moments), *share = &moments[series];
  for (size_t i = 0; i <= series; i++) dw_moments_init(&moments[i]);
  for (size_t i = first; i < history->run_count; i++) {
    const dw_adaptive_run *run = &history->run[i];
    for (size_t k = run->first; k < run->first + run->count; k++)
      dw_moments_add(&moments[history->score[k].series], history->score[k].value);
    if (!isnan(run->drift_share)) dw_moments_add(share, run->drift_share);
  }
  double rows = common_rows(history, first, false), reference_rows = common_rows(history, first, true);
  for (size_t i = 0; i < series; i++) {
    const char *key = history->series.keys[i].text;
    if (moments[i].count < least) continue;
    dw_adaptive_threshold item = make(&moments[i], dw_method_find(key), sigma);
    item.threshold.column = key + strlen(key) + 1;
    item.threshold.check = DW_CHECK_COLUMN;
    item.threshold.rows = rows;
    item.threshold.reference_rows = reference_rows;
    (*out)[(*count)++] = item;
  }
  /* A share that was always 0 tells nothing, and a threshold of 0 would always be reached. */
  if (share->count >= least && share->max > 0) {
    dw_adaptive_threshold item = make(share, NULL, sigma);
    item.threshold.rule = DW_RULE_AT_LEAST;
    item.threshold.rows = rows;
    item.threshold.reference_rows = reference_rows;
    (*out)[(*count)++] = item;
  }
  dw_free(moments);
  return DW_OK;
}
