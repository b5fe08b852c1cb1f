#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_responses.c"

/* The short form of tests/fuzz/fuzz_responses. */
TEST(random_responses_are_written_as_they_were_read)
{
  uint64_t accepted;
  dw_buf document = {0};
  const char *problem = fuzz_random(1000, 1, &document, &accepted);
  CHECK_MSG(!problem, "%s: %s", problem, dw_buf_cstr(&document));
  CHECK_MSG(accepted > 100 && accepted < 900, "%d read", (int)accepted); /* both kinds */
  dw_buf_free(&document);
}
