/* GET /records, and pages of other lists. */
#include "serve/resources/list.h"

#include "serve/resources/handlers.h"
#include "store/intake/envelope.h"
#include "store/intake/labelled.h"

enum { PAGE = 100, PAGE_MOST = 10000, PAGE_BYTES = 8 << 20 };

/* Records of one time, until all of them are known. */
typedef struct group {
  struct {
    dw_buf content;
    char *id, *supersedes; /* supersedes NULL: none */
    dw_records_mark mark;
  } * item;
  size_t count, capacity;
} group;

typedef struct listing {
  const dw_list_wish *wish;
  group group;
  dw_buf text, labelled, scratch;
  uint64_t rows, limit;
  bool lines, labels, contents, more;
  dw_records_mark last;
} listing;

static void write_row(listing *l, const dw_records_row *row)
{
  dw_records_row shown = *row;
  if (l->labels) {
    l->labelled.length = 0;
    dw_labelled_write(&l->labelled, row, &l->scratch);
    shown.content = l->labelled.data;
    shown.length = l->labelled.length - 1; /* without its newline */
  }
  if (!l->lines && l->rows) dw_buf_char(&l->text, ',');
  if (l->contents) dw_buf_add(&l->text, shown.content, shown.length);
  else dw_envelope_write(&l->text, &shown);
  if (l->contents && l->lines) dw_buf_char(&l->text, '\n');
}

/* One more than the limit is asked for: it says that there is a next page. */
static dw_status take_row(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  listing *l = context;
  if (l->rows == l->limit || (l->rows && l->text.length + row->length > PAGE_BYTES)) {
    l->more = *stop = true;
    return DW_OK;
  }
  write_row(l, row);
  l->last = row->mark;
  l->rows++;
  return DW_OK;
}

/* --- records that take the place of others --- */

static bool is_superseded(const group *g, size_t at)
{
  for (size_t i = at + 1; i < g->count; i++)
    if (g->item[i].supersedes && strcmp(g->item[i].supersedes, g->item[at].id) == 0) return true;
  return false;
}

/* What is left of the group to the page, as far as there is room. */
static dw_status give_group(listing *l, bool *stop, dw_err *err)
{
  group *g = &l->group;
  dw_status status = DW_OK;
  for (size_t i = 0; i < g->count; i++) {
    dw_records_row row = {.content = g->item[i].content.data, .length = g->item[i].content.length, .mark = g->item[i].mark};
    if (!*stop && status == DW_OK && !is_superseded(g, i)) status = take_row(l, &row, stop, err);
    dw_buf_free(&g->item[i].content);
    dw_free(g->item[i].id);
    dw_free(g->item[i].supersedes);
  }
  g->count = 0;
  return status;
}

static dw_status gather_row(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  listing *l = context;
  group *g = &l->group;
  dw_status status = DW_OK;
  if (g->count && g->item[0].mark.time != row->mark.time) status = give_group(l, stop, err);
  if (status != DW_OK || *stop) return status;
  g->item = dw_grow(g->item, &g->capacity, g->count + 1, sizeof *g->item);
  memset(&g->item[g->count], 0, sizeof *g->item);
  dw_buf_add(&g->item[g->count].content, row->content, row->length);
  const char *other = l->wish->supersedes(row->content, row->length, &l->scratch);
  if (other) g->item[g->count].supersedes = dw_strdup(other);
  g->item[g->count].id = dw_strdup(row->id);
  g->item[g->count++].mark = row->mark;
  return DW_OK;
}

static dw_status gather(listing *l, dw_records *records, dw_err *err)
{
  bool stop = false;
  dw_records_query query = l->wish->query;
  query.limit = 0; /* what is passed over does not count */
  dw_status status = dw_records_get(records, &query, gather_row, l, NULL, err);
  if (l->more) stop = true;
  dw_status rest = give_group(l, &stop, status == DW_OK ? err : NULL);
  dw_free(l->group.item);
  return status == DW_OK ? rest : status;
}

static void reply(dw_exchange *exchange, listing *l)
{
  dw_buf next = {0};
  if (l->more) dw_asked_mark_text(&l->last, &next);
  if (l->more) dw_exchange_field(exchange, "DW-Next-Cursor", dw_buf_cstr(&next));
  if (!l->lines && l->more) dw_buf_format(&l->text, "],\"next\":\"%s\"}\n", dw_buf_cstr(&next));
  else if (!l->lines) dw_buf_text(&l->text, "],\"next\":null}\n");
  dw_exchange_reply(exchange, 200, l->lines ? DW_TYPE_NDJSON : DW_TYPE_JSON, l->text.data, l->text.length);
  dw_buf_free(&next);
}

static void list(dw_exchange *exchange, const dw_service *service, const dw_list_wish *wish)
{
  dw_err err;
  const char *accepts = dw_head_field_of(dw_exchange_head(exchange), "Accept");
  listing l = {.wish = wish, .limit = wish->query.limit - 1, .labels = wish->query.labels, .contents = wish->contents};
  l.lines = accepts && strncmp(accepts, DW_TYPE_NDJSON, strlen(DW_TYPE_NDJSON)) == 0;
  if (!l.lines) dw_buf_format(&l.text, "{\"%s\":[", wish->member);
  dw_status status =
      wish->supersedes ? gather(&l, service->records, &err) : dw_records_get(service->records, &wish->query, take_row, &l, NULL, &err);
  if (status == DW_OK) reply(exchange, &l);
  else dw_exchange_problem(exchange, 503, "the database does not answer");
  dw_buf_free(&l.text);
  dw_buf_free(&l.labelled);
  dw_buf_free(&l.scratch);
}

static bool of_some_models(const dw_exchange *exchange)
{
  const dw_grant *grant = dw_exchange_grant(exchange);
  return grant && grant->models.count > 0;
}

void dw_list_ask(dw_list_wish *wish, dw_asked *asked)
{
  wish->query.limit = dw_asked_count(asked, "limit", PAGE, PAGE_MOST) + 1;
  wish->query.model = dw_asked_text(asked, "model");
  wish->query.from = dw_asked_time(asked, "since", INT64_MIN);
  wish->query.to = dw_asked_time(asked, "until", INT64_MAX);
  if (dw_asked_mark(asked, "cursor", &wish->after)) wish->query.after = &wish->after;
}

void dw_list_answer(dw_exchange *exchange, const dw_service *service, const dw_asked *asked, const dw_list_wish *wish)
{
  const char *model = wish->query.model;
  if (*asked->wrong) dw_exchange_problem(exchange, 400, asked->wrong);
  else if (!dw_exchange_may(exchange, model)) dw_exchange_problem(exchange, 403, "the token is not for this model");
  else if (!model && of_some_models(exchange)) dw_exchange_problem(exchange, 403, "the token is for some models alone: say which (model=)");
  else if (!service->records) dw_exchange_problem(exchange, 503, "there is no database");
  else list(exchange, service, wish);
}

void dw_handle_records(dw_exchange *exchange, void *context)
{
  dw_asked asked;
  dw_list_wish wish = {.member = "records", .query = DW_RECORDS_ALL};
  dw_records_query *query = &wish.query;
  dw_asked_begin(&asked, exchange);
  dw_list_ask(&wish, &asked);
  query->kind = dw_asked_kind(&asked, "kind", DW_RECORD_INFERENCE);
  query->source = dw_asked_text(&asked, "source");
  query->id = dw_asked_text(&asked, "id");
  query->strays = dw_asked_flag(&asked, "strays") || (query->from == INT64_MIN && query->to == INT64_MAX);
  query->labels = dw_asked_flag(&asked, "labels");
  dw_list_answer(exchange, context, &asked, &wish);
  dw_asked_end(&asked);
}
