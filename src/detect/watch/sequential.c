#include "detect/watch/sequential.h"

#include <float.h>
#include <math.h>

#include "base/clock.h"
#include "base/fmath.h"
#include "base/rng.h"
#include "detect/watch/sequential_state.h"
#include "stats/tests/multiple.h"

enum { FEW_CATEGORIES = 16 }; /* so many have a bin each; of more, those of at least a sixteenth have */

/* By the period observations are few: shares of missing values, which mostly stay what they are, cost the columns themselves less. */
static const double missing_weight = 0.25;

#define LEAST_MISSING 0.002 /* bin of missing cells when the reference has fewer: room for the first ones */

bool dw_sequential_repeated(const dw_sequential *state) { return state->repeated; }

bool dw_stream_has_data(const dw_stream *stream)
{
  if (stream->units) return stream->units->watched > 0 && (stream->kind != DW_STREAM_MISSING || stream->units->varies);
  return stream->observations > 0 && (stream->kind != DW_STREAM_MISSING || stream->weight[1] > 0);
}

bool dw_stream_lacks_units(const dw_stream *stream) { return stream->units && stream->units->parts == 0; }

/* --- streams --- */

dw_unit_luck dw_stream_luck(const dw_stream *stream)
{
  static const char *const purpose[] = {"dw-compare sequential values", "dw-compare sequential missing", "dw-compare sequential errors"};
  return (dw_unit_luck){dw_rng_derive(1, purpose[stream->kind]), (uint32_t)dw_rng_hash(stream->column, strlen(stream->column))};
}

static dw_rng stream_rng(const dw_stream *stream, uint64_t look)
{
  dw_rng rng;
  dw_unit_luck luck = dw_stream_luck(stream);
  dw_rng_start(&rng, luck.key, look, luck.column);
  return rng;
}

void dw_stream_begin_numbers(dw_stream *stream, dw_sorted reference)
{
  uint64_t gaps[DW_LADDER_RUNGS + 1];
  dw_rng rng = stream_rng(stream, 0);
  stream->ladder = dw_alloc_zero(1, sizeof *stream->ladder);
  dw_ladder_make(stream->ladder, gaps, reference, &rng);
  stream->cells = stream->ladder->rungs + 1;
  stream->weight = dw_alloc_array(stream->cells, sizeof *stream->weight);
  memcpy(stream->weight, gaps, stream->cells * sizeof *gaps);
  stream->reference_count = reference.total;
  dw_martingale_init(&stream->bet, dw_martingale_edges, DW_MARTINGALE_PLAIN);
}

/* Bins end where categories do. */
static size_t category_edges(const uint64_t *count, size_t cells, uint64_t total, double edge[DW_MARTINGALE_BINS + 1])
{
  size_t bins = 0;
  uint64_t below = 0, begun = 0, share = cells <= FEW_CATEGORIES ? 1 : total / FEW_CATEGORIES + 1;
  edge[0] = 0;
  for (size_t i = 0; i < cells; i++) {
    if (count[i] >= share && below > begun) edge[++bins] = (double)below / (double)total, begun = below;
    below += count[i];
    if (below - begun >= share || i + 1 == cells) edge[++bins] = (double)below / (double)total, begun = below;
  }
  edge[bins] = 1;
  return bins;
}

static void begin_categories(dw_sequential *state, dw_stream *stream, const dw_column *reference)
{
  dw_categories all;
  double edge[DW_MARTINGALE_BINS + 1];
  dw_categories_make(&all, reference, NULL);
  stream->cells = all.count;
  stream->category = dw_alloc_array(all.count, sizeof *stream->category);
  stream->weight = dw_alloc_array(all.count, sizeof *stream->weight);
  for (size_t i = 0; i < all.count; i++) {
    stream->category[i] = all.item[i];
    stream->category[i].text = dw_arena_strndup(&state->texts, all.item[i].text, all.item[i].length);
    stream->weight[i] = all.reference[i];
  }
  stream->reference_count = all.reference_total;
  dw_martingale_init(&stream->bet, edge, category_edges(stream->weight, stream->cells, all.reference_total, edge));
  dw_categories_free(&all);
}

static void begin_missing(dw_stream *stream, const dw_column *reference)
{
  uint64_t missing = dw_column_missing(reference);
  double share = (double)missing / (double)reference->rows;
  share = fmax(LEAST_MISSING, fmin(1 - LEAST_MISSING, share));
  stream->cells = 2;
  stream->weight = dw_alloc_array(2, sizeof *stream->weight);
  stream->weight[0] = reference->rows - missing;
  stream->weight[1] = missing;
  stream->reference_count = reference->rows;
  dw_martingale_init(&stream->bet, (const double[]){0, 1 - share, 1}, 2);
}

static const char *const kind_texts[] = {"values", "missing values", "errors"};

static dw_stream *find_stream(const dw_sequential *state, const char *column, dw_stream_kind kind)
{
  for (size_t i = 0; i < state->count; i++)
    if (state->stream[i]->kind == kind && strcmp(state->stream[i]->column, column) == 0) return state->stream[i];
  return NULL;
}

static void find_fault(dw_sequential *state, const char *column, dw_stream_kind kind, const char *what)
{
  if (state->wrong.status != DW_OK) return;
  dw_err_at(&state->wrong, DW_EUSAGE, state->path, 0, 0,
            "%s of \"%.200s\": %s; give the same columns, types and checks at every look, or begin anew with --sequential-reset",
            kind_texts[kind], column, what);
}

dw_stream *dw_stream_find(dw_sequential *state, const char *column, dw_stream_kind kind, dw_type type)
{
  dw_stream *stream = find_stream(state, column, kind);
  if (!stream && state->begun) {
    find_fault(state, column, kind, "not watched when this state was begun");
  } else if (stream && stream->type != type) {
    find_fault(state, column, kind, "the column had another type when this state was begun");
    return NULL;
  } else if (stream) {
    stream->entered = true;
  }
  return stream;
}

dw_stream *dw_sequential_enter(dw_sequential *state, dw_stream_kind kind, dw_type type, const dw_column *reference)
{
  dw_type of = type;
  if (kind == DW_STREAM_MISSING) type = DW_TYPE_EMPTY;
  dw_stream *stream = dw_stream_find(state, reference->name, kind, type);
  if (stream) stream->reference = reference, stream->value_type = of;
  if (stream || state->wrong.status != DW_OK) return stream;
  stream = dw_stream_add(state, reference->name, kind, type);
  stream->reference = reference;
  if (state->rule) dw_stream_begin_units(state, stream, reference, of);
  else if (kind == DW_STREAM_MISSING) begin_missing(stream, reference);
  else if (type == DW_TYPE_NUMERIC) dw_stream_begin_numbers(stream, reference->sorted);
  else begin_categories(state, stream, reference);
  stream->entered = true;
  return stream;
}

dw_status dw_sequential_check(const dw_sequential *state, dw_err *err)
{
  dw_sequential *asked = (dw_sequential *)state;
  for (size_t i = 0; i < state->count; i++)
    if (!state->stream[i]->entered)
      find_fault(asked, state->stream[i]->column, state->stream[i]->kind, "watched when this state was begun, and not now");
  if (state->wrong.status != DW_OK) *err = state->wrong;
  return state->wrong.status;
}

/* --- one look --- */

/* Cells in a random order, ranked and bet on. */
static void take_cells(dw_stream *stream, uint32_t *cell, size_t count, dw_rng *rng)
{
  dw_urn urn;
  dw_urn_init(&urn, stream->weight, stream->cells, dw_stream_unit(stream));
  dw_shuffle(cell, count, rng);
  for (size_t i = 0; i < count; i++) {
    dw_ranks ranks = dw_urn_add(&urn, cell[i]);
    dw_martingale_add(&stream->bet, ranks.low, ranks.high);
  }
  memcpy(stream->weight, urn.weight, stream->cells * sizeof *stream->weight);
  dw_urn_free(&urn);
  dw_martingale_settle(&stream->bet);
  stream->observations += count;
}

void dw_stream_take_numbers(const dw_sequential *state, dw_stream *stream, dw_sorted arrived)
{
  dw_rng rng = stream_rng(stream, state->looks);
  uint32_t *cell = dw_alloc_array(arrived.count, sizeof *cell);
  for (size_t i = 0; i < arrived.count; i++) cell[i] = (uint32_t)dw_ladder_cell(stream->ladder, arrived.value[i], &rng);
  take_cells(stream, cell, arrived.count, &rng);
  dw_free(cell);
}

int dw_category_compare(const dw_category *a, const dw_category *b)
{
  if (a->numeric != b->numeric) return a->numeric ? -1 : 1;
  if (a->numeric) return (a->number > b->number) - (a->number < b->number);
  int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
  return order ? order : (a->length > b->length) - (a->length < b->length);
}

/* Makes a cell for each category that was never seen, at its place in the order. The texts stay those of the look's column, which outlives
 * the state. */
static void add_new_categories(dw_stream *stream, const dw_categories *seen)
{
  size_t room = stream->cells + seen->count, count = 0, old = 0;
  dw_category *category = dw_alloc_array(room, sizeof *category);
  uint64_t *weight = dw_alloc_array(room, sizeof *weight);
  for (size_t i = 0; i <= seen->count; i++) {
    if (i < seen->count && seen->current[i] == 0) continue;
    int order = -1;
    while (old < stream->cells && (order = i < seen->count ? dw_category_compare(&stream->category[old], &seen->item[i]) : -1) < 0) {
      category[count] = stream->category[old];
      weight[count++] = stream->weight[old++];
    }
    if (i == seen->count || (old < stream->cells && order == 0)) continue;
    category[count] = seen->item[i];
    if (category[count].numeric) category[count].text = NULL;
    weight[count++] = 0;
  }
  dw_free(stream->category);
  dw_free(stream->weight);
  stream->category = category;
  stream->weight = weight;
  stream->cells = count;
}

static void observe_categories(dw_stream *stream, const dw_categories *seen, dw_rng *rng)
{
  add_new_categories(stream, seen);
  uint32_t *cell = dw_alloc_array((size_t)seen->current_total, sizeof *cell);
  size_t count = 0, at = 0;
  for (size_t i = 0; i < seen->count; i++) {
    if (seen->current[i] == 0) continue;
    while (dw_category_compare(&stream->category[at], &seen->item[i]) != 0) at++;
    for (uint64_t k = 0; k < seen->current[i]; k++) cell[count++] = (uint32_t)at;
  }
  take_cells(stream, cell, count, rng);
  dw_free(cell);
}

static void observe_missing(dw_stream *stream, const dw_column *current, dw_rng *rng)
{
  uint64_t missing = dw_column_missing(current);
  if (missing + stream->weight[1] == 0) { /* the usual case: every rank says nothing */
    stream->weight[0] += current->rows;
    stream->observations += current->rows;
    return;
  }
  uint32_t *cell = dw_alloc_array((size_t)current->rows, sizeof *cell);
  for (uint64_t i = 0; i < current->rows; i++) cell[i] = i < missing;
  take_cells(stream, cell, (size_t)current->rows, rng);
  dw_free(cell);
}

void dw_sequential_observe(const dw_sequential *state, dw_stream *stream, const dw_column *current, const dw_categories *categories)
{
  if (state->repeated || state->wrong.status != DW_OK) return;
  if (stream->units) {
    dw_stream_take_units(state, stream);
    return;
  }
  dw_rng rng = stream_rng(stream, state->looks);
  if (stream->kind == DW_STREAM_MISSING) observe_missing(stream, current, &rng);
  else if (stream->ladder) dw_stream_take_numbers(state, stream, current->sorted);
  else observe_categories(stream, categories, &rng);
}

/* --- findings --- */

static double stream_capital(const dw_stream *stream) { return stream->units ? stream->units->value : stream->bet.value; }
static double stream_highest(const dw_stream *stream) { return stream->units ? stream->units->highest : stream->bet.highest; }
static double stream_p(const dw_stream *stream) { return dw_exp(-stream_highest(stream)); }

void dw_sequential_report(const dw_stream *stream, dw_finding *finding)
{
  finding->method = DW_SEQUENTIAL_METHOD;
  finding->statistic = stream_capital(stream) / dw_log(10);
  finding->p_value = finding->p_adjusted = finding->score = stream_p(stream);
  finding->rule = DW_RULE_AT_MOST;
  finding->by_p_value = false; /* dw_sequential_judge corrects it, among its own */
}

static void write_detail(const dw_sequential *state, const dw_stream *stream, size_t streams, dw_buf *out)
{
  dw_json json;
  char time[DW_TIME_TEXT + 1];
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_number(&json, "e_value", fmin(dw_exp(stream_capital(stream)), DBL_MAX));
  dw_json_number(&json, "e_value_max", fmin(dw_exp(stream_highest(stream)), DBL_MAX));
  dw_json_integer(&json, "looks", (int64_t)state->looks);
  dw_json_integer(&json, "observations", (int64_t)(stream->units ? stream->units->watched : stream->observations));
  if (stream->units) {
    dw_json_text(&json, "unit", state->rule->text);
    dw_json_integer(&json, "reference_units", (int64_t)stream->units->baseline);
    dw_json_number(&json, "autocorrelation", dw_unit_stream_phi(stream->units));
  }
  dw_json_integer(&json, "streams", (int64_t)streams);
  if (stream->alarm_look) {
    time[dw_time_print(time, stream->alarm_time)] = '\0';
    dw_json_integer(&json, "alarm_look", (int64_t)stream->alarm_look);
    dw_json_text(&json, "alarm_time", time);
  } else {
    dw_json_null(&json, "alarm_look");
    dw_json_null(&json, "alarm_time");
  }
  dw_json_close(&json, '}');
}

static void judge_others(dw_finding *finding, bool methods_named)
{
  if (finding->check == DW_CHECK_SCHEMA || (methods_named && dw_check_is_distribution(finding->check))) return;
  finding->drift = false;
  finding->severity = DW_SEVERITY_NONE;
  finding->idle |= finding->check == DW_CHECK_TEXT || finding->check == DW_CHECK_EMBEDDING;
  if (!finding->warning) finding->warning = "one look by itself: reported, not judged, while --sequential watches";
}

void dw_sequential_judge(dw_sequential *state, dw_finding *finding, size_t count, const dw_limits *limits)
{
  double *p = dw_alloc_array(state->count, sizeof *p), *weight = dw_alloc_array(state->count, sizeof *weight);
  bool methods_named = limits->every_method || limits->method_count > 0;
  size_t watched = 0; /* those that nothing is watched of are no part of the family */
  for (size_t i = 0; i < state->count; i++) {
    const dw_stream *stream = state->stream[i];
    if (dw_stream_lacks_units(stream)) continue;
    weight[watched] = stream->units && stream->kind == DW_STREAM_MISSING ? missing_weight : 1;
    p[watched++] = stream_p(stream);
  }
  if (limits->correction != DW_CORRECTION_NONE) dw_holm(p, weight, watched, p);
  for (size_t k = 0; k < count; k++) {
    dw_finding *it = &finding[k];
    if (!it->method || strcmp(it->method, DW_SEQUENTIAL_METHOD) != 0) {
      judge_others(it, methods_named);
      continue;
    }
    dw_stream_kind kind = it->check == DW_CHECK_MISSING       ? DW_STREAM_MISSING
                          : it->check == DW_CHECK_PERFORMANCE ? DW_STREAM_ERRORS
                                                              : DW_STREAM_VALUES;
    size_t i = 0, place = 0;
    while (state->stream[i]->kind != kind || strcmp(state->stream[i]->column, it->column) != 0)
      place += !dw_stream_lacks_units(state->stream[i++]);
    dw_stream *stream = state->stream[i];
    it->by_p_value = true;
    it->score = it->p_adjusted = dw_stream_lacks_units(stream) ? 1 : p[place];
    it->threshold = dw_limits_level(limits, it->check, it->column, DW_SEQUENTIAL_METHOD, DW_SEQUENTIAL_ALPHA);
    /* An alarm begins with a look that shows a change large enough, and stays, however small the change is then. */
    bool earlier = stream->alarm_look && stream->alarm_look != state->looks;
    if (!earlier && kind != DW_STREAM_ERRORS) it->shift.min_effect = dw_limits_effect(limits, it->check, it->column);
    dw_finding_decide(it);
    if (it->drift && !stream->alarm_look) {
      stream->alarm_look = state->looks;
      stream->alarm_time = state->now;
    }
    write_detail(state, stream, watched, &it->detail);
  }
  dw_free(p);
  dw_free(weight);
}
