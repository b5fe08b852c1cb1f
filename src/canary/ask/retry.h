/* retry: whether what failed is asked again, and when.
 *
 * Waits grow from `base` by two with each attempt, up to `longest`, and are drawn evenly from all of that (exponential back-off with full
 * jitter: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), so that many who failed together do not come back
 * together. A Retry-After is obeyed: it is waited for, with up to `base` more; one beyond `patience` ends it.
 *
 *   429 408 425                                 again, up to the number of retries; 429 is no failure of the request (but ask knows a 429
 * that says insufficient_quota, which is final) 502 503 504 and other 5xx that pass, no connection, a connection that was cut       again,
 * up to the number of retries 500 and what else says nothing, an answer too late, one that is none       again, unless it fails the same
 * way twice: servers answer 500 to requests that will never do 501 505, all other 4xx, redirections        never
 */
#ifndef DW_CANARY_RETRY_H
#define DW_CANARY_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"

typedef enum dw_retry_kind { DW_RETRY_NEVER, DW_RETRY_UNLESS_SAME, DW_RETRY_PATIENT } dw_retry_kind;

typedef struct dw_retry_rule {
  unsigned retries;                /* besides the first attempt */
  int64_t base, longest, patience; /* microseconds */
} dw_retry_rule;

typedef struct dw_retry_failure {
  dw_retry_kind kind;
  unsigned attempts;   /* made so far, this one too; from 1 */
  bool same;           /* as the failure before it */
  int64_t retry_after; /* microseconds; 0: not said */
} dw_retry_failure;

dw_retry_kind dw_retry_status(int code); /* of an answer of HTTP that is no 200 */
/* Again, after *wait microseconds; or not. */
bool dw_retry_again(const dw_retry_rule *rule, const dw_retry_failure *failure, dw_rng *rng, int64_t *wait);

#endif
