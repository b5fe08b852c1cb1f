#include "test.h"

#include "canary/ask/retry.h"

static const dw_retry_rule rule = {.retries = 5, .base = 1000, .longest = 6000, .patience = 1000000};

static bool again(dw_retry_kind kind, unsigned attempts, bool same, int64_t retry_after, dw_rng *rng, int64_t *wait)
{
  return dw_retry_again(&rule, &(dw_retry_failure){kind, attempts, same, retry_after}, rng, wait);
}

TEST(statuses)
{
  static const int never[] = {300, 301, 307, 400, 401, 402, 403, 404, 405, 409, 413, 422, 501, 505}, same[] = {500, 507, 599},
                   patient[] = {408, 425, 429, 502, 503, 504, 529};
  for (size_t i = 0; i < sizeof never / sizeof *never; i++) CHECK(dw_retry_status(never[i]) == DW_RETRY_NEVER);
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) CHECK(dw_retry_status(same[i]) == DW_RETRY_UNLESS_SAME);
  for (size_t i = 0; i < sizeof patient / sizeof *patient; i++) CHECK(dw_retry_status(patient[i]) == DW_RETRY_PATIENT);
}

TEST(retries_end)
{
  dw_rng rng;
  int64_t wait;
  dw_rng_start(&rng, dw_rng_derive(1, "test"), 0, 0);
  CHECK(!again(DW_RETRY_NEVER, 1, false, 0, &rng, &wait));
  CHECK(again(DW_RETRY_PATIENT, 5, true, 0, &rng, &wait) && !again(DW_RETRY_PATIENT, 6, false, 0, &rng, &wait));
  CHECK(again(DW_RETRY_UNLESS_SAME, 2, false, 0, &rng, &wait) && !again(DW_RETRY_UNLESS_SAME, 2, true, 0, &rng, &wait));
  CHECK(!again(DW_RETRY_PATIENT, 1, false, rule.patience + 1, &rng, &wait));
}

/* Even between 0 and the most that is waited, which doubles: 1000, 2000, 4000, then 6000. */
TEST(waits_grow_and_are_drawn_from_all_of_the_range)
{
  dw_rng rng;
  int64_t wait;
  static const int64_t most[] = {1000, 2000, 4000, 6000, 6000};
  dw_rng_start(&rng, dw_rng_derive(1, "test"), 0, 0);
  for (unsigned attempts = 1; attempts <= 5; attempts++) {
    double sum = 0, largest = 0;
    for (int i = 0; i < 4000; i++) {
      CHECK(again(DW_RETRY_PATIENT, attempts, false, 0, &rng, &wait) && wait >= 0 && wait <= most[attempts - 1]);
      sum += (double)wait;
      if ((double)wait > largest) largest = (double)wait;
    }
    /* 5 standard deviations of the mean are 2.3 % of the range */
    CHECK(fabs(sum / 4000 / (double)most[attempts - 1] - 0.5) < 0.023 && largest > 0.99 * (double)most[attempts - 1]);
  }
}

TEST(retry_after_is_waited_for_and_a_little_more)
{
  dw_rng rng;
  int64_t wait;
  dw_rng_start(&rng, dw_rng_derive(1, "test"), 0, 0);
  for (int i = 0; i < 1000; i++) CHECK(again(DW_RETRY_PATIENT, 4, false, 500000, &rng, &wait) && wait >= 500000 && wait <= 501000);
}
