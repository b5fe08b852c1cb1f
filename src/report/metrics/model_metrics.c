#include "report/metrics/model_metrics.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "report/metrics/prometheus.h"

#define ROW(id, name, help) {name, help},
static const struct {
  const char *name, *help;
} families[DW_MODEL_METRIC_COUNT] = {DW_MODEL_METRICS(ROW)};
#undef ROW

enum { LABELS = 5, NAME_MOST = 200 }; /* labels of a sample; bytes of a column's name in a label */

/* A sample; what is no number has none. labels: pairs, ended by NULL; a pair without a value is left out. */
static void put(dw_model_metrics *m, dw_model_metric metric, double value, const char *const *labels)
{
  const char *given[2 * LABELS + 1];
  size_t count = 0;
  if (!isfinite(value)) return;
  for (; *labels && count < 2 * LABELS; labels += 2) {
    if (!labels[1]) continue;
    given[count++] = labels[0];
    given[count++] = labels[1];
  }
  given[count] = NULL;
  dw_prometheus_number(&m->samples[metric], families[metric].name, given, value);
}

#define LABELLED(...) ((const char *const[]){__VA_ARGS__, NULL, NULL})

/* --- columns --- */

/* As much of a name as fits, never a part of a character. */
static void cut_name(const char *name, char out[NAME_MOST + 1])
{
  size_t length = strlen(name), whole = 0, step;
  while (whole < length && (step = dw_utf8_length(name + whole, length - whole)) && whole + step <= NAME_MOST) whole += step;
  memcpy(out, name, whole);
  out[whole] = '\0';
}

/* Its first check is that of the distribution, which stands for it; any of them may have drifted. */
typedef struct column_seen {
  const dw_checked_column *first;
  bool drift;
} column_seen;

static void put_column(dw_model_metrics *m, const char *model, const char *record, const char *name, const column_seen *seen)
{
  const dw_checked_column *c = seen->first;
  const char *const *labels = LABELLED("model", model, "record", record, "column", name);
  put(m, DW_METRIC_COLUMN_SCORE, c->score, labels); /* not by method: another one may decide when there is drift, and a curve would end */
  put(m, DW_METRIC_COLUMN_SHIFT, c->h, labels);
  put(m, DW_METRIC_COLUMN_DRIFT, seen->drift, labels);
  put(m, DW_METRIC_EMBEDDING, c->centroid_cosine, labels);
  put(m, DW_METRIC_VARIANCE, fabs(c->variance_ratio - 1), labels);
}

static void put_columns(dw_model_metrics *m, const char *model, const dw_checked_comparison *c)
{
  dw_map names;
  column_seen *seen = dw_alloc_array(c->column_count ? c->column_count : 1, sizeof *seen);
  dw_map_init(&names);
  for (size_t i = 0; i < c->column_count; i++) {
    char name[NAME_MOST + 1];
    size_t before = names.count;
    cut_name(c->column[i].column, name);
    uint32_t at = dw_map_intern(&names, name, strlen(name));
    if (at == before) seen[at] = (column_seen){.first = &c->column[i]};
    seen[at].drift |= c->column[i].drift;
  }
  for (size_t i = 0; i < names.count; i++) put_column(m, model, c->record, names.keys[i].text, &seen[i]);
  dw_free(seen);
  dw_map_free(&names);
}

static void put_comparison(dw_model_metrics *m, const char *model, const dw_checked_comparison *c)
{
  const char *const *labels = LABELLED("model", model, "record", c->record);
  put(m, DW_METRIC_COMPARED, c->columns, labels);
  put(m, DW_METRIC_DRIFTED, c->drifted, labels);
  put(m, DW_METRIC_SHARE, c->drift_share, labels);
  put(m, DW_METRIC_DROPPED, isnan(c->left_out) ? 0 : c->left_out, labels);
  put_columns(m, model, c);
}

/* --- rates --- */

static void put_rates(dw_model_metrics *m, const dw_checked_run *run)
{
  const char *const *labels = LABELLED("model", run->model);
  const char *const *metric = LABELLED("model", run->model, "metric", run->accuracy.metric);
  put(m, DW_METRIC_REFUSAL, run->refusal.value, labels);
  put(m, DW_METRIC_MODEL_REFUSAL, run->refusal.value, labels);
  put(m, DW_METRIC_TOXICITY, run->toxicity.value, labels);
  put(m, DW_METRIC_MODEL_TOXICITY, run->toxicity.value, labels);
  put(m, DW_METRIC_RECENT, run->accuracy.now, metric);
  put(m, DW_METRIC_MODEL_ACCURACY, run->accuracy.now, metric);
  put(m, DW_METRIC_BASELINE, run->accuracy.before, metric);
  if (run->accuracy.rows > 0) put(m, DW_METRIC_COVERAGE, run->accuracy.known / run->accuracy.rows, metric);
  put(m, DW_METRIC_LIMIT, run->refusal.limit, LABELLED("model", run->model, "check", "refusal_rate"));
  put(m, DW_METRIC_LIMIT, run->toxicity.limit, LABELLED("model", run->model, "check", "toxicity_rate"));
  put(m, DW_METRIC_LIMIT, run->accuracy.limit, LABELLED("model", run->model, "check", "accuracy_drop"));
}

/* --- all of it --- */

void dw_model_metrics_add(dw_model_metrics *m, const dw_checked_run *run)
{
  const char *const *labels = LABELLED("model", run->model);
  bool judged = run->answer == DW_ANSWER_DRIFT || run->answer == DW_ANSWER_NO_DRIFT;
  put(m, DW_METRIC_CHECKED, run->time == INT64_MIN ? NAN : (double)run->time / DW_SECOND, labels);
  put(m, DW_METRIC_JUDGED, judged, labels);
  put(m, DW_METRIC_DRIFT, judged ? run->answer == DW_ANSWER_DRIFT : NAN, labels);
  put(m, DW_METRIC_SEVERITY, judged ? (double)run->severity : NAN, labels);
  for (size_t i = 0; i < run->part_count; i++)
    put(m, DW_METRIC_CHECK_DRIFT, run->part[i].judged ? run->part[i].drift : NAN,
        LABELLED("model", run->model, "check", run->part[i].check));
  for (size_t i = 0; i < run->alert_count; i++)
    put(m, DW_METRIC_ALERT, run->alert[i].open, LABELLED("model", run->model, "check", run->alert[i].check));
  put(m, DW_METRIC_ROWS, run->rows, labels);
  put(m, DW_METRIC_BASELINE_ROWS, run->baseline_rows, labels);
  for (size_t i = 0; i < run->comparison_count; i++) put_comparison(m, run->model, &run->comparison[i]);
  put(m, DW_METRIC_DIVERGENCE, run->kl_divergence, labels);
  put(m, DW_METRIC_COSINE, run->cosine_similarity, labels);
  put_rates(m, run);
}

void dw_model_metrics_print(dw_buf *out, const dw_model_metrics *const *each, size_t count)
{
  for (int metric = 0; metric < DW_MODEL_METRIC_COUNT; metric++) {
    dw_prometheus_head(out, families[metric].name, "gauge", families[metric].help);
    for (size_t i = 0; i < count; i++) dw_buf_add(out, each[i]->samples[metric].data, each[i]->samples[metric].length);
  }
}

void dw_model_metrics_free(dw_model_metrics *metrics)
{
  for (int metric = 0; metric < DW_MODEL_METRIC_COUNT; metric++) dw_buf_free(&metrics->samples[metric]);
}

void dw_monitor_info_print(dw_buf *out, const char *version)
{
  dw_prometheus_head(out, "drift_monitor_info", "gauge", "1, with the version of the program.");
  dw_prometheus_count(out, "drift_monitor_info", (const char *const[]){"version", version, NULL}, 1);
}
