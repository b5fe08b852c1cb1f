#include "stats/answers/rate_shift.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/distributions/hypergeometric.h"

enum { STEPS_MOST = 100000000 };

static const double tie = 1 + 1e-7; /* of probabilities, as elsewhere: those that rounding parts are equal */

static bool shared(const dw_rate_prompt *p) { return p->all[0] && p->all[1]; }

/* Of the reference's yes: those of both sides are drawn from all answers. */
static dw_hypergeometric law_of(const dw_rate_prompt *p) { return dw_hypergeometric_make(p->all[0], p->all[1], p->yes[0] + p->yes[1]); }

/* How wide the law of all of them is, and how long it takes to make. */
static bool affordable(const dw_rate_prompt *prompt, size_t prompts, uint64_t *widest)
{
  double steps = 0;
  bool any = false;
  *widest = 1;
  for (size_t i = 0; i < prompts; i++) {
    if (!shared(&prompt[i])) continue;
    dw_hypergeometric one = law_of(&prompt[i]);
    any = true;
    steps += (double)(one.high - one.low + 1) * (double)*widest;
    *widest += one.high - one.low;
  }
  return any && steps <= STEPS_MOST;
}

bool dw_rate_shift_p(const dw_rate_prompt *prompt, size_t prompts, double *p_value)
{
  uint64_t widest, seen = 0;
  size_t width = 1;
  if (!affordable(prompt, prompts, &widest)) return false;
  size_t room = (size_t)widest; /* as STEPS_MOST has it */
  double *sum = dw_alloc_zero(room, sizeof *sum), *next = dw_alloc_zero(room, sizeof *next), *law = dw_alloc_zero(room, sizeof *law);
  sum[0] = 1;
  for (size_t i = 0; i < prompts; i++) {
    if (!shared(&prompt[i])) continue;
    dw_hypergeometric one = law_of(&prompt[i]);
    seen += prompt[i].yes[0] - one.low;
    if (one.high == one.low) continue;
    size_t more = (size_t)(one.high - one.low);
    for (size_t k = 0; k <= more; k++) law[k] = dw_hypergeometric_pmf(&one, one.low + k);
    memset(next, 0, (width + more) * sizeof *next);
    for (size_t a = 0; a < width; a++)
      for (size_t b = 0; b <= more; b++) next[a + b] += sum[a] * law[b];
    width += more;
    double *swap = sum;
    sum = next;
    next = swap;
  }
  double p = 0;
  for (size_t a = 0; a < width; a++)
    if (sum[a] <= sum[seen] * tie) p += sum[a];
  *p_value = p > 1 - 1e-12 ? 1 : p; /* all of it, but for rounding */
  dw_free(sum);
  dw_free(next);
  dw_free(law);
  return true;
}
