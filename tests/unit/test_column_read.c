#include "fixture.h"

#include "data/frames/column_read.h"

static dw_column *column_of(const dw_dataset *set, const char *name) { return (dw_column *)dw_dataset_find(set, name); }

static uint64_t times(const dw_column *column, const char *text)
{
  uint32_t index = dw_map_find(&column->texts, text, strlen(text));
  return index == DW_MAP_NONE ? 0 : column->text_count[index];
}

TEST(texts_that_are_numbers_are_numbers_of_the_column)
{
  dw_dataset set;
  fixture_dataset(&set, "{\"x\":\"50.00\"}\n{\"x\":\"€ 1\"}\n{\"x\":2}\n{\"x\":\"50.00\"}\n{\"x\":\"none\"}\n{\"x\":true}\n{\"x\":null}\n",
                  NULL);
  dw_column *x = column_of(&set, "x");
  dw_column_read_numbers(x, (dw_numeral_form){.decimal = '.'}, true);
  CHECK(x->sorted.count == 3 && x->sorted.value[0] == 2 && x->sorted.value[1] == 50 && x->sorted.value[2] == 50);
  CHECK(x->strays == 3 && dw_column_missing(x) == 4 && dw_column_numbers(x) == 3 && x->moments.count == 3);
  CHECK(!x->few_strays && dw_column_kinds(x) == (DW_KIND_NUMBER | DW_KIND_STRING | DW_KIND_BOOLEAN));
  CHECK(x->first_count == 3 && dw_text_equal(x->first[1].text, x->first[1].length, "none") && x->first[1].line == 5);
  dw_dataset_free(&set);
}

/* As many strays as leave the column one of numbers, and one more; the lines of the first. */
TEST(strays_of_a_column_of_numbers)
{
  for (int strays = 1; strays <= 3; strays++) {
    dw_buf text = {0};
    dw_buf_text(&text, "x,y\n");
    for (int i = 0; i < 40; i++) {
      if (i == 7) dw_buf_text(&text, "\n");
      if (i % 13 == 5 && i / 13 < strays) dw_buf_format(&text, "?%d,1\n", i);
      else dw_buf_format(&text, "%d.5,1\n", i);
    }
    dw_dataset set;
    fixture_dataset(&set, dw_buf_cstr(&text), NULL);
    dw_column *x = column_of(&set, "x");
    dw_type_facts facts = dw_column_facts(x);
    bool few = strays <= 2; /* of 40: one in twenty */
    CHECK(dw_type_infer(&facts, DW_TYPING_DRIFTWATCH) == (few ? DW_TYPE_NUMERIC : DW_TYPE_IDENTIFIER));
    dw_column_read_numbers(x, (dw_numeral_form){.decimal = '.'}, false);
    CHECK(x->few_strays == few && x->strays == (uint64_t)strays && dw_column_missing(x) == (uint64_t)strays &&
          x->sorted.count == 40 - (size_t)strays);
    CHECK(dw_column_kinds(x) == (few ? DW_KIND_NUMBER : (DW_KIND_NUMBER | DW_KIND_STRING)));
    CHECK(x->first_count == (size_t)strays && x->first[0].line == 7);
    for (int k = 1; k < strays; k++) CHECK(x->first[k].line == (uint64_t)(k * 13 + 5 + 3)); /* the header and the blank line */
    dw_dataset_free(&set);
    dw_buf_free(&text);
  }
}

TEST(texts_as_csv_would_have_read_them)
{
  dw_dataset set;
  fixture_dataset(&set,
                  "{\"x\":\"NA\"}\n{\"x\":\"\"}\n{\"x\":\"True\"}\n{\"x\":true}\n{\"x\":\"1e3\"}\n{\"x\":7}\n{\"x\":\"a\"}\n{\"x\":\"007\"}"
                  "\n{\"x\":\"inf\"}\n{\"x\":null}\n",
                  NULL);
  dw_column *x = column_of(&set, "x");
  CHECK(dw_column_marks(x) == 2);
  dw_column_read_as_csv(x, true);
  CHECK(x->tag[DW_NULL] == 3 && x->tag[DW_TRUE] == 2 && x->tag[DW_STRING] == 2 && x->tag[DW_REAL] == 2 && x->tag[DW_INTEGER] == 1 &&
        x->infinite == 1);
  CHECK(times(x, "true") == 2 && times(x, "a") == 1 && times(x, "007") == 1 && x->texts.count == 3);
  CHECK(x->sorted.count == 2 && x->sorted.value[0] == 7 && x->sorted.value[1] == 1000 && dw_column_missing(x) == 4);
  dw_dataset_free(&set);
}

TEST(words_and_marks_of_a_column_of_texts)
{
  static const char text[] = "{\"x\":\"NA\"}\n{\"x\":\"FALSE\"}\n{\"x\":false}\n{\"x\":\"1.10\"}\n";
  for (int marks = 0; marks < 2; marks++) {
    dw_dataset set;
    fixture_dataset(&set, text, NULL);
    dw_column *x = column_of(&set, "x");
    dw_column_read_words(x, marks);
    CHECK(x->tag[DW_FALSE] == 2 && times(x, "false") == 2 && times(x, "1.10") == 1);
    CHECK(times(x, "NA") == !marks && x->tag[DW_NULL] == (uint64_t)marks && dw_column_missing(x) == (uint64_t)marks);
    dw_dataset_free(&set);
  }
}

/* Marks among dates do not keep them from being dates, once they are read as missing. */
TEST(what_is_left_says_what_the_strings_are)
{
  dw_dataset set;
  fixture_dataset(&set, "{\"x\":\"2026-01-31\"}\n{\"x\":\"\"}\n{\"x\":\"2026-02-01\"}\n", NULL);
  dw_column *x = column_of(&set, "x");
  CHECK(!x->instants);
  dw_column_read_as_csv(x, true);
  dw_type_facts facts = dw_column_facts(x);
  CHECK(dw_type_infer(&facts, DW_TYPING_DRIFTWATCH) == DW_TYPE_DATETIME && dw_column_missing(x) == 1);
  dw_dataset_free(&set);
}

TEST(the_rows_of_a_frame_are_read_the_same_way)
{
  static const char text[] = "{\"x\":\"5,5\"}\n{\"x\":2}\n{\"x\":\"NA\"}\n{\"x\":\"True\"}\n";
  dw_dataset_options options = {.frame = {.policy = DW_FRAME_ALL}};
  dw_dataset set;
  fixture_dataset(&set, text, &options);
  dw_frame_column *x = (dw_frame_column *)dw_frame_find(set.frame, "x");
  dw_frame_column_read_as_csv(x, true);
  CHECK(x->number[1] == 2 && isnan(x->number[0]) && x->code[0] && !x->code[2] && x->texts.count == 2);
  CHECK(dw_text_equal(x->texts.keys[x->code[3] - 1].text, x->texts.keys[x->code[3] - 1].length, "true"));
  dw_frame_column_read_numbers(x, (dw_numeral_form){.decimal = ','});
  CHECK(x->number[0] == 5.5 && x->number[1] == 2 && isnan(x->number[2]) && isnan(x->number[3]) && x->texts.count == 0);
  dw_dataset_free(&set);
}
