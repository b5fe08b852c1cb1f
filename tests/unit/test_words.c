#include "data/columns/words.h"

#include "test.h"

static const char *words_of(const char *text, size_t length)
{
  static char out[1000];
  size_t at = 0, used = 0;
  dw_word word;
  while (dw_words_next(text, length, &at, &word) && used < 900) {
    if (used) out[used++] = '|';
    memcpy(out + used, word.text, word.length);
    used += word.length;
  }
  out[used] = '\0';
  return out;
}

TEST(words)
{
  static const struct {
    const char *text, *want;
  } table[] = {{"", ""},
               {" .,!? \xf0\x9f\x98\x80", ""},
               {"Hello, World!", "hello|world"},
               {"don't e-mail 'me'", "don't|e-mail|me"},
               {"rock\xe2\x80\x99n\xe2\x80\x99roll", "rock'n'roll"},
               {"a--b -c- d-", "a|b|c|d"},
               {"x1 42 3.5", "x1|42|3|5"},
               {"\xc3\x84RGER \xd0\x96\xd0\xa3\xd0\x9a", "\xc3\xa4rger|\xd0\xb6\xd1\x83\xd0\xba"},
               {"\xe4\xbd\xa0\xe5\xa5\xbd"
                "ab\xe4\xbd\xa0",
                "\xe4\xbd\xa0|\xe5\xa5\xbd|ab|\xe4\xbd\xa0"},
               {"a\xff\xff"
                "b\xe2",
                "a|b"},
               {"under_score", "under|score"},
               {"a'", "a"},
               {"end-", "end"}};
  for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) CHECK_TEXT(words_of(table[i].text, strlen(table[i].text)), table[i].want);
  char lengthy[200];
  memset(lengthy, 'Q', sizeof lengthy);
  CHECK(strlen(words_of(lengthy, sizeof lengthy)) == DW_WORD_LONGEST);
}
