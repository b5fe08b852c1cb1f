/* vectors: what one side knows of a column of vectors (embeddings), in bounded memory.
 *
 *   dw_vectors_init(&vectors, DW_VECTORS_BYTES);
 *   dw_vectors_add(&vectors, components, width);  // every vector, in order of arrival
 *   dw_vectors_finish(&vectors);                  // dw_vectors_row(&vectors, i), i < vectors.kept, in random order
 *
 * Of every component mean and variance, exactly (Welford 1962); of the Euclidean norms all moments; and a uniform sample of whole vectors:
 * the n-th vector has a random rank that depends on n alone (Philox), and those of smallest rank are kept ("bottom k"; Cohen and Kaplan,
 * PODC 2007). Nothing depends on threads or on how the input is cut. Finished, the sample stands by rank: any prefix of it is a uniform
 * sample too. All vectors are as long as the first one; others are counted, and left out.
 */
#ifndef DW_DATA_VECTORS_H
#define DW_DATA_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "stats/samples/moments.h"

enum {
  DW_VECTORS_MOST = 10000,    /* vectors sampled */
  DW_VECTORS_LEAST = 8,       /* dw_vectors_shrink stops here */
  DW_VECTORS_BYTES = 48 << 20 /* of sample, unless the caller says otherwise: 4096 vectors of 1536 components */
};

typedef struct dw_vector_place {
  uint64_t rank, number; /* number: of the vector among those counted, from 0 */
  size_t slot;           /* where its components stand in `sample` */
} dw_vector_place;

typedef struct dw_vectors {
  size_t width;          /* components; 0 before the first vector */
  uint64_t count;        /* vectors taken */
  uint64_t other_length; /* left out: of another length than the first */
  uint64_t infinite;     /* left out: the square of the norm is more than a double holds, or less, but not 0 */
  uint64_t incomplete;   /* gathered columns: rows left out, with a component missing */
  double *mean, *m2;     /* [width]; m2: sum of squared differences from the mean */
  dw_moments norm;
  dw_vector_place *place; /* [kept]; a heap with the largest rank on top, ascending once finished */
  double *sample;         /* [kept][width] */
  size_t kept, most;      /* vectors sampled, and at most */
  size_t place_capacity, sample_capacity;
  size_t bytes; /* of sample, at most */
  dw_buf parts; /* gathered columns: their names, one a line */
} dw_vectors;

void dw_vectors_init(dw_vectors *vectors, size_t bytes);
/* false: the vector was left out (and counted as such). */
bool dw_vectors_add(dw_vectors *vectors, const double *component, size_t width);
bool dw_vectors_shrink(dw_vectors *vectors); /* the sample is halved, from now on; false: it is as small as it gets */
void dw_vectors_finish(dw_vectors *vectors);
size_t dw_vectors_memory(const dw_vectors *vectors);
void dw_vectors_free(dw_vectors *vectors);

static inline const double *dw_vectors_row(const dw_vectors *vectors, size_t i)
{
  return vectors->sample + vectors->place[i].slot * vectors->width;
}

#endif
