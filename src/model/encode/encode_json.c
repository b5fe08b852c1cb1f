/* The list of features of a model document. */
#include "model/encode/encode.h"

#include "base/mem.h"

static const char *const kind_names[] = {"number", "boolean", "one_hot", "ordinal", NULL};

static void write_name(void *context, const char *name) { dw_json_text(context, NULL, name); }

void dw_encoding_write(const dw_encoding *encoding, dw_json *json, const char *key)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < encoding->count; i++) {
    dw_feature feature = encoding->feature[i];
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "column", feature.column);
    dw_json_text(json, "type", dw_type_name(feature.type));
    dw_json_open(json, "encoding", '{');
    dw_json_text(json, "kind", kind_names[feature.kind]);
    if (feature.kind == DW_ENCODE_ONE_HOT || feature.kind == DW_ENCODE_ORDINAL) {
      dw_json_open(json, "categories", '[');
      for (size_t c = 0; c < feature.categories.count; c++)
        dw_json_bytes(json, NULL, feature.categories.keys[c].text, feature.categories.keys[c].length);
      dw_json_close(json, ']');
      if (!feature.rounded) dw_json_bool(json, "exact", true);
    }
    dw_json_close(json, '}');
    dw_json_open(json, "names", '[');
    dw_encoding one = {.feature = &feature, .count = 1};
    dw_encoding_names(&one, write_name, json);
    dw_json_close(json, ']');
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
}

static dw_status read_feature(dw_encoding *encoding, const dw_value *item, size_t number, const char *name, dw_err *err)
{
  const char *column = dw_value_text(dw_value_get(item, "column"), NULL), *type_name = dw_value_text(dw_value_get(item, "type"), "numeric");
  const dw_value *how = dw_value_get(item, "encoding"), *categories = dw_value_get(how, "categories");
  const char *kind_name = dw_value_text(dw_value_get(how, "kind"), "");
  dw_type type;
  int kind = 0;
  while (kind_names[kind] && strcmp(kind_names[kind], kind_name) != 0) kind++;
  if (!column || !kind_names[kind] || !dw_type_from_name(type_name, &type))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "feature %zu of the model has no column, type or encoding that this version knows", number);
  if (dw_encoding_uses(encoding, column))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the column \"%s\" is twice among the model's features", column);
  dw_feature *feature = dw_encoding_open(encoding, column, type, (dw_encode_kind)kind);
  feature->rounded = !dw_value_bool(dw_value_get(how, "exact"), false);
  for (const dw_value *c = dw_value_first(categories); c; c = dw_value_next(c)) {
    const char *text = dw_value_text(c, NULL);
    if (!text) return dw_err_at(err, DW_EDATA, name, 0, 0, "a category of \"%s\" is not a text", column);
    dw_map_intern(&feature->categories, text, strlen(text));
  }
  if ((kind == DW_ENCODE_ONE_HOT || kind == DW_ENCODE_ORDINAL) && feature->categories.count == 0)
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the feature \"%s\" has no categories", column);
  dw_encoding_close(encoding);
  return DW_OK;
}

dw_status dw_encoding_read(dw_encoding *encoding, const dw_value *features, const char *name, dw_err *err)
{
  size_t number = 0;
  if (dw_value_kind(features) != DW_VALUE_ARRAY || !dw_value_count(features))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "the model has no list of features");
  for (const dw_value *item = dw_value_first(features); item; item = dw_value_next(item)) {
    dw_status status = read_feature(encoding, item, ++number, name, err);
    if (status != DW_OK) return status;
  }
  return DW_OK;
}
