#include "test.h"

#include "report/draw/escape.h"

static dw_buf buf;

static const char *markup(const char *text)
{
  buf.length = 0;
  dw_escape_markup(&buf, text, strlen(text));
  return dw_buf_cstr(&buf);
}

static const char *markdown(const char *text)
{
  buf.length = 0;
  dw_escape_markdown(&buf, text, strlen(text));
  return dw_buf_cstr(&buf);
}

TEST(markup_is_inert)
{
  CHECK_TEXT(markup("<script>\"'&amp;"), "&lt;script&gt;&quot;&#39;&amp;amp;");
  CHECK_TEXT(markup("a\nb\tc\rd"), "a b c d");
  CHECK_TEXT(markup("日本 ü"), "日本 ü");
}

TEST(what_xml_forbids_is_replaced)
{
  CHECK_TEXT(markup("a\x01"
                    "b\x1f"
                    "c\x7f"),
             "a\xef\xbf\xbd"
             "b\xef\xbf\xbd"
             "c\xef\xbf\xbd");
  CHECK_TEXT(markup("\xef\xbf\xbe"), "\xef\xbf\xbd");                         /* U+FFFE */
  CHECK_TEXT(markup("\xf0\x9f\xbf\xbf"), "\xef\xbf\xbd");                     /* U+1FFFF */
  CHECK_TEXT(markup("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
  CHECK_TEXT(markup("\xe2\x80\xae x"), "\xef\xbf\xbd x");                     /* right-to-left override */
  CHECK_TEXT(markup("\xc2\x85"), "\xef\xbf\xbd");
  CHECK_TEXT(markup("\xf0\x9f\x98\x80\xef\xbf\xbd"), "\xf0\x9f\x98\x80\xef\xbf\xbd");
}

/* Every byte, alone and in front of another: no markup character gets through, and the result is UTF-8. */
TEST(every_pair_of_bytes)
{
  size_t bad = 0;
  for (int a = 1; a < 256; a++)
    for (int b = 1; b < 256; b++) {
      char text[] = {(char)a, (char)b, 0};
      const char *out = markup(text);
      if (strpbrk(out, "<>\"'") || !dw_utf8_valid(out, strlen(out))) bad++;
      out = markdown(text);
      if (strpbrk(out, "<>|\n") || !dw_utf8_valid(out, strlen(out))) bad++;
    }
  CHECK(bad == 0);
}

TEST(markdown_is_inert)
{
  CHECK_TEXT(markdown("a|b"), "a&#124;b");
  CHECK_TEXT(markdown("*a* _b_ `c` [d](e)"), "\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e)");
  CHECK_TEXT(markdown("<b>&"), "&lt;b&gt;&amp;");
  CHECK_TEXT(markdown("@user http://x www.x"), "&#64;user http&#58;//x www&#46;x");
  CHECK_TEXT(markdown("# h\n- x: 1.5 (+3 %)"), "\\# h - x: 1.5 (+3 %)");
  CHECK_TEXT(markdown("---"), "\\---");
  dw_buf_free(&buf);
}
