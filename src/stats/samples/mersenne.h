/* mersenne: numpy's legacy random numbers (RandomState), for results that must agree with programs that use them; everything of our own
 * draws from base/rng.h. MT19937: Matsumoto and Nishimura, Mersenne Twister, ACM Trans. Model. Comput. Simul. 8(1), 1998; seeded by
 * init_genrand. */
#ifndef DW_STATS_MERSENNE_H
#define DW_STATS_MERSENNE_H

#include <stddef.h>
#include <stdint.h>

typedef struct dw_mersenne {
  uint32_t state[624];
  unsigned next;
} dw_mersenne;

void dw_mersenne_seed(dw_mersenne *twister, uint32_t seed); /* RandomState(seed) */
uint32_t dw_mersenne_u32(dw_mersenne *twister);
double dw_mersenne_uniform(dw_mersenne *twister);                              /* rand(): [0, 1), 53 bits */
uint32_t dw_mersenne_below(dw_mersenne *twister, uint32_t bound);              /* randint(bound): masked rejection; bound > 0 */
void dw_mersenne_permutation(dw_mersenne *twister, uint32_t *out, uint32_t n); /* permutation(n) */

#endif
