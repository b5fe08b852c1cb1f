#include "model/encode/target.h"

#include "model_case.h"

static dw_status learn(dw_target *target, dw_matrix *m, const char *format, const char *const *values, size_t count, int task,
                       const char *positive, dw_err *err)
{
  dw_buf text = {0};
  for (size_t i = 0; i < count; i++) {
    dw_buf_text(&text, "{\"y\":");
    dw_buf_text(&text, values[i]);
    dw_buf_text(&text, "}\n");
  }
  CHECK(case_labelled(m, dw_buf_cstr(&text), task == DW_TASK_REGRESSION ? NULL : "y", 0, 0, err) == DW_OK);
  dw_buf_free(&text);
  dw_target_init(target);
  return dw_target_learn(target, m, format, task, positive, err);
}

#define LEARN(task_wanted, positive, ...)                                                                                                  \
  dw_target t;                                                                                                                             \
  dw_matrix m;                                                                                                                             \
  dw_err err = {0};                                                                                                                        \
  const char *const values[] = {__VA_ARGS__};                                                                                              \
  dw_status status = learn(&t, &m, "y", values, sizeof values / sizeof *values, task_wanted, positive, &err);                              \
  const dw_matrix_column *column = dw_matrix_find(&m, "y");                                                                                \
  (void)column

#define DONE                                                                                                                               \
  dw_target_free(&t);                                                                                                                      \
  dw_matrix_free(&m)

TEST(numbers_of_two_values)
{
  LEARN(DW_TASKS, NULL, "1", "0", "null", "1");
  CHECK(status == DW_OK && t.task == DW_TASK_BINARY && t.classes.count == 2);
  CHECK_TEXT(t.classes.keys[1].text, "1");
  CHECK(dw_target_value(&t, column, 0) == 1 && dw_target_value(&t, column, 1) == 0 && isnan(dw_target_value(&t, column, 2)));
  DONE;
}

TEST(booleans)
{
  LEARN(DW_TASKS, NULL, "true", "false");
  CHECK(status == DW_OK && t.task == DW_TASK_BINARY);
  CHECK_TEXT(t.classes.keys[1].text, "true");
  CHECK(dw_target_value(&t, column, 0) == 1 && dw_target_value(&t, column, 1) == 0);
  DONE;
}

TEST(two_texts_and_the_positive_one)
{
  LEARN(DW_TASKS, "fraud", "\"legit\"", "\"fraud\"");
  CHECK(status == DW_OK && t.task == DW_TASK_BINARY);
  CHECK_TEXT(t.classes.keys[1].text, "\"fraud\"");
  CHECK(dw_target_value(&t, column, 1) == 1);
  DONE;
}

TEST(a_positive_class_that_is_none)
{
  LEARN(DW_TASKS, "spam", "\"legit\"", "\"fraud\"");
  CHECK(status == DW_EDATA && strstr(err.message, "has no class spam"));
  DONE;
}

TEST(classes_in_order)
{
  LEARN(DW_TASKS, NULL, "10", "9", "\"b\"", "\"a\"");
  CHECK(status == DW_OK && t.task == DW_TASK_MULTICLASS && t.classes.count == 4);
  CHECK_TEXT(t.classes.keys[0].text, "9");
  CHECK_TEXT(t.classes.keys[1].text, "10");
  CHECK_TEXT(t.classes.keys[2].text, "\"a\"");
  DONE;
}

TEST(many_numbers_are_a_regression)
{
  LEARN(DW_TASKS, NULL, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11");
  CHECK(status == DW_OK && t.task == DW_TASK_REGRESSION && t.classes.count == 0);
  CHECK(dw_target_value(&t, column, 10) == 11);
  DONE;
}

TEST(a_regression_of_two_values)
{
  LEARN(DW_TASK_REGRESSION, NULL, "1", "2");
  CHECK(status == DW_OK && t.task == DW_TASK_REGRESSION);
  DONE;
}

TEST(labels_that_do_not_do)
{
  {
    LEARN(DW_TASKS, NULL, "1", "1", "null");
    CHECK(status == DW_ENODATA && strstr(err.message, "one class only"));
    DONE;
  }
  {
    LEARN(DW_TASKS, NULL, "null");
    CHECK(status == DW_ENODATA);
    DONE;
  }
  {
    LEARN(DW_TASK_BINARY, NULL, "1", "2", "3");
    CHECK(status == DW_EDATA && strstr(err.message, "3 classes"));
    DONE;
  }
  {
    LEARN(DW_TASK_REGRESSION, NULL, "1", "\"a\"");
    CHECK(status == DW_EDATA);
    DONE;
  }
  {
    LEARN(DW_TASKS, NULL, "[1]");
    CHECK(status == DW_EDATA);
    DONE;
  }
  dw_target t;
  dw_matrix m;
  dw_err err = {0};
  const char *const values[] = {"1"};
  CHECK(learn(&t, &m, "z", values, 1, DW_TASKS, NULL, &err) == DW_EDATA &&
        strstr(err.message, "no record has the label \"z\"; there are y"));
  DONE;
}

TEST(written_and_read)
{
  LEARN(DW_TASKS, NULL, "\"b\\\"\"", "\"a\"", "true", "-1.5");
  CHECK(status == DW_OK);
  dw_buf text = {0}, again = {0};
  dw_json json;
  dw_value *value;
  dw_target back;
  dw_json_start(&json, &text, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "task", "multiclass");
  dw_target_write(&t, &json, "label");
  dw_json_close(&json, '}');
  CHECK(dw_value_parse(&value, text.data, text.length, "m", 1, &err) == DW_OK);
  dw_target_init(&back);
  CHECK_MSG(dw_target_read(&back, value, "m", &err) == DW_OK, "%s", err.message);
  dw_json_start(&json, &again, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "task", dw_task_name(back.task));
  dw_target_write(&back, &json, "label");
  dw_json_close(&json, '}');
  CHECK_TEXT(dw_buf_cstr(&again), dw_buf_cstr(&text));
  dw_value_free(value);
  dw_target_free(&back);
  static const char *const bad[] = {"{}",
                                    "{\"task\":\"ranking\"}",
                                    "{\"task\":\"binary\",\"label\":{\"classes\":[1]}}",
                                    "{\"task\":\"binary\",\"label\":{\"classes\":[1,1]}}",
                                    "{\"task\":\"regression\",\"label\":{\"classes\":[1,2]}}",
                                    "{\"task\":\"multiclass\",\"label\":{\"classes\":[1]}}"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    CHECK(dw_value_parse(&value, bad[i], strlen(bad[i]), "m", 1, &err) == DW_OK);
    dw_target_init(&back);
    CHECK_MSG(dw_target_read(&back, value, "m", &err) == DW_EDATA, "%s", bad[i]);
    dw_target_free(&back);
    dw_value_free(value);
  }
  dw_buf_free(&text);
  dw_buf_free(&again);
  DONE;
}

static void adds(dw_target *t, dw_task task, const char *const *classes)
{
  dw_target_init(t);
  t->task = task;
  for (; *classes; classes++) dw_map_intern(&t->classes, *classes, strlen(*classes));
}

/* What goes with the scores; models that have the same. */
TEST(lists_that_go_with_scores)
{
  static const struct {
    dw_task task;
    const char *classes[4];
    size_t outputs;
    const char *list;
  } row[] = {{DW_TASK_BINARY, {"0", "1"}, 1, ""},
             {DW_TASK_BINARY, {"false", "true"}, 1, ""},
             {DW_TASK_BINARY, {"1", "0"}, 1, "[1,0]"},
             {DW_TASK_BINARY, {"\"a\"", "\"b\""}, 1, "[\"a\",\"b\"]"},
             {DW_TASK_BINARY, {0}, 1, ""},
             {DW_TASK_MULTICLASS, {0}, 3, "[0,1,2]"},
             {DW_TASK_MULTICLASS, {"1", "\"x\\n\"", "true"}, 3, "[1,\"x\\n\",true]"},
             {DW_TASK_REGRESSION, {0}, 1, ""}};
  enum { ROWS = sizeof row / sizeof *row };
  dw_target target[ROWS];
  for (int i = 0; i < ROWS; i++) {
    dw_buf out = {0};
    adds(&target[i], row[i].task, row[i].classes);
    dw_target_list(&target[i], row[i].outputs, &out);
    CHECK_TEXT(dw_buf_cstr(&out), row[i].list);
    dw_buf_free(&out);
  }
  CHECK(dw_target_equal(&target[0], &target[0]) && !dw_target_equal(&target[0], &target[2]) && !dw_target_equal(&target[0], &target[7]));
  CHECK(dw_target_equal(&target[0], &target[4]) && dw_target_equal(&target[5], &target[6])); /* a model that names none */
  for (int i = 0; i < ROWS; i++) dw_target_free(&target[i]);
}

/* Each digit counts, as far as a double goes as a number and beyond as a text; numbers and their texts are two classes. */
TEST(classes_keep_their_digits)
{
  LEARN(DW_TASKS, NULL, "123456789", "123456791", "1.0", "9007199254740993", "\"9007199254740992\"", "9007199254740994", "\"1\"");
  CHECK(status == DW_OK && t.task == DW_TASK_MULTICLASS && t.classes.count == 7);
  static const char *const want[] = {
      "1", "123456789", "123456791", "9007199254740994", "\"1\"", "\"9007199254740992\"", "\"9007199254740993\""};
  for (size_t k = 0; k < 7; k++) CHECK_TEXT(t.classes.keys[k].text, want[k]);
  CHECK(dw_target_value(&t, column, 0) == 1 && dw_target_value(&t, column, 1) == 2 && dw_target_value(&t, column, 3) == 6);
  DONE;
}

TEST(two_codes_of_one_float_are_two_classes)
{
  LEARN(DW_TASKS, "123456789", "123456791", "123456789", "123456789");
  CHECK(status == DW_OK && t.task == DW_TASK_BINARY && t.classes.count == 2);
  CHECK_TEXT(t.classes.keys[1].text, "123456789");
  DONE;
}
