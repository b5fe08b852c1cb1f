/* run_digest: the numbers of the document "run" (driftwatch-records(5)) that curves are made of, read without a tree of the rest: ten
 * thousand runs are 50 MB, and somebody waits for them.
 *
 *   dw_run_digest digest = {0};
 *   for each run: status = dw_run_digest_read(&digest, content, length, err);     one digest after the other uses the same memory
 *   dw_run_digest_free(&digest);
 */
#ifndef DW_SERVE_RUN_DIGEST_H
#define DW_SERVE_RUN_DIGEST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "kinds/severity.h"

typedef struct dw_run_column {
  size_t name, method; /* where they begin in the digest's texts, each with a NUL behind it */
  double h, score, threshold;
  dw_severity severity; /* NONE without drift */
  bool drift;
} dw_run_column;

typedef struct dw_run_rate {
  double value, limit, rows, known; /* NaN: not said */
} dw_run_rate;

typedef struct dw_run_digest {
  bool drift, unjudged;
  dw_severity severity;
  double rows, divergence, cosine;        /* NaN: not said */
  double drifted, columns, share_limit;   /* of all comparisons together */
  dw_run_rate refusals, toxicity, metric; /* of the metric: its value now, and the least that is no drift */
  double before;                          /* of the metric */
  bool feedback;                          /* the metric is the mean of feedback, and no share */
  dw_run_column *column;                  /* as they stand there */
  size_t column_count, column_capacity;
  dw_buf texts, scratch;
} dw_run_digest;

/* DW_EDATA: it is no JSON object. What is of another type than it should be is not said. */
dw_status dw_run_digest_read(dw_run_digest *digest, const char *content, size_t length, dw_err *err);
void dw_run_digest_free(dw_run_digest *digest);

#endif
