#include "canary/judge/answer_traits.h"

#include "test.h"

TEST(characters_and_words)
{
  static const struct {
    const char *text;
    double characters, distinct;
  } table[] = {{"", 0, NAN}, {"...", 3, NAN}, {"a a b", 5, 2.0 / 3}, {"é€𝄞", 3, 1}, {"One one ONE two", 15, 0.5}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    size_t length = strlen(table[i].text);
    CHECK_CLOSE(dw_answer_characters(table[i].text, length), table[i].characters, 0);
    CHECK_CLOSE(dw_answer_distinct_words(table[i].text, length), table[i].distinct, 1e-15);
  }
}

TEST(what_was_expected_but_for_blanks_at_the_ends)
{
  static const struct {
    const char *text, *expected;
    bool matches;
  } table[] = {{"42", "42", true},     {" 42\n", "42", true}, {"42", "\t42 ", true}, {"42.", "42", false}, {"Yes", "yes", false},
               {"a  b", "a b", false}, {"", "", true},        {"  ", "", true},      {"", "x", false},     {"4", "42", false}};
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    CHECK_MSG(dw_answer_matches(table[i].text, strlen(table[i].text), table[i].expected) == table[i].matches, "[%s] [%s]", table[i].text,
              table[i].expected);
}
