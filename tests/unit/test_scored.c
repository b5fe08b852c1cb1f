#include "data/frames/scored.h"

#include "data/datasets/segments.h"
#include "fixture.h"
#include "test.h"

/* A side of one label a record, as JSON, in the segments u and v by turns; the score is 0.5. */
static void side(dw_dataset *out, const char *const *label)
{
  dw_buf text = {0};
  for (size_t i = 0; label[i]; i++) dw_buf_format(&text, "{\"y\":%s,\"s\":0.5,\"g\":\"%s\"}\n", label[i], i % 2 ? "v" : "u");
  fixture_dataset(out, dw_buf_cstr(&text), &(dw_dataset_options){.label = "y", .score = "s", .by = "g"});
  dw_buf_free(&text);
}

#define NUMBER(side, i) ((side).scored.label[i])

TEST(sides_that_meet_are_read_alike)
{
  static const char *const sides[][5] = {
      {"0", "1", "0", "1"},       {"\"0\"", "\"1\"", "\"0\"", "\"1\""},       {"false", "true", "false", "true"},
      {"0", "\"1\"", "0.0", "1"}, {"\"false\"", "\"true\"", "\"0\"", "true"}, {"\"false\"", "\"true\"", "\"False\"", "\"TRUE\""}};
  enum { SIDES = sizeof sides / sizeof *sides };
  for (int a = 0; a < SIDES; a++)
    for (int b = 0; b < SIDES; b++) {
      dw_dataset reference, current;
      dw_err err = {0};
      side(&reference, sides[a]);
      side(&current, sides[b]);
      CHECK_MSG(dw_dataset_match_labels(&reference, &current, &err) == DW_OK, "%d %d: %s", a, b, err.message);
      CHECK(reference.scored.labels.named == current.scored.labels.named && reference.scored.count == 4 && current.scored.count == 4);
      CHECK((a == b && (a == 1 || a == 5)) == reference.scored.labels.named);
      for (int i = 0; i < 4 && !reference.scored.labels.named; i++) CHECK(NUMBER(reference, i) == i % 2 && NUMBER(current, i) == i % 2);
      for (uint32_t k = 0; k < 2; k++) { /* inside a segment as in the whole */
        CHECK(reference.segments->set[k]->scored.labels.named == reference.scored.labels.named);
        if (!current.scored.labels.named) CHECK(current.segments->set[k]->scored.label[0] == k);
      }
      dw_dataset_free(&reference);
      dw_dataset_free(&current);
    }
}

TEST(sides_that_cannot_meet)
{
  static const struct {
    const char *before[4], *after[4], *why;
  } row[] = {
      {{"0", "1"},
       {"\"yes\"", "\"no\""},
       "is numbers (such as 0) in the reference and text (such as \"yes\") in the current data: nothing tells"},
      {{"\"no\"", "\"yes\""},
       {"true", "false"},
       "is text (such as \"no\") in the reference and booleans (such as true) in the current data"},
      {{"\"no\"", "\"yes\""}, {"\"0\"", "\"1\""}, "they have no class in common"},
      {{"true", "false"}, {"0", "1", "2"}, "booleans are 0 and 1, and there are other numbers"},
      {{"0", "1"}, {"0.25", "1.75", "3.5"}, "the reference has the two classes 0 and 1, the current data fractions"},
      {{"0.25", "1.75", "3.5"}, {"0", "1"}, "the current data have the two classes 0 and 1, the reference fractions"},
      {{"0", "\"a\""}, {"0", "1"}, "of the reference is numbers (such as 0) and text (such as \"a\")"},
      {{"0", "1"}, {"\"a\"", "true"}, "of the current data is booleans (such as true) and text (such as \"a\")"},
  };
  for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
    dw_dataset reference, current;
    dw_err err = {0};
    side(&reference, row[i].before);
    side(&current, row[i].after);
    CHECK(dw_dataset_match_labels(&reference, &current, &err) == DW_EDATA);
    CHECK_MSG(strstr(err.message, row[i].why), "row %zu: %s", i, err.message);
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
  }
}

/* Whole numbers are no classes by themselves, one class a side may be two of one label, and a side without rows meets all. */
TEST(sides_that_differ_and_meet)
{
  static const char *const pair[][2][4] = {{{"0", "1"}, {"0", "1", "2"}}, {{"0.5", "1.5", "7"}, {"2", "3"}},
                                           {{"\"no\""}, {"\"yes\""}},     {{"\"a\"", "\"b\""}, {"\"b\"", "\"c\""}},
                                           {{"null"}, {"\"yes\""}},       {{"0", "1"}, {"null"}}};
  for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
    dw_dataset reference, current;
    dw_err err = {0};
    side(&reference, pair[i][0]);
    side(&current, pair[i][1]);
    CHECK_MSG(dw_dataset_match_labels(&reference, &current, &err) == DW_OK, "pair %zu: %s", i, err.message);
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
  }
}
