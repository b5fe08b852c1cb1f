/* What --help=table prints: a line a fact, its fields between tabs, "-" for one that is empty. */
#include <string.h>

#include "cmd/options/parse.h"
#include "cmd/options/verbs.h"

static const char *const types[] = {
    [DW_OPTION_FLAG] = "flag", [DW_OPTION_TEXT] = "text",     [DW_OPTION_LIST] = "list",
    [DW_OPTION_EACH] = "each", [DW_OPTION_CHOICE] = "choice", [DW_OPTION_UNSIGNED] = "unsigned",
    [DW_OPTION_REAL] = "real", [DW_OPTION_SIZE] = "size",     [DW_OPTION_DURATION] = "duration",
};

static bool is_word(const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] == '-' && i))) return false;
  return length > 0;
}

/* What goes with a verb; without a table of verbs that is not known. */
static void put_with(dw_buf *out, const dw_command *command, const char *word, size_t length)
{
  const dw_verb *verb = command->verbs;
  while (verb && verb->name && !dw_text_equal(word, length, verb->name)) verb++;
  if (!verb || !verb->name) {
    dw_buf_char(out, '-');
    return;
  }
  size_t start = out->length;
  for (size_t i = 0; i < DW_VERB_OPTIONS && verb->with[i]; i++) dw_buf_format(out, "%s%s", out->length > start ? " " : "", verb->with[i]);
  for (size_t i = 0; command->common && command->common[i]; i++)
    dw_buf_format(out, "%s%s", out->length > start ? " " : "", command->common[i]);
}

/* The verbs are the words that lines of the synopsis begin with, behind an option that all need: "--registry WHERE list | history". */
static void put_verbs(dw_buf *out, const dw_command *command)
{
  for (const char *line = command->synopsis; line;) {
    size_t end = strcspn(line, "\n");
    const char *at = line, *stop = line + end;
    if (strncmp(at, "--", 2) == 0 && command->verbs)
      for (int words = 0; words < 2; words++) at += strcspn(at, " \n") + 1;
    while (at < stop) {
      size_t word = strcspn(at, " \n");
      if (!is_word(at, word)) break;
      dw_buf_format(out, "verb\t%.*s\t", (int)word, at);
      put_with(out, command, at, word);
      dw_buf_char(out, '\n');
      at += word;
      if (strncmp(at, " | ", 3) != 0) break;
      at += 3;
    }
    line = *stop ? stop + 1 : NULL;
  }
}

static void put_field(dw_buf *out, const char *text)
{
  dw_buf_char(out, '\t');
  dw_buf_text(out, text && *text ? text : "-");
}

static void put_option(dw_buf *out, const dw_option *option)
{
  dw_buf words = {0};
  if (option->choices || option->choice)
    for (int i = 0; dw_parse_choice(option, i); i++) dw_buf_format(&words, "%s%s", i ? " " : "", dw_parse_choice(option, i));
  dw_buf_format(out, "option\t%s\t%s", option->name, types[option->type]);
  put_field(out, option->argument);
  put_field(out, dw_buf_cstr(&words));
  put_field(out, option->initial);
  put_field(out, option->help);
  dw_buf_char(out, '\n');
  dw_buf_free(&words);
}

void dw_command_table(const dw_command *command, dw_buf *out)
{
  dw_parse p;
  dw_command scratch = *command;
  dw_listed list[DW_LISTED];
  dw_parse_init(&p, &scratch);
  size_t count = dw_parse_list(&p, NULL, list);
  dw_buf_format(out, "command\t%s\t%s\n", command->name, command->purpose);
  put_verbs(out, command);
  for (size_t i = 0; i < count; i++) {
    if (i == 0 || strcmp(list[i].group, list[i - 1].group) != 0) dw_buf_format(out, "group\t%s\n", list[i].group);
    put_option(out, list[i].option);
  }
}
