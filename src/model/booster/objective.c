#include "model/booster/objective.h"

#include <math.h>
#include <string.h>

#include "base/fmath.h"

typedef enum link_kind { LINK_SAME, LINK_LOGISTIC, LINK_EXP, LINK_STEP, LINK_SOFTMAX, LINK_LARGEST, LINK_STEPS } link_kind;
#define STEP_LEAST 1e-6 /* from an expectile to the next, besides what the sum says */

typedef enum base_kind { BASE_SAME, BASE_LOGIT, BASE_LOG, BASE_STEPS } base_kind;

struct dw_objective {
  const char *name;
  link_kind link;
  base_kind base;
  bool stable;
};

/* As in XGBoost's src/objective (PredTransform, ProbToMargin). The base of binary:hinge, and since 1.3.1 of binary:logitraw, is a margin
 * already. */
static const dw_objective table[] = {
    {"reg:squarederror", LINK_SAME, BASE_SAME, true},
    {"reg:linear", LINK_SAME, BASE_SAME, false}, /* its name before 1.0 */
    {"reg:squaredlogerror", LINK_SAME, BASE_SAME, false},
    {"reg:pseudohubererror", LINK_SAME, BASE_SAME, false},
    {"reg:absoluteerror", LINK_SAME, BASE_SAME, false},
    {"reg:quantileerror", LINK_SAME, BASE_SAME, false},
    {"reg:logistic", LINK_LOGISTIC, BASE_LOGIT, true},
    {"reg:gamma", LINK_EXP, BASE_LOG, false},
    {"reg:tweedie", LINK_EXP, BASE_LOG, false},
    {"binary:logistic", LINK_LOGISTIC, BASE_LOGIT, true},
    {"binary:logitraw", LINK_SAME, BASE_SAME, false},
    {"binary:hinge", LINK_STEP, BASE_SAME, false},
    {"count:poisson", LINK_EXP, BASE_LOG, false},
    {"survival:cox", LINK_EXP, BASE_LOG, false},
    {"survival:aft", LINK_EXP, BASE_LOG, false},
    {"rank:pairwise", LINK_SAME, BASE_SAME, false},
    {"rank:ndcg", LINK_SAME, BASE_SAME, false},
    {"rank:map", LINK_SAME, BASE_SAME, false},
    {"reg:expectileerror", LINK_STEPS, BASE_STEPS, false},
    {"multi:softprob", LINK_SOFTMAX, BASE_SAME, true},
    {"multi:softmax", LINK_LARGEST, BASE_SAME, true},
};

const dw_objective *dw_objective_find(const char *name, size_t length)
{
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (dw_text_equal(name, length, table[i].name)) return &table[i];
  return NULL;
}

const char *dw_objective_name(const dw_objective *objective) { return objective->name; }
bool dw_objective_classes(const dw_objective *objective) { return objective->link == LINK_SOFTMAX || objective->link == LINK_LARGEST; }
bool dw_objective_stable(const dw_objective *objective) { return objective->stable; }
size_t dw_objective_outputs(const dw_objective *objective, size_t groups) { return objective->link == LINK_LARGEST ? 1 : groups; }

void dw_objective_list(dw_buf *out)
{
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) dw_buf_format(out, "%s%s", i ? ", " : "", table[i].name);
}

bool dw_objective_margin(const dw_objective *objective, double base_score, float *margin)
{
  double x = base_score;
  if (objective->base == BASE_LOGIT) x = x > 0 && x < 1 ? -dw_log(1 / x - 1) : NAN;
  if (objective->base == BASE_LOG) x = x > 0 ? dw_log(x) : NAN;
  *margin = (float)x;
  return isfinite(*margin);
}

void dw_objective_steps(const dw_objective *objective, float *margin, size_t groups)
{
  if (objective->base != BASE_STEPS) return;
  for (size_t g = groups; g-- > 1;) {
    double step = fmax((double)margin[g] - (double)margin[g - 1] - STEP_LEAST, STEP_LEAST);
    margin[g] = (float)(step + dw_log(-dw_expm1(-step)));
  }
}

double dw_objective_base(const dw_objective *objective, double base_score)
{
  bool probability = objective->base == BASE_LOGIT && base_score >= 0 && base_score <= 1;
  return probability ? fmin(fmax(base_score, 1e-6), 1 - 1e-6) : base_score;
}

/* XGBoost cuts off where exp leaves the floats. */
static float logistic(double x) { return (float)(1 / (1 + dw_exp(fmin(-x, 88.7)))); }

static double softplus(double x) { return fmax(x, 0) + dw_log1p(dw_exp(-fabs(x))); }

static size_t largest(const float *margin, size_t count)
{
  size_t best = 0;
  for (size_t i = 1; i < count; i++)
    if (margin[i] > margin[best]) best = i;
  return best;
}

static void softmax(const float *margin, size_t count, float *out)
{
  double top = (double)margin[largest(margin, count)], sum = 0;
  for (size_t i = 0; i < count; i++) {
    double share = dw_exp((double)margin[i] - top);
    sum += share;
    out[i] = (float)share;
  }
  for (size_t i = 0; i < count; i++) out[i] = (float)((double)out[i] / sum);
}

void dw_objective_apply(const dw_objective *objective, const float *margin, size_t rows, size_t groups, float *out)
{
  size_t count = rows * groups;
  switch (objective->link) {
  case LINK_SAME:
    if (out != margin) memcpy(out, margin, count * sizeof *out);
    break;
  case LINK_LOGISTIC:
    for (size_t i = 0; i < count; i++) out[i] = logistic((double)margin[i]);
    break;
  case LINK_EXP:
    for (size_t i = 0; i < count; i++) out[i] = (float)dw_exp((double)margin[i]);
    break;
  case LINK_STEP:
    for (size_t i = 0; i < count; i++) out[i] = margin[i] > 0;
    break;
  case LINK_SOFTMAX:
    for (size_t row = 0; row < rows; row++) softmax(margin + row * groups, groups, out + row * groups);
    break;
  case LINK_LARGEST:
    for (size_t row = 0; row < rows; row++) out[row] = (float)largest(margin + row * groups, groups);
    break;
  case LINK_STEPS:
    for (size_t i = 0; i < count; i++)
      out[i] = i % groups ? (float)((double)out[i - 1] + softplus((double)margin[i]) + STEP_LEAST) : margin[i];
    break;
  }
}
