/* interval_closed: intervals of metrics that need no bootstrap: a part of interval.h. Each contains its value. */
#ifndef DW_MODEL_INTERVAL_CLOSED_H
#define DW_MODEL_INTERVAL_CLOSED_H

#include "model/judge/interval.h"

/* Of a share p of so many trials (Wilson, J. Am. Stat. Assoc. 22, 1927). */
dw_interval dw_interval_wilson(double p, double trials, double confidence);

/* Of an AUC of so many positives and negatives with DeLong's variance: all values whose own variance explains the difference, (auc - x)^2
 * <= z^2 V(x), V in proportion to Hanley and McNeil's (Radiology 143, 1982) and equal to DeLong's at auc, z of Student's law with a degree
 * of freedom less than the smaller class has rows; where that is 0 (separated classes) Hanley and McNeil's itself and the normal law, with
 * (positives + negatives) / 2 - 1 for the numbers of both (Newcombe, Stat. Med. 25, 2006, method 5). */
dw_interval dw_interval_auc(double auc, double variance, double positives, double negatives, double confidence);

/* Of a metric that counts right and wrong predictions; precision, recall and specificity given how many rows they are a share of, F1 = 2 J
 * / (1 + J) given how many rows are positive or predicted so, J the share of those that are both. No method: no such metric. */
dw_interval dw_interval_rate(const dw_judged *rows, dw_metric metric, double confidence);

/* value +- z errors; from 0 where a chi-square test finds the bins' gaps together no more than chance. */
dw_interval dw_interval_calibration(const dw_calibration_error *error, double confidence);

/* Of a metric whose logarithm, or that of what is left to 1 (dw_metrics_log_mean), is log_mean - t error: t has these quantiles at the
 * lower and the upper tail. */
dw_interval dw_interval_log_mean(dw_metric metric, double log_mean, double error, double lower, double upper, const char *method);

/* The logit of a share of so many rows, which half a row keeps from the ends, and its slope there. */
double dw_share_logit(double share, double rows);
double dw_share_logit_slope(double share, double rows);

/* Of a share, on that scale: Student's law with rows - 1 degrees of freedom around the logit less its bias. Wilson's where the share is at
 * an end, or the error is 0. */
dw_interval dw_interval_logit(double share, double rows, double bias, double error, double confidence);

double dw_least_class(const dw_judged *rows); /* rows of the smallest class that has any */

double dw_student_reach(double confidence, double df); /* the t with P(|T| <= t) = confidence */

#endif
