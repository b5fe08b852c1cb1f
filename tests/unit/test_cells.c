#include "test.h"

#include "report/draw/cells.h"

static dw_buf buf;

static const char *shown(void)
{
  const char *text = dw_buf_cstr(&buf);
  buf.length = 0;
  return text;
}

static const char *clean(const char *text, bool ascii)
{
  dw_cells_clean(&buf, text, strlen(text), ascii);
  return shown();
}

static const char *fit(const char *text, size_t width, bool right, bool ascii)
{
  dw_cells_fit(&buf, text, strlen(text), width, right, ascii);
  return shown();
}

static size_t width(const char *text) { return dw_cells_width(text, strlen(text)); }

TEST(clean_text)
{
  CHECK_TEXT(clean("plain ümläut 日本", false), "plain ümläut 日本");
  CHECK_TEXT(clean("a\x1b[31mb\tc\n", false), "a\xef\xbf\xbd[31mb\xef\xbf\xbd"
                                              "c\xef\xbf\xbd");
  CHECK_TEXT(clean("a\xe2\x80\xae"
                   "b",
                   false),
             "a\xef\xbf\xbd"
             "b"); /* right-to-left override */
  CHECK_TEXT(clean("a\xc2\x9b"
                   "b",
                   false),
             "a\xef\xbf\xbd"
             "b"); /* C1: CSI */
  CHECK_TEXT(clean("a\xff\xc0\x80"
                   "b",
                   false),
             "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
             "b");
  CHECK_TEXT(clean("\xe2\x81\xa8名\xe2\x81\xa9", false), "名");
  CHECK_TEXT(clean("1 → 2 ≥ 3 ×4 – … ▁█ ü", true), "1 -> 2 >= 3 x4 - ... .@ ?");
  CHECK_TEXT(clean("", false), "");
}

TEST(widths)
{
  CHECK(width("") == 0);
  CHECK(width("abc") == 3);
  CHECK(width("ü") == 1);
  CHECK(width("日本語") == 6);
  CHECK(width("e\xcc\x81") == 1); /* e with a combining acute */
  CHECK(width("😀") == 2);
  CHECK(width("▁▂▃→") == 4);
}

TEST(fit_cuts_in_the_middle)
{
  CHECK_TEXT(fit("abc", 5, false, false), "abc  ");
  CHECK_TEXT(fit("abc", 5, true, false), "  abc");
  CHECK_TEXT(fit("abcde", 5, false, false), "abcde");
  CHECK_TEXT(fit("abcdef", 5, false, false), "ab…ef");
  CHECK_TEXT(fit("transaction_amount_usd", 12, false, false), "transa…t_usd");
  CHECK_TEXT(fit("transaction_amount_usd", 12, false, true), "trans..._usd");
  CHECK_TEXT(fit("日本語日本語", 6, false, false), "日…語 "); /* two wide ones and a half do not fit: padded */
  CHECK_TEXT(fit("abcdef", 1, false, false), "…");
  CHECK_TEXT(fit("abcdef", 0, false, false), "");
}

/* Whatever is cut, the cell is as wide as it should be. */
TEST(fit_is_exact)
{
  static const char *const texts[] = {"",
                                      "a",
                                      "日本語テキスト",
                                      "e\xcc\x81"
                                      "e\xcc\x81"
                                      "e\xcc\x81"
                                      "e\xcc\x81",
                                      "a日b本c語d",
                                      "😀😀😀😀"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    for (size_t w = 0; w < 20; w++)
      for (int ascii = 0; ascii < 2; ascii++) {
        size_t got = width(fit(texts[i], w, w % 2, ascii));
        CHECK_MSG(got == w, "text %zu in %zu cells took %zu", i, w, got);
      }
}

TEST(wrap)
{
  dw_cells_wrap(&buf, "the quick brown fox", 19, 2, 12);
  CHECK_TEXT(shown(), "  the quick\n  brown fox\n");
  dw_cells_wrap(&buf, "abcdefghijklmnopqrstuvwxyz", 26, 0, 10);
  CHECK_TEXT(shown(), "abcdefghij\nklmnopqrst\nuvwxyz\n");
  dw_cells_wrap(&buf, "abcdefghij klm", 14, 0, 10);
  CHECK_TEXT(shown(), "abcdefghij\nklm\n");
  dw_cells_wrap(&buf, "", 0, 0, 10);
  CHECK_TEXT(shown(), "");
  dw_buf_free(&buf);
}
