#include "synth/scenario/course.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/num.h"

const char *const dw_course_words[] = {"sudden", "gradual", "incremental", "recurring", "blip", NULL};

/* "30%", or a number with a point between 0 and 1. */
static bool share_parse(const char *text, double *share)
{
  size_t length = strlen(text);
  bool percent = length > 0 && text[length - 1] == '%';
  if (!percent && !strchr(text, '.')) return false;
  if (!dw_num_parse(text, percent ? length - 1 : length, share, NULL)) return false;
  if (percent) *share /= 100;
  return *share >= 0 && *share <= 1;
}

static bool row_parse(const char *text, int64_t *row)
{
  uint64_t value;
  if (!dw_num_parse_unsigned(text, strlen(text), &value) || value > INT64_MAX / 2) return false;
  *row = (int64_t)value;
  return true;
}

bool dw_position_parse(const char *text, dw_position *position)
{
  dw_position p = {0};
  if (row_parse(text, &p.at)) p.axis = DW_AXIS_ROW;
  else if (share_parse(text, &p.share)) p.axis = DW_AXIS_SHARE;
  else if (dw_time_parse(text, strlen(text), &p.at)) p.axis = DW_AXIS_TIME;
  else return false;
  *position = p;
  return true;
}

bool dw_period_parse(const char *text, dw_position *period)
{
  dw_position p = {0};
  if (row_parse(text, &p.at)) p.axis = DW_AXIS_ROW;
  else if (share_parse(text, &p.share)) p.axis = DW_AXIS_SHARE;
  else if (dw_duration_parse(text, strlen(text), &p.at)) p.axis = DW_AXIS_TIME;
  else return false;
  if (p.axis == DW_AXIS_SHARE ? p.share <= 0 : p.at <= 0) return false;
  *period = p;
  return true;
}

static size_t position_print(char out[40], const dw_position *p, bool length)
{
  switch (p->axis) {
  case DW_AXIS_NONE: break;
  case DW_AXIS_ROW: return dw_num_print_signed(out, p->at);
  case DW_AXIS_TIME: return length ? dw_duration_print(out, p->at) : dw_time_print(out, p->at);
  case DW_AXIS_SHARE: {
    size_t n = dw_num_print(out, p->share * 100);
    out[n] = '%';
    return n + 1;
  }
  }
  memcpy(out, "null", 4);
  return 4;
}

size_t dw_position_print(char out[40], const dw_position *position) { return position_print(out, position, false); }
size_t dw_period_print(char out[40], const dw_position *period) { return position_print(out, period, true); }

dw_axis dw_course_axis(const dw_course *course)
{
  const dw_position *all[] = {&course->from, &course->to, &course->period};
  for (size_t i = 0; i < 3; i++)
    if (all[i]->axis != DW_AXIS_NONE) return all[i]->axis == DW_AXIS_TIME ? DW_AXIS_TIME : DW_AXIS_ROW;
  return DW_AXIS_NONE;
}

bool dw_course_has_shares(const dw_course *course)
{
  return course->from.axis == DW_AXIS_SHARE || course->to.axis == DW_AXIS_SHARE || course->period.axis == DW_AXIS_SHARE;
}

static bool given(const dw_position *p) { return p->axis != DW_AXIS_NONE; }
static bool timed(const dw_position *p) { return p->axis == DW_AXIS_TIME; }

const char *dw_course_wrong(const dw_course *course, const char *dash, char message[160])
{
  const char *kind = dw_course_words[course->kind];
  const dw_position *from = &course->from, *to = &course->to, *period = &course->period;
  bool time = dw_course_axis(course) == DW_AXIS_TIME;
  bool needs_to = course->kind == DW_COURSE_GRADUAL || course->kind == DW_COURSE_INCREMENTAL || course->kind == DW_COURSE_BLIP;
  enum { SIZE = 160 };
  message[0] = '\0';
  if (needs_to && !given(to)) snprintf(message, SIZE, "%s needs %sto", kind, dash);
  else if (course->kind == DW_COURSE_SUDDEN && given(to))
    snprintf(message, SIZE, "sudden does not end: %sto belongs to blip, gradual, incremental and recurring", dash);
  else if (course->kind == DW_COURSE_RECURRING && !given(period)) snprintf(message, SIZE, "recurring needs %speriod", dash);
  else if (course->kind != DW_COURSE_RECURRING && given(period))
    snprintf(message, SIZE, "%speriod belongs to %scourse recurring", dash, dash);
  else if ((given(from) && timed(from) != time) || (given(to) && timed(to) != time) || (given(period) && timed(period) != time))
    snprintf(message, SIZE, "%sfrom, %sto and %speriod mix rows and time", dash, dash, dash);
  else if (time && !given(from) && (course->kind == DW_COURSE_GRADUAL || course->kind == DW_COURSE_INCREMENTAL))
    snprintf(message, SIZE, "%s by time needs %sfrom", kind, dash);
  else if (given(from) && given(to) && from->axis == to->axis &&
           (from->axis == DW_AXIS_SHARE ? from->share >= to->share : from->at >= to->at))
    snprintf(message, SIZE, "%sfrom does not come before %sto", dash, dash);
  return message[0] ? message : NULL;
}

static void resolve(dw_position *p, uint64_t rows, int64_t least)
{
  if (p->axis != DW_AXIS_SHARE) return;
  p->axis = DW_AXIS_ROW;
  p->at = (int64_t)rint(p->share * (double)rows);
  if (p->at < least) p->at = least;
}

void dw_course_resolve(dw_course *course, uint64_t rows)
{
  resolve(&course->from, rows, 0);
  resolve(&course->to, rows, 0);
  resolve(&course->period, rows, 1);
}

double dw_course_at(const dw_course *course, int64_t position)
{
  int64_t from = given(&course->from) ? course->from.at : 0; /* by time only recurring comes without: periods then count from 1970 */
  if (given(&course->from) && position < from) return 0;
  bool over = given(&course->to) && position >= course->to.at;
  switch (course->kind) {
  case DW_COURSE_SUDDEN: return 1;
  case DW_COURSE_BLIP: return !over;
  case DW_COURSE_GRADUAL:
  case DW_COURSE_INCREMENTAL:
    if (over) return 1;
    return ((double)position - (double)from) / ((double)course->to.at - (double)from);
  case DW_COURSE_RECURRING: {
    if (over) return 0;
    int64_t within = (position - from) % course->period.at;
    if (within < 0) within += course->period.at;
    return (double)within < course->duty * (double)course->period.at;
  }
  }
  return 0;
}

bool dw_course_idle(const dw_course *course, int64_t first, int64_t last)
{
  if (given(&course->from) && last < course->from.at) return true;
  bool ends = course->kind == DW_COURSE_BLIP || course->kind == DW_COURSE_RECURRING;
  return ends && given(&course->to) && first >= course->to.at;
}
