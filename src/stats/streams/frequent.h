/* frequent: how often each text came: exactly while there are few different ones, and beyond that the frequent ones, with a bound on what
 * each count lacks. Mergeable: Misra and Gries, "Finding repeated elements", Science of Computer Programming 2, 1982; Agarwal, Cormode,
 * Huang, Phillips, Wei and Yi, "Mergeable summaries", PODS 2012.
 *
 * Past `most` different texts the smallest counts are taken from all (as much as makes the excess vanish), and what was taken
 * is added to `lost`: the true count of any text lies between the one that is kept (0 where there is none) and that plus lost. lost is at
 * most 1 / most of all that was added, in any split and order; 0 says that all counts are exact.
 */
#ifndef DW_STATS_FREQUENT_H
#define DW_STATS_FREQUENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { DW_FREQUENT_MOST = 4096, DW_FREQUENT_LONGEST = 512 /* bytes */ };

typedef struct dw_frequent_item {
  uint64_t hash; /* dw_distinct_text_hash */
  uint64_t times;
  size_t offset; /* of its bytes in text */
  uint32_t length;
} dw_frequent_item;

typedef struct dw_frequent {
  size_t most;
  dw_frequent_item *item; /* [count], in no order */
  size_t count, capacity;
  uint32_t *slot; /* [slots] place in item + 1, 0: free */
  size_t slots;
  dw_buf text;
  uint64_t total; /* all that was added */
  uint64_t lost;
  bool cut; /* some text was longer than DW_FREQUENT_LONGEST: it counts as what it begins with */
} dw_frequent;

void dw_frequent_init(dw_frequent *frequent, size_t most);
void dw_frequent_free(dw_frequent *frequent);
void dw_frequent_add(dw_frequent *frequent, const char *text, size_t length, uint64_t hash,
                     uint64_t times); /* hash: dw_distinct_text_hash */
/* A text of this hash comes soon: its place in the table is fetched. */
static inline void dw_frequent_prepare(const dw_frequent *frequent, uint64_t hash)
{
  if (frequent->slots) __builtin_prefetch(&frequent->slot[hash & (frequent->slots - 1)]);
}
void dw_frequent_merge(dw_frequent *into, const dw_frequent *from);
void dw_frequent_settle(dw_frequent *frequent); /* to `most` texts, from the twice as many that may be waiting */
/* Lets go of those that came at most `times` times; the largest count among them is lost from then on. */
void dw_frequent_drop(dw_frequent *frequent, uint64_t times);
void dw_frequent_sort(dw_frequent *frequent); /* by falling count, then by bytes */
size_t dw_frequent_bytes(const dw_frequent *frequent);

static inline const char *dw_frequent_text(const dw_frequent *frequent, const dw_frequent_item *item)
{
  return frequent->text.data ? frequent->text.data + item->offset : "";
}

#endif
