#include "canary/judge/answer_traits.h"

#include <math.h>
#include <string.h>

#include "base/map.h"
#include "data/columns/words.h"

double dw_answer_characters(const char *text, size_t length)
{
  double characters = 0;
  for (size_t i = 0; i < length; i++) characters += ((unsigned char)text[i] & 0xc0) != 0x80;
  return characters;
}

double dw_answer_distinct_words(const char *text, size_t length)
{
  dw_map words;
  dw_word word = {0};
  size_t at = 0, all = 0;
  dw_map_init(&words);
  for (; dw_words_next(text, length, &at, &word); all++) dw_map_intern(&words, word.text, word.length);
  double share = all ? (double)words.count / (double)all : NAN;
  dw_map_free(&words);
  return share;
}

static void trim(const char **text, size_t *length)
{
  static const char blanks[] = " \t\n\v\f\r";
  while (*length && strchr(blanks, **text)) ++*text, --*length;
  while (*length && strchr(blanks, (*text)[*length - 1])) --*length;
}

bool dw_answer_matches(const char *text, size_t length, const char *expected)
{
  size_t wanted = strlen(expected);
  trim(&text, &length);
  trim(&expected, &wanted);
  return length == wanted && memcmp(text, expected, length) == 0;
}
