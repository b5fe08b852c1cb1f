/* null_plan: how rows of a baseline are to be drawn, by what is seen of their dependence.
 *
 *   dw_null_prepare(&runs, …);
 *   dw_null_plan_make(&plan, &runs, &(dw_null_wish){.scheme = DW_NULL_AUTO, .dependence = &found}, &err);
 *   dw_null_simulate(&runs, plan.runs)
 *
 * Rows that do not depend on each other are drawn by themselves. Others in windows, where 19 looks or more fit beside each other in the
 * baseline (they tell a rate of 1 / 20), else in blocks: as long as the dependence asks for, and as a look, and whole days or weeks where
 * the hour or the weekday tells a column's values. Where like is compared with like it is windows in any case, whose cells of the calendar
 * are those of a look.
 */
#ifndef DW_DETECT_NULL_PLAN_H
#define DW_DETECT_NULL_PLAN_H

#include "detect/calibrate/null_runs.h"
#include "detect/compare/dependence.h"

enum { DW_NULL_AUTO = -1, DW_NULL_LOOKS = 19 };

typedef struct dw_null_wish {
  int scheme;                      /* dw_null_scheme, or AUTO */
  size_t block;                    /* 0: by the dependence */
  bool ordered;                    /* the rows' order counts: in time, or as they came where `block` or the scheme says so */
  const dw_dependence *dependence; /* NULL: not looked for */
} dw_null_wish;

typedef struct dw_null_plan {
  size_t places; /* windows or blocks that can be drawn; of ROWS the rows */
  size_t looks;  /* that fit beside each other */
  size_t gaps;
  size_t runs;   /* beyond which more runs tell nothing new; 0: there is no such number */
  bool promised; /* the scheme has a least rate, 1 / (looks + 1): dw_null_by_look */
} dw_null_plan;

/* Sets runs->resampling, block, buffer and the cuts of its order. DW_ENODATA: no window or block of that length is without a gap. */
dw_status dw_null_plan_make(dw_null_plan *out, dw_null_runs *runs, const dw_null_wish *wish, dw_err *err);

/* Of rows in the order they came in, which is not said to be one in time: the first column whose rows resemble those before them; NULL:
 * none; where rows are independent one is named in one of 1,000 baselines. */
const char *dw_null_plan_ordered(const dw_null_runs *runs);

#endif
