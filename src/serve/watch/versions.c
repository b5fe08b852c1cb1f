#include "serve/watch/versions.h"

#include <stdlib.h>

#include "io/formats/ndjson.h"
#include "io/record/json_member.h"
#include "io/text/json.h"
#include "io/text/json_text.h"

const char *dw_version_of(const char *content, size_t length, dw_buf *scratch)
{
  static const char key[] = "\"" DW_VERSION_MEMBER "\"";
  size_t size;
  if (!memmem(content, length, key, sizeof key - 1)) return NULL; /* of most records, without looking closer */
  const char *value = dw_json_member(scratch, content, length, DW_VERSION_MEMBER, DW_NDJSON_DEPTH, &size);
  if (!value || size == 0 || size > DW_RECORDS_NAME) return NULL;
  size_t from = scratch->length;
  if (*value == '"') {
    dw_buf copy = {0};
    dw_buf_add(&copy, value + 1, size - 2);
    dw_json_text_decode(scratch, dw_buf_cstr(&copy), copy.length);
    dw_buf_free(&copy);
  } else if (*value == '-' || (*value >= '0' && *value <= '9')) {
    char number[DW_RECORDS_NAME];
    memcpy(number, value, size);
    dw_buf_add(scratch, number, size);
  }
  dw_buf_cstr(scratch);
  return scratch->length > from && !memchr(scratch->data + from, '\0', scratch->length - from) ? scratch->data + from : NULL;
}

/* --- what is known --- */

static void add_span(dw_versions *v, const char *version, int64_t since, bool fresh)
{
  v->span = dw_grow(v->span, &v->capacity, v->count + 1, sizeof *v->span);
  v->span[v->count++] = (dw_version_span){dw_arena_strndup(&v->arena, version, strlen(version)), since, fresh};
}

static dw_status take_span(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  dw_versions *v = context;
  dw_value *value;
  dw_status status = dw_value_parse_shown(&value, row->content, row->length, row->id, 0, err);
  if (status != DW_OK) return status;
  const char *version = dw_value_text_of(value, "version", NULL);
  if (version && strcmp(dw_value_text_of(value, "kind", ""), "version") == 0) add_span(v, version, row->time, false);
  dw_value_free(value);
  return DW_OK;
}

dw_status dw_versions_read(dw_versions *v, dw_records *records, const char *model, int64_t now, dw_err *err)
{
  *v = (dw_versions){.model = model};
  dw_arena_init(&v->arena);
  dw_records_query query = {.kind = DW_RECORD_VERSION, .model = model, .from = INT64_MIN, .to = now, .strays = true};
  return dw_records_get(records, &query, take_span, v, NULL, err);
}

void dw_versions_free(dw_versions *v)
{
  dw_free(v->span);
  dw_arena_free(&v->arena);
}

/* --- what records say --- */

enum { SEEN_MOST = 32 };

/* The versions of a time, each with its first record. */
typedef struct seeing {
  dw_buf scratch;
  struct {
    char version[DW_RECORDS_NAME + 1];
    int64_t first;
  } seen[SEEN_MOST];
  size_t count;
} seeing;

static dw_status take_record(void *context, const dw_records_row *row, bool *stop, dw_err *err)
{
  seeing *s = context;
  const char *version = dw_version_of(row->content, row->length, &s->scratch);
  if (!version) return DW_OK;
  size_t i = 0;
  while (i < s->count && strcmp(s->seen[i].version, version) != 0) i++;
  if (i == SEEN_MOST) return DW_OK; /* a member that is another for each record is no version of a model */
  if (i == s->count) {
    size_t length = strlen(version);
    if (length > DW_RECORDS_NAME) return DW_OK;
    memcpy(s->seen[i].version, version, length + 1);
    s->seen[s->count++].first = row->time;
  } else if (row->time < s->seen[i].first) {
    s->seen[i].first = row->time;
  }
  return DW_OK;
}

static bool is_known(const dw_versions *v, const char *version)
{
  bool known = false;
  for (size_t i = 0; i < v->count && !known; i++) known = strcmp(v->span[i].version, version) == 0;
  return known;
}

static int by_time(const void *a, const void *b)
{
  int64_t x = ((const dw_version_span *)a)->since, y = ((const dw_version_span *)b)->since;
  return x < y ? -1 : x > y;
}

dw_status dw_versions_see(dw_versions *v, dw_records *records, dw_period time, dw_err *err)
{
  static const dw_record_kind kinds[] = {DW_RECORD_INFERENCE, DW_RECORD_REQUEST, DW_RECORD_RESPONSE, DW_RECORD_INTERACTION,
                                         DW_RECORD_EMBEDDING};
  seeing *s = dw_alloc_zero(1, sizeof *s);
  dw_status status = DW_OK;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds && status == DW_OK; i++) {
    dw_records_query query = {.kind = kinds[i], .model = v->model, .from = time.from, .to = time.to};
    status = dw_records_get(records, &query, take_record, s, NULL, err);
  }
  if (status == DW_OK) {
    bool back = s->count == 1 && v->count && strcmp(v->span[v->count - 1].version, s->seen[0].version) != 0;
    for (size_t i = 0; i < s->count && s->count < SEEN_MOST; i++)
      if (back || !is_known(v, s->seen[i].version)) add_span(v, s->seen[i].version, s->seen[i].first, true);
    if (v->count) qsort(v->span, v->count, sizeof *v->span, by_time);
  }
  dw_buf_free(&s->scratch);
  dw_free(s);
  return status;
}

/* --- baselines --- */

/* The span that the rule is about: the last one of its version. */
static const dw_version_span *span_of(const dw_versions *v, const dw_baseline_rule *rule)
{
  const dw_version_span *last = v->count ? &v->span[v->count - 1] : NULL;
  if (!last || strcmp(rule->version, "current") == 0) return last;
  bool previous = strcmp(rule->version, "previous") == 0;
  for (size_t i = v->count; i-- > 0;)
    if (previous ? strcmp(v->span[i].version, last->version) != 0 : strcmp(v->span[i].version, rule->version) == 0) return &v->span[i];
  return NULL;
}

const char *dw_versions_asked(const dw_versions *v, const dw_baseline_rule *rule)
{
  if (rule->form != DW_BASELINE_VERSION) return NULL;
  const dw_version_span *span = v ? span_of(v, rule) : NULL;
  return span ? span->version : NULL;
}

/* Trailing, within a span alone. */
static void within(const dw_baseline_rule *rule, dw_period window, const dw_periods *left_out, dw_period span, dw_periods *out)
{
  dw_periods without = {0};
  dw_baseline_rule trailing = *rule;
  trailing.form = DW_BASELINE_TRAILING;
  for (size_t i = 0; i < left_out->count; i++) dw_periods_add(&without, left_out->period[i]);
  dw_periods_add(&without, (dw_period){INT64_MIN, span.from});
  if (span.to < window.from) window.from = span.to + rule->offset;
  dw_baseline_rule_periods(&trailing, window, &without, out);
  dw_periods_free(&without);
}

void dw_versions_periods(const dw_versions *v, const dw_baseline_rule *rule, dw_period window, const dw_periods *left_out, dw_periods *out)
{
  const dw_version_span *span = v && rule->form == DW_BASELINE_VERSION ? span_of(v, rule) : NULL;
  if (span) {
    bool last = span == &v->span[v->count - 1];
    within(rule, window, left_out, (dw_period){span->since, last ? INT64_MAX : span[1].since}, out);
  } else if (v && rule->form == DW_BASELINE_TRAILING && v->count > 1) {
    within(rule, window, left_out, (dw_period){v->span[v->count - 1].since, INT64_MAX}, out);
  } else if (rule->form != DW_BASELINE_VERSION) {
    dw_baseline_rule_periods(rule, window, left_out, out);
  }
}

/* --- as documents --- */

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static void add_item(dw_arena *arena, dw_records_item item, dw_records_item **items, size_t *count, size_t *capacity)
{
  *items = dw_grow(*items, capacity, *count + 1, sizeof **items);
  (*items)[(*count)++] = item;
}

void dw_versions_items(const dw_versions *v, dw_arena *arena, dw_records_item **items, size_t *count, size_t *capacity, int64_t now)
{
  for (size_t i = 0; i < v->count; i++) {
    dw_json json;
    dw_buf id = {0}, content = {0};
    char time[DW_TIME_TEXT + 1];
    if (!v->span[i].fresh) continue;
    time[dw_time_print(time, v->span[i].since)] = '\0';
    dw_json_start(&json, &content, 0);
    dw_json_open(&json, NULL, '{');
    dw_json_text(&json, "kind", "version");
    dw_json_text(&json, "model", v->model);
    dw_json_text(&json, "version", v->span[i].version);
    put_time(&json, "since", v->span[i].since);
    dw_json_text(&json, "previous", i ? v->span[i - 1].version : NULL);
    dw_json_close(&json, '}');
    dw_buf_format(&id, "version/%s@%s", v->span[i].version, time);
    dw_records_item item = {.kind = DW_RECORD_VERSION, .model = v->model, .source = "", .time = v->span[i].since};
    item.received = item.time; /* it is no stray, however late it is seen */
    item.id = dw_arena_strndup(arena, id.data, id.length);
    item.content = dw_arena_strndup(arena, content.data, content.length);
    item.length = content.length;
    add_item(arena, item, items, count, capacity);
    item.kind = DW_RECORD_EVENT;
    item.time = item.received = now;
    add_item(arena, item, items, count, capacity);
    dw_buf_free(&id);
    dw_buf_free(&content);
  }
}
