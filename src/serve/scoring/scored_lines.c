#include "serve/scoring/scored_lines.h"

#include <stdlib.h>

#include "base/mem.h"
#include "io/text/json.h"

static dw_status gather(void *lines, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(&((dw_scored_lines *)lines)->text, bytes, length);
  return DW_OK;
}

dw_status dw_scored_lines_init(dw_scored_lines *lines, dw_production_model *model, const dw_scored_wishes *wishes, dw_err *err)
{
  const dw_target *target = &model->model.target;
  *lines = (dw_scored_lines){.model = model};
  dw_status status = dw_scorer_init(&lines->scorer, &model->model, wishes->missing_ok, 1, NULL, model->version, err);
  if (status == DW_OK && wishes->cut >= 0 && target->task != DW_TASK_BINARY)
    status = dw_err_set(err, DW_EUSAGE, "cut goes with two classes; the task of the model is %s", dw_task_name(target->task));
  dw_score_fields_init(&lines->fields, target, lines->scorer.outputs, "score", wishes->cut);
  if (wishes->version) dw_score_fields_name(&lines->fields, DW_SCORED_VERSION);
  dw_append_init(&lines->append, lines->fields.names.text, lines->fields.names.count, wishes->replace, gather, lines);
  return status;
}

static void forget_lines(dw_scored_lines *lines)
{
  for (size_t i = 0; i < lines->count; i++) dw_free(lines->line[i].reason);
  lines->count = lines->text.length = 0;
}

void dw_scored_lines_free(dw_scored_lines *lines)
{
  forget_lines(lines);
  dw_append_free(&lines->append);
  dw_score_fields_free(&lines->fields);
  dw_scorer_free(&lines->scorer);
  dw_buf_free(&lines->text);
  dw_free(lines->take);
  dw_free(lines->line);
}

/* --- what the reader asks --- */

bool dw_scored_lines_want(void *context, const char *name, size_t length)
{
  dw_scored_lines *lines = context;
  char *text = dw_strndup(name, length);
  bool want = dw_append_wants(&lines->append, text) || dw_encoding_uses(&lines->model->model.encoding, text);
  dw_free(text);
  return want;
}

bool dw_scored_lines_as_text(void *context, const char *name, size_t length)
{
  return dw_encoding_reads_text(&((dw_scored_lines *)context)->model->model.encoding, name, length);
}

static dw_scored_line *add_line(dw_scored_lines *lines)
{
  lines->line = dw_grow(lines->line, &lines->capacity, lines->count + 1, sizeof *lines->line);
  dw_scored_line *line = &lines->line[lines->count];
  *line = (dw_scored_line){.order = lines->count++};
  return line;
}

void dw_scored_lines_left_out(void *context, const dw_err *why)
{
  dw_scored_line *line = add_line(context);
  line->reason = dw_strdup(dw_record_fault_what(why, DW_SCORED_NAME, &line->line, &line->column));
}

/* --- batches --- */

static void put(void *context, size_t row, size_t field, char delimiter, dw_buf *out)
{
  const dw_scored_lines *lines = context;
  const char *name = lines->fields.names.text[field], *version = lines->model->version;
  if (strcmp(name, DW_SCORED_VERSION) == 0) dw_score_fields_text(version, strlen(version), delimiter, out);
  else dw_score_fields_put(&lines->fields, &lines->scorer, row, field, delimiter, out);
}

/* A record is a line of the text, its end included where it has one. */
static void find_lines(dw_scored_lines *lines, const dw_batch *batch)
{
  size_t at = 0;
  for (size_t row = 0; row < batch->rows; row++) {
    if (!lines->take[row]) continue;
    const char *end = memchr(lines->text.data + at, '\n', lines->text.length - at);
    dw_scored_line *line = add_line(lines);
    line->line = dw_batch_place(batch, row).line;
    line->from = at;
    line->length = end ? (size_t)(end + 1 - lines->text.data) - at : lines->text.length - at;
    at += line->length;
  }
}

dw_status dw_scored_lines_add(dw_scored_lines *lines, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  if (!batch->rows) return DW_OK;
  lines->take = dw_grow(lines->take, &lines->take_capacity, batch->rows, sizeof *lines->take);
  memset(lines->take, 1, batch->rows);
  pthread_mutex_lock(&lines->model->turn);
  dw_status status = dw_scorer_batch(&lines->scorer, reader, batch, lines->take, err);
  pthread_mutex_unlock(&lines->model->turn);
  if (status == DW_OK) status = dw_append_batch(&lines->append, reader, batch, lines->take, put, lines, err);
  if (status == DW_OK) status = dw_append_flush(&lines->append, err);
  if (status == DW_OK) find_lines(lines, batch);
  return status;
}

void dw_scored_lines_reject(dw_scored_lines *lines, dw_scored_line *line, const char *reason)
{
  if (!line->reason) line->reason = dw_strdup(reason);
}

/* --- out --- */

static int by_line(const void *a, const void *b)
{
  const dw_scored_line *x = a, *y = b;
  if (x->line && y->line && x->line != y->line) return x->line < y->line ? -1 : 1;
  return x->order < y->order ? -1 : 1;
}

static void write_rejected(const dw_scored_line *line, dw_buf *out)
{
  dw_json json;
  if (out->length && out->data[out->length - 1] != '\n') dw_buf_char(out, '\n');
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "rejected");
  if (line->line) dw_json_integer(&json, "line", (int64_t)line->line);
  if (line->column) dw_json_integer(&json, "column", (int64_t)line->column);
  dw_json_text(&json, "reason", line->reason);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

void dw_scored_lines_take(dw_scored_lines *lines, dw_buf *out)
{
  if (lines->count > 1) qsort(lines->line, lines->count, sizeof *lines->line, by_line);
  for (size_t i = 0; i < lines->count; i++) {
    const dw_scored_line *line = &lines->line[i];
    if (line->reason) write_rejected(line, out);
    else dw_buf_add(out, lines->text.data + line->from, line->length);
    if (line->reason) lines->told++;
    else lines->scored++;
  }
  forget_lines(lines);
}
