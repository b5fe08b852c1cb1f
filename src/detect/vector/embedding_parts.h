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
/* Its p-value by settings->permutations random exchanges of vectors between the samples, up to DW_EMBEDDING_PERMUTED a side; NaN with fewer
 * than two vectors. */
enum { DW_EMBEDDING_PERMUTED = 1000 };
/* embedding_permute.c */
double dw_embedding_permute(const dw_pair *pair, const dw_method_settings *settings, dw_embedding_statistic *statistic);

#endif
