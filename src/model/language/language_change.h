/* language_change: language models disturbed on purpose, to see what notices. Each makes a new model, whose probabilities are positive and
 * add up to 1 like those of any other; the one that is given stays as it is.
 */
#ifndef DW_MODEL_LANGUAGE_CHANGE_H
#define DW_MODEL_LANGUAGE_CHANGE_H

#include <stdint.h>

#include "model/language/language.h"

/* Every weight and every backoff times exp(sd z), z normal, of their own; sd >= 0 is about the relative change. */
dw_language *dw_language_noise(const dw_language *language, double sd, uint64_t seed);

/* What quantising the weights of a network does to it, by the formulas of the forms Q8_0 (bits 8) and Q4_0 (bits 4) that llama.cpp uses:
 * the probabilities that a context gives from its own grams, w(h, s) / (sum of w(h, .) + b(h)), are taken in the order of the model, 32 a
 * block, the last one shorter. With m the largest of a block and every value x,
 *
 *   8 bits: d = m / 127, x becomes d round(x / d)        4 bits: d = m / -8, x becomes d (min(15, floor(x / d + 8.5)) - 8)
 *
 * d in single precision (there in half). Backoffs stay as they are, as the small tensors of a network do; so what becomes 0 is still
 * possible. bits is 8 or 4. */
dw_language *dw_language_quantise(const dw_language *language, unsigned bits);
/* Of the blocks a share alone, 0 to 1, each by its own number of seed: those of a smaller share are among those of a larger one. */
dw_language *dw_language_quantise_share(const dw_language *language, unsigned bits, double share, uint64_t seed);

#endif
