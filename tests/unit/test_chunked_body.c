#include "serve/request/chunked_body.h"

#include "base/str.h"
#include "test.h"

static const struct {
  const char *text;
  int code;         /* 0: whole, -1: not at its end */
  const char *body; /* of a whole one */
  const char *rest; /* what is the next request's */
} cases[] = {
    {"5\r\nabcde\r\n0\r\n\r\n", 0, "abcde", ""},
    {"1\r\na\r\n00002\r\nbc\r\n000\r\n\r\nGET", 0, "abc", "GET"},
    {"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", 0, "01234567890123456789", ""},
    {"0\r\n\r\n", 0, "", ""},
    {"3;a=\"b;c\"\r\nxyz\r\n0;last\r\n\r\n", 0, "xyz", ""},
    {"1\r\na\r\n0\r\nTrailer: x\r\nB: y\r\n\r\nz", 0, "a", "z"},
    {"3\r\n\r\n\r\r\n0\r\n\r\n", 0, "\r\n\r", ""},
    {"5\r\nabc", -1, NULL, NULL},
    {"5\r\nabcde\r\n", -1, NULL, NULL},
    {"5\r\nabcde\r\n0\r\n", -1, NULL, NULL},
    {"0x5\r\nabcde\r\n0\r\n\r\n", 400, NULL, NULL},
    {"+5\r\nabcde\r\n0\r\n\r\n", 400, NULL, NULL},
    {"-5\r\n", 400, NULL, NULL},
    {" 5\r\nabcde\r\n", 400, NULL, NULL},
    {"5 \r\nabcde\r\n", 400, NULL, NULL},
    {"5\nabcde\r\n", 400, NULL, NULL},
    {"5\r\nabcde\n0\r\n\r\n", 400, NULL, NULL},
    {"5\r\nabcdef\r\n0\r\n\r\n", 400, NULL, NULL},
    {"5\rabcde\r\n", 400, NULL, NULL},
    {";a\r\n", 400, NULL, NULL},
    {"\r\n", 400, NULL, NULL},
    {"5;a\nb\r\nabcde\r\n", 400, NULL, NULL},
    {"5;a\rb\r\nabcde\r\n", 400, NULL, NULL},
    {"1000000000000000\r\n", 400, NULL, NULL},
    {"0\r\nA: b\n\r\n", 400, NULL, NULL},
    {"0\r\nA: b\rc\r\n\r\n", 400, NULL, NULL},
    {"0\r\n\rX\r\n", 400, NULL, NULL},
};

/* In pieces; the code, -1 when the end is still to come. */
static int decode(const char *text, size_t length, size_t piece, dw_buf *body, size_t *used)
{
  dw_chunked_body chunks = {0};
  *used = 0;
  while (*used < length) {
    size_t n = length - *used < piece ? length - *used : piece;
    dw_chunked_step step = dw_chunked_body_add(&chunks, text + *used, n);
    dw_buf_add(body, step.bytes, step.count);
    *used += step.used;
    if (step.code || step.end) return step.code;
  }
  return -1;
}

TEST(bodies_are_undone_whatever_the_pieces)
{
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t length = strlen(cases[i].text);
    for (size_t piece = 1; piece <= length; piece++) {
      dw_buf body = {0};
      size_t used;
      int code = decode(cases[i].text, length, piece, &body, &used);
      CHECK_MSG(code == cases[i].code, "case %zu in pieces of %zu: %d", i, piece, code);
      if (code == 0) CHECK_TEXT(dw_buf_cstr(&body), cases[i].body);
      if (code == 0) CHECK_TEXT(cases[i].text + used, cases[i].rest);
      dw_buf_free(&body);
    }
  }
}

static int with_run(const char *before, size_t run, const char *behind)
{
  dw_buf text = {0}, body = {0};
  size_t used;
  dw_buf_text(&text, before);
  for (size_t i = 0; i < run; i++) dw_buf_char(&text, 'a');
  dw_buf_text(&text, behind);
  int code = decode(text.data, text.length, 100, &body, &used);
  dw_buf_free(&text);
  dw_buf_free(&body);
  return code;
}

TEST(limits)
{
  CHECK(with_run("1;", DW_CHUNK_LINE - 3, "\r\nx\r\n0\r\n\r\n") == 0);
  CHECK(with_run("1;", DW_CHUNK_LINE - 2, "\r\nx\r\n0\r\n\r\n") == 400);
  CHECK(with_run("0\r\nA:", 8000, "\r\n\r\n") == 0);
  CHECK(with_run("0\r\nA:", 8200, "\r\n\r\n") == 431);
}
