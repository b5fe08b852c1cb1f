#include "detect/joint/joint.h"

#include <math.h>

#include "base/str.h"
#include "detect/joint/joint_classifier.h"
#include "detect/joint/joint_correlation.h"
#include "detect/joint/joint_mmd.h"
#include "detect/joint/joint_pca.h"
#include "stats/distributions/special.h"

#define JOINT_THRESHOLD 0.05
#define NORMAL_95 1.959963984540054

enum {
  MOST_PAIRS = 50, /* that have a finding of their own */
  LARGEST = 20,    /* that the finding of all pairs lists */
  MATRIX = 32      /* columns whose pairs it has all of */
};

const dw_joint_method dw_joint_methods[DW_JOINT_METHODS] = {{"domain_classifier", DW_JOINT_CLASSIFIER},
                                                            {"pca", DW_JOINT_PCA},
                                                            {"mmd", DW_JOINT_MMD},
                                                            {"correlation", DW_JOINT_CORRELATION}};

dw_status dw_joint_add(unsigned *wanted, const char *word, dw_err *err)
{
  bool all = strcmp(word, "all") == 0, found = all;
  for (size_t i = 0; i < DW_JOINT_METHODS; i++) {
    if (!all && strcmp(word, dw_joint_methods[i].name) != 0) continue;
    *wanted |= dw_joint_methods[i].bit;
    found = true;
  }
  if (found) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "--multivariate: no method \"%s\"; there are all, domain_classifier, pca, mmd, correlation", word);
}

static void open_detail(dw_json *json, dw_finding *finding, size_t columns, const size_t rows[DW_SIDES])
{
  dw_json_start(json, &finding->detail, 0);
  dw_json_open(json, NULL, '{');
  dw_json_integer(json, "columns", (int64_t)columns);
  dw_json_integer(json, "reference_rows", (int64_t)rows[DW_REFERENCE]);
  dw_json_integer(json, "current_rows", (int64_t)rows[DW_CURRENT]);
}

static double threshold_of(const dw_joint_options *o, const char *method)
{
  return dw_limits_level(o->limits, DW_CHECK_MULTIVARIATE, NULL, method, JOINT_THRESHOLD);
}

static dw_finding *add_finding(dw_finding_list *findings, const dw_joint_table *table)
{
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_MULTIVARIATE, NULL, DW_TYPE_OTHER);
  finding->approximate = table->rows[0] < table->seen[0] || table->rows[1] < table->seen[1];
  return finding;
}

static void write_classifier(dw_finding *finding, const dw_joint_table *table, const dw_classifier *c)
{
  dw_json json;
  open_detail(&json, finding, table->count, table->rows);
  dw_json_integer(&json, "folds", (int64_t)c->folds);
  dw_json_open(&json, "auc_interval", '[');
  dw_json_number(&json, NULL, fmax(0, c->auc - NORMAL_95 * c->standard_error));
  dw_json_number(&json, NULL, fmin(1, c->auc + NORMAL_95 * c->standard_error));
  dw_json_close(&json, ']');
  dw_json_open(&json, "features", '[');
  for (size_t i = 0; i < c->ranked_count; i++) {
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "column", table->feature[c->ranked[i].feature].name);
    dw_json_number(&json, "importance", c->ranked[i].importance);
    dw_json_number(&json, "gain_share", c->ranked[i].gain_share);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
}

static void check_classifier(dw_finding_list *findings, const dw_joint_options *o, const dw_joint_table *table)
{
  dw_finding *finding = add_finding(findings, table);
  dw_classifier c;
  dw_err err = {0};
  dw_finding_judge_p(finding, "domain_classifier", NAN, threshold_of(o, "domain_classifier"));
  if (dw_classifier_run(&c, table, o->threads, &err) != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  dw_finding_judge_p(finding, "domain_classifier", c.p_value, finding->threshold);
  finding->statistic = finding->effect_size = c.auc;
  finding->magnitude = fabs(2 * c.auc - 1);
  write_classifier(finding, table, &c);
  dw_classifier_free(&c);
}

static void write_means(dw_finding *finding, const dw_reconstruction *r)
{
  for (int side = 0; side < DW_SIDES; side++) {
    dw_json json;
    dw_json_start(&json, side == DW_REFERENCE ? &finding->own_reference : &finding->own_current, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_number(&json, "value", r->error[side]);
    dw_json_number(&json, "low", fmax(0, r->error[side] - NORMAL_95 * r->standard_error[side]));
    dw_json_number(&json, "high", r->error[side] + NORMAL_95 * r->standard_error[side]);
    dw_json_integer(&json, "count", (int64_t)r->rows[side]);
    dw_json_close(&json, '}');
  }
}

static void check_pca(dw_finding_list *findings, const dw_joint_options *o, const dw_joint_table *table)
{
  dw_finding *finding = add_finding(findings, table);
  dw_reconstruction r;
  dw_err err = {0};
  dw_json json;
  dw_finding_judge_p(finding, "pca", NAN, threshold_of(o, "pca"));
  if (dw_reconstruction_run(&r, table, o->threads, &err) != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  dw_finding_judge_p(finding, "pca", r.p_value, finding->threshold);
  finding->statistic = r.above;
  finding->magnitude = fabs(2 * r.above - 1);
  finding->effect_size = r.effect;
  finding->direction = r.error[DW_CURRENT] > r.error[DW_REFERENCE] ? "up" : r.error[DW_CURRENT] < r.error[DW_REFERENCE] ? "down" : NULL;
  write_means(finding, &r);
  open_detail(&json, finding, r.columns, r.rows);
  dw_json_integer(&json, "components", (int64_t)r.components);
  dw_json_close(&json, '}');
}

static void check_mmd(dw_finding_list *findings, const dw_joint_options *o, const dw_joint_table *table)
{
  dw_finding *finding = add_finding(findings, table);
  dw_joint_distance d;
  dw_err err = {0};
  dw_json json;
  dw_finding_judge_p(finding, "mmd", NAN, threshold_of(o, "mmd"));
  if (dw_joint_mmd_run(&d, table, o->threads, &err) != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  dw_finding_judge_p(finding, "mmd", d.mmd.p_value, finding->threshold);
  finding->statistic = d.mmd.statistic;
  finding->magnitude = sqrt(fmax(0, d.mmd.statistic));
  finding->approximate |= d.rows[0] < table->seen[0] || d.rows[1] < table->seen[1];
  open_detail(&json, finding, table->count, d.rows);
  dw_json_integer(&json, "permutations", (int64_t)d.mmd.permutations);
  dw_json_close(&json, '}');
}

/* --- correlation --- */

static double moved(const dw_association_change *change) { return change->value[DW_CURRENT] - change->value[DW_REFERENCE]; }

static void write_pair(dw_json *json, const dw_joint_table *table, const dw_association_change *change)
{
  dw_json_open(json, "columns", '[');
  dw_json_text(json, NULL, table->feature[change->a].name);
  dw_json_text(json, NULL, table->feature[change->b].name);
  dw_json_close(json, ']');
  dw_json_text(json, "measure", dw_association_names[change->method]);
  dw_json_number(json, "reference", change->value[DW_REFERENCE]);
  dw_json_number(json, "current", change->value[DW_CURRENT]);
}

static void add_pair(dw_finding_list *findings, const dw_joint_table *table, const dw_association_change *change, double threshold,
                     bool sampled)
{
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_CORRELATION, NULL, DW_TYPE_OTHER);
  dw_json json;
  double by = moved(change);
  finding->approximate = sampled;
  dw_finding_judge_p(finding, dw_association_names[change->method], change->p_value, threshold);
  finding->p_adjusted = finding->score = change->p_adjusted;
  finding->statistic = finding->effect_size = by;
  finding->magnitude = fabs(by);
  finding->direction = by > 0 ? "up" : by < 0 ? "down" : NULL;
  dw_json_start(&json, &finding->detail, 0);
  dw_json_open(&json, NULL, '{');
  write_pair(&json, table, change);
  if (change->method != DW_CRAMER_V) {
    dw_json_open(&json, dw_association_names[change->method == DW_PEARSON ? DW_SPEARMAN : DW_PEARSON], '[');
    for (int side = 0; side < DW_SIDES; side++) dw_json_number(&json, NULL, change->other[side]);
    dw_json_close(&json, ']');
  }
  dw_json_close(&json, '}');
}

/* The columns of the pairs that changed most, in their own order. Returns how many; place[column]: where it stands among them, or SIZE_MAX.
 */
static size_t choose_columns(const dw_correlations *c, size_t *place)
{
  size_t count = 0;
  for (size_t i = 0; i < c->columns; i++) place[i] = SIZE_MAX;
  for (size_t i = 0; i < c->count && count < MATRIX; i++) {
    size_t new = (size_t)(place[c->change[i].a] == SIZE_MAX) + (size_t)(place[c->change[i].b] == SIZE_MAX);
    if (count + new > MATRIX) continue;
    place[c->change[i].a] = place[c->change[i].b] = 0;
    count += new;
  }
  count = 0;
  for (size_t i = 0; i < c->columns; i++)
    if (place[i] != SIZE_MAX) place[i] = count++;
  return count;
}

/* "matrix": both sides of all pairs of some columns: (0,1) (0,2) … (1,2) …, to the fourth digit. */
static void write_matrix(dw_json *json, const dw_joint_table *table, const dw_correlations *c)
{
  size_t *place = dw_alloc_array(c->columns, sizeof *place), count = choose_columns(c, place), pairs = count * (count - 1) / 2;
  double *value = dw_alloc_array(2 * pairs, sizeof *value);
  for (size_t i = 0; i < 2 * pairs; i++) value[i] = NAN;
  for (size_t i = 0; i < c->count; i++) {
    size_t a = place[c->change[i].a], b = place[c->change[i].b];
    if (a == SIZE_MAX || b == SIZE_MAX) continue;
    for (int side = 0; side < DW_SIDES; side++)
      value[(size_t)side * pairs + a * count - a * (a + 1) / 2 + (b - a - 1)] = rint(c->change[i].value[side] * 1e4) / 1e4;
  }
  dw_json_open(json, "matrix", '{');
  dw_json_open(json, "columns", '[');
  for (size_t i = 0; i < c->columns; i++)
    if (place[i] != SIZE_MAX) dw_json_text(json, NULL, table->feature[i].name);
  dw_json_close(json, ']');
  for (int side = 0; side < DW_SIDES; side++) {
    dw_json_open(json, side == DW_REFERENCE ? "reference" : "current", '[');
    for (size_t i = 0; i < pairs; i++) dw_json_number(json, NULL, value[(size_t)side * pairs + i]);
    dw_json_close(json, ']');
  }
  dw_json_close(json, '}');
  dw_free(value);
  dw_free(place);
}

static void write_correlations(dw_finding *finding, const dw_joint_table *table, const dw_correlations *c, size_t drifted)
{
  dw_json json;
  open_detail(&json, finding, c->columns, c->rows);
  dw_json_integer(&json, "pairs", (int64_t)c->count);
  dw_json_integer(&json, "tests", (int64_t)c->tests);
  dw_json_integer(&json, "drifted_pairs", (int64_t)drifted);
  dw_json_open(&json, "largest", '[');
  for (size_t i = 0; i < c->count && i < LARGEST; i++) {
    dw_json_open(&json, NULL, '{');
    write_pair(&json, table, &c->change[i]);
    dw_json_number(&json, "p_adjusted", c->change[i].p_adjusted);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  write_matrix(&json, table, c);
  dw_json_close(&json, '}');
}

/* One finding for all pairs together, which carries the most changed ones, and one for each pair that drifted. */
static void check_correlation(dw_finding_list *findings, const dw_joint_options *o, const dw_joint_table *table)
{
  dw_finding *finding = dw_finding_list_add(findings, DW_CHECK_CORRELATION, NULL, DW_TYPE_OTHER);
  double threshold = dw_limits_level(o->limits, DW_CHECK_CORRELATION, NULL, "correlation", JOINT_THRESHOLD);
  dw_correlations c;
  dw_err err = {0};
  size_t drifted = 0;
  dw_finding_judge_p(finding, "correlation", NAN, threshold);
  if (dw_correlations_run(&c, table, o->limits->correction, DW_CORRELATION_CELLS, o->threads, &err) != DW_OK) {
    dw_finding_fail(finding, err.message);
    return;
  }
  while (drifted < c.count && c.change[drifted].p_adjusted < threshold) drifted++;
  dw_finding_judge_p(finding, "correlation", c.p_value, threshold);
  finding->statistic = (double)drifted;
  finding->magnitude = 0;
  for (size_t i = 0; i < drifted; i++) finding->magnitude = fmax(finding->magnitude, fabs(moved(&c.change[i])));
  bool sampled = c.rows[0] < table->seen[0] || c.rows[1] < table->seen[1];
  finding->approximate = sampled;
  if (c.columns < table->count) finding->warning = "too many columns for all pairs: the first ones only";
  write_correlations(finding, table, &c, drifted);
  for (size_t i = 0; i < drifted && i < MOST_PAIRS; i++) add_pair(findings, table, &c.change[i], threshold, sampled);
  dw_correlations_free(&c);
}

void dw_check_joint(dw_finding_list *findings, const dw_joint_options *o, const dw_joint_column *column, size_t count,
                    const dw_frame *reference, const dw_frame *current)
{
  dw_joint_table table;
  bool multivariate = o->limits->check[DW_CHECK_MULTIVARIATE];
  dw_joint_table_make(&table, column, count, reference, current);
  if (multivariate && o->methods & DW_JOINT_CLASSIFIER) check_classifier(findings, o, &table);
  if (multivariate && o->methods & DW_JOINT_PCA) check_pca(findings, o, &table);
  if (multivariate && o->methods & DW_JOINT_MMD) check_mmd(findings, o, &table);
  if (o->limits->check[DW_CHECK_CORRELATION] && o->methods & DW_JOINT_CORRELATION) check_correlation(findings, o, &table);
  dw_joint_table_free(&table);
}
