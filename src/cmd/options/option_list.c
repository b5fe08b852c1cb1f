/* The options of a table in the order in which they are shown. */
#include <stdint.h>
#include <string.h>

#include "cmd/options/parse.h"
#include "cmd/options/verbs.h"

static const char first[] = "Options", last[] = "General"; /* of rows before any heading, and of the options that every command has */

static bool among(const char *word, const char *const *words, size_t most)
{
  for (size_t i = 0; words && i < most && words[i]; i++)
    if (strcmp(word, words[i]) == 0) return true;
  return false;
}

/* Rows of one heading, appended to list. */
static size_t list_group(const dw_parse *p, const dw_verb *verb, const char *group, dw_listed *list, size_t count)
{
  const char *heading = first;
  for (const dw_option *o = p->command->options; o && o->name; o++) {
    if (o->type == DW_OPTION_GROUP) heading = o->name;
    else if (strcmp(heading, group) == 0 && count < DW_LISTED &&
             (!verb || among(o->name, p->command->common, SIZE_MAX) || among(o->name, verb->with, DW_VERB_OPTIONS)))
      list[count++] = (dw_listed){group, o};
  }
  return count;
}

static bool is_listed(const char *group, const dw_listed *list, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i].group, group) == 0) return true;
  return false;
}

size_t dw_parse_list(const dw_parse *p, const dw_verb *verb, dw_listed list[DW_LISTED])
{
  size_t count = list_group(p, verb, first, list, 0);
  for (const dw_option *o = p->command->options; o && o->name; o++)
    if (o->type == DW_OPTION_GROUP && strcmp(o->name, last) != 0 && !is_listed(o->name, list, count))
      count = list_group(p, verb, o->name, list, count);
  count = list_group(p, verb, last, list, count);
  for (const dw_option *o = p->own; o->name && count < DW_LISTED; o++) list[count++] = (dw_listed){last, o};
  return count;
}

const dw_verb *dw_parse_verb(const dw_command *command)
{
  for (const dw_verb *verb = command->verbs; verb && verb->name && command->operands.count; verb++)
    if (strcmp(verb->name, command->operands.text[0]) == 0) return verb;
  return NULL;
}
