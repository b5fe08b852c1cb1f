#include "serve/scoring/score_log.h"

#include "base/mem.h"
#include "io/formats/formats.h"
#include "store/intake/intake.h"

/* The records are read once more, as the text that is to be stored: line i is the i-th of those that were not rejected. */
typedef struct storing {
  dw_score_log *log;
  dw_scored_line **record;
  size_t count;
} storing;

static void reject(storing *s, const dw_err *why)
{
  uint64_t line, column;
  const char *reason = dw_record_fault_what(why, DW_SCORED_NAME, &line, &column);
  if (line >= 1 && line <= s->count) dw_scored_lines_reject(s->log->lines, s->record[line - 1], reason);
}

static void left_out(void *context, const dw_err *why) { reject(context, why); }

static dw_status may(void *context, dw_place place, const dw_records_item *item, dw_err *why)
{
  storing *s = context;
  if (dw_exchange_may(s->log->exchange, item->model)) return DW_OK;
  s->log->forbidden = true;
  return dw_record_fault(why, place, "the token is not for the model \"%s\"", item->model);
}

static dw_status put_batch(storing *s, dw_intake *intake, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  int64_t now;
  dw_err why;
  dw_records_batch put = {0};
  dw_service *service = s->log->service;
  dw_status status = dw_time_now(&now, err);
  if (status == DW_OK) status = dw_intake_take(intake, reader, batch, now, &put.items, &put.count, err);
  if (status == DW_OK) status = dw_records_put(service->records, &put, err);
  s->log->full = status != DW_OK && put.full;
  if (status != DW_OK) return status;
  dw_tally_add(service->tally, put.items, put.count);
  s->log->conflict |= put.conflicts > 0;
  for (size_t i = 0; i < put.count && put.conflicts + put.refused; i++)
    if (dw_intake_fault(&put, &put.items[i], dw_intake_place(intake, batch, i), &why) != DW_OK) reject(s, &why);
  return DW_OK;
}

static dw_status put_text(storing *s, const dw_buf *text, dw_err *err)
{
  dw_reader *reader;
  const dw_batch *batch;
  const dw_service *service = s->log->service;
  static const dw_record_kind kind = DW_RECORD_INFERENCE;
  dw_intake_options taken = {.kind = &kind,
                             .model = service->model ? service->model : s->log->lines->model->name,
                             .dimensions = service->dimensions,
                             .may = may,
                             .context = s};
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .threads = 1,
                           .spans = true,
                           .skip_errors = true,
                           .block = text->length + 1,
                           .at_once = true,
                           .left_out = left_out,
                           .context = s};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory(DW_SCORED_NAME, text->data, text->length), &how, err);
  if (status != DW_OK) return status;
  dw_intake *intake = dw_intake_new(&taken);
  while ((status = dw_reader_next(reader, &batch, err)) == DW_OK && batch)
    if ((status = put_batch(s, intake, reader, batch, err)) != DW_OK) break;
  dw_intake_free(intake);
  dw_reader_close(reader);
  return status;
}

dw_status dw_score_log_put(dw_score_log *log, dw_err *err)
{
  dw_scored_lines *lines = log->lines;
  storing s = {.log = log, .record = dw_alloc_array(lines->count + 1, sizeof *s.record)};
  for (size_t i = 0; i < lines->count; i++)
    if (!lines->line[i].reason) s.record[s.count++] = &lines->line[i];
  dw_status status = s.count ? put_text(&s, &lines->text, err) : DW_OK;
  dw_free(s.record);
  return status;
}
