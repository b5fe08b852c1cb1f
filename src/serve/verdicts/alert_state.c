/* GET /alerts: how alerts stand now. */
#include "serve/verdicts/alert_state.h"

#include <stdio.h>

#include "serve/resources/asked.h"
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"
#include "serve/verdicts/models.h"
#include "serve/verdicts/verdict_handlers.h"

typedef enum wanted { ANY, OPEN, CLOSED } wanted;

void dw_alert_state_write(dw_json *json, const dw_alert_book *book, dw_look_part part)
{
  const char *check = dw_look_part_word(part);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "model", book->model);
  dw_json_text(json, "check", check);
  dw_json_bool(json, "silenced", dw_silence_holds(book->silence, book->silence_count, book->model, check, book->now));
  dw_alert_write(&book->alert[part], json, "alert");
  dw_json_close(json, '}');
}

static dw_status write_model(dw_json *json, dw_records *records, const char *model, wanted state, int64_t now, dw_err *err)
{
  dw_alert_book book;
  dw_status status = dw_alert_book_open(&book, records, model, now, err);
  for (int part = 0; part < DW_PARTS && status == DW_OK; part++) {
    const dw_alert *alert = &book.alert[part];
    if (alert->checked && (state == ANY || alert->open == (state == OPEN))) dw_alert_state_write(json, &book, (dw_look_part)part);
  }
  dw_alert_book_close(&book);
  return status;
}

static void list(dw_exchange *exchange, dw_records *records, const char *model, wanted state, int64_t now)
{
  dw_err err;
  dw_json json;
  dw_buf text = {0};
  dw_checked_models models;
  dw_status status = dw_checked_models_find(&models, exchange, records, model, &err);
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_open(&json, "alerts", '[');
  for (size_t i = 0; i < models.count && status == DW_OK; i++) status = write_model(&json, records, models.model[i].name, state, now, &err);
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  if (status == DW_OK) dw_exchange_reply(exchange, 200, DW_TYPE_JSON, text.data, text.length);
  else dw_exchange_problem(exchange, 503, "the database does not answer");
  dw_checked_models_free(&models);
  dw_buf_free(&text);
}

static wanted asked_state(dw_asked *asked)
{
  const char *text = dw_asked_text(asked, "state");
  if (!text) return ANY;
  if (strcmp(text, "open") == 0) return OPEN;
  if (strcmp(text, "closed") != 0 && !*asked->wrong) snprintf(asked->wrong, sizeof asked->wrong, "state=%.60s: it is open or closed", text);
  return CLOSED;
}

void dw_handle_alerts(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_asked asked;
  dw_asked_begin(&asked, exchange);
  const char *model = dw_asked_text(&asked, "model");
  wanted state = asked_state(&asked);
  if (*asked.wrong) dw_exchange_problem(exchange, 400, asked.wrong);
  else if (!dw_exchange_may(exchange, model)) dw_exchange_problem(exchange, 403, "the token is not for this model");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else list(exchange, service->records, model, state, asked.now);
  dw_asked_end(&asked);
}
