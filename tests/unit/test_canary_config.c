#include "test.h"

#include "canary/config/canary_config.h"

static dw_err err;
static const dw_canary_defaults none, some = {.base_url = "http://localhost:1/v1///", .model = "m"};

static dw_canary_config *parsed(dw_canary_configs *configs, const char *text, const dw_canary_defaults *defaults)
{
  dw_status status = dw_canary_config_parse(configs, text, strlen(text), "dir/one.yaml", defaults, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return status == DW_OK ? &configs->item[configs->count - 1] : NULL;
}

TEST(defaults)
{
  dw_canary_configs configs = {0};
  dw_canary_config *c = parsed(&configs, "{}", &some);
  CHECK(c && c->backend == DW_CANARY_OPENAI && c->chat && c->temperature == 1 && c->top_p == 1 && c->seed < 0 && c->max_new_tokens == 64);
  CHECK(c->logprobs == 0 && c->logprob_tokens == 1 && !c->system && !c->parameters && !c->api_key_env);
  CHECK_TEXT(c->id, "one");
  CHECK_TEXT(c->model, "m");
  CHECK_TEXT(c->base_url, "http://localhost:1/v1");
  CHECK_TEXT(c->template, "{prompt}");
  dw_canary_configs_free(&configs);
}

TEST(yaml_and_json_say_the_same)
{
  dw_canary_configs a = {0}, b = {0}, other = {0};
  dw_canary_config *x =
      parsed(&a,
             "id: a\nbackend: openai\nendpoint: completions\nmodel: \"1\"\nbase_url: https://h/v1/\ntemperature: 0.5\nseed: 0\n"
             "template: \"Q: {prompt}\\nA:\"\nparameters:\n  top_k: 0\n  stop: [\"\\n\", x]\n  min_p: 5.0e-2\n  deep: {b: true, a: ~}\n",
             &none);
  dw_canary_config *y = parsed(&b,
                               "{\"parameters\":{\"min_p\":0.05,\"deep\":{\"a\":null,\"b\":true},\"stop\":[\"\\n\",\"x\"],\"top_k\":0},"
                               "\"template\":\"Q: {prompt}\\nA:\",\"seed\":0,"
                               "\"temperature\":0.5,\"base_url\":\"https://h/"
                               "v1\",\"model\":\"1\",\"endpoint\":\"completions\",\"top_p\":1,\"id\":\"b\",\"api_key_env\":\"K\"}",
                               &some);
  CHECK_TEXT(x->parameters, "{\"deep\":{\"a\":null,\"b\":true},\"min_p\":0.05,\"stop\":[\"\\n\",\"x\"],\"top_k\":0}");
  CHECK_TEXT(x->hash, y->hash); /* neither the id nor the key's name make answers */
  CHECK(strlen(x->hash) == 71 && strncmp(x->hash, "sha256:", 7) == 0);
  dw_canary_config *z = parsed(&other, "id: a\nendpoint: completions\nmodel: \"1\"\nbase_url: https://h2/v1\n", &none);
  CHECK(strcmp(x->hash, z->hash) != 0);
  dw_canary_configs_free(&a);
  dw_canary_configs_free(&b);
  dw_canary_configs_free(&other);
}

TEST(each_setting_is_in_the_hash)
{
  static const char *const settings[] = {"",
                                         "model: n",
                                         "temperature: 0",
                                         "top_p: 0.9",
                                         "seed: 1",
                                         "max_new_tokens: 1",
                                         "template: 'x {prompt}'",
                                         "system: s",
                                         "logprobs: 1",
                                         "logprob_tokens: 2",
                                         "parameters: {a: 1}",
                                         "endpoint: completions",
                                         "base_url: http://x"};
  enum { N = sizeof settings / sizeof *settings };
  char hash[N][80];
  for (size_t i = 0; i < N; i++) {
    dw_canary_configs configs = {0};
    dw_canary_config *c = parsed(&configs, *settings[i] ? settings[i] : "{}", &some);
    snprintf(hash[i], sizeof hash[i], "%s", c ? c->hash : "");
    for (size_t k = 0; k < i; k++) CHECK_MSG(strcmp(hash[i], hash[k]) != 0, "%s and %s", settings[i], settings[k]);
    dw_canary_configs_free(&configs);
  }
}

TEST(templates_are_filled_in)
{
  dw_canary_configs configs = {0};
  dw_buf out = {0};
  parsed(&configs, "{id: a, backend: exec, command: [x], system: Be brief.}", &none);
  parsed(&configs, "{id: b, system: Be brief., template: '{prompt}, {prompt} {prompts}'}", &some);
  dw_canary_config_fill(&configs.item[0], "a {prompt}", &out);
  CHECK_TEXT(dw_buf_cstr(&out), "Be brief.\n\n### Human: a {prompt}\n### Assistant:");
  out.length = 0;
  dw_canary_config_fill(&configs.item[1], "b", &out);
  CHECK_TEXT(dw_buf_cstr(&out), "b, b {prompts}");
  dw_buf_free(&out);
  dw_canary_configs_free(&configs);
}

TEST(paths_stand_beside_the_config)
{
  dw_canary_configs configs = {0};
  dw_canary_config *c = parsed(&configs, "{backend: replay, file: a.ndjson, model: m}", &none);
  CHECK_TEXT(c->file, "dir/a.ndjson");
  CHECK_TEXT(c->model, "m");
  c = parsed(&configs, "{id: b, backend: replay, file: /tmp/a.ndjson}", &none);
  CHECK_TEXT(c->file, "/tmp/a.ndjson");
  dw_canary_configs_free(&configs);
}

TEST(what_is_wrong_is_said_with_its_line)
{
  static const char *const cases[][2] = {
      {"id: a\nmodle: x\n", "dir/one.yaml:2: "},
      {"id: a\nbackend: curl\n", "dir/one.yaml:2: backend: expected openai, exec, builtin or replay"},
      {"id: a\nmodel: m\nseed: 4294967295\n", "dir/one.yaml:3: "},
      {"id: a\nmodel: m\nseed: -1\n", "dir/one.yaml:3: "},
      {"id: a\nmodel: m\nseed: 1.9\n", "dir/one.yaml:3: "},
      {"id: a\nmodel: m\ntop_p: 1.5\n", "dir/one.yaml:3: "},
      {"id: a\nmodel: m\ntemperature: -1\n", "dir/one.yaml:3: "},
      {"id: a\nmodel: m\nmax_new_tokens: 0\n", "dir/one.yaml:3: "},
      {"id: a\nmodel: m\ntemplate: Hello\n", "dir/one.yaml:3: template: no {prompt} in it"},
      {"id: a\nmodel: m\ncommand: [x]\n", "dir/one.yaml:3: command: does not go with backend openai"},
      {"id: a\nbackend: exec\n", "dir/one.yaml:1: backend exec needs a command"},
      {"id: a\nbackend: exec\ncommand: x\n", "dir/one.yaml:3: command: expected a list: a program and its arguments"},
      {"id: a\nbackend: replay\n", "dir/one.yaml:1: backend replay needs a file: answers that dw-canary wrote"},
      {"id: a\nbackend: builtin\n", "dir/one.yaml:1: backend builtin needs a model: a file that dw-train made"},
      {"id: a\n", "dir/one.yaml:1: no model: the key is missing, and CHAT_MODEL is not set"},
      {"model: m\nbase_url: ftp://h\n", "dir/one.yaml:2: base_url: expected http:// or https://, and a host"},
      {"model: m\nbase_url: https://me:secret@h/v1\n", "dir/one.yaml:2: base_url: a user or a query in it: keys come from the environment"},
      {"model: m\nbase_url: https://h/v1?key=x\n", "dir/one.yaml:2: base_url: a user"},
      {"model: m\nbase_url: 'https://h /v1'\n", "dir/one.yaml:2: base_url: a blank or a control character in it"},
      {"model: m\nparameters: {stream: true}\n", "dir/one.yaml:2: stream: not for parameters"},
      {"model: m\nparameters: x\n", "dir/one.yaml:2: parameters: expected a map of names and values"},
      {"model: m\nweight: 1.5\n", "dir/one.yaml:2: weight: "},
      {"model: m\nquarantined: maybe\n", "dir/one.yaml:2: quarantined: "},
      {"model: m\nbase: b.json\n", "dir/one.yaml:2: base: does not go with backend openai"},
      {"backend: builtin\nmodel: m\nbase: b.json\n", "dir/one.yaml:3: base: needs texts beside it"},
      {"backend: builtin\nmodel: m\ntexts: [t]\n", "dir/one.yaml:3: texts: needs base beside it"},
      {"backend: builtin\nmodel: m\ntexts: t\nbase: b\n", "dir/one.yaml:3: texts: expected a list of files"},
      {"backend: builtin\nmodel: m\ntext_weight: 2\n", "dir/one.yaml:3: text_weight: goes with base and texts"},
      {"backend: builtin\nmodel: m\ntext_weight: 0\nbase: b\ntexts: [t]\n", "dir/one.yaml:3: text_weight: "},
      {"[]", "dir/one.yaml:1: a canary is a map: id, backend, model, ..."},
      {"", "dir/one.yaml:1: a canary is a map: id, backend, model, ..."}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_canary_configs configs = {0};
    err.message[0] = '\0';
    CHECK(dw_canary_config_parse(&configs, cases[i][0], strlen(cases[i][0]), "dir/one.yaml", &none, &err) == DW_EUSAGE);
    CHECK_MSG(strncmp(err.message, cases[i][1], strlen(cases[i][1])) == 0, "%s, not %s", err.message, cases[i][1]);
    dw_canary_configs_free(&configs);
  }
  dw_canary_configs configs = {0};
  parsed(&configs, "{id: a}", &some);
  CHECK(dw_canary_config_parse(&configs, "{id: a}", 7, "two.yaml", &some, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "two.yaml: the id \"a\" is that of dir/one.yaml already");
  dw_canary_configs_free(&configs);
}

/* What a canary is in its network is not what makes its answers. */
TEST(standing_and_training_are_not_in_the_hash)
{
  dw_canary_configs a = {0}, b = {0};
  dw_canary_config *x = parsed(&a, "{id: a}", &some), *y = parsed(&b, "{id: a, weight: 0.5, quarantine_reason: odd}", &some);
  CHECK(x && y && x->weight == 1 && !x->quarantined && !x->quarantine_reason && y->weight == 0.5);
  CHECK_TEXT(x->hash, y->hash);
  CHECK_TEXT(y->quarantine_reason, "odd");
  dw_canary_configs_free(&a);
  dw_canary_configs_free(&b);

  const char *text = "{backend: builtin, model: no.json, base: base.json, texts: [one.ndjson, /two.ndjson], text_weight: 6}";
  dw_canary_configs c = {0}, d = {0};
  CHECK(dw_canary_config_parse(&c, text, strlen(text), "dir/one.yaml", &some, &err) == DW_ESYSTEM); /* there is no such model */
  dw_canary_config *z = parsed(&d, text, &(dw_canary_defaults){.unhashed = true});
  CHECK(z && z->hash[0] == '\0' && z->text_weight == 6 && z->texts.count == 2);
  CHECK_TEXT(z->base, "dir/base.json");
  CHECK_TEXT(z->texts.text[0], "dir/one.ndjson");
  CHECK_TEXT(z->texts.text[1], "/two.ndjson");
  dw_canary_configs_free(&c);
  dw_canary_configs_free(&d);
}

TEST(quarantined_ones_stand_behind_the_others)
{
  dw_canary_configs all = {0};
  CHECK(dw_canary_configs_part(&all) == 0);
  parsed(&all, "{id: a, quarantined: true}", &some);
  parsed(&all, "{id: b}", &some);
  parsed(&all, "{id: c, quarantined: true}", &some);
  parsed(&all, "{id: d, quarantined: false}", &some);
  CHECK(dw_canary_configs_part(&all) == 2 && all.count == 4);
  const char *order[] = {"b", "d", "a", "c"};
  for (size_t i = 0; i < 4; i++) CHECK_TEXT(all.item[i].id, order[i]);
  dw_canary_configs_free(&all);
}
