/* What findings about several columns together say. */
#include <math.h>
#include <string.h>

#include "report/model/figures.h"
#include "report/words/wording.h"
#include "report/words/wording_parts.h"

#define PART 0.1 /* of what the first feature does: less is not worth a word */

static void change_classifier(dw_buf *out, const dw_report_finding *finding)
{
  enum { SHOWN = 3 };
  dw_buf_text(out, "classifier AUC ");
  dw_figure(out, finding->statistic, 3);
  size_t said = 0;
  for (size_t i = 0; i < finding->feature_count && finding->drift && said < SHOWN; i++) {
    if (!(finding->features[i].importance > 0 && finding->features[i].importance >= PART * finding->features[0].importance)) continue;
    dw_buf_text(out, said++ ? ", " : ", by ");
    dw_wording_value(out, finding->features[i].column);
  }
}

void dw_wording_joint(dw_buf *out, const dw_report_finding *finding)
{
  const dw_report_side *reference = &finding->reference, *current = &finding->current;
  if (!strcmp(finding->method, "domain_classifier")) {
    change_classifier(out, finding);
  } else if (!strcmp(finding->method, "pca")) {
    dw_buf_text(out, "error of rows rebuilt from principal components ");
    dw_wording_metric(out, reference);
    dw_buf_text(out, " → ");
    dw_wording_metric(out, current);
  } else if (!strcmp(finding->method, "pca_reconstruction")) {
    dw_buf_text(out, "error of rows rebuilt from principal components ");
    dw_figure(out, finding->statistic, 3);
  } else if (!strcmp(finding->method, "mmd")) {
    dw_buf_text(out, "kernel distance of the rows (MMD²) ");
    dw_figure(out, finding->statistic, 2);
  } else if (finding->pair[0]) {
    dw_wording_value(out, finding->pair[0]);
    dw_buf_text(out, " and ");
    dw_wording_value(out, finding->pair[1]);
    dw_buf_format(out, ": %s ", dw_wording_method(finding->measure));
    dw_figure_pair(out, finding->pair_reference, finding->pair_current);
  } else if (!isnan(finding->pairs)) {
    dw_figure_count(out, finding->pairs_drifted);
    dw_buf_text(out, " of ");
    dw_figure_count(out, finding->pairs);
    dw_buf_text(out, finding->pairs == 1 ? " pair of columns goes together otherwise" : " pairs of columns go together otherwise");
  }
}
