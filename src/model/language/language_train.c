#include "model/language/language_train.h"

#include <assert.h>

#include "model/language/language_levels.h"
#include "model/language/language_file.h"

enum { GRAM = 24 + 6, CONTEXT = 24 + 26 }; /* bytes of one in language_levels.h, and in a model */

size_t dw_language_train_bytes(const dw_corpus *corpus, const dw_language_training *how)
{
  size_t symbols = corpus->text.length + corpus->count, model = 0;
  if (how->start) model = dw_language_grams(how->start) * (GRAM + 24) + dw_language_contexts(how->start) * (CONTEXT + 24);
  return symbols * (32 + (size_t)(how->order + 1) * (GRAM + CONTEXT / 2 + (how->start ? 24 : 0))) +
         model; /* half of the grams are contexts, at most */
}

dw_status dw_language_train(dw_language **out, const dw_corpus *corpus, const dw_language_training *how, dw_err *err)
{
  dw_language_levels counted, levels;
  size_t contexts, grams;
  assert(how->order >= 1 && how->order <= DW_LANGUAGE_ORDER && (!how->start || how->order == dw_language_order(how->start)));
  if (!corpus->count) return dw_err_set(err, DW_ENODATA, "there are no documents to train on");
  size_t need = dw_language_train_bytes(corpus, how);
  if (need > (size_t)1 << 36 || (how->memory && need > how->memory))
    return dw_err_set(err, DW_ENODATA, "training on %zu bytes of text may take %zu MiB: more than the memory allowed", corpus->text.length,
                      need >> 20);
  dw_language_levels_count(&counted, corpus, how->order);
  if (how->start) {
    dw_language_levels_of(&levels, how->start);
    dw_language_levels_add(&levels, &counted, how->weight);
    dw_language_levels_free(&counted);
  } else {
    levels = counted;
  }
  dw_status status = DW_OK;
  if (dw_language_levels_sizes(&levels, &contexts, &grams) > DW_LANGUAGE_FILE)
    status = dw_err_set(err, DW_ENODATA, "a model of %zu contexts and %zu grams is too large to be kept: train one of a lower order",
                        contexts, grams);
  else *out = dw_language_levels_model(&levels);
  dw_language_levels_free(&levels);
  return status;
}
