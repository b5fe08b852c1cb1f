#include "data/profiles/profile_parts.h"

/* --- numbers --- */

void dw_profile_numbers_free(dw_profile_numbers *numbers)
{
  dw_free(numbers->value);
  dw_free(numbers->times);
  if (numbers->sketch) dw_sketch_free(numbers->sketch);
  dw_free(numbers->sketch);
  dw_distinct_free(numbers->distinct);
  dw_free(numbers->distinct);
  *numbers = (dw_profile_numbers){0};
  dw_moments_init(&numbers->moments);
}

double dw_profile_numbers_error(const dw_profile_numbers *numbers) { return numbers->sketch ? dw_sketch_rank_error(numbers->sketch) : 0; }

static void sketch_values(dw_profile_numbers *numbers, const double *value, const uint64_t *times, size_t different)
{
  for (size_t i = 0; i < different; i++) dw_sketch_add_weighted(numbers->sketch, value[i], times[i]);
  dw_distinct_add_numbers(numbers->distinct, value, different);
}

static void become_sketch(dw_profile_numbers *numbers, size_t size)
{
  if (numbers->sketch) return;
  numbers->sketch = dw_alloc(sizeof *numbers->sketch);
  dw_sketch_init(numbers->sketch, size);
  numbers->distinct = dw_alloc_zero(1, sizeof *numbers->distinct);
  sketch_values(numbers, numbers->value, numbers->times, numbers->different);
  dw_free(numbers->value);
  dw_free(numbers->times);
  numbers->value = NULL;
  numbers->times = NULL;
  numbers->different = 0;
}

/* Both ascending into one. */
static void join(dw_profile_numbers *numbers, const double *value, const uint64_t *times, size_t different)
{
  size_t room = numbers->different + different, i = 0, j = 0, k = 0;
  double *all = dw_alloc_array(room, sizeof *all);
  uint64_t *all_times = dw_alloc_array(room, sizeof *all_times);
  while (i < numbers->different || j < different) {
    bool left = j == different || (i < numbers->different && numbers->value[i] <= value[j]);
    bool right = i == numbers->different || (j < different && value[j] <= numbers->value[i]);
    all[k] = left ? numbers->value[i] : value[j];
    all_times[k++] = (left ? numbers->times[i] : 0) + (right ? times[j] : 0);
    i += left;
    j += right;
  }
  dw_free(numbers->value);
  dw_free(numbers->times);
  numbers->value = all;
  numbers->times = all_times;
  numbers->different = k;
}

void dw_profile_numbers_take(dw_profile_numbers *numbers, const double *value, const uint64_t *times, size_t different, size_t size)
{
  if (!different) return;
  if (!numbers->sketch && numbers->different + different > 2 * DW_PROFILE_NUMBERS) become_sketch(numbers, size);
  if (numbers->sketch) sketch_values(numbers, value, times, different);
  else join(numbers, value, times, different);
  if (numbers->different > DW_PROFILE_NUMBERS) become_sketch(numbers, size);
}

void dw_profile_numbers_merge(dw_profile_numbers *into, const dw_profile_numbers *from, size_t size)
{
  dw_moments_merge(&into->moments, &from->moments);
  into->fraction |= from->fraction;
  into->probable |= from->probable;
  dw_profile_numbers_take(into, from->value, from->times, from->different, size);
  if (!from->sketch) return;
  become_sketch(into, size);
  dw_sketch_merge(into->sketch, from->sketch);
  dw_distinct_merge(into->distinct, from->distinct);
}

/* --- texts --- */

void dw_profile_texts_init(dw_profile_texts *texts)
{
  *texts = (dw_profile_texts){.instants = true};
  dw_frequent_init(&texts->frequent, DW_FREQUENT_MOST);
}

void dw_profile_texts_free(dw_profile_texts *texts)
{
  dw_frequent_free(&texts->frequent);
  dw_distinct_free(texts->distinct);
  dw_free(texts->distinct);
}

bool dw_profile_texts_exact(const dw_profile_texts *texts)
{
  return texts->frequent.lost == 0 && !texts->frequent.cut && texts->frequent.count <= texts->frequent.most;
}

/* By the rule of dw_column, which parts that were too short for it may fulfil together. */
bool dw_profile_texts_endless(const dw_profile_texts *texts)
{
  enum { ENDLESS_DISTINCT = 9000 };
  if (texts->endless || dw_profile_texts_exact(texts)) return texts->endless;
  double distinct = texts->distinct ? dw_distinct_estimate(texts->distinct) : (double)texts->frequent.count;
  return distinct >= ENDLESS_DISTINCT && (double)texts->frequent.total * 9 < distinct * 10 && texts->amounts * 2 <= texts->looked;
}

static void count_texts(dw_distinct *distinct, const dw_frequent *frequent)
{
  for (size_t i = 0; i < frequent->count; i++) dw_distinct_add_hash(distinct, frequent->item[i].hash);
}

void dw_profile_texts_merge(dw_profile_texts *into, const dw_profile_texts *from)
{
  bool many = into->frequent.count + from->frequent.count > DW_FREQUENT_MOST;
  if (!into->distinct && (many || from->distinct)) {
    into->distinct = dw_alloc_zero(1, sizeof *into->distinct);
    count_texts(into->distinct, &into->frequent);
  }
  if (into->distinct && from->distinct) dw_distinct_merge(into->distinct, from->distinct);
  else if (into->distinct) count_texts(into->distinct, &from->frequent);
  dw_frequent_merge(&into->frequent, &from->frequent);
  into->endless |= from->endless;
  into->instants = (into->instants || !into->looked) && (from->instants || !from->looked);
  into->dates |= from->dates;
  into->spaces |= from->spaces;
  into->looked += from->looked;
  into->numerals += from->numerals;
  into->amounts += from->amounts;
  into->marks += from->marks;
}

/* Counts beside which what is lost anyway is large are let go: of texts that hardly repeat none is worth its bytes. */
void dw_profile_texts_settle(dw_profile_texts *texts)
{
  enum { LITTLE = 1 << 14 };
  dw_frequent *frequent = &texts->frequent;
  dw_frequent_settle(frequent);
  if (frequent->lost) dw_frequent_drop(frequent, frequent->total / LITTLE > 1 ? frequent->total / LITTLE : 1);
  dw_frequent_sort(frequent);
  if (!dw_profile_texts_exact(texts)) return;
  dw_distinct_free(texts->distinct);
  dw_free(texts->distinct);
  texts->distinct = NULL;
}

void dw_profile_column_look(dw_profile_column *column)
{
  dw_profile_texts *texts = &column->texts;
  if (!texts->frequent.total || texts->endless || !dw_profile_texts_exact(texts)) return;
  dw_column look;
  dw_column_init(&look, "", false);
  for (size_t i = 0; i < texts->frequent.count; i++) {
    const dw_frequent_item *item = &texts->frequent.item[i];
    const char *text = dw_frequent_text(&texts->frequent, item);
    uint64_t booleans = dw_text_equal(text, item->length, "true")    ? column->tag[DW_TRUE]
                        : dw_text_equal(text, item->length, "false") ? column->tag[DW_FALSE]
                                                                     : 0;
    if (item->times > booleans) dw_column_look(&look, text, item->length);
  }
  texts->instants = look.instants;
  texts->dates = look.dates && look.instants;
  texts->spaces = look.spaces;
  texts->looked = look.distinct;
  texts->numerals = look.numerals;
  texts->amounts = look.amounts;
  dw_column_free(&look);
}

/* --- vectors --- */

void dw_profile_vectors_free(dw_profile_vectors *vectors)
{
  dw_free(vectors->mean);
  dw_free(vectors->m2);
}

/* Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American Statistician 37, 1983, for each component. */
static void merge_components(dw_profile_vectors *into, const dw_profile_vectors *from)
{
  double a = (double)into->count, b = (double)from->count, n = a + b;
  for (size_t d = 0; d < into->width; d++) {
    double change = from->mean[d] - into->mean[d];
    into->mean[d] += change * (b / n);
    into->m2[d] += from->m2[d] + change * change * (a * (b / n));
  }
}

/* All vectors are as long as those of the first profile that has some; a profile of others is counted, and left out. */
void dw_profile_vectors_merge(dw_profile_vectors *into, const dw_profile_vectors *from)
{
  into->infinite += from->infinite;
  into->other_length += from->other_length;
  if (!from->count) return;
  if (into->count && into->width != from->width) {
    into->other_length += from->count;
    return;
  }
  if (!into->count) {
    dw_profile_vectors_free(into);
    into->width = from->width;
    into->mean = dw_alloc_zero(from->width, sizeof *into->mean);
    into->m2 = dw_alloc_zero(from->width, sizeof *into->m2);
    dw_moments_init(&into->norm);
  }
  merge_components(into, from);
  into->count += from->count;
  dw_moments_merge(&into->norm, &from->norm);
}

/* --- the rest --- */

void dw_profile_spellings_merge(dw_spellings **into, const dw_spellings *from)
{
  if (!from) return;
  if (!*into) {
    *into = dw_alloc(sizeof **into);
    dw_spellings_init(*into);
  }
  for (size_t i = 0; i < from->texts.count && !(*into)->many; i++) {
    const dw_map_key *key = &from->texts.keys[i];
    dw_spellings_note(*into, key->text, key->length, from->item[i].number, from->item[i].count);
  }
  if (!from->many) return;
  dw_spellings_free(*into);
  dw_spellings_init(*into);
  (*into)->many = true;
}

uint64_t dw_profile_column_absent(const dw_profile *profile, const dw_profile_column *column)
{
  return column->tag[DW_ABSENT] + (profile->rows - column->rows);
}
