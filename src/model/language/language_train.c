#include "model/language/language_train.h"

#include <assert.h>

#include "model/language/language_file.h"
#include "model/language/language_levels.h"

size_t dw_language_train_least(const dw_corpus *corpus) { return (corpus->text.length + corpus->count) * 2 * sizeof(dw_language_word); }

static dw_status too_much(const dw_corpus *corpus, dw_err *err)
{
  return dw_err_set(err, DW_ENODATA, "training on %zu bytes of text takes more than the memory allowed", corpus->text.length);
}

/* levels += weight * counted, whose lists are freed. Adding up holds those of both, and what comes of them. */
static dw_status add_start(dw_language_levels *levels, dw_language_levels *counted, const dw_corpus *corpus,
                           const dw_language_training *how, dw_err *err)
{
  dw_language_levels_of(levels, how->start);
  size_t need = 2 * (dw_language_levels_memory(levels) + dw_language_levels_memory(counted));
  bool fits = !how->memory || need <= how->memory;
  if (fits) dw_language_levels_add(levels, counted, how->weight);
  else dw_language_levels_free(levels);
  dw_language_levels_free(counted);
  return fits ? DW_OK : too_much(corpus, err);
}

dw_status dw_language_train(dw_language **out, const dw_corpus *corpus, const dw_language_training *how, dw_err *err)
{
  dw_language_levels counted, levels;
  size_t contexts, grams;
  assert(how->order >= 1 && how->order <= DW_LANGUAGE_ORDER && (!how->start || how->order == dw_language_order(how->start)));
  if (!corpus->count) return dw_err_set(err, DW_ENODATA, "there are no documents to train on");
  if (!dw_language_levels_count(&counted, corpus, how->order, how->memory)) return too_much(corpus, err);
  dw_status status = DW_OK;
  if (how->start) status = add_start(&levels, &counted, corpus, how, err);
  else levels = counted;
  if (status != DW_OK) return status;
  if (dw_language_levels_sizes(&levels, &contexts, &grams) > DW_LANGUAGE_FILE)
    status = dw_err_set(err, DW_ENODATA, "a model of %zu contexts and %zu grams is too large to be kept: train one of a lower order",
                        contexts, grams);
  else *out = dw_language_levels_model(&levels);
  dw_language_levels_free(&levels);
  return status;
}
