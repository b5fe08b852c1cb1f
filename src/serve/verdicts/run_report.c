/* GET /report: a model's newest run, or the one that is asked for, and its comparisons, as a page. */
#include <stdio.h>

#include "report/model/findings.h"
#include "report/write/report_format.h"
#include "serve/resources/asked.h"
#include "serve/resources/service.h"
#include "serve/verdicts/models.h"
#include "serve/verdicts/verdict_handlers.h"

/* What drifted in a run: its events in their order. They say which of its comparisons (of inferences, interactions, embeddings) they are of
 * in "record"; those of earlier versions do not, but follow each other as the comparisons do. */
typedef struct drifts {
  const dw_newest_run *run;
  dw_value **finding;
  size_t count, capacity, at; /* at: the first that no section has yet */
} drifts;

static dw_status take_event(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  drifts *all = context;
  size_t length = all->run->id.length;
  dw_value *value;
  if (strncmp(row->id, all->run->id.data, length) != 0 || row->id[length] != '/') return DW_OK;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, row->id, 0, err);
  if (status != DW_OK) return status;
  if (strcmp(dw_value_text_of(value, "kind", ""), "finding") != 0) {
    dw_value_free(value);
    return DW_OK;
  }
  all->finding = dw_grow(all->finding, &all->capacity, all->count + 1, sizeof *all->finding);
  all->finding[all->count++] = value;
  return DW_OK;
}

static dw_status read_events(drifts *all, dw_records *records, const char *model, dw_err *err)
{
  dw_records_query query = DW_RECORDS_ALL;
  query.kind = DW_RECORD_EVENT;
  query.model = model;
  query.from = all->run->time;
  query.to = all->run->time + 1;
  return dw_records_get(records, &query, take_event, all, NULL, err);
}

static void free_events(drifts *all)
{
  for (size_t i = 0; i < all->count; i++) dw_value_free(all->finding[i]);
  dw_free(all->finding);
}

static bool same(const dw_value *a, const dw_value *b, const char *key)
{
  return strcmp(dw_value_text_of(a, key, ""), dw_value_text_of(b, key, "")) == 0;
}

/* Of a comparison whose events began at from: a column of it that drifted, and nothing that it has already. */
static bool belongs(const drifts *all, size_t from, const dw_value *comparison)
{
  const dw_value *finding = all->finding[all->at], *summary = dw_value_get(comparison, "summary");
  const char *record = dw_value_text_of(finding, "record", NULL);
  if (record) return strcmp(record, dw_value_text_of(comparison, "record", "")) == 0;
  const char *column = dw_value_text_of(finding, "column", NULL);
  bool listed = !column;
  for (size_t i = from; i < all->at; i++)
    if (same(finding, all->finding[i], "column") && same(finding, all->finding[i], "method") && same(finding, all->finding[i], "check"))
      return false;
  for (const dw_value *item = dw_value_first(dw_value_get(summary, "drifted_columns")); item && !listed; item = dw_value_next(item))
    listed = strcmp(dw_value_text(item, ""), column) == 0;
  return listed;
}

static dw_status add_document(dw_report *report, const dw_value *document, dw_err *err)
{
  dw_buf line = {0};
  dw_value_print(document, &line);
  dw_buf_char(&line, '\n');
  dw_status status = dw_findings_add(report, line.data, line.length, err);
  dw_buf_free(&line);
  return status;
}

static bool has_drift(const dw_value *comparison)
{
  return dw_value_bool(dw_value_get(dw_value_get(comparison, "summary"), "drift"), false);
}

/* The last comparison with drift has what is left: no event is lost. */
static dw_status add_section(dw_report *report, drifts *all, const dw_value *comparison, dw_err *err)
{
  const dw_value *summary = dw_value_get(comparison, "summary"), *later = dw_value_next(comparison);
  size_t from = all->at;
  while (later && !has_drift(later)) later = dw_value_next(later);
  dw_status status = DW_OK;
  while (status == DW_OK && has_drift(comparison) && all->at < all->count && (!later || belongs(all, from, comparison)))
    status = add_document(report, all->finding[all->at++], err);
  return status == DW_OK ? add_document(report, summary, err) : status;
}

static void reply(dw_exchange *exchange, const dw_report *report, const dw_value *run)
{
  dw_buf page = {0}, policy = {0}, title = {0};
  const dw_value *window = dw_value_get(run, "window");
  const dw_report_format *html = dw_report_formats;
  while (strcmp(html->name, "html") != 0) html++;
  dw_buf_format(&title, "%s, %s to %s", dw_value_text_of(run, "model", ""), dw_value_text_of(window, "from", "?"),
                dw_value_text_of(window, "to", "?"));
  dw_report_write(&page, html, report, &(dw_render){.title = dw_buf_cstr(&title), .width = 80});
  dw_html_policy(&policy);
  dw_buf_text(&policy, "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  dw_exchange_field(exchange, "Content-Security-Policy", dw_buf_cstr(&policy));
  dw_exchange_reply(exchange, 200, "text/html; charset=utf-8", page.data, page.length);
  dw_buf_free(&page);
  dw_buf_free(&policy);
  dw_buf_free(&title);
}

static void draw(dw_exchange *exchange, drifts *all, const dw_value *run)
{
  dw_err err;
  dw_status status = DW_OK;
  dw_report *report = dw_findings_new();
  const dw_value *comparison = dw_value_first(dw_value_get(run, "comparisons"));
  dw_findings_begin(report, "run");
  for (; comparison && status == DW_OK; comparison = dw_value_next(comparison)) status = add_section(report, all, comparison, &err);
  if (status == DW_OK) status = add_document(report, run, &err); /* its verdict is that of all of them */
  if (status == DW_OK) status = dw_findings_end(report, &err);
  dw_findings_finish(report);
  if (status != DW_OK) dw_exchange_problem(exchange, 500, "the run is not what a report reads");
  else reply(exchange, report, run);
  dw_findings_free(report);
}

/* id NULL: the newest. */
static void tell(dw_exchange *exchange, dw_records *records, const dw_checked_model *model, const char *id)
{
  dw_err err;
  dw_value *value = NULL;
  dw_newest_run run;
  drifts all = {.run = &run};
  dw_status status = id ? dw_newest_run_find_id(&run, records, model, id, &err) : dw_newest_run_find(&run, records, model, &err);
  bool there = run.time != INT64_MIN;
  if (status == DW_OK && there) status = read_events(&all, records, model->name, &err);
  if (status == DW_OK && there) status = dw_value_parse_shown(&value, run.content.data, run.content.length, "run", 0, &err);
  if (status == DW_OK && there) draw(exchange, &all, value);
  else if (status == DW_OK) dw_exchange_problem(exchange, 404, "the model has no such run");
  else dw_exchange_problem(exchange, 503, "the database does not answer");
  dw_value_free(value);
  free_events(&all);
  dw_newest_run_free(&run);
}

static void choose(dw_exchange *exchange, dw_records *records, const char *name, const char *run)
{
  dw_err err;
  dw_checked_models models;
  if (dw_checked_models_find(&models, exchange, records, name, &err) != DW_OK)
    dw_exchange_problem(exchange, 503, "the database does not answer");
  else if (models.count == 0) dw_exchange_problem(exchange, 404, name ? "this model was not checked yet" : "no model was checked yet");
  else if (models.count > 1) dw_exchange_problem(exchange, 400, "several models were checked: say which (model=)");
  else tell(exchange, records, models.model, run);
  dw_checked_models_free(&models);
}

void dw_handle_report(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_asked asked;
  dw_asked_begin(&asked, exchange);
  const char *model = dw_asked_text(&asked, "model"), *run = dw_asked_text(&asked, "run");
  if (!dw_exchange_may(exchange, model)) dw_exchange_problem(exchange, 403, "the token is not for this model");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else choose(exchange, service->records, model, run);
  dw_asked_end(&asked);
}
