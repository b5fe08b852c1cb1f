/* Confusion matrices against scikit-learn's (tests/golden/make_confusion.py). */
#include "model/judge/confusion.h"

#include "golden.h"

TEST(scikit_learns_shares)
{
  golden table = golden_open("golden/confusion.txt");
  int lines = 0;
  for (; golden_next(&table); lines++) {
    dw_normalise how = DW_NORMALISE_NONE;
    while (strcmp(dw_normalise_name(how), table.field[0]) != 0) how++;
    size_t n = (size_t)golden_whole(&table, 1);
    double cell[16];
    for (size_t k = 0; k < n * n; k++) cell[k] = golden_number(&table, 2 + (int)k);
    dw_confusion_normalise(cell, n, how);
    for (size_t k = 0; k < n * n; k++) CHECK_CLOSE(cell[k], golden_number(&table, 2 + (int)(n * n + k)), 1e-15);
  }
  CHECK(lines == 20);
}

TEST(sides)
{
  double cell[9] = {12, 1, 0, 4, 9, 2, 3, 0, 5};
  dw_confusion_side side[3];
  dw_confusion_sides(cell, 3, side);
  CHECK(side[0].tp == 12 && side[0].fn == 1 && side[0].fp == 7 && side[0].tn == 16);
  CHECK(side[1].tp == 9 && side[1].fn == 6 && side[1].fp == 1 && side[1].tn == 20);
  CHECK(side[2].tp == 5 && side[2].fn == 3 && side[2].fp == 2 && side[2].tn == 26);
}
