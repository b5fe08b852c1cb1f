/* prometheus_report: the metrics of dw-serve (report/metrics/model_metrics.h) from documents, for node_exporter's textfile collector.
 *
 * A run says all; of its model the newest one counts. A comparison that no run speaks for is of the model that the title names, or the name
 * of its file without folder and suffixes; of several under one name the last counts: two samples with the same labels are an error.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/metrics/model_metrics.h"
#include "report/metrics/prometheus.h"
#include "report/write/report_format.h"

/* --- a comparison, as the run that it would have been --- */

static int by_name(const void *a, const void *b)
{
  const dw_report_column *x = *(const dw_report_column *const *)a, *y = *(const dw_report_column *const *)b;
  return strcmp(x->name, y->name);
}

/* Columns of which there is something to say, by name: those that are told of do not change with what is found. */
static size_t order_columns(const dw_report_section *section, const dw_report_column **order)
{
  size_t count = 0;
  for (size_t i = 0; i < section->column_count; i++) {
    const dw_report_column *column = &section->columns[i];
    if (*column->name && (column->drift || !section->findings[column->lead].error)) order[count++] = column;
  }
  qsort(order, count, sizeof *order, by_name);
  return count;
}

static dw_checked_column column_of(const dw_report_section *section, const dw_report_column *column)
{
  const dw_report_finding *lead = &section->findings[column->lead];
  return (dw_checked_column){.column = column->name,
                             .check = lead->check,
                             .method = *lead->method ? lead->method : NULL,
                             .score = lead->score,
                             .threshold = lead->threshold,
                             .h = lead->shift.h,
                             .drift = column->drift,
                             .severity = column->severity,
                             .centroid_cosine = lead->centroid_cosine,
                             .variance_ratio = lead->variance_ratio};
}

static dw_checked_run run_of(const dw_report_section *section, dw_arena *arena)
{
  dw_checked_run run;
  const dw_report_summary *summary = &section->summary;
  dw_checked_run_init(&run);
  if (!summary->given) return run;
  run.answer = summary->not_judged ? DW_ANSWER_NOT_JUDGED : summary->drift ? DW_ANSWER_DRIFT : DW_ANSWER_NO_DRIFT;
  run.severity = summary->severity;
  run.rows = summary->current_rows;
  run.baseline_rows = summary->reference_rows;
  const dw_report_column **order = dw_arena_alloc(arena, (section->column_count + 1) * sizeof *order);
  size_t count = order_columns(section, order), shown = count < DW_CHECKED_COLUMNS ? count : DW_CHECKED_COLUMNS;
  dw_checked_column *columns = dw_arena_alloc(arena, (shown + 1) * sizeof *columns);
  for (size_t i = 0; i < shown; i++) columns[i] = column_of(section, order[i]);
  dw_checked_comparison *comparison = dw_arena_alloc(arena, sizeof *comparison);
  *comparison = (dw_checked_comparison){.columns = summary->columns,
                                        .drifted = summary->drifted,
                                        .drift_share = summary->drift_share,
                                        .column = columns,
                                        .column_count = shown,
                                        .left_out = (double)(count - shown)};
  run.comparison = comparison;
  run.comparison_count = 1;
  return run;
}

/* "data/fraud.ndjson.zst" is of fraud; standard input of "". */
static const char *model_of(const char *source, dw_arena *arena)
{
  static const char *const suffixes[] = {".zst", ".gz", ".ndjson", ".jsonl", ".json"};
  const char *name = strrchr(source, '/') ? strrchr(source, '/') + 1 : source;
  size_t length = strcmp(name, "standard input") == 0 ? 0 : strlen(name);
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    size_t tail = strlen(suffixes[i]);
    if (length > tail && memcmp(name + length - tail, suffixes[i], tail) == 0) length -= tail;
  }
  return dw_arena_strndup(arena, name, length);
}

/* --- all models --- */

typedef struct model_list {
  dw_map names;
  dw_checked_run *run; /* by names */
  size_t capacity;
  dw_arena arena;
} model_list;

/* Of one model, what is newer; of the same time, or of none, what is told later. */
static void take(model_list *list, const char *model, const dw_checked_run *run)
{
  size_t before = list->names.count;
  uint32_t at = dw_map_intern(&list->names, model, strlen(model));
  list->run = dw_grow(list->run, &list->capacity, list->names.count, sizeof *list->run);
  if (at < before && list->run[at].time > run->time) return;
  list->run[at] = *run;
  list->run[at].model = list->names.keys[at].text;
}

static void gather(model_list *list, const dw_report *report, const char *title)
{
  for (size_t i = 0; i < report->count; i++) {
    const dw_report_section *section = &report->sections[i];
    if (section->of_run) continue;
    dw_checked_run run = run_of(section, &list->arena);
    take(list, title ? title : model_of(section->source, &list->arena), &run);
  }
  for (size_t i = 0; i < report->run_count; i++) {
    const dw_checked_run *run = &report->runs[i].run;
    take(list, run->model ? run->model : "", run);
  }
}

/* --- canaries --- */

/* title, canary, more NULL: no such label. A value that is not known is no sample. */
static void canary_sample(dw_buf *out, const char *name, const char *title, const char *canary, const char *const *more, double value)
{
  const char *labels[8] = {NULL};
  size_t count = 0;
  if (isnan(value)) return;
  if (title) labels[count++] = "model", labels[count++] = title;
  if (canary) labels[count++] = "canary", labels[count++] = canary;
  if (more) labels[count++] = more[0], labels[count++] = more[1];
  labels[count] = NULL;
  dw_prometheus_number(out, name, labels, value);
}

static bool judged_now(const dw_network_canary *canary)
{
  return canary->state != DW_NETWORK_UNJUDGED && canary->state != DW_NETWORK_QUARANTINED;
}

static void canary_states(dw_buf *out, const dw_network *network, const char *title)
{
  static const char judged[] = "driftwatch_canary_judged", drift[] = "driftwatch_canary_drift", severity[] = "driftwatch_canary_severity";
  dw_prometheus_head(out, judged, "gauge", "1: the newest round had enough to judge the canary; 0: it had not.");
  for (size_t i = 0; i < network->canary_count; i++)
    canary_sample(out, judged, title, network->canary[i].name, NULL, judged_now(&network->canary[i]));
  dw_prometheus_head(out, drift, "gauge", "1: the canary departs from its past; 0: it does not.");
  for (size_t i = 0; i < network->canary_count; i++)
    if (judged_now(&network->canary[i]))
      canary_sample(out, drift, title, network->canary[i].name, NULL, network->canary[i].state == DW_NETWORK_DEPARTED);
  dw_prometheus_head(out, severity, "gauge", "How bad it is: 0 none, 1 low, 2 medium, 3 high.");
  for (size_t i = 0; i < network->canary_count; i++) {
    bool departs = network->canary[i].state == DW_NETWORK_DEPARTED;
    if (judged_now(&network->canary[i]))
      canary_sample(out, severity, title, network->canary[i].name, NULL, departs ? (double)network->canary[i].severity : 0);
  }
}

/* Of the newest round that each method tells of. */
static void canary_effects(dw_buf *out, const dw_network *network, const char *title)
{
  static const char *const names[] = {"driftwatch_canary_effect", "driftwatch_canary_margin"};
  static const char *const helps[] = {"Effect in the newest round, as its method has it.", "What it has to exceed."};
  for (int which = 0; which < 2; which++) {
    dw_prometheus_head(out, names[which], "gauge", helps[which]);
    for (size_t i = 0; i < network->canary_count; i++)
      for (size_t k = 0; k < network->canary[i].line_count; k++) {
        const dw_report_series *series = &network->canary[i].line[k].series;
        const dw_report_point *point = &series->point[series->count - 1];
        const char *const method[] = {"method", series->method};
        canary_sample(out, names[which], title, series->column, method, which ? point->upper : point->value);
      }
  }
}

static void canary_similarities(dw_buf *out, const dw_network *network, const char *title)
{
  static const char name[] = "driftwatch_canary_similarity";
  const dw_network_consensus *newest = dw_network_newest(network);
  if (!newest) return;
  dw_prometheus_head(out, name, "gauge", "Similarity of the canary's answers to those of the others in the newest round.");
  for (size_t i = 0; i < newest->count; i++)
    if (newest->voice[i].judged) canary_sample(out, name, title, newest->voice[i].canary, NULL, newest->voice[i].similarity);
}

static double cost_of(const dw_network_cost *cost, size_t which)
{
  const double values[] = {cost->requests, cost->answers, cost->errors, cost->prompt_tokens, cost->completion_tokens};
  return values[which];
}

/* By canary, where that is known: else of all. */
static void canary_costs(dw_buf *out, const dw_network *network, const char *title)
{
  static const struct {
    const char *name, *help, *label[2];
  } costs[] = {{"driftwatch_canary_requests", "Requests in the rounds of the report.", {NULL, NULL}},
               {"driftwatch_canary_answers", "Answers in the rounds of the report.", {NULL, NULL}},
               {"driftwatch_canary_errors", "Responses that are errors.", {NULL, NULL}},
               {"driftwatch_canary_tokens", "Tokens in the rounds of the report.", {"of", "prompt"}},
               {"driftwatch_canary_tokens", NULL, {"of", "completion"}}};
  for (size_t c = 0; network->asked && c < sizeof costs / sizeof *costs; c++) {
    const char *const *label = costs[c].label[0] ? costs[c].label : NULL;
    if (costs[c].help) dw_prometheus_head(out, costs[c].name, "gauge", costs[c].help);
    for (size_t i = 0; i < network->spender_count; i++)
      canary_sample(out, costs[c].name, title, network->spender[i].canary, label, cost_of(&network->spender[i].cost, c));
    if (!network->spender_count) canary_sample(out, costs[c].name, title, NULL, label, cost_of(&network->cost, c));
  }
}

static void canaries(dw_buf *out, const dw_network *network, const char *title)
{
  if (network->canary_count) {
    canary_states(out, network, title);
    canary_effects(out, network, title);
    canary_similarities(out, network, title);
  }
  canary_costs(out, network, title);
}

void dw_prometheus_report_write(dw_buf *out, const dw_report *report, const dw_render *render)
{
  model_list list = {.run = NULL};
  dw_model_metrics metrics = {0};
  dw_map_init(&list.names);
  dw_arena_init(&list.arena);
  gather(&list, report, render->title);
  for (size_t i = 0; i < list.names.count; i++) dw_model_metrics_add(&metrics, &list.run[i]);
  dw_monitor_info_print(out, render->version ? render->version : "");
  dw_model_metrics_print(out, (const dw_model_metrics *const[]){&metrics}, 1);
  canaries(out, &report->network, render->title);
  dw_model_metrics_free(&metrics);
  dw_map_free(&list.names);
  dw_arena_free(&list.arena);
  dw_free(list.run);
}
