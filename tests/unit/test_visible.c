#include "test.h"

#include "io/bytes/visible.h"

/* In one piece, and in pieces of each size. */
static void shown_as(const char *bytes, size_t length, const char *wanted)
{
  for (size_t piece = 1; piece <= length; piece++) {
    dw_visible visible = {0};
    dw_buf out = {0};
    for (size_t at = 0; at < length; at += piece) dw_visible_add(&visible, bytes + at, length - at < piece ? length - at : piece, &out);
    dw_visible_end(&visible, &out);
    CHECK_TEXT(dw_buf_cstr(&out), wanted);
    dw_buf_free(&out);
  }
}
#define SHOWN_AS(text, wanted) shown_as(text, sizeof(text) - 1, wanted)

TEST(what_a_terminal_would_obey_or_not_show_is_escaped)
{
  SHOWN_AS("a\033[31mb\177c\0d\a", "a\\u001b[31mb\\u007fc\\u0000d\\u0007");
  SHOWN_AS("\302\205\302\233x\342\200\256y\342\200\250z\342\201\246", "\\u0085\\u009bx\\u202ey\\u2028z\\u2066");
  SHOWN_AS("\363\240\201\201", "\\udb40\\udc41"); /* a tag, U+E0041 */
}

TEST(the_rest_stays)
{
  SHOWN_AS("{\"n\":\"Zo\303\253 \346\227\245\360\237\230\200\",\t1}\n", "{\"n\":\"Zo\303\253 \346\227\245\360\237\230\200\",\t1}\n");
  SHOWN_AS("a,b\r\nc\r\rd\r\n\r", "a,b\r\nc\\u000d\\u000dd\r\n\\u000d");
}

TEST(what_is_no_utf8_is_a_question_mark)
{
  SHOWN_AS("\351t\351\233", "?t??");
  SHOWN_AS("\342\202x\360\237\230", "??x???");
  SHOWN_AS("\355\240\200\300\200\377", "??????");
}
