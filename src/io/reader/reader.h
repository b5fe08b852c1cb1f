/* reader: inputs in, batches out, in order.
 *
 * One thread reads and undoes compression, cuts blocks at record ends, `threads` workers parse blocks into batches, the caller takes
 * them in the order of the input. Block boundaries depend on the bytes alone, so results never depend on the number of threads.
 * Column ids count from 0 in the order of first appearance in the stream.
 *
 *   dw_reader *reader;
 *   dw_reader_open(&reader, paths, count, &(dw_reader_options){.threads = 2}, err);
 *   for (const dw_batch *batch; (status = dw_reader_next(reader, &batch, err)) == DW_OK && batch;) use(batch);
 *   dw_reader_close(reader);
 */
#ifndef DW_IO_READER_H
#define DW_IO_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/bytes/input.h"
#include "io/record/format.h"
#include "io/record/record.h"

typedef struct dw_reader_options {
  const dw_format *format;         /* NULL: told from the content of each input */
  const dw_format *const *formats; /* those that there are, NULL behind the last; NULL: dw_formats */
  const dw_format *otherwise;      /* of an input that is none of them; NULL: it is refused */
  unsigned threads;                /* parsing workers; 0: the machine's cores. 1 still works with one extra thread or none */
  bool spans;                /* fill spans, record, record_length (filters); an input whose format has no text for a record is refused */
  bool lines;                /* fill line, which spans do anyway: for messages about records */
  bool at_once;              /* the one input is plain bytes in memory, fewer than a block: read by the caller, without a thread */
  bool live;                 /* whole records go on as soon as they are there, however few: for a pipe that somebody waits behind. Where
                                blocks end, then, is chance; the records and their order are not */
  bool skip_errors;          /* leave bad records out and count them, instead of stopping; also those of no use to the caller */
  bool parts;                /* what a command has written that then failed will do (io/bytes/upstream.h): else DW_EDATA at its end */
  unsigned ahead;            /* blocks read ahead of the workers, memory for speed; 0: 3 */
  size_t block;              /* bytes a block aims at; 0: 512 KiB, up to 2 MiB of long records. Tests use tiny ones */
  size_t line_limit;         /* longest record in bytes; 0: 16 MiB */
  unsigned field_limit;      /* most columns; 0: 65536 */
  unsigned most_columns;     /* most of all inputs that the caller has room for; 0: field_limit, which is also the most */
  size_t memory;             /* bound on what is made of blocks before the caller takes it, and on names, in bytes: a table a thread may be
                                made beyond it. Where records have many columns and few of them each, the caller parses then what the
                                workers leave. 0: 256 MiB; at least 16 MiB */
  const dw_dialect *dialect; /* how the inputs are written; it must outlive the reader. NULL: they tell themselves */
  /* Columns that nobody wants are checked but not stored: return false to leave one out. NULL: all. Called under a lock, in no
   * particular order, for each new name and perhaps again for the same one (by each worker): the answer must not change. */
  bool (*want)(void *context, const char *name, size_t length);
  /* Columns whose cells are text whatever they look like (codes, categories): return true for one. Their numbers are DW_STRING with the
   * digits as they were written (1.10, 007, beyond 2^53), in CSV and NDJSON alike; of CSV's marks for a missing value only the empty
   * text is one, and an empty string of NDJSON is missing too. Booleans stay booleans. NULL: none. Called like want. */
  bool (*as_text)(void *context, const char *name, size_t length);
  /* With skip_errors: hears of each record that is left out, by the thread that takes the batches; of those of one batch that are no
   * records of the format, of the first DW_READER_DESCRIBED. NULL: nobody does. */
  void (*left_out)(void *context, const dw_err *why);
  void *context;   /* of all */
  dw_input *begun; /* the first of the inputs, opened by who looked at how it begins: the reader's from then on; NULL: none is */
  /* What columns are called (io/record/renames.h), of several readers together, whose caller checks that each is there; outlives the
   * reader. NULL: as the dialect has it, and the reader checks. */
  struct dw_renames *renames;
  const struct dw_marks *marks; /* what is missing (io/record/marks.h); outlives the reader. NULL: as the dialect has it */
} dw_reader_options;

enum { DW_READER_DESCRIBED = 100 };

typedef struct dw_reader dw_reader;

/* count 0: standard input. Inputs are one stream; each may be of another format, compressed or not. Opening fails early on a missing file.
 */
dw_status dw_reader_open(dw_reader **out, const char *const *paths, size_t count, const dw_reader_options *options, dw_err *err);
/* The same of one input that is open: bytes in memory, the body of a request (io/bytes/input.h). The reader closes it, also when this
 * fails. */
dw_status dw_reader_open_input(dw_reader **out, dw_input *input, const dw_reader_options *options, dw_err *err);

/* The next batch, valid until the next call; NULL at the end. After an error the reader can only be closed. The error of the first
 * bad record in stream order is the one reported: "NAME:LINE:COLUMN: what" (dw_record_fault). */
dw_status dw_reader_next(dw_reader *reader, const dw_batch **batch, dw_err *err);

size_t dw_reader_columns(const dw_reader *reader);                       /* columns seen in the batches delivered so far */
const char *dw_reader_column_name(const dw_reader *reader, uint32_t id); /* NUL-terminated */
/* The column of this name in a batch of the reader; NULL when it does not occur there. For ids: dw_batch_find. */
const dw_batch_column *dw_reader_find(const dw_reader *reader, const dw_batch *batch, const char *name);
/* The id of a column that the caller makes of others, for batches of its own; that of the stream's column where it has one of this name. */
uint32_t dw_reader_add_column(dw_reader *reader, const char *name);
/* Of the input that the last batch came from (at the end: of the last input that had any bytes). NULL before the first batch. */
const dw_format *dw_reader_format(const dw_reader *reader);
/* CSV: what stands in front of the records, BOM and line end included (dw_header.raw), and the delimiter; NULL and 0 where there is none.
 */
const char *dw_reader_header(const dw_reader *reader, size_t *length);
char dw_reader_delimiter(const dw_reader *reader);
size_t dw_reader_inputs(const dw_reader *reader);
/* At the end: what is not read of an input, by its number; NULL: nothing, or the end was not reached. *name: of the input, NULL where
 * nobody came to it. */
const char *dw_reader_notice(const dw_reader *reader, size_t input, const char **name);
/* At the end: the i-th column that the dialect has marks for and no input has, with a hint of the one that was probably meant behind
 * what *hint holds; NULL behind the last, and where there were no records. */
const char *dw_reader_unmarked(const dw_reader *reader, size_t i, dw_buf *hint);
uint64_t dw_reader_rows(const dw_reader *reader);    /* delivered, without those that were of no use */
uint64_t dw_reader_skipped(const dw_reader *reader); /* left out, with the first one's message in: */
const char *dw_reader_first_skipped(const dw_reader *reader);
/* NDJSON, with dw_dialect.nan: values (and vectors with one) that were NaN, and are missing; and those that are infinite. */
uint64_t dw_reader_nans(const dw_reader *reader);
uint64_t dw_reader_infinite(const dw_reader *reader);
uint64_t dw_reader_bytes(const dw_reader *reader);  /* plain bytes parsed */
double dw_reader_progress(const dw_reader *reader); /* share of the inputs read, 0..1; -1 when not known */
/* A record was delivered and is of no use to the caller (no instant, a label that is no number …), for the reason of why, "NAME:LINE: …".
 * With skip_errors it is counted among those left out, and DW_OK: the caller passes it over. Else DW_EDATA, and *err is *why. */
dw_status dw_reader_unusable(dw_reader *reader, const dw_err *why, dw_err *err);
/* The last record of the stream had no line end (a cut file looks like that); the record itself was delivered. */
bool dw_reader_unterminated(const dw_reader *reader);
/* The fingerprint of all plain bytes, after the end; 32 hex digits and a NUL. */
void dw_reader_digest(const dw_reader *reader, char out[33]);
void dw_reader_close(dw_reader *reader); /* at any time; NULL is fine */

#endif
