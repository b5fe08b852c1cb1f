#include "synth/generate/generate.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/rng.h"
#include "golden.h"
#include "stats/distributions/special.h"

typedef struct made {
  dw_scenario *scenario;
  dw_scenario_plan plan;
  dw_generator *generator;
} made;

static made make_from(dw_scenario *scenario, uint64_t rows, dw_generate_options options)
{
  made m = {.scenario = scenario};
  dw_err err = {0};
  dw_status status = dw_scenario_plan_rows(scenario, &(dw_scenario_span){.has_rows = true, .rows = rows}, &m.plan, &err);
  if (status == DW_OK) status = dw_generator_new(&m.generator, &m.plan, &options, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  return m;
}

static made make_text(const char *text, uint64_t rows, dw_generate_options options)
{
  dw_err err = {0};
  dw_scenario *scenario = NULL;
  CHECK_MSG(dw_scenario_parse(&scenario, text, strlen(text), "s.yaml", &err) == DW_OK, "%s", err.message);
  return make_from(scenario, rows, options);
}

/* A shipped scenario. */
static made make_fraud(const char *name, uint64_t rows, dw_generate_options options)
{
  const char *tests = getenv("DW_TESTS");
  char path[1000];
  dw_err err = {0};
  dw_scenario *scenario = NULL;
  snprintf(path, sizeof path, "%s/../scenarios/%s.yaml", tests ? tests : "tests", name);
  CHECK_MSG(dw_scenario_read(&scenario, path, &err) == DW_OK, "%s", err.message);
  return make_from(scenario, rows, options);
}

static void unmake(made *m)
{
  dw_generator_free(m->generator);
  dw_scenario_free(m->scenario);
}

static const char *rows_text(const made *m, uint64_t first, uint64_t end, dw_buf *buf)
{
  buf->length = 0;
  dw_generator_rows(m->generator, first, end, buf);
  return dw_buf_cstr(buf);
}

/* Row 0 of a scenario of these columns, seed 1, as NDJSON or CSV. */
static const char *one_row(const char *columns, dw_generate_format format)
{
  static dw_buf buf;
  made m = make_text(columns, 3, (dw_generate_options){.seed = 1, .format = format});
  rows_text(&m, 0, 1, &buf);
  unmake(&m);
  return buf.data;
}

TEST(every_kind_as_json_and_csv)
{
  const char *columns = "step: 1500ms\ncolumns:\n"
                        "  one: {distribution: constant, value: 1}\n"
                        "  text: {distribution: constant, value: '1'}\n"
                        "  quoted: {distribution: constant, value: 'a \"b\", c'}\n"
                        "  truth: {distribution: constant, value: true}\n"
                        "  real: {distribution: constant, value: 0.10}\n"
                        "  n: {distribution: sequence, start: 5, step: 0.25}\n"
                        "  ts: {distribution: timestamp}\n"
                        "  hour: {distribution: hour_of_day, column: ts}\n"
                        "  yes: {distribution: bernoulli, p: 1, boolean: true}\n"
                        "  no: {distribution: bernoulli, p: 0}\n"
                        "  id: {distribution: text, template: 'r{row:03}-{n}-{text}-{yes}-{{{ts}}}'}\n"
                        "  gone: {distribution: poisson, mean: 3, missing: 1}\n"
                        "  vgone: {distribution: vector, dimension: 2, missing: 1, component: {distribution: uniform, low: 3, high: 3}}\n"
                        "  v: {distribution: vector, dimension: 3, component: {distribution: uniform, low: 3, high: 3}, mean_shift: [0, 1, "
                        "-3.5], decimals: 1}\n";
  CHECK_TEXT(one_row(columns, DW_GENERATE_NDJSON),
             "{\"one\":1,\"text\":\"1\",\"quoted\":\"a \\\"b\\\", "
             "c\",\"truth\":true,\"real\":0.1,\"n\":5,\"ts\":\"2026-01-01T00:00:00Z\",\"hour\":0,"
             "\"yes\":true,\"no\":0,\"id\":\"r001-5-1-true-{2026-01-01T00:00:00Z}\",\"gone\":null,\"vgone\":null,\"v\":[3,4,-0.5]}\n");
  CHECK_TEXT(one_row(columns, DW_GENERATE_CSV),
             "1,1,\"a \"\"b\"\", c\",true,0.1,5,2026-01-01T00:00:00Z,0,true,0,r001-5-1-true-{2026-01-01T00:00:00Z},,,,3,4,-0.5\n");
  dw_buf buf = {0};
  made m = make_text(columns, 3, (dw_generate_options){.format = DW_GENERATE_CSV});
  dw_generator_header(m.generator, &buf);
  CHECK_TEXT(dw_buf_cstr(&buf), "one,text,quoted,truth,real,n,ts,hour,yes,no,id,gone,vgone.0,vgone.1,v.0,v.1,v.2\n");
  CHECK(strstr(rows_text(&m, 1, 2, &buf), ",5.25,2026-01-01T00:00:01.5Z,") != NULL);
  unmake(&m);
  dw_buf_free(&buf);
}

TEST(names_and_texts_are_escaped)
{
  const char *columns = "columns:\n  'a\"b,\\': {distribution: constant, value: \"x\\ty\\n\\u00e9\"}\n  t: {distribution: text, template: "
                        "\"\\\"{row}\\\"\\\\,\\u00e9\"}\n";
  CHECK_TEXT(one_row(columns, DW_GENERATE_NDJSON), "{\"a\\\"b,\\\\\":\"x\\ty\\n\xc3\xa9\",\"t\":\"\\\"1\\\"\\\\,\xc3\xa9\"}\n");
  CHECK_TEXT(one_row(columns, DW_GENERATE_CSV), "\"x\ty\n\xc3\xa9\",\"\"\"1\"\"\\,\xc3\xa9\"\n");
}

/* Numbers with a count of decimals are put by hand; the text must be dw_num_print's for the nearest such decimal. */
TEST(decimals_print_as_the_shortest_text)
{
  for (int decimals = 0; decimals <= 15; decimals++) {
    char text[300];
    dw_buf rounded = {0}, exact = {0};
    double power = pow(10, decimals);
    snprintf(text, sizeof text, "columns:\n  a: {distribution: normal, mean: 0, sd: %s, decimals: %d}\n", decimals > 9 ? "0.001" : "1000",
             decimals);
    made m = make_text(text, 2000, (dw_generate_options){.seed = 3});
    snprintf(text, sizeof text, "columns:\n  a: {distribution: normal, mean: 0, sd: %s}\n", decimals > 9 ? "0.001" : "1000");
    made plain = make_text(text, 2000, (dw_generate_options){.seed = 3});
    const char *a = rows_text(&m, 0, 2000, &rounded), *b = rows_text(&plain, 0, 2000, &exact);
    size_t wrong = 0;
    for (int i = 0; i < 2000; i++) {
      char want[DW_NUM_TEXT + 1];
      double value = strtod(b + 5, NULL), whole = nearbyint(value * power) / power;
      want[dw_num_print(want, whole + 0.0)] = '\0';
      size_t n = strcspn(a + 5, "}");
      if (strlen(want) != n || memcmp(want, a + 5, n) != 0) {
        if (wrong++ == 0) CHECK_MSG(false, "decimals %d: %.*s, want %s", decimals, (int)n, a + 5, want);
      }
      a = strchr(a, '\n') + 1;
      b = strchr(b, '\n') + 1;
    }
    CHECK(wrong == 0);
    unmake(&m);
    unmake(&plain);
    dw_buf_free(&rounded);
    dw_buf_free(&exact);
  }
}

TEST(clipping_stretching_and_no_minus_zero)
{
  CHECK_TEXT(one_row("columns:\n  a: {distribution: uniform, low: 2, high: 2, multiply: 3, add: 1.5, decimals: 0}\n", DW_GENERATE_NDJSON),
             "{\"a\":8}\n");
  CHECK_TEXT(one_row("columns:\n  a: {distribution: uniform, low: 2, high: 2, multiply: 3, max: 5.25}\n", DW_GENERATE_NDJSON),
             "{\"a\":5.25}\n");
  CHECK_TEXT(one_row("columns:\n  a: {distribution: uniform, low: -0.2, high: -0.2, decimals: 0}\n", DW_GENERATE_NDJSON), "{\"a\":0}\n");
  CHECK_TEXT(one_row("columns:\n  a: {distribution: uniform, low: 1e18, high: 1e18, decimals: 2}\n", DW_GENERATE_NDJSON), "{\"a\":1e18}\n");
  CHECK_TEXT(one_row("columns:\n  a: {distribution: uniform, low: -1e18, high: -1e18, decimals: 0}\n", DW_GENERATE_NDJSON),
             "{\"a\":-1e18}\n");
}

/* ---- the same bytes, however they are made ---- */

typedef struct sink {
  dw_buf text;
  uint64_t rows, stop_after;
  dw_status fail;
} sink;

static dw_status sink_take(void *context, const char *bytes, size_t length, uint64_t rows, bool *stop, dw_err *err)
{
  sink *s = context;
  dw_buf_add(&s->text, bytes, length);
  s->rows += rows;
  *stop = s->stop_after && s->rows >= s->stop_after;
  return s->fail == DW_OK ? DW_OK : dw_err_set(err, s->fail, "no more");
}

TEST(threads_and_parts)
{
  const char *with[] = {"fraud_score"};
  for (int format = 0; format < 2; format++) {
    made m = make_fraud("fraud-black-friday", 20000, (dw_generate_options){.seed = 5, .format = format, .with = with, .with_count = 1});
    dw_buf whole = {0}, part = {0};
    rows_text(&m, 0, 20000, &whole);
    static const unsigned threads[] = {0, 1, 2, 3, 16};
    for (size_t t = 0; t < 5; t++) {
      sink s = {0};
      CHECK(dw_generator_run(m.generator, 0, 20000, threads[t], sink_take, &s, NULL) == DW_OK);
      CHECK(s.rows == 20000 && s.text.length == whole.length && memcmp(s.text.data, whole.data, whole.length) == 0);
      dw_buf_free(&s.text);
    }
    static const uint64_t parts[] = {1, 2, 3, 7, 1000, 20000};
    for (size_t k = 0; k < 6; k++) {
      part.length = 0;
      uint64_t before = 0;
      for (uint64_t i = 1; i <= parts[k]; i++) {
        uint64_t first, end;
        dw_generate_shard(20000, i, parts[k], &first, &end);
        CHECK(first == before && end >= first && end - first <= 20000 / parts[k] + 1);
        before = end;
        dw_generator_rows(m.generator, first, end, &part);
      }
      CHECK(part.length == whole.length && memcmp(part.data, whole.data, whole.length) == 0);
    }
    dw_buf_free(&whole);
    dw_buf_free(&part);
    unmake(&m);
  }
}

TEST(the_sink_ends_a_run)
{
  made m = make_fraud("fraud-baseline", 100000, (dw_generate_options){.seed = 5});
  for (unsigned threads = 1; threads <= 4; threads += 3) {
    sink s = {.stop_after = 5000};
    dw_err err;
    CHECK(dw_generator_run(m.generator, 0, 100000, threads, sink_take, &s, &err) == DW_OK);
    CHECK(s.rows >= 5000 && s.rows < 20000);
    s.text.length = 0;
    s.rows = s.stop_after = 0;
    s.fail = DW_ESYSTEM;
    CHECK(dw_generator_run(m.generator, 0, 100000, threads, sink_take, &s, &err) == DW_ESYSTEM);
    CHECK_TEXT(err.message, "no more");
    CHECK(s.rows > 0 && s.rows < 20000);
    dw_buf_free(&s.text);
  }
  unmake(&m);
}

TEST(shards_of_huge_counts)
{
  uint64_t first, end;
  dw_generate_shard(1000000000000000, 1000000000, 1000000007, &first, &end);
  CHECK(first == 999999992000000 && end == 999999993000000);
  dw_generate_shard(0, 2, 3, &first, &end);
  CHECK(first == 0 && end == 0);
  dw_generate_shard(2, 1, 3, &first, &end);
  CHECK(first == 0 && end == 0);
}

/* A column's values do not depend on the other columns. */
TEST(columns_are_independent)
{
  const char *a = "columns:\n  x: {distribution: normal, mean: 0, sd: 1}\n";
  const char *b = "columns:\n  x: {distribution: normal, mean: 0, sd: 1}\n  y: {distribution: poisson, mean: 1, optional: true}\n";
  const char *c = "columns:\n  z: {distribution: normal, mean: 0, sd: 1, optional: true}\n  x: {distribution: normal, mean: 0, sd: 1}\n";
  dw_buf one = {0}, other = {0};
  made m = make_text(a, 100, (dw_generate_options){.seed = 9}), n = make_text(b, 100, (dw_generate_options){.seed = 9});
  made o = make_text(c, 100, (dw_generate_options){.seed = 9}), p = make_text(a, 100, (dw_generate_options){.seed = 10});
  CHECK_TEXT(rows_text(&m, 0, 100, &one), rows_text(&n, 0, 100, &other));
  CHECK_TEXT(one.data, rows_text(&o, 0, 100, &other));
  CHECK(strcmp(one.data, rows_text(&p, 0, 100, &other)) != 0);
  unmake(&m);
  unmake(&n);
  unmake(&o);
  unmake(&p);
  dw_buf_free(&one);
  dw_buf_free(&other);
}

TEST(with_names_a_column)
{
  const char *with[] = {"fraud_scor"}, *columns = "columns:\n  x: {distribution: sequence, optional: true}\n";
  dw_err err;
  made m = make_fraud("fraud-baseline", 1, (dw_generate_options){.seed = 1});
  dw_generator *g;
  CHECK(dw_generator_new(&g, &m.plan, &(dw_generate_options){.with = with, .with_count = 1}, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "the scenario has no column \"fraud_scor\": did you mean \"fraud_score\"?");
  unmake(&m);
  dw_scenario *s;
  CHECK(dw_scenario_parse(&s, columns, strlen(columns), "s.yaml", NULL) == DW_OK);
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){0}, &m.plan, NULL) == DW_OK);
  CHECK(dw_generator_new(&g, &m.plan, &(dw_generate_options){0}, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "every column of the scenario is optional: ask for some with --with");
  dw_scenario_free(s);
}

TEST(records_have_a_largest_size)
{
  dw_buf text = {0};
  dw_err err;
  dw_scenario *s;
  dw_scenario_plan plan;
  dw_generator *g;
  /* each text is 200 of the one before: 200^5 bytes */
  dw_buf_text(&text, "columns:\n  t0: {distribution: text, template: \"x\"}\n");
  for (int i = 1; i <= 5; i++) {
    dw_buf_format(&text, "  t%d: {distribution: text, template: \"", i);
    for (int k = 0; k < 200; k++) dw_buf_format(&text, "{t%d}", i - 1);
    dw_buf_text(&text, "\"}\n");
  }
  CHECK(dw_scenario_parse(&s, text.data, text.length, "s.yaml", &err) == DW_OK);
  CHECK(dw_scenario_plan_rows(s, &(dw_scenario_span){0}, &plan, &err) == DW_OK);
  CHECK(dw_generator_new(&g, &plan, &(dw_generate_options){0}, &err) == DW_EUSAGE);
  CHECK_TEXT(err.message, "a record of this scenario could be longer than 16 MiB");
  dw_scenario_free(s);
  dw_buf_free(&text);
}

TEST(templates)
{
  dw_buf buf = {0};
  made m = make_text("columns:\n  a: {distribution: text, template: '{digits:3}{hex:4}{letters:5}|{choice:red|green|}|{words:2-4}|{word}', "
                     "words: [ab, cd]}\n",
                     5000, (dw_generate_options){.seed = 2});
  const char *line = rows_text(&m, 0, 5000, &buf);
  size_t colours[3] = {0}, words[5] = {0}, bad = 0;
  for (int i = 0; i < 5000; i++, line = strchr(line, '\n') + 1) {
    const char *t = line + 6, *end = strchr(t, '"');
    bad += strspn(t, "0123456789") < 3 || strspn(t + 3, "0123456789abcdef") < 4 || strspn(t + 7, "abcdefghijklmnopqrstuvwxyz") != 5 ||
           t[12] != '|';
    const char *colour = t + 13, *list = strchr(colour, '|') + 1;
    colours[*colour == 'r' ? 0 : *colour == 'g' ? 1 : 2]++;
    size_t count = 1;
    for (; *list != '|'; list++) count += *list == ' ';
    if (count < 5) words[count]++;
    bad += end - list != 3 || (memcmp(list + 1, "ab", 2) != 0 && memcmp(list + 1, "cd", 2) != 0);
  }
  CHECK(bad == 0);
  /* binomial(5000, 1/3): standard deviation 33; five of them */
  for (int i = 0; i < 3; i++) CHECK(colours[i] > 1500 && colours[i] < 1834);
  CHECK(words[2] > 1500 && words[3] > 1500 && words[4] > 1500 && words[2] + words[3] + words[4] == 5000);
  unmake(&m);
  dw_buf_free(&buf);
}

/* ---- distributions of whole columns ---- */

typedef struct csv {
  double *value[16]; /* by column; texts become their first byte */
  size_t rows, columns;
} csv;

static csv csv_make(const made *m, size_t rows)
{
  dw_buf buf = {0};
  csv t = {.rows = rows};
  const char *at = rows_text(m, 0, rows, &buf);
  for (const char *c = at; *c != '\n'; c++) t.columns += *c == ',';
  t.columns++;
  for (size_t c = 0; c < t.columns; c++) t.value[c] = malloc(rows * sizeof(double));
  for (size_t i = 0; i < rows; i++)
    for (size_t c = 0; c < t.columns; c++) {
      char *end;
      t.value[c][i] = *at == ',' || *at == '\n' ? NAN : strtod(at, &end);
      if (*at != ',' && *at != '\n' && end == at) t.value[c][i] = *at;
      at += strcspn(at, ",\n") + 1;
    }
  dw_buf_free(&buf);
  return t;
}

static void csv_free(csv *t)
{
  for (size_t c = 0; c < t->columns; c++) free(t->value[c]);
}

static int by_value(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double mean_of(const double *x, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += x[i];
  return sum / (double)n;
}

/* Area under the ROC curve, by midranks. */
static double auc_of(const double *score, const double *label, size_t n)
{
  double(*pairs)[2] = malloc(n * sizeof *pairs), sum = 0, positives = 0;
  for (size_t i = 0; i < n; i++) {
    pairs[i][0] = score[i];
    pairs[i][1] = label[i];
  }
  qsort(pairs, n, sizeof *pairs, by_value);
  for (size_t i = 0; i < n;) {
    size_t end = i;
    while (end < n && pairs[end][0] == pairs[i][0]) end++;
    for (size_t k = i; k < end; k++)
      if (pairs[k][1] > 0) {
        sum += (double)(i + end + 1) / 2;
        positives++;
      }
    i = end;
  }
  free(pairs);
  return (sum - positives * (positives + 1) / 2) / (positives * ((double)n - positives));
}

/* Wasserstein distance of two samples of n, in standard deviations of the first. */
static double shift_of(const double *a, const double *b, size_t n)
{
  double *x = malloc(n * sizeof *x), *y = malloc(n * sizeof *y), mean = mean_of(a, n), square = 0, sum = 0;
  memcpy(x, a, n * sizeof *x);
  memcpy(y, b, n * sizeof *y);
  qsort(x, n, sizeof *x, by_value);
  qsort(y, n, sizeof *y, by_value);
  for (size_t i = 0; i < n; i++) {
    sum += fabs(x[i] - y[i]);
    square += (a[i] - mean) * (a[i] - mean);
  }
  free(x);
  free(y);
  return sum / (double)n / sqrt(square / (double)n);
}

enum { FRAUD_ROWS = 100000, AMOUNT = 2, HOUR, AGE, TENURE, RISK, DISTANCE, INTERNATIONAL, CATEGORY, FRAUD, SCORE };

static csv fraud_of(const char *name, uint64_t seed)
{
  const char *with[] = {"fraud_score"};
  made m = make_fraud(name, FRAUD_ROWS, (dw_generate_options){.seed = seed, .format = DW_GENERATE_CSV, .with = with, .with_count = 1});
  csv t = csv_make(&m, FRAUD_ROWS);
  CHECK(t.columns == 12);
  unmake(&m);
  return t;
}

TEST(fraud_scenarios_keep_their_promises)
{
  csv base = fraud_of("fraud-baseline", 1), again = fraud_of("fraud-baseline", 2), feature = fraud_of("fraud-feature-drift", 3);
  csv concept = fraud_of("fraud-concept-drift", 4), friday = fraud_of("fraud-black-friday", 5);
  double rate = mean_of(base.value[FRAUD], FRAUD_ROWS), auc = auc_of(base.value[SCORE], base.value[FRAUD], FRAUD_ROWS);
  CHECK_MSG(rate > 0.025 && rate < 0.035, "fraud rate %g", rate);
  CHECK_MSG(auc > 0.88 && auc < 0.93, "AUC %g", auc);
  /* a score that is the probability is calibrated: the standard deviation of the difference is at most sqrt(rate / n) = 0.00055 */
  CHECK(fabs(mean_of(base.value[SCORE], FRAUD_ROWS) - rate) < 5 * 0.00055);
  rate = mean_of(concept.value[FRAUD], FRAUD_ROWS);
  auc = auc_of(concept.value[SCORE], concept.value[FRAUD], FRAUD_ROWS);
  CHECK_MSG(rate > 0.025 && rate < 0.035, "fraud rate after concept drift %g", rate);
  CHECK_MSG(auc < 0.75, "AUC after concept drift %g", auc);
  for (int c = AMOUNT; c <= CATEGORY; c++) {
    bool shifted = c == AMOUNT || c == DISTANCE;
    double quiet = shift_of(base.value[c], again.value[c], FRAUD_ROWS), drift = shift_of(base.value[c], feature.value[c], FRAUD_ROWS);
    CHECK_MSG(quiet < 0.02, "column %d: two baselines differ by %g", c, quiet);
    CHECK_MSG(shifted ? drift > 0.3 : drift < 0.02, "column %d: feature drift %g", c, drift);
    drift = shift_of(base.value[c], concept.value[c], FRAUD_ROWS);
    CHECK_MSG(drift < 0.02, "column %d: concept drift %g", c, drift);
    if (c == AMOUNT) continue;
    drift = shift_of(base.value[c], friday.value[c], FRAUD_ROWS);
    CHECK_MSG(drift < 0.02, "column %d: black friday %g", c, drift);
  }
  double before = mean_of(friday.value[AMOUNT], 40000), during = mean_of(friday.value[AMOUNT] + 40000, 30000);
  double after = mean_of(friday.value[AMOUNT] + 70000, 30000);
  CHECK_MSG(fabs(during / before - 2) < 0.1 && fabs(after / before - 1) < 0.05, "amounts %g, %g, %g", before, during, after);
  csv_free(&base);
  csv_free(&again);
  csv_free(&feature);
  csv_free(&concept);
  csv_free(&friday);
}

/* Correlated normals have the correlation; uniforms by the same copula have Spearman's 6/pi asin(r/2) (so Pearson's, on uniforms). */
TEST(copula)
{
  enum { N = 100000 };
  made m =
      make_text("columns:\n  a: {distribution: normal, mean: 3, sd: 2}\n  u: {distribution: uniform, low: 0, high: 1}\n"
                "  v: {distribution: uniform, low: 5, high: 6}\n  b: {distribution: normal, mean: 0, sd: 1}\n"
                "correlations:\n  - {columns: [a, b], value: -0.6}\n  - {columns: [u, v], value: 0.8}\n  - {columns: [a, u], value: 0.3}\n",
                N, (dw_generate_options){.seed = 11, .format = DW_GENERATE_CSV});
  csv t = csv_make(&m, N);
  double want[4][4] = {{0}};
  want[0][3] = -0.6;
  want[1][2] = 6 / 3.14159265358979323846 * asin(0.4);
  for (int a = 0; a < 4; a++)
    for (int b = a + 1; b < 4; b++) {
      double ma = mean_of(t.value[a], N), mb = mean_of(t.value[b], N), ab = 0, aa = 0, bb = 0;
      for (size_t i = 0; i < N; i++) {
        ab += (t.value[a][i] - ma) * (t.value[b][i] - mb);
        aa += (t.value[a][i] - ma) * (t.value[a][i] - ma);
        bb += (t.value[b][i] - mb) * (t.value[b][i] - mb);
      }
      double r = ab / sqrt(aa * bb);
      if (a == 0 && b == 1) want[a][b] = 0.3 * sqrt(3 / 3.14159265358979323846); /* a normal with the uniform of another normal */
      CHECK_MSG(fabs(r - want[a][b]) < 5 / sqrt(N), "columns %d, %d: correlation %g, want %g", a, b, r, want[a][b]);
    }
  csv_free(&t);
  unmake(&m);
}

TEST(missing_rates)
{
  enum { N = 50000 };
  made m = make_text("columns:\n  a: {distribution: normal, mean: 0, sd: 1, missing: 0.1}\n  y: {distribution: label, missing: 0.02}\n"
                     "  t: {distribution: timestamp, missing: 0.5}\n  x: {distribution: text, template: 'q{row}', missing: 0.25}\n"
                     "  k: {distribution: sequence}\nlabel: {intercept: 0}\nphases: [{from: 50%, set: {k: {missing: 0.3}}}]\n",
                     N, (dw_generate_options){.seed = 4, .format = DW_GENERATE_CSV});
  static const double want[] = {0.1, 0.02, 0.5, 0.25, 0.15};
  csv t = csv_make(&m, N);
  for (int c = 0; c < 5; c++) {
    size_t missing = 0;
    for (size_t i = 0; i < N; i++) missing += t.value[c][i] != t.value[c][i];
    double off = fabs((double)missing / N - want[c]);
    CHECK_MSG(off < 5 * sqrt(want[c] * (1 - want[c]) / N), "column %d: %zu missing", c, missing);
  }
  for (size_t i = 0; i < N / 2; i++)
    if (t.value[4][i] != (double)i + 1) CHECK_MSG(false, "the sequence is %g in row %zu", t.value[4][i], i);
  csv_free(&t);
  unmake(&m);
}

/* Every kind of term against the rule computed here. */
TEST(scores_follow_the_rule)
{
  enum { N = 3000 };
  made m = make_text(
      "columns:\n  a: {distribution: lognormal, mu: 0, sigma: 1}\n  b: {distribution: uniform, low: -1, high: 1}\n"
      "  h: {distribution: integer, low: 0, high: 23}\n  c: {distribution: categorical, values: [red, green, blue], weights: [1, 1, 2]}\n"
      "  n: {distribution: categorical, values: [10, 20]}\n  s: {distribution: logistic_score}\n  y: {distribution: label}\n"
      "label:\n  intercept: -0.5\n  terms:\n    log: {column: a, transform: log, center: 0.2, scale: 2, weight: 1.5}\n"
      "    log1p: {column: b, transform: log1p, weight: 0.7}\n    sqrt: {column: b, transform: sqrt, weight: -0.4}\n"
      "    plain: {column: h, center: 12, scale: 6, weight: 0.3}\n    cat: {column: c, weights: {red: 1, blue: -0.25}}\n"
      "    num: {column: n, weight: 0.01}\n    night: {when: h < 6 or (c == red and b > 0), weight: 2}\n"
      "    value: {when: \"n >= 20 and not c in (red, green)\", weight: -1}\n",
      N, (dw_generate_options){.seed = 21, .format = DW_GENERATE_CSV});
  csv t = csv_make(&m, N);
  double worst = 0, expected = 0, variance = 0;
  for (size_t i = 0; i < N; i++) {
    double a = t.value[0][i], b = t.value[1][i], h = t.value[2][i], c = t.value[3][i], n = t.value[4][i];
    double logit = -0.5 + 1.5 * (log(a) - 0.2) / 2 + 0.7 * log1p(b > 0 ? b : 0) - 0.4 * sqrt(b > 0 ? b : 0) + 0.3 * (h - 12) / 6 + 0.01 * n;
    logit += c == 'r' ? 1 : c == 'b' ? -0.25 : 0;
    if (h < 6 || (c == 'r' && b > 0)) logit += 2;
    if (n >= 20 && c == 'b') logit -= 1;
    double p = 1 / (1 + exp(-logit));
    worst = fmax(worst, fabs(t.value[5][i] - p) / p);
    expected += p;
    variance += p * (1 - p);
  }
  CHECK_MSG(worst < 1e-12, "off by %g", worst);
  CHECK(fabs(mean_of(t.value[6], N) * N - expected) < 5 * sqrt(variance));
  csv_free(&t);
  unmake(&m);
}

TEST(noise_blurs_a_score)
{
  enum { N = 20000 };
  made m = make_text("columns:\n  a: {distribution: normal, mean: 0, sd: 1}\n  s: {distribution: logistic_score, intercept: 1, noise: 2}\n",
                     N, (dw_generate_options){.seed = 21, .format = DW_GENERATE_CSV});
  csv t = csv_make(&m, N);
  double sum = 0, square = 0;
  for (size_t i = 0; i < N; i++) {
    double logit = log(t.value[1][i] / (1 - t.value[1][i]));
    sum += logit;
    square += logit * logit;
  }
  CHECK(fabs(sum / N - 1) < 5 * 2 / sqrt(N));
  CHECK(fabs(square / N - 1 - 4) < 5 * sqrt((2 * 16 + 4 * 4) / (double)N)); /* the variance of the square of N(1, 4): 2 * 16 + 4 * 1 * 4 */
  csv_free(&t);
  unmake(&m);
}

TEST(timestamps)
{
  enum { N = 1000 };
  dw_buf buf = {0};
  made m = make_text(
      "start: 2026-02-28T23:59:00.5Z\nstep: 700ms\ncolumns:\n  t: {distribution: timestamp, jitter: 1, decimals: 6}\n"
      "  u: {distribution: timestamp}\n  s: {distribution: timestamp, decimals: 0}\n  h: {distribution: hour_of_day, column: u}\n",
      N, (dw_generate_options){.seed = 6, .format = DW_GENERATE_CSV});
  const char *line = rows_text(&m, 0, N, &buf);
  int64_t before = 0, start;
  dw_time_parse("2026-02-28T23:59:00.5Z", 22, &start);
  size_t wrong = 0;
  for (int i = 0; i < N; i++) {
    int64_t t = 0, u = 0, s = 0;
    const char *second = strchr(line, ',') + 1, *third = strchr(second, ',') + 1, *fourth = strchr(third, ',') + 1;
    wrong += !dw_time_parse(line, (size_t)(second - line) - 1, &t) || !dw_time_parse(second, (size_t)(third - second) - 1, &u) ||
             !dw_time_parse(third, (size_t)(fourth - third) - 1, &s);
    wrong += u != start + i * INT64_C(700000) || t < u || t >= u + 700000 || t < before || s != u - u % 1000000;
    wrong += strtod(fourth, NULL) != (double)(u / INT64_C(3600000000) % 24);
    before = t;
    line = strchr(line, '\n') + 1;
  }
  CHECK_MSG(wrong == 0, "%zu are wrong", wrong);
  CHECK(strstr(buf.data, ",2026-03-01T00:00:00.7Z,2026-03-01T00:00:00Z,0\n") != NULL);
  unmake(&m);
  dw_buf_free(&buf);
}

TEST(vectors)
{
  enum { N = 4000, D = 5 };
  made m = make_text("columns:\n  v: {distribution: vector, dimension: 5, component: {distribution: normal, mean: 1, sd: 2}}\n"
                     "phases: [{from: 50%, set: {v: {mean_shift: 3}}}]\n",
                     N, (dw_generate_options){.seed = 8, .format = DW_GENERATE_CSV});
  csv t = csv_make(&m, N);
  CHECK(t.columns == D);
  for (int c = 0; c < D; c++) {
    CHECK(fabs(mean_of(t.value[c], N / 2) - 1) < 5 * 2 / sqrt(N / 2));
    CHECK(fabs(mean_of(t.value[c] + N / 2, N / 2) - 4) < 5 * 2 / sqrt(N / 2));
    for (int d = 0; d < c; d++) CHECK(t.value[c][0] != t.value[d][0]);
  }
  csv_free(&t);
  unmake(&m);
}

TEST(a_template_for_each_category)
{
  const char *columns = "columns:\n  c: {distribution: categorical, values: [red, green], missing: 0.5}\n  n: {distribution: sequence}\n"
                        "  t: {distribution: text, by: c, template: {red: 'r{n}', green: '{{g}}'}}\n"
                        "  u: {distribution: text, template: '<{t}>'}\n"
                        "  d: {distribution: categorical, values: [red, green]}\n"
                        "  w: {distribution: text, by: d, template: {red: 'r', green: 'g'}}\n"
                        "phases: [{from: 51%, set: {t: {template: {red: 'late'}}}}]\n";
  enum { N = 200 };
  dw_buf buf = {0};
  made m = make_text(columns, N, (dw_generate_options){.seed = 9, .format = DW_GENERATE_CSV});
  const char *line = rows_text(&m, 0, N, &buf);
  size_t seen[2] = {0}, hidden = 0;
  for (int i = 1; i <= N; i++) {
    char c[20] = "", n[20], t[20], u[20], d[20], w[20], red[20];
    if (*line == ',') hidden++; /* a missing category chooses all the same */
    else CHECK(sscanf(line, "%19[^,]", c) == 1);
    CHECK(sscanf(strchr(line, ','), ",%19[^,],%19[^,],%19[^,],%19[^,],%19[^\n]", n, t, u, d, w) == 5);
    snprintf(red, sizeof red, i <= N * 51 / 100 ? "r%s" : "late", n);
    bool is_red = strcmp(t, red) == 0;
    CHECK(is_red || strcmp(t, "{g}") == 0);
    CHECK(*c == '\0' || (*c == 'r') == is_red);
    CHECK(u[0] == '<' && strncmp(u + 1, t, strlen(t)) == 0);
    CHECK(d[0] == w[0] && w[1] == '\0');
    seen[is_red]++;
    line = strchr(line, '\n') + 1;
  }
  CHECK(seen[0] > N / 4 && seen[1] > N / 4 && hidden > N / 4);
  unmake(&m);
  dw_buf_free(&buf);
}

/* Records may come to the longest template's length, not the first one's. */
TEST(the_longest_of_several_templates_has_room)
{
  dw_buf buf = {0};
  made m = make_text("columns:\n  c: {distribution: categorical, optional: true, values: [a, b]}\n"
                     "  t: {distribution: text, by: c, template: {a: x, b: '{digits:1000}{digits:1000}'}}\n",
                     64, (dw_generate_options){.seed = 1});
  const char *text = rows_text(&m, 0, 64, &buf);
  size_t longest = 0;
  for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
    size_t length = (size_t)(strchr(line, '\n') - line);
    if (length > longest) longest = length;
  }
  CHECK(longest == strlen("{\"t\":\"\"}") + 2000);
  unmake(&m);
  dw_buf_free(&buf);
}

TEST(vectors_around_the_centre_of_their_category)
{
  enum { N = 600 };
  made m = make_text("columns:\n  c: {distribution: categorical, values: [a, b, far], weights: [1, 1, 1]}\n"
                     "  v: {distribution: vector, dimension: 2, component: {distribution: uniform, low: 0, high: 1}, by: c,\n"
                     "      mean_shift: {b: [10, 20], far: 100}}\n"
                     "phases: [{from: 50%, set: {v: {mean_shift: {a: -50}}}}]\n",
                     N, (dw_generate_options){.seed = 10, .format = DW_GENERATE_CSV});
  dw_buf buf = {0};
  const char *line = rows_text(&m, 0, N, &buf);
  size_t seen[3] = {0};
  for (int i = 0; i < N; i++) {
    char c[20];
    double x, y;
    CHECK(sscanf(line, "%19[^,],%lf,%lf", c, &x, &y) == 3);
    int k = c[0] == 'a' ? 0 : c[0] == 'b' ? 1 : 2;
    double at_x = (double[]){i < N / 2 ? 0 : -50, 10, 100}[k], at_y = (double[]){i < N / 2 ? 0 : -50, 20, 100}[k];
    CHECK(x > at_x && x < at_x + 1 && y > at_y && y < at_y + 1);
    seen[k]++;
    line = strchr(line, '\n') + 1;
  }
  CHECK(seen[0] > N / 6 && seen[1] > N / 6 && seen[2] > N / 6);
  unmake(&m);
  dw_buf_free(&buf);
}

/* 1440 rows a day, of which an hour of weight w has 1440 w / 32: all the same with jitter, but for rows at the edges. */
TEST(a_daily_cycle)
{
  enum { N = 3 * 1440 };
  static const int weight[24] = {0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 2};
  for (int jitter = 0; jitter < 2; jitter++) {
    char text[600];
    snprintf(text, sizeof text,
             "step: 1m\ndaily_cycle: [0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0, 2]\ncolumns:\n"
             "  t: {distribution: timestamp, optional: true, jitter: %d}\n  h: {distribution: hour_of_day, column: t}\n"
             "  late: {distribution: constant, value: 0}\nphases: [{from: 36h, set: {late: {value: 1}}}]\n",
             jitter);
    made m = make_text(text, N, (dw_generate_options){.seed = 11, .format = DW_GENERATE_CSV});
    csv t = csv_make(&m, N);
    int count[24] = {0};
    for (int i = 0; i < N; i++) {
      count[(int)t.value[0][i]]++;
      bool late = i >= 2 * 1440 || (i >= 1440 && t.value[0][i] >= 12); /* the phase begins at noon of the second day by these times */
      CHECK(t.value[1][i] == late);
    }
    for (int h = 0; h < 24; h++) CHECK_MSG(count[h] == 3 * 45 * weight[h], "%d at %d", count[h], h);
    csv_free(&t);
    unmake(&m);
  }
}
