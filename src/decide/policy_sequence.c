/* Actions that are sequences of others. Their steps are those of the actions they name, as the file has them: whoever points one at a job
 * of their own has pointed the sequence there too. */
#include "decide/policy_parts.h"

/* Where the mistake stands: in the sequence; of a built-in one, in the file that changed its actions. */
static dw_status refuse(const dw_policy *policy, const dw_policy_action *action, const char *name, const char *what, dw_err *err)
{
  const dw_node *node = policy->memory->sequence[action - policy->action];
  if (!node) node = dw_yaml_root(policy->memory->yaml);
  return dw_node_error(policy->memory->yaml, node, err, "the sequence %s: \"%.60s\" %s", action->name, name, what);
}

static bool has_step(const dw_policy_step *steps, size_t count, const char *name)
{
  for (size_t i = 0; i < count; i++)
    if (strcmp(steps[i].name, name) == 0) return true;
  return false;
}

static dw_status join(dw_policy *policy, dw_policy_action *action, dw_err *err)
{
  dw_policy_step *steps = dw_arena_alloc(&policy->memory->arena, DW_POLICY_STEPS * sizeof *steps);
  action->step = steps;
  action->count = 0;
  action->changes = false;
  for (size_t i = 0; i < action->sequence_count; i++) {
    const char *name = action->sequence[i];
    const dw_policy_action *part = dw_policy_action_find(policy, name);
    if (!part) return refuse(policy, action, name, "is no action", err);
    if (part->sequence) return refuse(policy, action, name, "is a sequence too: name its actions", err);
    if (action->count + part->count > DW_POLICY_STEPS) return refuse(policy, action, name, "makes it too long", err);
    for (size_t k = 0; k < part->count; k++) {
      if (has_step(steps, action->count, part->step[k].name)) return refuse(policy, action, part->step[k].name, "is a step of two", err);
      steps[action->count++] = part->step[k];
    }
    action->changes |= part->changes;
  }
  return DW_OK;
}

dw_status dw_policy_sequences(dw_policy *policy, dw_err *err)
{
  dw_status status = DW_OK;
  for (size_t i = 0; i < policy->action_count && status == DW_OK; i++)
    if (policy->action[i].sequence) status = join(policy, &policy->memory->action[i], err);
  return status;
}
