/* chunked_parts: what the files of detect/chunked/chunked share. */
#ifndef DW_DETECT_CHUNKED_PARTS_H
#define DW_DETECT_CHUNKED_PARTS_H

#include "detect/chunked/chunked.h"
#include "detect/check/lost.h"
#include "stats/samples/moments.h"

enum { SIDE_REFERENCE, SIDE_CURRENT, SIDES, MEASURES_MOST = 12 };

/* What one measure says of one chunk. */
typedef struct chunk_point {
  double value;                     /* NaN: no answer */
  double p_value;                   /* NaN: the measure has none */
  double sampling_error, low, high; /* confidence bounds of value; NaN: not defined */
} chunk_point;

/* One measure through all chunks, those of the reference first. */
typedef struct chunk_series {
  dw_check check;
  const char *method;
  bool by_p_value;
  bool closed;         /* a value that equals a threshold is an alert too */
  double lower, upper; /* thresholds; NaN: none. by_p_value: upper is that of p */
  const char *error;   /* why a value is NaN, where it is not the lack of values; static text */
  chunk_point *point;
} chunk_series;

/* The cells of a column in one chunk. */
typedef struct chunk_cells {
  uint64_t count;     /* not missing */
  dw_moments moments; /* of numbers */
  double effect_size;
  uint64_t below, above; /* numbers beyond the reference's range */
  uint64_t unseen;       /* categories that the reference has not */
  dw_buf names;          /* some of them: JSON array of value and count; owned */
} chunk_cells;

/* One column, filled by one thread. */
typedef struct chunk_column {
  const char *name;
  dw_type type; /* NUMERIC or CATEGORICAL where it is compared */
  dw_check check;
  const dw_column *facts[SIDES]; /* one may be NULL */
  dw_lost loss;
  const char *left_out;        /* why it is not compared; NULL: it is, or is gone */
  dw_type settles;             /* the type that --types has to say; DW_TYPE_EMPTY: none does */
  const double *number[SIDES]; /* [rows] NaN: missing; the frame's; NULL: categories, or all are missing */
  uint32_t *code[SIDES];       /* [rows] 0: missing, else 1 + category; own; NULL: numbers, or all are missing */
  dw_map names;                /* of the categories, the reference's first; */
  size_t known;                /* so many are the reference's */
  chunk_cells whole, *cells;   /* of the reference; of each chunk */
  chunk_series series[MEASURES_MOST];
  size_t series_count;
  dw_finding_list schema;
} chunk_column;

typedef struct chunked_run {
  const dw_chunked_options *options;
  const dw_limits *limits;
  const dw_frame *frame[SIDES];
  dw_chunks chunks[SIDES];
  chunk_column *column;
  size_t count;
  const char **fresh; /* names that only the current data has */
  size_t fresh_count;
  chunk_series rows; /* multivariate; point NULL: not asked for, or fewer than two columns */
} chunked_run;

static inline size_t chunked_points(const chunked_run *run) { return run->chunks[SIDE_REFERENCE].count + run->chunks[SIDE_CURRENT].count; }

/* Which chunk a point is about. */
static inline const dw_chunk *chunked_chunk(const chunked_run *run, size_t point, int *side)
{
  size_t first = run->chunks[SIDE_REFERENCE].count;
  *side = point < first ? SIDE_REFERENCE : SIDE_CURRENT;
  return &run->chunks[*side].chunk[*side == SIDE_REFERENCE ? point : point - first];
}

/* The row of a frame that stands at `place` of the order that chunks are cut from. */
static inline size_t chunked_row(const chunked_run *run, int side, size_t place) { return run->chunks[side].order[place]; }

/* Room for the points of a series, all NaN. */
void dw_chunked_series_start(const chunked_run *run, chunk_series *series, dw_check check, const char *method);
/* Thresholds from the reference's points, kept within [low, high]: beyond them they become the limit, or none when `drop`. both: a lower
 * one too. */
void dw_chunked_series_bound(const chunked_run *run, chunk_series *series, bool both, double low, double high, bool drop);
bool dw_chunked_alert(const chunk_series *series, const chunk_point *point);

/* The cells of a column from both frames. */
void dw_chunked_column_read(const chunked_run *run, chunk_column *column);
/* All its series. */
void dw_chunked_column_measure(const chunked_run *run, chunk_column *column);
void dw_chunked_column_free(const chunked_run *run, chunk_column *column);
/* The methods that the limits name are all known here. */
dw_status dw_chunked_check_methods(const dw_limits *limits, dw_err *err);

/* The series of whole rows. */
void dw_chunked_rows_measure(chunked_run *run);

#endif
