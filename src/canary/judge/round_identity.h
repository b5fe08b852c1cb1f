/* round_identity: by what a round of one canary is known again, and which rounds are alike in what was asked.
 *
 * content is of the answers with their times, in any order; where times are missing, of the round's name too: answers at temperature 0 may
 * be the same in round after round. design is of how often each prompt was asked, answered or not: rounds of one design are exchangeable as
 * long as nothing changes, and a list of prompts that has changed is none of the model's doing. Digests are halves of those of
 * base/digest.h, with what they are there for.
 */
#ifndef DW_CANARY_ROUND_IDENTITY_H
#define DW_CANARY_ROUND_IDENTITY_H

#include "canary/judge/answer_book.h"

typedef struct dw_round_identity {
  size_t answers; /* and failures; 0: it was not asked, and nothing follows */
  uint64_t name;  /* 0: it has none */
  uint64_t content, design;
  bool timed;          /* all of its answers are */
  int64_t first, last; /* of them */
} dw_round_identity;

/* Of the current side; the book is closed. */
void dw_round_identity_of(dw_round_identity *out, const dw_answer_book *book, uint32_t canary, uint32_t round);
void dw_round_reference_digest(const dw_answer_book *book, char out[33]); /* of all answers of the reference, with their rounds */

#endif
