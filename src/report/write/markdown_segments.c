#include "report/write/markdown_parts.h"
#include "report/words/segment_wording.h"

static void row(dw_markdown *m, const dw_report_section *section, const dw_report_segment *segment)
{
  dw_markdown_put(m, "| ");
  dw_buf_text(&m->words, dw_segment_state(segment));
  dw_markdown_cell(m);
  dw_buf_text(&m->words, dw_segment_name(segment->value));
  dw_markdown_cell(m);
  dw_segment_words(&m->words, segment);
  dw_markdown_cell(m);
  size_t at = 0;
  dw_buf title = {0}, words = {0};
  for (size_t said = 0; dw_segment_line(&title, &words, section, segment, &at); said++) {
    dw_buf_format(&m->words, "%s%s: %s", said ? ". " : "", dw_buf_cstr(&title), dw_buf_cstr(&words));
    title.length = words.length = 0;
  }
  dw_buf_free(&title);
  dw_buf_free(&words);
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
