/* baseline_rule: the time whose records a window is held to.
 *
 *   trailing, trailing(SIZE), trailing(OFFSET,SIZE)   SIZE of time without open alerts (24h) that ends OFFSET (0) before the window begins
 *   fixed(FROM,TO)                                    from one instant to another
 *   hour-of-week, hour-of-week(N)                     the window's own clock hours, N weeks (4) back: what has a rhythm is held to itself
 *   version:ID, version:ID(SIZE)                      the last SIZE (7d) of the time of that version of the model, its records alone;
 *                                                     ID is current, previous, or what records say (serve/watch/versions.h)
 *
 * Times with open alerts, and from a check that failed on, are no example of how things should be. trailing goes back for what they take
 * away, DW_BASELINE_BACK sizes at most; weeks are used without them; what was fixed stays fixed.
 */
#ifndef DW_SERVE_BASELINE_RULE_H
#define DW_SERVE_BASELINE_RULE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Of time: from inclusive, to exclusive; microseconds since 1970. */
typedef struct dw_period {
  int64_t from, to;
} dw_period;

typedef struct dw_periods {
  dw_period *period;
  size_t count, capacity;
} dw_periods;

void dw_periods_add(dw_periods *periods, dw_period period); /* an empty one is passed over */
void dw_periods_free(dw_periods *periods);
/* What of this period is in none of left_out, behind out, in order. left_out: in any order, may overlap. */
void dw_periods_add_without(dw_periods *out, dw_period period, const dw_periods *left_out);

typedef enum dw_baseline_form { DW_BASELINE_TRAILING, DW_BASELINE_FIXED, DW_BASELINE_WEEKS, DW_BASELINE_VERSION } dw_baseline_form;

enum { DW_BASELINE_VERSION_MOST = 200 }; /* bytes of an ID */

typedef struct dw_baseline_rule {
  dw_baseline_form form;
  int64_t offset, size; /* TRAILING; size also VERSION */
  dw_period fixed;      /* FIXED */
  int weeks;            /* WEEKS */
  char version[DW_BASELINE_VERSION_MOST + 1];
} dw_baseline_rule;

#define DW_BASELINE_LONGEST (INT64_C(3660) * 86400 * 1000000) /* of OFFSET and SIZE */
enum { DW_BASELINE_BACK = 8, DW_BASELINE_WEEKS_MOST = 52 };

/* DW_EUSAGE: not one of the forms above. */
dw_status dw_baseline_rule_parse(dw_baseline_rule *out, const char *text, dw_err *err);

/* How far back, from the window's beginning, times with open alerts matter to it. */
int64_t dw_baseline_rule_reach(const dw_baseline_rule *baseline);
/* Its periods for a window (of VERSION: serve/watch/versions.h has them), in the order of time, behind out: none of them reaches into the
 * window, unless that was fixed so. */
void dw_baseline_rule_periods(const dw_baseline_rule *baseline, dw_period window, const dw_periods *left_out, dw_periods *out);

#endif
