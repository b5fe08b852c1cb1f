#include "serve/resources/usage.h"

#include <math.h>

/* Where each group begins in the names; the last one ends with them. */
enum { ALL = 0, PROMPT = 3, COMPLETION = 5, COST = 7 };

/* clang-format off */
static const char *const names[DW_USAGE_COLUMNS] = {
  "tokens", "total_tokens", "usage.total_tokens",
  "prompt_tokens", "usage.prompt_tokens",
  "completion_tokens", "usage.completion_tokens",
  "cost", "cost_usd", "api_cost", "usage.cost"};
/* clang-format on */

void dw_usage_find(dw_usage *usage, const dw_reader *reader, const dw_batch *batch)
{
  *usage = (dw_usage){.any = false};
  for (int i = 0; i < DW_USAGE_COLUMNS; i++) {
    usage->column[i] = dw_reader_find(reader, batch, names[i]);
    usage->any |= usage->column[i] != NULL;
  }
}

/* The first number among columns; NaN: there is none. */
static double first_of(const dw_usage *usage, size_t row, int from, int to)
{
  for (int i = from; i < to; i++) {
    const dw_batch_column *column = usage->column[i];
    if (column && (column->tags[row] == DW_INTEGER || column->tags[row] == DW_REAL)) return column->cells[row].number;
  }
  return NAN;
}

static double counted(double value) { return isfinite(value) && value > 0 ? value : 0; }

double dw_usage_tokens(const dw_usage *usage, size_t row)
{
  double all = first_of(usage, row, ALL, PROMPT);
  if (!isnan(all)) return counted(all);
  return counted(first_of(usage, row, PROMPT, COMPLETION)) + counted(first_of(usage, row, COMPLETION, COST));
}

double dw_usage_cost(const dw_usage *usage, size_t row) { return counted(first_of(usage, row, COST, DW_USAGE_COLUMNS)); }
