/* store_kind: what a kind of store has to bring. store.c keeps the contract of store.h (names, transactions begun and ended, repeated where
 * the database asks for it) and calls these; each file store_KIND.c fills one table. */
#ifndef DW_STORE_STORE_KIND_H
#define DW_STORE_STORE_KIND_H

#include "store/keep/store.h"

typedef struct dw_store_kind {
  dw_status (*open)(dw_store *store, const char *place, bool create, dw_err *err); /* place: the address without its prefix */
  void (*close)(dw_store *store);                                                  /* also after an open that failed */
  dw_status (*begin)(dw_store *store, bool change, dw_err *err);
  dw_status (*commit)(dw_store *store, bool *again, dw_err *err); /* *again: undone, worth another try */
  void (*undo)(dw_store *store, bool *again);                     /* ends a transaction whose work or commit failed */
  dw_status (*get)(dw_store *store, const char *name, dw_buf *out, bool *found, dw_err *err);
  dw_status (*put)(dw_store *store, const char *name, const void *bytes, size_t length, dw_err *err);
  dw_status (*append)(dw_store *store, const char *series, const dw_store_row *row, dw_err *err);
  dw_status (*rows)(dw_store *store, const char *series, const dw_store_query *query, dw_store_sink *sink, void *context, dw_err *err);
  dw_status (*prune)(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err);
} dw_store_kind;

struct dw_store {
  const dw_store_kind *kind;
  char *name;    /* for messages */
  void *own;     /* of the kind */
  bool inside;   /* a transaction is open */
  bool changing; /* and may change things */
  bool giving;   /* rows are being given: their sink may not ask for anything */
};

extern const dw_store_kind dw_store_folder, dw_store_sqlite, dw_store_pg;

#endif
