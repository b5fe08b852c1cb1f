#include "data/datasets/partition.h"

#include <math.h>

#include "base/clock.h"
#include "base/num.h"
#include "data/frames/instant.h"

/* A batch held back: a copy of its own, and the instants of its rows. */
typedef struct held_batch {
  struct held_batch *next;
  dw_batch batch;
  int64_t *instant; /* [rows], NULL for FRACTION */
  int64_t latest;
  size_t bytes;
} held_batch;

struct dw_partition {
  dw_partition_options options;
  dw_dataset *reference, *current;
  held_batch *first, **end;
  size_t held; /* bytes */
  int64_t latest;
  uint64_t rows;
  int64_t *instant;
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
  partition->latest = INT64_MIN;
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
  dw_buf_free(&partition->scratch);
  dw_free(partition);
}

static dw_status row_error(const dw_partition *partition, const dw_batch *batch, size_t row, dw_err *err, const char *what)
{
  return dw_record_fault(err, dw_batch_place(batch, row),
                         "field \"%s\" %s; a time is ISO 8601 text (2026-01-31T09:30:00Z) or a number of seconds since 1970",
                         partition->options.time, what);
}

static dw_status batch_instants(dw_partition *partition, const dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  const dw_batch_column *column = dw_reader_find(reader, batch, partition->options.time);
  if (!column && batch->rows) return row_error(partition, batch, 0, err, "is missing");
  partition->instant = dw_grow(partition->instant, &partition->instant_capacity, batch->rows, sizeof *partition->instant);
  for (size_t row = 0; row < batch->rows; row++) {
    dw_tag tag = column->tags[row];
    if (tag == DW_ABSENT || tag == DW_NULL) return row_error(partition, batch, row, err, "is missing");
    bool good = dw_instant_cell(batch, tag, column->cells[row], &partition->scratch, &partition->instant[row]);
    if (!good) return row_error(partition, batch, row, err, "is not a time");
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
  held->latest = INT64_MIN;
  for (size_t row = 0; instant && row < batch->rows; row++)
    if (instant[row] > held->latest) held->latest = instant[row];
  return held;
}

/* What lies before the baseline of the latest instant so far will lie before it at the end too. */
static void drop_old(dw_partition *partition)
{
  int64_t oldest = partition->latest - partition->options.window - partition->options.baseline;
  held_batch **link = &partition->first;
  while (*link) {
    held_batch *held = *link;
    if (held->latest > oldest) {
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
  if (held->latest > partition->latest) partition->latest = held->latest;
  if (instant) drop_old(partition);
  if (partition->held <= partition->options.memory) return DW_OK;
  return dw_err_set(err, DW_ENODATA, "%s hold more than --memory allows (%zu bytes): raise it, or %s",
                    instant ? "window and baseline" : "the rows to split", partition->options.memory,
                    instant ? "shorten them" : "split at a row or an instant");
}

/* Sends the rows of a batch to their sides. */
static void route(dw_partition *partition, const dw_reader *reader, const dw_batch *batch, const int64_t *instant)
{
  const dw_partition_options *o = &partition->options;
  partition->take_reference = dw_grow(partition->take_reference, &partition->reference_capacity, batch->rows, 1);
  partition->take_current = dw_grow(partition->take_current, &partition->current_capacity, batch->rows, 1);
  uint64_t split_row = o->kind == DW_PARTITION_FRACTION ? (uint64_t)floor(o->fraction * (double)partition->rows) : o->row;
  size_t reference_rows = 0, current_rows = 0;
  for (size_t row = 0; row < batch->rows; row++) {
    bool reference, current;
    switch (o->kind) {
    case DW_PARTITION_WINDOW: {
      int64_t age = partition->latest - instant[row];
      current = age < o->window;
      reference = !current && age < o->window + o->baseline;
      break;
    }
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
  if (kind == DW_PARTITION_WINDOW) return hold_back(partition, batch, partition->instant, err);
  if (kind == DW_PARTITION_FRACTION) return hold_back(partition, batch, NULL, err);
  route(partition, reader, batch, partition->instant);
  return DW_OK;
}

void dw_partition_finish(dw_partition *partition, const dw_reader *reader)
{
  for (held_batch *held = partition->first; held; held = held->next) route(partition, reader, &held->batch, held->instant);
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
