/* text_stopwords: scikit-learn's English stop words, which --preset evidently leaves out. */
#ifndef DW_DETECT_TEXT_STOPWORDS_H
#define DW_DETECT_TEXT_STOPWORDS_H

#include <stdbool.h>

bool dw_text_stopword(const char *word); /* in lower case */

#endif
