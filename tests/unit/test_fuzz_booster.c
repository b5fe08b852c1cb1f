#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/damaged_boosters.c"

/* The short form of tests/fuzz/damaged_boosters. */
TEST(damaged_models_do_not_kill_the_library)
{
  static const char *const models[] = {"data/xgboost33/categorical.json", "data/xgboost33/early_stopped.json", "data/xgboost33/dart.ubj",
                                       "data/xgboost33/softprob.json"};
  static fuzz_seeds seeds;
  fuzz_tally tally = {0};
  dw_err err = {0};
  if (seed_trained(&seeds, &err) != DW_OK) {
    CHECK_MSG(strstr(err.message, "cannot be loaded"), "%s", err.message);
    test_skip("XGBoost's library is not installed");
    return;
  }
  for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
    size_t length;
    char *bytes = test_read(models[i], &length);
    if (bytes) seed_add(&seeds, bytes, length);
    free(bytes);
  }
  CHECK_MSG(seeds.count == 10, "%d models", (int)seeds.count);
  const char *problem = fuzz_all(&seeds, 300, 1, &tally, NULL);
  CHECK_MSG(!problem, "document %d: %s", (int)tally.first_died, problem);
  CHECK_MSG(tally.read > 40 && tally.read < 260 && tally.scored > 20 && tally.trained > 10, "%d read, %d scored, %d trained",
            (int)tally.read, (int)tally.scored, (int)tally.trained); /* both kinds */
  seeds_free(&seeds);
}
