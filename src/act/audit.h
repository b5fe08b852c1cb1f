/* audit: the log that nobody can rewrite unnoticed. AUDIT is NDJSON and is only ever appended to. Each line carries a running number and
 * the SHA-256 of the line before it, and an Ed25519 signature when there is a key. AUDIT.head holds number and hash of the last line, so
 * that lines cut from the end, or put behind it, are seen too. Format: driftwatch-records(5), kind "audit".
 *
 *   dw_audit *audit;
 *   dw_audit_open(&audit, "events/audit.ndjson", &(dw_audit_options){.wait = 60 * DW_SECOND}, err);   // locked; checked from its first
 * line to its last dw_audit_append(audit, &(dw_audit_entry){.event = "plan", .run = "r-1", .document = text, .length = n}, err);   // on
 * the disk when it returns dw_audit_close(audit);
 *
 * One process at a time has a log open (flock): two never interleave. The head announces a line by its hash before it is written, and
 * counts it once it is on the disk; a line is written by one write(2) and synced. So a crash leaves the announced line, a part of it or
 * nothing of it, and the next open mends that; whatever else stands behind the last line was added. A log that does not hold together is
 * refused (DW_EDATA): nothing is appended to it. With a key every line, and the head, must be signed by it before anything is read from the
 * log.
 */
#ifndef DW_ACT_AUDIT_H
#define DW_ACT_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "act/seal.h"

typedef struct dw_audit dw_audit;

typedef struct dw_audit_options {
  const dw_seal *seal; /* signs and has signed all there is; NULL: an unsigned log; must outlive the log */
  int64_t wait;        /* microseconds to wait for another process's lock */
} dw_audit_options;

typedef struct dw_audit_entry {
  const char *event;
  const char *run, *step; /* NULL: none */
  const char *document;   /* JSON text; NULL: null */
  size_t length;
} dw_audit_entry;

/* DW_EDATA: the log does not hold together, or is not signed with this key; DW_EUSAGE: it is signed, and there is no key. */
dw_status dw_audit_open(dw_audit **out, const char *path, const dw_audit_options *options, dw_err *err);
size_t dw_audit_count(const dw_audit *audit);
const char *dw_audit_line(const dw_audit *audit, size_t index, size_t *length); /* valid until the next append */
int dw_audit_lock(const dw_audit *audit); /* the descriptor that holds the lock: who inherits it holds on to it */
dw_status dw_audit_append(dw_audit *audit, const dw_audit_entry *entry, dw_err *err);
void dw_audit_close(dw_audit *audit); /* NULL is fine */

/* What is wrong with a log. */
typedef struct dw_audit_report {
  bool whole;
  uint64_t lines;              /* complete ones */
  uint64_t line;               /* the first one that is wrong; 0: none */
  uint64_t signed_lines;       /* that carry a signature, whether or not somebody looked at it */
  char what[256];              /* what is wrong with it: "was changed" … */
  bool cut;                    /* bytes without a line end follow: a crash while writing, or a writer at work */
  bool head;                   /* there is a head; without one nobody can tell what is missing at the end */
  char last[DW_SEAL_HASH + 1]; /* hash of the last line, when the log is whole */
} dw_audit_report;

/* Does the log hold together? Pure. head: the bytes of AUDIT.head, NULL when there is none. seal: every line must be signed by it; NULL:
 * signatures are not looked at. expect: the hash of some line, kept elsewhere, that must occur; NULL: none. */
void dw_audit_check(const char *text, size_t length, const char *head, size_t head_length, const dw_seal *seal, const char *expect,
                    dw_audit_report *report);
/* The same for files, as they were at one moment, also while another process appends. text: the lines, to read on; NULL: not wanted.
 * DW_ESYSTEM: cannot be read. A log that does not hold together is DW_OK with report->whole false. */
dw_status dw_audit_verify(const char *path, const dw_seal *seal, const char *expect, dw_buf *text, dw_audit_report *report, dw_err *err);
/* The lines of a log that is to be believed without being written to. DW_EDATA: it does not hold together. */
dw_status dw_audit_read(const char *path, const dw_seal *seal, dw_buf *text, dw_audit_report *report, dw_err *err);

#endif
