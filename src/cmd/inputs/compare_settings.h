/* compare_settings: what dw-compare is told: its options, and what they make of limits and types. */
#ifndef DW_CMD_COMPARE_SETTINGS_H
#define DW_CMD_COMPARE_SETTINGS_H

#include "cmd/options/cmd.h"
#include "detect/chunked/chunked.h"
#include "detect/compare/compare.h"

typedef struct dw_compare_settings {
  dw_text_list reference, columns, exclude, id, types, vector, describe, method, threshold, fail_on, checks, multivariate;
  const char *label, *score, *time, *by, *severity, *split, *thresholds, *sequential, *output, *chunk_period;
  int64_t window, baseline;
  double drift_share;
  uint64_t threads, memory, expect_rows, joint_rows, chunk_size, chunk_count, permutations, seed;
  int format, on_error, preset, correction, alternative, chunk_rest;
  bool exit_zero, reference_chunks, sequential_reset;
} dw_compare_settings;

extern dw_compare_settings dw_compare_set;
extern dw_command dw_compare_command;

/* Whether it is chunk by chunk (--preset nannyml), and then how, and what the sides have to keep for it. */
bool dw_compare_set_chunks(dw_chunked_options *chunks, const dw_compare_options *compare, dw_dataset_options *side);
/* What the options ask of a comparison, once they are read; a mistake ends the command. */
void dw_compare_set_limits(dw_limits *limits);
/* thresholds that were calibrated for others */
void dw_compare_warn_sizes(const dw_limits *limits, uint64_t reference_rows, uint64_t rows);
void dw_compare_check_options(void); /* what does not go together */
unsigned dw_compare_set_multivariate(void);
/* Of --types, also of dw-calibrate; a mistake ends the command. The caller frees the array; names are in the arena. */
dw_type_choice *dw_compare_set_types(const dw_text_list *types, dw_arena *words);

#endif
