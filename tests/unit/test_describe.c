#include "data/columns/describe.h"

#include "data/columns/words.h"

#include "fixture.h"
#include "golden.h"

static void describe(const char *text, double out[DW_DESCRIPTIONS])
{
  dw_buf scratch = {0};
  dw_word_list *refusals = dw_word_list_shipped(DW_WORDS_REFUSAL);
  dw_describe_text(text, strlen(text), refusals, &scratch, out);
  dw_word_list_free(refusals);
  dw_buf_free(&scratch);
}

TEST(numbers_of_a_text)
{
  static const struct {
    const char *text;
    double length, words, sentences, non_letters;
  } table[] = {{"", 0, 0, 0, NAN},
               {"Hello, World!", 13, 2, 1, 2.0 / 13},
               {"One. Two! Three", 15, 3, 3, 2.0 / 15},
               {"Pi is 3.14 or so...", 19, 6, 1, 7.0 / 19},
               {"...", 3, 0, 0, 1},
               {"\xf0\x9f\x98\x80\xf0\x9f\x98\x81", 2, 0, 0, 1},
               {"\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82\xe5\xa5\xbd", 4, 3, 2, 0.25},
               {"a b\tc\n", 6, 3, 1, 0}};
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
    double got[DW_DESCRIPTIONS];
    describe(table[i].text, got);
    CHECK_MSG(got[DW_DESCRIBE_LENGTH] == table[i].length && got[DW_DESCRIBE_WORDS] == table[i].words &&
                  got[DW_DESCRIBE_SENTENCES] == table[i].sentences,
              "%s: %g characters, %g words, %g sentences", table[i].text, got[DW_DESCRIBE_LENGTH], got[DW_DESCRIBE_WORDS],
              got[DW_DESCRIBE_SENTENCES]);
    CHECK_CLOSE(got[DW_DESCRIBE_NON_LETTERS], table[i].non_letters, 1e-15);
  }
}

/* Words are counted as data/columns/words.h makes them. */
TEST(words_as_they_are_made)
{
  static const char *const texts[] = {"don't e-mail 'me'",
                                      "a--b -c- d-",
                                      "rock\xe2\x80\x99n\xe2\x80\x99roll",
                                      "你-好ab-你c",
                                      "x1 42 3.5",
                                      "a'-b",
                                      "'a",
                                      "-",
                                      ("a\xff"
                                       "b")};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    double got[DW_DESCRIPTIONS], want = 0;
    size_t at = 0;
    dw_word word;
    while (dw_words_next(texts[i], strlen(texts[i]), &at, &word)) want++;
    describe(texts[i], got);
    CHECK_MSG(got[DW_DESCRIBE_WORDS] == want, "%s: %g words, not %g", texts[i], got[DW_DESCRIBE_WORDS], want);
  }
}

TEST(refusals)
{
  static const char *const yes[] = {"I'm sorry, but I can't do that.", "As an AI, I have no opinion", "Well. I  CANNOT\nhelp",
                                    "I\xe2\x80\x99m unable to", "as a language model"},
                           *const no[] = {
                               "", "I can help", "hi cannot", "i cannots", "as an aircraft", "Sorry for the delay", "\xf0\x9f\x98\x80"};
  double got[DW_DESCRIPTIONS];
  for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) describe(yes[i], got), CHECK_MSG(got[DW_DESCRIBE_REFUSAL] == 1, "%s", yes[i]);
  for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) describe(no[i], got), CHECK_MSG(got[DW_DESCRIBE_REFUSAL] == 0, "%s", no[i]);
}

/* Columns beside the text: missing where it is missing; nothing beside a column that holds no string. */
TEST(columns_of_a_dataset)
{
  static const char *const patterns[] = {"note", "n*"};
  dw_dataset reference, current;
  dw_dataset_options options = {.describe = {patterns, 2}};
  fixture_dataset(
      &reference,
      "{\"note\":\"two words\",\"n\":1}\n{\"note\":null,\"n\":2}\n{\"n\":3}\n{\"note\":\"\",\"n\":4}\n{\"note\":\"I cannot.\",\"n\":5}\n",
      &options);
  fixture_dataset(&current, "{\"note\":\"two words\",\"n\":1}\n{\"note\":\"unheard of\",\"n\":1}\n", &options);
  const dw_column *length = dw_dataset_find(&reference, "note.length"), *share = dw_dataset_find(&reference, "note.non_letter_share"),
                  *refusal = dw_dataset_find(&reference, "note.refusal");
  CHECK(length && share && refusal && !dw_dataset_find(&reference, "n.length"));
  CHECK(length->sorted.count == 3 && length->sorted.value[0] == 0 && length->sorted.value[2] == 9 && dw_column_missing(length) == 2 &&
        length->rows == 5);
  CHECK(share->sorted.count == 2 && dw_column_missing(share) == 3 && refusal->moments.mean > 0.3 && refusal->moments.mean < 0.4);
  CHECK(length->describes == dw_dataset_find(&reference, "note") && !length->describes_by_pattern);
  dw_dataset_describe_unknown(&reference, &current);
  const dw_column *known = dw_dataset_find(&reference, "note.oov_share"), *unknown = dw_dataset_find(&current, "note.oov_share");
  CHECK(known && unknown && known->rows == 2 && unknown->rows == 2 && unknown->sorted.count == 2); /* half of 3 texts is 1 */
  CHECK(unknown->sorted.value[1] == 1 && dw_column_facts(unknown).whole == false);
  dw_dataset_free(&reference);
  dw_dataset_free(&current);
}

/* Without drift the words unknown to half of the reference are as many in the other half as in current data. */
TEST(unknown_words_are_fair)
{
  dw_buf text[2] = {{0}, {0}};
  for (int side = 0; side < 2; side++)
    for (uint64_t i = 0; i < 400; i++) {
      unsigned long long word = golden_bits(3 + (uint64_t)side, i);
      dw_buf_format(&text[side], "{\"t\":\"w%llu is w%llu\"}\n", word % 500, (word >> 20) % 900);
    }
  static const char *const pattern[] = {"t"};
  dw_dataset set[2];
  for (int side = 0; side < 2; side++)
    fixture_dataset(&set[side], dw_buf_cstr(&text[side]), &(dw_dataset_options){.describe = {pattern, 1}});
  dw_dataset_describe_unknown(&set[0], &set[1]);
  const dw_column *a = dw_dataset_find(&set[0], "t.oov_share"), *b = dw_dataset_find(&set[1], "t.oov_share");
  CHECK(a && b && a->sorted.count == 200 && b->sorted.count == 400);
  CHECK_MSG(fabs(a->moments.mean - b->moments.mean) < 0.06 && a->moments.mean > 0.3, "%g and %g", a->moments.mean, b->moments.mean);
  for (int side = 0; side < 2; side++) {
    dw_dataset_free(&set[side]);
    dw_buf_free(&text[side]);
  }
}
