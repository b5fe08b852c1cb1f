#include "data/columns/column_summary.h"
#include "data/frames/column_read.h"
#include "data/profiles/profile.h"
#include "data/profiles/profile_parts.h"

/* --- numbers --- */

static void take_exact(dw_profile_numbers *numbers, dw_sorted all, size_t size)
{
  enum { PART = 1024 };
  double value[PART];
  uint64_t times[PART];
  size_t different = dw_sorted_distinct(all, DW_PROFILE_NUMBERS + 1), count = 0;
  numbers->fraction = !dw_sorted_whole(all);
  if (different > DW_PROFILE_NUMBERS) { /* so that no part of them is joined in vain */
    numbers->sketch = dw_alloc(sizeof *numbers->sketch);
    dw_sketch_init(numbers->sketch, size);
    numbers->distinct = dw_alloc_zero(1, sizeof *numbers->distinct);
  }
  for (size_t i = 0; i < all.count;) {
    value[count] = all.value[i];
    times[count++] = dw_sorted_run(all, &i);
    if (count < PART && i < all.count) continue;
    dw_profile_numbers_take(numbers, value, times, count, size);
    count = 0;
  }
}

static void take_sketch(dw_profile_numbers *numbers, dw_column *column)
{
  numbers->sketch = column->sketch;
  column->sketch = NULL;
  numbers->distinct = dw_alloc_zero(1, sizeof *numbers->distinct);
  if (!column->summary) return;
  dw_distinct_merge(numbers->distinct, &column->summary->numbers);
  numbers->fraction = column->summary->fraction;
}

/* --- texts --- */

static void take_texts(dw_profile_texts *texts, const dw_column *column)
{
  bool many = column->texts.count > DW_FREQUENT_MOST || column->endless;
  for (size_t i = 0; i < column->texts.count; i++) {
    const dw_map_key *key = &column->texts.keys[i];
    uint64_t hash = dw_distinct_text_hash(key->text, key->length);
    many |= key->length > DW_FREQUENT_LONGEST;
    dw_frequent_add(&texts->frequent, key->text, key->length, hash, column->text_count[i]);
  }
  if (many) texts->distinct = dw_alloc_zero(1, sizeof *texts->distinct);
  for (size_t i = 0; many && i < column->texts.count; i++)
    dw_distinct_add_text(texts->distinct, column->texts.keys[i].text, column->texts.keys[i].length);
  if (many && column->summary) {
    dw_frequent_merge(&texts->frequent, &column->summary->frequent);
    dw_distinct_merge(texts->distinct, &column->summary->texts);
  }
  texts->endless = column->endless;
  texts->instants = column->instants;
  texts->dates = column->dates;
  texts->spaces = column->spaces;
  texts->looked = column->distinct;
  texts->numerals = column->numerals;
  texts->amounts = column->amounts;
  texts->marks = column->marks;
}

static void take_vectors(dw_profile_vectors *to, const dw_vectors *from)
{
  if (!from) return;
  *to = (dw_profile_vectors){.width = from->width, .count = from->count, .other_length = from->other_length, .infinite = from->infinite};
  to->norm = from->norm;
  to->mean = dw_alloc_array(from->width, sizeof *to->mean);
  to->m2 = dw_alloc_array(from->width, sizeof *to->m2);
  if (!from->width) return;
  memcpy(to->mean, from->mean, from->width * sizeof *to->mean);
  memcpy(to->m2, from->m2, from->width * sizeof *to->m2);
}

static void take_column(dw_profile *profile, dw_column *column)
{
  dw_profile_column *to = dw_profile_column_of(profile, column->name, strlen(column->name));
  if (column->describes) to->describes = dw_strdup(column->describes->name);
  to->by_pattern = column->describes_by_pattern;
  memcpy(to->tag, column->tag, sizeof to->tag);
  to->rows = column->rows;
  to->infinite = column->infinite;
  to->commas = column->commas;
  to->doubtful = column->doubtful;
  to->null_codes = column->null_codes;
  to->numbers.moments = column->moments;
  if (column->sketch) take_sketch(&to->numbers, column);
  else take_exact(&to->numbers, column->sorted, profile->sketch_size);
  take_texts(&to->texts, column);
  take_vectors(&to->vectors, column->vectors);
  dw_profile_spellings_merge(&to->spellings, column->spellings);
}

/* What was taken is not held twice. Its name stays: other columns may describe this one. */
static void let_go(dw_column *column)
{
  const char *name = column->name;
  column->name = NULL;
  dw_column_free(column);
  dw_column_init(column, name, false);
  dw_free((void *)name);
}

/* What is declared numeric is read as numbers, by what the texts of this column show of how they are written. */
static dw_status read_numeric(dw_column *column, dw_err *err)
{
  dw_numeral_evidence evidence = {.comma = column->commas};
  dw_column_look_numerals(column, &evidence);
  dw_numeral_form form = dw_numeral_settle(&evidence);
  if (form.doubtful && !dw_strays_few(evidence.doubtful, evidence.point + evidence.short_whole + evidence.long_whole))
    return dw_err_set(err, DW_EDATA,
                      "column \"%s\": the comma of numbers such as 1,234 may stand before decimals or between thousands, and no other "
                      "number says which: write a point, or no separator",
                      column->name);
  /* what is no number stays a text: whoever reads the profile says what it is */
  if (dw_column_texts(column)) dw_column_read_numerals(column, form);
  return DW_OK;
}

dw_status dw_profile_of(dw_profile **out, dw_dataset *set, double error, dw_type (*declared)(void *context, const char *name),
                        void *context, dw_err *err)
{
  dw_profile *profile = dw_profile_new(error);
  profile->rows = set->rows;
  profile->untyped = set->untyped != NULL;
  profile->typed = set->typed != NULL;
  if (set->options.summary_size) profile->sketch_size = set->options.summary_size;
  dw_status status = DW_OK;
  for (size_t i = 0; i < set->column_count && status == DW_OK; i++) {
    dw_column *column = set->column[i];
    dw_type type = declared ? declared(context, column->name) : DW_TYPES;
    if (type == DW_TYPE_NUMERIC) status = read_numeric(column, err);
    bool passed = set->options.pass && strcmp(set->options.pass, column->name) == 0;
    if (status != DW_OK || passed || column->part || !column->rows) continue;
    take_column(profile, column);
    dw_profile_find(profile, column->name)->declared = type;
    let_go(column);
  }
  if (status != DW_OK) {
    dw_profile_free(profile);
    profile = NULL;
  }
  *out = profile;
  return status;
}
