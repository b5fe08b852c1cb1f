#include "kinds/severity.h"

#include <string.h>

static const char *const words[] = {
    [DW_SEVERITY_NONE] = "none", [DW_SEVERITY_LOW] = "low", [DW_SEVERITY_MEDIUM] = "medium", [DW_SEVERITY_HIGH] = "high"};

const char *dw_severity_word(dw_severity severity) { return words[severity]; }

bool dw_severity_find(const char *word, dw_severity *severity)
{
  for (int i = DW_SEVERITY_NONE; word && i <= DW_SEVERITY_HIGH; i++) {
    if (strcmp(word, words[i]) != 0) continue;
    *severity = (dw_severity)i;
    return true;
  }
  return false;
}
