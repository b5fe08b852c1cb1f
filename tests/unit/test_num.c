#include "test.h"

#include <errno.h>

#include "base/num.h"

static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t random_bits(void)
{
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

static size_t below(size_t bound) { return (size_t)(random_bits() >> 32) % bound; }

static double from_bits(uint64_t bits)
{
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static uint64_t to_bits(double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* Numbers to try, so that a long run is one environment variable away. */
static long rounds(long usual)
{
  const char *more = getenv("DW_ROUNDS");
  return more ? usual * atol(more) : usual;
}

static const char *printed(double value)
{
  static char text[DW_NUM_TEXT + 1];
  text[dw_num_print(text, value)] = '\0';
  return text;
}

/* The text is copied to memory of exactly its length, so that the sanitizer sees a read behind its end. */
static bool parse(const char *text, double *value, bool *integer)
{
  size_t length = strlen(text);
  char *exact = malloc(length ? length : 1);
  memcpy(exact, text, length);
  bool ok = dw_num_parse(exact, length, value, integer);
  free(exact);
  return ok;
}

static void check_like_strtod(const char *text)
{
  double got = NAN, want = strtod(text, NULL);
  bool ok = parse(text, &got, NULL);
  CHECK_MSG(ok && to_bits(got) == to_bits(want), "%.60s%s: %a, want %a", text, strlen(text) > 60 ? "…" : "", got, want);
}

TEST(num_parse_written_cases)
{
  static const char *texts[] = {
      "0",
      "-0",
      "+0",
      "0.0",
      "1",
      "-1",
      "+1",
      "10",
      "1e0",
      "1E5",
      "1e+5",
      "1e-5",
      ".5",
      "5.",
      "-.5e1",
      "00012",
      "0.1",
      "123456789",
      "0e999999999999999999999",
      "-0e-99999999999999999",
      "1e308",
      "1.7976931348623157e308",
      "1.7976931348623158e308",
      "1.7976931348623159e308",
      "1.797693134862315807e308",
      "1.797693134862315808e308",
      "2e308",
      "1e309",
      "-1e400",
      "1e999999999999999999999999",
      "5e-324",
      "4.9406564584124654e-324",
      "2.4703282292062327e-324",
      "2.4703282292062328e-324",
      "2.47032822920623272e-324",
      "2e-324",
      "1e-324",
      "1e-400",
      "1e-99999999999999999999",
      "2.2250738585072011e-308",
      "2.2250738585072012e-308",
      "2.2250738585072014e-308",
      "2.2250738585072009e-308",
      "6.631236846766476e-316",
      "3.2378839133029012e-319",
      "9007199254740993",
      "9007199254740992.9",
      "9007199254740993.0000000000000000000000001",
      "9007199254740991.5",
      "90071992547409930e-1",
      "9007199254740995",
      "9007199254740993e5",
      "0.500000000000000166533453693773481063544750213623046875",
      "3.518437208883201171875e13",
      "62.5364939768271845828",
      "8.10109172351e-10",
      "1.50000000000000011102230246251565",
      "100000000000000016777215",
      "100000000000000016777216",
      "100000000000000016777217",
      "18446744073709551615",
      "18446744073709551616",
      "9999999999999999999",
      "99999999999999999999",
      "1234567890123456789012345678901234567890",
      "0.000000000000000000000000000000000000000000001234567890123456789",
      "7.2057594037927933e16",
      "72057594037927945",
      "1e22",
      "1e23",
      "9e22",
      "1.2345678901234567e-22",
      "123456789012345e30",
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_like_strtod(texts[i]);
}

TEST(num_parse_refuses)
{
  static const char *texts[] = {"",      "-",   "+",     ".",  "-.",       "e5", ".e5",  "1e",   "1e+", "1e-",      "1.e", "1..2",
                                "1.2.3", "--1", "+-1",   "1 ", " 1",       "1x", "0x10", "inf",  "nan", "Infinity", "NaN", "1e5.0",
                                "1e5e5", "1,5", "1_000", "1f", "\xd9\xa1", "1-", "e",    "1e 5", "- 1", "null"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    double value = 77;
    bool integer = true;
    CHECK_MSG(!parse(texts[i], &value, &integer) && value == 77, "\"%s\" was read as %g", texts[i], value);
  }
  double value = 77;
  CHECK(!dw_num_parse("1\0", 2, &value, NULL) && value == 77);
}

TEST(num_parse_tells_integers)
{
  static const struct {
    const char *text;
    bool integer;
  } cases[] = {{"1", true},    {"-12", true}, {"+7", true}, {"123456789012345678901234567890", true}, {"1.0", false}, {"1.", false},
               {"1e5", false}, {".5", false}, {"-0", true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double value;
    bool integer = !cases[i].integer;
    CHECK_MSG(parse(cases[i].text, &value, &integer) && integer == cases[i].integer, "%s", cases[i].text);
  }
}

/* Decimal strings of all shapes against the C library's strtod, which rounds correctly. */
TEST(num_parse_agrees_with_strtod)
{
  char text[400];
  for (long i = rounds(60000); i > 0; i--) { /* the shapes of data */
    snprintf(text, sizeof text, "%.*g", 1 + (int)below(17), from_bits(random_bits() & ~(UINT64_C(1) << 62)));
    if (!strpbrk(text, "in")) check_like_strtod(text);
    snprintf(text, sizeof text, "%.*f", (int)below(19), (double)(int64_t)random_bits() / (double)(1 + (random_bits() >> below(60))));
    if (strlen(text) < 300) check_like_strtod(text);
    snprintf(text, sizeof text, "%llue%d", (unsigned long long)(random_bits() >> below(64)), (int)below(700) - 370);
    check_like_strtod(text);
    snprintf(text, sizeof text, "%llu%llu.%llue%d", (unsigned long long)(random_bits() >> below(64)), (unsigned long long)random_bits(),
             (unsigned long long)random_bits(), (int)below(700) - 370);
    check_like_strtod(text);
  }
}

/* Doubles and the middles between neighbours written out in full (%.*e gives all digits), and a digit more or less behind them. */
TEST(num_parse_halfway)
{
  static char text[1400];
  for (long i = rounds(4000); i > 0; i--) {
    uint64_t bits = random_bits() & INT64_MAX;
    if (i % 4 == 0) bits &= (UINT64_C(1) << 53) - 1;                                      /* subnormal and just above */
    if (i % 4 == 1) bits = (uint64_t)(1000 + below(80)) << 52 | (bits & 0xfffffffffffff); /* near 1: few digits */
    double value = from_bits(bits);
    if (!(value < 1e308)) continue;
    long double middle = ((long double)value + (long double)from_bits(bits + 1)) / 2; /* exact where long double has 64 bits */
    int count = snprintf(text, sizeof text, "%.780Le", middle);
    check_like_strtod(text);
    char *e = strchr(text, 'e');
    char exponent[16];
    snprintf(exponent, sizeof exponent, "%s", e);
    while (e[-1] == '0') e--;
    snprintf(e, 16, "%s", exponent); /* without trailing zeros */
    check_like_strtod(text);
    e = strchr(text, 'e');
    if (e[-1] >= '1' && e[-1] <= '9') {
      e[-1]--; /* just below */
      check_like_strtod(text);
      e[-1] += 2; /* just above; may become ':' after 9 */
      if (e[-1] <= '9') check_like_strtod(text);
    }
    CHECK(count > 780);
  }
}

TEST(num_parse_long_texts)
{
  enum { LONG = 20000 };
  char *text = malloc(LONG + 40);
  for (int kind = 0; kind < 8; kind++) {
    for (size_t length = 700; length < LONG; length = length * 3 / 2) {
      memset(text, '0', length);
      if (kind == 0) memset(text, '9', length);
      if (kind == 1) text[0] = '1';
      if (kind == 2) memcpy(text, "0.", 2), text[length - 1] = '7';
      if (kind == 3) memcpy(text, "0.1", 3), text[length - 1] = '1';
      if (kind == 4) memcpy(text, "9007199254740993.", 17);
      if (kind == 5) memcpy(text, "9007199254740993.", 17), text[length - 1] = '1';
      if (kind == 6) memset(text, '3', length), text[350] = '.';
      if (kind == 7) memset(text, '7', length), text[1] = '.';
      text[length] = '\0';
      check_like_strtod(text);
      snprintf(text + length, 40, "e-%zu", length - 20);
      check_like_strtod(text);
      snprintf(text + length, 40, "e%zu", length + 20);
      check_like_strtod(text);
      snprintf(text + length, 40, "e-%zu", length + 300);
      check_like_strtod(text);
    }
  }
  free(text);
}

/* The scanner of io/text/json.c calls compose itself, with mantissas that are cut at 19 digits or early. */
TEST(num_compose_with_cut_mantissa)
{
  CHECK(dw_num_compose(false, 0, 0, false, "0", 1) == 0 && !signbit(dw_num_compose(false, 0, 0, false, "0", 1)));
  CHECK(signbit(dw_num_compose(true, 0, 0, false, "0", 1)));
  CHECK(dw_num_compose(true, 15, -1, false, "1.5", 3) == -1.5);
  CHECK(dw_num_compose(false, UINT64_MAX, 0, false, "18446744073709551615", 20) == 0x1p64);
  CHECK(dw_num_compose(false, 1, INT64_MAX, false, "1e99999999999999999999", 22) == INFINITY);
  CHECK(dw_num_compose(false, 1, INT64_MIN, false, "1e-99999999999999999999", 23) == 0);
  static const char text[] = "1234567890123456789.5e-3";
  double want = strtod(text, NULL);
  CHECK(dw_num_compose(false, UINT64_C(1234567890123456789), -3, true, text, strlen(text)) == want);
  CHECK(dw_num_compose(false, 123456, 10, true, text, strlen(text)) == want);
  CHECK(dw_num_compose(true, 123456, 10, true, text, strlen(text)) == -want);
  CHECK(dw_num_compose(false, 0, 16, true, text, strlen(text)) == want);
  char *exact = malloc(24); /* no byte behind the text may be read */
  memcpy(exact, text, 24);
  CHECK(dw_num_compose(false, 123456, 10, true, exact, 24) == want);
  free(exact);
}

TEST(num_parse_whole_numbers)
{
  uint64_t u;
  int64_t s;
  CHECK(dw_num_parse_unsigned("0", 1, &u) && u == 0);
  CHECK(dw_num_parse_unsigned("18446744073709551615", 20, &u) && u == UINT64_MAX);
  CHECK(dw_num_parse_unsigned("00000000000000000000000042", 26, &u) && u == 42);
  CHECK(dw_num_parse_signed("9223372036854775807", 19, &s) && s == INT64_MAX);
  CHECK(dw_num_parse_signed("-9223372036854775808", 20, &s) && s == INT64_MIN);
  CHECK(dw_num_parse_signed("+5", 2, &s) && s == 5);
  CHECK(dw_num_parse_signed("-0", 2, &s) && s == 0);
  u = 7;
  s = 7;
  static const char *bad[] = {"",    "-",   "+",  "18446744073709551616", "99999999999999999999999", "1.0", "1e3", " 1", "1 ", "0x1", "1-",
                              "--1", "+-1", "-+1"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    CHECK_MSG(!dw_num_parse_unsigned(bad[i], strlen(bad[i]), &u) && u == 7, "\"%s\"", bad[i]);
    CHECK_MSG(!dw_num_parse_signed(bad[i], strlen(bad[i]), &s) && s == 7, "\"%s\"", bad[i]);
  }
  CHECK(!dw_num_parse_unsigned("-1", 2, &u) && !dw_num_parse_unsigned("+1", 2, &u));
  CHECK(!dw_num_parse_signed("9223372036854775808", 19, &s) && !dw_num_parse_signed("-9223372036854775809", 20, &s));
}

/* tests/golden/num.txt: made by num.py beside it (Python's repr and exact fixed formatting). */
TEST(num_print_agrees_with_python)
{
  char *text = test_read("golden/num.txt", NULL);
  CHECK(text != NULL);
  if (!text) return;
  char *save = NULL;
  int lines = 0;
  for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
    char *field[4];
    char *inner = NULL;
    for (int i = 0; i < 4; i++) field[i] = strtok_r(i ? NULL : line, " ", &inner);
    double value = from_bits(strtoull(field[0], NULL, 16)), back;
    CHECK_TEXT(printed(value), field[1]);
    CHECK_MSG(parse(field[1], &back, NULL) && to_bits(back) == to_bits(value), "%s read back as %a", field[1], back);
    char fixed[401];
    fixed[dw_num_print_fixed(fixed, value, atoi(field[2]))] = '\0';
    CHECK_TEXT(fixed, field[3]);
    lines++;
  }
  CHECK(lines > 800);
  free(text);
}

/* Reads back equal; no shorter text does (the C library's %.*e is exact); and the library's text of the same length is no nearer. */
static void check_shortest(double value)
{
  char text[DW_NUM_TEXT + 1], other[64];
  size_t length = dw_num_print(text, value);
  CHECK(length <= DW_NUM_TEXT);
  text[length] = '\0';
  CHECK_MSG(to_bits(strtod(text, NULL)) == to_bits(value), "%a prints as %s", value, text);
  int digits = 0, zeros = 0;
  for (const char *p = text; *p && *p != 'e'; p++) {
    if (*p < '0' || *p > '9' || (digits == 0 && *p == '0')) continue;
    digits++;
    zeros = *p == '0' ? zeros + 1 : 0;
  }
  digits -= zeros;
  if (value == 0 || digits == 0) return;
  CHECK_MSG(digits <= 17, "%s", text);
  if (digits > 1) {
    snprintf(other, sizeof other, "%.*e", digits - 2, value);
    CHECK_MSG(strtod(other, NULL) != value, "%s is shorter than %s", other, text);
  }
  snprintf(other, sizeof other, "%.*e", digits - 1, value);
  if (strtod(other, NULL) != value) return; /* at a power of two, the nearest of this length may be the neighbour's */
  char mine[64];
  snprintf(mine, sizeof mine, "%.*e", digits - 1, strtod(text, NULL));
  CHECK_TEXT(mine, other);
}

TEST(num_print_reads_back_and_is_shortest)
{
  for (long i = rounds(60000); i > 0; i--) {
    double value = from_bits(random_bits());
    if (isfinite(value)) check_shortest(value);
    check_shortest(from_bits(random_bits() & ((UINT64_C(1) << 53) - 1)));                /* subnormal */
    check_shortest((double)(random_bits() >> 11) * 0x1p-53 * (1 + (double)below(1000))); /* the shape of data */
    double power = pow(10, (double)below(9)), few = rint((double)(random_bits() >> below(64)) / 0x1p44) / power;
    check_shortest(few);
    check_shortest((double)(random_bits() >> below(64)));
  }
  for (int n = -1074; n < 1024; n++) {
    uint64_t bits = to_bits(ldexp(1.0, n));
    check_shortest(from_bits(bits));
    check_shortest(from_bits(bits - 1));
    check_shortest(from_bits(bits + 1));
  }
}

TEST(num_print_decimals_as_written)
{
  for (int decimals = 1; decimals <= 6; decimals++)
    for (long i = 0; i < 20000; i++) {
      char fraction[24], want[64];
      long whole = (long)below(3000000) - 1500000, unit = lround(pow(10, decimals));
      snprintf(fraction, sizeof fraction, "%ld", unit + labs(whole) % unit); /* a 1, and then as many digits as there are */
      snprintf(want, sizeof want, "%s%ld.%s", whole < 0 ? "-" : "", labs(whole) / unit, fraction + 1);
      if (whole % 10 == 0 || labs(whole) < 100) continue; /* trailing zeros are not printed; below 1e-5 there is an exponent */
      CHECK_TEXT(printed((double)whole / pow(10, decimals)), want);
    }
}

TEST(num_print_special)
{
  CHECK_TEXT(printed(0.0), "0");
  CHECK_TEXT(printed(-0.0), "-0");
  CHECK_TEXT(printed(NAN), "null");
  CHECK_TEXT(printed(-NAN), "null");
  CHECK_TEXT(printed(INFINITY), "null");
  CHECK_TEXT(printed(-INFINITY), "null");
  CHECK_TEXT(printed(-2.2250738585072014e-308), "-2.2250738585072014e-308");
  CHECK_TEXT(printed(1e16), "10000000000000000");
  CHECK_TEXT(printed(1e17), "1e17");
  CHECK_TEXT(printed(99999999999999984.0), "99999999999999980");
  CHECK_TEXT(printed(0.00001), "0.00001");
  CHECK_TEXT(printed(-0.000012345678901234567), "-0.000012345678901234568");
  CHECK_TEXT(printed(0.0000099999), "9.9999e-6");
}

TEST(num_print_whole_numbers)
{
  char text[DW_NUM_TEXT + 1], want[40];
  static const int64_t edges[] = {
      0, 1, -1, 9, 10, 99, 100, -100, INT64_MAX, INT64_MIN, INT64_MAX - 1, 999999999999999999, 1000000000000000000};
  for (size_t i = 0; i < sizeof edges / sizeof *edges + 20000; i++) {
    int64_t value = i < sizeof edges / sizeof *edges ? edges[i] : (int64_t)random_bits() >> below(64);
    text[dw_num_print_signed(text, value)] = '\0';
    snprintf(want, sizeof want, "%lld", (long long)value);
    CHECK_TEXT(text, want);
  }
}

TEST(num_print_fixed)
{
  static const struct {
    double value;
    int decimals;
    const char *want;
  } cases[] = {
      {0, 0, "0"},
      {0, 3, "0.000"},
      {-0.0, 2, "0.00"},
      {-0.001, 2, "0.00"},
      {-0.006, 2, "-0.01"},
      {0.5, 0, "0"},
      {1.5, 0, "2"},
      {2.5, 0, "2"},
      {0.125, 2, "0.12"},
      {0.375, 2, "0.38"},
      {1e300, 0, NULL},
      {1.7976931348623157e308, 17, NULL},
      {5e-324, 17, "0.00000000000000000"},
      {999.9996, 3, "1000.000"},
      {123456789.123456789, 5, "123456789.12346"},
      {-1e22, 1, "-10000000000000000000000.0"},
      {NAN, 2, "null"},
      {INFINITY, 2, "null"},
      {0.1, 17, "0.10000000000000001"},
      {4503599627370496.5, 0, "4503599627370496"},
      {4503599627370497.5, 0, "4503599627370498"},
  };
  char text[401], libc[401];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    text[dw_num_print_fixed(text, cases[i].value, cases[i].decimals)] = '\0';
    snprintf(libc, sizeof libc, "%.*f", cases[i].decimals, cases[i].value);
    CHECK_TEXT(text, cases[i].want ? cases[i].want : libc);
  }
  for (long i = 0; i < 30000; i++) {
    double value = i % 2 ? from_bits(random_bits()) : (double)(int64_t)random_bits() / (double)(UINT64_C(1) << below(64));
    if (!isfinite(value)) continue;
    int decimals = (int)below(18);
    text[dw_num_print_fixed(text, value, decimals)] = '\0';
    snprintf(libc, sizeof libc, "%.*f", decimals, value);
    bool zero = libc[0] == '-' && strspn(libc, "-0.") == strlen(libc);
    CHECK_TEXT(text, libc + zero);
  }
}

TEST(num_buf)
{
  dw_buf buf = {0};
  for (int i = 0; i < 100; i++) {
    dw_buf_number(&buf, -1.2345678901234568e-300);
    dw_buf_char(&buf, ' ');
  }
  CHECK(buf.length == 100 * 25);
  CHECK(memcmp(buf.data + 99 * 25, "-1.2345678901234568e-300 ", 25) == 0);
  dw_buf_free(&buf);
}
