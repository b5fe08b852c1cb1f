#include "detect/calibrate/adaptive.h"

#include "test.h"

static bool add(dw_adaptive *history, const char *text)
{
  dw_value *value;
  dw_err err = {0};
  CHECK_MSG(dw_value_parse(&value, text, strlen(text), "t", 1, &err) == DW_OK, "%s", err.message);
  dw_arena arena;
  dw_finding finding;
  dw_summary summary;
  dw_arena_init(&arena);
  dw_fields at = {.arena = &arena, .name = "t", .line = 1, .err = &err};
  bool is_finding = strcmp(dw_value_text_of(value, "kind", ""), "finding") == 0, taken;
  if (is_finding) taken = dw_finding_read(&finding, &at, value) == DW_OK && dw_adaptive_finding(history, &finding);
  else taken = dw_summary_read(&summary, &at, value) == DW_OK && dw_adaptive_summary(history, &summary);
  CHECK_MSG(at.status == DW_OK, "%s", err.message);
  dw_arena_free(&arena);
  dw_value_free(value);
  return taken;
}

static void add_run(dw_adaptive *history, double psi, double p, double share, int rows)
{
  char text[300];
  snprintf(text, sizeof text,
           "{\"kind\":\"finding\",\"check\":\"column_drift\",\"drift\":false,\"column\":\"x\",\"method\":\"psi\",\"statistic\":%.17g,\"p_"
           "value\":null}",
           psi);
  CHECK(add(history, text));
  snprintf(text, sizeof text,
           "{\"kind\":\"finding\",\"check\":\"prediction_drift\",\"drift\":false,\"column\":\"s\",\"method\":\"ks\",\"statistic\":0.1,\"p_"
           "value\":%.17g}",
           p);
  CHECK(add(history, text));
  snprintf(text, sizeof text, "{\"kind\":\"summary\",\"drift\":false,\"drift_share\":%.17g,\"reference_rows\":100,\"current_rows\":%d}",
           share, rows);
  CHECK(add(history, text));
}

/* Mean and deviation of the last four of 1, 2, 3, 4, 5: 3.5 and 1.2909944487358056; of -ln p with p = exp(-x) the same. */
TEST(mean_and_deviations_of_the_last_runs)
{
  dw_adaptive h;
  dw_adaptive_threshold *t;
  size_t count;
  dw_adaptive_init(&h);
  for (int i = 1; i <= 5; i++) add_run(&h, i, exp(-i), i == 3 ? 0.5 : 0, 40 + i % 2);
  CHECK(dw_adaptive_thresholds(&h, 4, 2, 3, &t, &count, NULL) == DW_OK);
  CHECK(count == 3);
  CHECK_TEXT(t[0].threshold.column, "x");
  CHECK_TEXT(t[0].threshold.method, "psi");
  CHECK_CLOSE(t[0].mean, 3.5, 1e-15);
  CHECK_CLOSE(t[0].std, 1.2909944487358056, 1e-14);
  CHECK_CLOSE(t[0].threshold.threshold, 3.5 + 2 * 1.2909944487358056, 1e-14);
  CHECK(t[0].threshold.rule == DW_RULE_ABOVE && t[0].runs == 4 && t[0].threshold.rows == 40 && t[0].threshold.reference_rows == 100);
  CHECK_CLOSE(t[1].threshold.threshold, exp(-(3.5 + 2 * 1.2909944487358056)), 1e-12);
  CHECK(t[1].threshold.rule == DW_RULE_BELOW && t[1].threshold.check == DW_CHECK_COLUMN);
  CHECK(t[2].threshold.column == NULL && t[2].threshold.rule == DW_RULE_AT_LEAST);
  CHECK_CLOSE(t[2].threshold.threshold, 0.125 + 2 * 0.25, 1e-14);
  dw_free(t);
  dw_adaptive_free(&h);
}

TEST(too_few_runs_and_too_few_scores)
{
  dw_adaptive h;
  dw_adaptive_threshold *t;
  size_t count;
  dw_err err;
  dw_adaptive_init(&h);
  CHECK(dw_adaptive_thresholds(&h, 100, 2, 10, &t, &count, &err) == DW_ENODATA);
  for (int i = 0; i < 9; i++) add_run(&h, 1, 0.5, 0, 40);
  CHECK(dw_adaptive_thresholds(&h, 100, 2, 10, &t, &count, &err) == DW_ENODATA);
  CHECK_TEXT(err.message, "9 past runs are too few: at least 10 are wanted (--least)");
  CHECK(add(&h, "{\"kind\":\"summary\",\"drift\":false,\"drift_share\":0}")); /* a run without these columns */
  CHECK(dw_adaptive_thresholds(&h, 100, 2, 10, &t, &count, &err) == DW_OK);
  CHECK(count == 0); /* nine scores each, and a share that was always 0 */
  dw_free(t);
  add_run(&h, 1, 0, 0, 80);
  CHECK(dw_adaptive_thresholds(&h, 100, 2, 10, &t, &count, &err) == DW_OK);
  CHECK(count == 2 && t[0].std == 0 && t[0].threshold.threshold == 1 && t[0].threshold.rows == 0); /* sizes differ */
  CHECK(t[1].threshold.threshold >= 0 && t[1].threshold.threshold < 1e-100);                       /* p = 0 counts as 1e-300 */
  dw_free(t);
  dw_adaptive_free(&h);
}

TEST(what_is_passed_over)
{
  dw_adaptive h;
  dw_adaptive_init(&h);
  static const char *const other[] = {
      "{\"kind\":\"summary\",\"command\":\"dw-eval\",\"gate\":null}",
      "{\"kind\":\"finding\",\"check\":\"schema\",\"drift\":false,\"column\":\"x\",\"method\":null}",
      "{\"kind\":\"finding\",\"check\":\"missing_values\",\"drift\":false,\"column\":\"x\",\"method\":\"fisher_exact\",\"p_value\":0.5}",
      "{\"kind\":\"finding\",\"check\":\"column_drift\",\"drift\":false,\"column\":\"x\",\"method\":\"ks\",\"statistic\":null,\"p_value\":"
      "null,\"error\":"
      "\"why\"}",
      "{\"kind\":\"finding\",\"check\":\"column_drift\",\"drift\":false,\"column\":\"x\",\"method\":\"magic\",\"statistic\":1}",
      "{\"kind\":\"finding\",\"check\":\"column_drift\",\"drift\":false,\"column\":\"x\",\"method\":\"psi\",\"statistic\":1,\"segment\":{"
      "\"column\":\"k\","
      "\"value\":\"a\"}}",
  };
  for (size_t i = 0; i < sizeof other / sizeof *other; i++) CHECK_MSG(!add(&h, other[i]), "%s", other[i]);
  CHECK(h.run_count == 0 && h.score_count == 0);
  dw_adaptive_free(&h);
}
