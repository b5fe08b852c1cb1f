/* POST of records: the body through the reader and the intake into the database. */
#include "io/formats/formats.h"
#include "io/formats/ndjson.h"
#include "io/record/json_member.h"
#include "io/reader/reader.h"
#include "serve/request/problem.h"
#include "serve/resources/body_form.h"
#include "serve/resources/cloud_event.h"
#include "serve/resources/handlers.h"
#include "serve/resources/receipt.h"
#include "serve/resources/service.h"
#include "serve/resources/usage.h"
#include "store/intake/intake.h"

/* Bytes read at a time, whose records become one put, and those of all bodies together, about; so many bodies
 * at once do not keep a processor each busy: the next block is read meanwhile; different columns; bytes of a body that is taken as a whole.
 */
enum {
  POST_BLOCK = 2 << 20,
  POST_BLOCK_LEAST = 128 << 10,
  POST_BLOCKS = 16 << 20,
  POST_FEW = 3,
  POST_COLUMNS = 100000,
  POST_WHOLE = DW_LINE_LIMIT
};

#define BODY "body" /* in the reader's messages */

typedef struct posting {
  dw_exchange *exchange;
  dw_service *service;
  dw_record_kind kind;
  dw_body_form form;
  dw_cloud_event *events; /* [event_count] by line; NULL: the records are none */
  size_t event_count;
  dw_arena arena; /* texts of the events */
  dw_receipt receipt;
  uint64_t unstored; /* conflicts and refused ones, which are counted by their model */
  char *id;          /* of the last record that is there now */
  bool forbidden, conflict, failed, full;
} posting;

static bool in_bulk(const posting *p) { return p->form == DW_FORM_LINES || p->form == DW_FORM_EVENTS; }

/* --- what the reader and the intake ask --- */

static void left_out(void *context, const dw_err *why)
{
  posting *p = context;
  dw_receipt_error(&p->receipt, why, BODY);
}

static const dw_cloud_event *event_at(const posting *p, dw_place place)
{
  return place.line && place.line <= p->event_count ? &p->events[place.line - 1] : NULL;
}

static void beside(void *context, dw_place place, dw_records_item *item)
{
  const dw_cloud_event *event = event_at(context, place);
  if (event) dw_cloud_event_name(event, item);
}

static dw_status may(void *context, dw_place place, const dw_records_item *item, dw_err *why)
{
  posting *p = context;
  const dw_cloud_event *event = event_at(p, place);
  if (event && event->fault) return dw_record_fault(why, place, "%s", event->fault);
  if (dw_exchange_may(p->exchange, item->model)) return DW_OK;
  p->forbidden = true;
  return dw_record_fault(why, place, "the token is not for the model \"%s\"", item->model);
}

/* --- records into the database --- */

static void complain(posting *p, dw_intake *intake, dw_reader *reader, const dw_batch *batch, const dw_records_batch *put)
{
  dw_err why;
  p->conflict |= put->conflicts > 0;
  for (size_t i = 0; i < put->count; i++)
    if (dw_intake_fault(put, &put->items[i], dw_intake_place(intake, batch, i), &why) != DW_OK) dw_reader_unusable(reader, &why, NULL);
}

/* Once for all records that stand together and are of one model. */
static void tally_usage(posting *p, const dw_intake *intake, const dw_reader *reader, const dw_batch *batch, const dw_records_batch *put)
{
  dw_usage usage;
  dw_usage_find(&usage, reader, batch);
  for (size_t i = 0; usage.any && i < put->count;) {
    const char *model = put->items[i].model;
    double tokens = 0, cost = 0;
    for (; i < put->count && put->items[i].model == model; i++) {
      if (put->items[i].outcome != DW_RECORDS_STORED) continue;
      tokens += dw_usage_tokens(&usage, dw_intake_row(intake, i));
      cost += dw_usage_cost(&usage, dw_intake_row(intake, i));
    }
    if (tokens > 0 || cost > 0) dw_tally_usage(p->service->tally, model, tokens, cost);
  }
}

static dw_status put_batch(posting *p, dw_intake *intake, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  int64_t now;
  dw_records_batch put = {0};
  dw_status status = dw_time_now(&now, err);
  if (status == DW_OK) status = dw_intake_take(intake, reader, batch, now, &put.items, &put.count, err);
  if (status != DW_OK) return status;
  status = dw_records_put(p->service->records, &put, err);
  if (status != DW_OK) {
    p->failed = true;
    p->full = put.full;
    return status;
  }
  p->unstored += put.conflicts + put.refused;
  dw_tally_add(p->service->tally, put.items, put.count);
  tally_usage(p, intake, reader, batch, &put);
  p->receipt.accepted += put.stored;
  p->receipt.duplicates += put.duplicates;
  if (put.conflicts || put.refused) complain(p, intake, reader, batch, &put);
  else if (put.count && !in_bulk(p)) p->id = dw_strdup(put.items[put.count - 1].id);
  return DW_OK;
}

static dw_status put_all(posting *p, dw_intake *intake, dw_reader *reader, dw_err *err)
{
  const dw_batch *batch;
  dw_status status;
  while ((status = dw_reader_next(reader, &batch, err)) == DW_OK && batch)
    if ((status = put_batch(p, intake, reader, batch, err)) != DW_OK) break;
  p->receipt.rejected = dw_reader_skipped(reader);
  return status;
}

/* Many bodies at once share what one may take: their puts are committed together, so that a commit has as many records either way. */
static size_t block_among(unsigned posts)
{
  size_t share = POST_BLOCKS / (posts ? posts : 1);
  return share > POST_BLOCK ? POST_BLOCK : share < POST_BLOCK_LEAST ? POST_BLOCK_LEAST : share;
}

/* The input is closed behind it. small: bytes of plain text in memory; 0: it is something else. */
static dw_status put_input(posting *p, dw_input *input, size_t small, dw_err *err)
{
  dw_reader *reader;
  dw_intake_options taken = {
      .kind = &p->kind, .model = p->service->model, .dimensions = p->service->dimensions, .beside = beside, .may = may, .context = p};
  unsigned posts = atomic_load(&p->service->posts);
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .threads = 1,
                           .spans = true,
                           .skip_errors = true,
                           .block = small ? small + 1 : block_among(posts),
                           .ahead = posts > POST_FEW ? 1 : 2,
                           .at_once = small > 0,
                           .field_limit = POST_COLUMNS,
                           .left_out = left_out,
                           .context = p};
  dw_status status = dw_reader_open_input(&reader, input, &how, err);
  if (status != DW_OK) return status;
  dw_intake *intake = dw_intake_new(&taken);
  status = put_all(p, intake, reader, err);
  if (status != DW_OK) dw_exchange_stop_reading(p->exchange); /* the reader may be waiting for more */
  dw_reader_close(reader);
  dw_intake_free(intake);
  return status;
}

/* --- bodies that are taken as a whole --- */

static void add_event(posting *p, const char *text, size_t length, size_t *capacity, dw_buf *lines)
{
  p->events = dw_grow(p->events, capacity, p->event_count + 1, sizeof *p->events);
  dw_cloud_event_of_text(&p->events[p->event_count++], text, length, &p->arena, lines);
}

static dw_status unwrap_batch(posting *p, dw_buf *text, dw_buf *lines, dw_err *err)
{
  dw_buf events = {0};
  size_t capacity = 0;
  dw_buf_char(text, '\n');
  memset(dw_buf_room(text, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  const char *wrong = dw_json_elements(text->data, text->length - 1, DW_NDJSON_DEPTH + 2, &events);
  for (const char *at = events.data, *end = at ? at + events.length : at; !wrong && at < end;) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    add_event(p, at, (size_t)(newline - at), &capacity, lines);
    at = newline + 1;
  }
  dw_buf_free(&events);
  return wrong ? dw_err_set(err, DW_EDATA, "no array of CloudEvents: %s", wrong) : DW_OK;
}

/* Lines of records from the body, and what the events around them say. */
static dw_status unwrap(posting *p, dw_buf *text, dw_buf *lines, dw_err *err)
{
  size_t capacity = 0;
  if (!dw_body_one_line(text->data, text->length)) return dw_err_set(err, DW_EDATA, "no JSON: a string holds the end of a line");
  if (p->form == DW_FORM_EVENTS) return unwrap_batch(p, text, lines, err);
  if (p->form == DW_FORM_EVENT) {
    add_event(p, text->data, text->length, &capacity, lines);
    return DW_OK;
  }
  if (p->form == DW_FORM_EVENT_DATA) {
    p->events = dw_alloc_zero(1, sizeof *p->events);
    p->event_count = 1;
    dw_cloud_event_of_head(p->events, dw_exchange_head(p->exchange), &p->arena);
  }
  dw_buf_add(lines, text->data, text->length);
  return DW_OK;
}

/* Its length, when it cannot be anything compressed, and is small. */
static size_t small_text(const dw_buf *text)
{
  return text->length > 0 && text->length < POST_BLOCK && (*text->data == '{' || *text->data == ' ') ? text->length : 0;
}

static dw_status put_whole(posting *p, dw_input *input, bool *fits, dw_err *err)
{
  dw_buf text = {0}, lines = {0};
  dw_status status = dw_body_whole(input, &text, fits, err);
  dw_input_close(input);
  if (status == DW_OK && *fits) status = unwrap(p, &text, &lines, err);
  if (status == DW_OK && *fits)
    status = put_input(p, dw_input_of_memory(BODY, lines.data ? lines.data : "", lines.length), small_text(&lines), err);
  dw_buf_free(&text);
  dw_buf_free(&lines);
  return status;
}

/* --- the answer --- */

static void reply(posting *p, int code, const char *detail)
{
  dw_buf text = {0};
  dw_json json;
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  if (code != 200) {
    dw_json_text(&json, "title", dw_problem_title(code));
    dw_json_integer(&json, "status", code);
    dw_json_text(&json, "detail", detail);
  }
  dw_receipt_write(&p->receipt, in_bulk(p), &json);
  if (p->id) dw_json_text(&json, "id", p->id);
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_exchange_reply(p->exchange, code, code == 200 ? DW_TYPE_JSON : DW_PROBLEM_TYPE, text.data, text.length);
  dw_buf_free(&text);
}

static void tell_failure(posting *p, const dw_err *err)
{
  dw_log_line line;
  if (!dw_log_begin(&p->service->log, DW_LOG_ERROR, "not stored", &line)) return;
  dw_json_text(&line.json, "message", err->message);
  dw_log_end(&p->service->log, &line);
}

static void answer(posting *p, dw_status status, const dw_err *err)
{
  uint64_t known = p->receipt.accepted + p->receipt.duplicates;
  const char *reason = p->receipt.count ? p->receipt.errors[0].reason : "no record could be read";
  if (p->failed) {
    tell_failure(p, err);
    if (p->full) reply(p, 507, "there is no room for more records");
    else reply(p, 503, "the database does not take records now; what was not told as accepted may be sent again");
  } else if (status != DW_OK) {
    dw_exchange_fail(p->exchange, err);
  } else if (known == 0 && p->receipt.rejected == 0) {
    reply(p, 400, "the body holds no record");
  } else if (known > 0 && (in_bulk(p) || p->receipt.rejected == 0)) {
    reply(p, 200, NULL);
  } else {
    reply(p,
          in_bulk(p)     ? 400
          : p->forbidden ? 403
          : p->conflict  ? 409
                         : 400,
          in_bulk(p) ? "no line is a record that can be stored" : reason);
  }
}

static void post(dw_exchange *exchange, dw_service *service, dw_record_kind kind)
{
  dw_err err;
  bool fits = true;
  posting p = {.exchange = exchange, .service = service, .kind = kind, .form = dw_body_form_of(dw_exchange_head(exchange))};
  if (p.form == DW_FORM_UNKNOWN || !dw_body_coding_known(dw_exchange_head(exchange))) {
    dw_exchange_problem(exchange, 415,
                        "what is taken: application/json (a record), application/x-ndjson (a record a line), "
                        "application/cloudevents+json, application/cloudevents-batch+json; plain, gzip or zstd");
    return;
  }
  if (!service->records) {
    dw_exchange_problem(exchange, 503, "there is no database");
    return;
  }
  dw_arena_init(&p.arena);
  dw_input *input = dw_input_of_source(BODY, dw_exchange_read, exchange);
  dw_input_limit(input, DW_BODY_PLAIN);
  if (p.form == DW_FORM_LINES) atomic_fetch_add(&service->posts, 1);
  dw_status status = p.form == DW_FORM_LINES ? put_input(&p, input, 0, &err) : put_whole(&p, input, &fits, &err);
  if (p.form == DW_FORM_LINES) atomic_fetch_sub(&service->posts, 1);
  dw_tally_reject(service->tally, kind, p.receipt.rejected - p.unstored);
  if (fits) answer(&p, status, &err);
  else dw_exchange_problem(exchange, 413, "a body that is not NDJSON has at most 16 MiB");
  dw_arena_free(&p.arena);
  dw_receipt_free(&p.receipt);
  dw_free(p.events);
  dw_free(p.id);
}

void dw_handle_post_inference(dw_exchange *exchange, void *service) { post(exchange, service, DW_RECORD_INFERENCE); }
void dw_handle_post_label(dw_exchange *exchange, void *service) { post(exchange, service, DW_RECORD_LABEL); }
void dw_handle_post_interaction(dw_exchange *exchange, void *service) { post(exchange, service, DW_RECORD_INTERACTION); }
void dw_handle_post_embedding(dw_exchange *exchange, void *service) { post(exchange, service, DW_RECORD_EMBEDDING); }
