#include "data/profiles/profiling.h"

#include <stdlib.h>

#include "base/num.h"
#include "data/datasets/column_names.h"
#include "data/frames/usable.h"
#include "data/profiles/profile_among.h"
#include "data/profiles/regrouped.h"
#include "io/formats/formats.h"
#include "io/reader/reader_run.h"
#include "io/record/instant.h"

/* The records of one value and one window. */
typedef struct group {
  dw_dataset set;
  dw_profile *before; /* what was made of its earlier records; NULL: nothing */
  bool open;          /* set holds records */
  size_t bytes;       /* that set held last */
  char *value;        /* NULL: records without one */
  int64_t start, end;
} group;

typedef struct type_choice {
  char *column; /* a name, or a pattern */
  dw_type type;
} type_choice;

struct dw_profiling {
  const dw_profiling_settings *settings;
  const dw_notices *notices;
  dw_selection selection;
  dw_roster names;
  type_choice *type;
  dw_time_format time_format;
  dw_chunk_options cut;
  dw_parallel_team *team;
  dw_map keys; /* of groups: window and value */
  group **group;
  size_t group_capacity, held; /* bytes that all groups hold */
  uint64_t skipped;
  dw_usable usable;
  dw_regrouped rows;
  uint32_t *place, *local; /* [rows] the group of each row, and which of the batch's groups that is */
  size_t place_capacity, local_capacity;
  size_t *here; /* the groups of the batch at hand */
  size_t here_count, here_capacity;
  uint32_t *mark; /* [groups] which of the batch's groups it is, + 1 */
  size_t mark_capacity;
  dw_buf scratch, key;
};

/* --- settings --- */

static dw_patterns patterns_of(const dw_text_list *list) { return (dw_patterns){list->text, list->count}; }

static const type_choice *choice_of(const dw_profiling *work, const char *name)
{
  for (size_t i = work->settings->types.count; i-- > 0;)
    if (dw_text_match(work->type[i].column, name)) return &work->type[i];
  return NULL;
}

static dw_type declared(void *context, const char *name)
{
  const type_choice *choice = choice_of(context, name);
  return choice ? choice->type : DW_TYPES;
}

static bool wants(void *context, const char *name, size_t length)
{
  return dw_selection_wants(&((dw_profiling *)context)->selection, name, length);
}

static bool as_text(void *context, const char *name, size_t length)
{
  const dw_profiling *work = context;
  if (work->settings->time_format && work->settings->time && dw_text_equal(name, length, work->settings->time)) return true;
  char *text = dw_strndup(name, length);
  const type_choice *choice = choice_of(work, text);
  dw_free(text);
  return choice && (choice->type == DW_TYPE_CATEGORICAL || choice->type == DW_TYPE_IDENTIFIER || choice->type == DW_TYPE_TEXT);
}

static bool keeps_texts(void *context, const char *name)
{
  const type_choice *choice = choice_of(context, name);
  return choice && (choice->type == DW_TYPE_CATEGORICAL || choice->type == DW_TYPE_NUMERIC);
}

static dw_status set_types(dw_profiling *work, dw_err *err)
{
  const dw_text_list *types = &work->settings->types;
  work->type = dw_alloc_zero(types->count, sizeof *work->type);
  for (size_t i = 0; i < types->count; i++) {
    const char *word = types->text[i], *equals = strrchr(word, '=');
    if (!equals || !dw_type_from_name(equals + 1, &work->type[i].type))
      return dw_err_usage(err, "--types: \"%s\" is not COLUMN=TYPE with numeric, categorical, text, datetime, identifier or vector", word);
    work->type[i].column = dw_strndup(word, (size_t)(equals - word));
  }
  return DW_OK;
}

static dw_status set_windows(dw_profiling *work, dw_err *err)
{
  const dw_profiling_settings *set = work->settings;
  if (set->every && !set->time) return dw_err_usage(err, "--every needs --time COLUMN");
  if (set->every && !dw_chunk_period(set->every, &work->cut))
    return dw_err_usage(err, "--every: \"%s\" is neither a duration such as 1d or 12h, nor D, W, M, Q or Y", set->every);
  if (set->time_format && !set->time) return dw_err_usage(err, "--time-format goes with --time COLUMN");
  return set->time_format ? dw_time_format_parse(&work->time_format, set->time_format, err) : DW_OK;
}

dw_status dw_profiling_open(dw_profiling **out, const dw_profiling_settings *settings, const dw_notices *notices, dw_err *err)
{
  dw_profiling *work = *out = dw_alloc_zero(1, sizeof *work);
  work->settings = settings;
  work->notices = notices;
  dw_map_init(&work->keys);
  dw_roster_init(&work->names);
  work->selection = (dw_selection){.only = patterns_of(&settings->columns),
                                   .exclude = patterns_of(&settings->exclude),
                                   .by = settings->by,
                                   .time = settings->time,
                                   .need_time = settings->every != NULL,
                                   .names = &work->names};
  dw_status status = set_types(work, err);
  if (status == DW_OK) status = set_windows(work, err);
  if (status == DW_OK) work->team = dw_parallel_team_new((unsigned)settings->threads);
  if (status == DW_OK) return DW_OK;
  dw_profiling_free(work);
  *out = NULL;
  return status;
}

static void group_free(group *g)
{
  if (g->open) dw_dataset_free(&g->set);
  dw_profile_free(g->before);
  dw_free(g->value);
  dw_free(g);
}

void dw_profiling_free(dw_profiling *work)
{
  if (!work) return;
  for (size_t i = 0; i < work->keys.count; i++) group_free(work->group[i]);
  dw_free(work->group);
  for (size_t i = 0; work->type && i < work->settings->types.count; i++) dw_free(work->type[i].column);
  dw_free(work->type);
  dw_roster_free(&work->names);
  dw_parallel_team_free(work->team);
  dw_map_free(&work->keys);
  dw_usable_free(&work->usable);
  dw_regrouped_free(&work->rows);
  dw_free(work->place);
  dw_free(work->local);
  dw_free(work->here);
  dw_free(work->mark);
  dw_buf_free(&work->scratch);
  dw_buf_free(&work->key);
  dw_free(work);
}

/* --- groups --- */

static bool grouped(const dw_profiling *work) { return work->settings->by || work->settings->every; }

static void open_set(dw_profiling *work, group *g)
{
  const dw_profiling_settings *set = work->settings;
  dw_dataset_init(&g->set, &(dw_dataset_options){.memory = dw_size(set->memory / 2),
                                                 .keep_texts = keeps_texts,
                                                 .context = work,
                                                 .describe = patterns_of(&set->describe),
                                                 .describe_not = patterns_of(&set->exclude),
                                                 .pass = set->every ? set->time : NULL,
                                                 .summary_size = dw_sketch_size_for(set->error),
                                                 .team = grouped(work) ? NULL : work->team});
  g->open = true;
}

/* What a group has so far becomes a profile, which takes less room. */
static dw_status close_set(dw_profiling *work, group *g, unsigned threads, dw_err *err)
{
  if (!g->open) return DW_OK;
  dw_profile *made;
  dw_dataset_finish(&g->set, threads);
  dw_status status = dw_profile_of(&made, &g->set, work->settings->error, declared, work, err);
  dw_dataset_free(&g->set);
  g->open = false;
  work->held -= g->bytes;
  g->bytes = 0;
  if (status != DW_OK) return status;
  if (g->before) {
    dw_profile_merge(g->before, &(const dw_profile *){made}, 1, NULL);
    g->before->merged = 1;
    dw_profile_free(made);
  } else {
    g->before = made;
  }
  return DW_OK;
}

static uint32_t group_of(dw_profiling *work, const char *value, size_t length, int64_t start)
{
  work->key.length = 0;
  dw_buf_add(&work->key, &start, sizeof start);
  dw_buf_char(&work->key, value ? 'v' : '-');
  dw_buf_add(&work->key, value, length);
  uint32_t place = dw_map_intern(&work->keys, work->key.data, work->key.length);
  work->group = dw_grow(work->group, &work->group_capacity, work->keys.count, sizeof *work->group);
  size_t before = work->mark_capacity;
  work->mark = dw_grow(work->mark, &work->mark_capacity, work->keys.count, sizeof *work->mark);
  memset(work->mark + before, 0, (work->mark_capacity - before) * sizeof *work->mark);
  return place;
}

/* The value of a cell as text: the number 1 and the string "1" are one, true is "true"; NULL: there is none. */
static const char *value_text(dw_profiling *work, const dw_batch *batch, const dw_batch_column *cells, size_t row, size_t *length)
{
  static const char *const words[] = {"false", "true"};
  dw_tag tag = cells ? (dw_tag)cells->tags[row] : DW_ABSENT;
  switch (tag) {
  case DW_INTEGER:
  case DW_REAL:
    work->scratch.length = 0;
    dw_buf_number(&work->scratch, cells->cells[row].number);
    *length = work->scratch.length;
    return work->scratch.data;
  case DW_FALSE:
  case DW_TRUE: *length = strlen(words[tag == DW_TRUE]); return words[tag == DW_TRUE];
  case DW_STRING:
  case DW_STRING_ESCAPED: return dw_cell_text(batch, tag, cells->cells[row], &work->scratch, length);
  default: *length = 0; return NULL;
  }
}

static dw_status place_rows(dw_profiling *work, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  enum { MOST = 1000000 };
  const dw_profiling_settings *set = work->settings;
  const dw_batch_column *by = set->by ? dw_reader_find(reader, batch, set->by) : NULL;
  const dw_batch_column *time = set->every ? dw_reader_find(reader, batch, set->time) : NULL;
  int64_t instant = 0, start = 0, end = 0;
  work->place = dw_grow(work->place, &work->place_capacity, batch->rows, sizeof *work->place);
  for (size_t row = 0; row < batch->rows; row++) {
    size_t length;
    if (time) {
      dw_instant_cell(set->time_format ? &work->time_format : NULL, batch, (dw_tag)time->tags[row], time->cells[row], &work->scratch,
                      &instant);
      if (instant < start || instant >= end) dw_chunk_around(instant, &work->cut, &start, &end);
    }
    const char *value = value_text(work, batch, by, row, &length);
    size_t before = work->keys.count;
    uint32_t place = work->place[row] = group_of(work, value, length, start);
    if (place < before) continue;
    work->group[place] = dw_alloc_zero(1, sizeof **work->group);
    work->group[place]->value = value ? dw_strndup(value, length) : NULL;
    work->group[place]->start = start;
    work->group[place]->end = end;
    if (work->keys.count > MOST) return dw_err_set(err, DW_EDATA, "more than %d values and windows: --by and --every take fewer", MOST);
  }
  return DW_OK;
}

typedef struct adding {
  dw_profiling *work;
  const dw_reader *reader;
} adding;

static void add_part(void *context, size_t item, unsigned thread)
{
  const adding *a = context;
  dw_profiling *work = a->work;
  dw_batch part;
  dw_batch_column *columns = dw_alloc_array(work->rows.batch->column_count, sizeof *columns);
  dw_regrouped_part(&work->rows, item, &part, columns);
  dw_dataset_add(&work->group[work->here[item]]->set, a->reader, &part, NULL);
  dw_free(columns);
}

/* Those of a batch, numbered from 0. */
static void number_groups(dw_profiling *work, size_t rows)
{
  work->here_count = 0;
  work->local = dw_grow(work->local, &work->local_capacity, rows, sizeof *work->local);
  for (size_t row = 0; row < rows; row++) {
    uint32_t place = work->place[row];
    if (!work->mark[place]) {
      work->here = dw_grow(work->here, &work->here_capacity, work->here_count + 1, sizeof *work->here);
      work->here[work->here_count++] = place;
      work->mark[place] = (uint32_t)work->here_count;
    }
    work->local[row] = work->mark[place] - 1;
  }
  for (size_t i = 0; i < work->here_count; i++) work->mark[work->here[i]] = 0;
}

typedef struct by_size {
  size_t bytes, place;
} by_size;

static int falling(const void *a, const void *b)
{
  const by_size *x = a, *y = b;
  if (x->bytes != y->bytes) return x->bytes > y->bytes ? -1 : 1;
  return (x->place > y->place) - (x->place < y->place);
}

/* The largest groups are closed until half of what there is room for is left. */
static dw_status make_room(dw_profiling *work, dw_err *err)
{
  dw_status status = DW_OK;
  by_size *all = dw_alloc_array(work->keys.count, sizeof *all);
  for (size_t i = 0; i < work->keys.count; i++) all[i] = (by_size){work->group[i]->bytes, i};
  qsort(all, work->keys.count, sizeof *all, falling);
  for (size_t i = 0; i < work->keys.count && status == DW_OK && work->held > work->settings->memory / 4; i++)
    status = close_set(work, work->group[all[i].place], 1, err);
  dw_free(all);
  return status;
}

static dw_status take_batch(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err)
{
  enum { GROUP_BYTES = 2048 /* of a column that holds hardly anything */ };
  dw_profiling *work = context;
  const dw_profiling_settings *set = work->settings;
  dw_status status = DW_OK;
  dw_place place;
  if (dw_profile_among(reader, batch, &work->scratch, &place))
    return dw_record_fault(err, place, "a profile, and no record: profiles become one with --merge");
  if (set->every) status = dw_usable_instants(&work->usable, reader, &batch, set->time, set->time_format ? &work->time_format : NULL, err);
  if (status == DW_OK) status = place_rows(work, reader, batch, err);
  if (status != DW_OK || !batch->rows) return status;
  number_groups(work, batch->rows);
  for (size_t i = 0; i < work->here_count; i++)
    if (!work->group[work->here[i]]->open) open_set(work, work->group[work->here[i]]);
  if (!grouped(work)) {
    dw_dataset_add(&work->group[0]->set, reader, batch, NULL);
    return DW_OK;
  }
  dw_regrouped_make(&work->rows, batch, work->local, work->here_count);
  adding all = {work, reader};
  dw_parallel_team_run(work->team, work->here_count, add_part, &all);
  for (size_t i = 0; i < work->here_count; i++) {
    group *g = work->group[work->here[i]];
    size_t bytes = dw_dataset_bytes(&g->set) + g->set.column_count * GROUP_BYTES;
    work->held += bytes - g->bytes;
    g->bytes = bytes;
  }
  return work->held > set->memory / 2 ? make_room(work, err) : DW_OK;
}

/* --- reading and writing --- */

static dw_status check_names(dw_profiling *work, dw_err *err)
{
  dw_status status = dw_column_names_check_selection(&work->selection, "input", work->notices, err);
  if (status == DW_OK) status = dw_column_names_check("--by", work->settings->by, "input", &work->names, err);
  dw_column_names_warn_all("--describe", patterns_of(&work->settings->describe), &work->names, work->notices);
  for (size_t i = 0; i < work->settings->types.count; i++) {
    const char *column = work->type[i].column;
    dw_column_names_warn_all("--types", (dw_patterns){&column, 1}, &work->names, work->notices);
  }
  return status;
}

/* What a column that holds hardly anything takes, and so many as are read whatever --memory says. */
enum { COLUMN_BYTES = 7680, COLUMNS_ALWAYS = 4096 };

dw_status dw_profiling_read(dw_profiling *work, const dw_text_list *paths, dw_made_input *input, dw_err *err)
{
  const dw_profiling_settings *set = work->settings;
  uint64_t room = set->memory / COLUMN_BYTES;
  dw_reader_options options = {.format = dw_format_at(set->format),
                               .memory = dw_size(set->memory / 4),
                               .most_columns = room < COLUMNS_ALWAYS ? COLUMNS_ALWAYS
                                               : room < UINT32_MAX   ? (unsigned)room
                                                                     : 0,
                               .threads = (unsigned)set->threads,
                               .skip_errors = set->on_error,
                               .dialect = &set->dialect,
                               .spans = set->every != NULL,
                               .want = wants,
                               .as_text = set->types.count || set->time_format ? as_text : NULL,
                               .context = work};
  dw_reader *reader;
  dw_status status = dw_reader_open(&reader, paths->text, paths->count, &options, err);
  if (status != DW_OK) return status;
  status = dw_reader_run(reader, &(dw_batch_sink){take_batch, work}, work->notices, err);
  if (status == DW_OK) {
    dw_reader_report(reader, NULL, work->notices);
    *input = dw_reader_made_by(reader, paths->count ? paths->text[0] : "-");
    work->skipped = dw_reader_skipped(reader);
  }
  dw_reader_close(reader);
  /* An input without a record has no columns to hold names to: the empty share of a worker is not wrong. */
  if (status == DW_OK && (work->keys.count || work->names.map.count)) status = check_names(work, err);
  if (status != DW_OK || work->keys.count) return status;
  return dw_err_set(err, DW_ENODATA, "no records: there is nothing to make a profile of");
}

static int by_key(const void *a, const void *b)
{
  const group *x = *(group *const *)a, *y = *(group *const *)b;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  if (!x->value || !y->value) return (x->value != NULL) - (y->value != NULL);
  return strcmp(x->value, y->value);
}

static void set_keys(const dw_profiling *work, const group *g, dw_profile *profile)
{
  const dw_profiling_settings *set = work->settings;
  if (set->by) profile->by = dw_strdup(set->by);
  if (set->by && g->value) profile->value = dw_strdup(g->value);
  if (set->every) profile->time = dw_strdup(set->time);
  profile->start = set->every ? g->start : 0;
  profile->end = set->every ? g->end : 0;
}

dw_status dw_profiling_write(dw_profiling *work, const dw_buf *stages, const dw_profile_sink *sink, dw_err *err)
{
  dw_status status = DW_OK;
  group **all = dw_alloc_array(work->keys.count, sizeof *all);
  for (size_t i = 0; i < work->keys.count; i++) all[i] = work->group[i];
  qsort(all, work->keys.count, sizeof *all, by_key);
  for (size_t i = 0; i < work->keys.count && status == DW_OK; i++) {
    group *g = all[i];
    status = close_set(work, g, grouped(work) ? 1 : (unsigned)work->settings->threads, err);
    if (status != DW_OK) break;
    set_keys(work, g, g->before);
    if (i == 0) g->before->skipped = work->skipped;
    status = dw_profile_write_to(g->before, stages, sink, err);
    dw_profile_free(g->before);
    g->before = NULL;
  }
  dw_free(all);
  return status;
}
