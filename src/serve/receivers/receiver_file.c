/* The file of receivers. */
#include <stdlib.h>

#include "io/bytes/input.h"
#include "serve/receivers/message.h"
#include "serve/receivers/receiver.h"

static const char *const types[] = {
#define WORD(type, word) word,
    DW_RECEIVER_ROWS(WORD)
#undef WORD
};

static const char *copy(dw_receivers *all, const char *text) { return dw_arena_strndup(&all->arena, text, strlen(text)); }

static dw_status read_type(const dw_yaml *yaml, const dw_node *node, dw_receiver_type *type, dw_err *err)
{
  const char *word;
  dw_status status = dw_node_text(yaml, node, &word, err);
  if (status != DW_OK) return status;
  for (int i = 0; i < DW_RECEIVER_TYPES; i++) {
    if (strcmp(types[i], word) != 0) continue;
    *type = (dw_receiver_type)i;
    return DW_OK;
  }
  return dw_node_error(yaml, node, err, "no such receiver: webhook, slack, pagerduty, alertmanager, teams, discord or cloudevents");
}

/* KEY, or KEY_env, or KEY_file, where that is one of the keys. "" where none is there. */
static dw_status read_value(dw_receivers *all, const dw_yaml *yaml, const dw_node *map, const char *key, const char **out, dw_err *err)
{
  char name[40];
  const char *text = NULL;
  const dw_node *node = dw_node_get(map, key);
  *out = "";
  if (node) {
    dw_status status = dw_node_text(yaml, node, &text, err);
    if (status == DW_OK) *out = copy(all, text);
    return status;
  }
  snprintf(name, sizeof name, "%s_env", key);
  if ((node = dw_node_get(map, name)) != NULL) {
    dw_status status = dw_node_text(yaml, node, &text, err);
    if (status != DW_OK) return status;
    const char *value = getenv(text);
    if (!value || !*value) return dw_node_error(yaml, node, err, "the environment has no %s", text);
    *out = copy(all, value);
    return DW_OK;
  }
  snprintf(name, sizeof name, "%s_file", key);
  if ((node = dw_node_get(map, name)) != NULL) {
    char *bytes;
    size_t length;
    dw_status status = dw_node_text(yaml, node, &text, err);
    if (status == DW_OK) status = dw_input_whole(text, 4096, &bytes, &length, err);
    if (status != DW_OK) return status;
    while (length && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) length--;
    *out = dw_arena_strndup(&all->arena, bytes, length);
    dw_free(bytes);
  }
  return DW_OK;
}

static dw_status read_models(dw_receivers *all, const dw_yaml *yaml, const dw_node *node, dw_text_list *models, dw_err *err)
{
  if (!node) return DW_OK;
  if (node->type != DW_NODE_LIST) return dw_node_error(yaml, node, err, "is no list of patterns, such as [\"fraud*\"]");
  models->text = dw_arena_alloc(&all->arena, (node->count + 1) * sizeof *models->text);
  for (const dw_node *item = node->first; item; item = item->next) {
    const char *text;
    dw_status status = dw_node_text(yaml, item, &text, err);
    if (status != DW_OK) return status;
    models->text[models->count++] = copy(all, text);
  }
  return DW_OK;
}

static dw_status check_secret(const dw_yaml *yaml, const dw_node *map, const dw_receiver *r, dw_err *err)
{
  dw_message_signature signature;
  if (r->type == DW_RECEIVER_PAGERDUTY && !*r->secret) return dw_node_error(yaml, map, err, "pagerduty needs its routing key: secret_env");
  if (r->type == DW_RECEIVER_WEBHOOK && *r->secret && !dw_message_sign(r->secret, "", 0, "", 0, &signature))
    return dw_node_error(yaml, map, err, "the secret is not whsec_ and base64 of 24 to 64 bytes (Standard Webhooks)");
  return DW_OK;
}

static dw_status read_receiver(dw_receivers *all, const dw_yaml *yaml, const dw_node *map, dw_receiver *r, dw_err *err)
{
  static const char *const known[] = {"name",   "type",       "url",         "url_env", "url_file",
                                      "secret", "secret_env", "secret_file", "models",  "allow_private"};
  const dw_node *name = dw_node_get(map, "name"), *type = dw_node_get(map, "type"), *allow = dw_node_get(map, "allow_private");
  const char *text;
  if (map->type != DW_NODE_MAP) return dw_node_error(yaml, map, err, "is no receiver: a map with name, type and url");
  dw_status status = dw_node_keys(yaml, map, known, sizeof known / sizeof *known, err);
  if (status != DW_OK) return status;
  if (!name || !type) return dw_node_error(yaml, map, err, "a receiver needs a name and a type");
  if ((status = dw_node_text(yaml, name, &text, err)) != DW_OK) return status;
  r->name = copy(all, text);
  for (size_t i = 0; i + 1 < all->count; i++)
    if (strcmp(all->receiver[i].name, r->name) == 0) return dw_node_error(yaml, name, err, "there is another receiver of this name");
  if ((status = read_type(yaml, type, &r->type, err)) != DW_OK) return status;
  if ((status = read_value(all, yaml, map, "url", &r->url, err)) != DW_OK) return status;
  if ((status = read_value(all, yaml, map, "secret", &r->secret, err)) != DW_OK) return status;
  if (!*r->url && r->type == DW_RECEIVER_PAGERDUTY) r->url = "https://events.pagerduty.com/v2/enqueue";
  if (strncmp(r->url, "https://", 8) != 0 && strncmp(r->url, "http://", 7) != 0)
    return dw_node_error(yaml, map, err, "a receiver needs a url, or url_env, that begins with https:// or http://");
  if ((status = read_models(all, yaml, dw_node_get(map, "models"), &r->models, err)) != DW_OK) return status;
  if (allow && (status = dw_node_bool(yaml, allow, &r->allow_private, err)) != DW_OK) return status;
  return check_secret(yaml, map, r, err);
}

static dw_status read_all(dw_receivers *out, const dw_yaml *yaml, dw_err *err)
{
  static const char *const known[] = {"receivers"};
  const dw_node *root = dw_yaml_root(yaml), *list = root ? dw_node_get(root, "receivers") : NULL;
  if (!list || list->type != DW_NODE_LIST) return dw_err_set(err, DW_EUSAGE, "%s: there is no list \"receivers\"", dw_yaml_name(yaml));
  dw_status status = dw_node_keys(yaml, root, known, 1, err);
  for (const dw_node *item = list->first; item && status == DW_OK; item = item->next) {
    out->receiver = dw_grow(out->receiver, &out->capacity, out->count + 1, sizeof *out->receiver);
    out->receiver[out->count] = (dw_receiver){.url = ""};
    status = read_receiver(out, yaml, item, &out->receiver[out->count++], err);
  }
  return status;
}

dw_status dw_receivers_parse(dw_receivers *out, const char *text, size_t length, const char *name, dw_err *err)
{
  dw_yaml *yaml;
  *out = (dw_receivers){0};
  dw_arena_init(&out->arena);
  dw_status status = dw_yaml_parse(&yaml, text, length, name, err);
  if (status != DW_OK) return status;
  status = read_all(out, yaml, err);
  dw_yaml_free(yaml);
  return status;
}

dw_status dw_receivers_read(dw_receivers *out, const char *path, dw_err *err)
{
  char *bytes;
  size_t length;
  *out = (dw_receivers){0};
  dw_arena_init(&out->arena);
  dw_status status = dw_input_whole(path, 1 << 20, &bytes, &length, err);
  if (status != DW_OK) return status;
  dw_arena_free(&out->arena);
  status = dw_receivers_parse(out, bytes, length, path, err);
  dw_free(bytes);
  return status;
}

void dw_receivers_free(dw_receivers *receivers)
{
  dw_free(receivers->receiver);
  dw_arena_free(&receivers->arena);
  *receivers = (dw_receivers){0};
}
