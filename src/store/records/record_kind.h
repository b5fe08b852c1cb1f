/* record_kind: what kinds of records there are, the table that each is kept in, and for how long unless somebody says otherwise. */
#ifndef DW_STORE_RECORD_KIND_H
#define DW_STORE_RECORD_KIND_H

#include <stdbool.h>

/* clang-format off */
/*      KIND         WORD           TABLE                DAYS */
#define DW_RECORD_KIND_ROWS(ROW) \
  ROW(INFERENCE,   "inference",   "inference_logs",    45) \
  ROW(REQUEST,     "request",     "inference_logs",    45) /* of an inference whose two halves come one by one, under one id */ \
  ROW(RESPONSE,    "response",    "inference_logs",    45) \
  ROW(INTERACTION, "interaction", "interaction_log",   45) \
  ROW(EMBEDDING,   "embedding",   "embeddings_log",    45) \
  ROW(DOCUMENT,    "document",    "documents",         180) \
  ROW(LABEL,       "label",       "labels",            400) \
  ROW(RUN,         "run",         "drift_runs",        400) \
  ROW(EVENT,       "event",       "drift_events",      400) \
  ROW(ALERT,       "alert",       "alerts",            400) \
  ROW(OUTBOX,      "outbox",      "outbox",            7) \
  ROW(THRESHOLD,   "threshold",   "threshold_history", 1830) \
  ROW(MODEL,       "model",       "models",            3660) \
  ROW(VERSION,     "version",     "model_versions",    3660)
/* clang-format on */

typedef enum dw_record_kind {
#define DW_RECORD_KIND_NAME(name, word, table, days) DW_RECORD_##name,
  DW_RECORD_KIND_ROWS(DW_RECORD_KIND_NAME)
#undef DW_RECORD_KIND_NAME
      DW_RECORD_KINDS
} dw_record_kind;

enum { DW_RECORD_TABLES = 12 };

const char *dw_record_kind_word(dw_record_kind kind); /* NULL behind the last */
bool dw_record_kind_find(const char *word, dw_record_kind *kind);
int dw_record_kind_table(dw_record_kind kind);    /* 0 to DW_RECORD_TABLES - 1 */
bool dw_record_kind_vectors(dw_record_kind kind); /* its table has a column for an embedding, where the database has a type for it */

const char *dw_record_table(int table);                  /* its name; NULL behind the last */
bool dw_record_table_find(const char *name, int *table); /* of the table, or of a kind that is kept in it */
int dw_record_table_days(int table);                     /* how long records are kept unless somebody says otherwise */

#endif
