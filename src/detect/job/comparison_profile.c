/* Profiles in the place of records (data/profiles): told from the content, read, merged by their keys, and restored as a side. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/str.h"
#include "data/datasets/segments.h"
#include "data/frames/column_read.h"
#include "data/profiles/profile_merging.h"
#include "detect/job/comparison_parts.h"

/* --- which it is --- */

enum { LOOK = 4096 };
typedef enum told { RECORDS, PROFILES, TOO_SHORT } told;

/* The first document is one whose first member is "kind":"profile". */
static told told_of(const char *text, size_t count)
{
  static const char *const words[] = {"{", "\"kind\"", ":", "\"profile\""};
  size_t at = count >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    while (at < count && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) at++;
    for (const char *word = words[i]; *word; word++, at++)
      if (at == count || text[at] != *word) return at == count ? TOO_SHORT : RECORDS;
  }
  return PROFILES;
}

static bool is_told(const char *text, size_t count) { return told_of(text, count) != TOO_SHORT; }

static dw_status look(dw_input *input, bool *profiles, dw_err *err)
{
  char begin[LOOK];
  size_t count;
  dw_status status = dw_input_peek(input, begin, sizeof begin, &count, is_told, err);
  *profiles = status == DW_OK && told_of(begin, count) == PROFILES;
  return status;
}

/* Another input of the side; of what can be read once only (a pipe) nothing is looked at: its lines tell. */
static dw_status look_at_other(const char *path, bool profiles, const char *first, dw_err *err)
{
  struct stat about;
  dw_input *input;
  bool same = profiles;
  if (strcmp(path, "-") == 0 || stat(path, &about) != 0 || !S_ISREG(about.st_mode)) return DW_OK;
  dw_status status = dw_input_open(&input, path, err);
  if (status == DW_OK) status = look(input, &same, err);
  dw_input_close(input);
  if (status != DW_OK || same == profiles) return status;
  return dw_err_at(err, DW_EDATA, path, 0, 0, "holds %s, and %s holds %s: a side is one or the other", same ? "profiles" : "records", first,
                   same ? "records" : "profiles");
}

dw_status dw_comparison_look(const dw_comparison_job *job, const dw_comparison_source *source, dw_input **begun, bool *profiles,
                             dw_err *err)
{
  *begun = NULL;
  *profiles = false;
  if (source->open || job->settings->format) return DW_OK;
  const char *first = source->paths.count ? source->paths.text[0] : "-";
  dw_status status = dw_input_open(begun, first, err);
  if (status == DW_OK) status = look(*begun, profiles, err);
  for (size_t i = 1; i < source->paths.count && status == DW_OK; i++) status = look_at_other(source->paths.text[i], *profiles, first, err);
  if (status == DW_OK) return DW_OK;
  dw_input_close(*begun);
  *begun = NULL;
  return status;
}

/* --- what needs the records themselves --- */

static dw_status refuse(const dw_comparison_job *job, const char *name, dw_err *err)
{
  static const char rows[] = "records one by one", order[] = "the order and the times of records",
                    together[] = "the columns of each record";
  const dw_comparison_settings *set = job->settings;
  const struct {
    bool asked;
    const char *option, *need;
  } needs[] = {{set->alone, "a baseline", rows},
               {set->window != 0, "--window", order},
               {set->split != NULL, "--split", order},
               {set->match != DW_UNSAID, "--match", order},
               {set->unit != NULL, "--unit", order},
               {set->sequential != NULL, "--sequential", rows},
               {job->by_chunks, "--preset nannyml", order},
               {job->compare.multivariate != 0, "--multivariate", together},
               {set->vector.count != 0, "--vector", together}};
  for (size_t i = 0; i < sizeof needs / sizeof *needs; i++)
    if (needs[i].asked)
      return dw_err_usage(err, "%s needs %s, and %s holds profiles, which do not keep them: give the records", needs[i].option,
                          needs[i].need, name);
  return DW_OK;
}

/* --- keys --- */

static int by_start(const void *a, const void *b)
{
  const dw_profile *x = *(dw_profile *const *)a, *y = *(dw_profile *const *)b;
  int order = x->value && y->value ? strcmp(x->value, y->value) : (x->value != NULL) - (y->value != NULL);
  return order ? order : (x->start > y->start) - (x->start < y->start);
}

static bool same_text(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

/* What would count records twice: profiles of all beside those of each value, windows that overlap. */
static dw_status check_keys(const dw_comparison_job *job, dw_profile **all, size_t count, const char *name, dw_err *err)
{
  const char *by = job->settings->by;
  for (size_t i = 0; i < count; i++) {
    if (!same_text(all[i]->by, all[0]->by))
      return dw_err_at(err, DW_EDATA, name, 0, 0, "holds profiles that are told apart by \"%s\" and others that are not: one or the other",
                       all[i]->by ? all[i]->by : all[0]->by);
    if (!same_text(all[i]->time, all[0]->time))
      return dw_err_at(err, DW_EDATA, name, 0, 0, "holds profiles of windows of \"%s\" and others: one or the other",
                       all[i]->time ? all[i]->time : all[0]->time);
  }
  if (by && !same_text(all[0]->by, by))
    return dw_err_at(err, DW_EDATA, name, 0, 0, "--by %s: the profiles were not made for each of its values: dw-profile --by %s", by, by);
  qsort(all, count, sizeof *all, by_start);
  for (size_t i = 1; i < count; i++)
    if (all[i]->time && same_text(all[i]->value, all[i - 1]->value) && all[i - 1]->start < all[i - 1]->end &&
        all[i]->start < all[i - 1]->end && all[i]->start < all[i]->end)
      return dw_err_at(err, DW_EDATA, name, 0, 0, "holds profiles whose windows overlap: their records would count twice");
  return DW_OK;
}

/* --- restoring --- */

static dw_profile *merged(dw_profile *const *all, size_t count)
{
  dw_profile *into = dw_profile_new(all[0]->error);
  dw_profile_merge(into, (const dw_profile *const *)all, count, NULL);
  return into;
}

static void restore(const dw_comparison_job *job, const dw_profile *profile, dw_dataset *set)
{
  dw_dataset_init(set, &(dw_dataset_options){0});
  dw_profile_dataset(profile, set);
  for (size_t i = profile->count; i-- > 0;) { /* what describes a column goes with it, and stands behind it */
    const dw_column *of = dw_dataset_find(set, profile->column[i]->name);
    if (!of) continue;
    bool described = of->describes != NULL;
    bool wanted = described ? !dw_patterns_match(job->columns.selection.exclude, of->name)
                            : dw_selection_wants((void *)(uintptr_t)&job->columns.selection, of->name, strlen(of->name));
    if (!wanted) dw_dataset_drop(set, profile->column[i]->name);
  }
}

/* all: ordered by value. */
static void restore_segments(const dw_comparison_job *job, dw_profile *const *all, size_t count, dw_dataset *set)
{
  set->segments = dw_segments_new(&(dw_dataset_options){.by = job->settings->by});
  for (size_t i = 0, next; i < count; i = next) {
    for (next = i; next < count && same_text(all[next]->value, all[i]->value);) next++;
    size_t place = DW_SEGMENTS_ROOM;
    if (all[i]->value) place = dw_map_intern(&set->segments->values, all[i]->value, strlen(all[i]->value));
    if (place >= DW_SEGMENTS_MOST && all[i]->value) {
      set->segments->full = true;
      return;
    }
    dw_profile *one = merged(all + i, next - i);
    set->segments->set[place] = dw_alloc(sizeof(dw_dataset));
    restore(job, one, set->segments->set[place]);
    dw_profile_free(one);
  }
}

/* --- types that were declared as the profile was made --- */

static void take_types(dw_comparison_job *job, const dw_profile *profile)
{
  size_t count = job->compare.type_count;
  dw_type_choice *type = dw_alloc_zero(count + profile->count, sizeof *type);
  if (count) memcpy(type, job->type, count * sizeof *type);
  for (size_t i = 0; i < profile->count; i++) {
    const dw_profile_column *column = profile->column[i];
    if (column->declared == DW_TYPES || dw_compare_type_choice(&job->compare, column->name)) continue;
    type[count++] =
        (dw_type_choice){dw_arena_strndup(&job->limits.words, column->name, strlen(column->name)), column->declared, true, true};
  }
  dw_free(job->type);
  job->compare.type = job->type = type;
  job->compare.type_count = count;
}

static dw_status check_types(const dw_comparison_job *job, const dw_profile *profile, const char *name, dw_err *err)
{
  for (size_t i = 0; i < profile->count; i++) {
    const dw_profile_column *column = profile->column[i];
    const dw_type_choice *choice = dw_compare_type_choice(&job->compare, column->name);
    if (column->declared == DW_TYPES || (choice && choice->type == column->declared)) continue;
    return dw_err_at(err, DW_EDATA, name, 0, 0, "\"%s\" was profiled with --types %s=%s: give the same here, and to the reference",
                     column->name, column->name, dw_type_name(column->declared));
  }
  return DW_OK;
}

/* --- reading --- */

static void note_origin(dw_comparison_job *job, int side, const dw_profile_merging *work, dw_profile *const *all, size_t count,
                        const dw_profile *whole)
{
  dw_comparison_profiled *of = &job->profiled[side];
  *of = (dw_comparison_profiled){.profiles = whole->merged};
  for (size_t i = 0; i < count; i++)
    if (all[i]->error > of->rank_error) of->rank_error = all[i]->error;
  if (all[0]->time) of->time = dw_arena_strndup(&job->limits.words, all[0]->time, strlen(all[0]->time));
  dw_profile_merging_digest(work, of->digest);
  dw_profile_merging_stages(work, &job->profile_stages);
  for (size_t i = 0; i < whole->count; i++) dw_roster_add(&job->names, whole->column[i]->name, strlen(whole->column[i]->name));
  if (of->time) dw_roster_add(&job->names, of->time, strlen(of->time));
}

static dw_status take_profiles(dw_comparison_job *job, const dw_profile_merging *work, const char *name, dw_dataset *side, dw_err *err)
{
  size_t count;
  dw_profile *const *found = dw_profile_merging_all(work, &count);
  dw_profile **all = dw_alloc_array(count, sizeof *all);
  for (size_t i = 0; i < count; i++) all[i] = found[i];
  dw_status status = DW_OK;
  for (size_t i = 0; i < count && status == DW_OK; i++) status = dw_profile_rename(all[i], job->renames, name, err);
  if (status == DW_OK) status = check_keys(job, all, count, name, err);
  dw_profile *whole = status == DW_OK ? merged(all, count) : NULL;
  bool reference = side == &job->reference;
  if (whole) note_origin(job, !reference, work, all, count, whole);
  if (whole && reference) take_types(job, whole);
  else if (whole) status = check_types(job, whole, name, err);
  if (status == DW_OK) {
    dw_dataset_free(side);
    restore(job, whole, side);
    job->skipped += whole->skipped;
    if (job->settings->by) restore_segments(job, all, count, side);
  }
  dw_profile_free(whole);
  dw_free(all);
  return status;
}

/* Of several files one, for made_by: their digest is that of their digests. */
static void add_input(dw_made_input *all, const dw_made_input *one, size_t number, dw_digest *digest)
{
  dw_digest_add(digest, one->digest, strlen(one->digest));
  if (number == 0) *all = *one;
  else {
    all->bytes += one->bytes;
    all->rows += one->rows;
    dw_digest_text(digest, all->digest);
  }
}

dw_status dw_comparison_read_profiles(dw_comparison_job *job, const dw_comparison_source *source, dw_input *begun, dw_dataset *side,
                                      dw_err *err)
{
  dw_made_input input = {0}, one;
  dw_profile_merging *work = NULL;
  dw_digest digest;
  const char *first = dw_input_name(begun);
  dw_digest_init(&digest);
  dw_profile_merging_options how = {.threads = (unsigned)job->settings->threads, .memory = job->settings->memory / 2, .alone = true};
  dw_status status = refuse(job, first, err);
  if (status == DW_OK) status = dw_profile_merging_open(&work, &how, job->notices, err);
  for (size_t i = 0; status == DW_OK && (i == 0 || i < source->paths.count); i++) {
    const char *path = source->paths.count ? source->paths.text[i] : "-";
    status = i == 0 ? dw_profile_merging_take(work, begun, path, &one, err) : dw_profile_merging_read(work, path, &one, err);
    if (status == DW_OK) add_input(&input, &one, i, &digest);
  }
  if (status == DW_OK) status = take_profiles(job, work, first, side, err);
  if (status == DW_OK) {
    dw_profile_merging_report(work);
    job->input[job->input_count++] = input;
  }
  dw_profile_merging_free(work);
  dw_input_close(begun);
  return status;
}

/* --- both sides read --- */

static dw_status check_descriptions(const dw_comparison_job *job, const dw_dataset *profiled, const dw_dataset *other, dw_err *err)
{
  for (size_t i = 0; i < other->column_count; i++) {
    const dw_column *column = other->column[i];
    if (!column->describes || dw_dataset_find(profiled, column->name) || !dw_dataset_find(profiled, column->describes->name)) continue;
    return dw_err_set(err, DW_EDATA, "--describe: the profile of the %s was made without --describe %s",
                      profiled == &job->reference ? "reference" : "current data", column->describes->name);
  }
  return DW_OK;
}

/* --describe, of a side whose profile has texts to describe and no description of any. */
static dw_status check_described(const dw_comparison_job *job, const dw_dataset *set, dw_err *err)
{
  const dw_text_list *describe = &job->settings->describe;
  for (size_t k = 0; set->profiled && k < describe->count; k++) {
    bool described = false, texts = false;
    for (size_t i = 0; i < set->column_count; i++) {
      const dw_column *column = set->column[i], *of = column->describes;
      described |= of && dw_text_match(describe->text[k], of->name);
      texts |= !of && column->tag[DW_STRING] && dw_text_match(describe->text[k], column->name);
    }
    if (texts && !described)
      return dw_err_set(err, DW_EDATA, "--describe: the profile of the %s was made without --describe %s",
                        set == &job->reference ? "reference" : "current data", describe->text[k]);
  }
  return DW_OK;
}

static dw_status fail_types(const char *side, const char *name, const char *what, dw_type type, dw_err *err)
{
  return dw_err_set(err, DW_EDATA, "--types %s=%s: the profile of the %s %s: it has to be made with --types %s=%s, too", name,
                    dw_type_name(type), side, what, name, dw_type_name(type));
}

/* Numbers of a column of texts become texts, as a reader would have taken them. */
static dw_status read_as_asked(const dw_comparison_job *job, dw_dataset *set, const char *side, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; i < set->column_count && status == DW_OK; i++) {
    dw_column *column = set->column[i];
    const dw_type_choice *choice = column->describes ? NULL : dw_compare_type_choice(&job->compare, column->name);
    if (!choice) continue;
    bool texts = choice->type == DW_TYPE_CATEGORICAL || choice->type == DW_TYPE_IDENTIFIER || choice->type == DW_TYPE_TEXT;
    bool known = dw_column_rank_error(column) == 0 && !(column->spellings && column->spellings->many);
    if (texts && dw_column_numbers(column) > 0 && !known)
      return fail_types(side, column->name, "holds numbers, and not how each was written", choice->type, err);
    if (choice->type == DW_TYPE_NUMERIC && (column->texts_lost || column->texts_cut || column->endless))
      return fail_types(side, column->name, "names the most frequent of its texts alone", choice->type, err);
    if (texts && dw_column_numbers(column) > 0) dw_column_read_spelled(column);
  }
  for (size_t k = 0; set->segments && k <= DW_SEGMENTS_ROOM && status == DW_OK; k++)
    if (set->segments->set[k]) status = read_as_asked(job, set->segments->set[k], side, err);
  return status;
}

dw_status dw_comparison_settle_profiles(dw_comparison_job *job, dw_err *err)
{
  dw_dataset *side[] = {&job->reference, &job->current};
  dw_status status = DW_OK;
  for (int i = 0; i < 2 && status == DW_OK; i++) {
    const char *time = job->profiled[i].time;
    if (!side[i]->profiled) continue;
    const dw_column *instants = time ? dw_dataset_find(side[i], time) : NULL;
    if (time && (!instants || instants->tag[DW_ABSENT] == instants->rows)) { /* what its windows are of is no column of it */
      dw_dataset_drop(side[i], time);
      dw_dataset_drop(side[!i], time);
    }
    status = check_descriptions(job, side[i], side[!i], err);
    if (status == DW_OK) status = check_described(job, side[i], err);
    if (status == DW_OK) status = read_as_asked(job, side[i], i ? "current data" : "reference", err);
    if (status != DW_OK) break;
    for (size_t k = 0; k < side[i]->column_count; k++) {
      const dw_column *column = side[i]->column[k];
      if (column->describes && !dw_dataset_find(side[!i], column->name) && dw_dataset_find(side[!i], column->describes->name))
        dw_notices_warn(job->notices, "\"%s\" is in the profile alone: --describe %s compares it", column->name, column->describes->name);
    }
  }
  return status;
}
