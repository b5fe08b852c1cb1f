/* POST /alerts/MODEL/ack, undo and silence: what people do about alerts; POST /alerts/ack and so on, the same with the model in the body,
 * where a model without a name can stand too. */
#include <stdio.h>

#include "base/clock.h"
#include "base/digest.h"
#include "serve/resources/body_form.h"
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"
#include "serve/verdicts/alert_state.h"
#include "serve/verdicts/verdict_handlers.h"

/* What a body says. Texts are the value's. */
typedef struct deed {
  dw_value *value;
  const char *model, *check, *who, *why;
  int64_t now;
  int code;        /* of what is wrong */
  char wrong[400]; /* "": nothing is */
} deed;

/* A text of the body that the book keeps whole. otherwise NULL: it has to be there. */
static const char *text_of(deed *d, const char *key, size_t room, const char *otherwise)
{
  const dw_value *member = dw_value_get(d->value, key);
  if (!member && otherwise) return otherwise;
  const char *text = dw_value_text_of(d->value, key, NULL);
  if (text && *text && strlen(text) < room) return text;
  if (!*d->wrong) snprintf(d->wrong, sizeof d->wrong, "%s: it is a text of 1 to %zu bytes", key, room - 1);
  return "";
}

static void name_is_known(deed *d, const char *const *names, size_t count)
{
  for (const dw_value *member = dw_value_first(d->value); member && !*d->wrong; member = dw_value_next(member)) {
    size_t i = 0;
    while (i < count && strcmp(names[i], dw_value_key(member)) != 0) i++;
    if (i == count) snprintf(d->wrong, sizeof d->wrong, "%.60s: there is no such member", dw_value_key(member));
  }
}

/* check: the word of a check; pattern: or one with * and ? that some checks match. */
static void check_is_known(deed *d, bool pattern)
{
  for (int part = 0; part < DW_PARTS; part++) {
    const char *word = dw_look_part_word((dw_look_part)part);
    if (pattern ? dw_text_match(d->check, word) : strcmp(d->check, word) == 0) return;
  }
  if (*d->wrong) return;
  size_t used = (size_t)snprintf(d->wrong, sizeof d->wrong, "check: %.60s is none:", d->check);
  for (int part = 0; part < DW_PARTS; part++)
    used += (size_t)snprintf(d->wrong + used, sizeof d->wrong - used, " %s", dw_look_part_word((dw_look_part)part));
}

/* The model of the address, or of the body. What the token may do with it was not looked at yet in that case. */
static void take_model(deed *d, const dw_exchange *exchange)
{
  const dw_value *member = dw_value_get(d->value, "model");
  d->model = dw_exchange_part(exchange);
  if (d->model || *d->wrong) return;
  d->model = dw_value_text(member, NULL);
  if (!d->model || strlen(d->model) > DW_RECORDS_NAME) {
    snprintf(d->wrong, sizeof d->wrong, "model: it is a text of at most %d bytes", DW_RECORDS_NAME);
  } else if (!dw_exchange_may(exchange, d->model)) {
    d->code = 403;
    snprintf(d->wrong, sizeof d->wrong, "the token is not for this model");
  }
}

/* names: of members; the first, model, is for bodies whose address has none. */
static void begin(deed *d, dw_exchange *exchange, const char *const *names, size_t count)
{
  dw_err err;
  size_t length;
  const dw_grant *grant = dw_exchange_grant(exchange);
  const char *body = dw_exchange_body(exchange, &length);
  *d = (deed){.model = "", .code = 400};
  if (dw_body_form_of(dw_exchange_head(exchange)) != DW_FORM_RECORD) {
    d->code = 415; /* JSON alone: a page of elsewhere can make a browser send other types without being asked whether it may */
    snprintf(d->wrong, sizeof d->wrong, "the body is of the type application/json");
    return;
  }
  if (dw_time_now(&d->now, &err) != DW_OK || dw_value_parse(&d->value, body, length, "body", 0, &err) != DW_OK) {
    snprintf(d->wrong, sizeof d->wrong, "%.390s", err.message);
    return;
  }
  if (dw_value_kind(d->value) != DW_VALUE_OBJECT) snprintf(d->wrong, sizeof d->wrong, "the body is no JSON object");
  bool in_address = dw_exchange_part(exchange) != NULL;
  name_is_known(d, names + in_address, count - in_address);
  take_model(d, exchange);
  d->who = text_of(d, "who", DW_ALERT_WHO, grant ? grant->name : NULL);
  d->why = text_of(d, "why", DW_ALERT_WHY, "");
}

static void refuse(dw_exchange *exchange, const deed *d, const dw_service *service)
{
  if (*d->wrong) dw_exchange_problem(exchange, d->code, d->wrong);
  else dw_exchange_problem(exchange, 503, service->records ? "the database does not answer" : "there is no database");
}

/* How the alert stands after what was just done, which the book has from the next microsecond on. */
static dw_status write_state(dw_buf *out, dw_records *records, const deed *d, dw_err *err)
{
  dw_json json;
  dw_alert_book book;
  int part = 0;
  while (strcmp(dw_look_part_word((dw_look_part)part), d->check) != 0) part++;
  dw_status status = dw_alert_book_open(&book, records, d->model, d->now + 1, err);
  dw_json_start(&json, out, 0);
  dw_alert_state_write(&json, &book, (dw_look_part)part);
  dw_buf_char(out, '\n');
  dw_alert_book_close(&book);
  return status;
}

typedef dw_status alert_deed(dw_records *records, const char *model, const char *check, const char *who, const char *why, int64_t now,
                             bool *found, dw_err *err);

static void act(dw_exchange *exchange, const deed *d, const dw_service *service, alert_deed *write, const char *none)
{
  dw_err err;
  dw_buf text = {0};
  bool found = false;
  dw_status status = write(service->records, d->model, d->check, d->who, d->why, d->now, &found, &err);
  if (status == DW_OK && found) status = write_state(&text, service->records, d, &err);
  if (status != DW_OK) refuse(exchange, d, service);
  else if (found) dw_exchange_reply(exchange, 200, DW_TYPE_JSON, text.data, text.length);
  else dw_exchange_problem(exchange, 409, none);
  dw_buf_free(&text);
}

static void handle(dw_exchange *exchange, const dw_service *service, alert_deed *write, const char *none)
{
  static const char *const names[] = {"model", "check", "who", "why"};
  deed d;
  begin(&d, exchange, names, sizeof names / sizeof *names);
  if (!*d.wrong) {
    d.check = text_of(&d, "check", DW_ALERT_WHO, NULL);
    check_is_known(&d, false);
  }
  if (*d.wrong || !service->records) refuse(exchange, &d, service);
  else act(exchange, &d, service, write, none);
  dw_value_free(d.value);
}

void dw_handle_alert_ack(dw_exchange *exchange, void *service)
{
  handle(exchange, service, dw_alert_book_acknowledge, "the alert is not open: there is nothing to acknowledge");
}

void dw_handle_alert_undo(dw_exchange *exchange, void *service)
{
  handle(exchange, service, dw_alert_book_undo, "the alert is not open, or nobody acknowledged it: there is nothing to undo");
}

/* --- silences --- */

/* "now" ends a silence. A time that has passed would be a silence that is none. */
static int64_t end_of(deed *d)
{
  int64_t instant = d->now;
  const char *text = text_of(d, "until", DW_ALERT_WHO, NULL);
  if (*d->wrong || strcmp(text, "now") == 0) return instant;
  if (!dw_time_parse(text, strlen(text), &instant))
    snprintf(d->wrong, sizeof d->wrong, "until: %.60s is no time: 2026-01-31T09:30:00Z, or now, which ends a silence", text);
  else if (instant <= d->now) snprintf(d->wrong, sizeof d->wrong, "until: %.60s has passed; now ends a silence", text);
  return instant;
}

/* The same model and check are the same silence, so that the next one takes its place. */
static void name_silence(dw_silence *silence)
{
  char id[33];
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, silence->model, strlen(silence->model) + 1);
  dw_digest_add(&digest, silence->check, strlen(silence->check) + 1);
  dw_digest_text(&digest, id);
  snprintf(silence->id, sizeof silence->id, "%s", id);
}

static dw_silence silence_of(const deed *d, int64_t end)
{
  dw_silence silence = {.from = d->now, .to = end};
  snprintf(silence.model, sizeof silence.model, "%s", d->model);
  snprintf(silence.check, sizeof silence.check, "%s", d->check);
  snprintf(silence.who, sizeof silence.who, "%s", d->who);
  snprintf(silence.why, sizeof silence.why, "%s", d->why);
  name_silence(&silence);
  return silence;
}

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static void reply_silence(dw_exchange *exchange, const dw_silence *silence)
{
  dw_json json;
  dw_buf text = {0};
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "model", silence->model);
  dw_json_text(&json, "check", silence->check);
  put_time(&json, "from", silence->from);
  put_time(&json, "to", silence->to);
  dw_json_text(&json, "who", silence->who);
  dw_json_text(&json, "why", silence->why);
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_exchange_reply(exchange, 200, DW_TYPE_JSON, text.data, text.length);
  dw_buf_free(&text);
}

void dw_handle_alert_silence(dw_exchange *exchange, void *context)
{
  static const char *const names[] = {"model", "check", "until", "who", "why"};
  const dw_service *service = context;
  dw_err err;
  deed d;
  int64_t end = 0;
  begin(&d, exchange, names, sizeof names / sizeof *names);
  if (!*d.wrong && strlen(d.model) >= DW_ALERT_WHO)
    snprintf(d.wrong, sizeof d.wrong, "the model: of a silence it has at most %d bytes; * and ? match", DW_ALERT_WHO - 1);
  if (!*d.wrong) {
    d.check = text_of(&d, "check", DW_ALERT_WHO, "*");
    check_is_known(&d, true);
    end = end_of(&d);
  }
  if (*d.wrong || !service->records) {
    refuse(exchange, &d, service);
  } else {
    dw_silence silence = silence_of(&d, end);
    if (dw_alert_book_silence(service->records, &silence, d.now, &err) == DW_OK) reply_silence(exchange, &silence);
    else refuse(exchange, &d, service);
  }
  dw_value_free(d.value);
}
