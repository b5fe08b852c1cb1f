#include "fixture.h"

#include "detect/compare/reading.h"

/* Both sides from texts, read for a comparison. */
static dw_status read_pair(dw_dataset *r, dw_dataset *c, const char *reference, const char *current, const dw_type_choice *choice,
                           dw_err *err)
{
  dw_limits limits;
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_compare_options options = {.limits = &limits, .type = choice, .type_count = choice ? 1 : 0};
  dw_dataset_options how = {.keep_texts = dw_compare_keeps_texts, .context = &options};
  fixture_dataset(r, reference, &how);
  fixture_dataset(c, current, &how);
  dw_status status = dw_compare_read(r, c, &options, err);
  dw_limits_free(&limits);
  return status;
}

static void free_pair(dw_dataset *r, dw_dataset *c)
{
  dw_dataset_free(r);
  dw_dataset_free(c);
}

/* rows numbers, text in place of some; as CSV or NDJSON (there numbers in quotes when `quoted`). */
static char *numbers(bool csv, bool quoted, size_t rows, const char *text, size_t texts)
{
  dw_buf out = {0};
  if (csv) dw_buf_text(&out, "x\n");
  for (size_t i = 0; i < rows; i++) {
    bool odd = i >= rows / 2 && i < rows / 2 + texts;
    const char *quote = !csv && (odd || quoted) ? "\"" : "";
    dw_buf_format(&out, csv ? "%s" : "{\"x\":%s", quote);
    if (odd) dw_buf_text(&out, text);
    else dw_buf_format(&out, "%zu.25", i);
    dw_buf_format(&out, csv ? "%s\n" : "%s}\n", quote);
  }
  dw_buf_char(&out, '\0');
  return out.data;
}

TEST(the_reference_decides_for_both_sides)
{
  dw_dataset r, c;
  dw_err err = {0};
  char *clean = numbers(false, false, 100, "", 0), *few = numbers(false, false, 100, "?", 5), *many = numbers(false, false, 100, "?", 6);
  CHECK(read_pair(&r, &c, clean, few, NULL, &err) == DW_OK);
  CHECK(r.column[0]->strays == 0 && c.column[0]->strays == 5 && c.column[0]->few_strays && dw_column_kinds(c.column[0]) == DW_KIND_NUMBER);
  free_pair(&r, &c);
  CHECK(read_pair(&r, &c, few, many, NULL, &err) == DW_OK);
  CHECK(r.column[0]->strays == 5 && c.column[0]->strays == 6 && dw_column_missing(c.column[0]) == 6);
  CHECK(dw_column_kinds(r.column[0]) == DW_KIND_NUMBER && dw_column_kinds(c.column[0]) == (DW_KIND_NUMBER | DW_KIND_STRING));
  free_pair(&r, &c);
  CHECK(read_pair(&r, &c, many, few, NULL, &err) == DW_OK);
  CHECK(r.column[0]->strays == 0 && c.column[0]->strays == 0);
  free_pair(&r, &c);
  dw_free(clean);
  dw_free(few);
  dw_free(many);
}

TEST(numbers_as_text_are_numbers_where_they_are_declared)
{
  static const dw_type_choice numeric = {.column = "x", .type = DW_TYPE_NUMERIC};
  dw_dataset r, c;
  dw_err err = {0};
  char *csv = numbers(true, false, 100, "", 0), *text = numbers(false, true, 100, "", 0);
  CHECK(read_pair(&r, &c, csv, text, &numeric, &err) == DW_OK);
  CHECK(c.column[0]->sorted.count == 100 && c.column[0]->strays == 0 && dw_column_kinds(c.column[0]) == DW_KIND_NUMBER);
  CHECK(r.column[0]->moments.mean == c.column[0]->moments.mean &&
        dw_moments_std(&r.column[0]->moments, 1) == dw_moments_std(&c.column[0]->moments, 1));
  free_pair(&r, &c);
  CHECK(read_pair(&r, &c, text, text, NULL, &err) == DW_OK);
  dw_type_facts facts = dw_column_facts(r.column[0]);
  CHECK(r.column[0]->sorted.count == 0 && dw_type_unread(&facts));
  free_pair(&r, &c);
  dw_free(csv);
  dw_free(text);
}

TEST(a_point_among_decimal_commas_is_an_error)
{
  static const dw_type_choice numeric = {.column = "x", .type = DW_TYPE_NUMERIC};
  dw_dataset r, c;
  dw_err err = {0};
  CHECK(read_pair(&r, &c, "x;y\n3,14;1\n2,5;1\n", "x;y\n1.234;1\n2,5;1\n", &numeric, &err) == DW_EDATA);
  CHECK_TEXT(err.message, "column \"x\" has decimal commas as well as numbers with a point, which may stand before decimals or between "
                          "thousands: write one of them");
  free_pair(&r, &c);
  CHECK(read_pair(&r, &c, "x;y\n3,14;1\n2,5;1\n", "x;y\n1.234,5;1\n2;1\n", &numeric, &err) == DW_OK);
  CHECK(c.column[0]->sorted.count == 2 && c.column[0]->sorted.value[1] == 1234.5);
  free_pair(&r, &c);
}

TEST(a_comma_that_nobody_explains_is_an_error)
{
  static const dw_type_choice numeric = {.column = "x", .type = DW_TYPE_NUMERIC};
  dw_dataset r, c;
  dw_err err = {0};
  CHECK(read_pair(&r, &c, "x;y\n3,145;1\n2567;1\n", "x;y\n1,234;1\n2,567;1\n", &numeric, &err) == DW_EDATA);
  CHECK_TEXT(err.message, "column \"x\": the comma of numbers such as 1,234 may stand before decimals or between thousands, and no other "
                          "number says which: --decimal says it");
  free_pair(&r, &c);
}

TEST(a_comma_that_the_reference_leaves_open_is_told_by_the_current_data)
{
  static const dw_type_choice numeric = {.column = "x", .type = DW_TYPE_NUMERIC};
  dw_dataset r, c;
  dw_err err = {0};
  CHECK(read_pair(&r, &c, "x;y\n3,145;1\n2,567;1\n", "x;y\n1,234;1\n2,5;1\n", &numeric, &err) == DW_OK);
  CHECK(r.column[0]->sorted.count == 2 && r.column[0]->sorted.value[1] == 3.145);
  CHECK(c.column[0]->sorted.count == 2 && c.column[0]->sorted.value[0] == 1.234);
  free_pair(&r, &c);
}

TEST(a_file_that_tells_its_comma_tells_that_of_the_other_one)
{
  dw_dataset r, c;
  dw_err err = {0};
  CHECK(read_pair(&r, &c, "x;y\n3,145;1\n2,567;1\n", "x;y\n3,1;1\n2,5;1\n", NULL, &err) == DW_OK);
  CHECK(r.column[0]->sorted.count == 2 && r.column[0]->sorted.value[1] == 3.145);
  free_pair(&r, &c);
}

TEST(strings_that_were_given_up_cannot_be_read_as_the_other_side_was)
{
  dw_dataset r, c;
  dw_err err = {0};
  char *csv = numbers(true, false, 10000, "", 0), *text = numbers(false, true, 10000, "", 0);
  CHECK(read_pair(&r, &c, csv, text, NULL, &err) == DW_EDATA);
  CHECK_TEXT(
      err.message,
      "column \"x\" has strings that are numbers in the current data (NDJSON) and numbers in the reference (CSV): say what it holds, "
      "--types 'x=numeric' or 'x=categorical'");
  free_pair(&r, &c);
  dw_free(csv);
  dw_free(text);
}
