/* Held to sklearn's LogisticRegression (tests/golden/make_logistic.py), in each layout of the rows. */
#include "stats/learners/logistic.h"

#include "golden.h"
#include "stats/tests/roc.h"

typedef struct table_case {
  size_t n, width;
  double *dense;
  float *dense32;
  size_t *start;
  uint32_t *column;
  float *value;
  unsigned char *label;
} table_case;

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static table_case make_case(uint64_t seed, size_t n, size_t width, uint64_t rarity)
{
  table_case c = {n,
                  width,
                  golden_sample(seed, n * width, 1, -1.5, 16),
                  malloc(n * width * sizeof(float)),
                  malloc((n + 1) * sizeof(size_t)),
                  malloc(n * width * sizeof(uint32_t)),
                  malloc(n * width * sizeof(float)),
                  malloc(n)};
  double *noise = golden_sample(seed + 2, n, 2, 0, 0), *total = malloc(n * sizeof *total);
  size_t cells = 0;
  for (size_t i = 0; i < n; i++) {
    double sum = 0;
    c.start[i] = cells;
    for (size_t k = 0; k < width; k++) {
      double *cell = &c.dense[i * width + k];
      if (rarity && golden_bits(seed + 1, i * width + k) % rarity) *cell = 0;
      c.dense32[i * width + k] = (float)*cell;
      sum += *cell;
      if (*cell == 0) continue;
      c.column[cells] = (uint32_t)k;
      c.value[cells++] = (float)*cell;
    }
    noise[i] += sum;
    total[i] = noise[i];
  }
  c.start[n] = cells;
  qsort(total, n, sizeof *total, by_value);
  for (size_t i = 0; i < n; i++) c.label[i] = noise[i] > total[n / 2];
  free(noise);
  free(total);
  return c;
}

static void free_case(table_case *c)
{
  free(c->dense);
  free(c->dense32);
  free(c->start);
  free(c->column);
  free(c->value);
  free(c->label);
}

TEST(golden_table)
{
  golden table = golden_open("golden/stats_logistic.txt");
  int seen = 0;
  while (golden_next(&table)) {
    size_t n = golden_whole(&table, 1), width = golden_whole(&table, 2);
    table_case c = make_case(golden_whole(&table, 0), n, width, golden_whole(&table, 3));
    dw_rows layout[3] = {{n, width, .dense = c.dense},
                         {n, width, .dense32 = c.dense32},
                         {n, width, .start = c.start, .column = c.column, .value = c.value}};
    for (int k = 0; k < 3; k++) {
      dw_logistic model;
      dw_logistic_options o = {.penalty = golden_number(&table, 4), .tolerance = 1e-12, .rounds = 2000};
      double *score = malloc(n * sizeof *score);
      dw_auc auc;
      CHECK(dw_logistic_fit(&model, &layout[k], NULL, n, c.label, &o, NULL) == DW_OK);
      CHECK_MSG(model.converged || model.rounds < o.rounds, "case %d: %u rounds", seen, model.rounds);
      CHECK_MSG(test_close(model.intercept, golden_number(&table, 6), 1e-6), "case %d: intercept %.12g, want %.12g", seen, model.intercept,
                golden_number(&table, 6));
      for (size_t i = 0; i < width; i++)
        CHECK_MSG(fabs(model.weight[i] - golden_number(&table, 7 + (int)i)) < 1e-7 * (1 + fabs(golden_number(&table, 7 + (int)i))),
                  "case %d, layout %d, weight %zu: %.12g, want %.12g", seen, k, i, model.weight[i], golden_number(&table, 7 + (int)i));
      for (size_t i = 0; i < n; i++) score[i] = dw_logistic_score(&model, &layout[k], i);
      CHECK(dw_auc_labels(score, c.label, n, &auc, NULL) == DW_OK);
      CHECK_CLOSE(auc.auc, golden_number(&table, 5), 1e-9);
      free(score);
      dw_logistic_free(&model);
    }
    free_case(&c);
    seen++;
  }
  CHECK(seen == 6);
}

/* Fitting on a list of rows is fitting on those rows alone, and the default tolerance ranks as the exact one does. */
TEST(some_rows)
{
  table_case c = make_case(7, 400, 6, 0);
  uint32_t train[200];
  double *half = malloc(200 * 6 * sizeof *half);
  unsigned char label[200];
  for (size_t i = 0; i < 200; i++) {
    train[i] = (uint32_t)(2 * i + i % 2);
    memcpy(half + 6 * i, c.dense + 6 * train[i], 6 * sizeof *half);
    label[i] = c.label[train[i]];
  }
  dw_logistic a, b;
  dw_logistic_options o = {.penalty = 1};
  CHECK(dw_logistic_fit(&a, &(dw_rows){400, 6, .dense = c.dense}, train, 200, c.label, &o, NULL) == DW_OK);
  CHECK(dw_logistic_fit(&b, &(dw_rows){200, 6, .dense = half}, NULL, 200, label, &o, NULL) == DW_OK);
  CHECK(a.converged && a.rounds == b.rounds && a.intercept == b.intercept && memcmp(a.weight, b.weight, 6 * sizeof(double)) == 0);
  dw_logistic_free(&a);
  dw_logistic_free(&b);
  free(half);
  free_case(&c);
}

/* Separable classes, one row a class, columns of zeros, large values. */
TEST(edges)
{
  double separable[] = {-2, 0, -1, 0, 1, 0, 2, 0}, huge[] = {-1e6, 3, 1e6, 4, -2e6, 1, 2e6, 2}, bad[] = {1, NAN, 2, 3},
         endless[] = {1, INFINITY, 2, 3};
  unsigned char label[] = {0, 0, 1, 1}, mixed[] = {0, 1, 0, 1}, same[] = {1, 1, 1, 1};
  dw_logistic model;
  dw_err err;
  dw_logistic_options o = {.penalty = 1e-3};
  CHECK(dw_logistic_fit(&model, &(dw_rows){4, 2, .dense = separable}, NULL, 4, label, &o, &err) == DW_OK);
  CHECK(model.converged && model.weight[0] > 1 && model.weight[1] == 0 && fabs(model.intercept) < 1e-2);
  dw_logistic_free(&model);
  CHECK(dw_logistic_fit(&model, &(dw_rows){4, 2, .dense = huge}, NULL, 4, mixed, &o, &err) == DW_OK);
  CHECK(isfinite(model.weight[0]) && isfinite(model.intercept) && model.weight[0] > 0);
  dw_logistic_free(&model);
  CHECK(dw_logistic_fit(&model, &(dw_rows){4, 2, .dense = separable}, NULL, 4, same, &o, &err) == DW_ENODATA);
  dw_logistic_free(&model);
  CHECK(dw_logistic_fit(&model, &(dw_rows){4, 2, .dense = separable}, NULL, 0, same, &o, &err) == DW_ENODATA);
  CHECK(dw_logistic_fit(&model, &(dw_rows){2, 2, .dense = bad}, NULL, 2, mixed, &o, &err) == DW_EDATA);
  CHECK(dw_logistic_fit(&model, &(dw_rows){2, 2, .dense = endless}, NULL, 2, mixed, &o, &err) == DW_EDATA);
  CHECK(model.weight == NULL);
}
