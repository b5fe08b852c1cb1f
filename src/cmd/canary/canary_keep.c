#include "cmd/canary/canary_keep.h"

#include <string.h>

#include "canary/config/config_lock.h"
#include "cmd/canary/canary_settings.h"
#include "io/bytes/input.h"
#include "io/text/yaml.h"

enum { CONFIG_LARGEST = 4 << 20 };

static dw_err err;
static const dw_canary_defaults lenient = {.model = "-", .unhashed = true};

/* --- which canaries --- */

void dw_canary_keep_read(const dw_canary_keeping *set, dw_canary_configs *out)
{
  dw_text_list paths;
  *out = (dw_canary_configs){0};
  dw_canary_config_paths(&set->configs, &paths);
  dw_cmd_check(dw_config_lock(paths.text, paths.count, &err), &err);
  for (size_t i = 0; i < paths.count; i++) dw_cmd_check(dw_canary_config_read(out, paths.text[i], &lenient, &err), &err);
  dw_canary_config_paths_free(&paths);
}

const dw_canary_config *dw_canary_keep_find(const dw_canary_configs *configs, const char *id)
{
  for (size_t i = 0; i < configs->count; i++)
    if (strcmp(configs->item[i].id, id) == 0) return &configs->item[i];
  return NULL;
}

static const dw_canary_config *named(const dw_canary_configs *configs, const char *id)
{
  const dw_canary_config *config = dw_canary_keep_find(configs, id);
  if (config) return config;
  const char **known = dw_alloc_array(configs->count, sizeof *known);
  for (size_t i = 0; i < configs->count; i++) known[i] = configs->item[i].id;
  const char *near = dw_nearest(id, known, configs->count);
  if (near) dw_cmd_usage("--canaries: no config of --configs has the id \"%s\": did you mean \"%s\"?", id, near);
  dw_cmd_usage("--canaries: no config of --configs has the id \"%s\"", id);
}

dw_canary_changes dw_canary_keep_begin(const char *action, const dw_canary_keeping *set, const dw_canary_configs *configs)
{
  dw_canary_changes all = {.action = action, .item = dw_alloc_zero(set->canaries.count, sizeof *all.item)};
  if (!set->canaries.count) dw_cmd_usage("%s: which? --canaries ID,...", action);
  for (size_t i = 0; i < set->canaries.count; i++) {
    const dw_canary_config *config = named(configs, set->canaries.text[i]);
    bool there = false;
    for (size_t k = 0; k < all.count; k++) there = there || all.item[k].config == config;
    if (!there) all.item[all.count++] = (dw_canary_change){.config = config, .path = config->path};
  }
  return all;
}

/* --- changed --- */

void dw_canary_keep_edit(dw_canary_change *c, const dw_config_change *keys, size_t count)
{
  char *text;
  size_t length;
  dw_cmd_check(dw_input_whole(c->path, CONFIG_LARGEST, &text, &length, &err), &err);
  dw_cmd_check(dw_config_edit(text, length, c->path, keys, count, &c->bytes, &err), &err);
  dw_cmd_check(dw_config_valid(c->bytes.data, c->bytes.length, c->path, &lenient, &err), &err);
  if (c->bytes.length == length && memcmp(c->bytes.data, text, length) == 0) c->bytes.length = 0;
  dw_free(text);
}

static void say(dw_json *json, const dw_canary_change *c, const char *action)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "canary_change");
  dw_json_text(json, "action", action);
  dw_json_text(json, "canary", c->config->id);
  dw_json_text(json, "config", c->config->path);
  dw_json_text(json, "time", dw_canary_now());
  dw_json_bool(json, "changed", c->bytes.length > 0);
}

void dw_canary_keep_end(const dw_canary_changes *all, const dw_canary_keeping *set)
{
  dw_output *output;
  dw_buf line = {0};
  dw_cmd_check(dw_output_open(&output, set->output, &err), &err);
  for (size_t i = 0; i < all->count; i++) {
    const dw_canary_change *c = &all->item[i];
    if (c->bytes.length) dw_cmd_check(dw_output_file(c->path, c->bytes.data, c->bytes.length, &err), &err);
  }
  for (size_t i = 0; i < all->count; i++) {
    dw_json json;
    dw_json_start(&json, &line, 0);
    say(&json, &all->item[i], all->action);
    dw_buf_add(&line, all->item[i].members.data, all->item[i].members.length);
    dw_cmd_end_document(&json, &line, NULL, output);
  }
  dw_cmd_check(dw_output_commit(output, &err), &err);
  dw_cmd_end(DW_OK);
}

void dw_canary_keep_tell(dw_canary_change *c, const dw_buf *object)
{
  if (object->length <= 2) return;
  dw_buf_char(&c->members, ',');
  dw_buf_add(&c->members, object->data + 1, object->length - 2);
}
