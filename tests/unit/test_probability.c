/* When scores are taken for probabilities, and when they are mapped to such. That the map is the right one is held by test_calibration.c
 * and, with whole estimates, by test_estimate.c. */
#include "model/estimate/probability.h"

#include <math.h>

#include "test.h"

enum { ROWS = 4000 };
static dw_err err;

/* Labels that keep as close as can be to the share that the score says, by the golden section (then the rows that a map is not fitted to
 * stray the other way than it does, and none helps); the score is that share, or its square. */
static void make(double *score, uint32_t *label, bool warped)
{
  for (size_t i = 0; i < ROWS; i++) {
    double p = ((double)i + 0.5) / ROWS;
    label[i] = fmod((double)i * 0.6180339887498949, 1) < p;
    score[i] = warped ? p * p : p;
  }
}

TEST(only_where_it_helps)
{
  static double score[ROWS];
  static uint32_t label[ROWS];
  dw_probability map;
  make(score, label, false);
  CHECK(dw_probability_fit(&map, score, label, ROWS, 1, &err) == DW_OK && !map.needed);
  CHECK(dw_probability_of(&map, 0.3) == 0.3 && dw_probability_of(&map, -2) == 0 && dw_probability_of(&map, 2) == 1);
  dw_probability_free(&map);
  make(score, label, true);
  CHECK(dw_probability_fit(&map, score, label, ROWS, 1, &err) == DW_OK && map.needed);
  CHECK(fabs(dw_probability_of(&map, 0.55 * 0.55) - 0.55) < 0.05);
  dw_probability_free(&map);
}

TEST(scores_that_are_none_are_always_mapped)
{
  static double score[ROWS];
  static uint32_t label[ROWS];
  dw_probability map;
  make(score, label, false);
  for (size_t i = 0; i < ROWS; i++) score[i] = 10 * score[i] - 5;
  CHECK(dw_probability_fit(&map, score, label, ROWS, 1, &err) == DW_OK && map.needed);
  CHECK(fabs(dw_probability_of(&map, 10 * 0.35 - 5) - 0.35) < 0.05);
  dw_probability_free(&map);
  for (size_t i = 0; i < ROWS; i++) label[i] = 1;
  CHECK(dw_probability_fit(&map, score, label, ROWS, 1, &err) == DW_ENODATA);
  dw_probability_free(&map);
}

TEST(nothing_to_learn)
{
  double score[] = {0.1, 0.2, 0.3, 0.9, 0.95, 0.99};
  uint32_t apart[] = {0, 0, 0, 1, 1, 1}, alike[] = {0, 0, 0, 0, 0, 0};
  dw_probability map;
  CHECK(dw_probability_fit(&map, score, apart, 6, 1, &err) == DW_OK && !map.needed);
  CHECK(dw_probability_fit(&map, score, alike, 6, 1, &err) == DW_OK && !map.needed);
  CHECK(dw_probability_of(&map, 0.2) == 0.2);
}
