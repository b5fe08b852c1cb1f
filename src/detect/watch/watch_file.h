/* watch_file: the file in which a watch remembers its looks from one process to the next: one of them at a time, the old state or the new
 * one, and never one that was cut or edited. What stands in it is its owner's (detect/watch/sequential.h).
 *
 *   dw_watch_file file;
 *   dw_watch_file_open(&file, &kind, path, reset, &text, &length, err);   locked from now on; text NULL: a new state begins
 *   … the owner reads text, adds a look, writes all of it but its end to a buffer …
 *   dw_watch_file_seal(&buffer);
 *   dw_watch_file_commit(&file, &buffer, err);
 *   dw_watch_file_close(&file);                                           also after a failure
 *
 * A state is one line, a JSON object that begins with `begins` and ends with the member "check", the digest of all before it.
 */
#ifndef DW_DETECT_WATCH_FILE_H
#define DW_DETECT_WATCH_FILE_H

#include "base/err.h"
#include "base/str.h"

typedef struct dw_watch_kind {
  const char *begins; /* {"kind":"…" */
  const char *option; /* who writes it, for messages: "dw-compare --sequential" */
  const char *anew;   /* how to begin anew: "begin anew with --sequential-reset" */
} dw_watch_kind;

typedef struct dw_watch_file {
  const dw_watch_kind *kind;
  char *path;
  int lock;
} dw_watch_file;

/* The caller frees text. reset: whatever state of this kind is there is passed over. DW_EDATA: it is no state of this kind, or was cut or
 * changed; DW_ESYSTEM: files, or another look is under way. */
dw_status dw_watch_file_open(dw_watch_file *file, const dw_watch_kind *kind, const char *path, bool reset, char **text, size_t *length,
                             dw_err *err);
void dw_watch_file_seal(dw_buf *state); /* an object that is not closed: its end is added */
dw_status dw_watch_file_commit(const dw_watch_file *file, const dw_buf *state, dw_err *err);
void dw_watch_file_close(dw_watch_file *file);

/* Of a text, whoever read it. */
bool dw_watch_kind_of(const dw_watch_kind *kind, const char *text, size_t length); /* by its first bytes: whole or not */
dw_status dw_watch_text_check(const dw_watch_kind *kind, const char *path, const char *text, size_t length, dw_err *err);
/* digests: of the reference that the state was begun with, and of that given now. DW_EDATA: not the same. */
dw_status dw_watch_reference_check(const char *path, const char *begun, const char *now, dw_err *err);

#endif
