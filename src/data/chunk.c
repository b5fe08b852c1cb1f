#include "data/chunk.h"

#include <string.h>

#include "base/mem.h"

enum { MOST = 1000000 };

/* Merge sort: stable. */
static void sort_order(uint32_t *a, uint32_t *room, size_t n, const int64_t *instant)
{
  if (n < 2) return;
  size_t half = n / 2;
  sort_order(a, room, half, instant);
  sort_order(a + half, room, n - half, instant);
  if (instant[a[half - 1]] <= instant[a[half]]) return;
  memcpy(room, a, half * sizeof *a);
  size_t i = 0, j = half, k = 0;
  while (i < half && j < n) a[k++] = instant[a[j]] < instant[room[i]] ? a[j++] : room[i++];
  while (i < half) a[k++] = room[i++];
}

/* The beginning of the window that an instant lies in. */
static int64_t floor_to(int64_t instant, int64_t window)
{
  int64_t rest = instant % window;
  return instant - (rest < 0 ? rest + window : rest);
}

static dw_status too_many(dw_err *err) { return dw_err_set(err, DW_EUSAGE, "more than %d windows", MOST); }

static dw_status cut_by_time(dw_chunks *out, int64_t window, const int64_t *instant, size_t rows, dw_err *err)
{
  size_t capacity = 0;
  for (size_t i = 0; i < rows; i++) {
    int64_t start = floor_to(instant[out->order[i]], window);
    if (out->count && out->chunk[out->count - 1].start == start) {
      out->chunk[out->count - 1].count++;
      continue;
    }
    if (out->count == MOST) return too_many(err);
    out->chunk = dw_grow(out->chunk, &capacity, out->count + 1, sizeof *out->chunk);
    out->chunk[out->count++] = (dw_chunk){i, 1, start, start + window};
  }
  return DW_OK;
}

static void cut_at(dw_chunks *out, size_t k, size_t from, size_t to, const int64_t *instant)
{
  out->chunk[k] = (dw_chunk){from, to - from, 0, 0};
  if (!instant || to == from) return;
  out->chunk[k].start = instant[out->order[from]];
  out->chunk[k].end = instant[out->order[to - 1]];
}

static dw_status cut_by_count(dw_chunks *out, const dw_chunk_options *how, const int64_t *instant, size_t rows, dw_err *err)
{
  uint64_t count = 1;
  if (how->number) {
    count = how->number < rows ? how->number : rows;
  } else if (how->size) {
    count = rows / how->size;
    if (count == 0 || (rows % how->size) * 2 >= how->size) count++;
  }
  if (count > MOST) return too_many(err);
  out->chunk = dw_alloc_array(count, sizeof *out->chunk);
  out->count = count;
  for (size_t k = 0; k < count; k++) {
    size_t from = how->number ? (size_t)(rows * k / count) : k * how->size;
    size_t to = k + 1 == count ? rows : how->number ? (size_t)(rows * (k + 1) / count) : (k + 1) * how->size;
    cut_at(out, k, from, to, instant);
  }
  return DW_OK;
}

dw_status dw_chunks_make(dw_chunks *out, const dw_chunk_options *how, const int64_t *instant, size_t rows, dw_err *err)
{
  *out = (dw_chunks){.order = dw_alloc_array(rows, sizeof *out->order), .timed = instant != NULL};
  for (size_t i = 0; i < rows; i++) out->order[i] = (uint32_t)i;
  if (instant) {
    uint32_t *room = dw_alloc_array(rows, sizeof *room);
    sort_order(out->order, room, rows, instant);
    dw_free(room);
  }
  if (rows == 0) return DW_OK;
  dw_status status = how->window ? cut_by_time(out, how->window, instant, rows, err) : cut_by_count(out, how, instant, rows, err);
  if (status != DW_OK) dw_chunks_free(out);
  return status;
}

void dw_chunks_free(dw_chunks *chunks)
{
  dw_free(chunks->order);
  dw_free(chunks->chunk);
  *chunks = (dw_chunks){0};
}
