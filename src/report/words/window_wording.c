#include "report/words/window_wording.h"

#include <math.h>

#include "report/model/figures.h"

enum { SAID = 6, DIGITS = 4, DATE = 10 };

static const char midnight[] = "T00:00:00Z";

/* Dates where windows are whole days. */
static int length_of(const char *instant, bool days) { return days ? DATE : (int)strlen(instant); }

void dw_wording_window(dw_buf *out, const dw_report_point *point)
{
  bool days = strlen(point->start) > DATE && !strcmp(point->start + DATE, midnight) && strlen(point->end) > DATE &&
              !strcmp(point->end + DATE, midnight);
  if (*point->start && *point->end) {
    dw_buf_format(out, "%.*s to %.*s", length_of(point->start, days), point->start, length_of(point->end, days), point->end);
    return;
  }
  dw_buf_text(out, "window ");
  dw_figure_count(out, point->chunk);
}

static void beyond(dw_buf *out, const dw_report_point *point)
{
  bool below = point->value < point->lower;
  dw_wording_window(out, point);
  dw_buf_char(out, ' ');
  dw_figure(out, point->value, DIGITS);
  dw_buf_text(out, below ? ", below " : ", above ");
  dw_figure(out, below ? point->lower : point->upper, DIGITS);
}

void dw_wording_windows(dw_buf *out, const dw_report_series *series)
{
  size_t said = 0, unknown = 0, quiet = 0;
  double low = NAN, high = NAN;
  dw_figure_count(out, (double)series->alerts);
  dw_buf_format(out, " of %zu window%s", series->count, series->count == 1 ? "" : "s");
  for (size_t i = 0; i < series->count; i++) {
    const dw_report_point *point = &series->point[i];
    unknown += (size_t)(isnan(point->value) != 0);
    if (point->drift && said++ < SAID) {
      dw_buf_text(out, said == 1 ? ": " : "; ");
      beyond(out, point);
    }
    if (point->drift || isnan(point->value)) continue;
    quiet++;
    low = fmin(low, point->value);
    high = fmax(high, point->value);
  }
  if (said > SAID) dw_buf_format(out, "; %zu more", said - SAID);
  if (quiet) {
    dw_buf_text(out, said ? "; the others " : ": ");
    dw_figure(out, low, DIGITS);
    if (low < high) dw_buf_text(out, " to ");
    if (low < high) dw_figure(out, high, DIGITS);
  }
  if (unknown) dw_buf_format(out, "; %zu without a value", unknown);
}

static size_t alerts_in(const dw_report_windows *windows, const dw_report_point *at)
{
  size_t alerts = 0;
  for (size_t s = 0; s < windows->count; s++)
    for (size_t i = 0; i < windows->series[s].count; i++) {
      const dw_report_point *point = &windows->series[s].point[i];
      if (point->chunk == at->chunk) alerts += point->drift;
    }
  return alerts;
}

/* The metric that has most windows names them all: a metric without a value has none. */
static const dw_report_series *longest(const dw_report_windows *windows)
{
  const dw_report_series *found = NULL;
  for (size_t s = 0; s < windows->count; s++)
    if (!found || windows->series[s].count > found->count) found = &windows->series[s];
  return found;
}

void dw_wording_worse_windows(dw_buf *out, const dw_report_windows *windows)
{
  const dw_report_series *all = longest(windows);
  size_t said = 0;
  for (size_t i = 0; all && i < all->count; i++) {
    size_t alerts = alerts_in(windows, &all->point[i]);
    if (alerts == 0 || said++ >= SAID) continue;
    dw_buf_text(out, said == 1 ? "Beyond their limits: " : ", ");
    dw_wording_window(out, &all->point[i]);
    dw_buf_format(out, " (%zu metric%s)", alerts, alerts == 1 ? "" : "s");
  }
  if (said > SAID) dw_buf_format(out, " and %zu more", said - SAID);
}

/* The metric's limits are no windows' ones. */
static bool of_less(const dw_report_metric *m) { return *m->limits_from && strcmp(m->limits_from, "windows") != 0; }

void dw_wording_limits_of_less(dw_buf *out, const dw_report_windows *windows)
{
  size_t less = 0, said = 0;
  for (size_t s = 0; s < windows->count; s++) less += of_less(windows->lead[s]);
  if (less) dw_buf_format(out, "The reference has too few windows for limits%s", less < windows->count ? " of " : "");
  for (size_t s = 0; s < windows->count && less < windows->count; s++)
    if (of_less(windows->lead[s])) dw_buf_format(out, "%s%s", said++ ? ", " : "", windows->lead[s]->title);
  if (less)
    dw_buf_text(out, ": these are from blocks or rows of it, know nothing of how windows differ, and alarm more often. Take a longer "
                     "reference, or shorter windows.");
}

void dw_wording_assumption(dw_buf *out, const dw_report_evaluation *evaluation)
{
  size_t off = 0;
  for (size_t i = 0; i < evaluation->assumption_count; i++) off += !evaluation->assumption[i].holds;
  dw_buf_format(out,
                "Estimates of this model are worth little: on the reference, whose labels are known, %zu of %zu metrics are off by more "
                "than chance. Wait for labels, and hold windows to a reference (dw-eval --ref --window).",
                off, evaluation->assumption_count);
}

void dw_wording_trial(dw_buf *out, const dw_report_assumption *one)
{
  dw_buf_text(out, "estimated ");
  dw_figure(out, one->estimated, 3);
  dw_buf_text(out, ", realised ");
  dw_figure(out, one->realised, 3);
  dw_buf_text(out, " on average; off by ");
  dw_figure(out, one->difference, 3);
  dw_buf_text(out, ", ");
  dw_figure(out, one->chance, 3);
  dw_buf_text(out, " by chance, p ");
  dw_figure(out, one->p_value, 2);
}
