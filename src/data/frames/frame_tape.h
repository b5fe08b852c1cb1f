/* frame_tape: whole rows in a file (io/bytes/tape.h), as data/datasets/dataset_tape.h has them: a frame, and labels with scores. */
#ifndef DW_DATA_FRAME_TAPE_H
#define DW_DATA_FRAME_TAPE_H

#include "data/frames/frame.h"
#include "data/frames/scored.h"
#include "io/bytes/tape.h"

/* Recording: finished, and not read again. Playing: into a new one of the same options, which is finished afterwards. */
void dw_frame_tape(dw_frame *frame, dw_tape *tape);

/* The two columns are lent (dw_scored.lent). Recording: before it was matched. Playing: into one that was initialised. */
void dw_scored_tape(dw_scored *scored, dw_tape *tape);

#endif
