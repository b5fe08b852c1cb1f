/* golden_pair: the two samples of a line of golden/stats_twosample.txt. */
#ifndef DW_TESTS_GOLDEN_PAIR_H
#define DW_TESTS_GOLDEN_PAIR_H

#include "golden.h"
#include "stats/samples/sample.h"
#include "stats/samples/sort.h"

enum { FIRST = 7 }; /* the first value behind what makes the samples */

typedef struct pair {
  double *r, *c;
  dw_sorted ref, cur;
} pair;

static inline pair pair_make(const golden *table)
{
  size_t n = golden_whole(table, 1), m = golden_whole(table, 3);
  double scale = golden_number(table, 4), shift = golden_number(table, 5), steps = golden_number(table, 6);
  pair p;
  p.r = golden_sample(golden_whole(table, 0), n, scale != 0, scale != 0 ? 0 : 3, steps);
  p.c = golden_sample(golden_whole(table, 2), m, scale, scale != 0 ? shift : 3 + shift, steps);
  dw_sort_doubles(p.r, n, NULL);
  dw_sort_doubles(p.c, m, NULL);
  p.ref = dw_sorted_make(p.r, n);
  p.cur = dw_sorted_make(p.c, m);
  return p;
}

static inline void pair_free(pair *p)
{
  free(p->r);
  free(p->c);
}

#endif
