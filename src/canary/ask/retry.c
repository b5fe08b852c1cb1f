#include "canary/ask/retry.h"

dw_retry_kind dw_retry_status(int code)
{
  switch (code) {
  case 408:
  case 425:
  case 429:
  case 502:
  case 503:
  case 504:
  case 520: /* of Cloudflare: the server behind it is down, slow, or unreachable */
  case 521:
  case 522:
  case 523:
  case 524:
  case 529: return DW_RETRY_PATIENT; /* overloaded (Anthropic) */
  case 501:
  case 505: return DW_RETRY_NEVER;
  default: return code >= 500 ? DW_RETRY_UNLESS_SAME : DW_RETRY_NEVER;
  }
}

bool dw_retry_again(const dw_retry_rule *rule, const dw_retry_failure *failure, dw_rng *rng, int64_t *wait)
{
  if (failure->kind == DW_RETRY_NEVER || failure->attempts > rule->retries) return false;
  if (failure->kind == DW_RETRY_UNLESS_SAME && failure->same) return false;
  if (failure->retry_after > rule->patience) return false;
  int64_t most = rule->base;
  for (unsigned i = 1; i < failure->attempts && most < rule->longest; i++) most *= 2;
  if (most > rule->longest) most = rule->longest;
  if (failure->retry_after) *wait = failure->retry_after + (int64_t)(dw_rng_uniform(rng) * (double)rule->base);
  else *wait = (int64_t)(dw_rng_uniform(rng) * (double)most);
  return true;
}
