/* store_settings: what the parts of dw-store share. */
#ifndef DW_CMD_STORE_SETTINGS_H
#define DW_CMD_STORE_SETTINGS_H

#include "base/text_list.h"
#include "io/record/dialect.h"
#include "store/records/records.h"

typedef struct dw_store_settings {
  const char *db, *id, *time, *time_format, *model, *source, *record, *since, *until, *output;
  dw_text_list tables, keep;
  dw_dialect dialect; /* put: its marks alone */
  uint64_t threads, reserve, limit;
  int kind; /* -1: not given */
  int on_error;
  bool strays, labels;
} dw_store_settings;

/* --db, or DATABASE_URL, or the default. */
const char *dw_store_address(const dw_store_settings *set);
dw_records *dw_store_opened(const dw_store_settings *set, bool writing);

/* Records, or documents of an export, from files into the database. */
void dw_store_put_files(const dw_store_settings *set, const dw_text_list *paths, bool import);

void dw_store_get_records(const dw_store_settings *set);
void dw_store_export_tables(const dw_store_settings *set);

#endif
