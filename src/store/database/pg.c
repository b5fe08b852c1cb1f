#include "store/database/pg.h"

#include <errno.h>
#include <libpq-fe.h>
#include <limits.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"
#include "io/library/library.h"

/* clang-format off */
#define PQ_CALLS(call) \
  call(PQclear) call(PQcmdTuples) call(PQconnectdbParams) call(PQconnectPoll) call(PQconnectStartParams) call(PQconninfo) \
  call(PQconninfoFree) call(PQdb) call(PQerrorMessage) call(PQexec) call(PQfinish) call(PQgetResult) call(PQgetisnull) call(PQgetlength) call(PQgetvalue) call(PQhost) call(PQntuples) call(PQputCopyData) \
  call(PQputCopyEnd) call(PQresultErrorField) call(PQresultStatus) call(PQsendQueryParams) call(PQsetNoticeProcessor) \
  call(PQsetSingleRowMode) call(PQsocket) call(PQstatus)
/* clang-format on */

static struct {
  PQ_CALLS(DW_LIBRARY_CALL)
} pq;
static const char *const pq_names[] = {PQ_CALLS(DW_LIBRARY_NAME)};
static dw_library pq_library = DW_LIBRARY(DW_SONAME_pq, "postgresql: addresses", pq, pq_names);

struct dw_pg {
  PGconn *connection;
  char *name;
  char state[6]; /* SQLSTATE of the last failure; "" when it was not the server's */
  bool lost;     /* it was the connection's */
};

/* An answer is libpq's: no memory of its own. */
static PGresult *pg_result(const dw_pg_answer *answer) { return (PGresult *)answer; }

static void pg_be_silent(void *context, const char *message) {}

/* The first line of what libpq says; it never holds the password. result NULL: about the connection. Frees result. */
static dw_status pg_fail(dw_pg *pg, PGresult *result, dw_err *err)
{
  const char *text = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), *state = pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (!text) text = pq.PQerrorMessage(pg->connection);
  if (!state) state = "";
  size_t length = 0;
  while (length < 5 && state[length]) length++;
  memcpy(pg->state, state, length);
  pg->state[length] = '\0';
  pg->lost = !*state;
  dw_status status;
  if (strcmp(state, "55P03") == 0) status = dw_err_set(err, DW_ESYSTEM, "%s: another process has held the database for too long", pg->name);
  else status = dw_err_set(err, DW_ESYSTEM, "%s: %.*s", pg->name, (int)strcspn(text, "\n"), *text ? text : "the connection broke");
  pq.PQclear(result);
  return status;
}

bool dw_pg_again(const dw_pg *pg) /* serialization_failure, deadlock_detected */
{
  return strcmp(pg->state, "40001") == 0 || strcmp(pg->state, "40P01") == 0;
}

bool dw_pg_full(const dw_pg *pg) { return strcmp(pg->state, "53100") == 0; }

bool dw_pg_broken(const dw_pg *pg)
{
  static const char *const states[] = {"57P01", "57P02", "57P03", "25006", "08006", "08003", "08001"};
  /* the status alone does not tell: libpq 15 leaves it as it was when the server closed the connection before a question was sent */
  bool found = pg->lost || pq.PQstatus(pg->connection) != CONNECTION_OK;
  for (size_t i = 0; i < sizeof states / sizeof *states; i++) found |= strcmp(pg->state, states[i]) == 0;
  return found;
}

/* What the address says of connect_timeout, in seconds; 0: no limit. */
static unsigned connect_timeout(PGconn *connection)
{
  PQconninfoOption *options = pq.PQconninfo(connection);
  uint64_t seconds = 0;
  for (const PQconninfoOption *o = options; o && o->keyword; o++)
    if (strcmp(o->keyword, "connect_timeout") == 0 && o->val && !dw_num_parse_unsigned(o->val, strlen(o->val), &seconds)) seconds = 0;
  pq.PQconninfoFree(options);
  return seconds > INT_MAX / 1000 ? 0 : (unsigned)seconds;
}

unsigned dw_pg_patience(const dw_pg *pg) { return connect_timeout(pg->connection); }

/* False: time is up. */
static bool pg_wait(PGconn *connection, PostgresPollingStatusType how, uint64_t deadline)
{
  struct pollfd socket = {.fd = pq.PQsocket(connection), .events = how == PGRES_POLLING_READING ? POLLIN : POLLOUT};
  for (;;) {
    uint64_t now = dw_monotonic_ns();
    if (now >= deadline) return false;
    uint64_t left = (deadline - now) / 1000000 + 1;
    int ready = poll(&socket, 1, deadline == UINT64_MAX ? -1 : left < INT_MAX ? (int)left : INT_MAX);
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true; /* libpq finds out what is wrong */
  }
}

/* Step by step: PQconnectdb would print what the server has to say while it connects (WARNING: database "…" has a collation version
 * mismatch) to standard error, raw. What takes too long is left to PQconnectdb, which goes on to the next address of several. */
static PGconn *pg_connect(const char *const *names, const char *const *values)
{
  PGconn *connection = pq.PQconnectStartParams(names, values, 1);
  if (!connection) dw_mem_out(0);
  pq.PQsetNoticeProcessor(connection, pg_be_silent, NULL);
  if (pq.PQstatus(connection) == CONNECTION_BAD) return connection;
  unsigned patience = connect_timeout(connection);
  if (patience == 1) patience = 2; /* as libpq does */
  uint64_t deadline = patience ? dw_monotonic_ns() + patience * UINT64_C(1000000000) : UINT64_MAX;
  PostgresPollingStatusType how = PGRES_POLLING_WRITING;
  while (how != PGRES_POLLING_OK && how != PGRES_POLLING_FAILED) {
    if (!pg_wait(connection, how, deadline)) {
      pq.PQfinish(connection);
      connection = pq.PQconnectdbParams(names, values, 1);
      if (!connection) dw_mem_out(0);
      pq.PQsetNoticeProcessor(connection, pg_be_silent, NULL);
      return connection;
    }
    how = pq.PQconnectPoll(connection);
  }
  return connection;
}

dw_status dw_pg_open(dw_pg **out, const char *place, dw_err *err)
{
  /* dbname may be a URL or a list of settings; what stands in it wins over what stands before it here */
  static const char *const names[] = {"fallback_application_name", "connect_timeout", "client_encoding", "dbname", NULL};
  const char *const values[] = {"driftwatch", "10", "UTF8", place, NULL};
  *out = NULL;
  if (dw_library_load(&pq_library, err) != DW_OK) return DW_ESYSTEM;
  dw_pg *pg = dw_alloc_zero(1, sizeof *pg);
  pg->name = dw_strdup("PostgreSQL");
  pg->connection = pg_connect(names, values);
  if (pq.PQstatus(pg->connection) != CONNECTION_OK) {
    dw_status status = pg_fail(pg, NULL, err);
    dw_pg_close(pg);
    return status;
  }
  dw_buf name = {0};
  dw_buf_format(&name, "database %s at %s", pq.PQdb(pg->connection), pq.PQhost(pg->connection));
  dw_free(pg->name);
  pg->name = dw_strdup(dw_buf_cstr(&name));
  dw_buf_free(&name);
  *out = pg;
  return DW_OK;
}

void dw_pg_close(dw_pg *pg)
{
  if (!pg) return;
  pq.PQfinish(pg->connection);
  dw_free(pg->name);
  dw_free(pg);
}

const char *dw_pg_name(const dw_pg *pg) { return pg->name; }

/* --- statements --- */

dw_status dw_pg_run(dw_pg *pg, const char *sql, dw_err *err)
{
  PGresult *result = pq.PQexec(pg->connection, sql);
  if (pq.PQresultStatus(result) != PGRES_COMMAND_OK && pq.PQresultStatus(result) != PGRES_TUPLES_OK) return pg_fail(pg, result, err);
  pq.PQclear(result);
  return DW_OK;
}

static dw_status pg_send(dw_pg *pg, const char *sql, const dw_pg_value *value, int count, dw_err *err)
{
  enum { BYTEA = 17 }; /* oid of pg_type; 0: as the statement needs it */
  Oid types[DW_PG_VALUES] = {0};
  const char *values[DW_PG_VALUES];
  int lengths[DW_PG_VALUES], formats[DW_PG_VALUES];
  for (int i = 0; i < count; i++) {
    if (value[i].length > INT32_MAX) {
      pg->lost = false;
      pg->state[0] = '\0';
      return dw_err_set(err, DW_ESYSTEM, "%s: %zu bytes are more than a database takes", pg->name, value[i].length);
    }
    types[i] = value[i].bytes ? BYTEA : 0;
    values[i] = value[i].text;
    lengths[i] = (int)value[i].length;
    formats[i] = value[i].bytes;
  }
  if (pq.PQsendQueryParams(pg->connection, sql, count, types, values, lengths, formats, 1) == 1) return DW_OK;
  return pg_fail(pg, NULL, err);
}

static dw_status pg_take(dw_pg *pg, PGresult *result, dw_pg_answer **out, dw_err *err)
{
  ExecStatusType state = pq.PQresultStatus(result);
  if (state != PGRES_COMMAND_OK && state != PGRES_TUPLES_OK && state != PGRES_SINGLE_TUPLE) return pg_fail(pg, result, err);
  *out = (dw_pg_answer *)result;
  return DW_OK;
}

/* What is left of a question's answer. */
void dw_pg_drain(dw_pg *pg)
{
  for (PGresult *result; (result = pq.PQgetResult(pg->connection));) pq.PQclear(result);
}

dw_status dw_pg_ask(dw_pg *pg, dw_pg_answer **out, const char *sql, const dw_pg_value *values, int count, dw_err *err)
{
  *out = NULL;
  dw_status status = pg_send(pg, sql, values, count, err);
  if (status == DW_OK) status = pg_take(pg, pq.PQgetResult(pg->connection), out, err);
  dw_pg_drain(pg);
  return status;
}

dw_status dw_pg_write(dw_pg *pg, const char *sql, const dw_pg_value *values, int count, dw_err *err)
{
  dw_pg_answer *answer;
  dw_fault_point();
  dw_status status = dw_pg_ask(pg, &answer, sql, values, count, err);
  dw_pg_clear(answer);
  return status;
}

dw_status dw_pg_send(dw_pg *pg, const char *sql, const dw_pg_value *values, int count, dw_err *err)
{
  dw_status status = pg_send(pg, sql, values, count, err);
  if (status == DW_OK && pq.PQsetSingleRowMode(pg->connection) != 1) status = pg_fail(pg, NULL, err);
  return status;
}

dw_status dw_pg_next(dw_pg *pg, dw_pg_answer **out, dw_err *err)
{
  *out = NULL;
  PGresult *result = pq.PQgetResult(pg->connection);
  return result ? pg_take(pg, result, out, err) : DW_OK;
}

/* --- COPY --- */

dw_status dw_pg_copy_begin(dw_pg *pg, const char *sql, dw_err *err)
{
  PGresult *result = pq.PQexec(pg->connection, sql);
  if (pq.PQresultStatus(result) != PGRES_COPY_IN) return pg_fail(pg, result, err);
  pq.PQclear(result);
  return DW_OK;
}

dw_status dw_pg_copy(dw_pg *pg, const void *bytes, size_t length, dw_err *err)
{
  enum { PIECE = 1 << 20 };
  for (size_t at = 0, piece; at < length; at += piece) {
    piece = length - at < PIECE ? length - at : PIECE;
    if (pq.PQputCopyData(pg->connection, (const char *)bytes + at, (int)piece) != 1) return pg_fail(pg, NULL, err);
  }
  return DW_OK;
}

dw_status dw_pg_copy_end(dw_pg *pg, dw_err *err)
{
  if (pq.PQputCopyEnd(pg->connection, NULL) != 1) return pg_fail(pg, NULL, err);
  dw_pg_answer *answer = NULL;
  dw_status status = pg_take(pg, pq.PQgetResult(pg->connection), &answer, err);
  dw_pg_clear(answer);
  dw_pg_drain(pg);
  return status;
}

/* --- answers --- */

int dw_pg_rows(const dw_pg_answer *answer) { return pq.PQntuples(pg_result(answer)); }

uint64_t dw_pg_count(const dw_pg_answer *answer)
{
  uint64_t count;
  const char *text = pq.PQcmdTuples(pg_result(answer));
  return dw_num_parse_unsigned(text, strlen(text), &count) ? count : 0;
}

const char *dw_pg_cell(const dw_pg_answer *answer, int row, int column, size_t *length)
{
  if (length) *length = (size_t)pq.PQgetlength(pg_result(answer), row, column);
  return pq.PQgetvalue(pg_result(answer), row, column);
}

bool dw_pg_null(const dw_pg_answer *answer, int row, int column) { return pq.PQgetisnull(pg_result(answer), row, column) != 0; }

/* Big-endian, two's complement. */
int64_t dw_pg_integer(const dw_pg_answer *answer, int row, int column)
{
  size_t length;
  const unsigned char *bytes = (const unsigned char *)dw_pg_cell(answer, row, column, &length);
  uint64_t value = length > 1 && bytes[0] & 0x80 ? UINT64_MAX : 0;
  for (size_t i = 0; i < length; i++) value = value << 8 | bytes[i];
  return (int64_t)value;
}

void dw_pg_clear(dw_pg_answer *answer) { pq.PQclear(pg_result(answer)); }
