/* deal: the rows of two samples dealt out again, as counts by cell.
 *
 * Under the hypothesis that both samples come from one distribution, every way to choose which `drawn` of the pooled rows are the one
 * side's is as likely as any other, whatever the distribution, its ties and the sizes. Seen through cells of size[k] pooled rows, the
 * counts of that side follow the multivariate hypergeometric law, exactly, as long as the cells are made from the pooled rows without
 * looking at sides.
 *
 * A deal costs as much for a million rows as for a thousand: each cell takes a binomial draw, one look into an alias table that is made
 * once (Walker, Electronics Letters 10, 1974; Vose 1991). Rows taken independently of each other are, given how many, every subset of that
 * size alike, and two ways lead to that many: either the chance is somewhat too low and single rows make up for what is missing (a draw
 * with too many is made again), or the largest cell takes what the others leave, and that is accepted as often as its own law says. Few
 * rows are dealt one by one; cells of many million rows by dw_hypergeometric_draw. Probabilities are exact to 2^-32.
 */
#ifndef DW_STATS_DEAL_H
#define DW_STATS_DEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

typedef struct dw_deal dw_deal;

/* drawn <= sum of size / 2 (deal the smaller side). size is copied. */
dw_deal *dw_deal_new(const uint64_t *size, size_t cells, uint64_t drawn);
void dw_deal_free(dw_deal *deal);
/* count[cells]: a deal with the numbers of rng. */
void dw_deal_draw(const dw_deal *deal, dw_rng *rng, uint64_t *count);

#endif
