#include "io/formats/numbers.h"

#include "fixture.h"

/* "1 2 - …": the values that a text is read as, "-" for a missing one, by blocks of a few bytes. */
static void check_read(const char *text, const char *want)
{
  for (size_t block = 1; block < 40; block += 13) {
    dw_buf got = {0};
    dw_err err = {0};
    const dw_batch *batch = NULL;
    dw_reader *reader = fixture_reader(text, &(dw_reader_options){.threads = 1, .block = block, .formats = dw_formats_with_numbers});
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
      const dw_batch_column *column = dw_reader_find(reader, batch, DW_NUMBERS_FIELD);
      for (size_t row = 0; row < batch->rows; row++) {
        char number[40] = "-";
        if (column->tags[row] == DW_INTEGER || column->tags[row] == DW_REAL)
          snprintf(number, sizeof number, "%.17g", column->cells[row].number);
        dw_buf_format(&got, "%s%s", got.length ? " " : "", number);
      }
    }
    CHECK_MSG(err.status == DW_OK, "%s", err.message);
    CHECK_TEXT(dw_buf_cstr(&got), want);
    dw_buf_free(&got);
    dw_reader_close(reader);
  }
}

TEST(a_line_is_a_record)
{
  check_read("1\n-2.5\n\n 3e2\t\r\nNA\n0.5", "1 -2.5 300 - 0.5");
  check_read("\n\n12345678901\n", "12345678901");
}

TEST(records_are_still_records)
{
  check_read("{\"value\":1}\n{\"value\":2}\n", "1 2");
  check_read("value,b\n1,2\n", "1");
}

TEST(what_is_no_number_is_an_error_with_its_line)
{
  dw_err err = {0};
  const dw_batch *batch;
  dw_reader *reader = fixture_reader("1\n2\nthree\n", &(dw_reader_options){.threads = 1, .formats = dw_formats_with_numbers});
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) continue;
  CHECK_MSG(err.status == DW_EDATA && strstr(err.message, ":3:1: expected a number"), "%s", err.message);
  dw_reader_close(reader);
}

TEST(bad_lines_can_be_left_out)
{
  dw_err err = {0};
  const dw_batch *batch = NULL;
  uint64_t rows = 0;
  dw_reader *reader =
      fixture_reader("1\nx\n2\ny\n", &(dw_reader_options){.threads = 1, .skip_errors = true, .formats = dw_formats_with_numbers});
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) rows += batch->rows;
  CHECK(err.status == DW_OK && rows == 2 && dw_reader_skipped(reader) == 2);
  dw_reader_close(reader);
}
