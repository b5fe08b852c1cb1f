/* Options from the environment and from the file of --config. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/options/parse.h"
#include "io/text/yaml.h"

/* A setting is recorded as the option that it stands for. item: the value is one of a YAML list. */
static void record(dw_command *command, const dw_option *option, const char *value, bool item)
{
  if (option->unrecorded) return;
  dw_buf text = {0};
  if (option->type != DW_OPTION_FLAG) {
    dw_buf_format(&text, "--%s=", option->name);
    if (item) dw_buf_item(&text, value);
    else dw_buf_text(&text, value);
  } else if (*(bool *)option->target) {
    dw_buf_format(&text, "--%s", option->name);
  }
  if (text.length) dw_parse_append(command, &command->arguments, dw_arena_strndup(&command->arena, text.data, text.length));
  dw_buf_free(&text);
}

static dw_status read_environment_of(dw_parse *p, dw_option *option, dw_err *err)
{
  if (option->given || option->type == DW_OPTION_EACH || option->type == DW_OPTION_GROUP) return DW_OK;
  char name[128];
  size_t length = (size_t)snprintf(name, sizeof name, "DW_%s", option->name);
  for (size_t i = 3; i < length && i < sizeof name; i++)
    name[i] = name[i] == '-' ? '_' : name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 0x20) : name[i];
  const char *value = getenv(name);
  if (!value || !*value) return DW_OK;
  dw_status status = dw_parse_value(p->command, option, value, name, err);
  if (status != DW_OK) return status;
  option->given = true;
  record(p->command, option, value, false);
  return DW_OK;
}

static dw_status read_environment(dw_parse *p, dw_err *err)
{
  dw_status status = DW_OK;
  for (dw_option *o = p->command->options; o && o->name && status == DW_OK; o++) status = read_environment_of(p, o, err);
  for (int i = DW_PARSE_CONFIG; i < DW_PARSE_OWN && status == DW_OK; i++) status = read_environment_of(p, &p->own[i], err);
  return status;
}

static dw_status fail_list(const dw_yaml *yaml, const dw_node *node, const dw_option *option, dw_err *err)
{
  return dw_node_error(yaml, node, err,
                       option->pairs                    ? "wants a value, a list of values, or a map of values"
                       : option->type == DW_OPTION_LIST ? "wants a value or a list of values"
                                                        : "wants one value");
}

/* An item of a list; key: of the map that it stands in, or NULL. */
static dw_status read_item(dw_parse *p, dw_option *option, const dw_yaml *yaml, const dw_node *item, const char *key, dw_err *err)
{
  if (item->type != DW_NODE_SCALAR) return fail_list(yaml, item, option, err);
  if (strlen(item->text) != item->length) return dw_node_error(yaml, item, err, "holds a NUL character");
  dw_buf text = {0};
  if (key) dw_buf_format(&text, "%s=", key);
  dw_buf_add(&text, item->text, item->length);
  const char *value = dw_arena_strndup(&p->command->arena, text.data, text.length);
  dw_buf_free(&text);
  dw_parse_append(p->command, option->target, value);
  record(p->command, option, value, true);
  return DW_OK;
}

static dw_status read_items(dw_parse *p, dw_option *option, const dw_yaml *yaml, const dw_node *list, const char *key, dw_err *err)
{
  dw_status status = DW_OK;
  for (const dw_node *item = list->first; item && status == DW_OK; item = item->next) status = read_item(p, option, yaml, item, key, err);
  return status;
}

static bool is_nothing(const dw_node *node)
{
  if (node->type != DW_NODE_SCALAR) return node->type == DW_NODE_LIST && !node->first;
  return !node->quoted && (strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

static dw_status read_pairs(dw_parse *p, dw_option *option, const dw_yaml *yaml, const dw_node *map, dw_err *err)
{
  dw_status status = DW_OK;
  for (const dw_node *pair = map->first; pair && status == DW_OK; pair = pair->next) {
    dw_node nothing = {.type = DW_NODE_SCALAR, .text = "", .line = pair->line, .key = pair->key};
    if (is_nothing(pair)) status = read_item(p, option, yaml, &nothing, pair->key, err);
    else if (pair->type == DW_NODE_LIST) status = read_items(p, option, yaml, pair, pair->key, err);
    else status = read_item(p, option, yaml, pair, pair->key, err);
  }
  return status;
}

static dw_status read_setting(dw_parse *p, const dw_yaml *yaml, const dw_node *node, dw_err *err)
{
  dw_command *command = p->command;
  dw_option *option = dw_parse_find(p, node->key, strlen(node->key));
  if (!option || option == &p->own[DW_PARSE_HELP] || option == &p->own[DW_PARSE_VERSION] || option == &p->own[DW_PARSE_CONFIG]) {
    const char *near = dw_parse_nearest(p, node->key);
    if (near && !option)
      return dw_node_error(yaml, node, err, "unknown key; did you mean \"%s\"? Keys are the options of %s", near, command->name);
    return dw_node_error(yaml, node, err, "unknown key; keys are the options of %s", command->name);
  }
  if (option->type == DW_OPTION_EACH) return dw_node_error(yaml, node, err, "stands on the command line only");
  bool list = option->type == DW_OPTION_LIST && node->type == DW_NODE_LIST, map = option->pairs && node->type == DW_NODE_MAP;
  if (node->type != DW_NODE_SCALAR && !list && !map) return fail_list(yaml, node, option, err);
  if (option->given) return DW_OK; /* option and environment go first; the file is still held to what it may hold */
  option->given = true;
  if (list) return read_items(p, option, yaml, node, NULL, err);
  if (map) return read_pairs(p, option, yaml, node, err);

  if (strlen(node->text) != node->length) return dw_node_error(yaml, node, err, "holds a NUL character");
  dw_buf where = {0};
  dw_buf_format(&where, "%s:%u: %s", dw_yaml_name(yaml), (unsigned)node->line, node->key);
  const char *value = dw_arena_strndup(&command->arena, node->text, node->length);
  dw_status status = dw_parse_value(command, option, value, dw_buf_cstr(&where), err);
  if (status == DW_OK) record(command, option, value, false);
  dw_buf_free(&where);
  return status;
}

static dw_status read_config(dw_parse *p, dw_err *err)
{
  if (!p->config) return DW_OK;
  dw_yaml *yaml;
  dw_status status = dw_yaml_read(&yaml, p->config, err);
  if (status != DW_OK) return status;
  const dw_node *root = dw_yaml_root(yaml);
  if (root && root->type != DW_NODE_MAP) status = dw_node_error(yaml, root, err, "settings are lines of the form `threads: 4`");
  else
    for (const dw_node *node = root ? root->first : NULL; node && status == DW_OK; node = node->next)
      status = read_setting(p, yaml, node, err);
  dw_yaml_free(yaml);
  return status;
}

dw_status dw_parse_settings(dw_parse *p, dw_err *err)
{
  dw_status status = read_environment(p, err);
  return status == DW_OK ? read_config(p, err) : status;
}
