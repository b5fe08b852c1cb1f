#include "data/frames/chunk.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { MOST = 1000000 };

const char *const dw_chunk_rest_words[4] = {"append", "keep", "drop", NULL};

bool dw_chunk_period(const char *text, dw_chunk_options *how)
{
  static const char words[] = "DWMQY";
  const char *word = text[0] && !text[1] ? strchr(words, text[0]) : NULL;
  if (word) {
    how->calendar = (dw_calendar)(DW_CALENDAR_DAY + (word - words));
    return true;
  }
  return dw_duration_parse(text, strlen(text), &how->window);
}

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

#define DAY (INT64_C(86400) * DW_SECOND)

/* Days from 1970-01-01 to the first of a month of the proleptic Gregorian calendar; months count from January of year 0. Years begin in
 * March here, so that the leap day is their last. */
static int64_t days_to_month(int64_t months)
{
  int64_t shifted = months - 2, year = shifted / 12, month = shifted % 12;
  if (month < 0) month += 12, year--;
  int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 - 719468;
}

static int64_t month_of(int64_t day)
{
  int64_t months = 23640 + (day * 4800) / 146097; /* 1970-01 and the mean length of a month: at most a month off */
  while (days_to_month(months) > day) months--;
  while (days_to_month(months + 1) <= day) months++;
  return months;
}

void dw_chunk_around(int64_t instant, const dw_chunk_options *how, int64_t *start, int64_t *end)
{
  int64_t length = how->window, shift = 0, months = 0;
  switch (how->calendar) {
  case DW_CALENDAR_NONE: break;
  case DW_CALENDAR_DAY: length = DAY; break;
  case DW_CALENDAR_WEEK: length = 7 * DAY, shift = 4 * DAY; break; /* 1970-01-05 was a Monday */
  case DW_CALENDAR_MONTH: months = 1; break;
  case DW_CALENDAR_QUARTER: months = 3; break;
  case DW_CALENDAR_YEAR: months = 12; break;
  }
  if (months) {
    int64_t first = month_of(floor_to(instant, DAY) / DAY);
    first -= first % months; /* years before 0 do not occur: instants begin with year 1 */
    *start = days_to_month(first) * DAY;
    *end = days_to_month(first + months) * DAY;
    return;
  }
  *start = floor_to(instant - shift, length) + shift;
  *end = *start + length;
}

static dw_status too_many(dw_err *err) { return dw_err_set(err, DW_EUSAGE, "more than %d windows", MOST); }

static dw_status cut_by_time(dw_chunks *out, const dw_chunk_options *how, const int64_t *instant, size_t rows, dw_err *err)
{
  size_t capacity = 0;
  for (size_t i = 0; i < rows; i++) {
    dw_chunk *last = out->count ? &out->chunk[out->count - 1] : NULL;
    if (last && instant[out->order[i]] < last->end) {
      last->count++;
      continue;
    }
    if (out->count == MOST) return too_many(err);
    out->chunk = dw_grow(out->chunk, &capacity, out->count + 1, sizeof *out->chunk);
    dw_chunk *chunk = &out->chunk[out->count++];
    *chunk = (dw_chunk){.first = i, .count = 1};
    dw_chunk_around(instant[out->order[i]], how, &chunk->start, &chunk->end);
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

/* Equal chunks and what is left. */
static dw_status cut_by_size(dw_chunks *out, uint64_t size, dw_chunk_rest rest, const int64_t *instant, size_t rows, dw_err *err)
{
  uint64_t count = rows / size, left = rows % size;
  bool own = left > 0 && (rest == DW_REST_KEEP || (rest == DW_REST_APPEND && (count == 0 || left * 2 >= size)));
  if (count + own > MOST) return too_many(err);
  out->count = (size_t)count + own;
  out->chunk = dw_alloc_array(out->count, sizeof *out->chunk);
  for (size_t k = 0; k < out->count; k++) {
    bool takes_rest = k + 1 == out->count && rest != DW_REST_DROP;
    cut_at(out, k, (size_t)(k * size), takes_rest ? rows : (size_t)((k + 1) * size), instant);
  }
  return DW_OK;
}

static dw_status cut_equal(dw_chunks *out, uint64_t number, const int64_t *instant, size_t rows, dw_err *err)
{
  size_t count = number < rows ? (size_t)number : rows;
  if (count > MOST) return too_many(err);
  out->chunk = dw_alloc_array(count, sizeof *out->chunk);
  out->count = count;
  /* The products are of 64 bits, also where a size is not. */
  for (uint64_t k = 0; k < count; k++) cut_at(out, (size_t)k, (size_t)(rows * k / count), (size_t)(rows * (k + 1) / count), instant);
  return DW_OK;
}

static dw_status cut(dw_chunks *out, const dw_chunk_options *how, const int64_t *instant, size_t rows, dw_err *err)
{
  if (how->window || how->calendar) return cut_by_time(out, how, instant, rows, err);
  if (how->size) return cut_by_size(out, how->size, how->rest, instant, rows, err);
  if (!how->number || how->rest == DW_REST_APPEND) return cut_equal(out, how->number ? how->number : 1, instant, rows, err);
  return cut_by_size(out, how->number < rows ? rows / how->number : 1, how->rest, instant, rows, err);
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
  dw_status status = cut(out, how, instant, rows, err);
  if (status != DW_OK) dw_chunks_free(out);
  return status;
}

void dw_chunks_free(dw_chunks *chunks)
{
  dw_free(chunks->order);
  dw_free(chunks->chunk);
  *chunks = (dw_chunks){0};
}

static void write_instant(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

void dw_chunk_write(const dw_chunks *chunks, size_t index, const char *key, dw_json *json)
{
  if (index == SIZE_MAX) {
    dw_json_null(json, key);
    return;
  }
  const dw_chunk *chunk = &chunks->chunk[index];
  dw_json_open(json, key, '{');
  dw_json_integer(json, "index", (int64_t)index);
  dw_json_integer(json, "first_row", (int64_t)chunk->first);
  dw_json_integer(json, "last_row", (int64_t)(chunk->first + chunk->count - 1));
  if (chunks->timed) {
    write_instant(json, "start", chunk->start);
    write_instant(json, "end", chunk->end);
  } else {
    dw_json_null(json, "start");
    dw_json_null(json, "end");
  }
  dw_json_close(json, '}');
}
