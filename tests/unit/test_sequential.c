#include "detect/watch/sequential.h"

#include "base/num.h"
#include "base/rng.h"
#include "detect/compare/compare.h"
#include "fixture.h"

enum { NORMAL, SHIFTED, RARER, HOLED, NEWCOMER, GONE, X_ALONE, X_NUDGED, X_SHIFTED };

/* rows records: x normal-like, w whole with many ties, k one of three words, h with a hundredth missing; what is wrong with them. */
static void records(dw_buf *text, uint64_t seed, size_t rows, int wrong)
{
  static const char *const words[] = {"north", "south", "west"};
  dw_rng_key key = dw_rng_derive(seed, "test_sequential");
  text->length = 0;
  for (size_t row = 0; row < rows; row++) {
    dw_rng rng;
    dw_rng_start(&rng, key, row, 0);
    double x = (wrong == SHIFTED || wrong == X_SHIFTED ? 0.5 : wrong == X_NUDGED ? 0.05 : 0) - 6, u = dw_rng_uniform(&rng);
    for (int i = 0; i < 12; i++) x += dw_rng_uniform(&rng);
    dw_buf_text(text, "{\"x\":");
    dw_buf_number(text, x);
    if (wrong >= X_ALONE) {
      dw_buf_text(text, "}\n");
      continue;
    }
    dw_buf_text(text, ",\"w\":");
    dw_buf_number(text, 0.5 * (double)dw_rng_below(&rng, 12));
    dw_buf_format(text, ",\"k\":\"%s\"",
                  wrong == NEWCOMER && u < 0.05 ? "east"
                                                : words[u < 0.02                           ? 0
                                                        : u < (wrong == RARER ? 0.6 : 0.4) ? 1
                                                                                           : 2]);
    if (wrong != GONE) {
      if (dw_rng_uniform(&rng) < (wrong == HOLED ? 0.06 : 0.01)) dw_buf_text(text, ",\"h\":null");
      else dw_buf_format(text, ",\"h\":%d", (int)dw_rng_below(&rng, 1000));
    }
    dw_buf_text(text, "}\n");
  }
}

typedef struct watch {
  char path[40], lock[48];
  dw_dataset reference;
  dw_buf text;
  dw_limits limits;
  unsigned threads;
  int looks;
  dw_comparison result;
  dw_dataset current;
  bool repeated;
} watch;

static void watch_start_with(watch *w, uint64_t seed, size_t rows, int what)
{
  *w = (watch){.path = "/tmp/dw-sequential-XXXXXX", .threads = 1};
  int file = mkstemp(w->path);
  CHECK(file >= 0 && close(file) == 0 && unlink(w->path) == 0);
  snprintf(w->lock, sizeof w->lock, "%s.lock", w->path);
  records(&w->text, seed, rows, what);
  dw_buf_char(&w->text, '\0');
  fixture_dataset(&w->reference, w->text.data, NULL);
  dw_limits_init(&w->limits, DW_PRESET_DRIFTWATCH);
}

static void watch_start(watch *w, uint64_t seed, size_t rows) { watch_start_with(w, seed, rows, NORMAL); }

/* One look as dw-compare takes it; the result stays until the next one. The digest says which. */
static dw_status look_as(watch *w, const char *digest, uint64_t seed, size_t rows, int wrong, dw_err *err)
{
  dw_sequential *state;
  dw_sequential_look look = {.reference_digest = "00000000000000000000000000000001", .current_digest = digest, .now = 1000000};
  if (w->looks++) {
    dw_comparison_free(&w->result);
    dw_dataset_free(&w->current);
  }
  records(&w->text, seed, rows, wrong);
  dw_buf_char(&w->text, '\0');
  fixture_dataset(&w->current, w->text.data, NULL);
  w->result = (dw_comparison){0};
  dw_status status = dw_sequential_open(&state, w->path, &look, &w->reference, &w->current, err);
  if (status != DW_OK) return status;
  w->repeated = dw_sequential_repeated(state);
  dw_compare(&w->result, &w->reference, &w->current,
             &(dw_compare_options){.limits = &w->limits, .sequential = state, .threads = w->threads});
  status = dw_sequential_check(state, err);
  if (status == DW_OK) status = dw_sequential_commit(state, err);
  dw_sequential_close(state);
  return status;
}

static bool look(watch *w, uint64_t seed, size_t rows, int wrong)
{
  char digest[33];
  dw_err err = {0};
  snprintf(digest, sizeof digest, "%032llx", (unsigned long long)seed);
  dw_status status = look_as(w, digest, seed, rows, wrong, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return w->result.drift;
}

static void watch_end(watch *w)
{
  dw_comparison_free(&w->result);
  dw_dataset_free(&w->current);
  dw_dataset_free(&w->reference);
  dw_limits_free(&w->limits);
  dw_buf_free(&w->text);
  unlink(w->path);
  unlink(w->lock);
}

static const dw_finding *find(const watch *w, const char *column, dw_check check)
{
  for (size_t i = 0; i < w->result.finding_count; i++)
    if (w->result.finding[i].check == check && strcmp(w->result.finding[i].column, column) == 0) return &w->result.finding[i];
  return NULL;
}

/* Looks at what is wrong until an alarm, which must be of this column and check and come within `within` looks; then it stays. */
static void check_found(int wrong, const char *column, dw_check check, int within)
{
  watch w;
  int looks = 0;
  uint64_t seed = 100;
  watch_start(&w, 1, 3000);
  for (int i = 0; i < 5; i++) CHECK(!look(&w, seed++, 300, NORMAL));
  while (looks < within && !look(&w, seed++, 300, wrong)) looks++;
  CHECK_MSG(looks < within, "%s: no alarm in %d looks", column, within);
  for (size_t i = 0; i < w.result.finding_count; i++) {
    const dw_finding *f = &w.result.finding[i];
    bool this = strcmp(f->column, column) == 0 && f->check == check;
    CHECK_MSG(f->drift == this, "%s, %s: %d", f->column, dw_check_of(f->check)->name, f->drift);
    CHECK(!this || (strcmp(f->method, "sequential") == 0 && f->p_adjusted <= 0.05 && f->threshold == 0.05 && f->statistic > 2));
  }
  double p = find(&w, column, check)->p_value;
  for (int i = 0; i < 3; i++) CHECK(look(&w, seed++, 300, NORMAL) && find(&w, column, check)->p_value <= p);
  watch_end(&w);
}

TEST(shift) { check_found(SHIFTED, "x", DW_CHECK_COLUMN, 3); }
TEST(category) { check_found(RARER, "k", DW_CHECK_COLUMN, 4); }
/* A twentieth of a standard deviation: h = 0.04. Between 200,000 rows a side it stands 16 standard errors from nothing, and is far below
 * the least effect. */
TEST(certain_and_small_is_no_alarm)
{
  enum { ROWS = 200000, LOOKS = 3 };
  for (int asked = 0; asked < 2; asked++) {
    watch w;
    dw_err err;
    watch_start_with(&w, 1, ROWS, X_ALONE);
    if (asked) CHECK(dw_limits_add_effect(&w.limits, "0", &err) == DW_OK);
    for (uint64_t i = 0; i < LOOKS; i++) {
      bool drift = look(&w, 10 + i, ROWS, X_NUDGED);
      const dw_finding *x = find(&w, "x", DW_CHECK_COLUMN);
      CHECK_MSG(x->p_adjusted < 1e-3 && x->shift.h > 0.03 && x->shift.h < 0.06, "p %g, h %g", x->p_adjusted, x->shift.h);
      CHECK_MSG(drift == (asked == 1), "--min-effect %s, look %d: %d", asked ? "0" : "0.1", (int)i, drift);
      CHECK(!drift || x->severity == DW_SEVERITY_LOW);
    }
    watch_end(&w);
  }
}

/* Looks so large that chance makes no h of 0.1: what shows nothing any more does not end the alarm, and begins none. */
TEST(an_alarm_stays_when_the_change_is_gone)
{
  watch w;
  watch_start_with(&w, 1, 20000, X_ALONE);
  CHECK(!look(&w, 10, 20000, X_ALONE));
  CHECK(look(&w, 11, 20000, X_SHIFTED) && find(&w, "x", DW_CHECK_COLUMN)->severity == DW_SEVERITY_MEDIUM);
  for (uint64_t i = 12; i < 15; i++) {
    CHECK(look(&w, i, 20000, X_ALONE));
    const dw_finding *x = find(&w, "x", DW_CHECK_COLUMN);
    CHECK(x->shift.h < 0.1 && x->severity == DW_SEVERITY_LOW && isnan(x->shift.min_effect));
    CHECK(strstr(dw_buf_cstr((dw_buf *)&x->detail), "\"alarm_look\":2,"));
  }
  CHECK(look(&w, 14, 20000, X_ALONE) && w.repeated);
  watch_end(&w);
}

TEST(new_category) { check_found(NEWCOMER, "k", DW_CHECK_COLUMN, 8); }
TEST(missing) { check_found(HOLED, "h", DW_CHECK_MISSING, 5); }

/* 25 references, 40 looks of 40 rows each at all four columns (8 streams): alarms in at most 5 lives (rate 0.05; odds 1 in 500), and a
 * p-value of the whole run at or below a half in at most 20. */
TEST(quiet)
{
  int alarms = 0, halves = 0;
  for (uint64_t life = 0; life < 25; life++) {
    watch w;
    double least = 1;
    watch_start(&w, 1000 + life, 200);
    for (uint64_t i = 0; i < 40; i++) look(&w, 10000 + 100 * life + i, 40, NORMAL);
    alarms += w.result.drift;
    for (size_t i = 0; i < w.result.finding_count; i++)
      if (w.result.finding[i].by_p_value && strcmp(w.result.finding[i].method, "sequential") == 0)
        least = fmin(least, w.result.finding[i].p_adjusted);
    halves += least <= 0.5;
    watch_end(&w);
  }
  CHECK_MSG(alarms <= 5, "%d alarms", alarms);
  CHECK_MSG(halves <= 20, "%d", halves);
}

TEST(same_bytes_with_any_threads)
{
  watch a, b;
  size_t length_a = 0, length_b = 0;
  watch_start(&a, 1, 500);
  watch_start(&b, 1, 500);
  b.threads = 4;
  for (uint64_t i = 0; i < 3; i++) {
    look(&a, 50 + i, 100, i == 2 ? NEWCOMER : NORMAL);
    look(&b, 50 + i, 100, i == 2 ? NEWCOMER : NORMAL);
  }
  setenv("DW_TESTS", "/", 1);
  char *bytes_a = test_read(a.path, &length_a), *bytes_b = test_read(b.path, &length_b);
  unsetenv("DW_TESTS");
  CHECK(bytes_a && bytes_b && length_a == length_b && memcmp(bytes_a, bytes_b, length_a) == 0);
  free(bytes_a);
  free(bytes_b);
  watch_end(&a);
  watch_end(&b);
}

TEST(repeated)
{
  watch w;
  dw_err err;
  watch_start(&w, 1, 1000);
  look(&w, 60, 100, NORMAL);
  look(&w, 61, 100, SHIFTED);
  CHECK(!w.repeated);
  dw_buf first = {0}, second = {0};
  for (size_t i = 0; i < w.result.finding_count; i++) dw_finding_write(&w.result.finding[i], &first);
  look(&w, 61, 100, SHIFTED);
  CHECK(w.repeated);
  for (size_t i = 0; i < w.result.finding_count; i++) dw_finding_write(&w.result.finding[i], &second);
  CHECK(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);
  CHECK(strstr(dw_buf_cstr(&first), "\"looks\":2,\"observations\":200,") != NULL);
  look(&w, 62, 100, NORMAL);
  CHECK(!w.repeated);
  /* A column that is not there is a change of the schema; what was known of it is recalled. */
  look(&w, 63, 100, GONE);
  const dw_finding *h = find(&w, "h", DW_CHECK_COLUMN);
  CHECK(h && h->warning && !h->drift && find(&w, "h", DW_CHECK_SCHEMA)->drift);
  /* Other columns than the state has, either way. */
  w.limits.check[DW_CHECK_MISSING] = false;
  CHECK(look_as(&w, "00000000000000000000000000000099", 64, 100, NORMAL, &err) == DW_EUSAGE && strstr(err.message, "missing values of"));
  w.limits.check[DW_CHECK_MISSING] = true;
  CHECK(look_as(&w, "00000000000000000000000000000099", 64, 100, NORMAL, &err) == DW_OK);
  dw_buf_free(&first);
  dw_buf_free(&second);
  watch_end(&w);
}

TEST(single_looks_are_reported_only)
{
  watch w;
  dw_err err;
  watch_start(&w, 1, 2000);
  CHECK(dw_limits_add_method(&w.limits, "x=ks", &err) == DW_OK);
  look(&w, 70, 30, SHIFTED);
  const dw_finding *ks = NULL;
  for (size_t i = 0; i < w.result.finding_count; i++)
    if (strcmp(w.result.finding[i].column, "x") == 0 && w.result.finding[i].method && strcmp(w.result.finding[i].method, "ks") == 0)
      ks = &w.result.finding[i];
  CHECK(ks && !ks->warning);
  look(&w, 71, 600, NEWCOMER);
  const dw_finding *fresh = find(&w, "k", DW_CHECK_CATEGORIES);
  CHECK(fresh && fresh->p_value < 0.01 && !fresh->drift && fresh->warning);
  watch_end(&w);
}
