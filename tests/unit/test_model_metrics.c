#include "test.h"

#include <math.h>

#include "report/metrics/model_metrics.h"

static const char *printed(const dw_model_metrics *const *each, size_t count)
{
  static dw_buf out;
  out.length = 0;
  dw_model_metrics_print(&out, each, count);
  return dw_buf_cstr(&out);
}

static dw_checked_column column_of(const char *name, double score, bool drift)
{
  dw_checked_column column;
  dw_checked_column_init(&column);
  column.column = name;
  column.check = "column_drift";
  column.method = "ks";
  column.score = score;
  column.drift = drift;
  return column;
}

TEST(a_check_becomes_samples)
{
  dw_checked_run run;
  dw_checked_run_init(&run);
  dw_checked_column columns[] = {column_of("a", 0.5, false), column_of("a", 0.001, true), column_of("v\"\\\n", NAN, false)};
  columns[2].centroid_cosine = 0.25;
  columns[2].variance_ratio = 0.5;
  columns[2].method = NULL;
  dw_checked_comparison comparison = {
      .record = "inference", .columns = 2, .drifted = 1, .drift_share = 0.5, .column = columns, .column_count = 3, .left_out = 7};
  dw_checked_part parts[] = {{.check = "data_drift", .judged = true, .drift = true}, {.check = "silence"}};
  dw_checked_part alerts[] = {{.check = "data_drift", .open = true}, {.check = "silence"}};
  run.model = "m";
  run.time = INT64_C(1767268800500000);
  run.answer = DW_ANSWER_DRIFT;
  run.severity = DW_SEVERITY_MEDIUM;
  run.rows = 10;
  run.part = parts, run.part_count = 2;
  run.alert = alerts, run.alert_count = 2;
  run.comparison = &comparison, run.comparison_count = 1;
  run.refusal.value = 0.2, run.refusal.limit = 0.1;
  run.accuracy.now = 0.5, run.accuracy.before = 0.75, run.accuracy.metric = "accuracy", run.accuracy.known = 5, run.accuracy.rows = 20;
  dw_model_metrics m = {0};
  dw_model_metrics_add(&m, &run);
  const dw_model_metrics *each[] = {&m};
  static const char *const lines[] = {"driftwatch_last_check_timestamp_seconds{model=\"m\"} 1767268800.5",
                                      "driftwatch_judged{model=\"m\"} 1",
                                      "driftwatch_drift{model=\"m\"} 1",
                                      "driftwatch_severity{model=\"m\"} 2",
                                      "driftwatch_check_drift{model=\"m\",check=\"data_drift\"} 1",
                                      "driftwatch_alert_open{model=\"m\",check=\"data_drift\"} 1",
                                      "driftwatch_alert_open{model=\"m\",check=\"silence\"} 0",
                                      "driftwatch_window_rows{model=\"m\"} 10",
                                      "driftwatch_drift_share{model=\"m\",record=\"inference\"} 0.5",
                                      "driftwatch_columns_drifted{model=\"m\",record=\"inference\"} 1",
                                      "driftwatch_columns_dropped{model=\"m\",record=\"inference\"} 7",
                                      "driftwatch_column_score{model=\"m\",record=\"inference\",column=\"a\"} 0.5",
                                      "driftwatch_column_drift{model=\"m\",record=\"inference\",column=\"a\"} 1",
                                      "driftwatch_column_drift{model=\"m\",record=\"inference\",column=\"v\\\"\\\\\\n\"} 0",
                                      "embedding_drift_score{model=\"m\",record=\"inference\",column=\"v\\\"\\\\\\n\"} 0.25",
                                      "embedding_variance_score{model=\"m\",record=\"inference\",column=\"v\\\"\\\\\\n\"} 0.5",
                                      "refusal_rate{model=\"m\"} 0.2",
                                      "model_refusal_rate{model=\"m\"} 0.2",
                                      "driftwatch_limit{model=\"m\",check=\"refusal_rate\"} 0.1",
                                      "recent_accuracy{model=\"m\",metric=\"accuracy\"} 0.5",
                                      "model_accuracy_score{model=\"m\",metric=\"accuracy\"} 0.5",
                                      "baseline_accuracy{model=\"m\",metric=\"accuracy\"} 0.75",
                                      "driftwatch_label_coverage{model=\"m\",metric=\"accuracy\"} 0.25"};
  static const char *const none[] = {"\ntoxicity_rate{",
                                     "\ndriftwatch_baseline_rows{",
                                     "check=\"silence\"} 1",
                                     "\ndriftwatch_check_drift{model=\"m\",check=\"silence\"}",
                                     "} nan",
                                     "} inf",
                                     "driftwatch_column_score{model=\"m\",record=\"inference\",column=\"v"};
  const char *text = printed(each, 1);
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    char line[200];
    snprintf(line, sizeof line, "\n%s\n", lines[i]);
    const char *at = strstr(text, line);
    CHECK_MSG(at && !strstr(at + 1, line), "%s", lines[i]);
  }
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) CHECK_MSG(!strstr(text, none[i]), "%s", none[i]);
  CHECK(text[strlen(text) - 1] == '\n');
  dw_model_metrics_free(&m);
}

/* Not judged is neither drift nor none. */
TEST(what_was_not_judged_has_no_verdict)
{
  dw_checked_run run;
  dw_checked_run_init(&run);
  run.model = "m";
  run.answer = DW_ANSWER_NOT_JUDGED;
  dw_model_metrics m = {0};
  dw_model_metrics_add(&m, &run);
  const char *text = printed((const dw_model_metrics *const[]){&m}, 1);
  CHECK(strstr(text, "\ndriftwatch_judged{model=\"m\"} 0\n"));
  CHECK(!strstr(text, "\ndriftwatch_drift{") && !strstr(text, "\ndriftwatch_severity{") && !strstr(text, "timestamp_seconds{"));
  dw_model_metrics_free(&m);
}

TEST(models_stand_together_under_one_head)
{
  dw_model_metrics m[2] = {0};
  for (int i = 0; i < 2; i++) {
    dw_checked_run run;
    dw_checked_run_init(&run);
    run.model = i ? "b" : "a";
    run.answer = DW_ANSWER_NO_DRIFT;
    dw_model_metrics_add(&m[i], &run);
  }
  const char *text = printed((const dw_model_metrics *const[]){&m[0], &m[1]}, 2);
  CHECK(strstr(text, "# HELP driftwatch_drift 1: the last check found drift; 0: it found none.\n# TYPE driftwatch_drift gauge\n"
                     "driftwatch_drift{model=\"a\"} 0\ndriftwatch_drift{model=\"b\"} 0\n# HELP "));
  CHECK(strncmp(printed(NULL, 0), "# HELP ", 7) == 0 && !strchr(printed(NULL, 0), '{'));
  for (int i = 0; i < 2; i++) dw_model_metrics_free(&m[i]);
}

/* A name is cut between characters; names that are one then are one sample: two would be refused. */
TEST(long_names_are_cut_and_stay_one_sample)
{
  char name[2][500];
  dw_checked_column columns[2];
  for (int i = 0; i < 2; i++) {
    name[i][0] = 'x';
    for (int k = 0; k < 150; k++) memcpy(name[i] + 1 + 2 * k, "\xc3\xa4", 2);
    snprintf(name[i] + 301, 20, "%d", i);
    columns[i] = column_of(name[i], 0.5, i == 1);
  }
  dw_checked_comparison comparison = {
      .column = columns, .column_count = 2, .columns = NAN, .drifted = NAN, .drift_share = NAN, .left_out = NAN};
  dw_checked_run run;
  dw_checked_run_init(&run);
  run.model = "m";
  run.comparison = &comparison, run.comparison_count = 1;
  dw_model_metrics m = {0};
  dw_model_metrics_add(&m, &run);
  char want[300] = "driftwatch_column_drift{model=\"m\",column=\"x";
  for (int k = 0; k < 99; k++) strcat(want, "\xc3\xa4");
  strcat(want, "\"} 1\n");
  CHECK_TEXT(dw_buf_cstr(&m.samples[DW_METRIC_COLUMN_DRIFT]), want);
  CHECK_TEXT(dw_buf_cstr(&m.samples[DW_METRIC_DROPPED]), "driftwatch_columns_dropped{model=\"m\"} 0\n");
  dw_model_metrics_free(&m);
}

TEST(the_program_says_its_version)
{
  dw_buf out = {0};
  dw_monitor_info_print(&out, "1.2.3");
  CHECK(strstr(dw_buf_cstr(&out), "\n# TYPE drift_monitor_info gauge\ndrift_monitor_info{version=\"1.2.3\"} 1\n"));
  dw_buf_free(&out);
}
