#include "data/columns/categories.h"

#include <stdlib.h>

#include "base/num.h"

/* Of strings: by their bytes, which is the order of code points in UTF-8. */
static int category_order(const void *left, const void *right)
{
  const dw_category *a = left, *b = right;
  uint32_t shorter = a->length < b->length ? a->length : b->length;
  int order = memcmp(a->text, b->text, shorter);
  if (order) return order;
  return a->length < b->length ? -1 : a->length > b->length;
}

static size_t distinct_texts(const dw_column *column) { return column ? column->texts.count : 0; }

static void add_numbers(dw_categories *out, dw_sorted reference, dw_sorted current)
{
  dw_merge walk;
  dw_merge_start(&walk, reference, current);
  while (dw_merge_next(&walk)) {
    char text[DW_NUM_TEXT];
    size_t length = dw_num_print(text, walk.value);
    out->item[out->count++] = (dw_category){.text = dw_arena_strndup(&out->names, text, length),
                                            .length = (uint32_t)length,
                                            .numeric = true,
                                            .number = walk.value,
                                            .reference = walk.times_a,
                                            .current = walk.times_b};
  }
}

static void add_texts(dw_categories *out, const dw_column *reference, const dw_column *current)
{
  for (size_t i = 0; i < distinct_texts(reference); i++) {
    const dw_map_key *key = &reference->texts.keys[i];
    uint32_t other = current ? dw_map_find(&current->texts, key->text, key->length) : DW_MAP_NONE;
    out->item[out->count++] = (dw_category){.text = key->text,
                                            .length = key->length,
                                            .reference = reference->text_count[i],
                                            .current = other == DW_MAP_NONE ? 0 : current->text_count[other]};
  }
  for (size_t i = 0; i < distinct_texts(current); i++) {
    const dw_map_key *key = &current->texts.keys[i];
    if (reference && dw_map_find(&reference->texts, key->text, key->length) != DW_MAP_NONE) continue;
    out->item[out->count++] = (dw_category){.text = key->text, .length = key->length, .current = current->text_count[i]};
  }
}

static uint64_t other_texts(const dw_column *column)
{
  if (!column || !column->texts_lost) return 0;
  uint64_t all = dw_column_texts(column), named = 0;
  for (size_t i = 0; i < column->texts.count; i++) named += column->text_count[i];
  return all > named ? all - named : 0;
}

void dw_categories_make(dw_categories *out, const dw_column *reference, const dw_column *current)
{
  *out = (dw_categories){0};
  dw_arena_init(&out->names);
  dw_sorted none = {0};
  dw_sorted r = reference ? reference->sorted : none, c = current ? current->sorted : none;
  size_t room = dw_sorted_distinct_pooled(r, c, 0) + distinct_texts(reference) + distinct_texts(current);
  out->item = dw_alloc_array(room, sizeof *out->item);
  add_numbers(out, r, c);
  size_t numbers = out->count;
  add_texts(out, reference, current);
  qsort(out->item + numbers, out->count - numbers, sizeof *out->item, category_order);
  out->reference = dw_alloc_array(out->count, sizeof *out->reference);
  out->current = dw_alloc_array(out->count, sizeof *out->current);
  for (size_t i = 0; i < out->count; i++) {
    out->reference_total += out->reference[i] = out->item[i].reference;
    out->current_total += out->current[i] = out->item[i].current;
  }
  out->reference_total += out->reference_other = other_texts(reference);
  out->current_total += out->current_other = other_texts(current);
}

void dw_categories_free(dw_categories *categories)
{
  dw_free(categories->item);
  dw_free(categories->reference);
  dw_free(categories->current);
  dw_arena_free(&categories->names);
  *categories = (dw_categories){0};
}
