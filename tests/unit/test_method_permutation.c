/* tvd, empirical_mmd and --permutations: deterministic in the seed, near the exact p-value, and never below 1 / (1 + permutations). */
#include "detect/method/method_permutation.h"
#include "detect/check/methods.h"

#include "fixture.h"
#include "stats/tests/twosample.h"

typedef struct subject {
  dw_dataset reference, current;
  dw_pair pair;
} subject;

static void subject_make(subject *s, dw_type type, size_t rows, double shift)
{
  dw_buf text[2] = {{0}};
  for (int side = 0; side < 2; side++) {
    for (size_t i = 0; i < rows; i++) {
      double x = (double)((i * 7919 + (size_t)side * 13) % 1009) / 1009 + side * shift;
      if (type == DW_TYPE_NUMERIC) dw_buf_format(&text[side], "{\"v\":%.6f}\n", x);
      else dw_buf_format(&text[side], "{\"v\":\"c%d\"}\n", (int)(x * 4));
    }
    dw_buf_char(&text[side], '\0');
  }
  fixture_dataset(&s->reference, text[0].data, NULL);
  fixture_dataset(&s->current, text[1].data, NULL);
  dw_pair_make(&s->pair, "v", type, dw_dataset_find(&s->reference, "v"), dw_dataset_find(&s->current, "v"));
  dw_buf_free(&text[0]);
  dw_buf_free(&text[1]);
}

static void subject_free(subject *s)
{
  dw_pair_free(&s->pair);
  dw_dataset_free(&s->reference);
  dw_dataset_free(&s->current);
}

static dw_method_result run(subject *s, const char *method, dw_method_settings settings)
{
  dw_method_result result = {.statistic = NAN, .p_value = NAN};
  dw_err err = {0};
  CHECK_MSG(dw_method_find(method)->run(&s->pair, &settings, &result, &err) == DW_OK, "%s", err.message);
  CHECK(result.detail.length > 0);
  dw_buf_free(&result.detail);
  return result;
}

static void check_method(const char *method, dw_type type)
{
  subject same, apart;
  subject_make(&same, type, 200, 0);
  subject_make(&apart, type, 200, 0.3);
  dw_method_result a = run(&same, method, (dw_method_settings){.seed = 1, .permutations = 199}),
                   b = run(&same, method, (dw_method_settings){.seed = 1, .permutations = 199});
  dw_method_result other = run(&same, method, (dw_method_settings){.seed = 2, .permutations = 199});
  CHECK_MSG(a.p_value == b.p_value && a.statistic == b.statistic && a.statistic == other.statistic, "%s", method);
  CHECK_MSG(a.p_value > 0.05 && fabs(a.p_value - other.p_value) < 0.2, "%s: %g, %g", method, a.p_value, other.p_value);
  CHECK_CLOSE(run(&apart, method, (dw_method_settings){.seed = 1, .permutations = 199}).p_value, 1.0 / 200, 1e-15);
  CHECK(run(&apart, method, (dw_method_settings){.seed = 1, .permutations = 1}).p_value == 0.5);
  subject_free(&same);
  subject_free(&apart);
}

TEST(total_variation)
{
  check_method("tvd", DW_TYPE_CATEGORICAL);
  subject s;
  subject_make(&s, DW_TYPE_CATEGORICAL, 200, 0.3);
  CHECK_CLOSE(run(&s, "tvd", (dw_method_settings){0}).p_value, 1.0 / 1000, 1e-15); /* 999 of its own */
  dw_method_result theirs = run(&s, "tvd", (dw_method_settings){.preset = DW_PRESET_EVIDENTLY});
  CHECK(theirs.p_value == 0); /* hits / 1000 */
  subject_free(&s);
}

TEST(mean_discrepancy)
{
  check_method("empirical_mmd", DW_TYPE_NUMERIC);
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, 1100, 0.02);
  dw_method_result sampled = run(&s, "empirical_mmd", (dw_method_settings){.permutations = 9});
  CHECK(sampled.approximate && sampled.warning && sampled.p_value >= 0.1);
  subject_free(&s);
}

/* Near the p-value of the exact law. */
TEST(numbers)
{
  subject s;
  subject_make(&s, DW_TYPE_NUMERIC, 60, 0.12);
  dw_test exact;
  dw_method_result result = {.statistic = NAN};
  CHECK(dw_kuiper(s.pair.reference->sorted, s.pair.current->sorted, &exact, NULL) == DW_OK && exact.exact);
  dw_method_settings settings = {.permutations = 4000, .seed = 3};
  CHECK(dw_permute_numbers(&s.pair, &settings, dw_kuiper_statistic, &result) == DW_OK);
  CHECK_MSG(fabs(result.p_value - exact.p_value) < 5 * sqrt(exact.p_value * (1 - exact.p_value) / 4000), "%g, exactly %g", result.p_value,
            exact.p_value);
  dw_buf_free(&result.detail);
  dw_method_result anderson = run(&s, "anderson", settings);
  dw_test limit;
  CHECK(dw_anderson_darling(s.pair.reference->sorted, s.pair.current->sorted, false, &limit, NULL) == DW_OK);
  CHECK_MSG(fabs(anderson.p_value - limit.p_value) < 0.05, "%g, in the limit %g", anderson.p_value, limit.p_value);
  subject_free(&s);
}
