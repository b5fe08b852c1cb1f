/* bench_detection: what the default set finds, with its own thresholds and with those of dw-calibrate (5 % of false alarms asked for),
 * beside the plain rule of Evidently (dw-compare --preset evidently), on injected drifts and on none. Seven columns: three normal ones that
 * go together, a log-normal one, counts, words, a flag; one of fifty values of the first is missing. A reference of as many rows as the
 * current data (5,000 against 500 too). In percent of the trials: does it alarm? Evidently's rule alarms when half of the columns drift
 * ("share"); what it says column by column is "any". Thresholds are calibrated once a size, from a baseline of its own. Fixed seeds. For
 * make bench-detection. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "detect/check/calibrated.h"
#include "detect/calibrate/null_runs.h"
#include "stats/tests/minp.h"
#include "stats/distributions/special.h"

enum { RUNS = 400 };
enum { NORMAL_1, NORMAL_2, NORMAL_3, TAIL, COUNTS, WORD, FLAG, COLUMNS };

typedef enum kind {
  NONE,
  SHIFT,
  SHIFT_ALL,
  SCALE,
  HEAVY_TAIL,
  MIXTURE,
  TWO_PEAKS,
  COUNT_RATE,
  WORD_SHARE,
  NEW_WORD,
  FLAG_SHARE,
  MISSING
} kind;

typedef struct drift {
  const char *title;
  kind kind;
  double by;
} drift;

static const drift drifts[] = {
    {"none (false alarms)", NONE, 0},
    {"mean + 0.1 sd", SHIFT, 0.1},
    {"mean + 0.2 sd", SHIFT, 0.2},
    {"mean + 0.5 sd", SHIFT, 0.5},
    {"mean + 0.15 sd in three columns", SHIFT_ALL, 0.15},
    {"sd x 1.2", SCALE, 1.2},
    {"sd x 1.5", SCALE, 1.5},
    {"tail: 5 % of a skewed column x 3", HEAVY_TAIL, 0.05},
    {"mixture: 10 % of the rows + 3 sd", MIXTURE, 0.1},
    {"two peaks, the same mean and sd", TWO_PEAKS, 0.9},
    {"rate of counts x 1.2", COUNT_RATE, 1.2},
    {"a category's share 45 -> 55 %", WORD_SHARE, 0.1},
    {"a new category, 2 % of the rows", NEW_WORD, 0.02},
    {"a flag's share 10 -> 15 %", FLAG_SHARE, 0.05},
    {"missing values 2 -> 6 %", MISSING, 0.04},
};

typedef struct size {
  size_t reference, current, trials;
} size;

static const size sizes[] = {{100, 100, 200}, {500, 500, 200}, {5000, 500, 100}, {5000, 5000, 50}, {20000, 20000, 20}};
enum { DRIFTS = sizeof drifts / sizeof *drifts, SIZES = sizeof sizes / sizeof *sizes };

static double normal(dw_rng *rng) { return dw_normal_quantile(dw_rng_uniform(rng)); }

static double one_normal(dw_rng *rng, double common, int column, const drift *d)
{
  double x = 0.6 * common + 0.8 * normal(rng);
  if (column != NORMAL_1 && d->kind != SHIFT_ALL) return x;
  if (d->kind == SHIFT || d->kind == SHIFT_ALL) return x + d->by;
  if (d->kind == SCALE) return x * d->by;
  if (d->kind == MIXTURE) return dw_rng_uniform(rng) < d->by ? x + 3 : x;
  if (d->kind == TWO_PEAKS) return (dw_rng_uniform(rng) < 0.5 ? -d->by : d->by) + x * sqrt(1 - d->by * d->by);
  return x;
}

/* The rows as a dataset with a frame keeps them. */
static dw_frame *make_frame(const dw_dataset *set)
{
  dw_frame *frame = dw_alloc_zero(1, sizeof *frame);
  frame->column = dw_alloc_zero(COLUMNS, sizeof *frame->column);
  for (frame->count = 0; frame->count < COLUMNS; frame->count++) {
    dw_frame_column *column = frame->column[frame->count] = dw_alloc_zero(1, sizeof *column);
    column->name = dw_strdup(set->column[frame->count]->name);
    dw_map_init(&column->texts);
    if (frame->count < WORD) column->number = dw_alloc_array(set->rows, sizeof *column->number);
    if (frame->count >= WORD) column->code = dw_alloc_array(set->rows, sizeof *column->code);
  }
  return frame;
}

static void add_number(dw_dataset *set, int which, double x)
{
  dw_column *column = set->column[which];
  if (set->frame) set->frame->column[which]->number[set->frame->rows] = x;
  if (isnan(x)) {
    column->tag[DW_NULL]++;
    return;
  }
  column->tag[DW_REAL]++;
  column->value[column->value_count++] = x;
}

static void add_word(dw_dataset *set, int which, const char *word)
{
  dw_column *column = set->column[which];
  uint32_t at = dw_map_intern(&column->texts, word, strlen(word));
  column->tag[DW_STRING]++;
  column->text_count[at]++;
  if (!set->frame) return;
  dw_frame_column *cells = set->frame->column[which];
  cells->code[set->frame->rows] = 1 + dw_map_intern(&cells->texts, word, strlen(word));
}

static const char *one_word(dw_rng *rng, const drift *d)
{
  double u = dw_rng_uniform(rng), first = d->kind == WORD_SHARE ? 0.45 + d->by : 0.45;
  if (d->kind == NEW_WORD && dw_rng_uniform(rng) < d->by) return "zebra";
  if (u < first) return "grocery";
  u = (u - first) / (1 - first);
  return u < 0.55 ? "retail" : u < 0.8 ? "travel" : u < 0.96 ? "online" : "other";
}

static void fill(dw_dataset *set, dw_rng_key key, size_t rows, const drift *d, bool frame)
{
  static const char *const names[COLUMNS] = {"normal_1", "normal_2", "normal_3", "tail", "counts", "word", "flag"};
  dw_dataset_init(set, &(dw_dataset_options){0});
  set->column = dw_grow(NULL, &set->column_capacity, COLUMNS, sizeof *set->column);
  set->column_count = COLUMNS;
  set->rows = rows;
  for (int i = 0; i < COLUMNS; i++) {
    dw_column *column = set->column[i] = dw_alloc(sizeof *column);
    dw_column_init(column, names[i], false);
    column->rows = rows;
    column->instants = false;
    column->value = dw_grow(NULL, &column->value_capacity, rows, sizeof *column->value);
    column->text_count = dw_alloc_zero(16, sizeof *column->text_count);
  }
  if (frame) set->frame = make_frame(set);
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    double common = normal(&rng), tail = exp(normal(&rng));
    bool missing = dw_rng_uniform(&rng) < (d->kind == MISSING ? 0.02 + d->by : 0.02);
    add_number(set, NORMAL_1, missing ? NAN : one_normal(&rng, common, NORMAL_1, d));
    add_number(set, NORMAL_2, one_normal(&rng, common, NORMAL_2, d));
    add_number(set, NORMAL_3, one_normal(&rng, common, NORMAL_3, d));
    add_number(set, TAIL, d->kind == HEAVY_TAIL && dw_rng_uniform(&rng) < d->by ? 3 * tail : tail);
    add_number(set, COUNTS, floor(-5 * (d->kind == COUNT_RATE ? d->by : 1) * log(dw_rng_uniform(&rng))));
    add_word(set, WORD, one_word(&rng, d));
    add_word(set, FLAG, dw_rng_uniform(&rng) < (d->kind == FLAG_SHARE ? 0.1 + d->by : 0.1) ? "yes" : "no");
    if (frame) set->frame->rows = row + 1;
  }
  dw_frame *kept = set->frame;
  set->frame = NULL;
  dw_dataset_finish(set, 1);
  set->frame = kept;
}

static void calibrate(dw_calibrated *out, const size *s)
{
  static const drift still = {"", NONE, 0};
  dw_dataset baseline;
  dw_limits limits;
  dw_null_runs runs;
  dw_minp_level level;
  dw_err err = {0};
  dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
  dw_compare_options compare = {.limits = &limits};
  fill(&baseline, dw_rng_derive(1, "bench_detection baseline"), s->reference, &still, true);
  *out = (dw_calibrated){.share = NAN};
  dw_arena_init(&out->names);
  if (dw_null_prepare(&runs, &baseline, &(dw_null_options){.compare = &compare, .rows = s->current, .seed = 1}, &err) != DW_OK) exit(1);
  dw_null_simulate(&runs, RUNS);
  dw_minp_test *test = dw_alloc_zero(runs.count, sizeof *test);
  for (size_t i = 0; i < runs.count; i++)
    test[i] = (dw_minp_test){.score = runs.item[i].score, .low = runs.item[i].low, .exact = runs.item[i].exact};
  if (dw_minp_limits(test, runs.count, RUNS, 0.05, &level, &err) != DW_OK) exit(1);
  out->item = dw_grow(NULL, &out->capacity, runs.count, sizeof *out->item);
  for (size_t i = 0; i < runs.count; i++) {
    const char *name = dw_arena_strndup(&out->names, runs.item[i].column, strlen(runs.item[i].column));
    out->item[out->count++] = (dw_threshold){name,
                                             runs.item[i].method,
                                             runs.item[i].check,
                                             test[i].limit,
                                             runs.item[i].low ? DW_RULE_BELOW : DW_RULE_ABOVE,
                                             (double)s->current,
                                             (double)s->reference};
  }
  dw_free(test);
  dw_null_free(&runs);
  dw_limits_free(&limits);
  dw_dataset_free(&baseline);
}

typedef struct found {
  size_t ours, calibrated, any, share;
} found;

static void compare(found *out, const dw_dataset *reference, const dw_dataset *current, dw_preset preset, const dw_calibrated *thresholds)
{
  dw_limits limits;
  dw_comparison result;
  dw_limits_init(&limits, preset);
  limits.calibrated = thresholds;
  dw_compare(&result, reference, current, &(dw_compare_options){.limits = &limits, .threads = 2});
  if (preset == DW_PRESET_EVIDENTLY) {
    out->any += result.drifted > 0;
    out->share += result.dataset_drift;
  } else if (thresholds) {
    out->calibrated += result.drift;
  } else {
    out->ours += result.drift;
  }
  dw_comparison_free(&result);
  dw_limits_free(&limits);
}

static found measure(const drift *d, const size *s, const dw_calibrated *thresholds)
{
  static const drift still = {"", NONE, 0};
  found out = {0};
  for (size_t i = 0; i < s->trials; i++) {
    dw_dataset reference, current;
    fill(&reference, dw_rng_derive(i, "bench_detection reference"), s->reference, &still, false);
    fill(&current, dw_rng_derive(i, d->title), s->current, d, false);
    compare(&out, &reference, &current, DW_PRESET_DRIFTWATCH, NULL);
    compare(&out, &reference, &current, DW_PRESET_DRIFTWATCH, thresholds);
    compare(&out, &reference, &current, DW_PRESET_EVIDENTLY, NULL);
    dw_dataset_free(&reference);
    dw_dataset_free(&current);
  }
  return out;
}

static double percent(size_t count, size_t trials) { return 100 * (double)count / (double)trials; }

int main(void)
{
  static dw_calibrated thresholds[SIZES];
  for (size_t k = 0; k < SIZES; k++) calibrate(&thresholds[k], &sizes[k]);
  printf("Alarms, percent of the trials. dw: the default set; cal: the same with calibrated thresholds; any, shr: Evidently's, any column "
         "or half of them.\n%-34s",
         "rows");
  for (size_t k = 0; k < SIZES; k++) printf("      %6zu:%-6zu", sizes[k].reference, sizes[k].current);
  printf("\n%-34s", "trials");
  for (size_t k = 0; k < SIZES; k++) printf("      %13zu", sizes[k].trials);
  printf("\n%-34s", "");
  for (size_t k = 0; k < SIZES; k++) printf("    dw cal any shr");
  printf("\n");
  for (size_t i = 0; i < DRIFTS; i++) {
    printf("%-34s", drifts[i].title);
    for (size_t k = 0; k < SIZES; k++) {
      found f = measure(&drifts[i], &sizes[k], &thresholds[k]);
      size_t n = sizes[k].trials;
      printf("   %3.0f %3.0f %3.0f %3.0f", percent(f.ours, n), percent(f.calibrated, n), percent(f.any, n), percent(f.share, n));
      fflush(stdout);
    }
    printf("\n");
  }
  for (size_t k = 0; k < SIZES; k++) dw_calibrated_free(&thresholds[k]);
  return 0;
}
