#include "data/columns/column_summary.h"

#include <math.h>

dw_column_summary *dw_column_summary_of(dw_column *column)
{
  if (!column->summary) {
    column->summary = dw_alloc_zero(1, sizeof *column->summary);
    dw_frequent_init(&column->summary->frequent, DW_FREQUENT_MOST);
  }
  return column->summary;
}

void dw_column_summary_numbers(dw_column_summary *summary, const double *x, size_t n)
{
  dw_distinct_add_numbers(&summary->numbers, x, n);
  for (size_t i = 0; i < n && !summary->fraction; i++) summary->fraction = x[i] != floor(x[i]);
}

void dw_column_summary_text(dw_column_summary *summary, const char *text, size_t length, uint64_t times)
{
  uint64_t hash = dw_distinct_text_hash(text, length);
  dw_distinct_add_hash(&summary->texts, hash);
  dw_frequent_add(&summary->frequent, text, length, hash, times);
}

void dw_column_summary_take_texts(dw_column_summary *summary)
{
  uint64_t hash[DW_SUMMARY_TEXTS];
  size_t count = summary->later_count;
  summary->later_count = 0;
  for (size_t i = 0; i < count; i++) {
    hash[i] = dw_distinct_text_hash(summary->later[i].text, summary->later[i].length);
    dw_frequent_prepare(&summary->frequent, hash[i]);
  }
  for (size_t i = 0; i < count; i++) dw_distinct_add_hash(&summary->texts, hash[i]);
  for (size_t i = 0; i < count; i++) dw_frequent_add(&summary->frequent, summary->later[i].text, summary->later[i].length, hash[i], 1);
}

size_t dw_column_summary_bytes(const dw_column_summary *summary)
{
  return sizeof *summary + dw_distinct_bytes(&summary->numbers) + dw_distinct_bytes(&summary->texts) +
         dw_frequent_bytes(&summary->frequent);
}

void dw_column_summary_free(dw_column_summary *summary)
{
  if (!summary) return;
  dw_distinct_free(&summary->numbers);
  dw_distinct_free(&summary->texts);
  dw_frequent_free(&summary->frequent);
  dw_free(summary);
}
