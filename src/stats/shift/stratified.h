/* stratified: two sides that are compared within strata: what is alike in all but the side, such as an hour of the day, is held against
 * its like, and the sides may have the strata in any mixture.
 *
 * The test. Given how many rows each side has in each stratum and the pooled rows of each, every deal of a stratum's rows to the two sides
 * is as likely as any other under the hypothesis that within each stratum both sides come from one distribution. So a p-value from deals
 * within strata holds exactly, whatever the strata differ by. Numbers are seen as their midranks among the pooled rows of their own
 * stratum (as in van Elteren's test), so that strata of other levels and spreads add up; the statistic is the least of weighted p-values of
 * parts, each a sum over the strata:
 *
 *   rows up to a cut of the ranks      location, any local change, tails     deviance about the expected count
 *   rows of one value, or category     lumps; with two categories this is Mantel and Haenszel's sum
 *   the squared gaps at all cuts       location, broad changes               as Anderson and Darling weigh them
 *   Mood's                             scale                                 squared ranks about the middle
 *   squares over all categories        many small moves
 *
 * Its law is that of deals, stopped early (omnibus.h): hits / deals, or (1 + hits) / (1 + deals). Deals show no less than 1 / (1 + deals).
 * Below a fifth of that stands Chernoff's bound for the least share (a hypergeometric count is no wider than the binomial one: Hoeffding,
 * Journal of the American Statistical Association 58, 1963), times the sum of the parts' inverse weights; five times it is the p-value
 * there, and the fifth is added to what deals say, so that P(p_value <= a) <= a for every a.
 *
 * The effect is the share that changed most (share_shift.h), of all matched current rows against the reference standardised to the current
 * side's mixture of strata: sum over strata of (current rows of the stratum / all current rows) times the share there.
 */
#ifndef DW_STATS_STRATIFIED_H
#define DW_STATS_STRATIFIED_H

#include "base/rng.h"
#include "stats/samples/sample.h"
#include "stats/shift/share_shift.h"

/* Numbers of one stratum. Strata that one side lacks have no part in anything. */
typedef struct dw_stratum {
  dw_sorted reference, current;
  double rank_error; /* the sum of both sides' (sketches), as a share; 0: exact */
} dw_stratum;

/* Counts by category in each stratum: [stratum * categories + category]. */
typedef struct dw_strata_counts {
  size_t strata, categories;
  const uint64_t *reference, *current;
} dw_strata_counts;

typedef enum dw_stratified_part {
  DW_STRATIFIED_NONE = 0, /* within each stratum all rows have one value: p is 1 */
  DW_STRATIFIED_BELOW,    /* the share up to the quantile `where` of each stratum's own rows */
  DW_STRATIFIED_VALUE,    /* the share of the value `where`, or of `category` */
  DW_STRATIFIED_GAPS,
  DW_STRATIFIED_SPREAD,
  DW_STRATIFIED_SQUARES
} dw_stratified_part;

typedef struct dw_stratified_settings {
  unsigned deals, hits; /* as of dw_omnibus_settings */
  dw_rng_key key;
} dw_stratified_settings;

typedef struct dw_stratified {
  double p_value;
  double statistic; /* the least weighted p-value of a part */
  dw_stratified_part part;
  double where;    /* numbers, else NaN */
  size_t category; /* of categories, where part is VALUE */
  unsigned deals, hits;
  size_t strata;               /* that both sides have, */
  uint64_t reference, current; /* and their rows */
} dw_stratified;

/* DW_ENODATA: no stratum has values on both sides. */
dw_status dw_stratified_numbers(const dw_stratum *stratum, size_t strata, const dw_stratified_settings *settings, dw_stratified *out,
                                dw_err *err);
dw_status dw_stratified_categories(const dw_strata_counts *counts, const dw_stratified_settings *settings, dw_stratified *out, dw_err *err);

/* values: sorted, all that the strata's reference rows hold, and maybe more: where cuts are looked for. */
dw_status dw_stratified_shift_numbers(const dw_stratum *stratum, size_t strata, dw_sorted values, dw_share_shift *out, dw_err *err);
/* Of the first `named` categories; any behind them count as rows only. */
dw_status dw_stratified_shift_categories(const dw_strata_counts *counts, size_t named, dw_share_shift *out, dw_err *err);

#endif
