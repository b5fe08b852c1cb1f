/* method_permutation: p-values by permutations with the user's number of them and seed, for the methods that have no other. */
#ifndef DW_DETECT_METHOD_PERMUTATION_H
#define DW_DETECT_METHOD_PERMUTATION_H

#include "base/rng.h"
#include "detect/method/method.h"

/* A stream of random numbers of its own for each method and column. */
dw_rng_key dw_method_key(const dw_pair *pair, const dw_method_settings *settings, const char *method);

/* The p-value of a statistic of two samples of numbers replaces the one in *result; detail says how many permutations there were. */
dw_status dw_permute_numbers(dw_pair *pair, const dw_method_settings *settings, double (*statistic)(dw_sorted r, dw_sorted c),
                             dw_method_result *result);
/* That of Anderson and Darling's statistic, where most values are one (stats/shift/tied_deals.h). */
dw_status dw_deal_anderson(dw_pair *pair, const dw_method_settings *settings, dw_method_result *result);

#endif
