/* fuzz_arrow: the reader of Arrow IPC on damaged streams: records or an error, never a crash. (A sanitizer is what finds most.)
 *
 *   fuzz_arrow [COUNT [SEED]]
 *
 * tests/unit/test_fuzz_arrow.c includes this file and runs a short form.
 */
#include "arrow_kinds_seed.h"
#include "arrow_seed.h"
#include "fuzz_columnar.h"

static const char *fuzz_arrow(uint64_t count, uint64_t seed, uint64_t *read)
{
  dw_buf made = {0};
  const char *problem = NULL;
  *read = 0;
  for (uint64_t i = 0; i < count && !problem; i++) {
    dw_rng rng;
    uint64_t rows;
    dw_rng_start(&rng, dw_rng_derive(seed, "fuzz_arrow"), i, 0);
    made.length = 0;
    if (i % 4 < 2) dw_buf_add(&made, arrow_seed, sizeof arrow_seed);
    else dw_buf_add(&made, arrow_kinds_seed, sizeof arrow_kinds_seed);
    if (i && i != 2) fuzz_damage(&made, &rng);
    problem = fuzz_columnar(made.data, made.length, i % 2, i % 3 == 1, &rows);
    *read += rows > 0;
  }
  dw_buf_free(&made);
  return problem;
}

#if !defined(FUZZ_NO_MAIN)
FUZZ_COLUMNAR_MAIN("fuzz_arrow", fuzz_arrow)
#endif
