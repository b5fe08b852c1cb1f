#include "io/reader/reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/parallel.h"
#include "io/reader/reader_parts.h"
#include "io/record/table.h"

enum { READER_BLOCK = 512 << 10, READER_BLOCK_LARGEST = 1 << 28, READER_LINE_LARGEST = 1 << 30, READER_SLACK = 3 };
enum { READER_MEMORY = 1 << 28, READER_MEMORY_LEAST = 1 << 24, CELLS_LEAST = 1 << 17 };

static bool reader_ask(dw_reader *reader, bool (*ask)(void *context, const char *name, size_t length), const char *name, size_t length)
{
  pthread_mutex_lock(&reader->want_lock);
  bool answer = ask(reader->want_context, name, length);
  pthread_mutex_unlock(&reader->want_lock);
  return answer;
}

/* The name that the callers know. */
static const char *reader_name(const dw_reader *reader, const char *name, size_t *length)
{
  const char *renamed = dw_renames_of(reader->renames, name, *length);
  if (renamed) *length = strlen(renamed);
  return renamed ? renamed : name;
}

static bool reader_want(void *context, const char *name, size_t length)
{
  dw_reader *reader = context;
  name = reader_name(reader, name, &length);
  if (reader->marks || reader->renames) {
    pthread_mutex_lock(&reader->want_lock);
    dw_roster_add(&reader->roster, name, length);
    pthread_mutex_unlock(&reader->want_lock);
  }
  return !reader->want || reader_ask(reader, reader->want, name, length);
}

static bool reader_as_text(void *context, const char *name, size_t length)
{
  dw_reader *reader = context;
  name = reader_name(reader, name, &length);
  return reader_ask(reader, reader->as_text, name, length);
}

static bool reader_is_standard(const char *path) { return strcmp(path, "-") == 0; }

/* Missing files and folders are told before any work is done; the sizes are for the progress. */
static dw_status reader_check(dw_reader *reader, dw_err *err)
{
  bool known = true;
  for (size_t i = 0; i < reader->path_count; i++) {
    struct stat about;
    const char *path = reader->paths[i];
    if (reader_is_standard(path)) {
      known = false;
      continue;
    }
    if (stat(path, &about) < 0 || access(path, R_OK) < 0) return dw_err_system(err, errno, "%s", path);
    if (S_ISDIR(about.st_mode)) return dw_err_system(err, EISDIR, "%s", path);
    if (!S_ISREG(about.st_mode)) known = false;
    reader->raw_total += S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
  }
  dw_status status = reader->input ? DW_OK : dw_input_open(&reader->input, reader->paths[0], err);
  if (status != DW_OK) return status;
  if (reader->path_count == 1 && (reader->raw_total = dw_input_raw_size(reader->input))) known = true;
  if (!known) reader->raw_total = 0;
  return DW_OK;
}

/* Of sparse records with very many columns a table takes as much as it may, up to 36 bytes a cell, and each thread fills one. */
static size_t table_cells(size_t memory)
{
  size_t cells = memory / 128;
  return cells < CELLS_LEAST ? CELLS_LEAST : cells < DW_TABLE_CELLS ? cells : DW_TABLE_CELLS;
}

static dw_reader *reader_new(const char *const *paths, size_t count, const dw_reader_options *options)
{
  dw_reader *reader = dw_alloc_zero(1, sizeof *reader);
  reader->format = options->format;
  reader->input = options->begun;
  reader->formats = options->formats ? options->formats : dw_formats;
  reader->otherwise = options->otherwise;
  reader->want = options->want;
  reader->as_text = options->as_text;
  reader->left_out = options->left_out;
  reader->live = options->live;
  reader->parts = options->parts;
  reader->at_once = options->at_once;
  reader->want_context = options->context;
  reader->block = options->block == 0 ? READER_BLOCK : options->block < READER_BLOCK_LARGEST ? options->block : READER_BLOCK_LARGEST;
  reader->adapts = options->block == 0;
  reader->threads = options->threads ? options->threads : dw_cores();
  reader->memory = options->memory ? options->memory : READER_MEMORY;
  reader->most_columns = options->most_columns ? options->most_columns : UINT32_MAX;
  if (reader->memory < READER_MEMORY_LEAST) reader->memory = READER_MEMORY_LEAST;
  size_t line_limit = options->line_limit ? options->line_limit : DW_LINE_LIMIT;
  reader->scan = (dw_scan_options){.spans = options->spans,
                                   .lines = options->lines,
                                   .marks = options->marks,
                                   .skip_errors = options->skip_errors,
                                   .describe = options->left_out ? DW_READER_DESCRIBED : 0,
                                   .line_limit = line_limit < READER_LINE_LARGEST ? line_limit : READER_LINE_LARGEST,
                                   .field_limit = options->field_limit ? options->field_limit : DW_FIELD_LIMIT,
                                   .table_cells = table_cells(reader->memory),
                                   .name_bytes = reader->memory / 4 / reader->threads + 1,
                                   .want = options->want ? reader_want : NULL,
                                   .as_text = options->as_text ? reader_as_text : NULL,
                                   .dialect = options->dialect,
                                   .context = reader};
  reader->path_count = count ? count : 1;
  reader->paths = dw_alloc_zero(reader->path_count, sizeof *reader->paths);
  reader->names = dw_alloc_zero(reader->path_count, sizeof *reader->names);
  reader->headers = dw_alloc_zero(reader->path_count, sizeof(dw_header *));
  for (size_t i = 0; i < reader->path_count; i++) reader->paths[i] = dw_strdup(count ? paths[i] : "-");
  reader->digest_of_all = reader->path_count > 1;
  reader->ring = reader->threads + (options->ahead && !options->at_once ? options->ahead : READER_SLACK);
  reader->jobs = dw_alloc_zero(reader->ring, sizeof *reader->jobs);
  reader->parsers = dw_alloc_zero(reader->threads, sizeof *reader->parsers);
  reader->workers = dw_alloc_zero(reader->threads, sizeof *reader->workers);
  reader->wake[0] = reader->wake[1] = -1;
  dw_digest_init(&reader->digest);
  dw_map_init(&reader->columns);
  dw_roster_init(&reader->roster);
  pthread_mutex_init(&reader->lock, NULL);
  pthread_mutex_init(&reader->want_lock, NULL);
  pthread_cond_init(&reader->can_fill, NULL);
  pthread_cond_init(&reader->can_parse, NULL);
  pthread_cond_init(&reader->can_deliver, NULL);
  return reader;
}

/* What the dialect says, before anything is read. */
static dw_status reader_settle(dw_reader *reader, const dw_reader_options *options, dw_err *err)
{
  if (!options->dialect) return DW_OK;
  dw_status status = dw_dialect_check(options->dialect, err);
  if (status == DW_OK && !options->marks) status = dw_marks_make(&reader->marks, &options->dialect->missing, err);
  if (reader->marks) reader->scan.marks = reader->marks;
  reader->renames = options->renames;
  if (status == DW_OK && !options->renames) status = dw_renames_make(&reader->renames, &options->dialect->rename, err);
  reader->renames_own = reader->renames && !options->renames;
  if (reader->marks || reader->renames) reader->scan.want = reader_want;
  return status;
}

static dw_status reader_start(dw_reader *reader, dw_err *err)
{
  if (reader->at_once) {
    dw_reader_feed(reader);
    return DW_OK;
  }
  if (pipe2(reader->wake, O_CLOEXEC) != 0) return dw_err_system(err, errno, "cannot make a pipe");
  /* signals are the caller's: the threads, and the workers that they start, take none */
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &old);
  int problem = pthread_create(&reader->feeder, NULL, dw_reader_feed, reader);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  reader->feeding = problem == 0;
  return problem ? dw_err_system(err, problem, "cannot start a thread") : DW_OK;
}

dw_status dw_reader_open(dw_reader **out, const char *const *paths, size_t count, const dw_reader_options *options, dw_err *err)
{
  dw_reader *reader = *out = reader_new(paths, count, options);
  dw_status status = reader_settle(reader, options, err);
  if (status == DW_OK) status = reader_check(reader, err);
  if (status == DW_OK) status = reader_start(reader, err);
  if (status == DW_OK) return DW_OK;
  dw_reader_close(reader);
  *out = NULL;
  return status;
}

dw_status dw_reader_open_input(dw_reader **out, dw_input *input, const dw_reader_options *options, dw_err *err)
{
  dw_reader *reader = *out = reader_new(NULL, 0, options);
  reader->input = input;
  reader->raw_total = dw_input_raw_size(input);
  dw_status status = reader_settle(reader, options, err);
  if (status == DW_OK) status = reader_start(reader, err);
  if (status == DW_OK) return DW_OK;
  dw_reader_close(reader);
  *out = NULL;
  return status;
}

/* --- delivery --- */

static dw_status reader_describe(const dw_reader *reader, const reader_job *job, const dw_scan_error *error, dw_err *err)
{
  dw_place place = {.name = reader->names[job->input],
                    .by_row = !job->format->cut,
                    .line = reader->line + error->line,
                    .column = error->column};
  return dw_record_fault(err, place, "%s", error->text);
}

static dw_status reader_fail(dw_reader *reader, const reader_job *job, const dw_scan_error *error)
{
  return reader->failed = reader_describe(reader, job, error, &reader->err);
}

static void reader_tell_skipped(dw_reader *reader, const dw_err *why)
{
  if (!reader->first_skipped) reader->first_skipped = dw_strdup(why->message);
  if (reader->left_out) reader->left_out(reader->want_context, why);
}

static void reader_skip(dw_reader *reader, const reader_job *job, const dw_scan_error *error, uint64_t count)
{
  reader->skipped += count;
  if (!error->set || (reader->first_skipped && !reader->left_out)) return;
  dw_err err;
  reader_describe(reader, job, error, &err);
  reader_tell_skipped(reader, &err);
}

dw_status dw_reader_unusable(dw_reader *reader, const dw_err *why, dw_err *err)
{
  if (!reader->scan.skip_errors) {
    if (err) *err = *why;
    return DW_EDATA;
  }
  reader->skipped++;
  reader->unusable++;
  reader_tell_skipped(reader, why);
  return DW_OK;
}

/* A column that is renamed, or has the name that one is given: two of one input would be one. The id of the stream + 1; 0: they would. */
static uint32_t reader_rename(dw_reader *reader, const reader_job *job, const dw_table_column *column)
{
  size_t length = column->length, i = 0;
  const char *name = reader_name(reader, column->name, &length);
  uint32_t id = dw_map_intern(&reader->columns, name, length);
  if (name == column->name && !dw_renames_makes(reader->renames, name, length)) return id + 1;
  while (i < reader->origins && reader->origin[i].column != id) i++;
  if (i < reader->origins && reader->origin[i].input == job->input &&
      !dw_text_equal(column->name, column->length, reader->origin[i].name)) {
    dw_scan_error error = {.line = column->line};
    dw_scan_fail(&error, column->line, 0, "\"%s\" and \"%.*s\" would both be \"%s\" by --rename", reader->origin[i].name,
                 (int)column->length, column->name, name);
    reader_fail(reader, job, &error);
    return 0;
  }
  if (i == reader->origins) {
    reader->origin = dw_grow(reader->origin, &reader->origin_capacity, i + 1, sizeof *reader->origin);
    reader->origin[reader->origins++] = (reader_origin){.column = id};
  }
  dw_free(reader->origin[i].name);
  reader->origin[i].name = dw_strndup(column->name, column->length);
  reader->origin[i].input = job->input;
  return id + 1;
}

/* Ids of the stream instead of those of one scanner. */
static dw_status reader_identify(dw_reader *reader, const reader_job *job, dw_table *table)
{
  dw_names *names = table->names;
  for (size_t i = 0; i < table->batch.column_count; i++) {
    const dw_table_column *column = &table->listed[i];
    if (column->local >= names->global_capacity) {
      size_t before = names->global_capacity;
      names->global = dw_grow(names->global, &names->global_capacity, column->local + (size_t)1, sizeof *names->global);
      memset(names->global + before, 0, (names->global_capacity - before) * sizeof *names->global);
    }
    uint32_t *global = &names->global[column->local];
    if (reader->renames && (*global = reader_rename(reader, job, column)) == 0) return reader->failed;
    if (*global == 0) *global = dw_map_intern(&reader->columns, column->name, column->length) + 1;
    dw_scan_error error = {.line = column->line};
    if (memchr(column->name, '\0', column->length)) /* of formats that count the bytes of names */
      dw_scan_fail(&error, column->line, 0, "the name of a column has a NUL in it: \"%s\" and more", column->name);
    else if (*global > reader->scan.field_limit)
      dw_scan_fail(&error, column->line, 0, "more than %u different columns", reader->scan.field_limit);
    else if (*global > reader->most_columns)
      dw_scan_fail(&error, column->line, 0, "more than %u different columns; for more there is no memory", reader->most_columns);
    else if (dw_map_bytes(&reader->columns) > reader->memory)
      dw_scan_fail(&error, column->line, 0, "more than %u different columns, and their names alone take more than %zu bytes", *global - 1,
                   reader->memory);
    if (error.set) return reader_fail(reader, job, &error);
    table->columns[i].id = *global - 1;
  }
  return DW_OK;
}

static void reader_index(dw_reader *reader, dw_table *table)
{
  size_t count = reader->columns.count;
  table->index = dw_grow(table->index, &table->index_capacity, count, sizeof *table->index);
  if (count) memset(table->index, 0, count * sizeof *table->index);
  for (size_t i = 0; i < table->batch.column_count; i++) table->index[table->columns[i].id] = (uint32_t)i + 1;
  table->batch.index = table->index;
  table->batch.index_count = count;
}

static void reader_complete(dw_reader *reader, const reader_job *job, dw_table *table)
{
  dw_batch *batch = &table->batch;
  if (reader_identify(reader, job, table) != DW_OK) {
    batch->rows = 0;
    return;
  }
  reader_index(reader, table);
  batch->first_row = reader->rows;
  batch->name = reader->names[job->input];
  batch->by_row = !job->format->cut;
  batch->first_line = reader->line + 1;
  batch->lines = table->lines;
  if (reader->scan.spans || reader->scan.lines)
    for (size_t i = 0; i < batch->rows; i++) table->line[i] += reader->line;
  reader_skip(reader, job, &table->first_skipped, batch->skipped);
  for (size_t i = 0; i < table->also_count; i++) reader_skip(reader, job, &table->also_skipped[i], 0);
  if (table->error.set) reader_fail(reader, job, &table->error);
  reader->nans += batch->nans;
  reader->infinite += batch->infinite;
  reader->rows += batch->rows;
  reader->line += table->lines;
}

/* A job just taken; what it says beside its tables. */
static void reader_begin_job(dw_reader *reader, reader_job *job)
{
  reader->holding = true;
  reader->table = 0;
  if (reader->line_input != job->input) {
    reader->line_input = job->input;
    reader->line = 0;
  }
  if (job->kind == JOB_BLOCK) {
    reader->format_now = job->format;
    reader->input_now = job->input;
  }
  reader->line += job->lines_before;
  reader->bytes += job->block.length + job->dropped;
  reader->unterminated |= job->unterminated;
  if (job->kind == JOB_TOO_LONG) {
    dw_scan_error error = {0};
    dw_scan_fail(&error, 1, job->format->lines ? reader->scan.line_limit + 1 : 0, DW_SCAN_TOO_LONG, reader->scan.line_limit);
    if (reader->scan.skip_errors && job->format->lines) {
      reader_skip(reader, job, &error, 1);
      reader->line++;
    } else {
      reader_fail(reader, job, &error);
    }
  }
  if (job->kind == JOB_FAILED) {
    reader->err = job->err;
    reader->failed = job->err.status;
  }
  if (job->kind == JOB_END) reader->over = true;
  if (reader->over && reader->renames_own) reader->failed = dw_renames_check(reader->renames, &reader->roster, false, &reader->err);
}

dw_status dw_reader_next(dw_reader *reader, const dw_batch **batch, dw_err *err)
{
  *batch = NULL;
  while (!reader->over && !reader->failed) {
    reader_job *job = reader->holding ? &reader->jobs[(reader->taken - 1) % reader->ring] : NULL;
    if (job && reader->table < job->table_count) {
      dw_table *table = job->tables[reader->table++];
      reader_complete(reader, job, table);
      if (table->batch.rows == 0) continue;
      *batch = &table->batch;
      return DW_OK;
    }
    if (job && dw_reader_take_rest(reader)) {
      reader->table = 0;
      continue;
    }
    if (job) {
      reader->holding = false;
      dw_reader_put_back(reader);
    }
    reader_begin_job(reader, dw_reader_take(reader));
  }
  if (reader->failed && err) *err = reader->err;
  return reader->failed;
}

/* --- questions --- */

size_t dw_reader_columns(const dw_reader *reader) { return reader->columns.count; }

const char *dw_reader_column_name(const dw_reader *reader, uint32_t id)
{
  assert(id < reader->columns.count);
  return reader->columns.keys[id].text;
}

const dw_batch_column *dw_reader_find(const dw_reader *reader, const dw_batch *batch, const char *name)
{
  for (size_t i = 0; i < batch->column_count; i++)
    if (strcmp(dw_reader_column_name(reader, batch->columns[i].id), name) == 0) return &batch->columns[i];
  return NULL;
}

uint32_t dw_reader_add_column(dw_reader *reader, const char *name) { return dw_map_intern(&reader->columns, name, strlen(name)); }

const dw_format *dw_reader_format(const dw_reader *reader) { return reader->format_now; }

/* Before the first block, nobody but the reading thread may look. */
static const dw_header *reader_header(const dw_reader *reader)
{
  const dw_header *header = reader->format_now ? reader->headers[reader->input_now] : NULL;
  return header && header->raw ? header : NULL;
}

const char *dw_reader_header(const dw_reader *reader, size_t *length)
{
  const dw_header *header = reader_header(reader);
  *length = header ? header->raw_length : 0;
  return header ? header->raw : NULL;
}

char dw_reader_delimiter(const dw_reader *reader)
{
  const dw_header *header = reader_header(reader);
  return header ? header->delimiter : '\0';
}

size_t dw_reader_inputs(const dw_reader *reader) { return reader->path_count; }

const char *dw_reader_notice(const dw_reader *reader, size_t input, const char **name)
{
  *name = reader->names[input];
  if (!reader->over) return NULL; /* the feeder may be at work on it: somebody left early, and looked at no more */
  return reader->headers[input] ? reader->headers[input]->notice : NULL;
}

const char *dw_reader_unmarked(const dw_reader *reader, size_t i, dw_buf *hint)
{
  const char *column;
  for (size_t k = 0; reader->roster.map.count && (column = dw_marks_column(reader->marks, k)); k++) {
    if (dw_roster_have(&reader->roster, column) || i-- > 0) continue;
    dw_roster_hint(&reader->roster, column, "there are", hint);
    return column;
  }
  return NULL;
}

uint64_t dw_reader_rows(const dw_reader *reader) { return reader->rows - reader->unusable; }
uint64_t dw_reader_nans(const dw_reader *reader) { return reader->nans; }
uint64_t dw_reader_infinite(const dw_reader *reader) { return reader->infinite; }
uint64_t dw_reader_skipped(const dw_reader *reader) { return reader->skipped; }
const char *dw_reader_first_skipped(const dw_reader *reader) { return reader->first_skipped; }
uint64_t dw_reader_bytes(const dw_reader *reader) { return reader->bytes; }
bool dw_reader_unterminated(const dw_reader *reader) { return reader->unterminated; }

double dw_reader_progress(const dw_reader *reader)
{
  if (reader->over) return 1;
  if (!reader->raw_total) return -1;
  double share = (double)atomic_load_explicit(&reader->raw_done, memory_order_relaxed) / (double)reader->raw_total;
  return share < 1 ? share : 1;
}

void dw_reader_digest(const dw_reader *reader, char out[33])
{
  assert(reader->over);
  dw_digest_text(&reader->digest, out);
}

void dw_reader_close(dw_reader *reader)
{
  if (!reader) return;
  dw_reader_stop(reader);
  for (size_t i = 0; i < reader->ring; i++) {
    reader_job *job = &reader->jobs[i];
    dw_free(job->bytes);
    for (size_t k = 0; k < job->table_count; k++) dw_table_free(job->tables[k]);
    dw_free(job->tables);
  }
  for (size_t i = 0; i < reader->spare_count; i++) dw_table_free(reader->spare[i]);
  dw_free(reader->spare);
  for (size_t i = 0; i < reader->threads; i++) {
    reader_parser *parser = &reader->parsers[i];
    for (size_t k = 0; k < parser->count; k++) parser->scanners[k].format->scanner_free(parser->scanners[k].scanner);
    dw_free(parser->scanners);
  }
  for (size_t i = 0; i < reader->path_count; i++) {
    dw_free(reader->paths[i]);
    dw_free(reader->names[i]);
    if (reader->headers[i]) reader->headers[i]->free(reader->headers[i]);
  }
  dw_input_close(reader->input);
  if (reader->wake[0] >= 0) close(reader->wake[0]);
  dw_map_free(&reader->columns);
  dw_roster_free(&reader->roster);
  dw_marks_free(reader->marks);
  if (reader->renames_own) dw_renames_free(reader->renames);
  for (size_t i = 0; i < reader->origins; i++) dw_free(reader->origin[i].name);
  dw_free(reader->origin);
  dw_free(reader->paths);
  dw_free(reader->names);
  dw_free(reader->headers);
  dw_free(reader->jobs);
  dw_free(reader->parsers);
  dw_free(reader->workers);
  dw_free(reader->carry);
  dw_free(reader->first_skipped);
  pthread_mutex_destroy(&reader->lock);
  pthread_mutex_destroy(&reader->want_lock);
  pthread_cond_destroy(&reader->can_fill);
  pthread_cond_destroy(&reader->can_parse);
  pthread_cond_destroy(&reader->can_deliver);
  dw_free(reader);
}
