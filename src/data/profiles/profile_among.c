#include "data/profiles/profile_among.h"

bool dw_profile_among(const dw_reader *reader, const dw_batch *batch, dw_buf *scratch, dw_place *place)
{
  const dw_batch_column *kind = dw_reader_find(reader, batch, "kind"), *columns = dw_reader_find(reader, batch, "columns"),
                        *version = dw_reader_find(reader, batch, "version");
  if (!kind || !columns || !version) return false;
  for (size_t row = 0; row < batch->rows; row++) {
    size_t length;
    dw_tag tag = (dw_tag)kind->tags[row];
    if (tag != DW_STRING || columns->tags[row] != DW_OTHER || version->tags[row] != DW_INTEGER) continue;
    const char *text = dw_cell_text(batch, tag, kind->cells[row], scratch, &length);
    if (!dw_text_equal(text, length, "profile")) continue;
    *place = dw_batch_place(batch, row);
    if (place->line == 0) place->line = dw_batch_line(batch, row, tag, kind->cells[row]);
    return true;
  }
  return false;
}
