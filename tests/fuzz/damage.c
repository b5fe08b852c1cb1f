/* damage SEED <input >output: a few random changes to the input (fuzz_damage), the same for the same seed. For scripts/fuzz. */
#include <stdio.h>

#include "base/num.h"
#include "target.h"

enum { CHANGES = 6 };

int main(int argc, char **argv)
{
  uint64_t seed;
  dw_rng rng;
  dw_buf text = {0};
  if (argc != 2 || !dw_num_parse_unsigned(argv[1], strlen(argv[1]), &seed)) return 2;
  dw_rng_start(&rng, dw_rng_derive(seed, "damage"), 0, 0);
  for (size_t count; (count = fread(dw_buf_room(&text, 65536), 1, 65536, stdin)) > 0;) text.length += count;
  for (uint64_t n = 1 + dw_rng_below(&rng, CHANGES); n-- > 0 && text.length;) fuzz_damage(&text, &rng);
  bool written = fwrite(text.data, 1, text.length, stdout) == text.length && fflush(stdout) == 0;
  dw_buf_free(&text);
  return written ? 0 : 4;
}
