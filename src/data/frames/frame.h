/* frame: rows of one side kept in row order, by column: what methods that look at several columns at once, or at rows in time, need.
 *
 * A dataset keeps one when dw_dataset_options.frame asks for it (dataset.frame, NULL otherwise), filled as rows are added: --window and
 * --split work alike. Four policies:
 *
 *   ALL     every row; past `memory` the frame lets everything go, and dw_frame_ready says so (DW_ENODATA)
 *   SAMPLE  a uniform sample of at most `rows` rows without replacement: those with the smallest hashes (Philox) of their row numbers, in
 *           row order (bottom-k sampling: Cohen, Kaplan, "Summarizing data using bottom-k sketches", PODC 2007). It depends on the rows
 *           alone, not on blocks or threads; a smaller sample is part of a larger one. Past `memory` it takes fewer rows.
 *   BLOCKS  SAMPLE of whole blocks of DW_FRAME_BLOCK consecutive row numbers: the hash is that of the block, and the last block kept may
 *           be cut at its end. Rows that follow each other stay together, in blocks from all over the side. With `time`, where the
 *           first `rows` rows are in no order of it: the rows in windows of time instead (data/frames/windows.h), those of all the side
 *   FIRST   the first `rows` rows: what costs nothing behind them
 *
 * A column holds numbers and codes of its texts side by side, since its type is known only at the end (by the reference's dw_column).
 */
#ifndef DW_DATA_FRAME_H
#define DW_DATA_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "data/frames/windows.h"
#include "io/record/time_format.h"
#include "io/reader/reader.h"

typedef enum dw_frame_policy { DW_FRAME_NONE, DW_FRAME_ALL, DW_FRAME_SAMPLE, DW_FRAME_BLOCKS, DW_FRAME_FIRST } dw_frame_policy;

enum { DW_FRAME_BLOCK = 512 };

typedef struct dw_frame_options {
  dw_frame_policy policy;
  size_t rows;      /* SAMPLE, BLOCKS, FIRST: at most so many, at least 1 */
  size_t memory;    /* bytes; 0: no bound */
  const char *time; /* NULL, or the column whose cells are kept as instants (and not as a column, unless `keep` wants it too) */
  const dw_time_format *time_format;                   /* of its cells: io/record/instant.h */
  bool (*keep)(void *context, const char *name);       /* the columns to keep; NULL: all but time */
  bool (*keep_texts)(void *context, const char *name); /* columns whose strings are kept even when they hardly repeat; NULL: none */
  void *context;
} dw_frame_options;

#define DW_FRAME_NO_INSTANT INT64_MIN

typedef struct dw_frame_column {
  const char *name; /* its own copy */
  double *number;   /* [rows], NaN where the cell is no finite number; NULL: no cell is one */
  uint32_t *code;   /* [rows], 0 where the cell is no string or boolean, else 1 + its index in texts; NULL: no cell is one */
  uint8_t *stray;   /* [rows] 1: a text in a column of numbers (data/frames/column_read.h); NULL: there is none */
  dw_map texts;     /* "true" and "false" for booleans; once finished, numbered as they first occur in the rows kept */
  /* [rows], 0 where a number is written as this program does, else 1 + its index in spellings (io/record/record.h: dw_spelled); NULL: none
   * is otherwise, or there are more ways than DW_SPELLINGS_MOST (data/columns/spellings.h): spelled_many */
  uint32_t *spelled;
  dw_map spellings;
  bool spelled_many;
  bool endless; /* strings hardly repeat (identifiers): given up, code is NULL */
  bool keep_texts;
  size_t length, number_capacity, code_capacity, spelled_capacity; /* cells filled so far */
  size_t room;                                                     /* cells to make room for at once */
  dw_buf scratch;
} dw_frame_column;

typedef struct dw_frame {
  dw_frame_options options;
  dw_frame_column **column; /* those kept, in the order of first appearance */
  size_t count, capacity;
  size_t rows;                        /* kept */
  uint64_t seen;                      /* rows of the side */
  bool sampled;                       /* rows < seen */
  dw_windows windows;                 /* BLOCKS: those that were kept by; period 0: by blocks */
  bool full;                          /* ALL: more than memory allows; nothing is kept */
  uint64_t *row;                      /* [rows] number of the row in the whole input, from 0; ascending */
  int64_t *instant;                   /* [rows], DW_FRAME_NO_INSTANT where there is none; NULL without `time` */
  struct dw_frame_building *building; /* NULL once finished */
} dw_frame;

dw_frame *dw_frame_new(const dw_frame_options *options); /* policy is not NONE */
/* Of the rows of the batch that is added next, from a caller who has read them already, the instants in the frame's column of them. */
void dw_frame_tell_instants(dw_frame *frame, const int64_t *instant);
void dw_frame_add(dw_frame *frame, const dw_reader *reader, const dw_batch *batch, const uint8_t *take); /* take: as dw_dataset_add */
void dw_frame_finish(dw_frame *frame);
dw_status dw_frame_ready(const dw_frame *frame, dw_err *err); /* DW_ENODATA: ALL, and the rows are more than memory allows */
const dw_frame_column *dw_frame_find(const dw_frame *frame, const char *name); /* NULL when no record had it */
void dw_frame_column_renumber(dw_frame_column *column); /* texts that no row has are forgotten; for those who change codes */
void dw_frame_column_spell(dw_frame_column *column, size_t row, const char *text, size_t length); /* how its number is written */
size_t dw_frame_bytes(const dw_frame *frame);
void dw_frame_free(dw_frame *frame);

#endif
