#include "report_case.h"

static dw_buf buf;

static const char *junit(dw_report *report, const char *title)
{
  buf.length = 0;
  case_write(&buf, "junit", report, &(dw_render){.title = title});
  dw_findings_free(report);
  return dw_buf_cstr(&buf);
}

TEST(well_formed)
{
  static const char *const names[] = {"feature", "quiet", "methods", "hostile", "incomplete"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *problem = case_nesting(junit(case_file(names[i]), "<&\"\x01"), false);
    CHECK_MSG(problem == NULL, "%s: %s", names[i], problem ? problem : "");
  }
}

TEST(counts_agree)
{
  const char *text = junit(case_file("feature"), NULL);
  CHECK(strstr(text, " time=") == NULL); /* no document says any */
  CHECK(strstr(text, " <testsuite name=\"driftwatch\" tests=\"23\" failures=\"9\" errors=\"0\" skipped=\"2\">") != NULL);
  CHECK(case_count(text, "<testcase") == 23 && case_count(text, "<failure") == 9 && case_count(text, "<skipped") == 2);
  text = junit(case_file("methods"), NULL);
  CHECK(strstr(text, "tests=\"4\" failures=\"2\" errors=\"0\" skipped=\"1\"") != NULL);
  CHECK(strstr(text, "<skipped message=\"no answer: es: all values are equal\"/>") != NULL);
}

TEST(cases)
{
  const char *text = junit(case_file("feature"), NULL);
  CHECK(strstr(text, "<testcase classname=\"column_drift\" name=\"geo_distance_km (wasserstein)\"><failure message=\"median "
                     "23.5 → 36.6 (+55 %), std "
                     "24.1 → 37.6 (+56 %); wasserstein 0.689 ≥ 0.1\" type=\"high\">") != NULL);
  CHECK(strstr(text, "<testcase classname=\"column_drift\" name=\"customer_age (wasserstein)\"/>") != NULL);
  CHECK(strstr(text, "<testcase classname=\"column_drift\" name=\"ts\"><skipped message=\"time of the records\"/>") != NULL);
}

TEST(incomplete_is_an_error)
{
  const char *text = junit(case_file("incomplete"), NULL);
  CHECK(strstr(text, "tests=\"4\" failures=\"3\" errors=\"1\"") != NULL);
  CHECK(strstr(text, "<testcase classname=\"input\" name=\"summary\"><error message=\"The input ended without a summary") != NULL);
  text = junit(case_files((const char *const[]){"quiet", "incomplete", NULL}), "t");
  CHECK(case_count(text, "<testsuite ") == 2 && strstr(text, "name=\"t 2\"") != NULL);
  dw_buf_free(&buf);
}
