/* word_list: words and phrases by which texts are told apart: refusals, toxic ones. They are data (scenarios/words, in the program as the
 * Makefile put them there), and whoever knows better gives others.
 *
 *   dw_word_list *list = dw_word_list_shipped(DW_WORDS_TOXICITY);    or dw_word_list_parse(&list, text, length, "ours.words", err)
 *   if (dw_word_list_has(list, text, length, &scratch)) …
 *   dw_word_list_free(list);
 *
 * The format is in driftwatch-records(5), WORD LISTS. Case does not count, stretches of white space are one blank, typographic apostrophes
 * plain ones; a phrase begins and ends where no letter or digit stands beside its own, but for ideographs, each of which is a word.
 */
#ifndef DW_DATA_WORD_LIST_H
#define DW_DATA_WORD_LIST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

typedef enum dw_word_kind { DW_WORDS_REFUSAL, DW_WORDS_TOXICITY, DW_WORD_KINDS } dw_word_kind;

typedef struct dw_word_list dw_word_list;

const char *dw_word_kind_name(dw_word_kind kind); /* "refusal", "toxicity": as @list says it */

dw_word_list *dw_word_list_shipped(dw_word_kind kind);
/* DW_EDATA with name and line; *out is NULL then. */
dw_status dw_word_list_parse(dw_word_list **out, const char *text, size_t length, const char *name, dw_err *err);
void dw_word_list_free(dw_word_list *list); /* NULL is fine */

dw_word_kind dw_word_list_kind(const dw_word_list *list);
size_t dw_word_list_count(const dw_word_list *list);       /* phrases, alternatives each for itself, exceptions among them */
const char *dw_word_list_digest(const dw_word_list *list); /* of the text that it was made of (base/digest.h) */
/* Does a phrase stand in the text, outside of exceptions? scratch is replaced. */
bool dw_word_list_has(const dw_word_list *list, const char *text, size_t length, dw_buf *scratch);

#endif
