#include "test.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/keep/store.h"

static char folder[] = "dw-test-store-XXXXXX";

static void clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}

/* An address of the kind that nothing stands at yet, and the path behind it. PostgreSQL: where the environment variable DW_TEST_POSTGRES (a
 * URL with a number to be put behind it) says that a server has empty schemas s1, s2, … for us (tests/dw-model_postgres.bats). */
static const char *const kinds[] = {"", "sqlite:", "postgres:"};
#define KINDS (getenv("DW_TEST_POSTGRES") ? 3 : 2)

typedef struct place {
  char address[300], path[200];
} place;

static place fresh(const char *kind)
{
  static int count;
  place p;
  if (count == 0 && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  snprintf(p.path, sizeof p.path, "%s/s%d", folder, ++count);
  snprintf(p.address, sizeof p.address, "%s%s", kind, p.path);
  if (strcmp(kind, "postgres:") == 0) snprintf(p.address, sizeof p.address, "%s%d", getenv("DW_TEST_POSTGRES"), count);
  return p;
}

static dw_err err;

/* A list of things to do in one transaction: "name=text" puts, "name+text" appends, "!" fails. */
static dw_status steps(dw_store *store, void *context, dw_err *e)
{
  dw_status status = DW_OK;
  for (const char *const *step = context; *step && status == DW_OK; step++) {
    char name[50];
    size_t length = strcspn(*step, "=+");
    if (**step == '!') return dw_err_set(e, DW_ENODATA, "no");
    snprintf(name, sizeof name, "%.*s", (int)length, *step);
    const char *text = *step + length + 1;
    if ((*step)[length] == '=') status = dw_store_put(store, name, text, strlen(text), e);
    else status = dw_store_append(store, name, &(dw_store_row){.instant = DW_STORE_NO_INSTANT, .text = text, .length = strlen(text)}, e);
  }
  return status;
}

#define CHANGE(store, ...) dw_store_change((store), steps, (const char *[]){__VA_ARGS__, NULL}, &err)

typedef struct reading {
  const char *document, *series;
  dw_buf out;
  bool found;
} reading;

static dw_status add_line(void *context, const dw_store_row *row, dw_err *e)
{
  dw_buf_add(context, row->text, row->length);
  dw_buf_char(context, '\n');
  return DW_OK;
}

static dw_status read_one(dw_store *store, void *context, dw_err *e)
{
  reading *r = context;
  if (r->series) return dw_store_rows(store, r->series, &DW_STORE_ALL, add_line, &r->out, e);
  return dw_store_get(store, r->document, &r->out, &r->found, e);
}

/* What a document, or a series, holds; "(none)", or the message of the error. */
static const char *look(dw_store *store, const char *document, const char *series)
{
  static char text[4][1100];
  static int turn;
  char *out = text[turn++ % 4];
  reading r = {.document = document, .series = series};
  dw_status status = dw_store_read(store, read_one, &r, &err);
  if (status != DW_OK) snprintf(out, sizeof text[0], "%d: %s", (int)status, err.message);
  else if (!series && !r.found) snprintf(out, sizeof text[0], "(none)");
  else snprintf(out, sizeof text[0], "%s", dw_buf_cstr(&r.out));
  dw_buf_free(&r.out);
  return out;
}

TEST(what_is_put_is_there_now_and_after_opening_again)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK_TEXT(look(store, "a", NULL), "(none)");
    CHECK_TEXT(look(store, NULL, "log"), "");
    CHECK(CHANGE(store, "a=one", "b.json=", "log+first", "log+", "log+third", "a-b=x") == DW_OK);
    for (int again = 0; again < 2; again++) {
      CHECK_TEXT(look(store, "a", NULL), "one");
      CHECK_TEXT(look(store, "b.json", NULL), "");
      CHECK_TEXT(look(store, "c", NULL), "(none)");
      CHECK_TEXT(look(store, NULL, "log"), "first\n\nthird\n");
      CHECK_TEXT(look(store, NULL, "other"), "");
      dw_store_close(store);
      CHECK(dw_store_open(&store, p.address, again == 0, &err) == DW_OK);
    }
    CHECK(CHANGE(store, "a=two", "a=three", "log+fourth") == DW_OK);
    CHECK_TEXT(look(store, "a", NULL), "three");
    CHECK_TEXT(look(store, NULL, "log"), "first\n\nthird\nfourth\n");
    CHECK(dw_store_change(store, steps, (const char *[]){NULL}, &err) == DW_OK);
    dw_store_close(store);
  }
}

TEST(a_change_that_fails_changes_nothing)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(CHANGE(store, "a=one", "log+first") == DW_OK);
    CHECK(CHANGE(store, "a=two", "b=new", "log+second", "!") == DW_ENODATA);
    CHECK_TEXT(err.message, "no");
    CHECK_TEXT(look(store, "a", NULL), "one");
    CHECK_TEXT(look(store, "b", NULL), "(none)");
    CHECK_TEXT(look(store, NULL, "log"), "first\n");
    CHECK(CHANGE(store, "log+third") == DW_OK);
    CHECK_TEXT(look(store, NULL, "log"), "first\nthird\n");
    dw_store_close(store);
  }
}

static dw_status see_own(dw_store *store, void *context, dw_err *e)
{
  reading *r = context;
  dw_status status = dw_store_put(store, "a", "x\0y\n\xff", 5, e);
  if (status == DW_OK) status = dw_store_get(store, "a", &r->out, &r->found, e);
  return status;
}

TEST(a_transaction_sees_what_it_wrote_and_bytes_are_bytes)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    for (int again = 0; again < 2; again++) {
      reading r = {.document = "a"};
      CHECK(dw_store_change(store, again ? read_one : see_own, &r, &err) == DW_OK);
      CHECK(r.found && r.out.length == 5 && memcmp(r.out.data, "x\0y\n\xff", 5) == 0);
      dw_buf_free(&r.out);
    }
    dw_store_close(store);
  }
}

enum { WRITERS = 6, ROUNDS = 15 };

/* Adds one to the number in the document: lost updates would show. */
static dw_status count_up(dw_store *store, void *context, dw_err *e)
{
  reading r = {.document = "n"};
  char text[20];
  dw_status status = read_one(store, &r, e);
  int n = status == DW_OK && r.found ? (int)strtol(dw_buf_cstr(&r.out), NULL, 10) : 0;
  snprintf(text, sizeof text, "%d", n + 1);
  if (status == DW_OK) status = dw_store_put(store, "n", text, strlen(text), e);
  if (status == DW_OK) status = dw_store_append(store, "log", &(dw_store_row){.text = text, .length = strlen(text)}, e);
  dw_buf_free(&r.out);
  return status;
}

TEST(concurrent_changes_come_one_behind_the_other)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    char want[20];
    for (int i = 0; i < WRITERS; i++)
      if (fork() == 0) {
        bool ok = dw_store_open(&store, p.address, true, &err) == DW_OK; /* all of them try to make it */
        for (int n = 0; ok && n < ROUNDS; n++) ok = dw_store_change(store, count_up, NULL, &err) == DW_OK;
        if (!ok) fprintf(stderr, "%s\n", err.message);
        dw_store_close(ok ? store : NULL);
        _exit(ok ? 0 : 1);
      }
    for (int i = 0, status; i < WRITERS; i++) {
      CHECK(wait(&status) > 0);
      CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    CHECK(dw_store_open(&store, p.address, false, &err) == DW_OK);
    snprintf(want, sizeof want, "%d", WRITERS * ROUNDS);
    CHECK_TEXT(look(store, "n", NULL), want);
    dw_store_close(store);
  }
}

/* --- rows by instant and key --- */

static dw_status add_rows(dw_store *store, void *context, dw_err *e)
{
  static const dw_store_row rows[] = {{10, NULL, "ten", 3},
                                      {30, "c", "thirty", 6},
                                      {20, "b", "twenty", 6},
                                      {30, NULL, "", 0},
                                      {DW_STORE_NO_INSTANT, "n", "never", 5},
                                      {-5, "a \xc3\xa9", "before", 6}};
  dw_status status = DW_OK;
  for (size_t i = 0; i < sizeof rows / sizeof *rows && status == DW_OK; i++) status = dw_store_append(store, "log", &rows[i], e);
  return status;
}

typedef struct asking {
  dw_store_query query;
  int64_t prune; /* with dw_store_change: first prune */
  uint64_t removed;
  int stop; /* the sink fails at this row, counted from 1; 0: never */
  char text[200];
} asking;

static dw_status take_row(void *context, const dw_store_row *row, dw_err *e)
{
  asking *a = context;
  size_t length = strlen(a->text);
  if (a->stop && --a->stop == 0) return dw_err_set(e, DW_ENODATA, "enough");
  CHECK(row->key == NULL);
  if (row->instant == DW_STORE_NO_INSTANT) snprintf(a->text + length, sizeof a->text - length, "-:%.*s ", (int)row->length, row->text);
  else snprintf(a->text + length, sizeof a->text - length, "%lld:%.*s ", (long long)row->instant, (int)row->length, row->text);
  return DW_OK;
}

static dw_status ask(dw_store *store, void *context, dw_err *e)
{
  asking *a = context;
  a->text[0] = '\0';
  dw_status status = a->prune ? dw_store_prune(store, "log", a->prune, &a->removed, e) : DW_OK;
  return status == DW_OK ? dw_store_rows(store, "log", &a->query, take_row, a, e) : status;
}

TEST(rows_are_found_by_key_and_by_instant)
{
  static const struct {
    dw_store_query query;
    const char *want;
  } cases[] = {
      {{.from = INT64_MIN, .to = INT64_MAX}, "10:ten 30:thirty 20:twenty 30: -:never -5:before "},
      {{.from = INT64_MIN, .to = INT64_MAX, .newest = true}, "-5:before -:never 30: 20:twenty 30:thirty 10:ten "},
      {{.from = INT64_MIN, .to = INT64_MAX, .limit = 2}, "10:ten 30:thirty "},
      {{.from = INT64_MIN, .to = INT64_MAX, .limit = 2, .newest = true}, "-5:before -:never "},
      {{.from = INT64_MIN, .to = INT64_MAX, .limit = UINT64_MAX}, "10:ten 30:thirty 20:twenty 30: -:never -5:before "},
      {{.from = 20, .to = INT64_MAX}, "30:thirty 20:twenty 30: "},
      {{.from = 10, .to = 30}, "10:ten 20:twenty "},
      {{.from = INT64_MIN, .to = 10}, "-:never -5:before "},
      {{.from = INT64_MIN + 1, .to = 10}, "-5:before "},
      {{.from = 10, .to = 10}, ""},
      {{.from = 10, .to = 30, .limit = 1, .newest = true}, "20:twenty "},
      {{.key = "b", .from = INT64_MIN, .to = INT64_MAX}, "20:twenty "},
      {{.key = "n", .from = INT64_MIN, .to = INT64_MAX}, "-:never "},
      {{.key = "a \xc3\xa9", .from = INT64_MIN, .to = INT64_MAX, .limit = 1}, "-5:before "},
      {{.key = "b", .from = 25, .to = INT64_MAX}, ""},
      {{.key = "B", .from = INT64_MIN, .to = INT64_MAX}, ""},
      {{.key = "", .from = INT64_MIN, .to = INT64_MAX}, ""},
  };
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(dw_store_change(store, add_rows, NULL, &err) == DW_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      asking a = {.query = cases[i].query};
      CHECK(dw_store_read(store, ask, &a, &err) == DW_OK);
      CHECK_MSG(strcmp(a.text, cases[i].want) == 0, "%s case %zu: \"%s\", want \"%s\"", kinds[k], i, a.text, cases[i].want);
    }
    asking stops = {.query = DW_STORE_ALL, .stop = 3};
    CHECK(dw_store_read(store, ask, &stops, &err) == DW_ENODATA);
    CHECK_TEXT(stops.text, "10:ten 30:thirty ");
    CHECK_TEXT(err.message, "enough");
    dw_store_close(store);
  }
}

TEST(what_is_pruned_is_gone_and_the_rest_stays)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(dw_store_change(store, add_rows, NULL, &err) == DW_OK);
    asking fails = {.query = DW_STORE_ALL, .prune = 15, .stop = 1};
    CHECK(dw_store_change(store, ask, &fails, &err) == DW_ENODATA); /* undone as a whole */
    asking a = {.query = DW_STORE_ALL, .prune = 15};
    CHECK(dw_store_change(store, ask, &a, &err) == DW_OK);
    CHECK(a.removed == 3);
    CHECK_TEXT(a.text, "30:thirty 20:twenty 30: ");
    CHECK(CHANGE(store, "log+late", "log.ndjson=a document of nearly the same name") == DW_OK);
    asking again = {.query = DW_STORE_ALL, .prune = 25};
    CHECK(dw_store_change(store, ask, &again, &err) == DW_OK);
    CHECK(again.removed == 2); /* twenty, and the one about no instant */
    for (int open = 0; open < 2; open++) {
      CHECK_TEXT(look(store, NULL, "log"), "thirty\n\n");
      CHECK_TEXT(look(store, "log.ndjson", NULL), "a document of nearly the same name");
      dw_store_close(store);
      CHECK(dw_store_open(&store, p.address, false, &err) == DW_OK);
    }
    asking all = {.query = DW_STORE_ALL, .prune = INT64_MAX};
    CHECK(dw_store_change(store, ask, &all, &err) == DW_OK);
    CHECK(all.removed == 2);
    CHECK_TEXT(all.text, "");
    CHECK(CHANGE(store, "log+new") == DW_OK);
    CHECK_TEXT(look(store, NULL, "log"), "new\n");
    dw_store_close(store);
  }
}

static dw_status put_and_prune(dw_store *store, void *context, dw_err *e)
{
  dw_status status = dw_store_put(store, "log.ndjson", "one", 3, e);
  if (status == DW_OK) status = dw_store_prune(store, "log", 15, NULL, e);
  if (status == DW_OK) status = dw_store_put(store, "log.ndjson.rows", "two", 3, e);
  return status == DW_OK ? dw_store_prune(store, "log", 25, NULL, e) : status;
}

/* Documents that are called as the files of a series are, in the change that prunes it. */
TEST(a_pruned_series_and_documents_of_its_name)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(dw_store_change(store, add_rows, NULL, &err) == DW_OK);
    CHECK(dw_store_change(store, put_and_prune, NULL, &err) == DW_OK);
    for (int again = 0; again < 2; again++) { /* a change in between, which sweeps */
      CHECK_TEXT(look(store, NULL, "log"), "thirty\n\n");
      CHECK_TEXT(look(store, "log.ndjson", NULL), "one");
      CHECK_TEXT(look(store, "log.ndjson.rows", NULL), "two");
      CHECK(CHANGE(store, "other=x") == DW_OK);
    }
    dw_store_close(store);
  }
}

static dw_status add_ends(dw_store *store, void *context, dw_err *e)
{
  static const dw_store_row rows[] = {{INT64_MAX, NULL, "last", 4},
                                      {INT64_MIN + 1, NULL, "first", 5},
                                      {DW_STORE_NO_INSTANT, NULL, "never", 5}};
  dw_status status = DW_OK;
  for (size_t i = 0; i < 3 && status == DW_OK; i++) status = dw_store_append(store, "log", &rows[i], e);
  return status;
}

/* No store takes the ends of time for something else than the others do. */
TEST(the_last_instant_is_one_and_the_least_is_none)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(dw_store_change(store, add_ends, NULL, &err) == DW_OK);
    asking all = {.query = DW_STORE_ALL}, late = {.query = {.from = 0, .to = INT64_MAX}},
           end = {.query = {.from = INT64_MAX, .to = INT64_MAX}};
    CHECK(dw_store_read(store, ask, &all, &err) == DW_OK);
    CHECK_TEXT(all.text, "9223372036854775807:last -9223372036854775807:first -:never ");
    CHECK(dw_store_read(store, ask, &late, &err) == DW_OK);
    CHECK_TEXT(late.text, "9223372036854775807:last ");
    CHECK(dw_store_read(store, ask, &end, &err) == DW_OK);
    CHECK_TEXT(end.text, "9223372036854775807:last ");
    asking pruned = {.query = DW_STORE_ALL, .prune = INT64_MIN};
    CHECK(dw_store_change(store, ask, &pruned, &err) == DW_OK);
    CHECK(pruned.removed == 1);
    CHECK_TEXT(pruned.text, "9223372036854775807:last -9223372036854775807:first ");
    dw_store_close(store);
  }
}

static dw_status reads_again(void *context, const dw_store_row *row, dw_err *e)
{
  dw_buf out = {0};
  bool found;
  return dw_store_get(context, "a", &out, &found, e);
}

static dw_status rows_to_reader(dw_store *store, void *context, dw_err *e)
{
  return dw_store_rows(store, "log", &DW_STORE_ALL, reads_again, store, e);
}

/* A connection to a server gives its rows one by one and takes no other question meanwhile: what works in a folder must not be written. */
TEST(a_sink_that_asks_the_store_is_a_mistake_in_every_store)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    int status = 0;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(CHANGE(store, "a=one", "log+first") == DW_OK);
    dw_store_close(store);
    pid_t child = fork();
    if (child == 0) {
      int silent = open("/dev/null", O_WRONLY);
      dup2(silent, 2);
      _exit(dw_store_open(&store, p.address, false, &err) == DW_OK && dw_store_read(store, rows_to_reader, NULL, &err) == DW_OK ? 0 : 1);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  }
}

enum { MANY = 3000 }; /* more than the entries that a folder reads at once */

static dw_status add_many(dw_store *store, void *context, dw_err *e)
{
  static char line[70000];
  dw_status status = DW_OK;
  memset(line, 'x', sizeof line);
  for (int i = 0; i < MANY && status == DW_OK; i++) {
    char key[20];
    snprintf(key, sizeof key, "k%d", i);
    /* some are longer than what is read at once */
    size_t length = i % 1000 == 7 ? sizeof line : (size_t)snprintf(line, 40, "row %d of many", i);
    status = dw_store_append(store, "log", &(dw_store_row){i, key, line, length}, e);
    line[length == sizeof line ? 0 : length] = 'x';
  }
  return status;
}

static dw_status count_rows(void *context, const dw_store_row *row, dw_err *e)
{
  int64_t *next = context;
  CHECK_MSG(row->instant == *next, "%lld, want %lld", (long long)row->instant, (long long)*next);
  CHECK(row->length == (*next % 1000 == 7 ? 70000u : (size_t)snprintf(NULL, 0, "row %lld of many", (long long)*next)));
  *next += next[1];
  return DW_OK;
}

static dw_status walk(dw_store *store, void *context, dw_err *e)
{
  dw_store_query query = DW_STORE_ALL;
  int64_t *next = context;
  query.newest = next[1] < 0;
  return dw_store_rows(store, "log", &query, count_rows, next, e);
}

TEST(many_rows_come_in_order_from_either_end)
{
  for (int k = 0; k < 2; k++) { /* a folder and SQLite */
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(dw_store_change(store, add_many, NULL, &err) == DW_OK);
    int64_t up[] = {0, 1}, down[] = {MANY - 1, -1};
    CHECK(dw_store_read(store, walk, up, &err) == DW_OK);
    CHECK(dw_store_read(store, walk, down, &err) == DW_OK);
    CHECK(up[0] == MANY && down[0] == -1);
    asking a = {.query = {.key = "k2321", .from = INT64_MIN, .to = INT64_MAX}};
    CHECK(dw_store_read(store, ask, &a, &err) == DW_OK);
    CHECK_TEXT(a.text, "2321:row 2321 of many ");
    dw_store_close(store);
  }
}

TEST(names)
{
  static const char *const good[] = {"a", "registry", "model-v12.json", "a_b.c-d", "x9"};
  static const char *const bad[] = {"", "A", "9a", ".a", "-a", "a/b", "a b", "..", "x.gz", "x.zst", "\xc3\xa9"};
  char longest[DW_STORE_NAME + 2];
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) CHECK_MSG(dw_store_name_valid(good[i]), "%s", good[i]);
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK_MSG(!dw_store_name_valid(bad[i]), "%s", bad[i]);
  memset(longest, 'a', sizeof longest);
  longest[DW_STORE_NAME] = '\0';
  CHECK(dw_store_name_valid(longest));
  longest[DW_STORE_NAME] = 'a';
  longest[DW_STORE_NAME + 1] = '\0';
  CHECK(!dw_store_name_valid(longest));
}

TEST(nothing_there)
{
  for (int k = 0; k < KINDS; k++) {
    dw_store *store;
    place p = fresh(kinds[k]);
    CHECK(dw_store_open(&store, p.address, false, &err) == (k == 2 ? DW_EDATA : DW_ESYSTEM));
    if (k == 2) continue; /* a schema is there, and no path */
    CHECK(store == NULL && access(p.path, F_OK) < 0);
    CHECK_MSG(strstr(err.message, "No such file or directory") || strstr(err.message, "unable to open"), "%s", err.message);
    strcat(p.address, "/no/such");
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_ESYSTEM);
  }
  dw_store *store;
  CHECK(dw_store_open(&store, "", true, &err) == DW_EUSAGE);
  CHECK(dw_store_open(&store, "postgress://me:secret@host/x", true, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "postgress:// names no kind of store; DIR, sqlite:FILE and postgres:URL do");
  CHECK(dw_store_open(&store, "postgres:", true, &err) == DW_EUSAGE);
}

/* --- SQLite --- */

TEST(a_file_that_is_no_database_or_somebody_elses)
{
  dw_store *store;
  place p = fresh("sqlite:");
  char text[3000];
  memset(text, 'x', sizeof text);
  text[sizeof text - 1] = '\0';
  int fd = open(p.path, O_WRONLY | O_CREAT, 0644);
  CHECK(fd >= 0 && write(fd, text, sizeof text) == (ssize_t)sizeof text);
  close(fd);
  CHECK(dw_store_open(&store, p.address, false, &err) == DW_EDATA);
  CHECK(dw_store_open(&store, p.address, true, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, "not a database"), "%s", err.message);
  CHECK(truncate(p.path, 0) == 0); /* an empty file is an empty database */
  CHECK(dw_store_open(&store, p.address, false, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, "not a store"), "%s", err.message);
  CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
  CHECK(CHANGE(store, "a=one") == DW_OK);
  dw_store_close(store);
  CHECK(dw_store_open(&store, p.address, false, &err) == DW_OK);
  CHECK_TEXT(look(store, "a", NULL), "one");
  dw_store_close(store);
  CHECK(dw_store_open(&store, "sqlite:", true, &err) == DW_EUSAGE);
}

/* Tables as they were before rows had instants and keys. */
TEST(tables_of_the_first_format_are_brought_up)
{
  dw_store *store;
  sqlite3 *db;
  place p = fresh("sqlite:");
  CHECK(sqlite3_open(p.path, &db) == SQLITE_OK);
  CHECK(sqlite3_exec(
            db,
            "CREATE TABLE dw_document (name TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL);"
            "CREATE TABLE dw_row (series TEXT NOT NULL, number INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (series, number));"
            "INSERT INTO dw_row VALUES ('log', 1, CAST('first' AS BLOB))",
            NULL, NULL, NULL) == SQLITE_OK);
  sqlite3_close(db);
  CHECK(dw_store_open(&store, p.address, false, &err) == DW_OK);
  CHECK(dw_store_change(store, add_rows, NULL, &err) == DW_OK);
  asking a = {.query = {.from = INT64_MIN, .to = INT64_MAX, .limit = 2}};
  CHECK(dw_store_read(store, ask, &a, &err) == DW_OK);
  CHECK_TEXT(a.text, "-:first 10:ten ");
  dw_store_close(store);
}

/* --- folders --- */

static void put_file(const char *in, const char *name, const char *text)
{
  char path[300];
  snprintf(path, sizeof path, "%s/%s", in, name);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) abort();
  close(fd);
}

static int files(const char *in)
{
  int count = 0;
  DIR *dir = opendir(in);
  while (readdir(dir)) count++;
  closedir(dir);
  return count - 2;
}

TEST(a_folder_of_somebody_else_is_left_alone)
{
  dw_store *store;
  place p = fresh("");
  mkdir(p.path, 0777);
  CHECK(dw_store_open(&store, p.address, false, &err) == DW_EDATA);
  CHECK(strstr(err.message, "not a store"));
  put_file(p.path, "000001-photo", "x");
  CHECK(dw_store_open(&store, p.address, true, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, "\"000001-photo\" is in it"), "%s", err.message);
  CHECK(files(p.path) == 1);
  place q = fresh("");
  put_file(folder, q.path + strlen(folder) + 1, "x");
  CHECK(dw_store_open(&store, q.address, true, &err) == DW_ESYSTEM);
  CHECK(strstr(err.message, "Not a directory"));
}

TEST(leftovers_go_with_the_next_change_and_nothing_else_does)
{
  dw_store *store;
  place p = fresh("");
  CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
  CHECK(CHANGE(store, "a=one", "log+first") == DW_OK);
  int before = files(p.path);
  put_file(p.path, "000002-a", "half"); /* what a killed change leaves */
  put_file(p.path, ".000002-b.dw-99-0", "half");
  put_file(p.path, ".index.json.dw-99-0", "half");
  put_file(p.path, "log.ndjson", "first\nsec");
  CHECK_TEXT(look(store, NULL, "log"), "first\n");
  CHECK_TEXT(look(store, "a", NULL), "one");
  CHECK(files(p.path) == before + 3);
  put_file(p.path, "README", "by hand");
  put_file(p.path, "2-a", "by hand");
  CHECK(CHANGE(store, "log+second") == DW_OK);
  CHECK(files(p.path) == before + 2);
  CHECK_TEXT(look(store, NULL, "log"), "first\nsecond\n");
  CHECK(CHANGE(store, "a=two") == DW_OK); /* the old file goes */
  CHECK(files(p.path) == before + 2);
  CHECK_TEXT(look(store, "a", NULL), "two");
  dw_store_close(store);
}

/* A store as format 1 wrote it: rows without instants and keys, no log.ndjson.rows. */
TEST(a_folder_of_the_first_format_is_read_and_goes_on)
{
  dw_store *store;
  place p = fresh("");
  mkdir(p.path, 0777);
  put_file(p.path, "log.ndjson", "first\n\nthird\ncut off");
  put_file(p.path, "index.json",
           "{\"kind\":\"store\",\"format\":1,\"generation\":3,\"documents\":[],\"series\":[{\"name\":\"log\",\"bytes\":13,\"rows\":3}]}");
  CHECK(dw_store_open(&store, p.address, false, &err) == DW_OK);
  CHECK_TEXT(look(store, NULL, "log"), "first\n\nthird\n");
  CHECK(dw_store_change(store, add_rows, NULL, &err) == DW_OK);
  asking a = {.query = {.from = INT64_MIN, .to = INT64_MAX, .limit = 4}};
  CHECK(dw_store_read(store, ask, &a, &err) == DW_OK);
  CHECK_TEXT(a.text, "-:first -: -:third 10:ten ");
  asking pruned = {.query = DW_STORE_ALL, .prune = 20};
  CHECK(dw_store_change(store, ask, &pruned, &err) == DW_OK);
  CHECK(pruned.removed == 6);
  dw_store_close(store);
}

TEST(damage_is_bad_data_with_the_name_of_the_file)
{
  static const struct {
    const char *file, *text, *document, *series, *says;
  } cases[] = {
      {"000001-a", "on", "a", NULL, "000001-a: damaged"},
      {"000001-a", "onf", "a", NULL, "000001-a: damaged"},
      {"log.ndjson", "firs", NULL, "log", "log.ndjson: damaged"},
      {"log.ndjson", "fir\nt\n", NULL, "log", "log.ndjson: damaged"},
      {"log.ndjson.rows", "0123456789", NULL, "log", "log.ndjson.rows: damaged: shorter"},
      {"log.ndjson.rows", "0123456789012345678901234567890123456789", NULL, "log", "log.ndjson: damaged"},
      {"index.json", "", "a", NULL, "index.json"},
      {"index.json", "{}", "a", NULL, "index.json: not the index of a store, or damaged"},
      {"index.json",
       "{\"kind\":\"store\",\"format\":1,\"generation\":1,\"documents\":[{\"name\":\"a\",\"file\":\"../"
       "a\",\"bytes\":3,\"digest\":\"00000000000000000000000000000000\"}],\"series\":[]}",
       "a", NULL, "damaged"},
      {"index.json", "{\"kind\":\"store\",\"format\":3,\"generation\":1,\"documents\":[],\"series\":[]}", "a", NULL, "newer version"},
      {"index.json", "{\"kind\":\"store\",\"format\":1,\"generation\":-1,\"documents\":[],\"series\":[]}", "a", NULL, "damaged"},
      {"index.json", "{\"kind\":\"store\",\"format\":1,\"generation\":1e300,\"documents\":[],\"series\":[]}", "a", NULL, "damaged"},
      {"index.json", "{\"kind\":\"store\",\"format\":1,\"generation\":1,\"documents\":[7],\"series\":[null]}", "a", NULL, "damaged"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_store *store;
    place p = fresh("");
    CHECK(dw_store_open(&store, p.address, true, &err) == DW_OK);
    CHECK(CHANGE(store, "a=one", "log+first") == DW_OK);
    put_file(p.path, cases[i].file, cases[i].text);
    const char *got = look(store, cases[i].document, cases[i].series);
    CHECK_MSG(got[0] == '3' && strstr(got, cases[i].says), "%zu: %s", i, got);
    dw_store_close(store);
  }
}
