#include "test.h"

#include "io/text/lines.h"

/* "NUMBER<text>" a line, with a dot behind one that has no end. */
static void put(dw_buf *out, const dw_line *line)
{
  dw_buf_format(out, "%d<", (int)line->number);
  dw_buf_add(out, line->text, line->length);
  dw_buf_text(out, line->ended ? ">" : ">.");
  CHECK(!line->ended || line->text[line->length] == '\n');
}

static void check_whole(const char *text, const char *want)
{
  dw_buf got = {0};
  dw_lines lines = dw_lines_of(text, strlen(text));
  for (dw_line line; dw_lines_next(&lines, &line);) put(&got, &line);
  dw_line none;
  CHECK(!dw_lines_next(&lines, &none));
  CHECK_TEXT(dw_buf_cstr(&got), want);
  dw_buf_free(&got);
}

/* Each piece is a copy that is gone once its lines were taken: the sanitizer sees who still looks at it. */
static void check_pieces(const char *text, size_t size, const char *want)
{
  dw_buf got = {0};
  dw_lines lines = {0};
  dw_line line;
  for (size_t at = 0, length = strlen(text); at < length; at += size) {
    size_t count = length - at < size ? length - at : size;
    char *piece = dw_alloc(count);
    memcpy(piece, text + at, count);
    for (dw_lines_add(&lines, piece, count); dw_lines_next(&lines, &line);) {
      put(&got, &line);
      CHECK(dw_lines_waiting(&lines) == 0);
    }
    const char *last = at + count ? memrchr(text, '\n', at + count) : NULL;
    CHECK(dw_lines_waiting(&lines) == (last ? (size_t)(text + at + count - last) - 1 : at + count));
    dw_free(piece);
  }
  for (dw_lines_end(&lines); dw_lines_next(&lines, &line);) put(&got, &line);
  CHECK(!dw_lines_next(&lines, &line));
  CHECK_MSG(strcmp(dw_buf_cstr(&got), want) == 0, "pieces of %zu: %s", size, got.data);
  dw_lines_free(&lines);
  dw_buf_free(&got);
}

static const struct {
  const char *text, *lines;
} cases[] = {
    {"", ""},
    {"\n", "1<>"},
    {"a", "1<a>."},
    {"a\n", "1<a>"},
    {"a\nb", "1<a>2<b>."},
    {"\n\n", "1<>2<>"},
    {"a\r\n\r\nb\r\n", "1<a\r>2<\r>3<b\r>"},
    {"{\"a\":1}\n\n  \n{\"b\":[1,2]}\nlast", "1<{\"a\":1}>2<>3<  >4<{\"b\":[1,2]}>5<last>."},
    {"a long line, and a longer one behind it\nthe longer one, which has no end and is longer",
     "1<a long line, and a longer one behind it>2<the longer one, which has no end and is longer>."},
};

TEST(lines_of_a_text)
{
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_whole(cases[i].text, cases[i].lines);
  dw_lines nothing = dw_lines_of(NULL, 0);
  dw_line line;
  CHECK(!dw_lines_next(&nothing, &line));
}

TEST(lines_of_pieces_of_every_size)
{
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    for (size_t size = 1; size < 100; size++) check_pieces(cases[i].text, size, cases[i].lines);
}

TEST(blank_lines)
{
  static const char *const blank[] = {"", " ", "\t", "\r", " \t \r"}, *const text[] = {"a", " a", "\f", "\v", "  {"};
  for (size_t i = 0; i < sizeof blank / sizeof *blank; i++) CHECK(dw_line_blank(&(dw_line){.text = blank[i], .length = strlen(blank[i])}));
  for (size_t i = 0; i < sizeof text / sizeof *text; i++) CHECK(!dw_line_blank(&(dw_line){.text = text[i], .length = strlen(text[i])}));
}
