/* The methods that look at whole vectors: at the sample of them that a side keeps. */
#include <math.h>
#include <string.h>

#include "detect/vector/embedding_parts.h"
#include "stats/shift/deal.h"
#include "stats/shift/tied_deals.h"
#include "stats/tests/contingency.h"
#include "stats/samples/distance.h"
#include "stats/tests/kernel.h"
#include "stats/tests/permutation.h"
#include "stats/learners/kmeans.h"
#include "stats/learners/logistic.h"
#include "stats/tests/roc.h"
#include "stats/samples/sort.h"

enum {
  MMD_ROWS = 1000, /* a side; time goes with the square */
  PERMUTATIONS = 999,
  ENOUGH_HITS = 20,       /* p is beyond 0.02 for sure: no need for more */
  CLASSIFIER_ROWS = 2000, /* a side; half of them to learn from, half to be told apart */
  CLUSTER_ROWS = 4000,    /* a side */
  CLUSTERS_MOST = 10,
  ROWS_A_CLUSTER = 20, /* so many to find a cluster by, at least */
  EXPECTED_LEAST = 5,
  DEALS = 19999 /* of clusters: they cost next to nothing */
};

/* Of the scores of all vectors, the reference's first: 1, 3, 5 … of each side have had no part in what scores them. */
static void shift_of_held_out(double *score, size_t n, size_t m, dw_method_result *result)
{
  for (size_t i = 0; i < n / 2; i++) score[i] = score[2 * i + 1];
  for (size_t i = 0; i < m / 2; i++) score[n + i] = score[n + 2 * i + 1];
  result->shifted = dw_embedding_shift(score, n / 2, score + n, m / 2, &result->shift, NULL) == DW_OK;
}

/* --- maximum mean discrepancy --- */

dw_status dw_run_mmd(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  bool evidently = settings->preset == DW_PRESET_EVIDENTLY;
  dw_mmd_options options = {.bandwidth = evidently ? DW_BANDWIDTH_BETWEEN : DW_BANDWIDTH_POOLED,
                            .permutations = evidently                ? 0
                                            : settings->permutations ? settings->permutations
                                                                     : PERMUTATIONS,
                            .enough = ENOUGH_HITS,
                            .key = dw_rng_derive(settings->seed, "embedding mmd")};
  size_t n, m;
  double *r = dw_embedding_rows(pair->reference->vectors, MMD_ROWS, &n), *c = dw_embedding_rows(pair->current->vectors, MMD_ROWS, &m);
  dw_mmd mmd;
  double *witness = options.witness = evidently ? NULL : dw_alloc_array(n + m, sizeof *witness);
  status = dw_mmd_test(r, n, c, m, pair->reference->vectors->width, &options, &mmd, err);
  dw_free(r);
  dw_free(c);
  if (status == DW_OK && witness) shift_of_held_out(witness, n, m, result);
  result->by_shift = !evidently;
  dw_free(witness);
  if (status != DW_OK) return status;
  dw_json json;
  result->statistic = evidently ? fmax(0, mmd.statistic) : mmd.statistic;
  result->p_value = mmd.p_value;
  dw_embedding_detail(&json, pair, n, m, result);
  dw_json_number(&json, "mmd2", mmd.statistic);
  dw_json_number(&json, "gamma", mmd.gamma);
  if (!evidently) dw_json_integer(&json, "permutations", mmd.permutations);
  dw_json_close(&json, '}');
  return DW_OK;
}

/* --- components one by one --- */

static double *sorted_component(const dw_vectors *vectors, size_t d, double *out, double *scratch)
{
  for (size_t i = 0; i < vectors->kept; i++) out[i] = dw_vectors_row(vectors, i)[d];
  dw_sort_doubles(out, vectors->kept, scratch);
  return out;
}

dw_status dw_run_component_ratio(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  const dw_vectors *r = pair->reference->vectors, *c = pair->current->vectors;
  size_t longest = r->kept > c->kept ? r->kept : c->kept, drifted = 0;
  double *a = dw_alloc_array(r->kept, sizeof *a), *b = dw_alloc_array(c->kept, sizeof *b),
         *scratch = dw_alloc_array(longest, sizeof *scratch);
  for (size_t d = 0; d < r->width; d++) {
    dw_sorted before = dw_sorted_make(sorted_component(r, d, a, scratch), r->kept),
              now = dw_sorted_make(sorted_component(c, d, b, scratch), c->kept);
    double distance = dw_wasserstein(before, now), spread = sqrt(r->m2[d] / (double)r->count);
    if (settings->preset == DW_PRESET_EVIDENTLY) spread = fmax(spread, 0.001); /* ours is free of any scale */
    drifted += distance > 0 && distance / spread >= 0.1;
  }
  dw_free(a);
  dw_free(b);
  dw_free(scratch);
  dw_json json;
  /* of the distance, between samples of one normal distribution */
  double expected = 0.75 * sqrt(1 / (double)r->kept + 1 / (double)c->kept);
  bool permute = settings->preset != DW_PRESET_EVIDENTLY;
  unsigned made = 0;
  result->statistic = (double)drifted / (double)r->width;
  if (expected > 0.1 / 2) result->warning = "the samples are small for this method: chance alone makes components drift; the p-value tells";
  if (permute) result->p_value = dw_embedding_permute_components(pair, settings, &made);
  status = dw_embedding_demand_p(pair, settings, result, err);
  if (status != DW_OK) return status;
  dw_embedding_detail(&json, pair, r->kept, c->kept, result);
  dw_json_integer(&json, "components_drifted", (int64_t)drifted);
  if (permute) dw_json_integer(&json, "permutations", made);
  dw_json_close(&json, '}');
  return DW_OK;
}

/* --- clusters --- */

static void count_clusters(const dw_kmeans *model, const double *rows, size_t from, size_t to, uint64_t *counts)
{
  for (size_t i = from; i < to; i++) counts[dw_kmeans_nearest(model, rows + i * model->width)]++;
}

static void write_clusters(dw_json *json, const uint64_t *before, const uint64_t *now, size_t clusters, size_t n, size_t m)
{
  dw_json_open(json, "clusters", '[');
  for (size_t k = 0; k < clusters; k++) {
    dw_json_open(json, NULL, '{');
    dw_json_number(json, "reference", (double)before[k] / (double)n);
    dw_json_number(json, "current", (double)now[k] / (double)m);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

/* Of rare clusters the chi-square law is no law: the rows are dealt out again then. */
static double cluster_p(const uint64_t *before, const uint64_t *now, size_t clusters, const dw_test *test, dw_rng_key key, unsigned deals)
{
  if (dw_expected_least(before, now, clusters) >= EXPECTED_LEAST) return test->p_value;
  uint64_t size[CLUSTERS_MOST], part[CLUSTERS_MOST], rest[CLUSTERS_MOST], n = 0, m = 0;
  for (size_t k = 0; k < clusters; k++) {
    size[k] = before[k] + now[k];
    n += before[k];
    m += now[k];
  }
  dw_deal *deal = dw_deal_new(size, clusters, n < m ? n : m);
  unsigned made = 0, hits = 0;
  while (made < deals && hits < ENOUGH_HITS) {
    dw_rng rng;
    dw_test dealt;
    dw_rng_start(&rng, key, made++, 0);
    dw_deal_draw(deal, &rng, part);
    for (size_t k = 0; k < clusters; k++) rest[k] = size[k] - part[k];
    hits += dw_chisquare_homogeneity(n < m ? part : rest, n < m ? rest : part, clusters, &dealt, NULL) != DW_OK ||
            dealt.statistic >= test->statistic * (1 - 1e-12);
  }
  dw_deal_free(deal);
  return dw_permutation_p(hits, made, made < deals);
}

/* Clusters fit the vectors that they were found in better than any others: half of the reference finds them, the other half is compared
 * with the current data, so that p keeps its meaning. */
dw_status dw_run_cluster_shares(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  size_t n, m, width = pair->reference->vectors->width;
  double *r = dw_embedding_rows(pair->reference->vectors, CLUSTER_ROWS, &n),
         *c = dw_embedding_rows(pair->current->vectors, CLUSTER_ROWS, &m);
  size_t half = n / 2, clusters = half / ROWS_A_CLUSTER;
  uint64_t before[CLUSTERS_MOST] = {0}, now[CLUSTERS_MOST] = {0};
  dw_kmeans model = {0};
  dw_test test;
  if (clusters > CLUSTERS_MOST) clusters = CLUSTERS_MOST;
  if (clusters < 2) {
    status = dw_err_set(err, DW_ENODATA, "fewer than %d reference vectors: too few to find clusters in", 4 * ROWS_A_CLUSTER);
  } else {
    dw_kmeans_fit(&model, r, half, width, clusters, dw_rng_derive(settings->seed, "embedding clusters"));
    count_clusters(&model, r, half, n, before);
    count_clusters(&model, c, 0, m, now);
    status = dw_chisquare_homogeneity(before, now, model.clusters, &test, err);
  }
  if (status == DW_OK) {
    dw_json json;
    result->statistic = test.statistic;
    result->p_value = cluster_p(before, now, model.clusters, &test, dw_rng_derive(settings->seed, "embedding cluster deals"),
                                settings->permutations ? settings->permutations : DEALS);
    result->shifted = dw_share_shift_categories(before, now, model.clusters, (dw_effective){0}, &result->shift, NULL) == DW_OK;
    dw_embedding_detail(&json, pair, n, m, result);
    write_clusters(&json, before, now, model.clusters, n - half, m);
    dw_json_close(&json, '}');
  }
  dw_kmeans_free(&model);
  dw_free(r);
  dw_free(c);
  return status;
}

/* --- domain classifier --- */

/* Both sides, reference first; the even rows of each are learned from, the odd ones told apart. */
typedef struct classes {
  double *cell; /* [n + m][width] */
  size_t n, m, width;
  unsigned char *label; /* 1: reference */
  uint32_t *train;
  size_t trained;
} classes;

static bool in_training(const classes *all, size_t row) { return (row < all->n ? row : row - all->n) % 2 == 0; }

/* The classifier is linear; the distance from the centroid of what it learns from is a further component, so that it sees spreads too. */
static void classes_fill(classes *all, const dw_pair *pair)
{
  size_t own = pair->reference->vectors->width, n, m;
  double *r = dw_embedding_rows(pair->reference->vectors, CLASSIFIER_ROWS, &n),
         *c = dw_embedding_rows(pair->current->vectors, CLASSIFIER_ROWS, &m);
  *all = (classes){.n = n, .m = m, .width = own + 1};
  all->cell = dw_alloc_array((n + m) * all->width, sizeof(double));
  all->label = dw_alloc_array(n + m, 1);
  all->train = dw_alloc_array(n + m, sizeof *all->train);
  for (size_t i = 0; i < n + m; i++) {
    memcpy(all->cell + i * all->width, i < n ? r + i * own : c + (i - n) * own, own * sizeof(double));
    all->label[i] = i < n;
    if (in_training(all, i)) all->train[all->trained++] = (uint32_t)i;
  }
  dw_free(r);
  dw_free(c);
  double *center = dw_alloc_zero(own, sizeof *center);
  for (size_t i = 0; i < all->trained; i++)
    for (size_t d = 0; d < own; d++) center[d] += all->cell[all->train[i] * all->width + d] / (double)all->trained;
  for (size_t i = 0; i < n + m; i++) {
    double *cell = all->cell + i * all->width, sum = 0;
    for (size_t d = 0; d < own; d++) sum += (cell[d] - center[d]) * (cell[d] - center[d]);
    cell[own] = sqrt(sum);
  }
  dw_free(center);
}

/* To mean 0 and standard deviation 1 in what is learned from. */
static void classes_scale(classes *all)
{
  dw_moments *moments = dw_alloc_array(all->width, sizeof *moments);
  for (size_t d = 0; d < all->width; d++) dw_moments_init(&moments[d]);
  for (size_t i = 0; i < all->trained; i++)
    for (size_t d = 0; d < all->width; d++) dw_moments_add(&moments[d], all->cell[all->train[i] * all->width + d]);
  for (size_t i = 0; i < all->n + all->m; i++) {
    for (size_t d = 0; d < all->width; d++) {
      double spread = dw_moments_std(&moments[d], 0), *cell = &all->cell[i * all->width + d];
      *cell = (*cell - moments[d].mean) / (spread > 0 ? spread : 1);
    }
  }
  dw_free(moments);
}

static void classes_free(classes *all)
{
  dw_free(all->cell);
  dw_free(all->label);
  dw_free(all->train);
}

/* AUC over the rows that were not learned from; p of Mann and Whitney: under equal distributions these rows are in random order, whatever
 * was learned. */
static dw_status judge_rest(const classes *all, const dw_logistic *model, dw_auc *auc, dw_rng_key key, dw_method_result *result,
                            dw_err *err)
{
  dw_rows rows = {.count = all->n + all->m, .width = all->width, .dense = all->cell};
  double *score = dw_alloc_array(rows.count, sizeof *score);
  size_t reference = 0, current = 0;
  for (size_t i = 0; i < all->n; i++)
    if (!in_training(all, i)) score[reference++] = dw_logistic_score(model, &rows, i);
  for (size_t i = all->n; i < rows.count; i++)
    if (!in_training(all, i)) score[reference + current++] = dw_logistic_score(model, &rows, i);
  result->shifted = dw_embedding_shift(score, reference, score + reference, current, &result->shift, NULL) == DW_OK;
  dw_sorted r = dw_sorted_make(score, reference), c = dw_sorted_make(score + reference, current);
  dw_status status = dw_auc_sorted(r, c, auc, err);
  if (status == DW_OK) status = dw_tied_larger(r, c, key, &result->p_value, err);
  dw_free(score);
  return status;
}

/* What AUC chance stays below 19 times in 20. */
static double chance_auc(const dw_auc *auc)
{
  double a = (double)auc->positives, b = (double)auc->negatives;
  return 0.5 + 1.6448536269514722 * sqrt((a + b + 1) / (12 * a * b));
}

dw_status dw_run_domain_classifier(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_status status = dw_embedding_check(pair, err);
  if (status != DW_OK) return status;
  classes all;
  dw_logistic model = {0};
  dw_auc auc;
  classes_fill(&all, pair);
  if (all.n < 4 || all.m < 4) status = dw_err_set(err, DW_ENODATA, "fewer than 4 vectors on a side");
  if (status == DW_OK) {
    classes_scale(&all);
    /* As many components, as much restraint: in many dimensions chance alone separates what is learned from. */
    dw_rows rows = {.count = all.n + all.m, .width = all.width, .dense = all.cell};
    dw_logistic_options options = {.penalty = (double)all.width, .tolerance = 1e-4, .rounds = 100};
    status = dw_logistic_fit(&model, &rows, all.train, all.trained, all.label, &options, err);
  }
  if (status == DW_OK) status = judge_rest(&all, &model, &auc, dw_rng_derive(settings->seed, "embedding classifier"), result, err);
  if (status == DW_OK) {
    dw_json json;
    result->statistic = auc.auc;
    result->undrifted = 0.5;
    status = dw_embedding_demand_p(pair, settings, result, err);
    if (chance_auc(&auc) > 0.55)
      result->warning = "the samples are small for this method: chance alone makes it this large; the p-value tells";
    dw_embedding_detail(&json, pair, all.n, all.m, result);
    dw_json_number(&json, "auc", auc.auc);
    dw_json_integer(&json, "told_apart", (int64_t)(auc.positives + auc.negatives));
    dw_json_close(&json, '}');
  }
  dw_logistic_free(&model);
  classes_free(&all);
  return status;
}
