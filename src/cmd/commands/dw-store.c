/* dw-store: records into a database, and out of it again. */
#include <string.h>

#include "cmd/inputs/keep_times.h"
#include "cmd/inputs/records_address.h"
#include "cmd/options/cmd.h"
#include "cmd/records/store_settings.h"
#include "cmd/options/verbs.h"
#include "store/intake/stored_count.h"

static dw_store_settings set = {.kind = -1, .output = "-"};
static dw_err err;

static const char *kind_word(int choice) { return dw_record_kind_word((dw_record_kind)choice); }

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Database"),
    {.name = "db", .type = DW_OPTION_TEXT, .target = &set.db, .argument = "URL", .initial = DW_RECORDS_ADDRESS_INITIAL, .unrecorded = true,
     .help = "the database: sqlite:FILE or postgresql://…"},
    {.name = "reserve", .type = DW_OPTION_SIZE, .target = &set.reserve, .argument = "SIZE", .initial = "256MiB", .unrecorded = true,
     .help = "put, import: of the disk under an SQLite database this much is kept free"},
    {.name = "table", .type = DW_OPTION_LIST, .target = &set.tables, .argument = "TABLES", .initial = "all", .help = "prune, export: these alone"},
    {.name = "keep", .type = DW_OPTION_LIST, .pairs = true, .target = &set.keep, .argument = "TABLE=TIME,...", .initial = "see the manual",
     .help = "prune: how long records are kept (inference_logs=7d)"},
    DW_GROUP("Records that are put"),
    {.name = "kind", .type = DW_OPTION_CHOICE, .target = &set.kind, .argument = "KIND", .choice = kind_word,
     .initial = "put: by its members; get: inference", .help = "what the records are"},
    {.name = "model", .type = DW_OPTION_TEXT, .target = &set.model, .argument = "NAME", .help = "put: of records that name none; get: only its records"},
    {.name = "source", .type = DW_OPTION_TEXT, .target = &set.source, .argument = "NAME", .help = "put: where the records come from; get: only those"},
    {.name = "id", .type = DW_OPTION_TEXT, .target = &set.id, .argument = "COLUMN", .initial = "id", .help = "put: what names a record; without one it is its content"},
    {.name = "time", .type = DW_OPTION_TEXT, .target = &set.time, .argument = "COLUMN", .initial = "ts", .help = "put: when the event was; without one it is when the record comes"},
    DW_OPTION_TIME_FORMAT(&set.time_format),
    DW_OPTION_MISSING(&set.dialect.missing),
    DW_OPTION_ON_ERROR(&set.on_error),
    DW_OPTION_THREADS(&set.threads),
    DW_GROUP("Records that are wanted"),
    {.name = "since", .type = DW_OPTION_TEXT, .target = &set.since, .argument = "TIME", .help = "get: events from then on: 60m (ago), now, 2026-01-31T09:30:00Z"},
    {.name = "until", .type = DW_OPTION_TEXT, .target = &set.until, .argument = "TIME", .initial = "now, with --since", .help = "get: events before then"},
    {.name = "strays", .type = DW_OPTION_FLAG, .target = &set.strays,
     .help = "get: also records that came 24 hours late, or early"},
    {.name = "labels", .type = DW_OPTION_FLAG, .target = &set.labels, .help = "get: each record with the label of its id, where there is one"},
    {.name = "record", .type = DW_OPTION_TEXT, .target = &set.record, .argument = "ID", .help = "get: only the record of this id"},
    {.name = "limit", .type = DW_OPTION_UNSIGNED, .target = &set.limit, .argument = "N", .help = "get: at most so many", .low = 1, .high = 1e15},
    DW_GROUP("General"),
    DW_OPTION_OUTPUT(&set.output),
    {.name = NULL},
};
/* clang-format on */

static dw_command command = {.name = "dw-store",
                             .synopsis = "put [OPTION]... [FILE]...\n"
                                         "get [OPTION]...\n"
                                         "prune [--table TABLES] [--keep TABLE=TIME,...] [OPTION]...\n"
                                         "migrate | stats [OPTION]...\n"
                                         "export [--table TABLES] [OPTION]...\n"
                                         "import [OPTION]... [FILE]...",
                             .purpose = "Keep records, labels and findings in a database.",
                             .example = "dw-store put --db sqlite:kept.db --id transaction_id current.ndjson\n"
                                        "dw-store get --db sqlite:kept.db --limit 10",
                             .options = options};

const char *dw_store_address(const dw_store_settings *s) { return dw_records_address(s->db); }

dw_records *dw_store_opened(const dw_store_settings *s, bool writing)
{
  dw_records *records;
  const char *address = dw_store_address(s);
  if (writing) dw_records_make_folder(address);
  dw_records_options how = {.create = writing, .reading = !writing, .reserve = s->reserve};
  dw_cmd_check(dw_records_open(&records, address, &how, &err), &err);
  return records;
}

static void write_lines(dw_buf *lines)
{
  dw_output *output;
  dw_cmd_check(dw_output_open(&output, set.output, &err), &err);
  dw_cmd_check(dw_output_write(output, lines->data, lines->length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(lines);
}

static void run_put(const char *path)
{
  dw_text_list paths = {.text = command.operands.text + 1, .count = command.operands.count - 1};
  dw_store_put_files(&set, &paths, false);
}

static void run_import(const char *path)
{
  dw_text_list paths = {.text = command.operands.text + 1, .count = command.operands.count - 1};
  dw_store_put_files(&set, &paths, true);
}

static void run_get(const char *operand) { dw_store_get_records(&set); }
static void run_export(const char *operand) { dw_store_export_tables(&set); }

/* --- migrate --- */

static void tell_step(void *lines, int version, const char *name)
{
  dw_json json;
  dw_json_start(&json, lines, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "migration");
  dw_json_integer(&json, "version", version);
  dw_json_text(&json, "name", name);
  dw_json_close(&json, '}');
  dw_buf_char(lines, '\n');
}

static void run_migrate(const char *operand)
{
  dw_buf lines = {0};
  dw_records_make_folder(dw_store_address(&set));
  dw_cmd_check(dw_records_migrate(dw_store_address(&set), tell_step, &lines, &err), &err);
  write_lines(&lines);
}

/* --- stats --- */

static dw_status tell_count(void *lines, const dw_records_count *count, dw_err *e)
{
  dw_json json;
  dw_json_start(&json, lines, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "stored_records");
  dw_stored_count_write(count, &json);
  dw_json_close(&json, '}');
  dw_buf_char(lines, '\n');
  return DW_OK;
}

static void run_stats(const char *operand)
{
  dw_buf lines = {0};
  dw_json json;
  dw_records_facts facts;
  dw_records *records = dw_store_opened(&set, false);
  dw_cmd_check(dw_records_stats(records, tell_count, &lines, &err), &err);
  dw_cmd_check(dw_records_about(records, &facts, &err), &err);
  dw_json_start(&json, &lines, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "database");
  dw_stored_facts_write(dw_records_name(records), &facts, &json);
  dw_json_close(&json, '}');
  dw_buf_char(&lines, '\n');
  dw_records_close(records);
  write_lines(&lines);
}

/* --- prune --- */

static void run_prune(const char *operand)
{
  int64_t now, keep[DW_RECORD_TABLES];
  bool wanted[DW_RECORD_TABLES] = {false};
  dw_buf lines = {0};
  dw_keep_times(&set.keep, keep);
  for (size_t i = 0; i < set.tables.count; i++) {
    int table;
    if (!dw_record_table_find(set.tables.text[i], &table)) dw_cmd_usage("--table: there is no table \"%s\"", set.tables.text[i]);
    wanted[table] = true;
  }
  dw_cmd_check(dw_time_now(&now, &err), &err);
  dw_records *records;
  dw_cmd_check(dw_records_open(&records, dw_store_address(&set), &(dw_records_options){0}, &err), &err);
  for (int i = 0; i < DW_RECORD_TABLES; i++) {
    dw_json json;
    uint64_t removed;
    if (set.tables.count && !wanted[i]) continue;
    dw_cmd_check(dw_records_prune(records, i, now - keep[i], &removed, &err), &err);
    dw_json_start(&json, &lines, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "kind", "prune");
    dw_json_text(&json, "table", dw_record_table(i));
    dw_stored_time_write(&json, "before", true, now - keep[i]);
    dw_json_integer(&json, "removed", (int64_t)removed);
    dw_json_close(&json, '}');
    dw_buf_char(&lines, '\n');
  }
  dw_records_close(records);
  write_lines(&lines);
}

static const dw_verb verbs[] = {
    {"put", run_put, "[FILE]", NULL, {"kind", "model", "source", "id", "time", "time-format", "missing", "reserve", "threads", "on-error"}},
    {"get", run_get, NULL, NULL, {"kind", "model", "source", "since", "until", "strays", "labels", "record", "limit"}},
    {"prune", run_prune, NULL, NULL, {"table", "keep"}},
    {"migrate", run_migrate, NULL, NULL, {NULL}},
    {"stats", run_stats, NULL, NULL, {NULL}},
    {"export", run_export, NULL, NULL, {"table"}},
    {"import", run_import, "[FILE]", NULL, {"reserve", "threads", "on-error"}},
    {.name = NULL},
};

static const char *const for_all[] = {"db", "output", NULL};

int main(int argc, char **argv)
{
  command.verbs = verbs;
  command.common = for_all;
  dw_cmd_start(&command, argc, argv);
  dw_verb_asked(&command, argc, argv)->run(NULL);
  dw_cmd_end(DW_OK);
}
