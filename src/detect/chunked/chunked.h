/* chunked: two datasets compared chunk by chunk, with thresholds from the reference's own chunks (--preset nannyml; dw-compare(1), Chunks).
 *
 * Each measure of a column is taken of every chunk of the reference against the whole reference; the mean and three standard deviations of
 * these values (NaN left out; population) make the threshold, and every chunk of the current data is held to it:
 *
 *   column_drift        jensenshannon (default), ks, wasserstein, hellinger, l_infinity; upper threshold. chisquare: p < 0.05
 *   missing_values      share of missing cells; both thresholds
 *   new_categories      share of cells with a category that the reference has not; any is too many
 *   value_range         share of cells beyond the reference's least and greatest value; any is too many
 *   multivariate_drift  pca_reconstruction: mean reconstruction error of the rows; both thresholds
 *
 * Numbers are compared as numbers, strings and booleans as categories.
 */
#ifndef DW_DETECT_CHUNKED_H
#define DW_DETECT_CHUNKED_H

#include "data/frames/chunk.h"
#include "detect/compare/chunked_summary.h"
#include "detect/compare/compare.h"

typedef struct dw_chunked_options {
  const dw_compare_options *compare; /* limits, label, score, types, threads */
  dw_chunk_options cut;              /* nothing set: 10 chunks */
  bool timed;                        /* the rows in the order of the frames' instants */
  bool reference_chunks;             /* findings of the reference's chunks too; they never are drift: their alerts are in "detail" */
  size_t memory;                     /* bytes that the findings may take; 0: no bound */
} dw_chunked_options;

/* Both datasets finished, with frames of all rows (of the instants too, when timed). Findings by column, measure and chunk; out->chunked is
 * set. DW_ENODATA: rows or findings are more than memory allows. DW_EUSAGE: a method that this comparison has not; more than 1,000,000
 * chunks. DW_EDATA: a row without an instant. After a failure nothing is to be freed. */
dw_status dw_chunked_compare(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_chunked_options *options,
                             dw_err *err);

#endif
