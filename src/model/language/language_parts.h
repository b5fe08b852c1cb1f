/* language_parts: how a model lies in memory; for the files of this room alone.
 *
 * Contexts are a tree: the root is the empty context, a child has one symbol more, further back, or a topic. They are numbered level by
 * level, so that the children of one stand together, in the order of their symbols, and behind it: a tree whatever the numbers of children
 * are.
 */
#ifndef DW_MODEL_LANGUAGE_PARTS_H
#define DW_MODEL_LANGUAGE_PARTS_H

#include "base/str.h"
#include "model/language/language.h"

enum { DW_LANGUAGE_LEVELS = DW_LANGUAGE_ORDER + 1 }; /* contexts of 0 to order - 1 symbols, and of these and a topic */

struct dw_language {
  unsigned order;
  uint32_t contexts, grams;
  uint16_t *oldest; /* [contexts] the symbol furthest back; of the root: 0 */
  uint32_t *child;  /* [contexts + 1] children of c: child[c] to child[c + 1] */
  uint32_t *first;  /* [contexts + 1] grams of c: first[c] to first[c + 1] */
  float *backoff;   /* [contexts] b > 0 */
  uint16_t *symbol; /* [grams] ascending within a context */
  float *weight;    /* [grams] w >= 0 */
  /* of these, by dw_language_settle: */
  double *total;                    /* [contexts] b and all w */
  double root[DW_LANGUAGE_SYMBOLS]; /* p behind the empty context */
};

dw_language *dw_language_new(unsigned order, uint32_t contexts, uint32_t grams); /* all but order and sizes to be filled in */
void dw_language_settle(dw_language *language);                                  /* after any change of a weight */
dw_language *dw_language_copy(const dw_language *language);

/* The contexts that the model has of a context, the empty one first: [count], the last is the longest. */
unsigned dw_language_path(const dw_language *language, const dw_language_context *context, uint32_t path[DW_LANGUAGE_LEVELS]);
void dw_language_of_path(const dw_language *language, const uint32_t *path, unsigned count, double p[DW_LANGUAGE_SYMBOLS]);

/* All of it as bytes (language_file.c says how). */
void dw_language_pack(const dw_language *language, dw_buf *out);

#endif
