/* scored_lines: batches of records become the lines of an answer: each record as dw-score writes it, and in the place of one that could not
 * be scored a document that says so:
 *
 *   {"kind":"rejected","line":3,"column":7,"reason":"…"}
 */
#ifndef DW_SERVE_SCORED_LINES_H
#define DW_SERVE_SCORED_LINES_H

#include "io/reader/reader.h"
#include "model/score/score_fields.h"
#include "serve/scoring/production.h"
#include "synth/inject/append.h"

#define DW_SCORED_NAME "body"             /* of the input, in the reader's messages */
#define DW_SCORED_VERSION "model_version" /* the field that says by which version */

typedef struct dw_scored_wishes {
  double cut;      /* below 0: no prediction */
  bool missing_ok; /* records without a feature are scored without it */
  bool replace;    /* fields that are there already get new values */
  bool version;    /* with the field DW_SCORED_VERSION */
} dw_scored_wishes;

typedef struct dw_scored_line {
  uint64_t line, column;
  size_t order;        /* of coming: lines that say no number stay where they came */
  size_t from, length; /* in text */
  char *reason;        /* not NULL: it is rejected */
} dw_scored_line;

typedef struct dw_scored_lines {
  dw_production_model *model;
  dw_scorer scorer;
  dw_score_fields fields;
  dw_append append;
  uint8_t *take;
  dw_buf text; /* the records of the batch at hand */
  dw_scored_line *line;
  size_t count, capacity, take_capacity;
  uint64_t scored, told; /* rejected ones that were told */
} dw_scored_lines;

/* model outlives it. DW_EDATA: the model's calibration is none. DW_EUSAGE: a cut, and not two classes. dw_scored_lines_free either way. */
dw_status dw_scored_lines_init(dw_scored_lines *lines, dw_production_model *model, const dw_scored_wishes *wishes, dw_err *err);
void dw_scored_lines_free(dw_scored_lines *lines);

/* For dw_reader_options, with the lines as its context. */
bool dw_scored_lines_want(void *lines, const char *name, size_t length);
bool dw_scored_lines_as_text(void *lines, const char *name, size_t length);
void dw_scored_lines_left_out(void *lines, const dw_err *why);

/* Adds a line for each record; those that cannot be scored go to dw_reader_unusable. An error is the model's. */
dw_status dw_scored_lines_add(dw_scored_lines *lines, dw_reader *reader, const dw_batch *batch, dw_err *err);
/* A record of the batch at hand is rejected after all. */
void dw_scored_lines_reject(dw_scored_lines *lines, dw_scored_line *line, const char *reason);
/* What has come, in the order of the body, behind the end of out; then it is forgotten. */
void dw_scored_lines_take(dw_scored_lines *lines, dw_buf *out);

#endif
