#include "detect/truth/drift_truth.h"

#include <unistd.h>

#include "test.h"

#define INJECTION(column, records, changes)                                                                                                \
  "{\"kind\":\"injection\",\"column\":" column ",\"records\":" records ",\"changes\":" changes ",\"rows\":1000}\n"
#define DETECTION(column, event, index) "{\"kind\":\"detection\",\"column\":\"" column "\",\"event\":\"" event "\",\"index\":" index "}\n"
#define SUMMARY(columns) "{\"kind\":\"summary\",\"command\":\"dw-detect\",\"first_index\":0,\"records\":1000,\"columns\":[" columns "]}\n"

static dw_status take(dw_drift_truth *truth, bool detections, const char *text, dw_err *err)
{
  char path[] = "/tmp/test_drift_truth.XXXXXX";
  int file = mkstemp(path);
  dw_made_input made;
  CHECK(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
  close(file);
  dw_status status = (detections ? dw_drift_truth_detections : dw_drift_truth_injections)(truth, path, &made, err);
  if (status == DW_OK) CHECK(made.bytes == strlen(text) && strlen(made.digest) == 32);
  unlink(path);
  return status;
}

static dw_status read_both(dw_drift_truth *truth, const char *injections, const char *detections, bool every, dw_err *err)
{
  dw_drift_truth_init(truth);
  dw_status status = take(truth, false, injections, err);
  if (status == DW_OK) status = take(truth, true, detections, err);
  return status == DW_OK ? dw_drift_truth_settle(truth, every, err) : status;
}

static const dw_truth_column *column(const dw_drift_truth *truth, const char *name)
{
  static const dw_truth_column none;
  for (size_t i = 0; i < truth->count; i++)
    if (strcmp(truth->column[i].name, name) == 0) return &truth->column[i];
  return &none;
}

TEST(drifts_and_alarms_by_column)
{
  dw_drift_truth truth;
  dw_err err = {0};
  dw_status status =
      read_both(&truth,
                INJECTION("\"x\"", "10", "[[500,500],[100,200]]") INJECTION("\"x\"", "10", "[[150,250],[500,500],[700,700]]")
                    INJECTION("\"z\"", "9", "[[10,10]]") INJECTION("null", "9", "[[800,800]]") INJECTION("\"x\"", "0", "[[1,1]]"),
                DETECTION("x", "warning", "90") DETECTION("x", "drift", "510") DETECTION("x", "drift", "120")
                    SUMMARY("{\"column\":\"x\"},{\"column\":\"y\"}"),
                false, &err);
  CHECK_MSG(status == DW_OK, "%s", err.message);
  const dw_truth_column *x = column(&truth, "x"), *y = column(&truth, "y");
  CHECK(truth.rows == 1000 && truth.warnings == 1 && truth.idle == 1 && x->watched && y->watched && !column(&truth, "z")->watched);
  CHECK(x->alarms == 2 && x->alarm[0] == 120 && x->alarm[1] == 510 && y->alarms == 0);
  CHECK(x->drifts == 4); /* overlapping spans are one, equal ones too; 800 is of whole records */
  static const dw_drift_span want[] = {{100, 250}, {500, 500}, {700, 700}, {800, 800}};
  CHECK(memcmp(x->drift, want, sizeof want) == 0);
  CHECK(y->drifts == 1 && y->drift[0].first == 800);
  size_t at = 0;
  CHECK_TEXT(dw_drift_truth_unwatched(&truth, &at), "z");
  CHECK(!dw_drift_truth_unwatched(&truth, &at));
  dw_drift_truth_free(&truth);
}

TEST(drifts_of_one_column_can_be_those_of_all)
{
  dw_drift_truth truth;
  dw_err err = {0};
  CHECK(read_both(&truth, INJECTION("\"x\"", "10", "[[500,500]]"), SUMMARY("{\"column\":\"error\"}"), true, &err) == DW_OK);
  CHECK(column(&truth, "error")->drifts == 1 && column(&truth, "error")->drift[0].first == 500);
  dw_drift_truth_free(&truth);
}

TEST(what_is_wrong_is_said)
{
  static const char *const injection = INJECTION("\"x\"", "10", "[[500,500]]"), *const summary = SUMMARY("{\"column\":\"x\"}");
  const struct {
    const char *injections, *detections;
    dw_status status;
    const char *message;
  } wrong[] = {
      {"", summary, DW_ENODATA, "the truth has no injection"},
      {injection, SUMMARY(""), DW_ENODATA, "no column that dw-detect watched"},
      {injection, DETECTION("x", "drift", "5"), DW_EDATA, "the summary of dw-detect is missing"},
      {injection, "", DW_EDATA, "the summary of dw-detect is missing"},
      {injection, SUMMARY("") DETECTION("x", "drift", "5"), DW_EDATA, "the summary of dw-detect is missing"},
      {injection, DETECTION("x", "alarm", "5") SUMMARY(""), DW_EDATA, ":1: \"event\": expected drift or warning"},
      {injection, DETECTION("x", "drift", "-5") SUMMARY(""), DW_EDATA, ":1: \"index\": expected a row"},
      {injection, DETECTION("x", "drift", "1000") SUMMARY(""), DW_EDATA, "\"x\" has an alarm at row 1000, and the stream has 1000 rows"},
      {INJECTION("\"x\"", "10", "[[500]]"), summary, DW_EDATA, ":1: \"changes\""},
      {INJECTION("\"x\"", "10", "[[500,499]]"), summary, DW_EDATA, ":1: \"changes\""},
      {INJECTION("\"x\"", "10", "null"), summary, DW_EDATA, ":1: \"changes\""},
      {INJECTION("\"x\"", "-1", "[]"), summary, DW_EDATA, ":1: \"records\""},
      {INJECTION("\"x\"", "10", "[],\"changes_omitted\":5"), summary, DW_EDATA, "comes and goes too often"},
      {"[1]\n", summary, DW_EDATA, ":1: not a document"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_drift_truth truth;
    dw_err err = {0};
    CHECK_MSG(read_both(&truth, wrong[i].injections, wrong[i].detections, false, &err) == wrong[i].status, "%zu: %s", i, err.message);
    CHECK_MSG(strstr(err.message, wrong[i].message), "%zu: %s", i, err.message);
    dw_drift_truth_free(&truth);
  }
}
