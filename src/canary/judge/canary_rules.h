/* canary_rules: rules that others published for saying that a canary departed, in place of our own, which is a test against the canary's
 * own past, corrected, with a margin (canary_comparison.h). Neither of them has a p-value or a stated rate of false alarms.
 *
 *   seed        of the consensus: a canary is anomalous whose similarity to the others, as a z-score among the canaries of the round, is
 *               below -1 in the mean over prompts. z is relative: somebody is always last, so that it flags healthy canaries too, the
 *               oftener the less they are alike. Of two canaries each is as far off as the other: it takes three that answer.
 *   published   of border inputs (stats/answers/border_rule.h): all rounds in the order of time; drift is the first of three rounds in a
 *               row that deviate. A round with fewer than five rounds to be held to, or of an endpoint that is unstable, has no answer by
 *               it: such a line is idle, as long as a later round of the canary has one, and else not judged.
 */
#ifndef DW_CANARY_CANARY_RULES_H
#define DW_CANARY_CANARY_RULES_H

typedef enum dw_canary_rule { DW_CANARY_RULE_OWN, DW_CANARY_RULE_SEED, DW_CANARY_RULE_PUBLISHED } dw_canary_rule;

extern const char *const dw_canary_rule_words[]; /* own, seed, published, NULL */

struct dw_canary_comparison;

/* Drift and severity of the lines by the rule, which is not our own; what stands in them of tests is taken away. seed: lines of the
 * consensus, with the sights of all rounds; published: lines of border. */
void dw_canary_rules_decide(struct dw_canary_comparison *comparison, dw_canary_rule rule);

#endif
