#include "detect/vector/embedding_parts.h"

#include <math.h>
#include <string.h>

#include "stats/samples/sort.h"

enum { MOVED_MOST = 3 }; /* components named in the detail */

dw_status dw_embedding_check(const dw_pair *pair, dw_err *err)
{
  const dw_vectors *r = pair->reference->vectors, *c = pair->current->vectors;
  if (!r || !r->count || !c || !c->count)
    return dw_err_set(err, DW_ENODATA, "the %s no vectors", !r || !r->count ? "reference has" : "current data has");
  if (r->parts.length != c->parts.length || (r->parts.length && memcmp(r->parts.data, c->parts.data, r->parts.length) != 0))
    return dw_err_set(err, DW_EDATA, "the columns that match are not the same: %zu in the reference, %zu in the current data%s", r->width,
                      c->width, r->width == c->width ? ", of other names" : "");
  if (r->width != c->width)
    return dw_err_set(err, DW_EDATA, "the reference has vectors of %zu components, the current data of %zu", r->width, c->width);
  return DW_OK;
}

double *dw_embedding_rows(const dw_vectors *vectors, size_t most, size_t *count)
{
  *count = vectors->kept < most ? vectors->kept : most;
  double *rows = dw_alloc_array(*count * vectors->width, sizeof *rows);
  for (size_t i = 0; i < *count; i++) memcpy(rows + i * vectors->width, dw_vectors_row(vectors, i), vectors->width * sizeof *rows);
  return rows;
}

/* --- centroids --- */

/* Of the difference of the centroids, and of the vector of the reference's standard deviations: the same three norms. */
typedef struct centroid_facts {
  double cosine;
  double euclidean, cityblock, chebyshev;
  double spread_euclidean, spread_cityblock, spread_chebyshev;
} centroid_facts;

static double component_variance(const dw_vectors *vectors, size_t d) { return vectors->m2[d] / (double)vectors->count; }

/* Two centroids at the origin are alike; the origin has no direction to compare any other with. */
static double cosine_distance(const double *a, const double *b, size_t width)
{
  double ab = 0, aa = 0, bb = 0;
  for (size_t d = 0; d < width; d++) {
    ab += a[d] * b[d];
    aa += a[d] * a[d];
    bb += b[d] * b[d];
  }
  if (aa == 0 && bb == 0) return 0;
  if (aa == 0 || bb == 0) return NAN;
  double cosine = ab / (sqrt(aa) * sqrt(bb));
  return 1 - fmax(-1, fmin(1, cosine));
}

static centroid_facts centroids(const dw_vectors *r, const dw_vectors *c)
{
  centroid_facts f = {.cosine = cosine_distance(r->mean, c->mean, r->width)};
  for (size_t d = 0; d < r->width; d++) {
    double change = fabs(c->mean[d] - r->mean[d]), variance = component_variance(r, d), spread = sqrt(variance);
    f.euclidean += change * change;
    f.cityblock += change;
    f.chebyshev = fmax(f.chebyshev, change);
    f.spread_euclidean += variance;
    f.spread_cityblock += spread;
    f.spread_chebyshev = fmax(f.spread_chebyshev, spread);
  }
  f.euclidean = sqrt(f.euclidean);
  f.spread_euclidean = sqrt(f.spread_euclidean);
  return f;
}

/* A reference without spread gives no unit: the distance stands as it is. */
static double in_spreads(double distance, double spread) { return spread > 0 ? distance / spread : distance; }

/* --- variance --- */

static double mean_variance(const dw_vectors *vectors)
{
  double sum = 0;
  for (size_t d = 0; d < vectors->width; d++) sum += component_variance(vectors, d);
  return sum / (double)vectors->width;
}

/* The standard error of a side's mean variance, as a share of it, from the sampled vectors' squared distances to their centroid. */
static double variance_error(const dw_vectors *vectors)
{
  dw_moments squares;
  dw_moments_init(&squares);
  for (size_t i = 0; i < vectors->kept; i++) {
    const double *row = dw_vectors_row(vectors, i);
    double sum = 0;
    for (size_t d = 0; d < vectors->width; d++) sum += (row[d] - vectors->mean[d]) * (row[d] - vectors->mean[d]);
    dw_moments_add(&squares, sum);
  }
  return squares.mean > 0 ? sqrt(dw_moments_variance(&squares, 0) / (double)vectors->count) / squares.mean : 0;
}

/* --- the detail --- */

typedef struct moved {
  size_t component;
  double shift; /* in standard deviations of the reference */
} moved;

static size_t moved_most(const dw_pair *pair, moved most[MOVED_MOST])
{
  const dw_vectors *r = pair->reference->vectors, *c = pair->current->vectors;
  size_t count = 0;
  for (size_t d = 0; d < r->width; d++) {
    double spread = sqrt(component_variance(r, d));
    if (!(spread > 0)) continue;
    double shift = (c->mean[d] - r->mean[d]) / spread;
    if (count == MOVED_MOST && fabs(shift) <= fabs(most[count - 1].shift)) continue;
    size_t at = count < MOVED_MOST ? count++ : MOVED_MOST - 1;
    for (; at > 0 && fabs(shift) > fabs(most[at - 1].shift); at--) most[at] = most[at - 1];
    most[at] = (moved){d, shift};
  }
  return count;
}

/* The name of a gathered column, else the place in the array, from 0. */
static void write_component(dw_json *json, const dw_vectors *vectors, size_t component)
{
  if (!vectors->parts.length) {
    dw_json_integer(json, "component", (int64_t)component);
    return;
  }
  const char *name = vectors->parts.data, *end = name + vectors->parts.length;
  for (size_t i = 0; i < component; i++) name = (const char *)memchr(name, '\n', (size_t)(end - name)) + 1;
  dw_json_bytes(json, "component", name, (size_t)((const char *)memchr(name, '\n', (size_t)(end - name)) - name));
}

void dw_embedding_detail(dw_json *json, const dw_pair *pair, size_t used_reference, size_t used_current, dw_method_result *result)
{
  const dw_vectors *r = pair->reference->vectors, *c = pair->current->vectors;
  centroid_facts f = centroids(r, c);
  moved most[MOVED_MOST];
  size_t listed = moved_most(pair, most);
  double before = mean_variance(r);
  result->approximate |= used_reference && (used_reference < r->count || used_current < c->count);
  if (!result->warning && r->other_length + c->other_length > 0) result->warning = "vectors of another length than the first are left out";
  dw_json_start(json, &result->detail, 0);
  dw_json_open(json, NULL, '{');
  dw_json_integer(json, "dimension", (int64_t)r->width);
  dw_json_integer(json, "reference_used", (int64_t)(used_reference ? used_reference : r->count));
  dw_json_integer(json, "current_used", (int64_t)(used_reference ? used_current : c->count));
  dw_json_number(json, "centroid_cosine", f.cosine);
  dw_json_number(json, "centroid_euclidean", f.euclidean);
  dw_json_number(json, "centroid_shift", f.spread_euclidean > 0 ? f.euclidean / f.spread_euclidean : NAN);
  dw_json_number(json, "variance_ratio", before > 0 ? mean_variance(c) / before : NAN);
  dw_json_number(json, "norm_ratio", r->norm.mean > 0 ? c->norm.mean / r->norm.mean : NAN);
  dw_json_open(json, "moved_most", '[');
  for (size_t i = 0; i < listed; i++) {
    dw_json_open(json, NULL, '{');
    write_component(json, r, most[i].component);
    dw_json_number(json, "shift", most[i].shift);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

/* --- the methods that need the moments alone --- */

static const char small_samples[] = "the samples are small for this method: chance alone makes it this large; the p-value tells";

#define ALPHA 0.05

dw_status dw_embedding_demand_p(const dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (settings->preset == DW_PRESET_EVIDENTLY) return DW_OK;
  if (isnan(result->p_value) && (pair->reference->vectors->kept < 2 || pair->current->vectors->kept < 2))
    return dw_err_set(err, DW_ENODATA, "fewer than two vectors on a side");
  if (isnan(result->p_value)) return dw_err_set(err, DW_ENODATA, "the distance is more than a number can hold");
  if (!(result->p_value < ALPHA)) result->verdict = DW_VERDICT_NO;
  return DW_OK;
}

dw_status dw_embedding_shift(double *reference, size_t n, double *current, size_t m, dw_share_shift *out, dw_err *err)
{
  dw_sort_doubles(reference, n, NULL);
  dw_sort_doubles(current, m, NULL);
  return dw_share_shift_numbers(dw_sorted_make(reference, n), dw_sorted_make(current, m), (dw_effective){0}, out, err);
}

/* Between two samples of one distribution the centroids are sqrt(1/n + 1/m) spreads apart. */
static void warn_by_size(const dw_pair *pair, dw_method_result *result, double threshold)
{
  double expected = sqrt(1 / (double)pair->reference_count + 1 / (double)pair->current_count);
  if (expected > threshold / 2) result->warning = small_samples;
}

static dw_status run_statistic(dw_pair *pair, const dw_method_settings *settings, dw_embedding_statistic *statistic,
                               dw_method_result *result, dw_err *err)
{
  result->statistic = statistic(pair->reference->vectors, pair->current->vectors, settings);
  bool permute = (settings->permutations || settings->preset != DW_PRESET_EVIDENTLY) && isfinite(result->statistic);
  unsigned made = 0;
  if (permute) result->p_value = dw_embedding_permute(pair, settings, statistic, &made);
  dw_status status = dw_embedding_demand_p(pair, settings, result, err);
  if (status != DW_OK) return status;
  dw_json json;
  dw_embedding_detail(&json, pair, 0, 0, result);
  if (permute) dw_json_integer(&json, "permutations", made);
  dw_json_close(&json, '}');
  return DW_OK;
}

static double cosine_of(const dw_vectors *r, const dw_vectors *c, const dw_method_settings *settings)
{
  return cosine_distance(r->mean, c->mean, r->width);
}

dw_status dw_run_centroid_cosine(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  const dw_vectors *r = pair->reference->vectors, *c = pair->current->vectors;
  result->threshold = settings->cosine_threshold;
  if (isnan(cosine_of(r, c, settings))) return dw_err_set(err, DW_ENODATA, "a centroid at the origin has no direction");
  /* Noise of the centroids is small against their length, or the angle between them is made of it. */
  double length = 0;
  for (size_t d = 0; d < r->width; d++) length += r->mean[d] * r->mean[d];
  double noise = (double)r->width * mean_variance(r) * (1 / (double)r->count + 1 / (double)c->count);
  if (noise / 2 > length * 0.05) result->warning = small_samples;
  return run_statistic(pair, settings, cosine_of, result, err);
}

static double euclidean_of(const dw_vectors *r, const dw_vectors *c, const dw_method_settings *settings)
{
  centroid_facts f = centroids(r, c);
  return settings->preset == DW_PRESET_EVIDENTLY ? f.euclidean : in_spreads(f.euclidean, f.spread_euclidean);
}

static double cityblock_of(const dw_vectors *r, const dw_vectors *c, const dw_method_settings *settings)
{
  centroid_facts f = centroids(r, c);
  return settings->preset == DW_PRESET_EVIDENTLY ? f.cityblock : in_spreads(f.cityblock, f.spread_cityblock);
}

static double chebyshev_of(const dw_vectors *r, const dw_vectors *c, const dw_method_settings *settings)
{
  centroid_facts f = centroids(r, c);
  return settings->preset == DW_PRESET_EVIDENTLY ? f.chebyshev : in_spreads(f.chebyshev, f.spread_chebyshev);
}

static dw_status run_distance(dw_pair *pair, const dw_method_settings *settings, dw_embedding_statistic *statistic,
                              dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  if (settings->preset != DW_PRESET_EVIDENTLY) warn_by_size(pair, result, 0.2);
  return run_statistic(pair, settings, statistic, result, err);
}

dw_status dw_run_centroid_euclidean(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_distance(pair, settings, euclidean_of, result, err);
}

dw_status dw_run_centroid_cityblock(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_distance(pair, settings, cityblock_of, result, err);
}

dw_status dw_run_centroid_chebyshev(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_distance(pair, settings, chebyshev_of, result, err);
}

static double variance_of(const dw_vectors *r, const dw_vectors *c, const dw_method_settings *settings)
{
  return fabs(mean_variance(c) / mean_variance(r) - 1);
}

dw_status dw_run_variance_change(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  if (!(mean_variance(pair->reference->vectors) > 0))
    return dw_err_set(err, DW_ENODATA, "the reference's vectors are all equal: there is no variance to compare with");
  double of_reference = variance_error(pair->reference->vectors), of_current = variance_error(pair->current->vectors);
  if (sqrt(of_reference * of_reference + of_current * of_current) > 0.1) result->warning = small_samples;
  return run_statistic(pair, settings, variance_of, result, err);
}
