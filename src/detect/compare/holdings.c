#include "detect/compare/holdings.h"

#include <math.h>
#include <string.h>

#include "detect/method/method_reach.h"

void dw_holdings_say_error(dw_finding *finding, const dw_pair *pair)
{
  const dw_column *column[] = {pair->reference, pair->current};
  double error = 0;
  if (pair->type != DW_TYPE_NUMERIC && pair->type != DW_TYPE_CATEGORICAL) return;
  for (int side = 0; side < 2; side++)
    error = fmax(error, pair->type == DW_TYPE_CATEGORICAL ? dw_reach_error(column[side]) : dw_column_rank_error(column[side]));
  if (!(error > 0)) return;
  finding->approximate = true;
  finding->rank_error = error;
}

bool dw_holdings_keep(dw_type type, const dw_column *column)
{
  if (!column->profiled) return true;
  if (type == DW_TYPE_TEXT) return !column->texts_lost && !column->texts_cut && !column->endless;
  return type != DW_TYPE_VECTOR;
}

const char *dw_holdings_lack(const dw_pair *pair, const dw_method *method, const dw_method_settings *settings)
{
  static const char texts[] = "a profile keeps no sample of texts that hardly repeat: give the records, or profile with --describe",
                    vectors[] = "a profile keeps no vectors, but their means and variances: give the records",
                    cut[] = "some of its texts are longer than a profile keeps";
  const dw_column *side[] = {pair->reference, pair->current};
  bool by_moments = settings->preset == DW_PRESET_EVIDENTLY && settings->permutations == 0 &&
                    (strncmp(method->name, "centroid_", 9) == 0 || strcmp(method->name, "variance_change") == 0);
  for (int i = 0; i < 2; i++) {
    if (pair->type == DW_TYPE_CATEGORICAL && side[i]->texts_cut) return cut;
    if (dw_holdings_keep(pair->type, side[i]) || (pair->type == DW_TYPE_VECTOR && by_moments)) continue;
    return pair->type == DW_TYPE_TEXT ? texts : vectors;
  }
  return NULL;
}
