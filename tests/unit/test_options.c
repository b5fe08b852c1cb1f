#include "cmd/options/options.h"
#include "cmd/options/verbs.h"

#include <unistd.h>

#include "test.h"

/* A command with an option of every type, fresh for each test. */
typedef struct sample {
  dw_command command;
  dw_option options[12];
  bool flag;
  const char *text;
  dw_text_list list;
  char each[200];
  int choice;
  uint64_t threads, any, size;
  double share;
  int64_t window;
} sample;

static bool pairs; /* of the list */
static const char *const words[] = {"stop", "skip", "warn", NULL};

static dw_status take_each(void *context, const char *name, const char *value, dw_err *err)
{
  sample *s = context;
  if (strcmp(value, "bad") == 0) return dw_err_set(err, DW_EUSAGE, "--%s: \"bad\" is bad", name);
  size_t used = strlen(s->each);
  snprintf(s->each + used, sizeof s->each - used, "[%s=%s]", name, value);
  return DW_OK;
}

static void sample_init(sample *s)
{
  *s = (sample){.threads = 7, .share = 0.5, .choice = 0};
  /* clang-format off */
  dw_option table[] = {
      {.name = "flag", .type = DW_OPTION_FLAG, .target = &s->flag, .help = "a flag"},
      {.name = "text", .type = DW_OPTION_TEXT, .target = &s->text, .argument = "FILE", .initial = "-", .help = "a text"},
      {.name = "columns", .type = DW_OPTION_LIST, .target = &s->list, .argument = "NAME,...", .help = "a list"},
      {.name = "op", .type = DW_OPTION_EACH, .target = s, .argument = "OP", .help = "an operation", .each = take_each},
      {.name = "on-error", .type = DW_OPTION_CHOICE, .target = &s->choice, .argument = "WORD", .help = "a choice", .choices = words},
      {.name = "threads", .type = DW_OPTION_UNSIGNED, .target = &s->threads, .argument = "N", .initial = "7", .help = "a count",
       .low = 1, .high = 1024, .unrecorded = true},
      {.name = "any", .type = DW_OPTION_UNSIGNED, .target = &s->any, .argument = "N", .help = "any count", .low = 0, .high = 18446744073709551615.0},
      {.name = "memory", .type = DW_OPTION_SIZE, .target = &s->size, .argument = "SIZE", .help = "a size", .low = 1048576, .high = 1099511627776.0},
      {.name = "share", .type = DW_OPTION_REAL, .target = &s->share, .argument = "X", .help = "a share", .low = 0, .high = 1},
      {.name = "window", .type = DW_OPTION_DURATION, .target = &s->window, .argument = "DURATION", .help = "a duration"},
      {.name = NULL}};
  /* clang-format on */
  memcpy(s->options, table, sizeof table);
  s->options[2].pairs = pairs;
  s->command = (dw_command){.name = "dw-sample", .synopsis = "[OPTION]... [FILE]...", .purpose = "Sample options.", .options = s->options};
}

enum { MOST = 16 };
static dw_status last_status;
static dw_command_wish last_wish;
static dw_err last_error;

/* Reads the words of line (split at spaces) into s. The words live until the next call. */
static void read_words(sample *s, const char *line)
{
  static char copy[1000];
  char *argv[MOST + 1] = {"dw-sample"};
  int argc = 1;
  snprintf(copy, sizeof copy, "%s", line);
  for (char *at = copy; *at && argc < MOST;) {
    argv[argc++] = at;
    at += strcspn(at, " ");
    if (*at) *at++ = '\0';
  }
  sample_init(s);
  last_error.message[0] = '\0';
  last_status = dw_command_read(&s->command, argc, argv, &last_wish, &last_error);
}

static void check_refused(const char *line, const char *message)
{
  sample s;
  read_words(&s, line);
  CHECK_MSG(last_status == DW_EUSAGE, "%s: status %d, want 2", line, (int)last_status);
  CHECK_TEXT(last_error.message, message);
  dw_command_free(&s.command);
}

static const char *joined(const dw_text_list *list)
{
  static char out[1000];
  out[0] = '\0';
  for (size_t i = 0; i < list->count; i++) {
    size_t used = strlen(out);
    snprintf(out + used, sizeof out - used, "%s%s", i ? " " : "", list->text[i]);
  }
  return out;
}

TEST(nothing_given_leaves_defaults)
{
  sample s;
  read_words(&s, "");
  CHECK(last_status == DW_OK && last_wish == DW_COMMAND_RUN);
  CHECK(s.threads == 7 && s.share == 0.5 && !s.flag && !s.text && !s.options[5].given);
  CHECK(s.command.operands.count == 0 && s.command.arguments.count == 0);
  dw_command_free(&s.command);
}

TEST(every_type_both_forms)
{
  sample s;
  read_words(&s, "a --flag --text=x=y --columns p,q b --columns r --op one --op=two --on-error skip --any 18446744073709551615");
  CHECK(last_status == DW_OK);
  CHECK(s.flag && s.choice == 1 && s.any == UINT64_MAX);
  CHECK_TEXT(s.text, "x=y");
  CHECK_TEXT(joined(&s.list), "p q r");
  CHECK_TEXT(s.each, "[op=one][op=two]");
  CHECK_TEXT(joined(&s.command.operands), "a b");
  CHECK(s.options[0].given && !s.options[5].given);
  dw_command_free(&s.command);
  read_words(&s, "--threads 2 --memory 1.5MiB --share 1e-3 --window 60m --threads 3");
  CHECK(last_status == DW_OK);
  CHECK(s.threads == 3 && s.size == 1572864 && s.share == 1e-3 && s.window == INT64_C(3600000000));
  dw_command_free(&s.command);
}

TEST(commas_inside_of_items)
{
  static const struct {
    const char *value, *items; /* as joined: by blanks */
  } cases[] = {
      {"a\\,b,c", "a,b c"},   {"c,a\\,b", "c a,b"}, {"\\,", ","},   {"\\,,\\,", ", ,"},           {"a\\\\,b", "a\\ b"},
      {"a\\\\\\,b", "a\\,b"}, {"a\\b", "a\\b"},     {"a\\", "a\\"}, {"a\\.b,\\d+", "a\\.b \\d+"}, {"\\\\,\\\\", "\\ \\"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sample s;
    char call[64];
    snprintf(call, sizeof call, "--columns %s", cases[i].value);
    read_words(&s, call);
    CHECK(last_status == DW_OK);
    CHECK_TEXT(joined(&s.list), cases[i].items);
    CHECK_TEXT(joined(&s.command.arguments), call); /* as it was given */
    dw_command_free(&s.command);
  }
  static const char *const wrong[] = {"a\\,b,", ",\\,", "a,,b"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    sample s;
    char call[64];
    snprintf(call, sizeof call, "--columns %s", wrong[i]);
    read_words(&s, call);
    CHECK(last_status == DW_EUSAGE && strstr(last_error.message, "empty item"));
    dw_command_free(&s.command);
  }
}

TEST(operands)
{
  sample s;
  read_words(&s, "- --flag -- --flag -x --");
  CHECK(last_status == DW_OK && s.flag);
  CHECK_TEXT(joined(&s.command.operands), "- --flag -x --");
  dw_command_free(&s.command);
  read_words(&s, "--text - --share -0");
  CHECK(last_status == DW_OK && s.share == 0);
  CHECK_TEXT(s.text, "-");
  dw_command_free(&s.command);
}

TEST(arguments_for_made_by)
{
  sample s;
  read_words(&s, "in --threads 4 --flag --share=0.25 --quiet --text t --config /dev/null");
  CHECK(last_status == DW_OK && s.command.quiet);
  CHECK_TEXT(joined(&s.command.arguments), "in --flag --share=0.25 --text t");
  dw_command_free(&s.command);
}

TEST(sizes)
{
  static const struct {
    const char *line;
    uint64_t size;
  } good[] = {{"--memory 1048576", 1048576}, {"--memory 2097152B", 2097152}, {"--memory 2048k", 2097152},    {"--memory 2048KiB", 2097152},
              {"--memory 3m", 3145728},      {"--memory 1G", 1073741824},    {"--memory 0.5T", 549755813888}};
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    sample s;
    read_words(&s, good[i].line);
    CHECK_MSG(last_status == DW_OK && s.size == good[i].size, "%s: %s", good[i].line, last_error.message);
    dw_command_free(&s.command);
  }
  check_refused("--memory 10q", "--memory: \"10q\" is not a size such as 64k, 512M or 1GiB from 1M to 1T");
  check_refused("--memory 64k", "--memory: 64k is out of range; give a size such as 64k, 512M or 1GiB from 1M to 1T");
  check_refused("--memory 1MM", "--memory: \"1MM\" is not a size such as 64k, 512M or 1GiB from 1M to 1T");
  check_refused("--memory M", "--memory: \"M\" is not a size such as 64k, 512M or 1GiB from 1M to 1T");
  check_refused("--memory=", "--memory: \"\" is not a size such as 64k, 512M or 1GiB from 1M to 1T");
  check_refused("--memory 9e99", "--memory: \"9e99\" is not a size such as 64k, 512M or 1GiB from 1M to 1T");
}

TEST(mistakes_say_what_would_be_right)
{
  check_refused("--treads 2", "unknown option --treads; did you mean --threads?");
  check_refused("--treads=2", "unknown option --treads; did you mean --threads?");
  check_refused("--hepl", "unknown option --hepl; did you mean --help?");
  check_refused("--zzzzzzzz", "unknown option --zzzzzzzz");
  check_refused("--thread 2", "unknown option --thread; did you mean --threads?");
  check_refused("-threads 2", "unknown option -threads; did you mean --threads?");
  check_refused("-x", "unknown option -x");
}

TEST(bad_values)
{
  check_refused("--threads x", "--threads: \"x\" is not a whole number from 1 to 1024");
  check_refused("--threads 0", "--threads: 0 is out of range; give a whole number from 1 to 1024");
  check_refused("--threads 1025", "--threads: 1025 is out of range; give a whole number from 1 to 1024");
  check_refused("--threads -1", "--threads: \"-1\" is not a whole number from 1 to 1024");
  check_refused("--threads 2.5", "--threads: \"2.5\" is not a whole number from 1 to 1024");
  check_refused("--threads 99999999999999999999999",
                "--threads: 99999999999999999999999 is out of range; give a whole number from 1 to 1024");
  check_refused("--any 18446744073709551616",
                "--any: 18446744073709551616 is out of range; give a whole number from 0 to 18446744073709551615");
  check_refused("--threads=", "--threads: \"\" is not a whole number from 1 to 1024");
  check_refused("--share 2", "--share: 2 is out of range; give a number from 0 to 1");
  check_refused("--share nan", "--share: \"nan\" is not a number from 0 to 1");
  check_refused("--share 1e999", "--share: 1e999 is out of range; give a number from 0 to 1");
  check_refused("--window soon", "--window: \"soon\" is not a duration such as 90s, 60m, 24h or 1h30m");
  check_refused("--on-error skp", "--on-error: \"skp\" is not one of stop, skip or warn; did you mean skip?");
  check_refused("--on-error 1", "--on-error: \"1\" is not one of stop, skip or warn");
  check_refused("--columns a,,b", "--columns: \"a,,b\" has an empty item; give words separated by commas");
  check_refused("--columns=", "--columns: \"\" has an empty item; give words separated by commas");
  check_refused("--op bad", "--op: \"bad\" is bad");
  check_refused("--flag=yes", "--flag takes no value, got \"yes\"");
  check_refused("--text", "--text needs a value: --text FILE");
  check_refused("--text --flag", "--text needs a value: --text FILE");
}

TEST(help_and_version_win)
{
  sample s;
  read_words(&s, "--flag --help --nonsense");
  CHECK(last_status == DW_OK && last_wish == DW_COMMAND_HELP);
  dw_command_free(&s.command);
  read_words(&s, "--version");
  CHECK(last_status == DW_OK && last_wish == DW_COMMAND_VERSION);
  dw_command_free(&s.command);
  check_refused("--nonsense --help", "unknown option --nonsense");
}

/* A settings file with text in it; the path lives until the next call. */
static const char *settings(const char *text)
{
  static char path[64];
  snprintf(path, sizeof path, "dw-test-options-%ld.yaml", (long)getpid());
  FILE *file = fopen(path, "w");
  if (!file || fputs(text, file) < 0 || fclose(file)) abort();
  return path;
}

static void read_with(sample *s, const char *yaml, const char *line)
{
  char words_line[500];
  const char *path = settings(yaml);
  snprintf(words_line, sizeof words_line, "--config %s %s", path, line);
  read_words(s, words_line);
  unlink(path);
}

/* The list may be a map. */
static void read_text_map(sample *s, const char *yaml)
{
  pairs = true;
  read_with(s, yaml, "");
  pairs = false;
}

static void check_settings_refused(const char *yaml, const char *end)
{
  sample s;
  read_with(&s, yaml, "");
  size_t length = strlen(last_error.message), want = strlen(end);
  CHECK_MSG(last_status == DW_EUSAGE, "%s: status %d", yaml, (int)last_status);
  CHECK_MSG(length > want && strcmp(last_error.message + length - want, end) == 0, "%s: \"%s\" does not end with \"%s\"", yaml,
            last_error.message, end);
  CHECK(strstr(last_error.message, "dw-test-options-") == last_error.message);
  dw_command_free(&s.command);
}

TEST(settings_file)
{
  sample s;
  read_with(&s,
            "threads: 3\nflag: true\ncolumns: [a, \"b,c\"]\ntext: 007\nshare: 0.125\nquiet: yes\nmemory: 2M\nwindow: 5m\non-error: warn\n",
            "");
  CHECK_MSG(last_status == DW_OK, "%s", last_error.message);
  CHECK(s.threads == 3 && s.flag && s.share == 0.125 && s.command.quiet && s.size == 2097152 && s.window == INT64_C(300000000) &&
        s.choice == 2);
  CHECK(s.list.count == 2 && s.options[0].given);
  CHECK_TEXT(joined(&s.list), "a b,c");
  CHECK_TEXT(s.text, "007");
  CHECK_TEXT(joined(&s.command.arguments),
             "--flag --columns=a --columns=b\\,c --text=007 --share=0.125 --memory=2M --window=5m --on-error=warn");
  dw_command_free(&s.command);
  read_with(&s, "", "");
  CHECK_MSG(last_status == DW_OK, "%s", last_error.message);
  dw_command_free(&s.command);
}

TEST(settings_file_maps)
{
  sample s;
  read_text_map(&s, "columns: {zip: numeric, \"a,b\": [-, \"?\"], c: , d: [], e: ~, f: null, g: \"null\"}\n");
  CHECK_MSG(last_status == DW_OK, "%s", last_error.message);
  CHECK_TEXT(joined(&s.list), "zip=numeric a,b=- a,b=? c= d= e= f= g=null");
  CHECK_TEXT(joined(&s.command.arguments),
             "--columns=zip=numeric --columns=a\\,b=- --columns=a\\,b=? --columns=c= --columns=d= --columns=e= "
             "--columns=f= --columns=g=null");
  dw_command_free(&s.command);
  read_text_map(&s, "columns:\n  zip: {a: 1}\n");
  CHECK(last_status == DW_EUSAGE && strstr(last_error.message, ":2: zip: wants a value, a list of values, or a map of values"));
  dw_command_free(&s.command);
}

TEST(settings_file_mistakes)
{
  check_settings_refused("flag: true\ntreads: 3\n", ":2: treads: unknown key; did you mean \"threads\"? Keys are the options of dw-sample");
  check_settings_refused("help: true\n", ":1: help: unknown key; keys are the options of dw-sample");
  check_settings_refused("\nthreads: many\n", ":2: threads: \"many\" is not a whole number from 1 to 1024");
  check_settings_refused("threads: [1, 2]\n", ":1: threads: wants one value");
  check_settings_refused("columns: {a: 1}\n", ":1: columns: wants a value or a list of values");
  check_settings_refused("op: one\n", ":1: op: stands on the command line only");
  check_settings_refused("flag: maybe\n", ":1: flag: \"maybe\" is neither true nor false");
  check_settings_refused("- a\n", ":1: settings are lines of the form `threads: 4`");
  sample s;
  read_words(&s, "--config /nonexistent/settings.yaml");
  CHECK(last_status == DW_ESYSTEM);
  dw_command_free(&s.command);
}

TEST(precedence)
{
  sample s;
  setenv("DW_THREADS", "5", 1);
  setenv("DW_ON_ERROR", "skip", 1);
  setenv("DW_COLUMNS", "e,f", 1);
  setenv("DW_FLAG", "0", 1);
  read_with(&s, "threads: 3\nshare: 0.25\ncolumns: [x]\nflag: true\non-error: warn\n", "--columns y");
  CHECK_MSG(last_status == DW_OK, "%s", last_error.message);
  CHECK(s.threads == 5 && s.choice == 1 && s.share == 0.25 && !s.flag);
  CHECK_TEXT(joined(&s.list), "y");
  dw_command_free(&s.command);
  read_words(&s, "--threads 6");
  CHECK(s.threads == 6 && s.choice == 1 && s.list.count == 2);
  CHECK_TEXT(joined(&s.command.arguments), "--columns=e,f --on-error=skip");
  dw_command_free(&s.command);
  setenv("DW_THREADS", "lots", 1);
  check_refused("", "DW_THREADS: \"lots\" is not a whole number from 1 to 1024");
  setenv("DW_THREADS", "", 1); /* empty is unset */
  read_words(&s, "");
  CHECK(last_status == DW_OK && s.threads == 7);
  dw_command_free(&s.command);
  unsetenv("DW_THREADS");
  unsetenv("DW_ON_ERROR");
  unsetenv("DW_COLUMNS");
  unsetenv("DW_FLAG");
}

TEST(help_text)
{
  sample s;
  sample_init(&s);
  s.command.synopsis = "--op OP FILE\n--version";
  s.options[0].help = "a flag whose help goes on for long enough that it has to be broken and goes on in the next line";
  s.options[1].argument = "AN-ARGUMENT-THAT-IS-LONGER-THAN-THE-LEFT-COLUMN";
  s.options[3].name = NULL; /* the first three will do */
  s.command.example = "dw-sample --op a |\n  dw-sample";
  dw_buf out = {0};
  dw_command_help(&s.command, &out);
  CHECK_TEXT(dw_buf_cstr(&out), "Usage: dw-sample --op OP FILE\n"
                                "   or: dw-sample --version\n"
                                "Sample options.\n"
                                "\n"
                                "Options:\n"
                                "  --flag              a flag whose help goes on for long enough that it has to\n"
                                "                      be broken and goes on in the next line\n"
                                "  --text AN-ARGUMENT-THAT-IS-LONGER-THAN-THE-LEFT-COLUMN\n"
                                "                      a text (default: -)\n"
                                "  --columns NAME,...  a list\n"
                                "\n"
                                "General:\n"
                                "  --help              print this and exit; so does -h\n"
                                "  --version           print the version and exit\n"
                                "  --config FILE       settings in YAML: keys are option names\n"
                                "  --quiet             no progress and no warnings\n"
                                "\n"
                                "Exit status:\n"
                                "  0  done\n"
                                "  2  a mistake in the call or in a settings file\n"
                                "  3  the data is not what it should be\n"
                                "  4  a file, the system or the network failed\n"
                                "  5  not enough data, no numerical answer, or not judged\n"
                                "\n"
                                "Lists are separated by commas; \\, is a comma in a name.\n"
                                "The option may be given again instead.\n"
                                "\n"
                                "Settings: an option, else the environment (DW_QUIET for --quiet), else\n"
                                "--config, else the default. Manual: man dw-sample, or dw help sample\n"
                                "\n"
                                "Example:\n"
                                "  dw-sample --op a |\n"
                                "    dw-sample\n");
  dw_buf_free(&out);
  sample_init(&s);
  s.command.yes = "drift was found";
  dw_command_help(&s.command, &out);
  CHECK(strstr(dw_buf_cstr(&out), "a count (from 1 to 1024; default: 7)\n"));
  CHECK(strstr(out.data, "any count (at least 0)\n"));
  CHECK(strstr(out.data, "  1  done, and drift was found\n"));
  dw_buf_free(&out);
}

/* Headings in the order in which they are first named; one that comes again, and the options of every command, join their rows. */
TEST(help_groups)
{
  sample s;
  sample_init(&s);
  dw_option table[] = {
      {.name = "flag", .type = DW_OPTION_FLAG, .target = &s.flag, .help = "a flag"},
      DW_GROUP("Columns"),
      {.name = "columns", .type = DW_OPTION_LIST, .target = &s.list, .argument = "NAMES", .help = "a list"},
      DW_GROUP("General"),
      {.name = "threads", .type = DW_OPTION_UNSIGNED, .target = &s.threads, .argument = "N", .help = "a count", .low = 1, .high = 9},
      DW_GROUP("Columns"),
      {.name = "on-error", .type = DW_OPTION_CHOICE, .target = &s.choice, .argument = "WORD", .help = "one of:", .choices = words},
      {.name = NULL}};
  s.command.options = table;
  dw_buf out = {0};
  dw_command_help(&s.command, &out);
  CHECK(strstr(dw_buf_cstr(&out), "Sample options.\n"
                                  "\n"
                                  "Options:\n"
                                  "  --flag           a flag\n"
                                  "\n"
                                  "Columns:\n"
                                  "  --columns NAMES  a list\n"
                                  "  --on-error WORD  one of: stop, skip or warn\n"
                                  "\n"
                                  "General:\n"
                                  "  --threads N      a count (from 1 to 9)\n"
                                  "  --help           print this and exit; so does -h\n"));
  dw_buf_free(&out);
  dw_command_table(&s.command, &out);
  CHECK(strstr(dw_buf_cstr(&out), "command\tdw-sample\tSample options.\n"
                                  "group\tOptions\n"
                                  "option\tflag\tflag\t-\t-\t-\ta flag\n"
                                  "group\tColumns\n"
                                  "option\tcolumns\tlist\tNAMES\t-\t-\ta list\n"
                                  "option\ton-error\tchoice\tWORD\tstop skip warn\t-\tone of:\n"
                                  "group\tGeneral\n"
                                  "option\tthreads\tunsigned\tN\t-\t-\ta count\n"));
  dw_buf_free(&out);
}

/* A heading is no option: not by its name, not as an empty name. */
TEST(group_is_no_option)
{
  sample s;
  sample_init(&s);
  dw_option table[] = {DW_GROUP("columns"), {.name = "flag", .type = DW_OPTION_FLAG, .target = &s.flag, .help = "a flag"}, {.name = NULL}};
  char *argv[] = {"dw-sample", "--columns", "x", NULL};
  s.command.options = table;
  setenv("DW_COLUMNS", "x", 1);
  CHECK(dw_command_read(&s.command, 1, argv, &last_wish, &last_error) == DW_OK);
  CHECK(dw_command_read(&s.command, 3, argv, &last_wish, &last_error) == DW_EUSAGE);
  CHECK_TEXT(last_error.message, "unknown option --columns");
  CHECK(!dw_command_option(&s.command, "columns"));
  unsetenv("DW_COLUMNS");
  dw_command_free(&s.command);
}

/* Of a verb: its usage and its options, in help and in the table. */
TEST(help_of_verb)
{
  static const dw_verb verbs[] = {{.name = "put", .with = {"flag"}},
                                  {.name = "get", .with = {"threads"}},
                                  {.name = "list"},
                                  {.name = NULL}};
  static const char *const common[] = {"text", NULL};
  sample s;
  dw_buf out = {0};
  read_words(&s, "get -h --nonsense");
  CHECK(last_status == DW_OK && last_wish == DW_COMMAND_HELP);
  s.command.synopsis = "--text FILE put [FILE]\n--text FILE get | list";
  s.command.verbs = verbs;
  s.command.common = common;
  dw_command_help(&s.command, &out);
  CHECK(strncmp(dw_buf_cstr(&out), "Usage: dw-sample --text FILE get | list\nSample options.\n", 55) == 0);
  CHECK(strstr(out.data, "  --threads N ") && strstr(out.data, "  --text FILE ") && !strstr(out.data, "--flag") &&
        strstr(out.data, "  --quiet "));
  dw_buf_free(&out);
  dw_command_table(&s.command, &out);
  CHECK(strstr(dw_buf_cstr(&out), "verb\tput\tflag text\nverb\tget\tthreads text\nverb\tlist\ttext\n"));
  dw_buf_free(&out);
  dw_command_free(&s.command);
}

TEST(wishes)
{
  CHECK(dw_command_wished("--help") == DW_COMMAND_HELP && dw_command_wished("-h") == DW_COMMAND_HELP);
  CHECK(dw_command_wished("--help=table") == DW_COMMAND_TABLE && dw_command_wished("--version") == DW_COMMAND_VERSION);
  CHECK(dw_command_wished("help") == DW_COMMAND_RUN && dw_command_wished("--") == DW_COMMAND_RUN);
  check_refused("--help=tables", "--help takes no value, got \"tables\"");
  sample s;
  read_words(&s, "-- -h");
  CHECK(last_status == DW_OK && last_wish == DW_COMMAND_RUN && s.command.operands.count == 1);
  dw_command_free(&s.command);
}

TEST(option_by_name)
{
  sample s;
  sample_init(&s);
  CHECK(dw_command_option(&s.command, "threads") == &s.options[5]);
  CHECK(dw_command_option(&s.command, "help") == NULL);
}
