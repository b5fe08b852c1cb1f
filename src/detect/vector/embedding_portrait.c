#include <math.h>

#include "detect/vector/embedding_parts.h"
#include "stats/samples/sort.h"

/* Positions along the line from the reference's centroid (0) to the current one, in the units of the vectors. */
typedef struct positions {
  double *value;
  size_t count;
  dw_moments moments;
} positions;

/* The even places of both samples draw the line. */
static double *line_between(const dw_vectors *r, const dw_vectors *c, double *start)
{
  size_t width = r->width;
  double *line = dw_alloc_zero(width, sizeof *line), length = 0;
  for (int side = 0; side < 2; side++) {
    const dw_vectors *from = side ? c : r;
    double share = 1 / (double)((from->kept + 1) / 2);
    for (size_t i = 0; i < from->kept; i += 2)
      for (size_t d = 0; d < width; d++) line[d] += (side ? share : -share) * dw_vectors_row(from, i)[d];
    for (size_t d = 0; side == 0 && d < width; d++) start[d] = -line[d];
  }
  for (size_t d = 0; d < width; d++) length += line[d] * line[d];
  length = sqrt(length);
  for (size_t d = 0; d < width; d++) line[d] /= length > 0 ? length : 1;
  return line;
}

/* The odd places are shown. */
static positions project(const dw_vectors *vectors, const double *start, const double *line)
{
  positions out = {.value = dw_alloc_array(vectors->kept / 2 + 1, sizeof(double))};
  dw_moments_init(&out.moments);
  for (size_t i = 1; i < vectors->kept; i += 2) {
    const double *row = dw_vectors_row(vectors, i);
    double sum = 0;
    for (size_t d = 0; d < vectors->width; d++) sum += (row[d] - start[d]) * line[d];
    out.value[out.count++] = sum;
    dw_moments_add(&out.moments, sum);
  }
  dw_sort_doubles(out.value, out.count, NULL);
  return out;
}

static void open_side(dw_json *json, dw_buf *out, const dw_column *column)
{
  const dw_vectors *v = column->vectors;
  dw_json_start(json, out, 0);
  dw_json_open(json, NULL, '{');
  dw_json_integer(json, "count", v ? (int64_t)v->count : 0);
  dw_json_integer(json, "missing", (int64_t)dw_column_missing(column));
  dw_json_integer(json, "infinite", v ? (int64_t)v->infinite : 0);
  if (!v) return;
  dw_json_integer(json, "other_length", (int64_t)v->other_length);
  dw_json_integer(json, "dimension", (int64_t)v->width);
  dw_json_integer(json, "sampled", (int64_t)v->kept);
  if (!v->count) return;
  dw_json_open(json, "norm", '{');
  dw_json_number(json, "mean", v->norm.mean);
  dw_json_number(json, "std", dw_moments_std(&v->norm, 1));
  dw_json_number(json, "min", v->norm.min);
  dw_json_number(json, "max", v->norm.max);
  dw_json_close(json, '}');
}

void dw_embedding_portrait(dw_portrait *portrait, const dw_pair *pair)
{
  *portrait = (dw_portrait){0};
  const dw_vectors *r = pair->reference->vectors, *c = pair->current->vectors;
  dw_json reference, current;
  open_side(&reference, &portrait->reference, pair->reference);
  open_side(&current, &portrait->current, pair->current);
  if (dw_embedding_check(pair, NULL) == DW_OK && r->kept > 1 && c->kept > 1) {
    double *start = dw_alloc_array(r->width, sizeof *start), *line = line_between(r, c, start);
    positions before = project(r, start, line), now = project(c, start, line);
    dw_portrait_numbers(&reference, &current, dw_sorted_make(before.value, before.count), dw_sorted_make(now.value, now.count),
                        &before.moments, &now.moments);
    dw_free(start);
    dw_free(line);
    dw_free(before.value);
    dw_free(now.value);
  }
  dw_json_close(&reference, '}');
  dw_json_close(&current, '}');
}
