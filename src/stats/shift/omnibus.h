/* omnibus: one p-value for a column, whatever its distribution, its ties and the two sizes.
 *
 * What is asked: do both sides come from one distribution? The answer is conditional on the pooled rows: under the hypothesis every
 * deal of them to the two sides is as likely as any other, so a p-value from deals holds exactly, for every distribution.
 *
 * Numbers are seen as counts in cells of the pooled ranks (rank_cells.h), categories as counts by category. The statistic is the
 * least of weighted p-values of parts that see different things:
 *
 *   share at and below a cut      location, any local change, one tail      hypergeometric, exact
 *   share outside two cuts        scale, both tails, outliers               hypergeometric, exact
 *   share of one value, category  lumps, a category that grows or goes      hypergeometric, exact
 *   Anderson and Darling's        location, broad changes                   mean of the squared gaps at all cuts, each over its variance
 *   the same beside a lump        what the rows do that have not the one value that a quarter or more have
 *   Mood's                        scale                                     sum of the squared midranks about the middle
 *   chi-square                    many small moves between values           over the values of a discrete column, over categories
 *
 * The p-value of that least one is not taken from a bound on the number of parts, which depend on each other, but from its own law under
 * deals: (1 + hits) / (1 + deals), stopped early at a number of hits (Besag and Clifford, "Sequential Monte Carlo p-values", Biometrika 78,
 * 1991: then hits / deals), so that a column without drift costs some hundreds of deals.
 *
 * Deals alone cannot show less than 1 / (1 + deals). Where a bound that always holds is below that, it is the p-value and no deal is made:
 * the least of all exact shares, by the sum over them (four fifths of any level), or midranks and Mood's scores as linear forms, by
 * Chernoff's argument (linear_bound.h; one fifth). What the shares' bound would decide counts as a hit among deals, and the fifth, of 1 /
 * (1 + deals), is added to what deals say, so that P(p_value <= a) <= a for every a. A p-value between the bounds and 1 / (1 + deals), some
 * four to five standard deviations, is that: give as many deals as the run's correction needs (dw_omnibus_deals).
 *
 * Two cells are a 2 x 2 table: Fisher's exact test, without deals.
 *
 * The same key and data give the same p-value, on any number of threads; other data has other deals. Derive it from the seed and the
 * column's name, so that columns do not share deals.
 */
#ifndef DW_STATS_OMNIBUS_H
#define DW_STATS_OMNIBUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "stats/samples/sample.h"
#include "stats/shift/effective.h"

/* Which part was the least, that is what the two sides differ in most clearly. */
typedef enum dw_omnibus_part {
  DW_OMNIBUS_NONE = 0, /* all rows have one value: p is 1 */
  DW_OMNIBUS_BELOW,    /* the share up to `where` */
  DW_OMNIBUS_OUTSIDE,  /* the share up to `where`, and above `where_high` */
  DW_OMNIBUS_VALUE,    /* the share of one value or category */
  DW_OMNIBUS_GAPS,     /* Anderson and Darling */
  DW_OMNIBUS_BESIDE,   /* the same without the rows of the one large lump */
  DW_OMNIBUS_SPREAD,   /* Mood */
  DW_OMNIBUS_CHISQUARE
} dw_omnibus_part;

typedef struct dw_omnibus_settings {
  unsigned deals; /* at most; 0: DW_OMNIBUS_DEALS. dw_omnibus_deals tells how many a run needs */
  unsigned hits;  /* stop at so many; 0: DW_OMNIBUS_HITS */
  dw_rng_key key;
  dw_effective effective;
  double matters; /* a statistic above it, than which a p-value is seldom much smaller, has no deals and p_value 1; 0: all have */
  bool undealt;   /* no deals: p_value is NaN where they would tell it. For whoever has many statistics without drift to rank this one by */
  double rank_error; /* share by which a count up to a cut may be off, the sum of both sides' (sketches): gaps count less by it */
} dw_omnibus_settings;

enum { DW_OMNIBUS_DEALS = 1999, DW_OMNIBUS_DEALS_MOST = 99999, DW_OMNIBUS_HITS = 40 };

/* Categories beyond the DW_OMNIBUS_CATEGORIES most frequent ones of both sides together are seen as one. */
enum { DW_OMNIBUS_CATEGORIES = 1024 };
#define DW_OMNIBUS_RARE SIZE_MAX

typedef struct dw_omnibus {
  double p_value;
  double statistic; /* the least weighted p-value */
  dw_omnibus_part part;
  double where, where_high; /* of numbers, else NaN */
  size_t category;          /* of categories, where part is DW_OMNIBUS_VALUE: which, or DW_OMNIBUS_RARE */
  unsigned deals, hits;     /* deals 0: p_value is the bound, or Fisher's */
} dw_omnibus;

/* DW_ENODATA: a side is empty. */
dw_status dw_omnibus_numbers(dw_sorted reference, dw_sorted current, const dw_omnibus_settings *settings, dw_omnibus *out, dw_err *err);
dw_status dw_omnibus_categories(const uint64_t *reference, const uint64_t *current, size_t categories, const dw_omnibus_settings *settings,
                                dw_omnibus *out, dw_err *err);

/* Deals that let one drifted column of `findings` be seen at alpha after Holm's or Benjamini and Hochberg's correction: the least p-value
 * they can give is 0.6 of alpha / findings. At most DW_OMNIBUS_DEALS_MOST: some 0.4 s a column that is neither clear nor without drift. */
unsigned dw_omnibus_deals(size_t findings, double alpha);

#endif
