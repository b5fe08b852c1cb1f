/* reader_parts: what the reader's files share. Private to io/reader/reader*.c.
 *
 *   reader_feed.c   the reading thread: inputs -> blocks
 *   reader_work.c   the workers: blocks -> tables, and the ring that hands them on
 *   reader.c        the caller's side: tables in order, ids of the stream
 *
 * Blocks live in a ring of jobs. Four counters run behind one another: filled >= claimed >= delivered-or-being-delivered; a job is
 * free again once the caller moved on. The counters and the states of jobs change under the lock only.
 */
#ifndef DW_IO_READER_PARTS_H
#define DW_IO_READER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "io/formats/formats.h"
#include "io/bytes/input.h"
#include "io/reader/reader.h"
#include "io/record/marks.h"
#include "io/text/roster.h"

typedef enum job_kind {
  JOB_BLOCK,    /* records to parse */
  JOB_TOO_LONG, /* one record beyond the line limit, left out */
  JOB_FAILED,   /* reading failed: err */
  JOB_END       /* the stream is over */
} job_kind;

typedef struct reader_job {
  job_kind kind;
  bool parsed;
  char *bytes;
  size_t capacity;
  dw_block block;
  size_t from;  /* io/record/scanner.h: what of the block is scanned; first, where records begin in it (behind a header) */
  size_t input; /* whose bytes these are */
  const dw_format *format;
  uint64_t lines_before; /* line ends of the header, in front of from */
  size_t dropped;        /* bytes of a line that was too long */
  bool unterminated;     /* the input ended without a line end */
  dw_table **tables;
  size_t table_count, table_capacity; /* filled; places */
  dw_err err;
} reader_job;

/* A scanner of one format, made when it is first needed. */
typedef struct reader_scanner {
  const dw_format *format;
  void *scanner;
} reader_scanner;

typedef struct reader_parser {
  reader_scanner *scanners;
  size_t count, capacity;
} reader_parser;

typedef struct reader_origin {
  uint32_t column; /* of the stream */
  size_t input;    /* that the name was seen in last */
  char *name;      /* there */
} reader_origin;

struct dw_reader {
  /* settled when opened */
  const dw_format *format, *otherwise, *const *formats;
  dw_scan_options scan;
  bool (*want)(void *context, const char *name, size_t length);
  bool (*as_text)(void *context, const char *name, size_t length);
  void (*left_out)(void *context, const dw_err *why);
  void *want_context; /* of all */
  dw_marks *marks;    /* of the dialect; NULL: none */
  dw_renames *renames;
  bool renames_own;      /* of the dialect */
  dw_roster roster;      /* of columns, where marks are of some or some are renamed; under want_lock */
  unsigned most_columns; /* that the caller has room for */
  size_t block, memory;
  unsigned threads;
  char **paths;
  size_t path_count;
  char **names;        /* of the inputs, for messages; written by the feeder before the first job of an input */
  dw_header **headers; /* by input, likewise */
  uint64_t raw_total;  /* bytes of all files; 0: not known */

  /* the ring */
  pthread_mutex_t lock, want_lock;
  pthread_cond_t can_fill, can_parse, can_deliver;
  reader_job *jobs;
  size_t ring;
  uint64_t filled, claimed, released;
  size_t held;                /* bytes of the blocks that are not free */
  _Atomic size_t table_bytes; /* of all tables that there are */
  dw_table **spare;           /* tables that no job has: the one that was last in use, and is in the cache, comes first */
  size_t spare_count, spare_capacity;
  bool closing;
  int wake[2]; /* a pipe; its end is closed to wake the reading thread */
  pthread_t feeder, *workers;
  bool parts;      /* of what a failed command wrote */
  uint64_t serial; /* of the last block: the reading thread's */
  bool adapts;     /* nobody said how long blocks are: longer ones for long records */
  bool live;       /* blocks end where the bytes that have come end */
  bool at_once;    /* the caller is the feeder, and was done before it took anything */
  bool feeding;
  unsigned worker_count, idle; /* started; waiting for work */
  reader_parser *parsers;      /* [threads]; [0] is the caller's */

  /* the feeder's */
  dw_input *input; /* the first one, opened early */
  char *carry;     /* the begin of a record that belongs to the next block */
  size_t carry_length, carry_capacity;
  bool digest_of_all; /* several inputs: the digest runs over them together */
  dw_digest digest;
  _Atomic uint64_t raw_done; /* bytes of files read */

  /* the caller's */
  uint64_t taken; /* jobs taken by the caller; the last one is in use while holding */
  bool holding;
  size_t table; /* next one of the job in use */
  dw_map columns;
  reader_origin *origin; /* [origins] of columns that are called as --rename says */
  size_t origins, origin_capacity;
  const dw_format *format_now; /* of the job in use, and its input */
  size_t input_now;
  uint64_t nans, infinite;                       /* NDJSON: of values that are none in JSON */
  uint64_t rows, skipped, unusable, bytes, line; /* line: ends passed in the input so far */
  size_t line_input;
  bool unterminated, over;
  dw_status failed; /* waits to be told after the rows before it */
  dw_err err;
  char *first_skipped;
};

void *dw_reader_feed(void *reader);            /* the reading thread */
reader_job *dw_reader_take(dw_reader *reader); /* the next job in order, parsed; parses itself while it would wait */
/* The caller's: one more table of the job taken last, when the workers left a rest of it; those before it are void. */
bool dw_reader_take_rest(dw_reader *reader);
void dw_reader_put_back(dw_reader *reader);        /* the job taken last is free again */
reader_job *dw_reader_free_job(dw_reader *reader); /* for the feeder: waits; NULL when the reader is being closed */
void dw_reader_publish(dw_reader *reader);         /* the free job is filled */
void dw_reader_stop(dw_reader *reader);            /* ends the threads */

#endif
