#include "store/intake/stored_count.h"

void dw_stored_time_write(dw_json *json, const char *key, bool known, int64_t instant)
{
  char text[DW_TIME_TEXT];
  if (known) dw_json_bytes(json, key, text, dw_time_print(text, instant));
  else dw_json_null(json, key);
}

void dw_stored_count_write(const dw_records_count *count, dw_json *json)
{
  bool known = count->first <= count->last;
  dw_json_text(json, "table", dw_record_table(dw_record_kind_table(count->kind)));
  dw_json_text(json, "record", dw_record_kind_word(count->kind));
  dw_json_text(json, "model", count->model);
  dw_json_text(json, "source", count->source);
  dw_json_integer(json, "records", (int64_t)count->records);
  dw_json_integer(json, "early", (int64_t)count->early);
  dw_json_integer(json, "late", (int64_t)count->late);
  dw_stored_time_write(json, "first", known, count->first);
  dw_stored_time_write(json, "last", known, count->last);
}

void dw_stored_facts_write(const char *name, const dw_records_facts *facts, dw_json *json)
{
  dw_json_text(json, "name", name);
  dw_json_integer(json, "schema", facts->version);
  dw_json_integer(json, "bytes", (int64_t)facts->bytes);
  dw_json_integer(json, "log_bytes", (int64_t)facts->log_bytes);
  dw_json_text(json, "vectors", facts->vectors);
}
