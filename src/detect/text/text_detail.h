/* text_detail: what a finding about texts says besides its numbers: the words and the texts that tell the sides apart. */
#ifndef DW_DETECT_TEXT_DETAIL_H
#define DW_DETECT_TEXT_DETAIL_H

#include "base/str.h"
#include "data/columns/passages.h"
#include "stats/tests/roc.h"

/* The texts whose side was guessed, with their scores (higher: more like the current side). */
typedef struct dw_text_scored {
  const dw_passages *side[2]; /* reference, current */
  size_t count[2];            /* texts of each side that were read */
  const uint32_t *text[2];    /* those with a score: places in side[k] */
  const double *score[2];     /* of them */
  size_t scored[2];
  dw_auc auc;
  double chance; /* the AUC that guesses reach once in 20 times; NaN: not asked */
} dw_text_scored;

/* {"texts":{…},"auc":…,"auc_error":…,"words":{"reference":[…],"current":[…]},"examples":{…}}: man/driftwatch-records.5. */
void dw_text_detail_write(dw_buf *out, const dw_text_scored *scored);

#endif
