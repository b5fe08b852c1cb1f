/* train_language: dw-train --type lm: texts in, a language model out. */
#ifndef DW_CMD_TRAIN_LANGUAGE_H
#define DW_CMD_TRAIN_LANGUAGE_H

#include "cmd/options/options.h"
#include "io/reader/reader.h"

typedef struct dw_language_settings {
  const char *text;
  uint64_t order;
  double weight;
  /* what dw-train has besides */
  const char *start, *output;
  double holdout;
  uint64_t seed, memory;
  dw_reader_options reader; /* without its callbacks */
} dw_language_settings;

#define DW_LANGUAGE_DEFAULTS                                                                                                               \
  {                                                                                                                                        \
    .text = "text", .order = 6, .weight = 1                                                                                                \
  }

/* clang-format off */
#define DW_OPTIONS_LANGUAGE(s) \
    {.name = "text", .type = DW_OPTION_TEXT, .target = &(s).text, .argument = "COLUMN", .initial = "text", .help = "lm: the texts to learn from, a document a record"}, \
    {.name = "order", .type = DW_OPTION_UNSIGNED, .target = &(s).order, .argument = "N", .initial = "6", .low = 1, .high = 12, .help = "lm: a byte is told from the N - 1 before it and the topic"}, \
    {.name = "weight", .type = DW_OPTION_REAL, .target = &(s).weight, .argument = "W", .initial = "1", .low = 1e-9, .high = 1e6, .help = "lm, with --continue: how often a text counts, beside those of MODEL"}
/* clang-format on */

/* Ends the command where an option is given that is not of this type of model. */
void dw_train_language_usage(const dw_command *command, bool language);
/* Reads, trains, writes, and ends. */
_Noreturn void dw_train_language(dw_language_settings *set, const dw_command *command);

#endif
