/* Held to mpmath's digits (tests/golden/make_special.py); the tolerances are those of the header. */
#include "stats/distributions/special.h"

#include "golden.h"

typedef struct function {
  const char *name;
  double tolerance;
  double (*one)(double);
  double (*two)(double, double);
  double (*three)(double, double, double);
} function;

static double choose(double n, double k) { return dw_choose_log((uint64_t)n, (uint64_t)k); }
static double smirnov(double n, double x) { return dw_smirnov_sf((uint64_t)n, x); }
static double kstwo(double x, double n) { return dw_kstwo_sf_as_scipy(x, (uint64_t)n); }
static double binomial_sf(double k, double n, double p) { return dw_binomial_sf((uint64_t)k, (uint64_t)n, p); }
static double binomial_pmf(double k, double n, double p) { return dw_binomial_pmf((uint64_t)k, (uint64_t)n, p); }

static const function functions[] = {
    {"gamma_log", 1e-15, dw_gamma_log, NULL, NULL},
    {"gamma_rest", 5e-14, dw_gamma_rest, NULL, NULL},
    {"deviance", 2e-15, NULL, dw_deviance, NULL},
    {"gamma_q", 1e-12, NULL, dw_gamma_q, NULL},
    {"gamma_p", 1e-12, NULL, dw_gamma_p, NULL},
    {"chi2_sf", 1e-12, NULL, dw_chi2_sf, NULL},
    {"beta_i", 1e-12, NULL, NULL, dw_beta_i},
    {"beta_ic", 1e-12, NULL, NULL, dw_beta_ic},
    {"student_two_sided", 1e-12, NULL, dw_student_two_sided, NULL},
    {"student_quantile", 1e-12, NULL, dw_student_quantile, NULL},
    {"f_sf", 1e-12, NULL, NULL, dw_f_sf},
    {"f_cdf", 1e-12, NULL, NULL, dw_f_cdf},
    {"bessel_k_quarter", 1e-14, dw_bessel_k_quarter, NULL, NULL},
    {"bessel_k_quarter_scaled", 1e-14, dw_bessel_k_quarter_scaled, NULL, NULL},
    {"cvm_limit_sf", 1e-12, dw_cvm_limit_sf, NULL, NULL},
    {"cvm_limit_cdf", 1e-13, dw_cvm_limit_cdf, NULL, NULL},
    {"anderson_limit_sf", 1e-12, dw_anderson_limit_sf, NULL, NULL},
    {"anderson_limit_cdf", 1e-13, dw_anderson_limit_cdf, NULL, NULL},
    {"kolmogorov_cdf", 1e-12, dw_kolmogorov_cdf, NULL, NULL},
    {"kuiper_limit_sf", 1e-12, dw_kuiper_limit_sf, NULL, NULL},
    {"binomial_sf", 1e-12, NULL, NULL, binomial_sf},
    {"binomial_pmf", 1e-12, NULL, NULL, binomial_pmf},
    {"choose_log", 1e-15, NULL, choose, NULL},
    {"normal_sf", 2e-15, dw_normal_sf, NULL, NULL},
    {"erfc", 2e-15, dw_erfc, NULL, NULL},
    {"normal_quantile", 3e-15, dw_normal_quantile, NULL, NULL},
    {"kolmogorov_sf", 1e-12, dw_kolmogorov_sf, NULL, NULL},
    {"smirnov_sf", 1e-12, NULL, smirnov, NULL},
    {"kstwo_sf", 1e-11, NULL, kstwo, NULL},
};
enum { FUNCTIONS = (int)(sizeof functions / sizeof *functions) };

TEST(golden_table)
{
  int seen[FUNCTIONS] = {0};
  golden table = golden_open("golden/stats_special.txt");
  while (golden_next(&table)) {
    int which = 0;
    while (which < FUNCTIONS && strcmp(functions[which].name, table.field[0]) != 0) which++;
    CHECK_MSG(which < FUNCTIONS, "no function %s", table.field[0]);
    if (which == FUNCTIONS) continue;
    const function *f = &functions[which];
    seen[which]++;
    double x = golden_number(&table, 1), y = golden_number(&table, 2), z = golden_number(&table, 3), got, want;
    if (f->one) {
      got = f->one(x);
      want = y;
    } else if (f->two) {
      got = f->two(x, y);
      want = z;
    } else {
      got = f->three(x, y, z);
      want = golden_number(&table, 4);
    }
    CHECK_MSG(test_close(got, want, f->tolerance), "%s(%s, %s, %s) = %.17g, want %.17g: %.3g off", f->name, table.field[1], table.field[2],
              table.fields > 3 ? table.field[3] : "", got, want, fabs(got / want - 1));
  }
  for (int i = 0; i < FUNCTIONS; i++) CHECK_MSG(seen[i] >= 10, "%s: %d cases", functions[i].name, seen[i]);
}

/* The exact law on both sides of every switch (tests/golden/make_kstwo.py). */
TEST(kstwo_is_exact)
{
  golden table = golden_open("golden/kstwo.txt");
  int seen = 0;
  while (golden_next(&table)) {
    double x = golden_number(&table, 0), want = golden_number(&table, 2), got = dw_kstwo_sf(x, golden_whole(&table, 1));
    CHECK_MSG(test_close(got, want, 1e-9), "n %s, n x^2 %.3g: %.17g, want %s: %.3g off", table.field[1], x * x * golden_number(&table, 1),
              got, table.field[2], fabs(got / want - 1));
    seen++;
  }
  CHECK(seen >= 90);
}

TEST(outside_the_domain)
{
  CHECK(isnan(dw_gamma_log(0)) && isnan(dw_gamma_log(-1)) && isnan(dw_gamma_log(NAN)));
  CHECK(isnan(dw_gamma_p(0, 1)) && isnan(dw_gamma_q(1, -1)) && isnan(dw_gamma_q(NAN, 1)));
  CHECK(isnan(dw_beta_i(1, 0, 0.5)) && isnan(dw_beta_i(1, 1, 1.5)) && isnan(dw_beta_i(1, 1, NAN)));
  CHECK(isnan(dw_chi2_sf(1, 0)) && isnan(dw_chi2_sf(0, 0)) && isnan(dw_student_two_sided(1, 0)) && isnan(dw_student_two_sided(NAN, 3)));
  CHECK(isnan(dw_normal_quantile(-0.1)) && isnan(dw_normal_quantile(1.1)) && isnan(dw_normal_quantile(NAN)));
  CHECK(isnan(dw_kstwo_sf(0.5, 0)) && isnan(dw_smirnov_sf(0, 0.5)) && isnan(dw_kstwo_sf(NAN, 5)) && isnan(dw_kolmogorov_sf(NAN)));
  CHECK(isnan(dw_binomial_pmf(1, 2, 1.5)) && isnan(dw_binomial_cdf(1, 2, NAN)));
}

TEST(ends)
{
  CHECK(dw_gamma_p(2, 0) == 0 && dw_gamma_q(2, 0) == 1 && dw_gamma_q(2, INFINITY) == 0 && dw_gamma_p(2, INFINITY) == 1);
  CHECK(dw_chi2_sf(0, 3) == 1 && dw_chi2_sf(INFINITY, 3) == 0 && dw_chi2_cdf(-1, 3) == 0);
  CHECK(dw_beta_i(2, 3, 0) == 0 && dw_beta_i(2, 3, 1) == 1 && dw_beta_ic(2, 3, 0) == 1 && dw_beta_ic(2, 3, 1) == 0);
  CHECK(dw_student_sf(0, 5) == 0.5 && dw_student_two_sided(INFINITY, 5) == 0 && dw_student_two_sided(0, 5) == 1);
  CHECK(dw_student_two_sided(1.5, INFINITY) == 2 * dw_normal_sf(1.5));
  CHECK_CLOSE(dw_student_sf(-1.5, 4) + dw_student_sf(1.5, 4), 1, 1e-15);
  CHECK(dw_student_cdf(-1e30, 5) == dw_student_two_sided(1e30, 5) / 2 && dw_student_cdf(-1e30, 5) > 0); /* the lower tail, too */
  CHECK_CLOSE(dw_student_cdf(1.5, 4) + dw_student_sf(1.5, 4), 1, 1e-15);
  CHECK(dw_f_sf(0, 2, 3) == 1 && dw_f_sf(INFINITY, 2, 3) == 0);
  CHECK(dw_normal_sf(0) == 0.5 && dw_normal_sf(INFINITY) == 0 && dw_normal_cdf(INFINITY) == 1 && dw_normal_sf(-INFINITY) == 1);
  CHECK(dw_normal_quantile(0) == -INFINITY && dw_normal_quantile(1) == INFINITY && dw_normal_quantile(0.5) == 0);
  CHECK(dw_kstwo_sf_as_scipy(1, 5) == 0 && dw_kstwo_sf(1, 5) == 0 && dw_kstwo_sf(0, 5) == 1 && dw_kstwo_sf(0.05, 10) == 1 &&
        dw_smirnov_sf(9, 0) == 1 && dw_smirnov_sf(9, 1) == 0);
  CHECK(dw_binomial_sf(5, 5, 0.5) == 0 && dw_binomial_cdf(5, 5, 0.5) == 1 && dw_binomial_pmf(6, 5, 0.5) == 0);
  CHECK(dw_binomial_pmf(0, 5, 0) == 1 && dw_binomial_pmf(5, 5, 1) == 1 && dw_binomial_pmf(1, 5, 0) == 0);
  CHECK(dw_choose_log(3, 4) == -INFINITY && dw_choose_log(3, 3) == 0 && dw_choose_log(3, 0) == 0);
  CHECK(dw_factorial_log(0) == 0 && dw_factorial_log(1) == 0);
}

TEST(both_tails_make_one)
{
  for (int i = 0; i < 200; i++) {
    double a = ldexp(1 + golden_uniform(1, 2 * i), i % 14 - 4), x = a * (0.3 + 2 * golden_uniform(1, 2 * i + 1));
    CHECK(fabs(dw_gamma_p(a, x) + dw_gamma_q(a, x) - 1) < 1e-13);
    double u = golden_uniform(2, i);
    CHECK(fabs(dw_beta_i(a, x, u) + dw_beta_ic(a, x, u) - 1) < 1e-13);
    CHECK_CLOSE(dw_normal_quantile(dw_normal_cdf(4 * u - 4)), 4 * u - 4, 1e-14);
    CHECK(fabs(dw_binomial_cdf(i, 200, u) + dw_binomial_sf(i, 200, u) - 1) < 1e-13);
  }
}

TEST(kstwo_falls_with_x)
{
  static const uint64_t sizes[] = {3, 50, 140, 141, 800, 20000, 100001, 3000000};
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    double before = 1, root = sqrt((double)sizes[k]);
    for (int i = 1; i <= 60; i++) {
      double p = dw_kstwo_sf(i * 0.05 / root, sizes[k]);
      CHECK_MSG(p <= before * (1 + 1e-6) && p >= 0, "n = %llu, i = %d: %g after %g", (unsigned long long)sizes[k], i, p, before);
      before = p;
    }
  }
}
