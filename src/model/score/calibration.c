#include "model/score/calibration.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/sum.h"

#define CLIP_LEAST 0x1p-40 /* 1 minus it is exact */
#define CLIP_MOST 0.25
#define SAME 1e-15 /* scores closer than this are one point of an isotonic map, as in scikit-learn */
enum { NEWTON_STEPS = 100, HALVINGS = 60 };

static const char *const names[] = {"platt", "isotonic", "temperature"};

static double logit(double p, double clip)
{
  p = fmin(fmax(p, clip), 1 - clip);
  return dw_log(p) - dw_log1p(-p);
}

static double logistic(double z)
{
  if (z >= 0) return 1 / (1 + dw_exp(-z));
  double e = dw_exp(z);
  return e / (1 + e);
}

/* log(1 + exp(z)) without overflow. */
static double softplus(double z) { return z > 0 ? z + dw_log1p(dw_exp(-z)) : dw_log1p(dw_exp(z)); }

/* --- Platt and temperature: logistic regression of targets on z, by Newton's method with halved steps --- */

typedef struct logistic_fit {
  const double *z, *target;
  size_t n;
  bool with_intercept;
} logistic_fit;

static double fit_loss(const logistic_fit *fit, double slope, double intercept)
{
  dw_sum sum = {0};
  for (size_t i = 0; i < fit->n; i++) {
    double f = slope * fit->z[i] + intercept;
    dw_sum_add(&sum, softplus(f) - fit->target[i] * f);
  }
  return dw_sum_value(&sum);
}

/* Gradient and Hessian of the loss; false when the Hessian is singular. *decrement: what the step promises. */
static bool newton_step(const logistic_fit *fit, double slope, double intercept, double step[2], double *decrement)
{
  dw_sum g0 = {0}, g1 = {0}, h00 = {0}, h01 = {0}, h11 = {0};
  for (size_t i = 0; i < fit->n; i++) {
    double z = fit->z[i], p = logistic(slope * z + intercept), d = p - fit->target[i], w = p * (1 - p);
    dw_sum_add(&g0, d * z);
    dw_sum_add(&h00, w * z * z);
    if (!fit->with_intercept) continue;
    dw_sum_add(&g1, d);
    dw_sum_add(&h01, w * z);
    dw_sum_add(&h11, w);
  }
  double a = dw_sum_value(&h00), b = dw_sum_value(&h01), c = dw_sum_value(&h11), u = dw_sum_value(&g0), v = dw_sum_value(&g1);
  if (!fit->with_intercept) {
    if (!(a > 0)) return false;
    step[0] = -u / a;
    step[1] = 0;
  } else {
    double determinant = a * c - b * b;
    if (!(determinant > 1e-14 * a * c)) { /* all z alike: the intercept alone */
      if (!(c > 0)) return false;
      step[0] = 0;
      step[1] = -v / c;
    } else {
      step[0] = -(c * u - b * v) / determinant;
      step[1] = -(a * v - b * u) / determinant;
    }
  }
  *decrement = -(u * step[0] + v * step[1]);
  return true;
}

static bool fit_logistic(const logistic_fit *fit, double *slope, double *intercept)
{
  double loss = fit_loss(fit, *slope, *intercept);
  for (int k = 0; k < NEWTON_STEPS; k++) {
    double step[2], decrement, share = 1, next = loss;
    if (!newton_step(fit, *slope, *intercept, step, &decrement)) return false;
    if (decrement <= 1e-13 * (1 + loss)) { /* the last step, whole: what is left is its square */
      *slope += step[0];
      *intercept += step[1];
      return true;
    }
    int halved = 0;
    for (; halved < HALVINGS; halved++, share /= 2) {
      next = fit_loss(fit, *slope + share * step[0], *intercept + share * step[1]);
      if (next <= loss - 1e-4 * share * decrement) break;
    }
    if (halved == HALVINGS) return decrement <= 1e-9 * (1 + loss); /* the end of what rounding allows */
    *slope += share * step[0];
    *intercept += share * step[1];
    loss = next;
  }
  return false;
}

/* Half of how near scores come to 0 or 1, where some are there. */
static double clip_of(const double *score, size_t n)
{
  double nearest = 2 * CLIP_MOST;
  bool at_end = false;
  for (size_t i = 0; i < n; i++) {
    double off = fmin(score[i], 1 - score[i]);
    if (off == 0) at_end = true;
    else nearest = fmin(nearest, off);
  }
  return at_end ? fmax(nearest / 2, CLIP_LEAST) : CLIP_LEAST;
}

static dw_status fit_curve(dw_calibration *out, const double *score, const uint32_t *label, size_t n, size_t positives, dw_err *err)
{
  bool platt = out->method == DW_CALIBRATION_PLATT;
  double *z = dw_alloc_array(n, sizeof *z), *target = dw_alloc_array(n, sizeof *target);
  double high = platt ? ((double)positives + 1) / ((double)positives + 2) : 1, low = platt ? 1 / ((double)(n - positives) + 2) : 0;
  out->logit = true;
  for (size_t i = 0; i < n; i++) out->logit = out->logit && score[i] >= 0 && score[i] <= 1;
  if (out->logit) out->clip = clip_of(score, n);
  for (size_t i = 0; i < n; i++) {
    z[i] = out->logit ? logit(score[i], out->clip) : score[i];
    target[i] = label[i] ? high : low;
  }
  bool separate = true;
  double largest = 0;
  for (size_t i = 0; i < n; i++) {
    separate = separate && (label[i] ? z[i] >= 0 : z[i] <= 0);
    largest = fmax(largest, fabs(z[i]));
  }
  for (size_t i = 0; i < n && largest > 0; i++) z[i] /= largest; /* the first step then finds no p at 0 or 1 */
  logistic_fit fit = {z, target, n, platt};
  out->slope = 0;
  out->intercept = platt ? dw_log(((double)positives + 1) / ((double)(n - positives) + 1)) : 0;
  bool found = !(separate && !platt) && fit_logistic(&fit, &out->slope, &out->intercept);
  if (largest > 0) out->slope /= largest;
  dw_free(z);
  dw_free(target);
  if (separate && !platt) return dw_err_set(err, DW_ENODATA, "temperature: there is no best one: 0.5 separates the classes entirely");
  if (!found) return dw_err_set(err, DW_ENODATA, "%s: the fit does not converge", names[out->method]);
  if (!platt && !(out->slope > 0))
    return dw_err_set(err, DW_ENODATA, "temperature: there is no best one: the scores do not rank positives above negatives");
  return DW_OK;
}

/* --- isotonic --- */

typedef struct point {
  double x, y, weight;
} point;

static int by_x(const void *a, const void *b)
{
  double x = ((const point *)a)->x, y = ((const point *)b)->x;
  return (x > y) - (x < y);
}

/* Points of (nearly) the same x become one: the mean of their y, weighted by their number. */
static size_t merge_ties(point *p, size_t n)
{
  size_t kept = 0;
  for (size_t i = 0; i < n;) {
    dw_sum sum = {0};
    size_t j = i;
    for (; j < n && p[j].x - p[i].x < SAME; j++) dw_sum_add(&sum, p[j].y);
    double count = (double)(j - i);
    p[kept++] = (point){p[i].x, dw_sum_value(&sum) / count, count};
    i = j;
  }
  return kept;
}

/* Pool adjacent violators: each p[i].y becomes the mean of the block that it belongs to. */
static void pool(point *p, size_t n)
{
  typedef struct block {
    double sum, weight;
    size_t count;
  } block;
  block *blocks = dw_alloc_array(n, sizeof *blocks);
  size_t top = 0;
  for (size_t i = 0; i < n; i++) {
    blocks[top++] = (block){p[i].y * p[i].weight, p[i].weight, 1};
    while (top > 1 && blocks[top - 2].sum * blocks[top - 1].weight >= blocks[top - 1].sum * blocks[top - 2].weight) {
      blocks[top - 2].sum += blocks[top - 1].sum;
      blocks[top - 2].weight += blocks[top - 1].weight;
      blocks[top - 2].count += blocks[top - 1].count;
      top--;
    }
  }
  size_t i = 0;
  for (size_t b = 0; b < top; b++)
    for (size_t k = 0; k < blocks[b].count; k++) p[i++].y = blocks[b].sum / blocks[b].weight;
  dw_free(blocks);
}

void dw_calibration_fit_isotonic(dw_calibration *out, const double *score, const double *target, size_t n)
{
  *out = (dw_calibration){.method = DW_CALIBRATION_ISOTONIC};
  point *p = dw_alloc_array(n, sizeof *p);
  for (size_t i = 0; i < n; i++) p[i] = (point){score[i], target[i], 1};
  qsort(p, n, sizeof *p, by_x); /* ties are merged whatever their order; sums of labels are exact */
  n = merge_ties(p, n);
  pool(p, n);
  out->score = dw_alloc_array(n, sizeof *out->score);
  out->probability = dw_alloc_array(n, sizeof *out->probability);
  for (size_t i = 0; i < n; i++) { /* inside a flat piece a point says nothing */
    if (i > 0 && i + 1 < n && p[i].y == p[i - 1].y && p[i].y == p[i + 1].y) continue;
    out->score[out->points] = p[i].x;
    out->probability[out->points++] = p[i].y;
  }
  dw_free(p);
}

static double interpolate(const dw_calibration *map, double x)
{
  size_t low = 0, high = map->points - 1;
  if (x <= map->score[0]) return map->probability[0];
  if (x >= map->score[high]) return map->probability[high];
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (map->score[middle] <= x) low = middle;
    else high = middle;
  }
  double share = (x - map->score[low]) / (map->score[high] - map->score[low]);
  return map->probability[low] + share * (map->probability[high] - map->probability[low]);
}

/* --- all --- */

dw_status dw_calibration_fit(dw_calibration *out, dw_calibration_method method, const double *score, const uint32_t *label, size_t n,
                             dw_err *err)
{
  *out = (dw_calibration){.method = method};
  size_t positives = 0;
  for (size_t i = 0; i < n; i++) positives += label[i] == 1;
  if (positives == 0 || positives == n) return dw_err_set(err, DW_ENODATA, "labels of one class only: nothing to calibrate to");
  if (method != DW_CALIBRATION_ISOTONIC) return fit_curve(out, score, label, n, positives, err);
  double *target = dw_alloc_array(n, sizeof *target);
  for (size_t i = 0; i < n; i++) target[i] = label[i];
  dw_calibration_fit_isotonic(out, score, target, n);
  dw_free(target);
  return DW_OK;
}

double dw_calibration_apply(const dw_calibration *map, double score)
{
  if (isnan(score)) return NAN;
  if (map->method == DW_CALIBRATION_ISOTONIC) return interpolate(map, score);
  return logistic(map->slope * (map->logit ? logit(score, map->clip) : score) + map->intercept);
}

static void write_numbers(dw_json *json, const char *key, const double *x, size_t n)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < n; i++) dw_json_number(json, NULL, x[i]);
  dw_json_close(json, ']');
}

void dw_calibration_write(const dw_calibration *map, dw_json *json)
{
  dw_json_text(json, "method", names[map->method]);
  if (map->method == DW_CALIBRATION_ISOTONIC) {
    dw_json_open(json, "points", '{');
    write_numbers(json, "score", map->score, map->points);
    write_numbers(json, "probability", map->probability, map->points);
    dw_json_close(json, '}');
    return;
  }
  dw_json_text(json, "on", map->logit ? "logit" : "score");
  if (map->logit) dw_json_number(json, "clip", map->clip);
  if (map->method == DW_CALIBRATION_TEMPERATURE) {
    dw_json_number(json, "temperature", 1 / map->slope);
  } else {
    dw_json_number(json, "slope", map->slope);
    dw_json_number(json, "intercept", map->intercept);
  }
}

static dw_status read_points(dw_calibration *out, const dw_value *points, const char *name, dw_err *err)
{
  const dw_value *x = dw_value_get(points, "score"), *y = dw_value_get(points, "probability");
  size_t n = dw_value_count(x);
  if (dw_value_kind(x) != DW_VALUE_ARRAY || dw_value_kind(y) != DW_VALUE_ARRAY || n == 0 || dw_value_count(y) != n)
    return dw_err_set(err, DW_EDATA, "%s: points: expected \"score\" and \"probability\", two lists of numbers of the same length", name);
  out->score = dw_alloc_array(n, sizeof *out->score);
  out->probability = dw_alloc_array(n, sizeof *out->probability);
  const dw_value *a = dw_value_first(x), *b = dw_value_first(y);
  for (size_t i = 0; i < n; i++, a = dw_value_next(a), b = dw_value_next(b)) {
    double score = out->score[i] = dw_value_number(a, NAN), p = out->probability[i] = dw_value_number(b, NAN);
    bool ascending = i == 0 || (score > out->score[i - 1] && p >= out->probability[i - 1]);
    if (!(isfinite(score) && p >= 0 && p <= 1 && ascending)) {
      dw_calibration_free(out);
      return dw_err_set(err, DW_EDATA, "%s: points: scores must ascend, and probabilities lie between 0 and 1 and never descend", name);
    }
  }
  out->points = n;
  return DW_OK;
}

dw_status dw_calibration_read(dw_calibration *out, const dw_value *document, const char *name, dw_err *err)
{
  *out = (dw_calibration){0};
  if (strcmp(dw_value_text(dw_value_get(document, "kind"), ""), "calibration") != 0)
    return dw_err_set(err, DW_EDATA, "%s: expected a document of kind \"calibration\"", name);
  const char *method = dw_value_text(dw_value_get(document, "method"), "");
  size_t k = 0;
  while (k < 3 && strcmp(names[k], method) != 0) k++;
  if (k == 3) return dw_err_set(err, DW_EDATA, "%s: method: expected platt, isotonic or temperature, got \"%s\"", name, method);
  out->method = (dw_calibration_method)k;
  if (out->method == DW_CALIBRATION_ISOTONIC) return read_points(out, dw_value_get(document, "points"), name, err);
  const char *on = dw_value_text(dw_value_get(document, "on"), "");
  out->logit = strcmp(on, "logit") == 0;
  if (!out->logit && strcmp(on, "score") != 0) return dw_err_set(err, DW_EDATA, "%s: on: expected logit or score", name);
  out->clip = dw_value_number(dw_value_get(document, "clip"), CLIP_LEAST);
  if (!(out->clip > 0 && out->clip <= CLIP_MOST))
    return dw_err_set(err, DW_EDATA, "%s: clip: expected a number above 0, at most 0.25", name);
  if (out->method == DW_CALIBRATION_TEMPERATURE) {
    double temperature = dw_value_number(dw_value_get(document, "temperature"), NAN);
    if (!(temperature > 0)) return dw_err_set(err, DW_EDATA, "%s: temperature: expected a number above 0", name);
    out->slope = 1 / temperature;
    return DW_OK;
  }
  out->slope = dw_value_number(dw_value_get(document, "slope"), NAN);
  out->intercept = dw_value_number(dw_value_get(document, "intercept"), NAN);
  if (isnan(out->slope) || isnan(out->intercept)) return dw_err_set(err, DW_EDATA, "%s: slope, intercept: expected numbers", name);
  return DW_OK;
}

void dw_calibration_free(dw_calibration *map)
{
  dw_free(map->score);
  dw_free(map->probability);
  *map = (dw_calibration){0};
}
