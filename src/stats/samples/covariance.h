/* covariance: means and cross products of many columns, accumulated from rows, mergeable.
 *
 *   dw_covariance c;
 *   dw_covariance_init(&c, p);
 *   dw_covariance_add(&c, rows, n, threads); … again …
 *   dw_covariance_matrix(&c, 0, matrix);
 *   dw_covariance_free(&c);
 *
 * Rows gather in blocks of 256; a block is centred on its own means, multiplied out and merged (Chan, Golub and LeVeque, "Updating formulae
 * and a pairwise algorithm for computing sample variances", Stanford STAN-CS-79-773, 1979), so values with a mean of 1e9 times their spread
 * keep their covariance. The result depends on the order of the rows alone: neither on how they were cut into calls nor on the threads.
 */
#ifndef DW_STATS_COVARIANCE_H
#define DW_STATS_COVARIANCE_H

#include <stddef.h>
#include <stdint.h>

typedef struct dw_covariance {
  size_t columns;
  uint64_t count;   /* rows in mean and cross: after dw_covariance_settle, all */
  double *mean;     /* [columns] */
  double *mean_low; /* [columns] what rounding took from mean */
  double *cross;    /* [columns][columns], row-major, the lower triangle: sums of (x_i - mean_i) (x_j - mean_j) */
  double *block;    /* rows not yet merged */
  size_t pending;
} dw_covariance;

void dw_covariance_init(dw_covariance *covariance, size_t columns); /* columns > 0 */
/* n rows of `columns` finite values each, row-major. threads 0: all cores. */
void dw_covariance_add(dw_covariance *covariance, const double *rows, size_t n, unsigned threads);
/* The same of rows that fill() writes, [n][columns]: rows first to first + n - 1 of them, asked for in any order and by several threads. */
void dw_covariance_fill(dw_covariance *covariance, size_t n, void (*fill)(void *context, size_t first, size_t n, double *rows),
                        void *context, unsigned threads);
/* Merges what is pending: call before reading count, mean or cross. The getters below and merge need it too. */
void dw_covariance_settle(dw_covariance *covariance);
/* Both settled, and of as many columns. */
void dw_covariance_merge(dw_covariance *covariance, const dw_covariance *other);
/* out: [columns][columns], full and symmetric; cross / (count - ddof), NaN when count <= ddof. */
void dw_covariance_matrix(const dw_covariance *covariance, unsigned ddof, double *out);
double dw_covariance_variance(const dw_covariance *covariance, size_t column, unsigned ddof);
void dw_covariance_free(dw_covariance *covariance);

#endif
