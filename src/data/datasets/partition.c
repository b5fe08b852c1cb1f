#include "data/datasets/partition.h"

#include <math.h>

#include "base/clock.h"
#include "base/num.h"
#include "io/record/instant.h"

/* A batch held back: a copy of its own, and the instants of its rows. */
typedef struct held_batch {
  struct held_batch *next;
  dw_batch batch;
  int64_t *instant;  /* [rows], NULL for FRACTION */
  int64_t latest[2]; /* by `beyond` */
  size_t bytes;
} held_batch;

/* WINDOW: rows that are at most `last`, and those beyond it. */
typedef struct party {
  uint64_t rows;
  int64_t latest;     /* INT64_MIN: none yet */
  dw_place at, first; /* the row with it, and the first of all; names are our own */
  int64_t first_instant;
} party;

struct dw_partition {
  dw_partition_options options;
  dw_dataset *reference, *current;
  held_batch *first, **end;
  size_t held;    /* bytes */
  party party[2]; /* by `beyond` */
  uint64_t rows;
  int64_t *instant;
  int64_t earliest, latest;               /* TIME: of all rows */
  uint8_t *take_reference, *take_current; /* masks for one batch */
  size_t instant_capacity, reference_capacity, current_capacity;
  dw_buf scratch;
};

dw_partition *dw_partition_new(const dw_partition_options *options, dw_dataset *reference, dw_dataset *current)
{
  dw_partition *partition = dw_alloc_zero(1, sizeof *partition);
  partition->options = *options;
  partition->reference = reference;
  partition->current = current;
  partition->end = &partition->first;
  if (!options->last) partition->options.last = INT64_MAX;
  for (int i = 0; i < 2; i++) partition->party[i].latest = INT64_MIN;
  return partition;
}

static void held_free(held_batch *held)
{
  for (size_t i = 0; i < held->batch.column_count; i++) {
    dw_free((void *)held->batch.columns[i].tags);
    dw_free((void *)held->batch.columns[i].cells);
  }
  dw_free((void *)held->batch.columns);
  dw_free((void *)held->batch.text);
  dw_free((void *)held->batch.pool);
  dw_free(held->instant);
  dw_free(held);
}

void dw_partition_free(dw_partition *partition)
{
  if (!partition) return;
  while (partition->first) {
    held_batch *next = partition->first->next;
    held_free(partition->first);
    partition->first = next;
  }
  dw_free(partition->instant);
  dw_free(partition->take_reference);
  dw_free(partition->take_current);
  for (int i = 0; i < 2; i++) {
    dw_free((void *)partition->party[i].at.name);
    dw_free((void *)partition->party[i].first.name);
  }
  dw_buf_free(&partition->scratch);
  dw_free(partition);
}

static dw_status row_error(const dw_partition *partition, const dw_batch *batch, size_t row, dw_tag tag, dw_cell cell, dw_err *err)
{
  dw_buf why = {0};
  const char *what = dw_instant_wrong(partition->options.time_format, batch, tag, cell, &why);
  dw_status status = dw_record_fault(err, dw_batch_place(batch, row), "field \"%s\" %s", partition->options.time, what);
  dw_buf_free(&why);
  return status;
}

static dw_status batch_instants(dw_partition *partition, const dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  const dw_batch_column *column = dw_reader_find(reader, batch, partition->options.time);
  if (!column && batch->rows) return row_error(partition, batch, 0, DW_ABSENT, (dw_cell){0}, err);
  partition->instant = dw_grow(partition->instant, &partition->instant_capacity, batch->rows, sizeof *partition->instant);
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag tag = column->tags[row];
    dw_cell cell = column->cells[row];
    bool good = dw_instant_cell(partition->options.time_format, batch, tag, cell, &partition->scratch, &partition->instant[row]);
    if (!good) return row_error(partition, batch, row, tag, cell, err);
  }
  return DW_OK;
}

static void *copy(const void *bytes, size_t count, size_t size, size_t *total)
{
  if (!bytes) return NULL;
  void *fresh = dw_alloc_array(count, size);
  memcpy(fresh, bytes, count * size);
  *total += count * size;
  return fresh;
}

static size_t pool_length(const dw_batch *batch)
{
  size_t longest = 0;
  for (size_t i = 0; i < batch->column_count; i++) {
    const dw_batch_column *column = &batch->columns[i];
    for (size_t row = 0; row < batch->rows; row++) {
      if (column->tags[row] != DW_VECTOR) continue;
      size_t end = (size_t)column->cells[row].text.offset + column->cells[row].text.length;
      if (end > longest) longest = end;
    }
  }
  return longest;
}

static held_batch *hold(const dw_batch *batch, const int64_t *instant)
{
  held_batch *held = dw_alloc_zero(1, sizeof *held);
  held->batch = *batch;
  held->batch.record = held->batch.record_length = NULL;
  held->batch.line = NULL;
  held->batch.text = copy(batch->text, batch->text_length, 1, &held->bytes);
  held->batch.pool = copy(batch->pool, pool_length(batch), sizeof *batch->pool, &held->bytes);
  dw_batch_column *columns = copy(batch->columns, batch->column_count, sizeof *columns, &held->bytes);
  for (size_t i = 0; i < batch->column_count; i++) {
    columns[i].tags = copy(batch->columns[i].tags, batch->rows, 1, &held->bytes);
    columns[i].cells = copy(batch->columns[i].cells, batch->rows, sizeof(dw_cell), &held->bytes);
    columns[i].spans = NULL;
  }
  held->batch.columns = columns;
  held->instant = copy(instant, batch->rows, sizeof *instant, &held->bytes);
  held->latest[0] = held->latest[1] = INT64_MIN;
  return held;
}

static void keep_place(dw_place *to, const dw_batch *batch, size_t row)
{
  dw_free((void *)to->name);
  *to = dw_batch_place(batch, row);
  to->name = dw_strdup(to->name ? to->name : "-");
}

static void take_instants(dw_partition *partition, held_batch *held, const dw_batch *batch, const int64_t *instant)
{
  size_t latest[2] = {0};
  for (size_t row = 0; row < batch->rows; row++) {
    bool beyond = instant[row] > partition->options.last;
    party *p = &partition->party[beyond];
    if (p->rows++ == 0) {
      keep_place(&p->first, batch, row);
      p->first_instant = instant[row];
    }
    if (instant[row] <= held->latest[beyond]) continue;
    held->latest[beyond] = instant[row];
    latest[beyond] = row;
  }
  for (int beyond = 0; beyond < 2; beyond++) {
    party *p = &partition->party[beyond];
    if (held->latest[beyond] <= p->latest) continue;
    p->latest = held->latest[beyond];
    keep_place(&p->at, batch, latest[beyond]);
  }
}

/* An instant that lies `span` before another; no overflow. */
static int64_t before(int64_t instant, int64_t span)
{
  int64_t result;
  return __builtin_sub_overflow(instant, span, &result) ? INT64_MIN : result;
}

static int64_t baseline_begin(const dw_partition *partition, int64_t end)
{
  return before(before(end, partition->options.window), partition->options.baseline);
}

/* What lies before the baseline of the latest instant so far will lie before it at the end too, whichever party has the end. */
static void drop_old(dw_partition *partition)
{
  int64_t oldest[2];
  for (int i = 0; i < 2; i++) oldest[i] = baseline_begin(partition, partition->party[i].latest);
  held_batch **link = &partition->first;
  while (*link) {
    held_batch *held = *link;
    if (held->latest[0] > oldest[0] || held->latest[1] > oldest[1]) {
      link = &held->next;
      continue;
    }
    *link = held->next;
    partition->held -= held->bytes;
    held_free(held);
  }
  partition->end = link;
}

static dw_status hold_back(dw_partition *partition, const dw_batch *batch, const int64_t *instant, dw_err *err)
{
  held_batch *held = hold(batch, instant);
  *partition->end = held;
  partition->end = &held->next;
  partition->held += held->bytes;
  if (instant) {
    take_instants(partition, held, batch, instant);
    drop_old(partition);
  }
  if (partition->held <= partition->options.memory) return DW_OK;
  return dw_err_set(err, DW_ENODATA, "%s hold more than --memory allows (%zu bytes): raise it, or %s",
                    instant ? "window and baseline" : "the rows to split", partition->options.memory,
                    instant ? "shorten them" : "split at a row or an instant");
}

/* The end of the window: that of the larger party. */
static bool ends_beyond(const dw_partition *partition) { return partition->party[1].rows > partition->party[0].rows; }

/* Sends the rows of a batch to their sides. */
static void route(dw_partition *partition, const dw_reader *reader, const dw_batch *batch, const int64_t *instant)
{
  const dw_partition_options *o = &partition->options;
  partition->take_reference = dw_grow(partition->take_reference, &partition->reference_capacity, batch->rows, 1);
  partition->take_current = dw_grow(partition->take_current, &partition->current_capacity, batch->rows, 1);
  uint64_t split_row = o->kind == DW_PARTITION_FRACTION ? (uint64_t)floor(o->fraction * (double)partition->rows) : o->row;
  size_t reference_rows = 0, current_rows = 0;
  bool beyond = ends_beyond(partition);
  int64_t end = partition->party[beyond].latest, last = beyond ? INT64_MAX : o->last;
  int64_t current_begin = before(end, o->window), reference_begin = baseline_begin(partition, end);
  for (size_t row = 0; row < batch->rows; row++) {
    bool reference, current;
    switch (o->kind) {
    case DW_PARTITION_WINDOW:
      current = instant[row] > current_begin && instant[row] <= last;
      reference = instant[row] <= current_begin && instant[row] > reference_begin;
      break;
    case DW_PARTITION_TIME:
      current = instant[row] >= o->instant;
      reference = !current;
      break;
    default:
      reference = batch->first_row + row < split_row;
      current = !reference;
      break;
    }
    reference_rows += partition->take_reference[row] = reference;
    current_rows += partition->take_current[row] = current;
  }
  if (reference_rows) dw_dataset_add(partition->reference, reader, batch, partition->take_reference);
  if (current_rows) dw_dataset_add(partition->current, reader, batch, partition->take_current);
}

dw_status dw_partition_add(dw_partition *partition, const dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  dw_partition_kind kind = partition->options.kind;
  partition->rows += batch->rows;
  if (kind == DW_PARTITION_WINDOW || kind == DW_PARTITION_TIME) {
    dw_status status = batch_instants(partition, reader, batch, err);
    if (status != DW_OK) return status;
  }
  for (size_t i = 0; kind == DW_PARTITION_TIME && i < batch->rows; i++) {
    bool first = partition->rows == batch->rows && i == 0;
    if (first || partition->instant[i] < partition->earliest) partition->earliest = partition->instant[i];
    if (first || partition->instant[i] > partition->latest) partition->latest = partition->instant[i];
  }
  if (kind == DW_PARTITION_WINDOW) return hold_back(partition, batch, partition->instant, err);
  if (kind == DW_PARTITION_FRACTION) return hold_back(partition, batch, NULL, err);
  route(partition, reader, batch, partition->instant);
  return DW_OK;
}

void dw_partition_finish(dw_partition *partition, const dw_reader *reader)
{
  for (held_batch *held = partition->first; held; held = held->next) route(partition, reader, &held->batch, held->instant);
}

static dw_status empty_baseline(const dw_partition *partition, const party *p, dw_err *err)
{
  const dw_partition_options *o = &partition->options;
  char begin[DW_TIME_TEXT], end[DW_TIME_TEXT], latest[DW_TIME_TEXT];
  int64_t current_begin = before(p->latest, o->window);
  dw_record_fault(err, p->at,
                  "the baseline, %.*s to %.*s, has no records: the latest time, %.*s, is of this row, and the window ends there; where it "
                  "is wrong: rows further ahead of now than --max-ahead are left out, and DW_NOW=TIME says when now is",
                  (int)dw_time_print(begin, before(current_begin, o->baseline)), begin, (int)dw_time_print(end, current_begin), end,
                  (int)dw_time_print(latest, p->latest), latest);
  return err->status = DW_ENODATA;
}

static int64_t second_of(int64_t instant) { return instant - (instant % DW_SECOND + DW_SECOND) % DW_SECOND; }

static dw_status all_on_one_side(const dw_partition *partition, dw_err *err)
{
  char first[DW_TIME_TEXT], last[DW_TIME_TEXT];
  return dw_err_set(err, DW_ENODATA, "--split: the data goes from %.*s to %.*s (column \"%s\"): all of it is %s",
                    (int)dw_time_print(first, partition->earliest), first, (int)dw_time_print(last, partition->latest), last,
                    partition->options.time, partition->latest < partition->options.instant ? "before the split" : "behind the split");
}

dw_status dw_partition_check(const dw_partition *partition, const dw_notices *notices, dw_err *err)
{
  if (partition->options.kind == DW_PARTITION_TIME && partition->rows && (!partition->reference->rows || !partition->current->rows))
    return all_on_one_side(partition, err);
  if (partition->options.kind != DW_PARTITION_WINDOW || partition->rows == 0) return DW_OK;
  const party *ahead = &partition->party[1], *window = &partition->party[ends_beyond(partition)];
  if (ahead->rows && window != ahead) {
    dw_err place;
    char first[DW_TIME_TEXT], last[DW_TIME_TEXT];
    dw_record_fault(&place, ahead->first,
                    "%llu %s %.*s, which is more than --max-ahead after now (the first: %.*s, in this row): left out of the window",
                    (unsigned long long)ahead->rows, ahead->rows == 1 ? "record lies beyond" : "records lie beyond",
                    (int)dw_time_print(last, second_of(partition->options.last)), last, (int)dw_time_print(first, ahead->first_instant),
                    first);
    dw_notices_warn(notices, "%s", place.message);
  }
  return partition->reference->rows ? DW_OK : empty_baseline(partition, window, err);
}

bool dw_partition_parse_split(const char *text, dw_partition_options *options)
{
  size_t length = strlen(text);
  double number;
  bool integer;
  if (dw_time_parse(text, length, &options->instant)) {
    options->kind = DW_PARTITION_TIME;
    return true;
  }
  bool percent = length > 1 && text[length - 1] == '%';
  if (!dw_num_parse(text, length - percent, &number, &integer)) return false;
  if (percent) number /= 100;
  if (!percent && integer && number >= 1 && number < 1e15) {
    options->kind = DW_PARTITION_ROW;
    options->row = (uint64_t)number;
    return true;
  }
  options->kind = DW_PARTITION_FRACTION;
  options->fraction = number;
  return number > 0 && number < 1;
}
