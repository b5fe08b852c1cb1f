/* Records into their tables, and what a transaction changed into the counts of streams. Under the lock, inside the writer's turn. */
#include <string.h>

#include "base/fault.h"
#include "store/records/records_sqlite_parts.h"

void dw_records_sqlite_rows_end(records_sqlite *own)
{
  for (int i = 0; i < DW_RECORD_TABLES; i++) {
    dw_sqlite_free(own->insert[i]);
    dw_sqlite_free(own->insert_many[i]);
    dw_sqlite_free(own->find[i]);
    own->insert[i] = own->insert_many[i] = own->find[i] = NULL;
  }
}

/* --- streams: kind, model and source, as a number --- */

void dw_records_sqlite_forget(records_sqlite *own) /* some were perhaps made in a transaction that was undone */
{
  dw_map_free(&own->streams);
  dw_map_init(&own->streams);
  own->last = NULL;
}

static dw_status ask_stream(records_sqlite *own, const dw_records_item *item, int64_t *number, dw_err *err)
{
  static const char *const sql[] = {"INSERT INTO streams (kind, model, source) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                                    "SELECT number FROM streams WHERE kind = ?1 AND model = ?2 AND source = ?3"};
  const char *kind = dw_record_kind_word(item->kind);
  dw_status status = DW_OK;
  bool row = false;
  for (int i = 0; i < 2 && status == DW_OK; i++) {
    dw_sqlite_query *query;
    status = dw_sqlite_prepare(own->db, &query, sql[i], err);
    if (status != DW_OK) return status;
    dw_sqlite_bind_text(query, 1, kind, strlen(kind));
    dw_sqlite_bind_text(query, 2, item->model, strlen(item->model));
    dw_sqlite_bind_text(query, 3, item->source, strlen(item->source));
    status = dw_sqlite_step(query, &row, err);
    if (row) *number = dw_sqlite_integer(query, 0);
    dw_sqlite_free(query);
  }
  return status;
}

static dw_status stream_of(records_sqlite *own, const dw_records_item *item, int64_t *number, dw_err *err)
{
  const dw_records_item *last = own->last;
  if (last && last->kind == item->kind && last->model == item->model && last->source == item->source) {
    *number = own->last_number;
    return DW_OK;
  }
  dw_buf key = {0};
  dw_buf_char(&key, (char)('A' + item->kind));
  dw_buf_add(&key, item->model, strlen(item->model) + 1);
  dw_buf_text(&key, item->source);
  size_t known = own->streams.count;
  uint32_t index = dw_map_intern(&own->streams, key.data, key.length);
  dw_buf_free(&key);
  own->numbers = dw_grow(own->numbers, &own->numbers_capacity, own->streams.count, sizeof *own->numbers);
  dw_status status = index < known ? DW_OK : ask_stream(own, item, &own->numbers[index], err);
  own->last = item;
  own->last_number = *number = own->numbers[index];
  return status;
}

/* --- statements --- */

enum { VALUES = 6 }; /* of a row */

/* OR IGNORE, and no ON CONFLICT: that would let a value that is NULL end the statement, for which SQLite keeps a copy of each page that a
 * statement of many rows changes. With ids in no order these are as many pages as rows. */
static dw_status prepare_insert(records_sqlite *own, dw_sqlite_query **query, int table, int rows, dw_err *err)
{
  if (*query) return DW_OK;
  dw_buf sql = {0};
  dw_buf_format(&sql, "INSERT OR IGNORE INTO %s (stream, id, time, received, timing, content) VALUES ", dw_record_table(table));
  for (int i = 0; i < rows; i++) dw_buf_text(&sql, i ? ", (?, ?, ?, ?, ?, ?)" : "(?, ?, ?, ?, ?, ?)");
  dw_status status = dw_sqlite_prepare(own->db, query, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  return status;
}

static dw_status prepare_find(records_sqlite *own, dw_sqlite_query **query, int table, dw_err *err)
{
  if (*query) return DW_OK;
  dw_buf sql = {0};
  dw_buf_format(&sql, "SELECT seq, content FROM %s WHERE id = ?1 AND stream = ?2", dw_record_table(table));
  dw_status status = dw_sqlite_prepare(own->db, query, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  return status;
}

static void bind_row(dw_sqlite_query *insert, int before, int64_t stream, const dw_records_item *item)
{
  dw_sqlite_bind_integer(insert, before + 1, stream);
  dw_sqlite_bind_text(insert, before + 2, item->id, strlen(item->id));
  dw_sqlite_bind_integer(insert, before + 3, item->time);
  dw_sqlite_bind_integer(insert, before + 4, item->received);
  dw_sqlite_bind_integer(insert, before + 5, dw_records_timing_of(item->time, item->received));
  dw_sqlite_bind_text(insert, before + 6, item->content, item->length);
}

/* --- what became of them --- */

/* Some of what was just put was there before. Rows that are new have the numbers behind *last, in the order of the items; each belongs to
 * the first item of its identity. */
static dw_status compare(records_sqlite *own, int table, int64_t stream, dw_records_item *item, int64_t *last, dw_err *err)
{
  bool row = false;
  size_t length;
  dw_status status = prepare_find(own, &own->find[table], table, err);
  if (status != DW_OK) return status;
  dw_sqlite_query *find = own->find[table];
  dw_sqlite_bind_text(find, 1, item->id, strlen(item->id));
  dw_sqlite_bind_integer(find, 2, stream);
  status = dw_sqlite_step(find, &row, err);
  item->outcome = DW_RECORDS_CONFLICT;
  if (status == DW_OK && !row) status = dw_err_set(err, DW_ESYSTEM, "%s: a record was neither stored nor there", own->path);
  if (row && dw_sqlite_integer(find, 0) > *last) {
    *last = dw_sqlite_integer(find, 0);
    item->outcome = DW_RECORDS_STORED;
  } else if (row) {
    const char *content = dw_sqlite_text(find, 1, &length);
    if (length == item->length && memcmp(content, item->content, length) == 0) item->outcome = DW_RECORDS_DUPLICATE;
  }
  dw_sqlite_reset(find);
  return status;
}

/* Of the items that a statement put, whose rows that are new have numbers one behind the other. */
static dw_status tell_outcomes(records_sqlite *own, size_t from, size_t count, dw_err *err)
{
  dw_status status = DW_OK;
  int64_t stored = dw_sqlite_changes(own->db), last = stored ? dw_sqlite_last_row(own->db) - stored : INT64_MAX;
  for (size_t i = from; i < from + count && status == DW_OK; i++) {
    dw_records_item *item = own->waiting[i];
    item->outcome = DW_RECORDS_STORED;
    if (stored != (int64_t)count) status = compare(own, own->waiting_table, own->waiting_stream[i], item, &last, err);
    if (item->outcome == DW_RECORDS_STORED) dw_stream_changes_add(&own->changes, own->waiting_stream[i], item->time, item->received);
  }
  return status;
}

static dw_status put_rows(records_sqlite *own, dw_sqlite_query *insert, size_t from, size_t count, dw_err *err)
{
  for (size_t i = 0; i < count; i++) bind_row(insert, (int)i * VALUES, own->waiting_stream[from + i], own->waiting[from + i]);
  dw_status status = dw_sqlite_do(insert, err);
  return status == DW_OK ? tell_outcomes(own, from, count, err) : status;
}

/* --- putting --- */

/* What waits, by one statement when there are enough: it takes a sixth less time than as many statements. */
static dw_status put_waiting(records_sqlite *own, dw_err *err)
{
  dw_status status = DW_OK;
  int table = own->waiting_table;
  size_t count = own->waiting_count;
  own->waiting_count = 0;
  if (count == DW_RECORDS_SQLITE_ROWS) {
    status = prepare_insert(own, &own->insert_many[table], table, DW_RECORDS_SQLITE_ROWS, err);
    return status == DW_OK ? put_rows(own, own->insert_many[table], 0, count, err) : status;
  }
  if (count) status = prepare_insert(own, &own->insert[table], table, 1, err);
  for (size_t i = 0; i < count && status == DW_OK; i++) status = put_rows(own, own->insert[table], i, 1, err);
  return status;
}

static dw_status put_item(records_sqlite *own, dw_records_item *item, dw_err *err)
{
  int table = dw_record_kind_table(item->kind);
  int64_t stream = 0;
  dw_status status = stream_of(own, item, &stream, err);
  if (status == DW_OK && own->waiting_count && table != own->waiting_table) status = put_waiting(own, err);
  if (status != DW_OK) return status;
  own->waiting_table = table;
  own->waiting[own->waiting_count] = item;
  own->waiting_stream[own->waiting_count++] = stream;
  return own->waiting_count == DW_RECORDS_SQLITE_ROWS ? put_waiting(own, err) : DW_OK;
}

dw_status dw_records_sqlite_rows(records_sqlite *own, dw_records_batch *const *batches, size_t count, dw_err *err)
{
  dw_status status = dw_sqlite_run(own->db, "BEGIN IMMEDIATE", err);
  own->last = NULL; /* of the batches before, which are gone */
  own->waiting_count = 0;
  dw_stream_changes_clear(&own->changes);
  for (size_t i = 0; i < count && status == DW_OK; i++)
    for (size_t k = 0; k < batches[i]->count && status == DW_OK; k++) status = put_item(own, &batches[i]->items[k], err);
  if (status == DW_OK) status = put_waiting(own, err);
  if (status == DW_OK) status = dw_records_sqlite_count(own, err);
  dw_fault_point();
  if (status == DW_OK) status = dw_sqlite_run(own->db, "COMMIT", err);
  return status;
}
