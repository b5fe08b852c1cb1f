#include "report/markdown_parts.h"
#include "report/wording.h"

static void row(dw_markdown *m, const dw_report_section *section, const dw_report_segment *segment)
{
  dw_markdown_put(m, "| ");
  dw_buf_text(&m->words, segment->severity == DW_REPORT_NONE ? "no" : dw_report_severity_word(segment->severity));
  dw_markdown_cell(m);
  dw_buf_text(&m->words, dw_wording_segment_name(segment->value));
  dw_markdown_cell(m);
  dw_wording_segment(&m->words, segment);
  dw_markdown_cell(m);
  size_t start = m->words.length;
  for (size_t i = 0; i < section->inside_count; i++) {
    const dw_report_finding *finding = &section->inside[i];
    if (!dw_report_of_segment(finding, segment)) continue;
    if (m->words.length > start) dw_buf_text(&m->words, ". ");
    dw_buf_format(&m->words, "%s: ", finding->column);
    dw_wording_line(&m->words, finding);
  }
  dw_markdown_cell(m);
  dw_markdown_end_row(m);
}

void dw_markdown_segments(dw_markdown *m, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  if (!summary->by) return;
  dw_markdown_put(m, "#### By ");
  dw_markdown_text(m, summary->by);
  dw_markdown_put(m, "\n\n| drift | value | part | what drifted |\n|---|---|---|---|\n");
  for (size_t i = 0; i < summary->segment_count; i++) row(m, section, &summary->segments[i]);
  dw_markdown_put(m, "\n");
}
