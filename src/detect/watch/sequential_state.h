/* sequential_state: what a sequential watch remembers, in memory and as a document (kind "sequential_state"). Inside of
 * detect/watch/sequential only. */
#ifndef DW_DETECT_SEQUENTIAL_STATE_H
#define DW_DETECT_SEQUENTIAL_STATE_H

#include "data/columns/categories.h"
#include "detect/watch/unit_stream.h"
#include "detect/watch/sequential.h"
#include "detect/watch/watch_file.h"
#include "stats/streams/conformal.h"
#include "stats/streams/martingale.h"

struct dw_stream {
  const char *column;
  dw_stream_kind kind;
  dw_type type;             /* of the values; DW_TYPE_EMPTY for a stream of missing cells, DW_TYPE_NUMERIC for errors */
  bool entered;             /* in this look */
  uint64_t reference_count; /* cells of the reference */
  uint64_t observations;    /* cells that arrived */
  uint64_t alarm_look;      /* 0: none yet */
  int64_t alarm_time;
  dw_ladder *ladder;     /* numbers */
  dw_category *category; /* categories: value only, in their order */
  uint64_t *weight;      /* [cells]: gaps, or counts of categories, or of cells that are there and that are missing */
  size_t cells;
  dw_martingale bet;
  /* of a watch by the period, instead of ladder … bet */
  dw_unit_stream *units;
  const dw_column *reference; /* of this look */
  const dw_scored *scored;
  dw_type value_type;     /* of the column, in this look */
  double *baseline_error; /* ascending: of a stream of errors, in this look */
  size_t baseline_errors;
};

enum { DW_DIGESTS_KEPT = 10000, DW_DIGEST_KEPT = 16 };

struct dw_sequential {
  dw_watch_file file;
  const char *path; /* its name */
  uint64_t looks;   /* behind it, then this one included */
  char reference_digest[33];
  char *digest; /* of the looks, the last DW_DIGESTS_KEPT of them, DW_DIGEST_KEPT digits each */
  size_t digests, digest_capacity;
  int64_t latest; /* instant of any look; DW_FRAME_NO_INSTANT: not known */
  bool begun;     /* by an earlier look */
  bool repeated;
  /* by the period (detect/watch/sequential_units.c); rule NULL: by the row */
  const dw_unit_rule *rule;
  char *unit_words;  /* of the rule, as the state was begun: "1d hour Europe/Berlin line", "1d - UTC -"; NULL: by the row */
  size_t unit_cells; /* what they come to */
  bool unit_line;
  int64_t reference_last, last_unit; /* numbers of the baseline's last period, and of the last that was watched */
  double usual;                      /* rows of a period */
  dw_units baseline, arrived;        /* of this look */
  dw_unit_notes notes;
  int64_t now;
  dw_stream **stream;
  size_t count, capacity;
  dw_arena texts; /* names and categories */
  dw_err wrong;
};

dw_stream *dw_stream_add(dw_sequential *state, const char *column, dw_stream_kind kind, dw_type type);
void dw_stream_free(dw_stream *stream);
static inline unsigned dw_stream_unit(const dw_stream *stream) { return stream->ladder ? 0 : 1; }

/* The parts of detect/watch/sequential.c that other kinds of streams are made of. */
/* NULL: a new one is due, or state->wrong says why not */
dw_stream *dw_stream_find(dw_sequential *state, const char *column, dw_stream_kind kind, dw_type type);
void dw_stream_begin_numbers(dw_stream *stream, dw_sorted reference);
void dw_stream_take_numbers(const dw_sequential *state, dw_stream *stream, dw_sorted arrived);
int dw_category_compare(const dw_category *a, const dw_category *b); /* numbers first */
dw_unit_luck dw_stream_luck(const dw_stream *stream);

/* By the period: detect/watch/sequential_units.c. */
bool dw_unit_words_read(const char *words, size_t *cells, bool *line);
void dw_stream_begin_units(const dw_sequential *state, dw_stream *stream, const dw_column *reference, dw_type type);
void dw_stream_take_units(const dw_sequential *state, dw_stream *stream);
/* |score - label| row by row of a frame, of the class that is watched, NaN of others; the caller frees. */
double *dw_stream_row_errors(const dw_scored *reference, const dw_frame *frame, const char *label, const char *score);

void dw_sequential_write(const dw_sequential *state, dw_buf *out);
/* Into an empty state; DW_EDATA with what is wrong. */
dw_status dw_sequential_read(dw_sequential *state, const char *text, size_t length, dw_err *err);
extern const dw_watch_kind dw_sequential_kind;

#endif
