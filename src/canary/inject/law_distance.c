#include "canary/inject/law_distance.h"

#include <math.h>

#include "base/fmath.h"
#include "model/language/language_sampler.h"
#include "stats/samples/sum.h"

static const double other = 1e-9, least_top_p = 1e-300; /* of top_p 0 the most probable symbol is left */

typedef struct measuring {
  dw_language_sampler *a, *b;
  const dw_language *models[2];
  size_t most; /* symbols of an answer */
  dw_sum variation, divergence;
  uint64_t symbols;
} measuring;

/* Total variation of two laws. */
static double hold(measuring *m, const dw_language_context *a, const dw_language_context *b)
{
  double p[DW_LANGUAGE_SYMBOLS], q[DW_LANGUAGE_SYMBOLS], variation = 0, divergence = 0;
  dw_language_law(m->a, a, p);
  dw_language_law(m->b, b, q);
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) variation += fabs(p[s] - q[s]) / 2;
  dw_language_next(m->models[0], a, p);
  dw_language_next(m->models[1], b, q);
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) divergence += p[s] * (dw_log(p[s]) - dw_log(q[s]));
  dw_sum_add(&m->variation, variation);
  dw_sum_add(&m->divergence, divergence);
  m->symbols++;
  return variation;
}

/* The largest total variation along one answer. */
static double follow(measuring *m, dw_language_context a, dw_language_context b, dw_rng *rng)
{
  double largest = 0;
  for (size_t i = 0; i < m->most; i++) {
    largest = fmax(largest, hold(m, &a, &b));
    unsigned symbol = dw_language_draw(m->a, &a, rng);
    if (symbol == DW_LANGUAGE_END) break;
    dw_language_pass(&a, symbol);
    dw_language_pass(&b, symbol);
  }
  return largest;
}

static dw_language_context behind(const dw_canary_config *config, const char *prompt)
{
  dw_buf text = {0};
  dw_language_context context;
  dw_canary_config_fill(config, prompt, &text);
  dw_language_begin(&context);
  dw_language_read(&context, text.data, text.length);
  dw_buf_free(&text);
  return context;
}

static dw_language_sampler *sampler_of(const dw_canary_config *config)
{
  return dw_language_sampler_new(config->language, config->temperature, fmax(config->top_p, least_top_p));
}

void dw_law_measure(dw_law_distance *out, const dw_canary_config *a, const dw_canary_config *b, const dw_prompts *prompts, unsigned answers,
                    uint64_t seed)
{
  measuring m = {.a = sampler_of(a), .b = sampler_of(b), .models = {a->language, b->language}, .most = a->max_new_tokens};
  *out = (dw_law_distance){.prompts = prompts->count};
  for (size_t i = 0; i < prompts->count; i++) {
    double largest = 0;
    dw_language_context x = behind(a, prompts->item[i].text), y = behind(b, prompts->item[i].text);
    for (unsigned r = 0; r < answers; r++) {
      dw_rng rng;
      dw_rng_start(&rng, dw_rng_derive(seed, "law distance"), i, r);
      largest = fmax(largest, follow(&m, x, y, &rng));
    }
    out->changed += largest > other;
  }
  out->symbols = m.symbols;
  out->total_variation = dw_sum_value(&m.variation) / (double)m.symbols;
  out->divergence = fmax(0, dw_sum_value(&m.divergence) / (double)m.symbols);
  dw_language_sampler_free(m.a);
  dw_language_sampler_free(m.b);
}
