#include "data/datasets/share.h"

#include "base/mem.h"
#include "base/num.h"
#include "base/rng.h"

/* false: there is no value. */
static bool add_cell(dw_buf *id, const dw_batch *batch, const dw_batch_column *cells, size_t row, dw_buf *scratch)
{
  dw_tag tag = cells ? cells->tags[row] : DW_ABSENT;
  if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
    size_t length;
    const char *text = dw_cell_text(batch, tag, cells->cells[row], scratch, &length);
    dw_buf_add(id, text, length);
  } else if (tag == DW_INTEGER || tag == DW_REAL) {
    dw_buf_number(id, cells->cells[row].number);
  } else {
    return false;
  }
  dw_buf_char(id, '\0');
  return true;
}

dw_status dw_share_batch(dw_reader *reader, const dw_batch *batch, const char *const *ids, size_t count, double share, unsigned char *out,
                         uint8_t *take, dw_err *err)
{
  dw_buf id = {0}, scratch = {0};
  dw_status status = DW_OK;
  const dw_batch_column **cells = dw_alloc_array(count, sizeof *cells);
  for (size_t c = 0; c < count; c++) cells[c] = dw_reader_find(reader, batch, ids[c]);
  for (size_t row = 0; row < batch->rows && status == DW_OK; row++) {
    id.length = 0;
    size_t c = 0;
    while (c < count && add_cell(&id, batch, cells[c], row, &scratch)) c++;
    if (c < count) {
      dw_err why;
      dw_record_fault(&why, dw_batch_place(batch, row), "the record has no %s to share it out by", ids[c]);
      status = dw_reader_unusable(reader, &why, err);
      take[row] = 0;
    }
    out[row] = (double)(dw_rng_hash(id.data, id.length) >> 11) * 0x1p-53 >= share;
  }
  dw_free(cells);
  dw_buf_free(&id);
  dw_buf_free(&scratch);
  return status;
}
