#include "synth/inject/window.h"

#include <assert.h>
#include <string.h>

#include "synth/inject/rewrite.h"

enum { WINDOW_BYTES = 64 << 20 }; /* a window of very long records closes early */

typedef struct slice {
  uint32_t at, length;        /* the value's place in the window's text, plus one; 0: the record has none */
  uint32_t from, from_length; /* what is to stand there (without the one) */
} slice;

typedef struct waiting {
  size_t begin, end;
  uint32_t copies;
  uint64_t row_in, row_out;
} waiting;

typedef struct shuffle {
  size_t column;
  uint32_t stream;
  uint32_t *picked; /* records of the window that take part */
  size_t count, capacity;
  dw_window_tally tally;
} shuffle;

struct dw_window {
  size_t limit, columns, shuffle_count;
  shuffle *shuffles;
  dw_rng_key key;
  dw_buf text;
  waiting *rows;
  slice *slices; /* [rows][columns] */
  size_t count, rows_capacity, slices_capacity;
  slice *before; /* of one shuffle */
  size_t before_capacity;
};

dw_window *dw_window_new(size_t rows, size_t columns, size_t shuffles, const uint32_t *column, const uint32_t *stream, dw_rng_key key)
{
  dw_window *window = dw_alloc_zero(1, sizeof *window);
  *window = (dw_window){.limit = rows, .columns = columns, .shuffle_count = shuffles, .key = key};
  window->shuffles = dw_alloc_zero(shuffles, sizeof *window->shuffles);
  for (size_t i = 0; i < shuffles; i++) {
    window->shuffles[i].column = column[i];
    window->shuffles[i].stream = stream[i];
  }
  return window;
}

void dw_window_free(dw_window *window)
{
  if (!window) return;
  for (size_t i = 0; i < window->shuffle_count; i++) dw_free(window->shuffles[i].picked);
  dw_free(window->shuffles);
  dw_free(window->rows);
  dw_free(window->slices);
  dw_free(window->before);
  dw_buf_free(&window->text);
  dw_free(window);
}

dw_buf *dw_window_begin(dw_window *window)
{
  window->rows = dw_grow(window->rows, &window->rows_capacity, window->count + 1, sizeof *window->rows);
  window->slices = dw_grow(window->slices, &window->slices_capacity, (window->count + 1) * window->columns, sizeof *window->slices);
  memset(window->slices + window->count * window->columns, 0, window->columns * sizeof *window->slices);
  window->rows[window->count] = (waiting){.begin = window->text.length};
  return &window->text;
}

static slice *slice_of(const dw_window *window, size_t row, size_t column) { return &window->slices[row * window->columns + column]; }

void dw_window_value(dw_window *window, size_t column, size_t offset, size_t length)
{
  *slice_of(window, window->count, column) = (slice){(uint32_t)offset + 1, (uint32_t)length, (uint32_t)offset, (uint32_t)length};
}

void dw_window_pick(dw_window *window, size_t index)
{
  shuffle *s = &window->shuffles[index];
  s->picked = dw_grow(s->picked, &s->capacity, s->count + 1, sizeof *s->picked);
  s->picked[s->count++] = (uint32_t)window->count;
}

static void tally_add(dw_window_tally *tally, const waiting *row)
{
  if (!tally->records++) {
    tally->first_in = row->row_in;
    tally->first_out = row->row_out;
  }
  tally->last_in = row->row_in;
  tally->last_out = row->row_out + (row->copies ? row->copies - 1 : 0);
}

/* Fisher and Yates, over the picked records that have the value. */
static void shuffle_run(dw_window *window, shuffle *s)
{
  size_t n = 0;
  for (size_t i = 0; i < s->count; i++)
    if (slice_of(window, s->picked[i], s->column)->at) s->picked[n++] = s->picked[i];
  window->before = dw_grow(window->before, &window->before_capacity, n, sizeof *window->before);
  for (size_t i = 0; i < n; i++) window->before[i] = *slice_of(window, s->picked[i], s->column);

  dw_rng rng;
  dw_rng_start(&rng, window->key, window->rows[0].row_in, s->stream);
  for (size_t i = n; i > 1; i--) {
    slice *a = slice_of(window, s->picked[i - 1], s->column), *b = slice_of(window, s->picked[dw_rng_below(&rng, i)], s->column);
    slice kept = *a;
    a->from = b->from;
    a->from_length = b->from_length;
    b->from = kept.from;
    b->from_length = kept.from_length;
  }
  for (size_t i = 0; i < n; i++) {
    const slice *now = slice_of(window, s->picked[i], s->column), *was = &window->before[i];
    bool same =
        now->from_length == was->from_length && memcmp(window->text.data + now->from, window->text.data + was->from, now->from_length) == 0;
    if (!same) tally_add(&s->tally, &window->rows[s->picked[i]]);
  }
  s->count = 0;
}

/* The columns of the record whose value moved, in the order in which they stand in it. */
static size_t moved(const dw_window *window, size_t row, const slice **out)
{
  size_t count = 0;
  for (size_t c = 0; c < window->columns; c++) {
    const slice *s = slice_of(window, row, c);
    if (!s->at || s->from + 1 == s->at) continue;
    size_t i = count++;
    for (; i > 0 && out[i - 1]->at > s->at; i--) out[i] = out[i - 1];
    out[i] = s;
  }
  return count;
}

static void record_write(const dw_window *window, const waiting *row, const slice **changes, size_t count, dw_buf *out)
{
  dw_rewrite rewrite;
  dw_rewrite_begin(&rewrite, out, window->text.data, row->begin, row->end, 0);
  for (size_t i = 0; i < count; i++) {
    dw_rewrite_value(&rewrite, &(dw_span){.value = changes[i]->at - 1, .length = changes[i]->length});
    dw_buf_add(out, window->text.data + changes[i]->from, changes[i]->from_length);
  }
  dw_rewrite_end(&rewrite);
}

dw_status dw_window_flush(dw_window *window, dw_emit *emit, dw_err *err)
{
  dw_status status = DW_OK;
  if (!window->count) return status;
  for (size_t i = 0; i < window->shuffle_count; i++) shuffle_run(window, &window->shuffles[i]);
  const slice **changes = dw_alloc_array(window->columns, sizeof *changes);
  for (size_t r = 0; r < window->count && status == DW_OK; r++) {
    const waiting *row = &window->rows[r];
    size_t count = moved(window, r, changes);
    for (uint32_t copy = 0; copy < row->copies && status == DW_OK; copy++) {
      record_write(window, row, changes, count, dw_emit_begin(emit));
      status = dw_emit_end(emit, err);
    }
  }
  dw_free(changes);
  window->count = window->text.length = 0;
  return status;
}

dw_status dw_window_end(dw_window *window, uint32_t copies, uint64_t row_in, uint64_t row_out, dw_emit *emit, dw_err *err)
{
  waiting *row = &window->rows[window->count++];
  row->end = window->text.length;
  row->copies = copies;
  row->row_in = row_in;
  row->row_out = row_out;
  bool full = window->count >= window->limit || window->text.length >= WINDOW_BYTES;
  return full ? dw_window_flush(window, emit, err) : DW_OK;
}

const dw_window_tally *dw_window_result(const dw_window *window, size_t index)
{
  assert(index < window->shuffle_count);
  return &window->shuffles[index].tally;
}
