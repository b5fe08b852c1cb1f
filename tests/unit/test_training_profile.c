#include "model/fit/training_profile.h"

#include "model_case.h"

TEST(numbers_and_categories)
{
  dw_matrix m;
  dw_buf text = {0};
  dw_json json;
  dw_err err;
  CHECK(case_matrix(&m,
                    "{\"n\":1,\"c\":\"b\",\"f\":true}\n{\"n\":2,\"c\":\"a\",\"f\":false}\n{\"n\":null,\"c\":\"b\",\"v\":[1]}\n{\"n\":4.5,"
                    "\"c\":\"a\"}\n{\"c\":\"b\"}\n",
                    0, 0, &err) == DW_OK);
  dw_json_start(&json, &text, 0);
  dw_training_profile_write(&m, &json, NULL);
  CHECK_TEXT(dw_buf_cstr(&text),
             "{\"rows\":5,\"columns\":[{\"column\":\"n\",\"type\":\"numeric\",\"count\":3,\"missing\":2,\"mean\":2.5,\"std\":1."
             "8027756377319946,\"min\":1,"
             "\"quantiles\":{\"0.01\":1.02,\"0.05\":1.1,\"0.1\":1.2,\"0.25\":1.5,\"0.5\":2,\"0.75\":3.25,\"0.9\":4,\"0.95\":4.25,\"0.99\":"
             "4.45},\"max\":4.5},"
             "{\"column\":\"c\",\"type\":\"categorical\",\"count\":5,\"missing\":0,\"distinct\":2,\"categories\":[{\"value\":\"b\","
             "\"count\":3},{\"value\":\"a\",\"count\":2}],\"other\":0},"
             "{\"column\":\"f\",\"type\":\"categorical\",\"count\":2,\"missing\":3,\"mean\":0.5,\"std\":0.7071067811865476,\"min\":0,"
             "\"quantiles\":{\"0.01\":0.01,\"0.05\":0.05,\"0.1\":0.1,\"0.25\":0.25,\"0.5\":0.5,\"0.75\":0.75,\"0.9\":0.9,\"0.95\":0.95,\"0."
             "99\":0.99},\"max\":1},"
             "{\"column\":\"v\",\"type\":\"vector\",\"count\":1,\"missing\":4}]}");
  dw_matrix_free(&m);
  dw_buf_free(&text);
}

TEST(rare_categories)
{
  dw_matrix m;
  dw_buf text = {0}, out = {0};
  dw_json json;
  dw_err err;
  for (int i = 0; i < 180; i++) dw_buf_format(&text, "{\"c\":\"k%02d\"}\n", i % 60);
  CHECK(case_matrix(&m, dw_buf_cstr(&text), 0, 0, &err) == DW_OK);
  dw_json_start(&json, &out, 0);
  dw_training_profile_write(&m, &json, NULL);
  CHECK(strstr(dw_buf_cstr(&out), "\"distinct\":60") && strstr(dw_buf_cstr(&out), "{\"value\":\"k49\",\"count\":3}],\"other\":30"));
  dw_matrix_free(&m);
  dw_buf_free(&text);
  dw_buf_free(&out);
}
