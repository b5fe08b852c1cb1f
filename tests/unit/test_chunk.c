#include "data/frames/chunk.h"

#include "base/clock.h"
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
  lengths(&(dw_chunk_options){.size = 4}, 9, "4 5");    /* less than half is no chunk */
  lengths(&(dw_chunk_options){.size = 4}, 10, "4 4 2"); /* half is */
  lengths(&(dw_chunk_options){.size = 100}, 3, "3");
  lengths(&(dw_chunk_options){.size = 1}, 3, "1 1 1");
  lengths(&(dw_chunk_options){.number = 3}, 0, "");
}

TEST(rest)
{
  lengths(&(dw_chunk_options){.size = 4, .rest = DW_REST_KEEP}, 9, "4 4 1");
  lengths(&(dw_chunk_options){.size = 4, .rest = DW_REST_KEEP}, 8, "4 4");
  lengths(&(dw_chunk_options){.size = 4, .rest = DW_REST_KEEP}, 3, "3");
  /* Titanic in NannyML's tutorial */
  lengths(&(dw_chunk_options){.number = 10, .rest = DW_REST_KEEP}, 891, "89 89 89 89 89 89 89 89 89 89 1");
  lengths(&(dw_chunk_options){.number = 10, .rest = DW_REST_KEEP}, 3, "1 1 1");
  lengths(&(dw_chunk_options){.rest = DW_REST_KEEP}, 3, "3");
  dw_chunks chunks;
  CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.size = 4, .rest = DW_REST_DROP}, NULL, 10, &err) == DW_OK);
  CHECK(chunks.count == 2 && chunks.chunk[1].first == 4 && chunks.chunk[1].count == 4);
  dw_chunks_free(&chunks);
  CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.size = 4, .rest = DW_REST_DROP}, NULL, 3, &err) == DW_OK && chunks.count == 0);
  dw_chunks_free(&chunks);
}

static int64_t at(const char *text)
{
  int64_t instant = INT64_MIN;
  CHECK(dw_time_parse(text, strlen(text), &instant));
  return instant;
}

/* One period: begins and ends as pandas.Period does. */
static void period(const char *word, const char *instant, const char *start, const char *end)
{
  dw_chunk_options how = {0};
  dw_chunks chunks;
  int64_t one[1] = {at(instant)};
  CHECK_MSG(dw_chunk_period(word, &how), "%s", word);
  CHECK(dw_chunks_make(&chunks, &how, one, 1, &err) == DW_OK && chunks.count == 1);
  CHECK_MSG(chunks.chunk[0].start == at(start) && chunks.chunk[0].end == at(end), "%s of %s", word, instant);
  dw_chunks_free(&chunks);
}

TEST(calendar)
{
  period("D", "2024-02-29T23:59:59.999999Z", "2024-02-29", "2024-03-01");
  period("W", "2024-03-03T23:59:59Z", "2024-02-26", "2024-03-04"); /* a Sunday */
  period("W", "2024-03-04", "2024-03-04", "2024-03-11");
  period("W", "1969-12-31", "1969-12-29", "1970-01-05");
  period("M", "2024-02-29T12:00:00Z", "2024-02-01", "2024-03-01");
  period("M", "1900-02-28", "1900-02-01", "1900-03-01");
  period("M", "1969-12-31T23:59:59Z", "1969-12-01", "1970-01-01");
  period("M", "9999-11-30", "9999-11-01", "9999-12-01");
  period("Q", "2023-12-31", "2023-10-01", "2024-01-01");
  period("Q", "2024-04-01", "2024-04-01", "2024-07-01");
  period("Y", "2000-12-31", "2000-01-01", "2001-01-01");
  period("Y", "0001-06-01", "0001-01-01", "0002-01-01");
  period("1d", "2024-02-29T23:59:59Z", "2024-02-29", "2024-03-01");
  period("1w", "2024-03-03", "2024-02-29", "2024-03-07"); /* whole multiples since a Thursday */
  for (int64_t day = -400000; day < 400000; day += 17) {  /* every month begins where the one before it ends */
    int64_t instant[2] = {day * 86400 * DW_SECOND, 0};
    dw_chunks chunks;
    CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.calendar = DW_CALENDAR_MONTH}, instant, 1, &err) == DW_OK);
    dw_chunk first = chunks.chunk[0];
    dw_chunks_free(&chunks);
    if (!(first.start <= instant[0] && instant[0] < first.end)) CHECK_MSG(false, "day %lld", (long long)day);
    instant[0] = first.end;
    CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.calendar = DW_CALENDAR_MONTH}, instant, 1, &err) == DW_OK);
    if (chunks.chunk[0].start != first.end) CHECK_MSG(false, "month behind day %lld", (long long)day);
    dw_chunks_free(&chunks);
  }
  dw_chunk_options how = {0};
  const char *bad[] = {"", "X", "d", "MM", "0d", "-1d", "month"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_MSG(!dw_chunk_period(bad[i], &how), "%s", bad[i]);
}

/* Rows times chunks are more than 32 bits hold. */
TEST(by_number_of_many_rows)
{
  enum { ROWS = 200000, NUMBER = 60000 };
  dw_chunks chunks;
  CHECK(dw_chunks_make(&chunks, &(dw_chunk_options){.number = NUMBER}, NULL, ROWS, &err) == DW_OK);
  CHECK(chunks.count == NUMBER);
  size_t from = 0, wrong = 0;
  for (size_t k = 0; k < chunks.count; k++) {
    wrong += chunks.chunk[k].first != from || chunks.chunk[k].count < ROWS / NUMBER || chunks.chunk[k].count > ROWS / NUMBER + 1;
    from += chunks.chunk[k].count;
  }
  CHECK(wrong == 0 && from == ROWS);
  dw_chunks_free(&chunks);
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
