/* run_source: the values that a detector sees while nothing changes: drawn from a law, or from a sample in blocks, so that what stands
 * beside each other in the sample mostly does so here too.
 *
 *   dw_run_source source;
 *   dw_run_source_parse(&source, "bernoulli:0.1", err);
 *   dw_run_stream stream;
 *   dw_run_stream_start(&stream, &source, key, 7);       the 7th stream: the same values whoever draws them
 *   double x = dw_run_stream_next(&stream);
 */
#ifndef DW_STATS_RUN_SOURCE_H
#define DW_STATS_RUN_SOURCE_H

#include "base/err.h"
#include "base/rng.h"

typedef enum dw_run_law {
  DW_RUN_NORMAL,      /* mean 0, standard deviation 1 */
  DW_RUN_UNIFORM,     /* 0 to 1 */
  DW_RUN_EXPONENTIAL, /* mean 1 */
  DW_RUN_LOGNORMAL,   /* exp of a normal of standard deviation `parameter` */
  DW_RUN_AR,          /* x' = parameter * x + noise, of mean 0 and standard deviation 1 */
  DW_RUN_BERNOULLI,   /* 1 with probability `parameter`, otherwise 0 */
  DW_RUN_SAMPLE       /* value[] */
} dw_run_law;

typedef struct dw_run_source {
  dw_run_law law;
  double parameter;
  const double *value; /* SAMPLE: [count], finite */
  size_t count;
  size_t block; /* SAMPLE: how many are taken one behind the other, around the end; 1: each by itself; 0: all, in their order */
} dw_run_source;

/* "normal", "bernoulli:0.1". DW_EUSAGE: there is no such law, or it cannot have that parameter. */
dw_status dw_run_source_parse(dw_run_source *source, const char *text, dw_err *err);

typedef struct dw_run_stream {
  const dw_run_source *source;
  dw_rng rng;
  double last;     /* AR */
  size_t at, left; /* SAMPLE: the next value, and how many of the block are still to come */
} dw_run_stream;

void dw_run_stream_start(dw_run_stream *stream, const dw_run_source *source, dw_rng_key key, uint64_t number);
double dw_run_stream_next(dw_run_stream *stream);

#endif
