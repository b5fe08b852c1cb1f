#include "test.h"

#include "serve/alerts/slots.h"

TEST(slots_lie_on_one_grid)
{
  CHECK(dw_slot_at(300, 0) == 0 && dw_slot_at(300, 299) == 0 && dw_slot_at(300, 300) == 300 && dw_slot_at(300, -1) == -300);
  CHECK(dw_slot_after(300, 0) == 300 && dw_slot_after(300, 299) == 300 && dw_slot_after(300, -300) == 0);
}

TEST(slots_that_were_missed_are_caught_up_with_to_a_bound)
{
  static const struct {
    int64_t done, now;
    uint64_t most;
    dw_slots want;
  } cases[] = {
      {INT64_MIN, 1234, 12, {1200, 1, 0, 0}}, /* a first start catches up with nothing */
      {1200, 1499, 12, {1500, 0, 0, 0}},      {1200, 1500, 12, {1500, 1, 0, 0}},
      {1234, 1500, 12, {1500, 1, 0, 0}}, /* by another period than now */
      {1200, 2750, 12, {1500, 5, 0, 0}},      {1200, 2750, 5, {1500, 5, 0, 0}},
      {1200, 2750, 4, {1800, 4, 1, 1500}},    {1200, 2750, 1, {2700, 1, 4, 1500}},
      {3000, 2750, 12, {3300, 0, 0, 0}}, /* the clock went back: no slot is checked twice */
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_slots got = dw_slots_due(300, cases[i].done, cases[i].now, cases[i].most);
    const dw_slots *want = &cases[i].want;
    CHECK_MSG(got.first == want->first && got.count == want->count && got.missed == want->missed && got.missed_first == want->missed_first,
              "case %zu: %lld %llu %llu %lld", i, (long long)got.first, (unsigned long long)got.count, (unsigned long long)got.missed,
              (long long)got.missed_first);
  }
}
