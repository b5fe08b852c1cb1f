#include "detect/compare/verdict.h"
#include "test.h"

static dw_finding of(dw_check check, const char *column, double p)
{
  dw_finding finding;
  dw_finding_init(&finding, check, column, DW_TYPE_NUMERIC);
  dw_finding_judge_p(&finding, "ks", p, 0.05);
  return finding;
}

static dw_finding distance(const char *column, double score)
{
  dw_finding finding;
  dw_finding_init(&finding, DW_CHECK_COLUMN, column, DW_TYPE_NUMERIC);
  finding.statistic = finding.score = score;
  finding.threshold = 0.1;
  finding.rule = DW_RULE_AT_LEAST;
  return finding;
}

TEST(all_tests_are_corrected_together_and_distances_not)
{
  dw_finding list[] = {of(DW_CHECK_COLUMN, "a", 0.002), of(DW_CHECK_COLUMN, "b", 0.5), of(DW_CHECK_MISSING, "a", 0.02), distance("c", 0.1)};
  dw_comparison comparison = {.finding = list, .finding_count = 4, .without_finding = 9}, *one = &comparison;
  dw_verdict_correct(&one, 1, DW_CORRECTION_BONFERRONI);
  CHECK_CLOSE(list[0].p_adjusted, 0.00825, 1e-15); /* three tests, and nine beside them that had nothing to report: 3 + 9 / 8 */
  CHECK_CLOSE(list[2].p_adjusted, 0.0825, 1e-15);
  CHECK(list[0].drift && !list[1].drift && !list[2].drift && list[3].drift && list[3].score == 0.1);
}

TEST(what_stands_beside_a_test_of_the_column_has_an_eighth_of_its_weight)
{
  dw_finding list[] = {of(DW_CHECK_COLUMN, "a", 0.04), of(DW_CHECK_RANGE, "a", 0.005), of(DW_CHECK_CATEGORIES, "b", 0.5)};
  dw_comparison comparison = {.finding = list, .finding_count = 3}, *one = &comparison;
  dw_verdict_correct(&one, 1, DW_CORRECTION_BONFERRONI);
  CHECK_CLOSE(list[0].p_adjusted, 0.05, 1e-15);
  CHECK_CLOSE(list[1].p_adjusted, 0.05, 1e-15);
  CHECK(list[2].p_adjusted == 1);
  dw_comparison alone = {.finding = list + 1, .finding_count = 2}, *beside = &alone;
  dw_verdict_correct(&beside, 1, DW_CORRECTION_HOLM); /* weights count among each other alone */
  CHECK_CLOSE(list[1].p_adjusted, 0.01, 1e-15);
  CHECK_CLOSE(list[2].p_adjusted, 0.5, 1e-15);
}

TEST(several_comparisons_are_one_family)
{
  dw_finding first[] = {of(DW_CHECK_COLUMN, "a", 0.02)}, second[] = {of(DW_CHECK_COLUMN, "a", 0.04), of(DW_CHECK_COLUMN, "b", 0.9)};
  dw_comparison left = {.finding = first, .finding_count = 1}, right = {.finding = second, .finding_count = 2}, *both[] = {&left, &right};
  dw_verdict_correct(both, 2, DW_CORRECTION_BH);
  CHECK_CLOSE(first[0].p_adjusted, 0.06, 1e-15);
  CHECK_CLOSE(second[0].p_adjusted, 0.06, 1e-15);
  dw_verdict_correct(both, 2, DW_CORRECTION_NONE);
  CHECK(!first[0].drift); /* what was corrected stays */
}

static bool answer(const char *fail_on)
{
  dw_finding list[] = {distance("a", 0.5), distance("a", 0.01), distance("b", 0.01), of(DW_CHECK_MISSING, "b", 0.001), distance("c", 0.01)};
  dw_comparison comparison = {.finding = list, .finding_count = 5}, *one = &comparison;
  dw_limits limits;
  dw_err err;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  limits.fail_any = false;
  CHECK(dw_limits_add_fail(&limits, fail_on, &err) == DW_OK);
  dw_verdict_correct(&one, 1, DW_CORRECTION_NONE);
  dw_verdict_give(&comparison, &limits);
  CHECK(comparison.columns == 3 && comparison.drifted == 1 && !comparison.dataset_drift && comparison.severity == DW_SEVERITY_HIGH);
  CHECK_TEXT(comparison.drifted_column[0], "a");
  dw_free(comparison.drifted_column);
  dw_limits_free(&limits);
  return comparison.drift;
}

static dw_finding share(const char *column, double h)
{
  dw_finding finding = of(DW_CHECK_COLUMN, column, 1e-9);
  finding.shift.h = h;
  finding.shift.min_effect = 0.1;
  return finding;
}

/* Of one column the share of drifted columns is all or nothing: how far it drifted says how bad that is. */
TEST(a_run_is_no_worse_than_its_worst_finding)
{
  static const struct {
    double h;
    dw_severity severity;
  } cases[] = {{0.05, DW_SEVERITY_NONE}, {0.15, DW_SEVERITY_LOW}, {0.3, DW_SEVERITY_MEDIUM}, {0.7, DW_SEVERITY_HIGH}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_finding list[] = {share("a", cases[i].h)};
    dw_comparison comparison = {.finding = list, .finding_count = 1}, *one = &comparison;
    dw_limits limits;
    dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
    dw_verdict_correct(&one, 1, DW_CORRECTION_BH);
    dw_verdict_give(&comparison, &limits);
    CHECK_MSG(comparison.severity == cases[i].severity, "h = %g: %s", cases[i].h, dw_severity_word(comparison.severity));
    dw_free(comparison.drifted_column);
    dw_limits_free(&limits);
  }
}

TEST(the_answer_is_what_fail_on_asks)
{
  CHECK(answer("any") && !answer("share") && answer("column:a") && answer("column:b") && !answer("column:c"));
  CHECK(answer("severity:medium") && answer("severity:high"));
}
