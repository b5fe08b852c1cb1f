/* Estimates on the reference itself: a part of estimate.h. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/estimate/estimate_parts.h"
#include "stats/distributions/special.h"

enum { PARTS = 10, DRAWS = 200, DRAWS_LEAST = 20, DRAWN_ROWS = 5000000, METRICS = DW_ESTIMATED_BUSINESS_VALUE };
#define RATE 0.001
#define TIMES_CHANCE 2
#define WORTH_SAYING 0.01

typedef struct trial {
  const dw_estimator *estimator;
  const dw_judged *rows; /* in the order of the chunks */
  uint64_t *count;       /* room for the cells */
  double *value;         /* room for the estimates */
  dw_estimate *estimate; /* likewise */
  uint32_t draws;
  double weight[METRICS], chance[METRICS];
  double chi2[METRICS], variance[METRICS]; /* squares over those of chance, and what the drawn labels' sum of them varies by */
  dw_estimate_trial *out;
} trial;

static size_t maps_of(const dw_estimator *e) { return e->classes == 2 ? 1 : e->classes; }

/* Maps of all rows but [from, to). False: these have labels of one class only. */
static bool fit_rest(dw_estimator *out, const trial *t, size_t from, size_t to)
{
  const dw_judged *rows = t->rows;
  size_t maps = maps_of(t->estimator), rest = rows->rows - (to - from);
  double *score = dw_alloc_array(rest, sizeof *score);
  uint32_t *label = dw_alloc_array(rest, sizeof *label);
  bool done = true;
  dw_err err;
  *out = *t->estimator;
  out->map = dw_alloc_zero(maps, sizeof *out->map);
  for (size_t k = 0; k < maps && done; k++) {
    for (size_t i = 0, n = 0; i < rows->rows; i++) {
      if (i >= from && i < to) continue;
      score[n] = rows->score[i * maps + k];
      label[n++] = rows->label[i] == (maps == 1 ? 1 : k);
    }
    done = dw_probability_refit(&out->map[k], &t->estimator->map[k], score, label, rest, &err) == DW_OK;
  }
  dw_free(score);
  dw_free(label);
  return done;
}

static void free_rest(dw_estimator *e)
{
  for (size_t k = 0; k < maps_of(e); k++) dw_probability_free(&e->map[k]);
  dw_free(e->map);
}

static void draw_labels(uint32_t *label, const double *p, size_t rows, size_t classes, dw_rng *rng)
{
  for (size_t i = 0; i < rows; i++) {
    double u = dw_rng_uniform(rng);
    uint32_t k = 0;
    while (k + 1 < classes && u >= p[i * classes + k]) u -= p[i * classes + k++];
    label[i] = k;
  }
}

/* The mean squares by which values of drawn labels miss the estimates, and the variance of the squares over their mean. */
static void draw(trial *t, const dw_estimator *fitted, const dw_judged *part, uint32_t stream, double square[METRICS],
                 double variance[METRICS])
{
  double *p = dw_estimate_probabilities(fitted, part), *value = t->value, sum[METRICS] = {0}, fourth[METRICS] = {0}, count[METRICS] = {0};
  uint32_t *label = dw_alloc_array(part->rows, sizeof *label);
  dw_judged drawn = *part;
  drawn.label = label;
  for (uint32_t b = 0; b < t->draws; b++) {
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(fitted->how.seed, "dw-eval trial"), b, stream);
    draw_labels(label, p, part->rows, fitted->classes, &rng);
    dw_estimate_realised(fitted, &drawn, t->count, value);
    for (size_t m = 0; m < METRICS; m++) {
      if (isnan(value[m]) || isnan(t->estimate[m].value)) continue;
      double off = (value[m] - t->estimate[m].value) * (value[m] - t->estimate[m].value);
      sum[m] += off;
      fourth[m] += off * off;
      count[m]++;
    }
  }
  for (size_t m = 0; m < METRICS; m++) {
    square[m] = sum[m] / count[m];
    variance[m] = fourth[m] / count[m] / (square[m] * square[m]) - 1;
  }
  dw_free(p);
  dw_free(label);
}

static void try_chunk(trial *t, const dw_estimator *fitted, const dw_chunk *chunk, uint32_t stream, size_t rest, const bool *wanted)
{
  size_t width = maps_of(fitted);
  dw_judged part = *t->rows;
  double square[METRICS], variance[METRICS], n = (double)chunk->count;
  part.rows = chunk->count;
  part.score += chunk->first * width;
  part.label += chunk->first;
  if (part.prediction) part.prediction += chunk->first;
  dw_estimator_apply(fitted, &part, t->estimate);
  draw(t, fitted, &part, stream, square, variance);
  dw_estimate_realised(fitted, &part, t->count, t->value);
  for (size_t m = 0; m < METRICS; m++) {
    double off = t->value[m] - t->estimate[m].value, by_chance = square[m] * (1 + n / (double)rest); /* the maps' own error besides */
    if (!wanted[m] || isnan(off) || isnan(by_chance) || (by_chance == 0 && off == 0)) continue;
    dw_estimate_trial *out = &t->out[m];
    out->chunks++;
    out->estimated += n * t->estimate[m].value;
    out->realised += n * t->value[m];
    out->difference += off * off;
    t->weight[m] += n;
    t->chance[m] += by_chance;
    t->chi2[m] += by_chance > 0 ? off * off / by_chance : INFINITY;
    t->variance[m] += by_chance > 0 ? variance[m] : 0;
  }
}

static void conclude(trial *t)
{
  for (size_t m = 0; m < METRICS; m++) {
    dw_estimate_trial *out = &t->out[m];
    double k = (double)out->chunks;
    if (!out->chunks) continue;
    out->estimated /= t->weight[m];
    out->realised /= t->weight[m];
    out->difference = sqrt(out->difference / k);
    out->chance = sqrt(t->chance[m] / k);
    /* a multiple of a chi-square with the mean and the variance that drawn labels give: small chunks have heavy tails */
    double scale = t->variance[m] / (2 * k);
    out->p_value = !isfinite(t->chi2[m]) ? 0 : scale > 0 ? dw_chi2_sf(t->chi2[m] / scale, k / scale) : NAN;
    out->fails = out->chunks > 1 && out->p_value < RATE && out->difference >= fmax(TIMES_CHANCE * out->chance, WORTH_SAYING);
  }
}

void dw_estimator_try(const dw_estimator *e, const dw_outcomes *reference, const dw_chunks *chunks, const bool *wanted,
                      dw_estimate_trial *out)
{
  size_t estimates = dw_estimates_count(e->classes), parts = chunks->count < PARTS ? chunks->count : PARTS, n = reference->rows;
  memset(out, 0, METRICS * sizeof *out);
  if (chunks->count < 2) return;
  dw_judged rows = dw_estimate_gather(reference, chunks->order, n);
  trial t = {.estimator = e, .rows = &rows, .draws = DRAWS, .out = out};
  if (n > DRAWN_ROWS / DRAWS) t.draws = DRAWN_ROWS / n > DRAWS_LEAST ? (uint32_t)(DRAWN_ROWS / n) : DRAWS_LEAST;
  t.count = dw_alloc_array(e->classes * e->classes, sizeof *t.count);
  t.value = dw_alloc_array(estimates, sizeof *t.value);
  t.estimate = dw_alloc_array(estimates, sizeof *t.estimate);
  for (size_t part = 0; part < parts; part++) {
    size_t first = chunks->count * part / parts, end = chunks->count * (part + 1) / parts;
    size_t from = chunks->chunk[first].first, to = end < chunks->count ? chunks->chunk[end].first : n;
    dw_estimator fitted;
    if (fit_rest(&fitted, &t, from, to))
      for (size_t k = first; k < end; k++) try_chunk(&t, &fitted, &chunks->chunk[k], (uint32_t)k, n - (to - from), wanted);
    free_rest(&fitted);
  }
  conclude(&t);
  dw_free(t.count);
  dw_free(t.value);
  dw_free(t.estimate);
  dw_estimate_drop(&rows);
}

void dw_estimate_trials_write(const dw_estimate_trial *tried, const char *key, dw_json *json)
{
  bool holds = true, any = false;
  for (size_t m = 0; tried && m < METRICS; m++) {
    any |= tried[m].chunks > 1;
    holds = holds && !tried[m].fails;
  }
  if (!any) {
    dw_json_null(json, key);
    return;
  }
  dw_json_open(json, key, '{');
  dw_json_bool(json, "holds", holds);
  dw_json_open(json, "metrics", '[');
  for (size_t m = 0; m < METRICS; m++) {
    if (tried[m].chunks < 2) continue;
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "metric", dw_estimated_name(m, 2));
    dw_json_integer(json, "chunks", (int64_t)tried[m].chunks);
    dw_json_number(json, "estimated", tried[m].estimated);
    dw_json_number(json, "realised", tried[m].realised);
    dw_json_number(json, "difference", tried[m].difference);
    dw_json_number(json, "chance", tried[m].chance);
    dw_json_number(json, "p_value", tried[m].p_value);
    dw_json_bool(json, "holds", !tried[m].fails);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}
