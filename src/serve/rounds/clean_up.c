#include "serve/rounds/clean_up.h"

dw_status dw_clean_up_do(const dw_clean_up *clean_up, dw_records *records, int64_t now, bool (*stop)(void *context), void *context,
                         uint64_t *removed, dw_err *err)
{
  *removed = 0;
  for (int table = 0; table < DW_RECORD_TABLES; table++) {
    bool more = true;
    while (more) {
      if (stop && stop(context)) return DW_OK;
      dw_status status = dw_records_prune_step(records, table, now - clean_up->keep[table], removed, &more, err);
      if (status != DW_OK) return status;
    }
  }
  return DW_OK;
}
