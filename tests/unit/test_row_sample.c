/* The sample of records is the same however it was arrived at, and each record is as likely in it. */
#include "model/encode/row_sample.h"

#include <math.h>

#include "test.h"

enum { RECORDS = 5000 };

/* Takes all records, trimming to k + slack after each `every` of them, and to k at the end. */
static void draw(dw_row_sample *sample, uint64_t seed, size_t k, size_t slack, size_t every)
{
  static size_t keep[RECORDS];
  dw_row_sample_init(sample, seed);
  for (size_t i = 0; i < RECORDS; i++) {
    dw_row_sample_take(sample);
    if (i % every == 0 && sample->count > k + slack) dw_row_sample_trim(sample, k + slack, keep);
  }
  CHECK(dw_row_sample_trim(sample, k, keep) == k);
  for (size_t i = 1; i < k; i++) CHECK(keep[i] > keep[i - 1] && sample->record[i] > sample->record[i - 1]);
}

TEST(one_sample_whatever_the_way)
{
  static const size_t way[][2] = {{0, 1}, {0, 999}, {300, 7}, {50, 100}, {2000, 64}};
  dw_row_sample want, got;
  draw(&want, 1, 500, RECORDS, RECORDS);
  CHECK(want.seen == RECORDS && want.count == 500);
  for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
    draw(&got, 1, 500, way[i][0], way[i][1]);
    CHECK(got.seen == RECORDS && memcmp(got.record, want.record, 500 * sizeof *got.record) == 0);
    dw_row_sample_free(&got);
  }
  draw(&got, 2, 500, 0, 1);
  CHECK(memcmp(got.record, want.record, 500 * sizeof *got.record) != 0);
  dw_row_sample_free(&got);
  size_t keep[500];
  dw_row_sample_init(&got, 1); /* a sample of a sample is a sample of all */
  for (size_t i = 0; i < 500; i++) dw_row_sample_add(&got, want.record[i]);
  CHECK(dw_row_sample_trim(&got, 20, keep) == 20);
  dw_row_sample few;
  draw(&few, 1, 20, 0, 1);
  CHECK(memcmp(got.record, few.record, 20 * sizeof *few.record) == 0);
  dw_row_sample_free(&few);
  dw_row_sample_free(&got);
  dw_row_sample_free(&want);
}

/* 200 draws of 500 among 5000: each tenth of the stream holds a tenth of the sample, within 5 standard deviations. */
TEST(all_alike)
{
  size_t of_part[10] = {0}, draws = 200;
  for (uint64_t seed = 1; seed <= draws; seed++) {
    dw_row_sample sample;
    draw(&sample, seed, 500, 0, 250);
    for (size_t i = 0; i < sample.count; i++) of_part[sample.record[i] / (RECORDS / 10)]++;
    dw_row_sample_free(&sample);
  }
  double expected = 500.0 * (double)draws / 10, sd = sqrt(expected * 0.9 * 0.9);
  for (int k = 0; k < 10; k++) CHECK_MSG(fabs((double)of_part[k] - expected) < 5 * sd, "part %d: %zu", k, of_part[k]);
}

TEST(edges)
{
  size_t keep[3];
  dw_row_sample sample;
  dw_row_sample_init(&sample, 1);
  CHECK(dw_row_sample_trim(&sample, 3, keep) == 0);
  for (int i = 0; i < 3; i++) CHECK(dw_row_sample_take(&sample));
  CHECK(dw_row_sample_trim(&sample, 3, keep) == 3 && keep[2] == 2);
  CHECK(dw_row_sample_trim(&sample, 0, keep) == 0 && sample.seen == 3);
  dw_row_sample_free(&sample);
}
