#include "serve/watch/window_source.h"

#include "io/reader/reader_run.h"
#include "records_case.h"

enum { BURST = 90000, TEXT = 20 };

static char ids[BURST][TEXT];
static dw_records_item items[BURST];

static void put_burst(dw_records *records, int64_t at)
{
  for (int i = 0; i < BURST; i++) {
    snprintf(ids[i], TEXT, "b%d", i);
    items[i] = item_of(ids[i], "{\"a\":1}", at + i * 10);
  }
  dw_records_batch batch = {.items = items, .count = BURST};
  CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.stored == BURST);
}

typedef struct order {
  uint64_t rows, wrong;
} order;

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *e)
{
  order *o = context;
  const dw_batch_column *n = dw_reader_find(reader, batch, DW_WINDOW_TIME), *a = dw_reader_find(reader, batch, "a");
  for (size_t row = 0; row < batch->rows; row++) o->wrong += !n || n->tags[row] != DW_STRING || !a || a->tags[row] != DW_INTEGER;
  o->rows += batch->rows;
  return DW_OK;
}

/* Nine seconds of quiet, as many records in a second as are never in memory at once, and quiet again. */
TEST(a_burst_is_read_in_slices)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  dw_period period = {NOON - HOUR, NOON + HOUR};
  dw_periods periods = {&period, 1, 1};
  dw_window_source source;
  put_burst(records, NOON + 1);
  CHECK(put_one(records, item_of("first", "{\"a\":1}", NOON - HOUR)) == DW_RECORDS_STORED);
  CHECK(put_one(records, item_of("last", "{\"a\":1}", NOON + DW_SECOND * 200)) == DW_RECORDS_STORED);
  CHECK(put_one(records, item_of("outside", "{\"a\":1}", NOON + HOUR)) == DW_RECORDS_STORED);
  dw_window_source_init(&source, records, DW_RECORD_INFERENCE, "m", &periods, false);
  for (int again = 0; again < 2; again++) {
    order o = {0};
    dw_reader *reader;
    CHECK_MSG(dw_window_source_open(&source, &reader, &(dw_reader_options){.threads = 1}, &err) == DW_OK, "%s", err.message);
    CHECK_MSG(dw_reader_run(reader, &(dw_batch_sink){take, &o}, NULL, &err) == DW_OK, "%s", err.message);
    dw_reader_close(reader);
    CHECK(o.rows == BURST + 2 && o.wrong == 0 && source.rows == BURST + 2 && source.strays == 0);
    CHECK_MSG(source.lines.capacity < 40000 * 100, "%zu bytes", source.lines.capacity);
  }
  dw_window_source_free(&source);
  dw_records_close(records);
}
