/* clean_up: what is older than its table keeps is removed, in steps of some milliseconds, so that posts go on and whoever has to end ends
 * at once. What is left is removed the next time.
 */
#ifndef DW_SERVE_CLEAN_UP_H
#define DW_SERVE_CLEAN_UP_H

#include "store/records/records.h"

typedef struct dw_clean_up {
  int64_t keep[DW_RECORD_TABLES]; /* microseconds that records are kept from their coming */
} dw_clean_up;

/* All tables. stop (NULL: never): whether we are to end, asked before each step. *removed: records, in all. */
dw_status dw_clean_up_do(const dw_clean_up *clean_up, dw_records *records, int64_t now, bool (*stop)(void *context), void *context,
                         uint64_t *removed, dw_err *err);

#endif
