/* Exact p-values in fractions (tests/golden/make_rate_shift.py). */
#include "stats/answers/rate_shift.h"

#include "golden.h"

TEST(golden_table)
{
  golden table = golden_open("golden/rate_shift.txt");
  int cases = 0;
  while (golden_next(&table)) {
    dw_rate_prompt prompt[8];
    double p = NAN;
    size_t prompts = golden_whole(&table, 0);
    int at = 1;
    for (size_t i = 0; i < prompts; i++)
      for (int s = 0; s < 2; s++) {
        prompt[i].yes[s] = golden_whole(&table, at++);
        prompt[i].all[s] = golden_whole(&table, at++);
      }
    CHECK(dw_rate_shift_p(prompt, prompts, &p));
    CHECK_CLOSE(p, golden_number(&table, at), 1e-10);
    cases++;
  }
  CHECK(cases == 16);
}

TEST(none_and_too_many)
{
  double p = -1;
  dw_rate_prompt one_side = {{1, 0}, {3, 0}}, many[40], large = {{500, 600}, {100000, 100000}};
  CHECK(!dw_rate_shift_p(&one_side, 1, &p) && !dw_rate_shift_p(NULL, 0, &p) && p == -1);
  for (int i = 0; i < 40; i++) many[i] = (dw_rate_prompt){{4000, 4100}, {8000, 8000}};
  CHECK(!dw_rate_shift_p(many, 40, &p) && p == -1);
  CHECK(dw_rate_shift_p(&large, 1, &p) && p > 0.001 && p < 0.01); /* z = -3.02 */
}
