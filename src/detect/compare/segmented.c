#include "detect/compare/segmented.h"

#include <stdlib.h>

#include "data/datasets/segments.h"
#include "detect/compare/verdict.h"

/* The types of the whole, so that a column is not a number in one segment and a category in the next. */
static dw_type_choice *whole_types(const dw_comparison *whole)
{
  dw_type_choice *type = dw_alloc_array(whole->portrait_count, sizeof *type);
  for (size_t i = 0; i < whole->portrait_count; i++)
    type[i] = (dw_type_choice){.column = whole->portrait[i].name, .type = whole->portrait[i].type, .literal = true};
  return type;
}

static void compare_one(dw_comparison *whole, const dw_map_key *value, const dw_dataset *reference, const dw_dataset *current,
                        const dw_compare_options *options)
{
  const dw_dataset *r = dw_segments_find(reference->segments, value), *c = dw_segments_find(current->segments, value);
  if (!r || !c) return;
  dw_segment *segment = &whole->segment[whole->segment_count++];
  *segment = (dw_segment){.value = value ? value->text : NULL,
                          .length = value ? value->length : 0,
                          .reference_rows = r->rows,
                          .current_rows = c->rows};
  dw_compare_findings(&segment->comparison, r, c, options, options->by);
  for (size_t i = 0; i < segment->comparison.finding_count; i++) {
    dw_finding *finding = &segment->comparison.finding[i];
    finding->by = options->by;
    finding->segment = segment->value;
    finding->segment_length = segment->length;
  }
}

static int by_part(const void *left, const void *right)
{
  const dw_segment *a = left, *b = right;
  if (a->part != b->part) return a->part < b->part ? 1 : -1;
  if (a->current_rows != b->current_rows) return a->current_rows < b->current_rows ? 1 : -1;
  if (!a->value || !b->value) return a->value ? -1 : b->value ? 1 : 0;
  return strcmp(a->value, b->value);
}

static bool listed(const dw_comparison *comparison, const char *column)
{
  for (size_t i = 0; i < comparison->drifted; i++)
    if (strcmp(comparison->drifted_column[i], column) == 0) return true;
  return false;
}

static double weight(const dw_comparison *whole, const dw_segment *segment)
{
  double amount = 0;
  for (size_t i = 0; i < segment->comparison.portrait_count; i++) {
    const dw_portrait *column = &segment->comparison.portrait[i];
    if (listed(whole, column->name) || listed(&segment->comparison, column->name)) amount += column->amount;
  }
  return (double)segment->current_rows * amount;
}

void dw_segmented_rank(dw_comparison *whole)
{
  double sum = 0;
  for (size_t i = 0; i < whole->segment_count; i++) sum += whole->segment[i].part = weight(whole, &whole->segment[i]);
  for (size_t i = 0; i < whole->segment_count && sum > 0; i++) whole->segment[i].part /= sum;
  if (whole->segment_count) qsort(whole->segment, whole->segment_count, sizeof *whole->segment, by_part);
}

size_t dw_segmented_family(const dw_dataset *reference)
{
  return reference->segments ? reference->segments->values.count + 2 : 1; /* the whole, and the rows without a value */
}

void dw_segmented_compare(dw_comparison *whole, const dw_dataset *reference, const dw_dataset *current, const dw_compare_options *options)
{
  dw_compare_options inside = *options;
  dw_type_choice *type = whole_types(whole);
  inside.type = type;
  inside.type_count = whole->portrait_count;
  const dw_map *values = &reference->segments->values;
  whole->by = options->by;
  whole->segment = dw_alloc_array(values->count + 1, sizeof *whole->segment);
  for (size_t i = 0; i < values->count; i++) compare_one(whole, &values->keys[i], reference, current, &inside);
  compare_one(whole, NULL, reference, current, &inside);
  dw_free(type);
}

void dw_segmented_correct(dw_comparison *whole, dw_correction correction)
{
  dw_comparison **family = dw_alloc_array(whole->segment_count + 1, sizeof *family);
  for (size_t i = 0; i < whole->segment_count; i++) family[i] = &whole->segment[i].comparison;
  family[whole->segment_count] = whole;
  dw_verdict_correct(family, whole->segment_count + 1, correction);
  dw_free(family);
}

void dw_segmented_give(dw_comparison *whole, const dw_limits *limits)
{
  for (size_t i = 0; i < whole->segment_count; i++) dw_verdict_give(&whole->segment[i].comparison, limits);
}

void dw_segmented_free(dw_comparison *comparison)
{
  for (size_t i = 0; i < comparison->segment_count; i++) dw_comparison_free(&comparison->segment[i].comparison);
  dw_free(comparison->segment);
  comparison->segment = NULL;
  comparison->segment_count = 0;
}

void dw_segmented_summary(const dw_comparison *comparison, dw_arena *arena, dw_summary *out)
{
  dw_summary_segment *list = dw_arena_alloc(arena, (comparison->segment_count + 1) * sizeof *list);
  for (size_t i = 0; i < comparison->segment_count; i++) {
    const dw_segment *segment = &comparison->segment[i];
    const dw_comparison *inside = &segment->comparison;
    list[i] = (dw_summary_segment){.value = segment->value,
                                   .length = segment->length,
                                   .reference_rows = (double)segment->reference_rows,
                                   .current_rows = (double)segment->current_rows,
                                   .part = segment->part,
                                   .columns = (double)inside->columns,
                                   .drifted = (double)inside->drifted,
                                   .answer = dw_verdict_answer(inside),
                                   .severity = inside->severity,
                                   .drifted_columns = inside->drifted_column,
                                   .drifted_column_count = inside->drifted};
  }
  out->by = comparison->by;
  out->segments = list;
  out->segment_count = comparison->segment_count;
}
