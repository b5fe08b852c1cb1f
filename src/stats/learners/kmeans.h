/* kmeans: points into clusters, each point to the nearest centre (Lloyd, IEEE Transactions on Information Theory 28, 1982), from centres
 * spread by k-means++ (Arthur and Vassilvitskii, SODA 2007: each drawn with odds that grow with its squared distance from those before).
 *
 * Points are rows of `width` finite doubles, one after the other. The same points and key give the same clusters on every machine.
 */
#ifndef DW_STATS_KMEANS_H
#define DW_STATS_KMEANS_H

#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

typedef struct dw_kmeans {
  double *center;  /* [clusters * width] */
  size_t clusters; /* as many as asked for, or fewer: as many as there are different points */
  size_t width;
  double within;   /* sum of the squared distances of the points to their centres */
  unsigned rounds; /* of Lloyd's, until nothing changed or 100 */
} dw_kmeans;

/* count and clusters at least 1. */
void dw_kmeans_fit(dw_kmeans *model, const double *rows, size_t count, size_t width, size_t clusters, dw_rng_key key);
size_t dw_kmeans_nearest(const dw_kmeans *model, const double *row); /* of equally near centres the first */
void dw_kmeans_free(dw_kmeans *model);

#endif
