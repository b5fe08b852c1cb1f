#include "kinds/rule.h"

#include <string.h>

static const char *const texts[] = {[DW_RULE_AT_LEAST] = ">=", [DW_RULE_ABOVE] = ">", [DW_RULE_AT_MOST] = "<=", [DW_RULE_BELOW] = "<"};

const char *dw_rule_text(dw_rule rule) { return texts[rule]; }

bool dw_rule_find(const char *text, dw_rule *rule)
{
  for (int i = DW_RULE_AT_LEAST; text && i <= DW_RULE_BELOW; i++) {
    if (strcmp(text, texts[i]) != 0) continue;
    *rule = (dw_rule)i;
    return true;
  }
  return false;
}

bool dw_rule_holds(double score, dw_rule rule, double threshold)
{
  switch (rule) {
  case DW_RULE_AT_LEAST: return score >= threshold;
  case DW_RULE_ABOVE: return score > threshold;
  case DW_RULE_AT_MOST: return score <= threshold;
  default: return score < threshold;
  }
}

bool dw_rule_is_upper(dw_rule rule) { return rule == DW_RULE_AT_LEAST || rule == DW_RULE_ABOVE; }
