#include "data/columns/instants.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "io/formats/csv.h"

/* --- which forms --- */

dw_instants *dw_instants_new(const char *text, size_t length, bool timed)
{
  char form[DW_INSTANTS_READINGS][DW_TIME_FORMAT_TEXT];
  int64_t instant;
  int forms = dw_time_parse(text, length, &instant) ? 0 : dw_time_format_guess(text, length, form);
  if (forms == 0 && !dw_time_parse(text, length, &instant)) return NULL;
  dw_instants *instants = dw_alloc_zero(1, sizeof *instants);
  instants->timed = timed;
  instants->readings = forms ? (size_t)forms : 1;
  for (int i = 0; i < forms; i++) {
    dw_instants_reading *reading = &instants->reading[i];
    memcpy(reading->letters, form[i], sizeof reading->letters);
    dw_time_format_parse(&reading->format, reading->letters, NULL); /* what is guessed can be read */
  }
  return instants;
}

void dw_instants_free(dw_instants *instants)
{
  if (!instants) return;
  for (size_t i = 0; i < DW_INSTANTS_READINGS; i++) dw_free(instants->reading[i].value);
  dw_free(instants->time);
  dw_free(instants);
}

size_t dw_instants_bytes(const dw_instants *instants)
{
  return instants->capacity * (instants->readings + instants->timed) * sizeof(int64_t);
}

/* --- keeping --- */

static void make_room(dw_instants *instants, size_t rows)
{
  size_t capacity = instants->capacity;
  for (size_t i = 0; i < instants->readings; i++) {
    size_t room = capacity;
    instants->reading[i].value = dw_grow(instants->reading[i].value, &room, instants->count + rows, sizeof(int64_t));
    instants->capacity = room;
  }
  if (instants->timed) instants->time = dw_grow(instants->time, &capacity, instants->count + rows, sizeof(int64_t));
}

/* Whether the string of this number is kept: all bits of the hash are used, so that a thinner sample is part of the one before. */
static bool is_kept(uint64_t number, unsigned thinned)
{
  uint64_t x = number + UINT64_C(0x9e3779b97f4a7c15); /* the finaliser of SplitMix64 */
  x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
  x ^= x >> 31;
  return (x & ((UINT64_C(1) << thinned) - 1)) == 0;
}

static void add_text(dw_instants *instants, const char *text, size_t length, int64_t time)
{
  bool kept = is_kept(instants->seen++, instants->thinned);
  for (size_t i = 0; i < instants->readings; i++) {
    dw_instants_reading *reading = &instants->reading[i];
    int64_t instant = DW_INSTANTS_NONE;
    bool read = *reading->letters ? dw_time_format_read(&reading->format, text, length, &instant) : dw_time_parse(text, length, &instant);
    reading->unread += !read;
    if (kept) reading->value[instants->count] = instant;
  }
  if (kept && instants->time) instants->time[instants->count] = time;
  instants->count += kept;
}

void dw_instants_add(dw_instants *instants, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take, const int64_t *time,
                     dw_buf *scratch)
{
  make_room(instants, batch->rows);
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag tag = cells->tags[row];
    if ((tag != DW_STRING && tag != DW_STRING_ESCAPED) || (take && !take[row])) continue;
    size_t length;
    const char *text = dw_cell_text(batch, tag, cells->cells[row], scratch, &length);
    if (!dw_csv_mark(text, length)) add_text(instants, text, length, time ? time[row] : DW_INSTANTS_NONE);
  }
}

static void *shrunk(const int64_t *array, size_t count)
{
  int64_t *copy = count ? dw_alloc_array(count, sizeof *copy) : NULL;
  return count ? memcpy(copy, array, count * sizeof *copy) : NULL;
}

static void keep_only(int64_t **array, size_t count)
{
  int64_t *kept = shrunk(*array, count);
  dw_free(*array);
  *array = kept;
}

void dw_instants_thin(dw_instants *instants)
{
  size_t at = 0, kept = 0;
  for (uint64_t number = 0; number < instants->seen && at < instants->count; number++) {
    if (!is_kept(number, instants->thinned)) continue;
    if (is_kept(number, instants->thinned + 1)) {
      for (size_t i = 0; i < instants->readings; i++) instants->reading[i].value[kept] = instants->reading[i].value[at];
      if (instants->time) instants->time[kept] = instants->time[at];
      kept++;
    }
    at++;
  }
  instants->thinned++;
  instants->count = instants->capacity = kept;
  for (size_t i = 0; i < instants->readings; i++) keep_only(&instants->reading[i].value, kept);
  if (instants->time) keep_only(&instants->time, kept);
}

/* --- day or month first --- */

static const dw_instants_reading *whole(const dw_instants *side, const char *letters)
{
  const dw_instants_reading *found = NULL;
  for (size_t i = 0; i < side->readings; i++) {
    const dw_instants_reading *reading = &side->reading[i];
    if (reading->unread == 0 && (!letters || strcmp(reading->letters, letters) == 0)) found = reading;
  }
  return found;
}

static bool is_either(const dw_instants *side)
{
  return side->readings == DW_INSTANTS_READINGS && side->reading[0].unread == 0 && side->reading[1].unread == 0;
}

/* Of a side that could be read either way: the one form that the other side leaves. */
static const dw_instants_reading *by_other_side(const dw_instants *side, const dw_instants *other)
{
  const dw_instants_reading *found = NULL;
  for (size_t i = 0; i < side->readings; i++) {
    if (!whole(other, side->reading[i].letters)) continue;
    if (found) return NULL;
    found = &side->reading[i];
  }
  return found;
}

dw_instants_told dw_instants_settle(const dw_instants *const side[2], const char *letters, const dw_instants_reading *out[2])
{
  for (int i = 0; i < 2; i++)
    if (!whole(side[i], NULL)) return DW_INSTANTS_MIXED;
  for (int i = 0; i < 2; i++) {
    out[i] = whole(side[i], NULL);
    if (!is_either(side[i])) continue;
    out[i] = by_other_side(side[i], side[!i]);
    if (!out[i] && letters) out[i] = whole(side[i], letters);
    if (!out[i]) return DW_INSTANTS_EITHER;
  }
  return DW_INSTANTS_TOLD;
}
