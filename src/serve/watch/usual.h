/* usual: limits from what a model's own measures were: the mean of the last runs and so many deviations beyond, in place of fixed ones.
 *
 *   dw_usual usual;
 *   dw_usual_read(&usual, records, "fraud", now, every, 100, err);
 *   dw_usual_limit(&usual, DW_MEASURE_REFUSAL)          NaN: fewer than DW_USUAL_LEAST runs said
 *
 * A deviation is the standard deviation between those runs, but no less than what chance makes of a rate of that many records, and no less
 * than a twentieth of the mean: windows that overlap hardly differ, and a limit right above the mean would alarm at the first change of a
 * digit. Runs that alarmed do not count, so that a drift that lasts does not become usual. Each run's measures, with the limits that they
 * were held to, are a row of the table threshold_history (kind "limits").
 */
#ifndef DW_SERVE_USUAL_H
#define DW_SERVE_USUAL_H

#include "io/text/json.h"
#include "store/records/records.h"

typedef enum dw_measure_kind {
  DW_MEASURE_REFUSAL,
  DW_MEASURE_TOXICITY,
  DW_MEASURE_ACCURACY,
  DW_MEASURE_COSINE, /* of the centroids of embeddings */
  DW_MEASURES
} dw_measure_kind;
const char *dw_measure_word(dw_measure_kind kind); /* "refusal_rate", "toxicity_rate", "accuracy_drop", "embedding_cosine" */

/* Of one run. */
typedef struct dw_measure {
  double value, limit; /* NaN: none */
  uint64_t known;      /* records that a rate is of; 0: it is no rate */
  bool drift;
} dw_measure;

enum { DW_USUAL_LEAST = 10, DW_USUAL_SIGMA = 3 };

typedef struct dw_usual {
  double limit[DW_MEASURES]; /* NaN: not known */
} dw_usual;

/* The last `runs` before now; every: how often there is one. */
dw_status dw_usual_read(dw_usual *usual, dw_records *records, const char *model, int64_t now, int64_t every, uint64_t runs, dw_err *err);
/* The row of a run: a line of JSON behind out. adaptive: the limits are such ones. */
void dw_usual_write(const dw_measure measure[DW_MEASURES], const char *model, int64_t time, bool adaptive, dw_buf *out);

/* A limit from values, the newest last; known: of the last, for a rate. NaN: too few. */
double dw_usual_limit(const double *value, size_t count, uint64_t known);

#endif
