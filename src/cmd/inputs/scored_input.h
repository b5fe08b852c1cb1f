/* scored_input: the inputs of commands that judge scores (dw-eval, dw-calibrate), read to their end. Exits on a failure. */
#ifndef DW_CMD_SCORED_INPUT_H
#define DW_CMD_SCORED_INPUT_H

#include "cmd/options/cmd.h"
#include "decide/gate.h"
#include "model/encode/matrix.h"
#include "model/estimate/estimate.h"

/* paths: as dw_reader_open. what: NULL, or what stands in front of messages ("reference"). Columns that were asked for and that no record
 * has are an error (a label that need not be there is not). Counts skipped records in *skipped, and adds to made_by's inputs. matrix:
 * NULL, or where all columns go besides. */
void dw_scored_input(dw_outcomes *rows, const dw_text_list *paths, const dw_reader_options *how, const char *what, dw_matrix *matrix,
                     uint64_t *skipped);

/* Tells their classes, and warns of those that nobody said and of labels that the model does not have. words: what --classes says, or NULL;
 * what: as above. */
void dw_scored_classes(dw_outcomes *rows, const dw_class_options *how, const char *words, const char *what);

/* What a reference's windows say of one more (dw_evaluate_reference), and warnings where they do not. */
void dw_scored_limits(const dw_evaluation *past, dw_metric_limits *limits);

/* Tries the estimator on its reference (dw_estimator_try; NannyML's thresholds are not tried), and warns where it does not hold. */
void dw_scored_trials(const dw_estimator *estimator, const dw_outcomes *reference, const dw_chunks *chunks, const bool *asked,
                      dw_estimate_trial *trial);

/* sets: the figures are of so many windows, one behind the other; 0: of all rows. */
void dw_scored_gates(dw_gates *gates, const dw_figures *figures, size_t sets);

#endif
