#include "store/records/records.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "store/records/records_backend.h"

static const struct {
  const char *prefix;
  bool kept; /* the prefix is a part of the place */
  const dw_records_backend *backend;
} backends[] = {{"sqlite:", false, &dw_records_sqlite}, {"postgres://", true, &dw_records_pg}, {"postgresql://", true, &dw_records_pg}};

static dw_status backend_of(const char *address, const dw_records_backend **backend, const char **place, dw_err *err)
{
  for (size_t i = 0; i < sizeof backends / sizeof *backends; i++) {
    size_t length = strlen(backends[i].prefix);
    if (strncmp(address, backends[i].prefix, length) != 0 || !address[length]) continue;
    *backend = backends[i].backend;
    *place = address + (backends[i].kept ? 0 : length);
    return DW_OK;
  }
  if (strstr(address, "://")) /* it may hold a password: not shown */
    return dw_err_set(err, DW_EUSAGE, "%.*s://… names no database of records; sqlite:FILE and postgresql://… do",
                      (int)strcspn(address, ":"), address);
  return dw_err_set(err, DW_EUSAGE, "\"%s\" names no database of records; sqlite:FILE and postgresql://… do", address);
}

dw_status dw_records_open(dw_records **out, const char *address, const dw_records_options *options, dw_err *err)
{
  const char *place = NULL;
  const dw_records_backend *backend = NULL;
  *out = NULL;
  dw_status status = backend_of(address, &backend, &place, err);
  if (status != DW_OK) return status;
  dw_records *records = dw_alloc_zero(1, sizeof *records);
  records->backend = backend;
  records->options = *options;
  if (!options->reserve) records->options.reserve = DW_RECORDS_RESERVE;
  if (!options->log_most) records->options.log_most = DW_RECORDS_LOG_MOST;
  pthread_mutex_init(&records->lock, NULL);
  pthread_cond_init(&records->moved, NULL);
  records->last = &records->first;
  status = backend->open(records, place, err);
  if (status == DW_OK) *out = records;
  else dw_records_close(records);
  return status;
}

void dw_records_close(dw_records *records)
{
  if (!records) return;
  assert(!records->first && !records->writing);
  for (size_t i = 0; i < records->reader_count; i++) records->backend->reader_close(records->readers[i]);
  records->backend->close(records);
  pthread_cond_destroy(&records->moved);
  pthread_mutex_destroy(&records->lock);
  dw_free(records->name);
  dw_free(records);
}

const char *dw_records_name(const dw_records *records) { return records->name; }

dw_status dw_records_migrate(const char *address, dw_records_step *step, void *context, dw_err *err)
{
  const char *place = NULL;
  const dw_records_backend *backend = NULL;
  dw_status status = backend_of(address, &backend, &place, err);
  return status == DW_OK ? backend->migrate(place, step, context, err) : status;
}

dw_records_timing dw_records_timing_of(int64_t time, int64_t received)
{
  if (time > received + DW_RECORDS_AHEAD) return DW_RECORDS_EARLY;
  return time < received - DW_RECORDS_BEHIND ? DW_RECORDS_LATE : DW_RECORDS_IN_TIME;
}

/* --- putting: who finds nobody writing takes all that wait, and writes them as one transaction --- */

typedef struct dw_records_waiting {
  dw_records_batch *batch;
  bool done;
  dw_status status;
  dw_err err;
  pthread_cond_t ready; /* it is done, or its turn to write */
  struct dw_records_waiting *next;
} records_waiting;

enum { GROUP_PUTS = 1024, GROUP_ITEMS = 100000 };

/* Takes the first that wait, as many as one transaction should write. */
static size_t take_group(dw_records *records, records_waiting *group[GROUP_PUTS], dw_records_batch *batches[GROUP_PUTS])
{
  size_t count = 0, items = 0;
  while (records->first && count < GROUP_PUTS && (count == 0 || items + records->first->batch->count <= GROUP_ITEMS)) {
    group[count] = records->first;
    batches[count] = records->first->batch;
    items += records->first->batch->count;
    records->first = records->first->next;
    count++;
  }
  if (!records->first) records->last = &records->first;
  return count;
}

static void count_outcomes(dw_records_batch *batch)
{
  uint64_t counts[DW_RECORDS_REFUSED + 1] = {0};
  for (size_t i = 0; i < batch->count; i++) counts[batch->items[i].outcome]++;
  batch->stored = counts[DW_RECORDS_STORED];
  batch->duplicates = counts[DW_RECORDS_DUPLICATE];
  batch->conflicts = counts[DW_RECORDS_CONFLICT];
  batch->refused = counts[DW_RECORDS_REFUSED];
}

const double dw_records_commit_bounds[DW_RECORDS_COMMIT_BINS] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};

/* With the lock held. */
static void count_commit(dw_records_commits *commits, dw_records_batch *const *batches, size_t count, dw_status status,
                         uint64_t nanoseconds)
{
  size_t bin = 0;
  double seconds = (double)nanoseconds / 1e9;
  if (status != DW_OK) {
    commits->failed++;
    return;
  }
  while (bin < DW_RECORDS_COMMIT_BINS && seconds > dw_records_commit_bounds[bin]) bin++;
  commits->commits++;
  commits->batches += count;
  commits->bin[bin]++;
  commits->seconds += seconds;
  for (size_t i = 0; i < count; i++) commits->items += batches[i]->count;
}

void dw_records_committed(dw_records *records, dw_records_commits *commits)
{
  pthread_mutex_lock(&records->lock);
  *commits = records->commits;
  pthread_mutex_unlock(&records->lock);
}

/* With the lock held: nobody writes any more. Each put that waits has a condition of its own: a thread that is woken for nothing costs as
 * much as a record. */
static void wake_next(dw_records *records)
{
  if (records->first) pthread_cond_signal(&records->first->ready);
  pthread_cond_broadcast(&records->moved);
}

/* Holding the lock, with nobody writing: writes one group, without the lock meanwhile. */
static void write_group(dw_records *records)
{
  records_waiting *group[GROUP_PUTS];
  dw_records_batch *batches[GROUP_PUTS];
  bool full = false;
  dw_err err = {0};
  size_t count = take_group(records, group, batches);
  records->writing = true;
  pthread_mutex_unlock(&records->lock);
  uint64_t began = dw_monotonic_ns();
  dw_status status = records->backend->put(records, batches, count, &full, &err);
  uint64_t took = dw_monotonic_ns() - began;
  pthread_mutex_lock(&records->lock);
  count_commit(&records->commits, batches, count, status, took);
  records->writing = false;
  for (size_t i = 0; i < count; i++) {
    if (status == DW_OK) count_outcomes(batches[i]);
    batches[i]->full = full;
    group[i]->status = status;
    group[i]->err = err;
    group[i]->done = true;
    pthread_cond_signal(&group[i]->ready);
  }
  wake_next(records);
}

dw_status dw_records_put(dw_records *records, dw_records_batch *batch, dw_err *err)
{
  records_waiting own = {.batch = batch, .ready = PTHREAD_COND_INITIALIZER};
  assert(!records->options.reading);
  batch->stored = batch->duplicates = batch->conflicts = batch->refused = 0;
  batch->full = false;
  batch->why[0] = '\0';
  if (batch->count == 0) return DW_OK;
  pthread_mutex_lock(&records->lock);
  *records->last = &own;
  records->last = &own.next;
  while (!own.done) {
    if (records->writing) pthread_cond_wait(&own.ready, &records->lock);
    else write_group(records);
  }
  pthread_mutex_unlock(&records->lock);
  pthread_cond_destroy(&own.ready);
  if (own.status != DW_OK && err) *err = own.err;
  return own.status;
}

/* Alone with the database, as one who writes. Puts that wait come first, once: there may always be some. */
static void begin_alone(dw_records *records)
{
  bool gave = false;
  assert(!records->options.reading);
  pthread_mutex_lock(&records->lock);
  while (records->writing || (records->first && !gave)) {
    gave |= !records->writing;
    if (records->writing) pthread_cond_wait(&records->moved, &records->lock);
    else write_group(records);
  }
  records->writing = true;
  pthread_mutex_unlock(&records->lock);
}

static void end_alone(dw_records *records)
{
  pthread_mutex_lock(&records->lock);
  records->writing = false;
  wake_next(records);
  pthread_mutex_unlock(&records->lock);
}

/* Commits so far. */
static uint64_t commits_of(dw_records *records)
{
  pthread_mutex_lock(&records->lock);
  uint64_t commits = records->commits.commits;
  pthread_mutex_unlock(&records->lock);
  return commits;
}

/* Three times as long as the step took, and at most a second: who puts has the database for most of the time. */
static void rest(uint64_t took)
{
  uint64_t wait = took > 333333333 ? 1000000000 : 3 * took;
  nanosleep(&(struct timespec){.tv_sec = (time_t)(wait / 1000000000), .tv_nsec = (long)(wait % 1000000000)}, NULL);
}

dw_status dw_records_prune_step(dw_records *records, int table, int64_t before, uint64_t *removed, bool *more, dw_err *err)
{
  uint64_t step = 0, commits = commits_of(records);
  bool others = false;
  begin_alone(records);
  uint64_t began = dw_monotonic_ns();
  dw_status status = records->backend->prune(records, table, before, &step, more, &others, err);
  uint64_t took = dw_monotonic_ns() - began;
  end_alone(records);
  *removed += step;
  if (*more && status == DW_OK && (others || commits_of(records) != commits)) rest(took);
  return status;
}

dw_status dw_records_prune(dw_records *records, int table, int64_t before, uint64_t *removed, dw_err *err)
{
  bool more = true;
  dw_status status = DW_OK;
  *removed = 0;
  while (more && status == DW_OK) status = dw_records_prune_step(records, table, before, removed, &more, err);
  return status;
}

dw_status dw_records_remove(dw_records *records, dw_record_kind kind, const char *model, const char *source, const char *id, bool *found,
                            dw_err *err)
{
  *found = false;
  begin_alone(records);
  dw_status status =
      records->backend->remove(records, &(dw_records_query){.kind = kind, .model = model, .source = source, .id = id}, found, err);
  end_alone(records);
  return status;
}

/* --- reading --- */

static dw_status take_reader(dw_records *records, void **reader, dw_err *err)
{
  *reader = NULL;
  pthread_mutex_lock(&records->lock);
  if (records->reader_count) *reader = records->readers[--records->reader_count];
  pthread_mutex_unlock(&records->lock);
  return *reader ? DW_OK : records->backend->reader_open(records, reader, err);
}

static void give_reader(dw_records *records, void *reader)
{
  bool kept = false;
  pthread_mutex_lock(&records->lock);
  if (records->reader_count < DW_RECORDS_READERS) {
    records->readers[records->reader_count++] = reader;
    kept = true;
  }
  pthread_mutex_unlock(&records->lock);
  if (!kept) records->backend->reader_close(reader);
}

bool dw_records_page_add(dw_records_page *page, const dw_records_row *row)
{
  page->rows = dw_grow(page->rows, &page->capacity, page->count + 1, sizeof *page->rows);
  dw_records_row *copy = &page->rows[page->count++];
  *copy = *row;
  copy->model = dw_arena_strndup(&page->arena, row->model, strlen(row->model));
  copy->source = dw_arena_strndup(&page->arena, row->source, strlen(row->source));
  copy->id = dw_arena_strndup(&page->arena, row->id, strlen(row->id));
  copy->content = dw_arena_strndup(&page->arena, row->content, row->length);
  if (row->label) copy->label = dw_arena_strndup(&page->arena, row->label, row->label_length);
  page->bytes += row->length + row->label_length;
  return page->count < DW_RECORDS_PAGE_ROWS && page->bytes < DW_RECORDS_PAGE_BYTES;
}

/* Page by page; limit 0: all. */
static dw_status give_pages(dw_records *records, void *reader, int table, const dw_records_query *query, dw_records_sink *sink,
                            void *context, dw_err *err)
{
  dw_records_cursor cursor = {0};
  if (query && query->after) cursor = (dw_records_cursor){.begun = true, .time = query->after->time, .number = query->after->number};
  dw_records_page page = {.more = true};
  uint64_t left = query && query->limit ? query->limit : UINT64_MAX;
  bool stop = false;
  dw_status status = DW_OK;
  while (status == DW_OK && page.more && !stop) {
    dw_arena_init(&page.arena);
    page.count = page.bytes = 0;
    page.more = false;
    status = records->backend->page(records, reader, table, query, &cursor, &page, err);
    for (size_t i = 0; i < page.count && status == DW_OK && !stop; i++) {
      status = sink(context, &page.rows[i], &stop, err);
      if (--left == 0) stop = true;
    }
    dw_arena_free(&page.arena);
  }
  dw_free(page.rows);
  return status;
}

dw_status dw_records_get(dw_records *records, const dw_records_query *query, dw_records_sink *sink, void *context, uint64_t *left_out,
                         dw_err *err)
{
  void *reader;
  if (left_out) *left_out = 0;
  dw_status status = take_reader(records, &reader, err);
  if (status != DW_OK) return status;
  if (left_out && !query->strays) status = records->backend->strays(records, reader, query, left_out, err);
  if (status == DW_OK) status = give_pages(records, reader, dw_record_kind_table(query->kind), query, sink, context, err);
  give_reader(records, reader);
  return status;
}

dw_status dw_records_each(dw_records *records, int table, dw_records_sink *sink, void *context, dw_err *err)
{
  void *reader;
  dw_status status = take_reader(records, &reader, err);
  if (status != DW_OK) return status;
  status = give_pages(records, reader, table, NULL, sink, context, err);
  give_reader(records, reader);
  return status;
}

dw_status dw_records_stats(dw_records *records, dw_records_count_sink *sink, void *context, dw_err *err)
{
  void *reader;
  dw_status status = take_reader(records, &reader, err);
  if (status != DW_OK) return status;
  for (int table = 0; table < DW_RECORD_TABLES && status == DW_OK; table++)
    status = records->backend->stats(records, reader, table, sink, context, err);
  give_reader(records, reader);
  return status;
}

dw_status dw_records_about(dw_records *records, dw_records_facts *facts, dw_err *err)
{
  void *reader;
  *facts = (dw_records_facts){0};
  dw_status status = take_reader(records, &reader, err);
  if (status != DW_OK) return status;
  status = records->backend->about(records, reader, facts, err);
  give_reader(records, reader);
  return status;
}
