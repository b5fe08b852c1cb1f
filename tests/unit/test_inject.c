#include "synth/inject/inject.h"

#include <unistd.h>

#include "base/str.h"
#include "io/reader/reader.h"
#include "test.h"

static dw_status to_buffer(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

typedef struct run {
  const char *const *words; /* options: name, value, …, NULL */
  uint64_t seed;
  size_t block;
  unsigned threads;
  dw_buf out;
  dw_buf truth;
  dw_err err;
  dw_status status;
} run;

static dw_status introduce(dw_inject *inject, const dw_reader *reader, dw_err *err)
{
  size_t length;
  const char *header = dw_reader_header(reader, &length);
  return dw_inject_input(inject, "text", dw_reader_delimiter(reader), header, length, err);
}

static dw_status feed(dw_inject *inject, dw_reader *reader, dw_err *err)
{
  const dw_batch *batch;
  dw_status status;
  size_t columns = 0;
  bool first = true;
  while ((status = dw_reader_next(reader, &batch, err)) == DW_OK && batch) {
    for (; columns < dw_reader_columns(reader); columns++)
      dw_inject_column(inject, (uint32_t)columns, dw_reader_column_name(reader, (uint32_t)columns));
    if (first) status = introduce(inject, reader, err);
    first = false;
    if (status == DW_OK) status = dw_inject_batch(inject, reader, batch, err);
    if (status != DW_OK) return status;
  }
  if (status == DW_OK && first) status = introduce(inject, reader, err);
  return status == DW_OK ? dw_inject_finish(inject, err) : status;
}

/* The text through the injections, read in blocks of that size. */
static void inject_text(run *r, const char *text, size_t length)
{
  char path[] = "test_inject.XXXXXX";
  int fd = mkstemp(path);
  if (fd < 0 || write(fd, text, length) != (ssize_t)length) abort();
  close(fd);
  dw_injections plan;
  dw_injections_init(&plan);
  for (size_t i = 0; r->words[i]; i += 2) {
    if (strcmp(r->words[i], "time") == 0) plan.time = r->words[i + 1];
    else if (dw_injections_option(&plan, r->words[i], r->words[i + 1], &r->err) != DW_OK) abort();
  }
  if (dw_injections_check(&plan, &r->err) != DW_OK) abort();
  r->out.length = r->truth.length = 0;
  dw_inject *inject;
  dw_inject_new(&inject, &plan, &(dw_inject_options){.seed = r->seed, .rows = 1000, .write = to_buffer, .context = &r->out});
  dw_reader *reader;
  const char *paths[] = {path};
  dw_reader_options options = {.spans = true, .want = dw_inject_wants, .context = inject, .block = r->block, .threads = r->threads};
  if (dw_reader_open(&reader, paths, 1, &options, &r->err) != DW_OK) abort();
  r->status = feed(inject, reader, &r->err);
  dw_reader_close(reader);
  unlink(path);
  for (size_t i = 0; i < plan.count && r->status == DW_OK; i++) {
    dw_json json;
    dw_json_start(&json, &r->truth, 0);
    dw_json_open(&json, NULL, '{');
    dw_inject_print(inject, i, &json);
    dw_json_close(&json, '}');
    dw_buf_char(&r->truth, '\n');
  }
  dw_inject_free(inject);
  dw_injections_free(&plan);
}

static void run_free(run *r)
{
  dw_buf_free(&r->out);
  dw_buf_free(&r->truth);
}

static void make_ndjson(dw_buf *text, int rows)
{
  for (int i = 0; i < rows; i++) {
    if (i % 5) dw_buf_format(text, "{\"a\":%d,\"b\":\"v\",\"o\":{\"x\":[1,%d]},\"t\":%d}\n", i, i, 1000000 + i);
    else dw_buf_format(text, "{ \"b\" : \"\\u00e9v\", \"a\" : %d.50 }\r\n", i);
    if (i % 10 == 0) dw_buf_char(text, '\n');
  }
}

static void make_csv(dw_buf *text, int rows)
{
  dw_buf_text(text, "a,\"b\"\"q\",c\r\n");
  for (int i = 0; i < rows; i++) dw_buf_format(text, i % 3 ? "%d,\"x, \"\"%d\"\"\r\n\",y\r\n" : "%d,plain%d,\r\n", i, i % 4);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Blocks of any size and any number of threads give the same bytes. */
static void same_in_blocks(const char *const *words, const dw_buf *text)
{
  run whole = {.words = words, .seed = 9, .block = 1 << 20, .threads = 1};
  inject_text(&whole, text->data, text->length);
  CHECK_MSG(whole.status == DW_OK, "%s", whole.err.message);
  CHECK(whole.out.length > 0);
  static const size_t blocks[] = {1, 2, 3, 7, 64, 1000, 4096};
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    run part = {.words = words, .seed = 9, .block = blocks[i], .threads = 1 + (unsigned)i % 3};
    inject_text(&part, text->data, text->length);
    CHECK_MSG(part.status == DW_OK, "%s", part.err.message);
    CHECK_MSG(part.out.length == whole.out.length && memcmp(part.out.data, whole.out.data, whole.out.length) == 0,
              "blocks of %zu: other bytes", blocks[i]);
    CHECK_MSG(part.truth.length == whole.truth.length && memcmp(part.truth.data, whole.truth.data, whole.truth.length) == 0,
              "blocks of %zu: another truth: %s", blocks[i], dw_buf_cstr(&part.truth));
    run_free(&part);
  }
  run_free(&whole);
}

TEST(block_sizes_do_not_matter_ndjson)
{
  dw_buf text = {0};
  make_ndjson(&text, 700);
  same_in_blocks(WORDS("column", "a", "op", "noise", "sd", "2", "fraction", "0.5"), &text);
  same_in_blocks(WORDS("column", "a", "op", "shift", "by", "1", "course", "recurring", "period", "37", "column", "b", "op", "missing",
                       "where", "a > 300"),
                 &text);
  same_in_blocks(WORDS("column", "a", "op", "permute", "buffer", "100", "column", "b", "op", "permute", "fraction", "0.5", "column", "a",
                       "op", "scale", "factor", "2", "fraction", "0.3"),
                 &text);
  same_in_blocks(WORDS("column", "o.x", "op", "drop-column", "fraction", "0.5", "op", "duplicate", "fraction", "0.2", "op", "reweight",
                       "where", "a < 100", "factor", "0.5"),
                 &text);
  same_in_blocks(WORDS("column", "b", "op", "rename-column", "as", "z", "column", "t", "op", "change-type", "as", "string", "from", "20%",
                       "to", "80%", "course", "gradual"),
                 &text);
  same_in_blocks(WORDS("time", "t", "column", "a", "op", "shift", "by", "1000", "from", "1970-01-12T13:50", "to", "1970-01-12T13:55",
                       "course", "incremental"),
                 &text);
  dw_buf_free(&text);
}

TEST(block_sizes_do_not_matter_csv)
{
  dw_buf text = {0};
  make_csv(&text, 500);
  same_in_blocks(WORDS("column", "a", "op", "noise", "sd", "2", "fraction", "0.5"), &text);
  same_in_blocks(WORDS("column", "b\"q", "op", "permute", "buffer", "90", "column", "a", "op", "drop-column"), &text);
  same_in_blocks(WORDS("column", "b\"q", "op", "new-category", "value", "n,w", "where", "`b\"q` != plain0", "op", "duplicate", "fraction",
                       "0.5"),
                 &text);
  same_in_blocks(WORDS("column", "c", "op", "rename-column", "as", "d e", "column", "a", "op", "missing", "fraction", "0.1"), &text);
  dw_buf_free(&text);
}

TEST(nothing_to_do_changes_nothing)
{
  dw_buf text = {0};
  make_ndjson(&text, 300);
  run r = {.words = WORDS("column", "a", "op", "shift", "by", "1", "from", "300"), .seed = 1, .block = 100, .threads = 2};
  inject_text(&r, text.data, text.length);
  dw_buf want = {0}; /* all but the blank lines */
  for (size_t i = 0; i < text.length; i++)
    if (!(text.data[i] == '\n' && i && text.data[i - 1] == '\n')) dw_buf_char(&want, text.data[i]);
  CHECK(want.length < text.length);
  CHECK_TEXT(dw_buf_cstr(&r.out), dw_buf_cstr(&want));
  dw_buf_free(&want);
  run_free(&r);
  dw_buf_free(&text);
}

static void check_text(const char *const *words, const char *text, const char *want)
{
  run r = {.words = words, .seed = 1};
  inject_text(&r, text, strlen(text));
  CHECK_MSG(r.status == DW_OK, "%s", r.err.message);
  CHECK_TEXT(dw_buf_cstr(&r.out), want);
  run_free(&r);
}

TEST(edges)
{
  check_text(WORDS("column", "a", "op", "shift", "by", "1"), "", "");
  check_text(WORDS("column", "a", "op", "shift", "by", "1"), "\n\n", "");
  check_text(WORDS("column", "a", "op", "shift", "by", "1"), "{\"a\":1}", "{\"a\":2}");
  check_text(WORDS("column", "a", "op", "shift", "by", "1"), "a", "a");
  check_text(WORDS("column", "a", "op", "shift", "by", "1"), "a\n1", "a\n2");
  check_text(WORDS("op", "duplicate"), "a\r\n1", "a\r\n1\r\n1");
  check_text(WORDS("column", "a", "op", "permute"), "{\"a\":1}", "{\"a\":1}");
  check_text(WORDS("op", "reweight", "where", "a = 1", "factor", "0"), "{\"a\":0}\n{\"a\":1}", "{\"a\":0}\n");
  check_text(WORDS("op", "reweight", "where", "a = 1", "factor", "0"), "{\"a\":1}\n", "");
  check_text(WORDS("column", "a", "op", "scale", "factor", "1e300"), "{\"a\":1e300}\n{\"a\":2}\n", "{\"a\":1e300}\n{\"a\":2e300}\n");
  check_text(WORDS("column", "a", "op", "shift", "by", "1"), "{\"a\":[1,2]}\n{\"a\":{}}\n{\"a\":\"1\"}\n{\"a\":true}\n",
             "{\"a\":[1,2]}\n{\"a\":{}}\n{\"a\":\"1\"}\n{\"a\":true}\n");
  check_text(WORDS("column", "a", "op", "missing"), "{\"a\":[1,2]}\n{\"a\":{}}\n{\"a\":\"1\\n\"}\n{\"a\":true}\n",
             "{\"a\":null}\n{\"a\":null}\n{\"a\":null}\n{\"a\":null}\n");
  check_text(WORDS("column", "a", "op", "shift", "by", "-0.1"), "{\"a\":0.3}\n", "{\"a\":0.19999999999999998}\n");
  check_text(WORDS("column", "a", "op", "round", "decimals", "1"), "{\"a\":0.25}\n{\"a\":0.35}\n{\"a\":-0.05}\n{\"a\":1e300}\n",
             "{\"a\":0.2}\n{\"a\":0.3}\n{\"a\":-0.1}\n{\"a\":1e300}\n");
  check_text(WORDS("column", "a", "op", "round", "decimals", "-15"), "{\"a\":1499999999999999}\n", "{\"a\":1000000000000000}\n");
}

TEST(a_column_that_never_occurs)
{
  run r = {.words = WORDS("column", "amout", "op", "missing"), .seed = 1};
  const char *text = "{\"amount\":1,\"o\":{\"x\":1,\"y\":2}}\n";
  inject_text(&r, text, strlen(text));
  CHECK(r.status == DW_EDATA);
  CHECK_TEXT(r.err.message, "column \"amout\" does not occur in the input; did you mean \"amount\"? (columns: amount, o.x, o.y)");
  CHECK_TEXT(dw_buf_cstr(&r.out), text); /* they went through all the same */
  run_free(&r);
}

TEST(a_name_that_is_taken)
{
  run r = {.words = WORDS("column", "a", "op", "missing", "column", "a", "op", "rename-column", "as", "b"), .seed = 1};
  const char *text = "{\"a\":1}\n{\"a\":2,\"b\":1}\n";
  inject_text(&r, text, strlen(text));
  CHECK(r.status == DW_EDATA);
  CHECK(strstr(r.err.message, ":2: cannot rename \"a\" to \"b\": the record has that field") != NULL);
  run_free(&r);
}
