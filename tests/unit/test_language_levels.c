#include "model/language/language_levels.h"

#include "language_case.h"

/* By hand: Y = 10 / (10 + 2 * 4) = 5/9. */
TEST(discounts)
{
  double d[4];
  dw_language_discounts((uint64_t[5]){0, 10, 4, 2, 1}, d);
  CHECK_CLOSE(d[1], 1 - 2 * 5.0 / 9 * 0.4, 1e-15);
  CHECK_CLOSE(d[2], 2 - 3 * 5.0 / 9 * 0.5, 1e-15);
  CHECK_CLOSE(d[3], 3 - 4 * 5.0 / 9 * 0.5, 1e-15);
  static const uint64_t odd[][5] = {{0, 0, 4, 2, 1},  {0, 10, 0, 2, 1},  {0, 10, 4, 0, 1},
                                    {0, 10, 4, 2, 0}, {0, 10, 4, 30, 1}, {0, 10, 9, 1, 9}};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    dw_language_discounts(odd[i], d);
    CHECK_MSG(d[1] == 0.5 && d[2] == 1 && d[3] == 1.5, "case %zu: %g %g %g", i, d[1], d[2], d[3]);
  }
}

/* "ab" twice and "b", no topic: b stands behind a and at a beginning, a at a beginning only, an end behind b only. */
TEST(counts_by_hand)
{
  dw_corpus corpus = {0};
  dw_language_levels levels;
  dw_corpus_add(&corpus, "ab", 2);
  dw_corpus_add(&corpus, "b", 1);
  dw_corpus_add(&corpus, "ab", 2);
  CHECK(!dw_language_levels_count(&levels, &corpus, 2, 100));
  CHECK(dw_language_levels_count(&levels, &corpus, 2, 0));
  const dw_language_level *none = &levels.level[0], *one = &levels.level[1], *topic = &levels.level[2];
  CHECK(none->contexts == 1 && none->grams == 3 && none->gram[0] == 'a' && none->gram[1] == 'b' && none->gram[2] == DW_LANGUAGE_END);
  CHECK(none->weight[0] == 0.5 && none->weight[1] == 1 && none->weight[2] == 0.5 && none->backoff[0] == 2); /* counts 1, 2, 1 */
  CHECK(one->contexts == 3 && one->context[0] == 'a' && one->context[1] == 'b' && one->context[2] == DW_LANGUAGE_END && one->grams == 4);
  CHECK(one->gram[0] == ('a' << 9 | 'b') && one->weight[0] == 0.5); /* one topic: count 1 */
  CHECK(one->gram[1] == ('b' << 9 | DW_LANGUAGE_END) && one->weight[1] == 0.5);
  CHECK(one->weight[2] == 1 && one->weight[3] == 0.5 && one->backoff[2] == 1.5); /* behind a beginning a twice, b once */
  CHECK(topic->contexts == 2 && topic->context[0] == 'a' << 9 && topic->context[1] == 'b' << 9 && topic->grams == 2);
  CHECK(topic->gram[0] == ('a' << 18 | 'b') && topic->weight[0] == 1);               /* count 2 */
  CHECK(topic->gram[1] == ('b' << 18 | DW_LANGUAGE_END) && topic->weight[1] == 1.5); /* 3 */
  size_t contexts, grams;
  CHECK(dw_language_levels_sizes(&levels, &contexts, &grams) == 6 * 10 + 9 * 6 && contexts == 6 && grams == 9);
  dw_language_levels_free(&levels);
  dw_corpus_free(&corpus);
}

TEST(a_model_and_its_levels)
{
  for (unsigned order = 1; order <= DW_LANGUAGE_ORDER; order++) {
    dw_language_levels levels;
    dw_language *model = language_of_english(order);
    dw_language_levels_of(&levels, model);
    dw_language *again = dw_language_levels_model(&levels);
    CHECK(language_same(model, again));
    dw_language_levels_free(&levels);
    dw_language_free(model);
    dw_language_free(again);
  }
}
