#include "test.h"

#include <unistd.h>

#include "store/keep/store.h"

static char folder[] = "dw-test-rows-XXXXXX";
static dw_err err;

static void clean_up(void)
{
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  if (system(command) != 0) perror("rm");
}

static dw_status add_rows(dw_store *store, void *context, dw_err *e)
{
  static const dw_store_row rows[] = {{10, "a", "ten", 3},
                                      {30, "c", "thirty", 6},
                                      {-20, NULL, "", 0},
                                      {DW_STORE_NO_INSTANT, "n", "never", 5}};
  dw_status status = DW_OK;
  for (size_t i = 0; i < sizeof rows / sizeof *rows && status == DW_OK; i++) status = dw_store_append(store, "log", &rows[i], e);
  return status;
}

static dw_status take_row(void *context, const dw_store_row *row, dw_err *e)
{
  char *text = context;
  size_t length = strlen(text);
  CHECK(length + row->length < 150);
  snprintf(text + length, 200 - length, "%lld:%.*s ", row->instant == DW_STORE_NO_INSTANT ? -1 : (long long)row->instant, (int)row->length,
           row->text);
  return DW_OK;
}

typedef struct asking {
  dw_store_query query;
  char text[200];
} asking;

static dw_status ask(dw_store *store, void *context, dw_err *e)
{
  asking *a = context;
  return dw_store_rows(store, "log", &a->query, take_row, a->text, e);
}

static const struct {
  dw_store_query query;
  const char *want;
} questions[] = {
    {{.from = INT64_MIN, .to = INT64_MAX}, "10:ten 30:thirty -20: -1:never "},
    {{.from = INT64_MIN, .to = INT64_MAX, .newest = true}, "-1:never -20: 30:thirty 10:ten "},
    {{.from = INT64_MIN, .to = INT64_MAX, .limit = 1, .newest = true}, "-1:never "},
    {{.from = INT64_MIN, .to = INT64_MAX, .key = "c"}, "30:thirty "},
    {{.from = INT64_MIN, .to = INT64_MAX, .key = "b"}, ""},
    {{.from = 0, .to = 30}, "10:ten "},
};

/* Each question is answered right, or the data are bad; *refused counts the latter. */
static void asked(dw_store *store, const char *what, size_t place, int *refused)
{
  for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
    asking a = {.query = questions[i].query};
    dw_status status = dw_store_read(store, ask, &a, &err);
    CHECK_MSG(status == DW_EDATA || (status == DW_OK && strcmp(a.text, questions[i].want) == 0), "%s %zu, question %zu: status %d \"%s\"",
              what, place, i, (int)status, a.text);
    *refused += status == DW_EDATA;
  }
}

static size_t bytes_of(const char *path, unsigned char *out, size_t room)
{
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(out, 1, room, file) : 0;
  if (file) fclose(file);
  return length;
}

static void put_bytes(const char *path, const void *bytes, size_t length)
{
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, length, file) != length || fclose(file) != 0) abort();
}

TEST(a_damaged_series_is_bad_data_and_never_other_rows)
{
  static const char *const names[] = {"log.ndjson", "log.ndjson.rows"};
  dw_store *store;
  if (!mkdtemp(folder) || atexit(clean_up) != 0) abort();
  CHECK(dw_store_open(&store, folder, true, &err) == DW_OK);
  CHECK(dw_store_change(store, add_rows, NULL, &err) == DW_OK);
  for (int n = 0; n < 2; n++) {
    char path[100];
    unsigned char bytes[400];
    int refused = 0;
    snprintf(path, sizeof path, "%s/%s", folder, names[n]);
    size_t length = bytes_of(path, bytes, sizeof bytes);
    CHECK(length > 10 && length < sizeof bytes);
    asked(store, names[n], 0, &refused);
    CHECK(refused == 0);
    for (size_t bit = 0; bit < 8 * length; bit++) {
      refused = 0;
      bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
      put_bytes(path, bytes, length);
      asked(store, names[n], bit, &refused);
      CHECK_MSG(refused > 0, "%s: bit %zu does not matter", names[n], bit);
      bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    for (size_t cut = 0; cut < length; cut++) {
      refused = 0;
      put_bytes(path, bytes, cut);
      asked(store, names[n], cut, &refused);
      CHECK_MSG(refused > 0, "%s: cut at %zu", names[n], cut);
    }
    put_bytes(path, bytes, length);
    asked(store, names[n], 0, &refused);
  }
  dw_store_close(store);
}

/* Numbers that nothing can be as large as: refused before memory is asked for. */
TEST(an_index_that_says_more_than_the_files_hold)
{
  static const char *const series[] = {
      "\"name\":\"log\",\"bytes\":9007199254740992,\"rows\":9007199254740992",
      "\"name\":\"log\",\"bytes\":9007199254740992,\"rows\":4",
      "\"name\":\"log\",\"bytes\":20,\"rows\":9007199254740992",
      "\"name\":\"log\",\"bytes\":20,\"rows\":5",
      "\"name\":\"log\",\"bytes\":0,\"rows\":4",
      "\"name\":\"log\",\"bytes\":20,\"rows\":0",
  };
  for (int format = 1; format <= 2; format++)
    for (size_t i = 0; i < sizeof series / sizeof *series; i++) {
      dw_store *store;
      char path[100], index[300];
      int refused = 0;
      snprintf(path, sizeof path, "%s/index.json", folder);
      size_t length =
          (size_t)snprintf(index, sizeof index, "{\"kind\":\"store\",\"format\":%d,\"generation\":1,\"documents\":[],\"series\":[{%s}]}",
                           format, series[i]);
      put_bytes(path, index, length);
      CHECK(dw_store_open(&store, folder, false, &err) == DW_OK);
      asked(store, series[i], (size_t)format, &refused);
      CHECK(refused > 0);
      dw_store_close(store);
    }
}
