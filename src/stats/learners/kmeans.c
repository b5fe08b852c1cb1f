#include "stats/learners/kmeans.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"

enum { ROUNDS = 100 };

/* Four sums side by side, in an order that does not depend on the machine. */
static double squared_distance(const double *a, const double *b, size_t width)
{
  double part[4] = {0};
  size_t d = 0;
  for (; d + 4 <= width; d += 4) {
    for (size_t k = 0; k < 4; k++) {
      double difference = a[d + k] - b[d + k];
      part[k] += difference * difference;
    }
  }
  for (; d < width; d++) part[0] += (a[d] - b[d]) * (a[d] - b[d]);
  return (part[0] + part[1]) + (part[2] + part[3]);
}

static size_t nearest(const dw_kmeans *model, const double *row, double *distance)
{
  size_t best = 0;
  *distance = INFINITY;
  for (size_t c = 0; c < model->clusters; c++) {
    double far = squared_distance(model->center + c * model->width, row, model->width);
    if (far < *distance) {
      *distance = far;
      best = c;
    }
  }
  return best;
}

size_t dw_kmeans_nearest(const dw_kmeans *model, const double *row)
{
  double distance;
  return nearest(model, row, &distance);
}

static void add_center(dw_kmeans *model, const double *row)
{
  memcpy(model->center + model->clusters++ * model->width, row, model->width * sizeof *row);
}

/* distance[i]: squared, from point i to the nearest centre so far. */
static void spread_centers(dw_kmeans *model, const double *rows, size_t count, size_t clusters, dw_rng *rng, double *distance)
{
  add_center(model, rows + dw_rng_below(rng, count) * model->width);
  for (size_t i = 0; i < count; i++) distance[i] = INFINITY;
  while (model->clusters < clusters) {
    const double *last = model->center + (model->clusters - 1) * model->width;
    double total = 0;
    for (size_t i = 0; i < count; i++) {
      double far = squared_distance(last, rows + i * model->width, model->width);
      if (far < distance[i]) distance[i] = far;
      total += distance[i];
    }
    if (!(total > 0) || isinf(total)) return;
    double aim = dw_rng_uniform(rng) * total, passed = 0;
    size_t pick = count;
    for (size_t i = 0; i < count && (pick == count || passed < aim); i++) {
      passed += distance[i];
      if (distance[i] > 0) pick = i;
    }
    add_center(model, rows + pick * model->width);
  }
}

/* Every centre to the mean of its points; one without points stays where it is. */
static void move_centers(dw_kmeans *model, const double *rows, size_t count, const uint32_t *cluster, uint64_t *size)
{
  memset(size, 0, model->clusters * sizeof *size);
  for (size_t i = 0; i < count; i++) size[cluster[i]]++;
  for (size_t c = 0; c < model->clusters; c++)
    if (size[c]) memset(model->center + c * model->width, 0, model->width * sizeof(double));
  for (size_t i = 0; i < count; i++) {
    double *center = model->center + cluster[i] * model->width, share = 1 / (double)size[cluster[i]];
    const double *row = rows + i * model->width;
    for (size_t d = 0; d < model->width; d++) center[d] += row[d] * share;
  }
}

void dw_kmeans_fit(dw_kmeans *model, const double *rows, size_t count, size_t width, size_t clusters, dw_rng_key key)
{
  assert(count > 0 && clusters > 0);
  dw_rng rng;
  dw_rng_start(&rng, key, 0, 0);
  *model = (dw_kmeans){.center = dw_alloc_array(clusters * width, sizeof(double)), .width = width};
  double *distance = dw_alloc_array(count, sizeof *distance);
  uint32_t *cluster = dw_alloc_zero(count, sizeof *cluster);
  uint64_t *size = dw_alloc_array(clusters, sizeof *size);
  spread_centers(model, rows, count, clusters, &rng, distance);
  for (bool changed = true; changed && model->rounds < ROUNDS; model->rounds++) {
    changed = model->rounds == 0;
    model->within = 0;
    for (size_t i = 0; i < count; i++) {
      double far;
      uint32_t now = (uint32_t)nearest(model, rows + i * width, &far);
      changed |= now != cluster[i];
      cluster[i] = now;
      model->within += far;
    }
    if (changed) move_centers(model, rows, count, cluster, size);
  }
  dw_free(distance);
  dw_free(cluster);
  dw_free(size);
}

void dw_kmeans_free(dw_kmeans *model)
{
  dw_free(model->center);
  *model = (dw_kmeans){0};
}
