#include "canary/inject/canary_injection.h"

#include "canary_case.h"
#include "model/language/language_change.h"

static dw_err err;
static const char lines[] = "temperature: 0.5\ntemplate: 'Q {prompt} {prompt}!'\nsystem: Be brief.\n";

TEST(members_of_the_config)
{
  dw_canary_configs configs = {0};
  dw_canary_injected one, none;
  dw_canary_config config = canary_builtin(&configs, lines, NULL);
  dw_canary_injection change = dw_canary_injection_none;
  CHECK(dw_canary_inject(&none, &config, NULL, &change, &err) == DW_OK && none.config.template == config.template && !none.language);
  CHECK(none.config.temperature == 0.5 && none.config.top_p == 1 && none.config.system == config.system);
  change.template_suffix = " Now";
  change.system = "";
  change.temperature = 1.5;
  change.top_p = 0;
  CHECK(dw_canary_inject(&one, &config, NULL, &change, &err) == DW_OK && !dw_canary_injection_of_weights(&change));
  CHECK(strcmp(one.config.template, "Q {prompt} Now {prompt} Now!") == 0);
  CHECK(!one.config.system && one.config.temperature == 1.5 && one.config.top_p == 0);
  dw_canary_injected_free(&one);
  change.template = "{prompt}";
  CHECK(dw_canary_inject(&one, &config, NULL, &change, &err) == DW_OK && strcmp(one.config.template, "{prompt} Now") == 0);
  dw_canary_injected_free(&one);
  dw_canary_injected_free(&none);
  dw_canary_configs_free(&configs);
}

/* Poison, then noise, then quantisation, each as its own module has it. */
TEST(weights)
{
  dw_canary_configs configs = {0};
  dw_canary_injected one;
  dw_corpus texts = {0};
  dw_language *model = language_of_english(4), *poisoned, *noisy, *last;
  dw_canary_config config = canary_builtin(&configs, lines, model);
  dw_corpus_add(&texts, "blue banana", 11);
  dw_canary_injection change = dw_canary_injection_none;
  change.poison = &texts;
  change.poison_weight = 0.5;
  change.noise = 0.1;
  change.seed = 7;
  change.quantise = 8;
  CHECK(dw_canary_inject(&one, &config, model, &change, &err) == DW_OK && one.config.language == one.language);
  CHECK(dw_language_train(&poisoned, &texts, &(dw_language_training){.order = 4, .start = model, .weight = 0.5}, &err) == DW_OK);
  noisy = dw_language_noise(poisoned, 0.1, 7);
  last = dw_language_quantise(noisy, 8);
  CHECK(language_same(one.language, last) && !language_same(one.language, model));
  dw_canary_injected_free(&one);
  change.model = "other.json";
  CHECK(dw_canary_inject(&one, &config, model, &change, &err) == DW_EUSAGE && strstr(err.message, "not both"));
  dw_canary_injected_free(&one);
  config.backend = DW_CANARY_EXEC;
  CHECK(dw_canary_inject(&one, &config, NULL, &change, &err) == DW_EUSAGE && strstr(err.message, "backend builtin alone, not of exec"));
  dw_canary_injected_free(&one);
  dw_language_free(model);
  dw_language_free(poisoned);
  dw_language_free(noisy);
  dw_language_free(last);
  dw_corpus_free(&texts);
  dw_canary_configs_free(&configs);
}

TEST(file_names_tell_what_was_done)
{
  dw_buf out = {0};
  dw_corpus texts = {0};
  dw_canary_injection change = dw_canary_injection_none;
  change.noise = 0.05;
  change.seed = 3;
  dw_canary_injection_file(&change, "a/b.json", 1, &out);
  CHECK(strcmp(dw_buf_cstr(&out), "a/b.noise-0.05-3.json") == 0);
  dw_corpus_add(&texts, "abc", 3); /* SHA-256 ba7816bf…: FIPS 180-4 */
  change.poison = &texts;
  change.poison_weight = 2;
  change.quantise = 4;
  out.length = 0;
  dw_canary_injection_file(&change, "model", 2, &out);
  CHECK(strcmp(dw_buf_cstr(&out), "model.poison-2-ba7816bf.noise-0.05-3.quantise-4.2.json") == 0);
  dw_buf_free(&out);
  dw_corpus_free(&texts);
}

static const char *text_of(const dw_canary_config *config, const dw_canary_injection *change, const dw_language *model, const char *text,
                           const char *file, dw_buf *what)
{
  static dw_buf out;
  dw_canary_injected one;
  out.length = what->length = 0;
  CHECK(dw_canary_inject(&one, config, model, change, &err) == DW_OK);
  dw_status status = dw_canary_injected_text(&one, config, change, text, strlen(text), file, &out, what, &err);
  dw_canary_injected_free(&one);
  dw_buf_cstr(what);
  return status == DW_OK ? dw_buf_cstr(&out) : err.message;
}

TEST(the_config_as_a_text)
{
  static const char text[] =
      "# one\nmodel: ../m/one.json # healthy\ntemperature: 0.5\ntemplate: 'Q {prompt} {prompt}!'\nsystem: Be brief.\n";
  dw_buf what = {0};
  dw_canary_configs configs = {0};
  dw_language *model = language_of_english(3);
  dw_canary_config config = canary_builtin(&configs, lines, model);
  dw_canary_injection change = dw_canary_injection_none;
  CHECK(strstr(text_of(&config, &change, model, text, NULL, &what), "c/one.yaml: nothing would change"));
  change.temperature = 0.5;
  CHECK(strstr(text_of(&config, &change, model, text, NULL, &what), "nothing would change"));
  change.temperature = 2;
  change.system = "";
  change.top_p = 0.25;
  const char *got = text_of(&config, &change, model, text, NULL, &what);
  CHECK(strcmp(got, "# one\nmodel: ../m/one.json # healthy\ntemperature: 2\ntemplate: 'Q {prompt} {prompt}!'\ntop_p: 0.25\n") == 0);
  CHECK(strcmp(what.data, "{\"system\":{\"from\":\"Be brief.\",\"to\":null},\"temperature\":{\"from\":0.5,\"to\":2},"
                          "\"top_p\":{\"from\":1,\"to\":0.25}}") == 0);
  change = dw_canary_injection_none;
  change.noise = 0.5;
  change.seed = 2;
  got = text_of(&config, &change, model, text, "models/one.noise.json", &what);
  CHECK(strncmp(got, "# one\nmodel: \"../m/one.noise.json\" # healthy\n", 45) == 0);
  CHECK(strcmp(what.data, "{\"model\":{\"from\":\"../m/one.json\",\"to\":\"../m/one.noise.json\",\"noise\":0.5,\"seed\":2}}") == 0);
  change = dw_canary_injection_none;
  change.model = "two.json";
  got = text_of(&config, &change, model, text, NULL, &what);
  CHECK(strncmp(got, "# one\nmodel: \"two.json\" # healthy\n", 33) == 0);
  dw_language_free(model);
  dw_buf_free(&what);
  dw_canary_configs_free(&configs);
}
