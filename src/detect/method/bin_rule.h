/* bin_rule: through which bins the distances between shares see a column of numbers: the words of --bins. */
#ifndef DW_DETECT_BIN_RULE_H
#define DW_DETECT_BIN_RULE_H

#include "base/err.h"
#include "base/str.h"
#include "stats/samples/binned.h"

/* Thresholds of psi were made for about ten bins (Siddiqi, Credit Risk Scorecards, 2006). */
enum { DW_QUANTILE_BINS = 10, DW_QUANTILE_BINS_MOST = 1000 };

typedef enum dw_bins_kind { DW_BINS_QUANTILES, DW_BINS_EDGES, DW_BINS_EVIDENTLY } dw_bins_kind;

/* Zeros: the default. */
typedef struct dw_bin_rule {
  dw_bins_kind kind;
  size_t count;       /* of quantile bins (0: DW_QUANTILE_BINS), or of edges */
  const double *edge; /* ascending; not owned */
} dw_bin_rule;

/* N (quantile bins of the reference, 2 to 1000), E1,E2,… (ascending edges), or evidently. Edges go into the arena. DW_EUSAGE with what
 * would be right. */
dw_status dw_bin_rule_parse(const char *word, dw_arena *arena, dw_bin_rule *out, dw_err *err);

/* The bins of two samples: see binned.h. */
dw_status dw_bin_rule_apply(const dw_bin_rule *rule, dw_sorted r, dw_sorted c, dw_binned *out, dw_err *err);

#endif
