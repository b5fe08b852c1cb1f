/* Connections that read. Each page is one statement, and so one state of the database, that ends before anybody sees the page. */
#include <string.h>

#include "store/records/records_sqlite_parts.h"

dw_status dw_records_sqlite_reader_open(dw_records *records, void **reader, dw_err *err)
{
  records_sqlite *own = records->own;
  dw_sqlite *db;
  *reader = NULL;
  dw_status status = dw_sqlite_open(&db, own->path, false, err);
  if (status != DW_OK) return status;
  dw_sqlite_keep_log(db);
  status = dw_sqlite_run(db, "PRAGMA query_only = 1; PRAGMA cache_size = -4096", err);
  if (status == DW_OK) *reader = db;
  else dw_sqlite_close(db);
  return status;
}

void dw_records_sqlite_reader_close(void *reader) { dw_sqlite_close(reader); }

/* The label of a record t of stream s: of its model and source, or else of the model without a source, or else of no model. What is not
 * empty sorts behind what is. */
#define LABEL                                                                                                                              \
  "(SELECT l.content FROM labels l JOIN streams ls ON ls.number = l.stream WHERE l.id = t.id AND ls.model IN (s.model, '')"                \
  " AND ls.source IN (s.source, '') ORDER BY ls.model DESC, ls.source DESC LIMIT 1)"

enum { KIND = 1, MODEL, SOURCE, FROM, TO, ID, TIME, NUMBER }; /* the values of a question */

/* A page that goes on: first what is left of the time that it ended at, then what is later. One question for both would look at all records
 * of that time again. */
typedef enum page_part { PAGE_BEGIN, PAGE_SAME_TIME, PAGE_LATER } page_part;

static void question(int table, const dw_records_query *query, page_part part, dw_buf *sql)
{
  static const char *const parts[] = {
      [PAGE_BEGIN] = "t.time >= ?4", [PAGE_SAME_TIME] = "t.time = ?7 AND t.seq > ?8", [PAGE_LATER] = "t.time > ?7"};
  const char *name = dw_record_table(table);
  dw_buf_format(sql, "SELECT t.seq, t.time, t.received, s.kind, s.model, s.source, t.id, t.content, %s FROM %s t ",
                query && query->labels ? LABEL : "NULL", name);
  if (!query) {
    dw_buf_text(sql, "CROSS JOIN streams s ON s.number = t.stream WHERE t.seq > ?8 ORDER BY t.seq");
    return;
  }
  if (!query->id) dw_buf_format(sql, "INDEXED BY %s_time ", name);
  dw_buf_format(sql, "CROSS JOIN streams s ON s.number = t.stream WHERE %s AND t.time < ?5 AND s.kind = ?1", parts[part]);
  if (query->model) dw_buf_text(sql, " AND s.model = ?2");
  if (query->source) dw_buf_text(sql, " AND s.source = ?3");
  if (query->id) dw_buf_text(sql, " AND t.id = ?6");
  if (!query->strays) dw_buf_text(sql, " AND t.timing = 0");
  dw_buf_text(sql, part == PAGE_SAME_TIME ? " ORDER BY t.seq" : " ORDER BY t.time, t.seq");
}

static void bind_text(dw_sqlite_query *statement, int place, const char *text)
{
  if (text) dw_sqlite_bind_text(statement, place, text, strlen(text));
}

static void bind(dw_sqlite_query *statement, const dw_records_query *query, page_part part, const dw_records_cursor *cursor)
{
  if (!query || part == PAGE_SAME_TIME) dw_sqlite_bind_integer(statement, NUMBER, cursor->begun ? cursor->number : INT64_MIN);
  if (!query) return;
  bind_text(statement, KIND, dw_record_kind_word(query->kind));
  bind_text(statement, MODEL, query->model);
  bind_text(statement, SOURCE, query->source);
  bind_text(statement, ID, query->id);
  dw_sqlite_bind_integer(statement, TO, query->to);
  if (part == PAGE_BEGIN) dw_sqlite_bind_integer(statement, FROM, query->from);
  else dw_sqlite_bind_integer(statement, TIME, cursor->time);
}

/* A text of a row; copied right away, since SQLite does not promise a NUL behind it. */
static const char *text_of(dw_sqlite_query *statement, int column, dw_buf *copy)
{
  size_t length;
  const char *text = dw_sqlite_text(statement, column, &length);
  copy->length = 0;
  dw_buf_add(copy, text, length);
  return dw_buf_cstr(copy);
}

typedef struct row_texts {
  dw_buf kind, model, source, id;
} row_texts;

static void read_row(dw_sqlite_query *statement, row_texts *texts, dw_records_row *row, dw_records_cursor *cursor)
{
  *row = (dw_records_row){.time = dw_sqlite_integer(statement, 1), .received = dw_sqlite_integer(statement, 2)};
  row->mark = (dw_records_mark){row->time, dw_sqlite_integer(statement, 0)};
  *cursor = (dw_records_cursor){.begun = true, .number = row->mark.number, .time = row->time};
  dw_record_kind_find(text_of(statement, 3, &texts->kind), &row->kind);
  row->model = text_of(statement, 4, &texts->model);
  row->source = text_of(statement, 5, &texts->source);
  row->id = text_of(statement, 6, &texts->id);
  row->content = dw_sqlite_text(statement, 7, &row->length);
  if (!dw_sqlite_null(statement, 8)) row->label = dw_sqlite_text(statement, 8, &row->label_length);
}

/* *room false: the page is full. */
static dw_status read_part(dw_sqlite *db, int table, const dw_records_query *query, page_part part, dw_records_cursor *cursor,
                           dw_records_page *page, bool *room, dw_err *err)
{
  dw_sqlite_query *statement;
  dw_buf sql = {0};
  row_texts texts = {0};
  bool more = true;
  question(table, query, part, &sql);
  dw_status status = dw_sqlite_prepare(db, &statement, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  bind(statement, query, part, cursor);
  while (*room && (status = dw_sqlite_step(statement, &more, err)) == DW_OK && more) {
    dw_records_row row;
    read_row(statement, &texts, &row, cursor);
    *room = dw_records_page_add(page, &row);
  }
  dw_sqlite_free(statement);
  dw_buf_free(&texts.kind);
  dw_buf_free(&texts.model);
  dw_buf_free(&texts.source);
  dw_buf_free(&texts.id);
  return status;
}

dw_status dw_records_sqlite_page(dw_records *records, void *reader, int table, const dw_records_query *query, dw_records_cursor *cursor,
                                 dw_records_page *page, dw_err *err)
{
  bool room = true;
  dw_status status = DW_OK;
  if (!query || !cursor->begun) status = read_part(reader, table, query, PAGE_BEGIN, cursor, page, &room, err);
  else {
    status = read_part(reader, table, query, PAGE_SAME_TIME, cursor, page, &room, err);
    if (status == DW_OK && room) status = read_part(reader, table, query, PAGE_LATER, cursor, page, &room, err);
  }
  page->more = !room;
  return status;
}

dw_status dw_records_sqlite_strays(dw_records *records, void *reader, const dw_records_query *query, uint64_t *count, dw_err *err)
{
  bool row = false;
  dw_sqlite_query *statement;
  dw_buf sql = {0};
  const char *name = dw_record_table(dw_record_kind_table(query->kind));
  dw_buf_format(&sql,
                "SELECT count(*) FROM %s t INDEXED BY %s_time CROSS JOIN streams s ON s.number = t.stream "
                "WHERE t.time >= ?4 AND t.time < ?5 AND t.timing <> 0 AND s.kind = ?1%s%s%s",
                name, name, query->model ? " AND s.model = ?2" : "", query->source ? " AND s.source = ?3" : "",
                query->id ? " AND t.id = ?6" : "");
  dw_status status = dw_sqlite_prepare(reader, &statement, dw_buf_cstr(&sql), err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  bind(statement, query, PAGE_BEGIN, &(dw_records_cursor){0});
  status = dw_sqlite_step(statement, &row, err);
  if (row) *count = (uint64_t)dw_sqlite_integer(statement, 0);
  dw_sqlite_free(statement);
  return status;
}

dw_status dw_records_sqlite_about(dw_records *records, void *reader, dw_records_facts *facts, dw_err *err)
{
  char *name;
  int64_t pages = 0, page = 0;
  records_sqlite *own = records->own;
  dw_status status = dw_records_sqlite_version(reader, own->path, &facts->version, &name, err);
  dw_free(name);
  if (status == DW_OK) status = dw_sqlite_number(reader, "PRAGMA page_count", &pages, err);
  if (status == DW_OK) status = dw_sqlite_number(reader, "PRAGMA page_size", &page, err);
  facts->bytes = (uint64_t)(pages * page);
  facts->log_bytes = dw_records_sqlite_log(own);
  facts->vectors = "none";
  return status;
}
