/* consensus: which of several models answers the same prompts unlike the others, by embeddings of the answers.
 *
 *   dw_consensus *network = dw_consensus_new(canaries, width, weight);
 *   for each prompt: for each answer: dw_consensus_answer(network, canary, vector); dw_consensus_prompt(network);
 *   dw_consensus_read(network, out);
 *   dw_consensus_free(network);
 *
 * Of one prompt, the similarity of two canaries is the mean cosine over all pairs of their answers; the consensus of a canary is the mean
 * of its similarities to the others, by their weights; its z-score that among the canaries (standard deviation with ddof 0; 0 where all are
 * alike). z is relative: somebody is always last, so that the rule "mean z below -1" flags healthy canaries too, the oftener the less they
 * are alike. Similarity over rounds, each canary against its own past, is what a verdict should rest on.
 */
#ifndef DW_STATS_CONSENSUS_H
#define DW_STATS_CONSENSUS_H

#include <stdbool.h>
#include <stddef.h>

#define DW_CONSENSUS_FAR (-1.0) /* the rule: a mean z below that */

typedef struct dw_consensus_canary {
  size_t prompts;      /* where it and another one answered; 0: the rest is NaN, and it is not anomalous */
  double similarity;   /* mean consensus */
  double mean_z, sd_z; /* over prompts; sd with ddof 0 */
  bool anomalous;      /* by the rule */
} dw_consensus_canary;

typedef struct dw_consensus dw_consensus;

/* weight[canaries]: at least 0; NULL: all alike. */
dw_consensus *dw_consensus_new(size_t canaries, size_t width, const double *weight);
/* vector[width], finite. One of zeros has no direction: it counts as no answer, and false is returned. */
bool dw_consensus_answer(dw_consensus *network, size_t canary, const double *vector);
void dw_consensus_prompt(dw_consensus *network);                               /* the answers to it are all there */
void dw_consensus_read(const dw_consensus *network, dw_consensus_canary *out); /* [canaries] */
/* Mean over prompts that both answered, [canaries * canaries]; NaN: there is none. The diagonal is 1 where a canary answered anything. */
void dw_consensus_matrix(const dw_consensus *network, double *out);
void dw_consensus_free(dw_consensus *network);

#endif
