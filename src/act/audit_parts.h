/* audit_parts: what the writer and the checker of an audit log share. Nobody else includes it. */
#ifndef DW_ACT_AUDIT_PARTS_H
#define DW_ACT_AUDIT_PARTS_H

#include "act/audit.h"

enum { DW_AUDIT_HEAD_BYTES = 4096 }; /* more than any head has */

extern const char dw_audit_no_hash[]; /* what the first line carries as the hash of the line before it */

/* AUDIT.head, unsigned, without its line end: the only way in which these facts are written. next "": no line is announced. */
void dw_audit_head_print(dw_buf *out, uint64_t sequence, const char *hash, const char *next);

#endif
