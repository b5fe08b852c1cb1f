/* joint_case: tables of two sides made from random numbers, for the tests of what looks at all columns. */
#ifndef DW_TESTS_JOINT_CASE_H
#define DW_TESTS_JOINT_CASE_H

#include "base/mem.h"
#include "base/rng.h"
#include "detect/joint/joint_table.h"
#include "stats/distributions/special.h"
#include "test.h"

typedef struct joint_case {
  dw_joint_table table;
  dw_rng rng;
} joint_case;

static inline double joint_normal(joint_case *c) { return dw_normal_quantile(dw_rng_uniform(&c->rng)); }

/* Standard normal numbers, every fourth feature eight categories of equal share; nothing differs. Feature f of a side may then be
 * changed. */
static inline void joint_case_make(joint_case *c, uint64_t run, size_t n, size_t m, size_t features)
{
  dw_rng_start(&c->rng, dw_rng_derive(4, "joint case"), run, 0);
  c->table =
      (dw_joint_table){.feature = dw_alloc_zero(features, sizeof *c->table.feature), .count = features, .rows = {n, m}, .seen = {n, m}};
  for (int side = 0; side < DW_SIDES; side++) {
    uint64_t *row = dw_alloc_array(c->table.rows[side], sizeof *row);
    for (size_t i = 0; i < c->table.rows[side]; i++) row[i] = i + 1000000 * run;
    c->table.row[side] = row;
    for (size_t f = 0; f < features; f++) {
      dw_joint_feature *feature = &c->table.feature[f];
      size_t rows = c->table.rows[side];
      feature->name = "x";
      feature->categorical = f % 4 == 3;
      if (feature->categorical) {
        feature->categories = 8;
        feature->code[side] = dw_alloc_array(rows, sizeof(uint32_t));
        for (size_t i = 0; i < rows; i++) feature->code[side][i] = 1 + (uint32_t)dw_rng_below(&c->rng, 8);
      } else {
        double *number = dw_alloc_array(rows, sizeof *number);
        for (size_t i = 0; i < rows; i++) number[i] = joint_normal(c);
        feature->number[side] = number;
      }
    }
  }
}

static inline double *joint_numbers(joint_case *c, size_t feature, int side) { return (double *)c->table.feature[feature].number[side]; }

static inline void joint_case_free(joint_case *c)
{
  for (int side = 0; side < DW_SIDES; side++) {
    for (size_t f = 0; f < c->table.count; f++) dw_free((void *)c->table.feature[f].number[side]);
    dw_free((void *)c->table.row[side]);
  }
  dw_joint_table_free(&c->table);
}

#endif
