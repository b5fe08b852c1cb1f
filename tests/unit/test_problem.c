#include "serve/request/problem.h"

#include "test.h"

TEST(problems_are_documents)
{
  dw_buf out = {0};
  dw_problem_write(&out, 404, "there is no \"x\"");
  CHECK_TEXT(dw_buf_cstr(&out), "{\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is no \\\"x\\\"\"}\n");
  out.length = 0;
  dw_problem_write(&out, 299, NULL);
  CHECK_TEXT(dw_buf_cstr(&out), "{\"title\":\"Error\",\"status\":299}\n");
  dw_buf_free(&out);
  CHECK_TEXT(dw_problem_title(431), "Request Header Fields Too Large");
}
