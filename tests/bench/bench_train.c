/* bench_train: what dw-train costs beside XGBoost's own training. The library is given the rows and features that dw-train trains on, ready
 * in memory, and the same settings, one thread too: the making of its matrix and the rounds are what is measured, by both of its tree
 * methods. dw-train reads the records, measures the model on its holdout, and writes it. Both by the processor time of all threads, in
 * turns; the best of them. Ends with 1 where dw-train takes more than 1.3 times as long as the library with the same settings. bench_train
 * BIN [ROWS]...   (the folder of the commands; 100000 and 1000000 records)
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xgboost/c_api.h>

#include "base/mem.h"
#include "io/reader/reader_run.h"
#include "model/fit/training.h"

enum { TURNS = 3, ROUNDS = 100 };

static dw_err err;

static void must(dw_status status)
{
  if (status == DW_OK) return;
  fprintf(stderr, "bench_train: %s\n", err.message);
  exit(4);
}

static void xgb(int answer)
{
  if (answer == 0) return;
  fprintf(stderr, "bench_train: %s\n", XGBGetLastError());
  exit(4);
}

/* The processor time of a child that had to end well. */
static double child_time(pid_t child, const char *what)
{
  struct rusage use;
  int how;
  if (child < 0 || wait4(child, &how, 0, &use) < 0 || how != 0) {
    fprintf(stderr, "bench_train: %s failed\n", what);
    exit(4);
  }
  return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) + (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

/* A command, its output in a file. */
static double run(const char *output, const char *const *words)
{
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    if (!freopen(output, "w", stdout)) _exit(126);
    execv(words[0], (char *const *)words);
    _exit(127);
  }
  return child_time(child, words[0]);
}

static bool wants(void *context, const char *name, size_t length)
{
  return !dw_text_equal(name, length, "transaction_id") && !dw_text_equal(name, length, "ts");
}

static dw_status take(void *context, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *e)
{
  return dw_matrix_add(context, reader, batch, e);
}

/* The rows that dw-train trains on. */
static void read_rows(const char *path, dw_training *out)
{
  dw_matrix matrix;
  dw_target target;
  dw_encoding encoding;
  dw_reader *reader;
  dw_buf left_out = {0};
  dw_reader_options how = {.want = wants, .spans = true};
  dw_matrix_init(&matrix, (size_t)4 << 30);
  dw_target_init(&target);
  dw_encoding_init(&encoding);
  must(dw_reader_open(&reader, &path, 1, &how, &err));
  must(dw_reader_run(reader, &(dw_batch_sink){take, &matrix}, NULL, &err));
  dw_reader_close(reader);
  dw_matrix_finish(&matrix);
  must(dw_target_learn(&target, &matrix, "is_fraud", DW_TASK_BINARY, NULL, &err));
  must(dw_encoding_learn(&encoding, &matrix, "is_fraud", 0, &left_out, &err));
  must(dw_training_make(out, &encoding, &target, &matrix, &(dw_training_options){.holdout = 0.2, .seed = 1}, &err));
  dw_encoding_free(&encoding);
  dw_target_free(&target);
  dw_matrix_free(&matrix);
  dw_buf_free(&left_out);
}

static void boost(const dw_train_set *set, const char *method, const char *bins)
{
  const char *setting[][2] = {{"verbosity", "0"}, {"nthread", "1"},   {"objective", "binary:logistic"},
                              {"eta", "0.1"},     {"max_depth", "3"}, {"tree_method", method},
                              {"max_bin", bins}};
  DMatrixHandle data;
  BoosterHandle booster;
  xgb(XGDMatrixCreateFromMat_omp(set->value, set->rows, set->width, NAN, &data, 1));
  xgb(XGDMatrixSetFloatInfo(data, "label", set->label, set->rows));
  xgb(XGBoosterCreate(&data, 1, &booster));
  for (size_t i = 0; i < sizeof setting / sizeof *setting; i++) xgb(XGBoosterSetParam(booster, setting[i][0], setting[i][1]));
  for (int round = 0; round < ROUNDS; round++) xgb(XGBoosterUpdateOneIter(booster, round, data));
}

/* In a process of its own: memory that a turn before it has warmed would be a present. */
static double library(const dw_train_set *set, const char *method, const char *bins)
{
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    boost(set, method, bins);
    _exit(0);
  }
  return child_time(child, "XGBoost");
}

static bool measure(const char *bin, const char *rows, const char *folder)
{
  static const char *const ways[][2] = {{"hist", "4096"}, {"hist", "256"}, {"exact", "256"}};
  char gen[4096], train[4096], records[4096], model[4096];
  double best[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
  dw_training data;
  snprintf(gen, sizeof gen, "%s/dw-gen", bin);
  snprintf(train, sizeof train, "%s/dw-train", bin);
  snprintf(records, sizeof records, "%s/records", folder);
  snprintf(model, sizeof model, "%s/model", folder);
  run(records, (const char *const[]){gen, "--scenario", "fraud-baseline", "--rows", rows, "--seed", "1", NULL});
  read_rows(records, &data);
  for (int turn = 0; turn < TURNS; turn++) {
    for (int i = 0; i < (turn ? 2 : 3); i++) best[i] = fmin(best[i], library(&data.train, ways[i][0], ways[i][1]));
    best[3] = fmin(best[3], run(model, (const char *const[]){train, "--label", "is_fraud", "--id", "transaction_id", "--time", "ts",
                                                             "--rounds", "100", "--early-stop", "0", records, NULL}));
  }
  double ratio = best[3] / best[0];
  printf("| %8s | %6zu | %2zu | %6.2f | %6.2f | %6.2f | %6.2f | %5.2f |\n", rows, data.train.rows, data.train.width, best[0], best[1],
         best[2], best[3], ratio);
  fflush(stdout);
  dw_training_free(&data);
  unlink(records);
  unlink(model);
  return ratio <= 1.3;
}

int main(int argc, char **argv)
{
  static char *usual[] = {"100000", "1000000"};
  char folder[] = "/tmp/bench_train.XXXXXX";
  bool good = true;
  if (argc < 2) return 2;
  if (!mkdtemp(folder)) return 4;
  char **rows = argc > 2 ? argv + 2 : usual;
  printf("| records | trained on | features | library, 4,096 bins | 256 bins | exact | dw-train | dw-train / 4,096 bins |\n"
         "|---|---|---|---|---|---|---|---|\n");
  for (int i = 0; i < (argc > 2 ? argc - 2 : 2); i++) good &= measure(argv[1], rows[i], folder);
  rmdir(folder);
  printf("\nSeconds of processor time; %d rounds of depth 3; the best of %d turns (exact: of one).\n", ROUNDS, TURNS);
  return good ? 0 : 1;
}
