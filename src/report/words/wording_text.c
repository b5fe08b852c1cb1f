#include "report/words/wording.h"

#include <math.h>

#include "report/model/figures.h"

enum { WORDS = 3 }; /* a side */

static void words(dw_buf *out, const char *what, const dw_report_texts *texts)
{
  for (size_t i = 0; i < texts->word_count && i < WORDS; i++) {
    const dw_report_word *word = &texts->words[i];
    dw_buf_text(out, i ? ", " : what);
    dw_wording_value(out, word->word);
    if (isnan(word->reference) || isnan(word->current)) continue;
    dw_buf_text(out, " (");
    dw_figure_share_pair(out, word->reference, word->current);
    dw_buf_char(out, ')');
  }
}

void dw_wording_texts(dw_buf *out, const dw_report_finding *finding)
{
  size_t start = out->length;
  words(out, "more often: ", &finding->of_current);
  words(out, out->length > start ? "; less often: " : "less often: ", &finding->of_reference);
  if (out->length == start && isfinite(finding->statistic)) { /* no word stands out */
    dw_buf_text(out, "AUC ");
    dw_figure(out, finding->statistic, 3);
  }
}
