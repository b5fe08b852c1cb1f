#include "stats/learners/kmeans.h"

#include "golden.h"

/* Points around the corners of a triangle, in turn. */
static double *triangle(size_t count, double spread)
{
  static const double corner[3][2] = {{0, 0}, {10, 0}, {0, 10}};
  double *x = golden_sample(7, 2 * count, spread, -1.5 * spread, 0);
  for (size_t i = 0; i < 2 * count; i++) x[i] += corner[i / 2 % 3][i % 2];
  return x;
}

TEST(finds_the_corners)
{
  double *x = triangle(300, 0.5);
  for (uint64_t seed = 0; seed < 10; seed++) {
    dw_kmeans model;
    dw_kmeans_fit(&model, x, 300, 2, 3, dw_rng_derive(seed, "test"));
    CHECK(model.clusters == 3 && model.rounds < 20);
    size_t a = dw_kmeans_nearest(&model, (double[]){0, 0}), b = dw_kmeans_nearest(&model, (double[]){10, 0}),
           c = dw_kmeans_nearest(&model, (double[]){0, 10});
    CHECK(a != b && b != c && a != c);
    CHECK(fabs(model.center[2 * b] - 10) < 0.1 && fabs(model.center[2 * b + 1]) < 0.1);
    double within = 0;
    for (size_t i = 0; i < 300; i++) {
      size_t own = (size_t[]){a, b, c}[i % 3];
      CHECK(dw_kmeans_nearest(&model, x + 2 * i) == own);
      for (size_t d = 0; d < 2; d++) within += (x[2 * i + d] - model.center[2 * own + d]) * (x[2 * i + d] - model.center[2 * own + d]);
    }
    CHECK_CLOSE(model.within, within, 1e-12);
    dw_kmeans_free(&model);
  }
  free(x);
}

/* Each centre is the mean of its points, and no point is nearer to another: what Lloyd's iteration ends in, in more dimensions than lanes.
 */
TEST(is_a_fixed_point)
{
  enum { ROWS = 200, WIDTH = 7, CLUSTERS = 5 };
  double *x = golden_sample(8, ROWS * WIDTH, 1, 0, 0);
  dw_kmeans model;
  dw_kmeans_fit(&model, x, ROWS, WIDTH, CLUSTERS, dw_rng_derive(1, "test"));
  double sum[CLUSTERS * WIDTH] = {0};
  int size[CLUSTERS] = {0};
  for (size_t i = 0; i < ROWS; i++) {
    size_t own = dw_kmeans_nearest(&model, x + i * WIDTH);
    size[own]++;
    for (size_t d = 0; d < WIDTH; d++) sum[own * WIDTH + d] += x[i * WIDTH + d];
  }
  CHECK(model.clusters == CLUSTERS);
  for (size_t c = 0; c < CLUSTERS; c++)
    for (size_t d = 0; d < WIDTH; d++) CHECK_CLOSE(model.center[c * WIDTH + d], sum[c * WIDTH + d] / size[c], 1e-12);
  dw_kmeans_free(&model);
  free(x);
}

TEST(few_points)
{
  double x[] = {1, 1, 1, 1, 5, 5};
  dw_kmeans model;
  dw_kmeans_fit(&model, x, 3, 2, 8, dw_rng_derive(1, "test"));
  CHECK(model.clusters == 2 && model.within == 0);
  dw_kmeans_free(&model);
  dw_kmeans_fit(&model, x, 2, 2, 4, dw_rng_derive(1, "test"));
  CHECK(model.clusters == 1 && model.center[0] == 1 && dw_kmeans_nearest(&model, x + 4) == 0);
  dw_kmeans_free(&model);
  dw_kmeans_fit(&model, x, 1, 6, 1, dw_rng_derive(1, "test"));
  CHECK(model.clusters == 1 && memcmp(model.center, x, sizeof x) == 0);
  dw_kmeans_free(&model);
}
