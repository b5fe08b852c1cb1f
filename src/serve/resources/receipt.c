#include "serve/resources/receipt.h"

#include <stdlib.h>

#include "io/record/record.h"

void dw_receipt_error(dw_receipt *receipt, const dw_err *why, const char *name)
{
  if (receipt->count == DW_RECEIPT_ERRORS) return;
  dw_rejection *error = &receipt->errors[receipt->count++];
  error->reason = dw_strdup(dw_record_fault_what(why, name, &error->line, &error->column));
}

static int by_line(const void *a, const void *b)
{
  uint64_t x = ((const dw_rejection *)a)->line, y = ((const dw_rejection *)b)->line;
  return (x > y) - (x < y);
}

static void write_error(const dw_rejection *error, dw_json *json)
{
  dw_json_open(json, NULL, '{');
  if (error->line) dw_json_integer(json, "line", (int64_t)error->line);
  if (error->column) dw_json_integer(json, "column", (int64_t)error->column);
  dw_json_text(json, "reason", error->reason);
  dw_json_close(json, '}');
}

void dw_receipt_write(dw_receipt *receipt, bool lines, dw_json *json)
{
  dw_json_integer(json, "accepted", (int64_t)receipt->accepted);
  dw_json_integer(json, "duplicates", (int64_t)receipt->duplicates);
  dw_json_integer(json, "rejected", (int64_t)receipt->rejected);
  if (!lines) return;
  qsort(receipt->errors, receipt->count, sizeof *receipt->errors, by_line);
  dw_json_open(json, "errors", '[');
  for (size_t i = 0; i < receipt->count; i++) write_error(&receipt->errors[i], json);
  dw_json_close(json, ']');
}

void dw_receipt_free(dw_receipt *receipt)
{
  for (size_t i = 0; i < receipt->count; i++) dw_free(receipt->errors[i].reason);
}
