/* calibrate: the parts of dw-calibrate: each has a table of options and does its work on the operands behind its word. */
#ifndef DW_CMD_CALIBRATE_H
#define DW_CMD_CALIBRATE_H

#include "cmd/options/cmd.h"

extern dw_command dw_calibrate_scores_command;
void dw_calibrate_scores(const dw_text_list *operands);
extern dw_command dw_calibrate_thresholds_command;
void dw_calibrate_thresholds(const dw_text_list *operands);
extern dw_command dw_calibrate_adaptive_command;
void dw_calibrate_adaptive(const dw_text_list *operands);
extern dw_command dw_calibrate_canaries_command;
void dw_calibrate_canaries(const dw_text_list *operands);
extern dw_command dw_calibrate_detector_command;
void dw_calibrate_detector(const dw_text_list *operands);

#endif
