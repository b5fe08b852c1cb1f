/* GET /outbox and POST /outbox/replay: what is still to be delivered, and what could not be. */
#include <stdio.h>

#include "serve/alerts/outbox.h"
#include "serve/resources/asked.h"
#include "serve/resources/body_form.h"
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"
#include "serve/verdicts/verdict_handlers.h"

typedef struct listing {
  const dw_exchange *exchange;
  const char *model, *state; /* NULL: any */
  dw_json json;
} listing;

static dw_status take_letter(void *context, const dw_letter *letter, dw_err *err)
{
  listing *l = context;
  if (l->model && strcmp(l->model, letter->model) != 0) return DW_OK;
  if (l->state && strcmp(l->state, dw_letter_state(letter)) != 0) return DW_OK;
  if (dw_exchange_may(l->exchange, letter->model)) dw_letter_write(letter, &l->json, NULL);
  return DW_OK;
}

static void list(dw_exchange *exchange, dw_records *records, listing *l)
{
  dw_err err;
  dw_buf text = {0};
  dw_json_start(&l->json, &text, 0);
  dw_json_open(&l->json, NULL, '{');
  dw_json_open(&l->json, "letters", '[');
  dw_status status = dw_outbox_each(records, take_letter, l, &err);
  dw_json_close(&l->json, ']');
  dw_json_close(&l->json, '}');
  dw_buf_char(&text, '\n');
  if (status == DW_OK) dw_exchange_reply(exchange, 200, DW_TYPE_JSON, text.data, text.length);
  else dw_exchange_problem(exchange, 503, "the database does not answer");
  dw_buf_free(&text);
}

void dw_handle_outbox(dw_exchange *exchange, void *context)
{
  static const char *const states[] = {"waiting", "held", "failed"};
  const dw_service *service = context;
  dw_asked asked;
  dw_asked_begin(&asked, exchange);
  listing l = {.exchange = exchange, .model = dw_asked_text(&asked, "model"), .state = dw_asked_text(&asked, "state")};
  bool known = !l.state;
  for (size_t i = 0; l.state && i < sizeof states / sizeof *states; i++) known |= strcmp(states[i], l.state) == 0;
  if (!known && !*asked.wrong) snprintf(asked.wrong, sizeof asked.wrong, "state=%.60s: it is waiting, held or failed", l.state);
  if (*asked.wrong) dw_exchange_problem(exchange, 400, asked.wrong);
  else if (!dw_exchange_may(exchange, l.model)) dw_exchange_problem(exchange, 403, "the token is not for this model");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else list(exchange, service->records, &l);
  dw_asked_end(&asked);
}

/* --- once more --- */

/* A letter of a model that the token is not for is as one that is not there. */
typedef struct search {
  const dw_exchange *exchange;
  const char *id;
  bool found;
} search;

static dw_status see_letter(void *context, const dw_letter *letter, dw_err *err)
{
  search *s = context;
  s->found |= strcmp(letter->id, s->id) == 0 && dw_exchange_may(s->exchange, letter->model);
  return DW_OK;
}

static void replay(dw_exchange *exchange, dw_records *records, const char *id)
{
  dw_err err;
  int64_t now;
  search s = {.exchange = exchange, .id = id};
  dw_status status = dw_time_now(&now, &err);
  if (status == DW_OK) status = dw_outbox_each(records, see_letter, &s, &err);
  if (status == DW_OK && s.found) status = dw_outbox_replay(records, id, now, &s.found, &err);
  if (status != DW_OK) dw_exchange_problem(exchange, 503, "the database does not answer");
  else if (s.found) dw_exchange_reply(exchange, 200, DW_TYPE_JSON, "{\"replayed\":1}\n", 15);
  else dw_exchange_problem(exchange, 404, "there is no letter of this id: it was delivered, or never was there");
}

void dw_handle_outbox_replay(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_err err;
  size_t length;
  dw_value *value = NULL;
  const char *body = dw_exchange_body(exchange, &length);
  if (dw_body_form_of(dw_exchange_head(exchange)) != DW_FORM_RECORD) {
    dw_exchange_problem(exchange, 415, "the body is of the type application/json");
    return;
  }
  bool right =
      dw_value_parse(&value, body, length, "body", 0, &err) == DW_OK && dw_value_text_of(value, "id", NULL) && dw_value_count(value) == 1;
  if (!right) dw_exchange_problem(exchange, 400, "the body is a JSON object with id, of a letter of /outbox");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else replay(exchange, service->records, dw_value_text_of(value, "id", ""));
  dw_value_free(value);
}
