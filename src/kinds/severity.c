#include "kinds/severity.h"

#include <math.h>
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

#define SCALE(scale, name, medium, high) {name, medium, high},
static const struct {
  const char *word;
  double medium, high;
} scales[] = {DW_SCALE_ROWS(SCALE)};
#undef SCALE

const char *dw_scale_word(dw_scale scale) { return scale < DW_SCALES ? scales[scale].word : NULL; }

dw_scale dw_scale_named(const char *word)
{
  int scale = 0;
  while (scale < DW_SCALES && strcmp(word, scales[scale].word) != 0) scale++;
  return (dw_scale)scale;
}

dw_grading dw_grading_of(dw_scale scale, double value) { return (dw_grading){scale, value, scales[scale].medium, scales[scale].high}; }

dw_severity dw_grading_severity(const dw_grading *grading)
{
  bool falling = grading->scale == DW_SCALE_BELOW; /* a bound itself is not below it */
  if (falling ? grading->value < grading->high : grading->value >= grading->high) return DW_SEVERITY_HIGH;
  if (falling ? grading->value < grading->medium : grading->value >= grading->medium) return DW_SEVERITY_MEDIUM;
  return DW_SEVERITY_LOW;
}
