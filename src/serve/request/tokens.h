/* tokens: who may do what. A file has a line a token:
 *
 *   # name  scopes            models        hash of the token
 *   shop    ingest            fraud,churn   sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 *   ops     ingest,read,admin *             sha256:…
 *
 * `token=$(openssl rand -hex 32)` makes one and `printf %s "$token" | sha256sum` its hash: one pass is enough for what is random and long,
 * and would not be for a password. Blank lines and those that begin with # are passed over.
 */
#ifndef DW_SERVE_TOKENS_H
#define DW_SERVE_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text_list.h"

typedef enum dw_scope { DW_SCOPE_INGEST = 1, DW_SCOPE_READ = 2, DW_SCOPE_ADMIN = 4 } dw_scope;

typedef struct dw_grant {
  const char *name;    /* for logs, which never hold a token */
  unsigned scopes;     /* bits of dw_scope */
  dw_text_list models; /* empty: all */
} dw_grant;

typedef struct dw_tokens dw_tokens;

/* DW_EUSAGE: a line is not as above, or a name or a hash is there twice; DW_ESYSTEM: the file cannot be read. */
dw_status dw_tokens_read(dw_tokens **out, const char *path, dw_err *err);
dw_status dw_tokens_parse(dw_tokens **out, const char *text, size_t length, const char *name, dw_err *err);

/* Shared by those who hold it, of several threads: freed by the last one's release. A new one is held once. NULL is fine in both. */
dw_tokens *dw_tokens_hold(dw_tokens *tokens);
void dw_tokens_release(dw_tokens *tokens);

/* NULL: no such token. Takes as long for any text of a length: all hashes are compared, all digits of each. */
const dw_grant *dw_tokens_find(const dw_tokens *tokens, const char *token);

/* scope 0: any. model NULL: none in particular. A grant of NULL may do all (a server without tokens). */
bool dw_grant_may(const dw_grant *grant, unsigned scope, const char *model);

#endif
