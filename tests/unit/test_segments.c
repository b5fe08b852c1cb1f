#include "data/datasets/segments.h"
#include "fixture.h"

static const dw_dataset *of(const dw_dataset *set, const char *value)
{
  dw_map_key key = {.text = value, .length = (uint32_t)strlen(value)};
  return dw_segments_find(set->segments, &key);
}

static uint64_t rows(const dw_dataset *set, const char *value)
{
  const dw_dataset *segment = of(set, value);
  return segment ? segment->rows : 0;
}

TEST(every_row_goes_to_its_value_and_to_the_whole)
{
  dw_dataset set;
  fixture_dataset(&set,
                  "{\"c\":\"it\",\"x\":1}\n{\"c\":\"fr\",\"x\":2}\n{\"x\":3}\n{\"c\":\"it\",\"x\":4}\n{\"c\":null,\"x\":5}\n{\"c\":1,\"x\":"
                  "6}\n{\"c\":\"1\",\"x\":7}\n"
                  "{\"c\":true}\n{\"c\":1.0,\"x\":8}\n{\"c\":\"\\u0069t\",\"x\":9}\n",
                  &(dw_dataset_options){.by = "c"});
  CHECK(set.rows == 10 && set.segments->values.count == 4 && !set.segments->full);
  CHECK(rows(&set, "it") == 3 && rows(&set, "fr") == 1 && rows(&set, "1") == 3 && rows(&set, "true") == 1 && rows(&set, "de") == 0);
  CHECK(dw_segments_find(set.segments, NULL)->rows == 2);
  const dw_column *x = dw_dataset_find(of(&set, "it"), "x");
  CHECK(x && x->sorted.count == 3 && x->sorted.value[0] == 1 && x->sorted.value[2] == 9);
  const dw_column *absent = dw_dataset_find(of(&set, "true"), "x");
  CHECK(absent && dw_column_missing(absent) == 1);
  dw_dataset_free(&set);
}

TEST(too_many_values)
{
  dw_buf text = {0};
  dw_dataset set;
  for (int i = 0; i < DW_SEGMENTS_MOST; i++) dw_buf_format(&text, "{\"c\":%d}\n", i);
  fixture_dataset(&set, dw_buf_cstr(&text), &(dw_dataset_options){.by = "c"});
  CHECK(!set.segments->full && rows(&set, "99") == 1);
  dw_dataset_free(&set);
  dw_buf_text(&text, "{\"c\":\"one more\"}\n");
  fixture_dataset(&set, dw_buf_cstr(&text), &(dw_dataset_options){.by = "c"});
  CHECK(set.segments->full && set.rows == DW_SEGMENTS_MOST + 1);
  dw_dataset_free(&set);
  dw_buf_free(&text);
}

TEST(all_of_them_within_the_memory_bound)
{
  dw_buf text = {0};
  dw_dataset set;
  for (int i = 0; i < 30000; i++) dw_buf_format(&text, "{\"c\":%d,\"x\":%d}\n", i % 3, i);
  fixture_dataset(&set, dw_buf_cstr(&text), &(dw_dataset_options){.by = "c", .memory = 400000});
  size_t held = 0;
  for (int i = 0; i < 3; i++) held += dw_dataset_bytes(set.segments->set[i]);
  const dw_dataset *one = of(&set, "1");
  CHECK(held <= 200000 && one->approximate && one->rows == 10000 && dw_dataset_find(one, "x")->sorted.total == 10000);
  dw_dataset_free(&set);
  dw_buf_free(&text);
}

/* How numbers are written, and where a text stands among them, goes with the rows; `gap` before the line that is looked for: its number is
 * then told from the text. */
static void check_goes_along(const char *gap)
{
  dw_buf text = {0};
  dw_dataset set;
  for (int i = 0; i < 200; i++) {
    if (i == 99) dw_buf_text(&text, gap);
    if (i % 3 == 1) dw_buf_format(&text, "{\"c\":\"odd\",\"x\":%s}\n", i == 100 ? "\"oops\"" : i % 2 ? "1.10" : "2.50");
    else dw_buf_format(&text, "{\"c\":\"even\",\"x\":%d}\n", i);
  }
  fixture_dataset(&set, dw_buf_cstr(&text), &(dw_dataset_options){.by = "c"});
  const dw_column *odd = dw_dataset_find(of(&set, "odd"), "x"), *even = dw_dataset_find(of(&set, "even"), "x");
  CHECK(odd->rows == 67 && even->rows == 133 && odd->spellings && odd->spellings->texts.count == 2);
  CHECK(odd->spellings->item[0].count + odd->spellings->item[1].count == 66);
  CHECK(!even->spellings || even->spellings->texts.count == 0);
  CHECK(odd->first_count == 1 && odd->first[0].line == 101 + strlen(gap) && even->first_count == 0);
  dw_dataset_free(&set);
  dw_buf_free(&text);
}

TEST(what_is_known_of_cells_goes_with_their_rows)
{
  check_goes_along("");
  check_goes_along("\n");
}
