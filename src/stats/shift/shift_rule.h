/* shift_rule: drift or not, and how severe, from a corrected p-value and the effect.
 *
 * A change is drift when it is not chance and is large enough to matter. How severe it is the effect alone says: more rows make a p-value
 * small, never a change large; and they never turn a drift that was found into none.
 */
#ifndef DW_STATS_SHIFT_RULE_H
#define DW_STATS_SHIFT_RULE_H

#include <stdbool.h>

#define DW_SHIFT_ALPHA 0.05
#define DW_SHIFT_MIN_EFFECT 0.1        /* about an eighth of a standard deviation, 1 to 2.3 %, 50 to 55 % */
#define DW_SHIFT_MIN_EFFECT_LABEL 0.05 /* of the label and the score */
#define DW_SHIFT_MEDIUM 0.2            /* severity: low below, */
#define DW_SHIFT_HIGH 0.5              /* medium below, high from here */

typedef enum dw_shift_severity { DW_SHIFT_NONE = 0, DW_SHIFT_LOW, DW_SHIFT_MIDDLE, DW_SHIFT_GREAT } dw_shift_severity;

/* p_adjusted < alpha and h >= min_effect. NaN in either: no drift. */
bool dw_shift_is_drift(double p_adjusted, double alpha, double h, double min_effect);
/* DW_SHIFT_NONE where there is no drift. */
dw_shift_severity dw_shift_severity_of(bool drift, double h);

#endif
