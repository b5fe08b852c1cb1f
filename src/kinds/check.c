#include "kinds/check.h"

#include <string.h>

#define ENTRY(check, name, title, judges, family, presets)                                                                                 \
  [DW_CHECK_##check] = {name, title, DW_JUDGES_##judges, DW_TESTS_##family, DW_PRESETS_##presets},
static const dw_check_row rows[DW_CHECKS + 1] = {[DW_CHECK_UNKNOWN] = {"", "", DW_JUDGES_UNKNOWN, DW_TESTS_NONE, 0}, DW_CHECK_ROWS(ENTRY)};
#undef ENTRY

const dw_check_row *dw_check_of(dw_check check) { return &rows[check]; }

dw_check dw_check_named(const char *name)
{
  int check = 0;
  if (!name) return DW_CHECK_UNKNOWN;
  while (check < DW_CHECKS && strcmp(name, rows[check].name) != 0) check++;
  return (dw_check)check;
}

bool dw_check_runs(dw_check check, dw_preset preset) { return rows[check].presets & 1u << preset; }

bool dw_check_is_distribution(dw_check check)
{
  dw_judgement judges = rows[check].judges;
  return judges == DW_JUDGES_FEATURE || judges == DW_JUDGES_TARGET || judges == DW_JUDGES_PREDICTION;
}

bool dw_check_is_of_columns(dw_check check) { return rows[check].presets != DW_PRESETS_NONE; }
