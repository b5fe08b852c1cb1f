/* simulate_windows: makes the table of src/stats/detect_values/window_limits.c. For each grid point a stream of uniform numbers passes two
 * windows again and again; the mean time until a statistic first reaches h is estimated for each h, of runs that were cut off too (the time
 * under watch over the number of alarms, as of an exponential time), and the h of each run length is printed. Half an hour: make
 * simulate-windows. */
#include "stats/detect_values/two_windows.h"

#include "base/mem.h"
#include "base/rng.h"
#include "stats/detect_values/window_limits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 2000, LENGTHS = 7 };

static const uint64_t windows[] = {20, 50, 100, 200}, ratios[] = {1, 2, 4, 10};
static const double lengths[LENGTHS] = {100, 316.22776601683796, 1000, 3162.2776601683795, 10000, 31622.776601683792, 100000};
static const double step[] = {0.002, 0.002}; /* of the levels: T up to 4, D scaled up to 4 */

/* Time under watch and alarms of each level. */
typedef struct level {
  double time, alarms;
} level;

static void run(dw_two_windows *w, level out[2][LEVELS], uint64_t most, dw_rng *rng)
{
  int reached[2] = {0, 0};
  while (!dw_two_windows_add(w, dw_rng_uniform(rng))) continue;
  for (uint64_t t = 1; t <= most; t++) {
    double value[2] = {dw_two_windows_cvm(w), dw_two_windows_ks(w)};
    for (int s = 0; s < 2; s++)
      for (; reached[s] < LEVELS && value[s] >= reached[s] * step[s]; reached[s]++) {
        out[s][reached[s]].time += (double)t;
        out[s][reached[s]].alarms++;
      }
    dw_two_windows_add(w, dw_rng_uniform(rng));
  }
  for (int s = 0; s < 2; s++)
    for (int k = reached[s]; k < LEVELS; k++) out[s][k].time += (double)most;
}

int main(int argc, char **argv)
{
  double total = argc > 1 ? strtod(argv[1], NULL) : 2e7;     /* steps a grid point */
  int first = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0; /* grid points to pass over */
  uint64_t most = 20000;
  for (int frozen = 0; frozen < 2; frozen++)
    for (size_t i = 0; i < 4; i++)
      for (size_t k = 0; k < 4; k++) {
        static level out[2][LEVELS];
        if (frozen * 16 + (int)(i * 4 + k) < first) continue;
        memset(out, 0, sizeof out);
        dw_two_windows *w = dw_alloc_zero(1, dw_two_windows_bytes(windows[i] * ratios[k], windows[i]));
        dw_rng rng;
        dw_rng_start(&rng, dw_rng_derive(1, "simulate windows"), (uint64_t)(frozen * 16) + i * 4 + k, 0);
        for (double done = 0; done < total; done += (double)most) {
          dw_two_windows_reset(w, windows[i] * ratios[k], windows[i], frozen, 1);
          run(w, out, most, &rng);
        }
        for (int s = 0; s < 2; s++) {
          printf("%s frozen=%d window=%d ratio=%d", s ? "ks" : "cvm", frozen, (int)windows[i], (int)ratios[k]);
          for (int l = 0; l < LENGTHS; l++) {
            int at = 0;
            while (at < LEVELS - 1 && out[s][at].time < lengths[l] * out[s][at].alarms) at++;
            printf(" %.3f", at * step[s]);
          }
          printf("\n");
          fflush(stdout);
        }
        dw_free(w);
      }
  return 0;
}
