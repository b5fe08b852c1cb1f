#include "data/columns/vectors.h"

#include "golden.h"

static void add_rows(dw_vectors *vectors, const double *x, size_t from, size_t to, size_t width)
{
  for (size_t i = from; i < to; i++) CHECK(dw_vectors_add(vectors, x + i * width, width));
}

TEST(moments_of_components)
{
  enum { ROWS = 501, WIDTH = 7 };
  double *x = golden_sample(3, ROWS * WIDTH, 1, 1e6, 0);
  dw_vectors vectors;
  dw_vectors_init(&vectors, DW_VECTORS_BYTES);
  add_rows(&vectors, x, 0, ROWS, WIDTH);
  dw_vectors_finish(&vectors);
  CHECK(vectors.count == ROWS && vectors.width == WIDTH && vectors.kept == ROWS && vectors.norm.count == ROWS);
  for (size_t d = 0; d < WIDTH; d++) {
    double mean = 0, m2 = 0;
    for (size_t i = 0; i < ROWS; i++) mean += (x[i * WIDTH + d] - 1e6) / ROWS;
    for (size_t i = 0; i < ROWS; i++) m2 += (x[i * WIDTH + d] - 1e6 - mean) * (x[i * WIDTH + d] - 1e6 - mean);
    CHECK_CLOSE(vectors.mean[d], 1e6 + mean, 1e-14);
    CHECK_CLOSE(vectors.m2[d], m2, 1e-9);
  }
  dw_vectors_free(&vectors);
  free(x);
}

/* Which vectors are kept depends on how many there are and how many may stay, not on when that was said. */
TEST(sample_of_smallest_rank)
{
  enum { ROWS = 3000, WIDTH = 4 };
  double *x = golden_sample(4, ROWS * WIDTH, 1, 0, 0);
  dw_vectors small, shrunk, late;
  dw_vectors_init(&small, 250 * WIDTH * sizeof(double));
  dw_vectors_init(&shrunk, 1000 * WIDTH * sizeof(double));
  dw_vectors_init(&late, 1000 * WIDTH * sizeof(double));
  add_rows(&small, x, 0, ROWS, WIDTH);
  add_rows(&shrunk, x, 0, 700, WIDTH);
  CHECK(dw_vectors_shrink(&shrunk));
  add_rows(&shrunk, x, 700, 2000, WIDTH);
  CHECK(dw_vectors_shrink(&shrunk));
  add_rows(&shrunk, x, 2000, ROWS, WIDTH);
  add_rows(&late, x, 0, ROWS, WIDTH);
  CHECK(dw_vectors_memory(&late) < 1000 * WIDTH * 8 + 1024 * sizeof(dw_vector_place) + 1000);
  CHECK(dw_vectors_shrink(&late) && dw_vectors_shrink(&late));
  dw_vectors_finish(&small);
  dw_vectors_finish(&shrunk);
  dw_vectors_finish(&late);
  CHECK(small.kept == 250 && shrunk.kept == 250 && late.kept == 250 && small.count == ROWS);
  for (size_t i = 0; i < 250; i++) {
    CHECK(small.place[i].number == shrunk.place[i].number && small.place[i].number == late.place[i].number);
    CHECK(memcmp(dw_vectors_row(&small, i), x + small.place[i].number * WIDTH, WIDTH * sizeof *x) == 0);
    CHECK(memcmp(dw_vectors_row(&shrunk, i), x + small.place[i].number * WIDTH, WIDTH * sizeof *x) == 0);
    CHECK(memcmp(dw_vectors_row(&late, i), x + small.place[i].number * WIDTH, WIDTH * sizeof *x) == 0);
    if (i > 0) CHECK(small.place[i - 1].rank < small.place[i].rank);
  }
  CHECK(dw_vectors_shrink(&late) && late.most == 125);
  while (dw_vectors_shrink(&late)) continue;
  CHECK(late.most == DW_VECTORS_LEAST && late.kept == DW_VECTORS_LEAST);
  dw_vectors_free(&small);
  dw_vectors_free(&shrunk);
  dw_vectors_free(&late);
  free(x);
}

/* 1000 of 20000: the mean row number of the sample is 10000 within 5 standard errors, and each quarter holds about a quarter. */
TEST(sample_is_uniform)
{
  dw_vectors vectors;
  dw_vectors_init(&vectors, 1000 * sizeof(double));
  for (size_t i = 0; i < 20000; i++) {
    double x = (double)i;
    dw_vectors_add(&vectors, &x, 1);
  }
  dw_vectors_finish(&vectors);
  double mean = 0;
  int quarter[4] = {0};
  for (size_t i = 0; i < vectors.kept; i++) {
    mean += dw_vectors_row(&vectors, i)[0] / 1000;
    quarter[vectors.place[i].number / 5000]++;
  }
  CHECK(vectors.kept == 1000 && fabs(mean - 10000) < 5 * 20000 / sqrt(12.0 * 1000));
  for (int i = 0; i < 4; i++) CHECK(abs(quarter[i] - 250) < 70);
  dw_vectors_free(&vectors);
}

/* Hostile lines hold millions of components: no sample of a fixed number of them. */
TEST(very_long_vectors)
{
  enum { WIDTH = 400000 };
  double *x = calloc(WIDTH, sizeof *x);
  dw_vectors vectors;
  dw_vectors_init(&vectors, 1 << 20);
  for (int i = 0; i < 5; i++) CHECK(dw_vectors_add(&vectors, x, WIDTH));
  CHECK(vectors.kept == 2 && vectors.count == 5 && dw_vectors_memory(&vectors) < 4 * WIDTH * sizeof *x + 1000 &&
        !dw_vectors_shrink(&vectors));
  dw_vectors_free(&vectors);
  free(x);
}

TEST(left_out)
{
  double x[] = {1, 2, 3}, beyond[] = {1, INFINITY, 0}, large[] = {1e200, 0, 0}, small[] = {0, 1e-200, 0}, zero[] = {0, 0, 0};
  dw_vectors vectors;
  dw_vectors_init(&vectors, DW_VECTORS_BYTES);
  CHECK(!dw_vectors_add(&vectors, x, 0) && vectors.width == 0);
  CHECK(!dw_vectors_add(&vectors, beyond, 3) && vectors.width == 0);
  CHECK(dw_vectors_add(&vectors, x, 3));
  CHECK(!dw_vectors_add(&vectors, x, 2) && !dw_vectors_add(&vectors, large, 3) && !dw_vectors_add(&vectors, small, 3));
  CHECK(vectors.count == 1 && vectors.kept == 1 && vectors.other_length == 2 && vectors.infinite == 3 && vectors.mean[2] == 3 &&
        vectors.m2[1] == 0);
  CHECK(dw_vectors_add(&vectors, zero, 3) && vectors.count == 2);
  dw_vectors_finish(&vectors);
  dw_vectors_free(&vectors);
  dw_vectors_init(&vectors, 1);
  CHECK(dw_vectors_shrink(&vectors) == false);
  dw_vectors_finish(&vectors);
  dw_vectors_free(&vectors);
}
