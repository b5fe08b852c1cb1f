/* segments: the rows of one side by the value of a column, or by their cell of the calendar, each value with a dataset of its own: what a
 * comparison inside each of them needs.
 *
 * A dataset keeps them when dw_dataset_options.by names the column, or its matching says how cells are told (dataset.segments, NULL
 * otherwise), filled as rows are added. A value is its text: the number 1 and the string "1" are one, true is "true"; cells stand in the
 * order of matching.h, set[cell]. All of them together stay within the memory bound: past it their
 * numbers turn into sketches.
 */
#ifndef DW_DATA_SEGMENTS_H
#define DW_DATA_SEGMENTS_H

#include "data/datasets/dataset.h"
#include "data/datasets/matching.h"

enum {
  DW_SEGMENTS_MOST = 100,           /* a column with more values is no way to tell records apart by kind */
  DW_SEGMENTS_ROOM = DW_MATCH_CELLS /* of which cells of the calendar need more */
};

typedef struct dw_segments {
  dw_dataset_options options; /* of every one; memory: of all together */
  dw_map values;
  dw_dataset *set[DW_SEGMENTS_ROOM + 1]; /* [values.count]; the last one: rows without a value; NULL: there were none */
  bool full;                             /* more values than there is room for: what is here is not all */
  uint8_t *place;                        /* of the batch at hand, [rows] */
  size_t place_capacity;
  struct dw_segment_rows *sorted; /* its rows in the order of their places */
} dw_segments;

dw_segments *dw_segments_new(const dw_dataset_options *options);
/* A batch for `whole`, the dataset of the segments, in two steps, around that in which it takes the columns that the first has not. Then:
 * whether it has the i-th of the batch, for both. */
void dw_segments_begin(dw_segments *segments, dw_dataset *whole, const dw_reader *reader, const dw_batch *batch, const uint8_t *take);
bool dw_segments_took(const dw_segments *segments, size_t i);
void dw_segments_add(dw_segments *segments, const dw_reader *reader, const dw_batch *batch);
dw_dataset *dw_segments_set(dw_segments *segments, size_t place); /* set[place], made if need be */
void dw_segments_finish(dw_segments *segments, unsigned threads);
/* Of a value, or of the rows without one (NULL). NULL: no such row. */
const dw_dataset *dw_segments_find(const dw_segments *segments, const dw_map_key *value);
void dw_segments_free(dw_segments *segments); /* NULL is fine */

#endif
