/* The reading thread: opens inputs, tells their format, cuts blocks. Blocks depend on the bytes alone: each is filled to the size asked
 * for, however the bytes dribble in (but see dw_reader_options.live), and cut at its last record end; one that holds no record end grows.
 */
#include <string.h>

#include "io/reader/reader_parts.h"

enum { WIDE_ROWS = 64, WIDE_BLOCK = 2 << 20, OF_MEMORY = 64 };

typedef struct feed {
  dw_reader *reader;
  dw_input *input;
  size_t number;           /* of the input */
  const dw_format *format; /* NULL: not told yet */
  bool ended;              /* the input gave its last byte */
  bool first;              /* no block of this input yet */
  size_t block;            /* bytes to fill a block with */
} feed;

static void job_room(reader_job *job, size_t size)
{
  if (job->capacity >= size + DW_BLOCK_PADDING) return;
  job->capacity = size + DW_BLOCK_PADDING;
  job->bytes = dw_realloc_array(job->bytes, job->capacity, 1);
}

/* Of several inputs the text runs through one fingerprint, as if they were one; once it is known that it is text. */
static bool feed_digests(const feed *f) { return f->reader->digest_of_all && f->format && f->format->cut; }

/* Reads until the job holds `size` bytes or the input ends; live, until what came has a line end in it. */
static dw_status feed_fill(feed *f, reader_job *job, size_t size, uint64_t raw_before, dw_err *err)
{
  dw_reader *reader = f->reader;
  job_room(job, size);
  while (!f->ended && job->block.length < size) {
    size_t count = 0;
    dw_status status = dw_input_read(f->input, job->bytes + job->block.length, size - job->block.length, &count, err);
    if (status != DW_OK) return status;
    if (feed_digests(f)) dw_digest_add(&reader->digest, job->bytes + job->block.length, count);
    bool line = reader->live && count && memchr(job->bytes + job->block.length, '\n', count);
    job->block.length += count;
    f->ended = count == 0;
    if (f->ended && !reader->parts && dw_input_cut(f->input))
      return dw_err_at(err, DW_EDATA, dw_input_name(f->input), 0, 0, "the command that wrote it failed: what came is not all");
    atomic_store_explicit(&reader->raw_done, raw_before + dw_input_raw_bytes(f->input), memory_order_relaxed);
    if (line) break;
  }
  return DW_OK;
}

/* What the input is, from how it begins; stays NULL while that does not tell. */
static dw_status feed_format(feed *f, const reader_job *job, dw_err *err)
{
  dw_reader *reader = f->reader;
  if (f->format && !f->format->cut) return DW_OK;
  bool all = f->ended || job->block.length > reader->scan.line_limit, more;
  dw_status status = dw_format_foreign(job->bytes, job->block.length, all, dw_input_name(f->input), &more, err);
  if (status != DW_OK || f->format || more) return status;
  status = dw_format_told(&f->format, reader->formats, job->bytes, job->block.length, all, dw_input_name(f->input), err);
  if (status == DW_EDATA && reader->otherwise) {
    f->format = reader->otherwise;
    status = DW_OK;
  }
  if (status == DW_OK && feed_digests(f)) dw_digest_add(&reader->digest, job->bytes, job->block.length);
  return status;
}

static dw_status feed_header(feed *f, const reader_job *job, dw_err *err)
{
  dw_reader *reader = f->reader;
  dw_begin begin = {job->bytes, job->block.length, f->input, &reader->scan};
  return f->format->open ? f->format->open(&reader->headers[f->number], &begin, err) : DW_OK;
}

static size_t feed_cut(const feed *f, const reader_job *job)
{
  return f->ended ? job->block.length : f->format->cut(job->bytes, job->block.length, f->reader->headers[f->number]);
}

/* Once the first record is there: what it says may move the end of the last one. */
static dw_status feed_begin(feed *f, const reader_job *job, size_t *cut, dw_err *err)
{
  if (!f->first || !job->block.length || f->reader->headers[f->number] || !(*cut || f->ended)) return DW_OK;
  dw_status status = feed_header(f, job, err);
  const dw_header *header = f->reader->headers[f->number];
  if (status != DW_OK || !header) return status;
  *cut = feed_cut(f, job);
  if (*cut < header->bytes) *cut = 0;
  return DW_OK;
}

static void feed_carry(dw_reader *reader, const char *bytes, size_t length)
{
  if (length > reader->carry_capacity) reader->carry = dw_grow(reader->carry, &reader->carry_capacity, length, 1);
  if (length) memcpy(reader->carry, bytes, length);
  reader->carry_length = length;
}

/* The job holds the begin of a line beyond the limit. Reads on to the line's end and drops it. */
static dw_status feed_drop_line(feed *f, reader_job *job, uint64_t raw_before, dw_err *err)
{
  job->kind = JOB_TOO_LONG;
  for (;;) {
    const char *end = memchr(job->bytes, '\n', job->block.length);
    if (end || f->ended) {
      size_t used = end ? (size_t)(end - job->bytes) + 1 : job->block.length;
      feed_carry(f->reader, job->bytes + used, job->block.length - used);
      job->unterminated = !end;
      job->dropped += used;
      job->block.length = 0;
      return DW_OK;
    }
    job->dropped += job->block.length;
    job->block.length = 0;
    dw_status status = feed_fill(f, job, f->block, raw_before, err);
    if (status != DW_OK) return status;
  }
}

/* What is done once for each column of a block is worth its cost from some dozens of rows on: long records go into longer blocks, as far
 * as these stay in a core's cache and in the memory that was given. The first record tells. */
static void feed_widen(feed *f, const reader_job *job)
{
  const dw_reader *reader = f->reader;
  size_t most = reader->memory / OF_MEMORY; /* whatever the threads: blocks are the same */
  const char *first = job->bytes + job->from, *end = memchr(first, '\n', job->block.length - job->from);
  size_t size = end ? (size_t)(end - first) * WIDE_ROWS : 0;
  if (most > WIDE_BLOCK) most = WIDE_BLOCK;
  if (size > most) size = most;
  if (reader->adapts && size > f->block) f->block = size;
}

static void feed_pad(feed *f, reader_job *job)
{
  job_room(job, job->block.length);
  job->format = f->format;
  job->block.header = f->reader->headers[f->number];
  job->bytes[job->block.length] = '\n';
  memset(job->bytes + job->block.length + 1, 0, DW_BLOCK_PADDING - 1);
  job->block.bytes = job->bytes;
}

/* The next block of a format that has blocks of its own. It may have read its input in any order, so that the fingerprint of several
 * inputs is that of their fingerprints. */
static dw_status feed_own(feed *f, reader_job *job, uint64_t raw_before, dw_err *err)
{
  dw_reader *reader = f->reader;
  if (reader->scan.spans && !f->format->text)
    return dw_err_at(err, DW_EDATA, dw_input_name(f->input), 0, 0,
                     "a record of %s has no text that could be copied: convert it to NDJSON first", f->format->title);
  dw_status status = f->first ? feed_header(f, job, err) : DW_OK;
  if (status != DW_OK) return status;
  dw_buf block = {.data = job->bytes, .capacity = job->capacity};
  job->block.first = f->first;
  status = f->format->next(reader->headers[f->number], &block, err);
  job->bytes = block.data;
  job->capacity = block.capacity;
  job->block.length = block.length;
  atomic_store_explicit(&reader->raw_done, raw_before + dw_input_raw_bytes(f->input), memory_order_relaxed);
  if (status != DW_OK) return status;
  f->ended = block.length == 0;
  if (f->ended && reader->digest_of_all) {
    char text[33];
    dw_digest_text(dw_input_digest(f->input), text);
    dw_digest_add(&reader->digest, text, sizeof text - 1);
  }
  feed_pad(f, job);
  return DW_OK;
}

/* The next block of the input into a job; block.length stays 0 when there is none. */
static dw_status feed_block(feed *f, reader_job *job, uint64_t raw_before, dw_err *err)
{
  dw_reader *reader = f->reader;
  if (f->format && !f->format->cut && !f->first) return feed_own(f, job, raw_before, err);
  size_t size = f->block > reader->carry_length ? f->block : reader->carry_length + 1;
  job_room(job, size);
  if (reader->carry_length) memcpy(job->bytes, reader->carry, reader->carry_length);
  job->block.length = reader->carry_length;
  reader->carry_length = 0;
  for (;; size *= job->block.length < size ? 1 : 2) {
    dw_status status = feed_fill(f, job, size, raw_before, err);
    if (status != DW_OK) return status;
    if (f->first && (status = feed_format(f, job, err)) != DW_OK) return status;
    if (!f->format) continue;
    if (!f->format->cut) return feed_own(f, job, raw_before, err);
    size_t cut = feed_cut(f, job);
    if ((status = feed_begin(f, job, &cut, err)) != DW_OK) return status;
    if (cut || f->ended) {
      feed_carry(reader, job->bytes + cut, job->block.length - cut);
      job->block.length = cut;
      break;
    }
    if (job->block.length <= reader->scan.line_limit) continue;
    job->format = f->format;
    if (f->format->lines && reader->scan.skip_errors) return feed_drop_line(f, job, raw_before, err);
    job->kind = JOB_TOO_LONG;
    job->block.length = 0;
    f->ended = true;
    return DW_OK;
  }
  job->block.first = f->first;
  job->unterminated = f->ended && job->block.length && job->bytes[job->block.length - 1] != '\n';
  if (f->first && job->block.length) {
    const dw_header *header = reader->headers[f->number];
    job->from = header ? header->bytes : 0;
    job->lines_before = header ? header->lines : 0;
    feed_widen(f, job);
  }
  feed_pad(f, job);
  return DW_OK;
}

static reader_job *feed_job(feed *f)
{
  reader_job *job = dw_reader_free_job(f->reader);
  if (!job) return NULL;
  job->kind = JOB_BLOCK;
  job->parsed = job->unterminated = false;
  job->block = (dw_block){.serial = ++f->reader->serial};
  job->from = job->dropped = 0;
  job->input = f->number;
  job->format = f->format;
  job->lines_before = 0;
  return job;
}

/* All blocks of one input. false: the stream is over (failed, or the reader is being closed). */
static bool feed_input(feed *f)
{
  dw_reader *reader = f->reader;
  uint64_t raw_before = atomic_load_explicit(&reader->raw_done, memory_order_relaxed);
  reader_job *job = feed_job(f);
  if (!job) return false;
  dw_status status = DW_OK;
  if (f->number == 0) {
    f->input = reader->input;
  } else {
    status = dw_input_open(&f->input, reader->paths[f->number], &job->err);
    reader->input = f->input;
  }
  if (status == DW_OK) {
    reader->names[f->number] = dw_strdup(dw_input_name(f->input));
    dw_input_wake_by(f->input, reader->wake[0]);
    if (reader->scan.dialect) dw_input_recode(f->input, (dw_charset)reader->scan.dialect->encoding);
  }
  while (status == DW_OK) {
    status = feed_block(f, job, raw_before, &job->err);
    if (status != DW_OK) break;
    bool over = f->ended && reader->carry_length == 0;
    if (job->block.length || job->kind == JOB_TOO_LONG) {
      f->first = false;
      dw_reader_publish(reader);
      if (!over && !(job = feed_job(f))) return false;
    }
    if (over) break;
  }
  if (status != DW_OK) {
    job->kind = JOB_FAILED;
    job->block.length = 0;
    dw_reader_publish(reader);
    return false;
  }
  if (!reader->digest_of_all) reader->digest = *dw_input_digest(f->input);
  dw_input_close(f->input);
  reader->input = NULL;
  return true;
}

void *dw_reader_feed(void *context)
{
  dw_reader *reader = context;
  size_t last = reader->path_count - 1;
  for (size_t i = 0; i < reader->path_count; i++) {
    feed f = {.reader = reader, .number = i, .format = reader->format, .first = true, .block = reader->block};
    reader->carry_length = 0;
    if (!feed_input(&f)) return NULL;
    last = i;
  }
  feed f = {.reader = reader, .number = last};
  reader_job *job = feed_job(&f);
  if (job) {
    job->kind = JOB_END;
    dw_reader_publish(reader);
  }
  return NULL;
}
