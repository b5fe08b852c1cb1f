/* method_parts: what the rooms of methods for numeric and categorical columns share; for src/detect/method*.c alone. */
#ifndef DW_DETECT_METHOD_PARTS_H
#define DW_DETECT_METHOD_PARTS_H

#include "detect/method.h"
#include "io/json.h"
#include "stats/distance.h"

extern const dw_method_family dw_method_tests;        /* method_test.c: judged by p-values of a law */
extern const dw_method_family dw_method_permutations; /* method_permutation.c: by p-values of random permutations */
extern const dw_method_family dw_method_distances;    /* method_distance.c: judged by a distance */

enum { DW_FITS_NUMBERS = DW_FITS(DW_TYPE_NUMERIC), DW_FITS_CATEGORIES = DW_FITS(DW_TYPE_CATEGORICAL), DW_FITS_BOTH = DW_FITS_NUMBERS | DW_FITS_CATEGORIES };

/* The counts by category; a numeric column is counted by value when a method for categories is asked of it. */
const dw_categories *dw_pair_counts(dw_pair *pair);

double dw_chance_wasserstein(const dw_pair *pair); /* how large W1 / sigma is between two normal samples of one distribution, in the mean */
/* A divergence over B bins that behaves as factor * (B - 1) * (1/n + 1/m) between two samples of one distribution. */
double dw_chance_divergence(const dw_pair *pair, double factor, size_t bins);

/* The finding's detail: open it, write members, close it (an empty one is dropped). */
void dw_detail_open(dw_json *json, dw_method_result *result);
void dw_detail_close(dw_json *json, dw_method_result *result);

dw_status dw_take_test(dw_status status, const dw_test *test, dw_method_result *result); /* statistic and p-value */

/* Where a statistic of the gap between the distribution functions is attained. */
void dw_detail_location(double location, dw_method_result *result);

/* The bins that a distance compares: of a numeric column (dw_binned_make), or of the categories (no edges). Frees with dw_binned_free. */
dw_status dw_pair_bins(dw_pair *pair, dw_binned *out, dw_err *err);

#endif
