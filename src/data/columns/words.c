#include "data/columns/words.h"

#include "base/letters.h"
#include "base/str.h"

static bool inside(uint32_t c) { return dw_letters_is_letter(c) || dw_letters_is_digit(c); }

static bool joins(uint32_t c) { return c == '\'' || c == 0x2019 || c == '-'; }

static void word_add(dw_word *word, uint32_t c)
{
  char bytes[4];
  size_t count = dw_utf8_encode(bytes, c);
  if (word->length + count > DW_WORD_LONGEST) return;
  memcpy(word->text + word->length, bytes, count);
  word->length += count;
}

bool dw_words_next(const char *text, size_t length, size_t *at, dw_word *word)
{
  uint32_t c = 0;
  size_t next = *at;
  word->length = 0;
  for (;;) {
    if (*at >= length) return false;
    next = *at;
    c = dw_letters_next(text, length, &next);
    if (inside(c)) break;
    *at = next;
  }
  *at = next;
  word_add(word, dw_letters_lower(c));
  if (dw_letters_is_ideograph(c)) return true;
  while (*at < length) {
    next = *at;
    c = dw_letters_next(text, length, &next);
    size_t behind = next;
    if (joins(c)) {
      if (behind >= length) return true;
      uint32_t follower = dw_letters_next(text, length, &next);
      if (!inside(follower) || dw_letters_is_ideograph(follower)) return true;
      word_add(word, c == 0x2019 ? '\'' : c);
      *at = behind;
      continue;
    }
    if (!inside(c) || dw_letters_is_ideograph(c)) return true;
    word_add(word, dw_letters_lower(c));
    *at = behind;
  }
  return true;
}
