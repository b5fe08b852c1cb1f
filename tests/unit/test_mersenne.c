/* Held to numpy's RandomState (numpy 1.24: the stream is frozen by its policy, NEP 19). */
#include "stats/samples/mersenne.h"

#include "test.h"

TEST(numpy)
{
  dw_mersenne t;
  dw_mersenne_seed(&t, 42); /* np.random.seed(42); rand(3) */
  CHECK(dw_mersenne_uniform(&t) == 0.3745401188473625 && dw_mersenne_uniform(&t) == 0.9507143064099162 &&
        dw_mersenne_uniform(&t) == 0.7319939418114051);
  dw_mersenne_seed(&t, 42); /* randint(0, 10000, 5) */
  static const uint32_t draws[] = {7270, 860, 5390, 5191, 5734};
  for (int i = 0; i < 5; i++) CHECK(dw_mersenne_below(&t, 10000) == draws[i]);
  dw_mersenne_seed(&t, 42); /* permutation(10) */
  static const uint32_t order[] = {8, 1, 5, 0, 7, 2, 9, 4, 3, 6};
  uint32_t got[10];
  dw_mersenne_permutation(&t, got, 10);
  for (int i = 0; i < 10; i++) CHECK(got[i] == order[i]);
  dw_mersenne_seed(&t, 0);
  for (int i = 0; i < 1999; i++) dw_mersenne_u32(&t);
  uint32_t last = dw_mersenne_u32(&t);
  CHECK_MSG(last == 3856691381u, "%u", last);
  CHECK(dw_mersenne_below(&t, 1) == 0);
}
