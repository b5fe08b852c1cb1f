/* window: permutation. Records wait here until there are enough of them; then the values of a column are shuffled among them and
 * they leave in the order in which they came. A permutation inside windows keeps the column's values and breaks what they had
 * to do with the rest of the record.
 */
#ifndef DW_SYNTH_WINDOW_H
#define DW_SYNTH_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"
#include "synth/generate/emit.h"

/* What one shuffle has changed in all. */
typedef struct dw_window_tally {
  uint64_t records;
  uint64_t first_in, last_in, first_out, last_out; /* rows; meaningful when records > 0 */
} dw_window_tally;

typedef struct dw_window dw_window;

/* rows: records a window takes. columns: how many columns may be shuffled; shuffles: how many shuffles there are. Shuffle s draws from
 * stream `stream[s]` of key and works on column[s]; they act in order. The window writes to emit. */
dw_window *dw_window_new(size_t rows, size_t columns, size_t shuffles, const uint32_t *column, const uint32_t *stream, dw_rng_key key);
void dw_window_free(dw_window *window); /* NULL is fine */

/* Adds a record: text is appended to what dw_window_begin returns (with its line end, if it has one), values are placed as they are
 * written: offsets into that buffer. dw_window_end counts it in and, when the window is full, sends everything on. */
dw_buf *dw_window_begin(dw_window *window);
void dw_window_value(dw_window *window, size_t column, size_t offset, size_t length); /* the record has the column */
void dw_window_pick(dw_window *window, size_t shuffle);                               /* the record takes part */
dw_status dw_window_end(dw_window *window, uint32_t copies, uint64_t row_in, uint64_t row_out, dw_emit *emit, dw_err *err);

dw_status dw_window_flush(dw_window *window, dw_emit *emit, dw_err *err); /* sends on what waits */
const dw_window_tally *dw_window_result(const dw_window *window, size_t shuffle);

#endif
