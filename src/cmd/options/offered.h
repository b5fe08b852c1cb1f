/* offered: words that completions offer where an option takes other values besides: dw_option.choice of a LIST or a TEXT. Each gives a word
 * by its index, and NULL behind the last. */
#ifndef DW_CMD_OFFERED_H
#define DW_CMD_OFFERED_H

const char *dw_offered_method(int index);        /* of columns, "all" behind them */
const char *dw_offered_canary_method(int index); /* of canaries, "all" and "auto" behind them */
const char *dw_offered_joint(int index);         /* of all columns together, "all" behind them */
const char *dw_offered_check(int index);         /* of columns */
const char *dw_offered_metric(int index);
extern const char *const dw_offered_fail_on[];

#endif
