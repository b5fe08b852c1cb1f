/* Every method of numbers and categories on profiles beside the same on the records that they are of: what is claimed of a profile is there
 * in the records, and of a plain drift it is claimed. */
#include <math.h>

#include "base/rng.h"
#include "detect/check/methods.h"
#include "detect/method/method.h"
#include "detect/method/method_reach.h"
#include "profile_case.h"

enum { ROWS = 12000 };

typedef struct sides {
  dw_dataset exact[2], rough[2];
  dw_pair records, profiles;
} sides;

/* Numbers of a skewed law; or texts, a few frequent ones and thousands that hardly come twice. */
static char *column_text(bool numbers, double shift, uint64_t seed)
{
  dw_buf text = {0};
  dw_rng rng;
  dw_rng_start(&rng, dw_rng_derive(seed, "sketched"), 0, 0);
  for (int i = 0; i < ROWS; i++) {
    double u = dw_rng_uniform(&rng), v = dw_rng_uniform(&rng);
    if (numbers) dw_buf_format(&text, "{\"v\":%.9f}\n", pow(u, -0.4) + shift * v);
    else if (u < 0.25 + shift) dw_buf_format(&text, "{\"v\":\"often %d\"}\n", (int)(4 * v));
    else dw_buf_format(&text, "{\"v\":\"rare %d\"}\n", (int)(9000 * v));
  }
  dw_buf_char(&text, '\0');
  return text.data;
}

static bool all_texts(void *context, const char *name) { return true; }

static void sides_make(sides *s, bool numbers, double shift, uint64_t seed, double error)
{
  dw_type type = numbers ? DW_TYPE_NUMERIC : DW_TYPE_CATEGORICAL;
  for (int side = 0; side < 2; side++) {
    char *text = column_text(numbers, side ? shift : 0, 2 * seed + (uint64_t)side);
    fixture_dataset(&s->exact[side], text, &(dw_dataset_options){.keep_texts = all_texts});
    dw_profile *profile = profile_of(text, error), *read = profile_again(profile);
    dw_dataset_init(&s->rough[side], &(dw_dataset_options){0});
    dw_profile_dataset(read, &s->rough[side]);
    dw_profile_free(profile);
    dw_profile_free(read);
    free(text);
  }
  dw_pair_make(&s->records, "v", type, dw_dataset_find(&s->exact[0], "v"), dw_dataset_find(&s->exact[1], "v"));
  dw_pair_make(&s->profiles, "v", type, dw_dataset_find(&s->rough[0], "v"), dw_dataset_find(&s->rough[1], "v"));
}

static void sides_free(sides *s)
{
  dw_pair_free(&s->records);
  dw_pair_free(&s->profiles);
  for (int side = 0; side < 2; side++) {
    dw_dataset_free(&s->exact[side]);
    dw_dataset_free(&s->rough[side]);
  }
}

static dw_status run(const char *name, dw_pair *pair, dw_method_result *result, dw_err *err)
{
  const dw_method *method = dw_method_find(name);
  *result = (dw_method_result){.statistic = NAN, .p_value = NAN, .threshold = NAN, .sure = NAN, .threshold_given = method->threshold};
  dw_method_settings settings = {.cosine_threshold = NAN, .tests = 2, .seed = 1};
  dw_status status = method->run(pair, &settings, result, err);
  dw_buf_free(&result->detail);
  return status;
}

/* With as large an error as statistics may be off by it; exact moments have none. */
static const struct {
  const char *name;
  double near; /* the statistic of the profiles is as near that of the records */
} of_numbers[] = {{"share_shift", 0.1},  {"ks", 0.02},         {"kuiper", 0.04}, {"cramer_von_mises", 1.5},
                  {"anderson", 6},       {"mannw", 1.5e6},     {"t_test", 1e-9}, {"ed", 0.05},
                  {"wasserstein", 0.02}, {"psi", 0.03},        {"kl_div", 0.02}, {"jensenshannon", 0.02},
                  {"hellinger", 0.02},   {"l_infinity", 0.03}, {"cosine", 0.02}};

static bool by_p(const char *name) { return dw_method_find(name)->p_value; }

/* What decides, larger for more drift. */
static double claim(const char *name, const dw_method_result *result)
{
  if (by_p(name)) return -result->p_value;
  double statistic = isnan(result->sure) ? result->statistic : result->sure;
  return strcmp(name, "cosine") == 0 ? -statistic : statistic;
}

static void check_numbers(double shift, uint64_t seed, bool drifts)
{
  sides s;
  dw_err err = {0};
  sides_make(&s, true, shift, seed, 0.01);
  CHECK(dw_column_rank_error(s.profiles.reference) > 0.002 && dw_column_rank_error(s.records.reference) == 0);
  for (size_t i = 0; i < sizeof of_numbers / sizeof *of_numbers; i++) {
    const char *name = of_numbers[i].name;
    dw_method_result exact, rough;
    CHECK(run(name, &s.records, &exact, &err) == DW_OK);
    dw_status status = run(name, &s.profiles, &rough, &err);
    CHECK_MSG(status == DW_OK, "%s: %s", name, err.message);
    CHECK_MSG(fabs(rough.statistic - exact.statistic) <= of_numbers[i].near + 0.05 * fabs(exact.statistic),
              "%s: %g of a profile, %g of the records", name, rough.statistic, exact.statistic);
    bool sure = !isnan(rough.sure) || by_p(name);
    CHECK_MSG(sure && isnan(exact.sure), "%s says nothing of the error", name);
    double least = isnan(rough.sure) ? 0 : rough.sure;
    if (!by_p(name) && strcmp(name, "cosine") != 0) CHECK_MSG(least <= rough.statistic && least >= 0, "%s: %g", name, least);
    if (strcmp(name, "t_test") == 0) CHECK_MSG(fabs(rough.p_value - exact.p_value) <= 1e-9 * exact.p_value, "%g", rough.p_value);
    else
      CHECK_MSG(claim(name, &rough) <= claim(name, &exact) + 1e-12, "%s, shift %g: %g is claimed of %g", name, shift, claim(name, &rough),
                claim(name, &exact));
    const dw_method *method = dw_method_find(name);
    double score = by_p(name) ? rough.p_value : isnan(rough.sure) ? rough.statistic : rough.sure;
    if (drifts) CHECK_MSG(dw_rule_holds(score, method->rule, method->threshold), "%s does not see it: %g", name, score);
  }
  CHECK(s.profiles.shift.unsure >= 0 && s.profiles.shift.h - s.profiles.shift.unsure <= s.records.shift.h + 1e-9);
  sides_free(&s);
}

TEST(numbers_of_profiles)
{
  for (uint64_t seed = 0; seed < 3; seed++) check_numbers(0, seed, false);
  check_numbers(0.02, 3, false);
  check_numbers(1, 4, true);
}

/* 0.01 of a share is more than the error may be: what it could make is no drift, however small the p-value of the sketches is. */
TEST(what_the_error_could_make_is_no_drift)
{
  sides s;
  dw_err err;
  dw_method_result result;
  sides_make(&s, true, 0.02, 7, 0.1);
  double off = dw_column_rank_error(s.profiles.reference) + dw_column_rank_error(s.profiles.current);
  CHECK(off > 0.03);
  CHECK(run("psi", &s.profiles, &result, &err) == DW_OK && result.sure < 0.01);
  CHECK(run("ks", &s.profiles, &result, &err) == DW_OK && result.p_value > 0.5);
  CHECK(run("wasserstein", &s.profiles, &result, &err) == DW_OK && result.sure < 0.02);
  sides_free(&s);
}

/* Without a bound there is no answer, rather than one that nobody can trust. */
TEST(methods_without_a_bound_say_so)
{
  static const char *const numbers[] = {"es", "empirical_mmd"}, *const categories[] = {"tvd", "cosine"};
  sides s;
  dw_err err;
  dw_method_result result;
  sides_make(&s, true, 0, 1, 0.01);
  for (int i = 0; i < 2; i++) CHECK(run(numbers[i], &s.profiles, &result, &err) == DW_ENODATA && strstr(err.message, "sketch"));
  sides_free(&s);
  sides_make(&s, false, 0, 1, 0.01);
  for (int i = 0; i < 2; i++) CHECK(run(categories[i], &s.profiles, &result, &err) == DW_ENODATA && strstr(err.message, "frequent texts"));
  sides_free(&s);
}

/* Counts of more texts than a profile names. */
static void check_texts(double shift, uint64_t seed, bool drifts)
{
  static const char *const methods[] = {"share_shift", "chisquare", "g_test", "psi", "kl_div", "jensenshannon", "hellinger", "l_infinity"};
  sides s;
  dw_err err = {0};
  sides_make(&s, false, shift, seed, 0.001);
  CHECK(s.profiles.reference->texts_lost > 0 && dw_reach_is(&s.profiles) && !dw_reach_is(&s.records));
  CHECK(s.profiles.reference_count == ROWS && s.profiles.categories.reference_other > 0);
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
    dw_method_result rough, exact;
    const dw_method *method = dw_method_find(methods[i]);
    dw_status status = run(methods[i], &s.profiles, &rough, &err);
    CHECK_MSG(status == DW_OK, "%s: %s", methods[i], err.message);
    double score = method->p_value ? rough.p_value : rough.sure;
    bool drift = !isnan(score) && dw_rule_holds(score, method->rule, method->threshold);
    CHECK_MSG(drift == drifts || !method->p_value, "%s, shift %g: %g", methods[i], shift, score);
    if (method->p_value) continue;
    CHECK(run(methods[i], &s.records, &exact, &err) == DW_OK);
    CHECK_MSG(score >= 0 && score <= exact.statistic, "%s, shift %g: %g is claimed of %g", methods[i], shift, score, exact.statistic);
    CHECK_MSG(!drifts || drift, "%s does not see it: %g", methods[i], score);
  }
  const dw_share_shift *known = dw_pair_shift(&s.profiles), *is = dw_pair_shift(&s.records);
  CHECK_MSG(known->h - known->unsure <= is->h + 1e-9 && known->unsure > 0, "%g less %g of %g", known->h, known->unsure, is->h);
  sides_free(&s);
}

TEST(texts_of_profiles)
{
  check_texts(0, 1, false);
  check_texts(0.5, 2, true);
}
