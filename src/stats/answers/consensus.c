#include "stats/answers/consensus.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/answers/direction.h"

/* Of one canary: over the prompts so far. */
typedef struct course {
  size_t prompts;
  double similarity, z, z_squared; /* sums */
} course;

struct dw_consensus {
  size_t canaries, width;
  double *weight;     /* [canaries] */
  course *course;     /* [canaries] */
  double *sum;        /* [canaries * canaries] of similarities, */
  size_t *common;     /* and of how many prompts */
  double *direction;  /* [canaries * width] of this prompt: sum of its answers at unit length */
  size_t *answers;    /* [canaries] */
  double *similarity; /* [canaries] scratch: consensus of each; NaN: none */
  double *unit;       /* [width] scratch */
};

dw_consensus *dw_consensus_new(size_t canaries, size_t width, const double *weight)
{
  dw_consensus *n = dw_alloc_zero(1, sizeof *n);
  *n = (dw_consensus){.canaries = canaries,
                      .width = width,
                      .weight = dw_alloc_array(canaries, sizeof *n->weight),
                      .course = dw_alloc_zero(canaries, sizeof *n->course),
                      .sum = dw_alloc_zero(canaries * canaries, sizeof *n->sum),
                      .common = dw_alloc_zero(canaries * canaries, sizeof *n->common),
                      .direction = dw_alloc_zero(canaries * width, sizeof *n->direction),
                      .answers = dw_alloc_zero(canaries, sizeof *n->answers),
                      .similarity = dw_alloc_array(canaries, sizeof *n->similarity),
                      .unit = dw_alloc_array(width, sizeof *n->unit)};
  for (size_t i = 0; i < canaries; i++) n->weight[i] = weight ? weight[i] : 1;
  return n;
}

void dw_consensus_free(dw_consensus *n)
{
  if (!n) return;
  dw_free(n->weight);
  dw_free(n->course);
  dw_free(n->sum);
  dw_free(n->common);
  dw_free(n->direction);
  dw_free(n->answers);
  dw_free(n->similarity);
  dw_free(n->unit);
  dw_free(n);
}

bool dw_consensus_answer(dw_consensus *n, size_t canary, const double *vector)
{
  double *direction = n->direction + canary * n->width;
  if (!dw_direction(vector, n->width, n->unit)) return false;
  for (size_t k = 0; k < n->width; k++) direction[k] += n->unit[k];
  n->answers[canary]++;
  return true;
}

/* The mean cosine of all pairs is the product of the mean directions. */
static double similarity_of(const dw_consensus *n, size_t i, size_t j)
{
  const double *a = n->direction + i * n->width, *b = n->direction + j * n->width;
  double product = 0;
  for (size_t k = 0; k < n->width; k++) product += a[k] * b[k];
  return product / (double)n->answers[i] / (double)n->answers[j];
}

/* To the consensus of canary i: its weighted mean similarity to the others that answered. */
static double consensus_of(dw_consensus *n, size_t i)
{
  double sum = 0, weights = 0;
  for (size_t j = 0; j < n->canaries; j++) {
    if (j == i || !n->answers[j]) continue;
    double similarity = similarity_of(n, i, j);
    n->sum[i * n->canaries + j] += similarity;
    n->common[i * n->canaries + j]++;
    sum += n->weight[j] * similarity;
    weights += n->weight[j];
  }
  return sum / weights; /* NaN: there is no other, or none that counts */
}

void dw_consensus_prompt(dw_consensus *n)
{
  double mean = 0, squares = 0, count = 0;
  for (size_t i = 0; i < n->canaries; i++) {
    n->similarity[i] = n->answers[i] ? consensus_of(n, i) : NAN;
    if (isnan(n->similarity[i])) continue;
    mean += n->similarity[i];
    count++;
  }
  mean /= count;
  for (size_t i = 0; i < n->canaries; i++)
    if (!isnan(n->similarity[i])) squares += (n->similarity[i] - mean) * (n->similarity[i] - mean);
  double sd = sqrt(squares / count);
  if (sd <= 1e-12) sd = 0; /* what rounding makes of similarities that are equal */
  for (size_t i = 0; i < n->canaries; i++) {
    if (isnan(n->similarity[i])) continue;
    double z = sd > 0 ? (n->similarity[i] - mean) / sd : 0;
    course *c = &n->course[i];
    c->prompts++;
    c->similarity += n->similarity[i];
    c->z += z;
    c->z_squared += z * z;
  }
  memset(n->direction, 0, n->canaries * n->width * sizeof *n->direction);
  memset(n->answers, 0, n->canaries * sizeof *n->answers);
}

void dw_consensus_read(const dw_consensus *n, dw_consensus_canary *out)
{
  for (size_t i = 0; i < n->canaries; i++) {
    const course *c = &n->course[i];
    double count = (double)c->prompts, mean = c->z / count;
    out[i] = (dw_consensus_canary){.prompts = c->prompts,
                                   .similarity = c->similarity / count,
                                   .mean_z = mean,
                                   .sd_z = sqrt(fmax(0, c->z_squared / count - mean * mean)),
                                   .anomalous = mean < DW_CONSENSUS_FAR};
    if (!c->prompts) out[i].sd_z = NAN;
  }
}

void dw_consensus_matrix(const dw_consensus *n, double *out)
{
  for (size_t i = 0; i < n->canaries; i++) {
    bool any = false;
    for (size_t j = 0; j < n->canaries; j++) {
      size_t at = i * n->canaries + j;
      out[at] = n->sum[at] / (double)n->common[at]; /* 0 / 0: NaN */
      any = any || n->common[at];
    }
    out[i * n->canaries + i] = any ? 1 : NAN;
  }
}
