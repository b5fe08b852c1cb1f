/* sqlite: a connection to a database of SQLite 3, its statements and its errors. What the stores in SQLite share; sqlite.c alone knows the
 * library.
 *
 *   dw_sqlite_query *query;
 *   if (dw_sqlite_prepare(db, &query, "SELECT b FROM t WHERE a = ?1", err) == DW_OK) {
 *     dw_sqlite_bind_text(query, 1, text, length);
 *     while ((status = dw_sqlite_step(query, &row, err)) == DW_OK && row) use(dw_sqlite_integer(query, 0));
 *   }
 *   dw_sqlite_free(query);
 *
 * Values are bound, never written into a statement. A bind that fails is told by the next step. Messages begin with the path. Who waits for
 * another process's lock waits DW_SQLITE_PATIENCE seconds. Where the tests kill the process (base/fault.h), they kill it in SQLite's own
 * writes. A connection and its statements are used by one thread at a time.
 */
#ifndef DW_STORE_SQLITE_H
#define DW_STORE_SQLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DW_SQLITE_PATIENCE = 60 };

typedef struct dw_sqlite dw_sqlite;
typedef struct dw_sqlite_query dw_sqlite_query;

/* path is a file's name, whatever it looks like (":memory:" too). create: makes it where there is none; otherwise DW_ESYSTEM. */
dw_status dw_sqlite_open(dw_sqlite **out, const char *path, bool create, dw_err *err);
void dw_sqlite_close(dw_sqlite *db); /* NULL is fine; all statements are freed before */

dw_status dw_sqlite_run(dw_sqlite *db, const char *sql, dw_err *err); /* statements without values, whose answers do not matter */
dw_status dw_sqlite_number(dw_sqlite *db, const char *sql, int64_t *value, dw_err *err); /* of a question with one whole number as answer */
void dw_sqlite_undo(dw_sqlite *db);                                                      /* ends the transaction, if there is one */
int64_t dw_sqlite_changes(const dw_sqlite *db);                                          /* rows that the last statement wrote */
int64_t dw_sqlite_last_row(const dw_sqlite *db);                                         /* number of the row that was inserted last */
bool dw_sqlite_full(const dw_sqlite *db);                                                /* the last failure: no room on the disk */
int64_t dw_sqlite_log_pages(const dw_sqlite *db); /* of the log (WAL), behind the last commit by this connection, which keeps the log */
void dw_sqlite_keep_log(dw_sqlite *db); /* neither a commit nor closing copies the log (WAL) into the database: dw_sqlite_checkpoint does */
/* Copies what the log (WAL) holds into the database, as far as no reader needs the old state. *pages: of the log; *left: of them not copied
 * yet. */
dw_status dw_sqlite_checkpoint(dw_sqlite *db, int64_t *pages, int64_t *left, dw_err *err);
/* The same of all of it, and the log is empty after that, unless a reader is in the way for longer than a second: then it stays. */
dw_status dw_sqlite_truncate_log(dw_sqlite *db, int64_t *pages, int64_t *left, dw_err *err);

dw_status dw_sqlite_prepare(dw_sqlite *db, dw_sqlite_query **out, const char *sql, dw_err *err); /* *out NULL when it fails */
/* Places count from 1. The bytes must stay until the statement is reset or freed; text NULL: null. */
void dw_sqlite_bind_text(dw_sqlite_query *query, int place, const char *text, size_t length);
void dw_sqlite_bind_bytes(dw_sqlite_query *query, int place, const void *bytes, size_t length); /* NULL: no bytes */
void dw_sqlite_bind_integer(dw_sqlite_query *query, int place, int64_t value);
dw_status dw_sqlite_step(dw_sqlite_query *query, bool *row, dw_err *err); /* *row false: there are no more (or the statement has none) */
/* One step of a statement that gives no rows, then a reset. */
dw_status dw_sqlite_do(dw_sqlite_query *query, dw_err *err);
void dw_sqlite_reset(dw_sqlite_query *query); /* to be stepped again; what is bound stays */
void dw_sqlite_free(dw_sqlite_query *query);  /* NULL is fine */

/* Of the row, columns from 0; bytes until the next step, never NULL. */
const char *dw_sqlite_text(dw_sqlite_query *query, int column, size_t *length);
int64_t dw_sqlite_integer(dw_sqlite_query *query, int column);
bool dw_sqlite_null(dw_sqlite_query *query, int column);

#endif
