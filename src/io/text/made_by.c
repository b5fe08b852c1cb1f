#include "io/text/made_by.h"

#include <assert.h>

static bool any(const dw_buf *stages)
{
  for (size_t i = 0; i < stages->length; i++)
    if (!strchr(" \t\r\n", stages->data[i])) return true;
  return false;
}

static void comma(dw_buf *stages)
{
  if (any(stages)) dw_buf_char(stages, ',');
}

void dw_made_by_append(dw_buf *stages, const char *stage, size_t length)
{
  comma(stages);
  dw_buf_add(stages, stage, length);
}

void dw_made_by_add(dw_buf *stages, const dw_made_stage *stage)
{
  dw_json json;
  comma(stages);
  dw_json_start(&json, stages, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "command", stage->command);
  dw_json_text(&json, "version", stage->version);
  dw_json_open(&json, "arguments", '[');
  for (size_t i = 0; i < stage->argument_count; i++) dw_json_text(&json, NULL, stage->arguments[i]);
  dw_json_close(&json, ']');
  if (stage->seed) {
    dw_buf digits = {0}; /* dw_json_integer is signed */
    dw_buf_unsigned(&digits, *stage->seed);
    dw_json_raw(&json, "seed", digits.data, digits.length);
    dw_buf_free(&digits);
  }
  dw_json_open(&json, "inputs", '[');
  for (size_t i = 0; i < stage->input_count; i++) {
    const dw_made_input *input = &stage->inputs[i];
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "name", input->name);
    dw_json_integer(&json, "bytes", (int64_t)input->bytes);
    dw_json_integer(&json, "rows", (int64_t)input->rows);
    dw_json_text(&json, "digest", input->digest);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
}

void dw_made_by_copy_text(dw_buf *stages, const char *list, size_t length)
{
  assert(length >= 2 && list[0] == '[' && list[length - 1] == ']');
  dw_made_by_append(stages, list + 1, length - 2);
}

void dw_made_by_write(dw_json *json, const char *stages, size_t length)
{
  dw_buf list = {0};
  dw_buf_char(&list, '[');
  dw_buf_add(&list, stages, length);
  dw_buf_char(&list, ']');
  dw_json_raw(json, "made_by", list.data, list.length);
  dw_buf_free(&list);
}
