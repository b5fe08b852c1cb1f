/* What is read. Each page is one statement; a connection that is lost is made anew, and the page asked again. */
#include <string.h>

#include "store/records/records_pg_parts.h"
#include "store/records/records_schema.h"

/* Kind, model and source, by number. */
typedef struct pg_stream {
  int64_t number;
  dw_record_kind kind;
  char *model, *source;
} pg_stream;

typedef struct pg_reader {
  dw_pg *pg; /* NULL: to be connected */
  pg_stream *streams;
  size_t count, capacity;
} pg_reader;

static void forget_streams(pg_reader *reader)
{
  for (size_t i = 0; i < reader->count; i++) {
    dw_free(reader->streams[i].model);
    dw_free(reader->streams[i].source);
  }
  reader->count = 0;
}

dw_status dw_records_pg_reader_open(dw_records *records, void **reader, dw_err *err)
{
  *reader = dw_alloc_zero(1, sizeof(pg_reader)); /* connected when it is needed */
  return DW_OK;
}

void dw_records_pg_reader_close(void *reader)
{
  pg_reader *r = reader;
  forget_streams(r);
  dw_free(r->streams);
  dw_pg_close(r->pg);
  dw_free(r);
}

static dw_status learn_streams(pg_reader *reader, dw_err *err)
{
  dw_pg_answer *answer;
  dw_status status = dw_pg_ask(reader->pg, &answer, "SELECT number, kind, model, source FROM streams ORDER BY number", NULL, 0, err);
  if (status != DW_OK) return status;
  forget_streams(reader);
  for (int i = 0; i < dw_pg_rows(answer); i++) {
    pg_stream stream = {.number = dw_pg_integer(answer, i, 0)};
    if (!dw_record_kind_find(dw_pg_cell(answer, i, 1, NULL), &stream.kind)) continue;
    stream.model = dw_strdup(dw_pg_cell(answer, i, 2, NULL));
    stream.source = dw_strdup(dw_pg_cell(answer, i, 3, NULL));
    reader->streams = dw_grow(reader->streams, &reader->capacity, reader->count + 1, sizeof *reader->streams);
    reader->streams[reader->count++] = stream;
  }
  dw_pg_clear(answer);
  return DW_OK;
}

static const pg_stream *stream_of(const pg_reader *reader, int64_t number)
{
  size_t low = 0, high = reader->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (reader->streams[middle].number < number) low = middle + 1;
    else high = middle;
  }
  return low < reader->count && reader->streams[low].number == number ? &reader->streams[low] : NULL;
}

/* The numbers of those that a query is about, as an array. */
static void streams_asked(const pg_reader *reader, const dw_records_query *query, dw_buf *out)
{
  dw_buf_char(out, '{');
  for (size_t i = 0; i < reader->count; i++) {
    const pg_stream *s = &reader->streams[i];
    if (s->kind != query->kind || (query->model && strcmp(s->model, query->model) != 0) ||
        (query->source && strcmp(s->source, query->source) != 0))
      continue;
    if (out->length > 1) dw_buf_char(out, ',');
    dw_buf_unsigned(out, (unsigned long long)s->number);
  }
  dw_buf_char(out, '}');
}

/* As in SQLite (records_sqlite_read.c). */
#define LABEL                                                                                                                              \
  "(SELECT l.content::text FROM streams s, labels l JOIN streams ls ON ls.number = l.stream WHERE s.number = t.stream AND l.id = t.id"     \
  " AND ls.model IN (s.model, '') AND ls.source IN (s.source, '') ORDER BY ls.model COLLATE \"C\" DESC, ls.source COLLATE \"C\" DESC "     \
  "LIMIT 1)"

typedef struct page_asked {
  pg_reader *reader;
  int table;
  const dw_records_query *query;
  dw_records_cursor *cursor;
  dw_records_page *page;
} page_asked;

/* Rows of a page are asked for by their number; large ones by fewer at a time. */
enum { FIRST_ROWS = 256 };

enum { NUMBER, LIMIT, FROM, TO, STREAMS, ID, VALUES }; /* $1 to $6 */

static void question(const page_asked *a, dw_buf *sql)
{
  const dw_records_query *query = a->query;
  dw_buf_text(sql, "SELECT t.seq, t.stream, " DW_PG_MICROSECONDS("t.time") ", " DW_PG_MICROSECONDS("t.received"));
  dw_buf_format(sql, ", t.id, t.content::text, %s FROM %s t ", query && query->labels ? LABEL : "NULL::text", dw_record_table(a->table));
  if (!query) {
    dw_buf_text(sql, "WHERE t.seq > $1::bigint ORDER BY t.seq LIMIT $2::bigint");
    return;
  }
  dw_buf_text(sql, "WHERE t.time >= $3::timestamptz AND t.time < $4::timestamptz AND t.stream = ANY ($5::integer[])"
                   " AND ($6::text IS NULL OR t.id = $6) AND (t.time, t.seq) > ($3::timestamptz, $1::bigint)");
  if (!query->strays) dw_buf_text(sql, " AND t.timing = 0");
  dw_buf_text(sql, " ORDER BY t.time, t.seq LIMIT $2::bigint");
}

static dw_status take_row(const dw_pg_answer *answer, const page_asked *a, int64_t *unknown)
{
  dw_records_row row = {.time = dw_pg_integer(answer, 0, 2), .received = dw_pg_integer(answer, 0, 3)};
  const pg_stream *stream = stream_of(a->reader, dw_pg_integer(answer, 0, 1));
  if (!stream) { /* it came after we asked; what is left of the page is asked again */
    *unknown = dw_pg_integer(answer, 0, 1);
    return DW_OK;
  }
  row.mark = (dw_records_mark){row.time, dw_pg_integer(answer, 0, 0)};
  *a->cursor = (dw_records_cursor){.begun = true, .rows = a->cursor->rows, .number = row.mark.number, .time = row.time};
  row.kind = stream->kind;
  row.model = stream->model;
  row.source = stream->source;
  row.id = dw_pg_cell(answer, 0, 4, NULL);
  row.content = dw_pg_cell(answer, 0, 5, &row.length);
  if (!dw_pg_null(answer, 0, 6)) row.label = dw_pg_cell(answer, 0, 6, &row.label_length);
  dw_records_page_add(a->page, &row);
  return DW_OK;
}

/* The index is in the order that is asked for; a planner without statistics (right after a bulk load) would sort the table for each page.
 * What is switched off counts as so dear where there is no way around it that each question would be compiled first, for a second. */
static const char in_order[] = "BEGIN READ ONLY; SET LOCAL enable_sort = off; SET LOCAL enable_seqscan = off; "
                               "SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0";

static dw_status ask_rows(dw_pg *pg, const page_asked *a, const char *streams, dw_err *err)
{
  const dw_records_query *query = a->query;
  const dw_records_cursor *c = a->cursor;
  dw_buf sql = {0};
  dw_pg_text_value number = dw_records_pg_number(c->begun ? c->number : INT64_MIN), limit = dw_records_pg_number(c->rows);
  dw_pg_text_value from = dw_records_pg_time(c->begun ? c->time : query ? query->from : 0), to = dw_records_pg_time(query ? query->to : 0);
  const dw_pg_value values[VALUES] = {
      [NUMBER] = dw_pg_text(number.text), [LIMIT] = dw_pg_text(limit.text), [FROM] = dw_pg_text(from.text),
      [TO] = dw_pg_text(to.text),         [STREAMS] = dw_pg_text(streams),  [ID] = dw_pg_text(query ? query->id : NULL)};
  question(a, &sql);
  dw_status status = dw_pg_send(pg, dw_buf_cstr(&sql), values, query ? VALUES : LIMIT + 1, err);
  dw_buf_free(&sql);
  return status;
}

/* A page that is asked again goes on behind the rows that it has. */
static dw_status read_page(dw_records *records, dw_pg *pg, void *context, dw_err *err)
{
  const page_asked *a = context;
  dw_records_cursor *c = a->cursor;
  size_t before = a->page->count;
  int64_t unknown = 0; /* numbers are from 1 */
  dw_buf streams = {0};
  /* at the first page, also where it goes on behind a mark: this reader may have heard of streams long ago, for another query */
  dw_status status = c->rows && a->reader->count ? DW_OK : learn_streams(a->reader, err);
  if (status == DW_OK && !c->rows) c->rows = FIRST_ROWS;
  if (a->query) streams_asked(a->reader, a->query, &streams);
  bool ordered = status == DW_OK && a->query && !a->query->id;
  if (ordered) status = dw_pg_run(pg, in_order, err);
  if (status == DW_OK) status = ask_rows(pg, a, dw_buf_cstr(&streams), err);
  for (dw_pg_answer *answer; status == DW_OK && (status = dw_pg_next(pg, &answer, err)) == DW_OK && answer;) {
    if (!unknown && dw_pg_rows(answer)) status = take_row(answer, a, &unknown);
    dw_pg_clear(answer);
  }
  dw_pg_drain(pg);
  dw_buf_free(&streams);
  if (ordered && status == DW_OK) status = dw_pg_run(pg, "COMMIT", err);
  if (unknown && status == DW_OK) status = learn_streams(a->reader, err);
  if (unknown && status == DW_OK && !stream_of(a->reader, unknown))
    status = dw_err_set(err, DW_EDATA, "%s: damaged: a record is of a stream that is not there", dw_pg_name(pg));
  a->page->more = unknown || a->page->count - before == (size_t)c->rows;
  if (a->page->bytes < DW_RECORDS_PAGE_BYTES / 4 && c->rows < DW_RECORDS_PAGE_ROWS) c->rows *= 2;
  if (a->page->bytes > DW_RECORDS_PAGE_BYTES && c->rows > 1) c->rows /= 2;
  return status;
}

dw_status dw_records_pg_page(dw_records *records, void *reader, int table, const dw_records_query *query, dw_records_cursor *cursor,
                             dw_records_page *page, dw_err *err)
{
  pg_reader *own = reader;
  page_asked asked = {own, table, query, cursor, page};
  return dw_records_pg_try(records, &own->pg, read_page, &asked, err);
}

/* --- counting --- */

typedef struct count_asked {
  int table;
  const dw_records_query *query;
  uint64_t *count;
  dw_records_count_sink *sink;
  void *context;
  dw_records_facts *facts;
} count_asked;

static dw_status count_strays(dw_records *records, dw_pg *pg, void *context, dw_err *err)
{
  const count_asked *a = context;
  dw_pg_answer *answer;
  dw_buf sql = {0};
  dw_pg_text_value from = dw_records_pg_time(a->query->from), to = dw_records_pg_time(a->query->to);
  const dw_pg_value values[] = {dw_pg_text(from.text),       dw_pg_text(to.text),          dw_pg_text(dw_record_kind_word(a->query->kind)),
                                dw_pg_text(a->query->model), dw_pg_text(a->query->source), dw_pg_text(a->query->id)};
  dw_buf_format(
      &sql,
      "SELECT count(*) FROM %s t JOIN streams s ON s.number = t.stream WHERE t.time >= $1::timestamptz AND t.time < $2::timestamptz"
      " AND t.timing <> 0 AND s.kind = $3 AND ($4::text IS NULL OR s.model = $4) AND ($5::text IS NULL OR s.source = $5)"
      " AND ($6::text IS NULL OR t.id = $6)",
      dw_record_table(a->table));
  dw_status status = dw_pg_ask(pg, &answer, dw_buf_cstr(&sql), values, 6, err);
  if (status == DW_OK) *a->count = (uint64_t)dw_pg_integer(answer, 0, 0);
  dw_pg_clear(answer);
  dw_buf_free(&sql);
  return status;
}

dw_status dw_records_pg_strays(dw_records *records, void *reader, const dw_records_query *query, uint64_t *count, dw_err *err)
{
  count_asked asked = {.table = dw_record_kind_table(query->kind), .query = query, .count = count};
  return dw_records_pg_try(records, &((pg_reader *)reader)->pg, count_strays, &asked, err);
}

static dw_status count_streams(dw_records *records, dw_pg *pg, void *context, dw_err *err)
{
  const count_asked *a = context;
  dw_pg_answer *answer;
  dw_buf sql = {0};
  dw_records_counts_sql(a->table, true, &sql);
  dw_status status = dw_pg_ask(pg, &answer, dw_buf_cstr(&sql), NULL, 0, err);
  dw_buf_free(&sql);
  for (int i = 0; status == DW_OK && i < dw_pg_rows(answer); i++) {
    dw_records_count count = {.model = dw_pg_cell(answer, i, 1, NULL),
                              .source = dw_pg_cell(answer, i, 2, NULL),
                              .records = (uint64_t)dw_pg_integer(answer, i, 3),
                              .early = (uint64_t)dw_pg_integer(answer, i, 4),
                              .late = (uint64_t)dw_pg_integer(answer, i, 5),
                              .first = INT64_MAX,
                              .last = INT64_MIN};
    dw_record_kind_find(dw_pg_cell(answer, i, 0, NULL), &count.kind);
    if (!dw_pg_null(answer, i, 6) && !dw_pg_null(answer, i, 7)) {
      count.first = dw_pg_integer(answer, i, 6);
      count.last = dw_pg_integer(answer, i, 7);
    }
    status = a->sink(a->context, &count, err);
  }
  dw_pg_clear(answer);
  return status;
}

dw_status dw_records_pg_stats(dw_records *records, void *reader, int table, dw_records_count_sink *sink, void *context, dw_err *err)
{
  count_asked asked = {.table = table, .sink = sink, .context = context};
  return dw_records_pg_try(records, &((pg_reader *)reader)->pg, count_streams, &asked, err);
}

static dw_status tell_facts(dw_records *records, dw_pg *pg, void *context, dw_err *err)
{
  const count_asked *a = context;
  dw_pg_answer *answer;
  dw_buf sql = {0};
  dw_buf_text(&sql, "SELECT (SELECT max(version) FROM " DW_RECORDS_NOTES "), (0");
  for (int i = 0; i < DW_RECORD_TABLES; i++) dw_buf_format(&sql, " + pg_total_relation_size('%s')", dw_record_table(i));
  dw_buf_text(&sql, ")::bigint");
  dw_status status = dw_pg_ask(pg, &answer, dw_buf_cstr(&sql), NULL, 0, err);
  dw_buf_free(&sql);
  if (status == DW_OK) {
    a->facts->version = (int)dw_pg_integer(answer, 0, 0);
    a->facts->bytes = (uint64_t)dw_pg_integer(answer, 0, 1);
    a->facts->vectors = ((records_pg *)records->own)->vector ? "vector" : "real[]";
  }
  dw_pg_clear(answer);
  return status;
}

dw_status dw_records_pg_about(dw_records *records, void *reader, dw_records_facts *facts, dw_err *err)
{
  count_asked asked = {.facts = facts};
  return dw_records_pg_try_for(records, &((pg_reader *)reader)->pg, 1, tell_facts, &asked, err);
}
