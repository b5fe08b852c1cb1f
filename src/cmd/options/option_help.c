/* What --help prints, from the table. */
#include <math.h>
#include <string.h>

#include "cmd/options/parse.h"
#include "cmd/options/verbs.h"

enum { WIDTH = 80, LEFT_MOST = 24 };

/* The words of text from column `at` on, broken before WIDTH and continued at `indent`. */
static void put_wrapped(dw_buf *out, const char *text, size_t indent, size_t at)
{
  size_t begin = at;
  for (size_t word; (word = strcspn(text, " ")) > 0; text += word, text += strspn(text, " ")) {
    if (at > begin && at + 1 + word > WIDTH) {
      dw_buf_format(out, "\n%*s", (int)indent, "");
      at = begin = indent;
    } else if (at > begin) {
      dw_buf_char(out, ' ');
      at++;
    }
    dw_buf_add(out, text, word);
    at += word;
  }
  dw_buf_char(out, '\n');
}

static size_t left_width(const dw_option *option)
{
  return 2 + strlen(option->name) + (option->argument ? 1 + strlen(option->argument) : 0);
}

/* A limit that nobody comes near is left to the message that tells of it. */
static void put_range(dw_buf *out, const dw_option *option)
{
  dw_option shown = *option;
  if (option->type != DW_OPTION_UNSIGNED && option->type != DW_OPTION_REAL && option->type != DW_OPTION_SIZE) return;
  if (shown.high >= 1e9) shown.high = HUGE_VAL;
  dw_parse_range(out, &shown);
}

static void put_option(dw_buf *out, const dw_option *option, size_t left)
{
  size_t width = left_width(option), indent = 2 + left + 2;
  dw_buf_format(out, "  --%s%s%s", option->name, option->argument ? " " : "", option->argument ? option->argument : "");
  if (width > left) dw_buf_format(out, "\n%*s", (int)indent, "");
  else dw_buf_format(out, "%*s", (int)(left - width + 2), "");
  dw_buf text = {0}, range = {0};
  if (option->type == DW_OPTION_CHOICE && option->choice) {
    dw_parse_choices(&text, option);
    dw_buf_text(&text, "; ");
  }
  dw_buf_text(&text, option->help);
  if (option->type == DW_OPTION_CHOICE && option->choices && text.length &&
      text.data[text.length - 1] == ':') { /* the help leaves the words to the table */
    dw_buf_char(&text, ' ');
    dw_parse_choices(&text, option);
  }
  put_range(&range, option);
  if (range.length || option->initial) {
    dw_buf_format(&text, " (%s%s", range.length ? dw_buf_cstr(&range) : "", range.length && option->initial ? "; " : "");
    dw_buf_format(&text, "%s%s)", option->initial ? "default: " : "", option->initial ? option->initial : "");
  }
  put_wrapped(out, dw_buf_cstr(&text), indent, indent);
  dw_buf_free(&text);
  dw_buf_free(&range);
}

/* The line of the synopsis says how the verb is called: it stands in front, perhaps one of several. */
static bool is_of(const char *line, size_t length, const dw_verb *verb)
{
  size_t word = strlen(verb->name);
  for (size_t at = 0; at + word <= length; at++) {
    bool begins = at == 0 || line[at - 1] == ' ', ends = at + word == length || line[at + word] == ' ';
    if (begins && ends && memcmp(line + at, verb->name, word) == 0) return true;
  }
  return false;
}

static void put_usage(dw_buf *out, const dw_command *command, const dw_verb *verb)
{
  const char *label = "Usage:";
  for (const char *line = command->synopsis; line;) {
    size_t length = strcspn(line, "\n");
    if (!verb || is_of(line, length, verb)) {
      dw_buf_format(out, "%s %s %.*s\n", label, command->name, (int)length, line);
      label = "   or:";
    }
    line = line[length] ? line + length + 1 : NULL;
  }
  dw_buf_format(out, "%s\n", command->purpose);
}

static void put_options(dw_buf *out, const dw_listed *list, size_t count)
{
  size_t left = 0;
  for (size_t i = 0; i < count; i++) {
    size_t width = left_width(list[i].option);
    if (width > left && width <= LEFT_MOST) left = width;
  }
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || strcmp(list[i].group, list[i - 1].group) != 0) dw_buf_format(out, "\n%s:\n", list[i].group);
    put_option(out, list[i].option, left);
  }
}

static void put_example(dw_buf *out, const char *example)
{
  dw_buf_text(out, "\nExample:\n");
  for (const char *line = example; *line; line += strcspn(line, "\n"), line += *line == '\n')
    dw_buf_format(out, "  %.*s\n", (int)strcspn(line, "\n"), line);
}

void dw_command_help(const dw_command *command, dw_buf *out)
{
  dw_parse p;
  dw_command scratch = *command;
  dw_listed list[DW_LISTED];
  const dw_verb *verb = dw_parse_verb(command);
  dw_parse_init(&p, &scratch);
  size_t count = dw_parse_list(&p, verb, list);
  bool lists = false;
  for (size_t i = 0; i < count; i++) lists |= list[i].option->type == DW_OPTION_LIST;
  put_usage(out, command, verb);
  put_options(out, list, count);
  dw_buf_text(out, "\nExit status:\n  0  done\n");
  if (command->yes) {
    dw_buf_text(out, "  1  done, and ");
    put_wrapped(out, command->yes, 5, strlen("  1  done, and "));
  }
  dw_buf_text(out, "  2  a mistake in the call or in a settings file\n  3  the data is not what it should be\n"
                   "  4  a file, the system or the network failed\n  5  not enough data, no numerical answer, or not judged\n");
  if (lists)
    dw_buf_text(out, "\nLists are separated by commas; \\, is a comma in a name.\n"
                     "The option may be given again instead.\n");
  dw_buf_format(out,
                "\nSettings: an option, else the environment (DW_QUIET for --quiet), else\n"
                "--config, else the default. Manual: man %s, or dw help %s\n",
                command->name, strncmp(command->name, "dw-", 3) == 0 ? command->name + 3 : command->name);
  if (command->example) put_example(out, command->example);
}
