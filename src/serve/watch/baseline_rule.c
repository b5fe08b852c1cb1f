#include "serve/watch/baseline_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/str.h"

#define WEEK (7 * 86400 * DW_SECOND)

void dw_periods_add(dw_periods *periods, dw_period period)
{
  if (period.from >= period.to) return;
  periods->period = dw_grow(periods->period, &periods->capacity, periods->count + 1, sizeof *periods->period);
  periods->period[periods->count++] = period;
}

void dw_periods_free(dw_periods *periods)
{
  dw_free(periods->period);
  *periods = (dw_periods){0};
}

/* The first of left_out that is still to come at an instant, by its beginning; NULL: none. */
static const dw_period *next_of(const dw_periods *left_out, int64_t at)
{
  const dw_period *next = NULL;
  for (size_t i = 0; i < left_out->count; i++) {
    const dw_period *p = &left_out->period[i];
    if (p->to > at && (!next || p->from < next->from)) next = p;
  }
  return next;
}

void dw_periods_add_without(dw_periods *out, dw_period period, const dw_periods *left_out)
{
  for (const dw_period *next; period.from < period.to && (next = next_of(left_out, period.from)) != NULL; period.from = next->to)
    dw_periods_add(out, (dw_period){period.from, next->from < period.to ? next->from : period.to});
  dw_periods_add(out, period);
}

/* The periods' last `size` of time alone. */
static void keep_last(dw_periods *periods, size_t first, int64_t size)
{
  size_t at = periods->count;
  while (at > first && size > 0) {
    dw_period *p = &periods->period[--at];
    if (p->to - p->from > size) p->from = p->to - size;
    size -= p->to - p->from;
  }
  memmove(&periods->period[first], &periods->period[at], (periods->count - at) * sizeof *periods->period);
  periods->count -= at - first;
}

void dw_baseline_rule_periods(const dw_baseline_rule *baseline, dw_period window, const dw_periods *left_out, dw_periods *out)
{
  size_t first = out->count;
  int64_t end = window.from - baseline->offset;
  switch (baseline->form) {
  case DW_BASELINE_TRAILING:
    dw_periods_add_without(out, (dw_period){end - DW_BASELINE_BACK * baseline->size, end}, left_out);
    if (out->count > first) keep_last(out, first, baseline->size);
    break;
  case DW_BASELINE_FIXED: dw_periods_add(out, baseline->fixed); break;
  case DW_BASELINE_VERSION: break;
  case DW_BASELINE_WEEKS:
    for (int k = baseline->weeks; k > 0; k--) {
      dw_period past = {window.from - k * WEEK, window.to - k * WEEK};
      if (past.to > window.from) past.to = window.from; /* a window longer than a week */
      if (out->count > first && past.from < out->period[out->count - 1].to) past.from = out->period[out->count - 1].to;
      dw_periods_add_without(out, past, left_out);
    }
    break;
  }
}

int64_t dw_baseline_rule_reach(const dw_baseline_rule *baseline)
{
  switch (baseline->form) {
  case DW_BASELINE_TRAILING: return baseline->offset + DW_BASELINE_BACK * baseline->size;
  case DW_BASELINE_WEEKS: return baseline->weeks * WEEK;
  case DW_BASELINE_VERSION: return INT64_MAX / 4; /* whenever that version was */
  case DW_BASELINE_FIXED: break;
  }
  return 0;
}

/* --- words --- */

/* NAME, or NAME(A) or NAME(A,B), in parts. */
typedef struct words {
  const char *part[2];
  size_t length[2];
  int count;
} words;

static bool take_words(const char *text, const char *name, words *w)
{
  size_t length = strlen(name);
  *w = (words){0};
  if (strncmp(text, name, length) != 0) return false;
  text += length;
  if (*text == '\0') return true;
  const char *end = text + strlen(text) - 1;
  if (*text != '(' || *end != ')') return false;
  for (text++; w->count < 2; text++) {
    const char *comma = memchr(text, ',', (size_t)(end - text));
    const char *stop = comma ? comma : end;
    w->part[w->count] = text;
    w->length[w->count++] = (size_t)(stop - text);
    if (!comma) return true;
    text = comma;
  }
  return false;
}

static bool take_offset(const words *w, int at, int64_t *offset)
{
  *offset = 0;
  if (dw_text_equal(w->part[at], w->length[at], "0") || dw_text_equal(w->part[at], w->length[at], "0s")) return true;
  return dw_duration_parse(w->part[at], w->length[at], offset);
}

static bool take_trailing(dw_baseline_rule *b, const words *w)
{
  b->size = 86400 * DW_SECOND;
  if (w->count == 2 && !take_offset(w, 0, &b->offset)) return false;
  if (w->count > 0 && !dw_duration_parse(w->part[w->count - 1], w->length[w->count - 1], &b->size)) return false;
  return b->size <= DW_BASELINE_LONGEST && b->offset <= DW_BASELINE_LONGEST;
}

static bool take_fixed(dw_baseline_rule *b, const words *w)
{
  return w->count == 2 && dw_time_parse(w->part[0], w->length[0], &b->fixed.from) &&
         dw_time_parse(w->part[1], w->length[1], &b->fixed.to) && b->fixed.from < b->fixed.to;
}

static bool take_weeks(dw_baseline_rule *b, const words *w)
{
  uint64_t weeks = 4;
  bool right = w->count == 0 || (w->count == 1 && dw_num_parse_unsigned(w->part[0], w->length[0], &weeks));
  b->weeks = (int)(weeks <= DW_BASELINE_WEEKS_MOST ? weeks : 0);
  return right && b->weeks > 0;
}

/* ID or ID(SIZE): a bracket in an ID that is no size is its own. */
static bool take_version(dw_baseline_rule *b, const char *id)
{
  size_t length = strlen(id);
  const char *bracket = strrchr(id, '(');
  b->size = 7 * 86400 * DW_SECOND;
  if (bracket && id[length - 1] == ')' && dw_duration_parse(bracket + 1, (size_t)(id + length - 1 - (bracket + 1)), &b->size))
    length = (size_t)(bracket - id);
  if (length == 0 || length > DW_BASELINE_VERSION_MOST || b->size > DW_BASELINE_LONGEST) return false;
  memcpy(b->version, id, length);
  return true;
}

dw_status dw_baseline_rule_parse(dw_baseline_rule *out, const char *text, dw_err *err)
{
  words w;
  *out = (dw_baseline_rule){0};
  if (take_words(text, "trailing", &w)) {
    out->form = DW_BASELINE_TRAILING;
    if (take_trailing(out, &w)) return DW_OK;
  } else if (take_words(text, "fixed", &w)) {
    out->form = DW_BASELINE_FIXED;
    if (take_fixed(out, &w)) return DW_OK;
  } else if (take_words(text, "hour-of-week", &w)) {
    out->form = DW_BASELINE_WEEKS;
    if (take_weeks(out, &w)) return DW_OK;
  } else if (strncmp(text, "version:", 8) == 0) {
    out->form = DW_BASELINE_VERSION;
    if (take_version(out, text + 8)) return DW_OK;
  }
  return dw_err_set(err, DW_EUSAGE,
                    "--baseline: \"%s\" is none of trailing(OFFSET,SIZE), such as trailing(0,24h), fixed(FROM,TO) with two times, "
                    "hour-of-week(N) of 1 to %d weeks, and version:ID",
                    text, DW_BASELINE_WEEKS_MOST);
}
