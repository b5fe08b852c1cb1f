#include "test.h"

#include "store/intake/labelled.h"

TEST(the_label_stands_behind_the_other_members)
{
  static const struct {
    const char *content, *label, *want;
    bool added;
  } cases[] = {
      {"{\"a\":1}", "{\"id\":\"x\",\"label\":1}", "{\"a\":1,\"label\":1}", true},
      {"{\"a\":1}", NULL, "{\"a\":1}", true},
      {"{}", "{\"label\":\"no\"}", "{\"label\":\"no\"}", true},
      {"{ } \r", "{\"label\": [1, 2] ,\"id\":1}", "{ \"label\":[1, 2]} \r", true},
      {"{\"a\":{\"label\":1}}", "{\"x\":{\"label\":2},\"label\":1.10}", "{\"a\":{\"label\":1},\"label\":1.10}", true},
      {"{\"b\":\"}\\\"\"}", "{\"label\":{\"k\":null}}", "{\"b\":\"}\\\"\",\"label\":{\"k\":null}}", true},
      {"{\"label\":0}", "{\"label\":1}", "{\"label\":0}", false},
      {"{\"a\":1}", "{\"id\":\"x\"}", "{\"a\":1}", false},
  };
  dw_buf scratch = {0}, out = {0};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char want[100];
    dw_records_row row = {.content = cases[i].content, .length = strlen(cases[i].content), .label = cases[i].label};
    if (row.label) row.label_length = strlen(row.label);
    out.length = 0;
    CHECK(dw_labelled_write(&out, &row, &scratch) == cases[i].added);
    snprintf(want, sizeof want, "%s\n", cases[i].want);
    CHECK_TEXT(dw_buf_cstr(&out), want);
  }
  dw_buf_free(&scratch);
  dw_buf_free(&out);
}
