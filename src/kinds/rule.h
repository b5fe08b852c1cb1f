/* rule: how a number is held to its threshold: which side of it the number has to lie on, to be drift or to pass a gate. */
#ifndef DW_KINDS_RULE_H
#define DW_KINDS_RULE_H

#include <stdbool.h>

typedef enum dw_rule { DW_RULE_AT_LEAST, DW_RULE_ABOVE, DW_RULE_AT_MOST, DW_RULE_BELOW } dw_rule;

const char *dw_rule_text(dw_rule rule);                           /* ">=", ">", "<=", "<" */
bool dw_rule_find(const char *text, dw_rule *rule);               /* false: no such text, or text is NULL */
bool dw_rule_holds(double score, dw_rule rule, double threshold); /* false for a NaN score */
bool dw_rule_is_upper(dw_rule rule);                              /* large numbers fulfil it */
#define DW_RULE_TEXTS ">=, >, <= or <"                            /* for messages */

/* Whether a score is drift: as rule and threshold say, unless the method knows better (Evidently's percentile of text drift). */
typedef enum dw_verdict { DW_VERDICT_BY_RULE, DW_VERDICT_NO, DW_VERDICT_YES } dw_verdict;

#endif
