/* strength: how large the difference of a column is and which way it goes, beside every method's number; computed once a column. */
#ifndef DW_DETECT_STRENGTH_H
#define DW_DETECT_STRENGTH_H

#include "kinds/finding.h"
#include "detect/method/method.h"

/* Fills the finding's direction, effect_size and superiority with their intervals: numbers have Cohen's d and the superiority of the
 * current values, categories Cramer's V. */
void dw_strength_add(dw_finding *finding, dw_pair *pair);
/* The share that changed most, of numbers and categories. */
void dw_strength_add_shift(dw_finding *finding, dw_pair *pair);

#endif
