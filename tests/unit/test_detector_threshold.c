#include "detect/calibrate/detector_threshold.h"

#include "test.h"

static const char *const last = "{\"kind\":\"thresholds\",\"count\":1}\n";

TEST(what_is_written_reads_back)
{
  dw_detector detector;
  dw_err err = {0};
  dw_buf text = {0};
  dw_json json;
  dw_detector_init(&detector, dw_detector_find("cusum"));
  CHECK(dw_detector_set(&detector, "mode", "up", &err) == DW_OK);
  int place = dw_detector_parameter_place(detector.method, "threshold");
  dw_detector_set_number(&detector, place, 4.1 / 3);
  dw_run_source source = {.law = DW_RUN_SAMPLE, .count = 50, .block = 5};
  dw_run_search search = {.source = &source, .wanted = 100, .seed = 3};
  dw_run_threshold found = {.parameter = place,
                            .value = 4.1 / 3,
                            .measured = {120, 0.1, 100, 12000, 6},
                            .sought = {.mean = 99},
                            .low = 98,
                            .high = 146,
                            .tried = 4};
  dw_detector_threshold_made made = {.column = "amount", .detector = &detector, .search = &search, .missing = 2};
  dw_json_start(&json, &text, 0);
  dw_detector_threshold_write(&found, &made, &json);
  dw_json_close(&json, '}');
  CHECK_MSG(strstr(dw_buf_cstr(&text),
                   "\"false_alarm_every\":120,\"low\":98,\"high\":146,\"standard_error\":12,\"alarms\":100,\"streams\":6,"
                   "\"stream_rows\":2000,\"sought\":99,\"tried\":4,\"simulated\":null,\"resampling\":\"blocks\",\"block\":5,"
                   "\"values\":50,\"missing\":2,\"seed\":3}"),
            "%s", dw_buf_cstr(&text));
  dw_buf_char(&text, '\n');
  dw_buf_text(&text, last);
  dw_detector_thresholds thresholds;
  CHECK_MSG(dw_detector_thresholds_parse(&thresholds, text.data, text.length, "t", &err) == DW_OK, "%s", err.message);
  const dw_detector *read = dw_detector_thresholds_find(&thresholds, "amount");
  CHECK(thresholds.count == 1 && read && read->method == detector.method);
  for (int i = 0; read && i < DW_DETECTOR_PARAMETERS; i++) CHECK(read->parameter[i] == detector.parameter[i]);
  CHECK(!dw_detector_thresholds_find(&thresholds, "other"));
  dw_detector_thresholds_free(&thresholds);
  dw_buf_free(&text);
}

#define DOCUMENT(column, method, parameters)                                                                                               \
  "{\"kind\":\"detector_threshold\",\"column\":" column ",\"method\":\"" method "\",\"parameters\":" parameters "}\n"
#define LAST "{\"kind\":\"thresholds\",\"count\":1}\n"

TEST(a_threshold_without_column_is_of_all_that_have_none)
{
  static const char text[] = DOCUMENT("null", "cusum", "{\"threshold\":7}") DOCUMENT("\"a\"", "cusum", "{\"threshold\":8}") LAST;
  dw_detector_thresholds thresholds;
  dw_err err;
  CHECK(dw_detector_thresholds_parse(&thresholds, text, strlen(text), "t", &err) == DW_OK);
  CHECK(dw_detector_thresholds_find(&thresholds, "a")->parameter[2] == 8 &&
        dw_detector_thresholds_find(&thresholds, "b")->parameter[2] == 7);
  dw_detector_thresholds_free(&thresholds);
}

TEST(files_that_are_wrong_are_refused)
{
  static const struct {
    const char *text, *message;
  } wrong[] = {
      {"", "t: no thresholds of detectors"},
      {LAST, "t: no thresholds of detectors"},
      {DOCUMENT("null", "cusum", "{}"), "t: cut short"},
      {DOCUMENT("null", "none", "{}") LAST, "t:1: \"method\""},
      {DOCUMENT("null", "cusum", "7") LAST, "t:1: \"parameters\": expected an object"},
      {DOCUMENT("null", "cusum", "{\"threshold\":-1}") LAST, "t:1: \"parameters\": threshold of cusum is a number"},
      {DOCUMENT("null", "eddm", "{\"alpha\":0.5}") LAST, "t:1: \"parameters\": alpha of eddm"},
      {DOCUMENT("null", "cusum", "{}") DOCUMENT("\"b\"", "ddm", "{}") LAST, "t:2: thresholds of cusum and of ddm"},
      {"7\n", "t:1: not a document"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dw_detector_thresholds thresholds;
    dw_err err = {0};
    CHECK(dw_detector_thresholds_parse(&thresholds, wrong[i].text, strlen(wrong[i].text), "t", &err) == DW_EDATA);
    CHECK_MSG(strstr(err.message, wrong[i].message), "%zu: %s", i, err.message);
  }
}
