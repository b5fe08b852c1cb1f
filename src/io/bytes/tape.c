#include "io/bytes/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { TITLE = 32, STEP = 8 };

typedef struct tape_end {
  uint64_t length; /* of what stands before */
  char whole[32], copied[32];
} tape_end;

static size_t padding(size_t size) { return (STEP - size % STEP) % STEP; }

/* --- writing --- */

static void put(dw_tape *tape, const void *bytes, size_t size, bool copied)
{
  static const char zero[STEP] = {0};
  size_t rest = padding(size);
  if (tape->status == DW_OK) tape->status = dw_output_write(tape->output, bytes, size, &tape->err);
  if (tape->status == DW_OK) tape->status = dw_output_write(tape->output, zero, rest, &tape->err);
  dw_digest_add(&tape->whole, bytes, size);
  dw_digest_add(&tape->whole, zero, rest);
  if (copied) {
    dw_digest_add(&tape->copied, bytes, size);
    dw_digest_add(&tape->copied, zero, rest);
  }
  tape->at += size + rest;
}

static void name_title(char out[TITLE], const char *title)
{
  memset(out, 0, TITLE);
  memcpy(out, title, strnlen(title, TITLE - 1));
}

dw_status dw_tape_record(dw_tape *tape, const char *path, const char *title, dw_err *err)
{
  char name[TITLE];
  *tape = (dw_tape){0};
  dw_digest_init(&tape->whole);
  dw_digest_init(&tape->copied);
  dw_status status = dw_output_open(&tape->output, path, err);
  if (status != DW_OK) return status;
  name_title(name, title);
  put(tape, name, TITLE, true);
  return DW_OK;
}

static void text_of(const dw_digest *digest, char out[32])
{
  char text[33];
  dw_digest_text(digest, text);
  memcpy(out, text, 32);
}

dw_status dw_tape_commit(dw_tape *tape, dw_err *err)
{
  tape_end end = {.length = tape->at};
  text_of(&tape->whole, end.whole);
  text_of(&tape->copied, end.copied);
  put(tape, &end, sizeof end, false);
  dw_status status = tape->status;
  if (status != DW_OK) {
    *err = tape->err;
    dw_tape_close(tape);
    return status;
  }
  status = dw_output_commit(tape->output, err);
  *tape = (dw_tape){0};
  return status;
}

/* --- reading --- */

static dw_status map_file(dw_tape *tape, const char *path, dw_err *err)
{
  struct stat about;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return dw_err_system(err, errno, "%s", path);
  dw_status status = fstat(fd, &about) < 0 ? dw_err_system(err, errno, "%s", path) : DW_OK;
  if (status == DW_OK && !dw_witness_take_open(&tape->witness, fd)) status = dw_err_at(err, DW_EDATA, path, 0, 0, "it is no regular file");
  if (status == DW_OK && (size_t)about.st_size < TITLE + sizeof(tape_end)) status = dw_err_at(err, DW_EDATA, path, 0, 0, "it is cut short");
  if (status == DW_OK) {
    tape->size = (size_t)about.st_size;
    tape->map = mmap(NULL, tape->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
    if (tape->map == MAP_FAILED) {
      tape->map = NULL;
      status = dw_err_system(err, errno, "%s", path);
    }
  }
  close(fd);
  return status;
}

static tape_end end_of(const dw_tape *tape)
{
  tape_end end;
  memcpy(&end, tape->map + tape->size - sizeof end, sizeof end);
  return end;
}

/* The next bytes, in place; NULL: there are not so many. */
static unsigned char *take(dw_tape *tape, size_t size, bool copied)
{
  size_t left = tape->size - sizeof(tape_end) - tape->at;
  if (tape->broken || size > left || padding(size) > left - size) {
    tape->broken = true;
    return NULL;
  }
  unsigned char *bytes = tape->map + tape->at;
  if (!copied) dw_digest_add(&tape->copied, tape->map + tape->from, tape->at - tape->from);
  tape->at += size + padding(size);
  if (!copied) tape->from = tape->at;
  return bytes;
}

dw_status dw_tape_play(dw_tape *tape, const char *path, const char *title, dw_err *err)
{
  char name[TITLE];
  *tape = (dw_tape){0};
  dw_digest_init(&tape->copied);
  if (access(path, F_OK) < 0 && errno == ENOENT) return dw_err_set(err, DW_ENODATA, "%s: there is no such file", path);
  dw_status status = map_file(tape, path, err);
  if (status != DW_OK) return status;
  name_title(name, title);
  const char *problem = NULL;
  if (memcmp(take(tape, TITLE, true), name, TITLE) != 0) problem = "it is of another kind or version";
  else if (end_of(tape).length != tape->size - sizeof(tape_end)) problem = "it is cut short";
  if (!problem) return DW_OK;
  dw_tape_close(tape);
  return dw_err_at(err, DW_EDATA, path, 0, 0, "%s", problem);
}

bool dw_tape_sound(const dw_tape *tape)
{
  tape_end end = end_of(tape);
  char text[32];
  dw_digest whole;
  dw_digest_init(&whole);
  dw_digest_add(&whole, tape->map, tape->size - sizeof end);
  text_of(&whole, text);
  return memcmp(text, end.whole, sizeof text) == 0;
}

bool dw_tape_played(const dw_tape *tape)
{
  char text[32];
  dw_digest copied = tape->copied;
  dw_digest_add(&copied, tape->map + tape->from, tape->at - tape->from);
  text_of(&copied, text);
  return !tape->broken && tape->at == tape->size - sizeof(tape_end) && memcmp(text, end_of(tape).copied, sizeof text) == 0;
}

void dw_tape_close(dw_tape *tape)
{
  dw_output_drop(tape->output);
  if (tape->map) munmap(tape->map, tape->size);
  *tape = (dw_tape){0};
}

/* --- values --- */

void dw_tape_value(dw_tape *tape, void *value, size_t size)
{
  if (!dw_tape_plays(tape)) {
    put(tape, value, size, true);
    return;
  }
  const unsigned char *bytes = take(tape, size, true);
  if (bytes) memcpy(value, bytes, size);
  else memset(value, 0, size);
}

/* How many there are; playing: no more than the file has room for. */
static void tape_count(dw_tape *tape, size_t *count, size_t size)
{
  uint64_t number = *count;
  DW_TAPE(tape, number);
  if (dw_tape_plays(tape) && number > (tape->size - tape->at) / size) {
    tape->broken = true;
    number = 0;
  }
  *count = (size_t)number;
}

void *dw_tape_array(dw_tape *tape, void *array, size_t *count, size_t size)
{
  tape_count(tape, count, size);
  if (!dw_tape_plays(tape)) {
    put(tape, array, *count * size, true);
    return array;
  }
  const unsigned char *bytes = *count ? take(tape, *count * size, true) : NULL;
  if (!bytes) {
    *count = 0;
    return NULL;
  }
  void *own = dw_alloc_array(*count, size);
  memcpy(own, bytes, *count * size);
  return own;
}

void *dw_tape_lent(dw_tape *tape, void *array, size_t *count, size_t size)
{
  tape_count(tape, count, size);
  if (!dw_tape_plays(tape)) {
    put(tape, array, *count * size, false);
    return array;
  }
  void *bytes = *count ? take(tape, *count * size, false) : NULL;
  if (!bytes) *count = 0;
  return bytes;
}

void dw_tape_flag(dw_tape *tape, bool *flag)
{
  uint64_t number = *flag;
  DW_TAPE(tape, number);
  *flag = number != 0;
}

char *dw_tape_text(dw_tape *tape, const char *text)
{
  bool there = text != NULL;
  dw_tape_flag(tape, &there);
  if (!there) return NULL;
  size_t length = text ? strlen(text) : 0;
  tape_count(tape, &length, 1);
  if (!dw_tape_plays(tape)) {
    put(tape, text, length, true);
    return (char *)text;
  }
  const unsigned char *bytes = take(tape, length, true);
  return bytes ? dw_strndup((const char *)bytes, length) : dw_strdup("");
}

void dw_tape_buf(dw_tape *tape, dw_buf *buf)
{
  buf->data = dw_tape_array(tape, buf->data, &buf->length, 1);
  if (dw_tape_plays(tape)) buf->capacity = buf->length;
}

void dw_tape_map(dw_tape *tape, dw_map *map)
{
  size_t count = map->count;
  uint32_t *length = dw_tape_plays(tape) ? NULL : dw_alloc_array(count, sizeof *length);
  dw_buf text = {0};
  for (size_t i = 0; length && i < count; i++) {
    length[i] = map->keys[i].length;
    dw_buf_add(&text, map->keys[i].text, length[i]);
  }
  length = dw_tape_array(tape, length, &count, sizeof *length);
  dw_tape_buf(tape, &text);
  size_t at = 0;
  for (size_t i = 0; dw_tape_plays(tape) && i < count && !tape->broken; at += length[i++]) {
    tape->broken = length[i] > text.length - at;
    if (!tape->broken) tape->broken = dw_map_intern(map, text.data ? text.data + at : "", length[i]) != i;
  }
  dw_free(length);
  dw_buf_free(&text);
}
