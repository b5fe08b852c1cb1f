#include "detect/watch/unit_stream.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "stats/samples/sort.h"
#include "stats/shift/autocorrelation.h"

/* What is left of a period's likeness to its neighbours where they count as strangers. */
static const double strangers = 0.1;
static const double cycle_alpha = 0.001;
enum { NEAR_PART = 4 }; /* of the baseline is left out on either side, at most */

typedef struct choice {
  dw_unit_score score;
  double weight, weight_alike;
} choice;

static const choice of_numbers[] = {{DW_UNIT_LOCATION, 0.4, 0.7},
                                    {DW_UNIT_SPREAD, 0.2, 0.3},
                                    {DW_UNIT_SHARE_SHIFT, 0.2, 0},
                                    {DW_UNIT_UPPER, 0.1, 0},
                                    {DW_UNIT_LOWER, 0.1, 0}};
static const choice of_categories[] = {{DW_UNIT_TOP, 0.4, 0.7}, {DW_UNIT_SHARE_SHIFT, 0.4, 0}, {DW_UNIT_FRESH, 0.2, 0.3}};
static const choice of_lines[] = {{DW_UNIT_MEDIAN, 0.7, 0.7}, {DW_UNIT_SPREAD, 0.3, 0.3}};
static const choice of_missing[] = {{DW_UNIT_MISSING, 1, 1}};
static const choice of_category_lines[] = {{DW_UNIT_TOP, 1, 1}};

#define CHOICES(list) (list), sizeof(list) / sizeof *(list)

/* --- scores --- */

typedef struct scoring {
  const dw_unit_column *column;
  const dw_units *units;
  dw_unit_values values; /* numbers */
  dw_unit_categories categories;
} scoring;

static void scoring_start(scoring *s, const dw_unit_column *column, const dw_unit_side *side)
{
  *s = (scoring){.column = column, .units = side->units};
  if (side->place)
    s->categories = (dw_unit_categories){.place = (uint32_t *)side->place,
                                         .baseline = column->count,
                                         .count = column->categories,
                                         .total = column->total};
  else dw_unit_values_make(&s->values, side->units, side->number);
}

static void scoring_end(scoring *s)
{
  if (!s->categories.place) dw_unit_values_free(&s->values);
}

static double score_of(const scoring *s, dw_unit_score score, size_t u, bool own, size_t near)
{
  return s->categories.place ? dw_unit_score_categories(score, &s->categories, s->units, u, own, near)
                             : dw_unit_score_numbers(score, s->column->sorted, &s->values, u, own, near);
}

/* --- the baseline --- */

/* From each score the mean of the others in its cell; of the first in a cell of one there is none. Returns how many are left. */
static size_t free_from_cells(const dw_unit_rule *rule, const dw_units *units, dw_unit_part *part, size_t cells, double *x, int64_t *at,
                              double *kept)
{
  double sum[DW_MATCH_CELLS] = {0};
  size_t times[DW_MATCH_CELLS] = {0}, count = 0;
  for (size_t u = 0; u < units->count; u++)
    if (!isnan(x[u])) sum[units->unit[u].cell] += x[u], times[units->unit[u].cell]++;
  for (size_t c = 0; c < cells; c++) part->cell[c] = times[c] > 1 || rule->match == DW_MATCH_NONE ? sum[c] / (double)times[c] : NAN;
  for (size_t u = 0; u < units->count; u++) {
    unsigned c = units->unit[u].cell;
    if (isnan(x[u]) || isnan(part->cell[c])) continue;
    at[count] = units->unit[u].number;
    kept[count++] = rule->match == DW_MATCH_NONE ? x[u] : x[u] - (sum[c] - x[u]) / (double)(times[c] - 1);
  }
  if (rule->match == DW_MATCH_NONE) part->cell[0] = 0;
  return count;
}

static void begin_ranks(dw_unit_part *part, double *residual, size_t n, dw_rng *rng)
{
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!isnan(residual[i])) residual[kept++] = residual[i];
  dw_sort_doubles(residual, kept, NULL);
  dw_ladder_make(&part->ladder, part->gaps, dw_sorted_make(residual, kept), rng);
  dw_rank_bets_init(&part->bets);
}

/* Whether periods go with the hour or with the day of the week: the one that explains more, if either does beyond chance. */
static dw_match find_cycle(const dw_units *units, const double *x)
{
  static const dw_match cycle[] = {DW_MATCH_HOUR, DW_MATCH_WEEKDAY};
  dw_match found = DW_MATCH_NONE;
  double most = 0;
  size_t n = 0;
  double *ranks = dw_alloc_array(units->count, sizeof *ranks), *scratch = dw_alloc_array(units->count, sizeof *scratch);
  unsigned char *cell = dw_alloc_array(units->count, sizeof *cell);
  for (size_t k = 0; k < sizeof cycle / sizeof *cycle; k++) {
    bool within = true;
    double p = 1;
    n = 0;
    for (size_t u = 0; u < units->count; u++) {
      const dw_unit *unit = &units->unit[u];
      unsigned at = dw_match_cell_local(cycle[k], unit->start);
      within &= at == dw_match_cell_local(cycle[k], unit->end - 1);
      if (isnan(x[u])) continue;
      cell[n] = (unsigned char)at;
      ranks[n++] = x[u];
    }
    if (!within || !dw_series_rank(ranks, n, scratch)) continue;
    dw_series series = {.x = ranks, .n = n};
    double share = dw_series_cells(&series, cell, dw_match_cells(cycle[k]), &p);
    if (p < cycle_alpha && share > most) found = cycle[k], most = share;
  }
  dw_free(ranks);
  dw_free(scratch);
  dw_free(cell);
  return found;
}

/* false: too few periods have the score. */
static bool begin_part(dw_unit_stream *stream, dw_unit_part *part, const dw_unit_rule *rule, const scoring *s, size_t near, dw_rng *rng)
{
  size_t n = s->units->count;
  double *x = dw_alloc_array(n, sizeof *x), *kept = dw_alloc_array(n, sizeof *kept), *residual = dw_alloc_array(n, sizeof *residual);
  int64_t *at = dw_alloc_array(n, sizeof *at);
  for (size_t u = 0; u < n; u++) x[u] = score_of(s, part->score, u, true, near);
  for (size_t u = 1; u < n; u++) stream->varies |= x[u] != x[0];
  if (part == stream->part && rule->match == DW_MATCH_NONE && !rule->line) stream->cycle = find_cycle(s->units, x);
  size_t count = free_from_cells(rule, s->units, part, stream->cells, x, at, kept);
  bool enough = count >= DW_UNITS_LEAST + (rule->line ? DW_SUCCESSION_LOST : 0);
  if (enough) {
    dw_succession_fit(&part->succession, at, kept, count, rule->line, residual);
    begin_ranks(part, residual, count, rng);
    stream->baseline = count;
  }
  dw_free(x);
  dw_free(kept);
  dw_free(residual);
  dw_free(at);
  return enough;
}

static void begin_parts(dw_unit_stream *stream, const dw_unit_rule *rule, const scoring *s, const choice *list, size_t count, dw_rng *rng)
{
  size_t near = 0;
  double phi = 0;
  stream->part = dw_alloc_zero(count, sizeof *stream->part);
  for (size_t i = 0; i < count; i++) {
    double weight = phi >= DW_UNIT_ALIKE ? list[i].weight_alike : list[i].weight;
    dw_unit_part *part = &stream->part[stream->parts];
    if (weight == 0) continue;
    *part = (dw_unit_part){.score = list[i].score, .weight = weight};
    if (!begin_part(stream, part, rule, s, near, rng)) break;
    stream->parts++;
    if (i > 0) continue;
    phi = part->succession.phi;
    if (phi >= DW_UNIT_ALIKE) part->weight = list[i].weight_alike;
    if (phi > strangers) near = (size_t)ceil(dw_log(strangers) / dw_log(phi));
    if (near > s->units->count / NEAR_PART) near = s->units->count / NEAR_PART;
  }
  if (stream->parts) return;
  dw_free(stream->part);
  stream->part = NULL;
}

dw_unit_stream *dw_unit_stream_begin(const dw_unit_rule *rule, const dw_unit_column *column, const dw_unit_side *baseline,
                                     dw_unit_luck luck)
{
  dw_unit_stream *stream = dw_alloc_zero(1, sizeof *stream);
  scoring s;
  dw_rng rng;
  dw_rng_start(&rng, luck.key, 0, luck.column);
  stream->cells = dw_match_cells(rule->match);
  scoring_start(&s, column, baseline);
  if (column->missing) begin_parts(stream, rule, &s, CHOICES(of_missing), &rng);
  else if (baseline->place && rule->line) begin_parts(stream, rule, &s, CHOICES(of_category_lines), &rng);
  else if (baseline->place) begin_parts(stream, rule, &s, CHOICES(of_categories), &rng);
  else if (rule->line) begin_parts(stream, rule, &s, CHOICES(of_lines), &rng);
  else begin_parts(stream, rule, &s, CHOICES(of_numbers), &rng);
  scoring_end(&s);
  return stream;
}

void dw_unit_stream_free(dw_unit_stream *stream)
{
  if (!stream) return;
  dw_free(stream->part);
  dw_free(stream);
}

double dw_unit_stream_phi(const dw_unit_stream *stream) { return stream->parts ? stream->part[0].succession.phi : 0; }

/* --- periods that come --- */

static void rank_part(dw_unit_part *part, int64_t at, double x, dw_rng *rng)
{
  double residual = dw_succession_next(&part->succession, at, x);
  dw_urn urn;
  if (isnan(residual)) return;
  size_t cell = dw_ladder_cell(&part->ladder, residual, rng);
  dw_urn_init(&urn, part->gaps, part->ladder.rungs + 1, 0);
  dw_ranks ranks = dw_urn_add(&urn, cell);
  memcpy(part->gaps, urn.weight, (part->ladder.rungs + 1) * sizeof *part->gaps);
  dw_urn_free(&urn);
  dw_rank_bets_add(&part->bets, ranks.low, ranks.high);
}

/* The logarithm of the weighted sum. */
static void settle(dw_unit_stream *stream)
{
  double most = -INFINITY, sum = 0;
  for (size_t i = 0; i < stream->parts; i++) most = fmax(most, stream->part[i].bets.value);
  for (size_t i = 0; i < stream->parts; i++) sum += stream->part[i].weight * dw_exp(stream->part[i].bets.value - most);
  stream->value = most + dw_log(sum);
  stream->highest = fmax(stream->highest, stream->value);
}

size_t dw_unit_stream_take(dw_unit_stream *stream, const dw_unit_rule *rule, const dw_unit_column *column, const dw_unit_side *side,
                           dw_unit_luck luck)
{
  scoring s;
  dw_rng rng;
  size_t taken = 0;
  if (!stream->parts) return 0;
  scoring_start(&s, column, side);
  for (size_t u = 0; u < side->units->count; u++) {
    const dw_unit *unit = &side->units->unit[u];
    double x[DW_UNIT_PARTS];
    bool whole = true;
    dw_rng_start(&rng, luck.key, (uint64_t)unit->number, luck.column);
    for (size_t i = 0; i < stream->parts; i++) {
      x[i] = score_of(&s, stream->part[i].score, u, false, 0) - stream->part[i].cell[unit->cell];
      whole &= !isnan(x[i]);
    }
    if (!whole) continue;
    for (size_t i = 0; i < stream->parts; i++) stream->varies |= x[i] != stream->part[i].succession.x;
    if (stream->varies) {
      for (size_t i = 0; i < stream->parts; i++) rank_part(&stream->part[i], unit->number, x[i], &rng);
      settle(stream);
    }
    taken++;
  }
  stream->watched += taken;
  scoring_end(&s);
  return taken;
}

/* --- as a document --- */

static void write_numbers(dw_json *json, const char *key, const double *number, size_t count)
{
  dw_json_open(json, key, '[');
  for (size_t i = 0; i < count; i++) dw_json_number(json, NULL, number[i]);
  dw_json_close(json, ']');
}

static void write_succession(const dw_succession *s, dw_json *json)
{
  dw_json_number(json, "phi", s->phi);
  dw_json_number(json, "mean", s->mean);
  dw_json_integer(json, "first", s->first);
  dw_json_integer(json, "at", s->at);
  dw_json_number(json, "x", s->x);
  dw_json_integer(json, "count", (int64_t)s->count);
  write_numbers(json, "tt", s->tt, 3);
  write_numbers(json, "tx", s->tx, 2);
}

static void write_part(const dw_unit_part *part, size_t cells, dw_json *json)
{
  size_t rungs = part->ladder.rungs;
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "of", dw_unit_score_names[part->score]);
  dw_json_number(json, "weight", part->weight);
  write_succession(&part->succession, json);
  write_numbers(json, "cell", part->cell, cells);
  write_numbers(json, "rung", part->ladder.value, rungs);
  write_numbers(json, "tie", part->ladder.tie, rungs);
  dw_json_open(json, "gaps", '[');
  for (size_t i = 0; i <= rungs; i++) dw_json_integer(json, NULL, (int64_t)part->gaps[i]);
  dw_json_close(json, ']');
  dw_json_integer(json, "bets", (int64_t)part->bets.looks);
  write_numbers(json, "account", part->bets.account, DW_RANK_BETS);
  dw_json_close(json, '}');
}

void dw_unit_stream_write(const dw_unit_stream *stream, dw_json *json)
{
  dw_json_integer(json, "baseline", (int64_t)stream->baseline);
  dw_json_integer(json, "watched", (int64_t)stream->watched);
  dw_json_number(json, "highest", stream->highest);
  dw_json_bool(json, "varies", stream->varies);
  dw_json_open(json, "parts", '[');
  for (size_t i = 0; i < stream->parts; i++) write_part(&stream->part[i], stream->cells, json);
  dw_json_close(json, ']');
}

/* A document being read; the first thing that is wrong ends it. */
typedef struct unit_reader {
  bool bad;
} unit_reader;

static double read_number(unit_reader *r, const dw_value *value)
{
  if (dw_value_kind(value) != DW_VALUE_NUMBER) r->bad = true;
  return dw_value_number(value, 0);
}

static int64_t read_integer(unit_reader *r, const dw_value *value)
{
  double number = read_number(r, value);
  if (!(fabs(number) <= 9007199254740992.0 && number == floor(number))) r->bad = true;
  return r->bad ? 0 : (int64_t)number;
}

static uint64_t read_count(unit_reader *r, const dw_value *value)
{
  int64_t number = read_integer(r, value);
  if (number < 0) r->bad = true;
  return r->bad ? 0 : (uint64_t)number;
}

/* null stands for `none`; NaN as `none` itself: nulls are wrong. */
static void read_numbers(unit_reader *r, const dw_value *array, double *out, size_t count, bool nulls, double none)
{
  if (dw_value_kind(array) != DW_VALUE_ARRAY || dw_value_count(array) != count) r->bad = true;
  const dw_value *item = dw_value_first(array);
  for (size_t i = 0; i < count && !r->bad; i++, item = dw_value_next(item))
    out[i] = nulls && dw_value_kind(item) == DW_VALUE_NULL ? none : read_number(r, item);
}

static void read_succession(unit_reader *r, dw_succession *s, const dw_value *value, bool line)
{
  s->line = line;
  s->phi = read_number(r, dw_value_get(value, "phi"));
  s->mean = read_number(r, dw_value_get(value, "mean"));
  s->first = read_integer(r, dw_value_get(value, "first"));
  s->at = read_integer(r, dw_value_get(value, "at"));
  s->x = read_number(r, dw_value_get(value, "x"));
  s->count = read_count(r, dw_value_get(value, "count"));
  read_numbers(r, dw_value_get(value, "tt"), s->tt, 3, false, 0);
  read_numbers(r, dw_value_get(value, "tx"), s->tx, 2, false, 0);
  r->bad |= !(s->phi >= 0 && s->phi < 1);
}

static void read_part(unit_reader *r, dw_unit_part *part, const dw_value *value, size_t cells, bool line)
{
  const char *of = dw_value_text(dw_value_get(value, "of"), "");
  const dw_value *rung = dw_value_get(value, "rung"), *gaps = dw_value_get(value, "gaps");
  while (part->score < DW_UNIT_SCORES && strcmp(of, dw_unit_score_names[part->score]) != 0) part->score++;
  part->weight = read_number(r, dw_value_get(value, "weight"));
  read_succession(r, &part->succession, value, line);
  read_numbers(r, dw_value_get(value, "cell"), part->cell, cells, true, NAN);
  part->ladder.rungs = dw_value_count(rung);
  r->bad |= part->score == DW_UNIT_SCORES || !(part->weight > 0 && part->weight <= 1) || part->ladder.rungs > DW_LADDER_RUNGS ||
            dw_value_count(gaps) != part->ladder.rungs + 1;
  if (r->bad) return;
  read_numbers(r, rung, part->ladder.value, part->ladder.rungs, false, 0);
  read_numbers(r, dw_value_get(value, "tie"), part->ladder.tie, part->ladder.rungs, false, 0);
  const dw_value *item = dw_value_first(gaps);
  for (size_t i = 0; i <= part->ladder.rungs && !r->bad; i++, item = dw_value_next(item)) part->gaps[i] = read_count(r, item);
  part->bets.looks = read_count(r, dw_value_get(value, "bets"));
  read_numbers(r, dw_value_get(value, "account"), part->bets.account, DW_RANK_BETS, true, -INFINITY);
  dw_rank_bets_restore(&part->bets);
}

dw_unit_stream *dw_unit_stream_read(const dw_value *value, size_t cells, bool line)
{
  unit_reader r = {false};
  dw_unit_stream *stream = dw_alloc_zero(1, sizeof *stream);
  const dw_value *parts = dw_value_get(value, "parts"), *item = dw_value_first(parts);
  stream->cells = cells;
  stream->baseline = read_count(&r, dw_value_get(value, "baseline"));
  stream->watched = read_count(&r, dw_value_get(value, "watched"));
  double highest = read_number(&r, dw_value_get(value, "highest"));
  stream->varies = dw_value_bool(dw_value_get(value, "varies"), true);
  stream->parts = dw_value_count(parts);
  if (stream->parts > DW_UNIT_PARTS || !(highest >= 0)) r.bad = true;
  if (!r.bad && stream->parts) stream->part = dw_alloc_zero(stream->parts, sizeof *stream->part);
  for (size_t i = 0; i < stream->parts && !r.bad; i++, item = dw_value_next(item)) read_part(&r, &stream->part[i], item, cells, line);
  if (!r.bad && stream->parts && stream->watched) settle(stream);
  stream->highest = highest;
  if (!r.bad) return stream;
  dw_unit_stream_free(stream);
  return NULL;
}
