#include "synth/inject/inject.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io/record/instant.h"
#include "synth/inject/inject_state.h"
#include "synth/inject/rewrite.h"

/* --- the plan, by columns --- */

static size_t column_index(dw_inject *inject, const char *name, bool needed)
{
  size_t known = inject->names.count;
  size_t index = dw_map_intern(&inject->names, name, strlen(name));
  inject->columns = dw_grow(inject->columns, &inject->columns_capacity, inject->names.count, sizeof *inject->columns);
  inject_column *column = &inject->columns[index];
  if (inject->names.count > known)
    *column = (inject_column){.name = inject->names.keys[index].text, .id = DW_MAP_NONE, .field = INJECT_NONE, .slot = INJECT_NONE};
  column->needed |= needed;
  return index;
}

static void step_new(dw_inject *inject, inject_step *step, const dw_injection *what, uint32_t stream)
{
  *step = (inject_step){.what = what, .course = what->course, .column = INJECT_NONE, .stream = stream};
  dw_course_resolve(&step->course, inject->options.rows);
  step->axis = dw_course_axis(&step->course);
  if (what->column) {
    step->column = column_index(inject, what->column, true);
    inject_column *column = &inject->columns[step->column];
    if (column->field == INJECT_NONE) column->field = inject->field_count++;
    if (what->op == DW_OP_PERMUTE && column->slot == INJECT_NONE) column->slot = inject->slot_count++;
    if (what->op == DW_OP_PERMUTE) step->shuffle = inject->shuffle_count++;
  }
  if (what->op == DW_OP_RENAME_COLUMN) step->renamed = column_index(inject, what->as, false);
  if (!what->where) return;
  size_t count = dw_condition_columns(what->where);
  step->where = dw_alloc_array(count, sizeof *step->where);
  for (size_t i = 0; i < count; i++) step->where[i] = column_index(inject, dw_condition_column(what->where, i), true);
}

static void window_new(dw_inject *inject)
{
  if (!inject->shuffle_count) return;
  uint32_t *column = dw_alloc_array(inject->shuffle_count, sizeof *column), *stream = dw_alloc_array(inject->shuffle_count, sizeof *stream);
  double rows = 0;
  for (size_t i = 0; i < inject->plan->count; i++) {
    const inject_step *step = &inject->steps[i];
    if (step->what->op != DW_OP_PERMUTE) continue;
    column[step->shuffle] = (uint32_t)inject->columns[step->column].slot;
    stream[step->shuffle] = step->stream | UINT32_C(1) << 31; /* not those that pick records */
    rows = fmax(rows, step->what->buffer);
  }
  inject->window = dw_window_new((size_t)rows, inject->slot_count, inject->shuffle_count, column, stream, inject->key);
  dw_free(column);
  dw_free(stream);
}

void dw_inject_new(dw_inject **out, const dw_injections *plan, const dw_inject_options *options)
{
  dw_inject *inject = dw_alloc_zero(1, sizeof *inject);
  inject->plan = plan;
  inject->options = *options;
  inject->key = dw_rng_derive(options->seed, "dw-inject");
  inject->time = INJECT_NONE;
  dw_map_init(&inject->names);
  dw_roster_init(&inject->seen);
  dw_arena_init(&inject->arena);
  pthread_mutex_init(&inject->seen_lock, NULL);
  dw_emit_init(&inject->emit, options->write, options->context);
  inject->steps = dw_alloc_zero(plan->count, sizeof *inject->steps);
  for (size_t i = 0; i < plan->count; i++) {
    step_new(inject, &inject->steps[i], &plan->list[i], (uint32_t)i);
    if (inject->steps[i].axis == DW_AXIS_TIME) inject->time = column_index(inject, plan->time, true);
  }
  inject->order = dw_alloc_array(inject->names.count, sizeof *inject->order);
  window_new(inject);
  *out = inject;
}

void dw_inject_free(dw_inject *inject)
{
  if (!inject) return;
  for (size_t i = 0; i < inject->plan->count; i++) {
    dw_free(inject->steps[i].where);
    dw_changes_free(&inject->steps[i].changes);
  }
  dw_free(inject->steps);
  dw_free(inject->columns);
  dw_free(inject->fields);
  dw_free(inject->loaded);
  dw_free(inject->touched);
  dw_free(inject->copies);
  dw_free(inject->picked);
  dw_free(inject->instants);
  dw_free(inject->order);
  dw_map_free(&inject->names);
  dw_roster_free(&inject->seen);
  dw_arena_free(&inject->arena);
  dw_buf_free(&inject->scratch);
  dw_buf_free(&inject->header);
  dw_emit_free(&inject->emit);
  dw_window_free(inject->window);
  pthread_mutex_destroy(&inject->seen_lock);
  dw_free(inject);
}

bool dw_inject_wants(void *context, const char *name, size_t length)
{
  dw_inject *inject = context;
  pthread_mutex_lock(&inject->seen_lock);
  dw_roster_add(&inject->seen, name, length);
  pthread_mutex_unlock(&inject->seen_lock);
  return dw_map_find(&inject->names, name, length) != DW_MAP_NONE;
}

void dw_inject_column(dw_inject *inject, uint32_t id, const char *name)
{
  uint32_t index = dw_map_find(&inject->names, name, strlen(name));
  if (index != DW_MAP_NONE) inject->columns[index].id = id;
}

/* --- columns that never occur --- */

enum { SHOWN_NAMES = 20 };

static dw_status column_unknown(const dw_inject *inject, const char *name, dw_err *err)
{
  dw_buf list = {0};
  dw_roster_list(&inject->seen, SHOWN_NAMES, &list);
  const char *near = dw_roster_nearest(&inject->seen, name);
  dw_status status = dw_err_set(err, DW_EDATA, "column \"%s\" does not occur in the input%s%s%s (columns: %s)", name,
                                near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "", dw_buf_cstr(&list));
  dw_buf_free(&list);
  return status;
}

const dw_roster *dw_inject_names(const dw_inject *inject) { return &inject->seen; }

/* --- inputs --- */

/* A table has one header: what changes columns in some of the records only has no form in CSV. */
static dw_status csv_possible(const dw_inject *inject, const char *name, dw_err *err)
{
  for (size_t i = 0; i < inject->plan->count; i++) {
    const dw_injection *what = inject->steps[i].what;
    const char *op = dw_op_table[what->op].name;
    bool partial = inject->steps[i].axis != DW_AXIS_NONE || what->fraction < 1 || what->where;
    if ((what->op == DW_OP_DROP_COLUMN || what->op == DW_OP_RENAME_COLUMN) && partial)
      return dw_err_at(err, DW_EUSAGE, name, 0, 0, "%s %s in a part of the records needs NDJSON: a CSV table has one header", op,
                       what->column);
    if (what->op == DW_OP_CHANGE_TYPE && what->as_type == DW_AS_STRING)
      return dw_err_at(err, DW_EUSAGE, name, 0, 0, "%s %s: CSV cannot tell the text 12 from the number 12; use NDJSON", op, what->column);
  }
  return DW_OK;
}

/* Notes the names of the header, and asks for those of the plan. */
static dw_status csv_columns(dw_inject *inject, dw_err *err)
{
  const char *line = inject->header.data + inject->header_begin;
  size_t size = inject->header_end - inject->header_begin, count = dw_rewrite_csv_split(line, size, inject->delimiter, NULL, 0);
  dw_span *spans = dw_alloc_array(count, sizeof *spans);
  dw_rewrite_csv_split(line, size, inject->delimiter, spans, count);
  for (size_t i = 0; i < count; i++) {
    size_t length;
    const char *text = dw_rewrite_csv_content(line + spans[i].value, spans[i].length, &inject->scratch, &length);
    dw_roster_add(&inject->seen, text, length);
  }
  dw_free(spans);
  for (size_t i = 0; i < inject->names.count; i++) {
    const inject_column *column = &inject->columns[i];
    if (column->needed && dw_map_find(&inject->seen.map, column->name, strlen(column->name)) == DW_MAP_NONE)
      return column_unknown(inject, column->name, err);
  }
  return DW_OK;
}

/* The names of a header line, without BOM and line end. */
static void header_bounds(const char *header, size_t length, size_t *begin, size_t *end)
{
  *begin = dw_utf8_mark(header, length);
  *end = length;
  if (*end > *begin && header[*end - 1] == '\n') --*end;
  if (*end > *begin && header[*end - 1] == '\r') --*end;
}

dw_status dw_inject_input(dw_inject *inject, const char *name, char delimiter, const char *header, size_t length, dw_err *err)
{
  size_t begin = 0, end = 0;
  if (delimiter) header_bounds(header, length, &begin, &end);
  if (inject->started) {
    if (!delimiter != !inject->delimiter)
      return dw_err_at(err, DW_EDATA, name, 0, 0, "is %s, the inputs before it are %s: one run takes one format",
                       delimiter ? "CSV" : "NDJSON", delimiter ? "NDJSON" : "CSV");
    size_t size = end - begin;
    if (delimiter && (size != inject->header_end - inject->header_begin ||
                      memcmp(header + begin, inject->header.data + inject->header_begin, size) != 0))
      return dw_err_at(err, DW_EDATA, name, 1, 0, "the header is not that of the first input: \"%.*s\"", (int)(size < 300 ? size : 300),
                       header + begin);
    return DW_OK;
  }
  inject->started = true;
  inject->delimiter = delimiter;
  if (!delimiter) return DW_OK;
  dw_status status = csv_possible(inject, name, err);
  if (status != DW_OK) return status;
  dw_buf_add(&inject->header, header, length);
  inject->header_begin = begin;
  inject->header_end = end;
  status = csv_columns(inject, err);
  inject->header_due = status == DW_OK;
  return status;
}

/* --- which record, which change --- */

static void batch_room(dw_inject *inject, size_t rows)
{
  if (rows > inject->capacity) {
    size_t capacity = inject->capacity = rows + rows / 4;
    inject->fields = dw_realloc_array(inject->fields, inject->field_count * capacity, sizeof *inject->fields);
    inject->loaded = dw_realloc_array(inject->loaded, inject->field_count * capacity, 1);
    inject->touched = dw_realloc_array(inject->touched, capacity, 1);
    inject->copies = dw_realloc_array(inject->copies, capacity, sizeof *inject->copies);
    inject->picked = dw_realloc_array(inject->picked, inject->shuffle_count * capacity, 1);
    inject->instants = dw_realloc_array(inject->instants, capacity, sizeof *inject->instants);
  }
  if (inject->field_count) memset(inject->loaded, 0, inject->field_count * inject->capacity);
  if (inject->shuffle_count) memset(inject->picked, 0, inject->shuffle_count * inject->capacity);
  if (rows) memset(inject->touched, 0, rows);
  inject->resampled = false;
}

static dw_operand value_at(dw_inject *inject, const dw_batch *batch, const inject_column *column, size_t row)
{
  if (!column->data) return (dw_operand){.kind = DW_OPERAND_MISSING};
  return dw_operate_cell(batch, column->data->tags[row], column->data->cells[row], &inject->scratch);
}

/* Of a form of its own the digits count as they are written. */
static bool instant_at(dw_inject *inject, const dw_batch *batch, const dw_batch_column *column, size_t row, int64_t *instant)
{
  const dw_time_format *format = inject->plan->time_format;
  dw_tag tag = (dw_tag)column->tags[row];
  if (format && (tag == DW_INTEGER || tag == DW_REAL))
    return dw_time_format_read(format, batch->text + column->spans[row].value, column->spans[row].length, instant);
  return dw_instant_cell(format, batch, tag, column->cells[row], &inject->scratch, instant);
}

static void note_untimed(dw_inject *inject, const dw_batch *batch, const dw_batch_column *column, size_t row)
{
  if (inject->untimed++) return;
  dw_buf why = {0};
  const char *what = dw_instant_wrong(inject->plan->time_format, batch, column ? (dw_tag)column->tags[row] : DW_ABSENT,
                                      column ? column->cells[row] : (dw_cell){0}, &why);
  dw_record_fault(&inject->first_untimed, dw_batch_place(batch, row), "field \"%s\" %s", inject->plan->time, what);
  dw_buf_free(&why);
}

static void batch_instants(dw_inject *inject, const dw_batch *batch)
{
  const dw_batch_column *column = inject->columns[inject->time].data;
  for (size_t r = 0; r < batch->rows; r++) {
    if (column && instant_at(inject, batch, column, r, &inject->instants[r])) continue;
    inject->instants[r] = INT64_MIN;
    note_untimed(inject, batch, column, r);
  }
}

typedef struct where_context {
  dw_inject *inject;
  const inject_step *step;
  const dw_batch *batch;
  size_t row;
} where_context;

static dw_operand where_lookup(void *context, size_t index)
{
  const where_context *at = context;
  return value_at(at->inject, at->batch, &at->inject->columns[at->step->where[index]], at->row);
}

typedef struct step_draw {
  dw_rng rng; /* the operation's numbers */
  double strength;
  bool holds; /* the condition */
} step_draw;

typedef enum step_choice { PASSED_BY, TAKEN, NO_TIME } step_choice;

static step_choice step_choose(dw_inject *inject, inject_step *step, const dw_batch *batch, size_t row, step_draw *draw)
{
  const dw_injection *what = step->what;
  double come = 1;
  if (step->axis == DW_AXIS_TIME && inject->instants[row] == INT64_MIN) return NO_TIME;
  if (step->axis != DW_AXIS_NONE)
    come = dw_course_at(&step->course, step->axis == DW_AXIS_TIME ? inject->instants[row] : (int64_t)(batch->first_row + row));
  dw_changes_see(&step->changes, come, row);
  double probability = what->fraction * (step->course.kind == DW_COURSE_GRADUAL ? come : 1);
  if (come <= 0 || probability <= 0) return PASSED_BY;
  draw->strength = step->course.kind == DW_COURSE_INCREMENTAL ? come : 1;
  dw_rng_start(&draw->rng, inject->key, batch->first_row + row, step->stream);
  if (probability < 1 && dw_rng_uniform(&draw->rng) >= probability) return PASSED_BY;
  dw_rng_skip(&draw->rng, 1); /* the same numbers for the operation whether chance was asked or not */
  draw->holds = !what->where || dw_condition_holds(what->where, where_lookup, &(where_context){inject, step, batch, row});
  return draw->holds || what->op == DW_OP_SWAP_LABEL_RULE ? TAKEN : PASSED_BY;
}

dw_field *dw_inject_field(dw_inject *inject, const inject_column *column, size_t row)
{
  size_t at = column->field * inject->capacity + row;
  dw_field *field = &inject->fields[at];
  if (inject->loaded[at]) return field;
  inject->loaded[at] = 1;
  *field = (dw_field){.tag = DW_ABSENT};
  if (!column->data || column->data->tags[row] == DW_ABSENT) return field;
  field->tag = column->data->tags[row];
  field->cell = column->data->cells[row];
  field->span = column->data->spans[row];
  if (field->tag == DW_INTEGER || field->tag == DW_REAL) field->number = field->cell.number;
  return field;
}

/* `mean` times on average: its whole part, and once more with the probability of the rest. */
static uint32_t whole_times(double mean, dw_rng *rng)
{
  double whole = floor(mean);
  return (uint32_t)whole + (dw_rng_uniform(rng) < mean - whole);
}

static dw_operation_effect step_resample(dw_inject *inject, const inject_step *step, size_t row, size_t rows, step_draw *draw)
{
  const dw_injection *what = step->what;
  uint32_t times = what->op == DW_OP_REWEIGHT ? whole_times(1 + (what->factor - 1) * draw->strength, &draw->rng)
                                              : 1 + whole_times(what->copies * draw->strength, &draw->rng);
  if (times == 1) return DW_EFFECT_NONE;
  if (!inject->resampled)
    for (size_t r = 0; r < rows; r++) inject->copies[r] = 1;
  inject->resampled = true;
  uint64_t product = (uint64_t)inject->copies[row] * times;
  inject->copies[row] = product < UINT32_MAX ? (uint32_t)product : UINT32_MAX;
  return DW_EFFECT_CHANGED;
}

static dw_operation_effect step_apply(dw_inject *inject, const inject_step *step, const dw_batch *batch, size_t row, step_draw *draw)
{
  if (step->column == INJECT_NONE) return step_resample(inject, step, row, batch->rows, draw);
  dw_field *field = dw_inject_field(inject, &inject->columns[step->column], row);
  if (step->what->op == DW_OP_PERMUTE) {
    if (field->tag == DW_ABSENT) return DW_EFFECT_LEFT;
    inject->picked[step->shuffle * inject->capacity + row] = 1;
    return DW_EFFECT_NONE; /* the window tells what moved */
  }
  dw_operate with = {.batch = batch, .arena = &inject->arena, .scratch = &inject->scratch};
  dw_operation_effect effect = dw_operate_apply(&with, step->what, field, draw->strength, &draw->rng, draw->holds);
  bool header_only = inject->delimiter && step->what->op == DW_OP_RENAME_COLUMN;
  if (effect == DW_EFFECT_CHANGED && !header_only) inject->touched[row] = 1;
  return effect;
}

static void step_run(dw_inject *inject, inject_step *step, const dw_batch *batch)
{
  step->first_hit = INJECT_NONE;
  if (!batch->rows) return;
  int64_t first = (int64_t)batch->first_row, last = first + (int64_t)batch->rows - 1;
  if (step->axis == DW_AXIS_ROW && dw_course_idle(&step->course, first, last)) {
    dw_changes_see(&step->changes, 0, 0);
    return;
  }
  for (size_t r = 0; r < batch->rows; r++) {
    step_draw draw;
    step_choice choice = step_choose(inject, step, batch, r, &draw);
    if (choice == PASSED_BY) continue;
    dw_operation_effect effect = choice == TAKEN ? step_apply(inject, step, batch, r, &draw) : DW_EFFECT_LEFT;
    step->left += effect == DW_EFFECT_LEFT;
    if (effect != DW_EFFECT_CHANGED) continue;
    step->tally.records++;
    if (step->first_hit == INJECT_NONE) step->first_hit = r;
    step->last_hit = r;
  }
}

/* Rows of this batch that were hit become rows of the input and of the output. */
static void steps_tally(dw_inject *inject, const dw_batch *batch)
{
  for (size_t i = 0; i < inject->plan->count; i++) {
    inject_step *step = &inject->steps[i];
    if (batch->rows) dw_changes_settle(&step->changes, inject->rows_out, inject->resampled ? inject->copies : NULL);
    if (step->first_hit == INJECT_NONE) continue;
    uint64_t out = inject->rows_out, first_out = out + step->first_hit, last_out = out + step->last_hit;
    if (inject->resampled) {
      for (size_t r = 0; r <= step->last_hit; r++) {
        if (r == step->first_hit) first_out = out;
        if (r == step->last_hit) last_out = out + (inject->copies[r] ? inject->copies[r] - 1 : 0);
        out += inject->copies[r];
      }
    }
    dw_window_tally *tally = &step->tally;
    if (!step->hit) {
      tally->first_in = batch->first_row + step->first_hit;
      tally->first_out = first_out;
    }
    step->hit = true;
    tally->last_in = batch->first_row + step->last_hit;
    tally->last_out = last_out;
  }
}

dw_status dw_inject_batch(dw_inject *inject, dw_reader *reader, const dw_batch *batch, dw_err *err)
{
  inject->reader = reader;
  batch_room(inject, batch->rows);
  for (size_t i = 0; i < inject->names.count; i++) {
    inject_column *column = &inject->columns[i];
    column->data = column->id == DW_MAP_NONE ? NULL : dw_batch_find(batch, column->id);
  }
  if (inject->time != INJECT_NONE) batch_instants(inject, batch);
  for (size_t i = 0; i < inject->plan->count; i++) step_run(inject, &inject->steps[i], batch);
  steps_tally(inject, batch);
  dw_status status = dw_inject_write(inject, batch, err);
  inject->rows_in += batch->rows;
  if (inject->arena.last) dw_arena_free(&inject->arena);
  return status;
}

dw_status dw_inject_flush(dw_inject *inject, dw_err *err)
{
  dw_status status = dw_inject_write_header(inject, err);
  if (status == DW_OK && inject->window) status = dw_window_flush(inject->window, &inject->emit, err);
  return status == DW_OK ? dw_emit_flush(&inject->emit, err) : status;
}

dw_status dw_inject_finish(dw_inject *inject, dw_err *err)
{
  dw_status status = dw_inject_flush(inject, err);
  if (status != DW_OK || !inject->rows_in) return status;
  for (size_t i = 0; i < inject->names.count; i++)
    if (inject->columns[i].needed && inject->columns[i].id == DW_MAP_NONE) return column_unknown(inject, inject->columns[i].name, err);
  return DW_OK;
}

/* --- what was done --- */

static void print_row(dw_json *json, const char *key, bool known, uint64_t row)
{
  if (known) dw_json_integer(json, key, (int64_t)row);
  else dw_json_null(json, key);
}

static const dw_window_tally *tally_of(const dw_inject *inject, size_t index)
{
  assert(index < inject->plan->count);
  const inject_step *step = &inject->steps[index];
  return step->what->op == DW_OP_PERMUTE ? dw_window_result(inject->window, step->shuffle) : &step->tally;
}

uint64_t dw_inject_untimed(const dw_inject *inject, const char **first)
{
  *first = inject->untimed ? inject->first_untimed.message : NULL;
  return inject->untimed;
}

uint64_t dw_inject_records(const dw_inject *inject, size_t index) { return tally_of(inject, index)->records; }

void dw_inject_print(const dw_inject *inject, size_t index, dw_json *json)
{
  const inject_step *step = &inject->steps[index];
  const dw_window_tally *tally = tally_of(inject, index);
  bool any = tally->records > 0;
  dw_injection_print(step->what, json);
  dw_json_integer(json, "records", (int64_t)tally->records);
  dw_json_integer(json, "left", (int64_t)step->left);
  print_row(json, "first_row", any, tally->first_out);
  print_row(json, "last_row", any, tally->last_out);
  print_row(json, "input_first_row", any, tally->first_in);
  print_row(json, "input_last_row", any, tally->last_in);
  dw_changes_print(&step->changes, inject->rows_out, json);
  dw_json_integer(json, "rows", (int64_t)inject->rows_out);
  dw_json_integer(json, "input_rows", (int64_t)inject->rows_in);
  dw_buf text = {0};
  dw_buf_unsigned(&text, inject->options.seed);
  dw_json_raw(json, "seed", text.data, text.length);
  dw_buf_free(&text);
}
