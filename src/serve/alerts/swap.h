/* swap: one thing that several threads use while another may take its place. Whoever took the old one goes on with it to the end of its
 * turn; the last one to give it back ends it.
 *
 *   dw_swap *swap = dw_swap_new(receivers, end);
 *   dw_receivers *now = dw_swap_take(swap); … dw_swap_give(swap, now);
 *   dw_swap_set(swap, others);
 */
#ifndef DW_SERVE_SWAP_H
#define DW_SERVE_SWAP_H

typedef struct dw_swap dw_swap;

/* thing: not NULL, from here on the swap's, which calls end with it. */
dw_swap *dw_swap_new(void *thing, void (*end)(void *thing));
/* From any thread, none of which waits for another's turn. */
void *dw_swap_take(dw_swap *swap);
void dw_swap_give(dw_swap *swap, void *thing);
void dw_swap_set(dw_swap *swap, void *thing);
void dw_swap_free(dw_swap *swap); /* when all is given back; NULL is fine */

#endif
