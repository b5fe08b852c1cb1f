/* output: bytes out, checked to the end. To a path: written beside it under a temporary name, synced and renamed by dw_output_commit, so
 * that a reader sees the old file or the new; dropped (and removed) otherwise, however the process ends (io/bytes/unfinished.h). A symbolic
 * link is followed; an existing file keeps its permissions; a device or FIFO is written as it is. To "-" (or /dev/stdout): standard output.
 * A name ending in .zst or .gz is compressed. What goes to a terminal is made harmless for it (io/bytes/visible.h).
 *
 * A closed pipe downstream is not an error: writes report DW_OK and dw_output_closed() becomes true; the caller stops early.
 */
#ifndef DW_IO_OUTPUT_H
#define DW_IO_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

typedef struct dw_output dw_output;

dw_status dw_output_open(dw_output **out, const char *path, dw_err *err);
dw_status dw_output_write(dw_output *output, const void *bytes, size_t length, dw_err *err); /* buffered, 256 KiB */
dw_status dw_output_flush(dw_output *output, dw_err *err); /* what is buffered goes down now (a pipe's reader waits for it) */
bool dw_output_closed(const dw_output *output);
bool dw_output_terminal(const dw_output *output);    /* writes to a terminal */
void dw_output_draws(dw_output *output);             /* what is written has escapes for a terminal, and is harmless but for them */
const char *dw_output_name(const dw_output *output); /* for messages */

/* Flushes, syncs (files), renames and frees; on failure nothing of the name was touched. Either commit or drop ends an output. */
dw_status dw_output_commit(dw_output *output, dw_err *err);
void dw_output_drop(dw_output *output); /* NULL is fine */

/* All of it at once: open, write, commit; after a failure nothing of the name was touched. */
dw_status dw_output_file(const char *path, const void *bytes, size_t length, dw_err *err);

/* Removes the temporary files of all outputs that are still open (the list that the signals use), without freeing anything: for a
 * command that is about to exit with an error. */
void dw_output_drop_all(void);

#endif
