/* words: the words of a text, lower-cased.
 *
 *   size_t at = 0;
 *   dw_word word;
 *   while (dw_words_next(text, length, &at, &word)) use(word.text, word.length);
 *
 * A word is a run of letters and digits, with apostrophes and hyphens inside ("don't", "e-mail"); each ideograph and kana is one of its
 * own. A word is cut after DW_WORD_LONGEST bytes.
 */
#ifndef DW_DATA_WORDS_H
#define DW_DATA_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { DW_WORD_LONGEST = 48 };

typedef struct dw_word {
  char text[DW_WORD_LONGEST];
  size_t length;
} dw_word;

bool dw_words_next(const char *text, size_t length, size_t *at, dw_word *word);

#endif
