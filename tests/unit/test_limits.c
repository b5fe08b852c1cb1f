#include "detect/check/limits.h"
#include "test.h"

static dw_limits fresh(void)
{
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  return limits;
}

TEST(presets)
{
  dw_limits ours = fresh(), theirs;
  dw_limits_init(&theirs, DW_PRESET_EVIDENTLY);
  CHECK(ours.correction == DW_CORRECTION_BH && ours.fail_any && !ours.fail_share && ours.check[DW_CHECK_MISSING]);
  CHECK(theirs.correction == DW_CORRECTION_NONE && !theirs.fail_any && theirs.fail_share);
  CHECK(theirs.check[DW_CHECK_COLUMN] && !theirs.check[DW_CHECK_MISSING] && !theirs.check[DW_CHECK_SCHEMA]);
  dw_limits_free(&ours);
  dw_limits_free(&theirs);
}

TEST(methods)
{
  dw_limits limits = fresh();
  dw_err err;
  CHECK(dw_limits_add_method(&limits, "ks", &err) == DW_OK && !limits.method[0].column);
  CHECK(dw_limits_add_method(&limits, "a=b=psi", &err) == DW_OK);
  CHECK_TEXT(limits.method[1].column, "a=b");
  CHECK_TEXT(limits.method[1].method->name, "psi");
  CHECK(dw_limits_add_method(&limits, "all", &err) == DW_OK && limits.every_method);
  CHECK(dw_limits_add_method(&limits, "kolmogorov", &err) == DW_EUSAGE);
  CHECK_MSG(strstr(err.message, "no method \"kolmogorov\"") && strstr(err.message, "jensenshannon"), "%s", err.message);
  dw_limits_free(&limits);
}

TEST(the_closest_threshold_holds)
{
  dw_limits limits = fresh();
  dw_err err;
  CHECK(dw_limits_threshold(&limits, DW_CHECK_COLUMN, "a", "ks", 0.05) == 0.05);
  CHECK(dw_limits_add_threshold(&limits, "a=0.4", &err) == DW_OK);
  CHECK(dw_limits_add_threshold(&limits, "psi=0.3", &err) == DW_OK);
  CHECK(dw_limits_add_threshold(&limits, "0.2", &err) == DW_OK);
  CHECK(dw_limits_add_threshold(&limits, "missing_values=0.001", &err) == DW_OK);
  CHECK(dw_limits_add_threshold(&limits, "column:psi=0.6", &err) == DW_OK);
  CHECK(dw_limits_threshold(&limits, DW_CHECK_COLUMN, "a", "psi", 0.1) == 0.4);
  CHECK(dw_limits_threshold(&limits, DW_CHECK_COLUMN, "b", "psi", 0.1) == 0.3);
  CHECK(dw_limits_threshold(&limits, DW_CHECK_COLUMN, "b", "ks", 0.05) == 0.2);
  CHECK(dw_limits_threshold(&limits, DW_CHECK_COLUMN, "psi", "ks", 0.05) == 0.6);
  CHECK(dw_limits_threshold(&limits, DW_CHECK_MISSING, "a", NULL, 0.01) == 0.001);
  CHECK(dw_limits_threshold(&limits, DW_CHECK_RANGE, "b", NULL, 0.01) == 0.01);
  static const char *const wrong[] = {"x", "a=", "a=x", "ks=-1", "=", "ks=1e999"};
  for (size_t i = 0; i < 6; i++) CHECK_MSG(dw_limits_add_threshold(&limits, wrong[i], &err) == DW_EUSAGE, "%s was taken", wrong[i]);
  dw_limits_free(&limits);
}

TEST(fail_on_and_severity)
{
  dw_limits limits = fresh();
  dw_err err;
  CHECK(dw_limits_add_fail(&limits, "share", &err) == DW_OK && limits.fail_share);
  CHECK(dw_limits_add_fail(&limits, "column:a:b", &err) == DW_OK);
  CHECK_TEXT(limits.fail_column[0], "a:b");
  CHECK(dw_limits_add_fail(&limits, "severity:medium", &err) == DW_OK && limits.fail_severity == DW_SEVERITY_MEDIUM);
  CHECK(dw_limits_add_fail(&limits, "severity:none", &err) == DW_EUSAGE);
  CHECK(dw_limits_add_fail(&limits, "never", &err) == DW_EUSAGE);
  CHECK(dw_limits_add_fail(&limits, "column:", &err) == DW_EUSAGE);
  CHECK(!limits.severity_by_share);
  CHECK(dw_limits_set_severity(&limits, "0.1,0.3", &err) == DW_OK && limits.severity_by_share);
  dw_grading share = dw_limits_grading(&limits, 0.25);
  CHECK(share.scale == DW_SCALE_COLUMNS && dw_grading_severity(&share) == DW_SEVERITY_MEDIUM);
  CHECK(dw_limits_set_severity(&limits, "0.5,0.2", &err) == DW_EUSAGE);
  CHECK(dw_limits_set_severity(&limits, "0.5", &err) == DW_EUSAGE);
  const char *words[] = {"schema", "performance"}, *bad[] = {"schem"};
  CHECK(dw_limits_set_checks(&limits, words, 2, &err) == DW_OK && limits.check[DW_CHECK_SCHEMA] && !limits.check[DW_CHECK_COLUMN]);
  CHECK(dw_limits_set_checks(&limits, bad, 1, &err) == DW_EUSAGE);
  dw_limits_free(&limits);
}

TEST(asked_for)
{
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_EVIDENTLY);
  CHECK(!dw_limits_ask(&limits, "tvd"));
  CHECK(dw_limits_add_method(&limits, "country=tvd", NULL) == DW_OK && dw_limits_ask(&limits, "tvd") && !dw_limits_ask(&limits, "psi"));
  CHECK(dw_limits_add_method(&limits, "all", NULL) == DW_OK && dw_limits_ask(&limits, "psi"));
  dw_limits_free(&limits);
}
