/* What dw-store gets: records of a window, and tables as documents. */
#include "base/num.h"
#include "cmd/records/store_settings.h"
#include "cmd/options/cmd.h"
#include "store/intake/envelope.h"
#include "store/intake/labelled.h"

typedef struct getting {
  dw_output *output;
  dw_buf line, scratch;
  uint64_t own_labels, rows, bytes;
  bool labels;
} getting;

static dw_status write_line(getting *g, bool *stop, dw_err *err)
{
  dw_status status = dw_output_write(g->output, g->line.data, g->line.length, err);
  g->bytes += g->line.length;
  g->line.length = 0;
  *stop = dw_output_closed(g->output);
  if (++g->rows % 4096 == 0) dw_cmd_progress(g->rows, g->bytes, -1);
  return status;
}

static dw_status give_record(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  getting *g = context;
  if (g->labels) {
    g->own_labels += !dw_labelled_write(&g->line, row, &g->scratch);
  } else {
    dw_buf_add(&g->line, row->content, row->length);
    dw_buf_char(&g->line, '\n');
  }
  return write_line(g, stop, err);
}

static dw_status give_document(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  getting *g = context;
  dw_envelope_write(&g->line, row);
  return write_line(g, stop, err);
}

/* A time of day and year, "now", or how long before now. */
static int64_t time_asked(const char *option, const char *text, int64_t now)
{
  int64_t value;
  if (!dw_time_asked(text, now, &value)) dw_cmd_usage("--%s: \"%s\" is no time: 60m (ago), now, 2026-01-31T09:30:00Z", option, text);
  return value;
}

static dw_records_query query_asked(const dw_store_settings *set)
{
  dw_err err;
  int64_t now;
  dw_records_query query = DW_RECORDS_ALL;
  dw_cmd_check(dw_time_now(&now, &err), &err);
  query.kind = set->kind < 0 ? DW_RECORD_INFERENCE : (dw_record_kind)set->kind;
  query.model = set->model;
  query.source = set->source;
  query.id = set->record;
  query.limit = set->limit;
  query.labels = set->labels;
  if (!set->since && !set->until) return query;
  query.strays = set->strays;
  if (set->since) query.from = time_asked("since", set->since, now);
  query.to = set->until ? time_asked("until", set->until, now) : now;
  if (query.from >= query.to) dw_cmd_usage("--since and --until: the window ends before it begins");
  return query;
}

static void begin(getting *g, const dw_store_settings *set)
{
  dw_err err;
  dw_cmd_check(dw_output_open(&g->output, set->output, &err), &err);
}

static void end(getting *g)
{
  dw_err err;
  dw_cmd_progress_end();
  dw_cmd_check(dw_output_commit(g->output, &err), &err);
  dw_buf_free(&g->line);
  dw_buf_free(&g->scratch);
}

void dw_store_get_records(const dw_store_settings *set)
{
  dw_err err;
  uint64_t left_out;
  getting g = {.labels = set->labels};
  dw_records_query query = query_asked(set);
  dw_records *records = dw_store_opened(set, false);
  begin(&g, set);
  dw_cmd_check(dw_records_get(records, &query, give_record, &g, &left_out, &err), &err);
  dw_records_close(records);
  end(&g);
  if (left_out)
    dw_cmd_warn("%llu records of this window are left out: they came more than 24 hours after their time, or 5 minutes before it "
                "(--strays gives them too)",
                (unsigned long long)left_out);
  if (g.own_labels)
    dw_cmd_warn("%llu records have a field \"label\" themselves, or their label's record has none: they are given as they are",
                (unsigned long long)g.own_labels);
}

void dw_store_export_tables(const dw_store_settings *set)
{
  dw_err err;
  getting g = {0};
  bool wanted[DW_RECORD_TABLES] = {false};
  for (size_t i = 0; i < set->tables.count; i++) {
    int table;
    if (!dw_record_table_find(set->tables.text[i], &table)) dw_cmd_usage("--table: there is no table \"%s\"", set->tables.text[i]);
    wanted[table] = true;
  }
  dw_records *records = dw_store_opened(set, false);
  begin(&g, set);
  for (int i = 0; i < DW_RECORD_TABLES && !dw_output_closed(g.output); i++)
    if (!set->tables.count || wanted[i]) dw_cmd_check(dw_records_each(records, i, give_document, &g, &err), &err);
  dw_records_close(records);
  end(&g);
}
