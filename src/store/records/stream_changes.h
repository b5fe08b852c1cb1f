/* stream_changes: what a transaction adds to the counts of streams: one change a stream, whatever the number of records.
 *
 *   dw_stream_changes changes = {0};
 *   for each record that was stored: dw_stream_changes_add(&changes, stream, time, received);
 *   for (size_t i = 0; i < changes.count; i++) … changes.change[i] …
 *   dw_stream_changes_clear(&changes);      the next transaction
 *   dw_stream_changes_free(&changes);
 */
#ifndef DW_STORE_STREAM_CHANGES_H
#define DW_STORE_STREAM_CHANGES_H

#include "base/map.h"

typedef struct dw_stream_change {
  int64_t stream, records, early, late;
  int64_t first, last; /* of those in time; first > last: there are none */
} dw_stream_change;

typedef struct dw_stream_changes {
  dw_stream_change *change; /* [count], each stream once */
  size_t count, capacity, at;
  dw_map places; /* of streams in change, once there is more than one */
} dw_stream_changes;

void dw_stream_changes_add(dw_stream_changes *changes, int64_t stream, int64_t time, int64_t received);
/* In the order of streams: whoever changes rows in one order does not wait for each other in a circle. */
void dw_stream_changes_sort(dw_stream_changes *changes);
void dw_stream_changes_clear(dw_stream_changes *changes); /* of all, keeping the memory of a few */
void dw_stream_changes_free(dw_stream_changes *changes);

#endif
