#include "data/columns/vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

void dw_vectors_init(dw_vectors *vectors, size_t bytes)
{
  *vectors = (dw_vectors){.bytes = bytes};
  dw_moments_init(&vectors->norm);
}

void dw_vectors_free(dw_vectors *vectors)
{
  dw_free(vectors->mean);
  dw_free(vectors->m2);
  dw_free(vectors->place);
  dw_free(vectors->sample);
  dw_buf_free(&vectors->parts);
  *vectors = (dw_vectors){0};
}

size_t dw_vectors_memory(const dw_vectors *vectors)
{
  return (vectors->sample_capacity + 2 * vectors->width) * sizeof(double) + vectors->place_capacity * sizeof *vectors->place;
}

/* Four sums side by side, in an order that does not depend on the machine. */
static double sum_of_squares(const double *x, size_t width)
{
  double part[4] = {0};
  size_t d = 0;
  for (; d + 4 <= width; d += 4)
    for (int k = 0; k < 4; k++) part[k] += x[d + (size_t)k] * x[d + (size_t)k];
  for (; d < width; d++) part[0] += x[d] * x[d];
  return (part[0] + part[1]) + (part[2] + part[3]);
}

static void add_moments(dw_vectors *vectors, const double *restrict x)
{
  double *restrict mean = vectors->mean, *restrict m2 = vectors->m2;
  double share = 1 / (double)vectors->count;
  for (size_t d = 0; d < vectors->width; d++) {
    double change = x[d] - mean[d];
    mean[d] += change * share;
    m2[d] += change * (x[d] - mean[d]);
  }
}

/* --- the sample --- */

/* A block of Philox is two ranks. */
static uint64_t vector_rank(uint64_t number)
{
  static const dw_rng_key key = {{0x64772d76, 0x65637473}}; /* "dw-vects": the sample knows no seed */
  uint32_t word[4];
  dw_rng_block(key, number / 2, 0, 0, word);
  const uint32_t *half = word + 2 * (number % 2);
  return (uint64_t)half[0] << 32 | half[1];
}

static bool place_before(const dw_vector_place *a, const dw_vector_place *b)
{
  return a->rank != b->rank ? a->rank < b->rank : a->number < b->number;
}

static void sift_down(dw_vector_place *heap, size_t count, size_t at)
{
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && place_before(&heap[child], &heap[child + 1])) child++;
    if (!place_before(&heap[at], &heap[child])) return;
    dw_vector_place lower = heap[at];
    heap[at] = heap[child];
    heap[child] = lower;
  }
}

static void sift_up(dw_vector_place *heap, size_t at)
{
  for (; at > 0 && place_before(&heap[(at - 1) / 2], &heap[at]); at = (at - 1) / 2) {
    dw_vector_place upper = heap[(at - 1) / 2];
    heap[(at - 1) / 2] = heap[at];
    heap[at] = upper;
  }
}

/* Doubling, but never beyond what the sample may take. */
static void grow_sample(dw_vectors *vectors)
{
  size_t rows = vectors->sample_capacity / vectors->width;
  if (vectors->kept < rows) return;
  rows = rows ? 2 * rows : 4;
  if (rows > vectors->most) rows = vectors->most;
  vectors->sample = dw_realloc_array(vectors->sample, rows * vectors->width, sizeof *vectors->sample);
  vectors->sample_capacity = rows * vectors->width;
}

static void add_to_sample(dw_vectors *vectors, const double *component, uint64_t number)
{
  dw_vector_place place = {.rank = vector_rank(number), .number = number, .slot = vectors->kept};
  size_t width = vectors->width;
  if (vectors->kept == vectors->most) {
    if (!place_before(&place, &vectors->place[0])) return;
    place.slot = vectors->place[0].slot;
    vectors->place[0] = place;
    sift_down(vectors->place, vectors->kept, 0);
  } else {
    vectors->place = dw_grow(vectors->place, &vectors->place_capacity, vectors->kept + 1, sizeof place);
    grow_sample(vectors);
    vectors->place[vectors->kept++] = place;
    sift_up(vectors->place, vectors->kept - 1);
  }
  memcpy(vectors->sample + place.slot * width, component, width * sizeof *component);
}

static void start_width(dw_vectors *vectors, size_t width)
{
  vectors->width = width;
  vectors->mean = dw_alloc_zero(width, sizeof(double));
  vectors->m2 = dw_alloc_zero(width, sizeof(double));
  vectors->most = vectors->bytes / (width * sizeof(double));
  if (vectors->most > DW_VECTORS_MOST) vectors->most = DW_VECTORS_MOST;
  if (vectors->most < 2) vectors->most = 2;
}

/* Below, squares of differences leave the range of doubles, and distances would be 0 between vectors that differ. */
#define LEAST_SQUARES 1e-280

static bool is_zero(const double *component, size_t width)
{
  size_t i = 0;
  while (i < width && component[i] == 0) i++;
  return i == width;
}

bool dw_vectors_add(dw_vectors *vectors, const double *component, size_t width)
{
  if (width == 0 || (vectors->width && width != vectors->width)) {
    vectors->other_length++;
    return false;
  }
  double squares = sum_of_squares(component, width);
  if (!isfinite(squares) || (squares < LEAST_SQUARES && !is_zero(component, width))) {
    vectors->infinite++;
    return false;
  }
  if (!vectors->width) start_width(vectors, width);
  uint64_t number = vectors->count++;
  dw_moments_add(&vectors->norm, sqrt(squares));
  add_moments(vectors, component);
  add_to_sample(vectors, component, number);
  return true;
}

static int by_rank(const void *left, const void *right)
{
  const dw_vector_place *a = left, *b = right;
  return place_before(a, b) ? -1 : place_before(b, a);
}

/* The vectors of smallest rank that may stay move together; the order of ranks, ascending, is turned round into a heap. */
static void cut_sample(dw_vectors *vectors)
{
  size_t width = vectors->width, count = vectors->kept < vectors->most ? vectors->kept : vectors->most;
  double *sample = dw_alloc_array(count * width, sizeof *sample);
  qsort(vectors->place, vectors->kept, sizeof *vectors->place, by_rank);
  for (size_t i = 0; i < count; i++) {
    memcpy(sample + i * width, dw_vectors_row(vectors, i), width * sizeof *sample);
    vectors->place[i].slot = i;
  }
  dw_free(vectors->sample);
  vectors->sample = sample;
  vectors->kept = count;
  vectors->sample_capacity = count * width;
  for (size_t i = count / 2; i-- > 0;) sift_down(vectors->place, count, i);
}

bool dw_vectors_shrink(dw_vectors *vectors)
{
  if (vectors->most <= DW_VECTORS_LEAST) return false;
  vectors->most = vectors->most / 2 < DW_VECTORS_LEAST ? DW_VECTORS_LEAST : vectors->most / 2;
  if (vectors->kept > 0) cut_sample(vectors);
  return true;
}

void dw_vectors_finish(dw_vectors *vectors)
{
  if (vectors->kept > 0) qsort(vectors->place, vectors->kept, sizeof *vectors->place, by_rank);
}
