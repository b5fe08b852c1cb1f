/* tally: how many records came, by kind and model, since the process began. Models are named by those who send, so they are bounded: the
 * first DW_TALLY_MODELS keep their names, all others are counted together, as the model "(others)". */
#ifndef DW_SERVE_TALLY_H
#define DW_SERVE_TALLY_H

#include "store/records/records.h"

enum { DW_TALLY_MODELS = 200 };

typedef struct dw_tally dw_tally;

dw_tally *dw_tally_new(void);
void dw_tally_free(dw_tally *tally); /* NULL is fine */

/* From any thread. Items that were put: what is stored, what was there, what was refused or in conflict, and what came early or late. */
void dw_tally_add(dw_tally *tally, const dw_records_item *items, size_t count);
/* Records of a kind that were no items. */
void dw_tally_reject(dw_tally *tally, dw_record_kind kind, uint64_t count);

/* dw_records_{accepted,duplicate,rejected,early,late}_total and dw_last_record_timestamp_seconds (of its coming), by kind and model. */
void dw_tally_print(dw_tally *tally, dw_buf *out);

#endif
