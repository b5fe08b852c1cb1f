#include "data/datasets/matching.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

const char *const dw_match_words[6] = {"hour", "weekday", "hour-of-week", "month", "season", NULL};

static const char *const weekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
static const char *const seasons[] = {"dec-feb", "mar-may", "jun-aug", "sep-nov"};

unsigned dw_match_cells(dw_match by)
{
  static const unsigned cells[] = {1, 24, 7, DW_MATCH_CELLS, 12, 4};
  return cells[by];
}

static unsigned month_of(int64_t local)
{
  char text[DW_TIME_TEXT];
  dw_time_print(text, local);
  const char *month = strchr(text + 1, '-') + 1; /* years beyond four digits have a sign in front */
  return (unsigned)(month[0] - '0') * 10 + (unsigned)(month[1] - '0');
}

unsigned dw_match_cell(dw_match by, const dw_zone *zone, int64_t instant)
{
  int64_t local;
  if (__builtin_add_overflow(instant, dw_zone_offset(zone, instant), &local)) local = instant;
  return dw_match_cell_local(by, local);
}

unsigned dw_match_cell_local(dw_match by, int64_t local)
{
  int64_t seconds = local / DW_SECOND - (local % DW_SECOND < 0), day = seconds / 86400 - (seconds % 86400 < 0);
  unsigned hour = (unsigned)((seconds - day * 86400) / 3600), weekday = (unsigned)(((day + 3) % 7 + 7) % 7); /* 1970 began on a Thursday */
  switch (by) {
  case DW_MATCH_HOUR: return hour;
  case DW_MATCH_WEEKDAY: return weekday;
  case DW_MATCH_HOUR_OF_WEEK: return weekday * 24 + hour;
  case DW_MATCH_MONTH: return month_of(local) - 1;
  case DW_MATCH_SEASON: return month_of(local) % 12 / 3;
  default: return 0;
  }
}

void dw_match_name(dw_match by, unsigned cell, char out[DW_MATCH_NAME])
{
  switch (by) {
  case DW_MATCH_HOUR: snprintf(out, DW_MATCH_NAME, "%02u", cell % 24); return;
  case DW_MATCH_WEEKDAY: snprintf(out, DW_MATCH_NAME, "%s", weekdays[cell % 7]); return;
  case DW_MATCH_HOUR_OF_WEEK: snprintf(out, DW_MATCH_NAME, "%s %02u", weekdays[cell / 24 % 7], cell % 24); return;
  case DW_MATCH_MONTH: snprintf(out, DW_MATCH_NAME, "%02u", cell % 12 + 1); return;
  case DW_MATCH_SEASON: snprintf(out, DW_MATCH_NAME, "%s", seasons[cell % 4]); return;
  default: *out = '\0';
  }
}
