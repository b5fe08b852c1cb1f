/* policy_parts: what the files of the policy reader share. Nobody else includes it. */
#ifndef DW_DECIDE_POLICY_PARTS_H
#define DW_DECIDE_POLICY_PARTS_H

#include "base/mem.h"
#include "decide/policy.h"
#include "io/text/yaml.h"

enum { DW_POLICY_ACTIONS = 256, DW_POLICY_STEPS = 64, DW_POLICY_WORDS = 256, DW_POLICY_STAGES = 16 };

struct dw_policy_memory {
  dw_arena arena;
  dw_yaml *builtin, *yaml;
  dw_policy_action action[DW_POLICY_ACTIONS];
  const dw_node *sequence[DW_POLICY_ACTIONS]; /* where an action's is written; NULL: built in, or it has none */
};

#define DW_COUNT(array) (sizeof(array) / sizeof *(array))

/* A list of texts (or one text), at most DW_POLICY_WORDS. */
dw_status dw_policy_words(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, const char *const **words, size_t *count,
                          dw_err *err);
/* Is there such a metric of dw-eval? prefix: what stands before it in the file (min_, or nothing). */
dw_status dw_policy_metric(const dw_yaml *yaml, const dw_node *node, const char *metric, const char *prefix, dw_err *err);
dw_status dw_policy_duration(const dw_yaml *yaml, const dw_node *node, int64_t *microseconds, dw_err *err);
/* The members of `actions`: each replaces the one of its name, or is a new one. */
dw_status dw_policy_actions(dw_policy *policy, const dw_yaml *yaml, const dw_node *node, dw_err *err);
/* Once all actions are read: those that are sequences get the steps of the actions they name (policy_sequence.c). */
dw_status dw_policy_sequences(dw_policy *policy, dw_err *err);

#endif
