/* For a build without PostgreSQL's client library; see without/README. */
#ifndef DW_WITHOUT_PQ_H
#define DW_WITHOUT_PQ_H

typedef struct pg_conn PGconn;
typedef struct pg_result PGresult;
typedef unsigned Oid;
typedef void (*PQnoticeProcessor)(void *context, const char *message);
typedef enum { CONNECTION_OK, CONNECTION_BAD } ConnStatusType;
typedef enum { PGRES_POLLING_FAILED, PGRES_POLLING_READING, PGRES_POLLING_WRITING, PGRES_POLLING_OK } PostgresPollingStatusType;
typedef struct pg_option {
  char *keyword, *val;
} PQconninfoOption;
typedef enum { PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PGRES_SINGLE_TUPLE } ExecStatusType;
enum { PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_SQLSTATE };

void PQclear(PGresult *result);
char *PQcmdTuples(PGresult *result);
PGconn *PQconnectdbParams(const char *const *names, const char *const *values, int expand);
PostgresPollingStatusType PQconnectPoll(PGconn *connection);
PGconn *PQconnectStartParams(const char *const *names, const char *const *values, int expand);
PQconninfoOption *PQconninfo(PGconn *connection);
void PQconninfoFree(PQconninfoOption *options);
char *PQdb(const PGconn *connection);
char *PQerrorMessage(const PGconn *connection);
PGresult *PQexec(PGconn *connection, const char *sql);
void PQfinish(PGconn *connection);
PGresult *PQgetResult(PGconn *connection);
int PQgetisnull(const PGresult *result, int row, int column);
int PQgetlength(const PGresult *result, int row, int column);
char *PQgetvalue(const PGresult *result, int row, int column);
char *PQhost(const PGconn *connection);
int PQntuples(const PGresult *result);
int PQputCopyData(PGconn *connection, const char *bytes, int length);
int PQputCopyEnd(PGconn *connection, const char *message);
char *PQresultErrorField(const PGresult *result, int field);
ExecStatusType PQresultStatus(const PGresult *result);
int PQsendQueryParams(PGconn *connection, const char *sql, int count, const Oid *types, const char *const *values, const int *lengths,
                      const int *formats, int format);
PQnoticeProcessor PQsetNoticeProcessor(PGconn *connection, PQnoticeProcessor processor, void *context);
int PQsetSingleRowMode(PGconn *connection);
int PQsocket(const PGconn *connection);
ConnStatusType PQstatus(const PGconn *connection);

#endif
