/* language: a micro language model, the next byte of a text from those before it. Small enough to be trained in a tenth of a second, with
 * probabilities that are exact: the model behind the builtin canaries.
 *
 *   double p[DW_LANGUAGE_SYMBOLS];
 *   dw_language_context context;
 *   dw_language_begin(&context);
 *   dw_language_read(&context, "### Human: ", 11);
 *   dw_language_next(model, &context, p);          p['W'], …, p[DW_LANGUAGE_END]
 *
 * A symbol is a byte or the end of a document. A context is the last symbols, order - 1 of them at most, and reaches back to the beginning
 * of the document, which is the end of the one before, and no further. Behind it stands the topic, as if it were a symbol further back: of
 * the lines of the document that are complete, the longest word, so that an answer knows what was asked (language_topic.h). The probability
 * of s behind the context h, which is h' without the symbol furthest back,
 *
 *   p(s | h) = (w(h, s) + b(h) p(s | h')) / (sum over s of w(h, s) + b(h)),
 *
 * where the model has seen h; else it is p(s | h'); and 1/257 below the empty context. Trained from counts (language_train.h) this is
 * interpolated modified Kneser-Ney: w a count less its discount, b the discounts together (R. Kneser, H. Ney, "Improved backing-off for
 * m-gram language modeling", ICASSP 1995; S. F. Chen, J. Goodman, "An empirical study of smoothing techniques for language modeling",
 * Harvard TR-10-98, 1998, and Computer Speech and Language 13, 1999, section 3). Whatever the weights, w >= 0 and b > 0: each p is
 * positive, and they add up to 1 (within 1e-12; a rounding or two a level).
 *
 * The same bits on every machine (base/fmath.h). A model is read only: threads may share it.
 */
#ifndef DW_MODEL_LANGUAGE_H
#define DW_MODEL_LANGUAGE_H

#include <stddef.h>
#include <stdint.h>

#include "model/language/language_topic.h"

enum {
  DW_LANGUAGE_END = 256, /* the symbol behind the last byte of a document */
  DW_LANGUAGE_SYMBOLS = 257,
  DW_LANGUAGE_ORDER = 12 /* the highest */
};

typedef struct dw_language dw_language;

void dw_language_free(dw_language *language); /* NULL is fine */
unsigned dw_language_order(const dw_language *language);
size_t dw_language_contexts(const dw_language *language);
void dw_language_digest(const dw_language *language, char out[33]); /* of order, contexts and weights, however they came to be */

/* Where in a text one stands: a plain value. */
typedef struct dw_language_context {
  uint16_t recent[DW_LANGUAGE_ORDER - 1]; /* symbols, the last first */
  unsigned known;
  dw_language_topic topic;
} dw_language_context;

void dw_language_begin(dw_language_context *context);                                 /* of a document */
void dw_language_pass(dw_language_context *context, unsigned symbol);                 /* behind one more symbol; END: a new document */
void dw_language_read(dw_language_context *context, const char *text, size_t length); /* behind these bytes */
void dw_language_next(const dw_language *language, const dw_language_context *context, double p[DW_LANGUAGE_SYMBOLS]);

/* The k symbols of the highest p, highest first, equal ones by symbol; k is cut to 257 and returned. Their log-probabilities are
 * dw_log(p[symbol]): of the model itself, before temperature and top-p. */
unsigned dw_language_top(const double p[DW_LANGUAGE_SYMBOLS], unsigned k, uint16_t *symbol);

/* Of the symbols of a document, its end among them (length + 1), the sum of -log p, in nats; exp(sum / symbols) is the perplexity. */
double dw_language_loss(const dw_language *language, const char *text, size_t length);

/* Kullback-Leibler divergence of b from a, in nats, of what comes next; at least 0, and 0 for equal distributions. */
double dw_language_divergence(const dw_language *a, const dw_language *b, const dw_language_context *context);
/* Its mean over the length + 1 places of a document. */
double dw_language_divergence_along(const dw_language *a, const dw_language *b, const char *text, size_t length);

#endif
