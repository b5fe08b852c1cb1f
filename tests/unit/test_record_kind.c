#include "test.h"

#include "store/records/record_kind.h"

TEST(tables_in_their_order)
{
  static const char *const tables[DW_RECORD_TABLES + 1] = {
      "inference_logs", "interaction_log", "embeddings_log",    "documents", "labels",         "drift_runs", "drift_events",
      "alerts",         "outbox",          "threshold_history", "models",    "model_versions", NULL};
  for (int i = 0; i < DW_RECORD_TABLES; i++) {
    int table = -1;
    CHECK_TEXT(dw_record_table(i), tables[i]);
    CHECK(dw_record_table_find(tables[i], &table) && table == i);
    CHECK(dw_record_table_days(i) >= 1);
  }
  CHECK(!dw_record_table(DW_RECORD_TABLES));
}

TEST(words_of_kinds)
{
  for (int i = 0; i < DW_RECORD_KINDS; i++) {
    dw_record_kind kind = DW_RECORD_KINDS;
    int table = -1;
    CHECK(dw_record_kind_find(dw_record_kind_word(i), &kind) && (int)kind == i);
    CHECK(dw_record_table_find(dw_record_kind_word(i), &table) && table == dw_record_kind_table((dw_record_kind)i));
  }
  dw_record_kind kind;
  int table;
  CHECK(!dw_record_kind_word(DW_RECORD_KINDS));
  CHECK(!dw_record_kind_find("inferences", &kind) && !dw_record_table_find("", &table));
  CHECK(dw_record_kind_table(DW_RECORD_RESPONSE) == dw_record_kind_table(DW_RECORD_INFERENCE));
  CHECK(dw_record_kind_vectors(DW_RECORD_EMBEDDING) && dw_record_kind_vectors(DW_RECORD_RESPONSE));
  CHECK(!dw_record_kind_vectors(DW_RECORD_LABEL));
}
