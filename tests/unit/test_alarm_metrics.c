#include "detect/truth/alarm_metrics.h"

#include "test.h"

static const char *written(const dw_alarm_tally *tally, dw_alarm_measure measure, const char *column)
{
  static char text[1000];
  dw_buf out = {0};
  dw_json json;
  dw_alarm_bounds bounds = {0.25, 0.75, "wilson"};
  dw_json_start(&json, &out, 0);
  dw_alarm_metric_write(tally, measure, column, dw_alarm_measure_is_of_drifts(measure) ? &bounds : NULL, &json);
  dw_json_close(&json, '}');
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  dw_buf_free(&out);
  return text;
}

TEST(a_metric_as_a_document)
{
  dw_alarm_tally tally = {.rows = 100,
                          .alarms = 3,
                          .hits = 1,
                          .false_alarms = 2,
                          .drifts = 2,
                          .caught = 1,
                          .delay = 4,
                          .waiting = 30,
                          .gaps = 1,
                          .delta_max = 10};
  CHECK_TEXT(
      written(&tally, DW_ALARM_EPISODE_RECALL, "x"),
      "{\"kind\":\"metric\",\"metric\":\"episode_recall\",\"value\":0.5,\"low\":0.25,\"high\":0.75,\"count\":2,\"positives\":null,"
      "\"window\":null,\"segment\":{\"column\":\"column\",\"value\":\"x\"},\"estimated\":false,\"method\":\"wilson\",\"score\":\"x\"}");
  CHECK_TEXT(written(&tally, DW_ALARM_DELAY, NULL),
             "{\"kind\":\"metric\",\"metric\":\"detection_delay\",\"value\":4,\"low\":null,\"high\":null,\"count\":1,\"positives\":null,"
             "\"window\":null,\"segment\":null,\"estimated\":false,\"method\":null,\"score\":null}");
}

TEST(what_has_no_value_says_why)
{
  dw_alarm_tally none = {.rows = 100}, missed = {.rows = 100, .drifts = 1},
                 at_once = {.rows = 100,
                            .alarms = 3,
                            .hits = 1,
                            .false_alarms = 2,
                            .drifts = 1,
                            .caught = 1,
                            .waiting = 30,
                            .gaps = 1,
                            .delta_max = 10};
  for (int i = 0; i < DW_ALARM_MEASURES; i++) {
    const char *text = written(&none, (dw_alarm_measure)i, NULL);
    CHECK_MSG(i == DW_ALARM_FALSE_RATE ? !strstr(text, "error") : strstr(text, "\"value\":null,") && strstr(text, "\"error\":\""), "%s",
              text);
  }
  CHECK(strstr(written(&none, DW_ALARM_F1, NULL), "there is no drift") && strstr(written(&missed, DW_ALARM_F1, NULL), "there is no alarm"));
  CHECK(strstr(written(&at_once, DW_ALARM_TIME_RATIO, NULL), "\"value\":null") &&
        strstr(written(&at_once, DW_ALARM_TIME_RATIO, NULL), "the delay is 0"));
}
