/* slots: when checks are due: at the multiples of a period since 1970 in UTC, whenever the process began. A check that takes longer than
 * the period, or a process that was away, misses slots: they are known, and the last few are caught up with, each by a check of its own.
 */
#ifndef DW_SERVE_SLOTS_H
#define DW_SERVE_SLOTS_H

#include <stdint.h>

int64_t dw_slot_at(int64_t every, int64_t now);    /* the last slot that is not after now */
int64_t dw_slot_after(int64_t every, int64_t now); /* the first one after it: when to wake up */

typedef struct dw_slots {
  int64_t first;        /* the first slot to check; those behind it follow each other by the period */
  uint64_t count;       /* to check; 0: none is due */
  uint64_t missed;      /* slots before first that nobody checked and nobody will */
  int64_t missed_first; /* of those */
} dw_slots;

/* done: the last slot that was checked, INT64_MIN when none ever was (then only the last one is due). most: of slots to catch up with, the
 * current one among them; at least 1. */
dw_slots dw_slots_due(int64_t every, int64_t done, int64_t now, uint64_t most);

#endif
