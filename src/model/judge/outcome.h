/* outcome: labels, scores and predictions row by row, from the record stream.
 *
 *   dw_outcomes rows;
 *   dw_outcomes_init(&rows, &(dw_outcome_options){.label = "y", .score = "score"});
 *   for each batch of ONE reader: dw_outcomes_add(&rows, reader, batch, &err);
 *   dw_outcomes_classes(&rows, &how, &err);      // tells the task; classes of labels and predictions
 *   …
 *   dw_outcomes_free(&rows);
 *
 * A row counts when it has all that was asked for; others are counted by what they lack.
 */
#ifndef DW_MODEL_OUTCOME_H
#define DW_MODEL_OUTCOME_H

#include "base/map.h"
#include "io/record/time_format.h"
#include "data/frames/labels.h"
#include "io/reader/reader.h"
#include "model/judge/class_list.h"
#include "model/judge/metrics.h"

typedef struct dw_outcome_options {
  const char *label, *score, *other, *prediction, *time; /* columns; NULL: not asked for. other: a second score */
  const dw_time_format *time_format;                     /* of the time: io/record/instant.h */
  const char *const *by;                                 /* columns of segments */
  size_t by_count;
  bool unlabelled; /* rows without a label count too (label NaN) */
  size_t memory;   /* bytes that may be held; 0: no bound */
} dw_outcome_options;

typedef struct dw_outcomes {
  dw_outcome_options options;
  /* the columns that say which classes the scores are of, where records have them: score_classes, other_classes */
  char *told_by[2];
  size_t rows, capacity;
  double *label, *prediction; /* as in data/frames/labels.h: numbers (booleans are 0 and 1), or places of texts */
  double *score, *other;      /* [rows * width] */
  size_t width;               /* of vector scores; 1 for numbers, 0 while unknown */
  int64_t *instant;
  uint32_t *source;   /* [rows] the record in the input, from 0 */
  uint32_t **segment; /* [by_count][rows]: index into segments[by]; missing values are the text "null" */
  dw_map *segments;   /* [by_count] */
  dw_labels labels;   /* how labels and predictions are read */
  char *told;         /* what they say, the same in all records; NULL: nothing */
  uint64_t all_rows, without_label, without_score, without_prediction;
  dw_buf scratch;
  double *parsed; /* the numbers of an array that was written as text */
  size_t parsed_capacity;

  /* Once dw_outcomes_classes is done: */
  dw_task task;
  size_t classes;      /* 0 for regression */
  size_t known;        /* the first of them: those of the model; labels or predictions of others are errors of it */
  bool guessed;        /* which class each of several scores is of was taken from the labels: neither model nor user said it */
  char **class_name;   /* [classes] as JSON text: "yes", 1, true */
  double *class_value; /* [classes] as in label; NaN: a string that never occurs */
  uint32_t *class_of;  /* [rows] of the label (UINT32_MAX where there is none) */
  uint32_t *predicted; /* [rows]; NULL: no predictions */
} dw_outcomes;

void dw_outcomes_init(dw_outcomes *rows, const dw_outcome_options *options);

/* DW_EDATA: a value of the wrong kind, a record without a time, vectors of different lengths; such a record goes to dw_reader_unusable (the
 * reader keeps spans for the lines). DW_ENODATA: more than memory allows. */
dw_status dw_outcomes_add(dw_outcomes *rows, dw_reader *reader, const dw_batch *batch, dw_err *err);

typedef struct dw_class_options {
  bool task_given;
  dw_task task;
  /* binary: the label that is positive; NULL: the second of the model's classes, else the larger number, the later string, true */
  const char *positive;
  double cut;                     /* binary without prediction column: predicted positive from this score on */
  const dw_class_list *known;     /* the model's classes in the order of its scores; NULL: what the records say, else what labels show */
  const struct dw_outcomes *like; /* take task and classes from these rows, whatever labels occur; NULL: tell them */
} dw_class_options;

/* The task is told by the number of the model's classes where they are known, else by the rule of model/encode/task.h; scores of more
 * components than two are multiclass. Classes are in the model's order, else in that of the numbers, or of the strings' bytes; a binary
 * task's positive class is 1. Behind the model's come those of labels and predictions that it does not have. Scores of two components
 * become the second. DW_ENODATA: no rows, or a single string of which nobody says whether it is positive; DW_EDATA: labels that the task
 * cannot have, kinds that do not match, scores for another number of classes, or predictions that `like` does
 * not know, where rows need no labels. */
dw_status dw_outcomes_classes(dw_outcomes *rows, const dw_class_options *how, dw_err *err);

/* The classes that scores speak for, once the rows' are told: of two the second from cut on, of several the one with the largest score (the
 * first of equals). score: [count * width]; out: [count]. */
void dw_outcomes_predict(const dw_outcomes *rows, const double *score, size_t count, double cut, uint32_t *out);

/* For dw_reader_options.want, with the rows as context. */
bool dw_outcomes_wants(void *rows, const char *name, size_t length);

void dw_outcomes_free(dw_outcomes *rows);

#endif
