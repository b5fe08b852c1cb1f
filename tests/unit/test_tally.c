#include "test.h"

#include "base/str.h"
#include "serve/tally/tally.h"

#define NOON (INT64_C(1767268800) * DW_SECOND) /* 2026-01-01T12:00:00Z */

static const char *printed(dw_tally *tally)
{
  static dw_buf out;
  out.length = 0;
  dw_tally_print(tally, &out);
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
