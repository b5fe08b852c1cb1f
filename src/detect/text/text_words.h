/* text_words: the words that tell two sets of texts apart. */
#ifndef DW_DETECT_TEXT_WORDS_H
#define DW_DETECT_TEXT_WORDS_H

#include "base/str.h"
#include "data/columns/passages.h"

enum { DW_TEXT_WORDS = 25 }; /* at most, a side */

typedef struct dw_text_word {
  char *text; /* NUL behind */
  size_t length;
  double reference, current; /* share of the texts that have the word */
  double z;                  /* log odds ratio in its standard errors: positive where the current side has it more often */
} dw_text_word;

typedef struct dw_text_words {
  dw_text_word side[2][DW_TEXT_WORDS]; /* [0] more of the reference, [1] more of the current, the clearest first */
  size_t count[2];
  size_t vocabulary; /* different words of both sides together */
  dw_arena arena;
} dw_text_words;

/* From the first texts of each side. A word counts once in a text. Ranked by the log odds ratio with an informative Dirichlet prior
 * (Monroe, Colaresi and Quinn, Fightin' words, Political Analysis 16(4), 2008), the prior being the two sides together. Words that chance
 * brings about are left out: |z| up to sqrt(2 ln V) of V words (the universal threshold; Donoho and Johnstone, Biometrika 81(3), 1994). */
void dw_text_words_find(dw_text_words *words, const dw_passages *reference, size_t reference_count, const dw_passages *current,
                        size_t current_count);
void dw_text_words_free(dw_text_words *words);

#endif
