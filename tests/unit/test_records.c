#include "records_case.h"

#include <pthread.h>

TEST(what_is_put_is_there_and_the_same_again_changes_nothing)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_records_query all = DW_RECORDS_ALL;
    CHECK_TEXT(got(records, &all), "");
    dw_records_item items[] = {item_of("a", "{\"a\":1}", NOON), item_of("b", "{\"b\":\"\\u0000 \\\\ \\ud800\"}", NOON + 1),
                               item_of("a", "{\"a\":1}", NOON), item_of("a", "{\"a\":2}", NOON), item_of("c\t\\", "{\"c\":\t3}", NOON + 2)};
    dw_records_batch batch = {.items = items, .count = 5};
    CHECK_MSG(dw_records_put(records, &batch, &err) == DW_OK, "%s", err.message);
    CHECK(items[0].outcome == DW_RECORDS_STORED && items[1].outcome == DW_RECORDS_STORED && items[4].outcome == DW_RECORDS_STORED);
    CHECK(items[2].outcome == DW_RECORDS_DUPLICATE);
    CHECK(items[3].outcome == DW_RECORDS_CONFLICT);
    CHECK(batch.stored == 3 && batch.duplicates == 1 && batch.conflicts == 1 && batch.refused == 0);
    const char want[] = "{\"a\":1} {\"b\":\"\\u0000 \\\\ \\ud800\"} {\"c\":\t3} ";
    CHECK_TEXT(got(records, &all), want);
    CHECK(dw_records_put(records, &batch, &err) == DW_OK);
    CHECK(batch.stored == 0 && batch.duplicates == 4 && batch.conflicts == 1);
    dw_records_close(records);
    records = opened(p.address);
    CHECK_TEXT(got(records, &all), want);
    CHECK(put_one(records, item_of("b", "{}", NOON)) == DW_RECORDS_CONFLICT);
    dw_records_close(records);
  }
}

TEST(kind_model_and_source_are_part_of_the_identity)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_records_item item = item_of("1", "{\"n\":1}", NOON), other = item_of("1", "{\"n\":2}", NOON);
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
    other.kind = DW_RECORD_REQUEST;
    CHECK(put_one(records, other) == DW_RECORDS_STORED);
    other.kind = DW_RECORD_RESPONSE;
    other.content = "{\"n\":3}";
    CHECK(put_one(records, other) == DW_RECORDS_STORED);
    item.model = "n";
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
    item.source = "s";
    item.content = "{\"n\":4}";
    CHECK(put_one(records, item) == DW_RECORDS_STORED);
    dw_records_query query = DW_RECORDS_ALL;
    CHECK_TEXT(got(records, &query), "{\"n\":1} {\"n\":1} {\"n\":4} ");
    query.model = "m";
    CHECK_TEXT(got(records, &query), "{\"n\":1} ");
    query.kind = DW_RECORD_RESPONSE;
    CHECK_TEXT(got(records, &query), "{\"n\":3} ");
    query = (dw_records_query){.from = INT64_MIN, .to = INT64_MAX, .strays = true, .source = "s"};
    CHECK_TEXT(got(records, &query), "{\"n\":4} ");
    query.source = "' OR 1=1 --";
    CHECK_TEXT(got(records, &query), "");
    query = DW_RECORDS_ALL;
    query.id = "1";
    query.kind = DW_RECORD_REQUEST;
    CHECK_TEXT(got(records, &query), "{\"n\":2} ");
    dw_records_close(records);
  }
}

TEST(windows_are_of_the_event_and_strays_are_in_none_unless_asked_for)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    uint64_t left_out;
    dw_buf out = {0};
    const struct {
      const char *name;
      int64_t time;
    } events[] = {{"4", NOON + DW_RECORDS_AHEAD},  {"5", NOON + DW_RECORDS_AHEAD + 1}, {"2", NOON - HOUR}, {"3", NOON},
                  {"1", NOON - DW_RECORDS_BEHIND}, {"0", NOON - DW_RECORDS_BEHIND - 1}};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
      CHECK(put_one(records, item_of(events[i].name, events[i].name, events[i].time)) == DW_RECORDS_STORED);
    dw_records_query query = DW_RECORDS_ALL;
    CHECK_TEXT(got(records, &query), "0 1 2 3 4 5 ");
    query.strays = false;
    CHECK_TEXT(got(records, &query), "1 2 3 4 ");
    query.from = NOON - HOUR;
    query.to = NOON;
    CHECK_TEXT(got(records, &query), "2 ");
    query.to = NOON + 1;
    CHECK_TEXT(got(records, &query), "2 3 ");
    query.to = NOON + HOUR;
    CHECK(dw_records_get(records, &query, add_content, &out, &left_out, &err) == DW_OK);
    CHECK_TEXT(dw_buf_cstr(&out), "2 3 4 ");
    CHECK(left_out == 1);
    query.strays = true;
    CHECK_TEXT(got(records, &query), "2 3 4 5 ");
    query.limit = 2;
    CHECK_TEXT(got(records, &query), "2 3 ");
    dw_buf_free(&out);
    dw_records_close(records);
  }
}

/* The index i of a record, told by its content "i", is to be the next one of its model. */
typedef struct order {
  int next[3];
  int64_t time;
  size_t count;
  bool right;
} order;

static dw_status check_order(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  order *o = context;
  int model = row->model[0] - 'a', i = atoi(row->content);
  o->right &= row->time >= o->time && i == o->next[model];
  o->next[model] = i + 1;
  o->time = row->time;
  o->count++;
  return DW_OK;
}

/* More than a page of records at one and the same time, of several models, and more than a page behind them. */
TEST(pages_give_each_record_once_and_in_order)
{
  enum { EACH = 3500 };
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    static dw_records_item items[3 * EACH];
    static char texts[EACH][12];
    order o = {.right = true, .time = INT64_MIN};
    for (int i = 0; i < EACH; i++) snprintf(texts[i], sizeof texts[i], "%d", i);
    for (int i = 0; i < 3 * EACH; i++) {
      items[i] = item_of(texts[i / 3], texts[i / 3], NOON + (i / 3 < EACH / 2 ? 0 : i / 3));
      items[i].model = (const char *[]){"a", "b", "c"}[i % 3];
    }
    dw_records_batch batch = {.items = items, .count = 3 * EACH};
    CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.stored == 3 * EACH);
    dw_records_query all = DW_RECORDS_ALL;
    CHECK(dw_records_get(records, &all, check_order, &o, NULL, &err) == DW_OK);
    CHECK(o.right && o.count == 3 * EACH);
    o = (order){.right = true, .time = INT64_MIN};
    all.limit = 3 * EACH - 1;
    CHECK(dw_records_get(records, &all, check_order, &o, NULL, &err) == DW_OK);
    CHECK(o.right && o.count == 3 * EACH - 1);
    dw_records_close(records);
  }
}

static dw_status stop_at_second(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  *stop = ++*(int *)context == 2;
  return DW_OK;
}

TEST(a_sink_may_stop)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    int count = 0;
    for (int i = 0; i < 3; i++) CHECK(put_one(records, item_of((const char *[]){"a", "b", "c"}[i], "{}", NOON)) == DW_RECORDS_STORED);
    CHECK(dw_records_each(records, dw_record_kind_table(DW_RECORD_INFERENCE), stop_at_second, &count, &err) == DW_OK);
    CHECK(count == 2);
    dw_records_close(records);
  }
}

TEST(labels_join_by_id_whenever_they_come)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_records_query query = DW_RECORDS_ALL;
    dw_records_item label = item_of("a", "[1]", NOON);
    label.kind = DW_RECORD_LABEL;
    CHECK(put_one(records, label) == DW_RECORDS_STORED); /* before its record */
    CHECK(put_one(records, item_of("a", "1", NOON)) == DW_RECORDS_STORED);
    CHECK(put_one(records, item_of("b", "2", NOON + 1)) == DW_RECORDS_STORED);
    query.labels = true;
    CHECK_TEXT(got(records, &query), "1=[1] 2 ");
    label.id = "b";
    label.model = "";
    label.content = "[2, 0]";
    label.length = strlen(label.content);
    CHECK(put_one(records, label) == DW_RECORDS_STORED);
    CHECK_TEXT(got(records, &query), "1=[1] 2=[2, 0] ");
    label.model = "m";
    label.content = "[2]";
    label.length = 3;
    CHECK(put_one(records, label) == DW_RECORDS_STORED);
    label.model = "other";
    label.content = "[0]";
    CHECK(put_one(records, label) == DW_RECORDS_STORED);
    CHECK_TEXT(got(records, &query), "1=[1] 2=[2] ");
    query.labels = false;
    CHECK_TEXT(got(records, &query), "1 2 ");
    dw_records_close(records);
  }
}

typedef struct marked {
  dw_buf ids;
  dw_records_mark mark;
} marked;

static dw_status note_mark(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  marked *m = context;
  dw_buf_text(&m->ids, row->id);
  m->mark = row->mark;
  return DW_OK;
}

/* One row a page, each page behind the mark of the row before. */
TEST(a_page_goes_on_behind_a_mark)
{
  static const char *const ids[] = {"a", "b", "c", "d", "e"};
  static const int64_t hours[] = {0, 1, 1, 1, 2};
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    for (int i = 4; i >= 0; i--) CHECK(put_one(records, item_of(ids[i], "1", NOON - hours[i] * HOUR)) == DW_RECORDS_STORED);
    marked m = {0};
    dw_records_query query = DW_RECORDS_ALL;
    query.limit = 1;
    for (int i = 0; i < 6; i++) {
      CHECK(dw_records_get(records, &query, note_mark, &m, NULL, &err) == DW_OK);
      query.after = &m.mark;
    }
    CHECK_TEXT(dw_buf_cstr(&m.ids), "edcba"); /* of one time, as they came: d, c, b */
    dw_records_item late = item_of("f", "1", NOON);
    late.model = "a model that came later";
    CHECK(put_one(records, late) == DW_RECORDS_STORED);
    CHECK(dw_records_get(records, &query, note_mark, &m, NULL, &err) == DW_OK);
    CHECK_TEXT(dw_buf_cstr(&m.ids), "edcbaf");
    query = DW_RECORDS_ALL;
    query.after = &m.mark;
    query.to = NOON;
    m.ids.length = 0;
    m.mark = (dw_records_mark){NOON - HOUR - 1, 0};
    CHECK(dw_records_get(records, &query, note_mark, &m, NULL, &err) == DW_OK);
    CHECK_TEXT(dw_buf_cstr(&m.ids), "dcb"); /* a and f are of noon */
    dw_buf_free(&m.ids);
    dw_records_close(records);
  }
}

TEST(commits_are_counted)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_records_commits commits;
    dw_records_item items[3] = {item_of("a", "1", NOON), item_of("b", "1", NOON), item_of("a", "1", NOON)};
    dw_records_batch batch = {.items = items, .count = 3}, none = {0};
    CHECK(dw_records_put(records, &batch, &err) == DW_OK);
    CHECK(dw_records_put(records, &none, &err) == DW_OK); /* nothing to write, nothing written */
    CHECK(put_one(records, item_of("c", "1", NOON)) == DW_RECORDS_STORED);
    dw_records_committed(records, &commits);
    CHECK(commits.commits == 2 && commits.batches == 2 && commits.items == 4 && commits.failed == 0);
    uint64_t sum = 0;
    for (int i = 0; i <= DW_RECORDS_COMMIT_BINS; i++) sum += commits.bin[i];
    CHECK(sum == 2 && commits.seconds > 0);
    dw_records_close(records);
  }
}

TEST(pruning_removes_what_came_before)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    uint64_t removed;
    int table = dw_record_kind_table(DW_RECORD_INFERENCE);
    dw_records_query all = DW_RECORDS_ALL;
    for (int i = 0; i < 5; i++) {
      const char *text = (const char *[]){"0", "1", "2", "3", "4"}[i];
      dw_records_item item = item_of(text, text, NOON + 4 - i);
      item.received = NOON + i;
      CHECK(put_one(records, item) == DW_RECORDS_STORED);
    }
    CHECK(dw_records_prune(records, table, NOON, &removed, &err) == DW_OK && removed == 0);
    CHECK(dw_records_prune(records, table, NOON + 2, &removed, &err) == DW_OK && removed == 2);
    CHECK_TEXT(got(records, &all), "4 3 2 ");
    CHECK(put_one(records, item_of("0", "9", NOON)) == DW_RECORDS_STORED);
    CHECK(dw_records_prune(records, dw_record_kind_table(DW_RECORD_LABEL), NOON + 1000 * HOUR, &removed, &err) == DW_OK && removed == 0);
    CHECK_TEXT(got(records, &all), "4 9 3 2 ");
    CHECK(dw_records_prune(records, table, NOON + HOUR, &removed, &err) == DW_OK && removed == 4);
    CHECK_TEXT(got(records, &all), "");
    dw_records_close(records);
  }
}

TEST(one_record_is_removed)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    bool found;
    dw_records_query query = DW_RECORDS_ALL;
    query.kind = DW_RECORD_OUTBOX;
    for (int i = 0; i < 4; i++) {
      dw_records_item item = item_of(i % 2 ? "a" : "b", (const char *[]){"0", "1", "2", "3"}[i], NOON + i);
      item.kind = DW_RECORD_OUTBOX;
      item.source = i < 2 ? "" : "s";
      CHECK(put_one(records, item) == DW_RECORDS_STORED);
    }
    CHECK(dw_records_remove(records, DW_RECORD_OUTBOX, "m", "s", "a", &found, &err) == DW_OK && found);
    CHECK_TEXT(got(records, &query), "0 1 2 ");
    CHECK(dw_records_remove(records, DW_RECORD_OUTBOX, "m", "s", "a", &found, &err) == DW_OK && !found);
    CHECK(dw_records_remove(records, DW_RECORD_OUTBOX, "m", "' OR ''='", "a", &found, &err) == DW_OK && !found);
    CHECK(dw_records_remove(records, DW_RECORD_LABEL, "m", "", "a", &found, &err) == DW_OK && !found);
    CHECK(dw_records_remove(records, DW_RECORD_OUTBOX, "m", "", "b", &found, &err) == DW_OK && found);
    CHECK_TEXT(got(records, &query), "1 2 ");
    dw_records_close(records);
  }
}

static dw_status add_count(void *context, const dw_records_count *count, dw_err *e)
{
  dw_buf_format(context, "%s %s %llu %llu %llu ", dw_record_kind_word(count->kind), count->model, (unsigned long long)count->records,
                (unsigned long long)count->early, (unsigned long long)count->late);
  if (count->first <= count->last) dw_buf_format(context, "%lld-%lld ", (long long)(count->first - NOON), (long long)(count->last - NOON));
  return DW_OK;
}

TEST(stats_count_kinds_models_and_strays)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_buf out = {0};
    dw_records_facts facts;
    CHECK(dw_records_stats(records, add_count, &out, &err) == DW_OK);
    CHECK_TEXT(dw_buf_cstr(&out), "");
    dw_records_item item = item_of("a", "{}", NOON - 48 * HOUR);
    put_one(records, item);
    item.id = "b";
    item.time = NOON + 7;
    put_one(records, item);
    item.id = "c";
    item.time = NOON - 7;
    put_one(records, item);
    item.kind = DW_RECORD_RESPONSE;
    item.model = "n";
    item.time = NOON + HOUR;
    put_one(records, item);
    item.kind = DW_RECORD_LABEL;
    put_one(records, item);
    CHECK(dw_records_stats(records, add_count, &out, &err) == DW_OK);
    CHECK_TEXT(dw_buf_cstr(&out), "inference m 3 0 1 -7-7 response n 1 1 0 label n 1 1 0 ");
    CHECK(dw_records_about(records, &facts, &err) == DW_OK);
    CHECK(facts.version == 3 && facts.bytes > 0);
    dw_buf_free(&out);
    dw_records_close(records);
  }
}

/* What the counts are to say: of all rows, one by one. */
static dw_status recount(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  dw_records_count *count = context;
  dw_records_timing timing = dw_records_timing_of(row->time, row->received);
  count->records++;
  count->early += timing == DW_RECORDS_EARLY;
  count->late += timing == DW_RECORDS_LATE;
  if (timing != DW_RECORDS_IN_TIME) return DW_OK;
  if (row->time < count->first) count->first = row->time;
  if (row->time > count->last) count->last = row->time;
  return DW_OK;
}

static void check_counts(dw_records *records, const char *const *models, size_t count)
{
  dw_buf want = {0}, out = {0};
  for (size_t i = 0; i < count; i++) {
    dw_records_query query = DW_RECORDS_ALL;
    dw_records_count sums = {.model = models[i], .first = INT64_MAX, .last = INT64_MIN};
    query.model = models[i];
    CHECK(dw_records_get(records, &query, recount, &sums, NULL, &err) == DW_OK);
    if (sums.records) add_count(&want, &sums, NULL);
  }
  CHECK_MSG(dw_records_stats(records, add_count, &out, &err) == DW_OK, "%s", err.message);
  CHECK_TEXT(dw_buf_cstr(&out), dw_buf_cstr(&want));
  dw_buf_free(&want);
  dw_buf_free(&out);
}

TEST(counts_are_those_of_the_rows_whatever_is_deleted)
{
  static const char *const models[] = {"a", "b", "c"};
  enum { STEPS = 60 };
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    uint64_t removed, state = 7;
    bool found;
    for (int i = 0; i < STEPS; i++) {
      char id[20];
      snprintf(id, sizeof id, "%d", i);
      state = state * 6364136223846793005u + 1442695040888963407u;
      dw_records_item item =
          item_of(id, "{}", NOON + i * HOUR + (int64_t)(state >> 40) % (40 * HOUR) - 30 * HOUR); /* strays of both kinds */
      item.model = models[(state >> 33) % 3];
      item.received = NOON + i * HOUR;
      CHECK(put_one(records, item) == DW_RECORDS_STORED);
      CHECK(put_one(records, item) == DW_RECORDS_DUPLICATE);
    }
    check_counts(records, models, 3);
    for (int i = 0; i < STEPS; i += 7)
      for (int m = 0; m < 3; m++) {
        char id[20];
        snprintf(id, sizeof id, "%d", i);
        CHECK(dw_records_remove(records, DW_RECORD_INFERENCE, models[m], "", id, &found, &err) == DW_OK);
        check_counts(records, models, 3);
      }
    for (int i = 10; i <= STEPS; i += 10) {
      CHECK_MSG(dw_records_prune(records, 0, NOON + i * HOUR, &removed, &err) == DW_OK, "%s", err.message);
      check_counts(records, models, 3);
    }
    CHECK_TEXT(got(records, &DW_RECORDS_ALL), "");
    dw_records_item again = item_of("0", "{}", NOON);
    again.model = "b";
    CHECK(put_one(records, again) == DW_RECORDS_STORED);
    check_counts(records, models, 3);
    dw_records_close(records);
  }
}

/* Statements put many at once; what becomes of each is told one by one, whatever lies between. */
TEST(each_item_of_a_large_batch_is_told)
{
  enum { ITEMS = 1000, TEXT = 24 };
  static char ids[ITEMS][TEXT], contents[ITEMS][TEXT];
  static dw_records_item items[ITEMS];
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    dw_records *records = opened(p.address);
    dw_records_outcome want[ITEMS];
    dw_records_batch batch = {.items = items, .count = ITEMS};
    for (int i = 0; i < ITEMS; i += 3) { /* a third is there */
      snprintf(ids[i], TEXT, "%d", i);
      snprintf(contents[i], TEXT, "{\"n\":%d}", i);
      items[i / 3] = item_of(ids[i], contents[i], NOON + i);
    }
    batch.count = ITEMS / 3;
    CHECK(dw_records_put(records, &batch, &err) == DW_OK && batch.stored == ITEMS / 3);
    batch.count = ITEMS;
    for (int i = 0; i < ITEMS; i++) {
      int n = i % 11 == 10 ? i - 1 : i;                                   /* some stand there twice, */
      bool there = n % 3 == 0 && n / 3 < ITEMS / 3, other = i % 13 == 12; /* and some say something else */
      snprintf(ids[i], TEXT, "%d", n);
      snprintf(contents[i], TEXT, other ? "{\"n\":-%d}" : "{\"n\":%d}", n);
      items[i] = item_of(ids[i], contents[i], NOON + i);
      if (i % 200 > 150) items[i].kind = DW_RECORD_DOCUMENT; /* of another table */
      bool twice = n != i && items[n].kind == items[i].kind;
      there &= items[i].kind == DW_RECORD_INFERENCE;
      const char *first = twice && !there ? contents[n] : NULL;
      if (there) want[i] = other ? DW_RECORDS_CONFLICT : DW_RECORDS_DUPLICATE;
      else if (first) want[i] = strcmp(first, contents[i]) == 0 ? DW_RECORDS_DUPLICATE : DW_RECORDS_CONFLICT;
      else want[i] = DW_RECORDS_STORED;
    }
    CHECK_MSG(dw_records_put(records, &batch, &err) == DW_OK, "%s", err.message);
    for (int i = 0; i < ITEMS; i++) CHECK_MSG(items[i].outcome == want[i], "item %d: %d, not %d", i, items[i].outcome, want[i]);
    CHECK(batch.stored + batch.duplicates + batch.conflicts == ITEMS && batch.duplicates > 200 && batch.conflicts > 20);
    dw_records_close(records);
  }
}

enum { THREADS = 8, POSTS = 150 };

static dw_status count_row(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  ++*(int *)context;
  return DW_OK;
}

static dw_records *shared;

static void *post(void *thread)
{
  long wrong = 0;
  for (int i = 0; i < POSTS; i++) {
    char id[20], content[24];
    snprintf(id, sizeof id, "%d-%d", *(int *)thread, i);
    snprintf(content, sizeof content, "\"%s\"", id);
    dw_records_item item = item_of(id, content, NOON + i);
    dw_records_batch batch = {.items = &item, .count = 1};
    wrong += dw_records_put(shared, &batch, NULL) != DW_OK || item.outcome != DW_RECORDS_STORED || batch.stored != 1;
    dw_records_query query = DW_RECORDS_ALL;
    dw_buf out = {0};
    query.id = id; /* it is there once the put has returned */
    wrong +=
        dw_records_get(shared, &query, add_content, &out, NULL, NULL) != DW_OK || strncmp(dw_buf_cstr(&out), content, strlen(content)) != 0;
    dw_buf_free(&out);
  }
  return wrong ? thread : NULL;
}

TEST(many_threads_put_and_get_at_once)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    pthread_t threads[THREADS];
    int numbers[THREADS];
    int count = 0;
    dw_records_query all = DW_RECORDS_ALL;
    shared = opened(p.address);
    for (int i = 0; i < THREADS; i++) {
      numbers[i] = i;
      CHECK(pthread_create(&threads[i], NULL, post, &numbers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
      void *wrong;
      pthread_join(threads[i], &wrong);
      CHECK(!wrong);
    }
    dw_buf out = {0};
    CHECK(dw_records_stats(shared, add_count, &out, &err) == DW_OK);
    CHECK(strncmp(dw_buf_cstr(&out), "inference m 1200 0 0 ", 21) == 0);
    CHECK(dw_records_get(shared, &all, count_row, &count, NULL, &err) == DW_OK && count == THREADS * POSTS);
    dw_buf_free(&out);
    dw_records_close(shared);
  }
}

static bool stored(dw_records *records, dw_records_item item)
{
  dw_records_batch batch = {.items = &item, .count = 1};
  return dw_records_put(records, &batch, NULL) == DW_OK && batch.stored == 1;
}

typedef struct busy {
  int stop, number; /* stop: __atomic */
} busy;

static void *post_until_told(void *context)
{
  busy *b = context;
  for (int i = 0; !__atomic_load_n(&b->stop, __ATOMIC_SEQ_CST); i++) {
    char id[30];
    snprintf(id, sizeof id, "%d-%d", b->number, i);
    if (!stored(shared, item_of(id, "1", NOON))) return b;
  }
  return NULL;
}

/* Puts that never end do not keep pruning from its turn, nor pruning the puts. */
TEST(pruning_gets_its_turn_beside_puts)
{
  for (int k = 0; k < KINDS; k++) {
    place p = fresh(k);
    busy b[4] = {{0}};
    pthread_t threads[4];
    uint64_t removed;
    bool found;
    shared = opened(p.address);
    for (int i = 0; i < 4; i++) {
      b[i].number = i;
      CHECK(pthread_create(&threads[i], NULL, post_until_told, &b[i]) == 0);
    }
    for (int i = 0; i < 5; i++) {
      dw_records_item old = item_of("old", "1", NOON);
      old.received = NOON - 1;
      CHECK(stored(shared, old));
      CHECK(dw_records_prune(shared, dw_record_kind_table(DW_RECORD_INFERENCE), NOON, &removed, &err) == DW_OK);
      CHECK(removed <= 1); /* not, when it stands behind thousands that stay */
      CHECK(dw_records_remove(shared, DW_RECORD_INFERENCE, "m", "", "old", &found, &err) == DW_OK && found == (removed == 0));
    }
    for (int i = 0; i < 4; i++) __atomic_store_n(&b[i].stop, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < 4; i++) {
      void *wrong;
      pthread_join(threads[i], &wrong);
      CHECK(!wrong);
    }
    dw_records_close(shared);
  }
}

TEST(addresses_that_name_nothing)
{
  dw_records *records;
  CHECK(dw_records_open(&records, "var/x.db", &(dw_records_options){0}, &err) == DW_EUSAGE && !records);
  CHECK_TEXT(err.message, "\"var/x.db\" names no database of records; sqlite:FILE and postgresql://… do");
  CHECK(dw_records_open(&records, "sqlite:", &(dw_records_options){0}, &err) == DW_EUSAGE);
  CHECK(dw_records_open(&records, "mysql://me:secret@host/x", &(dw_records_options){0}, &err) == DW_EUSAGE);
  CHECK(!strstr(err.message, "secret"));
  CHECK(dw_records_open(&records, "sqlite:/no/such/folder/x", &(dw_records_options){.create = true}, &err) == DW_ESYSTEM);
  CHECK(dw_records_open(&records, "sqlite:/no/such/folder/x", &(dw_records_options){.reading = true}, &err) == DW_ESYSTEM);
}
