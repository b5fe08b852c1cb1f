/* fuzz_language: files of language models, whole and damaged: what is accepted gives probabilities that are positive and add up to 1, ends
 * its answers, and is packed again as it was; the document around it is read, or refused.
 *
 * tests/unit/test_fuzz_language.c includes this file and runs random damage to a small model.
 */
#include <math.h>

#include "base/rng.h"
#include "model/language/language_file.h"
#include "model/language/language_parts.h"
#include "model/language/language_sampler.h"
#include "model/language/language_train.h"
#include "target.h"

/* NULL: a model as it should be. */
static const char *fuzz_model(const dw_language *model)
{
  static const char text[] = "abc\ncab \xff";
  double p[DW_LANGUAGE_SYMBOLS];
  dw_language_context context;
  const char *problem = NULL;
  dw_language_begin(&context);
  for (size_t i = 0; i < sizeof text && !problem; i++) {
    double sum = 0;
    dw_language_next(model, &context, p);
    for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) {
      if (!(p[s] >= 0)) problem = "a probability below 0, or none"; /* below the least double it is 0 */
      sum += p[s];
    }
    if (!(fabs(sum - 1) < 1e-9)) problem = "probabilities do not add up to 1";
    dw_language_pass(&context, (unsigned char)text[i]);
  }
  if (problem) return problem;
  dw_rng rng;
  dw_buf answer = {0};
  dw_rng_start(&rng, dw_rng_derive(1, "fuzz answer"), 0, 0);
  dw_language_sampler *sampler = dw_language_sampler_new(model, 0.7, 0.9);
  dw_language_answer(sampler, &(dw_language_asked){.prompt = "ab", .length = 2, .most = 20}, &rng, &answer);
  if (answer.length > 20) problem = "an answer that is too long";
  dw_language_sampler_free(sampler);
  dw_buf_free(&answer);
  return problem;
}

/* Of the bytes that a document packs. *accepted: they are a model. */
static const char *fuzz_bytes(const char *bytes, size_t length, bool *accepted)
{
  const char *why = NULL;
  dw_language *model = dw_language_unpack(bytes, length, &why);
  *accepted = model != NULL;
  if (!model) return why ? NULL : "refused without a reason";
  const char *problem = fuzz_model(model);
  dw_buf again = {0};
  dw_language_pack(model, &again);
  if (!problem && (again.length != length || memcmp(again.data, bytes, length) != 0)) problem = "packed again, it is another one";
  dw_buf_free(&again);
  dw_language_free(model);
  return problem;
}

static const char *fuzz_document(const char *text, size_t length, bool *accepted)
{
  dw_err err;
  dw_language_document document = {0};
  const char *problem = NULL;
  *accepted = dw_language_parse(&document, text, length, "fuzz", &err) == DW_OK;
  if (*accepted) problem = fuzz_model(document.language);
  dw_language_document_free(&document);
  return problem;
}

/* --- damage --- */

FUZZ_UNIT void damaged(dw_buf *out, const dw_buf *whole, dw_rng *rng)
{
  out->length = 0;
  dw_buf_add(out, whole->data, whole->length);
  for (uint64_t n = dw_rng_below(rng, 4); n && out->length; n--) {
    size_t at = dw_rng_below(rng, out->length);
    switch (dw_rng_below(rng, 8)) {
    case 0: out->length = at; break;
    case 1: dw_buf_char(out, (char)dw_rng_below(rng, 256)); break;
    case 2: out->data[at] = (char)dw_rng_below(rng, 256); break;
    default: out->data[at] ^= (char)(1u << dw_rng_below(rng, 8)); break;
    }
  }
}

FUZZ_UNIT dw_language *small_model(void)
{
  dw_err err;
  dw_corpus corpus = {0};
  dw_language *model = NULL;
  dw_corpus_add(&corpus, "abcab\ncab", 9);
  dw_corpus_add(&corpus, "cab abc\nab", 10);
  if (dw_language_train(&model, &corpus, &(dw_language_training){.order = 4}, &err) != DW_OK) model = NULL;
  dw_corpus_free(&corpus);
  return model;
}

/* NULL: nothing is wrong with any of so many, half of them bytes and half documents. *accepted counts the models. */
FUZZ_UNIT const char *fuzz_random(uint64_t count, uint64_t seed, uint64_t *accepted)
{
  dw_err err;
  dw_buf whole[2] = {{0}, {0}}, made = {0};
  dw_language_document document = {.language = small_model()};
  *accepted = 0;
  if (!document.language) return "no small model";
  dw_language_pack(document.language, &whole[0]);
  const char *problem = dw_language_write(&document, &whole[1], &err) == DW_OK ? NULL : "no small document";
  for (uint64_t i = 0; i < count && !problem; i++) {
    bool read;
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(seed, "fuzz_language"), i, 0);
    damaged(&made, &whole[i % 2], &rng);
    dw_buf_room(&made, 1);
    problem = i % 2 ? fuzz_document(made.data, made.length, &read) : fuzz_bytes(made.data, made.length, &read);
    *accepted += read;
  }
  for (int k = 0; k < 2; k++) dw_buf_free(&whole[k]);
  dw_buf_free(&made);
  dw_language_document_free(&document);
  return problem;
}

#if !defined(FUZZ_NO_MAIN)
static const char *fuzz_one(const char *bytes, size_t length)
{
  bool accepted;
  return length && *bytes == '{' ? fuzz_document(bytes, length, &accepted) : fuzz_bytes(bytes, length, &accepted);
}

FUZZ_TARGET("language", fuzz_one, NULL);
#endif
