#include "model/booster/booster.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/parallel.h"
#include "io/library/library.h"
#include "model/booster/booster_document.h"
#include "model/booster/booster_text.h"
#include "model/booster/forest.h"
#include "model/booster/ubjson.h"

/* clang-format off */
#define XGB_CALLS(call) \
  call(XGBGetLastError) call(XGBSetGlobalConfig) call(XGBoostVersion) call(XGBoosterBoostedRounds) call(XGBoosterCreate) \
  call(XGBoosterFree) call(XGBoosterLoadModelFromBuffer) call(XGBoosterPredictFromDMatrix) call(XGBoosterPredictFromDense) \
  call(XGBoosterSaveModelToBuffer) call(XGBoosterSetParam) call(XGBoosterSetStrFeatureInfo) call(XGBoosterSlice) \
  call(XGBoosterUpdateOneIter) call(XGDMatrixCreateFromMat_omp) call(XGDMatrixFree) call(XGDMatrixSetFloatInfo)
/* clang-format on */

static struct {
  XGB_CALLS(DW_LIBRARY_CALL)
} xgb;
static const char *const xgb_names[] = {XGB_CALLS(DW_LIBRARY_NAME)};
static dw_library xgb_library = DW_LIBRARY(DW_SONAME_xgboost, "training and for --engine library", xgb, xgb_names);

struct dw_booster_data {
  DMatrixHandle handle;
  size_t rows;
};

struct dw_booster {
  BoosterHandle handle;         /* NULL: the library is not told the model, or not yet */
  dw_buf text;                  /* the document, until the library is first asked; none: it was, or cannot be */
  dw_booster_document document; /* of a loaded one */
  dw_forest *forest;            /* our own engine, once it is needed */
  dw_engine engine;
  char *why;               /* the library cannot: what it says, or we know */
  dw_status lacking;       /* of why */
  size_t even;             /* rounds that the library can be asked for one by one */
  char *source;            /* where it was loaded from, for messages */
  size_t use;              /* rounds to score with, 0: all */
  bool chosen;             /* by dw_booster_use */
  size_t unchecked;        /* records that are still to be held against our own walk */
  float *margin, *largest; /* [groups] of the walk */
  float *sums;             /* the library's margins, when it is told the trees alone */
  size_t sums_capacity;
};

/* XGBoost's message is "[time] file:line: what" and a stack; the what is for people. */
static dw_status failed(dw_err *err, dw_status status, const char *what)
{
  const char *message = xgb.XGBGetLastError();
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

/* Before the library's first call. */
static dw_status library(dw_err *err)
{
  dw_status status = dw_library_load(&xgb_library, err);
  if (status == DW_OK) xgb.XGBSetGlobalConfig("{\"verbosity\":0}");
  return status;
}

/* --- data --- */

static dw_status set_info(DMatrixHandle handle, const char *field, const float *value, size_t rows, dw_err *err)
{
  return value && xgb.XGDMatrixSetFloatInfo(handle, field, value, rows) != 0 ? failed(err, DW_EDATA, field) : DW_OK;
}

dw_status dw_booster_data_new(dw_booster_data **out, const float *values, size_t rows, size_t width, const float *label,
                              const float *weight, dw_err *err)
{
  DMatrixHandle handle;
  *out = NULL;
  if (library(err) != DW_OK) return DW_ESYSTEM;
  if (xgb.XGDMatrixCreateFromMat_omp(values, rows, width, NAN, &handle, 1) != 0) return failed(err, DW_EDATA, "the features");
  dw_status status = set_info(handle, "label", label, rows, err);
  if (status == DW_OK) status = set_info(handle, "weight", weight, rows, err);
  if (status != DW_OK) {
    xgb.XGDMatrixFree(handle);
    return status;
  }
  *out = dw_alloc(sizeof **out);
  **out = (dw_booster_data){handle, rows};
  return DW_OK;
}

void dw_booster_data_free(dw_booster_data *data)
{
  if (!data) return;
  xgb.XGDMatrixFree(data->handle);
  dw_free(data);
}

/* --- life of a booster --- */

static dw_booster *wrap(BoosterHandle handle)
{
  dw_booster *booster = dw_alloc_zero(1, sizeof *booster);
  booster->handle = handle;
  return booster;
}

static void refuse(dw_booster *booster, dw_status status, const char *why)
{
  booster->why = dw_strdup(why);
  booster->lacking = status;
}

static dw_status load_buffer(BoosterHandle *out, const dw_buf *text, dw_err *err)
{
  BoosterHandle handle;
  if (library(err) != DW_OK) return DW_ESYSTEM;
  if (xgb.XGBoosterCreate(NULL, 0, &handle) != 0) return failed(err, DW_ESYSTEM, "a new model");
  if (xgb.XGBoosterLoadModelFromBuffer(handle, text->data, text->length) != 0) {
    dw_status status = failed(err, DW_EDATA, "the library does not take it");
    xgb.XGBoosterFree(handle);
    return status;
  }
  *out = handle;
  return DW_OK;
}

/* When it is first asked for: where our own engine does, the library is not even loaded. It is told what we understand of the document. */
static void tell_library(dw_booster *booster)
{
  dw_err err = {0};
  dw_buf plain = {0}, told = {0};
  if (!booster->text.length) return;
  dw_booster_document_tell(&booster->document, (dw_text_slice){booster->text.data, booster->text.length}, &plain);
  dw_buf_free(&booster->text);
  dw_booster_reals((dw_text_slice){plain.data, plain.length}, &told);
  dw_buf_free(&plain);
  dw_status status = load_buffer(&booster->handle, &told, &err);
  dw_buf_free(&told);
  if (status != DW_OK) refuse(booster, status, err.message);
}

dw_status dw_booster_set(dw_booster *booster, const char *name, const char *value, dw_err *err)
{
  tell_library(booster);
  if (booster->why) return dw_err_set(err, booster->lacking, "%s: %s", name, booster->why);
  return xgb.XGBoosterSetParam(booster->handle, name, value) == 0 ? DW_OK : failed(err, DW_EUSAGE, name);
}

dw_status dw_booster_new(dw_booster **out, const char *const *setting, dw_booster_data *const *data, size_t count, dw_err *err)
{
  DMatrixHandle handles[4];
  BoosterHandle handle;
  *out = NULL;
  if (library(err) != DW_OK) return DW_ESYSTEM;
  for (size_t i = 0; i < count && i < 4; i++) handles[i] = data[i]->handle;
  if (xgb.XGBoosterCreate(handles, count, &handle) != 0) return failed(err, DW_ESYSTEM, "a new model");
  dw_booster *booster = wrap(handle);
  dw_status status = DW_OK;
  for (size_t i = 0; setting[i] && status == DW_OK; i += 2) status = dw_booster_set(booster, setting[i], setting[i + 1], err);
  if (status == DW_OK) *out = booster;
  else dw_booster_free(booster);
  return status;
}

void dw_booster_free(dw_booster *booster)
{
  if (!booster) return;
  if (booster->handle) xgb.XGBoosterFree(booster->handle);
  dw_buf_free(&booster->text);
  dw_forest_free(booster->forest);
  dw_free(booster->why);
  dw_booster_document_free(&booster->document);
  dw_free(booster->source);
  dw_free(booster->margin);
  dw_free(booster->largest);
  dw_free(booster->sums);
  dw_free(booster);
}

static void forget_walk(dw_booster *booster)
{
  dw_walk_free(booster->document.walk);
  booster->document.walk = NULL;
  booster->unchecked = 0;
}

/* A booster whose training goes on no longer matches its document: what it has become, the library knows. */
static void leave_document(dw_booster *booster)
{
  forget_walk(booster);
  dw_forest_free(booster->forest);
  booster->forest = NULL;
  booster->engine = DW_ENGINE_LIBRARY;
}

dw_status dw_booster_update(dw_booster *booster, unsigned round, dw_booster_data *data, dw_err *err)
{
  leave_document(booster);
  return xgb.XGBoosterUpdateOneIter(booster->handle, (int)round, data->handle) == 0 ? DW_OK : failed(err, DW_EDATA, "training");
}

unsigned dw_booster_rounds(dw_booster *booster)
{
  int rounds = 0;
  if (!booster->handle) return (unsigned)booster->document.rounds;
  if (xgb.XGBoosterBoostedRounds(booster->handle, &rounds) != 0 || rounds < 0) return 0;
  return (unsigned)rounds;
}

dw_status dw_booster_keep(dw_booster **booster, unsigned rounds, dw_err *err)
{
  if (rounds >= dw_booster_rounds(*booster)) return DW_OK;
  leave_document(*booster);
  BoosterHandle handle;
  if (xgb.XGBoosterSlice((*booster)->handle, 0, (int)rounds, 1, &handle) != 0) return failed(err, DW_EDATA, "dropping rounds");
  xgb.XGBoosterFree((*booster)->handle);
  (*booster)->handle = handle;
  return DW_OK;
}

dw_status dw_booster_name_features(dw_booster *booster, const char *const *names, size_t count, dw_err *err)
{
  int answer = xgb.XGBoosterSetStrFeatureInfo(booster->handle, "feature_name", (const char **)names, count);
  return answer == 0 ? DW_OK : failed(err, DW_EDATA, "feature names");
}

/* --- prediction --- */

enum { PREDICT_VALUE = 0, PREDICT_MARGIN = 1 };

/* The settings of a prediction; rounds 0: all. */
static void predict_config(char out[240], int type, size_t rounds, const char *more)
{
  snprintf(out, 240, "{\"type\":%d,\"training\":false,\"iteration_begin\":0,\"iteration_end\":%zu,\"strict_shape\":false%s}", type, rounds,
           more);
}

static dw_status predict_data(dw_booster *booster, dw_booster_data *data, int type, const float **out, size_t *count, dw_err *err)
{
  const bst_ulong *shape;
  bst_ulong dimensions;
  char config[240];
  predict_config(config, type, booster->use, "");
  if (xgb.XGBoosterPredictFromDMatrix(booster->handle, data->handle, config, &shape, &dimensions, out) != 0)
    return failed(err, DW_EDATA, "prediction");
  *count = 1;
  for (bst_ulong i = 0; i < dimensions; i++) *count *= (size_t)shape[i];
  return DW_OK;
}

dw_status dw_booster_predict_data(dw_booster *booster, dw_booster_data *data, const float **out, size_t *count, dw_err *err)
{
  return predict_data(booster, data, PREDICT_VALUE, out, count, err);
}

static dw_status predict_dense(dw_booster *booster, const float *values, size_t rows, int type, const float **out, size_t *count,
                               dw_err *err)
{
  const bst_ulong *shape;
  bst_ulong dimensions;
  char array[200], config[240];
  snprintf(array, sizeof array, "{\"data\":[%llu,true],\"shape\":[%zu,%zu],\"typestr\":\"<f4\",\"version\":3}",
           (unsigned long long)(uintptr_t)values, rows, booster->document.features);
  predict_config(config, type, booster->use, ",\"missing\":NaN,\"cache_id\":0");
  if (xgb.XGBoosterPredictFromDense(booster->handle, array, config, NULL, &shape, &dimensions, out) != 0)
    return failed(err, DW_EDATA, "prediction");
  *count = 1;
  for (bst_ulong i = 0; i < dimensions; i++) *count *= (size_t)shape[i];
  return DW_OK;
}

/* want numbers a row, copied to out. Linear models cannot predict in place. */
static dw_status ask(dw_booster *booster, const float *values, size_t rows, int type, size_t want, float *out, dw_err *err)
{
  dw_booster_data *data = NULL;
  const float *result;
  size_t count;
  dw_status status;
  if (booster->document.linear) {
    status = dw_booster_data_new(&data, values, rows, booster->document.features, NULL, NULL, err);
    if (status == DW_OK) status = predict_data(booster, data, type, &result, &count, err);
  } else {
    status = predict_dense(booster, values, rows, type, &result, &count, err);
  }
  if (status == DW_OK && count != rows * want)
    status = dw_err_set(err, DW_EDATA, "prediction: XGBoost answers with %zu numbers for %zu records", count, rows);
  if (status == DW_OK) memcpy(out, result, count * sizeof *out);
  dw_booster_data_free(data);
  return status;
}

/* --- the library held to our own walk --- */

static bool apart(float a, float b, float largest)
{
  double limit = 1e-5 * fmax(1, (double)largest);
  return !(a == b || (isnan(a) && isnan(b)) || fabs((double)a - (double)b) <= limit);
}

static dw_status distrust(const dw_booster *booster, const char *what, float got, float want, dw_err *err)
{
  char a[DW_NUM_TEXT + 1] = {0}, b[DW_NUM_TEXT + 1] = {0};
  int major = 0, minor = 0, patch = 0;
  xgb.XGBoostVersion(&major, &minor, &patch);
  dw_num_print(a, (double)got);
  dw_num_print(b, (double)want);
  return dw_err_at(err, DW_EDATA, booster->source, 0, 0,
                   "XGBoost %d.%d.%d reads this model wrongly: the %s of a record is %s by the "
                   "library, and %s by the model's own %s; --engine own scores without the library",
                   major, minor, patch, what, a, b, booster->document.linear ? "weights" : "trees");
}

/* margin [rows * groups] of the library, with what is put to it; predicted [rows * outputs]. */
static dw_status hold_to_walk(dw_booster *booster, const float *values, size_t rows, const float *margin, const float *predicted,
                              dw_err *err)
{
  const dw_booster_document *d = &booster->document;
  size_t outputs = dw_booster_outputs(booster);
  dw_status status = DW_OK;
  float *made = dw_alloc_array(d->groups, sizeof *made);
  for (size_t row = 0; row < rows && status == DW_OK; row++) {
    dw_walk_row(d->walk, values + row * d->features, booster->use, d->base, booster->margin, booster->largest);
    for (size_t g = 0; g < d->groups && status == DW_OK; g++)
      if (apart(margin[row * d->groups + g], booster->margin[g], booster->largest[g]))
        status = distrust(booster, "margin", margin[row * d->groups + g], booster->margin[g], err);
    dw_objective_apply(d->objective, margin + row * d->groups, 1, d->groups, made);
    for (size_t i = 0; i < outputs && status == DW_OK; i++)
      if (apart(predicted[row * outputs + i], made[i], fabsf(made[i])))
        status = distrust(booster, "prediction", predicted[row * outputs + i], made[i], err);
  }
  dw_free(made);
  booster->unchecked -= rows;
  if (!booster->unchecked) forget_walk(booster);
  return status;
}

static float *room_for_sums(dw_booster *booster, size_t rows)
{
  booster->sums = dw_grow(booster->sums, &booster->sums_capacity, rows * booster->document.groups, sizeof *booster->sums);
  return booster->sums;
}

/* The library sums the trees; where they start from and what becomes of the sums is ours. */
static dw_status predict_told(dw_booster *booster, const float *values, size_t rows, float *out, dw_err *err)
{
  const dw_booster_document *d = &booster->document;
  float *sums = room_for_sums(booster, rows);
  dw_status status = ask(booster, values, rows, PREDICT_MARGIN, d->groups, sums, err);
  if (status != DW_OK) return status;
  for (size_t row = 0; row < rows; row++)
    for (size_t g = 0; g < d->groups; g++) sums[row * d->groups + g] += d->base[g];
  dw_objective_apply(d->objective, sums, rows, d->groups, out);
  return DW_OK;
}

/* What the library lacks for this model; NULL: nothing. */
static const char *cannot(dw_booster *booster)
{
  tell_library(booster);
  if (booster->why) return booster->why;
  return booster->use > booster->even ? "its rounds differ in their numbers of trees" : NULL;
}

static dw_status library_cannot(dw_booster *booster, dw_err *err)
{
  return dw_err_at(err, booster->why ? booster->lacking : DW_EDATA, booster->source, 0, 0,
                   "XGBoost's library cannot score with this model: %s; --engine own can", cannot(booster));
}

/* Its OpenMP looks into the environment when it is loaded; whoever set something there knows better. */
void dw_booster_expect(void)
{
  if (!getenv("GOMP_SPINCOUNT")) setenv("OMP_WAIT_POLICY", "passive", 0);
}

dw_status dw_booster_engine(dw_booster *booster, dw_engine engine, dw_err *err)
{
  if (engine == DW_ENGINE_LIBRARY) dw_booster_expect();
  if (engine == DW_ENGINE_LIBRARY && cannot(booster)) return library_cannot(booster, err);
  booster->engine = engine;
  return DW_OK;
}

static dw_status check_rounds(const dw_booster *booster, dw_err *err)
{
  const dw_booster_document *d = &booster->document;
  if (!d->best_lacks || booster->chosen) return DW_OK;
  return dw_err_at(err, DW_EDATA, booster->source, 0, 0,
                   "the XGBoost model names a best_iteration that is not among its %zu rounds; "
                   "say how many are to be used by --rounds N or --rounds all",
                   d->rounds);
}

static dw_status predict_library(dw_booster *booster, const float *values, size_t rows, unsigned threads, float *out, dw_err *err)
{
  const dw_booster_document *d = &booster->document;
  char digits[DW_NUM_TEXT + 1] = {0};
  dw_num_print_signed(digits, threads ? threads : dw_cores());
  dw_status status = dw_booster_set(booster, "nthread", digits, err);
  if (status == DW_OK && d->own) status = predict_told(booster, values, rows, out, err);
  if (status == DW_OK && !d->own) status = ask(booster, values, rows, PREDICT_VALUE, dw_booster_outputs(booster), out, err);
  size_t first = rows < booster->unchecked ? rows : booster->unchecked;
  if (status != DW_OK || !first) return status;
  if (!d->own) status = ask(booster, values, first, PREDICT_MARGIN, d->groups, room_for_sums(booster, first), err);
  return status == DW_OK ? hold_to_walk(booster, values, first, booster->sums, out, err) : status;
}

/* The forest's margins of the first records, held to the walk's. The walk is let go when nothing is left to be held to it. */
static dw_status hold_forest(dw_booster *booster, const float *values, size_t rows, const float *margin, dw_err *err)
{
  const dw_booster_document *d = &booster->document;
  char text[2][DW_NUM_TEXT + 1] = {{0}};
  float pair[2];
  if (!dw_walk_differs(d->walk, values, rows, booster->use, d->base, margin, pair)) {
    booster->unchecked -= rows;
    if (!booster->unchecked) forget_walk(booster);
    return DW_OK;
  }
  for (int i = 0; i < 2; i++) dw_num_print(text[i], (double)pair[i]);
  return dw_err_at(err, DW_ESYSTEM, booster->source, 0, 0,
                   "the margin of a record is %s by the own engine, and %s by a plain walk over the same trees: this build is not to "
                   "be trusted on this machine",
                   text[0], text[1]);
}

static dw_status predict_own(dw_booster *booster, const float *values, size_t rows, unsigned threads, float *out, dw_err *err)
{
  const dw_booster_document *d = &booster->document;
  if (!booster->forest) {
    assert(d->walk); /* engine and rounds are chosen before the first score */
    booster->forest = dw_forest_new(d->walk);
  }
  float *sums = dw_booster_outputs(booster) == d->groups ? out : room_for_sums(booster, rows);
  dw_forest_sum(booster->forest, values, rows, booster->use, d->base, threads, sums);
  size_t first = rows < booster->unchecked ? rows : booster->unchecked;
  dw_status status = first ? hold_forest(booster, values, first, sums, err) : DW_OK;
  dw_objective_apply(d->objective, sums, rows, d->groups, out);
  return status;
}

dw_status dw_booster_predict(dw_booster *booster, const float *values, size_t rows, unsigned threads, float *out, dw_err *err)
{
  if (!rows) return DW_OK;
  dw_status status = check_rounds(booster, err);
  if (status != DW_OK) return status;
  if (booster->engine == DW_ENGINE_OWN) return predict_own(booster, values, rows, threads, out, err);
  return cannot(booster) ? library_cannot(booster, err) : predict_library(booster, values, rows, threads, out, err);
}

/* --- documents --- */

/* What the library knows whole, it can go on from. */
static dw_status trainable(dw_booster *booster, dw_err *err)
{
  tell_library(booster);
  const char *why = booster->why ? booster->why : booster->document.own ? "the library in use is told its trees only" : NULL;
  if (!why) return DW_OK;
  return dw_err_at(err, booster->why ? booster->lacking : DW_EDATA, booster->source, 0, 0,
                   "this model can be scored with, and not be trained on: %s", why);
}

dw_status dw_booster_save(dw_booster *booster, dw_buf *out, dw_err *err)
{
  bst_ulong length;
  const char *bytes;
  dw_status status = trainable(booster, err);
  if (status != DW_OK) return status;
  if (xgb.XGBoosterSaveModelToBuffer(booster->handle, "{\"format\":\"json\"}", &length, &bytes) != 0)
    return failed(err, DW_ESYSTEM, "saving the model");
  dw_buf_add(out, bytes, (size_t)length);
  return DW_OK;
}

static dw_status load_text(dw_booster *booster, dw_text_slice text, const char *name, dw_err *err)
{
  dw_booster_document *d = &booster->document;
  dw_status status = dw_slice_check(text, name, err);
  if (status == DW_OK) status = dw_booster_document_read(d, text, name, err);
  if (status != DW_OK) return status;
  if (dw_walk_vectors(d->walk)) refuse(booster, DW_EDATA, "its leaves are vectors (multi_strategy multi_output_tree)");
  else dw_buf_add(&booster->text, text.text, text.length);
  booster->source = dw_strdup(name);
  booster->use = d->best == d->rounds ? 0 : d->best;
  booster->even = dw_walk_even(d->walk);
  booster->unchecked = DW_BOOSTER_CHECKED;
  booster->margin = dw_alloc_array(d->groups, sizeof *booster->margin);
  booster->largest = dw_alloc_array(d->groups, sizeof *booster->largest);
  return DW_OK;
}

static dw_status load(dw_booster **out, const char *bytes, size_t length, const char *name, dw_err *err)
{
  dw_buf plain = {0};
  dw_text_slice text = {bytes, length};
  dw_status status = DW_OK;
  *out = NULL;
  if (dw_ubjson_is(bytes, length)) {
    status = dw_ubjson_to_json(bytes, length, name, &plain, err);
    text = (dw_text_slice){plain.data, plain.length};
  } else if (dw_booster_nulls(text, &plain)) {
    text = (dw_text_slice){plain.data, plain.length};
  }
  dw_booster *booster = wrap(NULL);
  if (status == DW_OK) status = load_text(booster, text, name, err);
  dw_buf_free(&plain);
  if (status == DW_OK) *out = booster;
  else dw_booster_free(booster);
  return status;
}

dw_status dw_booster_load(dw_booster **out, const char *bytes, size_t length, const char *name, dw_err *err)
{
  return load(out, bytes, length, name, err);
}

dw_status dw_booster_resume(dw_booster **out, const char *bytes, size_t length, const char *name, dw_err *err)
{
  dw_status status = load(out, bytes, length, name, err);
  if (status != DW_OK) return status;
  (*out)->use = 0;
  status = trainable(*out, err);
  if (status == DW_OK) return DW_OK;
  dw_booster_free(*out);
  *out = NULL;
  return status;
}

dw_status dw_booster_use(dw_booster *booster, const char *rounds, dw_err *err)
{
  const dw_booster_document *d = &booster->document;
  bool all = strcmp(rounds, "all") == 0;
  uint64_t count = 0;
  if (!all && (!dw_num_parse_unsigned(rounds, strlen(rounds), &count) || count == 0))
    return dw_err_set(err, DW_EUSAGE, "--rounds: \"%s\" is neither a number of rounds nor \"all\"", rounds);
  if (count && d->linear)
    return dw_err_at(err, DW_EUSAGE, booster->source, 0, 0, "--rounds: a linear model has its last weights and no rounds to choose from");
  if (count > d->rounds)
    return dw_err_at(err, DW_EUSAGE, booster->source, 0, 0, "--rounds: the model has %zu rounds, and not %s", d->rounds, rounds);
  booster->use = count == d->rounds ? 0 : (size_t)count;
  booster->chosen = true;
  return DW_OK;
}

size_t dw_booster_width(const dw_booster *booster) { return booster->document.features; }
bool dw_booster_linear(const dw_booster *booster) { return booster->document.linear; }
bool dw_booster_classes(const dw_booster *booster)
{
  return booster->document.groups > 1 && dw_objective_classes(booster->document.objective) && dw_booster_outputs(booster) > 1;
}
const char *dw_booster_objective(const dw_booster *booster) { return dw_objective_name(booster->document.objective); }

size_t dw_booster_outputs(const dw_booster *booster) { return dw_objective_outputs(booster->document.objective, booster->document.groups); }

const char *const *dw_booster_feature_names(const dw_booster *booster, size_t *count)
{
  *count = booster->document.names;
  return (const char *const *)booster->document.name;
}

const dw_map *dw_booster_categories(const dw_booster *booster, size_t feature)
{
  const dw_map *categories = booster->document.category;
  return categories && categories[feature].count ? &categories[feature] : NULL;
}

bool dw_booster_gain(const dw_booster *booster, double *gain)
{
  return booster->document.walk && dw_walk_gain(booster->document.walk, gain);
}

bool dw_booster_coded(const dw_booster *booster, size_t feature) { return booster->document.coded && booster->document.coded[feature]; }
