/* deal: the rows of two samples dealt out again, as counts by cell.
 *
 * Under the hypothesis that both samples come from one distribution, every way to choose which `drawn` of the pooled rows are the one
 * side's is as likely as any other, whatever the distribution, its ties and the sizes. Seen through cells of size[k] pooled rows, the
 * counts of that side follow the multivariate hypergeometric law, exactly, as long as the cells are made from the pooled rows without
 * looking at sides.
 *
 * A deal costs a few ns a cell and some more for about the square root of drawn rows, not for every row: each cell takes a binomial draw
 * (one look into an alias table that is made once; Walker 1977, Vose 1991), with a chance somewhat below drawn / rows, then single rows
 * make up for what is missing. Rows taken independently of each other, given how many, are every subset of that size alike, and stay so
 * when rows chosen at random join them; a draw with too many is made again. Few rows are dealt one by one, very many (tables that would not
 * fit) by dw_hypergeometric_draw.
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
