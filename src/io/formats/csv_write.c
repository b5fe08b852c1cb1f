#include "io/formats/csv_write.h"

#include <stdbool.h>

void dw_csv_field(dw_buf *out, const char *text, size_t length, char delimiter)
{
  bool quotes = length == 0 || text[0] == ' ' || text[0] == '\t' || text[length - 1] == ' ' || text[length - 1] == '\t';
  for (size_t i = 0; i < length && !quotes; i++) quotes = text[i] == delimiter || text[i] == '"' || text[i] == '\n' || text[i] == '\r';
  if (!quotes) {
    dw_buf_add(out, text, length);
    return;
  }
  dw_buf_char(out, '"');
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') dw_buf_char(out, '"');
    dw_buf_char(out, text[i]);
  }
  dw_buf_char(out, '"');
}
