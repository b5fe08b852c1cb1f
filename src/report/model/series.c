#include "report/model/series.h"

#include <math.h>
#include <stdlib.h>

static dw_report_series *series_of(dw_report_chunks *chunks, const char *check, const char *column, const char *method)
{
  dw_buf name = {0};
  if (chunks->count == 0) dw_map_init(&chunks->names);
  dw_buf_add(&name, check, strlen(check) + 1);
  dw_buf_add(&name, column, strlen(column) + 1);
  dw_buf_text(&name, method);
  uint32_t index = dw_map_intern(&chunks->names, name.data, name.length);
  dw_buf_free(&name);
  if (index < chunks->count) return &chunks->series[index];
  chunks->series = dw_grow(chunks->series, &chunks->capacity, chunks->count + 1, sizeof *chunks->series);
  chunks->series[chunks->count] = (dw_report_series){.check = check, .column = column, .method = method, .low = NAN, .high = NAN};
  return &chunks->series[chunks->count++];
}

void dw_series_add(dw_report_chunks *chunks, const char *check, const char *column, const char *method, const dw_report_point *point)
{
  dw_report_series *s = series_of(chunks, check, column, method);
  s->point = dw_grow(s->point, &s->capacity, s->count + 1, sizeof *s->point);
  s->point[s->count++] = *point;
  double values[] = {point->value, point->lower, point->upper};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    s->low = fmin(s->low, values[i]);
    s->high = fmax(s->high, values[i]);
  }
  if (point->reference) return;
  s->current++;
  s->alerts += point->drift;
  if (point->drift && point->severity > s->severity) s->severity = point->severity;
}

typedef struct ranked {
  dw_report_series series;
  size_t place;
} ranked;

static int by_alerts(const void *left, const void *right)
{
  const ranked *a = left, *b = right;
  if (a->series.alerts != b->series.alerts) return a->series.alerts < b->series.alerts ? 1 : -1;
  if (a->series.severity != b->series.severity) return a->series.severity < b->series.severity ? 1 : -1;
  return a->place < b->place ? -1 : 1;
}

void dw_series_finish(dw_report_chunks *chunks)
{
  ranked *order = dw_alloc_array(chunks->count, sizeof *order);
  for (size_t i = 0; i < chunks->count; i++) order[i] = (ranked){chunks->series[i], i};
  if (chunks->count) qsort(order, chunks->count, sizeof *order, by_alerts);
  for (size_t i = 0; i < chunks->count; i++) chunks->series[i] = order[i].series;
  dw_free(order);
}

void dw_series_free(dw_report_chunks *chunks)
{
  if (chunks->count == 0) return;
  for (size_t i = 0; i < chunks->count; i++) dw_free(chunks->series[i].point);
  dw_free(chunks->series);
  dw_map_free(&chunks->names);
  *chunks = (dw_report_chunks){0};
}
