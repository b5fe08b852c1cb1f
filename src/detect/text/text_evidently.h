/* text_evidently: Evidently's domain classifier of texts, for --preset evidently.
 *
 * Words of at least two characters, without English stop words and what stands in over half of the training texts, weighed (1 + ln tf) idf,
 * rows of length 1; half of the texts, drawn as sklearn's train_test_split(random_state=42) draws them, train SGDClassifier
 * (stats/learners/sgd.h), its probabilities on the other half give the ROC AUC. Word boundaries and lower case beyond Latin, Greek and
 * Cyrillic letters may differ from Python's. Up to DW_PASSAGES_MOST texts a side it is the very computation; beyond, that of a sample.
 */
#ifndef DW_DETECT_TEXT_EVIDENTLY_H
#define DW_DETECT_TEXT_EVIDENTLY_H

#include "data/columns/passages.h"
#include "detect/text/text_detail.h"

/* The AUC into scored->auc, and the rest of it: texts judged and their scores, which the caller frees with dw_text_evidently_free.
 * scored->side is set by the caller. DW_ENODATA: what stops Evidently, too. */
dw_status dw_text_evidently_classify(dw_text_scored *scored, dw_err *err);
void dw_text_evidently_free(dw_text_scored *scored);

/* The percentile, as np.percentile gives it, of the AUC of 1,000 classifiers that guess at random over the labels of that test half. */
double dw_text_evidently_chance(const dw_text_scored *scored, double percentile);

#endif
