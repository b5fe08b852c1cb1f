#include "model/fit/training.h"

#include "model_case.h"

typedef struct made {
  dw_matrix matrix;
  dw_encoding encoding;
  dw_target target;
  dw_training training;
  dw_buf left_out;
} made;

static dw_status make(made *m, const char *text, const char *label, const dw_training_options *o, dw_err *err)
{
  *m = (made){0};
  dw_encoding_init(&m->encoding);
  dw_target_init(&m->target);
  CHECK(case_matrix(&m->matrix, text, 0, 0, err) == DW_OK);
  CHECK_MSG(dw_target_learn(&m->target, &m->matrix, label, DW_TASKS, NULL, err) == DW_OK, "%s", err->message);
  CHECK(dw_encoding_learn(&m->encoding, &m->matrix, label, 0, &m->left_out, err) == DW_OK);
  return dw_training_make(&m->training, &m->encoding, &m->target, &m->matrix, o, err);
}

static void unmake(made *m)
{
  dw_training_free(&m->training);
  dw_target_free(&m->target);
  dw_encoding_free(&m->encoding);
  dw_matrix_free(&m->matrix);
  dw_buf_free(&m->left_out);
}

TEST(held_out_rows)
{
  char *text = case_records();
  made a, b, c;
  dw_err err = {0};
  CHECK_MSG(make(&a, text, "y", &(dw_training_options){.holdout = 0.25, .seed = 1}, &err) == DW_OK, "%s", err.message);
  CHECK(a.training.train.rows + a.training.holdout.rows == 400 && a.training.unlabelled == 0);
  CHECK(a.training.holdout.rows > 70 && a.training.holdout.rows < 130);
  CHECK(make(&b, text, "y", &(dw_training_options){.holdout = 0.25, .seed = 2}, &err) == DW_OK);
  CHECK(make(&c, text, "y", &(dw_training_options){.holdout = 0, .seed = 2}, &err) == DW_OK);
  CHECK(c.training.train.rows == 400 && c.training.holdout.rows == 0);
  size_t least = a.training.holdout.rows < b.training.holdout.rows ? a.training.holdout.rows : b.training.holdout.rows;
  CHECK(memcmp(a.training.holdout.value, b.training.holdout.value, least * a.encoding.width * sizeof(float)) != 0);
  unmake(&a);
  unmake(&b);
  unmake(&c);
  free(text);
}

/* Both classes weigh the same in all, and their mean weight is 1. */
TEST(balanced_weights)
{
  char *text = case_records();
  made m;
  dw_err err = {0};
  CHECK(make(&m, text, "y", &(dw_training_options){.holdout = 0.2, .seed = 1, .weight = DW_WEIGHT_BALANCED}, &err) == DW_OK);
  double of[2] = {0};
  for (size_t i = 0; i < m.training.train.rows; i++) of[(int)m.training.train.label[i]] += (double)m.training.train.weight[i];
  CHECK_CLOSE(of[0], (double)m.training.train.rows / 2, 1e-5);
  CHECK_CLOSE(of[1], (double)m.training.train.rows / 2, 1e-5);
  unmake(&m);
  CHECK(make(&m, text, "y", &(dw_training_options){.seed = 1, .weight = DW_WEIGHT_POSITIVE, .positive_weight = 7}, &err) == DW_OK);
  for (size_t i = 0; i < 400; i++) CHECK(m.training.train.weight[i] == (m.training.train.label[i] > 0 ? 7 : 1));
  unmake(&m);
  free(text);
}

TEST(rows_without_a_label)
{
  dw_buf text = {0};
  for (int i = 0; i < 40; i++) dw_buf_format(&text, "{\"x\":%d,\"y\":%s}\n", i, i % 4 == 0 ? "null" : i % 4 == 1 ? "1" : "0");
  made m;
  dw_err err = {0};
  CHECK(make(&m, dw_buf_cstr(&text), "y", &(dw_training_options){.seed = 1}, &err) == DW_OK);
  CHECK(m.training.train.rows == 30 && m.training.unlabelled == 10);
  CHECK(m.training.train.value[0] == 1 && m.training.train.label[0] == 1);
  unmake(&m);
  dw_buf_free(&text);
}

TEST(too_little)
{
  dw_buf text = {0};
  made m;
  dw_err err = {0};
  for (int i = 0; i < 19; i++) dw_buf_format(&text, "{\"x\":%d,\"y\":%d}\n", i, i % 2);
  CHECK(make(&m, dw_buf_cstr(&text), "y", &(dw_training_options){.seed = 1}, &err) == DW_ENODATA &&
        strstr(err.message, "19 records with a label: too few"));
  unmake(&m);
  dw_buf_text(&text, "{\"x\":1,\"y\":1}\n");
  CHECK(make(&m, dw_buf_cstr(&text), "y", &(dw_training_options){.seed = 1}, &err) == DW_OK);
  unmake(&m);
  CHECK(make(&m, dw_buf_cstr(&text), "y", &(dw_training_options){.seed = 1, .memory = 10}, &err) == DW_ENODATA &&
        strstr(err.message, "--memory"));
  unmake(&m);
  dw_buf_free(&text);
}

/* Memory for some of the rows: a sample of them, whose shares are those of all; the holdout's rows stay what they were. */
TEST(rows_that_fit)
{
  dw_buf text = {0};
  made all, some;
  dw_err err = {0};
  for (int i = 0; i < 2000; i++) dw_buf_format(&text, "{\"x\":%d,\"y\":%d}\n", i, i % 2);
  CHECK(make(&all, dw_buf_cstr(&text), "y", &(dw_training_options){.seed = 3, .holdout = 0.25}, &err) == DW_OK);
  CHECK(make(&some, dw_buf_cstr(&text), "y", &(dw_training_options){.seed = 3, .holdout = 0.25, .memory = 500 * 20}, &err) == DW_OK);
  CHECK(all.training.left_over == 0 && some.training.left_over == 1500 && some.training.train.rows + some.training.holdout.rows == 500);
  size_t at = 0;
  for (size_t i = 0; i < some.training.holdout.rows; i++) {
    while (at < all.training.holdout.rows && all.training.holdout.value[at] != some.training.holdout.value[i]) at++;
    CHECK(at < all.training.holdout.rows);
  }
  unmake(&all);
  unmake(&some);
  dw_buf_free(&text);
}

TEST(figures)
{
  char *text = case_records();
  made m;
  dw_err err = {0};
  dw_buf out = {0};
  dw_json json;
  dw_booster *booster = NULL;
  dw_train_result result;
  CHECK(make(&m, text, "y", &(dw_training_options){.holdout = 0.2, .seed = 1}, &err) == DW_OK);
  dw_train_options o = {.task = DW_TASK_BINARY, .classes = 2, .rounds = 20, .depth = 3, .rate = 0.3, .early_stop = 5, .seed = 1};
  CHECK(dw_train(&booster, &o, &m.training.train, &m.training.holdout, NULL, &result, &err) == DW_OK);
  dw_json_start(&json, &out, 0);
  dw_json_open(&json, NULL, '{');
  CHECK(dw_training_measure(booster, &m.target, &m.training.holdout, 1, &json, "holdout", &err) == DW_OK);
  CHECK(dw_training_measure(booster, &m.target, &(dw_train_set){0}, 1, &json, "none", &err) == DW_OK);
  dw_json_close(&json, '}');
  dw_value *value;
  CHECK(dw_value_parse(&value, out.data, out.length, "m", 1, &err) == DW_OK);
  const dw_value *holdout = dw_value_get(value, "holdout");
  CHECK_CLOSE(dw_value_number(dw_value_get(holdout, "log_loss"), 0), result.loss, 1e-6);
  CHECK(dw_value_number(dw_value_get(holdout, "auc"), 0) > 0.9);
  CHECK(dw_value_number(dw_value_get(holdout, "rows"), 0) == (double)m.training.holdout.rows);
  CHECK(dw_value_get(value, "none") && dw_value_kind(dw_value_get(value, "none")) == DW_VALUE_NULL);
  dw_value_free(value);
  dw_booster_free(booster);
  dw_buf_free(&out);
  unmake(&m);
  free(text);
}
