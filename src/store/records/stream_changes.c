#include "store/records/stream_changes.h"

#include <stdlib.h>

#include "store/records/records.h"

static size_t place_of(dw_stream_changes *changes, int64_t stream)
{
  if (changes->count == 0) {
    dw_map_init(&changes->places);
  } else if (changes->change[changes->at].stream == stream) {
    return changes->at;
  }
  size_t place = dw_map_intern(&changes->places, (const char *)&stream, sizeof stream);
  if (place < changes->count) return place;
  changes->change = dw_grow(changes->change, &changes->capacity, ++changes->count, sizeof *changes->change);
  changes->change[place] = (dw_stream_change){.stream = stream, .first = INT64_MAX, .last = INT64_MIN};
  return place;
}

void dw_stream_changes_add(dw_stream_changes *changes, int64_t stream, int64_t time, int64_t received)
{
  dw_records_timing timing = dw_records_timing_of(time, received);
  changes->at = place_of(changes, stream);
  dw_stream_change *change = &changes->change[changes->at];
  change->records++;
  change->early += timing == DW_RECORDS_EARLY;
  change->late += timing == DW_RECORDS_LATE;
  if (timing != DW_RECORDS_IN_TIME) return;
  if (time < change->first) change->first = time;
  if (time > change->last) change->last = time;
}

static int by_stream(const void *a, const void *b)
{
  int64_t x = ((const dw_stream_change *)a)->stream, y = ((const dw_stream_change *)b)->stream;
  return (x > y) - (x < y);
}

void dw_stream_changes_sort(dw_stream_changes *changes)
{
  if (changes->count > 1) qsort(changes->change, changes->count, sizeof *changes->change, by_stream);
}

void dw_stream_changes_clear(dw_stream_changes *changes)
{
  if (changes->count) dw_map_free(&changes->places);
  changes->count = changes->at = 0;
}

void dw_stream_changes_free(dw_stream_changes *changes)
{
  dw_stream_changes_clear(changes);
  dw_free(changes->change);
  *changes = (dw_stream_changes){0};
}
