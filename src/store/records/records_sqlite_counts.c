/* How many records a stream has, kept beside them by the transaction that puts or deletes them, so that nobody has to count. */
#include "store/records/records_schema.h"
#include "store/records/records_sqlite_parts.h"

enum { SETTLE_STREAMS = 50 };

static dw_status ready(records_sqlite *own, dw_sqlite_query **query, const char *sql, dw_err *err)
{
  return *query ? DW_OK : dw_sqlite_prepare(own->db, query, sql, err);
}

static void bind_bound(dw_sqlite_query *query, int place, bool known, int64_t instant)
{
  if (known) dw_sqlite_bind_integer(query, place, instant);
  else dw_sqlite_bind_text(query, place, NULL, 0);
}

/* --- more of them --- */

static dw_status add_change(dw_sqlite_query *query, const dw_stream_change *change, dw_err *err)
{
  bool known = change->first <= change->last;
  dw_sqlite_bind_integer(query, 1, change->stream);
  dw_sqlite_bind_integer(query, 2, change->records);
  dw_sqlite_bind_integer(query, 3, change->early);
  dw_sqlite_bind_integer(query, 4, change->late);
  bind_bound(query, 5, known, change->first);
  bind_bound(query, 6, known, change->last);
  return dw_sqlite_do(query, err);
}

dw_status dw_records_sqlite_count(records_sqlite *own, dw_err *err)
{
  static const char sql[] =
      "INSERT INTO counts (stream, records, early, late, first, last) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (stream) DO UPDATE SET "
      "records = records + ?2, early = early + ?3, late = late + ?4, first = coalesce(min(first, ?5), first, ?5), "
      "last = coalesce(max(last, ?6), last, ?6)";
  dw_status status = ready(own, &own->count_more, sql, err);
  for (size_t i = 0; i < own->changes.count && status == DW_OK; i++) status = add_change(own->count_more, &own->changes.change[i], err);
  return status;
}

/* --- fewer --- */

static dw_status take_change(dw_sqlite_query *query, const dw_stream_change *change, dw_err *err)
{
  dw_sqlite_bind_integer(query, 1, change->stream);
  dw_sqlite_bind_integer(query, 2, change->records);
  dw_sqlite_bind_integer(query, 3, change->early);
  dw_sqlite_bind_integer(query, 4, change->late);
  dw_sqlite_bind_integer(query, 5, change->first <= change->last);
  return dw_sqlite_do(query, err);
}

dw_status dw_records_sqlite_deleted(records_sqlite *own, dw_sqlite_query *query, uint64_t *removed, dw_err *err)
{
  static const char sql[] = "UPDATE counts SET records = records - ?2, early = early - ?3, late = late - ?4, loose = loose OR ?5 "
                            "WHERE stream = ?1";
  bool row;
  dw_status status;
  *removed = 0;
  dw_stream_changes_clear(&own->changes);
  while ((status = dw_sqlite_step(query, &row, err)) == DW_OK && row) {
    dw_stream_changes_add(&own->changes, dw_sqlite_integer(query, 0), dw_sqlite_integer(query, 1), dw_sqlite_integer(query, 2));
    ++*removed;
  }
  if (status == DW_OK) status = ready(own, &own->count_less, sql, err);
  for (size_t i = 0; i < own->changes.count && status == DW_OK; i++) status = take_change(own->count_less, &own->changes.change[i], err);
  return status;
}

dw_status dw_records_sqlite_settle(records_sqlite *own, int table, bool *more, dw_err *err)
{
  dw_buf sql = {0};
  dw_buf_text(&sql, "UPDATE counts AS c SET first = ");
  dw_records_bound_sql(table, false, false, &sql);
  dw_buf_text(&sql, ", last = ");
  dw_records_bound_sql(table, true, false, &sql);
  dw_buf_text(&sql, ", loose = 0 WHERE stream IN (SELECT x.stream FROM counts x JOIN streams s ON s.number = x.stream WHERE x.loose AND ");
  dw_records_kinds_sql(table, &sql);
  dw_buf_format(&sql, " LIMIT %d)", SETTLE_STREAMS);
  dw_status status = dw_sqlite_run(own->db, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status == DW_OK) *more = dw_sqlite_changes(own->db) > 0;
  return status;
}

void dw_records_sqlite_counts_end(records_sqlite *own)
{
  dw_sqlite_free(own->count_more);
  dw_sqlite_free(own->count_less);
  own->count_more = own->count_less = NULL;
  dw_stream_changes_free(&own->changes);
}

/* --- telling --- */

static void read_count(dw_sqlite_query *query, dw_records_count *count, dw_buf texts[3])
{
  for (int i = 0; i < 3; i++) {
    size_t length;
    const char *text = dw_sqlite_text(query, i, &length);
    texts[i].length = 0;
    dw_buf_add(&texts[i], text, length);
  }
  *count = (dw_records_count){.model = dw_buf_cstr(&texts[1]),
                              .source = dw_buf_cstr(&texts[2]),
                              .records = (uint64_t)dw_sqlite_integer(query, 3),
                              .early = (uint64_t)dw_sqlite_integer(query, 4),
                              .late = (uint64_t)dw_sqlite_integer(query, 5),
                              .first = INT64_MAX,
                              .last = INT64_MIN};
  dw_record_kind_find(dw_buf_cstr(&texts[0]), &count->kind);
  if (dw_sqlite_null(query, 6) || dw_sqlite_null(query, 7)) return;
  count->first = dw_sqlite_integer(query, 6);
  count->last = dw_sqlite_integer(query, 7);
}

dw_status dw_records_sqlite_stats(dw_records *records, void *reader, int table, dw_records_count_sink *sink, void *context, dw_err *err)
{
  bool row;
  dw_sqlite_query *query;
  dw_buf sql = {0}, texts[3] = {{0}};
  dw_records_counts_sql(table, false, &sql);
  dw_status status = dw_sqlite_prepare(reader, &query, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  while (status == DW_OK && (status = dw_sqlite_step(query, &row, err)) == DW_OK && row) {
    dw_records_count count;
    read_count(query, &count, texts);
    status = sink(context, &count, err);
  }
  dw_sqlite_free(query);
  for (int i = 0; i < 3; i++) dw_buf_free(&texts[i]);
  return status;
}
