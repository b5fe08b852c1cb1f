#include "report/write/markdown_parts.h"
#include "report/words/series_wording.h"

enum { SPARK = 40 };

void dw_markdown_series(dw_markdown *m, const dw_report_section *section)
{
  const dw_report_chunks *chunks = &section->chunks;
  if (chunks->count == 0) return;
  dw_markdown_put(m, "#### Chunk by chunk\n\n| drift | what | method | chunks | found |\n|---|---|---|---|---|\n");
  for (size_t i = 0; i < chunks->count; i++) {
    const dw_report_series *series = &chunks->series[i];
    dw_markdown_put(m, "| ");
    dw_buf_text(&m->words, series->alerts ? dw_report_severity_word(series->severity) : "no");
    dw_markdown_cell(m);
    dw_series_title(&m->words, series);
    dw_markdown_cell(m);
    dw_buf_text(&m->words, series->method);
    dw_markdown_cell(m);
    dw_markdown_put(m, "`");
    dw_series_spark(m->out, series, SPARK);
    dw_markdown_put(m, "` | ");
    dw_series_words(&m->words, series);
    dw_markdown_cell(m);
    dw_markdown_end_row(m);
  }
  dw_markdown_put(m, "\n");
}
