/* Chunk by chunk: held to tests/golden/make_chunked.py, and to NannyML's published tables in ../shared/golden/nannyml, where that folder
 * is. */
#include "detect/chunked/chunked.h"

#include "fixture.h"
#include "golden.h"
#include "io/bytes/input.h"
#include "io/text/json.h"

enum { SIZE = 250 };

typedef struct sides {
  dw_dataset reference, current;
  dw_limits limits;
  dw_compare_options compare;
  dw_chunked_options options;
  dw_comparison result;
  dw_err err;
} sides;

static const dw_dataset_options keep_rows = {.frame = {.policy = DW_FRAME_ALL}};

static void start(sides *s)
{
  *s = (sides){0};
  dw_limits_init(&s->limits, DW_PRESET_NANNYML);
  s->compare = (dw_compare_options){.limits = &s->limits, .threads = 1};
  s->options = (dw_chunked_options){.compare = &s->compare, .reference_chunks = true, .cut = {.rest = DW_REST_KEEP}};
}

static dw_status compare(sides *s) { return dw_chunked_compare(&s->result, &s->reference, &s->current, &s->options, &s->err); }

static void finish(sides *s)
{
  dw_comparison_free(&s->result);
  dw_dataset_free(&s->reference);
  dw_dataset_free(&s->current);
  dw_limits_free(&s->limits);
}

static void method(sides *s, const char *word) { CHECK(dw_limits_add_method(&s->limits, word, &s->err) == DW_OK); }

static void read_texts(sides *s, const char *reference, const char *current)
{
  fixture_dataset(&s->reference, reference, &keep_rows);
  fixture_dataset(&s->current, current, &keep_rows);
}

static void text_number(dw_buf *out, const char *key, double x)
{
  char number[40];
  snprintf(number, sizeof number, "%.17g", x);
  dw_buf_format(out, "\"%s\":%s,", key, number);
}

/* The data set of make_chunked.py. */
static char *records(int side)
{
  size_t n = side ? 700 : 1200;
  double *amount = golden_sample((uint64_t)(1 + side), n, 10, 0, 0), *steps = golden_sample((uint64_t)(3 + side), n, 4, 0, 2),
         *noise = golden_sample((uint64_t)(5 + side), n, 1, 0, 0);
  dw_buf out = {0};
  for (size_t i = 0; i < n; i++) {
    double u = golden_uniform((uint64_t)(7 + side), i), full = amount[i] + 3.0 * side;
    dw_buf_char(&out, '{');
    if (i % (side ? 5 : 17) == 0) dw_buf_text(&out, "\"amount\":null,");
    else text_number(&out, "amount", full);
    text_number(&out, "steps", steps[i]);
    text_number(&out, "follows", full + noise[i]);
    if (golden_uniform((uint64_t)(9 + side), i) >= 0.03)
      dw_buf_format(&out, "\"kind\":\"%c\",", side && u > 0.97 ? 'd' : "abc"[(int)floor(3 * u * u)]);
    dw_buf_format(&out, "\"flag\":%s}\n", golden_uniform((uint64_t)(11 + side), i) < (side ? 0.8 : 0.5) ? "true" : "false");
  }
  dw_buf_char(&out, '\0');
  free(amount);
  free(steps);
  free(noise);
  return out.data;
}

/* The finding about a chunk; column "-": whole rows. */
static const dw_finding *find(const sides *s, const char *column, const char *by, int side, size_t index)
{
  for (size_t i = 0; i < s->result.finding_count; i++) {
    const dw_finding *f = &s->result.finding[i];
    char chunk[40];
    snprintf(chunk, sizeof chunk, "{\"index\":%zu,", index);
    if (!f->period || (strcmp(f->period, "analysis") == 0) != side || strcmp(f->column ? f->column : "-", column) != 0 ||
        strcmp(f->method, by) != 0)
      continue;
    if (strncmp(f->chunk.data, chunk, strlen(chunk)) == 0) return f;
  }
  return NULL;
}

static double detail(const dw_finding *f, const char *key)
{
  dw_value *value = NULL;
  dw_err err;
  CHECK(dw_value_parse(&value, f->detail.data, f->detail.length, "detail", 0, &err) == DW_OK);
  const dw_value *member = dw_value_get(value, key);
  double number = dw_value_kind(member) == DW_VALUE_BOOL ? dw_value_bool(member, false) : dw_value_number(member, NAN);
  dw_value_free(value);
  return number;
}

static void same(const golden *line, const char *what, double got, int field)
{
  double want = golden_number(line, field);
  bool ok = isnan(want) ? isnan(got) : fabs(got - want) <= 1e-12 * fmax(1, fabs(want));
  CHECK_MSG(ok, "%s by %s, side %s, chunk %s: %s %.17g, want %s", line->field[1], line->field[2], line->field[3], line->field[4], what, got,
            line->field[field]);
}

TEST(every_measure)
{
  sides s;
  start(&s);
  method(&s, "all");
  s.options.cut.size = SIZE;
  char *reference = records(0), *current = records(1);
  read_texts(&s, reference, current);
  CHECK_MSG(compare(&s) == DW_OK, "%s", s.err.message);
  golden line = golden_open("golden/chunked.txt");
  size_t seen = 0;
  while (golden_next(&line)) {
    bool analysis = golden_whole(&line, 3);
    const dw_finding *f = find(&s, line.field[1], line.field[2], analysis, golden_whole(&line, 4));
    CHECK_MSG(f != NULL, "%s by %s: no finding", line.field[1], line.field[2]);
    if (!f) continue;
    seen++;
    same(&line, "value", f->statistic, 5);
    same(&line, "p", f->p_value, 6);
    same(&line, "sampling error", detail(f, "sampling_error"), 7);
    same(&line, "low", detail(f, "lower_confidence_bound"), 8);
    same(&line, "high", detail(f, "upper_confidence_bound"), 9);
    same(&line, "lower threshold", detail(f, "lower_threshold"), 10);
    same(&line, "upper threshold", detail(f, "upper_threshold"), 11);
    same(&line, "alert", detail(f, "alert"), 12);
    CHECK(f->drift == (analysis && golden_whole(&line, 12)));
  }
  CHECK(seen == 248 && seen == s.result.finding_count);
  CHECK(s.result.chunked->reference == 5 && s.result.chunked->current == 3);
  CHECK(s.result.columns == 5 && s.result.drifted == 4 && s.result.drift);
  const dw_summary_alerts *alerts = s.result.chunked->alerts; /* ties by name */
  CHECK(s.result.chunked->alert_count == 5);
  CHECK_TEXT(alerts[0].column, "amount");
  CHECK_TEXT(alerts[1].column, "flag");
  CHECK_TEXT(alerts[2].column, "follows");
  CHECK_TEXT(alerts[3].column, "kind");
  CHECK(alerts[0].count == 12 && alerts[1].count == 12 && alerts[2].count == 12 && alerts[3].count == 9 && alerts[4].count == 0);
  finish(&s);
  free(reference);
  free(current);
}

/* All findings as text. */
static dw_buf written(const sides *s)
{
  dw_buf out = {0};
  for (size_t i = 0; i < s->result.finding_count; i++) dw_finding_write(&s->result.finding[i], &out);
  return out;
}

TEST(threads_do_not_matter)
{
  char *reference = records(0), *current = records(1);
  dw_buf first = {0};
  for (unsigned threads = 1; threads <= 3; threads++) {
    sides s;
    start(&s);
    method(&s, "all");
    s.compare.threads = threads;
    read_texts(&s, reference, current);
    CHECK(compare(&s) == DW_OK);
    CHECK(s.result.chunked->reference == 10 && s.result.chunked->current == 10); /* the default */
    dw_buf now = written(&s);
    if (threads == 1) first = now;
    else CHECK(now.length == first.length && memcmp(now.data, first.data, now.length) == 0);
    if (threads != 1) dw_buf_free(&now);
    finish(&s);
  }
  dw_buf_free(&first);
  free(reference);
  free(current);
}

/* n records {"x":…}, x from 0 to cycle - 1, moved; then the lines of `more`. */
static char *cycles(size_t n, int cycle, int moved, const char *more)
{
  dw_buf out = {0};
  for (size_t i = 0; i < n; i++) dw_buf_format(&out, "{\"x\":%d,\"k\":\"%c\"}\n", (int)(i % (size_t)cycle) + moved, 'a' + (int)(i % 3));
  dw_buf_text(&out, more);
  dw_buf_char(&out, '\0');
  return out.data;
}

TEST(remainders_are_told)
{
  sides s;
  start(&s);
  char *reference = cycles(91, 10, 0, ""), *current = cycles(31, 10, 0, "");
  read_texts(&s, reference, current);
  s.options.cut.size = 15;
  CHECK(compare(&s) == DW_OK);
  CHECK(s.result.chunked->reference == 7 && s.result.chunked->current == 3);
  CHECK(s.result.chunked->warnings == 2);
  CHECK_TEXT(
      s.result.chunked->warning[0],
      "the last chunk of the reference has only 1 of 15 rows, and what is found in so few widens the thresholds; --chunk-rest append adds "
      "such a rest to the chunk before it");
  CHECK(find(&s, "x", "jensenshannon", 0, 6)->warning != NULL && find(&s, "x", "jensenshannon", 0, 5)->warning == NULL);
  dw_comparison_free(&s.result);
  s.options.cut.rest = DW_REST_APPEND;
  CHECK(compare(&s) == DW_OK && s.result.chunked->warnings == 0 && s.result.chunked->reference == 6);
  dw_comparison_free(&s.result);
  s.options.cut = (dw_chunk_options){.size = 40, .rest = DW_REST_DROP};
  CHECK(compare(&s) == DW_ENODATA);
  CHECK_TEXT(s.err.message, "the current data has fewer rows than one chunk");
  s.options.cut = (dw_chunk_options){.size = 30, .rest = DW_REST_DROP};
  CHECK(compare(&s) == DW_OK && s.result.chunked->reference == 3 && s.result.chunked->warnings == 1);
  CHECK_TEXT(s.result.chunked->warning[0], "the reference makes only 3 chunks: its thresholds are little more than a guess");
  finish(&s);
  free(reference);
  free(current);
}

TEST(columns_that_break)
{
  sides s;
  start(&s);
  s.options.cut.size = 10;
  char *reference = cycles(60, 10, 0, "{\"x\":1,\"k\":\"a\",\"constant\":7,\"gone\":1,\"empty\":null}\n"),
       *current = cycles(20, 10, 0, "{\"x\":\"n/a\",\"k\":2,\"constant\":8,\"new\":1,\"empty\":3}\n");
  read_texts(&s, reference, current);
  CHECK(compare(&s) == DW_OK);
  CHECK(s.result.left_out_count == 3); /* gone, empty, new */
  CHECK_TEXT(s.result.left_out[0].column, "gone");
  CHECK_TEXT(s.result.left_out[0].reason, "the current data does not have it");
  CHECK_TEXT(s.result.left_out[1].reason, "the reference has no value in it");
  CHECK_TEXT(s.result.left_out[2].reason, "the reference does not have it");
  const dw_finding *f = find(&s, "constant", "jensenshannon", 1, 0);
  CHECK_TEXT(f->error, "no usable value in this chunk");
  CHECK(!f->drift && isnan(f->score));
  f = find(&s, "constant", "numerical_range", 1, 2);
  CHECK(f->drift && f->statistic == 1 && f->threshold == 0 && detail(f, "above") == 1 && detail(f, "below") == 0 && detail(f, "high") == 7);
  f = find(&s, "x", "missing_values", 1, 2); /* a text among numbers is missing */
  CHECK(f->statistic == 1 && f->drift);
  f = find(&s, "k", "unseen_values", 1, 2); /* a number among strings is a category */
  CHECK(f->statistic == 1 && f->drift && detail(f, "new_count") == 1);
  CHECK(strstr(dw_buf_cstr(&s.result.finding[f - s.result.finding].detail), "\"new\":[{\"value\":\"2\",\"count\":1}]") != NULL);
  finish(&s);
  free(reference);
  free(current);
}

TEST(what_is_asked)
{
  sides s;
  start(&s);
  char *reference = cycles(60, 10, 0, ""), *current = cycles(60, 10, 5, "");
  read_texts(&s, reference, current);
  CHECK(dw_limits_add_threshold(&s.limits, "jensenshannon=1.5", &s.err) == DW_OK);
  CHECK(dw_limits_set_checks(&s.limits, (const char *[]){"column_drift"}, 1, &s.err) == DW_OK);
  s.options.reference_chunks = false;
  CHECK(compare(&s) == DW_OK);
  CHECK(s.result.finding_count == 20 && !s.result.drift);
  CHECK(s.result.finding[0].threshold == 1.5);
  dw_comparison_free(&s.result);
  s.options.memory = 10000;
  CHECK(compare(&s) == DW_ENODATA);
  CHECK_TEXT(s.err.message, "2 measures of 10 chunks are more findings than --memory allows: raise it, or make larger chunks");
  s.options.memory = 0;
  s.compare.label = "k";
  s.compare.type = &(dw_type_choice){.column = "x", .type = DW_TYPE_CATEGORICAL};
  s.compare.type_count = 1;
  CHECK(compare(&s) == DW_OK && s.result.columns == 1 && s.result.finding[0].type == DW_TYPE_CATEGORICAL);
  CHECK(s.result.finding_count == 10); /* target_drift was not asked for */
  dw_comparison_free(&s.result);
  method(&s, "psi");
  CHECK(compare(&s) == DW_EUSAGE);
  CHECK_TEXT(s.err.message,
             "--method: chunks are compared by jensenshannon, ks, wasserstein, hellinger, l_infinity or chisquare, not by \"psi\"");
  finish(&s);
  free(reference);
  free(current);
}

TEST(in_order_of_time)
{
  sides s;
  start(&s);
  dw_dataset_options o = {.frame = {.policy = DW_FRAME_ALL, .time = "t"}};
  fixture_dataset(&s.reference, "{\"t\":\"2024-01-31\",\"x\":1}\n{\"t\":\"2024-02-01\",\"x\":2}\n{\"t\":\"2024-01-02\",\"x\":1}\n", &o);
  fixture_dataset(&s.current, "{\"t\":\"2024-03-31\",\"x\":1}\n{\"t\":\"2024-03-01\",\"x\":2}\n{\"x\":1}\n", &o);
  s.options.timed = true;
  s.options.cut.calendar = DW_CALENDAR_MONTH;
  CHECK(compare(&s) == DW_EDATA);
  CHECK_TEXT(s.err.message, "record 3 of the current data has no instant in the column \"t\"");
  dw_dataset_free(&s.current);
  fixture_dataset(&s.current, "{\"t\":\"2024-03-31\",\"x\":1}\n{\"t\":\"2024-03-01\",\"x\":2}\n", &o);
  CHECK(compare(&s) == DW_OK);
  CHECK(s.result.chunked->reference == 2 && s.result.chunked->current == 1 && s.result.columns == 1);
  const dw_finding *f = find(&s, "x", "jensenshannon", 1, 0);
  dw_buf chunk = f->chunk;
  CHECK_TEXT(dw_buf_cstr(&chunk),
             "{\"index\":0,\"first_row\":0,\"last_row\":1,\"start\":\"2024-03-01T00:00:00Z\",\"end\":\"2024-04-01T00:00:00Z\"}");
  s.result.finding[f - s.result.finding].chunk = chunk;
  finish(&s);
}

/* --- the published tables --- */

static const char *shared(const char *file)
{
  static char path[4200];
  const char *root = getenv("DW_SHARED");
  snprintf(path, sizeof path, "%s/%s", root ? root : "../shared", file);
  return path;
}

static void read_shared(dw_dataset *side, const char *file)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  const char *path = shared(file);
  dw_dataset_init(side, &(dw_dataset_options){.frame = {.policy = DW_FRAME_ALL, .time = "timestamp"}});
  dw_status status = dw_reader_open(&reader, &path, 1, &(dw_reader_options){.threads = 1}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) dw_dataset_add(side, reader, batch, NULL);
  CHECK_MSG(status == DW_OK, "%s: %s", file, err.message);
  dw_reader_close(reader);
  dw_dataset_finish(side, 1);
}

/* A cell of a CSV line, "" where it is empty. */
static const char *cell(const char *line, int index)
{
  static char out[64];
  for (; index > 0; index--) line = strchr(line, ',') + 1;
  snprintf(out, sizeof out, "%.*s", (int)strcspn(line, ",\r"), line);
  return out;
}

/* As many digits as are printed. */
static void printed(const char *line, int index, double got)
{
  const char *want = cell(line, index);
  char text[64];
  if (!*want) {
    CHECK_MSG(isnan(got), "%s: column %d: %.17g, want none", line, index, got);
    return;
  }
  snprintf(text, sizeof text, "%.6g", got);
  CHECK_MSG(strcmp(text, want) == 0, "%s: column %d: %.17g", line, index, got);
}

static void hold_to(const sides *s, const char *file, const char *column, const char *by, const int place[4], const char *const member[4])
{
  char *bytes;
  size_t length, seen = 0;
  dw_err err;
  CHECK(dw_input_whole(shared(file), 1 << 20, &bytes, &length, &err) == DW_OK);
  char *line = strtok(bytes, "\n");
  while ((line = strtok(NULL, "\n"))) {
    bool analysis = strcmp(cell(line, 6), "analysis") == 0;
    const dw_finding *f = find(s, column, by, analysis, strtoul(cell(line, 1), NULL, 10));
    CHECK(f != NULL);
    if (!f) continue;
    seen++;
    printed(line, place[0], f->statistic);
    for (int i = 1; i < 3; i++) printed(line, place[i], detail(f, member[i]));
    CHECK_MSG((strcmp(cell(line, place[3]), "True") == 0) == (detail(f, "alert") == 1), "%s: alert", line);
    if (strcmp(by, "pca_reconstruction") == 0)
      for (int i = 0; i < 3; i++)
        printed(line, 8 + i, detail(f, (const char *[]){"sampling_error", "upper_confidence_bound", "lower_confidence_bound"}[i]));
  }
  CHECK(seen == 20);
  free(bytes);
}

TEST(published_tables)
{
  if (access(shared("golden/nannyml"), R_OK) != 0) {
    test_skip("no ../shared/golden here");
    return;
  }
  sides s;
  start(&s);
  const char *const bounds[4] = {NULL, "upper_threshold", "lower_threshold", NULL};
  method(&s, "debt_to_income_ratio=ks");
  method(&s, "debt_to_income_ratio=jensenshannon");
  read_shared(&s.reference, "data/car_loan_reference.csv.zst");
  read_shared(&s.current, "data/car_loan_analysis.csv.zst");
  s.options.timed = true;
  s.options.cut.size = 5000;
  s.compare.label = "repaid";
  s.compare.score = "y_pred_proba";
  s.compare.type = &(dw_type_choice){.column = "y_pred", .type = DW_TYPE_IDENTIFIER}; /* the table is of the features */
  s.compare.type_count = 1;
  CHECK_MSG(compare(&s) == DW_OK, "%s", s.err.message);
  hold_to(&s, "golden/nannyml/nannyml_univariate_car_loan_dti.csv", "debt_to_income_ratio", "ks", (const int[]){7, 8, 9, 10}, bounds);
  hold_to(&s, "golden/nannyml/nannyml_univariate_car_loan_dti.csv", "debt_to_income_ratio", "jensenshannon", (const int[]){11, 12, 13, 14},
          bounds);
  hold_to(&s, "golden/nannyml/nannyml_pca_car_loan.csv", "-", "pca_reconstruction", (const int[]){7, 11, 12, 13}, bounds);
  finish(&s);
}
