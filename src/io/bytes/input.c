#include "io/bytes/input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "io/bytes/gzipio.h"
#include "io/bytes/upstream.h"
#include "io/bytes/zstdio.h"

enum { INPUT_RAW = 128 << 10, INPUT_TEXT = 64 << 10, INPUT_MAGIC = 4, INPUT_WHOLE_FIRST = 16 << 10 };

struct dw_input {
  char *name;
  dw_input_source *source;
  void *context;
  const unsigned char *memory; /* what input_memory has not given yet */
  size_t memory_left;
  const unsigned char *all; /* in any order: the memory, or, where that is NULL, */
  int spool;                /* the file without a name, or -1: fd from the file's */
  off_t origin;             /* on */
  int fd;                   /* -1: none */
  bool ours;                /* to close */
  bool waits;               /* not a regular file */
  int wake;                 /* -1: nobody wakes it */
  bool looked;              /* at the magic bytes */
  bool raw_end;             /* the file gave its last byte */
  bool between;             /* decoding: the last frame is whole, and nothing of a next one was taken */
  bool padded;              /* zeros came behind it */
  dw_codec *codec;          /* NULL: plain */
  unsigned char *raw;       /* compressed bytes not decoded yet; plain: the bytes looked at, not delivered yet */
  size_t raw_at, raw_length;
  uint64_t raw_bytes, raw_size;
  uint64_t given, most; /* plain bytes so far; most 0: any number */
  bool recodes;         /* what is read is text to be turned into UTF-8, or may be */
  dw_charset charset;   /* asked for */
  dw_recoder recoder;   /* once there is a */
  char *text;           /* not turned yet */
  size_t text_at, text_length;
  char spare[16]; /* turned, and not given yet */
  size_t spare_at, spare_length;
  char *ahead; /* looked at, and not given yet; NULL: none */
  size_t ahead_at, ahead_length;
  dw_digest digest;
};

static dw_input *input_new(const char *name, dw_input_source *source, void *context)
{
  dw_input *input = dw_alloc_zero(1, sizeof *input);
  input->name = dw_strdup(name);
  input->source = source;
  input->context = context ? context : input;
  input->fd = input->wake = input->spool = -1;
  dw_digest_init(&input->digest);
  return input;
}

static dw_input_source input_file, input_memory;

dw_status dw_input_open(dw_input **out, const char *path, dw_err *err)
{
  *out = NULL;
  bool standard = !path || strcmp(path, "-") == 0;
  const char *name = standard ? "standard input" : path;
  int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return dw_err_system(err, errno, "%s", name);
  struct stat about;
  int problem = fstat(fd, &about) < 0 ? errno : S_ISDIR(about.st_mode) ? EISDIR : 0;
  if (problem) {
    if (!standard) close(fd);
    return dw_err_system(err, problem, "%s", name);
  }
  dw_input *input = input_new(name, input_file, NULL);
  input->fd = fd;
  input->ours = !standard;
  input->waits = !S_ISREG(about.st_mode);
  if (S_ISREG(about.st_mode)) {
    off_t at = input->origin = standard ? lseek(fd, 0, SEEK_CUR) : 0;
    if (at >= 0 && at < about.st_size) input->raw_size = (uint64_t)(about.st_size - at);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  *out = input;
  return DW_OK;
}

dw_input *dw_input_of_memory(const char *name, const void *bytes, size_t length)
{
  dw_input *input = input_new(name, input_memory, NULL);
  input->memory = input->all = bytes;
  input->memory_left = length;
  input->raw_size = length;
  return input;
}

dw_input *dw_input_of_source(const char *name, dw_input_source *source, void *context) { return input_new(name, source, context); }

void dw_input_wake_by(dw_input *input, int wake) { input->wake = wake; }

/* Waits for bytes; false when woken. */
static bool input_wait(const dw_input *input)
{
  struct pollfd fds[2] = {{.fd = input->fd, .events = POLLIN}, {.fd = input->wake, .events = POLLIN}};
  poll(fds, input->wake < 0 ? 1 : 2, -1);
  return input->wake < 0 || fds[1].revents == 0;
}

/* read(2) that waits where it must: *count 0 is the end of the file. */
static dw_status input_file(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  const dw_input *input = context;
  for (;;) {
    bool woken = input->waits && input->wake >= 0 && !input_wait(input);
    ssize_t got = woken ? 0 : read(input->fd, bytes, capacity);
    if (got >= 0) {
      *count = (size_t)got;
      return DW_OK;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) input_wait(input);
    else if (errno != EINTR) return dw_err_system(err, errno, "%s", input->name);
  }
}

static dw_status input_memory(void *context, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  dw_input *input = context;
  *count = capacity < input->memory_left ? capacity : input->memory_left;
  if (*count == 0) return DW_OK;
  memcpy(bytes, input->memory, *count);
  input->memory += *count;
  input->memory_left -= *count;
  return DW_OK;
}

static dw_status input_raw(dw_input *input, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  dw_status status = input->source(input->context, bytes, capacity, count, err);
  if (status != DW_OK) return status;
  assert(*count <= capacity);
  input->raw_bytes += *count;
  input->raw_end = *count == 0;
  return DW_OK;
}

typedef enum magic { MAGIC_NONE, MAGIC_PART, MAGIC_ZSTD, MAGIC_GZIP } magic;

/* What the first bytes say; MAGIC_PART while more are needed. A pipe of plain text is known at its first byte, so nobody waits. */
static magic input_magic(const unsigned char *b, size_t length)
{
  static const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd}, skippable[] = {0x50, 0x2a, 0x4d, 0x18};
  if (length == 0) return MAGIC_PART;
  if (b[0] == 0x1f) return length < 2 ? MAGIC_PART : b[1] == 0x8b ? MAGIC_GZIP : MAGIC_NONE;
  const unsigned char *want = (b[0] & 0xf0) == 0x50 ? skippable : frame;
  for (size_t i = 0; i < length; i++)
    if (b[i] != want[i] && !(i == 0 && want == skippable)) return MAGIC_NONE;
  return length < INPUT_MAGIC ? MAGIC_PART : MAGIC_ZSTD;
}

static dw_status input_cut(dw_input *input, const char *what, dw_err *err)
{
  return dw_err_at(err, DW_EDATA, input->name, 0, 0, "%s stream cut short after %llu bytes", what, (unsigned long long)input->raw_bytes);
}

static dw_status input_look(dw_input *input, dw_err *err)
{
  unsigned char head[INPUT_MAGIC];
  size_t length = 0, got = 1;
  magic kind = MAGIC_PART;
  while (kind == MAGIC_PART && got > 0) {
    dw_status status = input_raw(input, head + length, sizeof head - length, &got, err);
    if (status != DW_OK) return status;
    length += got;
    kind = input_magic(head, length);
  }
  /* 28 B5 is no text in UTF-8: the file is the stump of a frame. */
  if (kind == MAGIC_PART && length >= 2 && head[0] == 0x28) return input_cut(input, "zstd", err);
  dw_status status = DW_OK;
  if (kind == MAGIC_ZSTD) status = dw_zstd_reader(&input->codec, err);
  if (kind == MAGIC_GZIP) status = dw_gzip_reader(&input->codec, err);
  if (status != DW_OK) return status;
  input->raw = dw_alloc(input->codec ? INPUT_RAW : INPUT_MAGIC);
  memcpy(input->raw, head, length);
  input->raw_length = length;
  input->looked = true;
  return DW_OK;
}

static dw_status input_plain(dw_input *input, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  size_t left = input->raw_length - input->raw_at;
  if (left == 0) return input->raw_end ? DW_OK : input_raw(input, bytes, capacity, count, err);
  size_t give = left < capacity ? left : capacity;
  memcpy(bytes, input->raw + input->raw_at, give);
  input->raw_at += give;
  /* A file fills the rest at once; a pipe that paused after its first bytes must not make their reader wait. */
  if (give < capacity && input->raw_size && !input->raw_end) {
    size_t more = 0;
    dw_status status = input_raw(input, (char *)bytes + give, capacity - give, &more, err);
    if (status != DW_OK) return status;
    give += more;
  }
  *count = give;
  return DW_OK;
}

/* Tapes and disks fill their last block with zeros; gzip(1) passes them over, too. */
static void input_pass_zeros(dw_input *input)
{
  for (; input->raw_at < input->raw_length && input->raw[input->raw_at] == 0; input->raw_at++) input->padded = true;
}

static dw_status input_decode(dw_input *input, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  while (*count == 0) {
    if (input->raw_at == input->raw_length && !input->raw_end) {
      input->raw_at = input->raw_length = 0;
      dw_status status = input_raw(input, input->raw, INPUT_RAW, &input->raw_length, err);
      if (status != DW_OK) return status;
    }
    if (input->between && input->codec->padded) input_pass_zeros(input);
    bool drained = input->raw_at == input->raw_length;
    if (drained && input->between && input->raw_end) return DW_OK;
    if (drained && input->between) continue; /* nothing but zeros: what comes behind them? */
    dw_codec_io io = {.in = input->raw, .in_length = input->raw_length, .in_used = input->raw_at, .out = bytes, .out_capacity = capacity};
    dw_codec_state state = input->padded ? DW_CODEC_FAIL : input->codec->step(input->codec, &io, DW_CODEC_RUN);
    if (state == DW_CODEC_FAIL && input->between)
      return dw_err_at(err, DW_EDATA, input->name, 0, 0, "bytes behind the end of the %s stream", input->codec->name);
    if (state == DW_CODEC_FAIL && input->codec->beyond)
      return dw_err_at(err, DW_EDATA, input->name, 0, 0, "the %s data cannot be read: %s", input->codec->name, input->codec->problem);
    if (state == DW_CODEC_FAIL)
      return dw_err_at(err, DW_EDATA, input->name, 0, 0, "the %s data is damaged: %s", input->codec->name, input->codec->problem);
    if (state == DW_CODEC_DONE) input->between = true;
    else if (io.in_used != input->raw_at) input->between = false;
    input->raw_at = io.in_used;
    *count = io.out_used;
    if (drained && input->raw_end && io.out_used == 0 && !input->between) return input_cut(input, input->codec->name, err);
  }
  return DW_OK;
}

static dw_status input_next(dw_input *input, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  *count = 0;
  dw_status status = input->looked ? DW_OK : input_look(input, err);
  if (status != DW_OK) return status;
  return input->codec ? input_decode(input, bytes, capacity, count, err) : input_plain(input, bytes, capacity, count, err);
}

static size_t input_give_ahead(dw_input *input, void *bytes, size_t capacity)
{
  size_t left = input->ahead_length - input->ahead_at, give = left < capacity ? left : capacity;
  memcpy(bytes, input->ahead + input->ahead_at, give);
  input->ahead_at += give;
  if (give == left) {
    dw_free(input->ahead);
    input->ahead = NULL;
  }
  return give;
}

dw_status dw_input_peek(dw_input *input, void *bytes, size_t capacity, size_t *count, bool (*enough)(const char *bytes, size_t count),
                        dw_err *err)
{
  dw_status status = DW_OK;
  assert(!input->ahead && input->given == 0);
  *count = 0;
  for (size_t got = 1; got > 0 && *count < capacity && (*count == 0 || !enough(bytes, *count)); *count += got) {
    status = input_next(input, (char *)bytes + *count, capacity - *count, &got, err);
    if (status != DW_OK) return status;
  }
  if (*count == 0) return DW_OK;
  input->ahead = memcpy(dw_alloc(*count), bytes, *count);
  input->ahead_at = 0;
  input->ahead_length = *count;
  return DW_OK;
}

static dw_status input_bytes(dw_input *input, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  dw_status status = DW_OK;
  if (input->ahead) *count = input_give_ahead(input, bytes, capacity);
  else status = input_next(input, bytes, capacity, count, err);
  if (status != DW_OK) return status;
  dw_digest_add(&input->digest, bytes, *count);
  input->given += *count;
  if (!input->most || input->given <= input->most) return DW_OK;
  return dw_err_at(err, DW_EDATA, input->name, 0, 0, "is longer than %llu bytes once it is uncompressed", (unsigned long long)input->most);
}

/* --- text --- */

void dw_input_recode(dw_input *input, dw_charset asked)
{
  input->charset = asked;
  input->recodes = asked != DW_CHARSET_UTF8;
}

static dw_status text_more(dw_input *input, bool *last, dw_err *err)
{
  size_t count = 0;
  if (input->text_at) memmove(input->text, input->text + input->text_at, input->text_length - input->text_at);
  input->text_length -= input->text_at;
  input->text_at = 0;
  dw_status status = input_bytes(input, input->text + input->text_length, INPUT_TEXT - input->text_length, &count, err);
  input->text_length += count;
  *last = count == 0;
  return status;
}

/* Looks at the begin, which says whether anything has to be turned at all. */
static dw_status text_begin(dw_input *input, dw_err *err)
{
  bool undecided = true, last = false;
  dw_status status = DW_OK;
  input->text = dw_alloc(INPUT_TEXT);
  while (undecided && !last && status == DW_OK) {
    status = text_more(input, &last, err);
    input->recoder = dw_recoder_for(input->charset, input->text, input->text_length, &input->text_at, &undecided);
    if (undecided && !last) input->text_at = 0; /* what may be a mark is looked at again, with what comes behind it */
  }
  return status;
}

/* What was read for the look, and then the bytes as they are: from then on nothing comes this way. */
static dw_status text_as_it_is(dw_input *input, char *bytes, size_t capacity, size_t *count, dw_err *err)
{
  size_t left = input->text_length - input->text_at;
  input->recodes = left > capacity;
  if (left == 0) return input_bytes(input, bytes, capacity, count, err);
  *count = left < capacity ? left : capacity;
  memcpy(bytes, input->text + input->text_at, *count);
  input->text_at += *count;
  return DW_OK;
}

/* capacity: DW_RECODER_ROOM at least. */
static dw_status text_recoded(dw_input *input, char *bytes, size_t capacity, size_t *count, dw_err *err)
{
  dw_codec_io io = {.out = bytes, .out_capacity = capacity};
  for (bool last = false;;) {
    io.in = input->text;
    io.in_length = input->text_length;
    io.in_used = input->text_at;
    dw_recoder_step(&input->recoder, &io, last);
    input->text_at = io.in_used;
    *count = io.out_used;
    if (io.out_used || last) return DW_OK;
    dw_status status = text_more(input, &last, err);
    if (status != DW_OK) return status;
  }
}

dw_status dw_input_read(dw_input *input, void *bytes, size_t capacity, size_t *count, dw_err *err)
{
  assert(capacity > 0);
  if (!input->recodes) return input_bytes(input, bytes, capacity, count, err);
  *count = 0;
  dw_status status = input->text ? DW_OK : text_begin(input, err);
  if (status != DW_OK) return status;
  if (input->recoder.charset == DW_CHARSET_UTF8) return text_as_it_is(input, bytes, capacity, count, err);
  size_t spare = input->spare_length - input->spare_at;
  if (spare == 0 && capacity >= DW_RECODER_ROOM) return text_recoded(input, bytes, capacity, count, err);
  if (spare == 0) { /* there is less room than a character may need */
    input->spare_at = 0;
    status = text_recoded(input, input->spare, sizeof input->spare, &spare, err);
    input->spare_length = spare;
    if (status != DW_OK) return status;
  }
  *count = spare < capacity ? spare : capacity;
  memcpy(bytes, input->spare + input->spare_at, *count);
  input->spare_at += *count;
  return DW_OK;
}

/* --- in any order --- */

dw_status dw_input_nameless(int *fd, const char *use, dw_err *err)
{
  const char *folder = getenv("TMPDIR");
  if (!folder || !*folder) folder = "/tmp";
  *fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (*fd >= 0) return DW_OK;
  dw_buf name = {0};
  dw_buf_format(&name, "%s/driftwatch-XXXXXX", folder); /* file systems without files that have no name */
  *fd = mkostemp((char *)(uintptr_t)dw_buf_cstr(&name), O_CLOEXEC);
  int problem = errno;
  if (*fd >= 0) unlink(name.data);
  dw_buf_free(&name);
  return *fd >= 0 ? DW_OK : dw_err_system(err, problem, "%s: no room for %s", folder, use);
}

static dw_status spool_write(const dw_input *input, const char *bytes, size_t length, dw_err *err)
{
  for (size_t done = 0; done < length;) {
    ssize_t put = write(input->spool, bytes + done, length - done);
    if (put < 0 && errno != EINTR) return dw_err_system(err, errno, "%s: cannot be kept while it is read", input->name);
    if (put > 0) done += (size_t)put;
  }
  return DW_OK;
}

static dw_status spool_all(dw_input *input, const void *begin, size_t length, uint64_t *size, dw_err *err)
{
  char *bytes = dw_alloc(INPUT_RAW);
  size_t got = length;
  *size = 0;
  dw_status status = dw_input_nameless(&input->spool, "what cannot be read in any order", err);
  if (status == DW_OK) status = spool_write(input, begin, length, err);
  while (status == DW_OK && got > 0) {
    *size += got;
    status = dw_input_read(input, bytes, INPUT_RAW, &got, err);
    if (status == DW_OK) status = spool_write(input, bytes, got, err);
  }
  dw_free(bytes);
  return status;
}

dw_status dw_input_anywhere(dw_input *input, const void *begin, size_t length, uint64_t *size, dw_err *err)
{
  bool plain = !input->codec && (input->all || (input->fd >= 0 && !input->waits));
  *size = input->raw_size;
  return plain ? DW_OK : spool_all(input, begin, length, size, err);
}

dw_status dw_input_read_at(dw_input *input, uint64_t offset, void *bytes, size_t count, dw_err *err)
{
  bool memory = input->all && input->spool < 0;
  if (memory && offset <= input->raw_size && count <= input->raw_size - offset) memcpy(bytes, input->all + offset, count);
  else if (memory) return dw_err_at(err, DW_EDATA, input->name, 0, 0, "ends before byte %llu", (unsigned long long)(offset + count));
  for (size_t done = 0; !memory && done < count;) {
    int fd = input->spool >= 0 ? input->spool : input->fd;
    off_t at = (off_t)(offset + done) + (input->spool >= 0 ? 0 : input->origin);
    ssize_t got = pread(fd, (char *)bytes + done, count - done, at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return dw_err_system(err, errno, "%s", input->name);
    if (got == 0) return dw_err_at(err, DW_EDATA, input->name, 0, 0, "ends before byte %llu", (unsigned long long)(offset + count));
    done += (size_t)got;
  }
  if (input->spool < 0) { /* of what was spooled all is in it */
    dw_digest_add(&input->digest, bytes, count);
    input->raw_bytes += count;
  }
  return DW_OK;
}

void dw_input_limit(dw_input *input, uint64_t plain) { input->most = plain; }

const char *dw_input_name(const dw_input *input) { return input->name; }
bool dw_input_cut(const dw_input *input)
{
  return input->fd >= 0 && input->waits && input->raw_bytes > 0 && dw_upstream_cut(input->fd, input->raw_bytes);
}
uint64_t dw_input_raw_bytes(const dw_input *input) { return input->raw_bytes; }
uint64_t dw_input_raw_size(const dw_input *input) { return input->raw_size; }
const dw_digest *dw_input_digest(const dw_input *input) { return &input->digest; }

void dw_input_close(dw_input *input)
{
  if (!input) return;
  dw_free(input->ahead);
  if (input->ours) close(input->fd);
  if (input->spool >= 0) close(input->spool);
  if (input->codec) input->codec->free(input->codec);
  dw_free(input->raw);
  dw_free(input->text);
  dw_free(input->name);
  dw_free(input);
}

dw_status dw_input_there(const char *path, bool *there, dw_err *err)
{
  *there = access(path, F_OK) == 0;
  return *there || errno == ENOENT || errno == ENOTDIR ? DW_OK : dw_err_system(err, errno, "%s", path);
}

dw_status dw_input_whole(const char *path, size_t limit, char **bytes, size_t *length, dw_err *err)
{
  dw_input *input;
  *bytes = NULL;
  *length = 0;
  dw_status status = dw_input_open(&input, path, err);
  if (status != DW_OK) return status;
  char *text = NULL;
  size_t used = 0, capacity = 0, got = 1;
  while (got > 0) {
    text = dw_grow(text, &capacity, used + INPUT_WHOLE_FIRST, 1);
    status = dw_input_read(input, text + used, capacity - used - 1, &got, err);
    if (status != DW_OK) break;
    used += got;
    if (used <= limit) continue;
    status = dw_err_at(err, DW_EDATA, dw_input_name(input), 0, 0, "larger than %zu bytes, the most that is read of such a document", limit);
    break;
  }
  dw_input_close(input);
  if (status != DW_OK) {
    dw_free(text);
    return status;
  }
  text[used] = '\0';
  *bytes = text;
  *length = used;
  return DW_OK;
}
