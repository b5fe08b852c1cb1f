/* canary_compare: dw-compare --canaries: answers of canaries held against those of a healthy round. */
#ifndef DW_CMD_CANARY_COMPARE_H
#define DW_CMD_CANARY_COMPARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text_list.h"

typedef struct dw_canaries_asked {
  const dw_text_list *reference, *current, *method;
  const char *margins, *output; /* margins: a file of dw-calibrate canaries; NULL: none */
  double alpha;                 /* NaN: 0.05 */
  uint64_t permutations, seed, threads, memory, block, characters;
  const char *sequential; /* a file that remembers looks; NULL: rounds by themselves */
  bool sequential_reset, skip_errors, exit_zero;
  int rule; /* of canary/judge/canary_rules.h */
} dw_canaries_asked;

/* To its end, with the answer as exit status. */
_Noreturn void dw_compare_canaries(const dw_canaries_asked *asked);

#endif
