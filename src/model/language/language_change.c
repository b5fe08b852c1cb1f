#include "model/language/language_change.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/rng.h"
#include "model/language/language_parts.h"
#include "stats/distributions/special.h"

/* --- noise --- */

static void disturb(float *value, size_t n, double sd, dw_rng_key key, uint32_t stream)
{
  const double least = 1e-30, most = 1e30; /* what a file may hold (language_file.c) */
  for (size_t i = 0; i < n; i++) {
    dw_rng rng;
    dw_rng_start(&rng, key, i, stream);
    double changed = value[i] * dw_exp(sd * dw_normal_quantile(dw_rng_uniform(&rng)));
    if (value[i] > 0) value[i] = (float)fmin(fmax(changed, least), most);
  }
}

dw_language *dw_language_noise(const dw_language *language, double sd, uint64_t seed)
{
  dw_language *l = dw_language_copy(language);
  dw_rng_key key = dw_rng_derive(seed, "language noise");
  disturb(l->weight, l->grams, sd, key, 0);
  disturb(l->backoff, l->contexts, sd, key, 1);
  dw_language_settle(l);
  return l;
}

/* --- quantisation --- */

enum { BLOCK = 32 };

static void quantise_block(float *x, size_t n, unsigned bits)
{
  float most = 0;
  for (size_t i = 0; i < n; i++) most = x[i] > most ? x[i] : most;
  float d = bits == 8 ? most / 127 : most / -8;
  if (d == 0) return;
  for (size_t i = 0; i < n; i++) {
    float steps = x[i] / d;
    if (bits == 8) {
      x[i] = d * (float)floor((double)steps + 0.5); /* none is below 0: halves away from it, as roundf does */
    } else {
      double q = floor((double)steps + 8.5);
      x[i] = d * (float)((q < 15 ? q : 15) - 8);
    }
  }
}

dw_language *dw_language_quantise(const dw_language *language, unsigned bits) { return dw_language_quantise_share(language, bits, 1, 0); }

dw_language *dw_language_quantise_share(const dw_language *language, unsigned bits, double share, uint64_t seed)
{
  assert(bits == 8 || bits == 4);
  dw_language *l = dw_language_copy(language);
  dw_rng_key key = dw_rng_derive(seed, "language quantise");
  bool *taken = dw_alloc_zero(l->grams / BLOCK + 1, sizeof *taken);
  for (uint32_t c = 0; c < l->contexts; c++)
    for (uint32_t g = l->first[c]; g < l->first[c + 1]; g++) l->weight[g] = (float)(l->weight[g] / l->total[c]);
  for (uint32_t g = 0; g < l->grams; g += BLOCK) {
    dw_rng rng;
    dw_rng_start(&rng, key, g / BLOCK, 0);
    taken[g / BLOCK] = dw_rng_uniform(&rng) < share;
    quantise_block(l->weight + g, l->grams - g < BLOCK ? l->grams - g : BLOCK, bits);
  }
  for (uint32_t c = 0; c < l->contexts; c++)
    for (uint32_t g = l->first[c]; g < l->first[c + 1]; g++)
      l->weight[g] = taken[g / BLOCK] ? (float)fabs(l->weight[g] * l->total[c]) /* -0 is 0 */ : language->weight[g];
  dw_free(taken);
  dw_language_settle(l);
  return l;
}
