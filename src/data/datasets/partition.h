/* partition: one input becomes two sides, by time windows or at a split.
 *
 * WINDOW: with T the latest instant of the input, current is (T - window, T] and reference (T - window - baseline, T - window].
 * Rows may come in any order; rows that can no longer matter are dropped on the way. Rows later than `last`, up to which a time is no
 * mistake, belong to neither and do not move T, unless they are more than half of all: then the data has a clock of its own, and T is the
 * latest of them. ROW, TIME: what comes before is reference.
 * FRACTION: the first share of the rows. WINDOW and FRACTION hold rows back and are bounded by `memory`.
 */
#ifndef DW_DATA_PARTITION_H
#define DW_DATA_PARTITION_H

#include "data/datasets/dataset.h"
#include "io/reader/notices.h"

typedef enum dw_partition_kind { DW_PARTITION_WINDOW, DW_PARTITION_ROW, DW_PARTITION_FRACTION, DW_PARTITION_TIME } dw_partition_kind;

typedef struct dw_partition_options {
  dw_partition_kind kind;
  const char *time;                  /* WINDOW, TIME: the column of instants */
  const dw_time_format *time_format; /* io/record/instant.h */
  int64_t window, baseline;          /* WINDOW: microseconds */
  int64_t last;                      /* WINDOW; 0: every time is right */
  uint64_t row;                      /* ROW: how many rows are reference */
  double fraction;                   /* FRACTION: in (0, 1) */
  int64_t instant;                   /* TIME: the first instant of current */
  size_t memory;                     /* bytes that may be held back */
} dw_partition_options;

typedef struct dw_partition dw_partition;

dw_partition *dw_partition_new(const dw_partition_options *options, dw_dataset *reference, dw_dataset *current);
/* DW_EDATA: a row without an instant. DW_ENODATA: more rows to hold back than memory allows. */
dw_status dw_partition_add(dw_partition *partition, const dw_reader *reader, const dw_batch *batch, dw_err *err);
/* At the end of the input: what was held back goes to its sides. */
void dw_partition_finish(dw_partition *partition, const dw_reader *reader);
/* Finished: warns of the rows that lie beyond `last`. DW_ENODATA: rows, and none of them in the baseline of WINDOW, and the message names
 * the row with the latest time; or all of them on one side of the split of TIME, and it says from when to when they are. */
dw_status dw_partition_check(const dw_partition *partition, const dw_notices *notices, dw_err *err);
void dw_partition_free(dw_partition *partition);

/* "1000" rows, "0.7" or "70%" of the rows, or an instant: fills kind and its value. false: none of these. */
bool dw_partition_parse_split(const char *text, dw_partition_options *options);

#endif
