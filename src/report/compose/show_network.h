/* show_network: a network of canaries: who departed, since when, by which method and on which prompts; both texts side by side; the effect
 * over the rounds; how alike the canaries are; what it cost. What is healthy takes a line and its curves.
 */
#ifndef DW_REPORT_SHOW_NETWORK_H
#define DW_REPORT_SHOW_NETWORK_H

#include "report/blocks/build.h"

/* Nothing where no canary was asked or compared. verdict: with one of its own, as of the newest round: no comparison gives it. */
void dw_show_network(dw_build *b, const dw_network *network, bool verdict);

/* show_network_rounds.c: the last three of these. */
void dw_show_network_effects(dw_build *b, const dw_network *network);
void dw_show_network_consensus(dw_build *b, const dw_network *network);
void dw_show_network_cost(dw_build *b, const dw_network *network);

#endif
