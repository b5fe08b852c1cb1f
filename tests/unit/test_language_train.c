/* Expected values: from the definition, over dictionaries (tests/golden/make_language.py). */
#include "model/language/language_train.h"

#include "language_case.h"

typedef struct golden_case {
  dw_corpus corpus[LANGUAGE_CORPORA];
  dw_language *model; /* the last one, of */
  char plan[100];
} golden_case;

static dw_language *planned(golden_case *g, const char *base, const char *more, const char *weight, const char *order)
{
  char plan[100];
  snprintf(plan, sizeof plan, "%.20s %.20s %.20s %.20s", base, more, weight, order);
  if (strcmp(plan, g->plan) == 0) return g->model;
  strcpy(g->plan, plan);
  dw_language_free(g->model);
  g->model = language_trained(&g->corpus[atoi(base)], (unsigned)atoi(order), NULL, 0);
  if (*more == '-') return g->model;
  dw_language *start = g->model;
  g->model = language_trained(&g->corpus[atoi(more)], (unsigned)atoi(order), start, atof(weight));
  dw_language_free(start);
  return g->model;
}

static void check_next(golden_case *g, const golden *line)
{
  char text[400];
  double p[DW_LANGUAGE_SYMBOLS], mean = 0;
  dw_language_context context;
  const dw_language *model = planned(g, line->field[1], line->field[2], line->field[3], line->field[4]);
  size_t length = language_bytes(line->field[5], text);
  dw_language_begin(&context);
  dw_language_read(&context, text, length);
  dw_language_next(model, &context, p);
  for (int s = 0; s < DW_LANGUAGE_SYMBOLS; s++) mean += (s + 1) * p[s];
  CHECK_CLOSE(mean, golden_number(line, 6), 1e-12);
  for (int i = 7; i + 1 < line->fields; i += 2) CHECK_CLOSE(p[golden_whole(line, i)], golden_number(line, i + 1), 1e-12);
  language_normal_along(model, text, length);
}

TEST(golden_table)
{
  golden table = golden_open("golden/language.txt");
  golden_case g = {0};
  int next = 0, loss = 0, divergence = 0;
  char text[400];
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "document") == 0) {
      size_t length = language_bytes(table.field[2], text);
      dw_corpus_add(&g.corpus[golden_whole(&table, 1)], text, length);
    } else if (strcmp(table.field[0], "next") == 0) {
      check_next(&g, &table);
      next++;
    } else if (strcmp(table.field[0], "loss") == 0) {
      const dw_language *model = planned(&g, table.field[1], "-", "0", table.field[2]);
      size_t length = language_bytes(table.field[3], text);
      CHECK_CLOSE(dw_language_loss(model, text, length), golden_number(&table, 4), 1e-12);
      loss++;
    } else {
      unsigned order = (unsigned)golden_whole(&table, 3);
      dw_language *a = language_trained(&g.corpus[golden_whole(&table, 1)], order, NULL, 0);
      dw_language *b = language_trained(&g.corpus[golden_whole(&table, 2)], order, NULL, 0);
      dw_language_context context;
      size_t length = language_bytes(table.field[4], text);
      dw_language_begin(&context);
      dw_language_read(&context, text, length);
      CHECK_CLOSE(dw_language_divergence(a, b, &context), golden_number(&table, 5), 1e-11);
      CHECK(dw_language_divergence(a, a, &context) == 0);
      dw_language_free(a);
      dw_language_free(b);
      divergence++;
    }
  }
  CHECK(next == 216 && loss == 25 && divergence == 15);
  dw_language_free(g.model);
  for (int i = 0; i < LANGUAGE_CORPORA; i++) dw_corpus_free(&g.corpus[i]);
}

TEST(documents_in_any_order)
{
  dw_corpus one = {0}, other = {0};
  language_english(&one);
  for (size_t i = one.count, length; i-- > 0;) {
    const char *text = dw_corpus_document(&one, i, &length);
    dw_corpus_add(&other, text, length);
  }
  dw_language *a = language_trained(&one, 6, NULL, 0), *b = language_trained(&other, 6, NULL, 0);
  CHECK(language_same(a, b));
  dw_language_free(a);
  dw_language_free(b);
  dw_corpus_free(&one);
  dw_corpus_free(&other);
}

/* The change goes to nothing with the weight, also where the new text has contexts that the old one never saw. */
TEST(small_steps_are_small)
{
  dw_corpus more = {0};
  const char *new = "Zebras quickly jumped over my vexing password; zebras do.";
  dw_corpus_add(&more, new, strlen(new));
  dw_language *base = language_of_english(6);
  double last = 0, loss = dw_language_loss(base, new, strlen(new));
  for (double weight = 1e-6; weight < 1000; weight *= 10) {
    dw_language *tuned = language_trained(&more, 6, base, weight);
    double change = dw_language_divergence_along(base, tuned, new, strlen(new)), now = dw_language_loss(tuned, new, strlen(new));
    CHECK_MSG(change > last && now < loss, "weight %g: %g after %g", weight, change, last);
    if (weight == 1e-6) CHECK(change < 1e-6);
    language_normal_along(tuned, new, strlen(new));
    last = change;
    loss = now;
    dw_language_free(tuned);
  }
  CHECK(last > 1);
  dw_language_free(base);
  dw_corpus_free(&more);
}

/* Levels of a model, and the model of the levels again: nothing is added when the new text weighs nothing much. */
TEST(continued_twice)
{
  dw_corpus more = {0};
  dw_corpus_add(&more, "A password is kept.", 19);
  dw_language *base = language_of_english(4), *once = language_trained(&more, 4, base, 2), *twice = language_trained(&more, 4, once, 3);
  dw_language *together = language_trained(&more, 4, base, 5);
  CHECK(dw_language_order(twice) == 4 && dw_language_contexts(twice) == dw_language_contexts(together));
  CHECK(dw_language_divergence_along(together, twice, "A password is kept.", 19) < 1e-12); /* weights in single precision */
  dw_language_free(base);
  dw_language_free(once);
  dw_language_free(twice);
  dw_language_free(together);
  dw_corpus_free(&more);
}

TEST(what_cannot_be_trained)
{
  dw_corpus corpus = {0};
  dw_language *model = NULL;
  dw_err err = {0};
  CHECK(dw_language_train(&model, &corpus, &(dw_language_training){.order = 3}, &err) == DW_ENODATA && !model);
  CHECK(strstr(err.message, "no documents") != NULL);
  language_english(&corpus);
  size_t least = dw_language_train_least(&corpus), fits = 1 << 24, fails = least;
  CHECK(dw_language_train(&model, &corpus, &(dw_language_training){.order = 3, .memory = least - 1}, &err) == DW_ENODATA && !model);
  CHECK(strstr(err.message, "memory") != NULL);
  while (fits - fails > 1) {
    size_t middle = (fits + fails) / 2;
    bool done = dw_language_train(&model, &corpus, &(dw_language_training){.order = 3, .memory = middle}, &err) == DW_OK;
    if (done) fits = middle;
    else fails = middle;
    CHECK(done == (model != NULL));
    dw_language_free(model);
    model = NULL;
  }
  CHECK_MSG(fits > least && fits < 10 * least, "%zu of at least %zu", fits, least);
  dw_language *start = language_of_english(3);
  dw_corpus little = {0};
  dw_corpus_add(&little, "A", 1);
  CHECK(dw_language_train(&model, &little, &(dw_language_training){3, start, 1, 10000}, &err) == DW_ENODATA && !model);
  CHECK(dw_language_train(&model, &little, &(dw_language_training){3, start, 1, 1 << 20}, &err) == DW_OK && model);
  dw_corpus_free(&little);
  dw_language_free(start);
  dw_language_free(model);
  dw_corpus_free(&corpus);
}
