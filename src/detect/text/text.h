/* text: drift of columns of free text: can a classifier tell on which side a text stands?
 *
 * Both methods: a sample of the texts of each side (data/columns/passages.h), as character n-grams (text_grams.h), is cut into halves at
 * random; a logistic regression learns from the first halves to tell the sides apart, and its ROC AUC on the second halves is the statistic
 * (Lopez-Paz and Oquab, Revisiting classifier two-sample tests, ICLR 2017). Texts of the second halves have no part in the classifier, so
 * without drift their scores are exchangeable: the Mann-Whitney test of AUC = 1/2 is a valid p-value at any size, with any classifier.
 *
 * perc_text_content_drift is judged by that p-value: below 0.05 means an AUC above the 95th percentile of what classifiers without
 * knowledge reach, which is Evidently's rule without its simulation. abs_text_content_drift is judged by the AUC itself: above 0.55. With
 * --preset evidently both are Evidently's own: text_evidently.h.
 */
#ifndef DW_DETECT_TEXT_H
#define DW_DETECT_TEXT_H

#include "detect/method/method.h"

extern const dw_method_family dw_text_methods, dw_text_methods_evidently;

#endif
