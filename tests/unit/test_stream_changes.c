#include "store/records/records.h"
#include "store/records/stream_changes.h"
#include "test.h"

#define NOON (INT64_C(1780315200) * DW_SECOND)
#define HOUR (3600 * DW_SECOND)

TEST(each_stream_has_one_change_with_its_times_and_strays)
{
  dw_stream_changes changes = {0};
  for (int round = 0; round < 2; round++) { /* the second after a clear */
    dw_stream_changes_add(&changes, 7, NOON + 5, NOON);
    dw_stream_changes_add(&changes, 7, NOON - 48 * HOUR, NOON);
    dw_stream_changes_add(&changes, 3, NOON + HOUR, NOON);
    dw_stream_changes_add(&changes, 7, NOON - 5, NOON);
    CHECK(changes.count == 2);
    dw_stream_changes_sort(&changes);
    const dw_stream_change *a = &changes.change[0], *b = &changes.change[1];
    CHECK(a->stream == 3 && a->records == 1 && a->early == 1 && a->late == 0 && a->first > a->last);
    CHECK(b->stream == 7 && b->records == 3 && b->early == 0 && b->late == 1 && b->first == NOON - 5 && b->last == NOON + 5);
    dw_stream_changes_clear(&changes);
    CHECK(changes.count == 0);
  }
  dw_stream_changes_free(&changes);
}

TEST(thousands_of_streams_in_any_order)
{
  dw_stream_changes changes = {0};
  for (int64_t i = 0; i < 30000; i++) dw_stream_changes_add(&changes, i * 7919 % 5000, NOON + i, NOON);
  CHECK(changes.count == 5000);
  dw_stream_changes_sort(&changes);
  for (int64_t i = 0; i < 5000; i++) CHECK(changes.change[i].stream == i && changes.change[i].records == 6);
  dw_stream_changes_free(&changes);
  dw_stream_changes_free(&changes);
}
