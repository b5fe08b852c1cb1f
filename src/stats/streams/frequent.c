#include "stats/streams/frequent.h"

#include <stdlib.h>

#include "base/mem.h"
#include "stats/streams/distinct.h"

enum { SMALL = 256, SLOTS_LEAST = 64 };

void dw_frequent_init(dw_frequent *frequent, size_t most) { *frequent = (dw_frequent){.most = most}; }

void dw_frequent_free(dw_frequent *frequent)
{
  if (!frequent) return;
  dw_free(frequent->item);
  dw_free(frequent->slot);
  dw_buf_free(&frequent->text);
  dw_frequent_init(frequent, frequent->most);
}

/* --- the table: open addressing, half full at most. It has 2 * most texts at the very most, so that even texts that were chosen to have
 * the same hash (whose key is known to all) cost no more than a look at each of them --- */

static size_t find(const dw_frequent *frequent, const char *text, size_t length, uint64_t hash)
{
  size_t at = (size_t)hash & (frequent->slots - 1);
  for (; frequent->slot[at]; at = (at + 1) & (frequent->slots - 1)) {
    const dw_frequent_item *item = &frequent->item[frequent->slot[at] - 1];
    bool same = item->hash == hash && item->length == length;
    if (same && (length == 0 || memcmp(dw_frequent_text(frequent, item), text, length) == 0)) break;
  }
  return at;
}

static void place_all(dw_frequent *frequent)
{
  memset(frequent->slot, 0, frequent->slots * sizeof *frequent->slot);
  for (size_t i = 0; i < frequent->count; i++) {
    size_t at = (size_t)frequent->item[i].hash & (frequent->slots - 1);
    while (frequent->slot[at]) at = (at + 1) & (frequent->slots - 1);
    frequent->slot[at] = (uint32_t)(i + 1);
  }
}

static void widen(dw_frequent *frequent)
{
  frequent->slots = frequent->slots ? 2 * frequent->slots : SLOTS_LEAST;
  frequent->slot = dw_realloc_array(frequent->slot, frequent->slots, sizeof *frequent->slot);
  place_all(frequent);
}

/* Takes `times` from all counts; who has no more is gone. */
static void take_away(dw_frequent *frequent, uint64_t least, uint64_t times)
{
  dw_buf text = {0};
  size_t kept = 0;
  for (size_t i = 0; i < frequent->count; i++) {
    dw_frequent_item item = frequent->item[i];
    if (item.times <= least) continue;
    size_t offset = text.length;
    dw_buf_add(&text, dw_frequent_text(frequent, &item), item.length);
    item.offset = offset;
    item.times -= times;
    frequent->item[kept++] = item;
  }
  frequent->count = kept;
  dw_buf_free(&frequent->text);
  frequent->text = text;
  if (frequent->slots) place_all(frequent);
}

static int falling(const void *a, const void *b)
{
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x > y ? -1 : x < y;
}

/* The (n + 1)-th largest count; n < count. Of texts that hardly repeat it is small, and found without sorting. */
static uint64_t count_behind(const dw_frequent *frequent, size_t n)
{
  size_t small[SMALL] = {0}, above = 0;
  for (size_t i = 0; i < frequent->count; i++)
    if (frequent->item[i].times < SMALL) small[frequent->item[i].times]++;
    else above++;
  if (above <= n) {
    uint64_t at = SMALL - 1;
    for (; above + small[at] <= n; at--) above += small[at];
    return at;
  }
  uint64_t *times = dw_alloc_array(frequent->count, sizeof *times);
  for (size_t i = 0; i < frequent->count; i++) times[i] = frequent->item[i].times;
  qsort(times, frequent->count, sizeof *times, falling);
  uint64_t found = times[n];
  dw_free(times);
  return found;
}

static void reduce(dw_frequent *frequent)
{
  uint64_t times = count_behind(frequent, frequent->most);
  take_away(frequent, times, times);
  frequent->lost += times;
}

/* Whole characters only. */
static size_t cut(const char *text, size_t length)
{
  size_t end = DW_FREQUENT_LONGEST;
  while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80) end--;
  return end;
}

void dw_frequent_add(dw_frequent *frequent, const char *text, size_t length, uint64_t hash, uint64_t times)
{
  frequent->total += times;
  if (length > DW_FREQUENT_LONGEST) {
    length = cut(text, length);
    hash = dw_distinct_text_hash(text, length);
    frequent->cut = true;
  }
  if (2 * (frequent->count + 1) > frequent->slots) widen(frequent);
  size_t at = find(frequent, text, length, hash);
  if (frequent->slot[at]) {
    frequent->item[frequent->slot[at] - 1].times += times;
    return;
  }
  frequent->item = dw_grow(frequent->item, &frequent->capacity, frequent->count + 1, sizeof *frequent->item);
  frequent->item[frequent->count++] = (dw_frequent_item){hash, times, frequent->text.length, (uint32_t)length};
  dw_buf_add(&frequent->text, text, length);
  frequent->slot[at] = (uint32_t)frequent->count;
  if (frequent->count >= 2 * frequent->most) reduce(frequent);
}

void dw_frequent_merge(dw_frequent *into, const dw_frequent *from)
{
  uint64_t total = into->total + from->total;
  for (size_t i = 0; i < from->count; i++) {
    const dw_frequent_item *item = &from->item[i];
    dw_frequent_add(into, dw_frequent_text(from, item), item->length, item->hash, item->times);
  }
  into->total = total;
  into->lost += from->lost;
  into->cut |= from->cut;
}

void dw_frequent_settle(dw_frequent *frequent)
{
  if (frequent->count > frequent->most) reduce(frequent);
}

void dw_frequent_drop(dw_frequent *frequent, uint64_t times)
{
  uint64_t most = 0;
  for (size_t i = 0; i < frequent->count; i++)
    if (frequent->item[i].times <= times && frequent->item[i].times > most) most = frequent->item[i].times;
  if (!most) return;
  take_away(frequent, times, 0);
  frequent->lost += most;
}

static int before(const void *a, const void *b, void *context)
{
  const dw_frequent *frequent = context;
  const dw_frequent_item *x = a, *y = b;
  if (x->times != y->times) return x->times > y->times ? -1 : 1;
  size_t common = x->length < y->length ? x->length : y->length;
  int order = common ? memcmp(dw_frequent_text(frequent, x), dw_frequent_text(frequent, y), common) : 0;
  return order ? order : (x->length > y->length) - (x->length < y->length);
}

void dw_frequent_sort(dw_frequent *frequent)
{
  if (frequent->count) qsort_r(frequent->item, frequent->count, sizeof *frequent->item, before, frequent);
  if (frequent->slots) place_all(frequent);
}

size_t dw_frequent_bytes(const dw_frequent *frequent)
{
  return frequent->capacity * sizeof *frequent->item + frequent->slots * sizeof *frequent->slot + frequent->text.capacity;
}
