#include "report/words/segment_wording.h"

#include <string.h>

#include "kinds/check.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

const char *dw_segment_name(const char *value) { return value ? value : "(no value)"; }

void dw_segment_words(dw_buf *out, const dw_report_segment *segment)
{
  if (segment->part > 0) {
    dw_figure_share(out, segment->part);
    dw_buf_text(out, " of the drift; ");
  }
  dw_figure_count(out, segment->reference_rows);
  dw_buf_text(out, " → ");
  dw_figure_count(out, segment->current_rows);
  dw_buf_text(out, " rows; ");
  dw_wording_columns(out, &(dw_report_section){.summary = {.columns = segment->columns, .drifted = segment->drifted}});
}

static bool same_line(const dw_report_finding *a, const dw_report_finding *b)
{
  return !strcmp(a->column, b->column) && !strcmp(a->check, b->check);
}

bool dw_segment_line(dw_buf *title, dw_buf *out, const dw_report_section *section, const dw_report_segment *segment, size_t *at)
{
  while (*at < section->inside_count && !dw_report_of_segment(&section->inside[*at], segment)) ++*at;
  if (*at == section->inside_count) return false;
  const dw_report_finding *first = &section->inside[*at];
  if (dw_check_named(first->check) != DW_CHECK_COLUMN) dw_buf_format(title, "%s of ", dw_wording_check(first->check));
  dw_buf_text(title, first->column);
  size_t end = *at, said = 0;
  while (end < section->inside_count && dw_report_of_segment(&section->inside[end], segment) && same_line(first, &section->inside[end]))
    end++;
  for (int failed = 0; failed <= 1; failed++)
    for (size_t i = *at; i < end; i++) {
      const dw_report_finding *finding = &section->inside[i];
      if ((finding->error != NULL) != failed) continue;
      if (said) dw_buf_text(out, ", ");
      if (said++) dw_wording_judgement(out, finding);
      else dw_wording_line(out, finding);
    }
  *at = end;
  return true;
}
