#include "serve/dashboard/curves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fmath.h"
#include "base/map.h"
#include "base/mem.h"
#include "kinds/severity.h"
#include "serve/dashboard/run_digest.h"
#include "serve/watch/seed_rule.h"

enum { MAP_ROWS = 40, COLUMNS_MOST = 2000 }; /* of the map; that are counted at all */

enum { METHODS = 4 }; /* of the one column whose curves are asked for; further ones have none */

typedef enum curve_name {
  SHARE,
  DIVERGENCE,
  COSINE,
  REFUSAL,
  TOXICITY,
  METRIC,
  BEFORE,
  ROWS,
  COLUMN_H,
  COLUMN_SCORE, /* one a method */
  CURVES = COLUMN_SCORE + METHODS
} curve_name;

static const char *const names[COLUMN_SCORE + 1] = {"drift_share",   "kl_divergence", "cosine_similarity", "refusal_rate",
                                                    "toxicity_rate", "metric",        "metric_before",     "rows",
                                                    "column_h",      "column_score"};

typedef struct value {
  double low, high, last, limit, rows, known; /* NaN: none */
} value;

typedef struct point {
  int64_t from, to; /* times of its first and last run */
  uint64_t runs, drift, unjudged;
  int severity;
  char run[64]; /* dw_look_id */
  value value[CURVES];
} point;

typedef struct cell {
  double h;     /* the largest; NaN: not compared */
  int severity; /* the worst; -1: not compared */
  uint32_t drift;
} cell;

typedef struct column_row {
  cell *cell;          /* one a cell of the range */
  uint64_t drift, run; /* run: the last that it drifted in, by number, from 1 */
  double worst;
  const char *name;
  char method[32];
} column_row;

struct dw_curves {
  dw_curves_range range;
  char *column;
  char method[METHODS][32]; /* of COLUMN_SCORE and behind it, as they were met */
  size_t method_count;
  bool feedback; /* what the metric was in the last run that has one */
  uint64_t added;
  point *point, *strip; /* strip: of the map, without values */
  dw_run_digest digest; /* of the run at hand */
  dw_map columns;
  column_row *row;
  size_t row_capacity;
};

/* --- in --- */

static point *points_new(size_t count)
{
  point *points = dw_alloc_zero(count, sizeof *points);
  for (size_t i = 0; i < count; i++) {
    points[i].severity = -1;
    for (int c = 0; c < CURVES; c++) points[i].value[c] = (value){NAN, NAN, NAN, NAN, NAN, NAN};
  }
  return points;
}

dw_curves *dw_curves_new(const dw_curves_range *range, const char *column)
{
  dw_curves *curves = dw_alloc_zero(1, sizeof *curves);
  curves->range = *range;
  curves->column = column ? dw_strdup(column) : NULL;
  curves->point = points_new(range->points);
  curves->strip = points_new(range->cells);
  dw_map_init(&curves->columns);
  return curves;
}

void dw_curves_free(dw_curves *curves)
{
  if (!curves) return;
  for (size_t i = 0; i < curves->columns.count; i++) dw_free(curves->row[i].cell);
  dw_free(curves->row);
  dw_map_free(&curves->columns);
  dw_run_digest_free(&curves->digest);
  dw_free(curves->point);
  dw_free(curves->strip);
  dw_free(curves->column);
  dw_free(curves);
}

/* Which of count parts the run is in: its own, where there are enough. */
static size_t place_of(const dw_curves *curves, size_t count, int64_t time)
{
  const dw_curves_range *range = &curves->range;
  if (range->runs <= count && curves->added < count) return (size_t)curves->added;
  double width = (double)range->to - (double)range->from + 1, at = ((double)time - (double)range->from) / width;
  return at <= 0 ? 0 : at >= 1 ? count - 1 : (size_t)(at * (double)count);
}

static void take_value(value *v, double number, double limit)
{
  if (isnan(number)) return;
  if (!(v->low <= number)) v->low = number;
  if (!(v->high >= number)) v->high = number;
  v->last = number;
  v->limit = limit;
}

static void take_run(point *p, const char *id, int64_t time, const dw_run_digest *run)
{
  int severity = run->drift ? (int)run->severity : 0;
  if (!p->runs) p->from = time;
  p->to = time;
  p->runs++;
  p->drift += run->drift;
  p->unjudged += run->unjudged;
  if (severity < p->severity) return;
  p->severity = severity;
  size_t length = strlen(id);
  if (length >= sizeof p->run) length = 0;
  memcpy(p->run, id, length);
  p->run[length] = '\0';
}

/* A rate over days, with the records that it rests on. */
static void take_rate(value *v, const dw_run_rate *rate)
{
  if (isnan(rate->value)) return;
  take_value(v, rate->value, rate->limit);
  v->rows = rate->rows;
  v->known = rate->known;
}

static void take_values(point *p, const dw_run_digest *run)
{
  if (run->columns > 0) take_value(&p->value[SHARE], run->drifted / run->columns, run->share_limit);
  take_value(&p->value[DIVERGENCE], run->divergence, DW_SEED_DIVERGENCE);
  take_value(&p->value[COSINE], run->cosine, DW_SEED_COSINE);
  take_rate(&p->value[REFUSAL], &run->refusals);
  take_rate(&p->value[TOXICITY], &run->toxicity);
  take_rate(&p->value[METRIC], &run->metric);
  take_value(&p->value[BEFORE], run->before, NAN);
  take_value(&p->value[ROWS], run->rows, NAN);
}

/* --- columns --- */

/* NULL: there are too many. Until the next call. */
static column_row *row_of(dw_curves *curves, const char *name, const char *method)
{
  size_t before = curves->columns.count, length = strlen(name);
  if (before == COLUMNS_MOST && dw_map_find(&curves->columns, name, length) == DW_MAP_NONE) return NULL;
  uint32_t place = dw_map_intern(&curves->columns, name, length);
  curves->row = dw_grow(curves->row, &curves->row_capacity, curves->columns.count, sizeof *curves->row);
  column_row *row = &curves->row[place];
  if (place < before) return row;
  *row = (column_row){.cell = dw_alloc_zero(curves->range.cells, sizeof *row->cell), .name = curves->columns.keys[place].text};
  for (size_t i = 0; i < curves->range.cells; i++) row->cell[i] = (cell){NAN, -1, 0};
  snprintf(row->method, sizeof row->method, "%s", method);
  return row;
}

/* The scores of one method: those of several have nothing in common. */
static void take_score(dw_curves *curves, const dw_run_column *column, point *p)
{
  const char *method = curves->digest.texts.data + column->method;
  size_t i = 0;
  while (i < curves->method_count && strncmp(curves->method[i], method, sizeof curves->method[i] - 1) != 0) i++;
  if (i == METHODS) return;
  if (i == curves->method_count) snprintf(curves->method[curves->method_count++], sizeof curves->method[i], "%s", method);
  take_value(&p->value[COLUMN_SCORE + i], column->score, column->threshold);
}

static void take_column(dw_curves *curves, const dw_run_column *column, point *p, size_t at)
{
  const char *texts = curves->digest.texts.data, *name = texts + column->name;
  column_row *row = row_of(curves, name, texts + column->method);
  if (!row) return;
  cell *c = &row->cell[at];
  if (!isnan(column->h) && !(c->h >= column->h)) c->h = column->h;
  if ((int)column->severity > c->severity) c->severity = (int)column->severity;
  if (column->drift && row->run != curves->added) { /* by several checks, and yet one run */
    row->run = curves->added;
    row->drift++;
    c->drift++;
  }
  if (column->h > row->worst) row->worst = column->h;
  if (!curves->column || strcmp(curves->column, name) != 0) return;
  take_value(&p->value[COLUMN_H], column->h, NAN);
  take_score(curves, column, p);
}

dw_status dw_curves_add(dw_curves *curves, const char *id, int64_t time, const char *content, size_t length, dw_err *err)
{
  dw_run_digest *run = &curves->digest;
  dw_status status = dw_run_digest_read(run, content, length, err);
  if (status != DW_OK) return status;
  size_t at = place_of(curves, curves->range.cells, time);
  point *p = &curves->point[place_of(curves, curves->range.points, time)];
  curves->added++;
  take_run(p, id, time, run);
  take_run(&curves->strip[at], id, time, run);
  take_values(p, run);
  if (!isnan(run->metric.value)) curves->feedback = run->feedback;
  for (size_t i = 0; i < run->column_count; i++) take_column(curves, &run->column[i], p, at);
  return DW_OK;
}

/* --- out --- */

/* To 6 digits: more than a screen has, and a third of the bytes. */
static double rounded(double x)
{
  if (!(fabs(x) > 0) || isinf(x)) return x;
  double scale = dw_pow(10, 5 - floor(dw_log10(fabs(x))));
  return isfinite(scale) && scale > 0 ? round(x * scale) / scale : x;
}

static void put_times(dw_json *json, const char *key, const point *points, size_t count, bool to)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < count; i++)
    if (points[i].runs) dw_json_integer(json, NULL, (to ? points[i].to : points[i].from) / 1000);
  dw_json_close(json, ']');
}

static void put_runs(dw_json *json, const point *points, size_t count)
{
  dw_json_open(json, "run", '[');
  for (size_t i = 0; i < count; i++)
    if (points[i].runs) dw_json_text(json, NULL, points[i].run);
  dw_json_close(json, ']');
}

typedef enum counted { ALL, DRIFT, UNJUDGED } counted;

static void put_counts(dw_json *json, const char *key, const point *points, size_t count, counted which)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < count; i++) {
    const point *p = &points[i];
    if (p->runs) dw_json_integer(json, NULL, (int64_t)(which == ALL ? p->runs : which == DRIFT ? p->drift : p->unjudged));
  }
  dw_json_close(json, ']');
}

static void put_points(dw_json *json, const dw_curves *curves)
{
  size_t count = curves->range.points;
  dw_json_open(json, "points", '{');
  put_times(json, "from", curves->point, count, false);
  put_times(json, "to", curves->point, count, true);
  put_counts(json, "runs", curves->point, count, ALL);
  put_counts(json, "drift", curves->point, count, DRIFT);
  put_counts(json, "not_judged", curves->point, count, UNJUDGED);
  dw_json_open(json, "severity", '[');
  for (size_t i = 0; i < count; i++)
    if (curves->point[i].runs) dw_json_text(json, NULL, dw_severity_word((dw_severity)curves->point[i].severity));
  dw_json_close(json, ']');
  put_runs(json, curves->point, count);
  dw_json_close(json, '}');
}

static const struct {
  const char *name;
  size_t offset;
} members[] = {{"low", offsetof(value, low)},     {"high", offsetof(value, high)}, {"last", offsetof(value, last)},
               {"limit", offsetof(value, limit)}, {"rows", offsetof(value, rows)}, {"known", offsetof(value, known)}};

static double member_of(const value *v, size_t m) { return *(const double *)(const void *)((const char *)v + members[m].offset); }

static void put_member(dw_json *json, const dw_curves *curves, curve_name name, size_t m)
{
  bool any = false;
  for (size_t i = 0; i < curves->range.points && !any; i++) any = !isnan(member_of(&curves->point[i].value[name], m));
  if (!any) return;
  dw_json_open(json, members[m].name, '[');
  for (size_t i = 0; i < curves->range.points; i++)
    if (curves->point[i].runs) dw_json_number(json, NULL, rounded(member_of(&curves->point[i].value[name], m)));
  dw_json_close(json, ']');
}

static void put_curve(dw_json *json, const dw_curves *curves, curve_name name, bool crowded)
{
  bool any = false;
  for (size_t i = 0; i < curves->range.points && !any; i++) any = !isnan(curves->point[i].value[name].last);
  if (!any) return;
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "name", names[name < COLUMN_SCORE ? name : COLUMN_SCORE]);
  if (name == METRIC) dw_json_text(json, "metric", curves->feedback ? "feedback" : "accuracy");
  if (name >= COLUMN_SCORE) dw_json_text(json, "method", curves->method[name - COLUMN_SCORE]);
  for (size_t m = crowded ? 0 : 2; m < sizeof members / sizeof *members; m++) put_member(json, curves, name, m);
  dw_json_close(json, '}');
}

static int by_drift(const void *a, const void *b)
{
  const column_row *x = *(column_row *const *)a, *y = *(column_row *const *)b;
  if (x->drift != y->drift) return x->drift < y->drift ? 1 : -1;
  if (x->worst != y->worst) return x->worst < y->worst ? 1 : -1;
  return strcmp(x->name, y->name);
}

static void put_row(dw_json *json, const dw_curves *curves, const column_row *row)
{
  size_t count = curves->range.cells;
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "column", row->name);
  dw_json_text(json, "method", row->method);
  dw_json_integer(json, "drift", (int64_t)row->drift);
  dw_json_open(json, "h", '[');
  for (size_t i = 0; i < count; i++)
    if (curves->strip[i].runs) dw_json_number(json, NULL, rounded(row->cell[i].h));
  dw_json_close(json, ']');
  dw_json_open(json, "severity", '[');
  for (size_t i = 0; i < count; i++)
    if (curves->strip[i].runs)
      dw_json_text(json, NULL, row->cell[i].severity < 0 ? NULL : dw_severity_word((dw_severity)row->cell[i].severity));
  dw_json_close(json, ']');
  dw_json_open(json, "drifts", '[');
  for (size_t i = 0; i < count; i++)
    if (curves->strip[i].runs) dw_json_integer(json, NULL, row->cell[i].drift);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void put_map(dw_json *json, const dw_curves *curves)
{
  size_t count = curves->columns.count, shown = count < MAP_ROWS ? count : MAP_ROWS;
  column_row **sorted = dw_alloc((count + 1) * sizeof *sorted);
  for (size_t i = 0; i < count; i++) sorted[i] = &curves->row[i];
  qsort(sorted, count, sizeof *sorted, by_drift);
  dw_json_open(json, "map", '{');
  put_times(json, "from", curves->strip, curves->range.cells, false);
  put_times(json, "to", curves->strip, curves->range.cells, true);
  put_counts(json, "runs", curves->strip, curves->range.cells, ALL);
  put_runs(json, curves->strip, curves->range.cells);
  dw_json_open(json, "columns", '[');
  for (size_t i = 0; i < shown; i++) put_row(json, curves, sorted[i]);
  dw_json_close(json, ']');
  dw_json_integer(json, "left_out", (int64_t)(count - shown));
  dw_json_close(json, '}');
  dw_free(sorted);
}

void dw_curves_write(const dw_curves *curves, dw_json *json, const char *key)
{
  bool crowded = false;
  for (size_t i = 0; i < curves->range.points; i++) crowded |= curves->point[i].runs > 1;
  dw_json_open(json, key, '{');
  dw_json_integer(json, "runs", (int64_t)curves->added);
  put_points(json, curves);
  dw_json_open(json, "curves", '[');
  for (int c = 0; c < CURVES; c++) put_curve(json, curves, (curve_name)c, crowded);
  dw_json_close(json, ']');
  put_map(json, curves);
  dw_json_close(json, '}');
}
