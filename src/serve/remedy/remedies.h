/* remedies: a thread that acts on what rounds propose, so that neither checks nor notifications wait for an action.
 *
 *   dw_remedies *remedies;
 *   dw_remedies_start(&remedies, swap, records, &notices, err);      swap: of a dw_remedy
 *   …
 *   dw_remedies_stop(remedies);      at once: an action that is at work goes on without us
 */
#ifndef DW_SERVE_REMEDIES_H
#define DW_SERVE_REMEDIES_H

#include "io/reader/notices.h"
#include "serve/alerts/swap.h"
#include "serve/remedy/remedy.h"

typedef struct dw_remedies dw_remedies;

/* What the swap has at the beginning of a turn holds for that turn. All outlive it; notices are called by the thread. */
dw_status dw_remedies_start(dw_remedies **out, dw_swap *remedy, dw_records *records, const dw_notices *notices, dw_err *err);
void dw_remedies_stop(dw_remedies *remedies); /* NULL is fine */

#endif
