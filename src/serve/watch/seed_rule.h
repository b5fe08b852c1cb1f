/* seed_rule: the rule that the first versions of services like this had: histograms of the confidence with 10 bins on [0, 1], 1e-10 added
 * to each share; drift when the Kullback-Leibler divergence (nats) is above 0.1, or the cosine similarity below 0.9. It takes no notice of
 * how many records there are: man dw-serve has how often it alarms without drift. Kept so that a change of rule can be followed.
 */
#ifndef DW_SERVE_SEED_RULE_H
#define DW_SERVE_SEED_RULE_H

#include <stdbool.h>
#include <stdint.h>

enum { DW_SEED_BINS = 10 };
#define DW_SEED_DIVERGENCE 0.1
#define DW_SEED_COSINE 0.9

typedef struct dw_seed_histogram {
  uint64_t count[DW_SEED_BINS];
  uint64_t rows;
} dw_seed_histogram;

void dw_seed_add(dw_seed_histogram *histogram, double confidence); /* outside [0, 1], or NaN: passed over. 1 is in the last bin */

typedef struct dw_seed_answer {
  double divergence; /* of the window from the baseline: sum of p ln(p / q), p the window's shares */
  double cosine;     /* similarity */
  bool alarm;        /* false when a side is empty: divergence and cosine are NaN then */
} dw_seed_answer;

dw_seed_answer dw_seed_judge(const dw_seed_histogram *baseline, const dw_seed_histogram *window);

#endif
