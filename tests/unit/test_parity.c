/* The numbers and verdicts of Evidently 0.7.21 on real data: ../shared/golden/evidently, skipped where that folder is absent
 * (DW_SHARED names another place). */
#include "test.h"

#include <unistd.h>

#include "detect/compare/compare.h"
#include "detect/check/methods.h"
#include "io/bytes/input.h"
#include "io/text/json.h"

typedef struct golden {
  char *column, *method;
  double value, threshold;
  bool known, drift, chosen; /* known: the tool gave a value; chosen: by its own default rule */
  bool skipped;              /* the oracle was not asked: too many rows for it */
} golden;

typedef struct comparison {
  golden *line;
  size_t count;
  size_t columns, drifted; /* the dataset line */
  bool dataset_drift;
  dw_type_choice *type;
  size_t type_count;
  dw_dataset reference, current;
} comparison;

static char shared_folder[4096];

static const char *shared(const char *file)
{
  static char path[4200];
  const char *root = getenv("DW_SHARED");
  snprintf(shared_folder, sizeof shared_folder, "%s", root ? root : "../shared");
  snprintf(path, sizeof path, "%s/%s", shared_folder, file);
  return path;
}

static void need_shared(void)
{
  if (access(shared("golden/evidently"), R_OK) != 0) test_skip("no ../shared/golden here");
}

static void read_side(dw_dataset *side, const char *file)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  const char *path = shared(file);
  dw_dataset_init(side, &(dw_dataset_options){.sample_texts = true, .keep_order = true});
  dw_status status = dw_reader_open(&reader, &path, 1, &(dw_reader_options){.threads = 2}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) dw_dataset_add(side, reader, batch, NULL);
  CHECK_MSG(status == DW_OK, "%s: %s", file, err.message);
  dw_reader_close(reader);
  dw_dataset_finish(side, 2);
}

static void read_golden(comparison *c, const char *file)
{
  dw_err err = {0};
  char *bytes;
  size_t length;
  CHECK(dw_input_whole(shared(file), 1 << 20, &bytes, &length, &err) == DW_OK);
  for (char *line = strtok(bytes, "\n"); line; line = strtok(NULL, "\n")) {
    dw_value *value;
    if (dw_value_parse(&value, line, strlen(line), file, 0, &err) != DW_OK) {
      CHECK_MSG(false, "%s", err.message);
      continue;
    }
    const char *column = dw_value_text(dw_value_get(value, "column"), "");
    if (strcmp(column, "__dataset__") == 0) {
      c->columns = (size_t)dw_value_number(dw_value_get(value, "columns"), 0);
      c->drifted = (size_t)dw_value_number(dw_value_get(value, "drifted_columns"), 0);
      c->dataset_drift = dw_value_bool(dw_value_get(value, "drift"), false);
    } else {
      c->line = realloc(c->line, (c->count + 1) * sizeof *c->line);
      c->line[c->count++] = (golden){strdup(column),
                                     strdup(dw_value_text(dw_value_get(value, "method"), "")),
                                     dw_value_number(dw_value_get(value, "value"), NAN),
                                     dw_value_number(dw_value_get(value, "threshold"), NAN),
                                     dw_value_kind(dw_value_get(value, "value")) == DW_VALUE_NUMBER,
                                     dw_value_bool(dw_value_get(value, "drift"), false),
                                     dw_value_bool(dw_value_get(value, "default"), false),
                                     strncmp(dw_value_text(dw_value_get(value, "error"), ""), "skipped", 7) == 0};
      if (strcmp(c->line[c->count - 1].method, "TVD") == 0) memcpy(c->line[c->count - 1].method, "tvd", 3);
      if (!c->type_count || strcmp(c->type[c->type_count - 1].column, column) != 0) {
        c->type = realloc(c->type, (c->type_count + 1) * sizeof *c->type);
        bool number = strcmp(dw_value_text(dw_value_get(value, "type"), ""), "num") == 0;
        c->type[c->type_count++] =
            (dw_type_choice){.column = c->line[c->count - 1].column, .type = number ? DW_TYPE_NUMERIC : DW_TYPE_CATEGORICAL};
      }
    }
    dw_value_free(value);
  }
  free(bytes);
}

static const dw_finding *find(const dw_comparison *result, const char *column, const char *method)
{
  for (size_t i = 0; i < result->finding_count; i++)
    if (strcmp(result->finding[i].column, column) == 0 && (!method || strcmp(result->finding[i].method, method) == 0))
      return &result->finding[i];
  return NULL;
}

static double detail(const dw_finding *finding, const char *key)
{
  dw_value *value;
  double out = NAN;
  if (finding->detail.length && dw_value_parse(&value, finding->detail.data, finding->detail.length, "detail", 0, NULL) == DW_OK) {
    out = dw_value_number(dw_value_get(value, key), NAN);
    dw_value_free(value);
  }
  return out;
}

/* The same shuffles of the rows; ties are decided by rounding there, which changes from run to run: they count here. */
static bool tvd_agrees(double want, const dw_finding *got)
{
  double made = detail(got, "permutations");
  return made == 1000 && want <= got->score + 1e-12 && got->score - detail(got, "ties") / made <= want + 1e-12;
}

/* Both are shares of hits among random permutations (100 there, unseeded): within 4 standard deviations of each other, with half a hit at
 * the ends. */
static bool mmd_agrees(double want, const dw_finding *got)
{
  double made = detail(got, "permutations"), p = fmin(fmax((want * 100 + got->score * made) / (100 + made), 0.5 / made), 1 - 0.5 / made);
  return made == 999 && fabs(want - got->score) <= 4 * sqrt(p * (1 - p) * (1.0 / 100 + 1 / made));
}

/* Relative 1e-9; p-values from asymptotic series 1e-7 (their far tails, below 1e-300, only as small). */
static bool agrees(const golden *want, const dw_finding *got)
{
  if (!want->known) return got->error[0];
  if (strcmp(want->method, "tvd") == 0) return tvd_agrees(want->value, got);
  if (strcmp(want->method, "empirical_mmd") == 0) return mmd_agrees(want->value, got);
  if (test_close(got->score, want->value, 1e-9)) return true;
  if (strcmp(want->method, "cramer_von_mises") == 0) return fabs(got->score - want->value) < 1e-11; /* 1 - cdf, summed to 1e-7 */
  return got->by_p_value && (test_close(got->score, want->value, 1e-7) || (want->value < 1e-300 && got->score < 1e-300));
}

/* A verdict near the threshold may differ where the numbers are random. */
static bool verdict_agrees(const golden *want, const dw_finding *got)
{
  bool near = strcmp(want->method, "tvd") == 0 ? want->value < want->threshold && got->score >= want->threshold
                                               : strcmp(want->method, "empirical_mmd") == 0 && fabs(got->score - want->threshold) < 0.09;
  return got->drift == want->drift || near;
}

static void check_methods(comparison *c, const char *name)
{
  dw_limits limits;
  dw_comparison result;
  dw_limits_init(&limits, DW_PRESET_EVIDENTLY);
  limits.every_method = true;
  /* of empirical_mmd, where the oracle was asked; tvd has Evidently's number */
  limits.settings.permutations = c->reference.rows > 2000 ? 1 : 999;
  dw_compare(&result, &c->reference, &c->current,
             &(dw_compare_options){.limits = &limits, .type = c->type, .type_count = c->type_count, .threads = 2});
  size_t held = 0;
  for (size_t i = 0; i < c->count; i++) {
    const golden *want = &c->line[i];
    if (want->skipped) continue;
    CHECK_MSG(dw_method_find(want->method) != NULL, "no method %s", want->method);
    const dw_finding *got = find(&result, want->column, want->method);
    CHECK_MSG(got != NULL, "%s: %s %s: no finding", name, want->column, want->method);
    if (!got) continue;
    held++;
    CHECK_MSG(agrees(want, got), "%s: %s %s = %.17g, Evidently %.17g %s", name, want->column, want->method, got->score, want->value,
              got->error);
    CHECK_MSG(verdict_agrees(want, got), "%s: %s %s: drift %d, Evidently %d", name, want->column, want->method, got->drift, want->drift);
  }
  CHECK_MSG(held >= 8 * c->type_count, "%s: only %zu values held", name, held);
  dw_comparison_free(&result);
  dw_limits_free(&limits);
}

static void check_defaults(comparison *c, const char *name)
{
  dw_limits limits;
  dw_comparison result;
  dw_limits_init(&limits, DW_PRESET_EVIDENTLY);
  dw_compare(&result, &c->reference, &c->current,
             &(dw_compare_options){.limits = &limits, .type = c->type, .type_count = c->type_count, .threads = 2});
  size_t drifted = 0;
  for (size_t i = 0; i < c->count; i++) {
    if (!c->line[i].chosen) continue;
    const dw_finding *got = find(&result, c->line[i].column, NULL);
    CHECK_MSG(got && strcmp(got->method, c->line[i].method) == 0, "%s: %s: default %s, Evidently %s", name, c->line[i].column,
              got ? got->method : "none", c->line[i].method);
    drifted += got && got->drift;
  }
  /* The car loans' timestamp counts as a text that drifted: it has no line of its own. */
  CHECK_MSG(result.columns == c->columns, "%s: %zu columns, Evidently %zu", name, result.columns, c->columns);
  CHECK_MSG(result.drifted == c->drifted, "%s: %zu drifted, Evidently %zu", name, result.drifted, c->drifted);
  CHECK_MSG(drifted + (strcmp(name, "car_loan") == 0) == c->drifted, "%s: %zu drifted of those with a line", name, drifted);
  CHECK_MSG(result.dataset_drift == c->dataset_drift, "%s: dataset verdict", name);
  dw_comparison_free(&result);
  dw_limits_free(&limits);
}

/* Types are told as Evidently tells them; the golden run declared one column of the car loans categorical. */
static void check_types(comparison *c, const char *name)
{
  for (size_t i = 0; i < c->type_count; i++) {
    if (strcmp(name, "car_loan") == 0 && strcmp(c->type[i].column, "repaid") == 0) continue;
    const dw_column *column = dw_dataset_find(&c->current, c->type[i].column);
    CHECK_MSG(column != NULL, "%s: no column %s", name, c->type[i].column);
    if (!column) continue;
    dw_type_facts facts = dw_column_facts(column);
    dw_type got = dw_type_infer(&facts, DW_TYPING_EVIDENTLY);
    CHECK_MSG(got == c->type[i].type, "%s: %s is %s, Evidently %s", name, c->type[i].column, dw_type_name(got),
              dw_type_name(c->type[i].type));
  }
}

static void check_dataset(const char *name, const char *reference, const char *current)
{
  need_shared();
  comparison c = {0};
  char file[100];
  snprintf(file, sizeof file, "golden/evidently/%s.ndjson", name);
  read_golden(&c, file);
  read_side(&c.reference, reference);
  read_side(&c.current, current);
  check_methods(&c, name);
  check_defaults(&c, name);
  check_types(&c, name);
  for (size_t i = 0; i < c.count; i++) {
    free(c.line[i].column);
    free(c.line[i].method);
  }
  free(c.line);
  free(c.type);
  dw_dataset_free(&c.reference);
  dw_dataset_free(&c.current);
}

TEST(mixed40) { check_dataset("mixed40", "data/mixed40_reference.csv", "data/mixed40_current.csv"); }
TEST(mixed300) { check_dataset("mixed300", "data/mixed300_reference.csv", "data/mixed300_current.csv"); }
TEST(mixed1500) { check_dataset("mixed1500", "data/mixed1500_reference.csv", "data/mixed1500_current.csv"); }
TEST(elec2) { check_dataset("elec2", "data/elec2_reference.csv", "data/elec2_current.csv"); }
TEST(bike) { check_dataset("bike", "data/bike_2011.csv", "data/bike_2012.csv"); }
TEST(car_loan) { check_dataset("car_loan", "data/car_loan_reference.csv.zst", "data/car_loan_analysis.csv.zst"); }
