#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch_text.h"
#include "giver.h"
#include "io/formats/formats.h"
#include "io/formats/ndjson.h"
#include "json_cases.h"

/* --- inputs in memory: /dev/fd/N opens them from their begin --- */

typedef struct memory_file {
  int fd;
  char path[32];
} memory_file;

static memory_file file_of(const void *bytes, size_t length)
{
  memory_file file = {.fd = memfd_create("test", 0)};
  if (file.fd < 0 || write(file.fd, bytes, length) != (ssize_t)length) abort();
  snprintf(file.path, sizeof file.path, "/dev/fd/%d", file.fd);
  return file;
}

static const char *column_name(const void *reader, uint32_t id) { return dw_reader_column_name(reader, id); }

/* Reads everything, and closes; records, then the columns in the order of their ids, the counts, and the error if there was one. */
static void read_on(dw_buf *out, dw_reader *reader)
{
  dw_err err = {0};
  dw_status status;
  uint64_t rows = 0;
  const dw_batch *batch;
  while ((status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    CHECK(batch->rows > 0 && batch->first_row == rows);
    rows += batch->rows;
    CHECK(dw_reader_rows(reader) == rows);
    for (size_t c = 0; c < batch->column_count; c++) CHECK(dw_batch_find(batch, batch->columns[c].id) == &batch->columns[c]);
    batch_text(out, batch, column_name, reader);
  }
  for (uint32_t id = 0; id < dw_reader_columns(reader); id++) dw_buf_format(out, "%s,", dw_reader_column_name(reader, id));
  dw_buf_format(out, "\nskipped %d %s\n", (int)dw_reader_skipped(reader),
                dw_reader_first_skipped(reader) ? dw_reader_first_skipped(reader) : "");
  if (status != DW_OK) {
    CHECK(!batch && err.status == status);
    dw_buf_format(out, "bad %d: %s\n", (int)status, err.message);
    dw_err again = {0};
    CHECK(dw_reader_next(reader, &batch, &again) == status && !batch && strcmp(err.message, again.message) == 0);
  } else {
    char digest[33];
    dw_reader_digest(reader, digest);
    dw_buf_format(out, "bytes %d digest %s%s\n", (int)dw_reader_bytes(reader), digest,
                  dw_reader_unterminated(reader) ? " unterminated" : "");
    CHECK(dw_reader_progress(reader) == 1);
    CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && !batch);
  }
  dw_reader_close(reader);
  dw_buf_cstr(out);
}

static void read_all(dw_buf *out, const char *const *paths, size_t count, const dw_reader_options *options)
{
  dw_reader *reader;
  dw_err err = {0};
  out->length = 0;
  dw_status status = dw_reader_open(&reader, paths, count, options, &err);
  if (status == DW_OK) read_on(out, reader);
  else dw_buf_format(out, "open %d: %s\n", (int)status, err.message);
  dw_buf_cstr(out);
}

/* The bytes given in pieces; 0: as they lie in memory. */
static void read_given(dw_buf *out, const char *name, const void *bytes, size_t length, size_t piece, const dw_reader_options *options)
{
  giver g = {bytes, length, piece, false};
  dw_reader *reader;
  dw_err err;
  dw_input *input = piece ? dw_input_of_source(name, give, &g) : dw_input_of_memory(name, bytes, length);
  out->length = 0;
  CHECK(dw_reader_open_input(&reader, input, options, &err) == DW_OK);
  read_on(out, reader);
  dw_buf_cstr(out);
}

/* "/dev/fd/N" is another number in each test run: messages are compared with NAME in its place. */
static void neutral(dw_buf *text, const char *path)
{
  dw_buf_cstr(text);
  for (char *at; (at = strstr(text->data, path));) {
    size_t length = strlen(path), rest = strlen(at + length) + 1;
    memcpy(at, "NAME", 4);
    memmove(at + 4, at + length, rest);
  }
}

static void check_got(const char *text, dw_buf *got, const char *want)
{
  char *digest = strstr(got->data, " digest ");
  if (digest) memmove(digest, digest + 40, strlen(digest + 40) + 1);
  CHECK_MSG(strcmp(got->data, want) == 0, "%s\n# got  %s\n# want %s", text, got->data, want);
}

/* From a file, from memory, and given in pieces of every size. */
static void check_read(const char *text, const dw_reader_options *options, const char *want)
{
  size_t length = strlen(text);
  memory_file file = file_of(text, length);
  dw_buf got = {0};
  read_all(&got, (const char *const[]){file.path}, 1, options);
  neutral(&got, file.path);
  check_got(text, &got, want);
  for (size_t piece = 0; piece <= length && piece < 100; piece++) {
    read_given(&got, "NAME", text, length, piece, options);
    check_got(text, &got, want);
  }
  dw_buf_free(&got);
  close(file.fd);
}

TEST(plain_reading)
{
  dw_reader_options one = {.threads = 1};
  check_read("", &one, "\nskipped 0 \nbytes 0\n");
  check_read("\n\n", &one, "\nskipped 0 \nbytes 2\n");
  check_read("{}", &one, "0:\n\nskipped 0 \nbytes 2 unterminated\n");
  check_read("{\"a\":1}\n{\"b\":2,\"a\":3}\n", &one, "0: a=int:1\n1: a=int:3 b=int:2\na,b,\nskipped 0 \nbytes 22\n");
  check_read("\xef\xbb\xbf \n{\"a\":1}", &one, "0: a=int:1\na,\nskipped 0 \nbytes 12 unterminated\n");
  check_read("x,y\n1,b\n", &one, "0: x=int:1 y=text:b\nx,y,\nskipped 0 \nbytes 8\n");
}

TEST(errors_have_their_place)
{
  dw_reader_options one = {.threads = 1};
  check_read("{\"a\":1}\n\n{\"a\":}\n", &one,
             "0: a=int:1\na,\nskipped 0 \n"
             "bad 3: NAME:3:6: not a JSON value; a string needs double quotes\n");
  check_read(" \n [1]", &one,
             "\nskipped 0 \n"
             "bad 3: NAME:2:2: an array where a record should be; NDJSON has one object a line (jq -c '.[]' makes it)\n");
  dw_reader_options ndjson = {.threads = 1, .format = &dw_ndjson_format};
  check_read("a,b\n", &ndjson, "\nskipped 0 \nbad 3: NAME:1:1: a record is a JSON object, {\"name\": value, ...}, one a line\n");
  dw_reader_options few = {.threads = 1, .field_limit = 3};
  check_read("{\"a\":1,\"b\":2}\n{\"c\":1,\"d\":2}\n", &few, "a,b,c,d,\nskipped 0 \nbad 3: NAME:2: more than 3 different columns\n");
  dw_reader_options small = {.threads = 1, .field_limit = 3, .block = 1};
  check_read("{\"a\":1,\"b\":2}\n{\"c\":1,\"d\":2}\n", &small,
             "0: a=int:1 b=int:2\na,b,c,d,\nskipped 0 \n"
             "bad 3: NAME:2: more than 3 different columns\n");
}

TEST(opening_fails_early)
{
  memory_file file = file_of("{}\n", 3);
  dw_buf got = {0};
  read_all(&got, (const char *const[]){file.path, "no-such-file.ndjson"}, 2, &(dw_reader_options){.threads = 1});
  CHECK_TEXT(got.data, "open 4: no-such-file.ndjson: No such file or directory\n");
  read_all(&got, (const char *const[]){file.path, "/"}, 2, &(dw_reader_options){.threads = 1});
  CHECK_TEXT(got.data, "open 4: /: Is a directory\n");
  dw_buf_free(&got);
  close(file.fd);
}

/* --- the same result for every block size and number of threads --- */

static const char *from_difference(const char *a, const char *b)
{
  size_t i = 0, line = 0;
  for (; a[i] && a[i] == b[i]; i++)
    if (a[i] == '\n') line = i + 1;
  return a + line;
}

static void check_same(const void *bytes, size_t length, dw_reader_options options, const size_t *blocks, size_t block_count)
{
  memory_file file = file_of(bytes, length);
  const char *const paths[] = {file.path};
  dw_buf want = {0}, got = {0};
  options.threads = 1;
  read_all(&want, paths, 1, &options);
  for (size_t b = 0; b < block_count; b++)
    for (unsigned threads = 1; threads <= 4; threads += threads) {
      options.block = blocks[b];
      options.threads = threads;
      read_all(&got, paths, 1, &options);
      CHECK_MSG(strcmp(got.data, want.data) == 0, "block %zu, threads %u:\n# got  %.400s\n# want %.400s", blocks[b], threads,
                from_difference(got.data, want.data), from_difference(want.data, got.data));
    }
  dw_buf_free(&want);
  dw_buf_free(&got);
  close(file.fd);
}

/* From memory, and given in pieces of every size up to 64 bytes, in blocks of a few sizes. */
static void check_pieces(const void *bytes, size_t length, dw_reader_options options)
{
  dw_buf want = {0}, got = {0};
  read_given(&want, "NAME", bytes, length, 0, &options);
  for (size_t piece = 1; piece <= 64; piece++) {
    options.threads = 1 + piece % 3;
    options.block = piece % 5 * 100;
    read_given(&got, "NAME", bytes, length, piece, &options);
    CHECK_MSG(strcmp(got.data, want.data) == 0, "pieces of %zu:\n# got  %.400s\n# want %.400s", piece, from_difference(got.data, want.data),
              from_difference(want.data, got.data));
  }
  dw_buf_free(&want);
  dw_buf_free(&got);
}

/* All cases of the lists, the bad ones skipped. */
static void all_cases(dw_buf *out)
{
  for (size_t round = 0; round < 2; round++) {
    for (size_t i = 0; i < COUNT(good_values) + COUNT(bad_values); i++) {
      const json_case *c = i < COUNT(good_values) ? &good_values[i] : &bad_values[i - COUNT(good_values)];
      dw_buf_format(out, "{\"n\":%zu,\"a\":", i);
      dw_buf_add(out, c->text, c->length);
      dw_buf_text(out, i % 3 ? ",\"z\":\"end\"}\n" : "}\r\n");
    }
    for (size_t i = 0; i < COUNT(good_records) + COUNT(bad_records); i++) {
      const json_case *c = i < COUNT(good_records) ? &good_records[i] : &bad_records[i - COUNT(good_records)];
      dw_buf_add(out, c->text, c->length);
      dw_buf_text(out, i % 5 ? "\n" : "\n\n");
    }
  }
}

TEST(every_block_size_gives_the_same)
{
  dw_buf text = {0};
  all_cases(&text);
  size_t blocks[96];
  for (size_t i = 0; i < COUNT(blocks); i++) blocks[i] = i < 64 ? i + 1 : (i - 62) * (i - 62) * 64;
  check_same(text.data, text.length, (dw_reader_options){.skip_errors = true, .spans = true}, blocks, COUNT(blocks));
  check_pieces(text.data, text.length, (dw_reader_options){.skip_errors = true, .spans = true});
  dw_buf_free(&text);
}

/* Each bad case behind many good records: the same records before it, the same message. */
TEST(first_error_wins_whoever_finds_it)
{
  static const size_t blocks[] = {1, 50, 300, 4096};
  dw_buf text = {0};
  for (size_t i = 0; i < COUNT(bad_values); i += 7) {
    text.length = 0;
    for (size_t k = 0; k < 40; k++) dw_buf_format(&text, "{\"n\":%zu,\"a\":\"value\",\"%c\":1.5}\n", k, (char)('a' + k % 20 + 1));
    for (size_t k = 0; k < 3; k++) {
      dw_buf_format(&text, "{\"n\":%zu,\"a\":", k);
      dw_buf_add(&text, bad_values[(i + k * 31) % COUNT(bad_values)].text, bad_values[(i + k * 31) % COUNT(bad_values)].length);
      dw_buf_text(&text, "}\n{\"n\":2}\n");
    }
    check_same(text.data, text.length, (dw_reader_options){.spans = true}, blocks, COUNT(blocks));
  }
  dw_buf_free(&text);
}

/* --- what is left out --- */

static void hear(void *lines, const dw_err *why)
{
  uint64_t line, column;
  dw_record_fault_what(why, "in", &line, &column);
  dw_buf_format(lines, "%llu ", (unsigned long long)line);
}

/* Each bad record of a block is heard of, up to DW_READER_DESCRIBED of them; all are counted. */
TEST(who_listens_hears_of_each_record_that_is_left_out)
{
  static const size_t blocks[] = {1, 20, 512 << 10};
  dw_buf text = {0}, heard = {0}, want = {0};
  for (int i = 1; i <= 90; i++) {
    dw_buf_text(&text, i % 3 ? "{\"a\":1}\n" : "{\"a\":}\n");
    if (i % 3 == 0) dw_buf_format(&want, "%d ", i);
  }
  for (size_t i = 0; i < COUNT(blocks); i++) {
    dw_reader_options how = {.format = &dw_ndjson_format, .skip_errors = true, .block = blocks[i], .left_out = hear, .context = &heard};
    dw_reader *reader;
    const dw_batch *batch;
    dw_err err;
    heard.length = 0;
    CHECK(dw_reader_open_input(&reader, dw_input_of_memory("in", text.data, text.length), &how, &err) == DW_OK);
    while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) continue;
    CHECK(dw_reader_skipped(reader) == 30);
    CHECK_TEXT(dw_buf_cstr(&heard), dw_buf_cstr(&want));
    CHECK_TEXT(dw_reader_first_skipped(reader), "in:3:6: not a JSON value; a string needs double quotes");
    dw_reader_close(reader);
  }
  text.length = heard.length = 0;
  for (int i = 0; i < 1000; i++) dw_buf_text(&text, "x\n");
  dw_reader_options how = {.format = &dw_ndjson_format, .skip_errors = true, .left_out = hear, .context = &heard};
  dw_reader *reader;
  const dw_batch *batch;
  dw_err err;
  CHECK(dw_reader_open_input(&reader, dw_input_of_memory("in", text.data, text.length), &how, &err) == DW_OK);
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && !batch);
  CHECK(dw_reader_skipped(reader) == 1000);
  CHECK(strstr(dw_buf_cstr(&heard), " 100 ") && !strstr(dw_buf_cstr(&heard), " 101 "));
  dw_reader_close(reader);
  dw_buf_free(&text);
  dw_buf_free(&heard);
  dw_buf_free(&want);
}

/* --- long lines --- */

TEST(lines_longer_than_a_block_and_than_the_limit)
{
  dw_buf text = {0};
  dw_buf_text(&text, "{\"a\":1}\n{\"a\":\"");
  for (int i = 0; i < 5000; i++) dw_buf_char(&text, (char)('a' + i % 26));
  dw_buf_text(&text, "\"}\n{\"a\":2}\n");
  static const size_t blocks[] = {1, 7, 100, 4999, 5000, 5020, 100000};
  check_same(text.data, text.length, (dw_reader_options){.line_limit = 0}, blocks, COUNT(blocks));
  for (int skip = 0; skip < 2; skip++) {
    check_same(text.data, text.length, (dw_reader_options){.line_limit = 5007, .skip_errors = skip}, blocks, COUNT(blocks));
    check_same(text.data, text.length, (dw_reader_options){.line_limit = 5008, .skip_errors = skip}, blocks, COUNT(blocks));
    check_same(text.data, text.length, (dw_reader_options){.line_limit = 300, .skip_errors = skip}, blocks, COUNT(blocks));
    check_same(text.data, text.length - 9, (dw_reader_options){.line_limit = 300, .skip_errors = skip}, blocks, COUNT(blocks));
    check_same(text.data, 3000, (dw_reader_options){.line_limit = 300, .skip_errors = skip}, blocks, COUNT(blocks));
    check_pieces(text.data, text.length, (dw_reader_options){.line_limit = 300, .skip_errors = skip});
  }
  dw_buf_cstr(&text);
  dw_reader_options limit = {.threads = 2, .line_limit = 300, .block = 64};
  check_read(text.data, &limit, "0: a=int:1\na,\nskipped 0 \nbad 3: NAME:2:301: a record longer than 300 bytes\n");
  limit.skip_errors = true;
  check_read(text.data, &limit, "0: a=int:1\n1: a=int:2\na,\nskipped 1 NAME:2:301: a record longer than 300 bytes\nbytes 5025\n");
  dw_buf_free(&text);
}

/* --- pipes: every chunk size, silence, closing --- */

typedef struct pipe_writer {
  int fd;
  const char *bytes;
  size_t length, chunk;
} pipe_writer;

static void *pipe_write(void *context)
{
  pipe_writer *w = context;
  for (size_t at = 0; at < w->length; at += w->chunk) {
    size_t n = w->length - at < w->chunk ? w->length - at : w->chunk;
    if (write(w->fd, w->bytes + at, n) != (ssize_t)n) break;
  }
  close(w->fd);
  return NULL;
}

TEST(every_chunk_size_gives_the_same)
{
  static const char text[] = "\xef\xbb\xbf{\"a\":1,\"b\":\"x\"}\n\n{\"a\":2.5,\"b\":{\"c\":[1,2]}}\r\n{\"a\":\"\xe2\x82\xac\"}\n"
                             "{\"b\":\"last\"}";
  memory_file file = file_of(text, sizeof text - 1);
  dw_buf want = {0}, got = {0};
  read_all(&want, (const char *const[]){file.path}, 1, &(dw_reader_options){.threads = 1});
  for (size_t chunk = 1; chunk < sizeof text; chunk++)
    for (size_t block = 0; block < 3; block++) {
      int ends[2];
      if (pipe(ends) != 0) abort();
      pipe_writer w = {ends[1], text, sizeof text - 1, chunk};
      pthread_t thread;
      pthread_create(&thread, NULL, pipe_write, &w);
      char path[32];
      snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
      read_all(&got, (const char *const[]){path}, 1, &(dw_reader_options){.threads = 1 + (unsigned)block, .block = block * 11});
      CHECK_MSG(strcmp(got.data, want.data) == 0, "chunk %zu: %s", chunk, got.data);
      pthread_join(thread, NULL);
      close(ends[0]);
    }
  dw_buf_free(&want);
  dw_buf_free(&got);
  close(file.fd);
}

/* A pipe that says nothing more does not keep the reader from closing. */
TEST(closing_while_the_input_is_silent)
{
  for (unsigned threads = 1; threads <= 3; threads++) {
    int ends[2];
    if (pipe(ends) != 0 || write(ends[1], "{\"a\":1}\n{\"a\"", 12) != 12) abort();
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    dw_reader *reader;
    const dw_batch *batch;
    dw_err err;
    const char *const paths[] = {path};
    CHECK(dw_reader_open(&reader, paths, 1, &(dw_reader_options){.threads = threads, .block = 8}, &err) == DW_OK);
    CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch && batch->rows == 1);
    dw_reader_close(reader);
    close(ends[0]);
    close(ends[1]);
  }
  dw_reader_close(NULL);
}

static void many_records(dw_buf *out, size_t count)
{
  for (size_t i = 0; i < count; i++)
    dw_buf_format(out, "{\"id\":%zu,\"x\":%zu.%02zu,\"%s\":\"t%zu\"}\n", i, i % 1000, i % 100, i % 977 == 0 ? "rare" : "text", i % 7);
}

TEST(closing_in_mid_stream)
{
  dw_buf text = {0};
  many_records(&text, 20000);
  memory_file file = file_of(text.data, text.length);
  const char *const paths[] = {file.path};
  for (unsigned threads = 1; threads <= 4; threads++)
    for (int batches = 0; batches < 12; batches += 1 + batches) {
      dw_reader *reader;
      const dw_batch *batch;
      dw_err err;
      dw_reader_options how = {.threads = threads, .block = 10000, .ahead = threads % 2};
      CHECK(dw_reader_open(&reader, paths, 1, &how, &err) == DW_OK);
      for (int i = 0; i < batches; i++) CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch);
      dw_reader_close(reader);
    }
  dw_buf_free(&text);
  close(file.fd);
}

TEST(long_streams_are_the_same_with_any_threads)
{
  dw_buf text = {0};
  many_records(&text, 60000);
  static const size_t blocks[] = {20000, 524288};
  check_same(text.data, text.length, (dw_reader_options){0}, blocks, COUNT(blocks));
  check_same(text.data, text.length, (dw_reader_options){.spans = true}, blocks, COUNT(blocks));
  check_same(text.data, text.length, (dw_reader_options){.spans = true, .ahead = 1}, blocks, COUNT(blocks));
  dw_buf_free(&text);
}

/* --- several inputs --- */

TEST(several_inputs_are_one_stream)
{
  memory_file a = file_of("{\"a\":1}\n{\"b\":2}", 15), b = file_of("", 0), c = file_of("b,c\n3,x\n4,y\n", 12),
              d = file_of("{\"c\":5,\"a\":6}\n", 14);
  const char *const paths[] = {a.path, b.path, c.path, d.path};
  dw_buf got = {0};
  for (unsigned threads = 1; threads <= 4; threads++)
    for (size_t block = 0; block < 20; block++) {
      read_all(&got, paths, 4, &(dw_reader_options){.threads = threads, .block = block});
      char *digest = strstr(got.data, " digest ");
      CHECK(digest != NULL);
      if (digest) *digest = '\0';
      CHECK_TEXT(got.data, "0: a=int:1\n1: b=int:2\n2: b=int:3 c=text:x\n3: b=int:4 c=text:y\n4: a=int:6 c=int:5\na,b,c,\nskipped 0 \n"
                           "bytes 41");
    }
  dw_buf_free(&got);
  close(a.fd);
  close(b.fd);
  close(c.fd);
  close(d.fd);
}

TEST(lines_count_within_each_input)
{
  memory_file a = file_of("{\"a\":1}\n{\"b\":2}\n", 16), b = file_of("{\"a\":1}\n{\"b\":x}\n", 16);
  const char *const paths[] = {a.path, b.path};
  dw_buf got = {0};
  read_all(&got, paths, 2, &(dw_reader_options){.threads = 2, .block = 1});
  neutral(&got, b.path);
  CHECK_TEXT(got.data, "0: a=int:1\n1: b=int:2\n2: a=int:1\na,b,\nskipped 0 \n"
                       "bad 3: NAME:2:6: not a JSON value; a string needs double quotes\n");
  dw_buf_free(&got);
  close(a.fd);
  close(b.fd);
}

/* The digest is of the plain bytes in order, however they are spread over inputs. */
TEST(digest_of_the_stream)
{
  memory_file whole = file_of("{\"a\":1}\n{\"a\":2}\n", 16), first = file_of("{\"a\":1}\n", 8), second = file_of("{\"a\":2}\n", 8);
  dw_buf one = {0}, two = {0}, swapped = {0};
  dw_reader_options options = {.threads = 1};
  read_all(&one, (const char *const[]){whole.path}, 1, &options);
  read_all(&two, (const char *const[]){first.path, second.path}, 2, &options);
  read_all(&swapped, (const char *const[]){second.path, first.path}, 2, &options);
  CHECK_TEXT(two.data, one.data);
  CHECK(strcmp(strstr(swapped.data, "digest"), strstr(one.data, "digest")) != 0);
  dw_buf_free(&one);
  dw_buf_free(&two);
  dw_buf_free(&swapped);
  close(whole.fd);
  close(first.fd);
  close(second.fd);
}

/* --- columns --- */

static bool want_text(void *context, const char *name, size_t length)
{
  (void)context;
  return length == 4 && memcmp(name, "text", 4) == 0;
}

TEST(unwanted_columns_have_no_id)
{
  dw_buf text = {0}, got = {0};
  many_records(&text, 3);
  memory_file file = file_of(text.data, text.length);
  for (unsigned threads = 1; threads <= 2; threads++) {
    read_all(&got, (const char *const[]){file.path}, 1, &(dw_reader_options){.threads = threads, .want = want_text, .block = 1});
    CHECK(strncmp(got.data, "0:\n1: text=text:t1\n2: text=text:t2\ntext,\nskipped 0", 50) == 0);
  }
  dw_buf_free(&text);
  dw_buf_free(&got);
  close(file.fd);
}

/* By name, in the batch at hand: a column of another batch, or one that the caller added, is not there. */
TEST(column_found_by_name)
{
  static const char text[] = "{\"a\":1,\"b\":{\"c\":2}}\n{\"a\":3}\n";
  memory_file file = file_of(text, strlen(text));
  dw_reader *reader;
  const dw_batch *batch;
  dw_err err;
  CHECK(dw_reader_open(&reader, (const char *const[]){file.path}, 1, &(dw_reader_options){.threads = 1, .block = 24}, &err) == DW_OK);
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch && batch->rows == 1);
  CHECK(dw_reader_find(reader, batch, "a") == &batch->columns[0] && dw_reader_find(reader, batch, "b.c") == &batch->columns[1]);
  uint32_t added = dw_reader_add_column(reader, "made");
  CHECK(dw_reader_add_column(reader, "b.c") == 1 && added == 2);
  CHECK(!dw_reader_find(reader, batch, "made") && !dw_reader_find(reader, batch, "b"));
  CHECK(dw_reader_next(reader, &batch, &err) == DW_OK && batch && batch->rows == 1);
  CHECK(dw_reader_find(reader, batch, "a") && !dw_reader_find(reader, batch, "b.c"));
  dw_reader_close(reader);
  close(file.fd);
}

/* Columns read as text hold the same cells from both formats, wherever the blocks end; others and their neighbours are read as ever. */
TEST(columns_read_as_text)
{
  static const char *const rows[] = {"1.10",     "1.1", "-0", "1E5", "9007199254740993", "1234567890123456789012345678901234",
                                     "0.1e-400", "12"};
  dw_buf ndjson = {0}, csv = {0}, want = {0}, got = {0};
  dw_buf_text(&csv, "n,text\n");
  for (size_t i = 0; i < COUNT(rows); i++) {
    dw_buf_format(&ndjson, "{\"n\":7,\"text\":%s}\n", rows[i]);
    dw_buf_format(&csv, "7,%s\n", rows[i]);
    dw_buf_format(&want, "%zu: n=int:7 text=text:%s\n", i, rows[i]);
  }
  static const struct {
    const char *json, *csv, *want;
  } others[] = {
      {"\"007\"", "007", "text:007"}, {"\"\"", "", "null:"},        {"\"\"", "\"\"", "null:"},   {"null", "", "null:"},
      {"true", "True", "true:"},      {"false", "false", "false:"}, {"\"NA\"", "NA", "text:NA"}, {"\"nan\"", "\"nan\"", "text:nan"},
  };
  for (size_t i = 0; i < COUNT(others); i++) {
    dw_buf_format(&ndjson, "{\"n\":7.5,\"text\":%s}\n", others[i].json);
    dw_buf_format(&csv, "7.5,%s\n", others[i].csv);
    dw_buf_format(&want, "%zu: n=real:7.5 text=%s\n", i + COUNT(rows), others[i].want);
  }
  dw_buf_text(&want, "n,text,\nskipped 0 \n");
  static const size_t blocks[] = {1, 2, 3, 5, 7, 11, 13, 16, 17, 23, 31, 32, 33, 48, 64, 100, 200, 400};
  const dw_buf *forms[] = {&ndjson, &csv};
  for (size_t f = 0; f < COUNT(forms); f++) {
    memory_file file = file_of(forms[f]->data, forms[f]->length);
    read_all(&got, (const char *const[]){file.path}, 1, &(dw_reader_options){.threads = 1, .as_text = want_text});
    CHECK_MSG(strncmp(got.data, dw_buf_cstr(&want), want.length) == 0, "form %zu\n# got  %s\n# want %s", f, got.data, want.data);
    close(file.fd);
    for (int spans = 0; spans < 2; spans++)
      check_same(forms[f]->data, forms[f]->length, (dw_reader_options){.spans = spans, .as_text = want_text}, blocks, COUNT(blocks));
  }
  dw_buf_free(&ndjson);
  dw_buf_free(&csv);
  dw_buf_free(&want);
  dw_buf_free(&got);
}

/* Names that come and go, more than a scanner remembers: ids stay those of first appearance. */
TEST(ids_of_very_many_names)
{
  dw_buf text = {0};
  for (int i = 0; i < 3000; i++) dw_buf_format(&text, "{\"n%d\":%d,\"n%d\":1}\n", i, i, (i * 7919) % 3000 + 3000);
  static const size_t blocks[] = {64, 1000, 30000};
  check_same(text.data, text.length, (dw_reader_options){.field_limit = 6000}, blocks, COUNT(blocks));
  memory_file file = file_of(text.data, text.length);
  dw_buf got = {0};
  read_all(&got, (const char *const[]){file.path}, 1, &(dw_reader_options){.threads = 2, .block = 64, .field_limit = 5999});
  neutral(&got, file.path);
  CHECK(strstr(got.data, "bad 3: NAME:3000: more than 5999 different columns\n") != NULL);
  dw_buf_free(&got);
  close(file.fd);
  dw_buf_free(&text);
}

/* The workers stop where their tables take more memory than there may be, and the caller goes on: the same records, and the same errors. */
TEST(tables_within_memory)
{
  dw_buf text = {0}, want = {0}, got = {0};
  for (int i = 0; i < 6000; i++) dw_buf_format(&text, "{\"a\":%d,\"n%d\":%d}\n", i, i, i);
  dw_buf_text(&text, "{\"a\":1,}\n{\"a\":2}\n");
  memory_file file = file_of(text.data, text.length);
  for (int skip = 0; skip < 2; skip++) {
    dw_reader_options how = {.threads = 3, .skip_errors = skip, .memory = SIZE_MAX / 2};
    read_all(&want, (const char *const[]){file.path}, 1, &how);
    how.memory = 1;
    read_all(&got, (const char *const[]){file.path}, 1, &how);
    CHECK(strstr(want.data, "5999: a=int:5999 n5999=int:5999\n") != NULL);
    CHECK(strstr(want.data, skip ? "6000: a=int:2\n" : "bad 3: ") != NULL && strcmp(want.data, got.data) == 0);
  }
  dw_buf_free(&text);
  dw_buf_free(&want);
  dw_buf_free(&got);
  close(file.fd);
}

/* Names are read as texts that end with NUL: "a\u0000b" would be a second column "a". */
TEST(names_with_a_nul_are_bad_records)
{
  static const char text[] = "{\"a\":1}\n{\"a\\u0000b\":2}\n{\"a\":{\"b\\u0000\":3}}\n{\"a\":\"\\u0000\"}\n";
  memory_file file = file_of(text, strlen(text));
  dw_buf got = {0};
  read_all(&got, (const char *const[]){file.path}, 1, &(dw_reader_options){.threads = 1});
  neutral(&got, file.path);
  CHECK_MSG(strstr(got.data, "bad 3: NAME:2:2: a name with \\u0000 in it\n") != NULL, "%s", got.data);
  read_all(&got, (const char *const[]){file.path}, 1, &(dw_reader_options){.threads = 1, .skip_errors = true});
  CHECK_MSG(strstr(got.data, "\na,\nskipped 2 ") != NULL, "%s", got.data);
  dw_buf_free(&got);
  close(file.fd);
}

/* --- live --- */

/* A source that gives a record a call, and the next one only when the one before was taken: who waits for more would wait for ever. */
typedef struct hand {
  pthread_mutex_t lock;
  pthread_cond_t turn;
  int given, taken, records;
  char text[64]; /* the record, as far as it is not given */
  bool stuck;    /* the next was asked for, and nobody had the one before within some seconds */
} hand;

static dw_status hand_out(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  hand *h = context;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 60;
  pthread_mutex_lock(&h->lock);
  if (!*h->text) {
    while (h->given > h->taken && !h->stuck) h->stuck = pthread_cond_timedwait(&h->turn, &h->lock, &until) != 0;
    if (h->given < h->records) snprintf(h->text, sizeof h->text, "{\"a\":%d}\n", h->given);
    h->given++;
  }
  *count = strlen(h->text) < capacity ? strlen(h->text) : capacity;
  if (*count) memcpy(bytes, h->text, *count);
  memmove(h->text, h->text + *count, strlen(h->text + *count) + 1);
  pthread_mutex_unlock(&h->lock);
  return DW_OK;
}

TEST(live_records_go_on_as_they_come)
{
  hand h = {.lock = PTHREAD_MUTEX_INITIALIZER, .turn = PTHREAD_COND_INITIALIZER, .records = 5};
  dw_reader *reader;
  dw_err err = {0};
  const dw_batch *batch = NULL;
  int rows = 0;
  dw_input *input = dw_input_of_source("live", hand_out, &h);
  CHECK(dw_reader_open_input(&reader, input, &(dw_reader_options){.threads = 2, .live = true}, &err) == DW_OK);
  while (dw_reader_next(reader, &batch, &err) == DW_OK && batch) {
    const dw_batch_column *a = dw_reader_find(reader, batch, "a");
    for (size_t i = 0; i < batch->rows; i++) CHECK(a && a->cells[i].number == rows++);
    pthread_mutex_lock(&h.lock);
    h.taken++;
    pthread_cond_signal(&h.turn);
    pthread_mutex_unlock(&h.lock);
  }
  CHECK_MSG(err.status == DW_OK && rows == h.records && !h.stuck, "%d rows", rows);
  dw_reader_close(reader);
}
