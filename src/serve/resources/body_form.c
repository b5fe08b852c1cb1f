#include "serve/resources/body_form.h"

#include <string.h>
#include <strings.h>

#include "io/record/scanner.h"

/* The media type without its parameters. */
static bool is_type(const char *value, const char *type)
{
  size_t length = strlen(type);
  return strncasecmp(value, type, length) == 0 && strchr("; \t", value[length]) != NULL;
}

dw_body_form dw_body_form_of(const dw_head *head)
{
  static const struct {
    const char *type;
    dw_body_form form;
  } types[] = {{"application/json", DW_FORM_RECORD},
               {"application/x-ndjson", DW_FORM_LINES},
               {"application/ndjson", DW_FORM_LINES},
               {"application/jsonl", DW_FORM_LINES},
               {"application/cloudevents+json", DW_FORM_EVENT},
               {"application/cloudevents-batch+json", DW_FORM_EVENTS}};
  const char *value = dw_head_field_of(head, "Content-Type");
  dw_body_form form = value ? DW_FORM_UNKNOWN : DW_FORM_RECORD;
  for (size_t i = 0; value && i < sizeof types / sizeof *types; i++)
    if (is_type(value, types[i].type)) form = types[i].form;
  return form == DW_FORM_RECORD && dw_head_field_of(head, "ce-specversion") ? DW_FORM_EVENT_DATA : form;
}

bool dw_body_coding_known(const dw_head *head)
{
  static const char *const known[] = {"identity", "gzip", "x-gzip", "zstd"};
  const char *value = dw_head_field_of(head, "Content-Encoding");
  bool found = !value;
  for (size_t i = 0; value && i < sizeof known / sizeof *known; i++) found |= strcasecmp(value, known[i]) == 0;
  return found;
}

dw_status dw_body_whole(dw_input *input, dw_buf *text, bool *fits, dw_err *err)
{
  size_t count = 1, step = 16 << 10;
  dw_status status = DW_OK;
  while (count && text->length <= DW_LINE_LIMIT && (status = dw_input_read(input, dw_buf_room(text, step), step, &count, err)) == DW_OK)
    text->length += count;
  *fits = text->length <= DW_LINE_LIMIT;
  dw_buf_cstr(text);
  return status;
}

bool dw_body_one_line(char *text, size_t length)
{
  bool inside = false;
  for (size_t i = 0; i < length; i++) {
    if (inside && text[i] == '\\' && text[i + 1] != '\n') i++;
    else if (text[i] == '"') inside = !inside;
    else if (text[i] == '\n' && inside) return false;
    else if (text[i] == '\n') text[i] = ' ';
  }
  return true;
}
