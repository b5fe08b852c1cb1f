#include "data/frames/column_read.h"
#include "data/profiles/profile.h"
#include "data/profiles/profile_parts.h"
#include "io/formats/formats.h"

static void *copy_of(const void *array, size_t count, size_t size)
{
  return count ? memcpy(dw_alloc_array(count, size), array, count * size) : NULL;
}

static double distinct_numbers(const dw_profile_numbers *numbers)
{
  return numbers->sketch ? dw_distinct_estimate(numbers->distinct) : (double)numbers->different;
}

/* A sketch that has lost nothing yet has each value, with how often it came. */
static void restore_all(dw_column *column, const dw_sketch *sketch)
{
  dw_sorted all = dw_sketch_to_sorted(sketch, &column->value, &column->weight);
  size_t different = 0;
  for (size_t i = 0; i < all.count; different++) {
    double value = all.value[i];
    column->weight[different] = dw_sorted_run(all, &i);
    column->value[different] = value;
  }
  column->value_count = column->value_capacity = different;
  dw_column_arrange(column);
}

static void restore_numbers(dw_column *column, const dw_profile_numbers *numbers)
{
  if (numbers->sketch && dw_profile_numbers_error(numbers) == 0) {
    restore_all(column, numbers->sketch);
  } else if (numbers->sketch) {
    column->sketch = dw_alloc(sizeof *column->sketch);
    dw_sketch_init(column->sketch, numbers->sketch->k);
    dw_sketch_merge(column->sketch, numbers->sketch);
    column->sorted = dw_sketch_to_sorted(column->sketch, &column->sketch_value, &column->sketch_weight);
    column->looked.known = true;
    column->looked.whole = !numbers->fraction;
    column->looked.distinct = (uint64_t)(distinct_numbers(numbers) + 0.5);
  } else if (numbers->different) {
    column->value = copy_of(numbers->value, numbers->different, sizeof *column->value);
    column->weight = copy_of(numbers->times, numbers->different, sizeof *column->weight);
    column->value_count = column->value_capacity = numbers->different;
    dw_column_arrange(column);
  }
  column->moments = numbers->moments;
}

static void restore_texts(dw_column *column, const dw_profile_texts *texts)
{
  for (size_t i = 0; i < texts->frequent.count; i++) {
    const dw_frequent_item *item = &texts->frequent.item[i];
    uint32_t place = dw_map_intern(&column->texts, dw_frequent_text(&texts->frequent, item), item->length);
    column->text_count = dw_grow(column->text_count, &column->text_capacity, column->texts.count, sizeof *column->text_count);
    column->text_count[place] = item->times;
  }
  column->endless = dw_profile_texts_endless(texts);
  column->instants = texts->instants;
  column->dates = texts->dates;
  column->spaces = texts->spaces;
  column->distinct = texts->looked;
  column->numerals = texts->numerals;
  column->amounts = texts->amounts;
  column->marks = texts->marks;
  column->texts_lost = texts->frequent.lost;
  column->texts_cut = texts->frequent.cut;
  if (texts->distinct) column->texts_distinct = (uint64_t)(dw_distinct_estimate(texts->distinct) + 0.5);
}

static void restore_vectors(dw_column *column, const dw_profile_vectors *from)
{
  if (!from->width && !from->infinite && !from->other_length) return;
  dw_vectors *to = dw_column_vectors(column);
  to->width = from->width;
  to->count = from->count;
  to->other_length = from->other_length;
  to->infinite = from->infinite;
  to->norm = from->norm;
  to->mean = copy_of(from->mean, from->width, sizeof *to->mean);
  to->m2 = copy_of(from->m2, from->width, sizeof *to->m2);
}

static void restore_unit(dw_column *column, const dw_profile_column *from)
{
  if (!(from->unit > 0)) return;
  column->times = dw_alloc_zero(1, sizeof *column->times);
  column->times->readings = 1;
  column->times->unit = from->unit;
  column->times->named = from->unit_named;
  column->times->round = from->unit_round;
}

dw_column *dw_profile_column_restore(const dw_profile *profile, const dw_profile_column *from)
{
  dw_column *column = dw_alloc(sizeof *column);
  dw_column_init(column, from->name, true);
  memcpy(column->tag, from->tag, sizeof column->tag);
  column->tag[DW_ABSENT] = dw_profile_column_absent(profile, from);
  column->rows = profile->rows;
  column->profiled = true;
  column->infinite = from->infinite;
  column->commas = from->commas;
  column->doubtful = from->doubtful;
  column->null_codes = from->null_codes;
  column->describes_by_pattern = from->by_pattern;
  restore_numbers(column, &from->numbers);
  restore_texts(column, &from->texts);
  restore_vectors(column, &from->vectors);
  restore_unit(column, from);
  dw_profile_spellings_merge(&column->spellings, from->spellings);
  return column;
}

/* Of each kind the one format that a message may name. */
static const dw_format *a_format(bool untyped)
{
  const dw_format *const *format = dw_formats;
  while ((*format)->untyped != untyped) format++;
  return *format;
}

void dw_profile_dataset(const dw_profile *profile, dw_dataset *set)
{
  set->rows = profile->rows;
  set->profiled = true;
  set->untyped = profile->untyped ? a_format(true) : NULL;
  set->typed = profile->typed ? a_format(false) : NULL;
  for (size_t i = 0; i < profile->count; i++) {
    dw_column *column = dw_profile_column_restore(profile, profile->column[i]);
    dw_dataset_append(set, column);
    set->approximate |= column->sketch != NULL;
  }
  for (size_t i = 0; i < profile->count; i++)
    if (profile->column[i]->describes) set->column[i]->describes = dw_dataset_find(set, profile->column[i]->describes);
}

dw_profile_facts dw_profile_column_facts(const dw_profile *profile, const dw_profile_column *from)
{
  dw_column *column = dw_profile_column_restore(profile, from);
  if (from->describes) column->describes = column; /* whichever: it is a quantity */
  dw_type_facts facts = dw_column_facts(column);
  double texts = from->texts.distinct ? dw_distinct_estimate(from->texts.distinct) : (double)from->texts.frequent.count;
  double numbers = distinct_numbers(&from->numbers);
  facts.distinct_texts = (uint64_t)(texts + 0.5);
  facts.distinct_numbers = (uint64_t)(numbers + 0.5);
  dw_profile_facts out = {.type = from->declared == DW_TYPES ? dw_type_infer(&facts, DW_TYPING_DRIFTWATCH) : from->declared};
  out.rank_error = dw_profile_numbers_error(&from->numbers);
  out.distinct_exact = !from->numbers.sketch && dw_profile_texts_exact(&from->texts);
  if (out.type == DW_TYPE_NUMERIC && dw_column_texts(column))
    dw_column_read_numbers(column, (dw_numeral_form){.decimal = '.'}, from->declared == DW_TYPE_NUMERIC);
  out.missing = dw_column_missing(column);
  out.values = profile->rows - out.missing;
  double distinct = out.type == DW_TYPE_NUMERIC ? numbers : numbers + texts;
  out.distinct = distinct < (double)out.values ? (double)(uint64_t)(distinct + 0.5) : (double)out.values;
  dw_column_free(column);
  dw_free(column);
  return out;
}
