#include "model/encode/encode.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/formats/csv.h"

void dw_encoding_init(dw_encoding *encoding) { *encoding = (dw_encoding){0}; }

void dw_encoding_free(dw_encoding *encoding)
{
  for (size_t i = 0; i < encoding->count; i++) {
    dw_free(encoding->feature[i].column);
    dw_map_free(&encoding->feature[i].categories);
  }
  dw_free(encoding->feature);
  *encoding = (dw_encoding){0};
}

dw_feature *dw_encoding_open(dw_encoding *encoding, const char *column, dw_type type, dw_encode_kind kind)
{
  encoding->feature = dw_grow(encoding->feature, &encoding->capacity, encoding->count + 1, sizeof *encoding->feature);
  dw_feature *feature = &encoding->feature[encoding->count++];
  *feature = (dw_feature){.column = dw_strdup(column), .type = type, .kind = kind};
  dw_map_init(&feature->categories);
  return feature;
}

void dw_encoding_close(dw_encoding *encoding)
{
  dw_feature *feature = &encoding->feature[encoding->count - 1];
  feature->first = encoding->width;
  feature->width = feature->kind == DW_ENCODE_ONE_HOT ? feature->categories.count : 1;
  encoding->width += feature->width;
}

bool dw_encoding_uses(const dw_encoding *encoding, const char *column)
{
  for (size_t i = 0; i < encoding->count; i++)
    if (strcmp(encoding->feature[i].column, column) == 0) return true;
  return false;
}

void dw_encoding_names(const dw_encoding *encoding, void (*add)(void *context, const char *name), void *context)
{
  dw_buf name = {0};
  for (size_t i = 0; i < encoding->count; i++) {
    const dw_feature *feature = &encoding->feature[i];
    if (feature->kind != DW_ENCODE_ONE_HOT) add(context, feature->column);
    for (size_t c = 0; feature->kind == DW_ENCODE_ONE_HOT && c < feature->categories.count; c++) {
      name.length = 0;
      dw_buf_format(&name, "%s=%s", feature->column, feature->categories.keys[c].text);
      add(context, dw_buf_cstr(&name));
    }
  }
  dw_buf_free(&name);
}

/* --- one cell --- */

static bool is_category(dw_encode_kind kind) { return kind == DW_ENCODE_ONE_HOT || kind == DW_ENCODE_ORDINAL; }

bool dw_encoding_reads_text(const dw_encoding *encoding, const char *name, size_t length)
{
  for (size_t i = 0; i < encoding->count; i++)
    if (dw_text_equal(name, length, encoding->feature[i].column)) return is_category(encoding->feature[i].kind);
  return false;
}

static void put_missing(const dw_feature *feature, float *out)
{
  for (size_t i = 0; i < feature->width; i++) out[feature->first + i] = NAN;
}

/* false: training has not seen this category. */
static bool put_category(const dw_feature *feature, const char *text, size_t length, float *out)
{
  uint32_t place = dw_map_find(&feature->categories, text, length);
  if (place == DW_MAP_NONE) {
    put_missing(feature, out);
    return false;
  }
  if (feature->kind == DW_ENCODE_ORDINAL) {
    out[feature->first] = (float)place;
    return true;
  }
  for (size_t i = 0; i < feature->width; i++) out[feature->first + i] = i == place;
  return true;
}

/* A number among categories is the category of its text. */
static bool put_number(const dw_feature *feature, double number, float *out)
{
  char text[DW_NUM_TEXT];
  if (!is_category(feature->kind)) {
    out[feature->first] = dw_matrix_float(number);
    return true;
  }
  if (put_category(feature, text, dw_num_print(text, number), out)) return true;
  return feature->rounded && put_category(feature, text, dw_num_print(text, (double)dw_matrix_float(number)), out);
}

/* A text is the category as it stands, or that of the number which it is written for (1.10 where training had 1.1). Where the model takes a
 * number, a text that is nothing but one is it: CSV does not tell them apart. *unseen: training has not seen it. false: of another kind. */
static bool put_text(const dw_feature *feature, const char *text, size_t length, float *out, bool *unseen)
{
  double number;
  *unseen = false;
  if (is_category(feature->kind) && put_category(feature, text, length, out)) return true;
  dw_tag kind = length ? dw_csv_cell(text, length, &number) : DW_STRING;
  bool digits = (kind == DW_INTEGER || kind == DW_REAL) && isfinite(number);
  if (is_category(feature->kind)) {
    *unseen = !(digits && put_number(feature, number, out));
    return true;
  }
  put_missing(feature, out);
  if (kind == DW_TRUE || kind == DW_FALSE) out[feature->first] = kind == DW_TRUE;
  else if (digits) out[feature->first] = dw_matrix_float(number);
  else return false;
  return true;
}

/* A boolean among categories may be any of the words that CSV reads as one. */
static bool put_boolean(const dw_feature *feature, bool value, float *out)
{
  static const char *const words[2][3] = {{"false", "False", "FALSE"}, {"true", "True", "TRUE"}};
  for (int i = 0; i < 3; i++)
    if (put_category(feature, words[value][i], value ? 4 : 5, out)) return true;
  return false;
}

/* --- learning --- */

typedef struct counted {
  dw_map_key key;
  uint64_t count;
} counted;

static int compare_bytes(const dw_map_key *a, const dw_map_key *b)
{
  int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
  return order ? order : a->length < b->length ? -1 : a->length > b->length;
}

static int by_bytes(const void *a, const void *b) { return compare_bytes(&((const counted *)a)->key, &((const counted *)b)->key); }

static int by_frequency(const void *left, const void *right)
{
  const counted *a = left, *b = right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return compare_bytes(&a->key, &b->key);
}

/* The text of a cell of a column of categories; false when it is missing. */
static bool cell_text(const dw_matrix_column *column, size_t row, char number[DW_NUM_TEXT], const char **text, size_t *length)
{
  const dw_map_key *key = dw_matrix_text(column, row);
  float value = dw_matrix_number(column, row);
  if (key) {
    *text = key->text;
    *length = key->length;
  } else if (!isnan(value)) {
    *text = number;
    *length = dw_num_print(number, (double)value);
  }
  return key || !isnan(value);
}

static void learn_categories(dw_encoding *encoding, const dw_matrix *matrix, const dw_matrix_column *column, dw_type type, size_t limit)
{
  dw_map seen;
  uint64_t *count = NULL;
  size_t capacity = 0, length;
  char number[DW_NUM_TEXT];
  const char *text;
  dw_map_init(&seen);
  for (size_t row = 0; row < matrix->rows; row++) {
    if (!cell_text(column, row, number, &text, &length)) continue;
    size_t before = seen.count;
    uint32_t place = dw_map_intern(&seen, text, length);
    count = dw_grow(count, &capacity, seen.count, sizeof *count);
    if (seen.count > before) count[place] = 0;
    count[place]++;
  }
  counted *order = dw_alloc_array(seen.count, sizeof *order);
  for (size_t i = 0; i < seen.count; i++) order[i] = (counted){seen.keys[i], count[i]};
  bool one_hot = seen.count <= limit;
  qsort(order, seen.count, sizeof *order, one_hot ? by_bytes : by_frequency);
  dw_feature *feature = dw_encoding_open(encoding, column->name, type, one_hot ? DW_ENCODE_ONE_HOT : DW_ENCODE_ORDINAL);
  for (size_t i = 0; i < seen.count; i++) dw_map_intern(&feature->categories, order[i].key.text, order[i].key.length);
  dw_encoding_close(encoding);
  dw_free(order);
  dw_free(count);
  dw_map_free(&seen);
}

dw_status dw_encoding_learn(dw_encoding *encoding, const dw_matrix *matrix, const char *label, size_t one_hot_limit, dw_buf *left_out,
                            dw_err *err)
{
  for (size_t i = 0; i < matrix->column_count; i++) {
    const dw_matrix_column *column = matrix->column[i];
    if (label && strcmp(column->name, label) == 0) continue;
    dw_type type = dw_matrix_type(matrix, column);
    if (type != DW_TYPE_NUMERIC && type != DW_TYPE_CATEGORICAL) {
      dw_buf_format(left_out, "%s%s (%s)", left_out->length ? ", " : "", column->name, dw_type_name(type));
    } else if (column->kinds & DW_KIND_STRING && type != DW_TYPE_NUMERIC) {
      if (column->rounded)
        return dw_err_set(err, DW_EDATA,
                          "the column \"%s\" has text and numbers whose digits were cut before it was known to hold categories: "
                          "--types %s=categorical of dw-train keeps them",
                          column->name, column->name);
      learn_categories(encoding, matrix, column, type, one_hot_limit ? one_hot_limit : DW_ENCODE_ONE_HOT_LIMIT);
    } else {
      dw_encoding_open(encoding, column->name, type,
                       (column->kinds & (DW_KIND_BOOLEAN | DW_KIND_STRING)) == DW_KIND_BOOLEAN ? DW_ENCODE_BOOLEAN : DW_ENCODE_NUMBER);
      dw_encoding_close(encoding);
    }
  }
  return DW_OK;
}

const dw_matrix_column **dw_encoding_columns(const dw_encoding *encoding, const dw_matrix *matrix)
{
  const dw_matrix_column **columns = dw_alloc_array(encoding->count, sizeof *columns);
  for (size_t i = 0; i < encoding->count; i++) columns[i] = dw_matrix_find(matrix, encoding->feature[i].column);
  return columns;
}

void dw_encoding_row(const dw_encoding *encoding, const dw_matrix *matrix, const dw_matrix_column *const *columns, size_t row, float *out)
{
  for (size_t i = 0; i < encoding->count; i++) {
    const dw_feature *feature = &encoding->feature[i];
    char number[DW_NUM_TEXT];
    const char *text;
    size_t length;
    if (!columns[i]) put_missing(feature, out);
    else if (!is_category(feature->kind)) out[feature->first] = dw_matrix_number(columns[i], row);
    else if (cell_text(columns[i], row, number, &text, &length)) put_category(feature, text, length, out);
    else put_missing(feature, out);
  }
}

/* --- scoring --- */

void dw_encoder_init(dw_encoder *encoder, const dw_encoding *encoding, bool missing_ok)
{
  *encoder = (dw_encoder){.encoding = encoding,
                          .missing_ok = missing_ok,
                          .id = dw_alloc_array(encoding->count, sizeof *encoder->id),
                          .unseen = dw_alloc_zero(encoding->count, sizeof *encoder->unseen)};
  for (size_t i = 0; i < encoding->count; i++) encoder->id[i] = DW_MAP_NONE;
}

void dw_encoder_free(dw_encoder *encoder)
{
  dw_free(encoder->id);
  dw_free(encoder->unseen);
  dw_buf_free(&encoder->scratch);
}

static void meet_columns(dw_encoder *encoder, const dw_reader *reader)
{
  for (; encoder->known < dw_reader_columns(reader); encoder->known++) {
    const char *name = dw_reader_column_name(reader, (uint32_t)encoder->known);
    for (size_t i = 0; i < encoder->encoding->count; i++)
      if (strcmp(encoder->encoding->feature[i].column, name) == 0) encoder->id[i] = (uint32_t)encoder->known;
  }
}

/* Counts a category that training has not seen; false when it is an error. */
static bool meet_category(dw_encoder *encoder, size_t f, bool known)
{
  encoder->unseen[f] += !known;
  return known || !encoder->closed || encoder->missing_ok;
}

/* false: no value of the kind that the feature takes (absent, a text for a number, an array, a category that cannot be). */
static bool put_cell(dw_encoder *encoder, size_t f, const dw_batch *batch, const dw_batch_column *cells, size_t row, float *out)
{
  const dw_feature *feature = &encoder->encoding->feature[f];
  dw_tag tag = cells ? cells->tags[row] : DW_ABSENT;
  size_t length;
  bool unseen, fits;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL: {
    double number = cells->cells[row].number;
    if (!is_category(feature->kind)) out[feature->first] = dw_matrix_float(number);
    else if (!isinf(number)) return meet_category(encoder, f, put_number(feature, number, out));
    else put_missing(feature, out);
    return true;
  }
  case DW_FALSE:
  case DW_TRUE:
    if (is_category(feature->kind)) return meet_category(encoder, f, put_boolean(feature, tag == DW_TRUE, out));
    out[feature->first] = tag == DW_TRUE;
    return true;
  case DW_STRING:
  case DW_STRING_ESCAPED: {
    const char *text = dw_cell_text(batch, tag, cells->cells[row], &encoder->scratch, &length);
    fits = put_text(feature, text, length, out, &unseen);
    bool known = !unseen || (encoder->untyped && dw_csv_mark(text, length));
    return meet_category(encoder, f, known) && fits;
  }
  case DW_NULL: put_missing(feature, out); return true;
  default: put_missing(feature, out); return false;
  }
}

/* The record cannot be scored: says all that it lacks. out: the floats that it was given. */
static dw_status refuse(dw_encoder *encoder, dw_reader *reader, const dw_batch *batch, const dw_batch_column *const *cells, size_t row,
                        float *out, dw_err *err)
{
  dw_buf absent = {0}, other = {0}, unknown = {0};
  for (size_t i = 0; i < encoder->encoding->count; i++) {
    const dw_feature *feature = &encoder->encoding->feature[i];
    dw_tag tag = cells[i] ? cells[i]->tags[row] : DW_ABSENT;
    bool fits = true, unseen;
    if (tag == DW_STRING || tag == DW_STRING_ESCAPED) {
      size_t length;
      const char *text = dw_cell_text(batch, tag, cells[i]->cells[row], &encoder->scratch, &length);
      fits = put_text(feature, text, length, out, &unseen);
    }
    if (tag == DW_ABSENT) dw_buf_format(&absent, "%s%s", absent.length ? ", " : "", feature->column);
    else if (tag == DW_VECTOR || tag == DW_OTHER || !fits) dw_buf_format(&other, "%s%s", other.length ? ", " : "", feature->column);
    else if (encoder->closed && tag != DW_NULL && is_category(feature->kind) && isnan(out[feature->first]))
      dw_buf_format(&unknown, "%s%s", unknown.length ? ", " : "", feature->column);
  }
  dw_err why;
  dw_record_fault(&why, dw_batch_place(batch, row), "%s%s%s%s%s%s%s%s (with --incomplete ok, a missing value)",
                  absent.length ? "the record lacks what the model needs: " : "", dw_buf_cstr(&absent),
                  absent.length && other.length ? "; " : "", other.length ? "of another kind than in training: " : "", dw_buf_cstr(&other),
                  unknown.length && (absent.length || other.length) ? "; " : "",
                  unknown.length ? "a category that the model does not know: " : "", dw_buf_cstr(&unknown));
  dw_buf_free(&absent);
  dw_buf_free(&other);
  dw_buf_free(&unknown);
  return dw_reader_unusable(reader, &why, err);
}

dw_status dw_encoder_batch(dw_encoder *encoder, dw_reader *reader, const dw_batch *batch, float *out, uint8_t *take, dw_err *err)
{
  const dw_encoding *encoding = encoder->encoding;
  encoder->untyped = dw_reader_format(reader)->untyped;
  meet_columns(encoder, reader);
  const dw_batch_column **cells = dw_alloc_array(encoding->count, sizeof *cells);
  for (size_t i = 0; i < encoding->count; i++) cells[i] = encoder->id[i] == DW_MAP_NONE ? NULL : dw_batch_find(batch, encoder->id[i]);
  dw_status status = DW_OK;
  for (size_t row = 0; row < batch->rows && status == DW_OK; row++) {
    bool whole = true;
    for (size_t i = 0; i < encoding->count; i++) {
      if (put_cell(encoder, i, batch, cells[i], row, out + row * encoding->width)) continue;
      encoder->absent++;
      whole = false;
    }
    if (whole || encoder->missing_ok || !take[row]) continue;
    status = refuse(encoder, reader, batch, cells, row, out + row * encoding->width, err);
    take[row] = 0;
  }
  dw_free(cells);
  return status;
}
