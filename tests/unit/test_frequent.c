#include "stats/streams/frequent.h"

#include "base/mem.h"
#include "golden.h"
#include "stats/streams/distinct.h"

static void add(dw_frequent *frequent, const char *text, uint64_t times)
{
  dw_frequent_add(frequent, text, strlen(text), dw_distinct_text_hash(text, strlen(text)), times);
}

static uint64_t times_of(const dw_frequent *frequent, const char *text)
{
  for (size_t i = 0; i < frequent->count; i++)
    if (dw_text_equal(dw_frequent_text(frequent, &frequent->item[i]), frequent->item[i].length, text)) return frequent->item[i].times;
  return 0;
}

TEST(few_texts_are_counted_exactly)
{
  dw_frequent frequent;
  dw_frequent_init(&frequent, 100);
  char text[16];
  for (int i = 0; i < 10000; i++) {
    snprintf(text, sizeof text, "t%d", i % 100);
    add(&frequent, text, 1);
  }
  add(&frequent, "t7", 5);
  add(&frequent, "t0", 1);
  dw_frequent_settle(&frequent);
  dw_frequent_sort(&frequent);
  CHECK(frequent.lost == 0 && frequent.count == 100 && frequent.total == 10006);
  CHECK(times_of(&frequent, "t7") == 105 && times_of(&frequent, "t0") == 101 && times_of(&frequent, "t99") == 100);
  CHECK(frequent.item[0].times == 105 && frequent.item[1].times == 101);
  CHECK(dw_text_equal(dw_frequent_text(&frequent, &frequent.item[2]), frequent.item[2].length, "t1")); /* equal counts: by bytes */
  dw_frequent_free(&frequent);
}

enum { KINDS = 3000, MOST = 64 };

/* Text k of a stream: a few come often, most hardly at all; or all alike; or one after the other. */
static size_t draw(int shape, uint64_t i)
{
  double u = golden_uniform(11, i);
  return shape == 0 ? (size_t)(KINDS * u * u * u * u) : shape == 1 ? (size_t)(KINDS * u) : (size_t)(i % KINDS);
}

static void check_bounds(const dw_frequent *frequent, const uint64_t *count, uint64_t total, const char *what)
{
  char text[16];
  size_t wrong = 0;
  for (size_t k = 0; k < KINDS; k++) {
    snprintf(text, sizeof text, "%zu", k);
    uint64_t kept = times_of(frequent, text);
    wrong += kept > count[k] || kept + frequent->lost < count[k];
  }
  CHECK_MSG(wrong == 0, "%s: %zu counts outside of the bounds", what, wrong);
  CHECK(frequent->count <= MOST && frequent->total == total);
  CHECK_MSG(frequent->lost * (MOST + 1) <= total, "%s: lost %llu of %llu", what, (unsigned long long)frequent->lost,
            (unsigned long long)total);
}

TEST(counts_lie_within_the_bounds_in_any_split)
{
  enum { N = 20000 };
  char text[16];
  for (int shape = 0; shape < 3; shape++)
    for (size_t parts = 1; parts <= 50; parts = parts * 7 + 1) {
      uint64_t count[KINDS] = {0};
      dw_frequent all, one;
      dw_frequent_init(&all, MOST);
      for (size_t part = 0; part < parts; part++) {
        dw_frequent_init(&one, MOST);
        for (uint64_t i = N * part / parts; i < N * (part + 1) / parts; i++) {
          size_t k = draw(shape, i);
          count[k]++;
          snprintf(text, sizeof text, "%zu", k);
          add(&one, text, 1);
        }
        dw_frequent_settle(&one);
        dw_frequent_merge(&all, &one);
        dw_frequent_free(&one);
      }
      dw_frequent_settle(&all);
      char what[64];
      snprintf(what, sizeof what, "shape %d in %zu parts", shape, parts);
      check_bounds(&all, count, N, what);
      dw_frequent_free(&all);
    }
}

TEST(what_is_dropped_is_in_the_bound)
{
  dw_frequent frequent;
  dw_frequent_init(&frequent, 10);
  add(&frequent, "a", 5);
  add(&frequent, "b", 2);
  add(&frequent, "c", 1);
  dw_frequent_drop(&frequent, 2);
  CHECK(frequent.count == 1 && frequent.lost == 2 && times_of(&frequent, "a") == 5 && frequent.total == 8);
  dw_frequent_drop(&frequent, 4);
  CHECK(frequent.count == 1 && frequent.lost == 2);
  add(&frequent, "b", 1);
  CHECK(times_of(&frequent, "b") == 1);
  dw_frequent_free(&frequent);
}

TEST(texts_of_one_hash_are_told_apart)
{
  dw_frequent frequent;
  dw_frequent_init(&frequent, 100);
  char text[16];
  for (int i = 0; i < 300; i++) {
    size_t length = (size_t)snprintf(text, sizeof text, "%d", i % 150);
    dw_frequent_add(&frequent, text, length, 42, 1);
  }
  CHECK(frequent.count == 150 && times_of(&frequent, "149") == 2);
  dw_frequent_add(&frequent, NULL, 0, 42, 3);
  CHECK(times_of(&frequent, "") == 3);
  dw_frequent_free(&frequent);
}

TEST(long_texts_count_as_what_they_begin_with)
{
  dw_frequent frequent;
  char text[2000];
  memset(text, 'x', sizeof text);
  text[DW_FREQUENT_LONGEST - 1] = (char)0xc3; /* a character across the cut is left out */
  text[DW_FREQUENT_LONGEST] = (char)0xa9;
  dw_frequent_init(&frequent, 10);
  dw_frequent_add(&frequent, text, DW_FREQUENT_LONGEST - 1, dw_distinct_text_hash(text, DW_FREQUENT_LONGEST - 1), 1);
  CHECK(!frequent.cut);
  dw_frequent_add(&frequent, text, 1000, dw_distinct_text_hash(text, 1000), 1);
  dw_frequent_add(&frequent, text, 2000, dw_distinct_text_hash(text, 2000), 1);
  CHECK(frequent.cut && frequent.count == 1 && frequent.item[0].times == 3 && frequent.item[0].length == DW_FREQUENT_LONGEST - 1);
  CHECK(dw_frequent_bytes(&frequent) > 0);
  dw_frequent_free(&frequent);
}
