#include "report/model/run_history.h"

#include <stdlib.h>
#include <string.h>

const dw_report_checked *dw_run_newest(const dw_report *report, const dw_report_history *history)
{
  return &report->runs[history->runs[history->count - 1]];
}

size_t dw_run_sections(const dw_report *report, size_t run)
{
  size_t count = 0;
  for (size_t i = 0; i < report->count; i++) count += report->sections[i].of_run && report->sections[i].run == run;
  return count;
}

/* --- order --- */

typedef struct placed {
  const dw_report_checked *checked;
  uint32_t model;
  size_t index;
} placed;

static int compare_instants(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

/* Of the same look, the one that says more comes last. */
static int compare_placed(const void *a, const void *b)
{
  const placed *x = a, *y = b;
  const dw_checked_run *r = &x->checked->run, *s = &y->checked->run;
  if (x->model != y->model) return x->model < y->model ? -1 : 1;
  int order = compare_instants(r->time, s->time);
  if (order == 0) order = compare_instants(r->window.to, s->window.to);
  if (order == 0) order = compare_instants(r->window.from, s->window.from);
  if (order == 0 && x->checked->alone != y->checked->alone) order = x->checked->alone ? -1 : 1;
  return order ? order : x->index < y->index ? -1 : 1;
}

static bool same_look(const placed *a, const placed *b)
{
  const dw_checked_run *r = &a->checked->run, *s = &b->checked->run;
  return a->model == b->model && r->time != INT64_MIN && r->time == s->time && r->window.from == s->window.from &&
         r->window.to == s->window.to;
}

/* One history after the other, their runs in one array. */
static void gather(dw_report *report, const placed *order, size_t models)
{
  size_t *runs = dw_arena_alloc(&report->arena, report->run_count * sizeof *runs), count = 0;
  dw_report_history *histories = dw_arena_alloc(&report->arena, models * sizeof *histories);
  for (size_t i = 0; i < report->run_count; i++) {
    const char *model = order[i].checked->run.model;
    if (i == 0 || order[i].model != order[i - 1].model)
      histories[report->history_count++] = (dw_report_history){.model = model ? model : "", .runs = &runs[count]};
    if (i + 1 < report->run_count && same_look(&order[i], &order[i + 1])) continue;
    runs[count++] = order[i].index;
    histories[report->history_count - 1].count++;
  }
  report->histories = histories;
}

static void order_runs(dw_report *report)
{
  dw_map names;
  dw_map_init(&names);
  placed *order = dw_alloc_array(report->run_count, sizeof *order);
  for (size_t i = 0; i < report->run_count; i++) {
    const char *model = report->runs[i].run.model ? report->runs[i].run.model : "";
    order[i] = (placed){&report->runs[i], dw_map_intern(&names, model, strlen(model)), i};
  }
  qsort(order, report->run_count, sizeof *order, compare_placed);
  gather(report, order, names.count);
  dw_free(order);
  dw_map_free(&names);
}

/* --- sections --- */

static bool is_newest(const dw_report *report, size_t run)
{
  for (size_t i = 0; i < report->history_count; i++)
    if (report->histories[i].runs[report->histories[i].count - 1] == run) return true;
  return false;
}

static void drop_past(dw_report *report)
{
  size_t kept = 0;
  for (size_t i = 0; i < report->count; i++) {
    dw_report_section section = report->sections[i];
    if (section.of_run && !is_newest(report, section.run)) dw_findings_section_free(&section);
    else report->sections[kept++] = section;
  }
  report->count = kept;
}

static void add_newest(dw_report *report)
{
  for (size_t i = 0; i < report->history_count; i++) {
    size_t run = report->histories[i].runs[report->histories[i].count - 1];
    const dw_report_checked *checked = &report->runs[run];
    for (size_t k = 0; k < checked->summary_count; k++) {
      dw_report_section *section = dw_findings_section_add(report, checked->source);
      section->summary = checked->summaries[k];
      section->of_run = true;
      section->run = run;
    }
  }
}

void dw_run_histories_finish(dw_report *report)
{
  if (report->run_count == 0) return;
  order_runs(report);
  drop_past(report);
  add_newest(report);
}
