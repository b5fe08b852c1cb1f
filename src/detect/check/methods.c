#include "detect/check/methods.h"

#include <string.h>

#include "detect/method/method_run.h"

enum { SMALL_REFERENCE = 1000 };

#define FITS_NUMBERS DW_FITS(DW_TYPE_NUMERIC)
#define FITS_CATEGORIES DW_FITS(DW_TYPE_CATEGORICAL)
#define FITS_BOTH (FITS_NUMBERS | FITS_CATEGORIES)
#define FITS_VECTORS DW_FITS(DW_TYPE_VECTOR)
#define FITS_TEXTS DW_FITS(DW_TYPE_TEXT)
enum { BY_STATISTIC, BY_P_VALUE };

#define ENTRY(name, title, fits, by, rule, threshold) {#name, FITS_##fits, BY_##by, DW_RULE_##rule, threshold, dw_run_##name},
static const dw_method methods[] = {DW_METHOD_ROWS(ENTRY)};
enum { METHODS = sizeof methods / sizeof *methods };

#define ENTRY_EVIDENTLY(name, runs, fits, rule, threshold) {#name, FITS_##fits, false, DW_RULE_##rule, threshold, dw_run_##runs},
static const dw_method evidently[] = {DW_METHOD_ROWS_EVIDENTLY(ENTRY_EVIDENTLY)};
enum { METHODS_EVIDENTLY = sizeof evidently / sizeof *evidently };

const dw_method *dw_method_at(size_t index) { return index < METHODS ? &methods[index] : NULL; }

const dw_method *dw_method_under(const dw_method *method, dw_preset preset)
{
  for (size_t i = 0; preset == DW_PRESET_EVIDENTLY && i < METHODS_EVIDENTLY; i++)
    if (strcmp(evidently[i].name, method->name) == 0) return &evidently[i];
  return method;
}

const dw_method *dw_method_find(const char *name)
{
  const dw_method *method;
  for (size_t i = 0; (method = dw_method_at(i)) && strcmp(method->name, name) != 0;) i++;
  return method;
}

bool dw_method_any(dw_type type)
{
  const dw_method *method;
  for (size_t i = 0; (method = dw_method_at(i)); i++)
    if (dw_method_fits(method, type)) return true;
  return false;
}

/* Ours is judged by its p-value and effect whatever the number of texts: more of them must not turn a drift into none. */
static const dw_method *text_default(const dw_pair *pair, dw_preset preset)
{
  bool few = pair->reference_count <= SMALL_REFERENCE || preset != DW_PRESET_EVIDENTLY;
  return dw_method_find(few ? "perc_text_content_drift" : "abs_text_content_drift");
}

const dw_method *dw_method_default(const dw_pair *pair, dw_preset preset)
{
  if (pair->type == DW_TYPE_VECTOR) return dw_method_find(preset == DW_PRESET_EVIDENTLY ? "domain_classifier" : "mmd");
  if (pair->type == DW_TYPE_TEXT) return text_default(pair, preset);
  if (preset != DW_PRESET_EVIDENTLY) return dw_method_find("share_shift");
  bool numeric = pair->type == DW_TYPE_NUMERIC && pair->distinct > DW_PAIR_FEW;
  if (pair->reference_count <= SMALL_REFERENCE) return dw_method_find(numeric ? "ks" : pair->distinct > 2 ? "chisquare" : "z");
  return dw_method_find(numeric ? "wasserstein" : "jensenshannon");
}
