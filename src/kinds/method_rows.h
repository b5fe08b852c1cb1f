/* method_rows: one row a method: what it is called, what it fits, and how its number is judged; driftwatch-methods(7) says what it
 * computes. The functions that run the methods are named after them and stand in src/detect (detect/check/methods.c makes the table);
 * whoever only has to name a method (titles.h) does without them.
 */
#ifndef DW_KINDS_METHOD_ROWS_H
#define DW_KINDS_METHOD_ROWS_H

/* clang-format off */

/* The methods for one column, in the order of --method all. Judged by its P_VALUE or by its STATISTIC; the threshold is the default. */
#define DW_METHOD_ROWS(ROW) \
  /*  name, dw_run_…           for people                                                       fits        judged by  drift when, threshold */ \
  ROW(share_shift,             "Largest change of a share, with an omnibus test",                BOTH,       P_VALUE,   BELOW,    0.05) \
  ROW(ks,                      "Kolmogorov–Smirnov test",                                       NUMBERS,    P_VALUE,   AT_MOST,  0.05) \
  ROW(cramer_von_mises,        "Cramér–von Mises test",                                         NUMBERS,    P_VALUE,   AT_MOST,  0.1) \
  ROW(anderson,                "Anderson–Darling test",                                         NUMBERS,    P_VALUE,   BELOW,    0.1) \
  ROW(es,                      "Epps–Singleton test",                                           NUMBERS,    P_VALUE,   BELOW,    0.05) \
  ROW(kuiper,                  "Kuiper test",                                                   NUMBERS,    P_VALUE,   BELOW,    0.05) \
  ROW(mannw,                   "Mann–Whitney U test",                                           NUMBERS,    P_VALUE,   BELOW,    0.05) \
  ROW(t_test,                  "Student's t-test",                                              NUMBERS,    P_VALUE,   BELOW,    0.05) \
  ROW(chisquare,               "Chi-square test",                                               CATEGORIES, P_VALUE,   BELOW,    0.05) \
  ROW(z,                       "Z-test of proportions",                                         CATEGORIES, P_VALUE,   BELOW,    0.05) \
  ROW(fisher_exact,            "Fisher's exact test",                                           CATEGORIES, P_VALUE,   BELOW,    0.1) \
  ROW(g_test,                  "G-test",                                                        CATEGORIES, P_VALUE,   BELOW,    0.1) \
  ROW(empirical_mmd,           "Maximum mean discrepancy test",                                 NUMBERS,    P_VALUE,   BELOW,    0.1) \
  ROW(tvd,                     "Total variation distance, permutation test",                    CATEGORIES, P_VALUE,   BELOW,    0.1) \
  ROW(ed,                      "Energy distance",                                               NUMBERS,    STATISTIC, ABOVE,    0.1) \
  ROW(wasserstein,             "Wasserstein distance in standard deviations of the reference",  NUMBERS,    STATISTIC, AT_LEAST, 0.1) \
  ROW(psi,                     "Population stability index",                                    BOTH,       STATISTIC, AT_LEAST, 0.1) \
  ROW(kl_div,                  "Kullback–Leibler divergence",                                   BOTH,       STATISTIC, AT_LEAST, 0.1) \
  ROW(jensenshannon,           "Jensen–Shannon distance",                                       BOTH,       STATISTIC, AT_LEAST, 0.1) \
  ROW(hellinger,               "Hellinger distance",                                            BOTH,       STATISTIC, AT_LEAST, 0.1) \
  ROW(l_infinity,              "Largest difference of shares (L-infinity)",                     BOTH,       STATISTIC, AT_LEAST, 0.1) \
  ROW(cosine,                  "Cosine similarity of the shares",                               BOTH,       STATISTIC, BELOW,    0.9) \
  ROW(mmd,                     "Maximum mean discrepancy",                                      VECTORS,    P_VALUE,   BELOW,    0.05) \
  ROW(domain_classifier,       "Domain classifier, AUC",                                        VECTORS,    STATISTIC, ABOVE,    0.55) \
  ROW(centroid_cosine,         "Cosine distance of the centroids",                              VECTORS,    STATISTIC, ABOVE,    0.1) \
  ROW(centroid_euclidean,      "Euclidean distance of the centroids",                           VECTORS,    STATISTIC, ABOVE,    0.2) \
  ROW(centroid_cityblock,      "City block distance of the centroids",                          VECTORS,    STATISTIC, ABOVE,    0.2) \
  ROW(centroid_chebyshev,      "Chebyshev distance of the centroids",                           VECTORS,    STATISTIC, ABOVE,    0.2) \
  ROW(variance_change,         "Relative change of the variance",                               VECTORS,    STATISTIC, ABOVE,    0.2) \
  ROW(cluster_shares,          "Chi-square test of the shares of clusters",                     VECTORS,    P_VALUE,   BELOW,    0.05) \
  ROW(component_ratio,         "Share of components that drifted by the Wasserstein distance",  VECTORS,    STATISTIC, ABOVE,    0.2) \
  ROW(perc_text_content_drift, "Domain classifier on text, against random ones",                TEXTS,      P_VALUE,   BELOW,    0.05) \
  ROW(abs_text_content_drift,  "Domain classifier on text, AUC",                                TEXTS,      STATISTIC, ABOVE,    0.55)

/* Those of them that Evidently judges otherwise, by its statistic, or computes otherwise. */
#define DW_METHOD_ROWS_EVIDENTLY(ROW) \
  /*  name                     dw_run_…                           fits      drift when, threshold */ \
  ROW(mmd,                     mmd,                               VECTORS,  ABOVE,    0.015) \
  ROW(domain_classifier,       domain_classifier_evidently,       VECTORS,  ABOVE,    0.55) \
  ROW(centroid_cosine,         centroid_cosine,                   VECTORS,  ABOVE,    0.2) \
  ROW(centroid_euclidean,      centroid_euclidean,                VECTORS,  ABOVE,    0.2) \
  ROW(centroid_cityblock,      centroid_cityblock,                VECTORS,  ABOVE,    0.2) \
  ROW(centroid_chebyshev,      centroid_chebyshev,                VECTORS,  ABOVE,    0.2) \
  ROW(perc_text_content_drift, perc_text_content_drift_evidently, TEXTS,    ABOVE,    0.95) \
  ROW(abs_text_content_drift,  abs_text_content_drift_evidently,  TEXTS,    ABOVE,    0.55)

/* What else stands where a method's name stands: of several columns together (mmd and domain_classifier have the words above), of chunks, of
 * data quality, of canaries (canary/judge/canary_methods.h), of labels (auc and mae are ours, the others are in documents of other tools),
 * of many looks. */
#define DW_MEASURE_ROWS(ROW) \
  ROW(pca,                "Reconstruction by principal components") \
  ROW(pca_reconstruction, "PCA reconstruction error") \
  ROW(correlation,        "Associations of all pairs of columns") \
  ROW(pearson,            "Pearson correlation") \
  ROW(spearman,           "Spearman correlation") \
  ROW(cramer_v,           "Cramér’s V") \
  ROW(missing_values,     "Share of missing values") \
  ROW(mantel_haenszel,    "Mantel–Haenszel test, by deals") \
  ROW(unseen_values,      "Share of values that the reference never held") \
  ROW(numerical_range,    "Share of values outside the reference's range") \
  ROW(exceedance,         "exceedance") \
  ROW(auc,                "Area under the ROC curve") \
  ROW(mae,                "mae") \
  ROW(roc_auc,            "Area under the ROC curve") \
  ROW(accuracy,           "Accuracy") \
  ROW(precision,          "Precision") \
  ROW(recall,             "Recall") \
  ROW(f1,                 "F1 score") \
  ROW(brier,              "Brier score") \
  ROW(log_loss,           "Log loss") \
  ROW(logprobs,           "Shift of the first token's log-probabilities") \
  ROW(border,             "Total variation at border inputs") \
  ROW(mmd_hamming,        "Maximum mean discrepancy of answers, Hamming kernel") \
  ROW(embedding,          "Maximum mean discrepancy of answers' embeddings, cosine kernel") \
  ROW(text,               "Maximum mean discrepancy of character n-grams, cosine kernel") \
  ROW(behavior,           "Rates and lengths of answers") \
  ROW(fingerprint,        "Answers that were always the same") \
  ROW(sequential,         "sequential")

/* clang-format on */

#endif
