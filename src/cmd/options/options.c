#include "cmd/options/options.h"

#include <stdio.h>
#include <string.h>

#include "cmd/options/parse.h"
#include "io/text/yaml.h"

void dw_parse_init(dw_parse *p, dw_command *command)
{
  *p = (dw_parse){.command = command};
  dw_option own[] = {
      [DW_PARSE_HELP] = {.name = "help", .type = DW_OPTION_FLAG, .help = "print this and exit; so does -h"},
      [DW_PARSE_VERSION] = {.name = "version", .type = DW_OPTION_FLAG, .help = "print the version and exit"},
      [DW_PARSE_CONFIG] = {.name = "config",
                           .type = DW_OPTION_TEXT,
                           .target = &p->config,
                           .argument = "FILE",
                           .help = "settings in YAML: keys are option names",
                           .unrecorded = true},
      [DW_PARSE_QUIET] =
          {.name = "quiet", .type = DW_OPTION_FLAG, .target = &command->quiet, .help = "no progress and no warnings", .unrecorded = true},
  };
  memcpy(p->own, own, sizeof own);
}

dw_option *dw_parse_find(dw_parse *p, const char *name, size_t length)
{
  for (dw_option *o = p->command->options; o && o->name; o++)
    if (o->type != DW_OPTION_GROUP && dw_text_equal(name, length, o->name)) return o;
  for (dw_option *o = p->own; o->name; o++)
    if (dw_text_equal(name, length, o->name)) return o;
  return NULL;
}

const char *dw_parse_nearest(dw_parse *p, const char *name)
{
  const char *known[DW_LISTED];
  dw_listed list[DW_LISTED];
  size_t count = dw_parse_list(p, NULL, list);
  for (size_t i = 0; i < count; i++) known[i] = list[i].option->name;
  return dw_nearest(name, known, count);
}

dw_status dw_option_add_text(void *context, const char *name, const char *value, dw_err *err)
{
  dw_text_list *list = context;
  list->text = dw_grow(list->text, &list->capacity, list->count + 1, sizeof *list->text);
  list->text[list->count++] = value;
  return DW_OK;
}

void dw_parse_append(dw_command *command, dw_text_list *list, const char *text)
{
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? 2 * list->capacity : 8;
    const char **grown = dw_arena_alloc(&command->arena, capacity * sizeof *grown);
    if (list->count) memcpy(grown, list->text, list->count * sizeof *grown);
    list->text = grown;
    list->capacity = capacity;
  }
  list->text[list->count++] = text;
}

static dw_status unknown_option(dw_parse *p, const char *dashes, const char *name, size_t length, dw_err *err)
{
  char *text = dw_strndup(name, length);
  const char *near = dw_parse_nearest(p, text);
  if (near) dw_err_set(err, DW_EUSAGE, "unknown option %s%s; did you mean --%s?", dashes, text, near);
  else dw_err_set(err, DW_EUSAGE, "unknown option %s%s", dashes, text);
  dw_free(text);
  return DW_EUSAGE;
}

/* argv[*at] starts with two dashes; its value may be the next word. */
static dw_status read_option(dw_parse *p, int argc, char **argv, int *at, dw_err *err)
{
  dw_command *command = p->command;
  const char *word = argv[*at], *name = word + 2;
  size_t length = strcspn(name, "=");
  dw_option *option = dw_parse_find(p, name, length);
  if (!option) return unknown_option(p, "--", name, length, err);
  const char *value = name[length] ? name + length + 1 : NULL;
  if (!option->unrecorded) dw_parse_append(command, &command->arguments, word);
  if (option->type == DW_OPTION_FLAG) {
    if (value) return dw_err_set(err, DW_EUSAGE, "--%s takes no value, got \"%s\"", option->name, value);
    value = "true";
  } else if (!value) {
    if (*at + 1 == argc || strncmp(argv[*at + 1], "--", 2) == 0)
      return dw_err_set(err, DW_EUSAGE, "--%s needs a value: --%s %s", option->name, option->name, option->argument);
    value = argv[++*at];
    if (!option->unrecorded) dw_parse_append(command, &command->arguments, value);
  }
  option->given = true;
  char where[128];
  snprintf(where, sizeof where, "--%s", option->name);
  return dw_parse_value(command, option, value, where, err);
}

dw_command_wish dw_command_wished(const char *word)
{
  if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) return DW_COMMAND_HELP;
  if (strcmp(word, "--help=table") == 0) return DW_COMMAND_TABLE;
  return strcmp(word, "--version") == 0 ? DW_COMMAND_VERSION : DW_COMMAND_RUN;
}

static dw_status read_line(dw_parse *p, int argc, char **argv, dw_command_wish *wish, dw_err *err)
{
  dw_command *command = p->command;
  bool operands_only = false;
  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    if (!operands_only && (*wish = dw_command_wished(word)) != DW_COMMAND_RUN) return DW_OK;
    if (!operands_only && strcmp(word, "--") == 0) {
      operands_only = true;
    } else if (!operands_only && strncmp(word, "--", 2) == 0) {
      dw_status status = read_option(p, argc, argv, &i, err);
      if (status != DW_OK) return status;
    } else if (!operands_only && word[0] == '-' && word[1]) {
      return unknown_option(p, "-", word + 1, strcspn(word + 1, "="), err);
    } else {
      dw_parse_append(command, &command->operands, word);
      dw_parse_append(command, &command->arguments, word);
    }
  }
  return DW_OK;
}

dw_status dw_command_read(dw_command *command, int argc, char **argv, dw_command_wish *wish, dw_err *err)
{
  dw_parse p;
  dw_parse_init(&p, command);
  dw_arena_init(&command->arena);
  *wish = DW_COMMAND_RUN;
  dw_status status = read_line(&p, argc, argv, wish, err);
  if (status != DW_OK || *wish != DW_COMMAND_RUN) return status;
  return dw_parse_settings(&p, err);
}

const dw_option *dw_command_option(const dw_command *command, const char *name)
{
  for (const dw_option *o = command->options; o && o->name; o++)
    if (o->type != DW_OPTION_GROUP && strcmp(o->name, name) == 0) return o;
  return NULL;
}

void dw_command_free(dw_command *command)
{
  dw_arena_free(&command->arena);
  command->operands = command->arguments = (dw_text_list){0};
}
