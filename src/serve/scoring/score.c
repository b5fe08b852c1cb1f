#include "serve/scoring/score.h"

#include "io/formats/formats.h"
#include "io/text/json_text.h"
#include "serve/request/problem.h"
#include "serve/resources/asked.h"
#include "serve/resources/body_form.h"
#include "serve/resources/handlers.h"
#include "serve/scoring/score_log.h"

/* Bytes of an answer that are gathered before it begins. Up to there a client may send all before it reads anything, and the status code
 * says how it went; beyond it, it reads while it sends. */
enum { GATHERED = 4 << 20, SCORE_COLUMNS = 100000 };

/* What ends a request early. */
typedef enum ending {
  WELL,
  BODY,  /* it is broken */
  MODEL, /* it cannot score */
  STORE  /* the database takes nothing */
} ending;

typedef struct scoring {
  dw_exchange *exchange;
  dw_service *service;
  dw_production_model *model;
  dw_scored_lines lines;
  dw_score_log log;
  bool logs;  /* what is scored is stored */
  bool bulk;  /* a record a line; else one record */
  bool begun; /* the answer */
  bool gone;  /* nobody takes it */
  dw_buf gathered;
  uint64_t rejected;
  ending ending;
} scoring;

/* --- records to lines --- */

/* What has been gathered goes out where the answer has begun, or is to begin. */
static void pass_on(scoring *s)
{
  if (!s->begun && (!s->bulk || s->gathered.length < GATHERED)) return;
  if (!s->begun) dw_exchange_begin(s->exchange, 200, DW_TYPE_NDJSON);
  s->begun = true;
  s->gone = !dw_exchange_write(s->exchange, s->gathered.data, s->gathered.length);
  s->gathered.length = 0;
}

static dw_status score_batch(scoring *s, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  dw_status status = dw_scored_lines_add(&s->lines, reader, batch, err);
  if (status != DW_OK) s->ending = MODEL;
  if (status == DW_OK && s->logs && (status = dw_score_log_put(&s->log, err)) != DW_OK) s->ending = STORE;
  if (status != DW_OK) return status;
  dw_scored_lines_take(&s->lines, &s->gathered);
  pass_on(s);
  return DW_OK;
}

static dw_status score_input(scoring *s, dw_input *input, dw_err *err)
{
  dw_reader *reader;
  const dw_batch *batch;
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .threads = 1,
                           .spans = true,
                           .skip_errors = true,
                           .field_limit = SCORE_COLUMNS,
                           .want = dw_scored_lines_want,
                           .as_text = dw_scored_lines_as_text,
                           .left_out = dw_scored_lines_left_out,
                           .context = &s->lines};
  dw_status status = dw_reader_open_input(&reader, input, &how, err);
  if (status != DW_OK) return status;
  while ((status = dw_reader_next(reader, &batch, err)) == DW_OK && batch && !s->gone)
    if ((status = score_batch(s, reader, batch, err)) != DW_OK) break;
  s->rejected = dw_reader_skipped(reader);
  if (status != DW_OK || s->gone) dw_exchange_stop_reading(s->exchange); /* the reader may be waiting for more */
  dw_reader_close(reader);
  return status;
}

static dw_status score_whole(scoring *s, dw_input *input, bool *fits, dw_err *err)
{
  dw_buf text = {0};
  dw_status status = dw_body_whole(input, &text, fits, err);
  dw_input_close(input);
  if (status == DW_OK && *fits && !dw_body_one_line(text.data, text.length))
    status = dw_err_set(err, DW_EDATA, "no JSON: a string holds the end of a line");
  while (text.length && dw_json_space(text.data[text.length - 1])) text.length--;
  dw_buf_char(&text, '\n'); /* the answer is a line, as dw-score's */
  if (status == DW_OK && *fits) status = score_input(s, dw_input_of_memory(DW_SCORED_NAME, text.data, text.length), err);
  dw_buf_free(&text);
  return status;
}

/* --- the answer --- */

static void tell(const scoring *s, const dw_err *err)
{
  dw_log_line line;
  if (!dw_log_begin(&s->service->log, DW_LOG_ERROR, s->ending == STORE ? "not stored" : "not scored", &line)) return;
  dw_json_text(&line.json, "message", err->message);
  dw_log_end(&s->service->log, &line);
}

static int code_of(const scoring *s) { return s->ending == MODEL ? 500 : s->log.full ? 507 : 503; }

static const char *words_of(const scoring *s)
{
  if (s->ending == MODEL) return "the model in Production cannot score this";
  if (s->log.full) return "there is no room for more records";
  return "the database does not take records now; what was scored before this is stored";
}

/* The answer has begun: its last line says that it is not whole. */
static void break_off(scoring *s, const dw_err *err)
{
  dw_json json;
  dw_buf line = {0};
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "problem");
  dw_json_integer(&json, "status", s->ending == BODY ? 400 : code_of(s));
  dw_json_text(&json, "detail", s->ending == BODY ? err->message : words_of(s));
  dw_json_close(&json, '}');
  dw_buf_char(&line, '\n');
  dw_exchange_write(s->exchange, line.data, line.length);
  dw_exchange_end(s->exchange);
  dw_buf_free(&line);
}

/* Lines of which a batch had more than are told one by one. */
static void count_untold(scoring *s)
{
  dw_buf reason = {0};
  if (s->rejected <= s->lines.told) return;
  dw_err why;
  dw_buf_format(&reason, "%llu more lines that are no records", (unsigned long long)(s->rejected - s->lines.told));
  dw_err_set(&why, DW_EDATA, "%s", dw_buf_cstr(&reason));
  dw_scored_lines_left_out(&s->lines, &why);
  dw_scored_lines_take(&s->lines, &s->gathered);
  dw_buf_free(&reason);
}

/* The reason of the first line, which is a document "rejected". */
static void refuse(scoring *s)
{
  dw_value *value = NULL;
  dw_err err;
  const char *end = s->gathered.length ? memchr(s->gathered.data, '\n', s->gathered.length) : NULL;
  if (end && dw_value_parse(&value, s->gathered.data, (size_t)(end - s->gathered.data), DW_SCORED_NAME, 0, &err) != DW_OK) value = NULL;
  const char *reason = dw_value_text_of(value, "reason", "no record could be read");
  if (s->bulk) {
    dw_buf detail = {0};
    dw_buf_format(&detail, "no line is a record that can be scored; line %.0f: %s", dw_value_number(dw_value_get(value, "line"), 0),
                  reason);
    dw_exchange_problem(s->exchange, 400, dw_buf_cstr(&detail));
    dw_buf_free(&detail);
  } else {
    dw_exchange_problem(s->exchange, s->log.forbidden ? 403 : s->log.conflict ? 409 : 400, reason);
  }
  dw_value_free(value);
}

static void answer(scoring *s, dw_status status, const dw_err *err)
{
  if (status != DW_OK && s->ending == WELL) s->ending = BODY;
  if (s->ending == MODEL || s->ending == STORE) tell(s, err);
  if (s->ending == WELL && !s->gone) {
    dw_scored_lines_take(&s->lines, &s->gathered); /* of lines behind the last batch */
    count_untold(s);
  }
  if (s->begun && s->ending != WELL) {
    break_off(s, err);
  } else if (s->begun) {
    if (s->gathered.length) dw_exchange_write(s->exchange, s->gathered.data, s->gathered.length);
    dw_exchange_end(s->exchange);
  } else if (s->ending == BODY) {
    dw_exchange_fail(s->exchange, err);
  } else if (s->ending != WELL) {
    dw_exchange_problem(s->exchange, code_of(s), words_of(s));
  } else if (s->lines.scored == 0 && s->lines.told == 0) {
    dw_exchange_problem(s->exchange, 400, "the body holds no record");
  } else if (s->lines.scored == 0 || (!s->bulk && s->lines.told > 0)) {
    refuse(s);
  } else {
    dw_exchange_reply(s->exchange, 200, s->bulk ? DW_TYPE_NDJSON : DW_TYPE_JSON, s->gathered.data, s->gathered.length);
  }
}

/* --- what is asked --- */

static bool missing_ok(dw_asked *asked)
{
  const char *now = dw_asked_text(asked, "incomplete"), *former = dw_asked_text(asked, "missing"), *text = now ? now : former;
  bool ok = text && strcmp(text, "ok") == 0;
  if (text && !ok && strcmp(text, "error") != 0 && !*asked->wrong)
    snprintf(asked->wrong, sizeof asked->wrong, "%s=%.60s: it is error or ok", now ? "incomplete" : "missing", text);
  return ok;
}

/* false: the request was answered. */
static bool read_wishes(scoring *s, dw_scored_wishes *wishes)
{
  dw_asked asked;
  dw_asked_begin(&asked, s->exchange);
  *wishes = (dw_scored_wishes){.cut = dw_asked_share(&asked, "cut", -1),
                               .missing_ok = missing_ok(&asked),
                               .replace = dw_asked_flag(&asked, "replace"),
                               .version = dw_asked_flag(&asked, "log")};
  s->logs = wishes->version;
  bool fine = !*asked.wrong;
  if (!fine) dw_exchange_problem(s->exchange, 400, asked.wrong);
  dw_asked_end(&asked);
  return fine;
}

/* false: the request was answered. */
static bool hold_model(scoring *s)
{
  dw_err err;
  if (!s->service->production) {
    dw_exchange_problem(s->exchange, 503, "there is no registry to score with (--registry)");
    return false;
  }
  if (dw_production_hold(s->service->production, &s->model, &err) != DW_OK) {
    dw_exchange_problem(s->exchange, 503,
                        err.status == DW_ENODATA ? "no version is in Production in the registry"
                                                 : "the model in Production cannot be read");
    return false;
  }
  if (dw_exchange_may(s->exchange, s->model->name)) return true;
  dw_exchange_problem(s->exchange, 403, "the token is not for the model in Production");
  return false;
}

static void score_body(scoring *s, const dw_scored_wishes *wishes)
{
  dw_err err;
  bool fits = true;
  dw_status status = dw_scored_lines_init(&s->lines, s->model, wishes, &err);
  if (status != DW_OK) {
    dw_exchange_problem(s->exchange, status == DW_EUSAGE ? 400 : 500, err.message);
  } else {
    s->log = (dw_score_log){.service = s->service, .exchange = s->exchange, .lines = &s->lines};
    dw_exchange_field(s->exchange, "DW-Model-Version", s->model->version);
    dw_input *input = dw_input_of_source(DW_SCORED_NAME, dw_exchange_read, s->exchange);
    dw_input_limit(input, DW_BODY_PLAIN);
    status = s->bulk ? score_input(s, input, &err) : score_whole(s, input, &fits, &err);
    if (fits) answer(s, status, &err);
    else dw_exchange_problem(s->exchange, 413, "a body that is not NDJSON has at most 16 MiB");
  }
  dw_scored_lines_free(&s->lines);
}

void dw_handle_score(dw_exchange *exchange, void *context)
{
  dw_scored_wishes wishes;
  const dw_head *head = dw_exchange_head(exchange);
  dw_body_form form = dw_body_form_of(head);
  scoring s = {.exchange = exchange, .service = context, .bulk = form == DW_FORM_LINES};
  if ((form != DW_FORM_RECORD && form != DW_FORM_LINES) || !dw_body_coding_known(head)) {
    dw_exchange_problem(exchange, 415,
                        "what is scored: application/json (a record), application/x-ndjson (a record a line); plain, gzip or zstd");
    return;
  }
  if (!read_wishes(&s, &wishes)) return;
  if (s.logs && !s.service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else if (hold_model(&s)) score_body(&s, &wishes);
  dw_production_release(s.model);
  dw_buf_free(&s.gathered);
}
