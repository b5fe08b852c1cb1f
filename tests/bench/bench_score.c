/* bench_score: records a second of the two engines that score with a model of XGBoost, the library and our own, in turns on the same
 * records; by the processor time of all threads, which other programs disturb less than the clock. Ends with 1 where our own is slower than
 * the library, or where a score differs by more than 1e-6.
 *   bench_score [ROWS]   (100000)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/rng.h"
#include "model/booster/booster.h"

enum { WIDTH = 20, TURNS = 7, CLASSES = 3, LEARNED = 5000 };

typedef struct shape {
  const char *title;
  unsigned rounds;
  double missing;
  unsigned classes;
  const char *setting[10]; /* pairs, NULL behind the last */
} shape;

static const shape shapes[] = {
    {"depth 6, 100 trees", 100, 0, 1, {"objective", "binary:logistic", "max_depth", "6"}},
    {"the same, 10 % missing", 100, 0.1, 1, {"objective", "binary:logistic", "max_depth", "6"}},
    {"depth 3, 300 trees", 300, 0.02, 1, {"objective", "binary:logistic", "max_depth", "3"}},
    {"depth 10, 50 trees", 50, 0.02, 1, {"objective", "reg:squarederror", "max_depth", "10"}},
    {"3 classes, 3 x 50 trees", 50, 0.02, CLASSES, {"objective", "multi:softprob", "max_depth", "6", "num_class", "3"}},
    {"dart, 50 trees", 50, 0.02, 1, {"objective", "binary:logistic", "max_depth", "6", "booster", "dart", "rate_drop", "0.1"}},
    {"linear", 10, 0.02, 1, {"objective", "reg:squarederror", "booster", "gblinear", "updater", "coord_descent"}},
};

static dw_err err;

static void must(dw_status status)
{
  if (status == DW_OK) return;
  fprintf(stderr, "bench_score: %s\n", err.message);
  exit(4);
}

static double seconds(void)
{
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make(const shape *s, size_t rows, float *x, float *y)
{
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(7, "bench_score"), 0, 0);
  for (size_t i = 0; i < rows; i++) {
    double sum = 0;
    for (size_t j = 0; j < WIDTH; j++) {
      double value = dw_rng_uniform(&rng), weight = j % 2 ? 1 : -1;
      sum += weight * value + (j % 5 ? 0 : 2 * value * value);
      x[i * WIDTH + j] = dw_rng_uniform(&rng) < s->missing ? NAN : (float)value;
    }
    y[i] = s->classes > 1 ? (float)((sum > 1) + (sum > 3)) : (float)(sum > 2);
  }
}

static dw_buf trained(const shape *s, const float *x, const float *y, size_t rows)
{
  dw_booster_data *data;
  dw_booster *booster;
  dw_buf text = {0};
  must(dw_booster_data_new(&data, x, rows, WIDTH, y, NULL, &err));
  must(dw_booster_new(&booster, s->setting, &data, 1, &err));
  must(dw_booster_set(booster, "nthread", "1", &err));
  for (unsigned round = 0; round < s->rounds; round++) must(dw_booster_update(booster, round, data, &err));
  must(dw_booster_save(booster, &text, &err));
  dw_booster_free(booster);
  dw_booster_data_free(data);
  return text;
}

/* The best of the turns, in millions of records a second. */
static bool measure(const shape *s, const dw_buf *model, const float *x, size_t rows, unsigned threads)
{
  static const dw_engine engines[2] = {DW_ENGINE_LIBRARY, DW_ENGINE_OWN};
  double best[2] = {INFINITY, INFINITY}, apart = 0;
  dw_booster *booster[2];
  float *score[2];
  for (int e = 0; e < 2; e++) {
    score[e] = dw_alloc_array(rows * s->classes, sizeof *score[e]);
    must(dw_booster_load(&booster[e], model->data, model->length, s->title, &err));
    must(dw_booster_engine(booster[e], engines[e], &err));
    must(dw_booster_predict(booster[e], x, DW_BOOSTER_CHECKED, threads, score[e], &err)); /* checks, and what is made at the first call */
  }
  for (int turn = 0; turn < TURNS; turn++)
    for (int e = 0; e < 2; e++) {
      double start = seconds();
      must(dw_booster_predict(booster[e], x, rows, threads, score[e], &err));
      best[e] = fmin(best[e], seconds() - start);
    }
  for (size_t i = 0; i < rows * s->classes; i++)
    apart = fmax(apart, fabs((double)score[0][i] - (double)score[1][i]) / fmax(1, fabs((double)score[0][i])));
  double ratio = best[0] / best[1];
  printf("| %-24s | %u | %7.2f | %7.2f | %5.2f | %.1e |\n", s->title, threads, (double)rows / best[0] / 1e6, (double)rows / best[1] / 1e6,
         ratio, apart);
  for (int e = 0; e < 2; e++) {
    dw_booster_free(booster[e]);
    dw_free(score[e]);
  }
  return ratio >= 1 && apart <= 1e-6;
}

int main(int argc, char **argv)
{
  long asked = argc > 1 ? strtol(argv[1], NULL, 10) : 100000;
  if (asked < DW_BOOSTER_CHECKED) return 2;
  size_t rows = (size_t)asked;
  float *x = dw_alloc_array(rows * WIDTH, sizeof *x), *y = dw_alloc_array(rows, sizeof *y);
  bool good = true;
  printf("| model of 20 features     | threads | library | own | own / library | apart |\n|---|---|---|---|---|---|\n");
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    make(&shapes[i], rows, x, y);
    dw_buf model = trained(&shapes[i], x, y, rows < LEARNED ? rows : LEARNED);
    for (unsigned threads = 1; threads <= 2; threads++) good &= measure(&shapes[i], &model, x, rows, threads);
    dw_buf_free(&model);
    fflush(stdout);
  }
  printf("\nMillions of records a second of processor time; the best of %d turns.\n", TURNS);
  dw_free(x);
  dw_free(y);
  return good ? 0 : 1;
}
