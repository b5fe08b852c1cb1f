#include "detect/calibrate/null_runs.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "detect/calibrate/null_column.h"
#include "detect/check/data_quality.h"
#include "detect/check/methods.h"
#include "kinds/shift.h"
#include "stats/shift/omnibus.h"

const char *const dw_null_scheme_names[4] = {"rows", "blocks", "windows", NULL};

/* Deals of a run end at so many hits: a p-value above 10 / deals is known to a third of itself, and P(p <= a) is the same. No threshold is
 * above the rate of false alarms, so that p-values far above it need not be known. */
enum { FEW_HITS = 10, FAR_ABOVE = 2, MATCHED_DEALS = 1999 };

/* Runs of one drawn reference, at most. */
enum { SHARERS = 50 };

/* --- the baseline made ready --- */

/* The methods that a comparison of these sizes would use. */
static void choose_methods(dw_null_column *column, const dw_null_runs *runs)
{
  const dw_limits *limits = runs->options.compare->limits;
  dw_pair pair;
  dw_pair_make(&pair, column->name, column->type, column->base, column->base);
  pair.current_count = (uint64_t)rint((double)pair.reference_count * (double)runs->rows / (double)runs->reference_rows);
  if (pair.reference_count) column->method = dw_limits_methods(limits, &pair, &column->method_count);
  dw_pair_free(&pair);
}

static bool judged(const dw_null_runs *runs, const char *name)
{
  const dw_compare_options *o = runs->options.compare;
  dw_check check = o->label && strcmp(o->label, name) == 0   ? DW_CHECK_TARGET
                   : o->score && strcmp(o->score, name) == 0 ? DW_CHECK_PREDICTION
                                                             : DW_CHECK_COLUMN;
  return o->limits->check[check];
}

static void add_score(dw_null_runs *runs, size_t *capacity, dw_null_score score)
{
  runs->item = dw_grow(runs->item, capacity, runs->count + 1, sizeof *runs->item);
  runs->item[runs->count++] = score;
}

/* Distances in the unit of the numbers, or in standard deviations: one value that the baseline happens not to hold is as large as all. */
static bool is_winsorised(const dw_limits *limits, const dw_method *method)
{
  return limits->settings.preset == DW_PRESET_DRIFTWATCH && (method == dw_method_find("wasserstein") || method == dw_method_find("ed"));
}

static void list_scores(dw_null_runs *runs, dw_null_column *column, size_t *capacity)
{
  const dw_limits *limits = runs->options.compare->limits;
  dw_null_score quality = {.column = column->name, .method = "exceedance", .by_p_value = true, .low = true, .exact = true};
  column->first_score = runs->count;
  if (limits->check[DW_CHECK_MISSING] && column->can_miss) {
    quality.check = DW_CHECK_MISSING, quality.method = dw_null_is_matched(runs) ? "mantel_haenszel" : "fisher_exact";
    add_score(runs, capacity, quality);
    quality.method = "exceedance";
  }
  quality.check = column->type == DW_TYPE_NUMERIC ? DW_CHECK_RANGE : DW_CHECK_CATEGORIES;
  if (limits->check[quality.check]) add_score(runs, capacity, quality);
  quality.check = DW_CHECK_DATA_QUALITY, quality.method = column->stray ? "fisher_exact" : "exceedance";
  bool slips = (column->stray || column->spellings) && !dw_null_is_matched(runs); /* within cells they are told, not judged */
  if (limits->check[DW_CHECK_DATA_QUALITY] && slips) add_score(runs, capacity, quality);
  for (size_t i = 0; judged(runs, column->name) && i < column->method_count; i++) {
    const dw_method *method = column->method[i];
    add_score(runs, capacity,
              (dw_null_score){.column = column->name,
                              .check = DW_CHECK_COLUMN,
                              .method = method->name,
                              .by_p_value = method->p_value,
                              .low = !dw_rule_is_upper(method->rule),
                              .exact = method == dw_method_find("share_shift"),
                              .ranked = method == dw_method_find("share_shift"),
                              .winsorised = is_winsorised(limits, method)});
  }
  column->score_count = runs->count - column->first_score;
}

dw_status dw_null_prepare(dw_null_runs *out, const dw_dataset *baseline, const dw_null_options *options, dw_err *err)
{
  *out = (dw_null_runs){.options = *options, .rows = options->rows, .reference_rows = (size_t)baseline->rows, .block = 1};
  const dw_frame *frame = baseline->frame;
  dw_status status = dw_frame_ready(frame, err);
  if (status != DW_OK) return status;
  if (baseline->rows == 0) return dw_err_set(err, DW_ENODATA, "the baseline has no records");
  if (baseline->approximate)
    return dw_err_set(err, DW_ENODATA, "the baseline is larger than --memory allows; give more, or a sample of it");
  dw_null_order_make(&out->order, frame, options->in_time);
  dw_null_cells_make(&out->cells, &out->order, options->matching);
  size_t capacity = 0;
  out->column = dw_alloc_zero(baseline->column_count, sizeof *out->column);
  out->left_out = dw_alloc_array(baseline->column_count, sizeof *out->left_out);
  for (size_t i = 0; i < baseline->column_count; i++) {
    const dw_column *base = baseline->column[i];
    dw_type type = dw_compare_type(options->compare, base->name, base, NULL);
    dw_null_column *column = &out->column[out->column_count];
    if (base->tag[DW_ABSENT] == base->rows || (frame->options.time && strcmp(frame->options.time, base->name) == 0)) continue;
    if (type != DW_TYPE_NUMERIC && type != DW_TYPE_CATEGORICAL) {
      out->left_out[out->left_out_count++] = base->name;
      continue;
    }
    dw_null_column_make(column, base, type, frame, out->order.row);
    out->column_count++;
    choose_methods(column, out);
    list_scores(out, column, &capacity);
  }
  if (out->count == 0) return dw_err_set(err, DW_ENODATA, "the baseline has no column to calibrate");
  return DW_OK;
}

size_t dw_null_block_length(const dw_null_runs *runs)
{
  size_t longest = 1, rows = runs->reference_rows;
  double *x = dw_alloc_array(rows, sizeof *x);
  for (size_t i = 0; i < runs->column_count; i++) {
    const dw_null_column *column = &runs->column[i];
    /* Numbers by their ranks, whatever their tails; categories by the most frequent one. */
    size_t most = 0;
    for (size_t k = 0; k < column->places && column->type == DW_TYPE_CATEGORICAL; k++)
      if (column->categories.reference[k] > column->categories.reference[most]) most = k;
    for (size_t k = 0; k < rows; k++) {
      uint32_t at = column->place[k];
      x[k] = at == DW_NULL_NOWHERE ? NAN : column->type == DW_TYPE_NUMERIC ? (double)at : at == most;
    }
    size_t length = dw_resample_block_length(x, rows);
    if (length > longest) longest = length;
  }
  dw_free(x);
  return longest;
}

/* --- a run --- */

typedef struct simulation {
  dw_null_runs *runs;
  dw_null_room *room; /* one a thread */
  dw_finding_list *findings;
  bool *ready;
  size_t first, end, places;
  size_t sharers; /* runs that have one drawn reference: those from a multiple of it on */
  dw_rng_key key, reference_key;
} simulation;

/* The stretch that holds the row. */
static size_t stretch_of(const dw_null_order *order, size_t row)
{
  size_t low = 0, high = order->stretches - 1;
  while (low < high) {
    size_t middle = low + (high - low + 1) / 2;
    if (order->start[middle] <= row) low = middle;
    else high = middle - 1;
  }
  return low;
}

/* The rows that a reference of a look from `at` goes without: the look's, and what resembles them because it is near. */
static void keep_off(const dw_null_runs *runs, size_t at, size_t *from, size_t *to)
{
  size_t k = stretch_of(&runs->order, at), low = runs->order.start[k], high = runs->order.start[k + 1];
  *from = at - low > runs->buffer ? at - runs->buffer : low;
  *to = high - at - runs->rows > runs->buffer ? at + runs->rows + runs->buffer : high;
}

/* Places of any runs are spread evenly (the multiples of the golden section), so that few tell as much as they can. */
static size_t spread_place(const dw_null_runs *runs, dw_rng_key key, size_t run)
{
  static const double golden = 0.6180339887498949;
  size_t places = dw_null_order_places(&runs->order, runs->rows);
  dw_rng rng;
  dw_rng_start(&rng, key, UINT64_MAX, 0);
  double at = dw_rng_uniform(&rng) + golden * (double)run;
  size_t i = (size_t)((at - floor(at)) * (double)places);
  return dw_null_order_place(&runs->order, runs->rows, i < places ? i : places - 1);
}

/* As many rows as the reference will have, or p-values of counts would not be those of its size: a run of the others is there twice, or, in
 * the cells of the calendar, others of each cell. Returns how many rows the reference has. */
static size_t draw_window(const dw_null_runs *runs, size_t at, dw_rng *rng, dw_null_room *room)
{
  size_t from, to, count = 0, rows = runs->reference_rows;
  keep_off(runs, at, &from, &to);
  for (size_t i = 0; i < runs->rows; i++) room->row_c[i] = (uint32_t)(at + i);
  for (size_t i = 0; i < from; i++) room->row_r[count++] = (uint32_t)i;
  for (size_t i = to; i < rows; i++) room->row_r[count++] = (uint32_t)i;
  if (dw_null_is_matched(runs)) return count + dw_null_cells_stand_in(&runs->cells, rng, from, to, room->row_r + count);
  size_t others = count, wanted = rows - others;
  size_t again = wanted < others ? (size_t)dw_rng_below(rng, (uint32_t)(others - wanted + 1)) : 0;
  for (; count < rows; count++, again++) room->row_r[count] = room->row_r[again % others];
  return count;
}

/* Blocks of which none begins at a place from `hidden` to `hidden_end` (of the list of places), so long as there are others. */
static void draw_blocks(const dw_null_runs *runs, dw_rng *rng, size_t hidden, size_t hidden_end, uint32_t *row, size_t rows)
{
  size_t places = dw_null_order_places(&runs->order, runs->block), free_places = places - (hidden_end - hidden);
  for (size_t i = 0; i < rows;) {
    size_t place = (size_t)dw_rng_below(rng, (uint32_t)(free_places ? free_places : places));
    if (free_places && place >= hidden) place += hidden_end - hidden;
    size_t at = dw_null_order_place(&runs->order, runs->block, place), end = rows - i < runs->block ? rows : i + runs->block;
    while (i < end) row[i++] = (uint32_t)at++;
  }
}

static void draw_look_and_blocks(const dw_null_runs *runs, size_t at, dw_rng *rng, dw_null_room *room)
{
  size_t from, to;
  keep_off(runs, at, &from, &to);
  for (size_t i = 0; i < runs->rows; i++) room->row_c[i] = (uint32_t)(at + i);
  size_t first = from + 1 > runs->block ? from + 1 - runs->block : 0; /* the first place whose block reaches the rows from `from` on */
  draw_blocks(runs, rng, dw_null_order_before(&runs->order, runs->block, first), dw_null_order_before(&runs->order, runs->block, to),
              room->row_r, runs->reference_rows);
}

/* Rows of a reference by itself; what goes with the place of a look is drawn with the look. */
static void draw_reference(const dw_null_runs *runs, dw_rng *rng, dw_null_room *room)
{
  size_t n = runs->reference_rows;
  if (runs->resampling == DW_NULL_BLOCKS) draw_blocks(runs, rng, 0, 0, room->row_r, n);
  else dw_resample_rows(rng, (uint32_t)n, 1, room->row_r, n);
}

static void draw_current(const dw_null_runs *runs, dw_rng *rng, uint32_t *row)
{
  if (runs->resampling == DW_NULL_BLOCKS) draw_blocks(runs, rng, 0, 0, row, runs->rows);
  else dw_resample_rows(rng, (uint32_t)runs->reference_rows, 1, row, runs->rows);
}

/* Both sides of a look; returns how many rows the reference has. */
static size_t draw_look(const dw_null_runs *runs, dw_rng_key key, size_t run, dw_rng *rng, dw_null_room *room)
{
  size_t at = spread_place(runs, key, run);
  if (runs->resampling == DW_NULL_WINDOWS) return draw_window(runs, at, rng, room);
  draw_look_and_blocks(runs, at, rng, room);
  return runs->reference_rows;
}

bool dw_null_is_matched(const dw_null_runs *runs) { return runs->cells.count > 1; }

bool dw_null_by_look(const dw_null_runs *runs)
{
  return runs->resampling == DW_NULL_WINDOWS || (runs->resampling == DW_NULL_BLOCKS && runs->block >= runs->rows);
}

size_t dw_null_looks(const dw_null_runs *runs) { return dw_null_order_disjoint(&runs->order, runs->rows); }

static double rate_of(const dw_null_runs *runs) { return runs->options.false_alarm > 0 ? runs->options.false_alarm : DW_SHIFT_ALPHA; }

unsigned dw_null_deals(const dw_null_runs *runs) { return dw_omnibus_deals(runs->count, rate_of(runs)); }

static double run_method(const dw_null_runs *runs, const dw_null_score *score, const dw_method *method, dw_pair *pair)
{
  dw_method_settings settings = runs->options.compare->limits->settings;
  settings.calibrated_deals = dw_null_deals(runs);
  settings.hits = FEW_HITS;
  settings.matters = FAR_ABOVE * rate_of(runs);
  settings.winsorised = score->winsorised;
  settings.ranked = score->ranked && runs->resampling == DW_NULL_ROWS;
  dw_method_result result = {.statistic = NAN, .p_value = NAN, .threshold = NAN, .threshold_given = method->threshold};
  dw_err err;
  if (pair->reference_count == 0 || pair->current_count == 0) return NAN;
  dw_status status = method->run(pair, &settings, &result, &err);
  dw_buf_free(&result.detail);
  return status != DW_OK ? NAN : method->p_value && !settings.ranked ? result.p_value : result.statistic;
}

/* What a check of data quality says about this pair; nothing is p = 1. */
static double run_check(dw_check check, const dw_limits *limits, const dw_pair *pair, dw_finding_list *findings)
{
  double p = 1;
  dw_method_settings settings = limits->settings;
  settings.deals = MATCHED_DEALS;
  if (check == DW_CHECK_MISSING && pair->cells) dw_check_missing_matched(findings, limits, pair, &settings);
  else if (check == DW_CHECK_MISSING)
    dw_check_missing(findings, limits, pair->name, pair->type, pair->reference, pair->current, (dw_effective){0});
  if (check == DW_CHECK_CATEGORIES) dw_check_categories(findings, limits, pair);
  if (check == DW_CHECK_RANGE) dw_check_range(findings, limits, pair);
  if (check == DW_CHECK_DATA_QUALITY && pair->type == DW_TYPE_CATEGORICAL) dw_check_variants(findings, limits, pair);
  else if (check == DW_CHECK_DATA_QUALITY)
    dw_check_strays(findings, limits, pair->name, pair->type, pair->reference, pair->current, (dw_effective){0}, NULL);
  for (size_t i = 0; i < findings->count; i++) {
    p = findings->item[i].p_value;
    dw_finding_free(&findings->item[i]);
  }
  findings->count = findings->without_finding = 0;
  return p;
}

/* A reference of n rows drawn for runs that each draw only its other side goes with all of them: to draw it costs n / rows times as much.
 * Scores of two such runs resemble each other by what the reference adds to their spread, a share of rows / (rows + n). Of so many runs
 * that half of n / rows is hardly passed, the standard error of the rate of alarms is then larger by 6 % (at a rate of 0.05) than with a
 * reference for each, be the score linear in the sample; by less when it is a distance. */
size_t dw_null_sharers(const dw_null_runs *runs)
{
  size_t all = 1 + runs->reference_rows / (2 * runs->rows);
  return dw_null_by_look(runs) ? 1 : all < SHARERS ? all : SHARERS;
}

/* The scores of a column in one run; its two sides are drawn. */
static void score_column(const simulation *s, dw_null_column *column, dw_pair *pair, size_t run, dw_finding_list *findings)
{
  dw_null_runs *runs = s->runs;
  size_t methods = 0;
  for (size_t k = 0; k < column->score_count; k++) {
    dw_null_score *score = &runs->item[column->first_score + k];
    score->score[run] = score->check == DW_CHECK_COLUMN ? run_method(runs, score, column->method[methods++], pair)
                                                        : run_check(score->check, runs->options.compare->limits, pair, findings);
  }
  dw_null_release(column, pair);
}

static void simulate_look(const simulation *s, size_t run, dw_null_room *room, dw_finding_list *findings)
{
  dw_null_runs *runs = s->runs;
  dw_rng rng;
  dw_pair pair;
  dw_rng_start(&rng, s->key, run, 0);
  size_t n_r = draw_look(runs, s->key, run, &rng, room);
  runs->start[run] = room->row_c[0];
  for (size_t i = 0; i < runs->column_count; i++) {
    dw_null_column *column = &runs->column[i];
    dw_rng_start(&rng, s->key, run, 1 + (uint32_t)i);
    if (dw_null_is_matched(runs)) {
      dw_null_draw_matched(column, room, &runs->cells, n_r, runs->rows, &pair);
    } else {
      dw_null_draw_reference(column, room, n_r, &rng);
      dw_null_draw(column, room, room->row_c, runs->rows, &rng, &pair);
    }
    score_column(s, column, &pair, run, findings);
  }
}

/* Column by column, so that a drawn reference is ready for all runs of the group. */
static void simulate_group(const simulation *s, size_t group, dw_null_room *room, dw_finding_list *findings)
{
  dw_null_runs *runs = s->runs;
  size_t from = group * s->sharers, to = from + s->sharers;
  if (from < s->first) from = s->first;
  if (to > s->end) to = s->end;
  dw_rng rng;
  dw_pair pair;
  dw_rng_start(&rng, s->reference_key, group, 0);
  draw_reference(runs, &rng, room);
  for (size_t run = from; run < to; run++) {
    uint32_t *row = room->row_c + (run - from) * runs->rows;
    dw_rng_start(&rng, s->key, run, 0);
    draw_current(runs, &rng, row);
    runs->start[run] = row[0];
  }
  for (size_t i = 0; i < runs->column_count; i++) {
    dw_null_column *column = &runs->column[i];
    dw_rng_start(&rng, s->reference_key, group, 1 + (uint32_t)i);
    dw_null_draw_reference(column, room, runs->reference_rows, &rng);
    for (size_t run = from; run < to; run++) {
      dw_rng_start(&rng, s->key, run, 1 + (uint32_t)i);
      dw_null_draw(column, room, room->row_c + (run - from) * runs->rows, runs->rows, &rng, &pair);
      score_column(s, column, &pair, run, findings);
    }
  }
}

static void simulate_item(void *context, size_t item, unsigned thread)
{
  simulation *s = context;
  dw_null_runs *runs = s->runs;
  dw_null_room *room = &s->room[thread];
  if (!s->ready[thread]) dw_null_room_make(room, runs->reference_rows, runs->rows, s->sharers, s->places, runs->cells.count);
  s->ready[thread] = true;
  if (dw_null_by_look(runs)) simulate_look(s, s->first + item, room, &s->findings[thread]);
  else simulate_group(s, s->first / s->sharers + item, room, &s->findings[thread]);
}

void dw_null_simulate(dw_null_runs *runs, size_t count)
{
  unsigned threads = runs->options.threads ? runs->options.threads : dw_cores();
  simulation s = {.runs = runs,
                  .room = dw_alloc_zero(threads, sizeof *s.room),
                  .findings = dw_alloc_zero(threads, sizeof *s.findings),
                  .ready = dw_alloc_zero(threads, sizeof *s.ready),
                  .first = runs->runs,
                  .end = runs->runs + count,
                  .sharers = dw_null_sharers(runs),
                  .key = dw_rng_derive(runs->options.seed, "dw-calibrate thresholds"),
                  .reference_key = dw_rng_derive(runs->options.seed, "dw-calibrate thresholds, the reference")};
  for (size_t i = 0; i < runs->column_count; i++)
    if (runs->column[i].places > s.places) s.places = runs->column[i].places;
  if (runs->runs == 0 && runs->resampling != DW_NULL_ROWS)
    dw_null_order_cut(&runs->order, runs->resampling == DW_NULL_WINDOWS ? runs->rows : runs->block);
  runs->runs += count;
  runs->start = dw_realloc_array(runs->start, runs->runs, sizeof *runs->start);
  for (size_t i = 0; i < runs->count; i++)
    runs->item[i].score = dw_realloc_array(runs->item[i].score, runs->runs, sizeof *runs->item[i].score);
  if (count) dw_parallel(threads, (s.end - 1) / s.sharers - s.first / s.sharers + 1, simulate_item, &s);
  for (unsigned i = 0; i < threads; i++) {
    if (s.ready[i]) dw_null_room_free(&s.room[i]);
    dw_free(s.findings[i].item);
  }
  dw_free(s.room);
  dw_free(s.findings);
  dw_free(s.ready);
}

void dw_null_free(dw_null_runs *runs)
{
  for (size_t i = 0; i < runs->column_count; i++) dw_null_column_free(&runs->column[i]);
  for (size_t i = 0; i < runs->count; i++) dw_free(runs->item[i].score);
  dw_free(runs->column);
  dw_free(runs->left_out);
  dw_free(runs->item);
  dw_free(runs->start);
  dw_null_order_free(&runs->order);
  dw_null_cells_free(&runs->cells);
  *runs = (dw_null_runs){0};
}
