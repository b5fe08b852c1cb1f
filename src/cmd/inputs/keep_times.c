#include "cmd/inputs/keep_times.h"

#include <string.h>

#include "base/clock.h"
#include "cmd/options/cmd.h"

void dw_keep_times(const dw_text_list *items, int64_t keep[DW_RECORD_TABLES])
{
  for (int i = 0; i < DW_RECORD_TABLES; i++) keep[i] = dw_record_table_days(i) * 86400 * DW_SECOND;
  for (size_t i = 0; i < items->count; i++) {
    int table;
    char name[40] = "";
    const char *item = items->text[i], *equals = strchr(item, '=');
    if (equals && (size_t)(equals - item) < sizeof name) memcpy(name, item, (size_t)(equals - item));
    if (!equals || !dw_record_table_find(name, &table)) dw_cmd_usage("--keep: \"%s\" is not TABLE=TIME (inference_logs=7d)", item);
    if (!dw_duration_parse(equals + 1, strlen(equals + 1), &keep[table]))
      dw_cmd_usage("--keep: \"%s\" is not a time such as 7d", equals + 1);
  }
}
