/* A scenario laid over rows: where nothing changes is one segment. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "synth/scenario/scenario_parts.h"

#define LAST_INSTANT INT64_C(253402300799999999) /* the end of the year 9999 */

typedef struct walk {
  uint64_t row, rows;
  int64_t now, start; /* even time of row, before the daily cycle; instant of the first */
  const dw_daily_cycle *cycle;
} walk;

/* The even time of an edge that is given by time. */
static int64_t edge_time(const dw_scenario_edge *edge, const walk *w)
{
  int64_t instant = edge->value;
  bool beyond = edge->type == DW_EDGE_OFFSET && __builtin_add_overflow(w->start, edge->value, &instant);
  return beyond || instant > LAST_INSTANT ? LAST_INSTANT + 1 : dw_daily_cycle_even(w->cycle, instant);
}

/* Whether the edge lies at or before the row that the walk stands on. */
static bool edge_passed(const dw_scenario_edge *edge, const walk *w)
{
  switch (edge->type) {
  case DW_EDGE_ROW: return (uint64_t)edge->value <= w->row;
  case DW_EDGE_SHARE: return rint(edge->share * (double)w->rows) <= (double)w->row;
  case DW_EDGE_OFFSET:
  case DW_EDGE_INSTANT: return edge_time(edge, w) <= w->now;
  case DW_EDGE_NONE: break;
  }
  return true;
}

/* The row on which an edge ahead will be passed, when rows come at this step. */
static uint64_t edge_row(const dw_scenario_edge *edge, const walk *w, int64_t step)
{
  switch (edge->type) {
  case DW_EDGE_ROW: return (uint64_t)edge->value;
  case DW_EDGE_SHARE: return (uint64_t)rint(edge->share * (double)w->rows);
  case DW_EDGE_NONE: return w->rows;
  default: break;
  }
  return w->row + (uint64_t)((edge_time(edge, w) - w->now - 1) / step) + 1;
}

static bool phase_active(const dw_scenario_phase *phase, const walk *w)
{
  return edge_passed(&phase->from, w) && (phase->to.type == DW_EDGE_NONE || !edge_passed(&phase->to, w));
}

static dw_status segment_make(dw_scenario *s, const walk *w, const dw_scenario_span *span, dw_scenario_segment *segment, dw_err *err)
{
  segment->state = dw_scenario_copy(s, &s->base);
  if (span->has_step) segment->state.step = span->step;
  for (size_t i = 0; i < s->phase_count; i++) {
    if (!phase_active(&s->phases[i], w)) continue;
    dw_status status = dw_scenario_phase_apply(s, &segment->state, &s->phases[i], err);
    if (status != DW_OK) return status;
  }
  double sparser = span->quick && !span->has_step ? (double)s->quick : 1;
  double step = rint((double)segment->state.step * sparser / segment->state.rate);
  segment->step = step < 1 ? 1 : step > 9e17 ? INT64_C(900000000000000000) : (int64_t)step;
  segment->first = w->row;
  segment->start = w->now;
  segment->end = w->rows;
  for (size_t i = 0; i < s->phase_count; i++) {
    const dw_scenario_edge *edges[] = {&s->phases[i].from, &s->phases[i].to};
    for (size_t k = 0; k < 2; k++) {
      if (edges[k]->type == DW_EDGE_NONE || edge_passed(edges[k], w)) continue;
      uint64_t row = edge_row(edges[k], w, segment->step);
      if (row < segment->end) segment->end = row;
    }
  }
  return dw_scenario_resolve(s, &segment->state, err);
}

dw_status dw_scenario_plan_rows(dw_scenario *s, const dw_scenario_span *span, dw_scenario_plan *plan, dw_err *err)
{
  int64_t start = span->has_start ? span->start : s->start;
  uint64_t rows = span->quick ? (s->rows + (uint64_t)s->quick - 1) / (uint64_t)s->quick : s->rows;
  walk w = {.rows = span->has_rows ? span->rows : rows, .now = dw_daily_cycle_even(&s->cycle, start), .start = start, .cycle = &s->cycle};
  plan->rows = w.rows;
  plan->cycle = s->cycle;
  plan->count = 0;
  plan->segments = dw_arena_alloc(&s->arena, (2 * s->phase_count + 1) * sizeof *plan->segments);
  do {
    dw_scenario_segment *segment = &plan->segments[plan->count++];
    dw_status status = segment_make(s, &w, span, segment, err);
    if (status != DW_OK) return status;
    int64_t length;
    bool beyond = __builtin_mul_overflow((int64_t)(segment->end - w.row), segment->step, &length) || length > LAST_INSTANT - w.now;
    if (beyond)
      return dw_err_set(err, DW_EUSAGE, "the rows would go on beyond the year 9999: fewer rows, a smaller step or an earlier start");
    w.row = segment->end;
    w.now += length;
  } while (w.row < w.rows);
  return DW_OK;
}
