#include "detect/text/text_words.h"

#include "text_case.h"

TEST(words_of_each_side)
{
  dw_passages a, b;
  dw_text_words words;
  text_case_passages(&a, 1, 500, 4, "old price");
  text_case_passages(&b, 2, 400, 5, "New refund refund");
  dw_text_words_find(&words, &a, a.count, &b, b.count);
  CHECK(words.vocabulary > 100 && words.count[0] >= 2 && words.count[1] >= 2 && words.count[0] < DW_TEXT_WORDS);
  for (int side = 0; side < 2; side++) {
    const dw_text_word *first = words.side[side];
    CHECK(strcmp(first[0].text, side ? "new" : "old") == 0 && strcmp(first[1].text, side ? "refund" : "price") == 0);
    CHECK_MSG(fabs(first[0].z) > 4 && (first[0].z > 0) == (side == 1), "z %g", first[0].z);
    for (size_t i = 1; i < words.count[side]; i++) CHECK(fabs(first[i].z) <= fabs(first[i - 1].z) && fabs(first[i].z) >= 2);
  }
  CHECK(words.side[1][0].reference == 0 && fabs(words.side[1][0].current - 0.2) < 0.06);
  CHECK(fabs(words.side[0][0].reference - 0.25) < 0.06 && words.side[0][0].current == 0);
  dw_text_words_free(&words);
  dw_text_words_find(&words, &a, a.count, &a, a.count);
  CHECK(words.count[0] == 0 && words.count[1] == 0);
  dw_text_words_free(&words);
  dw_text_words_find(&words, &a, 0, &b, 0);
  CHECK(words.vocabulary == 0 && words.count[0] == 0);
  dw_text_words_free(&words);
  dw_passages_free(&a);
  dw_passages_free(&b);
}
