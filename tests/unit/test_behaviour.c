#include "test.h"

#include <math.h>

#include "serve/watch/behaviour.h"

static dw_behaviour judged(dw_behaviour_kind kind, dw_behaviour_limits limits, dw_census recent, dw_census before)
{
  dw_behaviour out[DW_BEHAVIOURS];
  dw_behaviour_judge(&limits, &recent, &before, out);
  return out[kind];
}

static const dw_behaviour_limits usual = {
    .refusal_rate = 0.1, .toxicity_rate = 0.05, .accuracy_drop = 0.1, .accuracy_points = NAN, .min_rows = 50};

TEST(rates_above_their_limit_are_drift)
{
  static const struct {
    uint64_t known, yes;
    bool judged, drift;
  } cases[] = {{100, 10, true, false}, {100, 11, true, true}, {49, 49, false, false}, {50, 50, true, true}, {0, 0, false, false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_census recent = {.rows = 200, .refused = {cases[i].known, cases[i].yes}, .toxic = {200, 11}};
    dw_behaviour b = judged(DW_BEHAVIOUR_REFUSAL, usual, recent, (dw_census){0});
    CHECK_MSG(b.judged == cases[i].judged && b.drift == cases[i].drift, "case %zu", i);
    CHECK(b.rows == 200 && b.known == cases[i].known);
    b = judged(DW_BEHAVIOUR_TOXICITY, usual, recent, (dw_census){0});
    CHECK(b.judged && b.drift && b.value == 0.055);
  }
  dw_behaviour_limits off = usual;
  off.refusal_rate = NAN;
  dw_behaviour b = judged(DW_BEHAVIOUR_REFUSAL, off, (dw_census){.rows = 100, .refused = {100, 100}}, (dw_census){0});
  CHECK(!b.asked && !b.judged && !b.drift);
}

TEST(a_metric_that_falls_is_drift)
{
  static const struct {
    uint64_t now, before; /* right of 100 */
    double points;
    bool drift;
  } cases[] = {{80, 88, NAN, false}, {79, 88, NAN, true},  {80, 80, NAN, false},
               {95, 80, NAN, false}, {79, 88, 0.1, false}, {77, 88, 0.1, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_behaviour_limits limits = usual;
    limits.accuracy_points = cases[i].points;
    dw_census recent = {.rows = 400, .right = {100, cases[i].now}, .feedback = 400, .feedback_sum = 0};
    dw_census before = {.rows = 300, .right = {100, cases[i].before}, .feedback = 300, .feedback_sum = 300};
    dw_behaviour b = judged(DW_BEHAVIOUR_ACCURACY, limits, recent, before);
    CHECK_MSG(b.judged && b.drift == cases[i].drift, "case %zu: %g", i, b.value);
    CHECK_TEXT(b.metric, "accuracy");
    CHECK(b.rows == 400 && b.known == 100 && b.rows_before == 300 && b.known_before == 100);
  }
  dw_census recent = {.rows = 60, .feedback = 60, .feedback_sum = 30}, before = {.rows = 60, .feedback = 60, .feedback_sum = 36};
  dw_behaviour b = judged(DW_BEHAVIOUR_ACCURACY, usual, recent, before);
  CHECK_TEXT(b.metric, "feedback");
  CHECK(b.judged && b.drift && b.now == 0.5 && b.before == 0.6);
  before.feedback = 49;
  CHECK(!judged(DW_BEHAVIOUR_ACCURACY, usual, recent, before).judged);
  before = (dw_census){.rows = 60, .feedback = 60, .feedback_sum = 0}; /* a fall from nothing is no share of it */
  b = judged(DW_BEHAVIOUR_ACCURACY, usual, recent, before);
  CHECK(!b.judged && !b.drift);
}
