/* portrait: the picture of a column that its findings carry, so that a report needs no data. */
#ifndef DW_DETECT_PORTRAIT_H
#define DW_DETECT_PORTRAIT_H

#include "base/str.h"
#include "detect/method/method.h"
#include "io/text/json.h"

/* Each side as a JSON object: counts, moments, quantiles, histogram; or categories. Both sides share the edges of the histogram (what lies
 * beyond the outer edges is counted in the outer bins) and the list of categories. */
typedef struct dw_portrait {
  const char *name; /* of the column, and its type; filled by whoever compares */
  dw_type type;
  double amount; /* of drift (dw_method_amount); only inside segments */
  dw_buf reference, current;
} dw_portrait;
void dw_portrait_make(dw_portrait *portrait, const dw_pair *pair);
/* Mean, spread, quantiles and histogram of two samples of numbers that are not columns, as members of the two objects. */
void dw_portrait_numbers(dw_json *reference, dw_json *current, dw_sorted r, dw_sorted c, const dw_moments *moments_r,
                         const dw_moments *moments_c);
/* Of a column whose values are not compared: counts only. Either may be NULL. */
void dw_portrait_plain(dw_portrait *portrait, const dw_column *reference, const dw_column *current);
void dw_portrait_free(dw_portrait *portrait);

#endif
