#include "detect/method/strength.h"

#include <math.h>

#include "detect/method/method_matched.h"
#include "stats/tests/contingency.h"

static void measure_numbers(dw_strength *out, const dw_pair *pair)
{
  const dw_moments *r = &pair->reference->moments, *c = &pair->current->moments;
  double change = c->mean - r->mean;
  out->direction = r->count == 0 || c->count == 0 ? NULL : change > 0 ? "up" : change < 0 ? "down" : NULL;
  out->size = dw_cohen_d_interval(r, c);
  out->superiority = dw_superiority_interval(pair->reference->sorted, pair->current->sorted);
}

static void measure_categories(dw_strength *out, const dw_pair *pair)
{
  dw_test test;
  const dw_categories *all = &pair->categories;
  if (dw_chisquare_homogeneity(all->reference, all->current, all->count, &test, NULL) == DW_OK && test.df > 0)
    out->size = dw_cramer_v_interval(test.statistic, test.df, all->reference_total + all->current_total);
}

void dw_strength_add(dw_finding *finding, dw_pair *pair)
{
  static const dw_effect none = {NAN, NAN, NAN};
  dw_strength *strength = &pair->strength;
  if (!pair->measured) {
    *strength = (dw_strength){none, none, NULL};
    if (pair->cells) dw_matched_strength(pair, strength);
    else if (pair->type == DW_TYPE_NUMERIC) measure_numbers(strength, pair);
    else if (pair->type == DW_TYPE_CATEGORICAL) measure_categories(strength, pair);
    pair->measured = true;
  }
  finding->direction = strength->direction;
  finding->effect_size = strength->size.value;
  finding->effect_low = strength->size.low;
  finding->effect_high = strength->size.high;
  finding->superiority = strength->superiority;
}

void dw_strength_add_shift(dw_finding *finding, dw_pair *pair)
{
  const dw_share_shift *found = dw_pair_shift(pair);
  if (isnan(found->h)) return;
  dw_shift_take(&finding->shift, found);
  if (pair->type != DW_TYPE_CATEGORICAL) return;
  const dw_category *category = &pair->categories.item[found->category];
  finding->shift.place = DW_PLACE_CATEGORY;
  dw_finding_shift_category(finding, category->text, category->length);
}
