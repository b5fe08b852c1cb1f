/* How many records a stream has, kept beside them by the transaction that puts or deletes them, so that nobody has to count. */
#include "store/records/records_pg_parts.h"
#include "store/records/records_schema.h"

/* --- more of them --- */

enum { STREAM, RECORDS, EARLY, LATE, FIRST, LAST, COLUMNS };

static void add_number(dw_buf *array, int64_t number)
{
  dw_pg_text_value text = dw_records_pg_number(number);
  dw_buf_format(array, "%c%s", array->length ? ',' : '{', text.text);
}

static void add_time(dw_buf *array, bool known, int64_t instant)
{
  dw_pg_text_value text = dw_records_pg_time(instant);
  dw_buf_char(array, array->length ? ',' : '{');
  if (known) dw_buf_format(array, "\"%s\"", text.text);
  else dw_buf_text(array, "NULL");
}

/* In the order of streams: two transactions that change several rows never wait for each other in a circle. */
dw_status dw_records_pg_count(dw_pg *pg, dw_stream_changes *changes, dw_err *err)
{
  static const char sql[] = "INSERT INTO counts AS c (stream, records, early, late, first, last) SELECT * FROM "
                            "unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[], $6::timestamptz[]) "
                            "ON CONFLICT (stream) DO UPDATE SET records = c.records + excluded.records, early = c.early + excluded.early, "
                            "late = c.late + excluded.late, first = least(c.first, excluded.first), last = greatest(c.last, excluded.last)";
  dw_buf columns[COLUMNS] = {{0}};
  dw_pg_value values[COLUMNS];
  if (!changes->count) return DW_OK;
  dw_stream_changes_sort(changes);
  for (size_t i = 0; i < changes->count; i++) {
    const dw_stream_change *change = &changes->change[i];
    bool known = change->first <= change->last;
    add_number(&columns[STREAM], change->stream);
    add_number(&columns[RECORDS], change->records);
    add_number(&columns[EARLY], change->early);
    add_number(&columns[LATE], change->late);
    add_time(&columns[FIRST], known, change->first);
    add_time(&columns[LAST], known, change->last);
  }
  for (int i = 0; i < COLUMNS; i++) {
    dw_buf_char(&columns[i], '}');
    values[i] = dw_pg_text(dw_buf_cstr(&columns[i]));
  }
  dw_status status = dw_pg_write(pg, sql, values, COLUMNS, err);
  for (int i = 0; i < COLUMNS; i++) dw_buf_free(&columns[i]);
  return status;
}

/* --- fewer --- */

void dw_records_pg_delete_begin(dw_buf *sql) { dw_buf_text(sql, "WITH gone AS ("); }

void dw_records_pg_delete_end(dw_buf *sql)
{
  dw_buf_text(sql, " RETURNING stream, timing), less AS (UPDATE counts c SET records = c.records - g.records, early = c.early - g.early, "
                   "late = c.late - g.late, loose = c.loose OR g.records > g.early + g.late FROM (SELECT stream, count(*) AS records, "
                   "count(*) FILTER (WHERE timing = 1) AS early, count(*) FILTER (WHERE timing = 2) AS late FROM gone GROUP BY stream) g "
                   "WHERE c.stream = g.stream) SELECT count(*) FROM gone");
}

/* The rows are locked by a statement of its own: the one behind it sees what was committed by who held them before. Who puts meanwhile adds
 * its times to what stands there then. */
dw_status dw_records_pg_settle(dw_pg *pg, int table, dw_err *err)
{
  dw_buf sql = {0};
  dw_buf_text(&sql, "SELECT FROM counts c JOIN streams s ON s.number = c.stream WHERE c.loose AND ");
  dw_records_kinds_sql(table, &sql);
  dw_buf_text(&sql, " ORDER BY c.stream FOR UPDATE OF c; UPDATE counts c SET first = ");
  dw_records_bound_sql(table, false, true, &sql);
  dw_buf_text(&sql, ", last = ");
  dw_records_bound_sql(table, true, true, &sql);
  dw_buf_text(&sql, ", loose = false FROM streams s WHERE s.number = c.stream AND c.loose AND ");
  dw_records_kinds_sql(table, &sql);
  dw_status status = dw_pg_run(pg, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  return status;
}
