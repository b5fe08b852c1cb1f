#include "synth/scenario/scenario.h"

#include "base/clock.h"
#include "test.h"

/* Reads text as FILE "s.yaml"; returns the message, "" when it is fine. */
static const char *read_text(const char *text, dw_scenario **scenario)
{
  static dw_err err;
  dw_scenario *s = NULL;
  err.message[0] = '\0';
  dw_status status = dw_scenario_parse(&s, text, strlen(text), "s.yaml", &err);
  if (status != DW_OK) {
    CHECK_MSG(status == DW_EUSAGE, "status %d", status);
    return err.message;
  }
  if (scenario) *scenario = s;
  else dw_scenario_free(s);
  return "";
}

/* One column `a` on line 2. */
static const char *read_column(const char *column)
{
  char text[2000];
  snprintf(text, sizeof text, "columns:\n  a: %s\n", column);
  return read_text(text, NULL);
}

#define COLUMN_ERROR(column, want) CHECK_TEXT(read_column(column), "s.yaml:2: " want)

TEST(columns_that_are_fine)
{
  static const char *const fine[] = {
      "{distribution: normal, mean: 0, sd: 1}",
      "{distribution: normal, mean: -3, sd: 1e-9, decimals: 2, min: 0, max: 0}",
      "{distribution: lognormal, mu: 0, sigma: 1, multiply: 2, add: -1, missing: 0.5}",
      "{distribution: gamma, shape: 0.05, scale: 1}",
      "{distribution: beta, alpha: 1, beta: 2, optional: true}",
      "{distribution: exponential, mean: 3}",
      "{distribution: uniform, low: 2, high: 2}",
      "{distribution: integer, low: -5, high: 5}",
      "{distribution: poisson, mean: 3.5}",
      "{distribution: bernoulli, p: 0, boolean: true}",
      "{distribution: categorical, values: [a, 'b c', 3, true]}",
      "{distribution: categorical, values: [a, b], weights: [0, 1]}",
      "{distribution: constant, value: x}",
      "{distribution: constant, value: 3.5}",
      "{distribution: sequence}",
      "{distribution: timestamp}",
      "{distribution: hour_of_day, weights: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}",
      "{distribution: text, template: 'x{row}'}",
      "{distribution: vector, dimension: 3, component: {distribution: normal, mean: 0, sd: 1}, mean_shift: [1, 2, 3]}"};
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
    dw_scenario *s;
    char text[1000];
    snprintf(text, sizeof text, "columns:\n  a: %s\n", fine[i]);
    CHECK_TEXT(read_text(text, &s), "");
    CHECK_TEXT(dw_scenario_base(s)->columns[0].name, "a");
    dw_scenario_free(s);
  }
}

TEST(distributions)
{
  COLUMN_ERROR("{mean: 0}", "a: a column needs a distribution");
  COLUMN_ERROR("12", "a: expected keys of the column (distribution: ...)");
  COLUMN_ERROR("{distribution: nromal}", "distribution: unknown distribution \"nromal\": did you mean \"normal\"?");
  CHECK(strstr(read_column("{distribution: cauchy}"), "unknown distribution \"cauchy\"; there are normal, lognormal, gamma") != NULL);
  COLUMN_ERROR("{distribution: normal, mean: 0, sdd: 1}", "unknown key \"sdd\": did you mean \"sd\"?");
  COLUMN_ERROR("{distribution: bernoulli, p: 0.5, decimals: 1}",
               "unknown key \"decimals\"; the keys here are distribution, missing, optional, p, boolean");
  COLUMN_ERROR("{distribution: normal, mean: 0}", "a: normal needs sd");
  COLUMN_ERROR("{distribution: normal, sd: 1}", "a: normal needs mean");
  COLUMN_ERROR("{distribution: normal, mean: 0, sd: 0}", "sd: 0 must be above 0");
  COLUMN_ERROR("{distribution: normal, mean: 0, sd: -1}", "sd: -1 is out of range: from 0 to 1e300");
  COLUMN_ERROR("{distribution: normal, mean: x, sd: 1}", "mean: x is not a number");
  COLUMN_ERROR("{distribution: lognormal, mu: 0, sigma: 0}", "sigma: 0 must be above 0");
  COLUMN_ERROR("{distribution: gamma, shape: 0.001, scale: 1}", "shape: 0.001 is out of range: from 0.05 to 1000000");
  COLUMN_ERROR("{distribution: beta, alpha: 1, beta: 1e7}", "beta: 1e7 is out of range: from 0.05 to 1000000");
  COLUMN_ERROR("{distribution: exponential, mean: 0}", "mean: 0 must be above 0");
  COLUMN_ERROR("{distribution: uniform, low: 2, high: 1}", "low: low is above high");
  COLUMN_ERROR("{distribution: integer, low: 1.5, high: 3}", "low: 1.5 is not a whole number");
  COLUMN_ERROR("{distribution: poisson, mean: 1e7}", "mean: 1e7 is out of range: from 0 to 1000000");
  COLUMN_ERROR("{distribution: bernoulli, p: 1.01}", "p: 1.01 is out of range: from 0 to 1");
}

TEST(common_keys)
{
  COLUMN_ERROR("{distribution: poisson, mean: 1, min: 5, max: 4}", "min: min is above max");
  COLUMN_ERROR("{distribution: poisson, mean: 1, missing: 1.5}", "missing: 1.5 is out of range: from 0 to 1");
  COLUMN_ERROR("{distribution: poisson, mean: 1, decimals: 16}", "decimals: 16 is out of range: from 0 to 15");
  COLUMN_ERROR("{distribution: poisson, mean: 1, optional: 3}", "optional: 3 is not true or false");
  COLUMN_ERROR("{distribution: timestamp, decimals: 7}", "decimals: 7 is out of range: from 0 to 6");
  COLUMN_ERROR("{distribution: timestamp, jitter: 1.5}", "jitter: 1.5 is out of range: from 0 to 1");
}

TEST(categories)
{
  COLUMN_ERROR("{distribution: categorical}", "a: categorical needs values");
  COLUMN_ERROR("{distribution: categorical, weights: [1]}", "a: categorical needs values");
  COLUMN_ERROR("{distribution: categorical, values: x}", "values: expected a list of values");
  COLUMN_ERROR("{distribution: categorical, values: []}", "values: expected a list of values");
  COLUMN_ERROR("{distribution: categorical, values: [x, y], weights: [1]}", "weights: 1 weights for 2 values");
  COLUMN_ERROR("{distribution: categorical, values: [x, y], weights: [0, 0]}", "weights: all weights are 0");
  COLUMN_ERROR("{distribution: categorical, values: [x, y], weights: [1, -1]}", "-1 is out of range: from 0 to 1000000000000000");
  COLUMN_ERROR("{distribution: categorical, values: [x, y, x]}", "\"x\" stands twice among the values");
  COLUMN_ERROR("{distribution: categorical, values: [x, [y]]}", "a list is not a text");
  COLUMN_ERROR("{distribution: constant}", "a: constant needs value");
  COLUMN_ERROR("{distribution: hour_of_day}", "a: hour_of_day needs weights (24 of them) or column (a timestamp)");
  COLUMN_ERROR("{distribution: hour_of_day, weights: [1, 2]}", "weights: 2 weights, a day has 24 hours");
  COLUMN_ERROR("{distribution: hour_of_day, weights: [1, 2], column: ts}", "column: hour_of_day takes either column or weights");
  COLUMN_ERROR("{distribution: hour_of_day, column: ts}", "a: there is no column \"ts\"");
  COLUMN_ERROR("{distribution: hour_of_day, column: a}", "a: a is no timestamp");
}

TEST(texts_and_vectors)
{
  COLUMN_ERROR("{distribution: text}", "a: text needs template");
  COLUMN_ERROR("{distribution: text, template: 'x{'}", "template: at byte 2 of the template: { without }");
  COLUMN_ERROR("{distribution: text, template: 'x}'}", "template: at byte 2 of the template: } without { (write }} for the brace itself)");
  COLUMN_ERROR("{distribution: text, template: '{}'}", "template: at byte 1 of the template: {} needs a name");
  COLUMN_ERROR("{distribution: text, template: '{row:0}'}", "template: at byte 1 of the template: \"0\" is not a count from 1 to 20");
  COLUMN_ERROR("{distribution: text, template: '{words:5-3}'}",
               "template: at byte 1 of the template: \"5-3\" is not a count from 1 to 1000 or a range such as 3-12");
  COLUMN_ERROR("{distribution: text, template: '{words}'}", "template: at byte 1 of the template: {words:COUNT} needs a count");
  COLUMN_ERROR("{distribution: text, template: '{word:3}'}", "template: at byte 1 of the template: {word} takes no argument");
  COLUMN_ERROR("{distribution: text, template: '{hex}'}",
               "template: at byte 1 of the template: {digits:N}, {hex:N} and {letters:N} need a count");
  COLUMN_ERROR("{distribution: text, template: '{choice}'}", "template: at byte 1 of the template: {choice:A|B} needs choices");
  COLUMN_ERROR("{distribution: text, template: '{b:3}'}",
               "template: at byte 1 of the template: only row, words, digits, hex, letters and choice take an argument");
  COLUMN_ERROR("{distribution: text, template: '{nothing}'}", "template: there is no column \"nothing\"");
  COLUMN_ERROR("{distribution: text, template: 'x{a}'}", "template: the template of a leads back to itself");
  COLUMN_ERROR("{distribution: text, template: 'x', words: []}", "words: expected a list of words");
  COLUMN_ERROR("{distribution: vector, dimension: 2}", "a: vector needs component");
  COLUMN_ERROR("{distribution: vector, component: {distribution: normal, mean: 0, sd: 1}}", "a: vector needs dimension");
  COLUMN_ERROR("{distribution: vector, dimension: 0}", "dimension: 0 is out of range: from 1 to 65536");
  COLUMN_ERROR("{distribution: vector, dimension: 2, component: {distribution: text}}",
               "component: the components of a vector cannot be text");
  COLUMN_ERROR("{distribution: vector, dimension: 2, component: {distribution: normal, mean: 0}}", "component: normal needs sd");
  COLUMN_ERROR("{distribution: vector, dimension: 2, component: {distribution: normal, mean: 0, sd: 1}, mean_shift: [1, 2, 3]}",
               "a: mean_shift has 3 numbers, dimension is 2");
}

#define THREE                                                                                                                              \
  "columns:\n  a: {distribution: normal, mean: 0, sd: 1}\n  c: {distribution: categorical, values: [red, green]}\n  t: {distribution: "    \
  "timestamp}\n"

TEST(cycles)
{
  CHECK_TEXT(read_text("columns:\n  a: {distribution: text, template: '{b}'}\n  b: {distribution: text, template: '{c}'}\n"
                       "  c: {distribution: text, template: '{a}'}\n",
                       NULL),
             "s.yaml:2: template: the template of a leads back to itself");
  CHECK_TEXT(read_text("columns:\n  a: {distribution: text, template: '{b}{b}'}\n  b: {distribution: text, template: 'x'}\n", NULL), "");
}

TEST(document)
{
  CHECK_TEXT(read_text("", NULL), "s.yaml: the scenario is empty");
  CHECK_TEXT(read_text("name: x\n", NULL), "s.yaml: a scenario needs columns");
  CHECK_TEXT(read_text("colums:\n  a: 1\n", NULL), "s.yaml:1: unknown key \"colums\": did you mean \"columns\"?");
  CHECK_TEXT(read_text("columns: [a]\n", NULL), "s.yaml:1: columns: expected NAME: {distribution: ...} pairs");
  CHECK_TEXT(read_text("rows: -1\n" THREE, NULL), "s.yaml:1: rows: -1 is out of range: from 0 to 1000000000000000");
  CHECK_TEXT(read_text("start: yesterday\n" THREE, NULL), "s.yaml:1: start: yesterday is not a time (2026-01-01T00:00:00Z)");
  CHECK_TEXT(read_text("step: 5\n" THREE, NULL), "s.yaml:1: step: 5 is not a duration (17s, 250ms, 1h30m)");
  CHECK(strstr(read_text("extends: nowhere\n" THREE, NULL), "s.yaml:1: extends: ") != NULL);
  CHECK(strstr(read_text("extends: nowhere\n" THREE, NULL), "nowhere.yaml") != NULL);
  CHECK(strncmp(read_text("columns: {a: [\n", NULL), "s.yaml:", 7) == 0);
}

TEST(labels)
{
  CHECK_TEXT(read_text(THREE "  y: {distribution: label}\n", NULL), "s.yaml:5: y: there is no rule for it: add label: at the top level");
  CHECK_TEXT(read_text(THREE "  s: {distribution: logistic_score}\n", NULL),
             "s.yaml:5: s: logistic_score needs terms of its own where there is no label to take them from");
  CHECK_TEXT(read_text(THREE "  s: {distribution: logistic_score, intercept: 1}\n", NULL), "");
#define RULE THREE "  y: {distribution: label}\n"
  CHECK_TEXT(read_text(RULE "  z: {distribution: label}\nlabel: {intercept: 0}\n", NULL), "s.yaml:6: z: a second label; y is one already");
  CHECK_TEXT(read_text(RULE "label: {intercep: 0}\n", NULL), "s.yaml:6: unknown key \"intercep\": did you mean \"intercept\"?");
  CHECK_TEXT(read_text(RULE "label: {intercept: 0, noise: -1}\n", NULL), "s.yaml:6: noise: -1 is out of range: from 0 to 1000000");
  CHECK_TEXT(read_text(RULE "label: {terms: [1]}\n", NULL), "s.yaml:6: terms: expected NAME: {column or when, weight} pairs");
#define TERM(term) read_text(RULE "label:\n  terms:\n    x: " term "\n", NULL)
  CHECK_TEXT(TERM("{column: a, weight: 1}"), "");
  CHECK_TEXT(TERM("{column: a, weight: 1, transform: sqrt, center: 2, scale: -3}"), "");
  CHECK_TEXT(TERM("{column: c, weights: {red: 1}}"), "");
  CHECK_TEXT(TERM("{when: a < 3 and not (c == red or c = 'green'), weight: -1}"), "");
  CHECK_TEXT(TERM("{weight: 1}"), "s.yaml:8: x: a term needs column or when");
  CHECK_TEXT(TERM("{column: a, when: a < 3, weight: 1}"), "s.yaml:8: x: a term takes either column or when");
  CHECK_TEXT(TERM("{column: a}"), "s.yaml:8: x: a term needs weight");
  CHECK_TEXT(TERM("{when: a < 3}"), "s.yaml:8: x: a condition needs weight");
  CHECK_TEXT(TERM("{when: a < 3, weights: {red: 1}}"), "s.yaml:8: x: weights go with a column; a condition has one weight");
  CHECK_TEXT(TERM("{column: a, weight: 1, scale: 0}"), "s.yaml:8: scale: the scale of a term cannot be 0");
  CHECK_TEXT(TERM("{column: a, weight: 1, transform: exp}"), "s.yaml:8: transform: exp is not none, log, log1p or sqrt");
  CHECK_TEXT(TERM("{column: a, weights: {red: 1}}"), "s.yaml:8: x: a is a number: give it one weight");
  CHECK_TEXT(TERM("{column: c, weight: 1}"), "s.yaml:8: x: c has categories: give it weights ({CATEGORY: WEIGHT})");
  CHECK_TEXT(TERM("{column: c, weights: {rde: 1}}"), "s.yaml:8: rde: c has no value \"rde\": did you mean \"red\"?");
  CHECK_TEXT(TERM("{column: c, weights: [1]}"), "s.yaml:8: weights: expected CATEGORY: WEIGHT pairs");
  CHECK_TEXT(TERM("{column: bb, weight: 1}"), "s.yaml:8: x: there is no column \"bb\"");
  CHECK_TEXT(TERM("{column: t, weight: 1}"), "s.yaml:8: x: t is a timestamp: rules look at numbers and categories only");
  CHECK_TEXT(TERM("{column: y, weight: 1}"), "s.yaml:8: x: y is a label: rules look at numbers and categories only");
  CHECK_TEXT(TERM("{when: y == 1, weight: 1}"), "s.yaml:8: x: y is a label: rules look at numbers and categories only");
  CHECK_TEXT(TERM("{when: c == gren, weight: 1}"), "s.yaml:8: x: c has no value \"gren\": did you mean \"green\"?");
  CHECK_TEXT(TERM("{when: c < red, weight: 1}"), "s.yaml:8: x: the values of c have no order: compare with == or !=");
  CHECK_TEXT(TERM("{when: c == 3, weight: 1}"), "s.yaml:8: x: the values of c are texts, not numbers");
  CHECK_TEXT(TERM("{when: a == red, weight: 1}"), "s.yaml:8: x: a is a number and cannot be compared with \"red\"");
  CHECK(strncmp(TERM("{when: a <, weight: 1}"), "s.yaml:8: x: condition \"a <\"", 27) == 0);
}

TEST(a_condition_on_a_category_that_a_phase_brings)
{
  CHECK_TEXT(read_text(THREE "  y: {distribution: label}\nlabel:\n  terms:\n    x: {when: c == blue, weight: 1}\n"
                             "phases:\n  - {from: 10, set: {c: {values: [red, blue]}}}\n",
                       NULL),
             "");
}

TEST(correlations)
{
#define PAIR(entry)                                                                                                                        \
  read_text("columns:\n  a: {distribution: normal, mean: 0, sd: 1}\n  b: {distribution: uniform, low: 0, high: 1}\n"                       \
            "  c: {distribution: categorical, values: [red, green]}\n  t: {distribution: timestamp}\ncorrelations:\n  - " entry "\n",      \
            NULL)
  CHECK_TEXT(PAIR("{columns: [a, b], value: 0.5}"), "");
  CHECK_TEXT(PAIR("{columns: [a, b, c], matrix: [[1, 0.2, 0], [0.2, 1, -0.9], [0, -0.9, 1]]}"), "");
  CHECK_TEXT(PAIR("{columns: [a, b], value: 1}"),
             "s.yaml:7: the correlations are not positive definite: those of b contradict the others (no data can have them)");
  CHECK_TEXT(PAIR("{columns: [a, b], value: 0.9}\n  - {columns: [b, c], value: 0.9}\n  - {columns: [a, c], value: -0.9}"),
             "s.yaml:9: the correlations are not positive definite: those of c contradict the others (no data can have them)");
  CHECK_TEXT(PAIR("{columns: [a, b], value: 2}"), "s.yaml:7: value: 2 is out of range: from -1 to 1");
  CHECK_TEXT(PAIR("{columns: [a], value: 0.5}"), "s.yaml:7: columns: expected columns: a list of 2 to 256 names");
  CHECK_TEXT(PAIR("{columns: [a, b]}"), "s.yaml:7: expected either value or matrix");
  CHECK_TEXT(PAIR("{columns: [a, b, c], value: 0.5}"), "s.yaml:7: value is the correlation of 2 columns; for more give a matrix");
  CHECK_TEXT(PAIR("{columns: [a, b], matrix: [[1, 0.5]]}"), "s.yaml:7: matrix: expected 2 rows, one for each column");
  CHECK_TEXT(PAIR("{columns: [a, b], matrix: [[1, 0.5], [0.5]]}"), "s.yaml:7: row 2 of the matrix needs 2 numbers");
  CHECK_TEXT(PAIR("{columns: [a, b], matrix: [[1, 0.5], [0.4, 1]]}"), "s.yaml:7: the matrix is not symmetric (row 2, column 1)");
  CHECK_TEXT(PAIR("{columns: [a, b], matrix: [[1, 0.5], [0.5, 0.9]]}"), "s.yaml:7: the diagonal of a correlation matrix is 1");
  CHECK_TEXT(PAIR("{columns: [a, x], value: 0.5}"), "s.yaml:7: there is no column \"x\"");
  CHECK_TEXT(PAIR("{columns: [a, a], value: 0.5}"), "s.yaml:7: a is correlated with itself");
  CHECK_TEXT(PAIR("{columns: [a, t], value: 0.5}"), "s.yaml:7: t is a timestamp: only columns drawn from a distribution can be correlated");
  CHECK_TEXT(PAIR("{columns: [a, b], valeu: 0.5}"), "s.yaml:7: unknown key \"valeu\": did you mean \"value\"?");
}

TEST(phases)
{
#define PHASE(phase) read_text(THREE "phases:\n  - " phase "\n", NULL)
  CHECK_TEXT(PHASE("{from: 40%, to: 0.7, set: {a: {mean: 3}}, rate: 2}"), "");
  CHECK_TEXT(PHASE("{from: 10, to: 10, step: 3s, name: x}"), "");
  CHECK_TEXT(PHASE("{from: 6h, to: 2026-01-03T00:00:00Z}"), "");
  CHECK_TEXT(PHASE("{from: 40%, unitl: 50%}"),
             "s.yaml:6: unknown key \"unitl\"; the keys here are name, from, to, set, label, correlations, step, rate");
  CHECK_TEXT(PHASE("{from: 0}"), "s.yaml:6: from: rows count from 1 (0.5 or 50% is a share)");
  CHECK_TEXT(PHASE("{from: 140%}"), "s.yaml:6: from: 140% is not a share from 0 to 1");
  CHECK_TEXT(PHASE("{from: soon}"),
             "s.yaml:6: from: soon is no row (1000), share (40%), time since the start (6h) or time (2026-11-27T00:00:00Z)");
  CHECK_TEXT(PHASE("{from: 10, to: 9}"), "s.yaml:6: to: the phase ends before it begins");
  CHECK_TEXT(PHASE("{from: 50%, to: 50%}"), "s.yaml:6: to: the phase ends before it begins");
  CHECK_TEXT(PHASE("{from: 2h, to: 60m}"), "s.yaml:6: to: the phase ends before it begins");
  CHECK_TEXT(PHASE("{rate: 0}"), "s.yaml:6: rate: 0 is out of range: from 1e-6 to 1000000");
  CHECK_TEXT(PHASE("{set: [a]}"), "s.yaml:6: set: expected COLUMN: {PARAMETER: VALUE} pairs");
  CHECK_TEXT(PHASE("{set: {b: {mean: 1}}}"), "s.yaml:6: b: there is no column \"b\"");
  CHECK_TEXT(PHASE("{set: {a: {sd: 0}}}"), "s.yaml:6: sd: 0 must be above 0");
  CHECK_TEXT(PHASE("{set: {a: {optional: true}}}"),
             "s.yaml:6: unknown key \"optional\"; the keys here are distribution, missing, mean, sd, decimals, min, max, multiply, add");
  CHECK_TEXT(PHASE("{set: {a: {distribution: text, template: x}}}"),
             "s.yaml:6: distribution: a phase cannot turn normal into text (numbers into numbers only)");
  CHECK_TEXT(PHASE("{set: {a: {distribution: uniform, low: 0, high: 1}}}"), "");
  CHECK_TEXT(PHASE("{set: {a: {distribution: uniform, low: 0}}}"), "s.yaml:6: a: uniform needs high");
  CHECK_TEXT(PHASE("{set: {c: {weights: [1, 2, 3]}}}"), "s.yaml:6: weights: 3 weights for 2 values");
  CHECK_TEXT(PHASE("{correlations: [{columns: [a, c], value: 1}]}"),
             "s.yaml:6: the correlations are not positive definite: those of c contradict the others (no data can have them)");
}

static dw_scenario *scenario_of(const char *text)
{
  dw_scenario *s = NULL;
  CHECK_TEXT(read_text(text, &s), "");
  return s;
}

TEST(plan_by_rows_and_shares)
{
  dw_scenario *s = scenario_of("rows: 1000\nstep: 10s\nstart: 2026-01-01T00:00:00Z\n" THREE
                               "phases:\n  - {from: 40%, to: 70%, rate: 4}\n  - {from: 601, to: 800, set: {a: {mean: 9}}}\n");
  dw_scenario_plan plan;
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){0}, &plan, NULL) == DW_OK);
  static const uint64_t firsts[] = {0, 400, 600, 700, 800};
  CHECK(plan.rows == 1000 && plan.count == 5);
  for (size_t i = 0; i < 5 && i < plan.count; i++) {
    const dw_scenario_segment *segment = &plan.segments[i];
    bool fast = i == 1 || i == 2, shifted = i == 2 || i == 3;
    CHECK(segment->first == firsts[i] && segment->end == (i < 4 ? firsts[i + 1] : 1000));
    CHECK(segment->step == (fast ? 2500000 : 10 * DW_SECOND));
    CHECK(segment->state.columns[0].dist.p[0] == (shifted ? 9 : 0));
  }
  int64_t start;
  dw_time_parse("2026-01-01", 10, &start);
  CHECK(plan.segments[0].start == start);
  CHECK(plan.segments[3].start == start + 400 * 10 * DW_SECOND + 300 * 2500000);
  CHECK(plan.segments[4].start == plan.segments[3].start + 100 * 10 * DW_SECOND);
  dw_scenario_free(s);
}

TEST(plan_by_time)
{
  dw_scenario *s =
      scenario_of("step: 1m\nstart: 2026-01-01T00:00:00Z\n" THREE "phases:\n  - {from: 90s, to: 2026-01-01T00:10:00Z, rate: 2}\n");
  dw_scenario_plan plan;
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){.has_rows = true, .rows = 100}, &plan, NULL) == DW_OK);
  /* rows at 0:00, 1:00, 2:00 (the first from 1:30 on), then every 30 s: 10:00 is 16 rows later */
  CHECK(plan.count == 3 && plan.segments[1].first == 2 && plan.segments[1].end == 18 && plan.segments[2].end == 100);
  CHECK(plan.segments[2].step == 60 * DW_SECOND);
  CHECK(plan.segments[2].start - plan.segments[0].start == 600 * DW_SECOND);
  /* another start: the instant has passed, the offset has not come */
  dw_scenario_span later = {.has_rows = true, .rows = 10, .has_start = true, .start = plan.segments[0].start + 3600 * DW_SECOND};
  CHECK(dw_scenario_plan_rows(s, &later, &plan, NULL) == DW_OK);
  CHECK(plan.count == 2 && plan.segments[1].first == 2 && plan.segments[1].step == 60 * DW_SECOND);
  dw_scenario_free(s);
}

TEST(plan_edges)
{
  dw_scenario *s = scenario_of(THREE "phases:\n  - {from: 5}\n  - {from: 3, to: 1000}\n");
  dw_scenario_plan plan;
  for (uint64_t rows = 0; rows < 8; rows++) {
    CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){.has_rows = true, .rows = rows}, &plan, NULL) == DW_OK);
    CHECK(plan.rows == rows && plan.count == (rows <= 2 ? 1 : rows <= 4 ? 2 : 3));
    CHECK(plan.segments[plan.count - 1].end == rows);
  }
  dw_err err;
  dw_scenario_span beyond = {.has_rows = true, .rows = 1000000, .has_step = true, .step = 365 * 86400 * DW_SECOND};
  CHECK(dw_scenario_plan_rows(s, &beyond, &plan, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "the rows would go on beyond the year 9999: fewer rows, a smaller step or an earlier start");
  dw_scenario_free(s);
}

TEST(daily_cycles)
{
#define EQUAL_HOURS "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"
  CHECK_TEXT(read_text(THREE "daily_cycle: " EQUAL_HOURS "\n", NULL), "");
  CHECK_TEXT(read_text(THREE "daily_cycle: 3\n", NULL), "s.yaml:5: daily_cycle: expected a list of 24 weights, one an hour");
  CHECK_TEXT(read_text(THREE "daily_cycle: [1, 2]\n", NULL), "s.yaml:5: daily_cycle: 2 weights, a day has 24 hours");
  CHECK_TEXT(read_text(THREE "daily_cycle: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n", NULL),
             "s.yaml:5: daily_cycle: all weights are 0");
  CHECK_TEXT(read_text(THREE "daily_cycle: [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n", NULL),
             "s.yaml:5: -1 is out of range: from 0 to 1000000000000000");
}

TEST(the_short_form)
{
  dw_scenario *s = scenario_of(THREE "rows: 101\nstep: 1m\nquick: 4\nphases:\n  - {from: 20m, to: 40m, rate: 2}\n");
  dw_scenario_plan plan;
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){.quick = true}, &plan, NULL) == DW_OK);
  CHECK(plan.rows == 26 && plan.count == 3);
  CHECK(plan.segments[0].end == 5 && plan.segments[0].step == 240 * DW_SECOND);
  CHECK(plan.segments[1].end == 15 && plan.segments[1].step == 120 * DW_SECOND);
  CHECK(plan.segments[2].end == 26 && plan.segments[2].step == 240 * DW_SECOND);
  dw_scenario_span own = {.quick = true, .has_rows = true, .rows = 7, .has_step = true, .step = 60 * DW_SECOND};
  CHECK(dw_scenario_plan_rows(s, &own, &plan, NULL) == DW_OK);
  CHECK(plan.rows == 7 && plan.segments[0].step == 60 * DW_SECOND);
  dw_scenario_free(s);
  s = scenario_of(THREE); /* 1000 rows, and a tenth */
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){.quick = true}, &plan, NULL) == DW_OK);
  CHECK(plan.rows == 100 && plan.segments[0].step == 600 * DW_SECOND);
  dw_scenario_free(s);
  CHECK_TEXT(read_text(THREE "quick: 0\n", NULL), "s.yaml:5: quick: 0 is out of range: from 1 to 1000000");
}

TEST(an_offset_beyond_all_time)
{
  dw_scenario *s = scenario_of(THREE "phases:\n  - {from: 15000000w, set: {a: {mean: 3}}}\n");
  dw_scenario_plan plan;
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){0}, &plan, NULL) == DW_OK);
  CHECK(plan.count == 1 && plan.segments[0].end == 1000);
  dw_scenario_free(s);
}

TEST(by_categories)
{
#define BY(column) read_text(THREE "  x: " column "\n", NULL)
#define VECTOR "distribution: vector, dimension: 2, component: {distribution: normal, mean: 0, sd: 1}"
  CHECK_TEXT(BY("{distribution: text, by: c, template: {red: a, green: '{a}'}}"), "");
  CHECK_TEXT(BY("{" VECTOR ", by: c, mean_shift: {red: 3}}"), "");
  CHECK_TEXT(BY("{distribution: text, by: c, template: {red: a}}"), "s.yaml:5: x: there is no template for \"green\" of c");
  CHECK_TEXT(BY("{distribution: text, by: c, template: {red: a, gren: b}}"),
             "s.yaml:5: gren: c has no value \"gren\": did you mean \"green\"?");
  CHECK_TEXT(BY("{distribution: text, by: c, template: a}"), "s.yaml:5: template: expected {CATEGORY: ...}: the column goes by c");
  CHECK_TEXT(BY("{distribution: text, template: {red: a, green: b}}"),
             "s.yaml:5: template: a map needs by: the column whose categories it names");
  CHECK_TEXT(BY("{distribution: text, by: a, template: {red: a}}"), "s.yaml:5: by: a has no categories to go by");
  CHECK_TEXT(BY("{distribution: text, by: d, template: {red: a}}"), "s.yaml:5: by: there is no column \"d\"");
  CHECK_TEXT(BY("{distribution: text, by: c}"), "s.yaml:5: x: text needs template");
  CHECK_TEXT(BY("{distribution: text, by: c, template: {red: a, green: '{b'}}"), "s.yaml:5: green: at byte 1 of the template: { without }");
  CHECK_TEXT(BY("{distribution: text, by: c, template: {red: a, green: '{x}'}}"),
             "s.yaml:5: template: the template of x leads back to itself");
  CHECK_TEXT(BY("{" VECTOR ", by: c}"), "s.yaml:5: x: by needs mean_shift: {CATEGORY: ...}, one for each category");
  CHECK_TEXT(BY("{" VECTOR ", by: c, mean_shift: 3}"), "s.yaml:5: mean_shift: expected {CATEGORY: ...}: the column goes by c");
  CHECK_TEXT(BY("{" VECTOR ", by: c, mean_shift: {red: [1, 2, 3]}}"), "s.yaml:5: red: mean_shift has 3 numbers, dimension is 2");
  CHECK_TEXT(BY("{" VECTOR ", by: c, mean_shift: {red: x}}"), "s.yaml:5: red: x is not a number");
  CHECK_TEXT(BY("{distribution: text, template: a}\nphases:\n  - {set: {x: {by: c, template: {red: a, green: b}}}}"),
             "s.yaml:7: x: by needs template: {CATEGORY: ...}, one for each category");
}

TEST(a_score_keeps_the_rule_outside_phases)
{
  dw_scenario *s = scenario_of(THREE "  y: {distribution: label}\n  s: {distribution: logistic_score, noise: 0.5}\n"
                                     "label:\n  intercept: -2\n  noise: 1\n  terms:\n    x: {column: a, weight: 1}\n"
                                     "phases:\n  - {label: {intercept: 3, terms: {x: {weight: 7}, z: {when: a > 1, weight: 2}}}}\n");
  dw_scenario_plan plan;
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){0}, &plan, NULL) == DW_OK);
  const dw_scenario_state *state = &plan.segments[0].state;
  CHECK(state->label.intercept == 3 && state->label.count == 2 && state->label.terms[0].weight == 7 && state->label.noise == 1);
  const dw_scenario_rule *score = &state->columns[4].rule;
  CHECK(score->intercept == -2 && score->count == 1 && score->terms[0].weight == 1 && score->noise == 0.5);
  dw_scenario_free(s);
}

TEST(any_bytes)
{
  /* cut anywhere, or with a byte changed, a scenario is read or refused, never worse */
  const char *text =
      "name: x\nrows: 10\nstep: 5s\nquick: 3\ndaily_cycle: " EQUAL_HOURS
      "\ncolumns:\n  a: {distribution: normal, mean: 0, sd: 1, decimals: 2}\n"
      "  c: {distribution: categorical, values: [red, green], weights: [1, 2]}\n  id: {distribution: text, template: 'x{row:04}{c}'}\n"
      "  t: {distribution: text, by: c, template: {red: 'r{a}', green: g}}\n"
      "  v: {distribution: vector, dimension: 2, component: {distribution: normal, mean: 0, sd: 1}, by: c, mean_shift: {red: [1, 2]}}\n"
      "  y: {distribution: label}\nlabel: {intercept: -1, terms: {n: {when: a < 6 and c == red, weight: 2}}}\n"
      "correlations: [{columns: [a, c], value: 0.3}]\nphases: [{from: 50%, set: {a: {mean: 2}, t: {template: {red: x}}}}]\n";
  size_t length = strlen(text), refused = 0;
  for (size_t i = 0; i < length; i++) {
    dw_scenario *s = NULL;
    if (dw_scenario_parse(&s, text, i, "s.yaml", NULL) == DW_OK) dw_scenario_free(s);
    else refused++;
    char *copy = malloc(length + 1);
    memcpy(copy, text, length + 1);
    for (size_t k = 0; k < 7; k++) {
      copy[i] = "\0{[:9-'"[k];
      if (dw_scenario_parse(&s, copy, length, "s.yaml", NULL) == DW_OK) dw_scenario_free(s);
      else refused++;
    }
    free(copy);
  }
  CHECK(refused > length);
}
