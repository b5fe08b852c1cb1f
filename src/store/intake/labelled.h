/* labelled: a record together with its label, as one line. */
#ifndef DW_STORE_LABELLED_H
#define DW_STORE_LABELLED_H

#include "store/records/records.h"

/* The record's content and a newline behind out; in front of its last brace the member "label" of the label's record, as it stands there.
 * false: the record has a member of that name itself, or the label's record has none; then it is added as it is. */
bool dw_labelled_write(dw_buf *out, const dw_records_row *row, dw_buf *scratch);

#endif
