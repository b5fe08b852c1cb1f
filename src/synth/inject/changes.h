/* changes: where along the stream an injection comes and goes: the rows that a detector should tell of.
 *
 * A change is a span of rows: from the first at which the course (synth/scenario/course.h) differs from what it rested at, 0 or 1, to the
 * first at which it rests again; one row where it jumps. What it is at the first row of the stream is no change.
 */
#ifndef DW_SYNTH_CHANGES_H
#define DW_SYNTH_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/text/json.h"

enum { DW_CHANGES_MOST = 1000 };

typedef struct dw_change_span {
  uint64_t first, last;
} dw_change_span;

/* {0} before the first row. */
typedef struct dw_changes {
  double level;
  bool begun, moving;
  dw_change_span *span; /* [count] of rows written; those of the batch at hand, from settled on, are its rows */
  size_t count, capacity, settled;
  bool ends_later; /* the last one before `settled` has come to rest in the batch at hand, at row `end` */
  uint64_t end;
  uint64_t omitted; /* beyond DW_CHANGES_MOST */
} dw_changes;

void dw_changes_moved(dw_changes *changes, double course, size_t row); /* course is not level */
/* The course at a row of the batch, rows ascending. */
static inline void dw_changes_see(dw_changes *changes, double course, size_t row)
{
  if (!changes->begun) changes->level = course;
  changes->begun = true;
  if (course != changes->level) dw_changes_moved(changes, course, row);
}

/* The batch is done: its rows become rows written. rows: written before it; copies: how often each of its rows is, NULL: once. */
void dw_changes_settle(dw_changes *changes, uint64_t rows, const uint32_t *copies);

/* Members "changes", a list of [first, last], and, where there are more, "changes_omitted". rows: written in all. */
void dw_changes_print(const dw_changes *changes, uint64_t rows, dw_json *json);
void dw_changes_free(dw_changes *changes);

#endif
