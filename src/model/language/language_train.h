/* language_train: a language model from documents, alone or on top of another one.
 *
 * Alone: modified Kneser-Ney. With n1 to n4 the numbers of grams of a level (a context of d symbols and the next) that have the counts 1 to
 * 4, and Y = n1 / (n1 + 2 n2), the discounts of the counts 1, 2, and 3 or more are
 *
 *   D1 = 1 - 2 Y n2 / n1,   D2 = 2 - 3 Y n3 / n2,   D3 = 3 - 4 Y n4 / n3
 *
 * (1/2, 1, 3/2 where these have no sense), and w(h, s) = c(h, s) - D(c(h, s)), b(h) = sum over s of D(c(h, s)). c counts the text for the
 * longest contexts and those that begin a document; for all others the distinct symbols before (h, s).
 *
 * On top of a model: of the new documents alone w1 and b1 are made as above, and
 *
 *   w(h, s) = w0(h, s) + W w1(h, s),   b(h) = b0(h) + W b1(h),
 *
 * counts being added up as in M. Bacchiani, B. Roark, "Unsupervised language model adaptation", ICASSP 2003. A context that only the new
 * documents have has b0 = 1: the model backs off there, and that counts like one look. So the model changes little by little with W: W = 1
 * weighs a new text like an old one of the same length, 0.01 is a small step.
 */
#ifndef DW_MODEL_LANGUAGE_TRAIN_H
#define DW_MODEL_LANGUAGE_TRAIN_H

#include "base/err.h"
#include "model/language/corpus.h"
#include "model/language/language.h"

typedef struct dw_language_training {
  unsigned order;           /* 1 to DW_LANGUAGE_ORDER; of start, where there is one */
  const dw_language *start; /* NULL: alone */
  double weight;            /* W > 0, at most 1e6, of the documents against start */
  size_t memory;            /* bytes that training may take, besides corpus and start; 0: no bound */
} dw_language_training;

/* The bytes that training on a corpus takes at the least, besides it: whoever reads one can stop there. English takes about 60 for each of
 * its own at order 6, and a text without any order five times that. */
size_t dw_language_train_least(const dw_corpus *corpus);

/* DW_ENODATA: no document, a corpus beyond `memory`, or a model beyond what a file may hold (256 MiB, unpacked). */
dw_status dw_language_train(dw_language **out, const dw_corpus *corpus, const dw_language_training *how, dw_err *err);

#endif
