#include "stats/answers/agreement.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/answers/direction.h"

/* Of one model, to this prompt. */
typedef struct answered {
  double *unit; /* [count * width] */
  size_t count, capacity;
} answered;

struct dw_agreement {
  size_t models, width;
  answered *model; /* [models] */
  double *sum;     /* [models * width] of directions */
  double *pool;    /* [width] scratch */
};

dw_agreement *dw_agreement_new(size_t models, size_t width)
{
  dw_agreement *network = dw_alloc_zero(1, sizeof *network);
  *network = (dw_agreement){.models = models,
                            .width = width,
                            .model = dw_alloc_zero(models, sizeof *network->model),
                            .sum = dw_alloc_zero(models * width, sizeof *network->sum),
                            .pool = dw_alloc_array(width, sizeof *network->pool)};
  return network;
}

void dw_agreement_free(dw_agreement *network)
{
  if (!network) return;
  for (size_t m = 0; m < network->models; m++) dw_free(network->model[m].unit);
  dw_free(network->model);
  dw_free(network->sum);
  dw_free(network->pool);
  dw_free(network);
}

bool dw_agreement_answer(dw_agreement *network, size_t model, const double *vector)
{
  answered *a = &network->model[model];
  size_t width = network->width;
  a->unit = dw_grow(a->unit, &a->capacity, (a->count + 1) * width, sizeof *a->unit);
  double *unit = a->unit + a->count * width;
  if (!dw_direction(vector, width, unit)) return false;
  for (size_t k = 0; k < width; k++) network->sum[model * width + k] += unit[k];
  a->count++;
  return true;
}

/* Of the others, the weighted mean of their mean directions; false: there is none. */
static bool make_pool(const dw_agreement *network, size_t model, const double *weight)
{
  double weights = 0;
  memset(network->pool, 0, network->width * sizeof *network->pool);
  for (size_t j = 0; j < network->models; j++) {
    double w = weight ? weight[j] : 1;
    if (j == model || !network->model[j].count || !(w > 0)) continue;
    double share = w / (double)network->model[j].count;
    const double *sum = network->sum + j * network->width;
    for (size_t k = 0; k < network->width; k++) network->pool[k] += share * sum[k];
    weights += w;
  }
  for (size_t k = 0; k < network->width; k++) network->pool[k] /= weights;
  return weights > 0;
}

size_t dw_agreement_scores(const dw_agreement *network, size_t model, const double *weight, double *score)
{
  const answered *a = &network->model[model];
  bool any = make_pool(network, model, weight);
  for (size_t i = 0; i < a->count; i++) {
    double product = 0;
    for (size_t k = 0; k < network->width; k++) product += a->unit[i * network->width + k] * network->pool[k];
    score[i] = any ? product : NAN;
  }
  return a->count;
}

void dw_agreement_next(dw_agreement *network)
{
  for (size_t m = 0; m < network->models; m++) network->model[m].count = 0;
  memset(network->sum, 0, network->models * network->width * sizeof *network->sum);
}
