#include <assert.h>
#include <string.h>

#include "synth/inject/inject_state.h"
#include "synth/inject/rewrite.h"
#include "io/formats/csv_write.h"

static bool field_leaves(const dw_field *field) { return field->changed || field->removed || field->name; }

/* Behind the record's line end, as far as it has one. */
static size_t record_end(const dw_batch *batch, size_t row)
{
  size_t end = (size_t)batch->record[row] + batch->record_length[row];
  if (end < batch->text_length && batch->text[end] == '\r') end++;
  if (end < batch->text_length && batch->text[end] == '\n') end++;
  return end;
}

static const char *key_text(dw_inject *inject, const dw_batch *batch, const dw_span *span, size_t *length)
{
  size_t raw = dw_rewrite_key_length(batch->text, span) - 2;
  dw_cell cell = {.text = {span->key + 1, (uint32_t)raw}};
  dw_tag tag = memchr(batch->text + span->key + 1, '\\', raw) ? DW_STRING_ESCAPED : DW_STRING;
  return dw_cell_text(batch, tag, cell, &inject->scratch, length);
}

/* The name "a.b.c" may stand as the key c in {"a":{"b":{…}}} or as a key with points in it: the new name must begin as the old one does
 * up to the key, and what follows is the new key. */
static dw_status write_key(dw_inject *inject, const dw_batch *batch, size_t row, const inject_column *column, const dw_field *field,
                           dw_rewrite *rewrite, dw_err *err)
{
  size_t key_length;
  key_text(inject, batch, &field->span, &key_length);
  size_t outer = strlen(column->name) - key_length;
  if (strncmp(column->name, field->name, outer) != 0 || !field->name[outer])
    return dw_record_fault(err, dw_batch_place(batch, row),
                           "cannot rename \"%s\" to \"%s\": the field stands inside an object, so the new name must begin with \"%.*s\"",
                           column->name, field->name, (int)outer, column->name);
  const inject_column *other = &inject->columns[dw_map_find(&inject->names, field->name, strlen(field->name))];
  bool taken = other->data && other->data->tags[row] != DW_ABSENT;
  if (taken && other->field != INJECT_NONE) {
    const dw_field *there = dw_inject_field(inject, other, row);
    taken = !there->removed && !there->name;
  }
  if (taken)
    return dw_record_fault(err, dw_batch_place(batch, row), "cannot rename \"%s\" to \"%s\": the record has that field", column->name,
                           field->name);
  dw_rewrite_key(rewrite, &field->span, field->name + outer, strlen(field->name + outer));
  return DW_OK;
}

/* A number of a column of decimal commas, in CSV. */
static void write_comma(const dw_inject *inject, const dw_field *field, dw_buf *out)
{
  bool quoted = inject->delimiter == ',';
  if (quoted) dw_buf_char(out, '"');
  size_t at = out->length;
  dw_operate_print(field, inject->delimiter, out);
  for (; at < out->length; at++)
    if (out->data[at] == '.') out->data[at] = ',';
  if (quoted) dw_buf_char(out, '"');
}

/* A missing value alone in its line would make the line empty, and empty lines are no records. */
static void write_value(const dw_inject *inject, const dw_batch *batch, size_t row, const inject_column *column, const dw_field *field,
                        dw_buf *out)
{
  bool number = field->tag == DW_INTEGER || field->tag == DW_REAL;
  bool alone = inject->delimiter && field->span.length == batch->record_length[row];
  if (!field->changed) dw_buf_add(out, batch->text + field->span.value, field->span.length);
  else if (alone && field->tag == DW_NULL) dw_buf_text(out, "\"\"");
  else if (inject->delimiter && number && column->data->decimal == DW_CELLS_COMMA) write_comma(inject, field, out);
  else dw_operate_print(field, inject->delimiter, out);
}

/* The fields of the record that do not leave as they came, and those that the window must know, in the order of the text. */
static size_t fields_collect(dw_inject *inject, size_t row, const inject_column **out)
{
  size_t count = 0;
  for (size_t c = 0; c < inject->names.count; c++) {
    const inject_column *column = &inject->columns[c];
    if (column->field == INJECT_NONE) continue;
    bool loaded = inject->loaded[column->field * inject->capacity + row];
    if (!loaded && column->slot == INJECT_NONE) continue;
    const dw_field *field = dw_inject_field(inject, column, row);
    if (field->tag == DW_ABSENT || !(field_leaves(field) || column->slot != INJECT_NONE)) continue;
    size_t i = count++;
    for (; i > 0 && dw_inject_field(inject, out[i - 1], row)->span.value > field->span.value; i--) out[i] = out[i - 1];
    out[i] = column;
  }
  return count;
}

static dw_status write_changed(dw_inject *inject, const dw_batch *batch, size_t row, dw_buf *out, dw_err *err)
{
  const inject_column **columns = inject->order;
  size_t count = fields_collect(inject, row, columns);
  dw_rewrite rewrite;
  dw_rewrite_begin(&rewrite, out, batch->text, batch->record[row], record_end(batch, row), inject->delimiter);
  for (size_t i = 0; i < count; i++) {
    const inject_column *column = columns[i];
    const dw_field *field = dw_inject_field(inject, column, row);
    if (field->removed) {
      dw_rewrite_remove(&rewrite, &field->span);
      continue;
    }
    dw_status status = field->name && !inject->delimiter ? write_key(inject, batch, row, column, field, &rewrite, err) : DW_OK;
    if (status != DW_OK) return status;
    dw_rewrite_value(&rewrite, &field->span);
    size_t at = out->length;
    write_value(inject, batch, row, column, field, out);
    if (column->slot != INJECT_NONE) dw_window_value(inject->window, column->slot, at, out->length - at);
  }
  dw_rewrite_end(&rewrite);
  return DW_OK;
}

/* --- ways out --- */

/* The record could not be renamed as the plan says: it does not leave, and counts as left by the steps that would have. */
static dw_status give_up(dw_inject *inject, size_t row, dw_err *err)
{
  dw_err why = *err;
  for (size_t i = 0; i < inject->plan->count; i++) {
    inject_step *step = &inject->steps[i];
    if (step->what->op != DW_OP_RENAME_COLUMN) continue;
    const dw_field *field = dw_inject_field(inject, &inject->columns[step->column], row);
    if (!field->name || strcmp(field->name, step->what->as) != 0) continue;
    step->tally.records--;
    step->left++;
  }
  return dw_reader_unusable(inject->reader, &why, err);
}

static dw_status write_windowed(dw_inject *inject, const dw_batch *batch, dw_err *err)
{
  for (size_t r = 0; r < batch->rows; r++) {
    dw_status status = write_changed(inject, batch, r, dw_window_begin(inject->window), err);
    bool whole = status == DW_OK;
    if (!whole) status = give_up(inject, r, err);
    if (status != DW_OK) return status;
    for (size_t s = 0; s < inject->shuffle_count && whole; s++)
      if (inject->picked[s * inject->capacity + r]) dw_window_pick(inject->window, s);
    uint32_t copies = !whole ? 0 : inject->resampled ? inject->copies[r] : 1;
    status = dw_window_end(inject->window, copies, batch->first_row + r, inject->rows_out, &inject->emit, err);
    inject->rows_out += copies;
    if (status != DW_OK) return status;
  }
  return DW_OK;
}

/* A record that is changed, repeated or left out. */
static dw_status write_one(dw_inject *inject, const dw_batch *batch, size_t row, dw_err *err)
{
  uint32_t copies = inject->resampled ? inject->copies[row] : 1;
  dw_status status = DW_OK;
  for (uint32_t copy = 0; copy < copies && status == DW_OK; copy++) {
    if (inject->touched[row]) {
      dw_buf *out = dw_emit_begin(&inject->emit);
      size_t before = out->length;
      if (write_changed(inject, batch, row, out, err) != DW_OK) {
        out->length = before;
        return give_up(inject, row, err);
      }
    } else {
      dw_buf_add(dw_emit_begin(&inject->emit), batch->text + batch->record[row], record_end(batch, row) - batch->record[row]);
    }
    if (status == DW_OK) status = dw_emit_end(&inject->emit, err);
  }
  inject->rows_out += copies;
  return status;
}

static bool passes(const dw_inject *inject, size_t row)
{
  return !inject->touched[row] && !(inject->resampled && inject->copies[row] != 1);
}

/* Nothing stands between the record's line end and the next record: no blank line, and no bad record that was left out. */
static bool next_follows(const dw_batch *batch, size_t row)
{
  size_t end = (size_t)batch->record[row] + batch->record_length[row], gap = batch->record[row + 1] - end;
  return gap == 1 || (gap == 2 && batch->text[end] == '\r');
}

/* Records without a change are written together, as one piece of the input. */
static dw_status write_runs(dw_inject *inject, const dw_batch *batch, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t r = 0; r < batch->rows && status == DW_OK;) {
    if (!passes(inject, r)) {
      status = write_one(inject, batch, r++, err);
      continue;
    }
    size_t end = r + 1;
    while (end < batch->rows && passes(inject, end) && next_follows(batch, end - 1)) end++;
    status = dw_emit_records(&inject->emit, batch->text + batch->record[r], record_end(batch, end - 1) - batch->record[r], err);
    inject->rows_out += end - r;
    r = end;
  }
  return status;
}

dw_status dw_inject_write(dw_inject *inject, const dw_batch *batch, dw_err *err)
{
  if (!batch->rows) return DW_OK;
  dw_status status = dw_inject_write_header(inject, err);
  if (status != DW_OK) return status;
  size_t end = (size_t)batch->record[0] + batch->record_length[0];
  if (end < batch->text_length && (batch->text[end] == '\r' || batch->text[end] == '\n')) inject->emit.crlf = batch->text[end] == '\r';
  return inject->window ? write_windowed(inject, batch, err) : write_runs(inject, batch, err);
}

/* --- the CSV header --- */

static const inject_step *header_change(const dw_inject *inject, const char *name, size_t length)
{
  const inject_step *change = NULL;
  for (size_t i = 0; i < inject->plan->count; i++) {
    const inject_step *step = &inject->steps[i];
    bool header = step->what->op == DW_OP_DROP_COLUMN || step->what->op == DW_OP_RENAME_COLUMN;
    if (header && dw_text_equal(name, length, step->what->column)) change = step;
    if (change && change->what->op == DW_OP_DROP_COLUMN) break;
  }
  return change;
}

/* The new header; *kept counts the columns that stay. */
static void header_rewrite(dw_inject *inject, dw_buf *out, size_t *kept, dw_map *names)
{
  const char *line = inject->header.data + inject->header_begin;
  size_t length = inject->header_end - inject->header_begin, count = dw_rewrite_csv_split(line, length, inject->delimiter, NULL, 0);
  dw_span *spans = dw_alloc_array(count, sizeof *spans);
  dw_rewrite_csv_split(line, length, inject->delimiter, spans, count);
  dw_rewrite rewrite;
  dw_rewrite_begin(&rewrite, out, line, 0, length, inject->delimiter);
  for (size_t i = 0; i < count; i++) {
    size_t name_length;
    const char *name = dw_rewrite_csv_content(line + spans[i].value, spans[i].length, &inject->scratch, &name_length);
    const inject_step *change = header_change(inject, name, name_length);
    if (change && change->what->op == DW_OP_DROP_COLUMN) {
      dw_rewrite_remove(&rewrite, &spans[i]);
      continue;
    }
    ++*kept;
    if (change) {
      name = change->what->as;
      name_length = strlen(name);
      dw_rewrite_value(&rewrite, &spans[i]);
      dw_csv_field(out, name, name_length, inject->delimiter);
    }
    dw_map_intern(names, name, name_length);
  }
  dw_rewrite_end(&rewrite);
  dw_free(spans);
}

dw_status dw_inject_write_header(dw_inject *inject, dw_err *err)
{
  if (!inject->header_due) return DW_OK;
  inject->header_due = false;
  dw_buf *out = dw_emit_begin(&inject->emit);
  dw_map names;
  dw_map_init(&names);
  size_t kept = 0;
  dw_buf_add(out, inject->header.data, inject->header_begin);
  header_rewrite(inject, out, &kept, &names);
  dw_buf_add(out, inject->header.data + inject->header_end, inject->header.length - inject->header_end);
  inject->emit.crlf = inject->header.length - inject->header_end == 2;
  size_t different = names.count;
  dw_map_free(&names);
  if (kept && different == kept) return dw_emit_end(&inject->emit, err);
  out->length = 0;
  return dw_err_set(err, DW_EUSAGE, kept ? "rename-column gives two columns one name" : "drop-column leaves no column");
}
