/* fuzz_arrow: the reader of Arrow IPC on damaged streams: records or an error, never a crash. (A sanitizer is what finds most.)
 * tests/unit/test_fuzz_arrow.c includes this file and runs random damage.
 */
#include "arrow_kinds_seed.h"
#include "arrow_seed.h"
#include "fuzz_columnar.h"

FUZZ_UNIT const char *fuzz_arrow(uint64_t count, uint64_t seed, uint64_t *read)
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
    if (i && i != 2) columnar_damages(&made, &rng);
    problem = fuzz_columnar(made.data, made.length, i % 2, i % 3 == 1, &rows);
    *read += rows > 0;
  }
  dw_buf_free(&made);
  return problem;
}

#if !defined(FUZZ_NO_MAIN)
static const char *fuzz_one(const char *bytes, size_t length)
{
  uint64_t rows;
  return fuzz_columnar(bytes, length, length % 2, length % 3 == 1, &rows);
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  if (dw_rng_below(rng, 16)) {
    columnar_damage(input, rng);
  } else {
    bool kinds = dw_rng_below(rng, 2);
    input->length = 0;
    if (kinds) dw_buf_add(input, arrow_kinds_seed, sizeof arrow_kinds_seed);
    else dw_buf_add(input, arrow_seed, sizeof arrow_seed);
  }
}

FUZZ_TARGET("arrow", fuzz_one, fuzz_change);
#endif
