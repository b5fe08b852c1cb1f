/* What is written is what the reader of the protocol reads, and the bytes of its specification. */
#include "io/parquet/thrift_write.h"

#include "test.h"

TEST(what_is_written_is_read)
{
  dw_buf bytes = {0};
  dw_thrift_out o = {.out = &bytes};
  dw_thrift_put_integer(&o, 1, DW_THRIFT_I64, INT64_MIN);
  dw_thrift_put_boolean(&o, 2, false);
  dw_thrift_put_struct(&o, 7);
  dw_thrift_put_text(&o, 3, "ab", 2);
  dw_thrift_end(&o);
  dw_thrift_put_list(&o, 8, DW_THRIFT_I32, 20);
  for (int i = 0; i < 20; i++) dw_thrift_item_integer(&o, -i);
  dw_thrift_put_list(&o, 9, DW_THRIFT_STRUCT, 1);
  dw_thrift_begin(&o);
  dw_thrift_put_integer(&o, 15, DW_THRIFT_I16, 300);
  dw_thrift_end(&o);
  dw_thrift_end(&o);

  dw_thrift t = dw_thrift_of(bytes.data, bytes.length);
  dw_thrift_field f = {0}, inner = {0}, element;
  size_t length;
  CHECK(dw_thrift_next(&t, &f) && f.id == 1 && dw_thrift_integer(&t, &f) == INT64_MIN);
  CHECK(dw_thrift_next(&t, &f) && f.id == 2 && !dw_thrift_boolean(&t, &f));
  CHECK(dw_thrift_next(&t, &f) && f.id == 7 && dw_thrift_enter(&t, &f));
  CHECK(dw_thrift_next(&t, &inner) && inner.id == 3);
  const char *text = dw_thrift_text(&t, &inner, &length);
  CHECK(length == 2 && memcmp(text, "ab", 2) == 0);
  CHECK(!dw_thrift_next(&t, &inner));
  CHECK(dw_thrift_next(&t, &f) && f.id == 8 && dw_thrift_list(&t, &f, &element) == 20);
  for (int i = 0; i < 20; i++) CHECK(dw_thrift_integer(&t, &element) == -i);
  CHECK(dw_thrift_next(&t, &f) && f.id == 9 && dw_thrift_list(&t, &f, &element) == 1 && dw_thrift_enter(&t, &element));
  inner = (dw_thrift_field){0};
  CHECK(dw_thrift_next(&t, &inner) && inner.id == 15 && dw_thrift_integer(&t, &inner) == 300);
  CHECK(!dw_thrift_next(&t, &inner) && !dw_thrift_next(&t, &f));
  CHECK(!t.wrong && t.at == t.end);
  dw_buf_free(&bytes);
}

TEST(the_bytes_are_those_of_the_specification)
{
  dw_buf bytes = {0};
  dw_thrift_out o = {.out = &bytes};
  dw_thrift_put_integer(&o, 1, DW_THRIFT_I32, 150); /* zigzag 300: ac 02 */
  dw_thrift_put_boolean(&o, 4, true);
  dw_thrift_end(&o);
  CHECK(bytes.length == 5 && memcmp(bytes.data, "\x15\xac\x02\x31\x00", 5) == 0);
  dw_buf_free(&bytes);
}
