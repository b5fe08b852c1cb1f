/* What a run keeps of distributions: both sides of each column as few bars, the report's own (report/draw/bars.h). The findings themselves,
 * with all that a report draws, are kept of what drifted alone: they are ten times as long. */
#include <math.h>

#include "base/fmath.h"
#include "report/draw/bars.h"
#include "serve/watch/look_parts.h"

enum { BARS = 16, COLUMNS = 60 };

/* To so many digits: enough for a picture. */
static double rounded(double x, int digits)
{
  if (!(fabs(x) > 0) || isinf(x)) return x;
  double scale = dw_pow(10, digits - 1 - floor(dw_log10(fabs(x))));
  return isfinite(scale) && scale > 0 ? round(x * scale) / scale : x;
}

static void write_side(dw_json *json, const char *key, const dw_bars *bars, bool current)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < bars->count; i++) dw_json_number(json, NULL, rounded(current ? bars->bar[i].current : bars->bar[i].reference, 3));
  dw_json_close(json, ']');
}

static void write_edges(dw_json *json, const dw_bars *bars)
{
  dw_json_open(json, "edges", '[');
  for (size_t i = 0; i < bars->count; i++) dw_json_number(json, NULL, rounded(bars->bar[i].from, 5));
  dw_json_number(json, NULL, rounded(bars->bar[bars->count - 1].to, 5));
  dw_json_close(json, ']');
}

static void write_labels(dw_json *json, const dw_bars *bars)
{
  dw_json_open(json, "labels", '[');
  for (size_t i = 0; i < bars->count; i++) dw_json_text(json, NULL, bars->bar[i].label);
  dw_json_close(json, ']');
}

static void write_column(dw_json *json, const char *name, const dw_bars *bars)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "column", name);
  if (bars->numeric) write_edges(json, bars);
  else write_labels(json, bars);
  write_side(json, "reference", bars, false);
  write_side(json, "current", bars, true);
  dw_json_close(json, '}');
}

void dw_look_bars(const char *documents, size_t length, dw_json *json)
{
  dw_err err;
  dw_bars bars;
  dw_report *report = dw_findings_new();
  dw_findings_begin(report, "findings");
  dw_status status = dw_findings_add(report, documents, length, &err);
  if (status == DW_OK) status = dw_findings_end(report, &err);
  dw_findings_finish(report);
  dw_json_open(json, "bars", '[');
  for (size_t i = 0, written = 0; status == DW_OK && report->count && i < report->sections->column_count && written < COLUMNS; i++) {
    const dw_report_column *column = &report->sections->columns[i];
    if (!*column->name || column->picture == SIZE_MAX) continue;
    if (!dw_bars_layout(&bars, &report->sections->findings[column->picture], BARS) || !bars.count) continue;
    write_column(json, column->name, &bars);
    written++;
  }
  dw_json_close(json, ']');
  dw_findings_free(report);
}
