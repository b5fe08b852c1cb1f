/* embedding_parts: what the methods for columns of vectors share; internal to embedding*.c. */
#ifndef DW_DETECT_EMBEDDING_PARTS_H
#define DW_DETECT_EMBEDDING_PARTS_H

#include "detect/method/method_run.h"
#include "detect/vector/embedding.h"
#include "io/text/json.h"

/* Can the sides be compared? DW_EDATA or DW_ENODATA with the reason. */
dw_status dw_embedding_check(const dw_pair *pair, dw_err *err);

/* The first vectors of the sample, at most `most`, row by row; the caller frees. Any such prefix is a uniform sample. */
double *dw_embedding_rows(const dw_vectors *vectors, size_t most, size_t *count);

/* Opens result->detail with what every method says; the caller adds its own and closes the object. used_…: vectors of the sample that the
 * method looked at, 0: it has the moments of all. */
void dw_embedding_detail(dw_json *json, const dw_pair *pair, size_t used_reference, size_t used_current, dw_method_result *result);

/* A statistic of two sides that their means and variances decide. */
typedef double dw_embedding_statistic(const dw_vectors *reference, const dw_vectors *current, const dw_method_settings *settings);
/* embedding_permute.c: p-values by dealing the vectors of the samples out to the sides at random, up to 1,000 a side. With settings->
 * permutations 0 there are from 199 to 999 of them, as many as some 0.1 s allow, of fewer vectors where these are long. *made: how many.
 * NaN with fewer than two vectors on a side. */
double dw_embedding_permute(const dw_pair *pair, const dw_method_settings *settings, dw_embedding_statistic *statistic, unsigned *made);
/* Of the mean of the components' Wasserstein distances, each in standard deviations of both sides together. */
double dw_embedding_permute_components(const dw_pair *pair, const dw_method_settings *settings, unsigned *made);

/* A distance beyond its threshold is drift only where its p-value, result->p_value, is below 0.05; sets the verdict. DW_ENODATA: there is
 * no p-value. With --preset evidently the distance alone decides. */
dw_status dw_embedding_demand_p(const dw_pair *pair, const dw_method_settings *settings, dw_method_result *result, dw_err *err);

/* How far scores of held-out vectors moved (stats/shift/share_shift.h), into the result; both arrays are put in order. */
dw_status dw_embedding_shift(double *reference, size_t n, double *current, size_t m, dw_share_shift *out, dw_err *err);

#endif
