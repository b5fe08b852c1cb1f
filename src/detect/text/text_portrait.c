#include "detect/text/text_portrait.h"

#include "stats/samples/sort.h"

/* Lengths of the sampled texts, ascending. */
typedef struct lengths {
  dw_passages own;
  const dw_passages *texts;
  double *value;
  dw_moments moments;
} lengths;

static void lengths_take(lengths *l, const dw_column *column)
{
  l->texts = dw_column_passages(column, &l->own);
  size_t count = l->texts->count;
  double *scratch = dw_alloc_array(count, sizeof *scratch);
  l->value = dw_alloc_array(count, sizeof *l->value);
  for (size_t i = 0; i < count; i++) l->value[i] = l->texts->item[i].characters;
  dw_moments_init(&l->moments);
  dw_moments_add_array(&l->moments, l->value, count);
  dw_sort_doubles(l->value, count, scratch);
  dw_free(scratch);
}

static void lengths_free(lengths *l)
{
  dw_passages_free(&l->own);
  dw_free(l->value);
}

static void open_side(dw_json *json, dw_buf *out, const dw_column *column, const lengths *l)
{
  size_t count = l->texts->count;
  dw_json_start(json, out, 0);
  dw_json_open(json, NULL, '{');
  dw_json_integer(json, "count", (int64_t)(column->rows - dw_column_missing(column)));
  dw_json_integer(json, "missing", (int64_t)dw_column_missing(column));
  dw_json_integer(json, "sampled", (int64_t)count);
  dw_json_integer(json, "longest", count ? (int64_t)l->value[count - 1] : 0);
}

void dw_text_portrait(dw_portrait *portrait, const dw_pair *pair)
{
  *portrait = (dw_portrait){0};
  lengths r, c;
  dw_json reference, current;
  lengths_take(&r, pair->reference);
  lengths_take(&c, pair->current);
  open_side(&reference, &portrait->reference, pair->reference, &r);
  open_side(&current, &portrait->current, pair->current, &c);
  if (r.texts->count && c.texts->count)
    dw_portrait_numbers(&reference, &current, dw_sorted_make(r.value, r.texts->count), dw_sorted_make(c.value, c.texts->count), &r.moments,
                        &c.moments);
  dw_json_close(&reference, '}');
  dw_json_close(&current, '}');
  lengths_free(&r);
  lengths_free(&c);
}
