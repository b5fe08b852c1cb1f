/* A look at wide records: far more events than are kept of a comparison (DW_LOOK_EVENTS). */
#include "records_case.h"

#include <math.h>

#include "base/rng.h"
#include "serve/alerts/alert_book.h"
#include "serve/alerts/outbox.h"
#include "serve/watch/look.h"

enum { COLUMNS = 200, SEGMENTS = 20, ROWS = 30 };

/* ROWS of each segment over the hour that begins at `from`. */
static void fill(dw_records *records, int64_t from, double shift)
{
  dw_rng rng;
  dw_buf all = {0};
  size_t starts[SEGMENTS * ROWS + 1];
  dw_records_item items[SEGMENTS * ROWS];
  char ids[SEGMENTS * ROWS][40];
  dw_rng_start(&rng, dw_rng_derive(8, "wide"), (uint64_t)from, 0);
  for (int i = 0; i < SEGMENTS * ROWS; i++) {
    starts[i] = all.length;
    dw_buf_format(&all, "{\"segment\":\"s%d\"", i % SEGMENTS);
    for (int c = 0; c < COLUMNS; c++) dw_buf_format(&all, ",\"c%d\":%.4f", c, dw_rng_uniform(&rng) + shift);
    dw_buf_char(&all, '}');
  }
  starts[SEGMENTS * ROWS] = all.length;
  for (int i = 0; i < SEGMENTS * ROWS; i++) {
    snprintf(ids[i], sizeof ids[i], "%lld-%d", (long long)from, i);
    items[i] = item_of(ids[i], "", from + i * DW_SECOND);
    items[i].content = all.data + starts[i];
    items[i].length = starts[i + 1] - starts[i];
    items[i].received = items[i].time;
  }
  dw_records_batch batch = {.items = items, .count = SEGMENTS * ROWS};
  CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.stored == SEGMENTS * ROWS);
  dw_buf_free(&all);
}

static dw_status count_letter(void *context, const dw_letter *letter, dw_err *e)
{
  dw_buf_add(context, letter->content, letter->length);
  dw_buf_char(context, '\n');
  return DW_OK;
}

TEST(two_hundred_columns_in_twenty_segments_that_drift_are_one_message)
{
  static const char *names[] = {"ops"};
  static const dw_alert_rule rule = {.open_after = 1, .close_after = 1};
  place p = fresh(0);
  dw_alert_book book;
  dw_look_result r;
  dw_buf letters = {0};
  dw_records *records = opened(p.address);
  dw_look_settings set = {.model = "m", .window = HOUR, .baseline_text = "trailing(0,1h)", .alpha = NAN, .by = "segment", .threads = 2};
  set.limits = (dw_behaviour_limits){NAN, NAN, NAN, NAN, 50};
  CHECK(dw_baseline_rule_parse(&set.baseline, set.baseline_text, &err) == DW_OK);
  fill(records, NOON - 2 * HOUR, 0);
  fill(records, NOON - HOUR, 0.9);
  CHECK(dw_alert_book_open(&book, records, "m", NOON, &err) == DW_OK);
  CHECK_MSG(dw_look(&r, &set, records, NOON, &book.left_out, &(dw_buf){0}, NULL, &err) == DW_OK, "%s", err.message);
  CHECK(r.drifted == COLUMNS && r.top_count == DW_LOOK_TOP);
  CHECK_MSG(r.events_left_out >= COLUMNS * SEGMENTS - DW_LOOK_EVENTS, "%d", (int)r.events_left_out);
  dw_alert_book_enter(&book, &rule, &r, &(dw_text_list){names, 1, 1});
  CHECK_MSG(dw_alert_book_put(&book, &r, &err) == DW_OK, "%s", err.message);
  CHECK(dw_outbox_each(records, count_letter, &letters, &err) == DW_OK);
  CHECK(letters.length < 1000 && strchr(dw_buf_cstr(&letters), '\n') == letters.data + letters.length - 1);
  CHECK_MSG(strstr(letters.data, "\"drifted\":200,\"top_columns\":[\"c"), "%s", letters.data);
  dw_buf_free(&letters);
  dw_alert_book_close(&book);
  dw_look_free(&r);
  dw_records_close(records);
}
