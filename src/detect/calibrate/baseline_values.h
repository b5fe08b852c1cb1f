/* baseline_values: columns of numbers as a detector will see them, in the order of the records, without what is missing.
 *
 *   dw_baseline_values values;
 *   dw_baseline_values_init(&values, &(dw_baseline_columns){.column = names, .count = n});
 *   reader options: .want = dw_baseline_wants, .context = &values
 *   for each batch: dw_baseline_batch(&values, reader, batch, err)
 *   dw_baseline_check(&values, err)
 *   … values.item[0].value, values.item[0].count …
 *   dw_baseline_values_free(&values);
 */
#ifndef DW_DETECT_BASELINE_VALUES_H
#define DW_DETECT_BASELINE_VALUES_H

#include "io/reader/reader.h"
#include "io/text/roster.h"
#include "stats/run_lengths/run_source.h"

typedef struct dw_baseline_columns {
  const char *const *column; /* [count] names */
  size_t count;
  const char *label, *score; /* both, and no columns: a model's mistakes (detect/online/online_error.h) */
  const char *positive;
  double cut;
  bool hits;       /* of mistakes: 1 is right */
  bool shares;     /* of columns: every value is from 0 to 1, as methods of mistakes take them */
  uint64_t memory; /* bytes that the values may take; 0: no bound */
} dw_baseline_columns;

typedef struct dw_baseline_item {
  const char *name; /* of mistakes: as dw-detect calls them */
  double *value;
  size_t count, capacity;
  uint64_t missing;
} dw_baseline_item;

typedef struct dw_baseline_values {
  dw_baseline_columns asked;
  dw_roster names; /* of all columns of the input */
  dw_baseline_item *item;
  size_t count;
} dw_baseline_values;

void dw_baseline_values_init(dw_baseline_values *values, const dw_baseline_columns *asked); /* texts must stay */
void dw_baseline_values_free(dw_baseline_values *values);
bool dw_baseline_wants(void *values, const char *name, size_t length);
/* DW_EDATA: a value that is no number, where the reader does not skip. DW_ENODATA: more values than the memory holds. */
dw_status dw_baseline_batch(dw_baseline_values *values, dw_reader *reader, const dw_batch *batch, dw_err *err);
/* Behind the last batch. DW_EDATA: a column that was in no record; DW_ENODATA: one with fewer than two values. */
dw_status dw_baseline_check(const dw_baseline_values *values, dw_err *err);

typedef enum dw_baseline_order { DW_BASELINE_AUTO, DW_BASELINE_ROWS, DW_BASELINE_BLOCKS, DW_BASELINE_ORDER } dw_baseline_order;
extern const char *const dw_baseline_order_words[]; /* NULL behind the last */

/* Values as a source of streams. block: of BLOCKS, 0: as long as the dependence asks for: twenty times the autocorrelation time, at least
 * what Politis and White's rule says, at most a third of the values. AUTO: rows where no value resembles those before it, otherwise such
 * blocks. */
dw_run_source dw_baseline_source(const dw_baseline_item *item, dw_baseline_order order, size_t block);

#endif
