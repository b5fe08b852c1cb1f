#include "test.h"

#include <math.h>

#include "serve/watch/seed_rule.h"

static dw_seed_histogram histogram(const int count[DW_SEED_BINS])
{
  dw_seed_histogram h = {0};
  for (int bin = 0; bin < DW_SEED_BINS; bin++)
    for (int i = 0; i < count[bin]; i++) dw_seed_add(&h, 0.1 * bin + 0.05);
  return h;
}

/* Digits by mpmath at 30 digits, from the definition. */
TEST(seed_rule_is_what_its_definition_says)
{
  static const struct {
    int baseline[DW_SEED_BINS], window[DW_SEED_BINS];
    double divergence, cosine;
    bool alarm;
  } cases[] = {
      {{48, 48, 48, 48, 48, 48, 48, 48, 48, 48}, {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, 0, 1, false},
      {{48, 48, 48, 48, 48, 48, 48, 48, 48, 48}, {0, 1, 2, 3, 4, 4, 3, 2, 1, 0}, 0.32958368233687276, 0.81649658119989156, true},
      {{0, 1, 2, 3, 4, 10, 30, 80, 200, 150}, {0, 0, 0, 1, 0, 2, 2, 3, 7, 5}, 0.17522037512600804, 0.97498613232687336, true},
      {{0, 0, 0, 0, 0, 0, 0, 0, 0, 5}, {7, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 23.025850930040457, 2.0000000006e-10, true},
      {{10, 20, 30, 40, 50, 60, 70, 80, 90, 100},
       {11, 22, 27, 44, 45, 66, 63, 88, 81, 110},
       0.0048447796430714995,
       0.99528481056013786,
       false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_seed_histogram baseline = histogram(cases[i].baseline), window = histogram(cases[i].window);
    dw_seed_answer answer = dw_seed_judge(&baseline, &window);
    CHECK_MSG(fabs(answer.divergence - cases[i].divergence) <= 1e-12 * (1 + cases[i].divergence), "case %zu: %.17g", i, answer.divergence);
    CHECK_MSG(fabs(answer.cosine - cases[i].cosine) <= 1e-12 * cases[i].cosine, "case %zu: %.17g", i, answer.cosine);
    CHECK(answer.alarm == cases[i].alarm);
  }
}

TEST(seed_rule_counts_what_is_a_confidence)
{
  dw_seed_histogram h = {0}, none = {0};
  const double values[] = {0, 1, 0.0999999, 0.1, 0.95, -0.01, 1.01, NAN, INFINITY};
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) dw_seed_add(&h, values[i]);
  CHECK(h.rows == 5 && h.count[0] == 2 && h.count[1] == 1 && h.count[9] == 2);
  dw_seed_answer answer = dw_seed_judge(&h, &none);
  CHECK(isnan(answer.divergence) && isnan(answer.cosine) && !answer.alarm);
  answer = dw_seed_judge(&none, &h);
  CHECK(isnan(answer.divergence) && !answer.alarm);
}
