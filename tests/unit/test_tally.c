#include "test.h"

#include "base/str.h"
#include "serve/tally/tally.h"

#define NOON (INT64_C(1767268800) * DW_SECOND) /* 2026-01-01T12:00:00Z */

static const char *printed(dw_tally *tally)
{
  static dw_buf out;
  out.length = 0;
  dw_tally_print(tally, NULL, NULL, &out);
  return dw_buf_cstr(&out);
}

static bool has(dw_tally *tally, const char *line) { return strstr(printed(tally), line) != NULL; }

TEST(outcomes_are_counted_by_kind_and_model)
{
  dw_tally *tally = dw_tally_new();
  const dw_records_item items[] = {
      {.kind = DW_RECORD_INFERENCE, .model = "m", .time = NOON, .received = NOON, .outcome = DW_RECORDS_STORED},
      {.kind = DW_RECORD_INFERENCE, .model = "m", .time = NOON + 301 * DW_SECOND, .received = NOON, .outcome = DW_RECORDS_STORED},
      {.kind = DW_RECORD_INFERENCE, .model = "m", .time = NOON - 90000 * DW_SECOND, .received = NOON, .outcome = DW_RECORDS_STORED},
      {.kind = DW_RECORD_INFERENCE, .model = "m", .time = NOON - 90000 * DW_SECOND, .received = NOON, .outcome = DW_RECORDS_DUPLICATE},
      {.kind = DW_RECORD_INFERENCE, .model = "n", .time = NOON, .received = NOON + 9, .outcome = DW_RECORDS_CONFLICT},
      {.kind = DW_RECORD_LABEL, .model = "", .time = NOON, .received = NOON, .outcome = DW_RECORDS_REFUSED},
  };
  dw_tally_add(tally, items, 6);
  dw_tally_reject(tally, DW_RECORD_LABEL, 4);
  dw_tally_reject(tally, DW_RECORD_EMBEDDING, 0);
  CHECK(has(tally, "\ndw_records_accepted_total{kind=\"inference\",model=\"m\"} 3\n"));
  CHECK(has(tally, "\ndw_records_early_total{kind=\"inference\",model=\"m\"} 1\n"));
  CHECK(has(tally, "\ndw_records_late_total{kind=\"inference\",model=\"m\"} 1\n"));
  CHECK(has(tally, "\ndw_records_duplicate_total{kind=\"inference\",model=\"m\"} 1\n"));
  CHECK(has(tally, "\ndw_records_rejected_total{kind=\"inference\",model=\"n\"} 1\n"));
  CHECK(has(tally, "\ndw_records_rejected_total{kind=\"label\",model=\"\"} 5\n"));
  CHECK(has(tally, "\ndw_last_record_timestamp_seconds{kind=\"inference\",model=\"m\"} 1767268800\n"));
  CHECK(!has(tally, "dw_last_record_timestamp_seconds{kind=\"inference\",model=\"n\"}"));
  CHECK(!has(tally, "embedding"));
  dw_tally_free(tally);
}

/* However many names are sent, the lines are bounded, and nothing that was counted is lost. */
TEST(models_are_bounded)
{
  enum { NAMES = 3 * DW_TALLY_MODELS };
  dw_tally *tally = dw_tally_new();
  size_t lines = 0;
  for (int i = 0; i < NAMES; i++) {
    char name[20];
    snprintf(name, sizeof name, "m%d", i);
    dw_records_item item = {.kind = DW_RECORD_INFERENCE, .model = name, .outcome = DW_RECORDS_STORED};
    dw_tally_add(tally, &item, 1);
    dw_tally_add(tally, &(dw_records_item){.kind = DW_RECORD_INFERENCE, .model = "m0", .outcome = DW_RECORDS_STORED}, 1);
  }
  for (const char *at = printed(tally); (at = strstr(at, "\ndw_records_accepted_total{")); at++) lines++;
  CHECK(lines == DW_TALLY_MODELS); /* one name of them is "", which did not come; the others stand together */
  char want[100];
  snprintf(want, sizeof want, "accepted_total{kind=\"inference\",model=\"(others)\"} %d\n", NAMES - (DW_TALLY_MODELS - 1));
  CHECK(has(tally, want));
  snprintf(want, sizeof want, "accepted_total{kind=\"inference\",model=\"m0\"} %d\n", NAMES + 1);
  CHECK(has(tally, want));
  dw_tally_free(tally);
}

TEST(what_records_cost_is_summed_by_model)
{
  dw_tally *tally = dw_tally_new();
  CHECK(has(tally, "\n# TYPE api_tokens_total counter\n# HELP api_cost_total "));
  dw_tally_usage(tally, "m", 100, 0.25);
  dw_tally_usage(tally, "m", 11, 0.5);
  dw_tally_usage(tally, "n", 7, 0);
  CHECK(has(tally, "\napi_tokens_total{model=\"m\"} 111\napi_tokens_total{model=\"n\"} 7\n"));
  CHECK(has(tally, "\napi_cost_total{model=\"m\"} 0.75\n"));
  CHECK(!has(tally, "api_cost_total{model=\"n\"}"));
  dw_tally_free(tally);
}

TEST(actions_are_counted_by_their_reasons)
{
  dw_tally *tally = dw_tally_new();
  CHECK(has(tally, "\nretrain_events_total{reason=\"accuracy_drop\"} 0\n"));
  CHECK(has(tally, "\nreindex_events_total 0\n"));
  dw_tally_action(tally, "retrain", "accuracy_drop");
  dw_tally_action(tally, "retrain", "accuracy_drop");
  dw_tally_action(tally, "retrain", "a \"reason\"");
  dw_tally_action(tally, "reindex", "data_drift");
  dw_tally_action(tally, "reindex", "refusal_rate");
  CHECK(has(tally, "\nretrain_events_total{reason=\"accuracy_drop\"} 2\n"));
  CHECK(has(tally, "\nretrain_events_total{reason=\"data_drift\"} 0\n"));
  CHECK(has(tally, "\nretrain_events_total{reason=\"a \\\"reason\\\"\"} 1\n"));
  CHECK(has(tally, "\nreindex_events_total 2\n"));
  CHECK(has(tally, "\ndriftwatch_actions_total{action=\"retrain\",reason=\"accuracy_drop\"} 2\n"));
  for (int i = 0; i < 3 * DW_TALLY_ACTIONS; i++) {
    char reason[20];
    snprintf(reason, sizeof reason, "r%d", i);
    dw_tally_action(tally, "notify", reason);
  }
  size_t lines = 0;
  for (const char *at = printed(tally); (at = strstr(at, "\ndriftwatch_actions_total{")); at++) lines++;
  CHECK(lines == DW_TALLY_ACTIONS + 1);
  char want[100];
  snprintf(want, sizeof want, "driftwatch_actions_total{action=\"(others)\",reason=\"(others)\"} %d\n", 2 * DW_TALLY_ACTIONS + 4);
  CHECK(has(tally, want));
  dw_tally_free(tally);
}

TEST(checks_are_told_as_they_stand)
{
  dw_tally *tally = dw_tally_new();
  CHECK(has(tally, "\ndrift_detection_runs_total 0\n") && has(tally, "\ndrift_detection_errors_total 0\n"));
  dw_tally_set_checks(tally, &(dw_tally_checks){.runs = 9, .drift = 2, .not_judged = 3, .errors = 1, .missed = 4, .every = 300});
  dw_tally_set_letters(tally, 5, 6);
  CHECK(has(tally, "\ndrift_detection_runs_total 9\n") && has(tally, "\ndrift_detection_errors_total 1\n"));
  CHECK(has(tally, "\ndriftwatch_runs_drift_total 2\n") && has(tally, "\ndriftwatch_runs_not_judged_total 3\n"));
  CHECK(has(tally, "\ndriftwatch_slots_missed_total 4\n") && has(tally, "\ndriftwatch_notifications_waiting 5\n"));
  CHECK(has(tally, "\ndriftwatch_notifications_failed 6\n") && has(tally, "\ndriftwatch_check_interval_seconds 300\n"));
  dw_tally_free(tally);
}
