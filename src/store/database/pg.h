/* pg: a connection to a database of PostgreSQL, its statements and its errors. What the stores in PostgreSQL share; pg.c alone knows libpq.
 *
 * Values are parameters, never written into a statement; answers come in binary. Messages begin with "database NAME at HOST" and never show
 * a password. A connection is used by one thread at a time.
 */
#ifndef DW_STORE_PG_H
#define DW_STORE_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

typedef struct dw_pg dw_pg;
typedef struct dw_pg_answer dw_pg_answer;

/* place: a URL or a list of settings, as libpq takes them. What stands in it wins over the environment, and that over what is set here: 10
 * seconds to connect. */
dw_status dw_pg_open(dw_pg **out, const char *place, dw_err *err);
void dw_pg_close(dw_pg *pg); /* NULL is fine */
const char *dw_pg_name(const dw_pg *pg);
unsigned dw_pg_patience(const dw_pg *pg); /* connect_timeout, in seconds; 0: no limit */

/* Of the last failure. */
bool dw_pg_again(const dw_pg *pg);  /* the server asked for the transaction to be repeated */
bool dw_pg_broken(const dw_pg *pg); /* the connection is lost, or the server is going down or only reads: another one may work */
bool dw_pg_full(const dw_pg *pg);   /* the server has no room left */

enum { DW_PG_VALUES = 12 };

/* A value of a statement: a text of SQL (NULL: null), or bytes. */
typedef struct dw_pg_value {
  const char *text;
  size_t length; /* of bytes */
  bool bytes;
} dw_pg_value;

static inline dw_pg_value dw_pg_text(const char *text) { return (dw_pg_value){.text = text}; }
static inline dw_pg_value dw_pg_bytes(const void *bytes, size_t length) { return (dw_pg_value){length ? bytes : "", length, true}; }

dw_status dw_pg_run(dw_pg *pg, const char *sql, dw_err *err); /* statements without values, whose answers do not matter */
/* The whole answer at once; NULL when it fails. What it changed, or gave: dw_pg_count. */
dw_status dw_pg_ask(dw_pg *pg, dw_pg_answer **out, const char *sql, const dw_pg_value *values, int count, dw_err *err);
dw_status dw_pg_write(dw_pg *pg, const char *sql, const dw_pg_value *values, int count, dw_err *err); /* whose answer does not matter */

/* Row by row: send, then next until *out is NULL (which ends it, as a failure does), then drain, at any time. */
dw_status dw_pg_send(dw_pg *pg, const char *sql, const dw_pg_value *values, int count, dw_err *err);
dw_status dw_pg_next(dw_pg *pg, dw_pg_answer **out, dw_err *err);
void dw_pg_drain(dw_pg *pg);

/* COPY … FROM STDIN: begin, its bytes, end. A failure ends it. */
dw_status dw_pg_copy_begin(dw_pg *pg, const char *sql, dw_err *err);
dw_status dw_pg_copy(dw_pg *pg, const void *bytes, size_t length, dw_err *err);
dw_status dw_pg_copy_end(dw_pg *pg, dw_err *err);

int dw_pg_rows(const dw_pg_answer *answer);
uint64_t dw_pg_count(const dw_pg_answer *answer); /* rows that were changed */
/* NUL-terminated; *length (NULL: not asked) without the NUL. Null: no bytes. */
const char *dw_pg_cell(const dw_pg_answer *answer, int row, int column, size_t *length);
bool dw_pg_null(const dw_pg_answer *answer, int row, int column);
int64_t dw_pg_integer(const dw_pg_answer *answer, int row, int column); /* of smallint, integer and bigint; of a boolean 0 or 1 */
void dw_pg_clear(dw_pg_answer *answer);                                 /* NULL is fine */

#endif
