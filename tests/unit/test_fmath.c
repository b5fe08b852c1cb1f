#include "test.h"

#include "base/fmath.h"

typedef double one_argument(double);

static const struct {
  const char *name;
  one_argument *function;
  double limit; /* the accuracy that the header states, in ulps */
} functions[] = {
    {"exp", dw_exp, 1},     {"expm1", dw_expm1, 1}, {"log", dw_log, 1}, {"log1p", dw_log1p, 1}, {"log2", dw_log2, 1},
    {"log10", dw_log10, 1}, {"sin", dw_sin, 1},     {"cos", dw_cos, 1}, {"tanh", dw_tanh, 1},   {"atan", dw_atan, 1},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static double ulp_of(double x)
{
  int exponent;
  frexp(x, &exponent);
  return ldexp(1.0, exponent - 53 < -1074 ? -1074 : exponent - 53);
}

/* The distance from got to the true value (head + off ulps), in ulps of head. */
static double ulps(double got, double head, double off)
{
  if (!isfinite(got)) return INFINITY;
  return fabs((got - head) / ulp_of(head) - off);
}

/* tests/golden/fmath.txt: made by fmath.py beside it (mpmath, 400 bits). */
TEST(fmath_agrees_with_mpmath)
{
  const char *path = getenv("DW_FMATH_TABLE");
  char *text = test_read(path ? path : "golden/fmath.txt", NULL);
  CHECK(text != NULL);
  if (!text) return;
  int lines[FUNCTIONS + 1] = {0};
  double worst[FUNCTIONS + 1] = {0};
  char *save = NULL;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
    char *end = strchr(line, ' ');
    *end++ = '\0';
    int i = 0;
    while (i < FUNCTIONS && strcmp(functions[i].name, line) != 0) i++;
    CHECK_MSG(i < FUNCTIONS || strcmp(line, "pow") == 0, "unknown function %s", line);
    double x = strtod(end, &end), y = i == FUNCTIONS ? strtod(end, &end) : 0;
    double head = strtod(end, &end), off = strtod(end, &end);
    double got = i == FUNCTIONS ? dw_pow(x, y) : functions[i].function(x);
    double error = ulps(got, head, off), limit = i == FUNCTIONS ? 2 : functions[i].limit;
    CHECK_MSG(error < limit, "%s(%a, %a) = %a, want %a %+g ulp: off by %.3g ulp", line, x, y, got, head, off, error);
    lines[i]++;
    if (error > worst[i]) worst[i] = error;
  }
  for (int i = 0; i <= FUNCTIONS; i++) {
    const char *name = i == FUNCTIONS ? "pow" : functions[i].name;
    CHECK_MSG(lines[i] >= 80, "%s: %d lines", name, lines[i]);
    if (path) printf("# %s: %d arguments, worst %.4f ulp\n", name, lines[i], worst[i]);
  }
  free(text);
}

TEST(fmath_exact_results)
{
  for (int n = -1074; n < 1024; n++) {
    CHECK(dw_log2(ldexp(1.0, n)) == n);
    CHECK(dw_pow(2.0, n) == ldexp(1.0, n));
  }
  double ten = 1;
  for (int n = 0; n <= 22; n++, ten *= 10) {
    CHECK_MSG(dw_log10(ten) == n, "log10(1e%d) = %a", n, dw_log10(ten));
    CHECK_MSG(dw_pow(10, n) == ten, "10^%d = %a", n, dw_pow(10, n));
  }
  for (int a = 2; a < 200; a++) {
    double want = a;
    for (int n = 1; want <= 0x1p53; n++, want *= a) CHECK_MSG(dw_pow(a, n) == want, "%d^%d = %a", a, n, dw_pow(a, n));
    CHECK(dw_pow((double)a * a, 0.5) == a);
  }
  CHECK(dw_exp(0.0) == 1 && dw_exp(-0.0) == 1 && dw_log(1.0) == 0 && dw_cos(0.0) == 1);
}

/* The same value, and the same sign of zero; NaN equals NaN. */
static bool same(double got, double want) { return (isnan(got) && isnan(want)) || (got == want && !signbit(got) == !signbit(want)); }

TEST(fmath_special_values)
{
  const double inf = INFINITY, nan = NAN, tiny = 5e-324;
  static const struct {
    int function;
    double x, want;
  } cases[] = {
      {0, INFINITY, INFINITY},
      {0, -INFINITY, 0},
      {0, 710, INFINITY},
      {0, -746, 0},
      {0, 1e308, INFINITY},
      {0, -1e308, 0},
      {0, 5e-324, 1},
      {1, INFINITY, INFINITY},
      {1, -INFINITY, -1},
      {1, 710, INFINITY},
      {1, -1e308, -1},
      {1, 0.0, 0.0},
      {1, -0.0, -0.0},
      {1, 5e-324, 5e-324},
      {2, INFINITY, INFINITY},
      {2, 0.0, -INFINITY},
      {2, -0.0, -INFINITY},
      {2, -1, NAN},
      {2, -INFINITY, NAN},
      {2, -5e-324, NAN},
      {3, INFINITY, INFINITY},
      {3, -1, -INFINITY},
      {3, -1.5, NAN},
      {3, -INFINITY, NAN},
      {3, 0.0, 0.0},
      {3, -0.0, -0.0},
      {3, -5e-324, -5e-324},
      {4, INFINITY, INFINITY},
      {4, 0.0, -INFINITY},
      {4, -1, NAN},
      {4, 1, 0},
      {5, INFINITY, INFINITY},
      {5, -0.0, -INFINITY},
      {5, -1, NAN},
      {5, 1, 0},
      {6, 0.0, 0.0},
      {6, -0.0, -0.0},
      {6, INFINITY, NAN},
      {6, 1.1e9, NAN},
      {6, 5e-324, 5e-324},
      {7, -INFINITY, NAN},
      {7, -1.1e9, NAN},
      {7, 5e-324, 1},
      {8, INFINITY, 1},
      {8, -INFINITY, -1},
      {8, 0.0, 0.0},
      {8, -0.0, -0.0},
      {8, 1e300, 1},
      {8, -5e-324, -5e-324},
      {9, INFINITY, 0x1.921fb54442d18p+0},
      {9, -INFINITY, -0x1.921fb54442d18p+0},
      {9, 0.0, 0.0},
      {9, -0.0, -0.0},
      {9, -5e-324, -5e-324},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double got = functions[cases[i].function].function(cases[i].x);
    CHECK_MSG(same(got, cases[i].want), "%s(%g) = %g, want %g", functions[cases[i].function].name, cases[i].x, got, cases[i].want);
  }
  for (int i = 0; i < FUNCTIONS; i++) CHECK_MSG(isnan(functions[i].function(nan)), "%s(NaN)", functions[i].name);

  /* C99 F.9.4.4 */
  const double pows[][3] = {
      {0, -3, inf},     {-0.0, -3, -inf}, {0, -2, inf},      {-0.0, -2, inf},   {-0.0, -2.5, inf},
      {0, 3, 0},        {-0.0, 3, -0.0},  {-0.0, 2, 0},      {-0.0, 2.5, 0},    {-1, inf, 1},
      {-1, -inf, 1},    {1, nan, 1},      {1, inf, 1},       {nan, 0, 1},       {nan, -0.0, 1},
      {inf, 0, 1},      {-2, 0.5, nan},   {-tiny, 1.5, nan}, {0.5, -inf, inf},  {-0.5, -inf, inf},
      {2, -inf, 0},     {-2, -inf, 0},    {0.5, inf, 0},     {2, inf, inf},     {0, -inf, inf},
      {0, inf, 0},      {-inf, -3, -0.0}, {-inf, -2, 0},     {-inf, -2.5, 0},   {-inf, 3, -inf},
      {-inf, 2, inf},   {-inf, 2.5, inf}, {inf, -1, 0},      {inf, 1, inf},     {inf, tiny, inf},
      {nan, 1, nan},    {2, nan, nan},    {nan, nan, nan},   {2, 1e300, inf},   {2, -1e300, 0},
      {-2, 1e300, inf}, {-3, 1001, -inf}, {-3, -1001, -0.0}, {2, 1024, inf},    {2, -1076, 0},
      {2, tiny, 1},     {1e308, tiny, 1}, {tiny, tiny, 1},   {-1, 1e300, 1},    {-1, 3, -1},
      {-1, -4, 1},      {-1, 0.5, nan},   {tiny, 1, tiny},   {-tiny, 1, -tiny}, {1.7976931348623157e308, 1, 1.7976931348623157e308},
  };
  for (size_t i = 0; i < sizeof pows / sizeof *pows; i++) {
    double got = dw_pow(pows[i][0], pows[i][1]);
    CHECK_MSG(same(got, pows[i][2]), "pow(%g, %g) = %g, want %g", pows[i][0], pows[i][1], got, pows[i][2]);
  }
}

/* Odd and even functions are so to the bit, and no function leaves its range. */
TEST(fmath_symmetry_and_range)
{
  uint64_t state = 1;
  for (int i = 0; i < 20000; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    double x = ((double)(state >> 11) * 0x1p-53 - 0.5) * ldexp(1.0, i % 31);
    CHECK(dw_sin(-x) == -dw_sin(x) && dw_cos(-x) == dw_cos(x) && dw_tanh(-x) == -dw_tanh(x) && dw_atan(-x) == -dw_atan(x));
    CHECK(fabs(dw_sin(x)) <= 1 && fabs(dw_cos(x)) <= 1 && fabs(dw_tanh(x)) <= 1 && fabs(dw_atan(x)) <= 0x1.921fb54442d18p+0);
  }
}

/* A digest of many results, so that a compiler that fuses or reorders is found out: the same on every machine. */
TEST(fmath_bits_are_fixed)
{
  uint64_t state = 42, sum = 0;
  for (int i = 0; i < 20000; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    double x = ((double)(state >> 11) * 0x1p-53) * 100;
    double results[11];
    for (int f = 0; f < FUNCTIONS; f++) results[f] = functions[f].function(x);
    results[10] = dw_pow(x, 10 - x / 3);
    for (int k = 0; k < 11; k++) {
      uint64_t bits;
      memcpy(&bits, &results[k], sizeof bits);
      sum = sum * 31 + bits;
    }
  }
  CHECK_MSG(sum == UINT64_C(0x19502fb7c7356c69), "%#llx", (unsigned long long)sum);
}
