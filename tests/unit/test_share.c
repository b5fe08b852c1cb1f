#include "data/datasets/share.h"

#include "base/str.h"
#include "fixture.h"
#include "take_all.h"

enum { ROWS = 4000 };

static size_t share_of(const char *text, size_t block, double share, unsigned char *out)
{
  static const char *const ids[] = {"id", "k"};
  dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = block, .spans = true});
  const dw_batch *batch;
  dw_err err = {0};
  size_t rows = 0, taken = 0;
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
    CHECK_MSG(dw_share_batch(reader, batch, ids, 2, share, out + rows, take_all(batch->rows), &err) == DW_OK, "%s", err.message);
    rows += batch->rows;
  }
  CHECK(rows == ROWS);
  for (size_t i = 0; i < rows; i++) taken += out[i] == 0;
  dw_reader_close(reader);
  return taken;
}

/* The share asked for, each id always the same way, smaller shares inside of larger ones. */
TEST(shares_of_ids)
{
  dw_buf text = {0}, as_text = {0};
  static unsigned char none[ROWS], small[ROWS], large[ROWS], all[ROWS], again[ROWS];
  for (int i = 0; i < ROWS; i++) {
    dw_buf_format(&text, "{\"id\":\"r%d\",\"k\":%d}\n", i / 2, 1);
    dw_buf_format(&as_text, "{\"k\":\"1\",\"id\":\"r%d\"}\n", i / 2);
  }
  CHECK(share_of(dw_buf_cstr(&text), 0, 0, none) == 0);
  CHECK(share_of(dw_buf_cstr(&text), 0, 1, all) == ROWS);
  size_t few = share_of(dw_buf_cstr(&text), 0, 0.1, small), more = share_of(dw_buf_cstr(&text), 0, 0.4, large);
  CHECK_MSG(few > 300 && few < 500, "%zu of 4000, want about 400", few);
  CHECK_MSG(more > 1450 && more < 1750, "%zu of 4000, want about 1600", more);
  for (int i = 0; i < ROWS; i++) CHECK(small[i] >= large[i] && small[i] == small[i ^ 1]);
  share_of(dw_buf_cstr(&as_text), 777, 0.4, again);
  CHECK(memcmp(large, again, ROWS) == 0);
  dw_buf_free(&text);
  dw_buf_free(&as_text);
}

TEST(a_record_without_an_id)
{
  static const char *const ids[] = {"id"};
  dw_reader *reader = fixture_reader("{\"id\":1}\n{\"id\":null}\n", &(dw_reader_options){.threads = 1, .spans = true});
  const dw_batch *batch;
  dw_err err = {0};
  unsigned char out[2];
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch);
  CHECK(dw_share_batch(reader, batch, ids, 1, 0.5, out, take_all(batch->rows), &err) == DW_EDATA &&
        strstr(err.message, ":2: the record has no id"));
  dw_reader_close(reader);
}
