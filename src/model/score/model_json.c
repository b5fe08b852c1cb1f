#include "model/score/model_json.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "io/bytes/input.h"
#include "io/text/json.h"
#include "io/text/made_by.h"
#include "model/booster/booster_text.h"
#include "model/booster/ubjson.h"

enum { MODEL_BYTES = 1 << 30 };

void dw_model_init(dw_model *model)
{
  *model = (dw_model){0};
  dw_target_init(&model->target);
  dw_encoding_init(&model->encoding);
}

void dw_model_free(dw_model *model)
{
  dw_target_free(&model->target);
  dw_encoding_free(&model->encoding);
  dw_booster_free(model->booster);
  dw_buf_free(&model->training);
  dw_buf_free(&model->metrics);
  dw_buf_free(&model->profile);
  dw_buf_free(&model->calibration);
  dw_buf_free(&model->made_by);
}

static void write_part(dw_json *json, const char *key, const dw_buf *part)
{
  if (part->length) dw_json_raw(json, key, part->data, part->length);
  else dw_json_null(json, key);
}

dw_status dw_model_write(const dw_model *model, dw_buf *out, dw_err *err)
{
  dw_buf booster = {0};
  dw_status status = dw_booster_save(model->booster, &booster, err);
  if (status != DW_OK) return status;
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "model");
  dw_json_integer(&json, "format", DW_MODEL_FORMAT);
  dw_json_text(&json, "task", dw_task_name(model->target.task));
  dw_json_text(&json, "booster_kind", dw_booster_linear(model->booster) ? "gblinear" : "gbtree");
  dw_target_write(&model->target, &json, "label");
  dw_encoding_write(&model->encoding, &json, "features");
  write_part(&json, "training", &model->training);
  write_part(&json, "metrics", &model->metrics);
  write_part(&json, "profile", &model->profile);
  write_part(&json, "calibration", &model->calibration);
  dw_json_raw(&json, "booster", booster.data, booster.length);
  dw_made_by_write(&json, model->made_by.data, model->made_by.length);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
  dw_buf_free(&booster);
  return DW_OK;
}

/* --- reading --- */

static void read_part(dw_buf *part, dw_text_slice document, const char *key)
{
  dw_text_slice value = dw_slice_member(document, key);
  if (value.text && !dw_text_equal(value.text, value.length, "null")) dw_buf_add(part, value.text, value.length);
}

/* All but the booster, which is too large for a tree of values. */
static dw_status parse_head(dw_model *model, dw_text_slice document, dw_text_slice booster, const char *name, dw_err *err)
{
  dw_buf head = {0};
  dw_value *value = NULL;
  dw_buf_add(&head, document.text, (size_t)(booster.text - document.text));
  dw_buf_text(&head, "null");
  size_t behind = (size_t)(booster.text - document.text) + booster.length;
  dw_buf_add(&head, document.text + behind, document.length - behind);
  dw_status status = dw_value_parse(&value, head.data, head.length, name, 1, err);
  double format = dw_value_number(dw_value_get(value, "format"), 0);
  if (status == DW_OK && format != DW_MODEL_FORMAT)
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "a model of format %d; this version reads format %d",
                       format >= 0 && format < 1e9 ? (int)format : 0, DW_MODEL_FORMAT);
  if (status == DW_OK) status = dw_target_read(&model->target, value, name, err);
  if (status == DW_OK) status = dw_encoding_read(&model->encoding, dw_value_get(value, "features"), name, err);
  dw_value_free(value);
  dw_buf_free(&head);
  if (status != DW_OK) return status;
  read_part(&model->training, document, "training");
  read_part(&model->metrics, document, "metrics");
  read_part(&model->profile, document, "profile");
  read_part(&model->calibration, document, "calibration");
  dw_text_slice stages = dw_slice_member(document, "made_by"), stage;
  for (size_t at = 0; dw_slice_next(stages, &at, &stage);) dw_made_by_append(&model->made_by, stage.text, stage.length);
  return DW_OK;
}

static dw_status check_fit(const dw_model *model, const char *name, dw_err *err)
{
  size_t outputs = model->target.task == DW_TASK_MULTICLASS ? model->target.classes.count : 1;
  if (model->encoding.width != dw_booster_width(model->booster))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the features of the model are %zu, those of its booster %zu", model->encoding.width,
                     dw_booster_width(model->booster));
  if (!model->imported && outputs != dw_booster_outputs(model->booster))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the classes of the model are %zu, those of its booster %zu", outputs,
                     dw_booster_outputs(model->booster));
  return DW_OK;
}

static dw_status parse_document(dw_model *model, dw_text_slice document, const char *name, dw_err *err)
{
  dw_text_slice booster = dw_slice_member(document, "booster"), type = dw_slice_member(document, "type");
  if (type.text && dw_text_equal(type.text, type.length, "\"lm\""))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "a language model: it continues texts, and does not score records");
  if (!booster.text) return dw_err_at(err, DW_EDATA, name, 0, 0, "the model document has no booster");
  dw_status status = parse_head(model, document, booster, name, err);
  if (status == DW_OK) status = dw_booster_load(&model->booster, booster.text, booster.length, name, err);
  return status == DW_OK ? check_fit(model, name, err) : status;
}

static dw_task task_of(const dw_booster *booster)
{
  if (dw_booster_classes(booster)) return DW_TASK_MULTICLASS;
  bool binary = dw_booster_outputs(booster) == 1 && strcmp(dw_booster_objective(booster), "binary:logistic") == 0;
  return binary ? DW_TASK_BINARY : DW_TASK_REGRESSION;
}

static dw_status nameless(const char *name, const char *column, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, name, 0, 0,
                   "the XGBoost model takes codes of the categories of \"%s\" (enable_categorical), and does not say what they stand for; "
                   "--categories FILE does, a JSON object with the list of each column's categories in the order of their codes",
                   column);
}

/* A feature that the model knows by the names of its categories takes them, or those that are said beside it; any other a number. */
static dw_status open_feature(dw_model *model, size_t i, const char *column, const char *name, const dw_model_beside *beside, dw_err *err)
{
  const dw_map *own = dw_booster_categories(model->booster, i);
  dw_map given;
  dw_map_init(&given);
  bool said = beside->categories && dw_category_file_find(beside->categories, column, &given), coded = dw_booster_coded(model->booster, i);
  const dw_map *categories = own ? own : given.count ? &given : NULL;
  dw_status status = DW_OK;
  if (said && !coded)
    status = dw_err_set(err, DW_EUSAGE, "%s: the XGBoost model %s %s, and needs no categories for \"%s\"", beside->categories->name, name,
                        own ? "names them itself" : "takes a number there", column);
  else if (coded && !said && !beside->unscored) status = nameless(name, column, err);
  if (status == DW_OK) {
    dw_feature *feature = dw_encoding_open(&model->encoding, column, categories ? DW_TYPE_CATEGORICAL : DW_TYPE_NUMERIC,
                                           categories ? DW_ENCODE_ORDINAL : DW_ENCODE_NUMBER);
    for (size_t c = 0; categories && c < categories->count; c++)
      dw_map_intern(&feature->categories, categories->keys[c].text, categories->keys[c].length);
    dw_encoding_close(&model->encoding);
  }
  dw_map_free(&given);
  return status;
}

/* Every column of the file is a feature. */
static dw_status check_beside(const dw_model *model, const char *name, const dw_model_beside *beside, dw_err *err)
{
  const dw_value *document = beside->categories ? beside->categories->document : NULL;
  for (const dw_value *at = dw_value_first(document); at; at = dw_value_next(at))
    if (!dw_encoding_uses(&model->encoding, dw_value_key(at)))
      return dw_err_set(err, DW_EUSAGE, "%s: the XGBoost model %s has no feature \"%s\"", beside->categories->name, name, dw_value_key(at));
  return DW_OK;
}

static dw_status open_features(dw_model *model, const char *name, const dw_model_beside *beside, dw_err *err)
{
  size_t width = dw_booster_width(model->booster), count = beside->name_count;
  const char *const *names = beside->names ? beside->names : dw_booster_feature_names(model->booster, &count);
  dw_status status = DW_OK;
  if (count == 0)
    return dw_err_at(err, DW_EDATA, name, 0, 0,
                     "this XGBoost model does not name its %zu features; give the columns in order by --feature-names", width);
  if (count != width)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "this XGBoost model has %zu features, and %zu names are given", width, count);
  for (size_t i = 0; i < count && status == DW_OK; i++) {
    if (dw_encoding_uses(&model->encoding, names[i]))
      return dw_err_at(err, DW_EDATA, name, 0, 0, "two features are called \"%s\"", names[i]);
    status = open_feature(model, i, names[i], name, beside, err);
  }
  return status == DW_OK ? check_beside(model, name, beside, err) : status;
}

static dw_status parse_xgboost(dw_model *model, const char *bytes, size_t length, const char *name, const dw_model_beside *beside,
                               dw_err *err)
{
  dw_status status = dw_booster_load(&model->booster, bytes, length, name, err);
  if (status == DW_OK) status = open_features(model, name, beside, err);
  if (status != DW_OK) return status;
  model->imported = true;
  model->target.task = task_of(model->booster);
  for (size_t i = 0; model->target.task == DW_TASK_MULTICLASS && i < dw_booster_outputs(model->booster); i++) {
    dw_buf number = {0};
    dw_buf_unsigned(&number, i);
    dw_map_intern(&model->target.classes, number.data, number.length);
    dw_buf_free(&number);
  }
  return DW_OK;
}

static dw_status parse_text(dw_model *model, dw_text_slice document, const char *name, const dw_model_beside *beside, dw_err *err)
{
  dw_text_slice kind = dw_slice_member(document, "kind");
  if (dw_text_equal(kind.text ? kind.text : "", kind.length, "\"model\"")) {
    if (beside->names || beside->categories)
      return dw_err_at(err, DW_EUSAGE, name, 0, 0, "a model of dw-train knows its features: %s is for models of XGBoost",
                       beside->names ? "--feature-names" : "--categories");
    return parse_document(model, document, name, err);
  }
  if (kind.text || !dw_slice_member(document, "learner").text)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "neither a model of dw-train nor one of XGBoost: %s%.*s",
                     kind.text ? "its kind is " : "it has no kind and no learner", (int)(kind.length < 40 ? kind.length : 40),
                     kind.text ? kind.text : "");
  return parse_xgboost(model, document.text, document.length, name, beside, err);
}

/* A document ends with its line, and another one begins on the next. */
static bool is_lines(const char *text, size_t length)
{
  dw_err unheard;
  const char *end = memchr(text, '\n', length);
  if (!end || end + 1 >= text + length || end[1] != '{') return false;
  return dw_slice_check((dw_text_slice){text, (size_t)(end - text)}, "", &unheard) == DW_OK;
}

dw_status dw_model_parse(dw_model *model, const char *bytes, size_t length, const char *name, const dw_model_beside *beside, dw_err *err)
{
  static const dw_model_beside nothing;
  size_t start = 0;
  if (!beside) beside = &nothing;
  while (start < length && strchr(" \t\r\n", bytes[start])) start++;
  if (start == length) return dw_err_at(err, DW_EDATA, name, 0, 0, "an empty file is no model");
  if (bytes[start] != '{')
    return dw_err_at(err, DW_EDATA, name, 0, 0,
                     "no model of dw-train, nor one of XGBoost in JSON or UBJSON; the records go behind --model FILE");
  if (dw_ubjson_is(bytes + start, length - start)) return parse_xgboost(model, bytes + start, length - start, name, beside, err);
  dw_buf nulls = {0};
  bool nan = dw_booster_nulls((dw_text_slice){bytes, length}, &nulls);
  dw_text_slice document = nan ? (dw_text_slice){nulls.data, nulls.length} : (dw_text_slice){bytes, length};
  dw_status status = dw_slice_check(document, name, err);
  if (status == DW_EDATA && is_lines(bytes + start, length - start))
    status = dw_err_at(err, DW_EDATA, name, 0, 0, "records, one a line, and no model; the records go behind --model FILE");
  if (status == DW_OK) status = parse_text(model, document, name, beside, err);
  dw_buf_free(&nulls);
  return status;
}

/* As the files do that are read here. */
static bool begins_as_model(const char *path)
{
  char head[64], plain[sizeof head + 1];
  size_t length = 0;
  struct stat about;
  if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) return false; /* what is read from a pipe is gone */
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  size_t got = fread(head, 1, sizeof head, file);
  fclose(file);
  for (size_t i = 0; i < got; i++)
    if (!strchr(" \t\r\n", head[i])) plain[length++] = head[i];
  plain[length] = '\0';
  return dw_ubjson_is(head, got) || strncmp(plain, "{\"kind\":\"model\"", 15) == 0 || strncmp(plain, "{\"learner\":", 11) == 0;
}

/* Records that were taken for the model, and a model for the records. */
static void name_swap(const char *path, const char *records, dw_err *err)
{
  dw_buf told = {0};
  if (!err || !begins_as_model(records)) return;
  dw_buf_format(&told, "%s; were they swapped? dw-score --model ", err->message);
  dw_buf_shell(&told, records);
  dw_buf_char(&told, ' ');
  dw_buf_shell(&told, path);
  dw_err_set(err, DW_EDATA, "%s", dw_buf_cstr(&told));
  dw_buf_free(&told);
}

dw_status dw_model_read(dw_model *model, const char *path, const dw_model_beside *beside, dw_err *err)
{
  char *bytes;
  size_t length;
  dw_status status = dw_input_whole(path, MODEL_BYTES, &bytes, &length, err);
  if (status != DW_OK) return status;
  status = dw_model_parse(model, bytes, length, strcmp(path, "-") == 0 ? "standard input" : path, beside, err);
  dw_free(bytes);
  if (status == DW_EDATA && beside && beside->records) name_swap(path, beside->records, err);
  return status;
}
