/* The schema's versions; and what SQLite alone has: room on its disk, a log, a lock, a file that shrinks. */
#include "records_case.h"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "store/records/records_schema.h"
#include "store/records/write_lock.h"

static int64_t ask(sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  int64_t value = -1;
  CHECK_MSG(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
  if (sqlite3_step(statement) == SQLITE_ROW) value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

static sqlite3 *foreign(const char *path)
{
  sqlite3 *db;
  CHECK(sqlite3_open(path, &db) == SQLITE_OK);
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  return db;
}

static void do_foreign(const char *path, const char *sql)
{
  sqlite3 *db = foreign(path);
  CHECK_MSG(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
  sqlite3_close(db);
}

static dw_status open_again(const char *address, bool create)
{
  dw_records *records;
  dw_status status = dw_records_open(&records, address, &(dw_records_options){.create = create}, &err);
  dw_records_close(records);
  return status;
}

TEST(a_newer_schema_is_refused_by_its_name)
{
  char want[500];
  place p = fresh(0);
  dw_records_close(opened(p.address));
  do_foreign(p.path, "INSERT INTO dw_schema VALUES (4, 'sketches')");
  snprintf(want, sizeof want, "%s: its schema is version 4 (sketches), of a newer DriftWatch; this one knows up to version 3 (counts)",
           p.path);
  for (int create = 0; create < 2; create++) {
    CHECK(open_again(p.address, create) == DW_EDATA);
    CHECK_TEXT(err.message, want);
  }
  dw_records *records;
  CHECK(dw_records_open(&records, p.address, &(dw_records_options){.reading = true}, &err) == DW_EDATA);
  CHECK_TEXT(err.message, want);
  CHECK(dw_records_migrate(p.address, NULL, NULL, &err) == DW_EDATA);
  CHECK_TEXT(err.message, want);
}

static void note_step(void *context, int version, const char *name) { dw_buf_format(context, "%d %s ", version, name); }

static dw_status tell_count(void *context, const dw_records_count *count, dw_err *e)
{
  dw_buf_format(context, "%s %s %llu %llu %llu %lld-%lld ", dw_record_kind_word(count->kind), count->model,
                (unsigned long long)count->records, (unsigned long long)count->early, (unsigned long long)count->late,
                (long long)(count->first - NOON), (long long)(count->last - NOON));
  return DW_OK;
}

/* A version is what the next one was before its step. */
static void take_back(const place *p, int version)
{
  char sql[100];
  for (int i = 0; version < 2 && i < DW_RECORD_TABLES; i++) {
    snprintf(sql, sizeof sql, "DROP INDEX %s_time", dw_record_table(i));
    do_foreign(p->path, sql);
  }
  do_foreign(p->path, "DROP TABLE counts");
  snprintf(sql, sizeof sql, "DELETE FROM dw_schema WHERE version > %d", version);
  do_foreign(p->path, sql);
}

TEST(an_older_schema_is_refused_until_it_is_brought_up)
{
  static const char *const names[] = {"", "tables", "times"}, *const left[] = {"", "2 times 3 counts ", "3 counts "};
  for (int version = 1; version < DW_RECORDS_VERSION; version++) {
    dw_buf steps = {0}, counted = {0};
    char want[500];
    place p = fresh(0);
    dw_records *records = opened(p.address);
    CHECK(put_one(records, item_of("a", "{}", NOON)) == DW_RECORDS_STORED);
    CHECK(put_one(records, item_of("b", "{}", NOON + 7)) == DW_RECORDS_STORED);
    CHECK(put_one(records, item_of("c", "{}", NOON - 48 * HOUR)) == DW_RECORDS_STORED);
    dw_records_close(records);
    take_back(&p, version);
    snprintf(want, sizeof want,
             "%s: its schema is version %d (%s), this program's is 3 (counts): stop what uses it, and run dw-store migrate", p.path,
             version, names[version]);
    CHECK(open_again(p.address, true) == DW_EDATA);
    CHECK_TEXT(err.message, want);
    CHECK_MSG(dw_records_migrate(p.address, note_step, &steps, &err) == DW_OK, "%s", err.message);
    CHECK_TEXT(dw_buf_cstr(&steps), left[version]);
    records = opened(p.address);
    CHECK_TEXT(got(records, &DW_RECORDS_ALL), "{} {} {} ");
    CHECK(put_one(records, item_of("d", "{}", NOON - 3)) == DW_RECORDS_STORED);
    CHECK(dw_records_stats(records, tell_count, &counted, &err) == DW_OK);
    CHECK_TEXT(dw_buf_cstr(&counted), "inference m 4 0 1 -3-7 "); /* what was there, and what came since */
    dw_records_close(records);
    CHECK(dw_records_migrate(p.address, note_step, &steps, &err) == DW_OK); /* nothing is left to do */
    CHECK_TEXT(dw_buf_cstr(&steps), left[version]);
    dw_buf_free(&steps);
    dw_buf_free(&counted);
  }
}

TEST(migrate_makes_a_database_and_open_makes_one_only_when_asked)
{
  dw_buf steps = {0};
  place p = fresh(0);
  CHECK(open_again(p.address, false) == DW_ESYSTEM && access(p.path, F_OK) < 0);
  CHECK(dw_records_migrate(p.address, note_step, &steps, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&steps), "1 tables 2 times 3 counts ");
  CHECK(open_again(p.address, false) == DW_OK);
  dw_buf_free(&steps);
  sqlite3 *db = foreign(p.path);
  CHECK(ask(db, "PRAGMA auto_vacuum") == 2); /* incremental */
  CHECK(ask(db, "PRAGMA page_size") == 8192);
  sqlite3_close(db);
}

TEST(a_database_of_something_else_is_left_alone)
{
  place p = fresh(0);
  do_foreign(p.path, "CREATE TABLE models (mine)");
  CHECK(open_again(p.address, true) == DW_EDATA);
  CHECK(strstr(err.message, "not a database of records: it has other tables"));
  CHECK(dw_records_migrate(p.address, NULL, NULL, &err) == DW_EDATA);
  sqlite3 *db = foreign(p.path);
  CHECK(ask(db, "SELECT count(*) FROM sqlite_master") == 1);
  sqlite3_close(db);
}

TEST(migrate_does_not_run_beside_a_writer)
{
  place p = fresh(0);
  dw_records *records = opened(p.address);
  CHECK(dw_records_migrate(p.address, NULL, NULL, &err) == DW_ESYSTEM);
  CHECK(strstr(err.message, "-lock: another process has held the database for 5 seconds"));
  dw_records_close(records);
  CHECK(dw_records_migrate(p.address, NULL, NULL, &err) == DW_OK);
}

/* --- room --- */

TEST(nothing_is_taken_when_the_disk_would_be_too_full)
{
  place p = fresh(0);
  dw_records *records;
  dw_records_item item = item_of("a", "{}", NOON);
  dw_records_batch batch = {.items = &item, .count = 1};
  CHECK(dw_records_open(&records, p.address, &(dw_records_options){.create = true, .reserve = UINT64_C(1) << 60}, &err) == DW_OK);
  CHECK(dw_records_put(records, &batch, &err) == DW_ESYSTEM);
  CHECK(batch.full && batch.stored == 0);
  CHECK(strstr(err.message, "MiB of them are kept free: nothing more is taken"));
  CHECK_TEXT(got(records, &DW_RECORDS_ALL), "");
  dw_records_close(records);
}

/* Fills the log: records of 10 kB, until one is refused or there are so many of them. */
static int fill(dw_records *records, int first, int count)
{
  static char content[10000];
  memset(content, ' ', sizeof content);
  content[0] = '{', content[sizeof content - 1] = '}';
  for (int i = first; i < first + count; i++) {
    char id[20];
    snprintf(id, sizeof id, "%d", i);
    dw_records_item item = item_of(id, "", NOON + i);
    item.content = content;
    item.length = sizeof content;
    if (put_one(records, item) != DW_RECORDS_STORED) return i;
  }
  return first + count;
}

/* A reader of another program that does not end stops the puts before the log is as large as the disk; without one it never gets there. */
TEST(a_log_that_cannot_shrink_stops_the_puts)
{
  enum { MOST = 4 << 20, MANY = 900 };
  struct stat log;
  place p = fresh(0);
  char path[300];
  dw_records *records;
  snprintf(path, sizeof path, "%s-wal", p.path);
  CHECK(dw_records_open(&records, p.address, &(dw_records_options){.create = true, .log_most = MOST}, &err) == DW_OK);
  CHECK(fill(records, 0, MANY) == MANY);
  CHECK(stat(path, &log) == 0 && log.st_size <= 2 * MOST);
  sqlite3 *reader = foreign(p.path);
  CHECK(sqlite3_exec(reader, "BEGIN", NULL, NULL, NULL) == SQLITE_OK && ask(reader, "SELECT count(*) FROM inference_logs") == MANY);
  int stopped = fill(records, MANY, MANY);
  CHECK(stopped < 2 * MANY);
  CHECK_MSG(strstr(err.message, "a reader that does not end keeps its log at"), "%s", err.message);
  CHECK(stat(path, &log) == 0 && log.st_size <= 3 * MOST);
  CHECK(ask(reader, "SELECT count(*) FROM inference_logs") == MANY);
  sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL);
  CHECK(fill(records, stopped, 100) == stopped + 100);
  sqlite3_close(reader);
  dw_records_close(records);
}

static uint64_t log_bytes(const place *p)
{
  struct stat log;
  char path[300];
  snprintf(path, sizeof path, "%s-wal", p->path);
  return stat(path, &log) == 0 ? (uint64_t)log.st_size : 0;
}

/* A commit of one small record writes whole pages: it is these that the log is made of. */
TEST(the_log_of_small_records_does_not_grow)
{
  enum { MOST = 2 << 20, PUTS = 400 };
  place p = fresh(0);
  dw_records *records;
  uint64_t largest = 0, pages = 0;
  CHECK(dw_records_open(&records, p.address, &(dw_records_options){.create = true, .log_most = MOST}, &err) == DW_OK);
  for (int i = 0; i < PUTS; i++) {
    char id[20];
    snprintf(id, sizeof id, "%d", i);
    CHECK(put_one(records, item_of(id, "{}", NOON + i)) == DW_RECORDS_STORED);
    largest = log_bytes(&p) > largest ? log_bytes(&p) : largest;
    pages += 4; /* of the table, its two indexes and the counts */
  }
  CHECK(pages * 8192 > 4 * MOST);
  CHECK_MSG(largest < MOST, "%llu bytes", (unsigned long long)largest);
  dw_records_close(records);
  CHECK(log_bytes(&p) == 0);
}

static dw_status put_beside(void *context, const dw_records_row *row, bool *stop, dw_err *e)
{
  static int number = 1000000;
  int from = number;
  number += 30;
  return fill(context, from, 30) == from + 30 ? DW_OK : dw_err_set(e, DW_ESYSTEM, "not put");
}

/* Our own readers hold nothing between pages, however slow who reads is. */
TEST(a_slow_reader_of_ours_does_not_keep_the_log)
{
  enum { MOST = 4 << 20 };
  place p = fresh(0);
  dw_records *records;
  dw_records_query query = DW_RECORDS_ALL;
  query.limit = 60;
  CHECK(dw_records_open(&records, p.address, &(dw_records_options){.create = true, .log_most = MOST}, &err) == DW_OK);
  CHECK(fill(records, 0, 100) == 100);
  CHECK_MSG(dw_records_get(records, &query, put_beside, records, NULL, &err) == DW_OK, "%s", err.message); /* 18 MB meanwhile */
  CHECK(log_bytes(&p) <= 2 * MOST);
  dw_records_close(records);
}

/* What one large put needed is given back. */
TEST(the_log_shrinks_behind_a_rush)
{
  enum { ITEMS = 9000, LIMIT = 64 << 20 };
  static char ids[ITEMS][12], content[10000];
  static dw_records_item items[ITEMS];
  place p = fresh(0);
  dw_records *records = opened(p.address);
  memset(content, ' ', sizeof content);
  content[0] = '{', content[sizeof content - 1] = '}';
  for (int i = 0; i < ITEMS; i++) {
    snprintf(ids[i], sizeof ids[i], "%d", i);
    items[i] = item_of(ids[i], "", NOON + i);
    items[i].content = content;
    items[i].length = sizeof content;
  }
  dw_records_batch batch = {.items = items, .count = ITEMS};
  CHECK(dw_records_put(records, &batch, &err) == DW_OK);
  CHECK(log_bytes(&p) > LIMIT);
  CHECK(put_one(records, item_of("a", "{}", NOON)) == DW_RECORDS_STORED);
  CHECK_MSG(log_bytes(&p) <= LIMIT, "%llu bytes", (unsigned long long)log_bytes(&p));
  dw_records_close(records);
}

TEST(pruning_gives_the_room_back)
{
  struct stat before, after;
  uint64_t removed;
  place p = fresh(0);
  dw_records *records = opened(p.address);
  CHECK(fill(records, 0, 1000) == 1000);
  dw_records_close(records);
  CHECK(dw_records_migrate(p.address, NULL, NULL, &err) == DW_OK); /* copies the log */
  CHECK(stat(p.path, &before) == 0 && before.st_size > 10000000);
  records = opened(p.address);
  CHECK(dw_records_prune(records, 0, NOON + HOUR, &removed, &err) == DW_OK && removed == 1000);
  dw_records_close(records);
  CHECK(dw_records_migrate(p.address, NULL, NULL, &err) == DW_OK);
  CHECK(stat(p.path, &after) == 0 && after.st_size < before.st_size / 10);
}

/* --- the lock --- */

typedef struct waiting_put {
  dw_records *records;
  int done; /* __atomic */
  int outcome;
} waiting_put;

static void *put_and_say(void *context)
{
  waiting_put *w = context;
  dw_records_item item = item_of("a", "{}", NOON);
  dw_records_batch batch = {.items = &item, .count = 1};
  w->outcome = dw_records_put(w->records, &batch, NULL) == DW_OK ? (int)item.outcome : -1;
  __atomic_store_n(&w->done, 1, __ATOMIC_SEQ_CST);
  return NULL;
}

TEST(a_put_waits_for_the_lock_beside_the_database)
{
  place p = fresh(0);
  char path[300];
  dw_write_lock *lock;
  pthread_t thread;
  waiting_put w = {.records = opened(p.address)};
  snprintf(path, sizeof path, "%s-lock", p.path);
  CHECK(dw_write_lock_open(&lock, path, &err) == DW_OK && dw_write_lock_take(lock, 1, &err) == DW_OK);
  CHECK(pthread_create(&thread, NULL, put_and_say, &w) == 0);
  for (int i = 0; i < 20; i++) {
    usleep(5000);
    CHECK(!__atomic_load_n(&w.done, __ATOMIC_SEQ_CST));
  }
  CHECK_TEXT(got(w.records, &DW_RECORDS_ALL), ""); /* reading does not wait */
  dw_write_lock_give(lock);
  pthread_join(thread, NULL);
  CHECK(w.done && w.outcome == DW_RECORDS_STORED);
  CHECK_TEXT(got(w.records, &DW_RECORDS_ALL), "{} ");
  dw_write_lock_close(lock);
  dw_records_close(w.records);
}
