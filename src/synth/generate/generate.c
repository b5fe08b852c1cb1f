#include "synth/generate/generate.h"

#include <math.h>
#include <string.h>

#include "base/num.h"
#include "base/wide.h"
#include "io/formats/csv_write.h"
#include "io/text/json.h"
#include "synth/generate/generate_parts.h"

#define RECORD_MOST ((size_t)16 << 20)

typedef struct builder {
  dw_generator *g;
  const dw_generate_options *options;
  dw_err *err;
} builder;

/* ---- which columns have to be made ---- */

static void need(dw_generator *g, const dw_scenario_state *state, uint32_t c, bool *seen);

static void need_rule(dw_generator *g, const dw_scenario_state *state, const dw_scenario_rule *rule, bool *seen)
{
  for (size_t i = 0; i < rule->count; i++) {
    const dw_scenario_term *term = &rule->terms[i];
    size_t count = term->condition ? dw_condition_columns(term->condition) : 0;
    for (size_t k = 0; k < count; k++) need(g, state, term->condition_columns[k], seen);
    if (!term->condition) need(g, state, term->column, seen);
  }
}

/* seen: in this segment; what a column looks at may differ between segments. */
static void need(dw_generator *g, const dw_scenario_state *state, uint32_t c, bool *seen)
{
  const dw_scenario_column *column = &state->columns[c];
  if (seen[c]) return;
  seen[c] = g->needed[c] = true;
  for (size_t k = 0; k < state->correlated_count; k++)
    if (state->correlated[k] == c) g->correlated = true;
  if (column->kind == DW_SCENARIO_HOUR) need(g, state, column->source, seen);
  if (column->kind == DW_SCENARIO_LABEL) need_rule(g, state, &state->label, seen);
  if (column->kind == DW_SCENARIO_SCORE) need_rule(g, state, &column->rule, seen);
  if (column->by_name) need(g, state, column->by, seen);
  for (size_t k = 0; k < column->template_count; k++) {
    const dw_template *template = &column->templates[k];
    for (size_t i = 0; i < template->count; i++)
      if (template->parts[i].type == DW_TEMPLATE_COLUMN) need(g, state, template->parts[i].column, seen);
  }
}

static void need_outputs(dw_generator *g)
{
  bool *seen = dw_alloc_array(g->column_count, sizeof *seen);
  for (size_t s = 0; s < g->plan.count; s++) {
    memset(seen, 0, g->column_count * sizeof *seen);
    for (size_t k = 0; k < g->output_count; k++) need(g, &g->plan.segments[s].state, g->outputs[k].column, seen);
  }
  dw_free(seen);
}

/* ---- how long a record can be ---- */

static size_t longest_text(const dw_scenario_state *state, uint32_t c);

static size_t longest_template(const dw_scenario_state *state, const dw_template *template)
{
  size_t longest = template->longest;
  for (size_t k = 0; k < template->count && longest < RECORD_MOST; k++)
    if (template->parts[k].type == DW_TEMPLATE_COLUMN) longest += 1 + longest_text(state, template->parts[k].column);
  return longest;
}

static size_t longest_text(const dw_scenario_state *state, uint32_t c)
{
  const dw_scenario_column *column = &state->columns[c];
  size_t longest = DW_TIME_TEXT;
  if (dw_scenario_categorical(column))
    for (size_t i = 0; i < column->categories->count; i++) {
      size_t length = strlen(column->categories->text[i]);
      if (length > longest) longest = length;
    }
  if (column->kind != DW_SCENARIO_TEXT) return longest;
  longest = 0;
  for (size_t k = 0; k < column->template_count; k++) {
    size_t length = longest_template(state, &column->templates[k]);
    if (length > longest) longest = length;
  }
  return longest;
}

static size_t longest_cell(const dw_scenario_state *state, uint32_t c)
{
  const dw_scenario_column *column = &state->columns[c];
  if (column->kind == DW_SCENARIO_VECTOR) return column->dimension * (DW_NUM_TEXT + 1) + 8;
  return 6 * longest_text(state, c) + 8; /* \u0000 is six bytes for one */
}

static dw_status measure(builder *b)
{
  dw_generator *g = b->g;
  for (size_t s = 0; s < g->plan.count; s++) {
    size_t longest = 8 + DW_SCENARIO_PADDING;
    for (size_t k = 0; k < g->output_count && longest < RECORD_MOST; k++)
      longest += g->outputs[k].before.length + longest_cell(&g->plan.segments[s].state, g->outputs[k].column);
    if (longest > g->longest) g->longest = longest;
  }
  if (g->longest >= RECORD_MOST) return dw_err_set(b->err, DW_EUSAGE, "a record of this scenario could be longer than 16 MiB");
  return DW_OK;
}

/* ---- building ---- */

static bool asked_for(const dw_generate_options *options, const char *name)
{
  for (size_t i = 0; i < options->with_count; i++)
    if (strcmp(options->with[i], name) == 0) return true;
  return false;
}

static dw_status with_check(builder *b, const dw_scenario_state *state)
{
  for (size_t i = 0; i < b->options->with_count; i++) {
    const char *wanted = b->options->with[i];
    size_t c = 0;
    while (c < state->column_count && strcmp(state->columns[c].name, wanted) != 0) c++;
    if (c < state->column_count) continue;
    const char **names = dw_alloc_array(state->column_count, sizeof *names);
    for (c = 0; c < state->column_count; c++) names[c] = state->columns[c].name;
    const char *near = dw_nearest(wanted, names, state->column_count);
    dw_free(names);
    return dw_err_set(b->err, DW_EUSAGE, "the scenario has no column \"%.100s\"%s%s%s", wanted, near ? ": did you mean \"" : "",
                      near ? near : "", near ? "\"?" : "");
  }
  return DW_OK;
}

static dw_template_text before_cell(dw_generator *g, const char *name, bool first)
{
  dw_buf buf = {0};
  if (g->format == DW_GENERATE_NDJSON) {
    dw_buf_char(&buf, first ? '{' : ',');
    dw_json_quote(&buf, name, strlen(name));
    dw_buf_char(&buf, ':');
  } else if (!first) {
    dw_buf_char(&buf, ',');
  }
  char *text = dw_arena_alloc(&g->arena, buf.length + DW_SCENARIO_PADDING);
  memset(text, 0, buf.length + DW_SCENARIO_PADDING);
  if (buf.length) memcpy(text, buf.data, buf.length);
  dw_template_text kept = {text, buf.length};
  dw_buf_free(&buf);
  return kept;
}

static dw_status outputs_make(builder *b, const dw_scenario_state *state)
{
  dw_generator *g = b->g;
  g->outputs = dw_arena_alloc(&g->arena, state->column_count * sizeof *g->outputs);
  for (uint32_t c = 0; c < state->column_count; c++) {
    const dw_scenario_column *column = &state->columns[c];
    if (column->optional && !asked_for(b->options, column->name)) continue;
    g->outputs[g->output_count] = (dw_generate_output){.column = c, .before = before_cell(g, column->name, g->output_count == 0)};
    g->output_count++;
  }
  if (g->output_count == 0) return dw_err_set(b->err, DW_EUSAGE, "every column of the scenario is optional: ask for some with --with");
  return DW_OK;
}

dw_status dw_generator_new(dw_generator **out, const dw_scenario_plan *plan, const dw_generate_options *options, dw_err *err)
{
  const dw_scenario_state *state = &plan->segments[0].state; /* names and kinds are the same in all segments */
  dw_generator *g = dw_alloc_zero(1, sizeof *g);
  builder b = {.g = g, .options = options, .err = err};
  dw_arena_init(&g->arena);
  g->plan = *plan;
  g->format = options->format;
  g->key = dw_rng_derive(options->seed, "dw-gen");
  g->column_count = state->column_count;
  g->needed = dw_arena_alloc(&g->arena, g->column_count * sizeof *g->needed);
  memset(g->needed, 0, g->column_count * sizeof *g->needed);
  dw_status status = with_check(&b, state);
  if (status == DW_OK) status = outputs_make(&b, state);
  if (status == DW_OK) need_outputs(g);
  if (status == DW_OK) status = measure(&b);
  if (status != DW_OK) {
    dw_generator_free(g);
    return status;
  }
  *out = g;
  return DW_OK;
}

void dw_generator_free(dw_generator *g)
{
  if (!g) return;
  dw_arena_free(&g->arena);
  dw_free(g);
}

void dw_generator_header(const dw_generator *g, dw_buf *out)
{
  if (g->format != DW_GENERATE_CSV) return;
  const dw_scenario_state *state = &g->plan.segments[0].state;
  for (size_t k = 0; k < g->output_count; k++) {
    const dw_scenario_column *column = &state->columns[g->outputs[k].column];
    if (k) dw_buf_char(out, ',');
    if (column->kind != DW_SCENARIO_VECTOR) {
      dw_csv_field(out, column->name, strlen(column->name), ',');
      continue;
    }
    dw_buf name = {0};
    for (size_t d = 0; d < column->dimension; d++) {
      name.length = 0;
      dw_buf_text(&name, column->name);
      dw_buf_char(&name, '.');
      dw_buf_unsigned(&name, d);
      if (d) dw_buf_char(out, ',');
      dw_csv_field(out, name.data, name.length, ',');
    }
    dw_buf_free(&name);
  }
  dw_buf_char(out, '\n');
}

/* ---- rows ---- */

static void chunk_start(dw_generate_chunk *chunk, const dw_generator *g, dw_arena *arena)
{
  size_t columns = g->column_count, correlated = 0, dimension = 0;
  *chunk = (dw_generate_chunk){.generator = g, .day = INT64_MIN};
  chunk->values = dw_arena_alloc(arena, columns * sizeof *chunk->values);
  chunk->instants = dw_arena_alloc(arena, columns * sizeof *chunk->instants);
  chunk->missing = dw_arena_alloc(arena, columns * sizeof *chunk->missing);
  for (size_t c = 0; c < columns; c++) {
    bool missing = false;
    for (size_t s = 0; s < g->plan.count; s++) {
      const dw_scenario_column *column = &g->plan.segments[s].state.columns[c];
      if (column->missing > 0) missing = true;
      if (column->dimension > dimension) dimension = column->dimension;
    }
    chunk->values[c] = g->needed[c] ? dw_arena_alloc(arena, DW_GENERATE_CHUNK * sizeof(double)) : NULL;
    chunk->instants[c] = g->needed[c] ? (int64_t *)dw_arena_alloc(arena, DW_GENERATE_CHUNK * sizeof(int64_t)) : NULL;
    chunk->missing[c] = g->needed[c] && missing ? (uint8_t *)dw_arena_alloc(arena, DW_GENERATE_CHUNK) : NULL;
  }
  for (size_t s = 0; s < g->plan.count; s++)
    if (g->plan.segments[s].state.correlated_count > correlated) correlated = g->plan.segments[s].state.correlated_count;
  chunk->normal = dw_arena_alloc(arena, correlated * DW_GENERATE_CHUNK * sizeof(double));
  chunk->work = dw_arena_alloc(arena, DW_GENERATE_CHUNK * sizeof(double));
  chunk->vector = dw_arena_alloc(arena, dimension * sizeof(double));
}

void dw_generator_rows(const dw_generator *g, uint64_t first, uint64_t end, dw_buf *out)
{
  dw_arena arena;
  dw_generate_chunk chunk;
  dw_arena_init(&arena);
  chunk_start(&chunk, g, &arena);
  size_t s = 0;
  while (first < end) {
    while (first >= g->plan.segments[s].end) s++;
    chunk.segment = &g->plan.segments[s];
    uint64_t count = (end < chunk.segment->end ? end : chunk.segment->end) - first;
    chunk.first = first;
    chunk.count = count < DW_GENERATE_CHUNK ? (size_t)count : DW_GENERATE_CHUNK;
    dw_generate_values(&chunk);
    dw_generate_write(&chunk, out);
    first += chunk.count;
  }
  dw_buf_free(&chunk.text);
  dw_arena_free(&arena);
}

void dw_generate_shard(uint64_t rows, uint64_t i, uint64_t k, uint64_t *first, uint64_t *end)
{
  *first = (uint64_t)((dw_wide)rows * (i - 1) / k);
  *end = (uint64_t)((dw_wide)rows * i / k);
}
