/* dw-profile: records in, profiles out; or profiles in, merged ones out. */
#include "cmd/options/cmd.h"
#include "data/profiles/profile_merging.h"
#include "data/profiles/profiling.h"
#include "data/profiles/sagemaker.h"

static const char *const from_words[] = {"records", "sagemaker", "whylogs", NULL};
enum { FROM_RECORDS, FROM_SAGEMAKER, FROM_WHYLOGS };

static dw_profiling_settings set = {.error = DW_PROFILE_ERROR, .memory = UINT64_C(1) << 30};
static bool merge;
static int from;
static const char *output = "-";

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Columns"),
    DW_OPTION_COLUMNS("columns", &set.columns, "profile these only; * and ? match"),
    DW_OPTION_COLUMNS("exclude", &set.exclude, "leave these out; * and ? match"),
    {.name = "types", .type = DW_OPTION_LIST, .target = &set.types, .argument = "COLUMN=TYPE", .help = "numeric, categorical, text, datetime, identifier or vector"},
    DW_OPTION_COLUMNS("describe", &set.describe, "columns of text: profile lengths, words, refusals … too"),
    DW_GROUP("Profiles"),
    DW_OPTION_COLUMN("by", &set.by, "a profile for each of its values"),
    {.name = "every", .type = DW_OPTION_TEXT, .target = &set.every, .argument = "PERIOD", .help = "a profile for each period of --time: 1h, D, W, M, Q, Y; with --merge the coarser one"},
    DW_OPTION_COLUMN("time", &set.time, "the instant of a record; not profiled"),
    DW_OPTION_TIME_FORMAT(&set.time_format),
    {.name = "error", .type = DW_OPTION_REAL, .target = &set.error, .argument = "E", .initial = "0.001", .low = 1e-5, .high = 0.1, .help = "how far off a rank may be, a share of the values"},
    {.name = "merge", .type = DW_OPTION_FLAG, .target = &merge, .help = "the input is profiles: those of the same value and period become one"},
    {.name = "from", .type = DW_OPTION_CHOICE, .target = &from, .argument = "WHAT", .initial = "records", .choices = from_words, .help = "what the input is: records, or statistics.json of SageMaker Model Monitor"},
    DW_GROUP("Records"),
    {.name = "input-format", .type = DW_OPTION_CHOICE, .target = &set.format, .argument = "FORMAT", .initial = "auto", .help = "told from the content unless given", .choice = dw_format_word},
    DW_OPTIONS_DIALECT(&set.dialect),
    DW_OPTION_ON_ERROR(&set.on_error),
    DW_GROUP("General"),
    DW_OPTION_MEMORY(&set.memory, "bound on the data held; past it sketches become smaller, and say so"),
    {.name = "threads", .type = DW_OPTION_UNSIGNED, .target = &set.threads, .argument = "N", .initial = "the cores", .help = "worker threads; the result is the same for any number", .low = 1, .high = 1024, .unrecorded = true},
    DW_OPTION_OUTPUT(&output),
    {.name = NULL},
};
/* clang-format on */

static dw_command command = {.name = "dw-profile",
                             .synopsis = "[OPTION]... [FILE]...\n--merge [--every PERIOD] [OPTION]... [PROFILE]...",
                             .purpose = "Profile records in bounded memory, and merge profiles.",
                             .example = "dw-profile --exclude transaction_id,ts reference.ndjson >reference.profile\n"
                                        "dw-compare --ref reference.profile --exit-zero current.ndjson",
                             .options = options};

/* What is of records alone. */
static void refuse(const char *what)
{
  static const char *const of_all[] = {"merge", "from", "error", "threads", "memory", "output", "on-error", "every", NULL};
  for (const dw_option *option = options; option->name; option++) {
    bool fits = !option->given;
    for (size_t i = 0; of_all[i] && !fits; i++) fits = strcmp(of_all[i], option->name) == 0;
    if (!fits) dw_cmd_usage("--%s is of records, and does not go with %s", option->name, what);
  }
}

static void write_profiles(dw_output *to, dw_profiling *work)
{
  dw_err err;
  dw_buf stages = {0};
  dw_cmd_made_by_stage(&stages, NULL);
  dw_cmd_check(dw_profiling_write(work, &stages, &(dw_profile_sink){dw_cmd_write, to}, &err), &err);
  dw_buf_free(&stages);
}

static void profile_records(dw_output *to)
{
  dw_err err;
  dw_profiling *work;
  dw_made_input input;
  dw_cmd_check(dw_profiling_open(&work, &set, &dw_cmd_notices, &err), &err);
  dw_cmd_check(dw_profiling_read(work, &command.operands, &input, &err), &err);
  dw_cmd_made_by_input(&input);
  write_profiles(to, work);
  dw_profiling_free(work);
}

static void merge_profiles(dw_output *to)
{
  dw_err err;
  dw_profile_merging *work;
  dw_profile_merging_options how = {.every = set.every,
                                    .error = dw_command_option(&command, "error")->given ? set.error : 0,
                                    .threads = (unsigned)set.threads,
                                    .memory = set.memory,
                                    .skip_errors = set.on_error};
  dw_buf stages = {0};
  refuse("--merge");
  dw_cmd_check(dw_profile_merging_open(&work, &how, &dw_cmd_notices, &err), &err);
  for (size_t i = 0; i < command.operands.count || i == 0; i++) {
    dw_made_input input;
    dw_cmd_check(dw_profile_merging_read(work, command.operands.count ? command.operands.text[i] : "-", &input, &err), &err);
    dw_cmd_made_by_input(&input);
  }
  dw_cmd_made_by_stage(&stages, NULL);
  dw_cmd_check(dw_profile_merging_write(work, &stages, &(dw_profile_sink){dw_cmd_write, to}, &err), &err);
  dw_profile_merging_free(work);
  dw_buf_free(&stages);
}

static void convert_sagemaker(dw_output *to)
{
  dw_err err;
  refuse("--from");
  for (size_t i = 0; i < command.operands.count || i == 0; i++) {
    dw_profile *profile;
    dw_made_input input;
    dw_buf stages = {0}, line = {0};
    const char *path = command.operands.count ? command.operands.text[i] : "-";
    dw_cmd_check(dw_sagemaker_read(&profile, path, set.error, &input, &err), &err);
    dw_cmd_made_by_input(&input);
    dw_cmd_made_by_stage(&stages, NULL);
    dw_profile_write(profile, &stages, &line);
    dw_cmd_check(dw_output_write(to, line.data, line.length, &err), &err);
    dw_profile_free(profile);
    dw_buf_free(&stages);
    dw_buf_free(&line);
  }
}

int main(int argc, char **argv)
{
  dw_err err;
  dw_output *to;
  dw_cmd_start(&command, argc, argv);
  if (from == FROM_WHYLOGS)
    dw_cmd_usage(
        "--from whylogs: its profiles are Python's own objects in a binary form that has no stable specification; profile the data "
        "itself (dw-profile FILE), or write it out from whylogs' side as records");
  if (merge && from != FROM_RECORDS) dw_cmd_usage("--merge reads profiles, and --from %s does not", from_words[from]);
  dw_cmd_check(dw_output_open(&to, output, &err), &err);
  if (merge) merge_profiles(to);
  else if (from == FROM_SAGEMAKER) convert_sagemaker(to);
  else profile_records(to);
  dw_cmd_check(dw_output_commit(to, &err), &err);
  dw_cmd_end(DW_OK);
}
