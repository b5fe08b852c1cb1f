#include "stats/run_lengths/run_length.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/parallel.h"

/* A side is told at so many standard errors, as it is asked after each batch. */
static const double TOLD = 4;
enum { FIRST_BATCH = 4 };

typedef struct work {
  const dw_detector *detector;
  const dw_run_plan *plan;
  size_t first;
  uint64_t *alarms; /* [streams] */
} work;

static void run_stream(void *context, size_t item, unsigned thread)
{
  const work *w = context;
  dw_detector detector = *w->detector;
  dw_run_stream stream;
  dw_err err;
  uint64_t alarms = 0;
  detector.state = NULL;
  if (dw_detector_start(&detector, &err) != DW_OK) return; /* never: they were looked at */
  dw_run_stream_start(&stream, w->plan->source, w->plan->key, w->first + item);
  for (uint64_t i = 0; i < w->plan->rows; i++) alarms += dw_detector_add(&detector, dw_run_stream_next(&stream)) == DW_DETECTOR_DRIFT;
  w->alarms[w->first + item] = alarms;
  dw_detector_free(&detector);
}

/* Counts of streams that do not depend on each other: the spread of their logarithm's mean. */
static double spread(const uint64_t *alarms, size_t streams, double total)
{
  double mean = total / (double)streams, sum = 0;
  for (size_t i = 0; i < streams; i++) sum += ((double)alarms[i] - mean) * ((double)alarms[i] - mean);
  return sqrt(sum / (double)(streams - 1) / (double)streams) / mean;
}

static void summarise(dw_run_length *out, const work *w, size_t streams)
{
  *out = (dw_run_length){.streams = streams, .rows = streams * w->plan->rows, .mean = INFINITY, .error = NAN};
  for (size_t i = 0; i < streams; i++) out->alarms += w->alarms[i];
  if (!out->alarms) return;
  double total = (double)out->alarms, poisson = 1 / sqrt(total);
  out->mean = (double)out->rows / total;
  out->error = streams < FIRST_BATCH ? poisson : fmax(spread(w->alarms, streams, total), streams < 4 * FIRST_BATCH ? poisson : 0);
}

/* The side of what is wanted that it is on is plain already, or it is known well enough. */
static bool told(const dw_run_length *length, const dw_run_plan *plan)
{
  if (plan->precision > 0 && length->error <= plan->precision) return true;
  if (plan->wanted <= 0) return false;
  if (!length->alarms) return (double)length->rows > 2 * TOLD * plan->wanted;
  return fabs(dw_log(length->mean / plan->wanted)) > TOLD * length->error;
}

dw_status dw_run_length_measure(dw_run_length *out, const dw_detector *detector, const dw_run_plan *plan, dw_err *err)
{
  const dw_detector_method *method = detector->method;
  dw_status status = method->check ? method->check(detector->parameter, err) : DW_OK;
  if (status != DW_OK) return status;
  work w = {.detector = detector, .plan = plan, .alarms = dw_alloc_zero(plan->streams, sizeof *w.alarms)};
  size_t done = 0;
  while (done < plan->streams) {
    size_t batch = done ? done : FIRST_BATCH;
    if ((plan->wanted <= 0 && plan->precision <= 0) || batch > plan->streams - done) batch = plan->streams - done;
    w.first = done;
    dw_parallel(plan->threads, batch, run_stream, &w);
    done += batch;
    summarise(out, &w, done);
    if (told(out, plan)) break;
  }
  dw_free(w.alarms);
  return DW_OK;
}
