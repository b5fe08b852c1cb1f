/* inject_state: what the two halves of dw_inject share: inject.c (which record, which change) and inject_write.c (how it leaves);
 * no other file includes it.
 */
#ifndef DW_SYNTH_INJECT_STATE_H
#define DW_SYNTH_INJECT_STATE_H

#include <pthread.h>

#include "base/map.h"
#include "synth/inject/changes.h"
#include "synth/inject/inject.h"
#include "synth/inject/operate.h"
#include "synth/inject/window.h"

#define INJECT_NONE SIZE_MAX

/* A column that the plan asks about. */
typedef struct inject_column {
  const char *name;
  uint32_t id;                 /* of the reader; DW_MAP_NONE until it occurs */
  bool needed;                 /* the plan makes no sense without it */
  size_t field;                /* row of the table of fields; INJECT_NONE: it is only asked about */
  size_t slot;                 /* column of the window; INJECT_NONE: it is not permuted */
  const dw_batch_column *data; /* in this batch; NULL: it does not occur */
} inject_column;

typedef struct inject_step {
  const dw_injection *what;
  dw_course course; /* resolved */
  dw_axis axis;
  size_t column;  /* index; INJECT_NONE: whole records */
  size_t renamed; /* rename-column: index of the new name */
  size_t shuffle; /* permute: of the window */
  size_t *where;  /* [columns of the condition] indices */
  uint32_t stream;
  uint64_t left;
  dw_window_tally tally;
  dw_changes changes;
  bool hit;                   /* tally knows its first rows */
  size_t first_hit, last_hit; /* rows of this batch; first_hit INJECT_NONE: none */
} inject_step;

struct dw_inject {
  const dw_injections *plan;
  dw_inject_options options;
  dw_rng_key key;

  dw_map names; /* name -> index into columns */
  inject_column *columns;
  size_t columns_capacity, field_count, slot_count;
  inject_step *steps;
  size_t time; /* column; INJECT_NONE */
  pthread_mutex_t seen_lock;
  dw_reader *reader; /* of the batch */
  dw_roster seen;    /* names that occur in the input */

  bool started;   /* an input was announced */
  char delimiter; /* of CSV; 0: NDJSON */
  dw_buf header;  /* CSV: of the first input, as it stood; its names are header_begin … header_end, without BOM and line end */
  size_t header_begin, header_end;
  bool header_due;
  dw_emit emit;
  dw_window *window; /* NULL: nothing is permuted */

  /* the batch at hand */
  dw_field *fields;  /* [field_count][capacity] */
  uint8_t *loaded;   /* [field_count][capacity] */
  uint8_t *touched;  /* [capacity]: it cannot leave byte for byte */
  uint32_t *copies;  /* [capacity] how often a record leaves; only when resampled */
  uint8_t *picked;   /* [shuffles][capacity] takes part in the shuffle */
  int64_t *instants; /* [capacity] INT64_MIN: none */
  uint64_t untimed;  /* records without one, and what is wrong with the first */
  dw_err first_untimed;
  size_t capacity, shuffle_count;
  const inject_column **order; /* [names.count] of one record, scratch */
  bool resampled;
  dw_arena arena; /* texts of fields */
  dw_buf scratch;
  uint64_t rows_in, rows_out;
};

dw_field *dw_inject_field(dw_inject *inject, const inject_column *column, size_t row);

/* inject_write.c */
dw_status dw_inject_write(dw_inject *inject, const dw_batch *batch, dw_err *err);
dw_status dw_inject_write_header(dw_inject *inject, dw_err *err); /* once; nothing to do for NDJSON */

#endif
