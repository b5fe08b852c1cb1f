/* How the reading thread cuts its input into blocks (io/reader/reader_feed.c). */
#include "io/reader/reader.h"

#include "test.h"

/* The most rows that a batch of long records had, of 20 KB each. */
static size_t rows_of_long_records(size_t count, const dw_reader_options *options)
{
  dw_buf text = {0};
  for (size_t i = 0; i < count; i++) {
    dw_buf_format(&text, "{\"n\":%zu,\"text\":\"", i);
    for (size_t k = 0; k < 2000; k++) dw_buf_text(&text, "0123456789");
    dw_buf_text(&text, "\"}\n");
  }
  dw_reader *reader;
  dw_err err;
  const dw_batch *batch;
  size_t most = 0, rows = 0;
  CHECK(dw_reader_open_input(&reader, dw_input_of_memory("long", text.data, text.length), options, &err) == DW_OK);
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
    for (size_t row = 0; row < batch->rows; row++) CHECK(batch->columns[0].cells[row].number == (double)(rows + row));
    rows += batch->rows;
    most = batch->rows > most ? batch->rows : most;
  }
  CHECK(rows == count);
  dw_reader_close(reader);
  dw_buf_free(&text);
  return most;
}

TEST(long_records_come_in_longer_blocks_unless_somebody_said_how_long_or_memory_is_short)
{
  size_t usual = rows_of_long_records(300, &(dw_reader_options){.threads = 2});
  CHECK_MSG(usual >= 60 && usual <= 64, "%zu", usual);
  CHECK(rows_of_long_records(300, &(dw_reader_options){.threads = 2, .block = 512 << 10}) == 26);
  CHECK(rows_of_long_records(300, &(dw_reader_options){.threads = 2, .memory = 1 << 24}) == 26);
  size_t tight = rows_of_long_records(300, &(dw_reader_options){.threads = 2, .memory = 48 << 20});
  CHECK_MSG(tight > 30 && tight < 50, "%zu", tight);
  CHECK(rows_of_long_records(300, &(dw_reader_options){.threads = 5, .memory = 48 << 20}) ==
        tight); /* blocks are the same for any threads */
}
