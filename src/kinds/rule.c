#include "kinds/rule.h"

const char *dw_rule_text(dw_rule rule)
{
  static const char *const text[] = {">=", ">", "<=", "<"};
  return text[rule];
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
