/* dw-canary: canaries are asked, and what they answer is written down. */
#include "base/clock.h"
#include "canary/answers/result_lines.h"
#include "canary/ask/border_search.h"
#include "cmd/canary/canary_settings.h"

static dw_canary_options set = {.output = "-",
                                .parallel = 4,
                                .retries = 5,
                                .seed = 1,
                                .queries = 3,
                                .samples = 100,
                                .keep = 20,
                                .timeout = 60 * DW_SECOND,
                                .backoff = DW_SECOND / 2,
                                .from = -1};

/* clang-format off */
static dw_option options[] = {
    DW_GROUP("Canaries"),
    {.name = "configs", .type = DW_OPTION_LIST, .target = &set.configs, .argument = "FILES", .help = "the canaries: a file each, YAML or JSON; with * and ? in quotes"},
    {.name = "repeat", .type = DW_OPTION_UNSIGNED, .target = &set.repeat, .argument = "N", .initial = "1; of replays all there are", .help = "answers to each prompt", .low = 1, .high = 1e9},
    {.name = "round", .type = DW_OPTION_TEXT, .target = &set.round, .argument = "TEXT", .initial = "the time; of replays all", .help = "name of the round"},
    {.name = "embed", .type = DW_OPTION_TEXT, .target = &set.embed, .argument = "HOW", .help = "embeddings of the answers: builtin, openai, openai:MODEL or exec:PROGRAM ARGUMENT..."},
    DW_OPTION_SEED(&set.seed),
    DW_GROUP("Requests"),
    {.name = "parallel", .type = DW_OPTION_UNSIGNED, .target = &set.parallel, .argument = "N", .initial = "4", .help = "requests under way at once", .low = 1, .high = 500},
    {.name = "spacing", .type = DW_OPTION_DURATION, .target = &set.spacing, .argument = "TIME", .help = "least time between two answers of a canary to the same prompt"},
    {.name = "max-requests", .type = DW_OPTION_UNSIGNED, .target = &set.max_requests, .argument = "N", .initial = "no limit", .help = "budget of requests, retries and embeddings among them", .low = 1, .high = 1e15},
    {.name = "timeout", .type = DW_OPTION_DURATION, .target = &set.timeout, .argument = "TIME", .initial = "60s", .help = "for a request"},
    {.name = "retries", .type = DW_OPTION_UNSIGNED, .target = &set.retries, .argument = "N", .initial = "5", .help = "of a request that failed and may do another time", .low = 0, .high = 100},
    {.name = "backoff", .type = DW_OPTION_DURATION, .target = &set.backoff, .argument = "TIME", .initial = "500ms", .help = "longest wait before the first retry; it doubles with each, up to 30s"},
    DW_GROUP("Answers of other tools"),
    {.name = "from", .type = DW_OPTION_CHOICE, .target = &set.from, .argument = "FORM", .help = "ask nobody, but read answers:", .choices = dw_result_form_words},
    {.name = "canary", .type = DW_OPTION_TEXT, .target = &set.canary, .argument = "NAME", .initial = "the model that a line names", .help = "with --from: whose answers they are"},
    DW_GROUP("Border inputs, with find-borders"),
    {.name = "queries", .type = DW_OPTION_UNSIGNED, .target = &set.queries, .argument = "N", .initial = "3", .help = "answers to each candidate", .low = 2, .high = 1e6},
    {.name = "samples", .type = DW_OPTION_UNSIGNED, .target = &set.samples, .argument = "N", .initial = "100", .help = "answers to each input that may be one", .low = 2, .high = 1e6},
    {.name = "keep", .type = DW_OPTION_UNSIGNED, .target = &set.keep, .argument = "N", .initial = "20", .help = "inputs that are kept at most", .low = 1, .high = 1e6},
    {.name = "candidates", .type = DW_OPTION_UNSIGNED, .target = &set.candidates, .argument = "N", .help = "prompts of one to three letters, instead of those of the input", .low = 1, .high = DW_BORDER_CANDIDATES},
    {.name = "answers", .type = DW_OPTION_TEXT, .target = &set.answers, .argument = "FILE", .help = "where the responses go that the inputs were chosen by"},
    DW_OPTIONS_RECORDS(set),
};
/* clang-format on */

static dw_command command = {.name = "dw-canary",
                             .synopsis = "--configs FILES [OPTION]... [FILE]...\n"
                                         "find-borders --configs FILE [OPTION]... [FILE]...\n"
                                         "--from FORM [OPTION]... [FILE]...",
                             .purpose = "Ask models behind endpoints, and write down what they answer.",
                             .example = "dw-canary --configs canary.json --repeat 3 prompts.ndjson >round.ndjson",
                             .options = options};

static const char *const of_borders[] = {"queries", "samples", "keep", "candidates", "answers"};

/* Verbs with options of their own: they change configs and ask nobody. */
typedef struct part {
  const char *word;
  dw_command *command;
  void (*run)(const dw_text_list *operands); /* those behind the word; to its end */
} part;

static const part parts[] = {{"restore", &dw_canary_restore_command, dw_canary_restore},
                             {"quarantine", &dw_canary_quarantine_command, dw_canary_quarantine},
                             {"release", &dw_canary_release_command, dw_canary_release},
                             {"rebalance", &dw_canary_rebalance_command, dw_canary_rebalance},
                             {"retrain", &dw_canary_retrain_command, dw_canary_retrain}};
enum { PARTS = sizeof parts / sizeof *parts };

static void run_part(int argc, char **argv)
{
  for (size_t i = 0; i < PARTS && argc > 1; i++)
    if (strcmp(argv[1], parts[i].word) == 0) {
      dw_cmd_start(parts[i].command, argc, argv);
      parts[i].run(&(dw_text_list){parts[i].command->operands.text + 1, parts[i].command->operands.count - 1, 0});
    }
}

int main(int argc, char **argv)
{
  run_part(argc, argv);
  dw_command *all[1 + PARTS] = {&command};
  for (size_t i = 0; i < PARTS; i++) all[1 + i] = parts[i].command;
  dw_cmd_start_all(&command, all, 1 + PARTS, argc, argv);
  dw_text_list paths = command.operands;
  bool borders = paths.count && strcmp(paths.text[0], "find-borders") == 0;
  for (size_t i = 0; i < sizeof of_borders / sizeof *of_borders && !borders; i++)
    if (dw_command_option(&command, of_borders[i])->given) dw_cmd_usage("--%s goes with find-borders", of_borders[i]);
  if (set.canary && set.from < 0) dw_cmd_usage("--canary goes with --from");
  if (borders && set.from >= 0) dw_cmd_usage("--from does not go with find-borders");
  if (borders) paths.text++, paths.count--;
  if (borders) dw_canary_find_borders(&set, &paths);
  if (set.from >= 0) dw_canary_import(&set, &paths);
  dw_canary_ask_round(&set, &paths);
}
