#include "cmd/options/verbs.h"

#include <string.h>

#include "cmd/options/cmd.h"

/* "a, b or c" */
static void list(dw_buf *out, const dw_verb *verbs)
{
  for (const dw_verb *verb = verbs; verb->name; verb++)
    dw_buf_format(out, "%s%s", verb == verbs ? "" : verb[1].name ? ", " : " or ", verb->name);
}

static bool among(const char *word, const char *const *words, size_t most)
{
  for (size_t i = 0; i < most && words[i]; i++)
    if (strcmp(word, words[i]) == 0) return true;
  return false;
}

static bool on_line(const char *name, int argc, char **argv)
{
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
    if (strncmp(argv[i], "--", 2) == 0 && strncmp(argv[i] + 2, name, strlen(name)) == 0 && strchr("=", argv[i][2 + strlen(name)]))
      return true;
  return false;
}

const dw_verb *dw_verb_asked(const dw_command *command, int argc, char **argv)
{
  const dw_verb *verbs = command->verbs;
  dw_buf words = {0};
  const dw_text_list *operands = &command->operands;
  list(&words, verbs);
  if (operands->count == 0) dw_cmd_usage("what to do? %s", dw_buf_cstr(&words));
  const dw_verb *verb = verbs;
  while (verb->name && strcmp(operands->text[0], verb->name) != 0) verb++;
  if (!verb->name) dw_cmd_usage("\"%s\" is not %s", operands->text[0], dw_buf_cstr(&words));
  dw_buf_free(&words);
  if (verb->asked && operands->count < 2) dw_cmd_usage("%s", verb->asked);
  size_t most = !verb->operand ? 1 : verb->operand[0] == '[' ? operands->count : 2;
  if (operands->count > most) dw_cmd_usage("unexpected operand \"%s\"", operands->text[most]);
  for (const dw_option *option = command->options; option->name; option++)
    if (option->type != DW_OPTION_GROUP && !among(option->name, command->common, SIZE_MAX) &&
        !among(option->name, verb->with, DW_VERB_OPTIONS) && on_line(option->name, argc, argv))
      dw_cmd_usage("--%s does not go with %s", option->name, verb->name);
  return verb;
}
