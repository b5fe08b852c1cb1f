#include "detect/job/reference_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "data/datasets/dataset_tape.h"
#include "io/bytes/input.h"
#include "io/bytes/witness.h"

#define TITLE "driftwatch reference 3"
#define TITLE_SEEN "driftwatch seen 1"
#define SUFFIX ".dwref"
#define SUFFIX_SEEN ".dwseen"
#define DAY INT64_C(86400000000000) /* nanoseconds */
enum { KEY = 32, PIECE = 1 << 20 };

/* What the .dwseen says. */
typedef struct sight {
  int64_t at; /* everything was looked at from then on */
  dw_witness kept;
  dw_witness *file;
  size_t files;
  char digest[33]; /* of the reference's bytes */
} sight;

struct dw_reference_cache {
  const char *folder;
  const char *const *paths;
  size_t count;
  char *kept, *seen; /* the two files; NULL: nothing can be kept */
  sight now;         /* as the look begins */
  dw_tape tape;      /* what was loaded */
  dw_notices own;
  const dw_notices *notices;
  char **warning; /* while the reference was read */
  size_t warnings, warning_capacity;
};

/* --- the key --- */

static void add_text(dw_digest *digest, const char *text) { dw_digest_add(digest, text, strlen(text) + 1); }

static void add_path(dw_digest *digest, const char *path)
{
  char folder[PATH_MAX];
  add_text(digest, path[0] != '/' && getcwd(folder, sizeof folder) ? folder : "");
  add_text(digest, path);
}

static void make_names(dw_reference_cache *cache, const dw_digest *how)
{
  dw_digest digest = *how;
  dw_witness program;
  char key[KEY + 1];
  add_text(&digest, TITLE);
  if (dw_witness_take(&program, "/proc/self/exe")) {
    dw_digest_add(&digest, &program.size, sizeof program.size);
    dw_digest_add(&digest, &program.modified, sizeof program.modified);
  }
  for (size_t i = 0; i < cache->count; i++) add_path(&digest, cache->paths[i]);
  dw_digest_text(&digest, key);
  dw_buf text = {0};
  dw_buf_format(&text, "%s/%s" SUFFIX, cache->folder, key);
  cache->kept = dw_strdup(dw_buf_cstr(&text));
  text.length = 0;
  dw_buf_format(&text, "%s/%s" SUFFIX_SEEN, cache->folder, key);
  cache->seen = dw_strdup(dw_buf_cstr(&text));
  dw_buf_free(&text);
}

static void look(dw_reference_cache *cache)
{
  cache->now = (sight){.at = dw_witness_now(), .file = dw_alloc_zero(cache->count, sizeof(dw_witness)), .files = cache->count};
  for (size_t i = 0; i < cache->count; i++) dw_witness_take(&cache->now.file[i], cache->paths[i]);
}

/* The first of the reference's files that is none (a pipe, standard input): nobody can read it twice. NULL: all are. */
static const char *unkeepable(const dw_reference_cache *cache)
{
  struct stat about;
  if (cache->count == 0) return "-";
  for (size_t i = 0; i < cache->count; i++)
    if (strcmp(cache->paths[i], "-") == 0 || (stat(cache->paths[i], &about) == 0 && !S_ISREG(about.st_mode))) return cache->paths[i];
  return NULL;
}

static void remember(void *context, const char *text)
{
  dw_reference_cache *cache = context;
  cache->warning = dw_grow(cache->warning, &cache->warning_capacity, cache->warnings + 1, sizeof *cache->warning);
  cache->warning[cache->warnings++] = dw_strdup(text);
  dw_notices_warn(cache->notices, "%s", text);
}

static void pass_on(void *context, const dw_progress *progress) { dw_notices_progress(((dw_reference_cache *)context)->notices, progress); }

dw_reference_cache *dw_reference_cache_new(const char *folder, const char *const *paths, size_t count, const dw_digest *how,
                                           const dw_notices *notices)
{
  dw_reference_cache *cache = dw_alloc_zero(1, sizeof *cache);
  *cache = (dw_reference_cache){.folder = folder, .paths = paths, .count = count, .notices = notices};
  cache->own = (dw_notices){.warn = remember, .progress = pass_on, .context = cache};
  const char *odd = unkeepable(cache);
  if (odd)
    dw_notices_warn(notices, "--ref-cache: %s is no file that stays: the reference is read, not kept",
                    strcmp(odd, "-") == 0 ? "standard input" : odd);
  else make_names(cache, how);
  look(cache);
  return cache;
}

void dw_reference_cache_free(dw_reference_cache *cache)
{
  if (!cache) return;
  dw_tape_close(&cache->tape);
  for (size_t i = 0; i < cache->warnings; i++) dw_free(cache->warning[i]);
  dw_free(cache->warning);
  dw_free(cache->now.file);
  dw_free(cache->kept);
  dw_free(cache->seen);
  dw_free(cache);
}

const dw_notices *dw_reference_cache_listen(dw_reference_cache *cache) { return &cache->own; }

/* --- what the files looked like --- */

static void witness_tape(dw_witness *witness, dw_tape *tape)
{
  DW_TAPE(tape, witness->device);
  DW_TAPE(tape, witness->inode);
  DW_TAPE(tape, witness->size);
  DW_TAPE(tape, witness->modified);
  DW_TAPE(tape, witness->changed);
}

static void sight_tape(sight *s, dw_tape *tape)
{
  DW_TAPE(tape, s->at);
  witness_tape(&s->kept, tape);
  dw_tape_value(tape, s->digest, sizeof s->digest);
  uint64_t files = s->files;
  DW_TAPE(tape, files);
  tape->broken |= files != s->files; /* the key says how many */
  for (size_t i = 0; i < s->files; i++) witness_tape(&s->file[i], tape);
}

/* false: nothing is known. A damaged one is as good as none: the digests decide. */
static bool sight_read(const dw_reference_cache *cache, sight *s)
{
  dw_tape tape;
  dw_err err;
  *s = (sight){.file = dw_alloc_zero(cache->count, sizeof(dw_witness)), .files = cache->count};
  if (dw_tape_play(&tape, cache->seen, TITLE_SEEN, &err) != DW_OK) return false;
  sight_tape(s, &tape);
  bool whole = dw_tape_played(&tape);
  dw_tape_close(&tape);
  return whole;
}

/* what: comes of it. */
static void warn_of(const dw_reference_cache *cache, const dw_err *err, const char *what)
{
  dw_notices_warn(cache->notices, "--ref-cache: %s; %s", err->message, what);
}

static void sight_write(dw_reference_cache *cache)
{
  dw_tape tape;
  dw_err err;
  dw_status status = dw_tape_record(&tape, cache->seen, TITLE_SEEN, &err);
  if (status == DW_OK) {
    sight_tape(&cache->now, &tape);
    status = dw_tape_commit(&tape, &err);
  }
  if (status != DW_OK) warn_of(cache, &err, "the next look takes longer than it need");
}

static bool unchanged(const sight *then, const sight *now)
{
  size_t i = 0;
  while (i < then->files && dw_witness_same(&then->file[i], &now->file[i]) && dw_witness_settled(&then->file[i], then->at)) i++;
  return i == then->files;
}

/* The bytes of the file are those that were read. */
static bool holds(const char *path, const char digest[33])
{
  dw_input *input;
  dw_err err;
  char text[33] = "", *piece = dw_alloc(PIECE);
  size_t count = 0;
  dw_status status = dw_input_open(&input, path, &err);
  if (status == DW_OK) {
    while ((status = dw_input_read(input, piece, PIECE, &count, &err)) == DW_OK && count) continue;
    dw_digest_text(dw_input_digest(input), text);
    dw_input_close(input);
  }
  dw_free(piece);
  return status == DW_OK && strcmp(text, digest) == 0;
}

/* --- what was read --- */

static void names_tape(dw_roster *names, dw_tape *tape)
{
  dw_map map;
  dw_map_init(&map);
  dw_tape_map(tape, dw_tape_plays(tape) ? &map : &names->map);
  for (size_t i = 0; i < map.count; i++) dw_roster_add(names, map.keys[i].text, map.keys[i].length);
  dw_map_free(&map);
}

static void warnings_tape(dw_reference_cache *cache, dw_tape *tape)
{
  uint64_t count = cache->warnings;
  DW_TAPE(tape, count);
  for (uint64_t i = 0; i < count && !tape->broken; i++) {
    if (!dw_tape_plays(tape)) {
      dw_tape_text(tape, cache->warning[i]);
      continue;
    }
    cache->warning = dw_grow(cache->warning, &cache->warning_capacity, cache->warnings + 1, sizeof *cache->warning);
    char *text = dw_tape_text(tape, NULL);
    cache->warning[cache->warnings++] = text ? text : dw_strdup("");
  }
}

static void input_tape(dw_made_input *input, dw_tape *tape)
{
  dw_tape_value(tape, input->digest, sizeof input->digest);
  input->digest[sizeof input->digest - 1] = '\0';
  DW_TAPE(tape, input->bytes);
  DW_TAPE(tape, input->rows);
}

static void read_tape(dw_reference_cache *cache, dw_reference_read *read, dw_tape *tape)
{
  DW_TAPE(tape, read->skipped);
  DW_TAPE(tape, read->first);
  DW_TAPE(tape, read->last);
  dw_tape_flag(tape, &read->lone_csv);
  warnings_tape(cache, tape);
  names_tape(&read->names, tape);
  dw_chats_tape(&read->chats, tape);
  dw_dataset_tape(&read->set, tape);
}

/* --- loading --- */

static bool pass_over(const dw_reference_cache *cache, const char *problem)
{
  dw_notices_warn(cache->notices, "--ref-cache: %s; the reference is read anew", problem);
  return false;
}

static bool damaged(const dw_reference_cache *cache)
{
  dw_err err;
  dw_err_at(&err, DW_EDATA, cache->kept, 0, 0, "it is not what was written there");
  return pass_over(cache, err.message);
}

static bool load_known(dw_reference_cache *cache, dw_reference_read *read, const sight *then, bool known)
{
  dw_tape *tape = &cache->tape;
  bool whole = known && dw_witness_same(&then->kept, &tape->witness) && dw_witness_settled(&then->kept, then->at);
  if (!whole && !dw_tape_sound(tape)) return damaged(cache);
  input_tape(&read->input, tape);
  memcpy(cache->now.digest, read->input.digest, sizeof cache->now.digest);
  bool same = known && strcmp(then->digest, read->input.digest) == 0 && unchanged(then, &cache->now);
  if (!same && (cache->count > 1 || !holds(cache->paths[0], read->input.digest))) return false;
  read_tape(cache, read, tape);
  if (!dw_tape_played(tape)) return damaged(cache);
  cache->now.kept = tape->witness;
  if (!whole || !same) sight_write(cache);
  else utimensat(AT_FDCWD, cache->seen, NULL, 0); /* of use now; nothing is lost where that cannot be noted */
  for (size_t i = 0; i < cache->warnings; i++) dw_notices_warn(cache->notices, "%s", cache->warning[i]);
  return true;
}

bool dw_reference_cache_load(dw_reference_cache *cache, dw_reference_read *read)
{
  sight then;
  dw_err err;
  if (!cache->kept) return false;
  dw_status status = dw_tape_play(&cache->tape, cache->kept, TITLE, &err);
  if (status != DW_OK) {
    if (status != DW_ENODATA) pass_over(cache, err.message);
    return false;
  }
  bool known = sight_read(cache, &then);
  bool loaded = load_known(cache, read, &then, known);
  dw_free(then.file);
  if (loaded) return true;
  for (size_t i = 0; i < cache->warnings; i++) dw_free(cache->warning[i]);
  cache->warnings = 0;
  return false;
}

/* --- keeping --- */

typedef struct kept_file {
  char name[KEY + 1];
  int64_t used; /* nanoseconds */
} kept_file;

static void join(dw_buf *path, const char *folder, const char *name, const char *suffix)
{
  path->length = 0;
  dw_buf_format(path, "%s/%s%s", folder, name, suffix);
  dw_buf_cstr(path);
}

static bool is_kept(const char *name) { return strspn(name, "0123456789abcdef") == KEY && strcmp(name + KEY, SUFFIX) == 0; }

/* What a look that was killed left half-written (io/bytes/output.h), and certainly no look writes any more. */
static bool is_left_over(const char *folder, const char *name, dw_buf *path)
{
  dw_witness seen;
  if (name[0] != '.' || strspn(name + 1, "0123456789abcdef") != KEY || strncmp(name + 1 + KEY, ".dw", 3) != 0) return false;
  join(path, folder, name, "");
  return dw_witness_take(&seen, path->data) && seen.modified < dw_witness_now() - DAY;
}

static int by_use(const void *a, const void *b)
{
  const kept_file *x = a, *y = b;
  return x->used < y->used ? -1 : x->used > y->used;
}

static size_t list_kept(const char *folder, kept_file **out)
{
  DIR *dir = opendir(folder);
  kept_file *list = NULL;
  size_t count = 0, capacity = 0;
  dw_buf path = {0};
  for (const struct dirent *entry; dir && (entry = readdir(dir));) {
    if (is_left_over(folder, entry->d_name, &path)) unlink(path.data);
    if (!is_kept(entry->d_name)) continue;
    dw_witness seen;
    list = dw_grow(list, &capacity, count + 1, sizeof *list);
    memcpy(list[count].name, entry->d_name, KEY);
    list[count].name[KEY] = '\0';
    join(&path, folder, list[count].name, SUFFIX_SEEN);
    if (!dw_witness_take(&seen, path.data)) {
      join(&path, folder, list[count].name, SUFFIX);
      dw_witness_take(&seen, path.data);
    }
    list[count++].used = seen.modified;
  }
  if (dir) closedir(dir);
  dw_buf_free(&path);
  *out = list;
  return count;
}

/* Those that were of use longest ago go; whoever has one mapped keeps it. */
static void remove_old(const dw_reference_cache *cache)
{
  kept_file *list;
  dw_buf path = {0};
  size_t count = list_kept(cache->folder, &list);
  if (count > DW_REFERENCES_KEPT) qsort(list, count, sizeof *list, by_use);
  for (size_t i = 0; i + DW_REFERENCES_KEPT < count; i++) {
    join(&path, cache->folder, list[i].name, SUFFIX);
    if (strcmp(path.data, cache->kept) == 0) continue;
    unlink(path.data);
    join(&path, cache->folder, list[i].name, SUFFIX_SEEN);
    unlink(path.data);
  }
  dw_buf_free(&path);
  dw_free(list);
}

void dw_reference_cache_keep(dw_reference_cache *cache, dw_reference_read *read)
{
  dw_tape tape;
  dw_err err;
  if (!cache->kept) return;
  dw_tape_close(&cache->tape);
  mkdir(cache->folder, 0700); /* where it is missing; what else is wrong with it, opening the file tells */
  dw_status status = dw_tape_record(&tape, cache->kept, TITLE, &err);
  if (status == DW_OK) {
    input_tape(&read->input, &tape);
    read_tape(cache, read, &tape);
    status = dw_tape_commit(&tape, &err);
  }
  if (status != DW_OK) {
    warn_of(cache, &err, "the reference is not kept");
    return;
  }
  memcpy(cache->now.digest, read->input.digest, sizeof cache->now.digest);
  cache->now.kept = (dw_witness){0}; /* the next look holds it to its digest */
  sight_write(cache);
  remove_old(cache);
}
