/* Probabilities against the definition: tests/unit/test_language_train.c. */
#include "model/language/language.h"

#include "base/rng.h"
#include "language_case.h"

TEST(normal_whatever_the_context)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(1, "language"), 0, 0);
  for (unsigned order = 1; order <= DW_LANGUAGE_ORDER; order++) {
    dw_language *model = language_of_english(order);
    char text[2000];
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)dw_rng_below(&rng, 256);
    language_normal_along(model, text, sizeof text);
    const char *english = "The backup is kept every week. Your phone can be lost in a safe place, at once!";
    language_normal_along(model, english, strlen(english));
    dw_language_free(model);
  }
}

/* However the bytes were put in. */
TEST(contexts)
{
  const char *text = "The backup is kept";
  for (size_t length = 0; length <= strlen(text); length++) {
    dw_language_context whole, bytes;
    dw_language_begin(&whole);
    dw_language_begin(&bytes);
    dw_language_read(&whole, text, length);
    for (size_t i = 0; i < length; i++) dw_language_pass(&bytes, (unsigned char)text[i]);
    CHECK(whole.known == bytes.known && memcmp(whole.recent, bytes.recent, whole.known * sizeof *whole.recent) == 0);
    CHECK(whole.known == (length < 10 ? length + 1 : 11));
    if (length < 11) CHECK(whole.recent[length] == DW_LANGUAGE_END);
    dw_language_pass(&bytes, DW_LANGUAGE_END);
    CHECK(bytes.known == 1 && bytes.recent[0] == DW_LANGUAGE_END && bytes.topic.now == 0);
  }
}

TEST(top)
{
  double p[DW_LANGUAGE_SYMBOLS];
  uint16_t symbol[DW_LANGUAGE_SYMBOLS + 10];
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) p[s] = (s * 37 % 50) / 1e4;
  CHECK(dw_language_top(p, 0, symbol) == 0);
  for (unsigned k = 1; k < DW_LANGUAGE_SYMBOLS + 10; k++) {
    unsigned count = dw_language_top(p, k, symbol);
    CHECK(count == (k < DW_LANGUAGE_SYMBOLS ? k : DW_LANGUAGE_SYMBOLS));
    for (unsigned i = 1; i < count; i++)
      CHECK(p[symbol[i - 1]] > p[symbol[i]] || (p[symbol[i - 1]] == p[symbol[i]] && symbol[i - 1] < symbol[i]));
    double least = p[symbol[count - 1]];
    unsigned above = 0;
    for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) above += p[s] > least;
    CHECK(above < count);
  }
}

/* A higher order knows its own text better; a text of another kind is told from it. */
TEST(loss_falls_with_order)
{
  const char *text = "A password should be checked before you trust it.";
  double last = INFINITY;
  for (unsigned order = 1; order <= DW_LANGUAGE_ORDER; order++) {
    dw_language *model = language_of_english(order);
    double loss = dw_language_loss(model, text, strlen(text));
    CHECK_MSG(loss < last || order > 7, "order %u: %g after %g", order, loss, last);
    CHECK(dw_language_loss(model, "Zwölf Boxkämpfer jagen Viktor über den Deich", 46) > (order < 4 ? 1 : 4) * loss);
    last = loss;
    dw_language_free(model);
  }
}

/* What was asked decides what is answered, thousands of bytes later too. */
TEST(answers_know_the_question)
{
  dw_corpus corpus = {0};
  for (int i = 0; i < 5; i++) {
    dw_corpus_add(&corpus, "What is a password?\nA: secret", 28);
    dw_corpus_add(&corpus, "What is a backup?\nA: copy", 24);
  }
  dw_language *model = language_trained(&corpus, 6, NULL, 0);
  static const char *const asked[] = {"Passwords, then?\nA: ", "Are backups much?\nA: ", "Passwords or bypassings?\nA: "};
  for (int i = 0; i < 3; i++) {
    double p[DW_LANGUAGE_SYMBOLS];
    dw_language_context context;
    dw_language_begin(&context);
    dw_language_read(&context, asked[i], strlen(asked[i]));
    dw_language_next(model, &context, p);
    if (i == 0) CHECK(p['s'] > 0.8);
    if (i == 1) CHECK(p['c'] > 0.8);
    if (i == 2) CHECK(p['s'] > 0.3 && p['c'] > 0.3);
  }
  dw_language_free(model);
  dw_corpus_free(&corpus);
}

TEST(divergence)
{
  dw_language *a = language_of_english(6), *b = language_of_english(3);
  const char *text = "A password should be lost before you know.";
  CHECK(dw_language_divergence_along(a, a, text, strlen(text)) == 0);
  double ab = dw_language_divergence_along(a, b, text, strlen(text)), ba = dw_language_divergence_along(b, a, text, strlen(text));
  CHECK(ab > 0.01 && ba > 0.01 && ab != ba);
  dw_language_free(a);
  dw_language_free(b);
  dw_language_free(NULL);
}
