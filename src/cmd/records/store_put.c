/* What dw-store puts: records, and documents of an export. */
#include "base/num.h"
#include "cmd/records/store_settings.h"
#include "cmd/options/cmd.h"
#include "store/intake/envelope.h"
#include "store/intake/intake.h"

/* Bytes read at a time, whose records become one transaction: enough that its sync costs little. */
enum { PUT_BLOCK = 8 << 20, PUT_COLUMNS = 1000000, ON_ERROR_SKIP = 1 };

typedef struct putting {
  dw_records *records;
  dw_intake *intake;       /* NULL: an import */
  dw_envelopes *envelopes; /* NULL: a put */
  bool skip;
  int64_t now; /* of the batch */
  uint64_t stored, duplicates, early, late;
} putting;

static dw_place place_of(const putting *p, const dw_batch *batch, size_t item)
{
  return p->intake ? dw_intake_place(p->intake, batch, item) : dw_envelopes_place(p->envelopes, batch, item);
}

/* What was not stored for what it is: named, and counted among the bad records, or the end. */
static dw_status complain(putting *p, dw_reader *reader, const dw_batch *batch, const dw_records_batch *put, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; i < put->count && status == DW_OK; i++) {
    dw_err why;
    if (dw_intake_fault(put, &put->items[i], place_of(p, batch, i), &why) != DW_OK) status = dw_reader_unusable(reader, &why, err);
  }
  return status;
}

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  putting *p = context;
  dw_records_batch put = {0};
  dw_err bad;
  dw_status status = dw_time_now(&p->now, err); /* each time: input may come for days */
  if (status != DW_OK) return status;
  dw_status taken = p->intake ? dw_intake_take(p->intake, reader, batch, p->now, &put.items, &put.count, &bad)
                              : dw_envelopes_take(p->envelopes, reader, batch, &put.items, &put.count, &bad);
  status = dw_records_put(p->records, &put, err); /* also those before a bad one */
  if (status != DW_OK) return status;
  p->stored += put.stored;
  p->duplicates += put.duplicates;
  for (size_t i = 0; i < put.count; i++) {
    dw_records_timing timing = dw_records_timing_of(put.items[i].time, put.items[i].received);
    p->early += timing == DW_RECORDS_EARLY;
    p->late += timing == DW_RECORDS_LATE;
  }
  if (put.conflicts || put.refused) status = complain(p, reader, batch, &put, err);
  if (status != DW_OK || taken == DW_OK) return status;
  *err = bad;
  return taken;
}

static void tell(const dw_store_settings *set, const putting *p, uint64_t read, uint64_t skipped)
{
  dw_json json;
  dw_buf line = {0};
  dw_err err;
  dw_output *output;
  dw_json_start(&json, &line, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", p->intake ? "put" : "import");
  dw_json_integer(&json, "records", (int64_t)read);
  dw_json_integer(&json, "stored", (int64_t)p->stored);
  dw_json_integer(&json, "duplicates", (int64_t)p->duplicates);
  dw_json_integer(&json, "early", (int64_t)p->early);
  dw_json_integer(&json, "late", (int64_t)p->late);
  dw_json_integer(&json, "skipped_records", (int64_t)skipped);
  dw_cmd_check(dw_output_open(&output, set->output, &err), &err);
  dw_cmd_end_document(&json, &line, NULL, output);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&line);
}

/* What an intake is asked for, as long as it is. */
typedef struct asked {
  dw_record_kind kind;
  dw_time_format format;
  dw_intake_options options;
} asked;

static dw_intake *intake_of(const dw_store_settings *set, asked *a)
{
  dw_err err;
  a->options = (dw_intake_options){.id = set->id, .time = set->time, .model = set->model, .source = set->source};
  if (set->kind >= 0) {
    a->kind = (dw_record_kind)set->kind;
    a->options.kind = &a->kind;
  }
  if (set->time_format) {
    dw_cmd_check(dw_time_format_parse(&a->format, set->time_format, &err), &err);
    a->options.format = &a->format;
  }
  if (set->model && strlen(set->model) > DW_RECORDS_NAME) dw_cmd_usage("--model: a name has at most %d bytes", DW_RECORDS_NAME);
  if (set->source && strlen(set->source) > DW_RECORDS_NAME) dw_cmd_usage("--source: a name has at most %d bytes", DW_RECORDS_NAME);
  return dw_intake_new(&a->options);
}

static bool is_time(void *settings, const char *name, size_t length)
{
  const dw_store_settings *set = settings;
  return set->time_format && dw_text_equal(name, length, set->time ? set->time : "ts");
}

/* Columns that only an import looks at; of records all are looked at, to tell what they are. */
static bool wants(void *settings, const char *name, size_t length) { return dw_envelope_wants(NULL, name, length); }

/* Those, beside NDJSON, whose records have a text that is one of NDJSON. */
static const dw_format *const with_text[] = {&dw_parquet_format, &dw_arrow_format, NULL};

void dw_store_put_files(const dw_store_settings *set, const dw_text_list *paths, bool import)
{
  dw_err err;
  dw_reader *reader;
  asked a = {0};
  dw_store_settings own = *set;
  putting p = {.skip = set->on_error == ON_ERROR_SKIP};
  if (import) p.envelopes = dw_envelopes_new();
  else p.intake = intake_of(set, &a);
  dw_reader_options how = {.format = import ? &dw_ndjson_format : NULL,
                           .formats = with_text,
                           .otherwise = &dw_ndjson_format,
                           .threads = (unsigned)set->threads,
                           .spans = true,
                           .skip_errors = p.skip,
                           .block = PUT_BLOCK,
                           .field_limit = PUT_COLUMNS,
                           .dialect = import ? NULL : &own.dialect,
                           .line_limit = import ? DW_ENVELOPE_LINE : 0,
                           .want = import ? wants : NULL,
                           .as_text = import ? NULL : is_time,
                           .context = &own};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &how, &err), &err);
  p.records = dw_store_opened(set, true);
  dw_batch_sink sink = {take, &p};
  dw_cmd_check(dw_reader_run(reader, &sink, &dw_cmd_notices, &err), &err);
  dw_reader_report(reader, NULL, &dw_cmd_notices);
  dw_cmd_made_by_reader(reader, paths, NULL);
  uint64_t skipped = dw_reader_skipped(reader), read = dw_reader_rows(reader) + skipped;
  dw_reader_close(reader);
  dw_records_close(p.records);
  if (p.early || p.late)
    dw_cmd_warn("%llu records came more than 24 hours after their time and %llu more than 5 minutes before it: "
                "they are stored, and get leaves them out of windows (--strays gives them too)",
                (unsigned long long)p.late, (unsigned long long)p.early);
  tell(set, &p, read, skipped);
  dw_intake_free(p.intake);
  dw_envelopes_free(p.envelopes);
}
