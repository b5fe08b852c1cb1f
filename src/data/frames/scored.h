/* scored: the rows of one side in which label and score are both present: their values, for performance metrics. */
#ifndef DW_DATA_SCORED_H
#define DW_DATA_SCORED_H

#include "base/err.h"
#include "data/frames/labels.h"
#include "io/reader/reader.h"
#include "stats/tests/roc.h"

typedef struct dw_scored {
  double *score;
  double *label; /* the number (booleans are 0 and 1), or the place of the text in labels.classes: labels.named tells which */
  size_t count, capacity;
  /* Pairs that are lent have been looked at before, all of them: */
  struct {
    bool known, named; /* as labels.named was: afterwards labels may have become numbers, and nothing is known */
    uint64_t distinct; /* different labels, of at most two; 3: there are more */
    double seen[2];    /* those, in the order of the rows */
    bool ranked;       /* the scores were ranked against one of two labels: */
    double positive;
    dw_auc auc;
  } looked;
  bool lent;        /* both arrays stand in a file that is mapped (data/frames/frame_tape.h): nothing is added any more */
  dw_labels labels; /* how the label is read */
} dw_scored;

void dw_scored_init(dw_scored *scored);
void dw_scored_free(dw_scored *scored);

/* take[row] says which rows belong to this side (NULL: all). A batch without one of the columns adds nothing. */
void dw_scored_add(dw_scored *scored, const dw_reader *reader, const dw_batch *batch, const uint8_t *take, const char *label,
                   const char *score);

/* Reads the labels of both sides alike: afterwards both are named, or neither is. DW_EDATA: they cannot meet, which names both kinds:
 * texts that say no number among or against numbers or booleans, booleans against numbers beyond 0 and 1, two classes (0 and 1) against
 * fractions, or texts of which no two are the same. A side without rows meets every other. */
dw_status dw_scored_match(dw_scored *reference, dw_scored *current, const char *label, dw_err *err);

/* Labels among which are all different ones: where these are known to be few, these alone. */
const double *dw_scored_labels(const dw_scored *scored, size_t *count);

/* A part of a side that was matched (the rows of a segment) is read as its whole is. */
void dw_scored_follow(dw_scored *part, const dw_scored *whole);

#endif
