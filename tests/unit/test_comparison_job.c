#include "fixture.h"

#include <pthread.h>

#include "detect/job/comparison_job.h"

/* A side that is no file: the body of a request. */
static dw_status open_text(void *text, dw_reader **out, const dw_reader_options *options, dw_err *err)
{
  return dw_reader_open_input(out, dw_input_of_memory("body", text, strlen(text)), options, err);
}

static dw_comparison_source source_of(const char *text) { return (dw_comparison_source){.open = open_text, .context = (void *)text}; }

static dw_text_list list_of(const char **text, size_t count) { return (dw_text_list){.text = text, .count = count}; }

/* Records of a number, a category and an instant each; by: what the numbers are moved by. */
static char *records(size_t rows, unsigned seed, double by, bool csv)
{
  dw_buf out = {0};
  if (csv) dw_buf_text(&out, "x,k,ts\n");
  for (size_t i = 0; i < rows; i++) {
    seed = seed * 1103515245u + 12345u;
    double x = (double)(seed >> 16 & 0x7fff) / 32768 + by;
    const char *k = seed >> 8 & 1 ? "a" : "b";
    dw_buf_format(&out, csv ? "%.6f,%s,%d\n" : "{\"x\":%.6f,\"k\":\"%s\",\"ts\":%d}\n", x, k, 1700000000 + (int)i);
  }
  return out.data;
}

static dw_status append(void *context, const void *bytes, size_t length, dw_err *err)
{
  dw_buf_add(context, bytes, length);
  return DW_OK;
}

static void hear(void *context, const char *text)
{
  dw_buf_text(context, text);
  dw_buf_char(context, '\n');
}

/* Everything that a job has to tell: findings, summary, then warnings. */
typedef struct told {
  const dw_comparison_settings *settings;
  dw_buf documents, warnings;
  dw_status status, answer;
  bool drift;
  dw_err err;
} told;

static void *tell(void *context)
{
  told *t = context;
  dw_comparison_job *job;
  dw_notices notices = {.warn = hear, .context = &t->warnings};
  t->status = dw_comparison_job_open(&job, t->settings, &notices, &t->err);
  if (t->status == DW_OK) t->status = dw_comparison_job_run(job, &t->err);
  if (t->status == DW_OK) {
    t->status = dw_comparison_job_write_findings(job, append, &t->documents, &t->err);
    dw_comparison_job_write_summary(job, &(dw_buf){0}, &t->documents);
    t->answer = dw_comparison_job_answer(job, &t->err);
    t->drift = job->comparison.drift;
  }
  dw_comparison_job_free(job);
  return NULL;
}

static void forget(told *t)
{
  dw_buf_free(&t->documents);
  dw_buf_free(&t->warnings);
}

TEST(comparison_jobs_of_two_threads_tell_what_they_tell_alone)
{
  enum { ROUNDS = 4 };
  char *before = records(400, 1, 0, false), *same = records(300, 2, 0, true), *moved = records(300, 3, 0.4, false);
  const char *methods[] = {"psi"}, *together[] = {"all"}, *gone[] = {"kk"};
  dw_comparison_settings one = DW_COMPARISON_DEFAULTS, two = DW_COMPARISON_DEFAULTS;
  one.reference = source_of(before);
  one.current = source_of(same);
  one.time = "ts";
  one.multivariate = list_of(together, 1);
  one.threads = 2;
  two.reference = source_of(before);
  two.current = source_of(moved);
  two.by = "k";
  two.method = list_of(methods, 1);
  two.exclude = list_of(gone, 1);
  two.threads = 2;
  told alone[] = {{.settings = &one}, {.settings = &two}};
  for (size_t i = 0; i < 2; i++) tell(&alone[i]);
  CHECK(alone[0].status == DW_OK && !alone[0].drift && alone[0].answer == DW_OK && alone[0].warnings.length == 0);
  CHECK(strstr(dw_buf_cstr(&alone[0].documents), "\"check\":\"multivariate_drift\"") != NULL);
  CHECK(alone[1].status == DW_OK && alone[1].drift);
  CHECK(strstr(dw_buf_cstr(&alone[1].documents), "\"method\":\"psi\"") && strstr(dw_buf_cstr(&alone[1].documents), "\"drift\":true"));
  CHECK(strncmp(dw_buf_cstr(&alone[1].warnings), "--exclude: there is no column \"kk\"", 34) == 0);

  for (int round = 0; round < ROUNDS; round++) {
    told both[] = {{.settings = &one}, {.settings = &two}};
    pthread_t thread[2];
    for (size_t i = 0; i < 2; i++) CHECK(pthread_create(&thread[i], NULL, tell, &both[i]) == 0);
    for (size_t i = 0; i < 2; i++) CHECK(pthread_join(thread[i], NULL) == 0);
    for (size_t i = 0; i < 2; i++) {
      CHECK(both[i].status == alone[i].status && both[i].drift == alone[i].drift);
      CHECK_TEXT(dw_buf_cstr(&both[i].documents), dw_buf_cstr(&alone[i].documents));
      CHECK_TEXT(dw_buf_cstr(&both[i].warnings), dw_buf_cstr(&alone[i].warnings));
      forget(&both[i]);
    }
  }
  forget(&alone[0]), forget(&alone[1]);
  dw_free(before), dw_free(same), dw_free(moved);
}

/* A mistake in the words: told, and nothing was read. */
static void refuse(const dw_comparison_settings *settings, const char *message, bool see_help)
{
  dw_err err = {0};
  dw_comparison_job *job;
  dw_buf said = {0};
  dw_notices notices = {.warn = hear, .context = &said};
  CHECK(dw_comparison_job_open(&job, settings, &notices, &err) == DW_EUSAGE);
  CHECK(job == NULL && err.status == DW_EUSAGE && err.see_help == see_help && said.length == 0);
  CHECK_MSG(strncmp(err.message, message, strlen(message)) == 0, "%s, want %s", err.message, message);
}

TEST(comparison_jobs_refuse_words_that_are_wrong)
{
  const char *files[] = {"-"}, *wrong[] = {"kss"}, *types[] = {"x=colour"}, *together[] = {"mmd"}, *odd[] = {"ks", "x="};
  dw_comparison_settings set = DW_COMPARISON_DEFAULTS;
  refuse(&set, "what to compare with? give --ref FILE, or --window and --baseline, or --split", true);
  set.reference.paths = list_of(files, 1);
  refuse(&set, "standard input cannot be both: name a file for the reference or for the current data", true);
  set.method = list_of(wrong, 1);
  refuse(&set, "--method: no method \"kss\"", false);
  set.method = list_of(odd, 2);
  refuse(&set, "--method: ", false);
  set.method.count = 0;
  set.types = list_of(types, 1);
  refuse(&set, "--types: \"x=colour\" is not COLUMN=TYPE", true);
  set.types.count = 0;
  set.chunk_size = 100;
  refuse(&set, "--chunk-size goes with --preset nannyml", true);
  set.preset = DW_PRESET_NANNYML;
  set.by = "k";
  refuse(&set, "--by does not go with --preset nannyml", true);
  set.by = NULL;
  set.chunk_period = "1d";
  refuse(&set, "--chunk-size, --chunk-count and --chunk-period exclude each other", true);
  set.chunk_size = 0;
  refuse(&set, "--chunk-period needs --time COLUMN", true);
  set.time = "ts";
  set.chunk_period = "soon";
  refuse(&set, "--chunk-period: \"soon\" is neither a duration", true);
  set.chunk_period = NULL;
  set.sequential = "state";
  refuse(&set, "--sequential does not go with --preset nannyml", true);
  set.preset = DW_PRESET_EVIDENTLY;
  set.multivariate = list_of(together, 1);
  refuse(&set, "--multivariate does not go with --preset evidently", true);
  set = (dw_comparison_settings)DW_COMPARISON_DEFAULTS;
  set.window = 60;
  refuse(&set, "--window goes with --baseline DURATION", true);
  set.baseline = 60;
  refuse(&set, "--window needs --time COLUMN", true);
  set.window = 0;
  set.split = "half";
  refuse(&set, "--split: \"half\" is not a row number", true);
  set.cosine_name = "LIMIT";
  set.cosine_threshold = "3";
  refuse(&set, "LIMIT: \"3\" is not a number from 0 to 2", true);
}

TEST(comparison_jobs_that_fail_while_they_read_can_be_freed)
{
  static const struct {
    const char *reference, *current, *label, *message;
    dw_status status;
  } cases[] = {
      {"{\"x\":1}\n{bad}\n", "{\"x\":1}\n", NULL, NULL, DW_EDATA},
      {"{\"x\":1}\n", "{\"x\":1}\n[\n", NULL, NULL, DW_EDATA},
      {"", "{\"x\":1}\n", NULL, "standard input: the reference has no records", DW_ENODATA},
      {"{\"x\":1}\n", "", NULL, "standard input: the current data has no records", DW_ENODATA},
      {"{\"x\":1}\n", "{\"x\":1}\n", "y", "--label: the reference has no column \"y\"; it has x", DW_EDATA},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_comparison_settings set = DW_COMPARISON_DEFAULTS;
    set.reference = source_of(cases[i].reference);
    set.current = source_of(cases[i].current);
    set.label = cases[i].label;
    told t = {.settings = &set};
    tell(&t);
    CHECK_MSG(t.status == cases[i].status, "case %zu: %d %s", i, (int)t.status, t.err.message);
    if (cases[i].message) CHECK_TEXT(t.err.message, cases[i].message);
    CHECK(t.documents.length == 0);
    forget(&t);
  }
}

TEST(comparison_jobs_divide_one_input)
{
  char *all = records(200, 5, 0, false);
  dw_comparison_settings set = DW_COMPARISON_DEFAULTS;
  dw_comparison_job *job;
  dw_err err;
  set.current = source_of(all);
  set.split = "150";
  CHECK(dw_comparison_job_open(&job, &set, NULL, &err) == DW_OK && dw_comparison_job_run(job, &err) == DW_OK);
  CHECK(job->reference.rows == 150 && job->current.rows == 50 && job->input_count == 1 && job->input[0].rows == 200);
  CHECK_TEXT(job->input[0].name, "-");
  dw_comparison_job_free(job);
  dw_free(all);
}

TEST(comparison_jobs_read_a_reference_alone)
{
  char *base = records(100, 9, 0, true);
  dw_comparison_settings set = DW_COMPARISON_DEFAULTS;
  dw_comparison_job *job;
  dw_err err;
  set.reference = source_of(base);
  set.alone = true;
  set.time = "ts";
  CHECK(dw_comparison_job_open(&job, &set, NULL, &err) == DW_OK && dw_comparison_job_read(job, &err) == DW_OK);
  CHECK(job->reference.rows == 100 && job->current.rows == 0 && job->reference.frame->rows == 100 && job->input_count == 1);
  dw_comparison_job_free(job);
  dw_free(base);
}
