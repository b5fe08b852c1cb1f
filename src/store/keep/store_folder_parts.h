/* store_folder_parts: what store_folder.c (documents, the index, transactions) and store_folder_rows.c (series) share. */
#ifndef DW_STORE_STORE_FOLDER_PARTS_H
#define DW_STORE_STORE_FOLDER_PARTS_H

#include "store/keep/store_kind.h"

enum { FOLDER_DIGITS = 6, FOLDER_DIGEST = 33 };

typedef struct folder_document {
  char *name, *file;
  uint64_t bytes;
  char digest[FOLDER_DIGEST];
} folder_document;

typedef struct folder_series {
  char *name, *file; /* of the rows; beside it file.rows says where each begins */
  uint64_t bytes, rows;
  bool bare;  /* of format 1: there is no file.rows yet */
  bool grown; /* by this change: to be synced before the index says so */
} folder_series;

/* The index as it was read at the beginning of a transaction, with what the transaction changed. */
typedef struct folder_index {
  uint64_t generation; /* changes made */
  folder_document *document;
  size_t document_count, document_capacity;
  folder_series *series;
  size_t series_count, series_capacity;
} folder_index;

typedef struct folder {
  char *path;
  int lock;   /* descriptor, -1: none held */
  bool dirty; /* the transaction changed something */
  folder_index index;
  char **old; /* files that the index will not name any more */
  size_t old_count, old_capacity;
} folder;

char *dw_folder_path(const folder *f, const char *file);                /* the caller frees it */
char *dw_folder_generation(const folder *f, const char *name);          /* "000012-NAME" of this change; the caller frees it */
void dw_folder_old(folder *f, char *file);                              /* takes the name over: the file goes when the change is done */
char *dw_folder_series_file(const char *name);                          /* where a new series begins; the caller frees it */
folder_series *dw_folder_series(folder_index *index, const char *name); /* NULL: none */
folder_series *dw_folder_add_series(folder_index *index, const char *name, const char *file);

dw_status dw_folder_sync_rows(const folder *f, dw_err *err);
dw_status dw_folder_append(dw_store *store, const char *series, const dw_store_row *row, dw_err *err);
dw_status dw_folder_rows(dw_store *store, const char *series, const dw_store_query *query, dw_store_sink *sink, void *context, dw_err *err);
dw_status dw_folder_prune(dw_store *store, const char *series, int64_t before, uint64_t *removed, dw_err *err);

#endif
