/* input: the one opener. A path or "-" or no name (standard input), bytes in memory, or what a function gives (the body of an HTTP
 * request) become a stream of plain bytes: zstd and gzip are told by their magic bytes and undone on the way, multi-frame and concatenated
 * streams included. A frame that ends early is DW_EDATA ("cut short"), never a short stream. A directory is refused.
 */
#ifndef DW_IO_INPUT_H
#define DW_IO_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "io/bytes/charset.h"

typedef struct dw_input dw_input;

/* path "-" is standard input, called "standard input" in messages. */
dw_status dw_input_open(dw_input **out, const char *path, dw_err *err);

/* bytes[0..length), compressed or not, which must stay until the input is closed. name is for messages; it is copied. */
dw_input *dw_input_of_memory(const char *name, const void *bytes, size_t length);

/* Up to capacity bytes, compressed or not, from wherever context says; *count 0 means the end, after which it is not called again. It may
 * wait; who closes the input while it waits must make it return. An error that it reports names the input itself. */
typedef dw_status dw_input_source(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err);
/* What source gives. It is called by the thread that reads the input: one at a time, but not the one that opened it (a dw_reader has its
 * own). context must stay until the input is closed. */
dw_input *dw_input_of_source(const char *name, dw_input_source *source, void *context);

/* Up to capacity plain bytes; *count 0 means the end. A short count is not the end. */
dw_status dw_input_read(dw_input *input, void *bytes, size_t capacity, size_t *count, dw_err *err);

/* The next plain bytes without taking them: up to capacity, and fewer at the end, or as soon as `enough` says that no more are needed, so
 * that nobody waits for bytes of a pipe that say nothing. Once, before anything is read; what is read then begins with them. */
dw_status dw_input_peek(dw_input *input, void *bytes, size_t capacity, size_t *count, bool (*enough)(const char *bytes, size_t count),
                        dw_err *err);

/* Reading in any order, for formats with a table of contents at their end. begin[0..length) is all that was read of the input so far. A
 * regular file and memory are read where they lie; anything else (a pipe, a compressed file) is first read to its end, into a file without
 * a name in TMPDIR. *size: plain bytes in all. From then on dw_input_read gives no more, and the fingerprint is that of begin and of what
 * is read, in the order of reading. */
dw_status dw_input_anywhere(dw_input *input, const void *begin, size_t length, uint64_t *size, dw_err *err);
/* Bytes [offset, offset + count). DW_EDATA: the input ends before them. */
dw_status dw_input_read_at(dw_input *input, uint64_t offset, void *bytes, size_t count, dw_err *err);

/* Text of another encoding is turned into UTF-8 on the way (io/bytes/charset.h); the fingerprint stays that of the bytes as they were.
 * Before the first read. */
void dw_input_recode(dw_input *input, dw_charset asked);

/* More plain bytes than this are DW_EDATA: a little that was sent may be endless once it is uncompressed. */
void dw_input_limit(dw_input *input, uint64_t plain);

/* Reads that would wait for bytes (of a pipe, a terminal) give up, as at the end, once file descriptor `wake` is ready to read or hung
 * up: how another thread makes a reading one stop. The descriptor stays the caller's. A source that waits is not woken by it. */
void dw_input_wake_by(dw_input *input, int wake);

/* At its end: a pipe, and all that came of it was written by a command of ours that failed (io/bytes/upstream.h). */
bool dw_input_cut(const dw_input *input);

const char *dw_input_name(const dw_input *input);        /* for messages */
uint64_t dw_input_raw_bytes(const dw_input *input);      /* bytes taken so far (compressed ones) */
uint64_t dw_input_raw_size(const dw_input *input);       /* of the file or the memory; 0 when not known (a pipe, a source) */
const dw_digest *dw_input_digest(const dw_input *input); /* of the plain bytes read so far */
void dw_input_close(dw_input *input);                    /* NULL is fine */

/* Whether a file is there; an error is neither answer. */
dw_status dw_input_there(const char *path, bool *there, dw_err *err);

/* A file without a name, in TMPDIR: it goes with its descriptor, however the process ends. use: what it is for, in "no room for …". */
dw_status dw_input_nameless(int *fd, const char *use, dw_err *err);

/* The whole of a small document (config, scenario, policy): at most limit bytes, NUL behind; DW_EDATA beyond. Caller frees. */
dw_status dw_input_whole(const char *path, size_t limit, char **bytes, size_t *length, dw_err *err);

#endif
