#include "detect/compare/compare.h"

#include "base/num.h"
#include "base/rng.h"
#include "fixture.h"
#include "stats/distributions/special.h"

/* rows records drawn with seed: x, y normal-like (sums of uniforms), u integer, k one of four words; x moved by shift. */
static char *sample(uint64_t seed, size_t rows, double shift)
{
  static const char *const words[] = {"north", "south", "east", "west"};
  dw_rng_key key = dw_rng_derive(seed, "test_compare");
  dw_buf text = {0};
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    double x = shift - 6, y = -6;
    for (int i = 0; i < 12; i++) {
      x += dw_rng_uniform(&rng);
      y += dw_rng_uniform(&rng);
    }
    dw_buf_text(&text, "{\"x\":");
    dw_buf_number(&text, x);
    dw_buf_text(&text, ",\"y\":");
    dw_buf_number(&text, y);
    dw_buf_format(&text, ",\"u\":%d,\"k\":\"%s\",\"name\":\"r%zu\"}\n", (int)dw_rng_below(&rng, 100), words[dw_rng_below(&rng, 4)], row);
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

typedef struct sides {
  dw_dataset reference, current;
  dw_limits limits;
  dw_comparison result;
} sides;

static void compare_texts(sides *s, const char *reference, const char *current, const char *label, const char *score)
{
  dw_dataset_options o = {.label = label, .score = score};
  fixture_dataset(&s->reference, reference, &o);
  fixture_dataset(&s->current, current, &o);
  dw_compare(&s->result, &s->reference, &s->current,
             &(dw_compare_options){.limits = &s->limits, .label = label, .score = score, .threads = 2});
}

static void sides_free(sides *s)
{
  dw_comparison_free(&s->result);
  dw_dataset_free(&s->reference);
  dw_dataset_free(&s->current);
  dw_limits_free(&s->limits);
}

static const dw_finding *find(const sides *s, const char *column, dw_check check)
{
  for (size_t i = 0; i < s->result.finding_count; i++)
    if (s->result.finding[i].check == check && strcmp(s->result.finding[i].column, column) == 0) return &s->result.finding[i];
  return NULL;
}

static void check_shift(size_t rows)
{
  sides s;
  char *reference = sample(1, rows, 0), *current = sample(2, rows, 1);
  dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
  compare_texts(&s, reference, current, NULL, NULL);
  const dw_finding *x = find(&s, "x", DW_CHECK_COLUMN), *y = find(&s, "y", DW_CHECK_COLUMN), *k = find(&s, "k", DW_CHECK_COLUMN);
  CHECK(x && y && k && find(&s, "u", DW_CHECK_COLUMN) && !find(&s, "name", DW_CHECK_COLUMN));
  CHECK_TEXT(x->method, "share_shift");
  CHECK(x->drift && x->severity >= DW_SEVERITY_MEDIUM && x->direction && strcmp(x->direction, "up") == 0);
  CHECK(fabs(x->effect_size - 1) < 0.25);
  CHECK(!y->drift && !k->drift && y->severity == DW_SEVERITY_NONE);
  CHECK(s.result.columns == 4 && s.result.drifted == 1 && s.result.drift && !s.result.dataset_drift);
  CHECK_TEXT(s.result.drifted_column[0], "x");
  CHECK(s.result.severity == x->severity && s.result.drift_share == 0.25);
  CHECK(s.result.left_out_count == 1 && s.result.left_out[0].type == DW_TYPE_IDENTIFIER);
  sides_free(&s);
  free(reference);
  free(current);
}

TEST(a_shift_is_found_in_its_column_small) { check_shift(500); }
TEST(a_shift_is_found_in_its_column_large) { check_shift(3000); }

/* Under the null the whole run alarms in at most alpha of the cases: of 100 seeds, more than 12 alarms have a chance below 0.0015 at a rate
 * of 5 %. */
TEST(false_alarms_of_a_run_stay_at_the_rate)
{
  int alarms = 0;
  for (uint64_t seed = 1; seed <= 100; seed++) {
    sides s;
    char *reference = sample(2 * seed, 200, 0), *current = sample(2 * seed + 1, 200, 0);
    dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
    compare_texts(&s, reference, current, NULL, NULL);
    alarms += s.result.drift;
    sides_free(&s);
    free(reference);
    free(current);
  }
  CHECK_MSG(alarms <= 12, "%d alarms in 100 runs without drift", alarms);
}

TEST(corrections_adjust_and_decide)
{
  char *reference = sample(1, 300, 0), *current = sample(2, 300, 0.2);
  for (int correction = DW_CORRECTION_NONE; correction <= DW_CORRECTION_BH; correction++) {
    sides s;
    dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
    s.limits.correction = (dw_correction)correction;
    compare_texts(&s, reference, current, NULL, NULL);
    const dw_finding *x = find(&s, "x", DW_CHECK_COLUMN);
    double factor = correction == DW_CORRECTION_NONE ? 1 : 4.5; /* four columns, each with a test beside it; x the smallest p */
    CHECK_CLOSE(x->p_adjusted, fmin(1, factor * x->p_value), 1e-12);
    CHECK(x->score == x->p_adjusted && x->drift == (x->score < 0.05 && x->shift.h >= 0.1));
    sides_free(&s);
  }
  free(reference);
  free(current);
}

TEST(schema)
{
  sides s;
  dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
  compare_texts(&s, "{\"a\":1,\"b\":1,\"c\":true}\n{\"a\":2,\"b\":\"x\",\"c\":false}\n",
                "{\"a\":\"one\",\"b\":5,\"d\":1}\n{\"a\":3,\"b\":6,\"d\":1}\n", NULL, NULL);
  const dw_finding *a = find(&s, "a", DW_CHECK_SCHEMA), *c = find(&s, "c", DW_CHECK_SCHEMA), *d = find(&s, "d", DW_CHECK_SCHEMA);
  CHECK(a && a->drift && strstr(dw_buf_cstr((dw_buf *)&a->detail), "\"current\":\"number and string\""));
  CHECK(!find(&s, "b", DW_CHECK_SCHEMA)); /* strings went: no kind is new */
  CHECK(c && c->drift && c->severity == DW_SEVERITY_HIGH && strstr(dw_buf_cstr((dw_buf *)&c->detail), "missing_column"));
  CHECK(d && d->drift && d->severity == DW_SEVERITY_LOW && strstr(dw_buf_cstr((dw_buf *)&d->detail), "new_column"));
  CHECK(s.result.drift);
  sides_free(&s);
}

static char *repeated(const char *line, size_t times, const char *other, size_t other_times)
{
  dw_buf text = {0};
  for (size_t i = 0; i < times; i++) dw_buf_text(&text, line);
  for (size_t i = 0; i < other_times; i++) dw_buf_text(&text, other);
  dw_buf_char(&text, '\0');
  return text.data;
}

static bool quality_drift(const char *line, const char *other, size_t before, size_t after, dw_check check, const char *column)
{
  sides s;
  dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
  char *reference = repeated(line, 1000 - before, other, before), *current = repeated(line, 1000 - after, other, after);
  compare_texts(&s, reference, current, NULL, NULL);
  const dw_finding *finding = find(&s, column, check);
  bool drift = finding && finding->drift;
  CHECK_MSG(finding || before + after == 0, "no finding for %s", column);
  sides_free(&s);
  free(reference);
  free(current);
  return drift;
}

TEST(missing_values)
{
  CHECK(!quality_drift("{\"v\":1.5,\"w\":1}\n", "{\"v\":null,\"w\":1}\n", 0, 0, DW_CHECK_MISSING, "v"));
  CHECK(!quality_drift("{\"v\":1.5,\"w\":1}\n", "{\"v\":null,\"w\":1}\n", 10, 14, DW_CHECK_MISSING, "v"));
  CHECK(quality_drift("{\"v\":1.5,\"w\":1}\n", "{\"w\":1}\n", 10, 60, DW_CHECK_MISSING, "v"));
  CHECK(quality_drift("{\"v\":1.5,\"w\":1}\n", "{\"w\":1}\n", 60, 10, DW_CHECK_MISSING, "v"));
}

TEST(new_categories)
{
  CHECK(!quality_drift("{\"k\":\"a\"}\n", "{\"k\":\"b\"}\n", 0, 1, DW_CHECK_CATEGORIES, "k"));
  CHECK(quality_drift("{\"k\":\"a\"}\n", "{\"k\":\"b\"}\n", 0, 30, DW_CHECK_CATEGORIES, "k"));
  CHECK(quality_drift("{\"k\":\"a\"}\n", "{\"k\":\"b\"}\n", 30, 0, DW_CHECK_CATEGORIES, "k"));
}

TEST(value_range)
{
  CHECK(!quality_drift("{\"v\":1.5}\n", "{\"v\":2.5}\n", 0, 3, DW_CHECK_RANGE, "v"));
  CHECK(quality_drift("{\"v\":1.5}\n", "{\"v\":2.5}\n", 0, 30, DW_CHECK_RANGE, "v"));
  CHECK(quality_drift("{\"v\":1.5}\n", "{\"v\":-2.5}\n", 0, 30, DW_CHECK_RANGE, "v"));
}

/* score: the label's probability; current labels do not follow it when broken. */
static char *scored(uint64_t seed, bool broken, bool named)
{
  dw_rng_key key = dw_rng_derive(seed, "test_compare scored");
  dw_buf text = {0};
  for (size_t row = 0; row < 600; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 1);
    double score = dw_rng_uniform(&rng);
    bool label = dw_rng_uniform(&rng) < (broken ? 0.5 : score);
    dw_buf_text(&text, "{\"s\":");
    dw_buf_number(&text, score);
    dw_buf_text(&text, ",\"y\":");
    dw_buf_text(&text, named ? label ? "\"yes\"" : "\"no\"" : label ? "1" : "0");
    dw_buf_text(&text, "}\n");
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

TEST(performance)
{
  for (int named = 0; named < 2; named++) {
    for (int broken = 0; broken < 2; broken++) {
      sides s;
      char *reference = scored(1, false, named), *current = scored(2, broken, named);
      dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
      compare_texts(&s, reference, current, "y", "s");
      const dw_finding *finding = find(&s, "s", DW_CHECK_PERFORMANCE);
      CHECK(finding && find(&s, "y", DW_CHECK_TARGET) && find(&s, "s", DW_CHECK_PREDICTION));
      CHECK_TEXT(finding->method, "auc");
      CHECK_MSG(finding->drift == (broken != 0), "p %g", finding->p_value);
      if (broken) CHECK(strcmp(finding->direction, "down") == 0 && finding->effect_size < -0.2 && s.result.severity == DW_SEVERITY_HIGH);
      CHECK(s.result.columns == 0 && s.result.drift_share == 0);
      sides_free(&s);
      free(reference);
      free(current);
    }
  }
}

TEST(labels_that_have_not_come)
{
  sides s;
  dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
  compare_texts(&s, "{\"y\":1,\"s\":0.5}\n{\"y\":0,\"s\":0.2}\n", "{\"s\":0.5}\n{\"s\":0.2}\n", "y", "s");
  const dw_finding *finding = find(&s, "s", DW_CHECK_PERFORMANCE);
  CHECK(!find(&s, "y", DW_CHECK_SCHEMA) && finding && !finding->drift && strstr(finding->error, "both label and score"));
  CHECK(!s.result.drift);
  sides_free(&s);
}

/* Whatever a column holds, the run goes on. */
TEST(columns_that_break_methods)
{
  static const char *const odd[] = {"{\"v\":7}\n",
                                    "{\"v\":null,\"w\":1}\n",
                                    "{\"v\":1e308}\n{\"v\":-1e308}\n",
                                    "{\"v\":\"a\"}\n",
                                    "{\"v\":[]}\n",
                                    "{\"v\":{}}\n",
                                    "{\"v\":1.5}\n{\"v\":\"x\"}\n{\"v\":true}\n",
                                    "{\"v\":5e-324}\n{\"v\":0.5}\n"};
  for (size_t i = 0; i < 8; i++) {
    for (size_t k = 0; k < 8; k++) {
      sides s;
      dw_buf text = {0};
      dw_limits_init(&s.limits, k % 2 ? DW_PRESET_EVIDENTLY : DW_PRESET_DRIFTWATCH);
      s.limits.every_method = true;
      compare_texts(&s, odd[i], odd[k], NULL, NULL);
      for (size_t f = 0; f < s.result.finding_count; f++) {
        const dw_finding *finding = &s.result.finding[f];
        dw_finding_write(finding, &text);
        CHECK(isnan(finding->score) == (finding->error[0] != 0 || finding->check == DW_CHECK_SCHEMA));
        if (finding->error[0]) CHECK(!finding->drift);
      }
      CHECK(!strstr(dw_buf_cstr(&text), "nan") && !strstr(text.data, "inf,"));
      dw_buf_free(&text);
      sides_free(&s);
    }
  }
}

/* In a sketch one value stands for many: beyond the range of the reference they must not count as so many. */
TEST(sketches_raise_no_false_alarm_about_the_range)
{
  int alarms = 0;
  for (uint64_t seed = 1; seed <= 10; seed++) {
    sides s;
    char *reference = sample(2 * seed, 12000, 0), *current = sample(2 * seed + 1, 12000, 0);
    dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
    fixture_dataset(&s.reference, reference, &(dw_dataset_options){.memory = 200000});
    fixture_dataset(&s.current, current, &(dw_dataset_options){.memory = 200000});
    CHECK(s.current.approximate);
    dw_compare(&s.result, &s.reference, &s.current, &(dw_compare_options){.limits = &s.limits, .threads = 1});
    for (size_t i = 0; i < s.result.finding_count; i++) alarms += s.result.finding[i].check == DW_CHECK_RANGE && s.result.finding[i].drift;
    sides_free(&s);
    free(reference);
    free(current);
  }
  CHECK_MSG(alarms <= 2, "%d alarms", alarms); /* at most one run in a hundred alarms: more than 2 of 10 has odds 1 in 10,000 */
}

TEST(sketches_say_so)
{
  sides s;
  dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
  dw_err err;
  CHECK(dw_limits_add_method(&s.limits, "ks", &err) == DW_OK);
  char *reference = sample(1, 20000, 0), *current = sample(2, 20000, 0.2);
  fixture_dataset(&s.reference, reference, &(dw_dataset_options){.memory = 400000});
  fixture_dataset(&s.current, current, &(dw_dataset_options){.memory = 400000});
  dw_compare(&s.result, &s.reference, &s.current, &(dw_compare_options){.limits = &s.limits, .threads = 1});
  const dw_finding *x = find(&s, "x", DW_CHECK_COLUMN), *y = find(&s, "y", DW_CHECK_COLUMN);
  CHECK(x->approximate && x->rank_error > 0 && x->rank_error < 0.02 && x->drift && !y->drift);
  sides_free(&s);
  free(reference);
  free(current);
}

/* A short window against a long reference: a distance would alarm nearly always (Wasserstein of 60 rows is about 0.1 by chance). */
TEST(short_windows_alarm_at_the_rate)
{
  int alarms = 0;
  char *reference = sample(1, 3000, 0);
  for (uint64_t seed = 2; seed <= 31; seed++) {
    sides s;
    char *current = sample(seed, 60, 0);
    dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
    compare_texts(&s, reference, current, NULL, NULL);
    alarms += s.result.drift;
    sides_free(&s);
    free(current);
  }
  CHECK_MSG(alarms <= 6, "%d alarms in 30 runs", alarms); /* at a rate of 5 %, more than 6 have a chance of 0.0006 */
  free(reference);
}

/* Of 300 columns without drift and one whose p-value is below what the deals that each column gets can show. */
static char *wide(uint64_t seed, size_t rows, double shift)
{
  enum { QUIET = 300 };
  dw_buf out = {0};
  dw_rng_key key = dw_rng_derive(seed, "wide");
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    dw_buf_format(&out, "{\"moved\":%.4f", dw_normal_quantile(dw_rng_uniform(&rng)) + shift);
    for (int k = 0; k < QUIET; k++) dw_buf_format(&out, ",\"q%d\":%.4f", k, dw_rng_uniform(&rng));
    dw_buf_text(&out, "}\n");
  }
  dw_buf_cstr(&out);
  return out.data;
}

static double deals_of(const dw_finding *finding)
{
  dw_value *detail;
  dw_err err;
  double deals = 0;
  if (dw_value_parse(&detail, finding->detail.data, finding->detail.length, "detail", 1, &err) == DW_OK) {
    deals = dw_value_number(dw_value_get(dw_value_get(detail, "omnibus"), "deals"), 0);
    dw_value_free(detail);
  }
  return deals;
}

TEST(what_the_first_deals_cannot_show_gets_more)
{
  sides s;
  char *reference = wide(1, 200, 0), *current = wide(5, 200, 0.46);
  dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
  compare_texts(&s, reference, current, NULL, NULL);
  const dw_finding *moved = find(&s, "moved", DW_CHECK_COLUMN);
  double deals = deals_of(moved);
  CHECK_MSG(deals > 400000 / 302 && moved->p_value < 1.0 / 1324, "%g deals, p = %g", deals, moved->p_value);
  CHECK_MSG(moved->drift && s.result.drifted == 1, "adjusted p %g, %zu drifted", moved->p_adjusted, s.result.drifted);
  sides_free(&s);
  free(reference);
  free(current);
}

/* 60 segments of 3 columns, all of them a little too far off for what their first deals can show. */
static char *undecided(uint64_t seed, double shift)
{
  enum { SEGMENTS = 60, ROWS = 200 };
  dw_buf out = {0};
  dw_rng_key key = dw_rng_derive(seed, "undecided");
  for (size_t row = 0; row < SEGMENTS * ROWS; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    dw_buf_format(&out, "{\"by\":\"s%zu\"", row % SEGMENTS);
    for (int k = 0; k < 3; k++) dw_buf_format(&out, ",\"x%d\":%.5f", k, dw_normal_quantile(dw_rng_uniform(&rng)) + shift);
    dw_buf_text(&out, "}\n");
  }
  dw_buf_cstr(&out);
  return out.data;
}

/* The whole and its segments share what a run may take: as much for all the first deals, and as much again for those that these leave open.
 */
TEST(segments_share_the_deals_of_a_run)
{
  enum { DEALS_A_RUN = 400000 };
  sides s;
  dw_dataset_options o = {.by = "by"};
  char *reference = undecided(1, 0), *current = undecided(2, 0.36);
  dw_limits_init(&s.limits, DW_PRESET_DRIFTWATCH);
  fixture_dataset(&s.reference, reference, &o);
  fixture_dataset(&s.current, current, &o);
  dw_compare(&s.result, &s.reference, &s.current, &(dw_compare_options){.limits = &s.limits, .by = "by", .threads = 2});
  double all = 0, most = 0;
  for (size_t i = 0; i < s.result.segment_count; i++) {
    const dw_comparison *inside = &s.result.segment[i].comparison;
    for (size_t k = 0; k < inside->finding_count; k++) {
      if (inside->finding[k].check != DW_CHECK_COLUMN) continue;
      double deals = deals_of(&inside->finding[k]);
      all += deals;
      most = fmax(most, deals);
    }
  }
  CHECK_MSG(s.result.segment_count == 60 && most > DEALS_A_RUN / (3 * 62), "%zu segments, at most %g deals", s.result.segment_count, most);
  CHECK_MSG(all <= 2 * DEALS_A_RUN, "%g deals", all);
  sides_free(&s);
  free(reference);
  free(current);
}
