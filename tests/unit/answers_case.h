/* answers_case: responses made up for tests of canary/judge. */
#ifndef DW_TESTS_ANSWERS_CASE_H
#define DW_TESTS_ANSWERS_CASE_H

#include "base/rng.h"
#include "canary/judge/pairing.h"
#include "test.h"

static inline dw_response answer_of(const char *prompt, const char *round, const char *text)
{
  return (dw_response){.canary = "a",
                       .weight = 1,
                       .prompt = prompt,
                       .round = round,
                       .repeat = -1,
                       .text = text,
                       .length = text ? strlen(text) : 0,
                       .prompt_tokens = -1,
                       .completion_tokens = -1,
                       .latency_ms = NAN,
                       .seed = -1};
}

static inline void add_answer(dw_answer_book *book, dw_book_side side, const char *prompt, const char *text)
{
  dw_response response = answer_of(prompt, "r1", text);
  CHECK(dw_answer_book_add(book, side, &response, NULL) == DW_OK);
}

/* The pairing of canary 0, all of the reference with all of the current rounds. */
static inline dw_pairing paired(dw_answer_book *book)
{
  dw_pairing pairing;
  dw_answer_book_close(book);
  dw_pairing_make(&pairing, book,
                  &(dw_pairing_choice){.reference = {DW_BOOK_REFERENCE, DW_MAP_NONE, false},
                                       .current = {DW_BOOK_CURRENT, DW_MAP_NONE, false}});
  return pairing;
}

/* A text of so many letters out of the first few of the alphabet. */
static inline const char *random_text(char *out, size_t length, unsigned letters, dw_rng *rng)
{
  for (size_t i = 0; i < length; i++) out[i] = (char)('a' + (int)dw_rng_below(rng, letters));
  out[length] = '\0';
  return out;
}

#endif
