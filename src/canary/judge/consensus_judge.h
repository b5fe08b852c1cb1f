/* consensus_judge: canaries held against the rest of their network: how much the others agree with each, and whether that has changed.
 *
 *   dw_consensus_network *network = dw_consensus_network_new(book);
 *   for each round: dw_consensus_network_look(network, &(dw_pairing_side){DW_BOOK_CURRENT, round, false});
 *     … dw_consensus_judge of each canary's pairing with that round, how.network being this one …
 *     dw_consensus_sight *sight = dw_consensus_network_sight(network);
 *   dw_consensus_network_free(network);
 *
 * Of each prompt the answers of the other canaries, of the reference and of the round together, are what an answer is held against: its
 * score is its weighted mean cosine with them (stats/answers/agreement.h), and a canary has changed when its scores have
 * (stats/answers/score_shift.h). Its own answers alone decide on that: where others depart, it does not alarm for them. What is seen is a
 * canary that moves away from the network, or towards it; one that moves to another place as far off is not.
 *
 * Vectors are the embeddings that came with the answers where every canary has some on each side on which it answers, those that have
 * none being left out; else character n-grams of all texts (canary/answers/gram_embedding.h). A canary's weight in a round is that of its
 * last answer there, or, without one, of its last one in the reference.
 */
#ifndef DW_CANARY_CONSENSUS_JUDGE_H
#define DW_CANARY_CONSENSUS_JUDGE_H

#include "canary/judge/canary_methods.h"
#include "stats/answers/consensus.h"

typedef struct dw_consensus_member {
  double weight;
  double reference;          /* mean similarity to the others in the reference; NaN: none */
  dw_consensus_canary round; /* in the round */
} dw_consensus_member;

/* A round of the network. */
typedef struct dw_consensus_sight {
  bool given; /* by the embeddings of the answers, not by n-grams */
  size_t canaries;
  size_t prompts;              /* that two canaries or more answered in the round */
  size_t compared;             /* canaries that answered one of them */
  dw_consensus_member *member; /* [canaries] */
  double *matrix;              /* [canaries * canaries] of mean similarities in the round; NaN: none */
} dw_consensus_sight;

typedef struct dw_consensus_network dw_consensus_network;

dw_consensus_network *dw_consensus_network_new(const dw_answer_book *book);
/* The reference and, where `current` is of the current side, its answers. The same again costs nothing. */
void dw_consensus_network_look(dw_consensus_network *network, const dw_pairing_side *current);
dw_consensus_sight *dw_consensus_network_sight(const dw_consensus_network *network); /* of the last look; the caller's */
void dw_consensus_sight_free(dw_consensus_sight *sight);                             /* NULL is fine */
void dw_consensus_network_free(dw_consensus_network *network);                       /* NULL is fine */

/* The method (canary_methods.h); how->network NULL: one is made for this call. */
void dw_consensus_judge(const dw_pairing *pairing, const dw_canary_how *how, dw_canary_found *out);

#endif
