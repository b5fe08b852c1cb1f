/* The values of a chunk, column by column. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "stats/distributions/special.h"
#include "synth/generate/generate_parts.h"

#define SMALLEST_LOG 1e-6 /* what a logarithm takes for anything below */

static const double power_of_ten[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/* Nearest whole number, ties to even, for |x| < 2^51 (adding 1.5 * 2^52 leaves no room for a fraction); larger ones stay. */
static inline double round_whole(double x)
{
  const double magic = 6755399441055744.0;
  return fabs(x) < 2251799813685248.0 ? (x + magic) - magic : x;
}

/* Stretch, shift, clip and round, in this order. */
static void finish(const dw_scenario_column *column, double *values, size_t count)
{
  if (column->multiply != 1 || column->add != 0)
    for (size_t i = 0; i < count; i++) values[i] = values[i] * column->multiply + column->add;
  if (column->min > -INFINITY || column->max < INFINITY)
    for (size_t i = 0; i < count; i++) {
      double value = values[i] < column->min ? column->min : values[i];
      values[i] = value > column->max ? column->max : value;
    }
  if (column->decimals == 0) {
    for (size_t i = 0; i < count; i++) values[i] = round_whole(values[i]);
  } else if (column->decimals > 0) {
    double power = power_of_ten[column->decimals];
    for (size_t i = 0; i < count; i++) values[i] = round_whole(values[i] * power) / power;
  }
  for (size_t i = 0; i < count; i++) values[i] += 0.0; /* no minus zero */
}

/* ---- random numbers ---- */

/* Block 0 of every row: uniform numbers for the values, and which of them are missing. */
static void draw(dw_generate_chunk *chunk, const dw_scenario_column *column, uint8_t *missing, double *uniform)
{
  dw_rng_key key = chunk->generator->key;
  for (size_t i = 0; i < chunk->count; i++) {
    uint32_t word[4];
    dw_rng_block(key, chunk->first + i, column->stream, 0, word);
    if (uniform) uniform[i] = dw_generate_uniform(word[0], word[1]);
    if (missing) missing[i] = dw_generate_uniform(word[2], word[3]) < column->missing;
  }
}

static void to_normal(double *values, size_t count)
{
  for (size_t i = 0; i < count; i++) values[i] = dw_normal_quantile(values[i]);
}

/* ---- columns ---- */

static void categories_map(const dw_scenario_column *column, double *values, size_t count)
{
  const dw_scenario_categories *set = column->categories;
  if (set->numeric)
    for (size_t i = 0; i < count; i++) values[i] = set->number[column->codes[(size_t)values[i]]];
  else
    for (size_t i = 0; i < count; i++) values[i] = column->codes[(size_t)values[i]];
}

static void drawn_finish(const dw_scenario_column *column, double *values, size_t count)
{
  if (column->categories) categories_map(column, values, count);
  else if (column->dist.type != DW_DIST_CATEGORICAL && column->dist.type != DW_DIST_BERNOULLI) finish(column, values, count);
}

static void drawn_fill(dw_generate_chunk *chunk, const dw_scenario_column *column, uint8_t *missing, double *values)
{
  draw(chunk, column, missing, values);
  if (dw_dist_normal(column->dist.type)) to_normal(values, chunk->count);
  dw_dist_fill(&column->dist, values, chunk->count, values);
  drawn_finish(column, values, chunk->count);
}

/* A Gaussian copula: each correlated column has a standard normal of its own; z = L g has the wanted correlations; the column's
 * quantile function is taken at z (or at the uniform that z stands for). */
static void correlated_fill(dw_generate_chunk *chunk)
{
  const dw_scenario_state *state = &chunk->segment->state;
  size_t n = chunk->count;
  for (size_t k = 0; k < state->correlated_count; k++) {
    uint32_t c = state->correlated[k];
    double *own = chunk->normal + k * DW_GENERATE_CHUNK;
    draw(chunk, &state->columns[c], chunk->missing[c], own);
    to_normal(own, n);
  }
  for (size_t k = 0; k < state->correlated_count; k++) {
    uint32_t c = state->correlated[k];
    const dw_scenario_column *column = &state->columns[c];
    if (!chunk->generator->needed[c]) continue;
    double *values = chunk->values[c];
    memset(values, 0, n * sizeof *values);
    for (size_t j = 0; j <= k; j++) {
      double weight = state->factor[k * state->correlated_count + j];
      const double *own = chunk->normal + j * DW_GENERATE_CHUNK;
      if (weight == 0) continue;
      for (size_t i = 0; i < n; i++) values[i] += weight * own[i];
    }
    if (!dw_dist_normal(column->dist.type))
      for (size_t i = 0; i < n; i++) values[i] = dw_normal_cdf(values[i]);
    dw_dist_fill(&column->dist, values, n, values);
    drawn_finish(column, values, n);
  }
}

static void timestamp_fill(dw_generate_chunk *chunk, const dw_scenario_column *column, int64_t *instants)
{
  const dw_scenario_segment *segment = chunk->segment;
  int64_t unit = 1; /* microseconds that are kept */
  for (int d = column->decimals; d < 6; d++) unit *= 10;
  if (column->jitter > 0) draw(chunk, column, NULL, chunk->work);
  for (size_t i = 0; i < chunk->count; i++) {
    int64_t instant = segment->start + (int64_t)(chunk->first + i - segment->first) * segment->step;
    if (column->jitter > 0) instant += (int64_t)(chunk->work[i] * column->jitter * (double)segment->step);
    instant = dw_daily_cycle_instant(&chunk->generator->plan.cycle, instant);
    int64_t rest = instant % unit;
    instants[i] = instant - (rest < 0 ? rest + unit : rest);
  }
}

static void hour_fill(const int64_t *instants, double *values, size_t count)
{
  const int64_t day = 86400 * DW_SECOND;
  for (size_t i = 0; i < count; i++) {
    int64_t rest = instants[i] % day;
    values[i] = (double)((rest < 0 ? rest + day : rest) / (3600 * DW_SECOND));
  }
}

static void sequence_fill(dw_generate_chunk *chunk, const dw_scenario_column *column, double *values)
{
  for (size_t i = 0; i < chunk->count; i++) values[i] = column->start + (double)(chunk->first + i) * column->step;
  finish(column, values, chunk->count);
}

void dw_generate_vector(dw_generate_chunk *chunk, const dw_scenario_column *column, size_t row)
{
  double *values = chunk->vector;
  const dw_scenario_shift *shift = &column->shifts[dw_generate_case(chunk, column, row)];
  for (size_t i = 0; i < column->dimension; i += 2) {
    uint32_t word[4];
    dw_rng_block(chunk->generator->key, chunk->first + row, column->stream, (uint32_t)(DW_GENERATE_MORE + i / 2), word);
    values[i] = dw_generate_uniform(word[0], word[1]);
    if (i + 1 < column->dimension) values[i + 1] = dw_generate_uniform(word[2], word[3]);
  }
  if (dw_dist_normal(column->dist.type)) to_normal(values, column->dimension);
  dw_dist_fill(&column->dist, values, column->dimension, values);
  if (shift->count == 1)
    for (size_t i = 0; i < column->dimension; i++) values[i] += shift->values[0];
  else if (shift->count)
    for (size_t i = 0; i < column->dimension; i++) values[i] += shift->values[i];
  finish(column, values, column->dimension);
}

/* ---- rules ---- */

typedef struct look {
  const dw_generate_chunk *chunk;
  const uint32_t *columns;
  size_t row;
} look;

static dw_operand look_up(void *context, size_t index)
{
  const look *l = context;
  uint32_t c = l->columns[index];
  const dw_scenario_column *column = &l->chunk->segment->state.columns[c];
  double value = l->chunk->values[c][l->row];
  if (!dw_scenario_categorical(column)) return (dw_operand){.kind = DW_OPERAND_NUMBER, .number = value};
  size_t code = (size_t)value;
  double number = column->categories->number[code];
  if (number == number) return (dw_operand){.kind = DW_OPERAND_NUMBER, .number = number};
  const char *text = column->categories->text[code];
  return (dw_operand){.kind = DW_OPERAND_TEXT, .text = text, .length = strlen(text)};
}

static void condition_add(const dw_generate_chunk *chunk, const dw_scenario_term *term, double *logit)
{
  look l = {.chunk = chunk, .columns = term->condition_columns};
  for (l.row = 0; l.row < chunk->count; l.row++)
    if (dw_condition_holds(term->condition, look_up, &l)) logit[l.row] += term->weight;
}

static double transformed(dw_scenario_transform transform, double x)
{
  switch (transform) {
  case DW_TRANSFORM_LOG: return dw_log(x > SMALLEST_LOG ? x : SMALLEST_LOG);
  case DW_TRANSFORM_LOG1P: return dw_log1p(x > 0 ? x : 0);
  case DW_TRANSFORM_SQRT: return sqrt(x > 0 ? x : 0);
  case DW_TRANSFORM_NONE: break;
  }
  return x;
}

static void term_add(const dw_generate_chunk *chunk, const dw_scenario_term *term, double *logit)
{
  if (term->weight == 0 && !term->by_code) return;
  if (term->condition) {
    condition_add(chunk, term, logit);
    return;
  }
  const double *values = chunk->values[term->column];
  if (term->by_code) {
    for (size_t i = 0; i < chunk->count; i++) logit[i] += term->by_code[(size_t)values[i]];
    return;
  }
  double factor = term->weight / term->scale;
  for (size_t i = 0; i < chunk->count; i++) logit[i] += factor * (transformed(term->transform, values[i]) - term->center);
}

/* The rule's probabilities. */
static void rule_fill(dw_generate_chunk *chunk, const dw_scenario_rule *rule, uint32_t stream, double *probability)
{
  for (size_t i = 0; i < chunk->count; i++) probability[i] = rule->intercept;
  for (size_t k = 0; k < rule->count; k++) term_add(chunk, &rule->terms[k], probability);
  for (size_t i = 0; rule->noise > 0 && i < chunk->count; i++) {
    uint32_t word[4];
    dw_rng_block(chunk->generator->key, chunk->first + i, stream, DW_GENERATE_MORE, word);
    probability[i] += rule->noise * dw_normal_quantile(dw_generate_uniform(word[0], word[1]));
  }
  for (size_t i = 0; i < chunk->count; i++) probability[i] = 1 / (1 + dw_exp(-probability[i]));
}

static void label_fill(dw_generate_chunk *chunk, uint32_t c)
{
  const dw_scenario_state *state = &chunk->segment->state;
  double *values = chunk->values[c];
  rule_fill(chunk, &state->label, state->columns[c].stream, values);
  draw(chunk, &state->columns[c], chunk->missing[c], chunk->work);
  for (size_t i = 0; i < chunk->count; i++) values[i] = chunk->work[i] < values[i] ? 1 : 0;
}

static void score_fill(dw_generate_chunk *chunk, uint32_t c)
{
  const dw_scenario_column *column = &chunk->segment->state.columns[c];
  rule_fill(chunk, &column->rule, column->stream, chunk->values[c]);
  if (chunk->missing[c]) draw(chunk, column, chunk->missing[c], NULL);
  finish(column, chunk->values[c], chunk->count);
}

/* ---- all of it ---- */

static bool is_correlated(const dw_scenario_state *state, uint32_t c)
{
  for (size_t k = 0; k < state->correlated_count; k++)
    if (state->correlated[k] == c) return true;
  return false;
}

static void column_fill(dw_generate_chunk *chunk, uint32_t c)
{
  const dw_scenario_state *state = &chunk->segment->state;
  const dw_scenario_column *column = &state->columns[c];
  switch (column->kind) {
  case DW_SCENARIO_DRAWN:
    if (!is_correlated(state, c)) drawn_fill(chunk, column, chunk->missing[c], chunk->values[c]);
    return;
  case DW_SCENARIO_SEQUENCE: sequence_fill(chunk, column, chunk->values[c]); break;
  case DW_SCENARIO_TIMESTAMP: timestamp_fill(chunk, column, chunk->instants[c]); break;
  case DW_SCENARIO_LABEL: return; /* later: they look at the others */
  case DW_SCENARIO_SCORE: return;
  default: break;
  }
  if (chunk->missing[c]) draw(chunk, column, chunk->missing[c], NULL);
}

void dw_generate_values(dw_generate_chunk *chunk)
{
  const dw_generator *generator = chunk->generator;
  const dw_scenario_state *state = &chunk->segment->state;
  assert(chunk->count <= DW_GENERATE_CHUNK);
  if (generator->correlated && state->correlated_count) correlated_fill(chunk);
  for (uint32_t c = 0; c < generator->column_count; c++)
    if (generator->needed[c]) column_fill(chunk, c);
  for (uint32_t c = 0; c < generator->column_count; c++)
    if (generator->needed[c] && state->columns[c].kind == DW_SCENARIO_HOUR)
      hour_fill(chunk->instants[state->columns[c].source], chunk->values[c], chunk->count);
  for (uint32_t c = 0; c < generator->column_count; c++) {
    if (!generator->needed[c]) continue;
    if (state->columns[c].kind == DW_SCENARIO_LABEL) label_fill(chunk, c);
    if (state->columns[c].kind == DW_SCENARIO_SCORE) score_fill(chunk, c);
  }
}
