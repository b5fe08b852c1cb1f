#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_ndjson.c"

/* The short form of tests/fuzz/fuzz_ndjson. */
TEST(random_records_read_as_the_other_reader_reads_them)
{
  dw_buf record = {0};
  for (uint64_t seed = 1; seed <= 4; seed++) {
    uint64_t accepted;
    const char *problem = fuzz_random(5000, seed, &record, &accepted);
    CHECK(accepted > 2000 && accepted < 4500); /* both kinds */
    CHECK_MSG(!problem, "seed %d: %s: %s", (int)seed, problem, dw_buf_cstr(&record));
  }
  dw_buf_free(&record);
}

/* The comparison itself notices what it is there for. */
TEST(the_comparison_sees_differences)
{
  fuzz_scan scan = fuzz_begin();
  fuzz_read(&scan, "{\"a\":1,\"b\":[1,2]}", 17);
  CHECK(same_as_other(&scan, "{\"a\":1,\"b\":[1,2]}") == NULL);
  CHECK_TEXT(same_as_other(&scan, "{\"a\":2,\"b\":[1,2]}"), "number");
  CHECK_TEXT(same_as_other(&scan, "{\"a\":1,\"b\":[1,3]}"), "component");
  CHECK_TEXT(same_as_other(&scan, "{\"a\":1,\"c\":[1,2]}"), "a field is missing");
  CHECK_TEXT(same_as_other(&scan, "{\"a\":1         }"), "accepted, but the other reader refuses");
  fuzz_end(&scan);
}
