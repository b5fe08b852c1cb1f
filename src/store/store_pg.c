/* A store in a database of PostgreSQL: two tables of the schema that comes first on the search path. A change is a serializable
 * transaction that takes a lock on the table of documents first (before its snapshot), so that changes queue up instead of failing and
 * being repeated; reading goes on meanwhile, from a snapshot.
 */
#include <libpq-fe.h>

#include "base/fault.h"
#include "store/store_kind.h"

typedef struct pg {
  PGconn *connection;
  bool again; /* the server asked for the transaction to be repeated */
} pg;

static void pg_be_silent(void *context, const char *message) {}

/* The first line of what libpq says; it never holds the password. result NULL: about the connection. Frees result. */
static dw_status pg_fail(dw_store *store, PGresult *result, dw_err *err)
{
  pg *own = store->own;
  const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (!text) text = PQerrorMessage(own->connection);
  if (!state) state = "";
  dw_status status;
  own->again = strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0; /* serialization_failure, deadlock_detected */
  if (strcmp(state, "55P03") == 0)
    status = dw_err_set(err, DW_ESYSTEM, "%s: another process has held the registry for %d seconds", store->name, DW_STORE_PATIENCE);
  else
    status = dw_err_set(err, DW_ESYSTEM, "%s: %.*s", store->name, (int)strcspn(text, "\n"), *text ? text : "the connection broke");
  PQclear(result);
  return status;
}

static dw_status pg_run(dw_store *store, const char *sql, dw_err *err)
{
  pg *own = store->own;
  PGresult *result = PQexec(own->connection, sql);
  if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) return pg_fail(store, result, err);
  PQclear(result);
  return DW_OK;
}

/* A statement with a text and bytes (NULL: none), its answer in binary. */
static dw_status pg_ask(dw_store *store, PGresult **out, const char *sql, const char *text, const void *bytes, size_t length, dw_err *err)
{
  enum { BYTEA = 17, TEXT = 25 }; /* oids of pg_type */
  pg *own = store->own;
  const Oid types[] = {TEXT, BYTEA};
  const char *values[] = {text, bytes};
  const int formats[] = {0, 1};
  *out = NULL;
  if (length > INT32_MAX) return dw_err_set(err, DW_ESYSTEM, "%s: %zu bytes are more than a database takes", store->name, length);
  PGresult *result = PQexecParams(own->connection, sql, bytes ? 2 : 1, types, values, (const int[]){0, (int)length}, formats, 1);
  if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) return pg_fail(store, result, err);
  *out = result;
  return DW_OK;
}

static dw_status pg_write(dw_store *store, const char *sql, const char *text, const void *bytes, size_t length, dw_err *err)
{
  PGresult *result;
  dw_fault_point();
  dw_status status = pg_ask(store, &result, sql, text, bytes ? bytes : "", length, err);
  PQclear(result);
  return status;
}

static dw_status pg_collect(dw_store *store, const char *sql, const char *text, dw_buf *out, const char *end, int *count, dw_err *err)
{
  PGresult *result;
  dw_status status = pg_ask(store, &result, sql, text, NULL, 0, err);
  if (status != DW_OK) return status;
  *count = PQntuples(result);
  for (int i = 0; i < *count; i++) {
    dw_buf_add(out, PQgetvalue(result, i, 0), (size_t)PQgetlength(result, i, 0));
    dw_buf_text(out, end);
  }
  PQclear(result);
  return DW_OK;
}

/* --- opening --- */

static dw_status pg_connect(dw_store *store, const char *place, dw_err *err)
{
  /* dbname may be a URL or a list of settings; what stands in it wins over what stands before it here */
  static const char *const names[] = {"fallback_application_name", "connect_timeout", "dbname", NULL};
  const char *const values[] = {"driftwatch", "10", place, NULL};
  pg *own = store->own;
  own->connection = PQconnectdbParams(names, values, 1);
  if (!own->connection) dw_mem_out(0);
  if (PQstatus(own->connection) != CONNECTION_OK) return pg_fail(store, NULL, err);
  PQsetNoticeProcessor(own->connection, pg_be_silent, NULL);
  dw_buf name = {0};
  dw_buf_format(&name, "database %s at %s", PQdb(own->connection), PQhost(own->connection));
  dw_free(store->name);
  store->name = dw_strdup(dw_buf_cstr(&name));
  dw_buf_free(&name);
  dw_buf sql = {0};
  dw_buf_format(&sql, "SET lock_timeout = '%ds'", DW_STORE_PATIENCE);
  dw_status status = pg_run(store, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  return status;
}

/* CREATE TABLE IF NOT EXISTS still fails when two do it at once: one after the other, then. The number is arbitrary. */
static const char schema[] = "BEGIN; SELECT pg_advisory_xact_lock(4821934017);"
                             "CREATE TABLE IF NOT EXISTS dw_document (name text PRIMARY KEY, content bytea NOT NULL);"
                             "CREATE TABLE IF NOT EXISTS dw_row (series text, number bigint, content bytea NOT NULL, PRIMARY KEY (series, number));"
                             "COMMIT";

static dw_status pg_open(dw_store *store, const char *place, bool create, dw_err *err)
{
  PGresult *result;
  store->own = dw_alloc_zero(1, sizeof(pg));
  store->name = dw_strdup("PostgreSQL");
  dw_status status = pg_connect(store, place, err);
  if (status != DW_OK) return status;
  status = pg_ask(store, &result, "SELECT 1 WHERE to_regclass('dw_document') IS NOT NULL AND to_regclass($1) IS NOT NULL", "dw_row", NULL,
                  0, err);
  if (status != DW_OK) return status;
  bool there = PQntuples(result) == 1;
  PQclear(result);
  if (there) return DW_OK;
  if (!create) return dw_err_set(err, DW_EDATA, "%s: not a store: there are no tables of one in it", store->name);
  dw_fault_point();
  return pg_run(store, schema, err); /* a failure is followed by closing, which undoes it */
}

static void pg_close(dw_store *store)
{
  pg *own = store->own;
  PQfinish(own->connection);
  dw_free(own);
}

/* --- transactions --- */

static dw_status pg_begin(dw_store *store, bool change, dw_err *err)
{
  ((pg *)store->own)->again = false;
  return pg_run(store, change ? "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE dw_document IN SHARE ROW EXCLUSIVE MODE"
                              : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
}

static dw_status pg_commit(dw_store *store, bool *again, dw_err *err)
{
  dw_fault_point();
  dw_status status = pg_run(store, "COMMIT", err);
  if (status == DW_OK) dw_fault_point(); /* done, and the caller does not hear of it */
  return status;
}

static void pg_undo(dw_store *store, bool *again)
{
  pg *own = store->own;
  PQclear(PQexec(own->connection, "ROLLBACK"));
  *again = own->again;
}

static dw_status pg_get(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err)
{
  int count = 0;
  dw_status status = pg_collect(store, "SELECT content FROM dw_document WHERE name = $1", name, out, "", &count, err);
  *found = count > 0;
  return status;
}

static dw_status pg_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  return pg_write(store, "INSERT INTO dw_document (name, content) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                  name, bytes, length, err);
}

static dw_status pg_append(dw_store *store, const char *series, const char *row, size_t length, dw_err *err)
{
  return pg_write(store, "INSERT INTO dw_row (series, number, content) SELECT $1, coalesce(max(number), 0) + 1, $2 FROM dw_row WHERE series = $1",
                  series, row, length, err);
}

static dw_status pg_rows(dw_store *store, const char *series, dw_buf *out, dw_err *err)
{
  int count;
  return pg_collect(store, "SELECT content FROM dw_row WHERE series = $1 ORDER BY number", series, out, "\n", &count, err);
}

const dw_store_kind dw_store_pg = {
    .open = pg_open,
    .close = pg_close,
    .begin = pg_begin,
    .commit = pg_commit,
    .undo = pg_undo,
    .get = pg_get,
    .put = pg_put,
    .append = pg_append,
    .rows = pg_rows,
};
