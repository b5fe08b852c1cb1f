#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_arrow.c"

/* The short form of tests/fuzz/fuzz_arrow. */
TEST(damaged_streams_are_records_or_an_error)
{
  uint64_t read;
  const char *problem = fuzz_arrow(3000, 1, &read);
  CHECK_MSG(!problem, "%s", problem);
  CHECK_MSG(read > 300 && read < 2700, "%d streams with rows", (int)read); /* both kinds */
}
