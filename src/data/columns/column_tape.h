/* column_tape: a finished column in a file (io/bytes/tape.h), as data/datasets/dataset_tape.h has it. Its numbers, and its cells in the
 * order of the rows, are lent: they are used where they stand in the file (dw_column.lent). */
#ifndef DW_DATA_COLUMN_TAPE_H
#define DW_DATA_COLUMN_TAPE_H

#include "data/columns/column.h"
#include "io/bytes/tape.h"

/* Recording: a column finished and not read again. Playing: into one that was initialised, which is finished afterwards. All but its name
 * and the column that it describes. */
void dw_column_tape(dw_column *column, dw_tape *tape);

#endif
