#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "io/bytes/gzipio.h"
#include "io/bytes/input.h"
#include "io/bytes/zstdio.h"
#include "giver.h"

static char folder[] = "dw-test-input-XXXXXX";
static char path[200];

static void clean_up(void)
{
  unlink(path);
  rmdir(folder);
}

/* A file of these bytes; its path. */
static const char *file_of(const void *bytes, size_t length)
{
  static bool made;
  if (!made && (!mkdtemp(folder) || atexit(clean_up) != 0)) abort();
  made = true;
  snprintf(path, sizeof path, "%s/file", folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd < 0 || write(fd, bytes, length) != (ssize_t)length) abort();
  close(fd);
  return path;
}

/* All bytes, at most piece at a time, into plain. */
static dw_status read_all(dw_input *input, size_t piece, dw_buf *plain, dw_err *err)
{
  size_t got = 1;
  plain->length = 0;
  while (got > 0) {
    dw_status status = dw_input_read(input, dw_buf_room(plain, piece), piece, &got, err);
    if (status != DW_OK) return status;
    CHECK(got <= piece);
    plain->length += got;
  }
  return dw_input_read(input, dw_buf_room(plain, piece), piece, &got, err) == DW_OK && got == 0 ? DW_OK
                                                                                                : DW_YES; /* the end stays the end */
}

/* What is wrong with a damaged stream shows in other words, and after more or fewer bytes, when it comes in other pieces. */
static void check_like_file(dw_input *input, size_t piece, dw_status status, const dw_buf *plain)
{
  dw_buf other = {0};
  dw_err err = {0};
  CHECK(read_all(input, piece, &other, &err) == status);
  if (status == DW_OK) CHECK(other.length == plain->length && (!other.length || memcmp(other.data, plain->data, other.length) == 0));
  else CHECK_MSG(strncmp(err.message, path, strlen(path)) == 0, "%s", err.message);
  dw_input_close(input);
  dw_buf_free(&other);
}

/* From a file; the same bytes in memory and from a function give the same. */
static dw_status read_file(const void *bytes, size_t length, size_t piece, dw_buf *plain, dw_err *err)
{
  dw_input *input;
  dw_status status = dw_input_open(&input, file_of(bytes, length), err);
  if (status != DW_OK) return status;
  status = read_all(input, piece, plain, err);
  if (status == DW_OK) CHECK(dw_input_raw_bytes(input) == length && dw_input_raw_size(input) == length);
  dw_input_close(input);
  input = dw_input_of_memory(path, bytes, length);
  CHECK(dw_input_raw_size(input) == length);
  check_like_file(input, piece, status, plain);
  for (size_t size = 1; size <= 1000; size *= 10) {
    giver g = {bytes, length, size, false};
    check_like_file(dw_input_of_source(path, give, &g), piece, status, plain);
    if (length > 100000) break; /* byte by byte is enough */
  }
  return status;
}

typedef struct feed {
  int fd;
  const char *bytes;
  size_t length, piece;
} feed;

static void *feed_run(void *context)
{
  feed *f = context;
  for (size_t at = 0; at < f->length; at += f->piece) {
    size_t n = f->length - at < f->piece ? f->length - at : f->piece;
    if (write(f->fd, f->bytes + at, n) != (ssize_t)n) break;
  }
  close(f->fd);
  return NULL;
}

/* Through a pipe on standard input that is fed in pieces. */
static dw_status read_pipe(const void *bytes, size_t length, size_t feed_piece, size_t piece, dw_buf *plain, dw_err *err)
{
  int ends[2], saved = dup(0);
  if (pipe(ends) < 0) abort();
  dup2(ends[0], 0);
  close(ends[0]);
  feed f = {ends[1], bytes, length, feed_piece};
  pthread_t thread;
  pthread_create(&thread, NULL, feed_run, &f);
  dw_input *input;
  dw_status status = dw_input_open(&input, "-", err);
  CHECK(status == DW_OK);
  CHECK_TEXT(dw_input_name(input), "standard input");
  status = read_all(input, piece, plain, err);
  CHECK(dw_input_raw_size(input) == 0);
  if (status != DW_OK) { /* let the feeder end */
    char rest[4096];
    while (read(0, rest, sizeof rest) > 0) continue;
  }
  pthread_join(thread, NULL);
  dw_input_close(input);
  dup2(saved, 0);
  close(saved);
  return status;
}

/* bytes compressed as one frame or member, at the end of out. */
static void pack(dw_status (*writer)(dw_codec **, dw_err *), const void *bytes, size_t length, dw_buf *out)
{
  dw_codec *codec;
  CHECK(writer(&codec, NULL) == DW_OK);
  dw_codec_io io = {.in = bytes, .in_length = length};
  dw_codec_state state = DW_CODEC_MORE;
  while (state == DW_CODEC_MORE) {
    io.out = dw_buf_room(out, 1000);
    io.out_capacity = 1000;
    io.out_used = 0;
    state = codec->step(codec, &io, DW_CODEC_FINISH);
    out->length += io.out_used;
  }
  CHECK(state == DW_CODEC_DONE);
  codec->free(codec);
}

static dw_buf sample(size_t length)
{
  dw_buf out = {0};
  uint64_t state = 7;
  while (out.length < length) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    dw_buf_format(&out, "{\"a\":%u,\"b\":\"x\"}\n", (unsigned)(state >> 40) % 1000);
  }
  out.length = length;
  return out;
}

static bool same(const dw_buf *a, const dw_buf *b)
{
  return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

TEST(input_plain_and_packed_every_piece)
{
  static const size_t lengths[] = {0, 1, 2, 3, 4, 5, 1000};
  dw_buf plain = {0};
  dw_err err;
  for (size_t k = 0; k < 7; k++) {
    dw_buf text = sample(lengths[k]), zstd = {0}, gzip = {0};
    pack(dw_zstd_writer, text.data, text.length, &zstd);
    pack(dw_gzip_writer, text.data, text.length, &gzip);
    for (size_t piece = 1; piece < 1100; piece += piece < 40 ? 1 : 131) {
      CHECK(read_file(text.data, text.length, piece, &plain, &err) == DW_OK && same(&plain, &text));
      CHECK(read_file(zstd.data, zstd.length, piece, &plain, &err) == DW_OK && same(&plain, &text));
      CHECK(read_file(gzip.data, gzip.length, piece, &plain, &err) == DW_OK && same(&plain, &text));
      if (piece > 12 && piece % 7) continue;
      CHECK(read_pipe(text.data, text.length, piece, 1000, &plain, &err) == DW_OK && same(&plain, &text));
      CHECK(read_pipe(zstd.data, zstd.length, piece, 1000, &plain, &err) == DW_OK && same(&plain, &text));
      CHECK(read_pipe(gzip.data, gzip.length, piece, 7, &plain, &err) == DW_OK && same(&plain, &text));
    }
    dw_buf_free(&text), dw_buf_free(&zstd), dw_buf_free(&gzip);
  }
  dw_buf_free(&plain);
}

TEST(input_many_frames)
{
  dw_buf text = sample(300000), want = {0}, zstd = {0}, gzip = {0}, plain = {0};
  dw_err err;
  for (size_t at = 0, n = 0; at < text.length; at += n) {
    n = at % 5 * 20000 + 1;
    if (n > text.length - at) n = text.length - at;
    pack(dw_zstd_writer, text.data + at, n, &zstd);
    pack(dw_zstd_writer, "", 0, &zstd); /* empty frames and skippable ones say nothing */
    dw_buf_add(&zstd, "\x53\x2a\x4d\x18\x05\0\0\0hello", 13);
    pack(dw_gzip_writer, text.data + at, n, &gzip);
    pack(dw_gzip_writer, "", 0, &gzip);
    dw_buf_add(&want, text.data + at, n);
  }
  CHECK(read_file(zstd.data, zstd.length, 65536, &plain, &err) == DW_OK && same(&plain, &want));
  CHECK(read_file(gzip.data, gzip.length, 65536, &plain, &err) == DW_OK && same(&plain, &want));
  CHECK(read_pipe(zstd.data, zstd.length, 1, 65536, &plain, &err) == DW_OK && same(&plain, &want));
  CHECK(read_pipe(gzip.data, gzip.length, 1, 65536, &plain, &err) == DW_OK && same(&plain, &want));
  zstd.length = 0;
  dw_buf_add(&zstd, "\x50\x2a\x4d\x18\x02\0\0\0hi", 10); /* a skippable frame first */
  pack(dw_zstd_writer, "abc", 3, &zstd);
  CHECK(read_file(zstd.data, zstd.length, 10, &plain, &err) == DW_OK && dw_text_equal(plain.data, plain.length, "abc"));
  dw_buf_free(&text), dw_buf_free(&want), dw_buf_free(&zstd), dw_buf_free(&gzip), dw_buf_free(&plain);
}

/* A stream cut at any byte is an error, from a file and from a pipe. */
TEST(input_every_cut)
{
  dw_buf text = sample(500), packed[2] = {{0}, {0}}, plain = {0};
  dw_err err;
  for (int twice = 0; twice < 2; twice++) {
    size_t first[2] = {packed[0].length, packed[1].length};
    pack(dw_zstd_writer, text.data, text.length, &packed[0]);
    pack(dw_gzip_writer, text.data, text.length, &packed[1]);
    for (int k = 0; k < 2; k++)
      for (size_t n = first[k] + (twice ? 1 : 2); n < packed[k].length; n++) {
        dw_status status = read_file(packed[k].data, n, 100, &plain, &err);
        char want[300];
        snprintf(want, sizeof want, "%s: %s stream cut short after %zu bytes", path, k ? "gzip" : "zstd", n);
        CHECK(status == DW_EDATA);
        CHECK_TEXT(err.message, want);
        if (n % 5 == 0) {
          CHECK(read_pipe(packed[k].data, n, 3, 100, &plain, &err) == DW_EDATA);
          CHECK_MSG(strstr(err.message, "cut short") != NULL, "%s", err.message);
        }
      }
  }
  dw_buf_free(&text), dw_buf_free(&packed[0]), dw_buf_free(&packed[1]), dw_buf_free(&plain);
}

/* One bit turned anywhere: an error, or (in a header field that carries no data) the same bytes. Never other bytes. */
TEST(input_damage)
{
  dw_buf text = sample(300), packed[2] = {{0}, {0}}, plain = {0};
  dw_err err;
  int errors = 0;
  pack(dw_zstd_writer, text.data, text.length, &packed[0]);
  pack(dw_gzip_writer, text.data, text.length, &packed[1]);
  for (int k = 0; k < 2; k++)
    for (size_t at = 4; at < packed[k].length; at++)
      for (int bit = 0; bit < 8; bit++) {
        packed[k].data[at] ^= (char)(1 << bit);
        dw_status status = read_file(packed[k].data, packed[k].length, 4096, &plain, &err);
        CHECK_MSG(status == DW_EDATA || (status == DW_OK && same(&plain, &text)), "codec %d byte %zu bit %d: status %d, %zu bytes", k, at,
                  bit, status, plain.length);
        errors += status == DW_EDATA;
        packed[k].data[at] ^= (char)(1 << bit);
      }
  CHECK(errors > 500);
  dw_buf_free(&text), dw_buf_free(&packed[0]), dw_buf_free(&packed[1]), dw_buf_free(&plain);
}

TEST(input_garbage_behind)
{
  dw_buf packed[2] = {{0}, {0}}, plain = {0};
  dw_err err;
  pack(dw_zstd_writer, "abc\n", 4, &packed[0]);
  pack(dw_gzip_writer, "abc\n", 4, &packed[1]);
  for (int k = 0; k < 2; k++) {
    size_t whole = packed[k].length;
    dw_buf_text(&packed[k], "plain text behind");
    CHECK(read_file(packed[k].data, packed[k].length, 100, &plain, &err) == DW_EDATA);
    CHECK_MSG(strstr(err.message, k ? ": bytes behind the end of the gzip stream" : ": bytes behind the end of the zstd stream") != NULL,
              "%s", err.message);
    for (size_t n = whole + 1; n < packed[k].length; n++) {
      CHECK(read_file(packed[k].data, n, 100, &plain, &err) == DW_EDATA);
      CHECK(read_pipe(packed[k].data, n, 1, 100, &plain, &err) == DW_EDATA);
    }
  }
  dw_buf_free(&packed[0]), dw_buf_free(&packed[1]), dw_buf_free(&plain);
}

/* Zeros behind gzip, as tapes leave them, are passed over, however they are cut; anything behind the zeros is not. */
TEST(input_zeros_behind_gzip)
{
  static const char zeros[70000];
  dw_buf packed = {0}, plain = {0};
  dw_err err;
  pack(dw_gzip_writer, "abc\n", 4, &packed);
  size_t whole = packed.length;
  dw_buf_add(&packed, zeros, sizeof zeros);
  for (size_t n = whole; n <= packed.length; n += n < whole + 3 ? 1 : 34999) {
    CHECK(read_file(packed.data, n, 100, &plain, &err) == DW_OK && dw_text_equal(plain.data, plain.length, "abc\n"));
    CHECK(read_pipe(packed.data, n, n > whole + 3 ? 1000 : 1, 100, &plain, &err) == DW_OK &&
          dw_text_equal(plain.data, plain.length, "abc\n"));
  }
  pack(dw_gzip_writer, "def\n", 4, &packed);
  CHECK(read_file(packed.data, packed.length, 100, &plain, &err) == DW_EDATA);
  CHECK_MSG(strstr(err.message, ": bytes behind the end of the gzip stream") != NULL, "%s", err.message);
  dw_buf_free(&packed), dw_buf_free(&plain);
}

/* Headers of frames by hand (RFC 8878 3.1.1.1): magic, descriptor 0, window descriptor with the exponent in its upper five bits. */
TEST(input_windows)
{
  char frame[] = "\x28\xb5\x2f\xfd\x00\x00\x21\x00\x00"
                 "abcd"; /* one raw block, the last one, of 4 bytes */
  dw_buf plain = {0};
  dw_err err;
  for (int power = 10; power <= 41; power++) {
    frame[5] = (char)((power - 10) << 3);
    dw_status status = read_file(frame, 13, 100, &plain, &err);
    if (power <= 30)
      CHECK_MSG(status == DW_OK && dw_text_equal(plain.data, plain.length, "abcd"), "2^%d: %d %s", power, status, err.message);
    else CHECK_MSG(status == DW_EDATA && strstr(err.message, "window") && !strstr(err.message, "damaged"), "2^%d: %s", power, err.message);
  }
  dw_buf_free(&plain);
}

/* Bytes that begin like a magic number and are none pass as they are. */
TEST(input_almost_magic)
{
  static const char *const texts[] = {"(", "P", "P*", "P*M", "P*M!", "\x1f", "\x1f!", "(a,b)", "_*M\x19", "(\xb4/"};
  dw_buf plain = {0};
  dw_err err;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (size_t piece = 1; piece < 7; piece++) {
      CHECK(read_file(texts[i], strlen(texts[i]), piece, &plain, &err) == DW_OK && dw_text_equal(plain.data, plain.length, texts[i]));
      CHECK(read_pipe(texts[i], strlen(texts[i]), 1, piece, &plain, &err) == DW_OK && dw_text_equal(plain.data, plain.length, texts[i]));
    }
  dw_buf_free(&plain);
}

/* A pipe that gave a line and pauses: the reader has the line at once. */
TEST(input_does_not_wait_for_more)
{
  int ends[2], saved = dup(0);
  CHECK(pipe(ends) == 0);
  dup2(ends[0], 0);
  close(ends[0]);
  CHECK(write(ends[1], "7", 1) == 1);
  dw_input *input;
  dw_err err;
  char bytes[100];
  size_t got;
  CHECK(dw_input_open(&input, NULL, &err) == DW_OK);
  CHECK(dw_input_read(input, bytes, sizeof bytes, &got, &err) == DW_OK && got == 1 && bytes[0] == '7');
  CHECK(write(ends[1], "\n", 1) == 1);
  CHECK(dw_input_read(input, bytes, sizeof bytes, &got, &err) == DW_OK && got == 1);
  close(ends[1]);
  CHECK(dw_input_read(input, bytes, sizeof bytes, &got, &err) == DW_OK && got == 0);
  dw_input_close(input);
  dup2(saved, 0);
  close(saved);
}

TEST(input_refuses)
{
  dw_input *input;
  dw_err err;
  file_of("", 0);
  char missing[220];
  snprintf(missing, sizeof missing, "%s/none", folder);
  CHECK(dw_input_open(&input, missing, &err) == DW_ESYSTEM && !input);
  CHECK(strstr(err.message, "/none: No such file or directory") != NULL);
  CHECK(dw_input_open(&input, folder, &err) == DW_ESYSTEM && !input);
  CHECK(strstr(err.message, ": Is a directory") != NULL);
  CHECK(dw_input_open(&input, "", &err) == DW_ESYSTEM);
  int saved = dup(0), here = open("/tmp", O_RDONLY);
  dup2(here, 0);
  CHECK(dw_input_open(&input, "-", &err) == DW_ESYSTEM);
  CHECK_TEXT(err.message, "standard input: Is a directory");
  close(0);
  CHECK(dw_input_open(&input, "-", &err) == DW_ESYSTEM);
  CHECK_TEXT(err.message, "standard input: Bad file descriptor");
  dup2(saved, 0);
  close(here);
  close(saved);
}

TEST(input_digest_is_of_the_plain_bytes)
{
  dw_buf text = sample(5000), zstd = {0}, plain = {0};
  pack(dw_zstd_writer, text.data, text.length, &zstd);
  dw_digest want;
  char a[33], b[33];
  dw_err err;
  dw_input *input;
  dw_digest_init(&want);
  dw_digest_add(&want, text.data, text.length);
  dw_digest_text(&want, a);
  CHECK(dw_input_open(&input, file_of(zstd.data, zstd.length), &err) == DW_OK && read_all(input, 17, &plain, &err) == DW_OK);
  dw_digest_text(dw_input_digest(input), b);
  CHECK_TEXT(b, a);
  dw_input_close(input);
  dw_input_close(NULL);
  dw_buf_free(&text), dw_buf_free(&zstd), dw_buf_free(&plain);
}

/* Standard input that is a file begins where the descriptor stands. */
TEST(input_standard_input_from_its_place)
{
  int saved = dup(0), fd = open(file_of("0123456789", 10), O_RDONLY);
  dup2(fd, 0);
  CHECK(lseek(0, 4, SEEK_SET) == 4);
  dw_input *input;
  dw_err err;
  dw_buf plain = {0};
  CHECK(dw_input_open(&input, "-", &err) == DW_OK && dw_input_raw_size(input) == 6);
  CHECK(read_all(input, 4, &plain, &err) == DW_OK && dw_text_equal(plain.data, plain.length, "456789"));
  dw_input_close(input);
  CHECK(fcntl(0, F_GETFD) >= 0); /* still open: it is not ours */
  dup2(saved, 0);
  close(saved), close(fd);
  dw_buf_free(&plain);
}

TEST(input_whole)
{
  char *bytes;
  size_t length;
  dw_err err;
  dw_buf text = sample(40000), gzip = {0};
  CHECK(dw_input_whole(file_of("", 0), 10, &bytes, &length, &err) == DW_OK && length == 0 && bytes[0] == '\0');
  free(bytes);
  CHECK(dw_input_whole(file_of("0123456789", 10), 10, &bytes, &length, &err) == DW_OK && length == 10 && strcmp(bytes, "0123456789") == 0);
  free(bytes);
  CHECK(dw_input_whole(file_of("0123456789", 10), 9, &bytes, &length, &err) == DW_EDATA && !bytes);
  CHECK(strstr(err.message, ": larger than 9 bytes") != NULL);
  pack(dw_gzip_writer, text.data, text.length, &gzip);
  CHECK(dw_input_whole(file_of(gzip.data, gzip.length), 1 << 20, &bytes, &length, &err) == DW_OK && length == 40000);
  CHECK(bytes && memcmp(bytes, text.data, length) == 0 && bytes[length] == '\0');
  free(bytes);
  CHECK(dw_input_whole(file_of(gzip.data, gzip.length - 1), 1 << 20, &bytes, &length, &err) == DW_EDATA && !bytes);
  CHECK(dw_input_whole("/nonexistent/x", 10, &bytes, &length, &err) == DW_ESYSTEM);
  dw_buf_free(&text), dw_buf_free(&gzip);
}

static dw_status give_error(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  int *calls = context;
  if ((*calls)++) return dw_err_at(err, DW_ESYSTEM, "the request", 0, 0, "the peer went away");
  memcpy(bytes, "abcdef", *count = capacity < 6 ? capacity : 6);
  return DW_OK;
}

TEST(input_of_a_source_that_fails)
{
  int calls = 0;
  char bytes[100];
  size_t got;
  dw_err err;
  dw_input *input = dw_input_of_source("the request", give_error, &calls);
  CHECK_TEXT(dw_input_name(input), "the request");
  CHECK(dw_input_read(input, bytes, sizeof bytes, &got, &err) == DW_OK && got > 0 && memcmp(bytes, "abcdef", got) == 0);
  while (dw_input_read(input, bytes, sizeof bytes, &got, &err) == DW_OK) CHECK(got > 0);
  CHECK_TEXT(err.message, "the request: the peer went away");
  dw_input_close(input);
}

TEST(input_may_have_a_limit_of_plain_bytes)
{
  dw_err err = {0};
  char piece[7];
  size_t count = 1, got = 0;
  for (size_t limit = 9; limit <= 11; limit++) {
    dw_input *input = dw_input_of_memory("body", "0123456789", 10);
    dw_input_limit(input, limit);
    dw_status status = DW_OK;
    for (count = 1, got = 0; count && (status = dw_input_read(input, piece, sizeof piece, &count, &err)) == DW_OK;) got += count;
    CHECK(status == (limit < 10 ? DW_EDATA : DW_OK));
    if (status == DW_OK) CHECK(got == 10);
    else CHECK_TEXT(err.message, "body: is longer than 9 bytes once it is uncompressed");
    dw_input_close(input);
  }
}

static bool has_line_end(const char *bytes, size_t count) { return memchr(bytes, '\n', count) != NULL; }

/* What was looked at is read again, with the fingerprint of all bytes, whatever the sizes of the reads; of the compressed ones the plain.
 */
TEST(peeked_bytes_are_read_again)
{
  static const char text[] = "{\"kind\":\"profile\"}\nand more that nobody asked for\n";
  for (size_t most = 1; most <= sizeof text + 1; most += 7) {
    char look[100], got[100];
    size_t count, length = 0;
    dw_err err;
    dw_input *input = dw_input_of_memory("m", text, sizeof text - 1);
    CHECK(dw_input_peek(input, look, most, &count, has_line_end, &err) == DW_OK && count > 0 && count <= most);
    CHECK(memcmp(look, text, count) == 0 && (count == most || has_line_end(look, count)));
    for (count = 1; count > 0; length += count) CHECK(dw_input_read(input, got + length, most < 5 ? most : 5, &count, &err) == DW_OK);
    CHECK(length == sizeof text - 1 && memcmp(got, text, length) == 0);
    char digest[33], want[33];
    dw_digest all;
    dw_digest_init(&all);
    dw_digest_add(&all, text, sizeof text - 1);
    dw_digest_text(&all, want);
    dw_digest_text(dw_input_digest(input), digest);
    CHECK_TEXT(digest, want);
    dw_input_close(input);
  }
}

TEST(nothing_to_peek_at_and_an_input_closed_after_a_look)
{
  char look[10];
  size_t count = 3;
  dw_err err;
  dw_input *input = dw_input_of_memory("m", "", 0);
  CHECK(dw_input_peek(input, look, sizeof look, &count, has_line_end, &err) == DW_OK && count == 0);
  dw_input_close(input);
  input = dw_input_of_memory("m", "abc", 3);
  CHECK(dw_input_peek(input, look, sizeof look, &count, has_line_end, &err) == DW_OK && count == 3);
  dw_input_close(input);
}
