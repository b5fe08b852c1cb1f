#include "detect/joint.h"

#include <math.h>

#include "base/str.h"
#include "detect/joint_classifier.h"
#include "stats/special.h"

#define JOINT_THRESHOLD 0.05

typedef struct joint_method {
  const char *name;
  unsigned bit;
} joint_method;

static const joint_method methods[] = {{"domain_classifier", DW_JOINT_CLASSIFIER}};
enum { METHODS = sizeof methods / sizeof *methods };

dw_status dw_joint_add(unsigned *wanted, const char *word, dw_err *err)
{
  bool all = strcmp(word, "all") == 0, found = all;
  for (size_t i = 0; i < METHODS; i++) {
    if (!all && strcmp(word, methods[i].name) != 0) continue;
    *wanted |= methods[i].bit;
    found = true;
  }
  if (found) return DW_OK;
  return dw_err_set(err, DW_EUSAGE, "--multivariate: no method \"%s\"; there are all, domain_classifier", word);
}

static void open_detail(dw_json *json, dw_finding *finding, const dw_joint_table *table)
{
  dw_json_start(json, &finding->detail, 0);
  dw_json_open(json, NULL, '{');
  dw_json_integer(json, "columns", (int64_t)table->count);
  dw_json_integer(json, "reference_rows", (int64_t)table->rows[DW_REFERENCE]);
  dw_json_integer(json, "current_rows", (int64_t)table->rows[DW_CURRENT]);
}

static double threshold_of(const dw_joint_options *o, const char *method)
{
  return dw_limits_threshold(o->limits, DW_CHECK_MULTIVARIATE, NULL, method, JOINT_THRESHOLD);
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
  open_detail(&json, finding, table);
  dw_json_integer(&json, "folds", (int64_t)c->folds);
  dw_json_open(&json, "auc_interval", '[');
  dw_json_number(&json, NULL, fmax(0, c->auc - 1.959963984540054 * c->standard_error));
  dw_json_number(&json, NULL, fmin(1, c->auc + 1.959963984540054 * c->standard_error));
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
  write_classifier(finding, table, &c);
  dw_classifier_free(&c);
}

void dw_check_joint(dw_finding_list *findings, const dw_joint_options *o, const dw_joint_column *column, size_t count, const dw_frame *reference,
                    const dw_frame *current)
{
  dw_joint_table table;
  dw_joint_table_make(&table, column, count, reference, current);
  if (o->limits->check[DW_CHECK_MULTIVARIATE] && o->methods & DW_JOINT_CLASSIFIER) check_classifier(findings, o, &table);
  dw_joint_table_free(&table);
}
