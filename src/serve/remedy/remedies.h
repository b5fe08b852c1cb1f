/* remedies: a thread that acts on what rounds propose, so that neither checks nor notifications wait for an action.
 *
 *   dw_remedies *remedies;
 *   dw_remedies_start(&remedies, &remedy, records, &notices, err);
 *   …
 *   dw_remedies_stop(remedies);      at once: an action that is at work goes on without us
 */
#ifndef DW_SERVE_REMEDIES_H
#define DW_SERVE_REMEDIES_H

#include "io/reader/notices.h"
#include "serve/remedy/remedy.h"

typedef struct dw_remedies dw_remedies;

/* remedy, records and notices outlive it; notices are called by the thread. */
dw_status dw_remedies_start(dw_remedies **out, const dw_remedy *remedy, dw_records *records, const dw_notices *notices, dw_err *err);
void dw_remedies_stop(dw_remedies *remedies); /* NULL is fine */

#endif
