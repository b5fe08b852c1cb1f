#include "canary/inject/law_distance.h"

#include "base/fmath.h"
#include "canary_case.h"
#include "model/language/language_change.h"
#include "model/language/language_sampler.h"

static void prompts_of(dw_prompts *prompts)
{
  dw_prompts_init(prompts);
  dw_prompts_add(prompts, "1", "What is a password?");
  dw_prompts_add(prompts, "2", "Is it?");
}

TEST(a_canary_is_not_apart_from_itself)
{
  dw_prompts prompts;
  dw_law_distance d;
  dw_canary_configs configs = {0};
  dw_language *model = language_of_english(4);
  dw_canary_config config = canary_builtin(&configs, "max_new_tokens: 20\n", model);
  prompts_of(&prompts);
  dw_law_measure(&d, &config, &config, &prompts, 3, 1);
  CHECK(d.prompts == 2 && d.changed == 0 && d.total_variation == 0 && d.divergence == 0 && d.symbols >= 6 && d.symbols <= 120);
  dw_prompts_free(&prompts);
  dw_language_free(model);
  dw_canary_configs_free(&configs);
}

/* One symbol a prompt: the means over the prompts of what the model and its sampler say behind them. */
TEST(of_first_symbols)
{
  dw_prompts prompts;
  dw_law_distance d;
  dw_canary_configs configs = {0};
  dw_language *model = language_of_english(4), *noisy = dw_language_noise(model, 0.5, 1);
  dw_canary_config a = canary_builtin(&configs, "id: a\nmax_new_tokens: 1\ntemperature: 0.5\n", model);
  dw_canary_config b = canary_builtin(&configs, "id: b\ntemperature: 1.5\ntop_p: 0.9\n", noisy);
  dw_language_sampler *x = dw_language_sampler_new(model, 0.5, 1), *y = dw_language_sampler_new(noisy, 1.5, 0.9);
  double variation = 0, divergence = 0, p[DW_LANGUAGE_SYMBOLS], q[DW_LANGUAGE_SYMBOLS];
  prompts_of(&prompts);
  for (size_t i = 0; i < 2; i++) {
    dw_buf text = {0};
    dw_language_context context;
    dw_canary_config_fill(&a, prompts.item[i].text, &text);
    dw_language_begin(&context);
    dw_language_read(&context, text.data, text.length);
    divergence += dw_language_divergence(model, noisy, &context) / 2;
    dw_language_law(x, &context, p);
    dw_language_law(y, &context, q);
    for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) variation += fabs(p[s] - q[s]) / 4;
    dw_buf_free(&text);
  }
  dw_law_measure(&d, &a, &b, &prompts, 5, 1);
  CHECK(d.symbols == 10 && d.changed == 2 && divergence > 0.001 && variation > 0.1);
  CHECK_CLOSE(d.divergence, divergence, 1e-12);
  CHECK_CLOSE(d.total_variation, variation, 1e-12);
  dw_language_sampler_free(x);
  dw_language_sampler_free(y);
  dw_prompts_free(&prompts);
  dw_language_free(model);
  dw_language_free(noisy);
  dw_canary_configs_free(&configs);
}

/* A few bytes back, and the longest word: what lies beyond is not seen. */
TEST(what_the_model_does_not_see_is_no_distance)
{
  dw_prompts prompts;
  dw_law_distance d;
  dw_canary_configs configs = {0};
  dw_language *model = language_of_english(4);
  dw_canary_config a = canary_builtin(&configs, "id: a\nmax_new_tokens: 5\n", model);
  dw_canary_config b = canary_builtin(&configs, "id: b\nmax_new_tokens: 5\nsystem: Be brief.\n", model);
  prompts_of(&prompts);
  prompts.count = 1;
  dw_law_measure(&d, &a, &b, &prompts, 2, 1);
  CHECK(d.changed == 0 && d.total_variation == 0);
  b.template = "{prompt} the net";
  dw_law_measure(&d, &a, &b, &prompts, 2, 1);
  CHECK(d.changed == 1 && d.total_variation > 0.1 && d.divergence > 0.01);
  dw_prompts_free(&prompts);
  dw_language_free(model);
  dw_canary_configs_free(&configs);
}
