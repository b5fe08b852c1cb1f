/* word_list_files: scenarios/words/refusal.words and toxicity.words, as the Makefile put them into the program. */
#ifndef DW_DATA_WORD_LIST_FILES_H
#define DW_DATA_WORD_LIST_FILES_H

#include <stddef.h>

extern const unsigned char dw_words_refusal[], dw_words_toxicity[];
extern const size_t dw_words_refusal_length, dw_words_toxicity_length;

#endif
