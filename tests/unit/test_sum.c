#include "stats/samples/sum.h"

#include "golden.h"

TEST(what_rounding_takes_comes_back)
{
  double x[] = {1, 1e100, 1, -1e100};
  CHECK(dw_sum_array(x, 4) == 2);
  CHECK(dw_sum_array(x, 0) == 0);
  dw_sum sum = {0};
  for (int i = 0; i < 1000000; i++) dw_sum_add(&sum, 0.1);
  CHECK_CLOSE(dw_sum_value(&sum), 100000.00000000000555, 2e-16); /* a million times the double next to 0.1 */
}

TEST(order_does_not_matter)
{
  enum { N = 10000 };
  double *x = malloc(N * sizeof *x);
  for (uint64_t i = 0; i < N; i++) x[i] = ldexp(golden_uniform(1, i) - 0.5, (int)(golden_bits(2, i) % 60));
  double forward = dw_sum_array(x, N);
  dw_sum backward = {0};
  for (int i = N; i-- > 0;) dw_sum_add(&backward, x[i]);
  CHECK_CLOSE(dw_sum_value(&backward), forward, 4e-16);
  free(x);
}
