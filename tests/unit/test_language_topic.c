/* Numbers of topics against another implementation: tests/golden/make_language.py, through the models of its fifth corpus. */
#include "model/language/language_topic.h"

#include "test.h"

static unsigned topic_behind(const char *text)
{
  dw_language_topic topic = {0};
  for (; *text; text++) dw_language_topic_pass(&topic, (unsigned char)*text);
  return topic.now;
}

TEST(the_longest_word_of_complete_lines)
{
  unsigned password = topic_behind("password\n"), key = topic_behind("passport\n");
  CHECK(password && key && password != key && password < 256);
  static const char *const same[] = {"Is a Password long?\n", "PASSWORDS\n",      "short password word\nlong\nkeys", "password passport\n",
                                     "password\r\n",          "the password's\n", "a password\nbypasseverything"};
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) CHECK_MSG(topic_behind(same[i]) == password, "%s", same[i]);
  static const char *const none[] = {"", "\n", "password", "is a key as has\n", "keys\n", "1234567890\n"};
  for (size_t i = 0; i < sizeof none / sizeof *none; i++) CHECK_MSG(topic_behind(none[i]) == 0, "%s", none[i]);
  CHECK(topic_behind("clés\n") == topic_behind("CLés\n") && topic_behind("clés\n") != 0);
  CHECK(topic_behind("passwords\nresponsibility\n") != password);
}
