/* The words of the documents: whatever can be written can be read back, and has words for people. */
#include "detect/check/methods.h"
#include "detect/joint/joint.h"
#include "detect/joint/joint_correlation.h"
#include "kinds/check.h"
#include "kinds/finding.h"
#include "kinds/rule.h"
#include "kinds/severity.h"
#include "kinds/titles.h"
#include "test.h"

TEST(checks_are_read_back)
{
  for (int i = 0; i < DW_CHECKS; i++) {
    const dw_check_row *row = dw_check_of((dw_check)i);
    CHECK_MSG(*row->name && *row->title && strcmp(row->name, row->title) != 0, "check %d", i);
    CHECK_MSG(dw_check_named(row->name) == (dw_check)i, "%s is read as another check", row->name);
    CHECK(row->judges != DW_JUDGES_UNKNOWN && dw_check_runs((dw_check)i, DW_PRESET_DRIFTWATCH));
    CHECK_MSG((row->family == DW_TESTS_NONE) == (row->judges == DW_JUDGES_SCHEMA), "%s: only the schema is no test", row->name);
    CHECK_MSG((row->family == DW_TESTS_QUALITY) == (row->judges == DW_JUDGES_QUALITY), "%s", row->name);
  }
  CHECK(dw_check_named("drift") == DW_CHECK_UNKNOWN && dw_check_named("") == DW_CHECK_UNKNOWN && dw_check_named(NULL) == DW_CHECK_UNKNOWN);
  CHECK(dw_check_of(DW_CHECK_UNKNOWN)->judges == DW_JUDGES_UNKNOWN && !dw_check_runs(DW_CHECK_UNKNOWN, DW_PRESET_DRIFTWATCH));
}

/* Evidently compares columns and nothing else; a distribution is one column's, whoever's the column is. */
TEST(checks_say_what_they_judge)
{
  static const char *const distributions = "column_drift embedding_drift text_drift target_drift prediction_drift ";
  dw_buf own = {0}, evidently = {0};
  for (int i = 0; i < DW_CHECKS; i++) {
    if (dw_check_is_distribution((dw_check)i)) dw_buf_format(&own, "%s ", dw_check_of((dw_check)i)->name);
    if (dw_check_runs((dw_check)i, DW_PRESET_EVIDENTLY)) dw_buf_format(&evidently, "%s ", dw_check_of((dw_check)i)->name);
    CHECK(dw_check_runs((dw_check)i, DW_PRESET_NANNYML));
  }
  CHECK_TEXT(dw_buf_cstr(&own), distributions);
  CHECK_TEXT(dw_buf_cstr(&evidently), "column_drift embedding_drift text_drift ");
  dw_buf_free(&own);
  dw_buf_free(&evidently);
}

TEST(severities_and_rules_are_read_back)
{
  for (int i = DW_SEVERITY_NONE; i <= DW_SEVERITY_HIGH; i++) {
    dw_severity severity = DW_SEVERITY_NONE;
    CHECK(dw_severity_find(dw_severity_word((dw_severity)i), &severity) && severity == (dw_severity)i);
  }
  dw_severity untouched = DW_SEVERITY_LOW;
  CHECK(!dw_severity_find("High", &untouched) && !dw_severity_find("", &untouched) && !dw_severity_find(NULL, &untouched));
  CHECK(untouched == DW_SEVERITY_LOW);
  for (int i = DW_RULE_AT_LEAST; i <= DW_RULE_BELOW; i++) {
    dw_rule rule = DW_RULE_AT_LEAST;
    CHECK(dw_rule_find(dw_rule_text((dw_rule)i), &rule) && rule == (dw_rule)i);
    CHECK(dw_rule_is_upper(rule) == dw_rule_holds(2, rule, 1) && dw_rule_is_upper(rule) == !dw_rule_holds(0, rule, 1));
    CHECK((strlen(dw_rule_text(rule)) == 2) == dw_rule_holds(1, rule, 1));
    CHECK(!dw_rule_holds(NAN, rule, 1));
  }
  dw_rule rule = DW_RULE_BELOW;
  CHECK(!dw_rule_find("=", &rule) && !dw_rule_find("", &rule) && !dw_rule_find(NULL, &rule) && rule == DW_RULE_BELOW);
}

static void check_title(const char *name) { CHECK_MSG(dw_title_of_method(name) && *dw_title_of_method(name), "%s has no title", name); }

TEST(every_method_that_can_be_written_has_a_title)
{
  const dw_method *method;
  size_t count = 0;
  for (; (method = dw_method_at(count)); count++) check_title(method->name);
  for (size_t i = 0; i < DW_JOINT_METHODS; i++) check_title(dw_joint_methods[i].name);
  for (size_t i = 0; i < 3; i++) check_title(dw_association_names[i]);
  static const char *const others[] = {DW_SEQUENTIAL_METHOD, "exceedance",     "auc",           "mae",
                                       "pca_reconstruction", "missing_values", "unseen_values", "numerical_range"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) check_title(others[i]);
  const dw_title *title;
  for (size_t i = 0; (title = dw_title_at(i)); i++) {
    CHECK_MSG(dw_title_of_method(title->name) == title->title, "%s stands in two rows", title->name);
    CHECK((dw_method_find(title->name) != NULL) == (i < count));
  }
  CHECK(!dw_title_of_method("none"));
}
