#include "canary/judge/canary_rules.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "canary/judge/canary_comparison.h"

const char *const dw_canary_rule_words[] = {"own", "seed", "published", NULL};

enum { SEED_CANARIES = 3 };

static void unjudge(dw_canary_found *found, const char *why)
{
  found->judged = false;
  snprintf(found->why, sizeof found->why, "%s", why);
}

/* --- seed --- */

/* It needs no reference: a canary that is new is judged too. */
static void decide_seed(dw_canary_line *line, const dw_consensus_sight *sight)
{
  const dw_consensus_canary *z = &sight->member[line->canary].round;
  dw_canary_found *found = &line->found;
  found->p_value = NAN;
  found->made = 0;
  found->statistic = z->mean_z;
  found->prompts = z->prompts;
  if (sight->compared < SEED_CANARIES) unjudge(found, "rule seed takes three canaries that answer: of two each is as far off as the other");
  else if (z->prompts) found->judged = true;
  else if (!found->why[0]) unjudge(found, "no prompt of this round was answered by it and by another canary whose weight is above 0");
  else found->judged = false;
  line->drift = found->judged && z->anomalous;
  line->grading = dw_grading_of(DW_SCALE_BELOW, z->mean_z);
  line->severity = line->drift ? dw_grading_severity(&line->grading) : DW_SEVERITY_NONE;
}

/* --- published --- */

static void decide_round(dw_canary_line *line, const dw_border_round *round, bool newest)
{
  double severe = dw_canary_method_severe(line->method);
  bool answered = round->before >= DW_BORDER_FEWEST && !round->unstable;
  line->found.p_value = NAN;
  line->border = *round;
  line->drift = round->event;
  line->grading = (dw_grading){DW_SCALE_EFFECT, line->found.effect, 0, severe};
  line->severity = line->drift ? dw_grading_severity(&line->grading) : DW_SEVERITY_NONE;
  line->idle = !answered && !newest;
  if (answered || !newest) return;
  if (round->unstable) unjudge(&line->found, "rule published: the endpoint is unstable, the median of its last rounds is 0.4 or more");
  else unjudge(&line->found, "rule published: fewer than 5 rounds that end 4 before this one: it takes 9 rounds");
}

/* Lines come in the order of time. */
static void decide_published(dw_canary_comparison *c, uint32_t canary)
{
  size_t count = 0;
  dw_canary_line **line = dw_alloc_array(c->count, sizeof *line);
  double *variation = dw_alloc_array(c->count, sizeof *variation);
  dw_border_round *round = dw_alloc_array(c->count, sizeof *round);
  for (size_t i = 0; i < c->count; i++) {
    dw_canary_line *l = &c->line[i];
    if (l->canary != canary || l->method != DW_CANARY_BORDER || !l->found.judged) continue;
    variation[count] = l->found.statistic;
    line[count++] = l;
  }
  dw_border_rule(variation, count, round);
  for (size_t i = 0; i < count; i++) decide_round(line[i], &round[i], i + 1 == count);
  dw_free(line);
  dw_free(variation);
  dw_free(round);
}

void dw_canary_rules_decide(dw_canary_comparison *c, dw_canary_rule rule)
{
  for (size_t i = 0; i < c->count; i++) {
    c->line[i].p_adjusted = c->line[i].margin = NAN;
    c->line[i].calibrated = false;
    if (rule == DW_CANARY_RULE_SEED && c->line[i].method == DW_CANARY_CONSENSUS) decide_seed(&c->line[i], c->sight[c->line[i].round]);
  }
  if (rule != DW_CANARY_RULE_PUBLISHED || !c->count) return;
  uint32_t most = 0;
  for (size_t i = 0; i < c->count; i++)
    if (c->line[i].canary > most) most = c->line[i].canary;
  for (uint32_t canary = 0; canary <= most; canary++) decide_published(c, canary);
}
