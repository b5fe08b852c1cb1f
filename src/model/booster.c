#include "model/booster.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "model/booster_text.h"
#include "model/ubjson.h"

struct dw_booster_data {
  DMatrixHandle handle;
  size_t rows;
};

struct dw_booster {
  BoosterHandle handle;
  dw_booster_facts facts;
  const char **name;
  size_t name_count;
};

/* XGBoost's message is "[time] file:line: what" and a stack; the what is for people. */
static dw_status failed(dw_err *err, dw_status status, const char *what)
{
  const char *message = XGBGetLastError();
  size_t length = strcspn(message, "\n");
  if (message[0] == '[') {
    for (size_t i = 1; i + 2 < length; i++) {
      if (message[i] == ':' && message[i + 1] == ' ') {
        length -= i + 2;
        message += i + 2;
        break;
      }
    }
  }
  if (strstr(message, "bad_alloc")) return dw_err_set(err, DW_ESYSTEM, "%s: XGBoost: out of memory", what);
  return dw_err_set(err, status, "%s: XGBoost: %.*s", what, (int)(length < 300 ? length : 300), message);
}

static void silence(void) { XGBSetGlobalConfig("{\"verbosity\":0}"); }

/* --- data --- */

static dw_status set_info(DMatrixHandle handle, const char *field, const float *value, size_t rows, dw_err *err)
{
  return value && XGDMatrixSetFloatInfo(handle, field, value, rows) != 0 ? failed(err, DW_EDATA, field) : DW_OK;
}

dw_status dw_booster_data_new(dw_booster_data **out, const float *values, size_t rows, size_t width, const float *label,
                              const float *weight, dw_err *err)
{
  DMatrixHandle handle;
  *out = NULL;
  silence();
  if (XGDMatrixCreateFromMat_omp(values, rows, width, NAN, &handle, 1) != 0) return failed(err, DW_EDATA, "the features");
  dw_status status = set_info(handle, "label", label, rows, err);
  if (status == DW_OK) status = set_info(handle, "weight", weight, rows, err);
  if (status != DW_OK) {
    XGDMatrixFree(handle);
    return status;
  }
  *out = dw_alloc(sizeof **out);
  **out = (dw_booster_data){handle, rows};
  return DW_OK;
}

void dw_booster_data_free(dw_booster_data *data)
{
  if (!data) return;
  XGDMatrixFree(data->handle);
  dw_free(data);
}

/* --- life of a booster --- */

static dw_booster *wrap(BoosterHandle handle)
{
  dw_booster *booster = dw_alloc_zero(1, sizeof *booster);
  booster->handle = handle;
  return booster;
}

dw_status dw_booster_set(dw_booster *booster, const char *name, const char *value, dw_err *err)
{
  return XGBoosterSetParam(booster->handle, name, value) == 0 ? DW_OK : failed(err, DW_EUSAGE, name);
}

dw_status dw_booster_new(dw_booster **out, const char *const *setting, dw_booster_data *const *data, size_t count, dw_err *err)
{
  DMatrixHandle handles[4];
  BoosterHandle handle;
  *out = NULL;
  silence();
  for (size_t i = 0; i < count && i < 4; i++) handles[i] = data[i]->handle;
  if (XGBoosterCreate(handles, count, &handle) != 0) return failed(err, DW_ESYSTEM, "a new model");
  dw_booster *booster = wrap(handle);
  dw_status status = DW_OK;
  for (size_t i = 0; setting[i] && status == DW_OK; i += 2) status = dw_booster_set(booster, setting[i], setting[i + 1], err);
  if (status == DW_OK)
    *out = booster;
  else
    dw_booster_free(booster);
  return status;
}

static void free_names(dw_booster *booster)
{
  for (size_t i = 0; i < booster->name_count; i++) dw_free((char *)booster->name[i]);
  dw_free(booster->name);
  booster->name = NULL;
  booster->name_count = 0;
}

void dw_booster_free(dw_booster *booster)
{
  if (!booster) return;
  XGBoosterFree(booster->handle);
  free_names(booster);
  dw_free(booster);
}

dw_status dw_booster_update(dw_booster *booster, unsigned round, dw_booster_data *data, dw_err *err)
{
  return XGBoosterUpdateOneIter(booster->handle, (int)round, data->handle) == 0 ? DW_OK : failed(err, DW_EDATA, "training");
}

unsigned dw_booster_rounds(dw_booster *booster)
{
  int rounds = 0;
  if (XGBoosterBoostedRounds(booster->handle, &rounds) != 0 || rounds < 0) return 0;
  return (unsigned)rounds;
}

dw_status dw_booster_keep(dw_booster **booster, unsigned rounds, dw_err *err)
{
  if (rounds >= dw_booster_rounds(*booster)) return DW_OK;
  BoosterHandle handle;
  if (XGBoosterSlice((*booster)->handle, 0, (int)rounds, 1, &handle) != 0) return failed(err, DW_EDATA, "dropping rounds");
  XGBoosterFree((*booster)->handle);
  (*booster)->handle = handle;
  return DW_OK;
}

dw_status dw_booster_name_features(dw_booster *booster, const char *const *names, size_t count, dw_err *err)
{
  int answer = XGBoosterSetStrFeatureInfo(booster->handle, "feature_name", (const char **)names, count);
  return answer == 0 ? DW_OK : failed(err, DW_EDATA, "feature names");
}

/* --- prediction --- */

static const char predict_config[] = "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false";

dw_status dw_booster_predict_data(dw_booster *booster, dw_booster_data *data, const float **out, size_t *count, dw_err *err)
{
  const bst_ulong *shape;
  bst_ulong dimensions;
  char config[200];
  snprintf(config, sizeof config, "%s}", predict_config);
  if (XGBoosterPredictFromDMatrix(booster->handle, data->handle, config, &shape, &dimensions, out) != 0)
    return failed(err, DW_EDATA, "prediction");
  *count = 1;
  for (bst_ulong i = 0; i < dimensions; i++) *count *= shape[i];
  return DW_OK;
}

/* Linear models cannot predict in place. */
static dw_status predict_copied(dw_booster *booster, const float *values, size_t rows, float *out, dw_err *err)
{
  dw_booster_data *data;
  const float *result;
  size_t count;
  dw_status status = dw_booster_data_new(&data, values, rows, booster->facts.features, NULL, NULL, err);
  if (status != DW_OK) return status;
  status = dw_booster_predict_data(booster, data, &result, &count, err);
  if (status == DW_OK && count == rows * dw_booster_outputs(booster))
    memcpy(out, result, count * sizeof *out);
  else if (status == DW_OK)
    status = dw_err_set(err, DW_EDATA, "prediction: XGBoost answers with %zu numbers for %zu records", count, rows);
  dw_booster_data_free(data);
  return status;
}

dw_status dw_booster_predict(dw_booster *booster, const float *values, size_t rows, unsigned threads, float *out, dw_err *err)
{
  if (!rows) return DW_OK;
  char digits[DW_NUM_TEXT + 1] = {0};
  dw_num_print_signed(digits, threads ? threads : dw_cores());
  dw_status status = dw_booster_set(booster, "nthread", digits, err);
  if (status != DW_OK) return status;
  if (booster->facts.linear) return predict_copied(booster, values, rows, out, err);
  const bst_ulong *shape;
  bst_ulong dimensions;
  const float *result;
  size_t count = 1;
  char array[200], config[240];
  snprintf(array, sizeof array, "{\"data\":[%llu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}",
           (unsigned long long)(uintptr_t)values, rows, booster->facts.features);
  snprintf(config, sizeof config, "%s,\"missing\":NaN,\"cache_id\":0}", predict_config);
  if (XGBoosterPredictFromDense(booster->handle, array, config, NULL, &shape, &dimensions, &result) != 0)
    return failed(err, DW_EDATA, "prediction");
  for (bst_ulong i = 0; i < dimensions; i++) count *= shape[i];
  if (count != rows * dw_booster_outputs(booster))
    return dw_err_set(err, DW_EDATA, "prediction: XGBoost answers with %zu numbers for %zu records", count, rows);
  memcpy(out, result, count * sizeof *out);
  return DW_OK;
}

/* --- documents --- */

dw_status dw_booster_save(dw_booster *booster, dw_buf *out, dw_err *err)
{
  bst_ulong length;
  const char *bytes;
  if (XGBoosterSaveModelToBuffer(booster->handle, "{\"format\":\"json\"}", &length, &bytes) != 0)
    return failed(err, DW_ESYSTEM, "saving the model");
  dw_buf_add(out, bytes, length);
  return DW_OK;
}

/* UBJSON is '{' and the type of the first member's length; JSON has a space, a quote or the closing brace there. */
static bool looks_like_ubjson(const char *bytes, size_t length)
{
  return length > 1 && bytes[0] == '{' && bytes[1] > ' ' && bytes[1] != '"' && bytes[1] != '}';
}

static dw_status load_buffer(dw_booster **out, const char *bytes, size_t length, const char *name, dw_err *err)
{
  BoosterHandle handle;
  silence();
  if (XGBoosterCreate(NULL, 0, &handle) != 0) return failed(err, DW_ESYSTEM, name);
  if (XGBoosterLoadModelFromBuffer(handle, bytes, length) != 0) {
    failed(err, DW_EDATA, name);
    XGBoosterFree(handle);
    return DW_EDATA;
  }
  *out = wrap(handle);
  return DW_OK;
}

static void read_names(dw_booster *booster)
{
  bst_ulong count;
  const char **names;
  free_names(booster);
  if (XGBoosterGetStrFeatureInfo(booster->handle, "feature_name", &count, &names) != 0) return;
  booster->name = dw_alloc_array(count, sizeof *booster->name);
  for (bst_ulong i = 0; i < count; i++) booster->name[i] = dw_strdup(names[i]);
  booster->name_count = count;
}

dw_status dw_booster_load(dw_booster **out, const char *bytes, size_t length, const char *name, dw_err *err)
{
  dw_buf json = {0};
  dw_booster *booster = NULL;
  dw_booster_facts facts;
  dw_status status = DW_OK;
  *out = NULL;
  dw_buf plain = {0};
  dw_text_slice text = {bytes, length};
  if (looks_like_ubjson(bytes, length)) {
    status = dw_ubjson_to_json(bytes, length, name, &plain, err);
    text = (dw_text_slice){plain.data, plain.length};
  }
  if (status == DW_OK) status = dw_slice_check(text, name, err);
  if (status == DW_OK) dw_booster_reals(text, &json);
  dw_buf_free(&plain);
  if (status == DW_OK) status = dw_booster_inspect((dw_text_slice){json.data, json.length}, name, &facts, err);
  if (status == DW_OK) status = load_buffer(&booster, json.data, json.length, name, err);
  dw_buf_free(&json);
  if (status != DW_OK) return status;
  booster->facts = facts;
  read_names(booster);
  *out = booster;
  return DW_OK;
}

size_t dw_booster_width(const dw_booster *booster) { return booster->facts.features; }
bool dw_booster_linear(const dw_booster *booster) { return booster->facts.linear; }
const char *dw_booster_objective(const dw_booster *booster) { return booster->facts.objective; }

/* multi:softmax answers with the number of a class, all others of several classes with a number for each. */
size_t dw_booster_outputs(const dw_booster *booster)
{
  return booster->facts.classes > 1 && strcmp(booster->facts.objective, "multi:softmax") != 0 ? booster->facts.classes : 1;
}

const char *const *dw_booster_feature_names(const dw_booster *booster, size_t *count)
{
  *count = booster->name_count;
  return booster->name;
}
