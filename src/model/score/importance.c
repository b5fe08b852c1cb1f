#include "model/score/importance.h"

#include <math.h>

#include "base/mem.h"

dw_status dw_importance_of(dw_importance *out, const dw_model *model, const char *name, dw_err *err)
{
  size_t width = dw_booster_width(model->booster);
  double *gain = dw_alloc_array(width + 1, sizeof *gain), total = 0;
  bool kept = dw_booster_gain(model->booster, gain);
  for (size_t i = 0; kept && i < width; i++) total += gain[i];
  *out = (dw_importance){0};
  dw_map_init(&out->columns);
  if (kept && total > 0 && isfinite(total)) {
    out->share = dw_alloc_zero(model->encoding.count + 1, sizeof *out->share);
    for (size_t i = 0; i < model->encoding.count; i++) {
      const dw_feature *feature = &model->encoding.feature[i];
      uint32_t at = dw_map_intern(&out->columns, feature->column, strlen(feature->column));
      for (size_t k = 0; k < feature->width; k++) out->share[at] += gain[feature->first + k] / total;
    }
  }
  dw_free(gain);
  if (out->share) return DW_OK;
  dw_importance_free(out);
  return dw_err_at(err, DW_EDATA, name, 0, 0, "the model does not say what its features gained: %s",
                   dw_booster_linear(model->booster) ? "it is linear, and only trees do"
                   : kept                            ? "its trees have no split that gained anything"
                                                     : "the leaves of its trees are vectors");
}

/* bytes NULL: of the file `name`. */
static dw_status read_model(dw_importance *out, const char *bytes, size_t length, const char *name, const dw_model_beside *beside,
                            dw_err *err)
{
  dw_model model;
  dw_model_init(&model);
  *out = (dw_importance){0};
  dw_status status = bytes ? dw_model_parse(&model, bytes, length, name, beside, err) : dw_model_read(&model, name, beside, err);
  if (status == DW_OK) status = dw_importance_of(out, &model, name, err);
  dw_model_free(&model);
  return status;
}

dw_status dw_importance_read(dw_importance *out, const char *path, const char *const *names, size_t name_count, dw_err *err)
{
  return read_model(out, NULL, 0, path, &(dw_model_beside){.names = names, .name_count = name_count, .unscored = true}, err);
}

dw_status dw_importance_parse(dw_importance *out, const char *bytes, size_t length, const char *name, const char *const *names,
                              size_t name_count, dw_err *err)
{
  return read_model(out, bytes, length, name, &(dw_model_beside){.names = names, .name_count = name_count, .unscored = true}, err);
}

void dw_importance_free(dw_importance *importance)
{
  dw_free(importance->share);
  dw_map_free(&importance->columns);
  *importance = (dw_importance){0};
}
