#include "model/judge/class_list.h"

#include "test.h"

static dw_err err;

TEST(arrays_and_words)
{
  static const char *const text[][2] = {{"a,b,c", "\"a\", \"b\", \"c\""}, {"[\"a\",\"b\"]", "\"a\", \"b\""}, {"[0, 1.0,2]", "0, 1, 2"},
                                        {"[false,true]", "false, true"},  {"0,1", "\"0\", \"1\""},           {"[\"1\",1]", "\"1\", 1"},
                                        {"bad one,", "\"bad one\", \"\""}};
  for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
    dw_class_list list;
    dw_buf out = {0};
    CHECK_MSG(dw_class_list_parse(&list, text[i][0], strlen(text[i][0]), &err) == DW_OK, "%s: %s", text[i][0], err.message);
    dw_class_list_print(&list, &out);
    CHECK_TEXT(dw_buf_cstr(&out), text[i][1]);
    dw_buf_free(&out);
    dw_class_list_free(&list);
  }
  static const char *const bad[] = {"", "a", "[\"a\"]", "[]", "[1", "a,b,a", "[1,1.0]", "[null,1]", "[[1],2]", "[1,2] x", "[{},1]"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    dw_class_list list;
    CHECK_MSG(dw_class_list_parse(&list, bad[i], strlen(bad[i]), &err) == DW_EDATA && list.count == 0, "%s", bad[i]);
  }
}

TEST(values_among_labels)
{
  dw_class_list list;
  dw_labels labels;
  CHECK(dw_class_list_parse(&list, "[\"0\",\"1\"]", 9, &err) == DW_OK);
  dw_labels_init(&labels); /* texts among texts are places; with a number before them they are what they say */
  CHECK(dw_class_item_value(&list.item[1], &labels) == 0 && labels.named);
  dw_labels_free(&labels);
  dw_labels_init(&labels);
  CHECK(dw_labels_number(&labels, 1) == 1 && dw_class_item_value(&list.item[1], &labels) == 1 && !labels.named);
  dw_labels_free(&labels);
  dw_class_list_free(&list);
}
