#include "model/booster/objective.h"

#include "test.h"

static const dw_objective *find(const char *name)
{
  const dw_objective *objective = dw_objective_find(name, strlen(name));
  CHECK_MSG(objective != NULL, "%s", name);
  return objective;
}

/* log(0.3 / 0.7), log(0.3); 1 / (1 + exp(-0.4)), exp(0.4): computed elsewhere. */
TEST(from_base_score_to_prediction)
{
  static const struct {
    const char *name;
    double margin, of_04, of_m04;
  } cases[] = {
      {"reg:squarederror", 0.3, 0.4, -0.4},
      {"reg:linear", 0.3, 0.4, -0.4},
      {"reg:squaredlogerror", 0.3, 0.4, -0.4},
      {"reg:pseudohubererror", 0.3, 0.4, -0.4},
      {"reg:absoluteerror", 0.3, 0.4, -0.4},
      {"reg:quantileerror", 0.3, 0.4, -0.4},
      {"reg:expectileerror", 0.3, 0.4, -0.4},
      {"rank:pairwise", 0.3, 0.4, -0.4},
      {"rank:ndcg", 0.3, 0.4, -0.4},
      {"rank:map", 0.3, 0.4, -0.4},
      {"binary:logitraw", 0.3, 0.4, -0.4},
      {"binary:hinge", 0.3, 1, 0},
      {"binary:logistic", -0.84729786038720367, 0.59868766011245200, 0.40131233988754800},
      {"reg:logistic", -0.84729786038720367, 0.59868766011245200, 0.40131233988754800},
      {"count:poisson", -1.2039728043259361, 1.4918246976412703, 0.67032004603563930},
      {"reg:gamma", -1.2039728043259361, 1.4918246976412703, 0.67032004603563930},
      {"reg:tweedie", -1.2039728043259361, 1.4918246976412703, 0.67032004603563930},
      {"survival:cox", -1.2039728043259361, 1.4918246976412703, 0.67032004603563930},
      {"survival:aft", -1.2039728043259361, 1.4918246976412703, 0.67032004603563930},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const dw_objective *objective = find(cases[i].name);
    float margin = NAN, in[2] = {0.4f, -0.4f}, out[2];
    CHECK(dw_objective_margin(objective, 0.3, &margin));
    CHECK_CLOSE((double)margin, cases[i].margin, 1e-7);
    dw_objective_apply(objective, in, 2, 1, out);
    CHECK_CLOSE((double)out[0], cases[i].of_04, 1e-7);
    CHECK_CLOSE((double)out[1], cases[i].of_m04, 1e-7);
    dw_objective_steps(objective, &margin, 1);
    CHECK_CLOSE((double)margin, cases[i].margin, 1e-7);
    dw_objective_apply(objective, in, 2, 1, in); /* in place */
    CHECK(memcmp(in, out, sizeof in) == 0);
    CHECK(!dw_objective_classes(objective) && dw_objective_outputs(objective, 3) == 3);
    CHECK_TEXT(dw_objective_name(objective), cases[i].name);
  }
}

TEST(several_classes)
{
  const dw_objective *softprob = find("multi:softprob"), *softmax = find("multi:softmax");
  static const float margins[2][3] = {{1, 2, 0}, {-100, 3, 3}};
  static const double want[2][3] = {{0.24472847105479764, 0.66524095577482189, 0.09003057317038046}, {0, 0.5, 0.5}};
  float out[6], place[2], margin;
  dw_objective_apply(softprob, margins[0], 2, 3, out);
  for (int i = 0; i < 3; i++) CHECK_CLOSE((double)out[i], want[0][i], 1e-7);
  CHECK((double)out[3] < 1e-40 && test_close((double)out[4], 0.5, 1e-7) && test_close((double)out[5], 0.5, 1e-7));
  dw_objective_apply(softmax, margins[0], 2, 3, place);
  CHECK(place[0] == 1 && place[1] == 1); /* the first of equals */
  CHECK(dw_objective_classes(softprob) && dw_objective_classes(softmax));
  CHECK(dw_objective_outputs(softprob, 3) == 3 && dw_objective_outputs(softmax, 3) == 1);
  CHECK(dw_objective_margin(softprob, -0.25, &margin) && margin == -0.25f);
}

/* Digits of XGBoost 3.3: base scores -1 and 1, and 0.3 for both; a row of two rounds. */
TEST(expectiles_are_steps)
{
  const dw_objective *expectiles = find("reg:expectileerror");
  float apart[2] = {-1, 1}, same[2] = {0.3f, 0.3f}, row[4] = {-0.4925025f, 2.0314035f, 0.775654f, -13.81551f}, other[2] = {-1, 1};
  dw_objective_steps(expectiles, apart, 2);
  CHECK(apart[0] == -1 && test_close((double)apart[1], 1.8545854, 1e-7));
  dw_objective_steps(expectiles, same, 2);
  CHECK(same[0] == 0.3f && test_close((double)same[1], -13.81551, 1e-6));
  dw_objective_apply(expectiles, row, 2, 2, row);
  CHECK(row[0] == -0.4925025f && test_close((double)row[1], 1.662138, 1e-6));
  CHECK(row[2] == 0.775654f && test_close((double)row[3], 0.77565604, 1e-6));
  dw_objective_steps(find("reg:quantileerror"), other, 2);
  CHECK(other[0] == -1 && other[1] == 1 && dw_objective_outputs(expectiles, 3) == 3);
}

TEST(base_scores_that_cannot_be)
{
  static const struct {
    const char *name;
    double base;
  } cases[] = {{"binary:logistic", 0}, {"binary:logistic", 1},     {"binary:logistic", -0.1}, {"binary:logistic", 2},
               {"reg:logistic", 1.5},  {"count:poisson", 0},       {"count:poisson", -1},     {"reg:gamma", 0},
               {"survival:aft", -3},   {"reg:squarederror", 1e300}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    float margin;
    CHECK_MSG(!dw_objective_margin(find(cases[i].name), cases[i].base, &margin), "%s %g", cases[i].name, cases[i].base);
  }
}

TEST(probabilities_stay_inside)
{
  const dw_objective *logistic = find("binary:logistic");
  CHECK(dw_objective_base(logistic, 0) == 1e-6 && dw_objective_base(logistic, 1) == 1 - 1e-6 && dw_objective_base(logistic, 0.25) == 0.25);
  CHECK(dw_objective_base(logistic, 1.5) == 1.5);
  CHECK(dw_objective_base(find("reg:squarederror"), 0) == 0 && dw_objective_base(find("multi:softprob"), 1) == 1);
}

TEST(ends_of_the_floats)
{
  static const float far[] = {-1000, -88, 88, 1000};
  float out[4];
  dw_objective_apply(find("binary:logistic"), far, 4, 1, out);
  CHECK(out[0] >= 0 && out[0] < 1e-37f && out[1] > 0 && out[2] == 1 && out[3] == 1);
  dw_objective_apply(find("count:poisson"), far, 4, 1, out);
  CHECK(out[0] == 0 && out[1] > 0 && isfinite(out[2]) && isinf(out[3]));
}

TEST(objectives_that_are_not_known)
{
  CHECK(!dw_objective_find("reg:expectileerrors", 19) && !dw_objective_find("", 0) && !dw_objective_find("binary:logistic", 6));
  dw_buf list = {0};
  dw_objective_list(&list);
  CHECK(strstr(dw_buf_cstr(&list), "binary:logistic, ") && strstr(dw_buf_cstr(&list), ", multi:softmax"));
  dw_buf_free(&list);
}
