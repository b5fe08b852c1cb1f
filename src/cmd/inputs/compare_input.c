#include "cmd/inputs/compare_input.h"

#include "cmd/inputs/column_names.h"
#include "cmd/inputs/compare_settings.h"
#include "data/datasets/partition.h"
#include "data/frames/usable.h"

static const dw_compare_settings *const set = &dw_compare_set;
static dw_command *const command = &dw_compare_command;

void dw_compare_input_begin(dw_compare_input *input)
{
  *input = (dw_compare_input){0};
  dw_roster_init(&input->names);
  bool parts = set->window || set->split; /* of one input: told apart by the instants */
  input->columns.selection = (dw_selection){.only = {set->columns.text, set->columns.count},
                                            .exclude = {set->exclude.text, set->exclude.count},
                                            .id = {set->id.text, set->id.count},
                                            .label = set->label,
                                            .score = set->score,
                                            .by = set->by,
                                            .time = set->time,
                                            .need_time = parts || (set->time && set->preset == DW_PRESET_NANNYML),
                                            .names = &input->names,
                                            .chats = true};
}

void dw_compare_input_free(dw_compare_input *input)
{
  dw_chats_free(&input->chats);
  dw_roster_free(&input->names);
}

/* No instants because of a slip in the name, or in the data. */
static void check_time(const dw_compare_input *input, dw_status status, const dw_err *err)
{
  if (status == DW_EDATA) dw_cmd_check_column("--time", set->time, "input", &input->names);
  dw_cmd_check(status, err);
}

static void read_all(dw_compare_input *input, const char *what, const dw_text_list *paths, dw_dataset *side, dw_partition *partition)
{
  dw_err err;
  dw_reader *reader;
  dw_usable usable = {0};
  bool check = input->by_instant && (!partition || set->on_error); /* a partition that is to stop does so itself */
  const dw_batch *batch;
  dw_reader_options o = {.format = dw_format_at(set->format),
                         .threads = (unsigned)set->threads,
                         .skip_errors = set->on_error,
                         .spans = partition || input->by_instant,
                         .want = dw_compare_wants,
                         .as_text = set->types.count ? dw_compare_as_text : NULL,
                         .context = &input->columns};
  dw_cmd_check(dw_reader_open(&reader, paths->text, paths->count, &o, &err), &err);
  dw_chats_begin(&input->chats, &input->columns.selection);
  for (;;) {
    dw_cmd_check(dw_reader_next(reader, &batch, &err), &err);
    if (!batch) break;
    if (check) check_time(input, dw_usable_instants(&usable, reader, &batch, set->time, &err), &err);
    batch = dw_chats_expand(&input->chats, reader, batch);
    if (partition) check_time(input, dw_partition_add(partition, reader, batch, &err), &err);
    else dw_dataset_add(side, reader, batch, NULL);
    dw_cmd_progress(dw_reader_rows(reader), dw_reader_bytes(reader), dw_reader_progress(reader));
  }
  dw_usable_free(&usable);
  if (partition) dw_partition_finish(partition, reader);
  dw_cmd_progress_end();
  dw_cmd_report_reader(reader, what);
  size_t length;
  const char *header = dw_reader_header(reader, &length);
  input->lone_csv |= header && !memchr(header, dw_reader_delimiter(reader), length);
  dw_cmd_made_by_input(paths->count ? paths->text[0] : "-", reader);
  dw_reader_digest(reader, input->digest[paths == &command->operands]);
  input->skipped += dw_reader_skipped(reader);
  dw_reader_close(reader);
}

static size_t standard_input(const dw_text_list *paths)
{
  size_t times = 0;
  for (size_t i = 0; i < paths->count; i++) times += strcmp(paths->text[i], "-") == 0;
  return times;
}

void dw_compare_input_read(dw_compare_input *input, dw_dataset *reference, dw_dataset *current)
{
  dw_partition_options parts = {.time = set->time, .window = set->window, .baseline = set->baseline, .memory = set->memory};
  input->by_instant = set->time && set->preset == DW_PRESET_NANNYML;
  if (!set->window && !set->split) {
    if (set->reference.count == 0) dw_cmd_usage("what to compare with? give --ref FILE, or --window and --baseline, or --split");
    if (set->baseline) dw_cmd_usage("--baseline goes with --window");
    if (standard_input(&set->reference) + (command->operands.count ? standard_input(&command->operands) : 1) > 1)
      dw_cmd_usage("standard input cannot be both: name a file for the reference or for the current data");
    read_all(input, "reference", &set->reference, reference, NULL);
    read_all(input, "current", &command->operands, current, NULL);
    return;
  }
  if (set->reference.count || (set->window && set->split)) dw_cmd_usage("--ref, --window and --split exclude each other");
  if (set->window && !set->baseline) dw_cmd_usage("--window goes with --baseline DURATION");
  if (set->split && !dw_partition_parse_split(set->split, &parts))
    dw_cmd_usage("--split: \"%s\" is not a row number, a fraction between 0 and 1 (or percent), or a time such as 2026-01-31T09:30:00Z",
                 set->split);
  if (set->window) parts.kind = DW_PARTITION_WINDOW;
  input->by_instant = parts.kind == DW_PARTITION_WINDOW || parts.kind == DW_PARTITION_TIME;
  if (input->by_instant && !set->time) dw_cmd_usage("%s needs --time COLUMN", set->window ? "--window" : "--split at a time");
  dw_partition *partition = dw_partition_new(&parts, reference, current);
  read_all(input, NULL, &command->operands, NULL, partition);
  dw_partition_free(partition);
}
