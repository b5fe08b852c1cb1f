#include "detect/compare/succession.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/rng.h"

enum { IN_ORDER = 100 };

static int in_time(const void *left, const void *right)
{
  const dw_succession_row *a = left, *b = right;
  if (a->block != b->block) return a->block < b->block ? -1 : 1;
  if (a->instant != b->instant) return a->instant < b->instant ? -1 : 1;
  return a->chance < b->chance ? -1 : a->chance > b->chance;
}

static void sort_rows(dw_succession *s)
{
  bool sorted = true;
  for (size_t i = 1; i < s->rows && sorted; i++)
    sorted = s->row[i - 1].block <= s->row[i].block && s->row[i - 1].instant < s->row[i].instant;
  if (!sorted) qsort(s->row, s->rows, sizeof *s->row, in_time);
}

/* Rows stand in the input as in time, or the other way round, but for a few. */
static bool as_in_input(const dw_succession *s)
{
  size_t up = 0, down = 0;
  for (size_t i = 1; i < s->rows; i++) {
    if (s->row[i].block != s->row[i - 1].block || s->row[i].instant == s->row[i - 1].instant) continue;
    up += s->row[i].row > s->row[i - 1].row;
    down += s->row[i].row < s->row[i - 1].row;
  }
  return (up < down ? up : down) <= s->rows / IN_ORDER;
}

static void order_blocks(dw_succession *s)
{
  if (as_in_input(s)) return;
  for (size_t i = 0; i < s->rows; i++) s->row[i].block = s->row[i].row / DW_FRAME_BLOCK;
  sort_rows(s);
  if (!as_in_input(s)) s->unseen = "its rows begin in time order and go on in none: sort it by time";
}

void dw_succession_in_time(dw_succession *out, const dw_frame *frame)
{
  *out = (dw_succession){.frame = frame, .first = INT64_MAX, .last = INT64_MIN};
  dw_rng_key key = dw_rng_derive(0, "dependence");
  out->row = dw_alloc_array(frame->rows, sizeof *out->row);
  for (size_t i = 0; i < frame->rows; i++) {
    uint32_t word[4];
    int64_t instant = frame->instant ? frame->instant[i] : DW_FRAME_NO_INSTANT;
    if (instant == DW_FRAME_NO_INSTANT) continue;
    dw_rng_block(key, frame->row[i], 0, 0, word);
    out->row[out->rows++] = (dw_succession_row){0, instant, (uint64_t)word[0] << 32 | word[1], frame->row[i], (uint32_t)i};
    if (instant < out->first) out->first = instant;
    if (instant > out->last) out->last = instant;
  }
  if (out->rows == 0 && frame->windows.period) out->unseen = "it has too many rows at one time";
  else if (out->rows == 0) out->unseen = "none of its rows has a time (--time-format says its form)";
  sort_rows(out);
  if (frame->sampled && !frame->windows.period) order_blocks(out);
}

void dw_succession_in_file(dw_succession *out, const dw_frame *frame)
{
  *out = (dw_succession){.frame = frame, .last = (int64_t)frame->rows};
  out->row = dw_alloc_array(frame->rows, sizeof *out->row);
  for (size_t i = 0; i < frame->rows; i++)
    out->row[out->rows++] = (dw_succession_row){.instant = (int64_t)i, .row = frame->row[i], .at = (uint32_t)i};
}

bool dw_succession_breaks(const dw_succession *s, size_t before, size_t after)
{
  const dw_succession_row *a = &s->row[before], *b = &s->row[after];
  if (s->frame->windows.period) return dw_windows_part(&s->frame->windows, a->instant, b->instant);
  if (!s->frame->sampled || s->frame->options.policy != DW_FRAME_BLOCKS) return false;
  uint64_t block = b->row / DW_FRAME_BLOCK, earlier = a->row / DW_FRAME_BLOCK;
  return block > earlier + 1 || earlier > block + 1;
}

void dw_succession_free(dw_succession *s)
{
  dw_free(s->row);
  *s = (dw_succession){0};
}
