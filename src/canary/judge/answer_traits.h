/* answer_traits: what is counted of one answer, so that rates and means can be made of it (behavior_tests.h). */
#ifndef DW_CANARY_ANSWER_TRAITS_H
#define DW_CANARY_ANSWER_TRAITS_H

#include <stdbool.h>
#include <stddef.h>

double dw_answer_characters(const char *text, size_t length);
double dw_answer_distinct_words(const char *text, size_t length); /* as a share of all its words; NaN: it has none */
/* Is it what was expected, white space at the ends aside? Case and all else count. */
bool dw_answer_matches(const char *text, size_t length, const char *expected);

#endif
