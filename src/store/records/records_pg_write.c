/* Puts and prunes. A put is one transaction: what comes stands in a relation "incoming" (few: arrays that are parameters; many: a table of
 * the transaction, filled by COPY), and goes from there into its table as far as its identity is free. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/num.h"
#include "store/records/records_pg_parts.h"

enum { FEW_ITEMS = 200, FEW_BYTES = 1 << 20, COPY_PIECE = 1 << 20, VECTOR_MOST = 16000, PRUNE_ROWS = 5000 };

/* Columns of "incoming", besides the number of an item. */
enum { STREAM, ID, TIME, RECEIVED, TIMING, CONTENT, EMBEDDING, COLUMNS };

typedef struct putting {
  dw_records_batch *const *batches;
  size_t count;
  dw_records_item **items; /* of the table at hand that are not refused */
  size_t used, capacity;
  dw_buf columns[COLUMNS]; /* arrays */
  dw_buf rows;             /* for COPY */
  dw_buf cell;
  dw_stream_changes changes; /* of the transaction */
  int tries;
  bool copies; /* there is a table "incoming" */
} putting;

/* --- streams --- */

static void forget_streams(records_pg *own) /* some were perhaps made in a transaction that was undone */
{
  dw_map_free(&own->streams);
  dw_map_init(&own->streams);
}

static dw_status ask_stream(dw_pg *pg, const dw_records_item *item, int64_t *number, dw_err *err)
{
  const dw_pg_value values[] = {dw_pg_text(dw_record_kind_word(item->kind)), dw_pg_text(item->model), dw_pg_text(item->source)};
  dw_pg_answer *answer;
  dw_status status =
      dw_pg_write(pg, "INSERT INTO streams (kind, model, source) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", values, 3, err);
  if (status == DW_OK)
    status = dw_pg_ask(pg, &answer, "SELECT number FROM streams WHERE kind = $1 AND model = $2 AND source = $3", values, 3, err);
  if (status != DW_OK) return status;
  if (dw_pg_rows(answer)) *number = dw_pg_integer(answer, 0, 0);
  dw_pg_clear(answer);
  return DW_OK;
}

static dw_status stream_of(records_pg *own, dw_pg *pg, const dw_records_item *item, int64_t *number, dw_err *err)
{
  dw_buf key = {0};
  dw_buf_char(&key, (char)('A' + item->kind));
  dw_buf_add(&key, item->model, strlen(item->model) + 1);
  dw_buf_text(&key, item->source);
  size_t known = own->streams.count;
  uint32_t index = dw_map_intern(&own->streams, key.data, key.length);
  dw_buf_free(&key);
  own->numbers = dw_grow(own->numbers, &own->numbers_capacity, own->streams.count, sizeof *own->numbers);
  dw_status status = index < known ? DW_OK : ask_stream(pg, item, &own->numbers[index], err);
  *number = own->numbers[index];
  return status;
}

/* --- embeddings: numbers of 32 bits --- */

static void refuse(char why[200], const char *format, ...) DW_PRINTF(2, 3);
static void refuse(char why[200], const char *format, ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(why, 200, format, args);
  va_end(args);
}

/* false: the database cannot hold it, for the reason of why. What is too small for 32 bits becomes 0 here; real[] would refuse it. */
static bool embedding_text(const records_pg *own, const dw_records_item *item, dw_buf *out, char why[200])
{
  out->length = 0;
  if (own->vector && item->dimensions > VECTOR_MOST) {
    refuse(why, "embedding has %zu dimensions, and pgvector's type vector holds %d", item->dimensions, VECTOR_MOST);
    return false;
  }
  dw_buf_char(out, own->vector ? '[' : '{');
  for (size_t i = 0; i < item->dimensions; i++) {
    float value = (float)item->embedding[i];
    if (!isfinite(value)) {
      dw_buf number = {0};
      dw_buf_number(&number, item->embedding[i]);
      refuse(why, "embedding[%zu] is %s, more than a number of 32 bits holds, which embeddings are in PostgreSQL", i, dw_buf_cstr(&number));
      dw_buf_free(&number);
      return false;
    }
    if (i) dw_buf_char(out, ',');
    dw_buf_number(out, value);
  }
  dw_buf_char(out, own->vector ? ']' : '}');
  return true;
}

/* --- "incoming" --- */

/* In an array literal: in quotes, a backslash before quotes and backslashes. NULL: null. */
static void add_element(dw_buf *array, const char *text, size_t length)
{
  dw_buf_char(array, array->length ? ',' : '{');
  if (!text) {
    dw_buf_text(array, "NULL");
    return;
  }
  dw_buf_char(array, '"');
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"' || text[i] == '\\') dw_buf_char(array, '\\');
    dw_buf_char(array, text[i]);
  }
  dw_buf_char(array, '"');
}

/* In COPY's text: each backslash doubled, and the characters that end fields and rows escaped. NULL: null. */
static void add_field(dw_buf *rows, const char *text, size_t length)
{
  dw_buf_char(rows, '\t');
  if (!text) dw_buf_text(rows, "\\N");
  for (size_t i = 0; text && i < length;) {
    size_t plain = i;
    while (plain < length && text[plain] != '\\' && text[plain] != '\t' && text[plain] != '\n' && text[plain] != '\r') plain++;
    dw_buf_add(rows, text + i, plain - i);
    i = plain;
    if (i == length) break;
    dw_buf_char(rows, '\\');
    dw_buf_char(rows, text[i] == '\t' ? 't' : text[i] == '\n' ? 'n' : text[i] == '\r' ? 'r' : '\\');
    i++;
  }
}

static dw_status add_item(records_pg *own, dw_pg *pg, putting *p, size_t n, dw_err *err)
{
  int64_t stream = 0;
  const dw_records_item *item = p->items[n];
  dw_status status = stream_of(own, pg, item, &stream, err);
  if (status != DW_OK) return status;
  char why[200];
  bool vector = item->embedding && item->dimensions && dw_record_kind_vectors(item->kind) && embedding_text(own, item, &p->cell, why);
  dw_pg_text_value number = dw_records_pg_number(stream), time = dw_records_pg_time(item->time),
                   received = dw_records_pg_time(item->received);
  dw_pg_text_value timing = dw_records_pg_number(dw_records_timing_of(item->time, item->received));
  const struct {
    const char *text;
    size_t length;
  } cells[COLUMNS] = {[STREAM] = {number.text, strlen(number.text)},
                      [ID] = {item->id, strlen(item->id)},
                      [TIME] = {time.text, strlen(time.text)},
                      [RECEIVED] = {received.text, strlen(received.text)},
                      [TIMING] = {timing.text, strlen(timing.text)},
                      [CONTENT] = {item->content, item->length},
                      [EMBEDDING] = {vector ? p->cell.data : NULL, p->cell.length}};
  if (p->copies) dw_buf_unsigned(&p->rows, n + 1);
  for (int i = 0; i < COLUMNS; i++)
    if (p->copies) add_field(&p->rows, cells[i].text, cells[i].length);
    else add_element(&p->columns[i], cells[i].text, cells[i].length);
  if (p->copies) dw_buf_char(&p->rows, '\n');
  if (p->rows.length < COPY_PIECE) return DW_OK;
  status = dw_pg_copy(pg, p->rows.data, p->rows.length, err);
  p->rows.length = 0;
  return status;
}

static dw_status begin_copy(dw_pg *pg, dw_err *err)
{
  dw_status status =
      dw_pg_run(pg,
                "CREATE TEMP TABLE IF NOT EXISTS incoming (n integer, stream integer, id text COLLATE \"C\", time timestamptz, "
                "received timestamptz, timing smallint, content text, embedding text) ON COMMIT DROP; TRUNCATE incoming",
                err);
  return status == DW_OK ? dw_pg_copy_begin(pg, "COPY incoming FROM STDIN", err) : status;
}

/* Items that streams do not know yet ask for them, which COPY would not let through: before it. */
static dw_status know_streams(records_pg *own, dw_pg *pg, const putting *p, dw_err *err)
{
  dw_status status = DW_OK;
  const dw_records_item *last = NULL;
  for (size_t i = 0; i < p->used && status == DW_OK; i++) {
    int64_t number;
    const dw_records_item *item = p->items[i];
    if (last && last->kind == item->kind && last->model == item->model && last->source == item->source) continue;
    status = stream_of(own, pg, item, &number, err);
    last = item;
  }
  return status;
}

static dw_status fill_incoming(records_pg *own, dw_pg *pg, putting *p, dw_err *err)
{
  uint64_t bytes = 0;
  for (size_t i = 0; i < p->used; i++) bytes += p->items[i]->length + 8 * p->items[i]->dimensions;
  p->copies = p->used > FEW_ITEMS || bytes > FEW_BYTES;
  p->rows.length = 0;
  for (int i = 0; i < COLUMNS; i++) p->columns[i].length = 0;
  dw_status status = know_streams(own, pg, p, err);
  if (status == DW_OK && p->copies) status = begin_copy(pg, err);
  for (size_t i = 0; i < p->used && status == DW_OK; i++) status = add_item(own, pg, p, i, err);
  if (!p->copies) {
    for (int i = 0; i < COLUMNS; i++) dw_buf_char(&p->columns[i], '}');
    return status;
  }
  if (status == DW_OK) status = dw_pg_copy(pg, p->rows.data, p->rows.length, err);
  return status == DW_OK ? dw_pg_copy_end(pg, err) : status;
}

static const char *incoming(const putting *p)
{
  return p->copies ? "incoming i"
                   : "unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::smallint[], $6::text[], $7::text[]) "
                     "WITH ORDINALITY AS i (stream, id, time, received, timing, content, embedding, n)";
}

static dw_status ask_incoming(dw_pg *pg, putting *p, dw_buf *sql, dw_pg_answer **answer, dw_err *err)
{
  dw_pg_value values[COLUMNS];
  for (int i = 0; i < COLUMNS; i++) values[i] = dw_pg_text(p->copies ? NULL : dw_buf_cstr(&p->columns[i]));
  return dw_pg_ask(pg, answer, dw_buf_cstr(sql), values, p->copies ? 0 : COLUMNS, err);
}

/* --- into its table --- */

/* Which of them are there now because of us, and what the others are. Of several with one identity the first was ours. */
static dw_status compare(dw_pg *pg, putting *p, int table, dw_err *err)
{
  dw_pg_answer *answer;
  dw_buf sql = {0};
  dw_buf_format(&sql,
                "SELECT i.n::bigint, t.content::text = i.content, t.xmin = pg_current_xact_id()::xid AND "
                "row_number() OVER (PARTITION BY i.id, i.stream ORDER BY i.n) = 1 FROM %s JOIN %s t ON t.id = i.id AND t.stream = i.stream",
                incoming(p), dw_record_table(table));
  dw_status status = ask_incoming(pg, p, &sql, &answer, err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  if ((size_t)dw_pg_rows(answer) != p->used)
    status = dw_err_set(err, DW_ESYSTEM, "%s: records were removed while they were put again", dw_pg_name(pg));
  for (int i = 0; i < dw_pg_rows(answer); i++) {
    bool same = dw_pg_integer(answer, i, 1) != 0, ours = dw_pg_integer(answer, i, 2) != 0;
    p->items[dw_pg_integer(answer, i, 0) - 1]->outcome = ours ? DW_RECORDS_STORED : same ? DW_RECORDS_DUPLICATE : DW_RECORDS_CONFLICT;
  }
  dw_pg_clear(answer);
  return status;
}

static dw_status note_changes(records_pg *own, dw_pg *pg, putting *p, dw_err *err)
{
  int64_t stream = 0;
  dw_status status = DW_OK;
  const dw_records_item *last = NULL;
  for (size_t i = 0; i < p->used && status == DW_OK; i++) {
    const dw_records_item *item = p->items[i];
    if (item->outcome != DW_RECORDS_STORED) continue;
    if (!last || last->kind != item->kind || last->model != item->model || last->source != item->source)
      status = stream_of(own, pg, item, &stream, err);
    last = item;
    dw_stream_changes_add(&p->changes, stream, item->time, item->received);
  }
  return status;
}

static dw_status insert(records_pg *own, dw_pg *pg, putting *p, int table, bool vectors, dw_err *err)
{
  dw_pg_answer *answer;
  dw_buf sql = {0};
  dw_buf_format(&sql,
                "INSERT INTO %s (stream, id, time, received, timing, content%s) SELECT i.stream, i.id, i.time, i.received, i.timing, "
                "i.content::json%s%s FROM %s ORDER BY i.n ON CONFLICT (id, stream) DO NOTHING",
                dw_record_table(table), vectors ? ", embedding" : "", vectors ? ", i.embedding::" : "",
                !vectors      ? ""
                : own->vector ? own->vector
                              : "real[]",
                incoming(p));
  dw_status status = ask_incoming(pg, p, &sql, &answer, err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  uint64_t stored = dw_pg_count(answer);
  dw_pg_clear(answer);
  for (size_t i = 0; i < p->used; i++) p->items[i]->outcome = DW_RECORDS_STORED;
  status = stored == p->used ? DW_OK : compare(pg, p, table, err);
  return status == DW_OK ? note_changes(own, pg, p, err) : status;
}

/* The items of a table that the database can hold; the others are refused. *vectors: its table has a column for them. */
static void gather(const records_pg *own, putting *p, int table, bool *vectors)
{
  p->used = 0;
  for (size_t b = 0; b < p->count; b++) {
    dw_records_batch *batch = p->batches[b];
    for (size_t i = 0; i < batch->count; i++) {
      dw_records_item *item = &batch->items[i];
      char why[200] = "";
      if (dw_record_kind_table(item->kind) != table) continue;
      *vectors = dw_record_kind_vectors(item->kind);
      if (*vectors && item->embedding && item->dimensions && !embedding_text(own, item, &p->cell, why)) {
        item->outcome = DW_RECORDS_REFUSED;
        if (!batch->why[0]) memcpy(batch->why, why, sizeof why);
        continue;
      }
      p->items = dw_grow(p->items, &p->capacity, p->used + 1, sizeof *p->items);
      p->items[p->used++] = item;
    }
  }
}

static dw_status put_all(dw_records *records, dw_pg *pg, void *context, dw_err *err)
{
  putting *p = context;
  records_pg *own = records->own;
  dw_stream_changes_clear(&p->changes);
  if (p->tries++) forget_streams(own); /* the database may be another one now */
  dw_status status = dw_pg_run(pg, "BEGIN; SET LOCAL lock_timeout = '60s'; SELECT pg_advisory_xact_lock_shared(" DW_PG_LOCK ")", err);
  if (status == DW_OK) status = dw_records_pg_check(pg, err);
  for (int table = 0; table < DW_RECORD_TABLES && status == DW_OK; table++) {
    bool vectors = false;
    gather(own, p, table, &vectors);
    if (!p->used) continue;
    dw_fault_point();
    status = fill_incoming(own, pg, p, err);
    dw_fault_point();
    if (status == DW_OK) status = insert(own, pg, p, table, vectors, err);
  }
  if (status == DW_OK) status = dw_records_pg_count(pg, &p->changes, err);
  dw_fault_point();
  if (status == DW_OK) status = dw_pg_run(pg, "COMMIT", err);
  dw_fault_point(); /* done, and the caller does not hear of it */
  return status;
}

dw_status dw_records_pg_put(dw_records *records, dw_records_batch *const *batches, size_t count, bool *full, dw_err *err)
{
  records_pg *own = records->own;
  putting p = {.batches = batches, .count = count};
  dw_status status = dw_records_pg_try(records, &own->writer, put_all, &p, err);
  *full = status != DW_OK && own->writer && dw_pg_full(own->writer);
  if (status != DW_OK) forget_streams(own);
  for (int i = 0; i < COLUMNS; i++) dw_buf_free(&p.columns[i]);
  dw_stream_changes_free(&p.changes);
  dw_buf_free(&p.rows);
  dw_buf_free(&p.cell);
  dw_free(p.items);
  return status;
}

/* --- pruning --- */

typedef struct pruning {
  int table;
  int64_t before;
  uint64_t removed;
} pruning;

static dw_status prune_some(dw_records *records, dw_pg *pg, void *context, dw_err *err)
{
  pruning *p = context;
  dw_pg_answer *answer;
  dw_buf sql = {0};
  dw_pg_text_value before = dw_records_pg_time(p->before), rows = dw_records_pg_number(PRUNE_ROWS);
  const dw_pg_value values[] = {dw_pg_text(before.text), dw_pg_text(rows.text)};
  dw_records_pg_delete_begin(&sql);
  dw_buf_format(&sql, "DELETE FROM %s WHERE received < $1::timestamptz AND seq IN (SELECT seq FROM %s ORDER BY seq LIMIT $2::bigint)",
                dw_record_table(p->table), dw_record_table(p->table));
  dw_records_pg_delete_end(&sql);
  dw_status status = dw_pg_run(pg, "BEGIN; SELECT pg_advisory_xact_lock_shared(" DW_PG_LOCK ")", err);
  if (status == DW_OK) status = dw_records_pg_check(pg, err);
  dw_fault_point();
  if (status == DW_OK) status = dw_pg_ask(pg, &answer, dw_buf_cstr(&sql), values, 2, err);
  dw_buf_free(&sql);
  if (status != DW_OK) return status;
  p->removed = (uint64_t)dw_pg_integer(answer, 0, 0);
  dw_pg_clear(answer);
  dw_fault_point();
  if (!p->removed) status = dw_records_pg_settle(pg, p->table, err);
  if (status != DW_OK) return status;
  return dw_pg_run(pg, "COMMIT", err);
}

dw_status dw_records_pg_prune(dw_records *records, int table, int64_t before, uint64_t *removed, bool *more, bool *others, dw_err *err)
{
  records_pg *own = records->own;
  pruning p = {.table = table, .before = before};
  dw_status status = dw_records_pg_try(records, &own->writer, prune_some, &p, err);
  *removed = status == DW_OK ? p.removed : 0;
  *more = *removed > 0;
  *others = false; /* who puts does not wait */
  return status;
}

typedef struct removing {
  const dw_records_query *query;
  bool found;
} removing;

static dw_status remove_one(dw_records *records, dw_pg *pg, void *context, dw_err *err)
{
  removing *r = context;
  dw_pg_answer *answer;
  dw_buf sql = {0};
  const dw_pg_value values[] = {dw_pg_text(r->query->id), dw_pg_text(dw_record_kind_word(r->query->kind)), dw_pg_text(r->query->model),
                                dw_pg_text(r->query->source)};
  dw_records_pg_delete_begin(&sql);
  dw_buf_format(&sql,
                "DELETE FROM %s WHERE id = $1 AND stream = (SELECT number FROM streams WHERE kind = $2 AND model = $3 AND source = $4)",
                dw_record_table(dw_record_kind_table(r->query->kind)));
  dw_records_pg_delete_end(&sql);
  dw_fault_point();
  dw_status status = dw_pg_ask(pg, &answer, dw_buf_cstr(&sql), values, 4, err); /* a transaction by itself */
  dw_buf_free(&sql);
  if (status == DW_OK) r->found |= dw_pg_integer(answer, 0, 0) > 0;
  dw_pg_clear(answer);
  return status;
}

dw_status dw_records_pg_remove(dw_records *records, const dw_records_query *query, bool *found, dw_err *err)
{
  records_pg *own = records->own;
  removing r = {.query = query};
  dw_status status = dw_records_pg_try(records, &own->writer, remove_one, &r, err);
  *found = r.found;
  return status;
}
