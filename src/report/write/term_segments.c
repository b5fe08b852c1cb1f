#include "report/write/term_parts.h"
#include "report/words/segment_wording.h"

static void inside(dw_term *t, const dw_report_section *section, const dw_report_segment *segment)
{
  size_t at = 0;
  dw_buf title = {0}, words = {0};
  while (dw_segment_line(&title, &words, section, segment, &at)) {
    dw_buf_format(&t->scratch, "%s: %s", dw_buf_cstr(&title), dw_buf_cstr(&words));
    dw_term_paragraph(t, 11);
    title.length = words.length = 0;
  }
  dw_buf_free(&title);
  dw_buf_free(&words);
}

void dw_term_segments(dw_term *t, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  size_t quiet = 0;
  if (!summary->by) return;
  dw_buf heading = {0};
  dw_buf_format(&heading, "By %s", summary->by);
  dw_term_heading(t, dw_buf_cstr(&heading));
  dw_buf_free(&heading);
  for (size_t i = 0; i < summary->segment_count; i++) {
    const dw_report_segment *segment = &summary->segments[i];
    bool drift = segment->severity != DW_REPORT_NONE;
    quiet += !drift && !segment->not_judged;
    if (!drift && !segment->not_judged && !t->render->all) continue;
    dw_buf_format(&t->scratch, "%s: ", dw_segment_name(segment->value));
    dw_segment_words(&t->scratch, segment);
    dw_term_item(t, 2, dw_segment_state(segment), drift ? dw_term_severity(segment->severity) : DW_TERM_DIM);
    inside(t, section, segment);
  }
  if (quiet == 0 || t->render->all) return;
  dw_buf_format(&t->scratch, "%zu of %zu segments are quiet (--all shows them)", quiet, summary->segment_count);
  dw_term_paragraph(t, 2);
}
