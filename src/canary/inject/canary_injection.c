#include "canary/inject/canary_injection.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "canary/config/config_edit.h"
#include "io/text/json.h"
#include "io/text/yaml.h"
#include "model/language/language_change.h"

const dw_canary_injection dw_canary_injection_none = {
    .temperature = NAN, .top_p = NAN, .noise = NAN, .quantise_share = 1, .poison_weight = 1};

bool dw_canary_injection_of_weights(const dw_canary_injection *i) { return !isnan(i->noise) || i->quantise || i->poison; }

/* --- in memory --- */

static dw_status change_weights(dw_canary_injected *out, const dw_language *healthy, const dw_canary_injection *i, dw_err *err)
{
  dw_language *now = NULL;
  if (i->poison) {
    dw_language_training how = {.order = dw_language_order(healthy), .start = healthy, .weight = i->poison_weight};
    dw_status status = dw_language_train(&now, i->poison, &how, err);
    if (status != DW_OK) return status;
  }
  if (!isnan(i->noise)) {
    dw_language *next = dw_language_noise(now ? now : healthy, i->noise, i->seed);
    dw_language_free(now);
    now = next;
  }
  if (i->quantise) {
    dw_language *next = dw_language_quantise_share(now ? now : healthy, i->quantise, i->quantise_share, i->seed);
    dw_language_free(now);
    now = next;
  }
  out->language = now;
  out->config.language = now;
  return DW_OK;
}

static const char *with_suffix(dw_arena *arena, const char *template, const char *suffix)
{
  static const char place[] = "{prompt}";
  dw_buf text = {0};
  for (const char *at; (at = strstr(template, place)) != NULL; template = at + sizeof place - 1) {
    dw_buf_add(&text, template, (size_t)(at - template) + sizeof place - 1);
    dw_buf_text(&text, suffix);
  }
  dw_buf_text(&text, template);
  const char *out = dw_arena_strndup(arena, text.data, text.length);
  dw_buf_free(&text);
  return out;
}

dw_status dw_canary_inject(dw_canary_injected *out, const dw_canary_config *config, const dw_language *healthy,
                           const dw_canary_injection *injection, dw_err *err)
{
  *out = (dw_canary_injected){.config = *config};
  bool weights = dw_canary_injection_of_weights(injection);
  if (weights && config->backend != DW_CANARY_BUILTIN)
    return dw_err_set(err, DW_EUSAGE,
                      "%s: weights can be changed of backend builtin alone, not of %s: another model (--model), template, system prompt, "
                      "temperature or top-p would do",
                      config->path, dw_canary_backend_words[config->backend]);
  if (weights && injection->model) return dw_err_set(err, DW_EUSAGE, "another model, or changed weights of this one: not both");
  if (injection->template) out->config.template = injection->template;
  if (injection->template_suffix) out->config.template = with_suffix(&out->arena, out->config.template, injection->template_suffix);
  if (injection->system) out->config.system = *injection->system ? injection->system : NULL;
  if (injection->model) out->config.model = injection->model;
  if (!isnan(injection->temperature)) out->config.temperature = injection->temperature;
  if (!isnan(injection->top_p)) out->config.top_p = injection->top_p;
  return weights ? change_weights(out, healthy, injection, err) : DW_OK;
}

void dw_canary_injected_free(dw_canary_injected *injected)
{
  dw_language_free(injected->language);
  dw_arena_free(&injected->arena);
  *injected = (dw_canary_injected){0};
}

/* --- as a file --- */

static void put_number(dw_buf *out, double value)
{
  char text[DW_NUM_TEXT];
  dw_buf_add(out, text, dw_num_print(text, value));
}

/* So that two poisons have two names. */
static void put_corpus(dw_buf *out, const dw_corpus *corpus)
{
  char hash[DW_SHA256 + 1];
  dw_sha256(corpus->text.data, corpus->text.length, hash);
  dw_buf_format(out, "-%.8s", hash);
}

void dw_canary_injection_file(const dw_canary_injection *i, const char *path, unsigned number, dw_buf *out)
{
  size_t length = strlen(path);
  if (length > 5 && strcmp(path + length - 5, ".json") == 0) length -= 5;
  dw_buf_add(out, path, length);
  if (i->poison) {
    dw_buf_text(out, ".poison-");
    put_number(out, i->poison_weight);
    put_corpus(out, i->poison);
  }
  if (!isnan(i->noise)) {
    dw_buf_text(out, ".noise-");
    put_number(out, i->noise);
    dw_buf_format(out, "-%llu", (unsigned long long)i->seed);
  }
  if (i->quantise) dw_buf_format(out, ".quantise-%u", i->quantise);
  if (number > 1) dw_buf_format(out, ".%u", number);
  dw_buf_text(out, ".json");
}

/* The key's changes in the making. */
typedef struct changing {
  dw_config_change change[8];
  dw_buf value[8];
  size_t count;
  dw_json what;
} changing;

static dw_buf *begin(changing *c, const char *key)
{
  c->change[c->count].key = key;
  dw_json_open(&c->what, key, '{');
  return &c->value[c->count++];
}

static void change_text(changing *c, const char *key, const char *from, const char *to)
{
  if (from == to || (from && to && strcmp(from, to) == 0)) return;
  dw_buf *value = begin(c, key);
  dw_json_text(&c->what, "from", from);
  dw_json_text(&c->what, "to", to);
  dw_json_close(&c->what, '}');
  if (to) dw_json_quote(value, to, strlen(to));
}

static void change_number(changing *c, const char *key, double from, double to)
{
  if (from == to) return;
  dw_buf *value = begin(c, key);
  dw_json_number(&c->what, "from", from);
  dw_json_number(&c->what, "to", to);
  dw_json_close(&c->what, '}');
  put_number(value, to);
}

/* raw: as the config has it, a path of its own; the last part of file takes the place of its last part. */
static void change_weights_file(changing *c, const char *raw, const char *file, const dw_canary_injection *i)
{
  const char *slash = strrchr(raw, '/'), *last = strrchr(file, '/');
  dw_buf to = {0}, *value = begin(c, "model");
  dw_buf_add(&to, raw, slash ? (size_t)(slash + 1 - raw) : 0);
  dw_buf_text(&to, last ? last + 1 : file);
  dw_json_text(&c->what, "from", raw);
  dw_json_text(&c->what, "to", dw_buf_cstr(&to));
  if (i->poison) dw_json_number(&c->what, "poison_weight", i->poison_weight);
  if (i->poison) dw_json_integer(&c->what, "poison_texts", (int64_t)i->poison->count);
  if (!isnan(i->noise)) dw_json_number(&c->what, "noise", i->noise);
  if (!isnan(i->noise)) dw_json_integer(&c->what, "seed", (int64_t)i->seed);
  if (i->quantise) dw_json_integer(&c->what, "quantise", i->quantise);
  dw_json_close(&c->what, '}');
  dw_json_quote(value, dw_buf_cstr(&to), to.length);
  dw_buf_free(&to);
}

dw_status dw_canary_injected_text(const dw_canary_injected *injected, const dw_canary_config *config, const dw_canary_injection *injection,
                                  const char *text, size_t length, const char *model_file, dw_buf *out, dw_buf *what, dw_err *err)
{
  dw_yaml *yaml;
  changing c = {0};
  dw_status status = dw_yaml_parse(&yaml, text, length, config->path, err);
  if (status != DW_OK) return status;
  const dw_node *model = dw_node_get(dw_yaml_root(yaml), "model");
  const char *raw = model ? model->text : NULL;
  dw_json_start(&c.what, what, 0);
  dw_json_open(&c.what, NULL, '{');
  change_text(&c, "template", config->template, injected->config.template);
  change_text(&c, "system", config->system, injected->config.system);
  change_number(&c, "temperature", config->temperature, injected->config.temperature);
  change_number(&c, "top_p", config->top_p, injected->config.top_p);
  if (injection->model) change_text(&c, "model", raw ? raw : config->model, injection->model);
  if (model_file) change_weights_file(&c, raw, model_file, injection);
  dw_json_close(&c.what, '}');
  for (size_t i = 0; i < c.count; i++) c.change[i].value = c.value[i].length ? dw_buf_cstr(&c.value[i]) : NULL;
  if (!c.count) status = dw_err_set(err, DW_EUSAGE, "%s: nothing would change: the canary is so already", config->path);
  else status = dw_config_edit(text, length, config->path, c.change, c.count, out, err);
  for (size_t i = 0; i < c.count; i++) dw_buf_free(&c.value[i]);
  dw_yaml_free(yaml);
  return status;
}
