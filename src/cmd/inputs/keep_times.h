/* keep_times: --keep TABLE=TIME,…: how long the records of each table are kept. */
#ifndef DW_CMD_KEEP_TIMES_H
#define DW_CMD_KEEP_TIMES_H

#include "base/text_list.h"
#include "store/records/record_kind.h"

/* Microseconds of each table, what is not said as dw_record_table_days has it. Ends the command at a mistake. */
void dw_keep_times(const dw_text_list *items, int64_t keep[DW_RECORD_TABLES]);

#endif
