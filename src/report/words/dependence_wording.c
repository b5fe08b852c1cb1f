#include "report/words/dependence_wording.h"

#include <math.h>

#include "report/model/figures.h"

static bool has_cycle(const dw_summary_dependence *one) { return !isnan(one->hour) || !isnan(one->weekday); }

void dw_wording_dependence(dw_buf *out, const dw_report_summary *summary)
{
  bool depends = false;
  for (size_t i = 0; i < summary->dependence_count; i++) {
    const dw_summary_dependence *one = &summary->dependence[i];
    depends |= one->reference_effective < one->reference_values || one->missing_time > 1;
  }
  dw_buf_text(out, "In the reference, rows resemble those before them, or go with the hour or the weekday (UTC). ");
  if (depends)
    dw_buf_text(out, "Tests of shares and the default method take values as what they are worth; other methods take all of them as "
                     "independent, and alarm too often. dw-calibrate thresholds --time makes thresholds that hold for such rows.");
  else dw_buf_text(out, "Their values are worth as many independent ones as there are.");
}

void dw_wording_worth(dw_buf *out, double effective, double values)
{
  dw_figure_count(out, effective);
  dw_buf_text(out, " of ");
  dw_figure_count(out, values);
}

static void cycle(dw_buf *out, size_t start, const char *name, double share)
{
  if (isnan(share)) return;
  dw_buf_format(out, "%s%s (", out->length > start ? " and " : "", name);
  dw_figure_share(out, share);
  dw_buf_text(out, " of the variance)");
}

void dw_wording_cycles(dw_buf *out, const dw_summary_dependence *one)
{
  size_t start = out->length;
  cycle(out, start, "the hour of the day", one->hour);
  cycle(out, start, "the day of the week", one->weekday);
  if (!(one->missing_time > 1)) return;
  dw_buf_text(out, out->length > start ? "; gaps: " : "gaps: ");
  dw_figure(out, one->missing_time, 3);
  dw_buf_text(out, " rows are worth one");
}

void dw_wording_cycles_settled(dw_buf *out, const dw_summary_dependence *one)
{
  bool hour = !isnan(one->hour), weekday = !isnan(one->weekday);
  const char *whole = weekday ? "weeks" : "days";
  if (!has_cycle(one)) return;
  if (one->whole_cycles) dw_buf_format(out, "the current rows cover whole %s: compared without the cycle", whole);
  else
    dw_buf_format(out, "--match %s compares like with like; or compare whole %s",
                  hour && weekday ? "hour-of-week"
                  : hour          ? "hour"
                                  : "weekday",
                  whole);
}

void dw_wording_depends(dw_buf *out, const dw_summary_dependence *one)
{
  dw_buf more = {0};
  size_t start = out->length;
  if (one->reference_effective < one->reference_values) {
    dw_buf_text(out, "values are worth ");
    dw_wording_worth(out, one->reference_effective, one->reference_values);
    dw_buf_text(out, " in the reference, ");
    dw_wording_worth(out, one->current_effective, one->current_values);
    dw_buf_text(out, " in the current data");
  }
  dw_wording_cycles(&more, one);
  if (more.length) dw_buf_format(out, "%s%s%s", out->length > start ? "; " : "", has_cycle(one) ? "goes with " : "", dw_buf_cstr(&more));
  more.length = 0;
  dw_wording_cycles_settled(&more, one);
  if (more.length) dw_buf_format(out, "; %s", dw_buf_cstr(&more));
  dw_buf_free(&more);
}
