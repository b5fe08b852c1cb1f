/* usage: what records say that a call of a model took: tokens, and money in whatever unit they have it.
 *
 *   tokens   tokens, total_tokens or usage.total_tokens; without them prompt_tokens and completion_tokens, or usage.… of both, together
 *   cost     cost, cost_usd, api_cost or usage.cost
 *
 * The first of these members that is a number counts; what is negative does not.
 */
#ifndef DW_SERVE_USAGE_H
#define DW_SERVE_USAGE_H

#include "io/reader/reader.h"

enum { DW_USAGE_COLUMNS = 11 };

typedef struct dw_usage {
  const dw_batch_column *column[DW_USAGE_COLUMNS];
  bool any; /* some column is there */
} dw_usage;

void dw_usage_find(dw_usage *usage, const dw_reader *reader, const dw_batch *batch);
/* Of a row; 0: it does not say. */
double dw_usage_tokens(const dw_usage *usage, size_t row);
double dw_usage_cost(const dw_usage *usage, size_t row);

#endif
