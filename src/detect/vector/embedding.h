/* embedding: drift of columns of vectors: driftwatch-methods(7).
 *
 * Centroids and variances come from the exact moments of all vectors; the other methods look at the uniform sample that a side keeps
 * (data/columns/vectors.h), and say so by `approximate` when that is not all. Random choices derive from the settings' seed.
 * Every answer carries a detail object: the distances of the centroids, what became of the variance, the components that moved most.
 */
#ifndef DW_DETECT_EMBEDDING_H
#define DW_DETECT_EMBEDDING_H

#include "detect/method/method.h"
#include "detect/method/portrait.h"

/* Both sides: how many vectors, how long; moments of their norms; and, of the sample, the positions along the line between the two
 * centroids, with a shared histogram. The line is drawn from one half of the sample and shows the other, so that it shows no difference
 * where there is none. */
void dw_embedding_portrait(dw_portrait *portrait, const dw_pair *pair);

#endif
