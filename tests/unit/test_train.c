#include "model/fit/train.h"

#include "test.h"

enum { ROWS = 600, WIDTH = 3 };

/* y follows x[0], with noise; x[2] is missing now and then. */
static dw_train_set make_set(int first, size_t rows, dw_task task)
{
  dw_train_set set = {.value = malloc(rows * WIDTH * sizeof(float)), .label = malloc(rows * sizeof(float)), .rows = rows, .width = WIDTH};
  for (size_t i = 0; i < rows; i++) {
    int n = first + (int)i;
    float *x = set.value + i * WIDTH;
    x[0] = (float)((n * 37) % 101);
    x[1] = (float)((n * 17) % 13);
    x[2] = n % 9 ? (float)(n % 5) : NAN;
    float signal = x[0] + (float)((n * 53) % 41);
    set.label[i] = task == DW_TASK_REGRESSION ? signal : task == DW_TASK_BINARY ? signal > 90 : signal > 90 ? 2 : signal > 60;
  }
  return set;
}

static void free_set(dw_train_set *set)
{
  free(set->value);
  free(set->label);
  free(set->weight);
}

typedef struct told {
  unsigned calls, last;
  double best, loss;
} told;

static void tell(void *context, unsigned round, unsigned rounds, double loss, double best)
{
  told *t = context;
  t->calls++;
  CHECK(round == t->last + 1 && round <= rounds && best <= loss);
  t->last = round;
  t->best = best;
  t->loss = loss;
}

/* The loss of the model that is kept is the best that was told; without early stopping the last. The same when nobody is told. */
static void train_once(dw_task task, bool linear, unsigned early_stop)
{
  dw_train_set train = make_set(0, ROWS, task), holdout = make_set(ROWS, 200, task);
  told t = {0};
  dw_train_options o = {.task = task,
                        .classes = task == DW_TASK_REGRESSION ? 0
                                   : task == DW_TASK_BINARY   ? 2
                                                              : 3,
                        .linear = linear,
                        .rounds = 60,
                        .depth = 3,
                        .rate = 0.3,
                        .early_stop = early_stop,
                        .seed = 1,
                        .progress = tell,
                        .context = &t};
  dw_booster *booster = NULL;
  dw_train_result result;
  dw_err err = {0};
  CHECK_MSG(dw_train(&booster, &o, &train, &holdout, NULL, &result, &err) == DW_OK, "%s", err.message);
  CHECK(t.calls == result.rounds_run && result.rounds_kept <= result.rounds_run && result.rounds_kept > 0);
  CHECK(!early_stop || result.rounds_run == 60 || result.rounds_run == result.rounds_kept + early_stop);
  CHECK_CLOSE(result.loss, early_stop || linear ? t.best : t.loss, early_stop || linear ? 0 : 1e-6);
  size_t outputs = dw_booster_outputs(booster);
  CHECK(outputs == (task == DW_TASK_MULTICLASS ? 3 : 1));
  float predicted[200 * 3];
  CHECK(dw_booster_predict(booster, holdout.value, holdout.rows, 1, predicted, &err) == DW_OK);
  CHECK_CLOSE(dw_train_loss(task, o.classes, predicted, holdout.label, NULL, holdout.rows), result.loss, 1e-6);
  if (!linear) CHECK(dw_booster_rounds(booster) == result.rounds_kept);
  dw_buf text = {0};
  CHECK(dw_booster_save(booster, &text, &err) == DW_OK);
  CHECK(strstr(dw_buf_cstr(&text), "\"boost_from_average\":\"0\"")); /* its base_score was given, and not estimated */
  dw_booster *alone = NULL;
  dw_train_result untold;
  dw_buf again = {0};
  o.progress = NULL;
  CHECK(dw_train(&alone, &o, &train, &holdout, NULL, &untold, &err) == DW_OK && dw_booster_save(alone, &again, &err) == DW_OK);
  CHECK(again.length == text.length && memcmp(again.data, text.data, text.length) == 0);
  CHECK(untold.rounds_run == result.rounds_run && untold.rounds_kept == result.rounds_kept && untold.loss == result.loss);
  dw_buf_free(&again);
  dw_booster_free(alone);
  dw_buf_free(&text);
  dw_booster_free(booster);
  free_set(&train);
  free_set(&holdout);
}

TEST(trees_of_two_classes) { train_once(DW_TASK_BINARY, false, 5); }
TEST(trees_of_three_classes) { train_once(DW_TASK_MULTICLASS, false, 5); }
TEST(trees_of_numbers) { train_once(DW_TASK_REGRESSION, false, 5); }
TEST(a_linear_model_of_two_classes) { train_once(DW_TASK_BINARY, true, 5); }
TEST(a_linear_model_of_three_classes) { train_once(DW_TASK_MULTICLASS, true, 5); }
TEST(a_linear_model_of_numbers) { train_once(DW_TASK_REGRESSION, true, 5); }
TEST(all_rounds) { train_once(DW_TASK_BINARY, false, 0); }

static void save(const dw_train_options *o, const dw_train_set *train, dw_booster *start, dw_buf *out, dw_train_result *result)
{
  dw_booster *booster = NULL;
  dw_train_set none = {0};
  dw_err err = {0};
  CHECK_MSG(dw_train(&booster, o, train, &none, start, result, &err) == DW_OK, "%s", err.message);
  CHECK(dw_booster_save(booster, out, &err) == DW_OK);
  dw_booster_free(booster);
}

/* 10 rounds, and 10 more, are 20 rounds. */
TEST(going_on)
{
  dw_train_set train = make_set(0, ROWS, DW_TASK_BINARY);
  dw_train_options o = {.task = DW_TASK_BINARY, .classes = 2, .rounds = 20, .depth = 2, .rate = 0.2, .seed = 1};
  dw_buf all = {0}, first = {0}, second = {0};
  dw_train_result result;
  dw_err err = {0};
  dw_booster *start = NULL, *a = NULL, *b = NULL;
  save(&o, &train, NULL, &all, &result);
  CHECK(result.rounds_kept == 20 && isnan(result.loss));
  o.rounds = 10;
  save(&o, &train, NULL, &first, &result);
  CHECK(dw_booster_load(&start, first.data, first.length, "first", &err) == DW_OK);
  save(&o, &train, start, &second, &result);
  CHECK(result.rounds_kept == 10);
  CHECK(dw_booster_load(&a, all.data, all.length, "all", &err) == DW_OK &&
        dw_booster_load(&b, second.data, second.length, "second", &err) == DW_OK);
  CHECK(dw_booster_rounds(b) == 20);
  float p[ROWS], q[ROWS];
  CHECK(dw_booster_predict(a, train.value, ROWS, 1, p, &err) == DW_OK && dw_booster_predict(b, train.value, ROWS, 1, q, &err) == DW_OK);
  for (int i = 0; i < ROWS; i++) CHECK_CLOSE((double)q[i], (double)p[i], 1e-5);
  dw_booster_free(start);
  dw_booster_free(a);
  dw_booster_free(b);
  dw_buf_free(&all);
  dw_buf_free(&first);
  dw_buf_free(&second);
  free_set(&train);
}

TEST(the_same_again)
{
  for (int linear = 0; linear < 2; linear++) {
    dw_train_set train = make_set(0, ROWS, DW_TASK_BINARY);
    dw_train_options o = {.task = DW_TASK_BINARY, .classes = 2, .linear = linear, .rounds = 10, .depth = 3, .rate = 0.3, .seed = 7};
    dw_buf one = {0}, two = {0};
    dw_train_result result;
    save(&o, &train, NULL, &one, &result);
    save(&o, &train, NULL, &two, &result);
    CHECK(one.length == two.length && memcmp(one.data, two.data, one.length) == 0);
    dw_buf_free(&one);
    dw_buf_free(&two);
    free_set(&train);
  }
}

/* A row of weight 3 is three rows. */
TEST(weights)
{
  dw_train_set once = make_set(0, ROWS, DW_TASK_BINARY),
               thrice = {.value = malloc(3 * ROWS * WIDTH * sizeof(float)), .label = malloc(3 * ROWS * sizeof(float)), .width = WIDTH};
  once.weight = malloc(ROWS * sizeof(float));
  for (int i = 0; i < ROWS; i++) {
    int times = once.label[i] > 0 ? 3 : 1;
    once.weight[i] = (float)times;
    for (int k = 0; k < times; k++) {
      memcpy(thrice.value + thrice.rows * WIDTH, once.value + i * WIDTH, WIDTH * sizeof(float));
      thrice.label[thrice.rows++] = once.label[i];
    }
  }
  dw_train_options o = {.task = DW_TASK_BINARY, .classes = 2, .rounds = 5, .depth = 2, .rate = 0.3, .seed = 1};
  dw_booster *a = NULL, *b = NULL;
  dw_train_set none = {0};
  dw_train_result result;
  dw_err err = {0};
  CHECK(dw_train(&a, &o, &once, &none, NULL, &result, &err) == DW_OK && dw_train(&b, &o, &thrice, &none, NULL, &result, &err) == DW_OK);
  float p[ROWS], q[ROWS];
  CHECK(dw_booster_predict(a, once.value, ROWS, 1, p, &err) == DW_OK && dw_booster_predict(b, once.value, ROWS, 1, q, &err) == DW_OK);
  for (int i = 0; i < ROWS; i++) CHECK_CLOSE((double)q[i], (double)p[i], 1e-4);
  dw_booster_free(a);
  dw_booster_free(b);
  free_set(&once);
  free_set(&thrice);
}

TEST(losses)
{
  float p[] = {0.25f, 0.75f, 1, 0}, y[] = {0, 1, 1, 0}, w[] = {1, 3, 0, 0};
  CHECK_CLOSE(dw_train_loss(DW_TASK_BINARY, 2, p, y, NULL, 4), 0.28768207245178093 / 2, 1e-12);
  CHECK_CLOSE(dw_train_loss(DW_TASK_BINARY, 2, p, y, w, 4), 0.28768207245178093, 1e-12);
  float wrong[] = {0}, one[] = {1};
  CHECK_CLOSE(dw_train_loss(DW_TASK_BINARY, 2, wrong, one, NULL, 1), 34.538776394910684, 1e-12);
  float three[] = {0.5f, 0.25f, 0.25f, 0, 0, 1}, classes[] = {1, 2};
  CHECK_CLOSE(dw_train_loss(DW_TASK_MULTICLASS, 3, three, classes, NULL, 2), 1.3862943611198906 / 2, 1e-12);
  float got[] = {1, 2}, want[] = {4, 6};
  CHECK_CLOSE(dw_train_loss(DW_TASK_REGRESSION, 0, got, want, NULL, 2), 3.5355339059327378, 1e-12);
}
