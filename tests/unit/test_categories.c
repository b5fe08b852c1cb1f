#include "data/columns/categories.h"
#include "fixture.h"

TEST(both_sides_in_the_order_of_the_values)
{
  dw_dataset r, c;
  dw_categories all;
  fixture_dataset(&r, "{\"k\":\"b\"}\n{\"k\":10}\n{\"k\":\"a\"}\n{\"k\":9}\n{\"k\":\"b\"}\n{\"k\":true}\n", NULL);
  fixture_dataset(&c, "{\"k\":\"ab\"}\n{\"k\":10}\n{\"k\":\"b\"}\n{\"k\":1.5}\n{\"k\":null}\n", NULL);
  dw_categories_make(&all, dw_dataset_find(&r, "k"), dw_dataset_find(&c, "k"));
  static const char *const want[] = {"1.5", "9", "10", "a", "ab", "b", "true"};
  static const uint64_t reference[] = {0, 1, 1, 1, 0, 2, 1}, current[] = {1, 0, 1, 0, 1, 1, 0};
  CHECK(all.count == 7 && all.reference_total == 6 && all.current_total == 4);
  for (size_t i = 0; i < all.count && i < 7; i++) {
    CHECK_TEXT(all.item[i].text, want[i]);
    CHECK(all.reference[i] == reference[i] && all.current[i] == current[i]);
  }
  dw_categories_free(&all);
  dw_dataset_free(&r);
  dw_dataset_free(&c);
}

TEST(one_side_alone)
{
  dw_dataset r;
  dw_categories all;
  fixture_dataset(&r, "k\nb\na\nb\n", NULL);
  dw_categories_make(&all, dw_dataset_find(&r, "k"), NULL);
  CHECK(all.count == 2 && all.reference[1] == 2 && all.current_total == 0);
  dw_categories_free(&all);
  dw_categories_make(&all, NULL, NULL);
  CHECK(all.count == 0);
  dw_categories_free(&all);
  dw_dataset_free(&r);
}
