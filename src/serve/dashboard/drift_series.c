/* GET /drift/series: what a model's runs found, as curves for the dashboard (serve/dashboard/curves.h).
 *
 * Numbers, and not pictures: the same answer is drawn, read out as a table and searched for the point under a pointer, at whatever width;
 * and a picture of 400 points is no smaller than their numbers.
 */
#include "serve/dashboard/curves.h"
#include "serve/dashboard/dashboard_handlers.h"
#include "serve/resources/asked.h"
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"

enum { POINTS = 400, POINTS_MOST = 2000, CELLS = 60, CELLS_MOST = 400 };

typedef struct wish {
  const char *model, *column;
  int64_t since, until;
  dw_curves_range range;
} wish;

static dw_status take_count(void *context, const dw_records_count *count, dw_err *err)
{
  wish *w = context;
  if (count->kind != DW_RECORD_RUN || strcmp(count->model, w->model) != 0 || !count->records) return DW_OK;
  if (!w->range.runs || count->first < w->range.from) w->range.from = count->first;
  if (!w->range.runs || count->last > w->range.to) w->range.to = count->last;
  w->range.runs += count->records;
  return DW_OK;
}

static dw_status take_run(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  return dw_curves_add(context, row->id, row->time, row->content, row->length, err);
}

/* The runs of the window alone: of more there are at most so many as the model has. */
static void clip(wish *w)
{
  if (w->since > w->range.from) w->range.from = w->since;
  if (w->until <= w->range.to) w->range.to = w->until - 1;
}

static void reply(dw_exchange *exchange, const wish *w, const dw_curves *curves)
{
  dw_json json;
  dw_buf text = {0};
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "model", w->model);
  dw_json_text(&json, "column", w->column);
  dw_curves_write(curves, &json, "series");
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_exchange_reply(exchange, 200, DW_TYPE_JSON, text.data, text.length);
  dw_buf_free(&text);
}

static void answer(dw_exchange *exchange, dw_records *records, wish *w)
{
  dw_err err;
  dw_records_query query = DW_RECORDS_ALL;
  dw_status status = dw_records_stats(records, take_count, w, &err);
  clip(w);
  query.kind = DW_RECORD_RUN;
  query.model = w->model;
  query.from = w->since;
  query.to = w->until;
  dw_curves *curves = dw_curves_new(&w->range, w->column);
  if (status == DW_OK && w->range.runs) status = dw_records_get(records, &query, take_run, curves, NULL, &err);
  if (status != DW_OK) dw_exchange_problem(exchange, 503, "the database does not answer");
  else if (!w->range.runs) dw_exchange_problem(exchange, 404, "this model was not checked yet");
  else reply(exchange, w, curves);
  dw_curves_free(curves);
}

void dw_handle_drift_series(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_asked asked;
  dw_asked_begin(&asked, exchange);
  wish w = {.model = dw_asked_text(&asked, "model"), .column = dw_asked_text(&asked, "column")};
  w.since = dw_asked_time(&asked, "since", INT64_MIN);
  w.until = dw_asked_time(&asked, "until", INT64_MAX);
  w.range.points = (size_t)dw_asked_count(&asked, "points", POINTS, POINTS_MOST);
  w.range.cells = (size_t)dw_asked_count(&asked, "cells", CELLS, CELLS_MOST);
  if (*asked.wrong) dw_exchange_problem(exchange, 400, asked.wrong);
  else if (!w.model) dw_exchange_problem(exchange, 400, "say which model (model=)");
  else if (!dw_exchange_may(exchange, w.model)) dw_exchange_problem(exchange, 403, "the token is not for this model");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else answer(exchange, service->records, &w);
  dw_asked_end(&asked);
}
