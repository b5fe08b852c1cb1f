#include "data/profiles/profile_merging.h"

#include <stdlib.h>

#include "io/bytes/input.h"
#include "io/record/scanner.h"
#include "io/text/json.h"

enum {
  PORTION = 8 << 20, /* bytes of lines that are read together */
  LONGEST = 1 << 30, /* of a line: a profile of 65536 columns and more */
  STAGES_MOST = 64,  /* of all parts that made_by goes on with */
  STAGES_BYTES = 1 << 20
};

/* A line on its way to be read. */
typedef struct line_read {
  size_t offset, length;
  uint64_t number;
  dw_profile *profile; /* NULL: it is no profile, or wrong: */
  dw_status status;
  dw_err err;
} line_read;

/* The window that a profile had before it became a longer one. */
typedef struct window_before {
  size_t place;
  const char *time; /* "": it had none */
  int64_t start, end;
  const char *file;
  uint64_t line;
} window_before;

struct dw_profile_merging {
  const dw_profile_merging_options *how;
  const dw_notices *notices;
  dw_chunk_options cut;
  bool all; /* all windows become one profile, without a window */
  dw_parallel_team *team;
  dw_map keys;
  dw_profile **into; /* [keys.count] */
  size_t into_capacity;
  dw_buf order;   /* the digests of all, one behind the other */
  dw_map digests; /* of what was merged: the same one twice is a slip */
  dw_map stages;
  size_t stages_bytes;
  const char *name; /* of the input at hand */
  dw_buf text;      /* its lines that are read together */
  line_read *line;
  size_t line_count, line_capacity;
  uint64_t number; /* of the last line */
  uint64_t rows, bytes, twice, skipped;
  dw_buf key;
  window_before *window; /* with --every */
  size_t window_count, window_capacity;
  dw_arena words; /* of these */
  const char *file;
};

dw_status dw_profile_merging_open(dw_profile_merging **out, const dw_profile_merging_options *how, const dw_notices *notices, dw_err *err)
{
  dw_profile_merging *work = *out = NULL;
  dw_chunk_options cut = {0};
  bool all = how->every && strcmp(how->every, "all") == 0;
  if (how->every && !all && !dw_chunk_period(how->every, &cut))
    return dw_err_usage(err, "--every: \"%s\" is neither a duration such as 1d or 12h, nor D, W, M, Q, Y or all", how->every);
  work = *out = dw_alloc_zero(1, sizeof *work);
  work->how = how;
  work->notices = notices;
  work->cut = cut;
  work->all = all;
  work->team = dw_parallel_team_new(how->threads);
  dw_map_init(&work->keys);
  dw_map_init(&work->digests);
  dw_map_init(&work->stages);
  dw_arena_init(&work->words);
  return DW_OK;
}

void dw_profile_merging_free(dw_profile_merging *work)
{
  if (!work) return;
  for (size_t i = 0; i < work->keys.count; i++) dw_profile_free(work->into[i]);
  dw_free(work->into);
  dw_parallel_team_free(work->team);
  dw_map_free(&work->keys);
  dw_map_free(&work->digests);
  dw_buf_free(&work->order);
  dw_map_free(&work->stages);
  dw_buf_free(&work->text);
  dw_free(work->line);
  dw_buf_free(&work->key);
  dw_free(work->window);
  dw_arena_free(&work->words);
  dw_free(work);
}

/* --- lines --- */

static bool blank(const char *text, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (text[i] != ' ' && text[i] != '\t' && text[i] != '\r') return false;
  return true;
}

/* Whether it is (meant to be) a profile: the first member says so, or it is no other document. */
static bool told(const char *text, size_t length, bool alone)
{
  dw_value *value;
  dw_err err;
  size_t look = 0;
  static const char kind[] = "{\"kind\":\"";
  while (look < length && look < sizeof kind - 1 && text[look] == kind[look]) look++;
  if (look == sizeof kind - 1) return length - look >= 8 && memcmp(text + look, "profile\"", 8) == 0;
  if (dw_value_parse(&value, text, length, "", 1, &err) != DW_OK) return true; /* what is wrong is said by who reads it */
  const char *what = dw_value_text_of(value, "kind", NULL);
  bool other = what ? strcmp(what, "profile") != 0 : alone;
  dw_value_free(value);
  return !other;
}

static void read_line(void *context, size_t item, unsigned thread)
{
  dw_profile_merging *work = context;
  line_read *line = &work->line[item];
  const char *text = work->text.data + line->offset;
  line->profile = NULL;
  line->status = DW_OK;
  if (told(text, line->length, work->how->alone))
    line->status = dw_profile_read(&line->profile, text, line->length, work->name, line->number, &line->err);
  else if (work->how->alone)
    line->status = dw_err_at(&line->err, DW_EDATA, work->name, line->number, 0,
                             "another document or a record among profiles: what is compared is profiles, or records");
}

/* --- keys --- */

static dw_status coarsen(dw_profile_merging *work, dw_profile *profile, const line_read *line, dw_err *err)
{
  if (!work->how->every) return DW_OK;
  if (work->all) {
    dw_free(profile->time);
    profile->time = NULL;
    profile->start = profile->end = 0;
    return DW_OK;
  }
  if (!profile->time)
    return dw_err_at(err, DW_EDATA, work->name, line->number, 0, "--every: a profile without a window, made without --every");
  int64_t start, end;
  dw_chunk_around(profile->start, &work->cut, &start, &end);
  if (profile->end > end)
    return dw_err_at(err, DW_EDATA, work->name, line->number, 0, "--every %s: the window of this profile is longer, or lies across two",
                     work->how->every);
  profile->start = start;
  profile->end = end;
  return DW_OK;
}

static void key_text(dw_buf *key, const char *text)
{
  dw_buf_char(key, text ? 't' : '-');
  if (text) dw_buf_add(key, text, strlen(text) + 1);
}

/* --- windows that become longer ones --- */

static window_before window_of(dw_profile_merging *work, const dw_profile *profile, uint64_t line)
{
  const char *time = profile->time ? profile->time : "";
  if (work->window_count && strcmp(work->window[work->window_count - 1].time, time) == 0) time = work->window[work->window_count - 1].time;
  else time = dw_arena_strndup(&work->words, time, strlen(time));
  return (window_before){.time = time, .start = profile->start, .end = profile->end, .file = work->file, .line = line};
}

static void note_window(dw_profile_merging *work, window_before window, size_t place)
{
  if (!work->how->every) return;
  window.place = place;
  work->window = dw_grow(work->window, &work->window_capacity, work->window_count + 1, sizeof *work->window);
  work->window[work->window_count++] = window;
}

static int by_window(const void *a, const void *b)
{
  const window_before *x = a, *y = b;
  if (x->place != y->place) return (x->place > y->place) - (x->place < y->place);
  if (x->start != y->start) return (x->start > y->start) - (x->start < y->start);
  return (x->end > y->end) - (x->end < y->end);
}

/* Hours beside their day hold the same records. The same window twice is two parts of it. */
static dw_status check_windows(dw_profile_merging *work, dw_err *err)
{
  if (work->window_count) qsort(work->window, work->window_count, sizeof *work->window, by_window);
  for (size_t i = 1; i < work->window_count; i++) {
    const window_before *one = &work->window[i - 1], *next = &work->window[i];
    if (one->place != next->place) continue;
    if (strcmp(one->time, next->time) != 0)
      return dw_err_at(err, DW_EDATA, next->file, next->line, 0,
                       "--every %s: a profile %s, and that of %s:%llu %s: their records may count twice, merge them apart",
                       work->how->every, *next->time ? "of a window" : "without a window", one->file, (unsigned long long)one->line,
                       *one->time && *next->time ? "is of a window of another column"
                       : *one->time              ? "has one"
                                                 : "has none");
    if (next->start < one->end && (next->start != one->start || next->end != one->end))
      return dw_err_at(err, DW_EDATA, next->file, next->line, 0,
                       "--every %s: the window of this profile overlaps that of %s:%llu: their records would count twice, give one of them",
                       work->how->every, one->file, (unsigned long long)one->line);
  }
  return DW_OK;
}

/* The merged profile that this one goes into. */
static size_t place_of(dw_profile_merging *work, const dw_profile *profile)
{
  dw_buf *key = &work->key;
  key->length = 0;
  key_text(key, profile->by);
  key_text(key, profile->value);
  key_text(key, profile->time);
  dw_buf_add(key, &profile->start, sizeof profile->start);
  dw_buf_add(key, &profile->end, sizeof profile->end);
  size_t before = work->keys.count, place = dw_map_intern(&work->keys, key->data, key->length);
  if (place < before) return place;
  dw_profile *into = dw_profile_new(work->how->error > 0 ? work->how->error : profile->error);
  if (profile->by) into->by = dw_strdup(profile->by);
  if (profile->value) into->value = dw_strdup(profile->value);
  if (profile->time) into->time = dw_strdup(profile->time);
  into->start = profile->start;
  into->end = profile->end;
  work->into = dw_grow(work->into, &work->into_capacity, before + 1, sizeof(dw_profile *));
  work->into[place] = into;
  return place;
}

static void note(dw_profile_merging *work, const dw_profile *profile)
{
  size_t before = work->digests.count;
  work->twice += dw_map_intern(&work->digests, profile->digest, DW_SHA256) < before;
  dw_buf_add(&work->order, profile->digest, DW_SHA256);
  work->rows += profile->rows;
  if (work->stages.count > STAGES_MOST || work->stages_bytes > STAGES_BYTES || !profile->stages.length) return;
  before = work->stages.count;
  if (dw_map_intern(&work->stages, profile->stages.data, profile->stages.length) == before) work->stages_bytes += profile->stages.length;
}

/* --- merging what was read together --- */

/* Profiles of one place side by side, in the order of their lines. */
static void merge_places(dw_profile_merging *work, const size_t *place, const dw_profile **profile, size_t count)
{
  const dw_profile **same = dw_alloc_array(count, sizeof *same);
  uint8_t *done = dw_alloc_zero(count, 1);
  for (size_t i = 0; i < count; i++) {
    if (done[i]) continue;
    dw_profile *into = work->into[place[i]];
    size_t n = 0;
    for (size_t k = i; k < count; k++) {
      if (done[k] || place[k] != place[i]) continue;
      done[k] = 1;
      same[n++] = profile[k];
      if (!(work->how->error > 0) && profile[k]->error > into->error) into->error = profile[k]->error;
    }
    dw_profile_merge(into, same, n, work->team);
  }
  dw_free(same);
  dw_free(done);
}

/* Sketches give up what their error allows when all of them together take too much. */
static dw_status make_room(dw_profile_merging *work, dw_err *err)
{
  size_t held = 0;
  for (size_t i = 0; i < work->keys.count; i++) held += dw_profile_bytes(work->into[i]);
  if (held < work->how->memory / 2) return DW_OK;
  held = 0;
  for (size_t i = 0; i < work->keys.count; i++) {
    dw_profile *into = work->into[i];
    for (size_t k = 0; k < into->count; k++)
      if (into->column[k]->numbers.sketch) dw_sketch_reduce(into->column[k]->numbers.sketch, into->error);
    held += dw_profile_bytes(into);
  }
  if (held < work->how->memory) return DW_OK;
  return dw_err_set(err, DW_ENODATA, "the merged profiles take more than --memory: merge fewer values and windows at a time, or give more");
}

static dw_status take_lines(dw_profile_merging *work, dw_err *err)
{
  dw_status status = DW_OK;
  size_t count = 0;
  size_t *place = dw_alloc_array(work->line_count, sizeof *place);
  const dw_profile **profile = dw_alloc_array(work->line_count, sizeof *profile);
  dw_parallel_team_run(work->team, work->line_count, read_line, work);
  for (size_t i = 0; i < work->line_count && status == DW_OK; i++) {
    line_read *line = &work->line[i];
    window_before window = {0};
    if (line->status == DW_OK && line->profile) window = window_of(work, line->profile, line->number);
    if (line->status == DW_OK && line->profile) line->status = coarsen(work, line->profile, line, &line->err);
    if (line->status != DW_OK && work->how->skip_errors) {
      if (work->skipped++ == 0) dw_notices_warn(work->notices, "left out: %s", line->err.message);
    } else if (line->status != DW_OK) {
      *err = line->err;
      status = line->status;
    } else if (line->profile) {
      note(work, line->profile);
      place[count] = place_of(work, line->profile);
      note_window(work, window, place[count]);
      profile[count++] = line->profile;
    }
  }
  if (status == DW_OK) merge_places(work, place, profile, count);
  for (size_t i = 0; i < work->line_count; i++) dw_profile_free(work->line[i].profile);
  work->line_count = 0;
  dw_free(place);
  dw_free(profile);
  return status == DW_OK ? make_room(work, err) : status;
}

/* Notes the lines of text[from..); what is behind the last line end stays. all: there is no more to come. */
static size_t cut_lines(dw_profile_merging *work, bool all)
{
  size_t at = 0;
  dw_buf_room(&work->text, DW_BLOCK_PADDING + 1);
  if (all && work->text.length && work->text.data[work->text.length - 1] != '\n') {
    dw_notices_warn(work->notices, "%s: the last line has no line end: the file may have been cut", work->name);
    dw_buf_char(&work->text, '\n');
  }
  memset(dw_buf_room(&work->text, DW_BLOCK_PADDING), 0, DW_BLOCK_PADDING);
  for (char *end; at < work->text.length && (end = memchr(work->text.data + at, '\n', work->text.length - at));) {
    size_t length = (size_t)(end - work->text.data) - at;
    work->number++;
    if (!blank(work->text.data + at, length)) {
      work->line = dw_grow(work->line, &work->line_capacity, work->line_count + 1, sizeof *work->line);
      work->line[work->line_count++] = (line_read){.offset = at, .length = length, .number = work->number};
    }
    at += length + 1;
  }
  return at;
}

static dw_status take_portion(dw_profile_merging *work, bool all, dw_err *err)
{
  size_t used = cut_lines(work, all);
  dw_status status = take_lines(work, err);
  if (used) memmove(work->text.data, work->text.data + used, work->text.length - used);
  work->text.length -= used;
  if (status == DW_OK && work->text.length > LONGEST)
    status = dw_err_at(err, DW_EDATA, work->name, work->number + 1, 0, "a line of more than 1 GiB is no profile");
  return status;
}

dw_status dw_profile_merging_take(dw_profile_merging *work, dw_input *from, const char *path, dw_made_input *input, dw_err *err)
{
  uint64_t rows = work->rows, bytes = 0;
  dw_status status = DW_OK;
  work->name = dw_input_name(from);
  work->file = dw_arena_strndup(&work->words, work->name, strlen(work->name));
  work->number = 0;
  for (size_t count = 1, wanted = PORTION; status == DW_OK && count > 0;) {
    status = dw_input_read(from, dw_buf_room(&work->text, wanted), wanted, &count, err);
    if (status != DW_OK) break;
    work->text.length += count;
    bytes += count;
    if (count > 0 && work->text.length < PORTION) continue;
    status = take_portion(work, count == 0, err);
    dw_notices_progress(work->notices, &(dw_progress){.rows = work->rows, .bytes = work->bytes + bytes, .share = -1});
  }
  dw_notices_progress(work->notices, NULL);
  work->bytes += bytes;
  if (status == DW_OK) {
    *input = (dw_made_input){.name = path, .bytes = bytes, .rows = work->rows - rows};
    dw_digest_text(dw_input_digest(from), input->digest);
  }
  work->text.length = 0;
  return status;
}

dw_status dw_profile_merging_read(dw_profile_merging *work, const char *path, dw_made_input *input, dw_err *err)
{
  dw_input *from;
  dw_status status = dw_input_open(&from, path, err);
  if (status == DW_OK) status = dw_profile_merging_take(work, from, path, input, err);
  dw_input_close(from);
  return status;
}

dw_profile *const *dw_profile_merging_all(const dw_profile_merging *work, size_t *count)
{
  *count = work->keys.count;
  return work->into;
}

/* --- writing --- */

static int texts_order(const char *a, const char *b)
{
  if (!a || !b) return (a != NULL) - (b != NULL);
  return strcmp(a, b);
}

static int by_key(const void *a, const void *b)
{
  const dw_profile *x = *(dw_profile *const *)a, *y = *(dw_profile *const *)b;
  int order = texts_order(x->time, y->time);
  if (!order) order = (x->start > y->start) - (x->start < y->start);
  if (!order) order = (x->end > y->end) - (x->end < y->end);
  if (!order) order = texts_order(x->by, y->by);
  return order ? order : texts_order(x->value, y->value);
}

void dw_profile_merging_stages(const dw_profile_merging *work, dw_buf *out)
{
  bool few = work->stages.count <= STAGES_MOST && work->stages_bytes <= STAGES_BYTES;
  for (size_t i = 0; few && i < work->stages.count; i++) dw_made_by_append(out, work->stages.keys[i].text, work->stages.keys[i].length);
}

void dw_profile_merging_digest(const dw_profile_merging *work, char out[DW_SHA256 + 1])
{
  if (work->order.length == DW_SHA256) memcpy(out, work->order.data, DW_SHA256);
  else dw_sha256(work->order.data, work->order.length, out);
  out[DW_SHA256] = '\0';
}

void dw_profile_merging_report(const dw_profile_merging *work)
{
  if (work->skipped) dw_notices_warn(work->notices, "%llu lines were left out", (unsigned long long)work->skipped);
  if (work->twice)
    dw_notices_warn(work->notices, "%llu profiles had come before, the same in every byte: their records are counted twice",
                    (unsigned long long)work->twice);
}

dw_status dw_profile_merging_write(dw_profile_merging *work, const dw_buf *stages, const dw_profile_sink *sink, dw_err *err)
{
  if (!work->keys.count) return dw_err_set(err, DW_ENODATA, "no profiles: there is nothing to merge");
  dw_status status = check_windows(work, err);
  if (status != DW_OK) return status;
  dw_profile_merging_report(work);
  dw_buf made_by = {0};
  dw_profile_merging_stages(work, &made_by);
  dw_made_by_append(&made_by, stages->data, stages->length);
  dw_profile **all = dw_alloc_array(work->keys.count, sizeof(dw_profile *));
  memcpy(all, work->into, work->keys.count * sizeof(dw_profile *));
  qsort(all, work->keys.count, sizeof(dw_profile *), by_key);
  for (size_t i = 0; i < work->keys.count && status == DW_OK; i++) {
    status = dw_profile_write_to(all[i], &made_by, sink, err);
  }
  dw_free(all);
  dw_buf_free(&made_by);
  return status;
}
