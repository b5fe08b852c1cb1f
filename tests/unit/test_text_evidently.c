/* Held to sklearn and numpy (tests/golden/make_text_evidently.py). */
#include "detect/text/text_evidently.h"

#include "text_case.h"

static const char *const phrases[] = {"the refund, which WE await", "Ärger über_alles Жук", "x x x 42 42"};

TEST(golden_table)
{
  golden table = golden_open("golden/text_evidently.txt");
  int seen = 0;
  while (golden_next(&table)) {
    uint64_t seed = golden_whole(&table, 0);
    dw_passages a, b;
    text_case_passages(&a, 2 * seed, golden_whole(&table, 1), 0, NULL);
    text_case_passages(&b, 2 * seed + 1, golden_whole(&table, 2), golden_whole(&table, 3), phrases[golden_whole(&table, 4)]);
    dw_text_scored scored = {.side = {&a, &b}};
    CHECK(dw_text_evidently_classify(&scored, NULL) == DW_OK);
    double chance = dw_text_evidently_chance(&scored, 95);
    CHECK_MSG(test_close(scored.auc.auc, golden_number(&table, 5), 1e-12), "case %d: AUC %.15g, sklearn %.15g", (int)seed, scored.auc.auc,
              golden_number(&table, 5));
    CHECK_MSG(test_close(chance, golden_number(&table, 6), 1e-12), "case %d: chance %.15g, numpy %.15g", (int)seed, chance,
              golden_number(&table, 6));
    CHECK((scored.auc.auc > chance) == (golden_whole(&table, 7) == 1) && (scored.auc.auc > 0.55) == (golden_whole(&table, 8) == 1));
    dw_text_evidently_free(&scored);
    dw_passages_free(&a);
    dw_passages_free(&b);
    seen++;
  }
  CHECK(seen == 10);
}
