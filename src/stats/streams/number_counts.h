/* number_counts: how often each number came, exactly, while there are few different ones: ages, hours, prices in cents. A column of a
 * million cells is then a table of some thousand numbers, which need not be kept apart, nor sorted.
 *
 *   dw_number_counts counts = {0};
 *   taken = dw_number_counts_add_array(&counts, x, n);  fewer than n: full, and x[taken] is a number that it has not
 *   sorted = dw_number_counts_sorted(&counts, &value, &weight);
 *   dw_number_counts_free(&counts);
 *
 * Most such numbers are small and whole, or have one to four decimals: what is v / scale for a whole v below DW_NUMBER_COUNTS_DIRECT, to
 * the bit, is counted in an array by v. The others are in a table of open addressing, half full at most, 16 bytes a place. Its hash has the
 * key of the process (base/siphash.h), so that nobody can choose numbers that fall on each other; nothing that is given depends on it, nor
 * on the scale.
 */
#ifndef DW_STATS_NUMBER_COUNTS_H
#define DW_STATS_NUMBER_COUNTS_H

#include "stats/samples/sample.h"

enum { DW_NUMBER_COUNTS_MOST = 1 << 16, /* different numbers */ DW_NUMBER_COUNTS_DIRECT = 1 << 16 };

typedef struct dw_number_times {
  double number;
  uint64_t times; /* 0: a free place */
} dw_number_times;

typedef struct dw_number_counts {
  uint32_t *direct; /* [directs], a power of two, or NULL: how often v / scale came */
  size_t directs;
  double scale;           /* 1, 10 … 10000, told by the first numbers; 0: none fits them, or no number came yet */
  dw_number_times *place; /* [places], a power of two */
  size_t places, hashed;  /* numbers in it */
  size_t distinct;        /* in all */
  uint64_t total;
  uint64_t key[2];
} dw_number_counts;

/* Finite numbers; minus zero counts as zero. What is refused is not counted: it would be one different number too many. */
bool dw_number_counts_add(dw_number_counts *counts, double number, uint64_t times); /* times > 0; false: refused */
void dw_number_counts_fetch(const dw_number_counts *counts, double number); /* it will be added soon: its place comes into the cache */
size_t dw_number_counts_add_array(dw_number_counts *counts, const double *x, size_t n);
/* For who counts one number in several tables of one scale. The place that it has in all of them, v when it is v / scale for a whole v
 * below `limit`, else `limit`; minus zero may be given. Then: whether the table has counted it before, and has now once more, but for its
 * total, which is the caller's. */
static inline size_t dw_number_counts_direct(double number, double scale, size_t limit)
{
  double scaled = number * scale + 0.5;
  if (!(scaled >= 0.5 && scaled < (double)(int64_t)limit)) return limit;
  int64_t v = (int64_t)scaled; /* signed ones: the processor converts them at once */
  return (scale == 1 ? (double)v : (double)v / scale) == number ? (size_t)v : limit;
}
static inline bool dw_number_counts_again(dw_number_counts *counts, size_t v)
{
  if (v >= counts->directs || counts->direct[v] == 0) return false;
  counts->direct[v]++;
  return true;
}
/* Surely more than `most` different ones, told without counting them; false where they have to be counted: few that fall on each other make
 * no difference, many may. */
bool dw_number_counts_exceed(const double *x, size_t n, size_t most);
/* The distinct numbers, ascending, with how often each came: new arrays, NULL when there is none. */
dw_sorted dw_number_counts_sorted(const dw_number_counts *counts, double **value, uint64_t **weight);
size_t dw_number_counts_bytes(const dw_number_counts *counts);
void dw_number_counts_free(dw_number_counts *counts);

#endif
