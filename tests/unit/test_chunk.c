#include "data/chunk.h"

#include "test.h"

static dw_err err;

static void lengths(const dw_chunk_options *how, size_t rows, const char *want)
{
  dw_chunks chunks;
  char got[256] = "";
  CHECK(dw_chunks_make(&chunks, how, NULL, rows, &err) == DW_OK);
  size_t from = 0;
  for (size_t k = 0; k < chunks.count; k++) {
    CHECK(chunks.chunk[k].first == from);
    from += chunks.chunk[k].count;
    snprintf(got + strlen(got), sizeof got - strlen(got), "%s%zu", k ? " " : "", chunks.chunk[k].count);
  }
  CHECK(from == rows);
  CHECK_TEXT(got, want);
  dw_chunks_free(&chunks);
}

TEST(by_count)
{
  lengths(&(dw_chunk_options){0}, 7, "7");
  lengths(&(dw_chunk_options){.number = 3}, 10, "3 3 4");
  lengths(&(dw_chunk_options){.number = 20}, 3, "1 1 1");
  lengths(&(dw_chunk_options){.number = 1}, 3, "3");
  lengths(&(dw_chunk_options){.size = 4}, 8, "4 4");
  lengths(&(dw_chunk_options){.size = 4}, 9, "4 5");   /* less than half is no chunk */
  lengths(&(dw_chunk_options){.size = 4}, 10, "4 4 2"); /* half is */
  lengths(&(dw_chunk_options){.size = 100}, 3, "3");
  lengths(&(dw_chunk_options){.size = 1}, 3, "1 1 1");
  lengths(&(dw_chunk_options){.number = 3}, 0, "");
}

TEST(by_time)
{
  int64_t s = 1000000, instant[] = {25 * s, 3 * s, -1, 3 * s, 29 * s, 10 * s};
  dw_chunks chunks;
  CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.window = 10 * s}, instant, 6, &err) == DW_OK);
  CHECK(chunks.count == 4 && chunks.timed);
  uint32_t order[] = {2, 1, 3, 5, 0, 4}; /* of one instant: as they came */
  CHECK(memcmp(chunks.order, order, sizeof order) == 0);
  CHECK(chunks.chunk[0].start == -10 * s && chunks.chunk[0].end == 0 && chunks.chunk[0].count == 1);
  CHECK(chunks.chunk[1].start == 0 && chunks.chunk[1].count == 2);
  CHECK(chunks.chunk[2].start == 10 * s && chunks.chunk[2].first == 3);
  CHECK(chunks.chunk[3].start == 20 * s && chunks.chunk[3].end == 30 * s && chunks.chunk[3].count == 2);
  dw_chunks_free(&chunks);
  CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.number = 2}, instant, 6, &err) == DW_OK);
  CHECK(chunks.chunk[0].start == -1 && chunks.chunk[0].end == 3 * s && chunks.chunk[1].end == 29 * s);
  dw_chunks_free(&chunks);
}

TEST(too_many)
{
  int64_t *instant = malloc(1100000 * sizeof *instant);
  for (int i = 0; i < 1100000; i++) instant[i] = i * 10;
  dw_chunks chunks;
  CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.window = 5}, instant, 1100000, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "more than 1000000 windows");
  free(instant);
}
