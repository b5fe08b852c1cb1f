#include "detect/calibrate/null_runs.h"

#include "base/num.h"
#include "base/rng.h"
#include "calibrate_case.h"
#include "detect/calibrate/null_column.h"
#include "detect/compare/reading.h"
#include "suite_case.h"

/* x uniform, y = x + noise, w in order of time with memory, k of three words, m missing in one of ten. */
static char *sample(uint64_t seed, size_t rows)
{
  static const char *const words[] = {"a", "b", "c"};
  dw_rng_key key = dw_rng_derive(seed, "test_null_runs");
  dw_buf text = {0};
  double w = 0;
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    double x = dw_rng_uniform(&rng), y = x + dw_rng_uniform(&rng) / 10;
    w = 0.9 * w + dw_rng_uniform(&rng) - 0.5;
    dw_buf_format(&text, "{\"id\":\"r%zu\",\"t\":%zu,\"x\":", row, 1700000000 + row);
    dw_buf_number(&text, x);
    dw_buf_text(&text, ",\"y\":");
    dw_buf_number(&text, y);
    dw_buf_text(&text, ",\"w\":");
    dw_buf_number(&text, w);
    dw_buf_format(&text, ",\"k\":\"%s\"", words[dw_rng_below(&rng, 8) % 3]);
    if (dw_rng_below(&rng, 10)) dw_buf_format(&text, ",\"m\":%d", (int)dw_rng_below(&rng, 4));
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

typedef struct base_case {
  dw_dataset baseline;
  dw_limits limits;
  dw_compare_options compare;
  dw_null_options options;
} base_case;

static void case_start(base_case *c, size_t rows, size_t window, const char *method)
{
  char *text = sample(1, rows);
  dw_err err;
  *c = (base_case){.compare = {.limits = &c->limits}};
  fixture_dataset(&c->baseline, text, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL, .time = "t"}});
  dw_limits_init(&c->limits, DW_PRESET_DRIFTWATCH);
  if (method) CHECK(dw_limits_add_method(&c->limits, method, &err) == DW_OK);
  c->options = (dw_null_options){.compare = &c->compare, .rows = window, .seed = 1, .threads = 2, .in_time = true};
  dw_free(text);
}

static void case_end(base_case *c)
{
  dw_limits_free(&c->limits);
  dw_dataset_free(&c->baseline);
}

static const dw_null_score *find(const dw_null_runs *runs, const char *column, const char *method)
{
  for (size_t i = 0; i < runs->count; i++)
    if (strcmp(runs->item[i].column, column) == 0 && strcmp(runs->item[i].method, method) == 0) return &runs->item[i];
  return NULL;
}

TEST(the_scores_that_a_comparison_has)
{
  base_case c;
  dw_null_runs runs;
  case_start(&c, 200, 100, NULL);
  if (case_prepare(&runs, &c.baseline, &c.options)) {
    CHECK(find(&runs, "x", "share_shift") && find(&runs, "x", "exceedance") && find(&runs, "k", "share_shift") &&
          find(&runs, "m", "fisher_exact"));
    CHECK(!find(&runs, "x", "fisher_exact")); /* nothing is missing there */
    CHECK(runs.left_out_count == 1 && strcmp(runs.left_out[0], "id") == 0);
    CHECK(find(&runs, "x", "share_shift")->low && find(&runs, "x", "share_shift")->exact && find(&runs, "m", "fisher_exact")->exact);
  }
  dw_null_free(&runs);
  case_end(&c);
}

TEST(the_same_scores_for_any_number_of_threads_and_steps)
{
  base_case c;
  dw_null_runs one, other;
  case_start(&c, 150, 60, "all");
  if (case_prepare(&one, &c.baseline, &c.options)) dw_null_simulate(&one, 30);
  c.options.threads = 1;
  if (case_prepare(&other, &c.baseline, &c.options)) dw_null_simulate(&other, 11), dw_null_simulate(&other, 19);
  CHECK(one.count == other.count && one.runs == 30 && other.runs == 30);
  for (size_t i = 0; i < one.count; i++) CHECK(memcmp(one.item[i].score, other.item[i].score, 30 * sizeof(double)) == 0);
  CHECK(find(&one, "x", "psi") && !find(&one, "x", "psi")->low);
  dw_null_free(&other);
  c.options.seed = 2;
  if (case_prepare(&other, &c.baseline, &c.options)) dw_null_simulate(&other, 30);
  CHECK(memcmp(find(&one, "x", "psi")->score, find(&other, "x", "psi")->score, 30 * sizeof(double)) != 0);
  dw_null_free(&one);
  dw_null_free(&other);
  case_end(&c);
}

/* Between draws from 40 values the Kolmogorov-Smirnov test has its exact p-value: P(p <= x) <= x, and at the steps of the lattice equal. Of
 * 4,000 runs 5 sigma. */
TEST(draws_are_as_fresh_data_to_tests_by_rank)
{
  enum { RUNS = 4000 };
  base_case c;
  dw_null_runs runs;
  case_start(&c, 40, 40, "ks");
  if (case_prepare(&runs, &c.baseline, &c.options)) {
    dw_null_simulate(&runs, RUNS);
    const double *p = find(&runs, "x", "ks")->score;
    for (size_t i = 0; i < 40; i++) {
      double at = p[i];
      if (at > 0.9) continue;
      size_t below = 0;
      for (size_t k = 0; k < RUNS; k++) below += p[k] <= at * (1 + 1e-12);
      CHECK_MSG(fabs((double)below / RUNS - at) <= 5 * sqrt(at * (1 - at) / RUNS) + 1.0 / RUNS, "P(p <= %g) = %g", at,
                (double)below / RUNS);
    }
  }
  dw_null_free(&runs);
  case_end(&c);
}

/* heavy: a Cauchy quantile; lump: nine zeros of ten; few: Poisson-like; word: many rare ones; hole: missing in one of eight. */
static char *odd_sample(size_t rows)
{
  dw_rng_key key = dw_rng_derive(3, "test_null_runs odd");
  dw_buf text = {0};
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    double u = dw_rng_uniform(&rng), v = dw_rng_uniform(&rng), w = dw_rng_uniform(&rng);
    dw_buf_text(&text, "{\"heavy\":");
    dw_buf_number(&text, tan(3.14159265 * (u - 0.5)));
    dw_buf_text(&text, ",\"lump\":");
    dw_buf_number(&text, v < 0.9 ? 0 : -log(u));
    dw_buf_format(&text, ",\"few\":%d,\"word\":\"w%d\"", (int)(10 * u * v * w), (int)exp(5 * w));
    if (dw_rng_below(&rng, 8)) dw_buf_format(&text, ",\"hole\":%d", (int)(4 * v));
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

/* P(p <= a) <= a in the runs, whatever the column: blocks of one row are rows drawn by themselves, and have the p-values themselves. Of
 * 3,000 runs 5 sigma. */
TEST(exact_p_values_hold_in_the_runs)
{
  size_t count = full() ? 3000 : 600;
  static const double at[] = {0.002, 0.005, 0.01, 0.02, 0.05};
  static const size_t sizes[] = {150, 40};
  for (size_t s = 0; s < 2; s++) {
    base_case c = {.compare = {.limits = &c.limits}};
    static const dw_type_choice words = {.column = "word", .type = DW_TYPE_CATEGORICAL};
    char *text = odd_sample(150);
    dw_null_runs runs;
    fixture_dataset(&c.baseline, text, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL}});
    dw_limits_init(&c.limits, DW_PRESET_DRIFTWATCH);
    c.compare.type = &words, c.compare.type_count = 1;
    c.options = (dw_null_options){.compare = &c.compare, .rows = sizes[s], .seed = 5, .threads = 2};
    if (case_prepare(&runs, &c.baseline, &c.options)) {
      runs.resampling = DW_NULL_BLOCKS;
      dw_null_simulate(&runs, count);
      CHECK(runs.count == 11); /* a distribution and a range or categories each, and missing values */
      for (size_t i = 0; i < runs.count; i++)
        for (size_t k = 0; k < sizeof at / sizeof *at; k++) {
          size_t below = 0;
          for (size_t r = 0; r < count; r++) below += runs.item[i].score[r] <= at[k];
          CHECK_MSG((double)below / (double)count <= at[k] + 5 * sqrt(at[k] * (1 - at[k]) / (double)count), "%s, %s: P(p <= %g) = %g",
                    runs.item[i].column, runs.item[i].method, at[k], (double)below / (double)count);
        }
    }
    dw_null_free(&runs);
    dw_limits_free(&c.limits);
    dw_dataset_free(&c.baseline);
    dw_free(text);
  }
}

/* Numbers of which one in 40 is a word, and a town that one in 20 rows write in small letters. */
static void slips_dataset(dw_dataset *out, uint64_t seed, size_t rows)
{
  dw_rng_key key = dw_rng_derive(seed, "slips");
  dw_buf text = {0};
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    uint32_t what = dw_rng_below(&rng, 40);
    dw_buf_text(&text, "{\"n\":");
    if (what < 1) dw_buf_text(&text, "\"err\"");
    else dw_buf_number(&text, dw_rng_uniform(&rng));
    dw_buf_format(&text, ",\"town\":\"%s\",\"u\":", what > 20 ? "Rome" : what > 18 ? "paris" : "Paris");
    dw_buf_number(&text, dw_rng_uniform(&rng));
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  fixture_dataset(out, text.data, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL}});
  dw_buf_free(&text);
}

/* What data_quality finds is in the runs where the baseline has it: the rate is that of all of it together. */
TEST(slips_of_the_baseline_have_thresholds)
{
  enum { ROWS = 300, RUNS = 1000, TRIES = 100 };
  dw_null_runs runs;
  dw_minp_level level;
  base_case c = {.compare = {.limits = &c.limits, .threads = 2}};
  dw_limits_init(&c.limits, DW_PRESET_DRIFTWATCH);
  slips_dataset(&c.baseline, 0, ROWS);
  CHECK(dw_compare_read(&c.baseline, NULL, &c.compare, NULL) == DW_OK);
  c.options = (dw_null_options){.compare = &c.compare, .rows = ROWS, .seed = 3, .threads = 2};
  if (case_prepare(&runs, &c.baseline, &c.options)) {
    dw_null_simulate(&runs, RUNS);
    dw_calibrated thresholds = case_thresholds(&runs, 0.05, &level);
    const dw_threshold *strays = dw_calibrated_find(&thresholds, DW_CHECK_DATA_QUALITY, "n", "fisher_exact");
    const dw_threshold *variants = dw_calibrated_find(&thresholds, DW_CHECK_DATA_QUALITY, "town", "exceedance");
    CHECK(strays && variants && strays->threshold == level.level && variants->threshold == level.level);
    CHECK(!dw_calibrated_find(&thresholds, DW_CHECK_DATA_QUALITY, "u", "fisher_exact"));
    for (size_t i = 0; i < runs.count; i++) { /* an exact test: at most as often as it says, and it has its say */
      const dw_null_score *score = &runs.item[i];
      size_t below = 0, some = 0;
      if (score->check != DW_CHECK_DATA_QUALITY) continue;
      for (size_t r = 0; r < RUNS; r++) below += score->score[r] <= 0.05, some += score->score[r] < 1;
      CHECK_MSG(below <= RUNS * 0.05 + 5 * sqrt(RUNS * 0.05) && (some > RUNS / 4 || score->column[0] == 't'), "%s: %zu, %zu", score->column,
                below, some);
    }
    dw_limits judged = c.limits;
    judged.calibrated = &thresholds;
    c.compare.limits = &judged;
    size_t alarms = 0;
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
      dw_dataset reference, current;
      dw_comparison found;
      slips_dataset(&reference, 2 * seed, ROWS);
      slips_dataset(&current, 2 * seed + 1, ROWS);
      CHECK(dw_compare_read(&reference, &current, &c.compare, NULL) == DW_OK);
      dw_compare(&found, &reference, &current, &c.compare);
      alarms += found.drift;
      dw_comparison_free(&found);
      dw_dataset_free(&reference);
      dw_dataset_free(&current);
    }
    CHECK_MSG(alarms <= 13, "%zu of %d", alarms, TRIES); /* 5 are expected at most, and more than 13 in one of 2,000 such tests */
    dw_calibrated_free(&thresholds);
  }
  dw_null_free(&runs);
  case_end(&c);
}

/* Rows drawn by themselves: statistics become p-values by their rank, and thresholds are the level; in blocks they are at most the level,
 * and the deals are those of the runs. */
TEST(thresholds_of_exact_tests)
{
  base_case c;
  for (int how = 0; how < 2; how++) {
    dw_null_runs runs;
    dw_minp_level level;
    case_start(&c, 150, 60, NULL);
    if (case_prepare(&runs, &c.baseline, &c.options)) {
      runs.resampling = (dw_null_scheme)how, runs.block = 12;
      dw_null_simulate(&runs, 1000);
      dw_calibrated thresholds = case_thresholds(&runs, 0.05, &level);
      CHECK(thresholds.count == runs.count && level.rate <= 0.05 && level.rate > 0.03);
      for (size_t i = 0; i < thresholds.count; i++) {
        const dw_threshold *item = &thresholds.item[i];
        bool shares = strcmp(item->method, "share_shift") == 0;
        CHECK(how ? item->threshold <= level.level : item->threshold == level.level);
        CHECK_MSG(item->deals == (!shares ? 0 : 1999), "%s: %u deals", item->method, item->deals);
      }
      const dw_threshold *w = dw_calibrated_find(&thresholds, DW_CHECK_COLUMN, "w", "share_shift");
      CHECK(how == 0 || w->threshold < level.level / 2); /* the column that remembers */
      const double *p = find(&runs, "x", "share_shift")->score;
      for (size_t i = 0; i < 1000 && how == 0; i++) CHECK(p[i] > 0 && p[i] < 1 && fabs(p[i] * 1000 + 0.5 - rint(p[i] * 1000 + 0.5)) < 1e-9);
      dw_calibrated_free(&thresholds);
    }
    dw_null_free(&runs);
    case_end(&c);
  }
}

TEST(rows_that_depend_on_their_neighbours_are_seen)
{
  base_case c;
  dw_null_runs runs;
  case_start(&c, 2000, 50, "mannw");
  if (case_prepare(&runs, &c.baseline, &c.options)) {
    double below[3];
    size_t block = dw_null_block_length(&runs);
    CHECK_MSG(block > 10 && block < 135, "block %zu", block); /* w remembers a tenth of itself after 22 rows */
    for (int how = 0; how < 3; how++) {
      dw_null_runs again;
      case_prepare(&again, &c.baseline, &c.options);
      again.resampling = (dw_null_scheme)how;
      again.block = block;
      dw_null_simulate(&again, 400);
      const double *p = find(&again, "w", "mannw")->score;
      below[how] = 0;
      for (size_t k = 0; k < 400; k++) below[how] += p[k] < 0.05;
      dw_null_free(&again);
    }
    CHECK_MSG(below[0] < 45 && below[1] > 100 && below[2] > 100, "p < 0.05 in %g, %g and %g of 400", below[0], below[1], below[2]);
  }
  dw_null_free(&runs);
  case_end(&c);
}

TEST(windows_and_the_rest_are_the_whole)
{
  base_case c;
  dw_null_runs runs;
  case_start(&c, 100, 30, NULL);
  if (case_prepare(&runs, &c.baseline, &c.options)) {
    runs.resampling = DW_NULL_WINDOWS;
    dw_null_simulate(&runs, 20);
    for (size_t i = 0; i < runs.count; i++)
      for (size_t k = 0; k < 20; k++) CHECK(!isnan(runs.item[i].score[k]));
  }
  dw_null_free(&runs);
  case_end(&c);
}

/* Whoever stands in for a row is of its cell, is none of those left out, and any other of the cell may be the one. */
TEST(stand_ins_are_of_the_same_cell)
{
  enum { ROWS = 96, FROM = 30, TO = 55 };
  uint32_t at[ROWS];
  int64_t instant[ROWS];
  dw_zone *zone;
  dw_err err;
  CHECK(dw_zone_open(&zone, "UTC", &err) == DW_OK);
  for (size_t i = 0; i < ROWS; i++) at[i] = (uint32_t)i, instant[i] = (int64_t)i * 1800 * 1000000;
  dw_null_order order = {.row = at, .instant = instant, .rows = ROWS};
  dw_null_cells cells;
  dw_null_cells_make(&cells, &order, &(dw_matching){.by = DW_MATCH_HOUR, .zone = zone});
  CHECK(cells.count == 24);
  for (unsigned c = 0; c < 24; c++) CHECK(cells.start[c + 1] - cells.start[c] == 4);
  for (size_t i = 0; i < ROWS; i++) CHECK(cells.of[i] == i / 2 % 24);
  bool seen[ROWS] = {false};
  for (uint64_t seed = 0; seed < 200; seed++) {
    uint32_t row[TO - FROM];
    dw_rng rng;
    dw_rng_start(&rng, dw_rng_derive(seed, "stand-ins"), 0, 0);
    CHECK(dw_null_cells_stand_in(&cells, &rng, FROM, TO, row) == TO - FROM);
    for (size_t i = 0; i < TO - FROM; i++) {
      CHECK((row[i] < FROM || row[i] >= TO) && cells.of[row[i]] == cells.of[FROM + i]);
      seen[row[i]] = true;
    }
  }
  for (size_t i = 0; i < ROWS; i++) {
    bool can = false;
    for (size_t k = FROM; k < TO; k++) can |= cells.of[k] == cells.of[i];
    CHECK(seen[i] == (can && (i < FROM || i >= TO)));
  }
  dw_null_cells_free(&cells);
  dw_zone_free(zone);
}

TEST(nothing_to_calibrate)
{
  static const char *const texts[] = {"{\"id\":\"x y\"}\n{\"id\":\"a b c\"}\n", "{\"x\":null}\n", ""};
  for (size_t i = 0; i < 3; i++) {
    dw_dataset baseline;
    dw_limits limits;
    dw_null_runs runs;
    dw_err err = {0};
    fixture_dataset(&baseline, texts[i], &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL}});
    dw_limits_init(&limits, DW_PRESET_DRIFTWATCH);
    dw_compare_options compare = {.limits = &limits};
    dw_status status = dw_null_prepare(&runs, &baseline, &(dw_null_options){.compare = &compare, .rows = 5}, &err);
    CHECK_MSG(i == 0 || status == DW_ENODATA, "case %zu: %s", i, err.message);
    dw_null_free(&runs);
    dw_limits_free(&limits);
    dw_dataset_free(&baseline);
  }
}

TEST(odd_columns_are_simulated_like_others)
{
  base_case c = {.compare = {.limits = &c.limits}};
  dw_null_runs runs;
  fixture_dataset(&c.baseline,
                  "{\"one\":1,\"mix\":1,\"big\":1e308,\"rare\":5}\n{\"one\":1,\"mix\":\"x\",\"big\":-1e308}\n{\"one\":1,\"mix\":true,"
                  "\"big\":0}\n{\"one\":1,\"mix\":2,\"big\":5}\n",
                  &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL}});
  dw_limits_init(&c.limits, DW_PRESET_DRIFTWATCH);
  c.limits.every_method = true;
  c.options = (dw_null_options){.compare = &c.compare, .rows = 3, .threads = 1};
  if (case_prepare(&runs, &c.baseline, &c.options)) {
    dw_null_simulate(&runs, 50);
    CHECK(runs.column_count == 4);
    size_t answers = 0;
    for (size_t i = 0; i < runs.count; i++)
      for (size_t k = 0; k < 50; k++) answers += !isnan(runs.item[i].score[k]);
    CHECK(answers > 1000);
  }
  dw_null_free(&runs);
  case_end(&c);
}
