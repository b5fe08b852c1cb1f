/* fuzz_json: the reader of JSON documents: what it takes is printed, read again and printed as the same; what it refuses has a message with
 * a place; and what is shown of a document with \u0000 is what is read without it. */
#include "io/text/json.h"
#include "target.h"

static bool printed(const char *text, size_t length, bool shown, dw_buf *out)
{
  dw_err err = {0};
  dw_value *value = NULL;
  dw_status status = (shown ? dw_value_parse_shown : dw_value_parse)(&value, text, length, "f", 1, &err);
  if (status == DW_OK) dw_value_print(value, out);
  else if (status != DW_EDATA || strncmp(err.message, "f:", 2) != 0) dw_buf_text(out, "no place");
  dw_value_free(value);
  return status == DW_OK;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_buf once = {0}, twice = {0}, shown = {0};
  const char *problem = NULL;
  if (!printed(bytes, length, false, &once)) {
    if (once.length) problem = "refused without a place";
  } else if (!printed(once.data, once.length, false, &twice)) {
    problem = "what was printed is refused";
  } else if (once.length != twice.length || memcmp(once.data, twice.data, once.length) != 0) {
    problem = "printed again, it is another one";
  } else if (!printed(bytes, length, true, &shown) || shown.length != once.length || memcmp(shown.data, once.data, once.length) != 0) {
    problem = "shown, it is another one";
  }
  dw_buf_free(&once);
  dw_buf_free(&twice);
  dw_buf_free(&shown);
  return problem;
}

FUZZ_TARGET("json", fuzz_one, NULL);
