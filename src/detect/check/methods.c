#include "detect/check/methods.h"

#include <math.h>
#include <string.h>

#include "detect/vector/embedding.h"
#include "detect/text/text.h"

enum { SMALL_REFERENCE = 1000 };

static const dw_method_family *const families[] = {&dw_method_tests, &dw_method_permutations, &dw_method_distances, &dw_embedding_methods,
                                                   &dw_text_methods};
enum { FAMILIES = sizeof families / sizeof families[0] };

const dw_method *dw_method_at(size_t index)
{
  for (size_t i = 0; i < FAMILIES; index -= families[i++]->count)
    if (index < families[i]->count) return &families[i]->method[index];
  return NULL;
}

const dw_method *dw_method_under(const dw_method *method, dw_preset preset)
{
  static const dw_method_family *const theirs[] = {&dw_embedding_methods_evidently, &dw_text_methods_evidently};
  for (size_t k = 0; preset == DW_PRESET_EVIDENTLY && k < sizeof theirs / sizeof theirs[0]; k++)
    for (size_t i = 0; i < theirs[k]->count; i++)
      if (strcmp(theirs[k]->method[i].name, method->name) == 0) return &theirs[k]->method[i];
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

/* An AUC is judged by 0.55 once chance alone does not bring it there. */
static const dw_method *text_default(const dw_pair *pair, dw_preset preset)
{
  bool few = pair->reference_count <= SMALL_REFERENCE || (preset == DW_PRESET_DRIFTWATCH && pair->current_count <= SMALL_REFERENCE);
  return dw_method_find(few ? "perc_text_content_drift" : "abs_text_content_drift");
}

static bool prefers_test(const dw_pair *pair, dw_preset preset, bool numeric)
{
  if (pair->reference_count <= SMALL_REFERENCE) return true;
  if (preset == DW_PRESET_EVIDENTLY) return false;
  if (pair->current_count <= SMALL_REFERENCE) return true;
  double expected = numeric ? dw_chance_wasserstein(pair) : sqrt(dw_chance_divergence(pair, 0.125, pair->distinct));
  return expected > 0.1 / (pair->one_of_many ? 5 : 2);
}

const dw_method *dw_method_default(const dw_pair *pair, dw_preset preset)
{
  if (pair->type == DW_TYPE_VECTOR) return dw_method_find(preset == DW_PRESET_EVIDENTLY ? "domain_classifier" : "mmd");
  if (pair->type == DW_TYPE_TEXT) return text_default(pair, preset);
  bool numeric = pair->type == DW_TYPE_NUMERIC && pair->distinct > DW_PAIR_FEW;
  if (prefers_test(pair, preset, numeric)) return dw_method_find(numeric ? "ks" : pair->distinct > 2 ? "chisquare" : "z");
  return dw_method_find(numeric ? "wasserstein" : "jensenshannon");
}
