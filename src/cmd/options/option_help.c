/* What --help prints, from the table. */
#include <string.h>

#include "cmd/options/parse.h"

enum { WIDTH = 100, LEFT_MOST = 30 };

/* The words of text from column `indent` on, broken before WIDTH and continued there. */
static void put_wrapped(dw_buf *out, const char *text, size_t indent)
{
  size_t at = indent;
  for (size_t word; (word = strcspn(text, " ")) > 0; text += word, text += strspn(text, " ")) {
    if (at > indent && at + 1 + word > WIDTH) {
      dw_buf_format(out, "\n%*s", (int)indent, "");
      at = indent;
    } else if (at > indent) {
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

static void put_option(dw_buf *out, const dw_option *option, size_t left)
{
  size_t width = left_width(option), indent = 2 + left + 2;
  dw_buf_format(out, "  --%s%s%s", option->name, option->argument ? " " : "", option->argument ? option->argument : "");
  if (width > left) dw_buf_format(out, "\n%*s", (int)indent, "");
  else dw_buf_format(out, "%*s", (int)(left - width + 2), "");
  dw_buf text = {0}, range = {0};
  if (option->choice) {
    dw_parse_choices(&text, option);
    dw_buf_text(&text, "; ");
  }
  dw_buf_text(&text, option->help);
  if (option->choices && text.length && text.data[text.length - 1] == ':') { /* the help leaves the words to the table */
    dw_buf_char(&text, ' ');
    dw_parse_choices(&text, option);
  }
  if (option->type == DW_OPTION_UNSIGNED || option->type == DW_OPTION_REAL || option->type == DW_OPTION_SIZE)
    dw_parse_range(&range, option);
  if (range.length || option->initial) {
    dw_buf_format(&text, " (%s%s", range.length ? dw_buf_cstr(&range) : "", range.length && option->initial ? "; " : "");
    dw_buf_format(&text, "%s%s)", option->initial ? "default: " : "", option->initial ? option->initial : "");
  }
  put_wrapped(out, dw_buf_cstr(&text), indent);
  dw_buf_free(&text);
  dw_buf_free(&range);
}

void dw_command_help(const dw_command *command, dw_buf *out)
{
  dw_parse p;
  dw_command scratch = *command;
  dw_parse_init(&p, &scratch);
  const char *label = "Usage:";
  bool lists = false;
  for (const char *line = command->synopsis; line;) {
    size_t length = strcspn(line, "\n");
    dw_buf_format(out, "%s %s %.*s\n", label, command->name, (int)length, line);
    line = line[length] ? line + length + 1 : NULL;
    label = "   or:";
  }
  put_wrapped(out, command->purpose, 0);
  size_t left = 0;
  for (const dw_option *o = command->options; o && o->name; o++)
    if (left_width(o) > left && left_width(o) <= LEFT_MOST) left = left_width(o);
  for (const dw_option *o = command->options; o && o->name; o++) lists |= o->type == DW_OPTION_LIST;
  for (const dw_option *o = p.own; o->name; o++)
    if (left_width(o) > left) left = left_width(o);
  dw_buf_text(out, "\nOptions:\n");
  for (const dw_option *o = command->options; o && o->name; o++) put_option(out, o, left);
  for (const dw_option *o = p.own; o->name; o++) put_option(out, o, left);
  dw_buf_text(out, "\nExit status:\n  0  done\n");
  if (command->yes) dw_buf_format(out, "  1  done, and %s\n", command->yes);
  dw_buf_format(out,
                "  2  a mistake in the call or in a settings file\n  3  the data is not what it should be\n"
                "  4  a file, the system or the network failed\n  5  not enough data, no numerical answer, or not judged\n"
                "%s\nSettings: an option, else the environment (DW_QUIET for --quiet), else --config, else the default.\n"
                "Manual: man %s\n",
                lists ? "\nLists are separated by commas; \\, is a comma in a name. The option may be given again instead.\n" : "",
                command->name);
}
