/* dataset_tape: a finished dataset in a file, to be used again without its records.
 *
 *   dw_dataset_finish(&side, threads);
 *   dw_dataset_tape(&side, &tape);                    recording
 *
 *   dw_dataset_init(&side, &the_same_options);
 *   dw_dataset_tape(&side, &tape);                    playing
 *   if (dw_tape_played(&tape)) …                      it is what it was, and finished; else it can only be freed
 *
 * All that a dataset holds goes with it, segments and frames as well. Its numbers are used where they stand in the file, so that the tape
 * stays open for as long as the dataset is used; whatever changes the dataset later changes no byte of the file.
 */
#ifndef DW_DATA_DATASET_TAPE_H
#define DW_DATA_DATASET_TAPE_H

#include "data/datasets/dataset.h"
#include "io/bytes/tape.h"

/* Recording: finished, and neither read again nor matched. */
void dw_dataset_tape(dw_dataset *set, dw_tape *tape);

#endif
