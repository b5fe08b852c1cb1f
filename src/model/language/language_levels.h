/* language_levels: a language model level by level, as sorted lists: how counts become weights, and how models are added up.
 *
 * Level d holds the contexts of d symbols (level `order`: of order - 1 and a topic), and grams, a context and the symbol behind it. Each is
 * one word of 9 bits a symbol, the nearest symbol of the context on top and the one behind it at the bottom, so that sorted words are grams
 * in the order in which a model holds them.
 */
#ifndef DW_MODEL_LANGUAGE_LEVELS_H
#define DW_MODEL_LANGUAGE_LEVELS_H

#include <stdbool.h>

#include "base/wide.h"
#include "model/language/corpus.h"
#include "model/language/language.h"

typedef dw_wide dw_language_word; /* 14 symbols: a context of 12, the next one, and room */

typedef struct dw_language_level {
  dw_language_word *gram; /* [grams] ascending */
  double *weight;         /* [grams] */
  size_t grams;
  dw_language_word *context; /* [contexts] ascending, each with a gram */
  double *backoff;           /* [contexts] */
  size_t contexts;
} dw_language_level;

typedef struct dw_language_levels {
  unsigned order;
  dw_language_level level[DW_LANGUAGE_ORDER + 1]; /* [order + 1] */
} dw_language_levels;

/* The levels of a corpus of at least one document: counts, less their discounts. false: they, and a model of them, take more than memory
 * bytes (0: no bound); then there is nothing to free. */
bool dw_language_levels_count(dw_language_levels *out, const dw_corpus *corpus, unsigned order, size_t memory);
void dw_language_levels_of(dw_language_levels *out, const dw_language *language);
/* to += weight * more. A context that only more has begins with a backoff of 1. */
void dw_language_levels_add(dw_language_levels *to, const dw_language_levels *more, double weight);
size_t dw_language_levels_sizes(const dw_language_levels *levels, size_t *contexts, size_t *grams); /* bytes of the packed model */
size_t dw_language_levels_memory(const dw_language_levels *levels);      /* bytes of the lists, and of a model of them */
dw_language *dw_language_levels_model(const dw_language_levels *levels); /* weights to single precision */
void dw_language_levels_free(dw_language_levels *levels);

/* Chen and Goodman's discounts of the counts 1, 2 and 3 or more, from how many grams of a level have the counts 1 to 4. Where they
 * have no sense, since one of the numbers is 0 or a discount is not above 0 and below its count: 1/2, 1, 3/2. */
void dw_language_discounts(const uint64_t with[5], double discount[4]); /* [0] is 0, and not used */

#endif
