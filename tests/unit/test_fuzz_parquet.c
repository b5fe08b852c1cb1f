#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_parquet.c"

/* The short form of tests/fuzz/fuzz_parquet. */
TEST(any_pages_are_records_or_an_error)
{
  uint64_t read;
  const char *problem = fuzz_parquet(3000, 1, &read);
  CHECK_MSG(!problem, "%s", problem);
  CHECK_MSG(read > 300 && read < 2700, "%d files with rows", (int)read); /* both kinds */
}
