/* fuzz_booster: documents of XGBoost, JSON and UBJSON, through our own reader and our own engine alone: no library is loaded (what the
 * library does with what the reader takes: damaged_boosters.c). What is taken scores any record, and what the library would be told of it
 * is JSON. */
#include <math.h>

#include "model/booster/booster.h"
#include "model/booster/booster_document.h"
#include "model/booster/ubjson.h"
#include "model/score/importance.h"
#include "target.h"

enum { ROWS = 3, MOST_WIDTH = 4096 };

static const char *scored(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_booster *booster = NULL;
  const char *problem = NULL;
  if (dw_booster_load(&booster, bytes, length, "f", &err) != DW_OK) return err.message[0] ? NULL : "refused without a reason";
  size_t width = dw_booster_width(booster), outputs = dw_booster_outputs(booster);
  if (dw_booster_engine(booster, DW_ENGINE_OWN, &err) == DW_OK && width <= MOST_WIDTH) {
    float *x = dw_alloc_array(ROWS * width, sizeof *x), *out = dw_alloc_array(ROWS * outputs, sizeof *out);
    static const float value[] = {0, 1, NAN, -1, 1e30F, 3, 0.5F};
    for (size_t i = 0; i < ROWS * width; i++) x[i] = value[i % (sizeof value / sizeof *value)];
    dw_booster_predict(booster, x, ROWS, 1, out, &err);
    dw_free(x);
    dw_free(out);
  }
  size_t names;
  const char *const *name = dw_booster_feature_names(booster, &names);
  for (size_t i = 0; i < names; i++)
    if (!name[i]) problem = "a name that is not there";
  dw_booster_free(booster);
  return problem;
}

static const char *told(const char *text, size_t length)
{
  dw_err err = {0};
  dw_text_slice slice = {text, length};
  dw_booster_document document = {0};
  dw_buf out = {0};
  const char *problem = NULL;
  if (dw_slice_check(slice, "f", &err) == DW_OK && dw_booster_document_read(&document, slice, "f", &err) == DW_OK) {
    dw_booster_document_tell(&document, slice, &out);
    if (out.length && dw_slice_check((dw_text_slice){out.data, out.length}, "f", &err) != DW_OK) problem = "the library is told no JSON";
  }
  dw_booster_document_free(&document);
  dw_buf_free(&out);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_buf json = {0};
  dw_importance importance = {0};
  const char *problem = scored(bytes, length);
  if (!problem && !dw_ubjson_is(bytes, length)) problem = told(bytes, length);
  else if (!problem && dw_ubjson_to_json(bytes, length, "f", &json, &err) == DW_OK) problem = told(json.data, json.length);
  if (dw_importance_parse(&importance, bytes, length, "f", NULL, 0, &err) == DW_OK) dw_importance_free(&importance);
  dw_buf_free(&json);
  return problem;
}

FUZZ_TARGET("booster", fuzz_one, fuzz_values);
