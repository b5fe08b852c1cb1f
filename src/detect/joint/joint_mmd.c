#include "detect/joint/joint_mmd.h"

#include <math.h>

#include "base/mem.h"
#include "base/parallel.h"
#include "stats/samples/bins.h"
#include "stats/samples/moments.h"

enum {
  MOST_ROWS = 1000,
  SHOWN = 7, /* categories with a coordinate of their own */
  PERMUTATIONS = 999
};
#define MOST_WORK 1e10 /* coordinates of all pairs of points */

static size_t width_of(const dw_joint_feature *feature)
{
  if (!feature->categorical) return 1;
  return feature->categories <= SHOWN ? feature->categories : SHOWN + 1;
}

typedef struct points {
  const dw_joint_table *table;
  uint32_t *row[DW_SIDES];
  size_t rows[DW_SIDES], width;
  double *point[DW_SIDES]; /* [rows][width], zeros */
} points;

static void place_numbers(points *p, const dw_joint_feature *feature, size_t at)
{
  dw_moments moments;
  dw_moments_init(&moments);
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < p->rows[side] && feature->number[side]; i++) {
      double value = feature->number[side][p->row[side][i]];
      if (!isnan(value)) dw_moments_add(&moments, value);
    }
  double std = dw_moments_std(&moments, 0);
  if (!(std > 0 && isfinite(std))) return;
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < p->rows[side] && feature->number[side]; i++) {
      double value = feature->number[side][p->row[side][i]];
      if (!isnan(value)) p->point[side][i * p->width + at] = (value - moments.mean) / std;
    }
}

static void place_categories(points *p, const dw_joint_feature *feature, size_t at)
{
  size_t width = width_of(feature), total = 0, held[SHOWN + 1] = {0};
  size_t *count = dw_alloc_zero(feature->categories + 1, sizeof *count);
  uint32_t *order = dw_alloc_array(feature->categories, sizeof *order);
  uint32_t *place = dw_alloc_array(feature->categories + 1, sizeof *place);
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < p->rows[side]; i++) count[feature->code[side][p->row[side][i]]]++;
  dw_order_by_count(count + 1, feature->categories, order);
  for (size_t k = 0; k < feature->categories; k++) {
    size_t at_most = k < width ? k : width - 1;
    place[order[k] + 1] = (uint32_t)at_most;
    held[at_most] += count[order[k] + 1];
    total += count[order[k] + 1];
  }
  double same = 0; /* the chance that two rows agree */
  for (size_t k = 0; k < width && total; k++) same += ((double)held[k] / (double)total) * ((double)held[k] / (double)total);
  double scale = same < 1 ? 1 / sqrt(1 - same) : 0;
  for (int side = 0; side < DW_SIDES; side++)
    for (size_t i = 0; i < p->rows[side]; i++) {
      uint32_t code = feature->code[side][p->row[side][i]];
      if (code) p->point[side][i * p->width + at + place[code]] = scale;
    }
  dw_free(count);
  dw_free(order);
  dw_free(place);
}

dw_status dw_joint_mmd_run(dw_joint_distance *out, const dw_joint_table *table, unsigned threads, dw_err *err)
{
  *out = (dw_joint_distance){.mmd = {.statistic = NAN, .p_value = NAN}};
  points p = {.table = table};
  for (size_t f = 0; f < table->count; f++) p.width += width_of(&table->feature[f]);
  if (p.width == 0) return dw_err_set(err, DW_ENODATA, "no column of numbers or categories that both sides have");
  size_t most = (size_t)sqrt(MOST_WORK / (double)p.width) / DW_SIDES;
  if (most > MOST_ROWS) most = MOST_ROWS;
  for (int side = 0; side < DW_SIDES; side++) {
    p.rows[side] = table->rows[side] < most ? table->rows[side] : most;
    p.row[side] = dw_joint_shuffle(table, side, "joint mmd");
    p.point[side] = dw_alloc_zero(p.rows[side] * p.width, sizeof(double));
    out->rows[side] = p.rows[side];
  }
  size_t at = 0;
  for (size_t f = 0; f < table->count; at += width_of(&table->feature[f]), f++) {
    if (table->feature[f].categorical) place_categories(&p, &table->feature[f], at);
    else place_numbers(&p, &table->feature[f], at);
  }
  dw_mmd_options options = {.bandwidth = DW_BANDWIDTH_POOLED,
                            .permutations = PERMUTATIONS,
                            .threads = threads ? threads : dw_cores(),
                            .key = dw_rng_derive(0, "joint mmd permutations")};
  dw_status status =
      dw_mmd_test(p.point[DW_REFERENCE], p.rows[DW_REFERENCE], p.point[DW_CURRENT], p.rows[DW_CURRENT], p.width, &options, &out->mmd, err);
  for (int side = 0; side < DW_SIDES; side++) {
    dw_free(p.row[side]);
    dw_free(p.point[side]);
  }
  return status;
}
