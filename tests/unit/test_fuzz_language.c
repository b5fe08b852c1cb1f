#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_language.c"

/* The short form of tests/fuzz/fuzz_language. */
TEST(damaged_models_are_refused_or_are_models)
{
  uint64_t accepted;
  const char *problem = fuzz_random(2000, 1, &accepted);
  CHECK_MSG(!problem, "%s", problem);
  CHECK_MSG(accepted > 200 && accepted < 1800, "%d models", (int)accepted); /* both kinds */
}
