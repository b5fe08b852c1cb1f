/* language_case: small corpora and the models of them, for tests of model/language. */
#ifndef DW_TESTS_LANGUAGE_CASE_H
#define DW_TESTS_LANGUAGE_CASE_H

#include "golden.h"
#include "model/language/language_train.h"

enum { LANGUAGE_CORPORA = 8 };

/* "-" or hexadecimal digits; returns the length. */
static inline size_t language_bytes(const char *hex, char *out)
{
  size_t n = 0;
  unsigned byte;
  for (; *hex != '-' && hex[0] && sscanf(hex, "%2x", &byte) == 1; hex += 2) out[n++] = (char)byte;
  return n;
}

static inline dw_language *language_trained(const dw_corpus *corpus, unsigned order, const dw_language *start, double weight)
{
  dw_language *model = NULL;
  dw_err err = {0};
  dw_status status = dw_language_train(&model, corpus, &(dw_language_training){.order = order, .start = start, .weight = weight}, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return model;
}

/* Some English: enough that every level has counts of 1 to 4. */
static inline void language_english(dw_corpus *corpus)
{
  static const char *const subject[] = {"A password", "The backup", "An update", "The network", "Your phone", "A message"};
  static const char *const verb[] = {"is kept", "should be checked", "can be lost", "is never sent", "must be tested"};
  static const char *const end[] = {"every week.", "in a safe place.", "before you trust it.", "by people who know.", "at once!"};
  for (uint64_t i = 0; i < 60; i++) {
    char text[200];
    int length = 0;
    for (uint64_t j = 0; j <= golden_bits(8, i) % 3; j++) {
      uint64_t r = golden_bits(9, 10 * i + j);
      length += snprintf(text + length, sizeof text - (size_t)length, "%s %s %s ", subject[r % 6], verb[r / 7 % 5], end[r / 91 % 5]);
    }
    dw_corpus_add(corpus, text, (size_t)length);
  }
}

static inline dw_language *language_of_english(unsigned order)
{
  dw_corpus corpus = {0};
  language_english(&corpus);
  dw_language *model = language_trained(&corpus, order, NULL, 0);
  dw_corpus_free(&corpus);
  return model;
}

/* All that a walk over every context of a text can say about a model: each distribution adds up to 1, and is positive. */
static inline void language_normal_along(const dw_language *model, const char *text, size_t length)
{
  dw_language_context context;
  double p[DW_LANGUAGE_SYMBOLS], worst = 0, least = 1;
  dw_language_begin(&context);
  for (size_t i = 0; i <= length; i++) {
    double sum = 0;
    dw_language_next(model, &context, p);
    for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) sum += p[s], least = fmin(least, p[s]);
    worst = fmax(worst, fabs(sum - 1));
    if (i < length) dw_language_pass(&context, (unsigned char)text[i]);
  }
  CHECK_MSG(worst <= 1e-12, "%g from 1", worst);
  CHECK_MSG(least > 0, "least %g", least);
}

static inline bool language_same(const dw_language *a, const dw_language *b)
{
  char one[33], other[33];
  dw_language_digest(a, one);
  dw_language_digest(b, other);
  return strcmp(one, other) == 0;
}

#endif
