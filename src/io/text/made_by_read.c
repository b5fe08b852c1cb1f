#include "io/text/made_by.h"

/* Apart from what writes stages: a command that reads no documents is not linked with what parses them. */
void dw_made_by_copy(dw_buf *stages, const dw_value *list)
{
  dw_buf text = {0};
  if (dw_value_kind(list) != DW_VALUE_ARRAY) return;
  for (const dw_value *stage = dw_value_first(list); stage; stage = dw_value_next(stage)) {
    text.length = 0;
    dw_value_print(stage, &text);
    dw_made_by_append(stages, text.data, text.length);
  }
  dw_buf_free(&text);
}
