#include "report/model/held_windows.h"

#include <math.h>

static uint32_t number_of(dw_map *names, const dw_report_metric *m)
{
  dw_buf name = {0};
  dw_buf_add(&name, m->title, strlen(m->title) + 1);
  if (m->segmented) dw_buf_add(&name, m->column, strlen(m->column) + 1);
  if (m->segmented) dw_buf_text(&name, m->segment);
  uint32_t number = dw_map_intern(names, name.data, name.length);
  dw_buf_free(&name);
  return number;
}

static bool is_held(const dw_report_metric *m) { return m->windowed && m->judged && m->label_count == 0; }

static void add(dw_report_series *s, const dw_report_metric *m)
{
  dw_report_point *point = &s->point[s->count++];
  *point = (dw_report_point){.chunk = m->window,
                             .start = m->start ? m->start : "",
                             .end = m->end ? m->end : "",
                             .drift = m->alert,
                             .value = m->value,
                             .lower = m->lower,
                             .upper = m->upper,
                             .error = m->error};
  s->low = fmin(s->low, fmin(fmin(m->value, m->lower), m->upper));
  s->high = fmax(s->high, fmax(fmax(m->value, m->lower), m->upper));
  s->current++;
  s->alerts += m->alert;
}

void dw_held_windows_of(dw_report_windows *out, const dw_report_evaluation *e, dw_arena *arena)
{
  dw_map names;
  *out = (dw_report_windows){0};
  dw_map_init(&names);
  uint32_t *number = dw_alloc_array(e->count, sizeof *number);
  for (size_t i = 0; i < e->count; i++)
    if (is_held(&e->metrics[i])) number[i] = number_of(&names, &e->metrics[i]);
  out->series = dw_arena_alloc(arena, (names.count + 1) * sizeof *out->series);
  out->lead = dw_arena_alloc(arena, (names.count + 1) * sizeof *out->lead);
  for (size_t i = 0; i < e->count; i++) {
    const dw_report_metric *m = &e->metrics[i];
    if (!is_held(m)) continue;
    dw_report_series *s = &out->series[number[i]];
    if (number[i] == out->count) {
      *s = (dw_report_series){.check = "", .column = m->title, .method = m->method, .low = NAN, .high = NAN};
      out->lead[out->count++] = m;
    }
    s->capacity++;
  }
  for (size_t i = 0; i < out->count; i++) out->series[i].point = dw_arena_alloc(arena, out->series[i].capacity * sizeof(dw_report_point));
  for (size_t i = 0; i < e->count; i++)
    if (is_held(&e->metrics[i])) add(&out->series[number[i]], &e->metrics[i]);
  dw_free(number);
  dw_map_free(&names);
}
