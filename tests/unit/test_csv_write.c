#include "io/formats/csv_write.h"

#include "test.h"

static const char *field(const char *text)
{
  static dw_buf buf;
  buf.length = 0;
  dw_csv_field(&buf, text, strlen(text), ',');
  return dw_buf_cstr(&buf);
}

TEST(plain_fields_stay)
{
  CHECK_TEXT(field("a"), "a");
  CHECK_TEXT(field("two words"), "two words");
  CHECK_TEXT(field("3.25"), "3.25");
  CHECK_TEXT(field("\xc3\xa9;\t'|"), "\xc3\xa9;\t'|");
}

TEST(quotes_where_they_are_needed)
{
  CHECK_TEXT(field(""), "\"\"");
  CHECK_TEXT(field("a,b"), "\"a,b\"");
  CHECK_TEXT(field("\""), "\"\"\"\"");
  CHECK_TEXT(field("say \"x\""), "\"say \"\"x\"\"\"");
  CHECK_TEXT(field("a\nb"), "\"a\nb\"");
  CHECK_TEXT(field("a\r"), "\"a\r\"");
  CHECK_TEXT(field(" a"), "\" a\"");
  CHECK_TEXT(field("a "), "\"a \"");
}

TEST(fields_follow_one_another)
{
  dw_buf buf = {0};
  dw_csv_field(&buf, "a\0,b", 4, ',');
  dw_buf_char(&buf, ',');
  dw_csv_field(&buf, "c", 1, ',');
  CHECK(buf.length == 8 && memcmp(buf.data, "\"a\0,b\",c", 8) == 0);
  dw_buf_free(&buf);
}

TEST(another_delimiter)
{
  dw_buf buf = {0};
  dw_csv_field(&buf, "a,b", 3, ';');
  dw_buf_char(&buf, ';');
  dw_csv_field(&buf, "c;d", 3, ';');
  CHECK_TEXT(dw_buf_cstr(&buf), "a,b;\"c;d\"");
  dw_buf_free(&buf);
}
