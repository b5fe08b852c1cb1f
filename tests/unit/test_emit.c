#include "synth/generate/emit.h"

#include "test.h"

typedef struct sink {
  dw_buf bytes;
  size_t calls;
  size_t fail_at; /* the call that fails; 0: none */
} sink;

static dw_status take(void *context, const void *bytes, size_t length, dw_err *err)
{
  sink *s = context;
  if (++s->calls == s->fail_at) return dw_err_set(err, DW_ESYSTEM, "the disk is full");
  dw_buf_add(&s->bytes, bytes, length);
  return DW_OK;
}

static dw_status add(dw_emit *emit, const char *text, dw_err *err) { return dw_emit_records(emit, text, strlen(text), err); }

TEST(small_pieces_are_gathered)
{
  sink s = {0};
  dw_emit emit;
  dw_err err;
  dw_emit_init(&emit, take, &s);
  for (int i = 0; i < 100; i++) CHECK(add(&emit, "abc\n", &err) == DW_OK);
  CHECK(s.calls == 0);
  CHECK(dw_emit_flush(&emit, &err) == DW_OK && dw_emit_flush(&emit, &err) == DW_OK);
  CHECK(s.calls == 1 && s.bytes.length == 400);
  for (int i = 0; i < 100000; i++) CHECK(add(&emit, "abc\n", &err) == DW_OK);
  CHECK(s.calls == 2 && emit.out.length < 300000); /* what is gathered stays bounded */
  CHECK(dw_emit_flush(&emit, &err) == DW_OK);
  CHECK(s.bytes.length == 400400);
  dw_emit_free(&emit);
  dw_buf_free(&s.bytes);
}

TEST(large_pieces_go_straight_through_and_in_order)
{
  sink s = {0};
  dw_emit emit;
  dw_err err;
  dw_emit_init(&emit, take, &s);
  size_t size = 1 << 20;
  char *large = malloc(size);
  memset(large, 'x', size);
  large[size - 1] = '\n';
  CHECK(add(&emit, "first\n", &err) == DW_OK);
  CHECK(dw_emit_records(&emit, large, size, &err) == DW_OK);
  CHECK(s.calls == 2 && s.bytes.length == size + 6 && memcmp(s.bytes.data, "first\nx", 7) == 0);
  CHECK(emit.out.length == 0);
  free(large);
  dw_emit_free(&emit);
  dw_buf_free(&s.bytes);
}

static void check_ends(const char *first, const char *second, const char *third, bool crlf, const char *want)
{
  sink s = {0};
  dw_emit emit;
  dw_err err;
  dw_emit_init(&emit, take, &s);
  emit.crlf = crlf;
  CHECK(add(&emit, first, &err) == DW_OK && add(&emit, second, &err) == DW_OK);
  dw_buf_text(dw_emit_begin(&emit), third);
  CHECK(dw_emit_end(&emit, &err) == DW_OK && dw_emit_flush(&emit, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&s.bytes), want);
  dw_emit_free(&emit);
  dw_buf_free(&s.bytes);
}

TEST(a_missing_line_end_is_made_up_for_only_when_records_follow)
{
  check_ends("a\n", "b\n", "c", false, "a\nb\nc");
  check_ends("a", "b\n", "c\n", false, "a\nb\nc\n");
  check_ends("a", "b", "c", true, "a\r\nb\r\nc");
  check_ends("a", "", "c", false, "a\nc"); /* nothing is no record */
}

TEST(a_line_end_owed_across_a_flush)
{
  sink s = {0};
  dw_emit emit;
  dw_err err;
  dw_emit_init(&emit, take, &s);
  CHECK(add(&emit, "a", &err) == DW_OK && dw_emit_flush(&emit, &err) == DW_OK && add(&emit, "b", &err) == DW_OK &&
        dw_emit_flush(&emit, &err) == DW_OK);
  CHECK_TEXT(dw_buf_cstr(&s.bytes), "a\nb");
  dw_emit_free(&emit);
  dw_buf_free(&s.bytes);
}

TEST(a_write_that_fails_is_told)
{
  sink s = {.fail_at = 1};
  dw_emit emit;
  dw_err err;
  dw_emit_init(&emit, take, &s);
  CHECK(add(&emit, "a\n", &err) == DW_OK);
  CHECK(dw_emit_flush(&emit, &err) == DW_ESYSTEM);
  CHECK_TEXT(err.message, "the disk is full");
  dw_emit_free(&emit);
  dw_buf_free(&s.bytes);
}
