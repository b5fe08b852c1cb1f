/* eval_truth: dw-eval --truth: detections held against the drifts that were injected. */
#ifndef DW_CMD_EVAL_TRUTH_H
#define DW_CMD_EVAL_TRUTH_H

#include "cmd/options/options.h"

typedef struct dw_truth_settings {
  dw_text_list truth;
  uint64_t delta_max, delta_pre;
  bool every_column;
} dw_truth_settings;

/* What dw-eval has besides. */
typedef struct dw_truth_shared {
  const char *gate, *output;
  const dw_text_list *metrics;
  double confidence;
  bool exit_zero;
} dw_truth_shared;

#define DW_TRUTH_DEFAULTS                                                                                                                  \
  {                                                                                                                                        \
    .delta_max = 1000                                                                                                                      \
  }

/* clang-format off */
#define DW_OPTIONS_TRUTH(s) \
    {.name = "truth", .type = DW_OPTION_EACH, .target = &(s).truth, .each = dw_option_add_text, .argument = "FILE", .help = "of dw-inject: what dw-detect found is held against it"}, \
    {.name = "delta-max", .type = DW_OPTION_UNSIGNED, .target = &(s).delta_max, .argument = "ROWS", .initial = "1000", .low = 1, .high = 9e15, .help = "--truth: how late after a drift an alarm is still one of it"}, \
    {.name = "delta-pre", .type = DW_OPTION_UNSIGNED, .target = &(s).delta_pre, .argument = "ROWS", .initial = "0", .low = 0, .high = 9e15, .help = "--truth: how early"}, \
    {.name = "every-column", .type = DW_OPTION_FLAG, .target = &(s).every_column, .help = "--truth: a drift is to be noticed in all columns watched"}
/* clang-format on */

/* With --truth: reads, judges, writes, and ends. Without it returns. Ends the command too where an option does not go with it, or goes with
 * it alone. */
void dw_eval_truth(const dw_truth_settings *set, const dw_truth_shared *shared, const dw_command *command);

#endif
