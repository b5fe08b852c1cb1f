#include "serve/rounds/clean_up.h"

#include "records_case.h"

static dw_clean_up kept(int64_t time)
{
  dw_clean_up clean_up;
  for (int i = 0; i < DW_RECORD_TABLES; i++) clean_up.keep[i] = time;
  return clean_up;
}

static void put(dw_records *records, dw_record_kind kind, const char *id, int64_t received)
{
  dw_records_item item = item_of(id, "{}", NOON);
  item.kind = kind;
  item.received = received;
  CHECK(put_one(records, item) == DW_RECORDS_STORED);
}

static size_t left(dw_records *records, dw_record_kind kind)
{
  dw_records_query all = DW_RECORDS_ALL;
  all.kind = kind;
  const char *text = got(records, &all);
  size_t count = 0;
  for (; *text; text++) count += *text == '}';
  return count;
}

TEST(each_table_keeps_for_its_time)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    uint64_t removed;
    for (int i = 0; i < 4; i++) {
      char id[2] = {(char)('0' + i), '\0'};
      put(records, DW_RECORD_INFERENCE, id, NOON + i * HOUR);
      put(records, DW_RECORD_LABEL, id, NOON + i * HOUR);
    }
    dw_clean_up clean_up = kept(10 * HOUR);
    clean_up.keep[dw_record_kind_table(DW_RECORD_INFERENCE)] = HOUR;
    CHECK(dw_clean_up_do(&clean_up, records, NOON + 3 * HOUR, NULL, NULL, &removed, &err) == DW_OK && removed == 2);
    CHECK(left(records, DW_RECORD_INFERENCE) == 2 && left(records, DW_RECORD_LABEL) == 4);
    CHECK(dw_clean_up_do(&clean_up, records, NOON + 13 * HOUR, NULL, NULL, &removed, &err) == DW_OK && removed == 5);
    CHECK(left(records, DW_RECORD_INFERENCE) == 0 && left(records, DW_RECORD_LABEL) == 1);
    dw_records_close(records);
  }
}

static bool at_once(void *asked)
{
  ++*(int *)asked;
  return true;
}

TEST(whoever_has_to_end_ends_before_the_next_step)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  uint64_t removed;
  int asked = 0;
  put(records, DW_RECORD_INFERENCE, "a", NOON);
  dw_clean_up clean_up = kept(0);
  CHECK(dw_clean_up_do(&clean_up, records, NOON + HOUR, at_once, &asked, &removed, &err) == DW_OK && removed == 0 && asked == 1);
  CHECK(left(records, DW_RECORD_INFERENCE) == 1);
  dw_records_close(records);
}
