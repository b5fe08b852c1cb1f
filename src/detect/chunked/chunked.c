#include "detect/chunked/chunked.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "detect/chunked/chunked_parts.h"
#include "detect/compare/reading.h"
#include "detect/check/data_quality.h"
#include "detect/compare/unjudged.h"
#include "detect/compare/verdict.h"

enum { CHUNKS_DEFAULT = 10, CHUNKS_FEW = 6, FINDING_BYTES = 1536 /* with its texts, about */ };

static const char *const side_names[SIDES] = {"reference", "current data"};
static const char *const periods[SIDES] = {"reference", "analysis"};

/* --- columns --- */

static dw_check check_of(const dw_compare_options *o, const char *name)
{
  if (o->label && strcmp(o->label, name) == 0) return DW_CHECK_TARGET;
  return o->score && strcmp(o->score, name) == 0 ? DW_CHECK_PREDICTION : DW_CHECK_COLUMN;
}

/* By pandas' rule: numbers are continuous, strings and booleans, alone or with numbers, are categories. What hardly repeats, texts and
 * instants are no categories; dates of other forms are. */
static void set_type(chunk_column *column, const dw_compare_options *o)
{
  const dw_column *seen = column->facts[SIDE_REFERENCE] ? column->facts[SIDE_REFERENCE] : column->facts[SIDE_CURRENT];
  dw_type_facts facts = dw_column_facts(seen);
  facts.instants = facts.instants && !seen->dates;
  column->type = dw_type_infer(&facts, DW_TYPING_DRIFTWATCH);
  if (column->type == DW_TYPE_NUMERIC || column->type == DW_TYPE_CATEGORICAL)
    column->type = facts.kinds == DW_KIND_NUMBER ? DW_TYPE_NUMERIC : DW_TYPE_CATEGORICAL;
  const dw_type_choice *choice = dw_compare_type_choice(o, column->name);
  if (choice) column->type = choice->type;
}

static bool is_awaited(const chunked_run *run, const chunk_column *column)
{
  return dw_compare_labels_later(run->options->compare, column->name, column->facts[SIDE_REFERENCE], column->facts[SIDE_CURRENT]) &&
         !dw_limits_fail_on(run->limits, column->name);
}

static void set_loss(const chunked_run *run, chunk_column *column)
{
  const dw_column *reference = column->facts[SIDE_REFERENCE], *current = column->facts[SIDE_CURRENT];
  bool asked = dw_limits_look_at(run->limits, column->check, column->type);
  bool settled = dw_compare_type_choice(run->options->compare, column->name) != NULL;
  if (reference && asked && !is_awaited(run, column))
    column->loss = dw_lost_of(column->type, settled, reference, current, run->frame[SIDE_CURRENT]->rows, false);
}

static const char *reason_out(const chunked_run *run, const chunk_column *column)
{
  if (is_awaited(run, column)) return "the current data has no labels yet";
  if (!column->facts[SIDE_CURRENT]) return column->loss == DW_LOST_GONE ? NULL : "the current data does not have it";
  if (!column->facts[SIDE_REFERENCE]) return "the reference does not have it";
  if (column->type == DW_TYPE_EMPTY) return "the reference has no value in it";
  if (column->type == DW_TYPE_VECTOR || column->type == DW_TYPE_OTHER) return "its values are arrays or empty objects";
  if (column->type != DW_TYPE_NUMERIC && column->type != DW_TYPE_CATEGORICAL)
    return "neither numbers nor categories (--types NAME=categorical compares its strings)";
  for (int side = 0; side < SIDES && column->type == DW_TYPE_CATEGORICAL; side++) {
    const dw_frame_column *cells = dw_frame_find(run->frame[side], column->name);
    if (cells && cells->endless) return "its values hardly repeat (--types NAME=categorical compares them)";
  }
  return NULL;
}

/* Left out not by its nature, but because NannyML has no method for it, or the reference no value. */
static bool unjudged(const chunk_column *column)
{
  bool both = column->facts[SIDE_REFERENCE] && column->facts[SIDE_CURRENT];
  if (column->type == DW_TYPE_EMPTY)
    return both && (dw_column_has_cells(column->facts[SIDE_REFERENCE]) || dw_column_has_cells(column->facts[SIDE_CURRENT]));
  return both && (column->type == DW_TYPE_TEXT || column->type == DW_TYPE_VECTOR || column->type == DW_TYPE_OTHER);
}

static void add_column(chunked_run *run, const dw_column *reference, const dw_column *current)
{
  const dw_compare_options *o = run->options->compare;
  chunk_column *column = &run->column[run->count++];
  *column = (chunk_column){.name = reference ? reference->name : current->name, .facts = {reference, current}};
  column->check = check_of(o, column->name);
  set_type(column, o);
  set_loss(run, column);
  column->left_out = dw_compare_unread(o, column->name, reference, current, &column->settles);
  bool comparable = column->type == DW_TYPE_NUMERIC || column->type == DW_TYPE_CATEGORICAL;
  if (!column->left_out || comparable) column->left_out = reason_out(run, column);
}

static const dw_column *column_with_cells(const dw_dataset *set, const char *name)
{
  const char *time = set->frame->options.time;
  const dw_column *column = time && strcmp(time, name) == 0 ? NULL : dw_dataset_find(set, name);
  return column && column->tag[DW_ABSENT] < column->rows ? column : NULL; /* of a split input it may be on the other side only */
}

static void collect_columns(chunked_run *run, const dw_dataset *reference, const dw_dataset *current)
{
  run->column = dw_alloc_zero(reference->column_count + current->column_count, sizeof *run->column);
  for (size_t i = 0; i < reference->column_count; i++) {
    const char *name = reference->column[i]->name;
    if (column_with_cells(reference, name)) add_column(run, reference->column[i], column_with_cells(current, name));
  }
  for (size_t i = 0; i < current->column_count; i++) {
    const char *name = current->column[i]->name;
    if (!column_with_cells(reference, name) && column_with_cells(current, name)) add_column(run, NULL, current->column[i]);
  }
  run->fresh = dw_alloc_array(run->count, sizeof *run->fresh);
  for (size_t i = 0; i < run->count; i++)
    if (!run->column[i].facts[SIDE_REFERENCE]) run->fresh[run->fresh_count++] = run->column[i].name;
}

/* Of the columns as wholes. */
static void check_strays(const chunked_run *run, chunk_column *column)
{
  static const char untold[] = "of all rows: told and not judged chunk by chunk";
  const dw_column *reference = column->facts[SIDE_REFERENCE], *current = column->facts[SIDE_CURRENT];
  if (!run->limits->check[DW_CHECK_DATA_QUALITY] || !reference || !current) return;
  dw_check_strays(&column->schema, run->limits, column->name, column->type, reference, current, (dw_effective){0}, untold);
}

static void do_column(void *context, size_t item, unsigned thread)
{
  chunked_run *run = context;
  chunk_column *column = &run->column[item];
  if (column->loss != DW_LOST_NONE)
    dw_lost_report(&column->schema, column->name, column->type, column->loss, column->facts[SIDE_REFERENCE], column->facts[SIDE_CURRENT],
                   column->loss == DW_LOST_GONE ? dw_lost_renamed(column->name, run->fresh, run->fresh_count) : NULL);
  else if (run->limits->check[DW_CHECK_SCHEMA] && !is_awaited(run, column))
    dw_check_schema(&column->schema, column->name, column->type, column->facts[SIDE_REFERENCE], column->facts[SIDE_CURRENT]);
  check_strays(run, column);
  if (column->left_out || column->loss == DW_LOST_GONE) return;
  dw_chunked_column_read(run, column);
  dw_chunked_column_measure(run, column);
}

/* --- chunks --- */

static dw_status check_instants(const dw_frame *frame, const char *what, dw_err *err)
{
  for (size_t i = 0; i < frame->rows; i++)
    if (!frame->instant || frame->instant[i] == DW_FRAME_NO_INSTANT)
      return dw_err_set(err, DW_EDATA, "record %llu of the %s has no instant in the column \"%s\"", (unsigned long long)frame->row[i] + 1,
                        what, frame->options.time);
  return DW_OK;
}

static dw_status cut_sides(chunked_run *run, dw_err *err)
{
  dw_chunk_options cut = run->options->cut;
  if (!cut.window && !cut.calendar && !cut.size && !cut.number) cut.number = CHUNKS_DEFAULT;
  for (int side = 0; side < SIDES; side++) {
    const dw_frame *frame = run->frame[side];
    dw_status status = run->options->timed ? check_instants(frame, side_names[side], err) : DW_OK;
    if (status == DW_OK) status = dw_chunks_make(&run->chunks[side], &cut, run->options->timed ? frame->instant : NULL, frame->rows, err);
    if (status != DW_OK) return status;
    if (run->chunks[side].count == 0) return dw_err_set(err, DW_ENODATA, "the %s has fewer rows than one chunk", side_names[side]);
  }
  return DW_OK;
}

static void warn(dw_chunked *out, const char *format, ...) DW_PRINTF(2, 3);
static void warn(dw_chunked *out, const char *format, ...)
{
  char text[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  out->warning[out->warnings++] = dw_strdup(text);
}

/* A last chunk of less than half the others' rows. */
static bool short_rest(const dw_chunks *chunks)
{
  return chunks->count > 1 && chunks->chunk[chunks->count - 1].count * 2 < chunks->chunk[0].count;
}

static void warn_about_chunks(const chunked_run *run, dw_chunked *out)
{
  const dw_chunks *reference = &run->chunks[SIDE_REFERENCE], *current = &run->chunks[SIDE_CURRENT];
  bool by_time = run->options->cut.window || run->options->cut.calendar;
  const char *remedy = by_time ? "" : "; --chunk-rest append adds such a rest to the chunk before it";
  if (reference->count < CHUNKS_FEW)
    warn(out, "the reference makes only %zu chunk%s: its thresholds are little more than a guess", reference->count,
         reference->count == 1 ? "" : "s");
  if (short_rest(reference))
    warn(out, "the last chunk of the reference has only %zu of %zu rows, and what is found in so few widens the thresholds%s",
         reference->chunk[reference->count - 1].count, reference->chunk[0].count, remedy);
  if (short_rest(current))
    warn(out, "the last chunk of the current data has only %zu of %zu rows, and may raise an alert for that alone%s",
         current->chunk[current->count - 1].count, current->chunk[0].count, remedy);
}

/* --- findings --- */

static void write_cells(dw_buf *out, const chunk_column *column, const chunk_cells *cells, uint64_t rows)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_integer(&json, "count", (int64_t)cells->count);
  dw_json_integer(&json, "missing", (int64_t)(rows - cells->count));
  dw_json_number(&json, "share", (double)(rows - cells->count) / (double)rows);
  if (column->type == DW_TYPE_NUMERIC && cells->count) {
    dw_json_number(&json, "mean", cells->moments.mean);
    dw_json_number(&json, "std", dw_moments_std(&cells->moments, 1));
    dw_json_number(&json, "min", cells->moments.min);
    dw_json_number(&json, "max", cells->moments.max);
  }
  dw_json_close(&json, '}');
}

/* What lies outside of the reference's values. */
static void write_outside(dw_json *json, const chunk_column *column, const chunk_cells *cells, dw_check check)
{
  if (check == DW_CHECK_RANGE) {
    dw_json_number(json, "low", column->whole.moments.min);
    dw_json_number(json, "high", column->whole.moments.max);
    dw_json_integer(json, "below", (int64_t)cells->below);
    dw_json_integer(json, "above", (int64_t)cells->above);
  }
  if (check == DW_CHECK_CATEGORIES) {
    dw_json_raw(json, "new", cells->unseen ? cells->names.data : "[]", cells->unseen ? cells->names.length : 2);
    dw_json_integer(json, "new_count", (int64_t)cells->unseen);
  }
}

static void write_detail(dw_buf *out, const chunk_series *series, const chunk_point *point, const chunk_column *column,
                         const chunk_cells *cells)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_bool(&json, "alert", dw_chunked_alert(series, point));
  dw_json_number(&json, "lower_threshold", series->lower);
  dw_json_number(&json, "upper_threshold", series->by_p_value ? NAN : series->upper);
  if (!isnan(point->sampling_error)) {
    dw_json_number(&json, "sampling_error", point->sampling_error);
    dw_json_number(&json, "lower_confidence_bound", point->low);
    dw_json_number(&json, "upper_confidence_bound", point->high);
  }
  if (column) write_outside(&json, column, cells, series->check);
  dw_json_close(&json, '}');
}

/* The threshold that the value broke, or the upper one. */
static void set_threshold(dw_finding *finding, const chunk_series *series, const chunk_point *point)
{
  bool below = point->value < series->lower || (series->closed && point->value <= series->lower);
  bool lower = !series->by_p_value && (below || isnan(series->upper)) && !isnan(series->lower);
  finding->threshold = lower ? series->lower : series->upper;
  if (series->by_p_value || lower) finding->rule = series->closed ? DW_RULE_AT_MOST : DW_RULE_BELOW;
  else finding->rule = series->closed ? DW_RULE_AT_LEAST : DW_RULE_ABOVE;
}

/* column NULL: of whole rows. */
static void add_finding(const chunked_run *run, dw_comparison *out, const chunk_column *column, const chunk_series *series, size_t at,
                        const dw_buf *portrait)
{
  int side;
  const chunk_point *point = &series->point[at];
  const dw_chunk *chunk = chunked_chunk(run, at, &side);
  dw_finding *finding = &out->finding[out->finding_count++];
  dw_finding_init(finding, series->check, column ? column->name : NULL, column ? column->type : DW_TYPE_NUMERIC);
  finding->method = series->method;
  finding->by_p_value = finding->graded_by_p = series->by_p_value;
  finding->period = periods[side];
  dw_json json;
  dw_json_start(&json, &finding->chunk, 0);
  dw_chunk_write(&run->chunks[side], side == SIDE_REFERENCE ? at : at - run->chunks[SIDE_REFERENCE].count, NULL, &json);
  finding->statistic = point->value;
  finding->p_value = finding->p_adjusted = point->p_value;
  finding->score = series->by_p_value ? point->p_value : point->value;
  set_threshold(finding, series, point);
  if (column) {
    const chunk_cells *cells = &column->cells[at];
    double change = cells->moments.mean - column->whole.moments.mean;
    finding->reference = portrait;
    write_cells(&finding->own_current, column, cells, chunk->count);
    if (series->check == column->check) {
      finding->effect_size = cells->effect_size;
      if (column->type == DW_TYPE_NUMERIC && cells->count) finding->direction = change > 0 ? "up" : change < 0 ? "down" : NULL;
    }
  }
  if (chunk->count * 2 < run->chunks[side].chunk[0].count) finding->warning = "the chunk has less than half the rows of the first one";
  const char *why =
      column && column->whole.count == 0 ? "the reference has no usable value in this column" : "no usable value in this chunk";
  if (isnan(finding->score)) dw_finding_fail(finding, series->error ? series->error : why);
  write_detail(&finding->detail, series, point, column, column ? &column->cells[at] : NULL);
  dw_finding_decide(finding);
  if (finding->drift && finding->threshold == 0) /* one cell is beyond a limit of 0 by any factor: the share tells more */
    dw_finding_grade(finding, dw_grading_of(DW_SCALE_CELLS, point->value));
  if (side == SIDE_REFERENCE) { /* shown, not judged */
    finding->drift = false;
    finding->severity = DW_SEVERITY_NONE;
  }
}

static void add_series_findings(const chunked_run *run, dw_comparison *out, const chunk_column *column, const chunk_series *series,
                                const dw_buf *portrait)
{
  size_t first = run->options->reference_chunks ? 0 : run->chunks[SIDE_REFERENCE].count;
  for (size_t at = first; at < chunked_points(run); at++) add_finding(run, out, column, series, at, portrait);
}

static dw_status make_findings(const chunked_run *run, dw_comparison *out, dw_err *err)
{
  size_t each = run->chunks[SIDE_CURRENT].count + (run->options->reference_chunks ? run->chunks[SIDE_REFERENCE].count : 0);
  size_t series = run->rows.point != NULL, schema = 0;
  for (size_t i = 0; i < run->count; i++) series += run->column[i].series_count, schema += run->column[i].schema.count;
  if (run->options->memory && series * each > run->options->memory / FINDING_BYTES)
    return dw_err_set(err, DW_ENODATA, "%zu measures of %zu chunks are more findings than --memory allows: raise it, or make larger chunks",
                      series, each);
  out->finding = dw_alloc_array(series * each + schema, sizeof *out->finding);
  out->left_out = dw_grow(NULL, &out->left_out_capacity, run->count, sizeof *out->left_out);
  out->portrait = dw_alloc_zero(run->count, sizeof *out->portrait);
  out->portrait_count = run->count;
  for (size_t i = 0; i < run->count; i++) {
    chunk_column *column = &run->column[i];
    dw_portrait *portrait = &out->portrait[i];
    portrait->name = column->name;
    portrait->type = column->type;
    for (size_t k = 0; k < column->schema.count; k++) out->finding[out->finding_count++] = column->schema.item[k];
    column->schema.count = 0;
    if (column->loss == DW_LOST_GONE) continue;
    if (column->left_out) {
      const char *option = column->settles ? dw_compare_types_option(&out->words, column->name, column->settles) : NULL;
      out->left_out[out->left_out_count++] = (dw_left_out){.column = column->name,
                                                           .type = column->type,
                                                           .reason = column->left_out,
                                                           .option = option,
                                                           .unjudged = option || unjudged(column)};
      continue;
    }
    write_cells(&portrait->reference, column, &column->whole, run->frame[SIDE_REFERENCE]->rows);
    for (size_t k = 0; k < column->series_count; k++) add_series_findings(run, out, column, &column->series[k], &portrait->reference);
  }
  if (run->rows.point) add_series_findings(run, out, NULL, &run->rows, NULL);
  return DW_OK;
}

/* --- alerts --- */

static int compare_alerts(const void *a, const void *b)
{
  const dw_summary_alerts *x = a, *y = b;
  return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->column, y->column);
}

static void rank_alerts(const chunked_run *run, dw_chunked *out)
{
  out->alerts = dw_alloc_array(run->count, sizeof *out->alerts);
  for (size_t i = 0; i < run->count; i++) {
    const chunk_column *column = &run->column[i];
    size_t count = 0, of_column = 0;
    for (size_t k = 0; k < column->series_count; k++) {
      if (column->series[k].check != DW_CHECK_COLUMN) continue;
      of_column++;
      const chunk_series *series = &column->series[k];
      for (size_t at = run->chunks[SIDE_REFERENCE].count; at < chunked_points(run); at++)
        count += dw_chunked_alert(series, &series->point[at]);
    }
    if (of_column) out->alerts[out->alert_count++] = (dw_summary_alerts){column->name, (double)count};
  }
  qsort(out->alerts, out->alert_count, sizeof *out->alerts, compare_alerts);
}

/* --- the whole --- */

static void free_run(chunked_run *run)
{
  for (size_t i = 0; i < run->count; i++) {
    for (size_t k = 0; k < run->column[i].schema.count; k++) dw_finding_free(&run->column[i].schema.item[k]);
    dw_free(run->column[i].schema.item);
    dw_chunked_column_free(run, &run->column[i]);
  }
  dw_free(run->column);
  dw_free(run->fresh);
  dw_free(run->rows.point);
  for (int side = 0; side < SIDES; side++) dw_chunks_free(&run->chunks[side]);
}

static dw_status compare_chunks(chunked_run *run, dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, dw_err *err)
{
  dw_parallel(run->options->compare->threads, run->count, do_column, run);
  dw_chunked_rows_measure(run);
  dw_status status = make_findings(run, out, err);
  if (status != DW_OK) return status;
  out->chunked = dw_alloc_zero(1, sizeof *out->chunked);
  out->chunked->reference = run->chunks[SIDE_REFERENCE].count;
  out->chunked->current = run->chunks[SIDE_CURRENT].count;
  warn_about_chunks(run, out->chunked);
  rank_alerts(run, out->chunked);
  dw_unjudged_collect(out, reference, current, run->options->compare);
  dw_verdict_give(out, run->limits);
  return DW_OK;
}

dw_status dw_chunked_compare(dw_comparison *out, const dw_dataset *reference, const dw_dataset *current, const dw_chunked_options *options,
                             dw_err *err)
{
  chunked_run run = {.options = options, .limits = options->compare->limits, .frame = {reference->frame, current->frame}};
  *out = (dw_comparison){0};
  dw_status status = dw_chunked_check_methods(run.limits, err);
  for (int side = 0; side < SIDES && status == DW_OK; side++) status = dw_frame_ready(run.frame[side], err);
  if (status == DW_OK) status = cut_sides(&run, err);
  if (status == DW_OK) collect_columns(&run, reference, current);
  if (status == DW_OK) status = compare_chunks(&run, out, reference, current, err);
  free_run(&run);
  return status;
}
