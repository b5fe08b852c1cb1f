/* Whether the process lives, whether it is ready, and its metrics. */
#include "serve/resources/handlers.h"
#include "serve/resources/service.h"
#include "report/metrics/model_metrics.h"
#include "report/metrics/prometheus.h"
#include "store/records/records_schema.h"

void dw_handle_livez(dw_exchange *exchange, void *service) { dw_exchange_reply(exchange, 200, "text/plain; charset=utf-8", "ok\n", 3); }

/* The database answers, and is of this program's schema. */
static bool ready(const dw_service *service, dw_records_facts *facts, const char **why)
{
  dw_err err;
  *facts = (dw_records_facts){0};
  *why = NULL;
  if (service->server && dw_server_ends(service->server)) *why = "the server is being ended";
  else if (!service->records) *why = "there is no database";
  else if (dw_records_about(service->records, facts, &err) != DW_OK) *why = "the database does not answer";
  else if (facts->version != DW_RECORDS_VERSION) *why = "the database is being migrated, or was";
  return !*why;
}

void dw_handle_readyz(dw_exchange *exchange, void *context)
{
  dw_records_facts facts;
  const char *why;
  if (ready(context, &facts, &why)) dw_exchange_reply(exchange, 200, "text/plain; charset=utf-8", "ready\n", 6);
  else dw_exchange_problem(exchange, 503, why);
}

void dw_handle_health(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_records_facts facts;
  dw_buf text = {0};
  dw_json json;
  const char *why;
  bool healthy = ready(service, &facts, &why);
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "status", healthy ? "ok" : "unavailable");
  dw_json_text(&json, "version", service->version);
  dw_json_integer(&json, "schema", facts.version);
  if (why) dw_json_text(&json, "detail", why);
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  dw_exchange_reply(exchange, healthy ? 200 : 503, DW_TYPE_JSON, text.data, text.length);
  dw_buf_free(&text);
}

/* --- metrics --- */

static void print_count(dw_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
  dw_prometheus_head(out, name, type, help);
  dw_prometheus_count(out, name, NULL, value);
}

static void print_store(const dw_service *service, bool up, const dw_records_facts *facts, dw_buf *out)
{
  dw_records_commits commits;
  print_count(out, "dw_store_up", "gauge", "1: the database answers, and its schema is this program's.", up);
  if (!service->records) return;
  if (up) {
    print_count(out, "dw_store_size_bytes", "gauge", "Size of the database.", facts->bytes);
    print_count(out, "dw_store_log_size_bytes", "gauge", "Size of the write-ahead log of SQLite.", facts->log_bytes);
  }
  dw_records_committed(service->records, &commits);
  print_count(out, "dw_store_commit_puts_total", "counter", "Requests, or parts of them, whose records were committed.", commits.batches);
  print_count(out, "dw_store_commit_records_total", "counter", "Records that commits looked at.", commits.items);
  print_count(out, "dw_store_commit_failures_total", "counter", "Commits that failed.", commits.failed);
  dw_prometheus_histogram(out, "dw_store_commit_duration_seconds", "Writing the records of requests that came together, for good.",
                          dw_records_commit_bounds, commits.bin, DW_RECORDS_COMMIT_BINS, commits.seconds);
}

static bool may(const void *exchange, const char *model) { return dw_exchange_may(exchange, model); }

/* What is known of checks is shown while the database is away too: when they were, stands beside it. */
static void print_checks(const dw_service *service, bool up, const dw_exchange *exchange, dw_buf *out)
{
  dw_err err;
  int64_t now;
  if (!service->board) return;
  if (up && dw_time_now(&now, &err) == DW_OK) dw_run_board_look(service->board, service->records, now, &err);
  dw_run_board_print(service->board, may, exchange, out);
}

void dw_handle_metrics(dw_exchange *exchange, void *context)
{
  const dw_service *service = context;
  dw_buf text = {0};
  dw_records_facts facts;
  const char *why;
  bool up = ready(service, &facts, &why);
  dw_monitor_info_print(&text, service->version ? service->version : "");
  if (service->server) dw_server_print_metrics(service->server, &text);
  dw_tally_print(service->tally, may, exchange, &text);
  print_store(service, up, &facts, &text);
  print_checks(service, up, exchange, &text);
  dw_exchange_reply(exchange, 200, DW_PROMETHEUS_TYPE, text.data, text.length);
  dw_buf_free(&text);
}
