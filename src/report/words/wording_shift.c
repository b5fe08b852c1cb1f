/* The share that changed most, in words. */
#include <math.h>

#include "kinds/rule.h"
#include "report/model/figures.h"
#include "report/words/wording.h"
#include "report/words/wording_parts.h"

static void quantile(dw_buf *out, double at)
{
  if (isnan(at)) return;
  dw_buf_text(out, ", the reference's ");
  if (at == 0) dw_buf_text(out, "least value");
  else if (at == 1) dw_buf_text(out, "greatest value");
  else if (at == 0.5) dw_buf_text(out, "median");
  else dw_buf_format(out, "%g %% quantile", 100 * at);
  dw_buf_char(out, ',');
}

void dw_wording_shift(dw_buf *out, const dw_report_finding *finding)
{
  const dw_shift *shift = &finding->shift;
  if (isnan(shift->h) || shift->reference == shift->current) return;
  switch (shift->place) {
  case DW_PLACE_BELOW:
  case DW_PLACE_UP_TO:
    dw_figure_share(out, shift->current);
    dw_buf_format(out, " of the values lie %s ", shift->place == DW_PLACE_BELOW ? "below" : "at or below");
    dw_figure(out, shift->value, 4);
    quantile(out, shift->quantile);
    break;
  case DW_PLACE_CATEGORY:
    dw_figure_share(out, shift->current);
    dw_buf_text(out, " of the values are ");
    dw_wording_value(out, shift->category ? shift->category : "");
    break;
  default: return; /* the check says it itself */
  }
  dw_buf_text(out, " instead of ");
  dw_figure_share(out, shift->reference);
}

bool dw_wording_met(const dw_report_finding *finding)
{
  dw_rule rule;
  if (finding->drift || isnan(finding->shift.min_effect) || !dw_rule_find(finding->rule, &rule)) return finding->drift;
  return dw_rule_holds(finding->score, rule, finding->threshold);
}

void dw_wording_large(dw_buf *out, const dw_report_finding *finding)
{
  const dw_shift *shift = &finding->shift;
  if (isnan(shift->min_effect) || isnan(shift->h) || !dw_wording_met(finding)) return;
  dw_buf_format(out, "%s h ", finding->drift ? "," : ", but");
  dw_figure(out, shift->h, 2);
  dw_buf_format(out, " %s ", shift->h >= shift->min_effect ? "≥" : "<");
  dw_figure(out, shift->min_effect, 2);
}
