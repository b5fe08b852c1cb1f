/* sagemaker: statistics.json of Amazon SageMaker Model Monitor as a profile.
 *
 * The schema is Amazon's ("Schema for Statistics (statistics.json file)", Amazon SageMaker developer guide): a dataset's item_count and its
 * features, each with numerical_statistics (mean, std_dev, min, max, a KLL sketch whose level h holds values of weight 2^h, and ten buckets
 * that were made of it) or string_statistics (distinct_count, and counts of values).
 *
 * A KLL sketch bounds its error with a probability, not always: dw_profile_numbers.probable. The error is that of Apache DataSketches for
 * its k, 2.296 / k^0.9021 at 99 %. Where there is no sketch, the buckets are taken: no rank is off by more than the largest of them. Third
 * and fourth moments are those of the sketch.
 */
#ifndef DW_DATA_SAGEMAKER_H
#define DW_DATA_SAGEMAKER_H

#include "data/profiles/profile.h"
#include "io/text/made_by.h"

/* path "-": standard input; a document of at most 1 GiB. DW_EDATA: it is not such a document. */
dw_status dw_sagemaker_read(dw_profile **out, const char *path, double error, dw_made_input *input, dw_err *err);

#endif
