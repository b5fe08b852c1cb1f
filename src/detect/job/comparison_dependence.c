/* Rows that depend on each other in time: looked for, told, and handed to the tests. */
#include <math.h>

#include "base/str.h"
#include "detect/compare/file_order.h"
#include "detect/job/comparison_parts.h"

/* What is estimated of a rest that no test has found to be dependent is above 1 by chance. */
#define CHANCE 1.25

static bool depends(const dw_dependent *one) { return dw_dependent_time(one) > (one->whole ? CHANCE : 1) || one->missing > 1; }
static bool cycles(const dw_dependent *one) { return one->cycle[DW_CYCLE_HOUR] > 0 || one->cycle[DW_CYCLE_WEEKDAY] > 0; }
static bool parts_of_cycles(const dw_dependent *one) { return cycles(one) && !one->whole; }
static double longest(const dw_dependent *one) { return fmax(dw_dependent_time(one), one->missing); }

/* Values on a side, and what they are worth. */
static uint64_t values(const dw_dataset *side, const dw_dependent *one, uint64_t *effective)
{
  const dw_column *column = dw_dataset_find(side, one->column);
  uint64_t count = column ? column->rows - dw_column_missing(column) : 0;
  *effective = count ? dw_dependence_worth(dw_dependent_time(one), count, 1) : 0;
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
    if (!found || longest(one) > longest(found)) found = one;
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
  if (dw_dependent_time(one) > 1)
    dw_buf_format(text, ": %llu reference values are worth %llu independent ones", (unsigned long long)all, (unsigned long long)effective);
}

/* Which cycles any of them has. */
static const char *cycle_words(const dw_dependence *all, const char **match, const char **whole)
{
  bool hour = false, weekday = false;
  for (size_t i = 0; i < all->count; i++) {
    hour |= all->item[i].cycle[DW_CYCLE_HOUR] > 0;
    weekday |= all->item[i].cycle[DW_CYCLE_WEEKDAY] > 0;
  }
  *match = hour && weekday ? "hour-of-week" : hour ? "hour" : "weekday";
  *whole = weekday ? "weeks" : "days";
  return hour && weekday ? "hour of the day and the day of the week" : hour ? "hour of the day" : "day of the week";
}

static void tell_cycles(const dw_comparison_job *job, dw_buf *text)
{
  size_t count, parts;
  const char *match, *whole;
  const dw_dependence *all = &job->dependence;
  const dw_dependent *one = worst(all, cycles, &count), *part = worst(all, parts_of_cycles, &parts);
  if (!one) return;
  dw_buf_format(text, "%s\"%s\"", text->length ? "; " : "", (part ? part : one)->column);
  add_others(text, count);
  dw_buf_format(text, " go%s with the %s: ", count > 1 ? "" : "es", cycle_words(all, &match, &whole));
  if (part) dw_buf_format(text, "--match %s compares the same ones, or compare whole %s", match, whole);
  else dw_buf_format(text, "the current rows cover whole %s, whose cycle is not counted as dependence", whole);
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
  else if (set->sequential)
    dw_buf_text(&text, "; --sequential by the row is for independent rows, and its alarms may be false: --unit 1d watches days");
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
  if (job->reference.profiled) job->dependence.unseen = "its profile keeps no order of rows; they are taken as independent";
  else dw_dependence_find(&job->dependence, &job->reference, &job->compare);
  if (job->dependence.unseen) {
    if (!dw_roster_have(&job->names, job->settings->time)) return; /* which is told already */
    dw_notices_warn(job->notices, "--time %s: whether rows of the reference depend on each other is not known: %s", job->settings->time,
                    job->dependence.unseen);
    return;
  }
  if (!job->settings->alone && !job->current.profiled) dw_dependence_cover(&job->dependence, job->current.succession);
  if (job->limits.calibrated) return;
  if (!job->settings->alone) job->compare.dependence = &job->dependence;
  if (job->dependence.count) warn(job);
}

void dw_comparison_hint_at_order(dw_comparison_job *job)
{
  dw_file_order found;
  dw_buf text = {0};
  const dw_text_list *files = &job->settings->reference.paths;
  if (!job->by_file || job->limits.calibrated || job->reference.profiled) return;
  dw_file_order_find(&found, &job->reference, &job->compare);
  if (!found.column) return;
  const char *name = strcmp(files->text[0], "-") == 0 ? "standard input" : files->text[0];
  if (found.time) dw_buf_format(&text, "rows of %s, in the order of \"%s\", resemble those before them", name, found.time);
  else dw_buf_format(&text, "neighbouring rows of %s resemble each other", name);
  dw_buf_format(&text, " in \"%s\"", found.column);
  add_others(&text, found.count);
  if (found.time) dw_buf_format(&text, ": give --time %s, so that tests count them as what they are worth", found.time);
  else
    dw_buf_text(&text, ": if they stand in time order, tests that take them as independent alarm too often; a column of instants and "
                       "--time make them count as what they are worth");
  dw_notices_warn(job->notices, "%s", dw_buf_cstr(&text));
  dw_buf_free(&text);
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
                                     .rest_time = cycles(one) ? dw_dependent_rest(one) : NAN,
                                     .whole_cycles = one->whole,
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
  if (summary.dependence_known) dw_summary_write_dependence(json, summary.dependence, summary.dependence_count);
  dw_arena_free(&arena);
}
