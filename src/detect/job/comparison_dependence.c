/* Rows that depend on each other in time: looked for, told, and handed to the tests. */
#include <math.h>

#include "base/str.h"
#include "detect/job/comparison_parts.h"

static bool depends(const dw_dependent *one) { return one->time > 1 || one->missing > 1; }
static bool cycles(const dw_dependent *one) { return one->cycle[DW_CYCLE_HOUR] > 0 || one->cycle[DW_CYCLE_WEEKDAY] > 0; }

/* Values on a side, and what they are worth. */
static uint64_t values(const dw_dataset *side, const dw_dependent *one, uint64_t *effective)
{
  const dw_column *column = dw_dataset_find(side, one->column);
  uint64_t count = column ? column->rows - dw_column_missing(column) : 0;
  *effective = count ? dw_dependence_worth(one->time, count, 1) : 0;
  return count;
}

/* The same of rows to come, with as many values a row as the reference has. */
static uint64_t values_to_come(const dw_comparison_job *job, const dw_dependent *one, size_t rows, uint64_t *effective)
{
  uint64_t worth, there = values(&job->reference, one, &worth);
  uint64_t count = (uint64_t)rint((double)there * (double)rows / (double)job->reference.rows);
  *effective = count ? dw_dependence_worth(one->time, count, 1) : 0;
  return count;
}

/* The column of those that are `of`, whose rows are worth least; how many there are. */
static const dw_dependent *worst(const dw_dependence *all, bool (*of)(const dw_dependent *), size_t *count)
{
  const dw_dependent *found = NULL;
  *count = 0;
  for (size_t i = 0; i < all->count; i++) {
    const dw_dependent *one = &all->item[i];
    if (!of(one)) continue;
    ++*count;
    if (!found || fmax(one->time, one->missing) > fmax(found->time, found->missing)) found = one;
  }
  return found;
}

static void add_others(dw_buf *text, size_t count)
{
  if (count > 1) dw_buf_format(text, " and %zu more column%s", count - 1, count > 2 ? "s" : "");
}

static void tell_dependence(const dw_comparison_job *job, dw_buf *text)
{
  size_t count;
  const dw_dependent *one = worst(&job->dependence, depends, &count);
  uint64_t effective, all = one ? values(&job->reference, one, &effective) : 0;
  if (!one) return;
  dw_buf_format(text, "rows depend on those before them in \"%s\"", one->column);
  add_others(text, count);
  if (one->time > 1)
    dw_buf_format(text, ": %llu reference values are worth %llu independent ones", (unsigned long long)all, (unsigned long long)effective);
}

static void tell_cycles(const dw_comparison_job *job, dw_buf *text)
{
  size_t count;
  const dw_dependent *one = worst(&job->dependence, cycles, &count);
  if (!one) return;
  bool hour = false, weekday = false; /* of any of them */
  for (size_t i = 0; i < job->dependence.count; i++) {
    hour |= job->dependence.item[i].cycle[DW_CYCLE_HOUR] > 0;
    weekday |= job->dependence.item[i].cycle[DW_CYCLE_WEEKDAY] > 0;
  }
  dw_buf_format(text, "%s\"%s\"", text->length ? "; " : "", one->column);
  add_others(text, count);
  dw_buf_format(text, " go%s with the %s%s%s: --match %s compares the same ones, or compare whole %s", count > 1 ? "" : "es",
                hour ? "hour of the day" : "", hour && weekday ? " and the " : "", weekday ? "day of the week" : "",
                hour && weekday ? "hour-of-week"
                : hour          ? "hour"
                                : "weekday",
                weekday ? "weeks" : "days");
}

static void warn(const dw_comparison_job *job)
{
  const dw_comparison_settings *set = job->settings;
  size_t dependent;
  dw_buf text = {0};
  tell_dependence(job, &text);
  tell_cycles(job, &text);
  worst(&job->dependence, depends, &dependent);
  if (set->alone) dw_buf_text(&text, "; thresholds allow for it, unless --resample rows makes them");
  else if (set->sequential) dw_buf_format(&text, "; --sequential is for independent rows: its alarms may be false");
  else if (dependent)
    dw_buf_format(&text,
                  "; tests of shares and the default method count that; dw-calibrate thresholds --time %s makes thresholds that hold",
                  set->time);
  dw_notices_warn(job->notices, "%s", dw_buf_cstr(&text));
  dw_buf_free(&text);
}

void dw_comparison_find_dependence(dw_comparison_job *job)
{
  if (!job->by_time) return;
  dw_dependence_find(&job->dependence, &job->reference, &job->compare);
  if (job->limits.calibrated) return;
  if (!job->settings->alone) job->compare.dependence = &job->dependence;
  if (job->dependence.count) warn(job);
}

static void summarise(const dw_comparison_job *job, size_t rows_to_come, dw_arena *arena, dw_summary *summary)
{
  const dw_dependence *all = &job->dependence;
  summary->dependence_known = job->by_time && !all->unseen;
  dw_summary_dependence *out = dw_arena_alloc(arena, (all->count + 1) * sizeof *out);
  for (size_t i = 0; i < all->count; i++) {
    const dw_dependent *one = &all->item[i];
    uint64_t n, m;
    double reference = (double)values(&job->reference, one, &n);
    double current = (double)(rows_to_come ? values_to_come(job, one, rows_to_come, &m) : values(&job->current, one, &m));
    double hour = one->cycle[DW_CYCLE_HOUR], weekday = one->cycle[DW_CYCLE_WEEKDAY];
    out[i] = (dw_summary_dependence){.column = one->column,
                                     .time = one->time,
                                     .missing_time = one->missing,
                                     .reference_values = reference,
                                     .reference_effective = (double)n,
                                     .current_values = current,
                                     .current_effective = (double)m,
                                     .hour = hour > 0 ? hour : NAN,
                                     .weekday = weekday > 0 ? weekday : NAN};
  }
  summary->dependence = out;
  summary->dependence_count = all->count;
}

void dw_comparison_summarise_dependence(const dw_comparison_job *job, dw_arena *arena, dw_summary *summary)
{
  summarise(job, 0, arena, summary);
}

void dw_comparison_job_write_dependence(const dw_comparison_job *job, size_t rows, dw_json *json)
{
  dw_arena arena;
  dw_summary summary = {0};
  dw_arena_init(&arena);
  summarise(job, rows, &arena, &summary);
  if (summary.dependence_known) dw_summary_write_dependence(&summary, json);
  dw_arena_free(&arena);
}
