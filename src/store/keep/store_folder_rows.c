/* The series of a store in a folder. SERIES.ndjson holds the rows, a line each; SERIES.ndjson.rows 40 bytes a row, little-endian:
 *
 *   0  its instant (int64; the least: about none)
 *   8  where it begins in SERIES.ndjson (uint64)
 *  16  the fingerprint of its key (base/digest.h), zeros when it has none
 *  32  the first four bytes of the fingerprint of its line
 *  36  those of the fingerprint of the 36 bytes before
 *
 * so that a row is found by key or instant without reading the others, and one that is not what was written is told: a key that does not
 * match is an answer ("not done yet"), so an entry is checked before it is passed over. Both files are as long as the index says; what
 * stands behind that is of a change that was never made, and is cut off by the next append.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/fault.h"
#include "io/bytes/output.h"
#include "io/text/lines.h"
#include "store/keep/store_folder_parts.h"

enum { ENTRY = 40, KEY = 16, LINE_CHECK = 32, OWN_CHECK = 36, CHECK_BYTES = 4, PIECE_ENTRIES = 2048, WINDOW = 64 << 10 };

/* --- one entry --- */

static void put64(unsigned char *to, uint64_t value)
{
  for (int i = 0; i < 8; i++) to[i] = (unsigned char)(value >> 8 * i);
}

static uint64_t get64(const unsigned char *from)
{
  uint64_t value = 0;
  for (int i = 8; i-- > 0;) value = value << 8 | from[i];
  return value;
}

/* The first count bytes of a fingerprint. */
static void fingerprint(unsigned char *out, size_t count, const dw_digest *digest)
{
  char digits[33];
  dw_digest_text(digest, digits);
  for (size_t i = 0; i < 2 * count; i++)
    out[i / 2] = (unsigned char)(out[i / 2] << 4 | (digits[i] <= '9' ? digits[i] - '0' : digits[i] - 'a' + 10));
}

static void print_of(unsigned char *out, size_t count, const void *bytes, size_t length)
{
  dw_digest digest;
  dw_digest_init(&digest);
  dw_digest_add(&digest, bytes, length);
  fingerprint(out, count, &digest);
}

static void key_print(unsigned char out[KEY], const char *key)
{
  memset(out, 0, KEY);
  if (key) print_of(out, KEY, key, strlen(key));
}

/* line: of the row with its line feed. */
static void entry_make(unsigned char out[ENTRY], int64_t instant, uint64_t offset, const char *key, const dw_digest *line)
{
  put64(out, (uint64_t)instant);
  put64(out + 8, offset);
  key_print(out + 16, key);
  fingerprint(out + LINE_CHECK, CHECK_BYTES, line);
  print_of(out + OWN_CHECK, CHECK_BYTES, out, OWN_CHECK);
}

static bool check_holds(const unsigned char *check, const void *bytes, size_t length)
{
  unsigned char print[CHECK_BYTES];
  print_of(print, CHECK_BYTES, bytes, length);
  return memcmp(print, check, CHECK_BYTES) == 0;
}

static bool entry_holds(const unsigned char *entry) { return check_holds(entry + OWN_CHECK, entry, OWN_CHECK); }

/* --- reading --- */

typedef struct series_reader {
  const folder_series *series;
  char *path;           /* of the rows */
  int text, entries;    /* descriptors */
  unsigned char *piece; /* of entries; of a bare series: of all, made from its lines */
  uint64_t piece_first, piece_count;
  dw_buf window; /* of the rows */
  uint64_t window_at;
} series_reader;

static dw_status reader_damaged(const series_reader *reader, dw_err *err)
{
  return dw_err_set(err, DW_EDATA, "%s: damaged: it is not what the index says", reader->path);
}

static dw_status reader_fill(const series_reader *reader, int fd, void *to, uint64_t at, size_t length, dw_err *err)
{
  for (size_t done = 0; done < length;) {
    ssize_t got = pread(fd, (char *)to + done, length - done, (off_t)(at + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return dw_err_system(err, errno, "%s", reader->path);
    if (got == 0) return reader_damaged(reader, err);
    done += (size_t)got;
  }
  return DW_OK;
}

/* A series of format 1: where its rows begin is where its lines begin. */
static dw_status reader_index_lines(series_reader *reader, dw_err *err)
{
  uint64_t bytes = reader->series->bytes, begins = 0;
  dw_status status = DW_OK;
  dw_lines lines = {0};
  reader->piece = dw_alloc_array((size_t)reader->series->rows + 1, ENTRY);
  reader->piece_count = reader->series->rows;
  for (uint64_t at = 0; at < bytes && status == DW_OK;) {
    size_t length = bytes - at < WINDOW ? (size_t)(bytes - at) : WINDOW;
    reader->window.length = 0;
    status = reader_fill(reader, reader->text, dw_buf_room(&reader->window, length), at, length, err);
    if (status != DW_OK) break;
    dw_lines_add(&lines, reader->window.data, length);
    for (dw_line line; lines.number < reader->series->rows && dw_lines_next(&lines, &line); begins += line.length + 1) {
      dw_digest digest;
      dw_digest_init(&digest);
      dw_digest_add(&digest, line.text, line.length + 1);
      entry_make(reader->piece + (line.number - 1) * ENTRY, DW_STORE_NO_INSTANT, begins, NULL, &digest);
    }
    at += length;
    if (lines.number == reader->series->rows && begins < at) status = reader_damaged(reader, err);
  }
  reader->window.length = 0;
  uint64_t rows = lines.number;
  dw_lines_free(&lines);
  if (status != DW_OK) return status;
  return rows == reader->series->rows && begins == bytes ? DW_OK : reader_damaged(reader, err);
}

static void reader_close(series_reader *reader)
{
  if (reader->text >= 0) close(reader->text);
  if (reader->entries >= 0) close(reader->entries);
  dw_free(reader->path);
  dw_free(reader->piece);
  dw_buf_free(&reader->window);
}

/* bytes: what the index says of it. It is compared before memory is asked for. */
static dw_status reader_open_file(const char *path, uint64_t bytes, int *fd, dw_err *err)
{
  struct stat about;
  *fd = open(path, O_RDONLY | O_CLOEXEC);
  if (*fd < 0 && errno == ENOENT) return dw_err_set(err, DW_EDATA, "%s: damaged: the file is missing", path);
  if (*fd < 0 || fstat(*fd, &about) < 0) return dw_err_system(err, errno, "%s", path);
  if ((uint64_t)about.st_size < bytes) return dw_err_set(err, DW_EDATA, "%s: damaged: shorter than the index says", path);
  return DW_OK;
}

static char *entries_path(const char *path)
{
  dw_buf name = {0};
  dw_buf_format(&name, "%s.rows", path);
  char *text = dw_strdup(dw_buf_cstr(&name));
  dw_buf_free(&name);
  return text;
}

/* To be closed whatever the answer. */
static dw_status reader_open(series_reader *reader, const folder *f, const folder_series *series, dw_err *err)
{
  *reader = (series_reader){.series = series, .path = dw_folder_path(f, series->file), .text = -1, .entries = -1};
  dw_status status = reader_open_file(reader->path, series->bytes, &reader->text, err);
  if (status != DW_OK) return status;
  if (series->bare) return reader_index_lines(reader, err);
  char *path = entries_path(reader->path);
  status = reader_open_file(path, series->rows * ENTRY, &reader->entries, err);
  dw_free(path);
  reader->piece = dw_alloc_array(PIECE_ENTRIES + 1, ENTRY);
  return status;
}

/* *entry, and where its row ends. */
static dw_status reader_entry(series_reader *reader, uint64_t number, const unsigned char **entry, uint64_t *end, dw_err *err)
{
  uint64_t rows = reader->series->rows;
  bool last = number + 1 == rows;
  if (number < reader->piece_first || number + !last >= reader->piece_first + reader->piece_count) {
    uint64_t first = number / PIECE_ENTRIES * PIECE_ENTRIES, count = rows - first < PIECE_ENTRIES + 1 ? rows - first : PIECE_ENTRIES + 1;
    dw_status status = reader_fill(reader, reader->entries, reader->piece, first * ENTRY, (size_t)count * ENTRY, err);
    if (status != DW_OK) return status;
    reader->piece_first = first;
    reader->piece_count = count;
  }
  *entry = reader->piece + (number - reader->piece_first) * ENTRY;
  uint64_t begin = get64(*entry + 8);
  *end = last ? reader->series->bytes : get64(*entry + ENTRY + 8);
  if (!entry_holds(*entry) || (!last && !entry_holds(*entry + ENTRY))) return reader_damaged(reader, err);
  if (begin >= *end || *end > reader->series->bytes || (number == 0 && begin != 0)) return reader_damaged(reader, err);
  return DW_OK;
}

static dw_status reader_text(series_reader *reader, const unsigned char *entry, uint64_t end, bool newest, dw_store_row *row, dw_err *err)
{
  uint64_t begin = get64(entry + 8);
  if (begin < reader->window_at || end > reader->window_at + reader->window.length) {
    uint64_t from = newest && end - begin < WINDOW ? (end > WINDOW ? end - WINDOW : 0) : begin, to = from + WINDOW;
    if (to < end) to = end;
    if (to > reader->series->bytes) to = reader->series->bytes;
    reader->window.length = 0;
    dw_status status = reader_fill(reader, reader->text, dw_buf_room(&reader->window, (size_t)(to - from)), from, (size_t)(to - from), err);
    if (status != DW_OK) return status;
    reader->window.length = (size_t)(to - from);
    reader->window_at = from;
  }
  row->text = reader->window.data + (begin - reader->window_at);
  row->length = (size_t)(end - begin) - 1;
  return check_holds(entry + LINE_CHECK, row->text, row->length + 1) ? DW_OK : reader_damaged(reader, err);
}

dw_status dw_folder_rows(dw_store *store, const char *name, const dw_store_query *query, dw_store_sink *sink, void *context, dw_err *err)
{
  folder *f = store->own;
  series_reader reader;
  unsigned char key[KEY];
  uint64_t given = 0;
  const folder_series *series = dw_folder_series(&f->index, name);
  if (!series || series->rows == 0) return DW_OK;
  dw_status status = reader_open(&reader, f, series, err);
  key_print(key, query->key);
  for (uint64_t i = 0; i < series->rows && status == DW_OK && (query->limit == 0 || given < query->limit); i++) {
    const unsigned char *entry;
    uint64_t end;
    status = reader_entry(&reader, query->newest ? series->rows - 1 - i : i, &entry, &end, err);
    if (status != DW_OK) break;
    dw_store_row row = {.instant = (int64_t)get64(entry)};
    if (query->key && memcmp(entry + 16, key, KEY) != 0) continue;
    if (row.instant < query->from || (row.instant >= query->to && query->to != INT64_MAX)) continue;
    status = reader_text(&reader, entry, end, query->newest, &row, err);
    if (status == DW_OK) status = sink(context, &row, err);
    given++;
  }
  reader_close(&reader);
  return status;
}

/* --- writing --- */

/* All of bytes to the file from offset on, what stood there cut off. 0 or an errno. */
static int extend(const char *path, uint64_t offset, const void *bytes, size_t length)
{
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666), problem = 0;
  if (fd < 0) return errno;
  struct stat about;
  const char *from = bytes;
  if (fstat(fd, &about) < 0) problem = errno;
  else if ((uint64_t)about.st_size < offset) problem = ENODATA;
  else if (dw_fault_point(), ftruncate(fd, (off_t)offset) < 0 || lseek(fd, (off_t)offset, SEEK_SET) < 0) problem = errno;
  while (!problem && length > 0) {
    ssize_t put = dw_fault_write(fd, from, length);
    if (put < 0 && errno != EINTR) problem = errno;
    if (put > 0) from += put, length -= (size_t)put;
  }
  if (close(fd) < 0 && !problem && errno != EINTR) problem = errno;
  return problem;
}

static dw_status extend_file(const char *path, uint64_t offset, const void *bytes, size_t length, dw_err *err)
{
  int problem = extend(path, offset, bytes, length);
  if (problem == ENODATA) return dw_err_set(err, DW_EDATA, "%s: damaged: shorter than the index says", path);
  return problem ? dw_err_system(err, problem, "%s", path) : DW_OK;
}

char *dw_folder_series_file(const char *name)
{
  dw_buf file = {0};
  dw_buf_format(&file, "%s.ndjson", name);
  char *text = dw_strdup(dw_buf_cstr(&file));
  dw_buf_free(&file);
  return text;
}

/* A series of format 1 gets its entries. */
static dw_status series_complete(const folder *f, folder_series *series, const char *entries, dw_err *err)
{
  series_reader reader;
  dw_status status = reader_open(&reader, f, series, err);
  if (status == DW_OK) status = extend_file(entries, 0, reader.piece, (size_t)reader.piece_count * ENTRY, err);
  series->bare = false;
  reader_close(&reader);
  return status;
}

dw_status dw_folder_append(dw_store *store, const char *name, const dw_store_row *row, dw_err *err)
{
  folder *f = store->own;
  folder_series *series = dw_folder_series(&f->index, name);
  if (!series) {
    char *file = dw_folder_series_file(name);
    series = dw_folder_add_series(&f->index, name, file);
    dw_free(file);
  }
  char *path = dw_folder_path(f, series->file), *entries = entries_path(path);
  unsigned char entry[ENTRY];
  dw_digest print;
  dw_buf line = {0};
  dw_status status = series->bare ? series_complete(f, series, entries, err) : DW_OK;
  f->dirty = true;
  dw_buf_add(&line, row->text, row->length);
  dw_buf_char(&line, '\n');
  dw_digest_init(&print);
  dw_digest_add(&print, line.data, line.length);
  entry_make(entry, row->instant, series->bytes, row->key, &print);
  if (status == DW_OK) status = extend_file(entries, series->rows * ENTRY, entry, ENTRY, err);
  if (status == DW_OK) status = extend_file(path, series->bytes, line.data, line.length, err);
  series->bytes += line.length;
  series->rows++;
  series->grown = true;
  dw_buf_free(&line);
  dw_free(entries);
  dw_free(path);
  return status;
}

static dw_status sync_file(const char *path, dw_err *err)
{
  int fd = open(path, O_RDONLY | O_CLOEXEC), problem = 0;
  dw_fault_point();
  if (fd < 0 || fsync(fd) < 0) problem = errno;
  if (fd >= 0) close(fd);
  return problem ? dw_err_system(err, problem, "%s", path) : DW_OK;
}

dw_status dw_folder_sync_rows(const folder *f, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; i < f->index.series_count && status == DW_OK; i++) {
    if (!f->index.series[i].grown) continue;
    char *path = dw_folder_path(f, f->index.series[i].file), *entries = entries_path(path);
    status = sync_file(entries, err);
    if (status == DW_OK) status = sync_file(path, err);
    dw_free(entries);
    dw_free(path);
  }
  return status;
}

/* --- pruning: what stays is written to a new file --- */

typedef struct pruning {
  dw_output *text, *entries;
  uint64_t bytes, rows;
} pruning;

static dw_status pruning_open(pruning *p, const folder *f, const char *file, dw_err *err)
{
  char *path = dw_folder_path(f, file), *beside = entries_path(path);
  *p = (pruning){0};
  dw_status status = dw_output_open(&p->text, path, err);
  if (status == DW_OK && (status = dw_output_open(&p->entries, beside, err)) != DW_OK) dw_output_drop(p->text);
  dw_free(beside);
  dw_free(path);
  return status;
}

static dw_status pruning_keep(pruning *p, const unsigned char *entry, const dw_store_row *row, dw_err *err)
{
  unsigned char moved[ENTRY];
  memcpy(moved, entry, ENTRY);
  put64(moved + 8, p->bytes);
  print_of(moved + OWN_CHECK, CHECK_BYTES, moved, OWN_CHECK);
  p->bytes += row->length + 1;
  p->rows++;
  dw_status status = dw_output_write(p->entries, (const char *)moved, ENTRY, err);
  return status == DW_OK ? dw_output_write(p->text, row->text, row->length + 1, err) : status;
}

static dw_status pruning_copy(pruning *p, series_reader *reader, int64_t before, dw_err *err)
{
  dw_status status = DW_OK;
  for (uint64_t i = 0; i < reader->series->rows && status == DW_OK; i++) {
    const unsigned char *entry;
    uint64_t end;
    status = reader_entry(reader, i, &entry, &end, err);
    if (status != DW_OK) break;
    dw_store_row row = {.instant = (int64_t)get64(entry)};
    if (row.instant < before || row.instant == DW_STORE_NO_INSTANT) continue;
    status = reader_text(reader, entry, end, false, &row, err);
    if (status == DW_OK) status = pruning_keep(p, entry, &row, err);
  }
  return status;
}

/* Both or neither are there under their names; the index names them when the change is done. */
static dw_status pruning_close(pruning *p, dw_status status, dw_err *err)
{
  if (status == DW_OK) status = dw_output_commit(p->text, err);
  else dw_output_drop(p->text);
  if (status == DW_OK) return dw_output_commit(p->entries, err);
  dw_output_drop(p->entries);
  return status;
}

dw_status dw_folder_prune(dw_store *store, const char *name, int64_t before, uint64_t *removed, dw_err *err)
{
  folder *f = store->own;
  series_reader reader;
  pruning p;
  folder_series *series = dw_folder_series(&f->index, name);
  if (!series || series->rows == 0) return DW_OK;
  char *own = dw_folder_series_file(name);
  f->index.generation++; /* a name that no document of this change has */
  char *file = dw_folder_generation(f, own);
  f->index.generation++;
  dw_status status = reader_open(&reader, f, series, err);
  if (status == DW_OK) status = pruning_open(&p, f, file, err);
  if (status == DW_OK) {
    f->dirty = true;
    status = pruning_close(&p, pruning_copy(&p, &reader, before, err), err);
  }
  reader_close(&reader);
  dw_free(own);
  if (status != DW_OK) {
    dw_free(file);
    return status;
  }
  *removed = series->rows - p.rows;
  dw_folder_old(f, entries_path(series->file));
  dw_folder_old(f, series->file);
  *series = (folder_series){.name = series->name, .file = file, .bytes = p.bytes, .rows = p.rows};
  return DW_OK;
}
