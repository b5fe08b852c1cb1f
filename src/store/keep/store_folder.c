/* A store in a folder:
 *
 *   index.json             which file is which document, how long the series are; replaced as a whole (written beside, synced, renamed)
 *   000012-NAME            a document, written by the 12th change; never changed, removed when the index does not name it any more
 *   SERIES.ndjson          rows, and SERIES.ndjson.rows beside it says where each begins (store_folder_rows.c); those behind the length
 *                          that stands in the index do not count, and are cut off by the next append. Pruned: 000012-SERIES.ndjson
 *   lock                   empty; flock(2) on it, shared for reading, exclusive for a change. The kernel lets go of it when a process dies
 *
 * A change writes its files under names that nobody reads yet, syncs them, and then replaces the index: that rename is the change. Files
 * that a killed process left are removed by the next change.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/num.h"
#include "io/bytes/input.h"
#include "io/text/json.h"
#include "io/bytes/output.h"
#include "store/keep/store_folder_parts.h"

enum { FOLDER_FORMAT = 2 };

char *dw_folder_path(const folder *f, const char *file)
{
  dw_buf path = {0};
  dw_buf_format(&path, "%s/%s", f->path, file);
  char *text = dw_strdup(dw_buf_cstr(&path));
  dw_buf_free(&path);
  return text;
}

char *dw_folder_generation(const folder *f, const char *name)
{
  dw_buf file = {0};
  char digits[DW_NUM_TEXT];
  size_t count = dw_num_print_signed(digits, (int64_t)f->index.generation);
  for (size_t i = count; i < FOLDER_DIGITS; i++) dw_buf_char(&file, '0');
  dw_buf_add(&file, digits, count);
  dw_buf_format(&file, "-%s", name);
  char *text = dw_strdup(dw_buf_cstr(&file));
  dw_buf_free(&file);
  return text;
}

void dw_folder_old(folder *f, char *file)
{
  f->old = dw_grow(f->old, &f->old_capacity, f->old_count + 1, sizeof *f->old);
  f->old[f->old_count++] = file;
}

/* At most limit bytes of a file, at the end of out. false with errno. */
static bool folder_read(const char *path, uint64_t limit, dw_buf *out)
{
  enum { PIECE = 64 << 10 };
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t got = 1;
  while (got != 0 && limit > 0) {
    size_t room = limit < PIECE ? (size_t)limit : PIECE;
    got = read(fd, dw_buf_room(out, room), room);
    if (got < 0 && errno != EINTR) break;
    if (got > 0) out->length += (size_t)got, limit -= (uint64_t)got;
  }
  int problem = errno;
  close(fd);
  errno = problem;
  return got >= 0;
}

/* --- the index --- */

static void folder_index_free(folder_index *index)
{
  for (size_t i = 0; i < index->document_count; i++) {
    dw_free(index->document[i].name);
    dw_free(index->document[i].file);
  }
  for (size_t i = 0; i < index->series_count; i++) {
    dw_free(index->series[i].name);
    dw_free(index->series[i].file);
  }
  dw_free(index->document);
  dw_free(index->series);
  *index = (folder_index){0};
}

/* "000012-NAME": a file that a change may have written. */
static bool folder_file_valid(const char *file)
{
  size_t digits = strspn(file, "0123456789");
  return digits >= FOLDER_DIGITS && file[digits] == '-' && dw_store_name_valid(file + digits + 1);
}

static folder_document *folder_find(const folder_index *index, const char *name)
{
  for (size_t i = 0; i < index->document_count; i++)
    if (strcmp(index->document[i].name, name) == 0) return &index->document[i];
  return NULL;
}

folder_series *dw_folder_series(folder_index *index, const char *name)
{
  for (size_t i = 0; i < index->series_count; i++)
    if (strcmp(index->series[i].name, name) == 0) return &index->series[i];
  return NULL;
}

static folder_document *folder_add(folder_index *index, const char *name)
{
  index->document = dw_grow(index->document, &index->document_capacity, index->document_count + 1, sizeof *index->document);
  folder_document *document = &index->document[index->document_count++];
  *document = (folder_document){.name = dw_strdup(name)};
  return document;
}

folder_series *dw_folder_add_series(folder_index *index, const char *name, const char *file)
{
  index->series = dw_grow(index->series, &index->series_capacity, index->series_count + 1, sizeof *index->series);
  folder_series *series = &index->series[index->series_count++];
  *series = (folder_series){.name = dw_strdup(name), .file = dw_strdup(file)};
  return series;
}

/* A whole number that a double holds exactly. */
static bool folder_count(const dw_value *value, uint64_t *count)
{
  double number = dw_value_number(value, -1);
  if (!(number >= 0) || number > 9007199254740992.0 || number != (double)(uint64_t)number) return false;
  *count = (uint64_t)number;
  return true;
}

static bool folder_index_take(folder_index *index, const dw_value *root, uint64_t format)
{
  const dw_value *documents = dw_value_get(root, "documents"), *series = dw_value_get(root, "series");
  if (strcmp(dw_value_text(dw_value_get(root, "kind"), ""), "store") != 0 || dw_value_kind(documents) != DW_VALUE_ARRAY ||
      dw_value_kind(series) != DW_VALUE_ARRAY || !folder_count(dw_value_get(root, "generation"), &index->generation))
    return false;
  for (const dw_value *at = dw_value_first(documents); at; at = dw_value_next(at)) {
    const char *name = dw_value_text(dw_value_get(at, "name"), ""), *file = dw_value_text(dw_value_get(at, "file"), "");
    const char *digest = dw_value_text(dw_value_get(at, "digest"), "");
    if (!dw_store_name_valid(name) || !folder_file_valid(file) || strlen(digest) != FOLDER_DIGEST - 1) return false;
    folder_document *document = folder_add(index, name);
    document->file = dw_strdup(file);
    memcpy(document->digest, digest, FOLDER_DIGEST);
    if (!folder_count(dw_value_get(at, "bytes"), &document->bytes)) return false;
  }
  for (const dw_value *at = dw_value_first(series); at; at = dw_value_next(at)) {
    const char *name = dw_value_text(dw_value_get(at, "name"), "");
    if (!dw_store_name_valid(name)) return false;
    char *own = dw_folder_series_file(name);
    const char *file = dw_value_text(dw_value_get(at, "file"), own); /* format 1 has none */
    bool ours = strcmp(file, own) == 0 || folder_file_valid(file);
    folder_series *one = dw_folder_add_series(index, name, file);
    one->bare = format < 2;
    dw_free(own);
    if (!ours) return false;
    if (!folder_count(dw_value_get(at, "bytes"), &one->bytes) || !folder_count(dw_value_get(at, "rows"), &one->rows)) return false;
    if (one->rows > one->bytes || (one->rows == 0) != (one->bytes == 0)) return false; /* a row has a line feed at least */
  }
  return true;
}

static dw_status folder_index_read(const folder *f, folder_index *index, dw_err *err)
{
  dw_buf text = {0};
  dw_value *root = NULL;
  char *path = dw_folder_path(f, "index.json");
  folder_index_free(index);
  dw_status status;
  if (!folder_read(path, UINT64_MAX, &text)) {
    status = errno == ENOENT ? dw_err_set(err, DW_EDATA, "%s: not a store: there is no index.json in it", f->path)
                             : dw_err_system(err, errno, "%s", path);
  } else {
    status = dw_value_parse(&root, text.data, text.length, path, 0, err);
    uint64_t format = 1;
    if (status == DW_OK && folder_count(dw_value_get(root, "format"), &format) && format > FOLDER_FORMAT)
      status = dw_err_set(err, DW_EDATA, "%s: written by a newer version (format %llu; this one knows %d)", path,
                          (unsigned long long)format, FOLDER_FORMAT);
    else if (status == DW_OK && !folder_index_take(index, root, format))
      status = dw_err_set(err, DW_EDATA, "%s: not the index of a store, or damaged", path);
  }
  dw_value_free(root);
  dw_buf_free(&text);
  dw_free(path);
  return status;
}

static dw_status folder_index_write(const folder *f, const folder_index *index, dw_err *err)
{
  dw_buf text = {0};
  dw_json json;
  dw_json_start(&json, &text, 1);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "kind", "store");
  dw_json_integer(&json, "format", FOLDER_FORMAT);
  dw_json_integer(&json, "generation", (int64_t)index->generation);
  dw_json_open(&json, "documents", '[');
  for (size_t i = 0; i < index->document_count; i++) {
    const folder_document *document = &index->document[i];
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "name", document->name);
    dw_json_text(&json, "file", document->file);
    dw_json_integer(&json, "bytes", (int64_t)document->bytes);
    dw_json_text(&json, "digest", document->digest);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_open(&json, "series", '[');
  for (size_t i = 0; i < index->series_count; i++) {
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "name", index->series[i].name);
    dw_json_text(&json, "file", index->series[i].file);
    dw_json_integer(&json, "bytes", (int64_t)index->series[i].bytes);
    dw_json_integer(&json, "rows", (int64_t)index->series[i].rows);
    dw_json_close(&json, '}');
  }
  dw_json_close(&json, ']');
  dw_json_close(&json, '}');
  dw_buf_char(&text, '\n');
  char *path = dw_folder_path(f, "index.json");
  dw_status status = dw_output_file(path, text.data, text.length, err);
  dw_free(path);
  dw_buf_free(&text);
  return status;
}

/* --- the lock --- */

static void folder_unlock(folder *f)
{
  if (f->lock >= 0) close(f->lock);
  f->lock = -1;
}

/* A process that may read the folder but not write reads without a lock when there is no lock file. */
static dw_status folder_take_lock(folder *f, bool change, dw_err *err)
{
  char *path = dw_folder_path(f, "lock");
  dw_status status = DW_OK;
  uint64_t until = dw_monotonic_ns() + DW_STORE_PATIENCE * UINT64_C(1000000000);
  struct timespec pause = {.tv_nsec = 1000000};
  f->lock = change ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : open(path, O_RDONLY | O_CLOEXEC);
  if (f->lock < 0 && (change || errno != ENOENT)) status = dw_err_system(err, errno, "%s", path);
  while (f->lock >= 0 && flock(f->lock, (change ? LOCK_EX : LOCK_SH) | LOCK_NB) < 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) status = dw_err_system(err, errno, "%s", path);
    else if (dw_monotonic_ns() > until)
      status = dw_err_set(err, DW_ESYSTEM, "%s: another process has held the lock for %d seconds", path, DW_STORE_PATIENCE);
    if (status != DW_OK) break;
    nanosleep(&pause, NULL);
    if (pause.tv_nsec < 20000000) pause.tv_nsec += 1000000;
  }
  if (status != DW_OK) folder_unlock(f);
  dw_free(path);
  return status;
}

/* --- what killed processes leave --- */

/* A temporary name of io/bytes/output.h: ".FILE.dw-PID-N" with FILE one of ours. */
static bool folder_temporary(const char *entry)
{
  const char *end = strstr(entry, ".dw-");
  if (entry[0] != '.' || !end) return false;
  char *file = dw_strndup(entry + 1, (size_t)(end - entry - 1));
  bool ours = strcmp(file, "index.json") == 0 || folder_file_valid(file);
  dw_free(file);
  return ours;
}

static bool folder_named(const folder_index *index, const char *file)
{
  for (size_t i = 0; i < index->document_count; i++)
    if (strcmp(index->document[i].file, file) == 0) return true;
  for (size_t i = 0; i < index->series_count; i++) {
    size_t length = strlen(index->series[i].file);
    if (strncmp(index->series[i].file, file, length) == 0 && (file[length] == '\0' || strcmp(file + length, ".rows") == 0)) return true;
  }
  return false;
}

/* A series that was pruned leaves the file that it began in. */
static bool folder_outgrown(const folder_index *index, const char *file)
{
  for (size_t i = 0; i < index->series_count; i++) {
    size_t length = strlen(index->series[i].name);
    if (strncmp(index->series[i].name, file, length) != 0) continue;
    if (strcmp(file + length, ".ndjson") == 0 || strcmp(file + length, ".ndjson.rows") == 0) return !folder_named(index, file);
  }
  return false;
}

static void folder_remove(const folder *f, const char *file)
{
  char *path = dw_folder_path(f, file);
  dw_fault_point();
  unlink(path); /* what cannot be removed now does no harm: the next change tries again */
  dw_free(path);
}

/* Under the exclusive lock nobody else writes: what the index on disk does not name is left over. */
static void folder_sweep(const folder *f, const folder_index *index)
{
  DIR *dir = opendir(f->path);
  if (!dir) return;
  for (struct dirent *entry; (entry = readdir(dir));)
    if (folder_temporary(entry->d_name) || (folder_file_valid(entry->d_name) && !folder_named(index, entry->d_name)) ||
        folder_outgrown(index, entry->d_name))
      folder_remove(f, entry->d_name);
  closedir(dir);
}

/* --- opening --- */

/* The first process makes the index; nothing of somebody else's may stand in the folder. */
static dw_status folder_found(folder *f, dw_err *err)
{
  dw_status status = folder_take_lock(f, true, err);
  if (status != DW_OK) return status;
  char *path = dw_folder_path(f, "index.json");
  bool there;
  status = dw_input_there(path, &there, err);
  if (status == DW_OK && !there) {
    DIR *dir = opendir(f->path);
    if (!dir) status = dw_err_system(err, errno, "%s", f->path);
    for (struct dirent *entry; status == DW_OK && (entry = readdir(dir));) {
      const char *name = entry->d_name;
      if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && strcmp(name, "lock") != 0 && !folder_temporary(name))
        status = dw_err_set(err, DW_EDATA, "%s: neither a store (there is no index.json in it) nor empty: \"%s\" is in it", f->path, name);
    }
    if (dir) closedir(dir);
    if (status == DW_OK) status = folder_index_write(f, &f->index, err);
    else if (status == DW_EDATA) { /* leave a folder that is no store as it was */ char *lock = dw_folder_path(f, "lock");
      unlink(lock);
      dw_free(lock);
    }
  }
  dw_free(path);
  folder_unlock(f);
  return status;
}

/* The name of a new folder survives a power cut only when the folder above it is synced. */
static void folder_sync_above(const char *path)
{
  char *above = dw_strdup(path);
  size_t length = strlen(above);
  while (length > 1 && above[length - 1] == '/') above[--length] = '\0';
  char *slash = strrchr(above, '/');
  if (slash) slash[slash == above] = '\0';
  int fd = open(slash ? above : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  dw_fault_point();
  if (fd >= 0 && fsync(fd) == 0) errno = 0; /* file systems that cannot do it are left alone */
  if (fd >= 0) close(fd);
  dw_free(above);
}

static dw_status folder_open(dw_store *store, const char *place, bool create, dw_err *err)
{
  folder *f = dw_alloc_zero(1, sizeof *f);
  struct stat about;
  store->own = f;
  store->name = dw_strdup(place);
  f->path = dw_strdup(place);
  f->lock = -1;
  if (stat(place, &about) < 0) {
    if (errno != ENOENT || !create) return dw_err_system(err, errno, "%s", place);
    dw_fault_point();
    if (mkdir(place, 0777) < 0 && errno != EEXIST) return dw_err_system(err, errno, "%s", place);
    folder_sync_above(place);
  } else if (!S_ISDIR(about.st_mode)) {
    return dw_err_system(err, ENOTDIR, "%s", place);
  }
  char *index = dw_folder_path(f, "index.json");
  bool there;
  dw_status status = dw_input_there(index, &there, err);
  dw_free(index);
  if (there || status != DW_OK) return status;
  return create ? folder_found(f, err) : dw_err_set(err, DW_EDATA, "%s: not a store: there is no index.json in it", place);
}

static void folder_forget(folder *f)
{
  for (size_t i = 0; i < f->old_count; i++) dw_free(f->old[i]);
  f->old_count = 0;
  f->dirty = false;
}

static void folder_close(dw_store *store)
{
  folder *f = store->own;
  if (!f) return;
  folder_unlock(f);
  folder_forget(f);
  folder_index_free(&f->index);
  dw_free(f->old);
  dw_free(f->path);
  dw_free(f);
}

/* --- transactions --- */

static dw_status folder_begin(dw_store *store, bool change, dw_err *err)
{
  folder *f = store->own;
  dw_status status = folder_take_lock(f, change, err);
  if (status != DW_OK) return status;
  status = folder_index_read(f, &f->index, err);
  if (status != DW_OK) folder_unlock(f);
  else if (change) folder_sweep(f, &f->index);
  f->index.generation += change;
  return status;
}

static dw_status folder_commit(dw_store *store, bool *again, dw_err *err)
{
  folder *f = store->own;
  dw_status status = dw_folder_sync_rows(f, err);
  if (status == DW_OK && f->dirty) status = folder_index_write(f, &f->index, err);
  if (status != DW_OK) return status;
  for (size_t i = 0; i < f->old_count; i++) folder_remove(f, f->old[i]);
  folder_forget(f);
  folder_unlock(f);
  return DW_OK;
}

/* The index on disk is asked: a commit can fail behind the rename. */
static void folder_undo(dw_store *store, bool *again)
{
  folder *f = store->own;
  dw_err ignored;
  if (f->dirty && folder_index_read(f, &f->index, &ignored) == DW_OK) folder_sweep(f, &f->index);
  folder_forget(f);
  folder_unlock(f);
}

static dw_status folder_get(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err)
{
  folder *f = store->own;
  const folder_document *document = folder_find(&f->index, name);
  *found = document != NULL;
  if (!document) return DW_OK;
  char *path = dw_folder_path(f, document->file), digest[FOLDER_DIGEST];
  size_t before = out->length;
  dw_digest fingerprint;
  dw_status status = DW_OK;
  if (!folder_read(path, UINT64_MAX, out)) {
    int problem = errno;
    status =
        problem == ENOENT ? dw_err_set(err, DW_EDATA, "%s: damaged: the file is missing", path) : dw_err_system(err, problem, "%s", path);
  } else {
    dw_digest_init(&fingerprint);
    dw_digest_add(&fingerprint, out->data + before, out->length - before);
    dw_digest_text(&fingerprint, digest);
    if (out->length - before != document->bytes || memcmp(digest, document->digest, FOLDER_DIGEST) != 0)
      status = dw_err_set(err, DW_EDATA, "%s: damaged: these are not the bytes that were stored", path);
  }
  if (status != DW_OK) out->length = before;
  dw_free(path);
  return status;
}

static dw_status folder_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  folder *f = store->own;
  char *file = dw_folder_generation(f, name), *path = dw_folder_path(f, file);
  f->dirty = true;
  dw_status status = dw_output_file(path, bytes, length, err);
  if (status == DW_OK) {
    folder_document *document = folder_find(&f->index, name);
    dw_digest fingerprint;
    if (!document) document = folder_add(&f->index, name);
    if (document->file && strcmp(document->file, file) != 0) { /* a second put of the same change wrote over the first */
      dw_folder_old(f, document->file);
      document->file = NULL;
    }
    if (!document->file) document->file = dw_strdup(file);
    document->bytes = length;
    dw_digest_init(&fingerprint);
    dw_digest_add(&fingerprint, bytes, length);
    dw_digest_text(&fingerprint, document->digest);
  }
  dw_free(path);
  dw_free(file);
  return status;
}

const dw_store_kind dw_store_folder = {
    .open = folder_open,
    .close = folder_close,
    .begin = folder_begin,
    .commit = folder_commit,
    .undo = folder_undo,
    .get = folder_get,
    .put = folder_put,
    .append = dw_folder_append,
    .rows = dw_folder_rows,
    .prune = dw_folder_prune,
};
