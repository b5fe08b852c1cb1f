#include "io/bytes/tape.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "test.h"

typedef struct things {
  int32_t small;
  double number;
  bool yes;
  char *text, *nothing;
  double *lent;
  size_t lent_count;
  uint32_t *own;
  size_t own_count, none_count;
  void *none;
  dw_buf buf;
  dw_map map;
} things;

static void things_tape(things *t, dw_tape *tape)
{
  DW_TAPE(tape, t->small);
  DW_TAPE(tape, t->number);
  dw_tape_flag(tape, &t->yes);
  t->text = dw_tape_text(tape, t->text);
  t->nothing = dw_tape_text(tape, t->nothing);
  t->lent = dw_tape_lent(tape, t->lent, &t->lent_count, sizeof *t->lent);
  t->own = dw_tape_array(tape, t->own, &t->own_count, sizeof *t->own);
  t->none = dw_tape_array(tape, t->none, &t->none_count, 16);
  dw_tape_buf(tape, &t->buf);
  dw_tape_map(tape, &t->map);
}

static void things_free(things *t)
{
  dw_free(t->text);
  dw_free(t->nothing);
  dw_free(t->own);
  dw_free(t->none);
  dw_buf_free(&t->buf);
  dw_map_free(&t->map);
}

enum { LENT = 1000, OWN = 7 };

static void record(const char *path)
{
  dw_err err = {0};
  dw_tape tape;
  double lent[LENT];
  for (int i = 0; i < LENT; i++) lent[i] = i / 3.0;
  things t = {.small = -5, .number = 0.1, .yes = true, .lent = lent, .lent_count = LENT, .own_count = OWN};
  t.text = dw_strdup("text \xc3\xa9");
  t.own = dw_alloc_array(OWN, sizeof *t.own);
  for (uint32_t i = 0; i < OWN; i++) t.own[i] = i * i;
  dw_buf_text(&t.buf, "bytes");
  dw_map_init(&t.map);
  dw_map_intern(&t.map, "b", 1);
  dw_map_intern(&t.map, "", 0);
  dw_map_intern(&t.map, "a\0c", 3);
  CHECK_MSG(dw_tape_record(&tape, path, "things 1", &err) == DW_OK, "%s", err.message);
  CHECK(!dw_tape_plays(&tape));
  things_tape(&t, &tape);
  CHECK_MSG(dw_tape_commit(&tape, &err) == DW_OK, "%s", err.message);
  things_free(&t);
}

/* Plays; *t is to be freed. The tape stays open. */
static dw_status play(dw_tape *tape, const char *path, things *t)
{
  dw_err err = {0};
  *t = (things){0};
  dw_map_init(&t->map);
  dw_status status = dw_tape_play(tape, path, "things 1", &err);
  if (status == DW_OK) things_tape(t, tape);
  return status;
}

TEST(what_is_played_is_what_was_recorded)
{
  char path[] = "dw-test-XXXXXX";
  close(mkstemp(path));
  record(path);
  dw_tape tape;
  things t;
  CHECK(play(&tape, path, &t) == DW_OK && dw_tape_plays(&tape));
  CHECK(dw_tape_sound(&tape) && dw_tape_played(&tape));
  CHECK(t.small == -5 && t.number == 0.1 && t.yes && t.nothing == NULL && t.none == NULL && t.none_count == 0);
  CHECK_TEXT(t.text, "text \xc3\xa9");
  CHECK(t.lent_count == LENT && t.own_count == OWN && (uintptr_t)t.lent % 8 == 0);
  for (int i = 0; i < LENT; i++) CHECK(t.lent[i] == i / 3.0);
  for (uint32_t i = 0; i < OWN; i++) CHECK(t.own[i] == i * i);
  CHECK(t.buf.length == 5 && memcmp(t.buf.data, "bytes", 5) == 0);
  CHECK(t.map.count == 3 && dw_map_find(&t.map, "b", 1) == 0 && dw_map_find(&t.map, "", 0) == 1 && dw_map_find(&t.map, "a\0c", 3) == 2);
  /* what is written to a lent array stays here */
  t.lent[3] = -1;
  dw_tape again;
  things other;
  CHECK(play(&again, path, &other) == DW_OK && other.lent[3] == 1.0 && dw_tape_sound(&again));
  things_free(&other);
  dw_tape_close(&again);
  things_free(&t);
  dw_tape_close(&tape);
  unlink(path);
}

TEST(another_title_is_another_file)
{
  char path[] = "dw-test-XXXXXX";
  dw_err err = {0};
  dw_tape tape;
  close(mkstemp(path));
  record(path);
  CHECK(dw_tape_play(&tape, path, "things 2", &err) == DW_EDATA && strstr(err.message, path));
  unlink(path);
  CHECK(dw_tape_play(&tape, path, "things 1", &err) == DW_ENODATA);
  CHECK(dw_tape_play(&tape, "/tmp", "things 1", &err) == DW_EDATA);
  CHECK(dw_tape_record(&tape, "/tmp/there/is/none", "things 1", &err) == DW_ESYSTEM);
}

static char *read_file(const char *path, size_t *length)
{
  FILE *file = fopen(path, "r");
  char *bytes = malloc(4 << 20);
  *length = file ? fread(bytes, 1, 4 << 20, file) : 0;
  CHECK(file && *length > 0 && *length < 4 << 20 && fclose(file) == 0);
  return bytes;
}

/* Whoever looks at it all finds a change of any byte; whoever only plays it, one of any byte that is copied. */
TEST(a_byte_that_changed_is_found)
{
  char path[] = "dw-test-XXXXXX";
  size_t length;
  close(mkstemp(path));
  record(path);
  char *bytes = read_file(path, &length);
  size_t unseen = 0;
  for (size_t i = 0; i < length; i++) {
    FILE *file = fopen(path, "r+");
    CHECK(file && fseek(file, (long)i, SEEK_SET) == 0 && fputc(bytes[i] ^ 0x40, file) != EOF && fclose(file) == 0);
    dw_tape tape;
    things t;
    if (play(&tape, path, &t) == DW_OK) {
      CHECK_MSG(!dw_tape_sound(&tape) || !dw_tape_played(&tape), "byte %zu", i);
      unseen += dw_tape_played(&tape);
      dw_tape_close(&tape);
    }
    things_free(&t);
    file = fopen(path, "r+");
    CHECK(file && fseek(file, (long)i, SEEK_SET) == 0 && fputc(bytes[i], file) != EOF && fclose(file) == 0);
  }
  CHECK(unseen >= LENT * sizeof(double) && unseen < LENT * sizeof(double) + 40); /* the lent ones, and the other digest */
  free(bytes);
  unlink(path);
}

TEST(a_file_that_was_cut_or_lengthened_is_found)
{
  char path[] = "dw-test-XXXXXX";
  struct stat about;
  close(mkstemp(path));
  record(path);
  CHECK(stat(path, &about) == 0);
  for (off_t length = about.st_size + 16; length-- > 0; length -= length > 300 ? 7 : 0) {
    dw_tape tape;
    things t;
    if (length == about.st_size) continue;
    record(path);
    CHECK(truncate(path, length) == 0);
    CHECK_MSG(play(&tape, path, &t) == DW_EDATA, "%ld bytes", (long)length);
    things_free(&t);
  }
  unlink(path);
}

TEST(a_disk_that_is_full_is_told_at_the_end)
{
  dw_tape tape;
  dw_err err = {0};
  double value[100000] = {0};
  size_t count = 100000;
  CHECK(dw_tape_record(&tape, "/dev/full", "things 1", &err) == DW_OK);
  dw_tape_array(&tape, value, &count, sizeof *value);
  CHECK(dw_tape_commit(&tape, &err) == DW_ESYSTEM && strstr(err.message, "/dev/full"));
  dw_tape_close(&tape);
}
