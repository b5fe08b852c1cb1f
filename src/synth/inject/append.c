#include "synth/inject/append.h"

#include "base/map.h"
#include "base/mem.h"
#include "io/formats/csv_write.h"
#include "synth/inject/rewrite.h"

void dw_append_init(dw_append *append, const char *const *fields, size_t count, bool replace, dw_emit_write *write, void *context)
{
  *append = (dw_append){.field = fields, .count = count, .replace = replace, .id = dw_alloc_array(count, sizeof *append->id)};
  for (size_t i = 0; i < count; i++) append->id[i] = DW_MAP_NONE;
  dw_emit_init(&append->emit, write, context);
}

void dw_append_free(dw_append *append)
{
  dw_emit_free(&append->emit);
  dw_buf_free(&append->header);
  dw_free(append->id);
  dw_free(append->inner);
}

/* "score.a" is a member of an object called "score": a field of that name cannot be added beside it. */
static bool is_inside(const char *name, const char *field)
{
  size_t length = strlen(field);
  return strncmp(name, field, length) == 0 && name[length] == '.';
}

bool dw_append_wants(const dw_append *append, const char *name)
{
  for (size_t i = 0; i < append->count; i++)
    if (strcmp(name, append->field[i]) == 0 || is_inside(name, append->field[i])) return true;
  return false;
}

static void meet_columns(dw_append *append, const dw_reader *reader)
{
  for (; append->known < dw_reader_columns(reader); append->known++) {
    const char *name = dw_reader_column_name(reader, (uint32_t)append->known);
    for (size_t i = 0; i < append->count; i++) {
      if (strcmp(append->field[i], name) == 0) append->id[i] = (uint32_t)append->known;
      if (append->delimiter || !is_inside(name, append->field[i])) continue;
      append->inner = dw_grow(append->inner, &append->inner_capacity, append->inner_count + 1, sizeof *append->inner);
      append->inner[append->inner_count++] = (uint32_t)append->known;
    }
  }
}

/* --- inputs and the CSV header --- */

static dw_status write_header(dw_append *append, const dw_reader *reader, const char *header, size_t length, dw_err *err)
{
  size_t end = length;
  while (end && (header[end - 1] == '\n' || header[end - 1] == '\r')) end--;
  append->emit.crlf = length - end == 2;
  dw_buf *out = dw_emit_begin(&append->emit);
  dw_buf_add(out, header, end);
  for (size_t i = 0; i < append->count; i++) {
    if (append->id[i] != DW_MAP_NONE) {
      if (append->replace) continue;
      return dw_err_at(err, DW_EDATA, append->input, 1, 0, "there is a column \"%s\" already; --replace gives it new values",
                       append->field[i]);
    }
    dw_buf_char(out, append->delimiter);
    dw_csv_field(out, append->field[i], strlen(append->field[i]), append->delimiter);
  }
  dw_buf_add(out, header + end, length - end);
  return dw_emit_end(&append->emit, err);
}

static dw_status meet_input(dw_append *append, const dw_reader *reader, const char *name, dw_err *err)
{
  static const char bom[] = "\xef\xbb\xbf";
  size_t length = 0;
  const char *header = dw_reader_header(reader, &length);
  append->input = name;
  char delimiter = header ? dw_reader_delimiter(reader) : '\0';
  size_t begin = header && length >= 3 && memcmp(header, bom, 3) == 0 ? 3 : 0, end = length;
  while (end > begin && (header[end - 1] == '\n' || header[end - 1] == '\r')) end--;
  if (!append->started) {
    append->started = true;
    append->delimiter = delimiter;
    meet_columns(append, reader);
    if (!header) return DW_OK;
    dw_buf_add(&append->header, header + begin, end - begin);
    return write_header(append, reader, header, length, err);
  }
  if (!delimiter != !append->delimiter)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "is %s, the inputs before it are %s: one run takes one format",
                     delimiter ? "CSV" : "NDJSON", delimiter ? "NDJSON" : "CSV");
  if (header && (end - begin != append->header.length || memcmp(header + begin, append->header.data, append->header.length) != 0))
    return dw_err_at(err, DW_EDATA, name, 1, 0, "the header is not that of the first input: \"%.*s\"",
                     (int)(end - begin < 300 ? end - begin : 300), header + begin);
  return DW_OK;
}

/* --- records --- */

static size_t record_end(const dw_batch *batch, size_t row)
{
  size_t end = (size_t)batch->record[row] + batch->record_length[row];
  if (end < batch->text_length && batch->text[end] == '\r') end++;
  if (end < batch->text_length && batch->text[end] == '\n') end++;
  return end;
}

/* The fields that the record has, by their places in its text. */
static size_t fields_there(const dw_append *append, const dw_batch_column *const *cells, size_t row, size_t *order)
{
  size_t count = 0;
  for (size_t f = 0; f < append->count; f++) {
    if (!cells[f] || cells[f]->tags[row] == DW_ABSENT) continue;
    size_t i = count++;
    for (; i > 0 && cells[order[i - 1]]->spans[row].value > cells[f]->spans[row].value; i--) order[i] = order[i - 1];
    order[i] = f;
  }
  return count;
}

static dw_status unusable(dw_reader *reader, const dw_batch *batch, size_t row, uint8_t *take, const char *before, const char *name,
                          const char *after, dw_err *err)
{
  dw_err why;
  dw_record_fault(&why, dw_batch_place(batch, row), "%s\"%s\" %s", before, name, after);
  take[row] = 0;
  return dw_reader_unusable(reader, &why, err);
}

static dw_status write_record(dw_append *append, dw_reader *reader, const dw_batch *batch, const dw_batch_column *const *cells, size_t row,
                              uint8_t *take, size_t *order, dw_append_put *put, void *context, dw_err *err)
{
  size_t there = fields_there(append, cells, row, order);
  if (there && !append->replace)
    return unusable(reader, batch, row, take, "there is a field ", append->field[order[0]], "already; --replace gives it a new value", err);
  dw_rewrite rewrite;
  dw_buf *out = dw_emit_begin(&append->emit);
  dw_rewrite_begin(&rewrite, out, batch->text, batch->record[row], record_end(batch, row), append->delimiter);
  for (size_t i = 0; i < there; i++) {
    dw_rewrite_value(&rewrite, &cells[order[i]]->spans[row]);
    put(context, row, order[i], append->delimiter, out);
  }
  for (size_t f = 0; f < append->count; f++) {
    if (cells[f] && cells[f]->tags[row] != DW_ABSENT) continue;
    dw_rewrite_add(&rewrite, append->field[f], strlen(append->field[f]));
    put(context, row, f, append->delimiter, out);
  }
  dw_rewrite_end(&rewrite);
  return dw_emit_end(&append->emit, err);
}

static dw_status check_inner(const dw_append *append, dw_reader *reader, const dw_batch *batch, uint8_t *take, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; i < append->inner_count; i++) {
    const dw_batch_column *cells = dw_batch_find(batch, append->inner[i]);
    for (size_t row = 0; cells && row < batch->rows && status == DW_OK; row++)
      if (take[row] && cells->tags[row] != DW_ABSENT)
        status = unusable(reader, batch, row, take, "", dw_reader_column_name(reader, append->inner[i]),
                          "stands in an object of the name that is to be added", err);
  }
  return status;
}

dw_status dw_append_batch(dw_append *append, dw_reader *reader, const dw_batch *batch, uint8_t *take, dw_append_put *put, void *context,
                          dw_err *err)
{
  dw_status status = DW_OK;
  size_t length;
  if (!batch && (append->started || !dw_reader_header(reader, &length))) return DW_OK;
  const char *name = batch ? batch->name : "the input";
  if (name != append->input) status = meet_input(append, reader, name, err);
  if (status != DW_OK || !batch || !batch->rows) return status;
  meet_columns(append, reader);
  size_t first_end = (size_t)batch->record[0] + batch->record_length[0];
  if (first_end < batch->text_length) append->emit.crlf = batch->text[first_end] == '\r';
  status = check_inner(append, reader, batch, take, err);
  const dw_batch_column **cells = dw_alloc_array(append->count, sizeof *cells);
  size_t *order = dw_alloc_array(append->count, sizeof *order);
  for (size_t f = 0; f < append->count; f++) cells[f] = append->id[f] == DW_MAP_NONE ? NULL : dw_batch_find(batch, append->id[f]);
  for (size_t row = 0; row < batch->rows && status == DW_OK; row++)
    if (take[row]) status = write_record(append, reader, batch, cells, row, take, order, put, context, err);
  dw_free(cells);
  dw_free(order);
  return status;
}

dw_status dw_append_flush(dw_append *append, dw_err *err) { return dw_emit_flush(&append->emit, err); }
