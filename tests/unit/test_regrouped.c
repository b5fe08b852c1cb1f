#include "data/profiles/regrouped.h"

#include "fixture.h"

TEST(each_group_gets_its_rows_in_order)
{
  dw_err err = {0};
  const dw_batch *batch = NULL;
  dw_buf text = {0};
  enum { ROWS = 200, GROUPS = 7 };
  for (int i = 0; i < ROWS; i++) dw_buf_format(&text, "{\"i\":%d,\"v\":\"t%d\",\"ver\":%s}\n", i, i, i % 3 ? "1.10" : "1.1");
  dw_buf_char(&text, '\0');
  dw_reader *reader = fixture_reader(text.data, &(dw_reader_options){.threads = 1});
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch && batch->rows == ROWS);
  uint32_t place[ROWS];
  for (int i = 0; i < ROWS; i++) place[i] = (uint32_t)(i * i % GROUPS);
  dw_regrouped rows = {0};
  dw_regrouped_make(&rows, batch, place, GROUPS);
  size_t all = 0, spelled = 0, wanted = 0;
  for (size_t g = 0; g < GROUPS; g++) {
    dw_batch part;
    dw_batch_column columns[8];
    dw_regrouped_part(&rows, g, &part, columns);
    size_t row = 0;
    for (int i = 0; i < ROWS; i++) {
      if (place[i] != g) continue;
      wanted += i % 3 != 0;
      size_t length;
      dw_buf scratch = {0};
      char want[16];
      snprintf(want, sizeof want, "t%d", i);
      const char *got = dw_cell_text(&part, (dw_tag)columns[1].tags[row], columns[1].cells[row], &scratch, &length);
      CHECK(columns[0].cells[row].number == i && dw_text_equal(got, length, want));
      dw_buf_free(&scratch);
      row++;
    }
    CHECK(part.rows == row && part.column_count == 3);
    for (uint32_t at = columns[2].spelled; at > 0; at = part.spelled[at - 1].before, spelled++)
      CHECK(part.spelled[at - 1].row < part.rows && (int)columns[0].cells[part.spelled[at - 1].row].number % 3 != 0);
    all += row;
  }
  CHECK(all == ROWS && spelled == wanted);
  dw_regrouped_free(&rows);
  dw_reader_close(reader);
  dw_buf_free(&text);
}
