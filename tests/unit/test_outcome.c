#include "model/judge/outcome.h"

#include <unistd.h>

#include "test.h"

static dw_err err;

/* The rows of a text; the status of reading it, and of telling the classes. */
static dw_status read_rows(dw_outcomes *rows, const dw_outcome_options *options, const char *text)
{
  char path[] = "dw_outcome_XXXXXX";
  int fd = mkstemp(path);
  CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
  close(fd);
  const char *paths[] = {path};
  dw_reader *reader;
  const dw_batch *batch;
  dw_outcomes_init(rows, options);
  CHECK(dw_reader_open(&reader, paths, 1,
                       &(dw_reader_options){.threads = 1, .block = 64, .spans = true, .want = dw_outcomes_wants, .context = rows},
                       &err) == DW_OK);
  dw_status status;
  while ((status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch)
    if ((status = dw_outcomes_add(rows, reader, batch, &err)) != DW_OK) break;
  dw_reader_close(reader);
  unlink(path);
  return status;
}

static const dw_outcome_options plain = {.label = "y", .score = "s"};

TEST(numbers_booleans_and_strings_are_binary)
{
  static const char *const texts[] = {"{\"y\":1,\"s\":0.9}\n{\"y\":0,\"s\":0.1}\n{\"y\":1,\"s\":0.4}\n",
                                      "{\"y\":true,\"s\":0.9}\n{\"y\":false,\"s\":0.1}\n{\"y\":true,\"s\":0.4}\n",
                                      "{\"y\":\"yes\",\"s\":0.9}\n{\"y\":\"no\",\"s\":0.1}\n{\"y\":\"yes\",\"s\":0.4}\n",
                                      "y,s\n1,0.9\n-1,0.1\n1,0.4\n"};
  static const char *const names[] = {"1", "true", "\"yes\"", "1"};
  for (int i = 0; i < 4; i++) {
    dw_outcomes rows;
    CHECK(read_rows(&rows, &plain, texts[i]) == DW_OK && rows.rows == 3);
    CHECK(dw_outcomes_classes(&rows, &(dw_class_options){.cut = 0.5}, &err) == DW_OK && rows.task == DW_TASK_BINARY);
    CHECK(rows.class_of[0] == 1 && rows.class_of[1] == 0 && rows.class_of[2] == 1);
    CHECK(rows.predicted[0] == 1 && rows.predicted[1] == 0 && rows.predicted[2] == 0);
    CHECK_TEXT(rows.class_name[1], names[i]);
    dw_outcomes_free(&rows);
    CHECK(read_rows(&rows, &plain, texts[i]) == DW_OK);
    static const char *const other[] = {"0", "false", "no", "-1"};
    CHECK(dw_outcomes_classes(&rows, &(dw_class_options){.cut = 0.5, .positive = other[i]}, &err) == DW_OK && rows.class_of[0] == 0 &&
          rows.class_of[1] == 1);
    dw_outcomes_free(&rows);
  }
}

/* Classes of one side hold for another of which only the predictions are known, and not all of them occur. */
TEST(classes_of_another_side)
{
  dw_outcomes first, second;
  dw_outcome_options o = {.score = "s", .prediction = "p", .unlabelled = true};
  CHECK(read_rows(&first, &plain, "{\"y\":\"b\",\"s\":[0,0,1]}\n{\"y\":\"a\",\"s\":[1,0,0]}\n{\"y\":\"c\",\"s\":[0,1,0]}\n") == DW_OK);
  CHECK(dw_outcomes_classes(&first, &(dw_class_options){0}, &err) == DW_OK);
  CHECK(read_rows(&second, &o, "{\"p\":\"c\",\"s\":[0,0,1]}\n{\"p\":\"a\",\"s\":[1,0,0]}\n") == DW_OK);
  CHECK(dw_outcomes_classes(&second, &(dw_class_options){.like = &first}, &err) == DW_OK && second.task == DW_TASK_MULTICLASS &&
        second.classes == 3);
  CHECK(second.predicted[0] == 2 && second.predicted[1] == 0 && second.class_of[0] == UINT32_MAX);
  CHECK_TEXT(second.class_name[1], "\"b\"");
  dw_outcomes_free(&second);
  static const char *const wrong[][2] = {
      {"{\"p\":\"d\",\"s\":[0,0,1]}\n", "the prediction \"d\" is none of the reference's classes"},
      {"{\"p\":1,\"s\":[0,0,1]}\n",
       "cannot be matched with the model's classes, \"a\", \"b\", \"c\": together they are numbers (such as 1) and text (such as \"a\")"},
      {"{\"p\":\"a\",\"s\":[0,1]}\n", "scores have 2 components, but the model has 3 classes"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    CHECK(read_rows(&second, &o, wrong[i][0]) == DW_OK);
    CHECK(dw_outcomes_classes(&second, &(dw_class_options){.like = &first}, &err) == DW_EDATA);
    CHECK_MSG(strstr(err.message, wrong[i][1]), "%s", err.message);
    dw_outcomes_free(&second);
  }
  dw_outcomes_free(&first);
  o.prediction = NULL; /* a binary reference whose positive class is the smaller number; a side of scores alone */
  CHECK(read_rows(&first, &plain, "y,s\n1,0.1\n2,0.9\n") == DW_OK);
  CHECK(dw_outcomes_classes(&first, &(dw_class_options){.cut = 0.5, .positive = "1"}, &err) == DW_OK);
  CHECK(read_rows(&second, &o, "s\n0.7\n") == DW_OK);
  CHECK(dw_outcomes_classes(&second, &(dw_class_options){.cut = 0.5, .like = &first}, &err) == DW_OK && second.predicted[0] == 1);
  CHECK_TEXT(second.class_name[1], "1");
  dw_outcomes_free(&second);
  dw_outcomes_free(&first);
}

TEST(rows_that_lack_something_are_counted)
{
  dw_outcomes rows;
  dw_outcome_options o = {.label = "y", .score = "s", .prediction = "p"};
  CHECK(read_rows(&rows, &o,
                  "{\"y\":1,\"s\":0.5,\"p\":1}\n{\"s\":0.5,\"p\":1}\n{\"y\":null,\"s\":0.5,\"p\":1}\n{\"y\":1,\"p\":1}\n{\"y\":0,\"s\":0.5}"
                  "\n{\"z\":0}\n") == DW_OK);
  CHECK(rows.rows == 1 && rows.all_rows == 6 && rows.without_label == 3 && rows.without_score == 1 && rows.without_prediction == 1);
  dw_outcomes_free(&rows);
  CHECK(read_rows(&rows, &o, "y,s,p\n1,inf,1\n") == DW_OK && rows.rows == 0);
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){0}, &err) == DW_ENODATA);
  dw_outcomes_free(&rows);
  o.unlabelled = true;
  CHECK(read_rows(&rows, &o, "{\"s\":0.5,\"p\":1}\n{\"y\":1,\"s\":0.5,\"p\":0}\n") == DW_OK && rows.rows == 2);
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){.task_given = true}, &err) == DW_OK && rows.class_of[0] == UINT32_MAX &&
        rows.class_of[1] == 1);
  dw_outcomes_free(&rows);
}

TEST(tasks_are_told_from_labels)
{
  dw_outcomes rows;
  CHECK(read_rows(&rows, &plain, "y,s\n1.5,2\n2,2\n3,1\n") == DW_OK);
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){0}, &err) == DW_OK && rows.task == DW_TASK_REGRESSION && !rows.predicted);
  dw_outcomes_free(&rows);
  CHECK(read_rows(&rows, &plain, "y,s\n1,2\n2,2\n3,1\n4,1\n5,1\n6,1\n7,1\n8,1\n9,1\n10,1\n11,1\n") == DW_OK);
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){0}, &err) == DW_OK && rows.task == DW_TASK_REGRESSION);
  dw_outcomes_free(&rows);
  dw_outcome_options told = {.label = "y", .prediction = "p"};
  CHECK(read_rows(&rows, &told, "y,p\n1,2.0\n2.0,2\n3,1\n") == DW_OK); /* 2.0 is whole */
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){0}, &err) == DW_OK && rows.task == DW_TASK_MULTICLASS && rows.predicted[0] == 1);
  dw_outcomes_free(&rows);
  CHECK(read_rows(&rows, &plain,
                  "{\"y\":\"b\",\"s\":[0.1,0.2,0.7]}\n{\"y\":\"a\",\"s\":[0.8,0.1,0.1]}\n{\"y\":\"c\",\"s\":[0.1,0.2,0.7]}\n") == DW_OK &&
        rows.width == 3);
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){0}, &err) == DW_OK && rows.task == DW_TASK_MULTICLASS && rows.classes == 3);
  CHECK(rows.class_of[0] == 1 && rows.predicted[0] == 2 && rows.predicted[1] == 0);
  dw_outcomes_free(&rows);
  CHECK(read_rows(&rows, &plain, "{\"y\":0,\"s\":[0.1,0.2,0.7]}\n{\"y\":2,\"s\":[0.8,0.1,0.1]}\n") == DW_OK); /* labels are places */
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){0}, &err) == DW_OK && rows.classes == 3 && rows.class_of[1] == 2);
  dw_outcomes_free(&rows);
  CHECK(read_rows(&rows, &plain, "{\"y\":0,\"s\":[0.75,0.25]}\n{\"y\":1,\"s\":[0.125,0.875]}\n") == DW_OK);
  CHECK(dw_outcomes_classes(&rows, &(dw_class_options){.cut = 0.5}, &err) == DW_OK && rows.task == DW_TASK_BINARY &&
        rows.score[0] == 0.25 && rows.score[1] == 0.875);
  dw_outcomes_free(&rows);
}

/* CSV has no arrays: dw-score writes their text. */
TEST(arrays_as_text)
{
  dw_outcomes rows;
  CHECK(read_rows(&rows, &plain, "y,s\na,\"[0.5,0.25,0.25]\"\nb,\"[ 0 , 1e0,0 ]\"\nc,\"[-1,2.5,0]\"\n") == DW_OK && rows.width == 3 &&
        rows.rows == 3);
  CHECK(rows.score[0] == 0.5 && rows.score[4] == 1 && rows.score[7] == 2.5);
  dw_outcomes_free(&rows);
  static const char *const bad[] = {"[]", "[", "]", "[1", "1,2]", "[1,]", "[,1]", "[1 2]", "[1,,2]", "[a]", "[[1]]", "[1,2", "[ ]"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    dw_buf text = {0};
    dw_buf_format(&text, "y,s\n1,\"%s\"\n", bad[i]);
    CHECK_MSG(read_rows(&rows, &plain, dw_buf_cstr(&text)) == DW_EDATA && strstr(err.message, "is not a number, nor an array"), "%s",
              bad[i]);
    dw_outcomes_free(&rows);
    dw_buf_free(&text);
  }
}

static void refused(const dw_outcome_options *o, const dw_class_options *how, const char *text, dw_status want, const char *message)
{
  dw_outcomes rows;
  dw_status status = read_rows(&rows, o, text);
  if (status == DW_OK) status = dw_outcomes_classes(&rows, how, &err);
  CHECK(status == want);
  CHECK_MSG(strstr(err.message, message), "\"%s\" lacks \"%s\"", err.message, message);
  dw_outcomes_free(&rows);
}

TEST(what_cannot_be_judged)
{
  dw_class_options how = {0}, binary = {.task_given = true, .task = DW_TASK_BINARY}, no = {.positive = "maybe"},
                   many = {.task_given = true, .task = DW_TASK_MULTICLASS}, line = {.task_given = true, .task = DW_TASK_REGRESSION};
  refused(&plain, &how, "", DW_ENODATA, "no records");
  refused(&plain, &how, "{\"s\":1}\n", DW_ENODATA, "no record has a label");
  refused(&plain, &how, "{\"y\":1}\n", DW_ENODATA, "no record has a score");
  refused(&plain, &how, "y,s\n9007199254740993,0.1\n0,0.2\n", DW_EDATA, "labels of 2^53 and more are not told apart");
  refused(&plain, &how, "{\"y\":[1],\"s\":1}\n", DW_EDATA, ":1: field \"y\" is an array");
  refused(&plain, &how, "{\"y\":1,\"s\":1}\n{\"y\":1,\"s\":\"high\"}\n", DW_EDATA, ":2: field \"s\" is not a number");
  refused(&plain, &how, "{\"y\":1,\"s\":1}\n{\"y\":\"a\",\"s\":1}\n", DW_EDATA,
          "labels and predictions are numbers (such as 1) and text (such as \"a\")");
  refused(&plain, &how, "{\"y\":1,\"s\":[1,2]}\n{\"y\":1,\"s\":[1]}\n", DW_EDATA, "another number of components");
  refused(&plain, &binary, "y,s\n1,1\n2,1\n3,1\n", DW_EDATA, "a binary task with 3 different labels");
  refused(&plain, &no, "y,s\n1,1\n2,1\n", DW_EDATA, "--positive: no label is \"maybe\"");
  refused(&plain, &how, "y,s\nyes,1\nyes,1\n", DW_ENODATA, "say with --positive");
  refused(&plain, &many, "y,s\n1,1\n2,1\n3,1\n", DW_EDATA, "labels of 3 classes need scores that are arrays");
  refused(&plain, &how, "y,s\n1,1\n2,1\n3,1\n", DW_EDATA, "say --task regression");
  refused(&plain, &line, "y,s\na,1\nb,1\n", DW_EDATA, "needs labels that are numbers");
  refused(&plain, &how, "{\"y\":\"a\",\"s\":[1,0,0]}\n{\"y\":\"b\",\"s\":[1,0,0]}\n", DW_EDATA,
          "scores have 3 components, but there are 2 classes");
  refused(&(dw_outcome_options){.label = "y", .score = "s", .memory = 100}, &how, "y,s\n1,1\n0,1\n1,1\n1,1\n", DW_ENODATA, "--memory");
  refused(&(dw_outcome_options){.label = "y", .score = "s", .time = "t"}, &how, "y,s,t\n1,1,noon\n", DW_EDATA, "field \"t\" is not a time");
  refused(&(dw_outcome_options){.label = "y", .score = "s", .time = "t"}, &how, "y,s\n1,1\n", DW_EDATA, "field \"t\" is missing");
}

TEST(segments_and_times)
{
  dw_outcomes rows;
  const char *by[] = {"g", "h"};
  dw_outcome_options o = {.label = "y", .score = "s", .time = "t", .by = by, .by_count = 2};
  CHECK(read_rows(&rows, &o,
                  "{\"y\":1,\"s\":1,\"t\":\"1970-01-01T00:00:01Z\",\"g\":\"a\",\"h\":2.5}\n{\"y\":0,\"s\":1,\"t\":2,\"g\":\"b\"}\n"
                  "{\"y\":0,\"s\":1,\"t\":1e12,\"g\":\"a\",\"h\":true}\n") == DW_OK);
  CHECK(rows.instant[0] == 1000000 && rows.instant[1] == 2000000 && rows.instant[2] == INT64_C(1000000000000000));
  CHECK(rows.segment[0][0] == 0 && rows.segment[0][1] == 1 && rows.segment[0][2] == 0);
  CHECK_TEXT(rows.segments[1].keys[0].text, "2.5");
  CHECK_TEXT(rows.segments[1].keys[1].text, "null");
  CHECK_TEXT(rows.segments[1].keys[2].text, "true");
  dw_outcomes_free(&rows);
}
