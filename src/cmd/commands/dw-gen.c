/* dw-gen: synthetic records from a scenario. */
#include <string.h>

#include "base/clock.h"
#include "base/num.h"
#include "cmd/options/cmd.h"
#include "synth/scenario/catalogue.h"
#include "synth/generate/generate.h"
#include "synth/scenario/scenario.h"

static struct {
  const char *scenario, *start, *shard, *output;
  uint64_t rows, seed, threads;
  int64_t step;
  int format;
  dw_text_list with;
  bool list, quick;
} settings = {.scenario = "fraud-baseline", .seed = 1, .output = "-"};

enum { FORMAT_PARQUET = 2 }; /* those before it: dw_generate_format */
static const char *const format_words[] = {"ndjson", "csv", "parquet", NULL};

/* clang-format off */
static dw_option options[] = {
  DW_GROUP("Scenario"),
  {.name = "scenario", .type = DW_OPTION_TEXT, .target = &settings.scenario, .argument = "FILE|NAME", .initial = "fraud-baseline",
   .help = "what the records look like: a file (with a / or . in it), or a name of --list"},
  {.name = "list", .type = DW_OPTION_FLAG, .target = &settings.list, .help = "list the scenarios and end"},
  {.name = "with", .type = DW_OPTION_LIST, .target = &settings.with, .argument = "COLUMN,...", .help = "write these optional columns too"},
  DW_OPTION_SEED(&settings.seed),
  DW_GROUP("How much"),
  {.name = "rows", .type = DW_OPTION_UNSIGNED, .target = &settings.rows, .argument = "N", .initial = "the scenario's", .high = 1e15,
   .help = "how many records"},
  {.name = "quick", .type = DW_OPTION_FLAG, .target = &settings.quick,
   .help = "the short form: a tenth of the records (or as the scenario says) over the same time"},
  {.name = "start", .type = DW_OPTION_TEXT, .target = &settings.start, .argument = "TIME", .initial = "the scenario's",
   .help = "time of the first record (2026-01-01T00:00:00Z)"},
  {.name = "step", .type = DW_OPTION_DURATION, .target = &settings.step, .argument = "DURATION", .initial = "the scenario's",
   .help = "time from one record to the next (17s, 250ms)"},
  {.name = "shard", .type = DW_OPTION_TEXT, .target = &settings.shard, .argument = "I/K",
   .help = "only part I of K; the parts, one behind the other, are the whole"},
  DW_GROUP("General"),
  {.name = "format", .type = DW_OPTION_CHOICE, .target = &settings.format, .argument = "FORMAT", .initial = "ndjson",
   .help = "ndjson, csv or parquet", .choices = format_words},
  DW_OPTION_THREADS(&settings.threads),
  DW_OPTION_OUTPUT(&settings.output),
  {0},
};
/* clang-format on */

static dw_command command = {.name = "dw-gen",
                             .synopsis = "[OPTION]...",
                             .purpose = "Generate synthetic records from a scenario.",
                             .example = "dw-gen --rows 5000 --with fraud_score >reference.ndjson\n"
                                        "dw-gen --rows 5000 --scenario fraud-feature-drift --seed 2 >current.ndjson",
                             .options = options};

typedef struct progress {
  dw_output *output;
  dw_convert *convert;
  uint64_t rows, bytes, wanted;
} progress;

static dw_status take_rows(void *context, const char *bytes, size_t length, uint64_t rows, bool *stop, dw_err *err)
{
  progress *p = context;
  dw_status status = dw_convert_write(p->convert, bytes, length, err);
  p->rows += rows;
  p->bytes += length;
  *stop = dw_output_closed(p->output);
  dw_cmd_progress(p->rows, p->bytes, (double)p->rows / (double)p->wanted);
  return status;
}

static _Noreturn void list_scenarios(void)
{
  dw_catalogue_entry *entries;
  size_t count, width = 0;
  dw_buf text = {0};
  dw_output *output;
  dw_err err;
  dw_catalogue_list(&entries, &count);
  for (size_t i = 0; i < count; i++)
    if (strlen(entries[i].name) > width) width = strlen(entries[i].name);
  for (size_t i = 0; i < count; i++) {
    dw_buf_text(&text, entries[i].name);
    for (size_t k = strlen(entries[i].name); k < width + 2; k++) dw_buf_char(&text, ' ');
    dw_buf_text(&text, entries[i].description);
    dw_buf_char(&text, '\n');
  }
  dw_cmd_check(dw_output_open(&output, settings.output, &err), &err);
  dw_cmd_check(dw_output_write(output, text.data, text.length, &err), &err);
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_buf_free(&text);
  dw_catalogue_free(entries, count);
  dw_cmd_end(DW_OK);
}

static dw_scenario_span span_asked(void)
{
  dw_scenario_span span = {.has_rows = dw_command_option(&command, "rows")->given,
                           .rows = settings.rows,
                           .has_start = settings.start != NULL,
                           .has_step = settings.step > 0,
                           .quick = settings.quick,
                           .step = settings.step};
  if (settings.start && !dw_time_parse(settings.start, strlen(settings.start), &span.start))
    dw_cmd_usage("--start: \"%s\" is not a time (2026-01-01T00:00:00Z)", settings.start);
  return span;
}

/* "2/8" */
static void shard_asked(uint64_t rows, uint64_t *first, uint64_t *end)
{
  const char *slash = settings.shard ? strchr(settings.shard, '/') : NULL;
  uint64_t i = 1, k = 1;
  if (settings.shard) {
    bool ok = slash && dw_num_parse_unsigned(settings.shard, (size_t)(slash - settings.shard), &i) &&
              dw_num_parse_unsigned(slash + 1, strlen(slash + 1), &k) && i >= 1 && i <= k;
    if (!ok) dw_cmd_usage("--shard: \"%s\" is not I/K with I from 1 to K (2/8)", settings.shard);
  }
  dw_generate_shard(rows, i, k, first, end);
}

static bool first_shard(void) { return !settings.shard || strncmp(settings.shard, "1/", 2) == 0; }

int main(int argc, char **argv)
{
  dw_err err;
  dw_buf path = {0}, header = {0};
  dw_scenario *scenario;
  dw_scenario_plan plan;
  dw_generator *generator;
  progress p = {0};
  uint64_t first, end;

  dw_cmd_start(&command, argc, argv);
  if (command.operands.count)
    dw_cmd_usage("unexpected operand \"%s\": dw-gen reads no records (--scenario FILE)", command.operands.text[0]);
  if (settings.list) list_scenarios();
  dw_scenario_span span = span_asked();
  dw_cmd_check(dw_catalogue_find(settings.scenario, &path, &err), &err);
  dw_cmd_check(dw_scenario_read(&scenario, path.data, &err), &err);
  dw_cmd_check(dw_scenario_plan_rows(scenario, &span, &plan, &err), &err);
  shard_asked(plan.rows, &first, &end);
  dw_generate_options how = {.seed = settings.seed,
                             .format = settings.format == FORMAT_PARQUET ? DW_GENERATE_NDJSON : (dw_generate_format)settings.format,
                             .with = settings.with.text,
                             .with_count = settings.with.count};
  dw_cmd_check(dw_generator_new(&generator, &plan, &how, &err), &err);

  dw_cmd_check(dw_output_open(&p.output, settings.output, &err), &err);
  p.convert = dw_cmd_convert(settings.format == FORMAT_PARQUET ? DW_WRITTEN_PARQUET : DW_WRITTEN_ALIKE, NULL, NULL, p.output);
  if (first_shard()) dw_generator_header(generator, &header);
  dw_cmd_check(dw_convert_write(p.convert, header.data, header.length, &err), &err);
  p.wanted = end - first;
  dw_cmd_check(dw_generator_run(generator, first, end, (unsigned)settings.threads, take_rows, &p, &err), &err);
  if (!dw_output_closed(p.output)) dw_cmd_check(dw_convert_end(p.convert, &err), &err);
  dw_cmd_progress_end();
  dw_cmd_check(dw_output_commit(p.output, &err), &err);

  dw_convert_free(p.convert);
  dw_generator_free(generator);
  dw_scenario_free(scenario);
  dw_buf_free(&header);
  dw_buf_free(&path);
  dw_cmd_end(DW_OK);
}
