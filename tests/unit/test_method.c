#include "detect/method/method.h"
#include "detect/check/methods.h"

#include "fixture.h"

/* rows records with `distinct` values in turn: BEFORE i % distinct AFTER. */
static char *cycle(size_t rows, size_t distinct, const char *before, const char *after)
{
  dw_buf text = {0};
  for (size_t i = 0; i < rows; i++) dw_buf_format(&text, "{\"v\":%s%zu%s}\n", before, i % distinct, after);
  dw_buf_char(&text, '\0');
  return text.data;
}

typedef struct subject {
  dw_dataset reference, current;
  dw_pair pair;
} subject;

static void subject_make(subject *s, dw_type type, const char *reference, const char *current)
{
  fixture_dataset(&s->reference, reference, NULL);
  fixture_dataset(&s->current, current, NULL);
  dw_pair_make(&s->pair, "v", type, dw_dataset_find(&s->reference, "v"), dw_dataset_find(&s->current, "v"));
}

static void subject_free(subject *s)
{
  dw_pair_free(&s->pair);
  dw_dataset_free(&s->reference);
  dw_dataset_free(&s->current);
}

static void check_default(dw_type type, size_t reference_rows, size_t current_rows, size_t distinct, dw_preset preset, const char *want)
{
  subject s;
  const char *before = type == DW_TYPE_NUMERIC ? "" : "\"c", *after = type == DW_TYPE_NUMERIC ? ".5" : "\"";
  char *reference = cycle(reference_rows, distinct, before, after), *current = cycle(current_rows, distinct, before, after);
  subject_make(&s, type, reference, current);
  CHECK_TEXT(dw_method_default(&s.pair, preset)->name, want);
  subject_free(&s);
  free(reference);
  free(current);
}

TEST(the_default_is_one_method_for_all)
{
  static const size_t rows[] = {20, 1000, 1001};
  for (size_t i = 0; i < 3; i++)
    for (size_t distinct = 2; distinct < 20; distinct += 6) {
      check_default(DW_TYPE_NUMERIC, rows[i], 1000, distinct, DW_PRESET_DRIFTWATCH, "share_shift");
      check_default(DW_TYPE_CATEGORICAL, 1000, rows[i], distinct, DW_PRESET_DRIFTWATCH, "share_shift");
    }
}

TEST(the_default_table_of_evidently)
{
  dw_preset preset = DW_PRESET_EVIDENTLY;
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 6, preset, "ks");
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 5, preset, "chisquare");
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 3, preset, "chisquare");
  check_default(DW_TYPE_NUMERIC, 1000, 1000, 2, preset, "z");
  check_default(DW_TYPE_NUMERIC, 1001, 1001, 6, preset, "wasserstein");
  check_default(DW_TYPE_NUMERIC, 1001, 1001, 5, preset, "jensenshannon");
  check_default(DW_TYPE_CATEGORICAL, 1000, 1000, 3, preset, "chisquare");
  check_default(DW_TYPE_CATEGORICAL, 1000, 1000, 2, preset, "z");
  check_default(DW_TYPE_CATEGORICAL, 1001, 1001, 3, preset, "jensenshannon");
  check_default(DW_TYPE_NUMERIC, 1001, 100, 50, preset, "wasserstein");
  check_default(DW_TYPE_CATEGORICAL, 1500, 1500, 60, preset, "jensenshannon");
}

TEST(names_types_and_rules)
{
  const dw_method *method;
  size_t count = 0;
  for (; (method = dw_method_at(count)); count++) {
    CHECK(dw_method_find(method->name) == method);
    CHECK(dw_method_fits(method, DW_TYPE_NUMERIC) || dw_method_fits(method, DW_TYPE_CATEGORICAL) || dw_method_fits(method, DW_TYPE_TEXT) ||
          dw_method_fits(method, DW_TYPE_VECTOR));
    CHECK(!dw_method_fits(method, DW_TYPE_IDENTIFIER) && !dw_method_fits(method, DW_TYPE_EMPTY));
    if (method->types & (DW_FITS(DW_TYPE_NUMERIC) | DW_FITS(DW_TYPE_CATEGORICAL)))
      CHECK(method->p_value ? method->threshold == 0.05 || method->threshold == 0.1
                            : method->threshold == (method->rule == DW_RULE_BELOW ? 0.9 : 0.1));
    CHECK(method->threshold > 0 && method->threshold < 1 && dw_method_under(method, DW_PRESET_DRIFTWATCH) == method);
    CHECK(strcmp(dw_method_under(method, DW_PRESET_EVIDENTLY)->name, method->name) == 0);
  }
  CHECK(count >= 21 && !dw_method_find("none") && !dw_method_find(""));
  CHECK(dw_rule_holds(1, DW_RULE_AT_LEAST, 1) && !dw_rule_holds(1, DW_RULE_ABOVE, 1) && dw_rule_holds(1, DW_RULE_AT_MOST, 1) &&
        !dw_rule_holds(1, DW_RULE_BELOW, 1));
  for (int rule = DW_RULE_AT_LEAST; rule <= DW_RULE_BELOW; rule++) CHECK(!dw_rule_holds(NAN, (dw_rule)rule, 0.5));
}

/* Every method runs, and says whether chance alone explains its number. */
TEST(warnings_of_small_samples)
{
  for (int large = 0; large < 2; large++) {
    subject s;
    char *reference = cycle(large ? 20000 : 40, 30, "", ".5"), *current = cycle(large ? 20000 : 40, 29, "", ".5");
    subject_make(&s, DW_TYPE_NUMERIC, reference, current);
    const dw_method *method;
    for (size_t i = 0; (method = dw_method_at(i)); i++) {
      if (!dw_method_fits(method, DW_TYPE_NUMERIC) && !dw_method_fits(method, DW_TYPE_CATEGORICAL)) continue;
      dw_method_result result = {.statistic = NAN, .p_value = NAN};
      dw_err err = {0};
      bool two = strcmp(method->name, "fisher_exact") == 0;
      CHECK_MSG(method->run(&s.pair, &(dw_method_settings){.permutations = 19}, &result, &err) == (two ? DW_ENODATA : DW_OK), "%s: %s",
                method->name, err.message);
      dw_buf_free(&result.detail);
      if (two) continue;
      CHECK_MSG(isfinite(result.statistic) && isfinite(result.p_value) == method->p_value, "%s", method->name);
      bool doubtful =
          strcmp(method->name, "psi") == 0 || strcmp(method->name, "wasserstein") == 0 || strcmp(method->name, "jensenshannon") == 0;
      if (doubtful) CHECK_MSG((result.warning != NULL) == !large, "%s", method->name);
    }
    subject_free(&s);
    free(reference);
    free(current);
  }
}

/* Evidently's one-sided Mann-Whitney misses a downward shift; ours does not. */
TEST(mannw_is_two_sided)
{
  subject s;
  char *reference = cycle(100, 50, "1", ".5"), *current = cycle(100, 50, "", ".5");
  subject_make(&s, DW_TYPE_NUMERIC, reference, current);
  dw_method_result ours = {0}, theirs = {0};
  const dw_method *mannw = dw_method_find("mannw");
  CHECK(mannw->run(&s.pair, &(dw_method_settings){.preset = DW_PRESET_DRIFTWATCH}, &ours, NULL) == DW_OK);
  CHECK(mannw->run(&s.pair, &(dw_method_settings){.preset = DW_PRESET_EVIDENTLY}, &theirs, NULL) == DW_OK);
  dw_buf_free(&ours.detail);
  dw_buf_free(&theirs.detail);
  CHECK(ours.p_value < 1e-6 && theirs.p_value > 0.99);
  subject_free(&s);
  free(reference);
  free(current);
}
