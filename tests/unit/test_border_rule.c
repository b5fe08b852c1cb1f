/* The variation of a real endpoint's rounds, whose provider exchanged the model behind it between the 29th and the 30th of January. */
#include "stats/answers/border_rule.h"

#include "test.h"

/* From 2026-01-15 on, a round a day; some days are missing. */
static const double recorded[] = {0.0673, 0.0512, 0.0642, 0.0758, 0.0735, 0.1504, 0.0435, 0.0296, 0.0458, 0.0388, 0.0373, 0.0319, 0.0481,
                                  0.0596, 0.0319, 1,      1,      1,      1,      1,      1,      1,      1,      1,      1,      1};
enum { ROUNDS = sizeof recorded / sizeof *recorded, SWAP = 15 };

TEST(the_recorded_event_and_no_other)
{
  dw_border_round round[ROUNDS];
  dw_border_rule(recorded, ROUNDS, round);
  for (size_t i = 0; i < ROUNDS; i++) {
    CHECK(round[i].event == (i == SWAP));
    if (i < SWAP) CHECK(!round[i].deviates);
  }
  CHECK(round[SWAP].deviates && round[SWAP + 2].deviates && !round[SWAP].unstable);
  CHECK(round[ROUNDS - 1].unstable && !round[ROUNDS - 1].deviates);
}

TEST(its_windows)
{
  double variation[20];
  dw_border_round round[20];
  for (int i = 0; i < 20; i++) variation[i] = 0.01 * i;
  dw_border_rule(variation, 20, round);
  CHECK(round[7].before == 4 && isnan(round[7].mean) && !round[7].deviates);
  CHECK(round[8].before == 5);
  CHECK_CLOSE(round[8].mean, 0.02, 1e-12); /* rounds 0 to 4 */
  CHECK_CLOSE(round[8].sd, 0.01 * sqrt(2.5), 1e-12);
  CHECK(round[19].before == 14);
  CHECK_CLOSE(round[19].mean, 0.085, 1e-12); /* 2 to 15 */
}

/* Two in a row are none, three are an event; those that follow within ten rounds of one are of the same. */
TEST(three_in_a_row_and_ten_apart)
{
  enum { MANY = 90 };
  double variation[MANY];
  dw_border_round round[MANY];
  for (int i = 0; i < MANY; i++) variation[i] = 0.05 + 0.01 * (i % 2);
  static const int far[] = {20, 21, 40, 41, 42, 43, 44, 45, 46, 70, 71, 72};
  for (size_t i = 0; i < sizeof far / sizeof *far; i++) variation[far[i]] = 0.9;
  dw_border_rule(variation, MANY, round);
  for (int i = 0; i < MANY; i++) CHECK_MSG(round[i].event == (i == 40 || i == 70), "round %d", i);
  CHECK(round[20].deviates && round[21].deviates && round[42].deviates);
}
