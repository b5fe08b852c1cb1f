#include "data/columns/passages.h"

#include "test.h"

static void add_number(dw_passages *p, int i)
{
  char text[32];
  int length = snprintf(text, sizeof text, "text number %d", i);
  dw_passages_add(p, text, (size_t)length);
}

TEST(few_texts_are_all_there)
{
  dw_passages p;
  dw_passages_init(&p, DW_PASSAGES_BYTES);
  dw_passages_finish(&p);
  CHECK(p.count == 0 && p.seen == 0);
  dw_passages_add(&p, "", 0);
  dw_passages_add(&p, "two", 3);
  dw_passages_add(&p, "two", 3);
  dw_passages_add(&p, "\xc3\xa4\xf0\x9f\x98\x80\xff", 7);
  dw_passages_finish(&p);
  CHECK(p.count == 4 && p.seen == 4);
  size_t empty = 0, two = 0;
  for (size_t i = 0; i < p.count; i++) {
    empty += p.item[i].length == 0 && p.item[i].number == 0;
    two += p.item[i].length == 3 && memcmp(dw_passage_text(&p, i), "two", 3) == 0 && p.item[i].characters == 3;
    if (p.item[i].number == 3) CHECK(p.item[i].characters == 3 && p.item[i].length == 7); /* an umlaut, an emoji, a stray byte */
    if (i) CHECK(p.item[i - 1].rank < p.item[i].rank);
  }
  CHECK(empty == 1 && two == 2);
  dw_passages_free(&p);
}

/* Every text has the same chance: the mean number of the sample, and its thirds, are as expected (deterministic; 4 standard errors). */
TEST(uniform)
{
  enum { N = 100000 };
  dw_passages p;
  dw_passages_init(&p, DW_PASSAGES_BYTES);
  for (int i = 0; i < N; i++) add_number(&p, i);
  dw_passages_finish(&p);
  CHECK(p.count == DW_PASSAGES_MOST && p.seen == N);
  size_t third[3] = {0};
  for (size_t i = 0; i < p.count; i++) {
    char text[32];
    int length = snprintf(text, sizeof text, "text number %d", (int)p.item[i].number);
    if (p.item[i].length != (size_t)length || memcmp(text, dw_passage_text(&p, i), (size_t)length) != 0)
      CHECK_MSG(false, "wrong text for %s", text);
    third[p.item[i].number * 3 / N]++;
  }
  for (int k = 0; k < 3; k++)
    CHECK_MSG(fabs((double)third[k] - p.count / 3.0) < 4 * sqrt(p.count * 2 / 9.0), "third %d has %zu", k, third[k]);
  dw_passages_free(&p);
}

/* What is kept does not depend on when the sample was trimmed: a smaller bound from the start, or shrunk on the way. */
TEST(shrunk_on_the_way)
{
  enum { N = 30000 };
  dw_passages early, late;
  dw_passages_init(&early, DW_PASSAGES_BYTES);
  dw_passages_init(&late, DW_PASSAGES_BYTES);
  dw_passages_shrink(&early);
  for (int i = 0; i < N; i++) {
    add_number(&early, i);
    add_number(&late, i);
    if (i == 17000) {
      size_t before = dw_passages_memory(&late);
      dw_passages_shrink(&late);
      CHECK(dw_passages_memory(&late) < before);
    }
  }
  dw_passages_finish(&early);
  dw_passages_finish(&late);
  CHECK(early.count == DW_PASSAGES_MOST / 2 && late.count == early.count);
  CHECK(memcmp(&early.item[4999].rank, &late.item[4999].rank, sizeof(uint64_t)) == 0 && early.item[1234].number == late.item[1234].number);
  dw_passages_free(&early);
  dw_passages_free(&late);
}

TEST(long_texts_are_cut_and_bytes_bounded)
{
  enum { LONG = 1 << 20 };
  char *text = malloc(LONG);
  for (int i = 0; i < LONG; i++) text[i] = "\xe2\x82\xac"[i % 3]; /* euro signs */
  dw_passages p;
  dw_passages_init(&p, 100000);
  for (int i = 0; i < 300; i++) dw_passages_add(&p, text, LONG - LONG % 3);
  dw_passages_finish(&p);
  CHECK(p.count == 100000 / 4095 && p.text.length <= 100000);
  CHECK(p.item[0].length == 4095 && p.item[0].characters == LONG / 3);
  dw_passages_free(&p);
  dw_passages_init(&p, 10);
  for (int i = 0; i < 3; i++) dw_passages_add(&p, text, LONG - LONG % 3); /* one is kept, however small the bound */
  dw_passages_finish(&p);
  CHECK(p.count == 1);
  dw_passages_free(&p);
  free(text);
}
