/* GET /drift/latest and GET /drift/history: what checks found, run by run. */
#include "serve/resources/handlers.h"
#include "serve/resources/list.h"
#include "serve/rounds/recheck.h"
#include "serve/verdicts/models.h"
#include "serve/verdicts/verdict_handlers.h"

static dw_status add_latest(dw_buf *out, dw_records *records, const dw_checked_model *model, dw_err *err)
{
  dw_newest_run run;
  dw_status status = dw_newest_run_find(&run, records, model, err);
  dw_buf_add(out, run.content.data, run.content.length);
  dw_newest_run_free(&run);
  return status;
}

static dw_status write_latest(dw_buf *out, dw_records *records, const dw_checked_models *models, dw_err *err)
{
  dw_status status = DW_OK;
  if (!models->only) dw_buf_text(out, "{\"runs\":[");
  for (size_t i = 0; i < models->count && status == DW_OK; i++) {
    if (i) dw_buf_char(out, ',');
    status = add_latest(out, records, &models->model[i], err);
  }
  dw_buf_text(out, models->only ? "\n" : "]}\n");
  return status;
}

static void latest(dw_exchange *exchange, dw_records *records, const char *model)
{
  dw_err err;
  dw_buf text = {0};
  dw_checked_models models;
  dw_status status = dw_checked_models_find(&models, exchange, records, model, &err);
  if (status == DW_OK) status = write_latest(&text, records, &models, &err);
  if (status != DW_OK) dw_exchange_problem(exchange, 503, "the database does not answer");
  else if (models.count) dw_exchange_reply(exchange, 200, DW_TYPE_JSON, text.data, text.length);
  else dw_exchange_problem(exchange, 404, model ? "this model was not checked yet" : "no model was checked yet");
  dw_checked_models_free(&models);
  dw_buf_free(&text);
}

void dw_handle_drift_latest(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_asked asked;
  dw_asked_begin(&asked, exchange);
  const char *model = dw_asked_text(&asked, "model");
  if (!dw_exchange_may(exchange, model)) dw_exchange_problem(exchange, 403, "the token is not for this model");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else latest(exchange, service->records, model);
  dw_asked_end(&asked);
}

void dw_handle_drift_history(dw_exchange *exchange, void *context)
{
  dw_asked asked;
  dw_list_wish wish = {.member = "runs", .supersedes = dw_run_supersedes, .contents = true, .query = DW_RECORDS_ALL};
  wish.query.kind = DW_RECORD_RUN;
  dw_asked_begin(&asked, exchange);
  dw_list_ask(&wish, &asked);
  dw_list_answer(exchange, context, &asked, &wish);
  dw_asked_end(&asked);
}
