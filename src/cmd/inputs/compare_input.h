/* compare_input: what dw-compare reads: a reference and a current side from files of their own, or as parts of one input. Exits on a
 * failure.
 *
 *   dw_compare_input_begin(&input);                        // input.columns.selection: the columns that the options leave
 *   input.columns.options = &options;                      // what --types says
 *   dw_compare_input_read(&input, &reference, &current);   // both datasets initialised, not yet finished
 */
#ifndef DW_CMD_COMPARE_INPUT_H
#define DW_CMD_COMPARE_INPUT_H

#include "data/datasets/chats.h"
#include "detect/compare/reading.h"

typedef struct dw_compare_input {
  dw_compare_columns columns;
  dw_roster names; /* of the columns of both sides */
  dw_chats chats;
  char digest[2][33]; /* of the reference, of the current data */
  bool by_instant;    /* each record needs one */
  bool lone_csv;      /* an input is CSV of one column */
  uint64_t skipped;   /* records, by --on-error skip */
} dw_compare_input;

void dw_compare_input_begin(dw_compare_input *input);
void dw_compare_input_read(dw_compare_input *input, dw_dataset *reference, dw_dataset *current);
void dw_compare_input_free(dw_compare_input *input);

#endif
