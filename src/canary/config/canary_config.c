#include "canary/config/canary_config.h"

#include <string.h>

#include "base/num.h"
#include "io/bytes/input.h"
#include "io/text/json.h"
#include "io/text/yaml.h"

const char *const dw_canary_backend_words[] = {"openai", "exec", "builtin", "replay", NULL};

enum { MODEL_FILE = 1 << 30, WORD = 1 << 16 };
static const char template_default[] = "### Human: {prompt}\n### Assistant:";

/* Which backends a key is for. */
enum { OPENAI = 1 << DW_CANARY_OPENAI, EXEC = 1 << DW_CANARY_EXEC, BUILTIN = 1 << DW_CANARY_BUILTIN, REPLAY = 1 << DW_CANARY_REPLAY };
enum { ASKED = OPENAI | EXEC | BUILTIN, ANY = ASKED | REPLAY };
static const struct {
  const char *name;
  int backends;
} keys[] = {{"id", ANY},
            {"backend", ANY},
            {"model", ANY},
            {"base_url", OPENAI},
            {"endpoint", OPENAI},
            {"temperature", ASKED},
            {"top_p", ASKED},
            {"seed", ASKED},
            {"max_new_tokens", ASKED},
            {"template", ASKED},
            {"system", ASKED},
            {"logprobs", ASKED},
            {"logprob_tokens", ASKED},
            {"parameters", OPENAI},
            {"api_key_env", OPENAI},
            {"command", EXEC},
            {"file", REPLAY},
            {"weight", ANY},
            {"quarantined", ANY},
            {"quarantine_reason", ANY},
            {"base", BUILTIN},
            {"texts", BUILTIN},
            {"text_weight", BUILTIN}};
enum { KEYS = sizeof keys / sizeof *keys };

/* A file while it is read; the first error stays. */
typedef struct reading {
  const dw_yaml *yaml;
  const dw_node *root;
  dw_canary_configs *configs;
  dw_canary_config *out;
  dw_status status;
  dw_err *err;
} reading;

static const char *kept(reading *r, const char *text) { return dw_arena_strndup(&r->configs->arena, text, strlen(text)); }

static void refuse(reading *r, const dw_node *node, const char *what)
{
  if (r->status == DW_OK) r->status = dw_node_error(r->yaml, node, r->err, "%s", what);
}

static const char *text_at(reading *r, const char *key, const char *otherwise)
{
  const char *text = NULL;
  const dw_node *node = dw_node_get(r->root, key);
  if (!node) return otherwise;
  if (r->status == DW_OK) r->status = dw_node_text(r->yaml, node, &text, r->err);
  if (text && strlen(text) != node->length) refuse(r, node, "a zero byte in it");
  return text ? kept(r, text) : otherwise;
}

static double number_at(reading *r, const char *key, double low, double high, double otherwise)
{
  double value = otherwise;
  const dw_node *node = dw_node_get(r->root, key);
  if (node && r->status == DW_OK) r->status = dw_node_number(r->yaml, node, low, high, &value, r->err);
  return value;
}

static int64_t integer_at(reading *r, const char *key, int64_t low, int64_t high, int64_t otherwise)
{
  int64_t value = otherwise;
  const dw_node *node = dw_node_get(r->root, key);
  if (node && r->status == DW_OK) r->status = dw_node_integer(r->yaml, node, low, high, &value, r->err);
  return value;
}

static int word_at(reading *r, const char *key, const char *const *words, int otherwise, const char *wanted)
{
  const char *text = text_at(r, key, NULL);
  if (!text) return otherwise;
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], text) == 0) return i;
  refuse(r, dw_node_get(r->root, key), wanted);
  return otherwise;
}

/* A path beside the config, unless it is an absolute one. */
static const char *beside(reading *r, const char *name)
{
  const char *slash = strrchr(r->out->path, '/');
  if (!name || *name == '/' || !slash) return name;
  dw_buf path = {0};
  dw_buf_add(&path, r->out->path, (size_t)(slash + 1 - r->out->path));
  dw_buf_text(&path, name);
  name = dw_arena_strndup(&r->configs->arena, path.data, path.length);
  dw_buf_free(&path);
  return name;
}

/* --- parameters: YAML as JSON, its keys sorted --- */

static int by_key(const void *a, const void *b) { return strcmp((*(const dw_node *const *)a)->key, (*(const dw_node *const *)b)->key); }

static void put_scalar(dw_json *json, const dw_node *node)
{
  double number;
  if (node->quoted) dw_json_bytes(json, node->key, node->text, node->length);
  else if (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0) dw_json_bool(json, node->key, *node->text == 't');
  else if (strcmp(node->text, "null") == 0 || strcmp(node->text, "~") == 0 || !node->length) dw_json_null(json, node->key);
  else if (dw_num_parse(node->text, node->length, &number, NULL)) dw_json_number(json, node->key, number);
  else dw_json_bytes(json, node->key, node->text, node->length);
}

/* Depth is bounded by YAML's reader. */
static void put_node(dw_json *json, const dw_node *node, bool top)
{
  if (node->type == DW_NODE_SCALAR) {
    put_scalar(json, node);
    return;
  }
  bool map = node->type == DW_NODE_MAP;
  size_t count = 0;
  const dw_node **child = dw_alloc_array(node->count + 1, sizeof *child);
  for (const dw_node *item = node->first; item; item = item->next) child[count++] = item;
  if (map) qsort(child, count, sizeof *child, by_key);
  dw_json_open(json, top ? NULL : node->key, map ? '{' : '[');
  for (size_t i = 0; i < count; i++) put_node(json, child[i], false);
  dw_json_close(json, map ? '}' : ']');
  dw_free(child);
}

static void read_parameters(reading *r)
{
  static const char *const ours[] = {"model", "messages", "prompt",     "stream", "stream_options", "temperature",
                                     "top_p", "seed",     "max_tokens", "n",      "logprobs",       "top_logprobs"};
  const dw_node *node = dw_node_get(r->root, "parameters");
  if (!node) return;
  if (node->type != DW_NODE_MAP) {
    refuse(r, node, "expected a map of names and values");
    return;
  }
  for (const dw_node *item = node->first; item; item = item->next)
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
      if (strcmp(item->key, ours[i]) == 0) refuse(r, item, "not for parameters: it has a key of its own, or is always the same");
  dw_json json;
  dw_buf text = {0};
  dw_json_start(&json, &text, 0);
  put_node(&json, node, true);
  r->out->parameters = dw_arena_strndup(&r->configs->arena, text.data, text.length);
  r->out->own_limit = dw_node_get(node, "max_completion_tokens") != NULL;
  dw_buf_free(&text);
}

/* --- the members --- */

/* A list of texts that has some. */
static void read_list(reading *r, const char *key, const char *wanted, dw_text_list *list)
{
  const dw_node *node = dw_node_get(r->root, key);
  if (node && (node->type != DW_NODE_LIST || !node->count)) refuse(r, node, wanted);
  if (!node || r->status != DW_OK) return;
  list->text = dw_arena_alloc(&r->configs->arena, (node->count + 1) * sizeof *list->text);
  for (const dw_node *item = node->first; item && r->status == DW_OK; item = item->next) {
    const char *text = NULL;
    r->status = dw_node_text(r->yaml, item, &text, r->err);
    if (text) list->text[list->count++] = kept(r, text);
  }
  list->text[list->count] = NULL;
}

/* A key in a URL would be written down wherever the URL is. */
static void check_url(reading *r)
{
  const dw_node *node = dw_node_get(r->root, "base_url");
  const char *url = r->out->base_url, *host = url;
  if (!node) node = r->root;
  if (strncmp(url, "http://", 7) == 0) host = url + 7;
  if (strncmp(url, "https://", 8) == 0) host = url + 8;
  if (host == url || !*host) refuse(r, node, "expected http:// or https://, and a host");
  if (strchr(host, '@') || strpbrk(url, "?#")) refuse(r, node, "a user or a query in it: keys come from the environment");
  for (const char *c = url; *c; c++)
    if ((unsigned char)*c <= ' ' || *c == 127) refuse(r, node, "a blank or a control character in it");
  size_t length = strlen(url);
  while (length && url[length - 1] == '/') length--;
  r->out->base_url = dw_arena_strndup(&r->configs->arena, url, length);
}

static void read_openai(reading *r, const dw_canary_defaults *defaults)
{
  static const char *const endpoints[] = {"chat", "completions", NULL};
  dw_canary_config *out = r->out;
  const char *url = text_at(r, "base_url", defaults->base_url);
  out->base_url = url ? url : "https://api.openai.com/v1";
  out->chat = word_at(r, "endpoint", endpoints, 0, "expected chat or completions") == 0;
  out->api_key_env = text_at(r, "api_key_env", NULL);
  if (!out->model) out->model = defaults->model ? kept(r, defaults->model) : NULL;
  if (!out->model) refuse(r, r->root, "no model: the key is missing, and CHAT_MODEL is not set");
  check_url(r);
  read_parameters(r);
}

static void read_keys(reading *r)
{
  const char *known[KEYS];
  for (size_t i = 0; i < KEYS; i++) known[i] = keys[i].name;
  if (!r->root || r->root->type != DW_NODE_MAP) {
    r->status = dw_err_at(r->err, DW_EUSAGE, r->out->path, 1, 0, "a canary is a map: id, backend, model, ...");
    return;
  }
  r->status = dw_node_keys(r->yaml, r->root, known, KEYS, r->err);
  r->out->backend =
      (dw_canary_backend)word_at(r, "backend", dw_canary_backend_words, DW_CANARY_OPENAI, "expected openai, exec, builtin or replay");
  for (size_t i = 0; i < KEYS && r->status == DW_OK; i++) {
    const dw_node *node = dw_node_get(r->root, keys[i].name);
    if (node && !(keys[i].backends >> r->out->backend & 1))
      r->status = dw_node_error(r->yaml, node, r->err, "does not go with backend %s", dw_canary_backend_words[r->out->backend]);
  }
}

/* How its model is trained anew: all of it is said, or nothing. */
static void read_training(reading *r)
{
  static const char *const needed[] = {"base", "texts", "text_weight"};
  dw_canary_config *out = r->out;
  out->base = beside(r, text_at(r, "base", NULL));
  read_list(r, "texts", "expected a list of files: records with a text \"text\"", &out->texts);
  for (size_t i = 0; i < out->texts.count; i++) out->texts.text[i] = beside(r, out->texts.text[i]);
  out->text_weight = number_at(r, "text_weight", 1e-9, 1e6, 1);
  if (!out->base && !out->texts.count) {
    if (dw_node_get(r->root, needed[2]))
      refuse(r, dw_node_get(r->root, needed[2]), "goes with base and texts: what its model is trained from");
    return;
  }
  for (size_t i = 0; i < 2; i++)
    if (!dw_node_get(r->root, needed[i])) refuse(r, dw_node_get(r->root, needed[!i]), i ? "needs texts beside it" : "needs base beside it");
}

/* Of the network that it is in; not of its answers. */
static void read_standing(reading *r)
{
  const dw_node *node = dw_node_get(r->root, "quarantined");
  r->out->weight = number_at(r, "weight", 0, 1, 1);
  if (node && r->status == DW_OK) r->status = dw_node_bool(r->yaml, node, &r->out->quarantined, r->err);
  r->out->quarantine_reason = text_at(r, "quarantine_reason", NULL);
}

static const char *name_of_file(reading *r)
{
  const char *slash = strrchr(r->out->path, '/'), *name = slash ? slash + 1 : r->out->path, *dot = strrchr(name, '.');
  return dw_arena_strndup(&r->configs->arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void read_members(reading *r, const dw_canary_defaults *defaults)
{
  dw_canary_config *out = r->out;
  out->id = text_at(r, "id", NULL);
  if (!out->id) out->id = name_of_file(r);
  if (!*out->id || strlen(out->id) > WORD) refuse(r, r->root, "the id is empty, or long");
  out->model = text_at(r, "model", NULL);
  out->temperature = number_at(r, "temperature", 0, 100, 1);
  out->top_p = number_at(r, "top_p", 0, 1, 1);
  out->seed = integer_at(r, "seed", 0, DW_CANARY_SEED_MOST, -1);
  out->max_new_tokens = (unsigned)integer_at(r, "max_new_tokens", 1, 1000000, 64);
  out->logprobs = (unsigned)integer_at(r, "logprobs", 0, 1000, 0);
  out->logprob_tokens = (unsigned)integer_at(r, "logprob_tokens", 1, 1000000, 1);
  out->system = text_at(r, "system", NULL);
  if (out->backend == DW_CANARY_OPENAI) read_openai(r, defaults);
  if (out->backend == DW_CANARY_EXEC) read_list(r, "command", "expected a list: a program and its arguments", &out->command);
  if (out->backend == DW_CANARY_EXEC && !out->command.count) refuse(r, r->root, "backend exec needs a command");
  if (out->backend == DW_CANARY_BUILTIN) out->model = beside(r, out->model);
  if (out->backend == DW_CANARY_BUILTIN && !out->model) refuse(r, r->root, "backend builtin needs a model: a file that dw-train made");
  if (out->backend == DW_CANARY_BUILTIN) read_training(r);
  read_standing(r);
  if (out->backend == DW_CANARY_REPLAY) out->file = beside(r, text_at(r, "file", NULL));
  if (out->backend == DW_CANARY_REPLAY && !out->file) refuse(r, r->root, "backend replay needs a file: answers that dw-canary wrote");
  out->template = text_at(r, "template", out->chat ? "{prompt}" : template_default);
  if (!strstr(out->template, "{prompt}")) refuse(r, dw_node_get(r->root, "template"), "no {prompt} in it");
}

/* --- hash --- */

static dw_status model_name(const dw_canary_config *config, dw_buf *name, dw_err *err)
{
  char *bytes, digest[DW_SHA256 + 1];
  size_t length;
  if (config->backend != DW_CANARY_BUILTIN) {
    dw_buf_text(name, config->model ? config->model : "");
    return DW_OK;
  }
  dw_status status = dw_input_whole(config->model, MODEL_FILE, &bytes, &length, err);
  if (status != DW_OK) return status;
  dw_sha256(bytes, length, digest);
  dw_free(bytes);
  dw_buf_format(name, "sha256:%s", digest);
  return DW_OK;
}

/* Members in the order of their names, defaults filled in; what a backend does not have is not there. */
static dw_status hash(dw_canary_config *config, dw_err *err)
{
  dw_buf text = {0}, model = {0};
  dw_json json;
  bool asked = config->backend != DW_CANARY_REPLAY;
  dw_status status = model_name(config, &model, err);
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "backend", dw_canary_backend_words[config->backend]);
  if (config->base_url) dw_json_text(&json, "base_url", config->base_url);
  if (config->command.count) {
    dw_json_open(&json, "command", '[');
    for (size_t i = 0; i < config->command.count; i++) dw_json_text(&json, NULL, config->command.text[i]);
    dw_json_close(&json, ']');
  }
  if (config->base_url) dw_json_text(&json, "endpoint", config->chat ? "chat" : "completions");
  if (config->file) dw_json_text(&json, "file", config->file);
  if (asked) dw_json_integer(&json, "logprob_tokens", config->logprob_tokens);
  if (asked) dw_json_integer(&json, "logprobs", config->logprobs);
  if (asked) dw_json_integer(&json, "max_new_tokens", config->max_new_tokens);
  dw_json_text(&json, "model", dw_buf_cstr(&model));
  if (config->parameters) dw_json_raw(&json, "parameters", config->parameters, strlen(config->parameters));
  if (asked && config->seed >= 0) dw_json_integer(&json, "seed", config->seed);
  if (asked && config->system) dw_json_text(&json, "system", config->system);
  if (asked) dw_json_number(&json, "temperature", config->temperature);
  if (asked) dw_json_text(&json, "template", config->template);
  if (asked) dw_json_number(&json, "top_p", config->top_p);
  dw_json_close(&json, '}');
  memcpy(config->hash, "sha256:", 7);
  dw_sha256(text.data, text.length, config->hash + 7);
  dw_buf_free(&text);
  dw_buf_free(&model);
  return status;
}

static dw_status take(dw_canary_configs *configs, const dw_yaml *yaml, const char *path, const dw_canary_defaults *defaults, dw_err *err)
{
  dw_canary_config config = {.path = dw_arena_strndup(&configs->arena, path, strlen(path))};
  reading r = {.yaml = yaml, .root = dw_yaml_root(yaml), .configs = configs, .out = &config, .err = err};
  read_keys(&r);
  if (r.status == DW_OK) read_members(&r, defaults);
  if (r.status == DW_OK && !defaults->unhashed && !config.quarantined) r.status = hash(&config, err);
  for (size_t i = 0; i < configs->count && r.status == DW_OK; i++)
    if (strcmp(configs->item[i].id, config.id) == 0)
      r.status = dw_err_at(err, DW_EUSAGE, path, 0, 0, "the id \"%.100s\" is that of %s already", config.id, configs->item[i].path);
  if (r.status != DW_OK) return r.status;
  configs->item = dw_grow(configs->item, &configs->capacity, configs->count + 1, sizeof *configs->item);
  configs->item[configs->count++] = config;
  return DW_OK;
}

dw_status dw_canary_config_read(dw_canary_configs *configs, const char *path, const dw_canary_defaults *defaults, dw_err *err)
{
  dw_yaml *yaml;
  dw_status status = dw_yaml_read(&yaml, path, err);
  if (status == DW_OK) status = take(configs, yaml, path, defaults, err);
  if (yaml) dw_yaml_free(yaml);
  return status;
}

dw_status dw_canary_config_parse(dw_canary_configs *configs, const char *text, size_t length, const char *path,
                                 const dw_canary_defaults *defaults, dw_err *err)
{
  dw_yaml *yaml;
  dw_status status = dw_yaml_parse(&yaml, text, length, path, err);
  if (status == DW_OK) status = take(configs, yaml, path, defaults, err);
  if (yaml) dw_yaml_free(yaml);
  return status;
}

dw_status dw_canary_config_probe(dw_canary_config *config, dw_err *err)
{
  config->temperature = 0;
  config->max_new_tokens = 1;
  config->logprobs = 0;
  config->logprob_tokens = 1;
  return hash(config, err);
}

size_t dw_canary_configs_part(dw_canary_configs *configs)
{
  size_t asked = 0, behind = 0;
  dw_canary_config *parted = dw_alloc_array(configs->count, sizeof *parted);
  for (size_t i = 0; i < configs->count; i++)
    if (!configs->item[i].quarantined) parted[asked++] = configs->item[i];
  for (size_t i = 0; i < configs->count; i++)
    if (configs->item[i].quarantined) parted[asked + behind++] = configs->item[i];
  if (configs->count) memcpy(configs->item, parted, configs->count * sizeof *parted);
  dw_free(parted);
  return asked;
}

void dw_canary_configs_free(dw_canary_configs *configs)
{
  dw_free(configs->item);
  dw_arena_free(&configs->arena);
  *configs = (dw_canary_configs){0};
}

void dw_canary_config_fill(const dw_canary_config *config, const char *prompt, dw_buf *out)
{
  static const char place[] = "{prompt}";
  const char *text = config->template;
  if (config->system && !config->chat) dw_buf_format(out, "%s\n\n", config->system);
  for (const char *at; (at = strstr(text, place)) != NULL; text = at + sizeof place - 1) {
    dw_buf_add(out, text, (size_t)(at - text));
    dw_buf_text(out, prompt);
  }
  dw_buf_text(out, text);
}
