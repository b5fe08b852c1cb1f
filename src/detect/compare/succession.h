/* succession: the rows of a frame in an order in which neighbours may be alike, and where that order breaks off. */
#ifndef DW_DETECT_SUCCESSION_H
#define DW_DETECT_SUCCESSION_H

#include "data/frames/frame.h"

typedef struct dw_succession_row {
  uint64_t block; /* rows of a lower one come first; 0 where time alone orders */
  int64_t instant;
  uint64_t chance, row;
  uint32_t at; /* in the frame */
} dw_succession_row;

typedef struct dw_succession {
  const dw_frame *frame;
  dw_succession_row *row;
  size_t rows;
  int64_t first, last; /* instants; of the file: its rows */
  const char *unseen;  /* why nothing can be said of neighbours; NULL: it can */
} dw_succession;

/* Rows with an instant, by it, those of one instant in an order of chance. Blocks of a larger input (DW_FRAME_BLOCKS) stand for time where
 * their rows do, rising or falling: all together, or, of several inputs one after the other, each by itself. */
void dw_succession_in_time(dw_succession *out, const dw_frame *frame);
void dw_succession_in_file(dw_succession *out, const dw_frame *frame); /* DW_FRAME_FIRST: as they came */
/* Rows are missing between these two, of which `after` is a later one: their likeness is not that of neighbours. */
bool dw_succession_breaks(const dw_succession *succession, size_t before, size_t after);
void dw_succession_free(dw_succession *succession);

#endif
