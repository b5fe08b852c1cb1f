/* A store in a database of PostgreSQL: two tables of the schema that comes first on the search path. A change is a serializable
 * transaction that takes a lock on the table of documents first (before its snapshot), so that changes queue up instead of failing and
 * being repeated; reading goes on meanwhile, from a snapshot.
 */
#include <libpq-fe.h>

#include "base/fault.h"
#include "base/num.h"
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
  else status = dw_err_set(err, DW_ESYSTEM, "%s: %.*s", store->name, (int)strcspn(text, "\n"), *text ? text : "the connection broke");
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

/* A value of a statement: a text of SQL (NULL: null), or bytes. */
typedef struct pg_value {
  const char *text;
  size_t length; /* of bytes */
  bool bytes;
} pg_value;

enum { PG_VALUES = 5 };

static pg_value pg_text(const char *text) { return (pg_value){.text = text}; }
static pg_value pg_bytes(const void *bytes, size_t length) { return (pg_value){length ? bytes : "", length, true}; }

static dw_status pg_send(dw_store *store, const char *sql, const pg_value *value, int count, dw_err *err)
{
  enum { BYTEA = 17 }; /* oid of pg_type; 0: as the statement needs it */
  pg *own = store->own;
  Oid types[PG_VALUES] = {0};
  const char *values[PG_VALUES];
  int lengths[PG_VALUES], formats[PG_VALUES];
  for (int i = 0; i < count; i++) {
    if (value[i].length > INT32_MAX)
      return dw_err_set(err, DW_ESYSTEM, "%s: %zu bytes are more than a database takes", store->name, value[i].length);
    types[i] = value[i].bytes ? BYTEA : 0;
    values[i] = value[i].text;
    lengths[i] = (int)value[i].length;
    formats[i] = value[i].bytes;
  }
  if (PQsendQueryParams(own->connection, sql, count, types, values, lengths, formats, 1) == 1) return DW_OK;
  return pg_fail(store, NULL, err);
}

static dw_status pg_take(dw_store *store, PGresult *result, PGresult **out, dw_err *err)
{
  ExecStatusType state = PQresultStatus(result);
  if (state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK && state != PGRES_SINGLE_TUPLE) return pg_fail(store, result, err);
  *out = result;
  return DW_OK;
}

/* What is left of a question's answer. */
static void pg_drain(dw_store *store)
{
  pg *own = store->own;
  for (PGresult *result; (result = PQgetResult(own->connection));) PQclear(result);
}

/* The whole answer at once, in binary. */
static dw_status pg_ask(dw_store *store, PGresult **out, const char *sql, const pg_value *value, int count, dw_err *err)
{
  pg *own = store->own;
  *out = NULL;
  dw_status status = pg_send(store, sql, value, count, err);
  if (status == DW_OK) status = pg_take(store, PQgetResult(own->connection), out, err);
  pg_drain(store);
  return status;
}

static dw_status pg_write(dw_store *store, const char *sql, const pg_value *value, int count, dw_err *err)
{
  PGresult *result;
  dw_fault_point();
  dw_status status = pg_ask(store, &result, sql, value, count, err);
  PQclear(result);
  return status;
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

/* CREATE TABLE IF NOT EXISTS still fails when two do it at once: one after the other, then. The number is arbitrary. The columns instant
 * and key came later than the table. */
static const char schema[] =
    "BEGIN; SELECT pg_advisory_xact_lock(4821934017);"
    "CREATE TABLE IF NOT EXISTS dw_document (name text PRIMARY KEY, content bytea NOT NULL);"
    "CREATE TABLE IF NOT EXISTS dw_row (series text, number bigint, content bytea NOT NULL, PRIMARY KEY (series, number));"
    "ALTER TABLE dw_row ADD COLUMN IF NOT EXISTS instant bigint, ADD COLUMN IF NOT EXISTS key text;"
    "CREATE INDEX IF NOT EXISTS dw_row_instant ON dw_row (series, instant);"
    "CREATE INDEX IF NOT EXISTS dw_row_key ON dw_row (series, md5(key)) WHERE key IS NOT NULL;"
    "COMMIT";

static dw_status pg_open(dw_store *store, const char *place, bool create, dw_err *err)
{
  PGresult *result;
  store->own = dw_alloc_zero(1, sizeof(pg));
  store->name = dw_strdup("PostgreSQL");
  dw_status status = pg_connect(store, place, err);
  if (status != DW_OK) return status;
  status = pg_ask(store, &result,
                  "SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass('dw_row') AND to_regclass('dw_document') IS NOT NULL "
                  "AND attname IN ('content', 'key')",
                  NULL, 0, err);
  if (status != DW_OK) return status;
  int columns = PQntuples(result);
  PQclear(result);
  if (columns == 2) return DW_OK;
  if (columns == 0 && !create) return dw_err_set(err, DW_EDATA, "%s: not a store: there are no tables of one in it", store->name);
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
  return pg_run(store,
                change ? "BEGIN ISOLATION LEVEL SERIALIZABLE; LOCK TABLE dw_document IN SHARE ROW EXCLUSIVE MODE"
                       : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                err);
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
  PGresult *result;
  dw_status status = pg_ask(store, &result, "SELECT content FROM dw_document WHERE name = $1", (pg_value[]){pg_text(name)}, 1, err);
  if (status != DW_OK) return status;
  *found = PQntuples(result) > 0;
  if (*found) dw_buf_add(out, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
  PQclear(result);
  return DW_OK;
}

static dw_status pg_put(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err)
{
  const pg_value value[] = {pg_text(name), pg_bytes(bytes, length)};
  return pg_write(store,
                  "INSERT INTO dw_document (name, content) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
                  value, 2, err);
}

static dw_status pg_append(dw_store *store, const char *series, const dw_store_row *row, dw_err *err)
{
  char instant[DW_NUM_TEXT + 1];
  instant[dw_num_print_signed(instant, row->instant)] = '\0';
  const pg_value value[] = {pg_text(series), pg_bytes(row->text, row->length),
                            pg_text(row->instant == DW_STORE_NO_INSTANT ? NULL : instant), pg_text(row->key)};
  return pg_write(store,
                  "INSERT INTO dw_row (series, number, content, instant, key) "
                  "SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM dw_row WHERE series = $1",
                  value, 4, err);
}

/* A bigint in binary. */
static int64_t pg_integer(const char *bytes)
{
  uint64_t value = 0;
  for (int i = 0; i < 8; i++) value = value << 8 | (unsigned char)bytes[i];
  return (int64_t)value;
}

static dw_status pg_give(PGresult *result, dw_store_sink *sink, void *context, dw_err *err)
{
  dw_status status = DW_OK;
  for (int i = 0; i < PQntuples(result) && status == DW_OK; i++) {
    dw_store_row row = {.text = PQgetvalue(result, i, 0), .length = (size_t)PQgetlength(result, i, 0)};
    row.instant = PQgetisnull(result, i, 1) ? DW_STORE_NO_INSTANT : pg_integer(PQgetvalue(result, i, 1));
    status = sink(context, &row, err);
  }
  return status;
}

/* Values that a query does not ask for are null: one statement for all. */
static dw_status pg_rows(dw_store *store, const char *series, const dw_store_query *query, dw_store_sink *sink, void *context, dw_err *err)
{
  pg *own = store->own;
  char from[DW_NUM_TEXT + 1], to[DW_NUM_TEXT + 1], limit[DW_NUM_TEXT + 1];
  from[dw_num_print_signed(from, query->from)] = to[dw_num_print_signed(to, query->to)] = '\0';
  limit[dw_num_print_signed(limit, query->limit > INT64_MAX ? INT64_MAX : (int64_t)query->limit)] = '\0';
  const pg_value value[PG_VALUES] = {pg_text(series), pg_text(query->key), pg_text(query->from == INT64_MIN ? NULL : from),
                                     pg_text(query->to == INT64_MAX ? NULL : to), pg_text(query->limit ? limit : NULL)};
  dw_buf sql = {0};
  dw_buf_format(&sql,
                "SELECT content, instant FROM dw_row WHERE series = $1 AND ($2::text IS NULL OR (md5(key) = md5($2) AND key = $2)) "
                "AND ($3::bigint IS NULL OR instant >= $3) AND ($4::bigint IS NULL OR instant < $4 OR instant IS NULL) "
                "ORDER BY number%s LIMIT $5::bigint",
                query->newest ? " DESC" : "");
  dw_status status = pg_send(store, dw_buf_cstr(&sql), value, PG_VALUES, err);
  dw_buf_free(&sql);
  if (status == DW_OK && PQsetSingleRowMode(own->connection) != 1) status = pg_fail(store, NULL, err);
  for (PGresult *next, *result = NULL; status == DW_OK && (next = PQgetResult(own->connection));) {
    status = pg_take(store, next, &result, err);
    if (status != DW_OK) break;
    status = pg_give(result, sink, context, err);
    PQclear(result);
  }
  pg_drain(store);
  return status;
}

static dw_status pg_prune(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err)
{
  PGresult *result;
  char text[DW_NUM_TEXT + 1];
  text[dw_num_print_signed(text, before)] = '\0';
  const pg_value value[] = {pg_text(series), pg_text(text)};
  dw_fault_point();
  dw_status status = pg_ask(store, &result, "DELETE FROM dw_row WHERE series = $1 AND (instant < $2 OR instant IS NULL)", value, 2, err);
  if (status == DW_OK && !dw_num_parse_unsigned(PQcmdTuples(result), strlen(PQcmdTuples(result)), removed)) *removed = 0;
  PQclear(result);
  return status;
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
    .prune = pg_prune,
};
