#include "test.h"

#include <math.h>

#include "canary/judge/canary_weights.h"

static dw_err err;

/* By the definition: similarity over the median of those that are well, 0.8 of 0.7, 0.8, 0.9. */
TEST(anomalous_ones_count_by_what_is_left_of_their_likeness)
{
  dw_canary_place place[] = {{"a", true, false, 0.7, 0}, {"b", true, true, 0.4, 0},  {"c", true, false, 0.9, 0},
                             {"d", true, false, 0.8, 0}, {"e", true, true, -0.3, 0}, {"f", true, true, 0.99, 0},
                             {"g", false, true, 0.1, 0}, {"h", true, true, 0.01, 0}, {"i", true, true, 0.2667, 0}};
  static const double wanted[] = {1, 0.5, 1, 1, 0.05, 1, NAN, 0.05, 0.3334};
  double median;
  for (int again = 0; again < 2; again++) {
    CHECK(dw_canary_weights(place, 9, &median, &err) == DW_OK && median == 0.8);
    for (size_t i = 0; i < 9; i++)
      CHECK_MSG(isnan(wanted[i]) ? isnan(place[i].weight) : fabs(place[i].weight - wanted[i]) < 1e-12, "%s: %g", place[i].canary,
                place[i].weight);
  }
  CHECK(dw_canary_weights(place, 3, &median, &err) == DW_OK && fabs(median - 0.8) < 1e-15 && place[1].weight == 0.5); /* of two, the mean */
}

TEST(nobody_left_to_weigh_against)
{
  dw_canary_place all[] = {{"a", true, true, 0.7, 0}, {"b", true, true, 0.4, 0}, {"c", false, false, 0.9, 0}};
  double median;
  CHECK(dw_canary_weights(all, 3, &median, &err) == DW_ENODATA && strstr(err.message, "\"a\""));
  all[0].anomalous = false;
  all[0].similarity = 0;
  CHECK(dw_canary_weights(all, 3, &median, &err) == DW_ENODATA && strstr(err.message, "\"b\""));
  all[0].similarity = 0.5;
  all[1].similarity = NAN;
  CHECK(dw_canary_weights(all, 3, &median, &err) == DW_ENODATA && strstr(err.message, "no similarity"));
  all[1].anomalous = false; /* all are well: nothing to weigh */
  CHECK(dw_canary_weights(all, 2, &median, &err) == DW_OK && all[0].weight == 1 && all[1].weight == 1);
  CHECK(dw_canary_weights(all, 0, &median, &err) == DW_OK && isnan(median));
}
