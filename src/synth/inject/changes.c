#include "synth/inject/changes.h"

#include "base/mem.h"

static void end_at(dw_changes *c, uint64_t row)
{
  if (c->count > c->settled) {
    c->span[c->count - 1].last = row;
    return;
  }
  c->ends_later = true;
  c->end = row;
}

void dw_changes_moved(dw_changes *c, double course, size_t row)
{
  bool rests = course <= 0 || course >= 1;
  c->level = course;
  if (c->moving) {
    if (rests && !c->omitted) end_at(c, row);
    c->moving = !rests;
    return;
  }
  c->moving = !rests;
  if (c->count == DW_CHANGES_MOST) {
    c->omitted++;
    return;
  }
  c->span = dw_grow(c->span, &c->capacity, c->count + 1, sizeof *c->span);
  c->span[c->count++] = (dw_change_span){row, rests ? row : UINT64_MAX};
}

typedef struct written {
  const uint32_t *copies;
  uint64_t rows, row; /* written before `row` of the batch */
} written;

static uint64_t written_at(written *w, uint64_t row)
{
  if (!w->copies) return w->rows + row;
  for (; w->row < row; w->row++) w->rows += w->copies[w->row];
  return w->rows;
}

void dw_changes_settle(dw_changes *c, uint64_t rows, const uint32_t *copies)
{
  written w = {copies, rows, 0};
  if (c->ends_later) c->span[c->settled - 1].last = written_at(&w, c->end);
  c->ends_later = false;
  for (; c->settled < c->count; c->settled++) {
    dw_change_span *span = &c->span[c->settled];
    span->first = written_at(&w, span->first);
    if (span->last != UINT64_MAX) span->last = written_at(&w, span->last);
  }
}

void dw_changes_print(const dw_changes *c, uint64_t rows, dw_json *json)
{
  dw_json_open(json, "changes", '[');
  for (size_t i = 0; i < c->count && c->span[i].first < rows; i++) {
    uint64_t last = c->span[i].last < rows ? c->span[i].last : rows - 1;
    dw_json_open(json, NULL, '[');
    dw_json_integer(json, NULL, (int64_t)c->span[i].first);
    dw_json_integer(json, NULL, (int64_t)last);
    dw_json_close(json, ']');
  }
  dw_json_close(json, ']');
  if (c->omitted) dw_json_integer(json, "changes_omitted", (int64_t)c->omitted);
}

void dw_changes_free(dw_changes *c)
{
  dw_free(c->span);
  *c = (dw_changes){0};
}
