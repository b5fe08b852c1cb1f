/* dataset: one side of a comparison: its columns, gathered batch by batch within a memory bound.
 *
 *   dw_dataset side;
 *   dw_dataset_init(&side, &(dw_dataset_options){.memory = 512 << 20});
 *   for each batch of ONE reader: dw_dataset_add(&side, reader, batch, NULL);
 *   dw_dataset_finish(&side, threads);
 *
 * Columns are numbered as the reader numbers them. Past the memory bound all numbers turn into sketches, and columns with more strings than
 * fit stop counting them, at a moment that depends on the data alone, so that results do not depend on threads.
 */
#ifndef DW_DATA_DATASET_H
#define DW_DATA_DATASET_H

#include "base/parallel.h"
#include "base/map.h"
#include "data/columns/column.h"
#include "data/columns/describe.h"
#include "data/frames/frame.h"
#include "data/columns/gather.h"
#include "data/frames/scored.h"
#include "data/datasets/repeats.h"
#include "data/datasets/selection.h"
#include "io/reader/reader.h"

typedef struct dw_dataset_options {
  size_t memory;                                       /* bytes that the columns may hold; 0: no bound */
  bool (*keep_texts)(void *context, const char *name); /* the columns whose strings must all be counted (NULL: none) */
  /* sample all strings from the first on: the order of arrival matters to Evidently's text methods */
  bool sample_texts;
  void *context;
  bool keep_order;           /* columns keep their cells in the order of the rows, too (dw_column.order) */
  const char *label, *score; /* NULL, or columns whose values are also kept row by row, in pairs */
  /* NULL, or the column by whose values the rows are gathered apart too (data/datasets/segments.h) */
  const char *by;
  const struct dw_matching *matching; /* NULL, or how they are gathered apart by the calendar instead (data/datasets/matching.h) */
  dw_patterns gather;                 /* numeric columns that match one are one column of vectors, named by the pattern */
  /* columns of text that match are described by columns of numbers (data/columns/describe.h), but these */
  dw_patterns describe, describe_not;
  dw_frame_options frame;      /* whole rows: policy NONE (zero) keeps none */
  dw_frame_options succession; /* the same once more, for what follows what in time */
  bool repeats;                /* records that occur several times are counted (data/datasets/repeats.h), in an eighth of the memory */
  const char *pass;            /* NULL, or the column of instants that only the frames see: the columns hold nothing of it */
  bool instants;               /* columns of instants keep them (dw_column.times), but that of the records' times: */
  const char *time;            /* NULL, or it: then those of the records are kept beside them */
  const dw_time_format *time_format;
  bool span; /* the first and the last of these times are kept */
  /* what a profile needs (data/profiles): sketches of this size (dw_column.summary_size) from the first numbers on; 0: no. Such columns
   * keep no samples of texts */
  size_t summary_size;
  bool pack;              /* columns may keep their numbers packed: they are opened before these are looked at (dw_column_open) */
  dw_parallel_team *team; /* NULL, or who shares the columns of a batch among threads */
} dw_dataset_options;

typedef struct dw_dataset {
  dw_dataset_options options;
  dw_column **column; /* by the reader's column id; behind them, once finished, those gathered and those that describe */
  size_t column_count, column_capacity;
  dw_map names; /* of the first `indexed` columns, by their places; all, once finished */
  size_t indexed;
  bool doubled; /* two have one name: they are looked for one after the other */
  uint64_t rows;
  const dw_format *untyped, *typed; /* a format of each kind (io/record/format.h) that it was read from; NULL: none was */
  bool approximate;                 /* numbers were turned into sketches */
  bool profiled;                    /* restored from a profile (data/profiles): finished, and of no rows that anybody kept */
  size_t sketch_size;
  dw_scored scored;
  struct dw_segments *segments; /* NULL unless asked for; finished with the dataset */
  dw_gather *gather;            /* [options.gather.count] until finished */
  dw_described *described;      /* [described_count] until finished */
  size_t described_count, described_capacity;
  dw_repeats repeats;           /* of the whole; options.repeats: finished with the dataset */
  dw_frame *frame, *succession; /* NULL unless asked for; finished with the dataset */
  int64_t first, last;          /* options.span; first > last: there are none */
  int64_t *time;                /* [time_capacity] of the records of a batch */
  const int64_t *known;         /* the same, where the caller has read them: dw_dataset_know_times */
  size_t time_capacity;
  dw_buf scratch;
} dw_dataset;

void dw_dataset_init(dw_dataset *set, const dw_dataset_options *options);
void dw_dataset_add(dw_dataset *set, const dw_reader *reader, const dw_batch *batch, const uint8_t *take);
/* When the records of the batch were that is added next, by the options' time and time_format. */
void dw_dataset_know_times(dw_dataset *set, const int64_t *time);
size_t dw_dataset_bytes(const dw_dataset *set);            /* memory held by the columns */
void dw_dataset_bound(dw_dataset *set, size_t memory);     /* a new bound for memory, held to at once */
void dw_dataset_finish(dw_dataset *set, unsigned threads); /* sorts; afterwards read-only */
/* Takes a column away, and what describes it, in segments too; finished. */
void dw_dataset_drop(dw_dataset *set, const char *name);
void dw_dataset_index(dw_dataset *set);                     /* for who has put columns into it in other ways */
void dw_dataset_append(dw_dataset *set, dw_column *column); /* a finished column, which is the dataset's from then on */
/* Adds NAME.oov_share to both sides for each column that is described; both finished. */
void dw_dataset_describe_unknown(dw_dataset *reference, dw_dataset *current);
/* Labels of both sides, and of their segments, are read alike from here on; both finished. DW_EDATA: they cannot be (data/frames/scored.h).
 */
dw_status dw_dataset_match_labels(dw_dataset *reference, dw_dataset *current, dw_err *err);
/* NULL when no record had it. One look into a table once finished. */
const dw_column *dw_dataset_find(const dw_dataset *set, const char *name);
void dw_dataset_free(dw_dataset *set);

#endif
