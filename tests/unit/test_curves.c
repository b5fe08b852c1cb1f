/* Curves of many runs: nothing lost, however few points. */
#include "test.h"

#include <math.h>

#include "base/clock.h"
#include "base/num.h"
#include "serve/dashboard/curves.h"

#define NOON (INT64_C(1767268800) * DW_SECOND)
#define STEP (300 * DW_SECOND)

static dw_err err;
static dw_buf text;
static dw_value *document;

static void add(dw_curves *curves, int i, double value, const char *severity)
{
  char id[40];
  dw_buf run = {0};
  bool drift = *severity;
  snprintf(id, sizeof id, "run-%d", i);
  dw_buf_format(&run, "{\"verdict\":\"%s\",\"drift\":%s,\"severity\":\"%s\",\"rows\":%d,\"seed_rule\":{\"kl_divergence\":",
                drift   ? "drift"
                : i % 7 ? "no drift"
                        : "not judged",
                drift ? "true" : "false", drift ? severity : "none", i);
  dw_buf_number(&run, value);
  dw_buf_format(
      &run,
      "},\"comparisons\":[{\"summary\":{\"columns\":4,\"drifted\":%d,\"drift_share_threshold\":0.5},\"columns\":["
      "{\"column\":\"age\",\"method\":\"share_shift\",\"h\":0.25,\"score\":0.5,\"threshold\":0.05,\"severity\":\"%s\",\"drift\":%s},"
      "{\"column\":\"age\",\"method\":\"range\",\"score\":0.75,\"threshold\":0.05,\"severity\":\"%s\",\"drift\":%s},"
      "{\"column\":\"city\",\"method\":\"share_shift\",\"h\":0.5,\"severity\":\"none\",\"drift\":false}]}]}",
      drift, drift ? severity : "none", drift ? "true" : "false", drift ? severity : "none", drift ? "true" : "false");
  CHECK_MSG(dw_curves_add(curves, id, NOON + i * STEP, run.data, run.length, &err) == DW_OK, "%s", err.message);
  dw_buf_free(&run);
}

static const dw_value *written(const dw_curves *curves)
{
  dw_json json;
  text.length = 0;
  dw_value_free(document);
  dw_json_start(&json, &text, 0);
  dw_curves_write(curves, &json, NULL);
  CHECK_MSG(dw_value_parse(&document, text.data, text.length, "curves", 0, &err) == DW_OK, "%s", err.message);
  return document;
}

static const dw_value *curve(const char *name)
{
  const dw_value *c = dw_value_first(dw_value_get(document, "curves"));
  while (c && strcmp(dw_value_text_of(c, "name", ""), name) != 0) c = dw_value_next(c);
  return c;
}

static const dw_value *at(const dw_value *list, size_t i)
{
  const dw_value *v = dw_value_first(list);
  for (; i && v; i--) v = dw_value_next(v);
  return v;
}

static double number_at(const dw_value *object, const char *key, size_t i)
{
  return dw_value_number(at(dw_value_get(object, key), i), NAN);
}

static dw_curves *of(int runs, size_t points, size_t cells, const char *column)
{
  return dw_curves_new(&(dw_curves_range){NOON, NOON + (runs - 1) * STEP, (uint64_t)runs, points, cells}, column);
}

TEST(few_runs_have_a_point_each)
{
  dw_curves *curves = of(3, 10, 10, NULL);
  add(curves, 0, 0.02, "");
  add(curves, 1, 0.123456789, "high");
  add(curves, 2, NAN, "");
  const dw_value *points = dw_value_get(written(curves), "points");
  CHECK(dw_value_number(dw_value_get(document, "runs"), 0) == 3);
  CHECK(dw_value_count(dw_value_get(points, "from")) == 3 && number_at(points, "from", 1) == 1767268800e3 + 300e3);
  CHECK(number_at(points, "not_judged", 0) == 1 && number_at(points, "drift", 1) == 1 && number_at(points, "runs", 2) == 1);
  CHECK_TEXT(dw_value_text(at(dw_value_get(points, "severity"), 1), ""), "high");
  CHECK_TEXT(dw_value_text(at(dw_value_get(points, "run"), 1), ""), "run-1");
  const dw_value *kl = curve("kl_divergence");
  CHECK(dw_value_get(kl, "low") == NULL && number_at(kl, "last", 1) == 0.123457 && number_at(kl, "limit", 0) == 0.1);
  CHECK(dw_value_kind(at(dw_value_get(kl, "last"), 2)) == DW_VALUE_NULL);
  CHECK(number_at(curve("drift_share"), "last", 1) == 0.25 && number_at(curve("drift_share"), "limit", 1) == 0.5);
  CHECK(curve("refusal_rate") == NULL && curve("column_h") == NULL);
  dw_curves_free(curves);
}

/* One run of 10,000 has the peak: whichever it is, some point has it, and leads to it. */
TEST(no_peak_is_lost)
{
  enum { RUNS = 10000 };
  static const int peaks[] = {0, 1, 4999, 5003, 9998, 9999};
  for (size_t k = 0; k < sizeof peaks / sizeof *peaks; k++) {
    dw_curves *curves = of(RUNS, 100, 20, "age");
    for (int i = 0; i < RUNS; i++) add(curves, i, i == peaks[k] ? 9 : 0.01, i == peaks[k] ? "medium" : "");
    const dw_value *points = dw_value_get(written(curves), "points"), *kl = curve("kl_divergence");
    CHECK(dw_value_count(dw_value_get(points, "from")) == 100 && dw_value_count(dw_value_get(kl, "high")) == 100);
    double runs = 0, drift = 0, high = 0, low = 9;
    size_t place = 100;
    for (size_t i = 0; i < 100; i++) {
      runs += number_at(points, "runs", i);
      drift += number_at(points, "drift", i);
      if (number_at(kl, "high", i) > high) high = number_at(kl, "high", place = i);
      low = fmin(low, number_at(kl, "low", i));
    }
    CHECK(runs == RUNS && drift == 1 && high == 9 && low == 0.01 && number_at(points, "drift", place) == 1);
    char id[40];
    snprintf(id, sizeof id, "run-%d", peaks[k]);
    CHECK_TEXT(dw_value_text(at(dw_value_get(points, "run"), place), ""), id);
    CHECK(number_at(curve("column_h"), "high", place) == 0.25 && number_at(curve("column_score"), "limit", place) == 0.05);
    CHECK_TEXT(dw_value_text_of(curve("column_score"), "method", ""), "share_shift");
    CHECK_TEXT(dw_value_text_of(dw_value_next(curve("column_score")), "method", ""), "range");
    CHECK(number_at(curve("column_score"), "high", place) == 0.5 && number_at(dw_value_next(curve("column_score")), "low", place) == 0.75);
    dw_curves_free(curves);
  }
}

TEST(columns_are_mapped_the_most_drifted_first_a_run_counted_once)
{
  dw_curves *curves = of(100, 400, 10, NULL);
  for (int i = 0; i < 100; i++) add(curves, i, 0.01, i >= 90 ? i == 95 ? "high" : "low" : "");
  const dw_value *map = dw_value_get(written(curves), "map"), *columns = dw_value_get(map, "columns"), *age = at(columns, 0),
                 *city = at(columns, 1);
  CHECK(dw_value_count(columns) == 2 && dw_value_number(dw_value_get(map, "left_out"), -1) == 0);
  CHECK_TEXT(dw_value_text_of(age, "column", ""), "age");
  CHECK_TEXT(dw_value_text_of(age, "method", ""), "share_shift");
  CHECK(dw_value_number(dw_value_get(age, "drift"), 0) == 10 && dw_value_count(dw_value_get(age, "h")) == 10);
  CHECK(number_at(age, "drifts", 9) == 10 && number_at(age, "drifts", 8) == 0 && number_at(map, "runs", 9) == 10);
  CHECK_TEXT(dw_value_text(at(dw_value_get(age, "severity"), 9), ""), "high");
  CHECK_TEXT(dw_value_text(at(dw_value_get(age, "severity"), 8), ""), "none");
  CHECK_TEXT(dw_value_text(at(dw_value_get(map, "run"), 9), ""), "run-95");
  CHECK_TEXT(dw_value_text_of(city, "column", ""), "city");
  CHECK(number_at(city, "h", 0) == 0.5 && dw_value_number(dw_value_get(city, "drift"), -1) == 0);
  dw_curves_free(curves);
}

TEST(more_columns_than_a_map_has_room_for_are_counted)
{
  dw_buf run = {0};
  dw_curves *curves = of(1, 10, 10, NULL);
  dw_buf_text(&run, "{\"comparisons\":[{\"columns\":[");
  for (int i = 0; i < 3000; i++) dw_buf_format(&run, "%s{\"column\":\"c%d\",\"h\":0.1}", i ? "," : "", i);
  dw_buf_text(&run, "]}]}");
  CHECK(dw_curves_add(curves, "r", NOON, run.data, run.length, &err) == DW_OK);
  const dw_value *map = dw_value_get(written(curves), "map");
  CHECK(dw_value_count(dw_value_get(map, "columns")) == 40 && dw_value_number(dw_value_get(map, "left_out"), 0) == 1960);
  dw_buf_free(&run);
  dw_curves_free(curves);
}

TEST(a_metric_is_called_what_it_is)
{
  static const char *const metrics[] = {"accuracy", "feedback"};
  dw_curves *curves = of(2, 10, 10, NULL);
  for (int i = 0; i < 2; i++) {
    char run[200];
    snprintf(run, sizeof run,
             "{\"behaviour\":{\"accuracy_drop\":{\"metric\":\"%s\",\"now\":%d,\"before\":4,\"least\":3,\"rows\":9,\"known\":7}}}",
             metrics[i], i + 1);
    CHECK(dw_curves_add(curves, "r", NOON + i * STEP, run, strlen(run), &err) == DW_OK);
    written(curves);
    CHECK_TEXT(dw_value_text_of(curve("metric"), "metric", ""), metrics[i]);
    CHECK(number_at(curve("metric"), "last", (size_t)i) == i + 1 && number_at(curve("metric"), "limit", (size_t)i) == 3);
    CHECK(number_at(curve("metric"), "known", (size_t)i) == 7 && number_at(curve("metric_before"), "last", (size_t)i) == 4);
  }
  dw_curves_free(curves);
}

TEST(times_out_of_range_and_broken_runs_do_no_harm)
{
  dw_curves *curves = dw_curves_new(&(dw_curves_range){NOON, NOON, 100, 4, 4}, NULL);
  add(curves, -500, 1, "");
  add(curves, 500, 2, "low");
  CHECK(dw_curves_add(curves, "r", NOON, "7", 1, &err) == DW_EDATA);
  CHECK(dw_value_number(dw_value_get(written(curves), "runs"), 0) == 2);
  CHECK(dw_value_count(dw_value_get(dw_value_get(document, "points"), "from")) == 2);
  dw_curves_free(curves);
  dw_value_free(document);
  dw_buf_free(&text);
}
