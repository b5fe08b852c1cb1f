/* Held to scipy, every table counted (tests/golden/make_detectable.py), and to the approximation where that takes over. */
#include "stats/shift/detectable.h"

#include "golden.h"
#include "stats/shift/share_shift.h"

TEST(least_change_and_least_p)
{
  golden table = golden_open("golden/stats_detectable.txt");
  int changes = 0, least = 0;
  while (golden_next(&table)) {
    if (strcmp(table.field[0], "least") == 0) {
      least++;
      CHECK_CLOSE(dw_detectable_least_p(golden_whole(&table, 1), golden_whole(&table, 2)), golden_number(&table, 3), 1e-11);
      continue;
    }
    changes++;
    CHECK_CLOSE(dw_detectable_share(golden_whole(&table, 0), golden_whole(&table, 1), golden_number(&table, 2)), golden_number(&table, 3),
                1e-6);
  }
  CHECK(changes == 17 && least == 6);
}

/* Few rows beside very many: nearly the answer of the largest table that is counted, and never below what no number of rows brings. */
TEST(a_side_much_larger)
{
  double some = dw_detectable_share(30, 600, 0.05), many = dw_detectable_share(30, 1000000, 0.05),
         beyond = dw_detectable_share(1000000, 30, 0.05);
  CHECK(many < some && many > 0.95 * some);
  CHECK_CLOSE(beyond, many, 1e-6);
  CHECK(many > 2.8 * sqrt(1.0 / 30));
}

/* Where the approximation takes over it says no more, and less by 8 % at most. */
TEST(the_switch)
{
  static const double alpha[] = {0.05, 0.05 / 18, 0.05 / 1000};
  for (size_t i = 0; i < 3; i++) {
    double exact = dw_detectable_share(DW_DETECTABLE_EXACT, DW_DETECTABLE_EXACT, alpha[i]);
    double about = dw_share_shift_detectable(sqrt(2.0 / DW_DETECTABLE_EXACT), alpha[i]);
    CHECK_MSG(about <= exact && about >= 0.92 * exact, "%g: %g, %g", alpha[i], exact, about);
    double next = dw_share_shift_detectable(sqrt(2.0 / (DW_DETECTABLE_EXACT + 1)), alpha[i]);
    CHECK(dw_detectable_share(DW_DETECTABLE_EXACT + 1, DW_DETECTABLE_EXACT + 1, alpha[i]) == next);
  }
}
