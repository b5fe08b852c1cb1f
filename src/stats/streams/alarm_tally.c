#include "stats/streams/alarm_tally.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/mem.h"

static const char *const measure_names[DW_ALARM_MEASURES] = {
    "detection_delay",  "normalized_detection_time",      "precision",       "recall", "episode_recall", "missed_detection_rate", "f1",
    "false_alarm_rate", "mean_time_between_false_alarms", "mean_time_ratio",
};

const char *dw_alarm_measure_name(dw_alarm_measure measure) { return measure_names[measure]; }

static bool within(const dw_drift_span *drift, uint64_t alarm, uint64_t delta_max, uint64_t delta_pre)
{
  if (alarm < drift->first) return drift->first - alarm <= delta_pre;
  return alarm <= drift->last || alarm - drift->last <= delta_max;
}

void dw_alarm_tally_add(dw_alarm_tally *tally, const dw_alarm_stream *stream, uint64_t delta_max, uint64_t delta_pre)
{
  assert(delta_max > 0 && (!tally->rows || tally->delta_max == delta_max));
  bool *caught = dw_alloc_zero(stream->drifts, sizeof *caught);
  uint64_t before = 0;
  bool any = false; /* a false alarm of this stream */
  for (size_t a = 0; a < stream->alarms; a++) {
    uint64_t alarm = stream->alarm[a];
    size_t d = 0;
    while (d < stream->drifts && !within(&stream->drift[d], alarm, delta_max, delta_pre)) d++;
    if (d == stream->drifts) {
      tally->false_alarms++;
      if (any) tally->waiting += (double)(alarm - before), tally->gaps++;
      before = alarm, any = true;
      continue;
    }
    tally->hits++;
    if (caught[d]) continue;
    caught[d] = true;
    tally->caught++;
    tally->delay += (double)alarm - (double)stream->drift[d].first;
  }
  tally->alarms += stream->alarms;
  tally->drifts += stream->drifts;
  tally->rows += stream->rows;
  tally->delta_max = delta_max;
  dw_free(caught);
}

/* NaN without a whole. */
static double share(double part, double whole) { return whole > 0 ? part / whole : NAN; }

double dw_alarm_measure_of(const dw_alarm_tally *t, dw_alarm_measure measure)
{
  double delay = share(t->delay, (double)t->caught), precision = share((double)t->hits, (double)t->alarms);
  double recall = share((double)t->caught, (double)t->drifts), gap = share(t->waiting, (double)t->gaps);
  switch (measure) {
  case DW_ALARM_DELAY: return delay;
  case DW_ALARM_NORMALISED: return delay / (double)t->delta_max;
  case DW_ALARM_PRECISION: return precision;
  case DW_ALARM_RECALL: return share((double)t->hits, (double)t->hits + (double)(t->drifts - t->caught));
  case DW_ALARM_EPISODE_RECALL: return recall;
  case DW_ALARM_MISSED: return 1 - recall;
  case DW_ALARM_F1: return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
  case DW_ALARM_FALSE_RATE: return share((double)t->false_alarms, (double)t->rows);
  case DW_ALARM_FALSE_TIME: return gap;
  case DW_ALARM_TIME_RATIO:
    if (isnan(gap) || isnan(delay)) return NAN;
    return delay == 0 ? INFINITY : gap / delay * recall;
  case DW_ALARM_MEASURES: break;
  }
  return NAN;
}

uint64_t dw_alarm_measure_count(const dw_alarm_tally *t, dw_alarm_measure measure)
{
  switch (measure) {
  case DW_ALARM_DELAY:
  case DW_ALARM_NORMALISED: return t->caught;
  case DW_ALARM_PRECISION: return t->alarms;
  case DW_ALARM_RECALL: return t->hits + (t->drifts - t->caught);
  case DW_ALARM_EPISODE_RECALL:
  case DW_ALARM_MISSED: return t->drifts;
  case DW_ALARM_F1: return t->alarms && t->drifts ? t->alarms + t->drifts : 0;
  case DW_ALARM_FALSE_RATE: return t->rows;
  case DW_ALARM_FALSE_TIME: return t->gaps;
  case DW_ALARM_TIME_RATIO: return t->gaps && t->caught ? t->gaps + t->caught : 0;
  case DW_ALARM_MEASURES: break;
  }
  return 0;
}
