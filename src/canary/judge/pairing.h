/* pairing: the answers of one canary that are held against each other: those of the reference and those of a round, prompt by prompt.
 *
 *   dw_pairing pairing;
 *   dw_pairing_make(&pairing, book, &(dw_pairing_choice){.canary = c, .reference = {DW_BOOK_REFERENCE, DW_MAP_NONE}, .current = {…}});
 *   … methods (canary_methods.h) …
 *   dw_pairing_free(&pairing);
 */
#ifndef DW_CANARY_PAIRING_H
#define DW_CANARY_PAIRING_H

#include "canary/judge/answer_book.h"

typedef struct dw_pairing_side {
  dw_book_side side;
  uint32_t round; /* DW_MAP_NONE: all of them */
  bool others;    /* all but that one */
} dw_pairing_side;

typedef struct dw_pairing_choice {
  uint32_t canary;
  dw_pairing_side reference, current;
  size_t block; /* so many answers of a side that follow each other keep together when they are dealt out again; 0 or 1: each is alone */
} dw_pairing_choice;

/* A prompt that at least one side was asked. */
typedef struct dw_paired_prompt {
  uint32_t prompt;
  const dw_book_answer *const *answer; /* [reference + current] those that are no failures, the reference's first, by time */
  size_t reference, current;
  size_t failed[2];      /* by side */
  const uint32_t *block; /* [reference + current] (stats/answers/label_deals.h); NULL: each is alone */
} dw_paired_prompt;

typedef struct dw_pairing {
  const dw_answer_book *book;
  dw_pairing_choice choice;
  dw_paired_prompt *prompt;
  size_t count;
  size_t shared; /* of count: with answers on both sides */
  size_t answers[2], failed[2];
  dw_arena arena;
} dw_pairing;

void dw_pairing_make(dw_pairing *pairing, const dw_answer_book *book, const dw_pairing_choice *choice);
void dw_pairing_free(dw_pairing *pairing);

/* No p-value of answers that are dealt to the two sides again can be less: one over how many ways there are to do so, and twice that where
 * sides are alike in size, which the statistics do not tell apart. requests: of exact tests, which deal them one by one, failures among
 * them. */
double dw_pairing_least_p(const dw_pairing *pairing, bool requests);

/* Answers of the current side were asked by a config that none of the reference was asked by: what changed may be the question. */
bool dw_paired_otherwise(const dw_pairing *pairing);

/* number[reference + current]: equal answers have equal numbers, from 0 on in the order of their first coming; returns how many there are.
 */
size_t dw_paired_texts(const dw_paired_prompt *prompt, uint32_t *number);
/* The same of text and log-probabilities of the first token together, to the last digit that the endpoint gave. 0: some answer has none. */
size_t dw_paired_prints(const dw_paired_prompt *prompt, uint32_t *number);

#endif
