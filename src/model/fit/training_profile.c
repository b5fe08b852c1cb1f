#include "model/fit/training_profile.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/samples/moments.h"
#include "stats/samples/quantile.h"
#include "stats/samples/sort.h"

enum { MOST_CATEGORIES = 50 };

static const double quantile_at[] = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
static const char *const quantile_name[] = {"0.01", "0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95", "0.99"};
enum { QUANTILES = sizeof quantile_at / sizeof quantile_at[0] };

static void write_numbers(const dw_matrix *matrix, const dw_matrix_column *column, dw_json *json)
{
  double *value = dw_alloc_array(matrix->rows, sizeof *value);
  size_t count = 0;
  for (size_t row = 0; row < column->number_count; row++)
    if (!isnan(column->number[row])) value[count++] = (double)column->number[row];
  dw_moments moments;
  dw_moments_init(&moments);
  dw_moments_add_array(&moments, value, count);
  dw_sort_doubles(value, count, NULL);
  double quantile[QUANTILES];
  dw_quantiles(dw_sorted_make(value, count), quantile_at, QUANTILES, quantile);
  dw_json_number(json, "mean", moments.mean);
  dw_json_number(json, "std", dw_moments_std(&moments, 1));
  dw_json_number(json, "min", moments.min);
  dw_json_open(json, "quantiles", '{');
  for (size_t i = 0; i < QUANTILES; i++) dw_json_number(json, quantile_name[i], quantile[i]);
  dw_json_close(json, '}');
  dw_json_number(json, "max", moments.max);
  dw_free(value);
}

typedef struct counted {
  const dw_map_key *key;
  uint64_t count;
} counted;

static int by_frequency(const void *left, const void *right)
{
  const counted *a = left, *b = right;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return strcmp(a->key->text, b->key->text);
}

static void write_categories(const dw_matrix_column *column, dw_json *json)
{
  size_t distinct = column->texts.count;
  uint64_t other = 0;
  counted *order = dw_alloc_array(distinct, sizeof *order);
  for (size_t i = 0; i < distinct; i++) order[i] = (counted){&column->texts.keys[i], 0};
  for (size_t row = 0; row < column->text_filled; row++)
    if (column->text[row]) order[column->text[row] - 1].count++;
  qsort(order, distinct, sizeof *order, by_frequency);
  dw_json_integer(json, "distinct", (int64_t)distinct);
  dw_json_open(json, "categories", '[');
  for (size_t i = 0; i < distinct; i++) {
    if (i >= MOST_CATEGORIES) {
      other += order[i].count;
      continue;
    }
    dw_json_open(json, NULL, '{');
    if (column->label && order[i].key->text[0] == '"') dw_json_raw(json, "value", order[i].key->text, order[i].key->length);
    else dw_json_bytes(json, "value", order[i].key->text, order[i].key->length);
    dw_json_integer(json, "count", (int64_t)order[i].count);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_integer(json, "other", (int64_t)other);
  dw_free(order);
}

void dw_training_profile_write(const dw_matrix *matrix, dw_json *json, const char *key)
{
  dw_json_open(json, key, '{');
  dw_json_integer(json, "rows", (int64_t)matrix->rows);
  dw_json_open(json, "columns", '[');
  for (size_t i = 0; i < matrix->column_count; i++) {
    const dw_matrix_column *column = matrix->column[i];
    dw_type type = dw_matrix_type(matrix, column);
    dw_json_open(json, NULL, '{');
    dw_json_text(json, "column", column->name);
    dw_json_text(json, "type", dw_type_name(type));
    dw_json_integer(json, "count", (int64_t)column->values);
    dw_json_integer(json, "missing", (int64_t)(matrix->rows - column->values));
    if (column->values && (type == DW_TYPE_NUMERIC || !(column->kinds & ~(unsigned)(DW_KIND_NUMBER | DW_KIND_BOOLEAN))))
      write_numbers(matrix, column, json);
    else if (type == DW_TYPE_CATEGORICAL) write_categories(column, json);
    dw_json_close(json, '}');
  }
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}
