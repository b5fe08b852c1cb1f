#include "detect/compare/chunked_summary.h"

#include "base/mem.h"

void dw_chunked_write(const dw_chunked *chunked, dw_json *json)
{
  dw_json_open(json, "chunks", '{');
  dw_json_integer(json, "reference", (int64_t)chunked->reference);
  dw_json_integer(json, "current", (int64_t)chunked->current);
  dw_json_open(json, "alerts", '[');
  for (size_t i = 0; i < chunked->alert_count; i++) {
    dw_json_open(json, NULL, '{');
    dw_json_integer(json, "rank", (int64_t)i + 1);
    dw_json_text(json, "column", chunked->alerts[i].column);
    dw_json_integer(json, "alerts", (int64_t)chunked->alerts[i].count);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_open(json, "warnings", '[');
  for (size_t i = 0; i < chunked->warnings; i++) dw_json_text(json, NULL, chunked->warning[i]);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

void dw_chunked_free(dw_chunked *chunked)
{
  if (!chunked) return;
  for (size_t i = 0; i < chunked->warnings; i++) dw_free(chunked->warning[i]);
  dw_free(chunked->alerts);
  dw_free(chunked);
}
