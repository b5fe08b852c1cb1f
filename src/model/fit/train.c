#include "model/fit/train.h"

#include <math.h>

#include "base/fmath.h"
#include "base/mem.h"
#include "base/num.h"

enum {
  EXACT_CELLS = 1 << 18, /* up to so many cells, splits are searched among all values; beyond, among bins of each feature */
  BINS_LEAST = 256,
  BINS_MOST = 4096,
  SETTINGS = 16
};

static double weight_of(const float *weight, size_t i) { return weight ? (double)weight[i] : 1; }

static double log_of(double p) { return dw_log(p < 1e-15 ? 1e-15 : p); }

double dw_train_loss(dw_task task, size_t classes, const float *predicted, const float *label, const float *weight, size_t rows)
{
  double sum = 0, weights = 0;
  for (size_t i = 0; i < rows; i++) {
    double w = weight_of(weight, i), p, loss;
    if (task == DW_TASK_REGRESSION) {
      loss = ((double)predicted[i] - (double)label[i]) * ((double)predicted[i] - (double)label[i]);
    } else if (task == DW_TASK_BINARY) {
      p = (double)predicted[i];
      loss = -log_of(label[i] > 0 ? p : 1 - p);
    } else {
      loss = -log_of((double)predicted[i * classes + (size_t)label[i]]);
    }
    sum += w * loss;
    weights += w;
  }
  return task == DW_TASK_REGRESSION ? sqrt(sum / weights) : sum / weights;
}

/* The settings given to XGBoost, as the texts that it takes. */
typedef struct settings {
  const char *pair[2 * SETTINGS + 1];
  char text[SETTINGS][DW_NUM_TEXT + 1];
  size_t count;
} settings;

static void set_text(settings *s, const char *name, const char *value)
{
  s->pair[2 * s->count] = name;
  s->pair[2 * s->count + 1] = value;
  s->pair[2 * ++s->count] = NULL;
}

static void set_number(settings *s, const char *name, double value)
{
  char *text = s->text[s->count];
  text[dw_num_print(text, value)] = '\0';
  set_text(s, name, text);
}

/* Where boosting starts: the mean, so that the first rounds need not find it. */
static double mean_label(const dw_train_set *set)
{
  double sum = 0, weights = 0;
  for (size_t i = 0; i < set->rows; i++) {
    sum += weight_of(set->weight, i) * (double)set->label[i];
    weights += weight_of(set->weight, i);
  }
  return (double)(float)(sum / weights);
}

/* XGBoost's 256 bins miss a sharp border by up to 0.2 % of the records; with 4,096 holdouts lose nothing against a search among all values,
 * which takes four times as long. The sums of a tree's bins (16 bytes each, for every node) are kept to 64 MiB. */
static unsigned bins(size_t width, unsigned depth)
{
  double room = (double)(64 << 20) / (16 * (double)width * ldexp(1, (int)depth + 1));
  unsigned count = BINS_MOST;
  while (count > BINS_LEAST && count > room) count /= 2;
  return count;
}

static void choose(settings *s, const dw_train_options *o, const dw_train_set *train, bool fresh)
{
  static const char *const objective[] = {"binary:logistic", "multi:softprob", "reg:squarederror"};
  set_text(s, "verbosity", "0");
  set_text(s, "nthread", "1");
  set_number(s, "seed", (double)(o->seed % INT32_MAX));
  set_number(s, "eta", o->rate);
  if (o->linear) {
    set_text(s, "booster", "gblinear");
    set_text(s, "updater", "coord_descent"); /* shotgun, the default, races between threads */
    set_text(s, "feature_selector", "cyclic");
  } else {
    set_text(s, "booster", "gbtree");
    set_text(s, "tree_method", (double)train->rows * (double)train->width <= EXACT_CELLS ? "exact" : "hist");
    set_number(s, "max_bin", bins(train->width, o->depth));
    set_number(s, "max_depth", o->depth);
  }
  if (!fresh) return;
  set_text(s, "objective", objective[o->task]);
  if (o->task == DW_TASK_MULTICLASS) set_number(s, "num_class", (double)o->classes);
  /* Of classes it shifts all sums alike, which changes nothing; but since 3.1 XGBoost would estimate one for each class. */
  set_number(s, "base_score", o->task == DW_TASK_MULTICLASS ? 0.5 : mean_label(train));
}

typedef struct session {
  const dw_train_options *o;
  const dw_train_set *watched; /* the holdout, or the training data */
  dw_booster *booster;
  dw_booster_data *train, *holdout;
  dw_buf best_text; /* linear models cannot drop rounds: the best so far is kept as text */
  double best;
  unsigned best_round;
} session;

static dw_status measure(session *s, double *loss, dw_err *err)
{
  const float *predicted;
  size_t count, wanted = s->watched->rows * (s->o->task == DW_TASK_MULTICLASS ? s->o->classes : 1);
  dw_status status = dw_booster_predict_data(s->booster, s->holdout ? s->holdout : s->train, &predicted, &count, err);
  if (status != DW_OK) return status;
  if (count != wanted) return dw_err_set(err, DW_EDATA, "the model answers with %zu numbers for %zu records", count, s->watched->rows);
  *loss = dw_train_loss(s->o->task, s->o->classes, predicted, s->watched->label, s->watched->weight, s->watched->rows);
  return DW_OK;
}

static dw_status keep_best(session *s, unsigned round, double loss, dw_err *err)
{
  s->best = loss;
  s->best_round = round;
  if (!s->o->linear) return DW_OK;
  s->best_text.length = 0;
  return dw_booster_save(s->booster, &s->best_text, err);
}

static dw_status rounds(session *s, unsigned before, dw_train_result *result, dw_err *err)
{
  dw_status status = DW_OK;
  bool watched = s->holdout || s->o->progress || s->o->linear;
  for (unsigned round = 1; round <= s->o->rounds && status == DW_OK; round++) {
    double loss = NAN;
    status = dw_booster_update(s->booster, before + round - 1, s->train, err);
    if (status == DW_OK && watched) status = measure(s, &loss, err);
    if (status != DW_OK) break;
    result->rounds_run = round;
    if (!s->holdout || loss < s->best || round == 1) status = keep_best(s, round, loss, err);
    if (s->o->progress) s->o->progress(s->o->context, round, s->o->rounds, loss, s->best);
    if (s->holdout && s->o->early_stop && round - s->best_round >= s->o->early_stop) break;
  }
  return status;
}

/* What was trained as it will be read: saved, and loaded again. */
static dw_status settle(session *s, unsigned before, dw_booster **out, dw_err *err)
{
  dw_status status = DW_OK;
  if (!s->o->linear) {
    if (s->holdout && s->o->early_stop) status = dw_booster_keep(&s->booster, before + s->best_round, err);
    s->best_text.length = 0;
    if (status == DW_OK) status = dw_booster_save(s->booster, &s->best_text, err);
  }
  if (status == DW_OK) status = dw_booster_resume(out, s->best_text.data, s->best_text.length, "the trained model", err);
  return status;
}

static dw_status begin(session *s, const dw_train_set *train, dw_booster *start, dw_err *err)
{
  settings chosen = {.count = 0};
  dw_booster_data *data[] = {s->train, s->holdout};
  choose(&chosen, s->o, train, start == NULL);
  if (!start) return dw_booster_new(&s->booster, chosen.pair, data, s->holdout ? 2 : 1, err);
  dw_buf text = {0};
  dw_status status = dw_booster_save(start, &text, err);
  if (status == DW_OK) status = dw_booster_resume(&s->booster, text.data, text.length, "the model to go on from", err);
  for (size_t i = 0; status == DW_OK && i < chosen.count; i++)
    status = dw_booster_set(s->booster, chosen.pair[2 * i], chosen.pair[2 * i + 1], err);
  dw_buf_free(&text);
  return status;
}

/* The loss of a model that no round was chosen for. */
static dw_status measure_kept(const session *s, dw_booster *kept, const dw_train_set *holdout, double *loss, dw_err *err)
{
  float *predicted = dw_alloc_array(holdout->rows * dw_booster_outputs(kept), sizeof *predicted);
  dw_status status = dw_booster_predict(kept, holdout->value, holdout->rows, 1, predicted, err);
  if (status == DW_OK) *loss = dw_train_loss(s->o->task, s->o->classes, predicted, holdout->label, holdout->weight, holdout->rows);
  dw_free(predicted);
  return status;
}

dw_status dw_train(dw_booster **out, const dw_train_options *options, const dw_train_set *train, const dw_train_set *holdout,
                   dw_booster *start, dw_train_result *result, dw_err *err)
{
  session s = {.o = options, .watched = holdout->rows ? holdout : train, .best = INFINITY};
  bool chosen = holdout->rows && (options->linear || options->early_stop); /* the best of the rounds is kept; else they are not looked at */
  *out = NULL;
  *result = (dw_train_result){.loss = NAN};
  dw_status status = dw_booster_data_new(&s.train, train->value, train->rows, train->width, train->label, train->weight, err);
  if (status == DW_OK && (chosen || (holdout->rows && options->progress)))
    status = dw_booster_data_new(&s.holdout, holdout->value, holdout->rows, holdout->width, holdout->label, holdout->weight, err);
  if (status == DW_OK) status = begin(&s, train, start, err);
  unsigned before = status == DW_OK && start ? dw_booster_rounds(s.booster) : 0;
  if (status == DW_OK) status = rounds(&s, before, result, err);
  if (status == DW_OK) status = settle(&s, before, out, err);
  result->rounds_kept = chosen ? s.best_round : result->rounds_run;
  if (chosen) result->loss = s.best;
  else if (status == DW_OK && holdout->rows) status = measure_kept(&s, *out, holdout, &result->loss, err);
  if (status != DW_OK) {
    dw_booster_free(*out);
    *out = NULL;
  }
  dw_booster_free(s.booster);
  dw_booster_data_free(s.train);
  dw_booster_data_free(s.holdout);
  dw_buf_free(&s.best_text);
  return status;
}
