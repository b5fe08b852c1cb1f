#include "test.h"

#include "base/clock.h"
#include "serve/alerts/alert.h"

static const dw_alert_rule two_three = {.open_after = 2, .close_after = 3, .repeat = 100};

/* Plays a story, one letter a check (or what else happens) every 10 microseconds, and writes what is told of each, or '.':
 *   f F  fails with low, high severity     p  passes    n  not judged
 *   a    somebody acknowledges             s e  a silence begins, ends
 *   r    time goes by until the next repeat is due
 * Told: O opened, S severity, R repeated, X resolved. */
static const char *told(const char *story, const dw_alert_rule *rule, dw_alert *out)
{
  static char text[100];
  dw_alert alert = {0};
  int64_t now = 1000;
  bool silenced = false;
  size_t i = 0;
  for (; story[i]; i++, now += 10) {
    dw_look_answer answer = {.judged = true};
    char c = story[i];
    if (c == 'f' || c == 'F') answer = (dw_look_answer){true, true, c == 'f' ? DW_SEVERITY_LOW : DW_SEVERITY_HIGH};
    if (c == 'n') answer.judged = false;
    if (c == 'a') CHECK(dw_alert_acknowledge(&alert, "kim", "known", now) == alert.open);
    if (c == 's' || c == 'e') silenced = c == 's';
    if (c == 'r') now += 100;
    if (strchr("fFpn", c)) dw_alert_check(&alert, rule, &answer, (dw_period){now - 60, now}, now);
    dw_alert_news news = dw_alert_news_of(&alert, rule, silenced, now);
    if (news != DW_NEWS_NONE) dw_alert_tell(&alert, now);
    text[i] = ".OSRX"[news];
  }
  text[i] = '\0';
  if (out) *out = alert;
  return text;
}

TEST(alerts_open_and_close_after_so_many_checks)
{
  static const char *const stories[][2] = {
      {"pppp", "...."},       {"f", "."},           {"ff", ".O"},
      {"fpfpfp", "......"},   {"ffpppp", ".O..X."}, {"ffppfppp", ".O.....X"},
      {"ffff", ".O.."},       {"fffpp", ".O..."},   {"ffpppff", ".O..X.O"},
      {"fnf", "..O"},         /* not judged: neither passed nor failed, */
      {"ffpnpnp", ".O....X"}, /* and resolves nothing */
      {"ffnnnnn", ".O....."}, {"ffFFf", ".OS.S"},   {"fF", ".O"},
  };
  for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) CHECK_TEXT(told(stories[i][0], &two_three, NULL), stories[i][1]);
  dw_alert_rule at_once = {.open_after = 1, .close_after = 1};
  CHECK_TEXT(told("fpfp", &at_once, NULL), "OXOX");
  CHECK_TEXT(told("frrrf", &at_once, NULL), "O...."); /* repeat 0: told once */
}

TEST(acknowledged_alerts_are_not_repeated_until_something_changes)
{
  static const char *const stories[][2] = {
      {"ffrr", ".ORR"},         {"ffarr", ".O..."},         {"ffarrF", ".O...S"},
      {"ffarFr", ".O..SR"}, /* the severity changed: repeats again */
      {"ffappprr", ".O...X.."}, {"ffapppffr", ".O...X.OR"}, {"affr", "..OR"},
  };
  for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) CHECK_TEXT(told(stories[i][0], &two_three, NULL), stories[i][1]);
  dw_alert alert;
  told("ffa", &two_three, &alert);
  CHECK(alert.open && alert.acknowledged.time == 1020);
  CHECK_TEXT(alert.acknowledged.who, "kim");
  CHECK_TEXT(alert.acknowledged.why, "known");
}

TEST(silenced_alerts_are_told_later_or_never)
{
  static const char *const stories[][2] = {
      {"sffe", "...O"},     {"sffpppe", "......."}, {"ffspppe", ".O....X"}, {"ffspppffe", ".O......O"},
      {"ffsFfe", ".O...."}, {"ffsFe", ".O..S"},     {"ffsrre", ".O...R"},
  };
  for (size_t i = 0; i < sizeof stories / sizeof *stories; i++) CHECK_TEXT(told(stories[i][0], &two_three, NULL), stories[i][1]);
  dw_silence s[] = {{.model = "fraud*", .check = "data_drift", .from = 100, .to = 200},
                    {.model = "*", .check = "silence", .from = 150, .to = 160}};
  CHECK(!dw_silence_holds(s, 2, "fraud-2", "data_drift", 99) && dw_silence_holds(s, 2, "fraud-2", "data_drift", 100));
  CHECK(dw_silence_holds(s, 2, "fraud", "data_drift", 199) && !dw_silence_holds(s, 2, "fraud", "data_drift", 200));
  CHECK(!dw_silence_holds(s, 2, "churn", "data_drift", 150) && dw_silence_holds(s, 2, "churn", "silence", 150));
  CHECK(!dw_silence_holds(s, 0, "churn", "silence", 150));
}

TEST(alerts_know_the_time_that_failed_and_take_no_check_twice)
{
  dw_alert alert = {0};
  dw_look_answer fails = {true, true, DW_SEVERITY_MEDIUM}, passes = {.judged = true};
  CHECK(!dw_alert_check(&alert, &two_three, &fails, (dw_period){40, 100}, 100));
  CHECK(!dw_alert_check(&alert, &two_three, &fails, (dw_period){40, 100}, 100) && alert.failing == 1);
  CHECK(!dw_alert_check(&alert, &two_three, &fails, (dw_period){30, 90}, 90) && alert.failing == 1);
  CHECK(dw_alert_check(&alert, &two_three, &fails, (dw_period){50, 110}, 110));
  CHECK(alert.open && alert.since == 40 && alert.until == 110 && alert.opened == 110 && alert.severity == DW_SEVERITY_MEDIUM);
  dw_alert_check(&alert, &two_three, &passes, (dw_period){60, 120}, 120);
  dw_alert_check(&alert, &two_three, &fails, (dw_period){70, 130}, 130);
  CHECK(alert.since == 40 && alert.until == 130 && alert.passing == 0);
  for (int64_t now = 140; now <= 160; now += 10) dw_alert_check(&alert, &two_three, &passes, (dw_period){now - 60, now}, now);
  CHECK(!alert.open && alert.closed == 160 && alert.since == 40 && alert.until == 130 && alert.severity == DW_SEVERITY_NONE);
  dw_alert_check(&alert, &two_three, &fails, (dw_period){110, 170}, 170);
  CHECK(alert.since == 110);
}

TEST(alerts_survive_as_documents)
{
  dw_alert alert, back;
  dw_buf text = {0};
  dw_json json;
  dw_value *value;
  dw_err err;
  told("ffpffFa", &two_three, &alert);
  dw_json_start(&json, &text, 0);
  dw_alert_write(&alert, &json, NULL);
  CHECK_TEXT(
      dw_buf_cstr(&text),
      "{\"state\":\"open\",\"severity\":\"high\",\"failing\":3,\"passing\":0,\"since\":\"1970-01-01T00:00:00.00094Z\","
      "\"until\":\"1970-01-01T00:00:00.00105Z\",\"opened\":\"1970-01-01T00:00:00.00101Z\",\"checked\":\"1970-01-01T00:00:00.00105Z\","
      "\"acknowledged\":{\"time\":\"1970-01-01T00:00:00.00106Z\",\"who\":\"kim\",\"why\":\"known\"},"
      "\"told\":{\"time\":\"1970-01-01T00:00:00.00105Z\",\"state\":\"open\",\"severity\":\"high\"}}");
  CHECK(dw_value_parse(&value, text.data, text.length, "alert", 0, &err) == DW_OK);
  dw_alert_read(&back, value);
  CHECK(back.open && back.severity == alert.severity && back.failing == 3 && back.since == alert.since && back.until == alert.until &&
        back.opened == alert.opened && back.closed == 0 && back.checked == alert.checked && back.told.open &&
        back.told.severity == DW_SEVERITY_HIGH && back.told.time == alert.told.time && back.acknowledged.time == 1060);
  CHECK_TEXT(back.acknowledged.who, "kim");
  dw_value_free(value);
  dw_buf_free(&text);
  dw_alert_read(&back, NULL);
  CHECK(!back.open && !back.checked && !back.told.time);
}
