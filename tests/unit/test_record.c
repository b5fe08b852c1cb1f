#include "test.h"

#include "io/text/json_text.h"
#include "io/record/record.h"

#include <math.h>

static void check_decode(const char *escaped, const char *want, size_t want_length)
{
  dw_batch batch = {.text = escaped, .text_length = strlen(escaped)};
  dw_cell cell = {.text = {0, (uint32_t)strlen(escaped)}};
  dw_buf scratch = {0};
  dw_buf_text(&scratch, "leftover");
  size_t length;
  const char *got = dw_cell_text(&batch, DW_STRING_ESCAPED, cell, &scratch, &length);
  CHECK_MSG(length == want_length && memcmp(got, want, length) == 0, "%s -> %.*s", escaped, (int)length, got);
  got = dw_cell_text(&batch, DW_STRING, cell, &scratch, &length);
  CHECK(got == escaped && length == strlen(escaped));
  dw_buf_free(&scratch);
}

TEST(escapes_are_undone)
{
#define DECODE(escaped, want) check_decode(escaped, want, sizeof(want) - 1)
  DECODE("", "");
  DECODE("plain", "plain");
  DECODE("\\n", "\n");
  DECODE("a\\\"b\\\\c\\/d\\be\\ff\\ng\\rh\\ti", "a\"b\\c/d\be\ff\ng\rh\ti");
  DECODE("\\u0041\\u00e9\\u20AC\\ud83d\\uDE00", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  DECODE("x\\u0000y", "x\0y");
  DECODE("\\ud800", "\xef\xbf\xbd");
  DECODE("\\udc00x", "\xef\xbf\xbdx");
  DECODE("\\ud800\\ud800\\udc00", "\xef\xbf\xbd\xf0\x90\x80\x80");
  DECODE("\\ud800\\n", "\xef\xbf\xbd\n");
  DECODE("\\ud83d\\u0041", "\xef\xbf\xbd"
                           "A");
  DECODE("\\\\ud83d", "\\ud83d");
  DECODE("\xc3\xa9\\t\xe2\x82\xac", "\xc3\xa9\t\xe2\x82\xac");
}

TEST(empty_text_has_an_address)
{
  dw_batch batch = {.text = "x"};
  dw_buf scratch = {0};
  size_t length = 7;
  const char *got = dw_cell_text(&batch, DW_STRING_ESCAPED, (dw_cell){.text = {0, 0}}, &scratch, &length);
  CHECK(got && length == 0);
  dw_buf_free(&scratch);
}

TEST(columns_are_found_by_id)
{
  dw_batch_column columns[2] = {{.id = 4}, {.id = 0}};
  uint32_t index[] = {2, 0, 0, 0, 1};
  dw_batch batch = {.columns = columns, .column_count = 2, .index = index, .index_count = 5};
  CHECK(dw_batch_find(&batch, 4) == &columns[0]);
  CHECK(dw_batch_find(&batch, 0) == &columns[1]);
  CHECK(!dw_batch_find(&batch, 1) && !dw_batch_find(&batch, 5) && !dw_batch_find(&batch, UINT32_MAX));
}

TEST(places_are_lines_or_rows)
{
  static const uint64_t lines[] = {7, 9};
  dw_err err;
  dw_batch batch = {.name = "NAME", .rows = 2, .first_line = 7, .lines = 2};
  CHECK(dw_record_fault(&err, dw_batch_place(&batch, 1), "is %d", 5) == DW_EDATA);
  CHECK_TEXT(err.message, "NAME: is 5");
  batch.line = lines;
  dw_record_fault(&err, dw_batch_place(&batch, 1), "is %d", 5);
  CHECK_TEXT(err.message, "NAME:9: is 5");
  dw_record_fault(&err, (dw_place){.name = "NAME", .line = 3, .column = 4}, "odd");
  CHECK_TEXT(err.message, "NAME:3:4: odd");
  batch.line = NULL;
  batch.by_row = true;
  dw_record_fault(&err, dw_batch_place(&batch, 1), "is %d", 5);
  CHECK_TEXT(err.message, "row 8 of NAME: is 5");
  batch.lines = 3; /* some were left out: nobody knows which */
  dw_record_fault(&err, dw_batch_place(&batch, 1), "is %d", 5);
  CHECK_TEXT(err.message, "NAME: is 5");
}

TEST(a_fault_says_where_and_what)
{
  static const struct {
    const char *message, *what;
    uint64_t line, column;
  } cases[] = {
      {"in:12:5: a value is missing", "a value is missing", 12, 5},
      {"in:12: field \"ts\": 5: no", "field \"ts\": 5: no", 12, 0},
      {"in: cut short", "cut short", 0, 0},
      {"in", "in", 0, 0},
      {"other:1: x", "other:1: x", 0, 0},
      {"in:x1: y", "x1: y", 0, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_err err;
    uint64_t line = 99, column = 99;
    dw_err_set(&err, DW_EDATA, "%s", cases[i].message);
    CHECK_TEXT(dw_record_fault_what(&err, "in", &line, &column), cases[i].what);
    CHECK(line == cases[i].line && column == cases[i].column);
  }
}

TEST(cells_that_are_all_numbers)
{
  enum { MOST = 21 };
  uint8_t tags[MOST];
  dw_cell cells[MOST];
  size_t reals;
  for (size_t n = 0; n <= MOST; n++) {
    for (size_t i = 0; i < n; i++) tags[i] = i % 3 ? DW_INTEGER : DW_REAL, cells[i].number = i % 2 ? -1.7976931348623157e308 : 5e-324;
    CHECK(dw_cells_all_numbers(tags, n, &reals) && reals == (n + 2) / 3 && dw_cells_all_finite(cells, n));
    for (size_t at = 0; at < n; at++) {
      uint8_t was = tags[at];
      for (uint8_t tag = DW_ABSENT; tag <= DW_OTHER; tag++) {
        tags[at] = tag;
        CHECK(dw_cells_all_numbers(tags, n, &reals) == (tag == DW_INTEGER || tag == DW_REAL));
      }
      tags[at] = was;
      double number = cells[at].number;
      cells[at].number = INFINITY;
      CHECK(!dw_cells_all_finite(cells, n));
      cells[at].number = -INFINITY;
      CHECK(!dw_cells_all_finite(cells, n));
      cells[at].number = NAN;
      CHECK(!dw_cells_all_finite(cells, n));
      cells[at].number = number;
    }
  }
}
