#include "report/words/severity_wording.h"

#include <ctype.h>
#include <math.h>

#include "kinds/check.h"
#include "report/model/figures.h"
#include "report/words/segment_wording.h"
#include "report/words/wording.h"

static bool of_shares(dw_scale scale) { return scale == DW_SCALE_CELLS || scale == DW_SCALE_COLUMNS; }

static void number(dw_buf *out, dw_scale scale, double value)
{
  if (of_shares(scale)) dw_figure_share(out, value);
  else dw_figure(out, value, 2);
}

/* " (low < 0.2 ≤ medium < 0.5 ≤ high)" */
static void bounds(dw_buf *out, const dw_grading *grading)
{
  if (grading->scale == DW_SCALE_BELOW) {
    dw_buf_text(out, " (low ≥ ");
    number(out, grading->scale, grading->medium);
    dw_buf_text(out, " > medium ≥ ");
    number(out, grading->scale, grading->high);
    dw_buf_text(out, " > high)");
    return;
  }
  if (isnan(grading->medium) && isnan(grading->high)) return;
  bool low = grading->medium > 0; /* else there is none */
  dw_buf_text(out, low ? " (low < " : " (medium");
  if (low) number(out, grading->scale, grading->medium);
  if (low) dw_buf_text(out, " ≤ medium");
  if (!isnan(grading->high)) {
    dw_buf_text(out, " < ");
    number(out, grading->scale, grading->high);
    dw_buf_text(out, " ≤ high");
  }
  dw_buf_char(out, ')');
}

/* ", h 0.57 (…)" */
static void graded(dw_buf *out, const dw_grading *grading)
{
  static const char *const before[] = {
      [DW_SCALE_H] = ", h ",   [DW_SCALE_SIZE] = ", size ", [DW_SCALE_TIMES] = ", ",         [DW_SCALE_CHANCE] = ", p ",
      [DW_SCALE_CELLS] = ", ", [DW_SCALE_COLUMNS] = ": ",   [DW_SCALE_EFFECT] = ", effect ", [DW_SCALE_BELOW] = ", mean z "};
  static const char *const behind[] = {[DW_SCALE_TIMES] = " times its limit",
                                       [DW_SCALE_CHANCE] = " times below its limit",
                                       [DW_SCALE_CELLS] = " of the cells",
                                       [DW_SCALE_BELOW] = ""};
  if (grading->scale >= DW_SCALES || grading->scale == DW_SCALE_KIND || isnan(grading->value)) return;
  dw_buf_text(out, before[grading->scale]);
  number(out, grading->scale, grading->value);
  if (behind[grading->scale]) dw_buf_text(out, behind[grading->scale]);
  bounds(out, grading);
}

static void finding(dw_buf *out, const dw_summary_severity *by)
{
  dw_check check = dw_check_named(by->check);
  bool plain = check == DW_CHECK_COLUMN || check == DW_CHECK_CANARY; /* what it is about says it */
  if (!plain) {
    size_t start = out->length;
    dw_buf_text(out, dw_wording_check(by->check));
    out->data[start] = (char)tolower((unsigned char)out->data[start]);
  }
  if (by->column && !plain) dw_buf_text(out, " of ");
  if (by->column) dw_wording_value(out, by->column);
  if (by->by) {
    dw_buf_text(out, " in ");
    dw_wording_value(out, by->by);
    dw_buf_char(out, ' ');
    dw_wording_value(out, dw_segment_name(by->value));
  }
  graded(out, &by->grading);
}

void dw_wording_severity_rule(dw_buf *out, const dw_report_summary *summary)
{
  const dw_summary_severity *by = &summary->severity_by;
  if (by->rule == DW_SEVERITY_BY_NOTHING || summary->severity == DW_SEVERITY_NONE) return;
  if (by->rule == DW_SEVERITY_BY_SHARE) {
    bool held = by->check && dw_grading_severity(&by->share) > summary->severity;
    dw_buf_text(out, "Severity by the share of drifted columns");
    graded(out, &by->share);
    if (by->check) dw_buf_text(out, held ? ", but no higher than the worst finding: " : ", but no lower than ");
  } else {
    dw_buf_text(out, "Severity as of the worst finding: ");
  }
  if (by->check) finding(out, by);
  dw_buf_char(out, '.');
}
