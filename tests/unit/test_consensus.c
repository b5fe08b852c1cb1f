/* Expected values from the definition, with numpy: cosines of all pairs, means, and z-scores with ddof 0. */
#include "stats/answers/consensus.h"

#include "base/rng.h"
#include "test.h"

/* a, b and c alike, d apart; two prompts, vectors of any length. */
TEST(by_the_definition)
{
  static const double prompt[2][4][3] = {{{1, 2, 3}, {2, 4, 5}, {0.5, 1, 1.6}, {-1, 3, 0}},
                                         {{4, 0, 1}, {3, 0.5, 1}, {1e200, 0, 3e199}, {0, 1, 1}}};
  dw_consensus *network = dw_consensus_new(4, 3, NULL);
  for (int p = 0; p < 2; p++) {
    for (size_t c = 0; c < 4; c++) CHECK(dw_consensus_answer(network, c, prompt[p][c]));
    dw_consensus_prompt(network);
  }
  dw_consensus_canary out[4];
  dw_consensus_read(network, out);
  CHECK(out[0].prompts == 2 && out[0].anomalous == false);
  CHECK_CLOSE(out[0].similarity, 0.7622285105330109, 1e-13);
  CHECK_CLOSE(out[0].mean_z, 0.522427773788948, 1e-12);
  CHECK_CLOSE(out[0].sd_z, 0.039706465511236855, 1e-10);
  CHECK(out[1].prompts == 2 && out[1].anomalous == false);
  CHECK_CLOSE(out[1].similarity, 0.7939414868866628, 1e-13);
  CHECK_CLOSE(out[1].mean_z, 0.6784646592435452, 1e-12);
  CHECK_CLOSE(out[1].sd_z, 0.030044429353088487, 1e-10);
  CHECK(out[2].prompts == 2 && out[2].anomalous == false);
  CHECK_CLOSE(out[2].similarity, 0.7644606100402032, 1e-13);
  CHECK_CLOSE(out[2].mean_z, 0.5271935163441928, 1e-12);
  CHECK_CLOSE(out[2].sd_z, 0.007562923373963415, 1e-10);
  CHECK(out[3].prompts == 2 && out[3].anomalous == true);
  CHECK_CLOSE(out[3].similarity, 0.33416357176602096, 1e-13);
  CHECK_CLOSE(out[3].mean_z, -1.7280859493766854, 1e-12);
  CHECK_CLOSE(out[3].sd_z, 0.0020991127841858415, 1e-10);
  double matrix[16];
  dw_consensus_matrix(network, matrix);
  CHECK(matrix[0] == 1 && matrix[1] == matrix[4]);
  CHECK_CLOSE(matrix[1], 0.9904220329570681, 1e-14);
  CHECK_CLOSE(matrix[11], 0.3041033095368939, 1e-14);
  dw_consensus_free(network);
}

TEST(all_alike_nobody_departs)
{
  dw_consensus *network = dw_consensus_new(3, 2, NULL);
  for (int p = 0; p < 5; p++) {
    for (size_t c = 0; c < 3; c++) CHECK(dw_consensus_answer(network, c, (double[]){0.1 * (double)(c + 1), 0.3 * (double)(c + 1)}));
    dw_consensus_prompt(network);
  }
  dw_consensus_canary out[3];
  dw_consensus_read(network, out);
  for (int c = 0; c < 3; c++) CHECK(out[c].prompts == 5 && out[c].mean_z == 0 && out[c].sd_z == 0 && !out[c].anomalous);
  dw_consensus_free(network);
}

/* Several answers: the mean over pairs. A canary that is silent, an answer without direction, a weight of 0. */
TEST(what_is_missing)
{
  static const double weight[] = {1, 1, 0, 1};
  dw_consensus *network = dw_consensus_new(4, 2, weight);
  CHECK(dw_consensus_answer(network, 0, (double[]){1, 0}) && dw_consensus_answer(network, 0, (double[]){0, 1}));
  CHECK(dw_consensus_answer(network, 1, (double[]){1, 0}));
  CHECK(dw_consensus_answer(network, 2, (double[]){-1, 0}));
  CHECK(!dw_consensus_answer(network, 3, (double[]){0, 0}));
  dw_consensus_prompt(network);
  dw_consensus_canary out[4];
  dw_consensus_read(network, out);
  CHECK_CLOSE(out[0].similarity, 0.5, 1e-15); /* (1 + 0) / 2 with the second one; the third does not count */
  CHECK_CLOSE(out[2].similarity, (-0.5 - 1) / 2, 1e-15);
  CHECK(out[3].prompts == 0 && isnan(out[3].mean_z) && isnan(out[3].sd_z) && !out[3].anomalous);
  double matrix[16];
  dw_consensus_matrix(network, matrix);
  CHECK(isnan(matrix[15]) && isnan(matrix[3]) && matrix[6] == -1);
  dw_consensus_free(network);
}

/* Why the rule is no default: four healthy canaries each answer in their own way, always the same, and one of them is the last. */
TEST(the_rule_flags_healthy_canaries)
{
  enum { ROUNDS = 300, PROMPTS = 5, WIDTH = 16 };
  int flagged = 0;
  for (int round = 0; round < ROUNDS; round++) {
    dw_consensus *network = dw_consensus_new(4, WIDTH, NULL);
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(1, "healthy"), (uint64_t)round, 0);
    double way[4][WIDTH];
    for (int k = 0; k < 4 * WIDTH; k++) way[k / WIDTH][k % WIDTH] = 1 + 0.3 * dw_rng_uniform(&rng);
    for (int p = 0; p < PROMPTS; p++) {
      for (size_t c = 0; c < 4; c++) {
        double vector[WIDTH];
        for (int k = 0; k < WIDTH; k++) vector[k] = way[c][k] + 0.03 * dw_rng_uniform(&rng);
        dw_consensus_answer(network, c, vector);
      }
      dw_consensus_prompt(network);
    }
    dw_consensus_canary out[4];
    dw_consensus_read(network, out);
    flagged += out[0].anomalous || out[1].anomalous || out[2].anomalous || out[3].anomalous;
    dw_consensus_free(network);
  }
  CHECK_MSG(flagged > ROUNDS * 3 / 4, "only flagged in %d of %d healthy rounds", flagged, ROUNDS);
}
