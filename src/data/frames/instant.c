#include "data/frames/instant.h"

#include <math.h>

#include "base/clock.h"

/* Numbers are Unix times: seconds reach 1e11 in the year 5138, milliseconds 1e14. */
static bool instant_number(double number, int64_t *instant)
{
  double size = fabs(number);
  if (!(size < 1e17)) return false;
  double microseconds = size < 1e11 ? number * 1e6 : size < 1e14 ? number * 1e3 : number;
  *instant = (int64_t)floor(microseconds);
  return true;
}

bool dw_instant_cell(const dw_batch *batch, dw_tag tag, dw_cell cell, dw_buf *scratch, int64_t *instant)
{
  if (tag == DW_INTEGER || tag == DW_REAL) return instant_number(cell.number, instant);
  if (tag != DW_STRING && tag != DW_STRING_ESCAPED) return false;
  size_t length;
  const char *text = dw_cell_text(batch, tag, cell, scratch, &length);
  return dw_time_parse(text, length, instant);
}
