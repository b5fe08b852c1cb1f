/* The workers, and the ring of jobs between the reading thread, the workers and the caller. */
#include <assert.h>
#include <unistd.h>

#include "io/reader/reader_parts.h"
#include "io/record/marks.h"

static void *parser_scanner(const dw_reader *reader, reader_parser *parser, const dw_format *format)
{
  for (size_t i = 0; i < parser->count; i++)
    if (parser->scanners[i].format == format) return parser->scanners[i].scanner;
  parser->scanners = dw_grow(parser->scanners, &parser->capacity, parser->count + 1, sizeof *parser->scanners);
  parser->scanners[parser->count] = (reader_scanner){format, format->scanner_new(&reader->scan)};
  return parser->scanners[parser->count++].scanner;
}

/* Few of the ring's jobs have tables at a time, so tables go from job to job. */
static dw_table *take_table(dw_reader *reader)
{
  pthread_mutex_lock(&reader->lock);
  dw_table *table = reader->spare_count ? reader->spare[--reader->spare_count] : NULL;
  pthread_mutex_unlock(&reader->lock);
  return table ? table : dw_table_new();
}

/* With the lock held. */
static void give_tables_back(dw_reader *reader, reader_job *job)
{
  reader->spare = dw_grow(reader->spare, &reader->spare_capacity, reader->spare_count + job->table_count, sizeof(dw_table *));
  while (job->table_count) {
    dw_table *table = job->tables[--job->table_count];
    dw_names_drop(table->names); /* a scanner may have forgotten them since */
    table->names = NULL;
    if (atomic_load(&reader->table_bytes) <= reader->memory) {
      reader->spare[reader->spare_count++] = table;
      continue;
    }
    atomic_fetch_sub(&reader->table_bytes, table->known_bytes);
    dw_table_free(table);
  }
}

static bool is_over(const reader_job *job)
{
  if (job->block.length == 0) return true;
  return job->format->cut ? job->from >= job->block.length : job->from == DW_SCAN_OVER;
}

/* What is left of a job behind the tables that it has; a table that ended with an error is its last. */
static bool job_goes_on(const reader_job *job)
{
  return job->kind == JOB_BLOCK && !is_over(job) && !(job->table_count && job->tables[job->table_count - 1]->error.set);
}

static void parse_table(dw_reader *reader, reader_parser *parser, reader_job *job)
{
  job->tables = dw_grow(job->tables, &job->table_capacity, job->table_count + 1, sizeof(dw_table *));
  dw_table *table = job->tables[job->table_count++] = take_table(reader);
  job->format->scan(parser_scanner(reader, parser, job->format), &job->block, &job->from, table);
  if (reader->scan.marks) dw_marks_apply(reader->scan.marks, reader->renames, table);
  size_t bytes = dw_table_bytes(table);
  atomic_fetch_add(&reader->table_bytes, bytes - table->known_bytes); /* modulo 2^64: it may be less */
  table->known_bytes = bytes;
}

/* Tables depend on the bytes of the block alone: who makes them, and when, changes nothing. */
static void parse_job(dw_reader *reader, reader_parser *parser, reader_job *job)
{
  while (job_goes_on(job) && atomic_load(&reader->table_bytes) <= reader->memory) parse_table(reader, parser, job);
}

bool dw_reader_take_rest(dw_reader *reader)
{
  reader_job *job = &reader->jobs[(reader->taken - 1) % reader->ring];
  if (!job_goes_on(job)) return false;
  pthread_mutex_lock(&reader->lock);
  give_tables_back(reader, job);
  pthread_mutex_unlock(&reader->lock);
  parse_table(reader, &reader->parsers[0], job);
  return true;
}

/* With the lock held: parses the first job that nobody has claimed. */
static void parse_next(dw_reader *reader, reader_parser *parser)
{
  reader_job *job = &reader->jobs[reader->claimed++ % reader->ring];
  pthread_mutex_unlock(&reader->lock);
  parse_job(reader, parser, job);
  pthread_mutex_lock(&reader->lock);
  job->parsed = true;
  pthread_cond_signal(&reader->can_deliver);
}

typedef struct worker {
  dw_reader *reader;
  reader_parser *parser;
} worker;

static void *work(void *context)
{
  worker *self = context;
  dw_reader *reader = self->reader;
  pthread_mutex_lock(&reader->lock);
  while (!reader->closing) {
    if (reader->claimed < reader->filled) {
      parse_next(reader, self->parser);
      continue;
    }
    reader->idle++;
    pthread_cond_wait(&reader->can_parse, &reader->lock);
    reader->idle--;
  }
  pthread_mutex_unlock(&reader->lock);
  dw_free(self);
  return NULL;
}

/* With the lock held. Workers start when there is work for them, so that a short input on a large machine starts none. A thread that
 * the system refuses is done without. */
static void start_worker(dw_reader *reader)
{
  if (reader->idle > 0 || reader->worker_count + 1 >= reader->threads || reader->filled - reader->claimed < 2) return;
  worker *self = dw_alloc(sizeof *self);
  *self = (worker){reader, &reader->parsers[reader->worker_count + 1]};
  if (pthread_create(&reader->workers[reader->worker_count], NULL, work, self) == 0) reader->worker_count++;
  else dw_free(self);
}

/* Large blocks (row groups of one page) are far larger still as tables: no more of them than keep the workers busy. */
static bool ring_is_full(const dw_reader *reader)
{
  enum { HELD = 4 << 20 };
  uint64_t jobs = reader->filled - reader->released;
  return jobs == reader->ring || (jobs > reader->threads && reader->held > HELD);
}

reader_job *dw_reader_free_job(dw_reader *reader)
{
  pthread_mutex_lock(&reader->lock);
  assert(!reader->at_once || reader->filled < reader->ring); /* a block, its rest and the end */
  while (ring_is_full(reader) && !reader->closing) pthread_cond_wait(&reader->can_fill, &reader->lock);
  bool closing = reader->closing;
  pthread_mutex_unlock(&reader->lock);
  return closing ? NULL : &reader->jobs[reader->filled % reader->ring];
}

void dw_reader_publish(dw_reader *reader)
{
  pthread_mutex_lock(&reader->lock);
  reader->held += reader->jobs[reader->filled % reader->ring].block.length;
  reader->filled++;
  start_worker(reader);
  pthread_cond_signal(&reader->can_parse);
  pthread_cond_signal(&reader->can_deliver);
  pthread_mutex_unlock(&reader->lock);
}

reader_job *dw_reader_take(dw_reader *reader)
{
  pthread_mutex_lock(&reader->lock);
  reader_job *job = &reader->jobs[reader->taken % reader->ring];
  for (;;) {
    if (reader->claimed > reader->taken && job->parsed) break;
    if (reader->claimed < reader->filled) parse_next(reader, &reader->parsers[0]);
    else pthread_cond_wait(&reader->can_deliver, &reader->lock);
  }
  pthread_mutex_unlock(&reader->lock);
  reader->taken++;
  return job;
}

void dw_reader_put_back(dw_reader *reader)
{
  pthread_mutex_lock(&reader->lock);
  reader_job *job = &reader->jobs[reader->released % reader->ring];
  give_tables_back(reader, job);
  reader->held -= job->block.length;
  reader->released++;
  pthread_cond_signal(&reader->can_fill);
  pthread_mutex_unlock(&reader->lock);
}

void dw_reader_stop(dw_reader *reader)
{
  pthread_mutex_lock(&reader->lock);
  reader->closing = true;
  pthread_cond_broadcast(&reader->can_fill);
  pthread_cond_broadcast(&reader->can_parse);
  pthread_mutex_unlock(&reader->lock);
  if (reader->wake[1] >= 0) close(reader->wake[1]); /* a pipe that says nothing must not keep the program from closing */
  if (reader->feeding) pthread_join(reader->feeder, NULL);
  for (unsigned i = 0; i < reader->worker_count; i++) pthread_join(reader->workers[i], NULL);
}
