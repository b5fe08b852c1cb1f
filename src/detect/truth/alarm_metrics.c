#include "detect/truth/alarm_metrics.h"

#include <math.h>

/* Why a measure has no value. */
static const char *why(const dw_alarm_tally *t, dw_alarm_measure measure)
{
  switch (measure) {
  case DW_ALARM_DELAY:
  case DW_ALARM_NORMALISED: return "no drift was caught";
  case DW_ALARM_PRECISION: return "there is no alarm";
  case DW_ALARM_RECALL:
  case DW_ALARM_EPISODE_RECALL:
  case DW_ALARM_MISSED: return "there is no drift";
  case DW_ALARM_F1: return t->drifts ? "there is no alarm" : "there is no drift";
  case DW_ALARM_FALSE_RATE: return "there are no rows";
  case DW_ALARM_FALSE_TIME: return "there are fewer than two false alarms";
  case DW_ALARM_TIME_RATIO:
    return t->gaps == 0 ? "there are fewer than two false alarms" : t->caught ? "the delay is 0" : "no drift was caught";
  case DW_ALARM_MEASURES: break;
  }
  return NULL;
}

void dw_alarm_metric_write(const dw_alarm_tally *tally, dw_alarm_measure measure, const char *column, const dw_alarm_bounds *bounds,
                           dw_json *json)
{
  double value = dw_alarm_measure_of(tally, measure);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "kind", "metric");
  dw_json_text(json, "metric", dw_alarm_measure_name(measure));
  dw_json_number(json, "value", value);
  dw_json_number(json, "low", bounds ? bounds->low : NAN);
  dw_json_number(json, "high", bounds ? bounds->high : NAN);
  dw_json_integer(json, "count", (int64_t)dw_alarm_measure_count(tally, measure));
  dw_json_null(json, "positives");
  dw_json_null(json, "window");
  if (column) {
    dw_json_open(json, "segment", '{');
    dw_json_text(json, "column", "column");
    dw_json_text(json, "value", column);
    dw_json_close(json, '}');
  } else {
    dw_json_null(json, "segment");
  }
  dw_json_bool(json, "estimated", false);
  dw_json_text(json, "method", bounds ? bounds->method : NULL);
  dw_json_text(json, "score", column);
  if (!isfinite(value)) dw_json_text(json, "error", why(tally, measure));
}

void dw_alarm_tally_write(const dw_alarm_tally *tally, dw_json *json)
{
  dw_json_integer(json, "rows", (int64_t)tally->rows);
  dw_json_integer(json, "alarms", (int64_t)tally->alarms);
  dw_json_integer(json, "hits", (int64_t)tally->hits);
  dw_json_integer(json, "false_alarms", (int64_t)tally->false_alarms);
  dw_json_integer(json, "drifts", (int64_t)tally->drifts);
  dw_json_integer(json, "caught", (int64_t)tally->caught);
}
