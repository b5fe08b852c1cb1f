/* language_sampler: what a language model answers.
 *
 *   dw_language_sampler *sampler = dw_language_sampler_new(model, 0.8, 0.95);
 *   dw_rng rng;
 *   dw_rng_start(&rng, dw_rng_derive(seed, "answers"), repeat, 0);
 *   dw_language_ending why = dw_language_answer(sampler, &(dw_language_asked){prompt, length, 256}, &rng, &out);
 *   dw_language_sampler_free(sampler);
 *
 * Temperature T first, then top-p, as in vLLM and Hugging Face's transformers (llama.cpp has it the other way round): p becomes
 * p^(1/T), made to add up to 1; of those the most probable symbols are kept, equal ones by symbol, until they hold top_p of it, and one of
 * these is drawn. T = 0 takes the most probable symbol, the first of equals, whatever top_p and the random numbers.
 *
 * The same bytes on every machine for the same model, settings and random numbers. Distributions are kept for contexts that come again
 * (2 MiB a sampler), so that a byte costs about as much as its random number. A sampler belongs to one thread; the model is shared.
 */
#ifndef DW_MODEL_LANGUAGE_SAMPLER_H
#define DW_MODEL_LANGUAGE_SAMPLER_H

#include "base/rng.h"
#include "base/str.h"
#include "model/language/language.h"

typedef struct dw_language_sampler dw_language_sampler;

/* temperature from 0 to 100, top_p in (0, 1]. The model stays the caller's, and must stay. */
dw_language_sampler *dw_language_sampler_new(const dw_language *language, double temperature, double top_p);
void dw_language_sampler_free(dw_language_sampler *sampler); /* NULL is fine */

/* The next symbol; takes one number from rng, and none at temperature 0. */
unsigned dw_language_draw(dw_language_sampler *sampler, const dw_language_context *context, dw_rng *rng);
/* What it draws by: probabilities after temperature and top-p. */
void dw_language_law(dw_language_sampler *sampler, const dw_language_context *context, double p[DW_LANGUAGE_SYMBOLS]);

typedef struct dw_language_asked {
  const char *prompt; /* the document so far, from its beginning */
  size_t length;
  size_t most;             /* bytes of an answer */
  const char *const *stop; /* texts that end an answer, and are cut off it; none empty */
  size_t stops;
} dw_language_asked;

typedef enum dw_language_ending {
  DW_LANGUAGE_ENDED,   /* the document ended */
  DW_LANGUAGE_STOPPED, /* a stop text came */
  DW_LANGUAGE_CUT      /* `most` bytes, and no end */
} dw_language_ending;

/* The answer, at the end of out. */
dw_language_ending dw_language_answer(dw_language_sampler *sampler, const dw_language_asked *asked, dw_rng *rng, dw_buf *out);

#endif
