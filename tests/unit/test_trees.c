#include "stats/learners/trees.h"

#include "base/mem.h"
#include "golden.h"
#include "stats/tests/roc.h"

/* The table of make_trees.py: five features, those of one kind behind each other. */
typedef struct sample {
  dw_bins bins;
  uint8_t *label;
  uint32_t *row;
  size_t train, test;
  double auc; /* scikit-learn's */
} sample;

static void read_sample(sample *s)
{
  golden table = golden_open("golden/stats_trees.txt");
  golden_next(&table);
  s->train = golden_whole(&table, 0);
  s->test = golden_whole(&table, 1);
  s->auc = golden_number(&table, 2);
  size_t n = s->train + s->test, i = 0;
  double *number = malloc(4 * n * sizeof *number);
  uint32_t *category = malloc(n * sizeof *category);
  s->label = malloc(n);
  s->row = malloc(n * sizeof *s->row);
  for (; golden_next(&table) && i < n; i++) {
    s->label[i] = (uint8_t)golden_whole(&table, 0);
    for (int f = 0; f < 4; f++) number[(size_t)f * n + i] = golden_number(&table, 1 + f);
    category[i] = (uint32_t)golden_whole(&table, 5);
    s->row[i] = (uint32_t)i;
  }
  CHECK(i == n);
  dw_bins_init(&s->bins, n, 5);
  for (size_t f = 0; f < 4; f++) dw_bins_numbers(&s->bins, f, number + f * n);
  dw_bins_categories(&s->bins, 4, category, 9);
  free(number);
  free(category);
}

static void free_sample(sample *s)
{
  dw_bins_free(&s->bins);
  free(s->label);
  free(s->row);
}

static double auc_of(const sample *s, const double *score)
{
  dw_auc auc;
  CHECK(dw_auc_labels(score, s->label + s->train, s->test, &auc, NULL) == DW_OK);
  return auc.auc;
}

/* Two learners of one kind differ by chance about as much as the rounding of their bins: 0.02 in the AUC of 600 rows whose standard
 * error is 0.018. */
TEST(as_good_as_another_implementation)
{
  sample s;
  read_sample(&s);
  double *score = malloc(s.test * sizeof *score);
  dw_trees *trees = dw_trees_train(&s.bins, s.label, s.row, s.train, &dw_trees_defaults);
  dw_trees_predict(trees, &s.bins, s.row + s.train, s.test, NULL, NULL, score);
  double auc = auc_of(&s, score);
  CHECK_MSG(fabs(auc - s.auc) < 0.02, "AUC %.4f, scikit-learn has %.4f", auc, s.auc);
  const double *gain = dw_trees_gain(trees);
  CHECK(gain[3] < gain[0] && gain[3] < gain[1] && gain[3] < gain[4] && gain[3] >= 0); /* noise */
  uint8_t *constant = calloc(s.test, 1);
  dw_trees_predict(trees, &s.bins, s.row + s.train, s.test, &(dw_trees_instead){0, constant}, NULL, score);
  CHECK(auc_of(&s, score) < auc - 0.05); /* without the first feature */
  dw_trees_free(trees);
  free(constant);
  free(score);
  free_sample(&s);
}

TEST(same_rows_same_trees)
{
  sample s;
  read_sample(&s);
  double *once = malloc(s.test * sizeof *once), *twice = malloc(s.test * sizeof *twice);
  dw_trees_options some = dw_trees_defaults;
  some.features = 2;
  some.key = dw_rng_derive(7, "trees");
  for (int i = 0; i < 2; i++) {
    dw_trees *trees = dw_trees_train(&s.bins, s.label, s.row, s.train, &some);
    dw_trees_predict(trees, &s.bins, s.row + s.train, s.test, NULL, NULL, i ? twice : once);
    dw_trees_free(trees);
  }
  CHECK(memcmp(once, twice, s.test * sizeof *once) == 0);
  double auc = auc_of(&s, once);
  CHECK_MSG(auc > 0.7, "AUC %.4f with two features a tree", auc);
  free(once);
  free(twice);
  free_sample(&s);
}

static double answer(const double *value, const uint8_t *label, size_t n, size_t least, size_t asked)
{
  dw_bins bins;
  uint32_t row[16];
  double out;
  dw_bins_init(&bins, n, 1);
  dw_bins_numbers(&bins, 0, value);
  for (size_t i = 0; i < n; i++) row[i] = (uint32_t)i;
  dw_trees_options options = dw_trees_defaults;
  options.least = least;
  dw_trees *trees = dw_trees_train(&bins, label, row, n, &options);
  dw_trees_predict(trees, &bins, &row[asked], 1, NULL, NULL, &out);
  dw_trees_free(trees);
  dw_bins_free(&bins);
  return out;
}

TEST(small_tables)
{
  static const double value[] = {1, 2, 3, 4, 5, 6, 7, NAN};
  static const uint8_t rising[] = {0, 0, 0, 0, 1, 1, 1, 1}, equal[] = {1, 1, 1, 1, 1, 1, 1, 1}, missing[] = {0, 0, 0, 0, 0, 0, 0, 1};
  CHECK(answer(value, rising, 8, 1, 0) < -2 && answer(value, rising, 8, 1, 6) > 2);
  CHECK(answer(value, rising, 8, 1, 7) > 2); /* the missing cell goes where it gains */
  CHECK(answer(value, missing, 8, 1, 7) > 1 && answer(value, missing, 8, 1, 3) < -2);
  CHECK(answer(value, rising, 8, 5, 0) == answer(value, rising, 8, 5, 6)); /* no leaf of 5 rows to be had */
  CHECK(answer(value, equal, 8, 1, 0) == 0);                               /* one class */
  CHECK(answer(value, rising, 0, 1, 0) == 0);
}

/* Rows whose bins the training rows did not have are split by the order of the bins. */
TEST(values_between_those_seen)
{
  double value[40];
  uint8_t label[40];
  uint32_t train[20], test[20];
  for (uint32_t i = 0; i < 40; i++) {
    value[i] = i;
    label[i] = i >= 20;
    if (i % 2) train[i / 2] = i;
    else test[i / 2] = i;
  }
  dw_bins bins;
  dw_bins_init(&bins, 40, 1);
  dw_bins_numbers(&bins, 0, value);
  dw_trees_options options = dw_trees_defaults;
  options.least = 2;
  dw_trees *trees = dw_trees_train(&bins, label, train, 20, &options);
  double out[20];
  dw_trees_predict(trees, &bins, test, 20, NULL, NULL, out);
  for (int i = 0; i < 20; i++) CHECK_MSG(i == 10 || (out[i] > 0) == (i >= 10), "row %d: %g", 2 * i, out[i]);
  dw_trees_free(trees);
  dw_bins_free(&bins);
}

/* What is known of the rows as they are changes nothing of the answer about others. */
TEST(leaves_that_are_known_make_no_difference)
{
  sample s;
  read_sample(&s);
  dw_trees *trees = dw_trees_train(&s.bins, s.label, s.row, s.train, &dw_trees_defaults);
  size_t size = dw_trees_leaves(trees, s.test), differ = 0;
  CHECK(size == 100 * s.test);
  uint8_t *leaves = malloc(size), *other = malloc(s.test);
  double *plain = malloc(3 * s.test * sizeof *plain), *walked = plain + s.test, *known = walked + s.test;
  const uint32_t *row = s.row + s.train;
  dw_trees_predict(trees, &s.bins, row, s.test, NULL, NULL, plain);
  dw_trees_predict(trees, &s.bins, row, s.test, NULL, leaves, known);
  CHECK(memcmp(plain, known, s.test * sizeof *plain) == 0);
  for (size_t f = 0; f < 5; f++) {
    for (size_t i = 0; i < s.test; i++) other[i] = s.bins.bin[f * s.bins.rows + row[s.test - 1 - i]];
    dw_trees_predict(trees, &s.bins, row, s.test, &(dw_trees_instead){f, other}, NULL, walked);
    dw_trees_predict(trees, &s.bins, row, s.test, &(dw_trees_instead){f, other}, leaves, known);
    CHECK(memcmp(walked, known, s.test * sizeof *walked) == 0);
    for (size_t i = 0; i < s.test; i++) differ += walked[i] != plain[i];
  }
  CHECK(differ > s.test);
  free(leaves);
  free(other);
  free(plain);
  dw_trees_free(trees);
  free_sample(&s);
}
