#include "data/profiles/profile.h"

#include "base/num.h"
#include "data/profiles/profile_parts.h"

dw_profile *dw_profile_new(double error)
{
  dw_profile *profile = dw_alloc_zero(1, sizeof *profile);
  profile->error = error;
  profile->sketch_size = dw_sketch_size_for(error);
  profile->merged = 1;
  dw_map_init(&profile->names);
  return profile;
}

static void column_free(dw_profile_column *column)
{
  dw_free(column->name);
  dw_free(column->describes);
  dw_profile_numbers_free(&column->numbers);
  dw_profile_texts_free(&column->texts);
  dw_profile_vectors_free(&column->vectors);
  if (column->spellings) dw_spellings_free(column->spellings);
  dw_free(column->spellings);
  dw_free(column);
}

void dw_profile_free(dw_profile *profile)
{
  if (!profile) return;
  for (size_t i = 0; i < profile->count; i++) column_free(profile->column[i]);
  dw_free(profile->column);
  dw_free(profile->by);
  dw_free(profile->value);
  dw_free(profile->time);
  dw_map_free(&profile->names);
  dw_buf_free(&profile->stages);
  dw_free(profile);
}

dw_profile_column *dw_profile_find(const dw_profile *profile, const char *name)
{
  uint32_t place = dw_map_find(&profile->names, name, strlen(name));
  return place == DW_MAP_NONE ? NULL : profile->column[place];
}

dw_profile_column *dw_profile_column_of(dw_profile *profile, const char *name, size_t length)
{
  uint32_t place = dw_map_intern(&profile->names, name, length);
  if (place < profile->count) return profile->column[place];
  dw_profile_column *column = dw_alloc_zero(1, sizeof *column);
  column->name = dw_strndup(name, length);
  column->declared = DW_TYPES;
  dw_moments_init(&column->numbers.moments);
  dw_profile_texts_init(&column->texts);
  dw_moments_init(&column->vectors.norm);
  profile->column = dw_grow(profile->column, &profile->capacity, profile->count + 1, sizeof *profile->column);
  profile->column[profile->count++] = column;
  return column;
}

static char *renamed(dw_renames *renames, char *name)
{
  const char *now = name ? dw_renames_of(renames, name, strlen(name)) : NULL;
  if (!now) return name;
  dw_free(name);
  return dw_strdup(now);
}

dw_status dw_profile_rename(dw_profile *profile, dw_renames *renames, const char *name, dw_err *err)
{
  if (!renames) return DW_OK;
  dw_map_free(&profile->names);
  dw_map_init(&profile->names);
  profile->by = renamed(renames, profile->by);
  profile->time = renamed(renames, profile->time);
  for (size_t i = 0; i < profile->count; i++) {
    dw_profile_column *column = profile->column[i];
    column->name = renamed(renames, column->name);
    column->describes = renamed(renames, column->describes);
    if (dw_map_intern(&profile->names, column->name, strlen(column->name)) < i)
      return dw_err_at(err, DW_EDATA, name, 0, 0, "two columns of the profile would be \"%s\" by --rename", column->name);
  }
  return DW_OK;
}

/* --- merging --- */

static void column_merge(dw_profile_column *into, const dw_profile_column *from, size_t size)
{
  if (into->rows == 0) into->declared = from->declared;
  else if (into->declared != from->declared) into->declared = DW_TYPES;
  if (from->describes && !into->describes) into->describes = dw_strdup(from->describes);
  into->by_pattern |= from->by_pattern;
  for (int tag = 0; tag <= DW_OTHER; tag++) into->tag[tag] += from->tag[tag];
  into->rows += from->rows;
  into->infinite += from->infinite;
  into->commas += from->commas;
  into->doubtful += from->doubtful;
  into->null_codes += from->null_codes;
  dw_profile_numbers_merge(&into->numbers, &from->numbers, size);
  dw_profile_texts_merge(&into->texts, &from->texts);
  dw_profile_vectors_merge(&into->vectors, &from->vectors);
  dw_profile_spellings_merge(&into->spellings, from->spellings);
}

typedef struct merging {
  dw_profile *into;
  const dw_profile *const *from;
  size_t count;
} merging;

static void merge_item(void *context, size_t item, unsigned thread)
{
  const merging *m = context;
  dw_profile_column *into = m->into->column[item];
  const dw_map_key *key = &m->into->names.keys[item];
  for (size_t i = 0; i < m->count; i++) {
    const dw_profile *from = m->from[i];
    /* columns mostly stand in the same places */
    uint32_t place = item < from->count && dw_text_equal(key->text, key->length, from->column[item]->name)
                         ? (uint32_t)item
                         : dw_map_find(&from->names, key->text, key->length);
    if (place != DW_MAP_NONE) column_merge(into, from->column[place], m->into->sketch_size);
  }
}

void dw_profile_merge(dw_profile *into, const dw_profile *const *from, size_t count, dw_parallel_team *team)
{
  bool first = into->rows == 0 && into->count == 0;
  for (size_t i = 0; i < count; i++) {
    const dw_profile *one = from[i];
    into->merged = (first && i == 0 ? 0 : into->merged) + one->merged;
    into->rows += one->rows;
    into->skipped += one->skipped;
    into->untyped |= one->untyped;
    into->typed |= one->typed;
    for (size_t k = 0; k < one->count; k++) {
      const dw_map_key *key = &one->names.keys[k];
      if (k < into->count && dw_text_equal(key->text, key->length, into->column[k]->name)) continue;
      dw_profile_column_of(into, key->text, key->length);
    }
  }
  merging m = {into, from, count};
  if (team) dw_parallel_team_run(team, into->count, merge_item, &m);
  else
    for (size_t i = 0; i < into->count; i++) merge_item(&m, i, 0);
}

size_t dw_profile_bytes(const dw_profile *profile)
{
  size_t held = sizeof *profile + dw_map_bytes(&profile->names) + profile->stages.capacity;
  for (size_t i = 0; i < profile->count; i++) {
    const dw_profile_column *column = profile->column[i];
    const dw_profile_numbers *numbers = &column->numbers;
    held += sizeof *column + numbers->different * 16 + (numbers->sketch ? dw_sketch_bytes(numbers->sketch) : 0);
    held += (numbers->distinct ? dw_distinct_bytes(numbers->distinct) : 0) + dw_frequent_bytes(&column->texts.frequent);
    held += (column->texts.distinct ? dw_distinct_bytes(column->texts.distinct) : 0) + column->vectors.width * 16;
  }
  return held;
}
