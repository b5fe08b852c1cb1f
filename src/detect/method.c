#include "detect/method.h"

#include <math.h>
#include <string.h>

#include "detect/embedding.h"
#include "detect/text.h"
#include "stats/contingency.h"
#include "stats/distance.h"
#include "stats/sample.h"

enum { SMALL_REFERENCE = 1000, FEW_VALUES = 5 };

const char *dw_rule_text(dw_rule rule)
{
  static const char *const text[] = {">=", ">", "<=", "<"};
  return text[rule];
}

bool dw_rule_holds(double score, dw_rule rule, double threshold)
{
  switch (rule) {
  case DW_RULE_AT_LEAST: return score >= threshold;
  case DW_RULE_ABOVE: return score > threshold;
  case DW_RULE_AT_MOST: return score <= threshold;
  default: return score < threshold;
  }
}

static uint64_t column_usable(const dw_column *column, dw_type type)
{
  if (type == DW_TYPE_VECTOR) return column->vectors ? column->vectors->count : 0;
  return column->tag[DW_STRING] + column->tag[DW_STRING_ESCAPED];
}

void dw_pair_make(dw_pair *pair, const char *name, dw_type type, const dw_column *reference, const dw_column *current)
{
  *pair = (dw_pair){.name = name, .type = type, .reference = reference, .current = current};
  if (type == DW_TYPE_TEXT || type == DW_TYPE_VECTOR) {
    pair->reference_count = column_usable(reference, type);
    pair->current_count = column_usable(current, type);
  } else if (type == DW_TYPE_CATEGORICAL) {
    dw_categories_make(&pair->categories, reference, current);
    pair->counted = true;
    pair->distinct = pair->categories.count;
    pair->reference_count = pair->categories.reference_total;
    pair->current_count = pair->categories.current_total;
  } else {
    pair->distinct = dw_sorted_distinct_pooled(reference->sorted, current->sorted, FEW_VALUES + 1);
    pair->reference_count = reference->sorted.total;
    pair->current_count = current->sorted.total;
  }
}

void dw_pair_free(dw_pair *pair)
{
  if (pair->counted) dw_categories_free(&pair->categories);
}

/* A numeric column is counted by value when a method for categories is asked of it. */
static const dw_categories *pair_counts(dw_pair *pair)
{
  if (!pair->counted) {
    dw_column numbers_r = *pair->reference, numbers_c = *pair->current;
    numbers_r.texts = numbers_c.texts = (dw_map){0};
    dw_categories_make(&pair->categories, &numbers_r, &numbers_c);
    pair->counted = true;
  }
  return &pair->categories;
}

/* 1/n + 1/m: the scale on which two samples of one distribution differ by chance. */
static double chance_scale(const dw_pair *pair) { return 1 / (double)pair->reference_count + 1 / (double)pair->current_count; }

/* For a normal distribution the mean of W1 / sigma between two samples is about 0.75 sqrt(1/n + 1/m). */
static double chance_wasserstein(const dw_pair *pair) { return 0.75 * sqrt(chance_scale(pair)); }

/* A divergence over B bins that behaves as factor * (B - 1) * (1/n + 1/m) between two samples of one distribution. */
static double chance_divergence(const dw_pair *pair, double factor, size_t bins) { return factor * (double)(bins - 1) * chance_scale(pair); }

/* How large the statistic is expected to be between two samples of one distribution; when that eats half the threshold, "drift" may
 * mean only "small sample". */
static const char *chance_warning(double expected, double threshold)
{
  return expected > threshold / 2 ? "the samples are small for this method: chance alone makes it this large; dw-calibrate sets a limit for the size" : NULL;
}

/* --- p-value methods --- */

static dw_status take_test(dw_status status, const dw_test *test, dw_method_result *result)
{
  result->statistic = test->statistic;
  result->p_value = test->p_value;
  return status;
}

static dw_status run_ks(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  double slack = dw_column_rank_error(pair->reference) + dw_column_rank_error(pair->current);
  dw_status status = take_test(dw_ks_2samp(pair->reference->sorted, pair->current->sorted, &test, err), &test, result);
  if (status == DW_OK && slack > 0) {
    /* With sketches D may be off by their rank errors: the p-value is that of the smallest D possible, never too small. */
    result->p_value = dw_ks_2samp_p(fmax(0, test.statistic - slack), pair->reference_count, pair->current_count, NULL);
  }
  return status;
}

static dw_status run_mannw(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  dw_alternative alternative = settings->preset == DW_PRESET_EVIDENTLY ? DW_LESS : settings->alternative;
  return take_test(dw_mannwhitney(pair->reference->sorted, pair->current->sorted, alternative, &test, err), &test, result);
}

static dw_status run_t_test(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  dw_test test;
  return take_test(dw_t_test(&pair->reference->moments, &pair->current->moments, true, &test, err), &test, result);
}

static dw_status run_chisquare(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  const dw_categories *counts = pair_counts(pair);
  dw_test test;
  if (settings->preset == DW_PRESET_EVIDENTLY)
    return take_test(dw_chisquare_fit(counts->reference, counts->current, counts->count, &test, err), &test, result);
  if (dw_expected_least(counts->reference, counts->current, counts->count) < 1)
    result->warning = "expected counts below 1: the chi-square approximation is doubtful for rare categories";
  return take_test(dw_chisquare_homogeneity(counts->reference, counts->current, counts->count, &test, err), &test, result);
}

/* The share of everything but the smallest value: of two values, the share of the larger one. */
static dw_status run_z(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  const dw_categories *counts = pair_counts(pair);
  dw_test test;
  if (counts->count == 0) return dw_err_set(err, DW_ENODATA, "no values");
  return take_test(dw_z_proportions(counts->reference_total - counts->reference[0], counts->reference_total,
                                    counts->current_total - counts->current[0], counts->current_total,
                                    settings->preset == DW_PRESET_EVIDENTLY, &test, err),
                   &test, result);
}

/* --- distances --- */

static dw_status run_wasserstein(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  double spread = dw_moments_std(&pair->reference->moments, 0);
  result->statistic = dw_wasserstein(pair->reference->sorted, pair->current->sorted) / fmax(spread, 0.001);
  result->warning = chance_warning(chance_wasserstein(pair), 0.1);
  return DW_OK;
}

static dw_status run_ed(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  result->statistic = dw_energy_distance(pair->reference->sorted, pair->current->sorted);
  return DW_OK;
}

typedef struct binned {
  double *p, *q;
  size_t count;
} binned;

static void binned_free(binned *shares)
{
  dw_free(shares->p);
  dw_free(shares->q);
}

/* The shares that the divergences compare: bins of a numeric column, categories of another. */
static dw_status pair_shares(dw_pair *pair, binned *out, dw_err *err)
{
  *out = (binned){0};
  if (pair->type == DW_TYPE_NUMERIC)
    return dw_binned(pair->reference->sorted, pair->current->sorted, false, &out->p, &out->q, &out->count, err);
  const dw_categories *counts = pair_counts(pair);
  out->count = counts->count;
  out->p = dw_alloc_array(counts->count, sizeof(double));
  out->q = dw_alloc_array(counts->count, sizeof(double));
  dw_shares(counts->reference, counts->count, counts->reference_total, out->p);
  dw_shares(counts->current, counts->count, counts->current_total, out->q);
  return DW_OK;
}

static dw_status run_divergence(dw_pair *pair, double (*divergence)(const double *, const double *, size_t), double factor, bool root,
                                dw_method_result *result, dw_err *err)
{
  binned shares;
  dw_status status = pair_shares(pair, &shares, err);
  if (status == DW_OK) {
    result->statistic = divergence(shares.p, shares.q, shares.count);
    double expected = chance_divergence(pair, factor, shares.count);
    result->warning = chance_warning(root ? sqrt(expected) : expected, 0.1);
  }
  binned_free(&shares);
  return status;
}

static dw_status run_psi(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, dw_psi, 1, false, result, err);
}

static dw_status run_kl_div(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, dw_kl_div, 0.5, false, result, err);
}

static dw_status run_jensenshannon(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  return run_divergence(pair, dw_jensenshannon, 0.125, true, result, err);
}

static dw_status run_hellinger(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err)
{
  if (pair->type == DW_TYPE_NUMERIC) return dw_hellinger_numeric(pair->reference->sorted, pair->current->sorted, false, &result->statistic, err);
  return run_divergence(pair, dw_hellinger, 0.125, true, result, err);
}

enum { NUMBERS = DW_FITS(DW_TYPE_NUMERIC), CATEGORIES = DW_FITS(DW_TYPE_CATEGORICAL), BOTH = NUMBERS | CATEGORIES };

static const dw_method column_methods[] = {
    {"ks", NUMBERS, true, DW_RULE_AT_MOST, 0.05, "Kolmogorov-Smirnov test", run_ks},
    {"mannw", NUMBERS, true, DW_RULE_BELOW, 0.05, "Mann-Whitney U test", run_mannw},
    {"t_test", NUMBERS, true, DW_RULE_BELOW, 0.05, "Student's t-test", run_t_test},
    {"ed", NUMBERS, false, DW_RULE_ABOVE, 0.1, "energy distance", run_ed},
    {"wasserstein", NUMBERS, false, DW_RULE_AT_LEAST, 0.1, "Wasserstein distance, in reference standard deviations", run_wasserstein},
    {"chisquare", CATEGORIES, true, DW_RULE_BELOW, 0.05, "chi-square test", run_chisquare},
    {"z", CATEGORIES, true, DW_RULE_BELOW, 0.05, "z-test of a proportion", run_z},
    {"psi", BOTH, false, DW_RULE_AT_LEAST, 0.1, "population stability index", run_psi},
    {"kl_div", BOTH, false, DW_RULE_AT_LEAST, 0.1, "Kullback-Leibler divergence", run_kl_div},
    {"jensenshannon", BOTH, false, DW_RULE_AT_LEAST, 0.1, "Jensen-Shannon distance", run_jensenshannon},
    {"hellinger", BOTH, false, DW_RULE_AT_LEAST, 0.1, "Hellinger distance", run_hellinger},
};

static const dw_method_family of_columns = {column_methods, sizeof column_methods / sizeof column_methods[0]};
static const dw_method_family *const families[] = {&of_columns, &dw_embedding_methods, &dw_text_methods};
enum { FAMILIES = sizeof families / sizeof families[0] };

const dw_method *dw_method_at(size_t index)
{
  for (size_t i = 0; i < FAMILIES; index -= families[i++]->count)
    if (index < families[i]->count) return &families[i]->method[index];
  return NULL;
}

const dw_method *dw_method_under(const dw_method *method, dw_preset preset)
{
  static const dw_method_family *const theirs[] = {&dw_embedding_methods_evidently, &dw_text_methods_evidently};
  for (size_t k = 0; preset == DW_PRESET_EVIDENTLY && k < sizeof theirs / sizeof theirs[0]; k++)
    for (size_t i = 0; i < theirs[k]->count; i++)
      if (strcmp(theirs[k]->method[i].name, method->name) == 0) return &theirs[k]->method[i];
  return method;
}

const dw_method *dw_method_find(const char *name)
{
  const dw_method *method;
  for (size_t i = 0; (method = dw_method_at(i)) && strcmp(method->name, name) != 0;) i++;
  return method;
}

bool dw_method_fits(const dw_method *method, dw_type type) { return (method->types & DW_FITS(type)) != 0; }

bool dw_method_any(dw_type type)
{
  const dw_method *method;
  for (size_t i = 0; (method = dw_method_at(i)); i++)
    if (dw_method_fits(method, type)) return true;
  return false;
}

/* An AUC is judged by 0.55 once chance alone does not bring it there. */
static const dw_method *text_default(const dw_pair *pair, dw_preset preset)
{
  bool few = pair->reference_count <= SMALL_REFERENCE || (preset == DW_PRESET_DRIFTWATCH && pair->current_count <= SMALL_REFERENCE);
  return dw_method_find(few ? "perc_text_content_drift" : "abs_text_content_drift");
}

static bool prefers_test(const dw_pair *pair, dw_preset preset, bool numeric)
{
  if (pair->reference_count <= SMALL_REFERENCE) return true;
  if (preset == DW_PRESET_EVIDENTLY) return false;
  if (pair->current_count <= SMALL_REFERENCE) return true;
  double expected = numeric ? chance_wasserstein(pair) : sqrt(chance_divergence(pair, 0.125, pair->distinct));
  return expected > 0.1 / (pair->one_of_many ? 5 : 2);
}

const dw_method *dw_method_default(const dw_pair *pair, dw_preset preset)
{
  if (pair->type == DW_TYPE_VECTOR) return dw_method_find(preset == DW_PRESET_EVIDENTLY ? "domain_classifier" : "mmd");
  if (pair->type == DW_TYPE_TEXT) return text_default(pair, preset);
  bool numeric = pair->type == DW_TYPE_NUMERIC && pair->distinct > FEW_VALUES;
  if (prefers_test(pair, preset, numeric)) return dw_method_find(numeric ? "ks" : pair->distinct > 2 ? "chisquare" : "z");
  return dw_method_find(numeric ? "wasserstein" : "jensenshannon");
}

double dw_method_amount(dw_pair *pair)
{
  binned shares;
  double amount = 0;
  if (pair->reference_count == 0 || pair->current_count == 0) return 0;
  if (pair_shares(pair, &shares, NULL) == DW_OK) {
    double distance = dw_jensenshannon(shares.p, shares.q, shares.count);
    amount = fmax(0, distance * distance - chance_divergence(pair, 0.125, shares.count));
  }
  binned_free(&shares);
  return amount;
}
