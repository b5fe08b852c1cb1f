#include "report/write/term_parts.h"
#include "report/words/series_wording.h"

enum { SPARK = 40 };

void dw_term_series(dw_term *t, const dw_report_section *section)
{
  const dw_report_chunks *chunks = &section->chunks;
  size_t quiet = 0;
  if (chunks->count == 0) return;
  dw_term_heading(t, "Chunk by chunk");
  for (size_t i = 0; i < chunks->count; i++) {
    const dw_report_series *series = &chunks->series[i];
    bool drift = series->alerts > 0;
    quiet += !drift;
    if (!drift && !t->render->all) continue;
    dw_series_title(&t->scratch, series);
    if (*series->method) dw_buf_format(&t->scratch, " (%s): ", series->method);
    dw_series_words(&t->scratch, series);
    dw_term_item(t, 2, drift ? dw_report_severity_word(series->severity) : "no", drift ? dw_term_severity(series->severity) : DW_TERM_DIM);
    dw_series_spark(&t->scratch, series, SPARK);
    dw_term_paragraph(t, 11);
  }
  if (quiet == 0 || t->render->all) return;
  dw_buf_format(&t->scratch, "%zu of %zu lines are quiet (--all shows them)", quiet, chunks->count);
  dw_term_paragraph(t, 2);
}
