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
  if (option->given || option->type == DW_OPTION_EACH) return DW_OK;
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
  bool list = option->type == DW_OPTION_LIST && node->type == DW_NODE_LIST;
  if (node->type != DW_NODE_SCALAR && !list)
    return dw_node_error(yaml, node, err, option->type == DW_OPTION_LIST ? "wants a value or a list of values" : "wants one value");
  if (option->given) return DW_OK; /* option and environment go first; the file is still held to what it may hold */

  dw_buf where = {0};
  dw_buf_format(&where, "%s:%u: %s", dw_yaml_name(yaml), (unsigned)node->line, node->key);
  dw_status status = DW_OK;
  for (const dw_node *item = list ? node->first : node; item && status == DW_OK; item = list ? item->next : NULL) {
    if (item->type != DW_NODE_SCALAR) {
      status = dw_node_error(yaml, item, err, "wants a value or a list of values");
    } else if (strlen(item->text) != item->length) {
      status = dw_node_error(yaml, item, err, "holds a NUL character");
    } else {
      const char *value = dw_arena_strndup(&command->arena, item->text, item->length);
      if (list) dw_parse_append(command, option->target, value);
      else status = dw_parse_value(command, option, value, dw_buf_cstr(&where), err);
      if (status == DW_OK) record(command, option, value, list);
    }
  }
  option->given = true;
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
