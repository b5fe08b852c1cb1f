/* stored_count: how many records there are, as members of a document: of a kind, model and source. */
#ifndef DW_STORE_STORED_COUNT_H
#define DW_STORE_STORED_COUNT_H

#include "io/text/json.h"
#include "store/records/records.h"

/* table, record, model, source, records, early, late, first, last: members of the object that json is in. */
void dw_stored_count_write(const dw_records_count *count, dw_json *json);
/* name, schema, bytes, log_bytes, vectors. */
void dw_stored_facts_write(const char *name, const dw_records_facts *facts, dw_json *json);
/* An instant, or null. */
void dw_stored_time_write(dw_json *json, const char *key, bool known, int64_t instant);

#endif
