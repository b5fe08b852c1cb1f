#include "data/frames/instant.h"

#include "base/clock.h"

bool dw_instant_cell(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, int64_t *instant)
{
  if (tag == DW_INTEGER || tag == DW_REAL) return dw_time_number(cell.number, instant);
  if (tag != DW_STRING && tag != DW_STRING_ESCAPED) return false;
  size_t length;
  const char *text = dw_cell_text(batch, tag, cell, scratch, &length);
  return dw_time_parse(text, length, instant);
}
