/* answer_book: the answers of two sides, kept for judging: who answered which prompt in which round, and what is looked at of it.
 *
 *   dw_answer_book *book = dw_answer_book_new(&keeps);
 *   for each response of the reference: dw_answer_book_add(book, DW_BOOK_REFERENCE, &response, err);
 *   for each response of the rounds to be judged: dw_answer_book_add(book, DW_BOOK_CURRENT, &response, err);
 *   dw_answer_book_close(book);
 *   … dw_pairing_make (pairing.h) of a canary and a round …
 *   dw_answer_book_free(book);
 *
 * Canaries, prompts and rounds are numbers in the order in which they came first; rounds of each side have numbers of their own. Texts,
 * embeddings and lists are copied, equal texts once.
 */
#ifndef DW_CANARY_ANSWER_BOOK_H
#define DW_CANARY_ANSWER_BOOK_H

#include "base/err.h"
#include "base/map.h"
#include "canary/answers/response.h"
#include "stats/answers/logprob_shift.h"

typedef enum dw_book_side { DW_BOOK_REFERENCE, DW_BOOK_CURRENT } dw_book_side;

typedef struct dw_book_answer {
  uint32_t canary, prompt, round;
  bool failed;   /* an error, and nothing of what follows */
  double weight; /* of its canary in a consensus */
  int64_t instant;
  const char *text;
  size_t length;
  const dw_logprob_entry *entry; /* of the first token, its likeliest; none: not given */
  size_t entries;
  const double *embedding; /* [dw_answer_book_width]; NULL: none */
  const uint32_t *token;   /* [tokens] equal numbers, equal tokens: the answer's first ones; NULL: not given, or not kept */
  size_t tokens;
  uint32_t finish; /* DW_MAP_NONE: not given */
  uint32_t config; /* what it was asked by; DW_MAP_NONE: not given */
  double latency;  /* milliseconds; NaN: not given */
  size_t sequence; /* the how manieth of its side */
} dw_book_answer;

typedef struct dw_answer_book dw_answer_book;

dw_answer_book *dw_answer_book_new(void);
/* Of answers to come, keep the first `most` tokens: where token_ids are given, or log-probabilities of all of its positions, or of so many.
 */
void dw_answer_book_keep_tokens(dw_answer_book *book, size_t most);
/* DW_EDATA: an embedding of another length than those before, or one that holds no finite numbers; the message names canary and prompt. */
dw_status dw_answer_book_add(dw_answer_book *book, dw_book_side side, const dw_response *response, dw_err *err);
/* Was the canary left out of a current round on purpose? dw_answer_book_add of a response that says so keeps that: of a document without a
 * round, for all of them. A canary with answers in the round was asked all the same. */
bool dw_answer_book_quarantined(const dw_answer_book *book, uint32_t canary, uint32_t round);
/* All are there: they are put in the order of canary, prompt and time, those of one time as they came. */
void dw_answer_book_close(dw_answer_book *book);
void dw_answer_book_free(dw_answer_book *book); /* NULL is fine */

const dw_map *dw_answer_book_canaries(const dw_answer_book *book);
const dw_map *dw_answer_book_prompts(const dw_answer_book *book);
const dw_map *dw_answer_book_finishes(const dw_answer_book *book);
const dw_map *dw_answer_book_configs(const dw_answer_book *book);
const dw_map *dw_answer_book_rounds(const dw_answer_book *book, dw_book_side side);
size_t dw_answer_book_width(const dw_answer_book *book); /* of embeddings; 0: there are none */
const char *dw_answer_book_expected(const dw_answer_book *book,
                                    size_t prompt); /* the right answer, as it was given last; NULL: nobody says */
const char *dw_answer_book_prompt_text(const dw_answer_book *book, size_t prompt); /* its id where no response had another text */
/* How many current answers stand in the reference, too: the same canary, prompt, round, time and text. Those without a time do not count.
 */
size_t dw_answer_book_twice(const dw_answer_book *book);
size_t dw_answer_book_bytes(const dw_answer_book *book);      /* memory held */
size_t dw_answer_book_bytes_for(const dw_response *response); /* about what it would add, were its text a new one */

/* A canary's answers on a side, of all rounds, by prompt and time; the book's until it is freed. */
const dw_book_answer *dw_answer_book_of(const dw_answer_book *book, dw_book_side side, uint32_t canary, size_t *count);

#endif
