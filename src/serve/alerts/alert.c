#include "serve/alerts/alert.h"

#include <stdio.h>

#include "base/clock.h"

static void forget_acknowledgement(dw_alert *alert)
{
  alert->acknowledged.time = 0;
  alert->acknowledged.who[0] = alert->acknowledged.why[0] = '\0';
}

static bool fail(dw_alert *alert, const dw_alert_rule *rule, dw_severity severity, dw_period window, int64_t now)
{
  if (!alert->open && alert->failing == 0) alert->since = window.from;
  alert->failing++;
  alert->passing = 0;
  alert->until = window.to;
  if (!alert->open && alert->failing < rule->open_after) return false;
  bool changed = !alert->open || severity != alert->severity;
  if (!alert->open) alert->open = true, alert->opened = now;
  alert->severity = severity;
  if (changed) forget_acknowledgement(alert);
  return changed;
}

static bool pass(dw_alert *alert, const dw_alert_rule *rule, int64_t now)
{
  alert->passing++;
  alert->failing = 0;
  if (!alert->open || alert->passing < rule->close_after) return false;
  alert->open = false;
  alert->closed = now;
  alert->severity = DW_SEVERITY_NONE;
  forget_acknowledgement(alert);
  return true;
}

bool dw_alert_check(dw_alert *alert, const dw_alert_rule *rule, const dw_look_answer *answer, dw_period window, int64_t now)
{
  if (now <= alert->checked) return false;
  alert->checked = now;
  if (answer->drift) return fail(alert, rule, answer->severity, window, now);
  return answer->judged ? pass(alert, rule, now) : false;
}

/* At most size - 1 bytes of text, whole characters. */
static void keep_text(char *out, size_t size, const char *text)
{
  size_t length = strlen(text), whole = 0, step;
  while (whole < length && (step = dw_utf8_length(text + whole, length - whole)) && whole + step < size) whole += step;
  memcpy(out, text, whole);
  out[whole] = '\0';
}

bool dw_alert_acknowledge(dw_alert *alert, const char *who, const char *why, int64_t now)
{
  if (!alert->open) return false;
  alert->acknowledged.time = now;
  keep_text(alert->acknowledged.who, sizeof alert->acknowledged.who, who);
  keep_text(alert->acknowledged.why, sizeof alert->acknowledged.why, why);
  return true;
}

void dw_alert_undo(dw_alert *alert) { forget_acknowledgement(alert); }

const char *dw_alert_news_word(dw_alert_news news)
{
  static const char *const word[] = {"none", "opened", "severity", "repeated", "resolved"};
  return word[news];
}

dw_alert_news dw_alert_news_of(const dw_alert *alert, const dw_alert_rule *rule, bool silenced, int64_t now)
{
  if (silenced) return DW_NEWS_NONE;
  if (alert->open != alert->told.open) return alert->open ? DW_NEWS_OPENED : DW_NEWS_RESOLVED;
  if (!alert->open) return DW_NEWS_NONE;
  if (alert->opened > alert->told.time) return DW_NEWS_OPENED; /* closed and opened again, and nobody heard of it */
  if (alert->severity != alert->told.severity) return DW_NEWS_SEVERITY;
  bool due = rule->repeat > 0 && now - alert->told.time >= rule->repeat;
  return due && !alert->acknowledged.time ? DW_NEWS_REPEATED : DW_NEWS_NONE;
}

void dw_alert_tell(dw_alert *alert, int64_t now)
{
  alert->told.open = alert->open;
  alert->told.severity = alert->severity;
  alert->told.time = now;
}

/* --- as a document --- */

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  if (instant) dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

void dw_alert_write(const dw_alert *alert, dw_json *json, const char *key)
{
  dw_json_open(json, key, '{');
  dw_json_text(json, "state", alert->open ? "open" : "closed");
  dw_json_text(json, "severity", dw_severity_word(alert->severity));
  dw_json_integer(json, "failing", (int64_t)alert->failing);
  dw_json_integer(json, "passing", (int64_t)alert->passing);
  put_time(json, "since", alert->since);
  put_time(json, "until", alert->until);
  put_time(json, "opened", alert->opened);
  put_time(json, "closed", alert->closed);
  put_time(json, "checked", alert->checked);
  if (alert->acknowledged.time) {
    dw_json_open(json, "acknowledged", '{');
    put_time(json, "time", alert->acknowledged.time);
    dw_json_text(json, "who", alert->acknowledged.who);
    dw_json_text(json, "why", alert->acknowledged.why);
    dw_json_close(json, '}');
  }
  if (alert->told.time) {
    dw_json_open(json, "told", '{');
    put_time(json, "time", alert->told.time);
    dw_json_text(json, "state", alert->told.open ? "open" : "closed");
    dw_json_text(json, "severity", dw_severity_word(alert->told.severity));
    dw_json_close(json, '}');
  }
  dw_json_close(json, '}');
}

static int64_t time_of(const dw_value *object, const char *key)
{
  int64_t instant;
  const char *text = dw_value_text_of(object, key, NULL);
  return text && dw_time_parse(text, strlen(text), &instant) ? instant : 0;
}

static uint64_t count_of(const dw_value *object, const char *key)
{
  double count = dw_value_number(dw_value_get(object, key), 0);
  return count > 0 && count < 1e15 ? (uint64_t)count : 0;
}

static dw_severity severity_of(const dw_value *object)
{
  dw_severity severity;
  return dw_severity_find(dw_value_text_of(object, "severity", NULL), &severity) ? severity : DW_SEVERITY_NONE;
}

static bool open_of(const dw_value *object) { return strcmp(dw_value_text_of(object, "state", ""), "open") == 0; }

void dw_alert_read(dw_alert *alert, const dw_value *object)
{
  const dw_value *acknowledged = dw_value_get(object, "acknowledged"), *told = dw_value_get(object, "told");
  *alert = (dw_alert){.open = open_of(object),
                      .severity = severity_of(object),
                      .failing = count_of(object, "failing"),
                      .passing = count_of(object, "passing"),
                      .since = time_of(object, "since"),
                      .until = time_of(object, "until"),
                      .opened = time_of(object, "opened"),
                      .closed = time_of(object, "closed"),
                      .checked = time_of(object, "checked")};
  alert->acknowledged.time = time_of(acknowledged, "time");
  keep_text(alert->acknowledged.who, sizeof alert->acknowledged.who, dw_value_text_of(acknowledged, "who", ""));
  keep_text(alert->acknowledged.why, sizeof alert->acknowledged.why, dw_value_text_of(acknowledged, "why", ""));
  alert->told.open = open_of(told);
  alert->told.severity = severity_of(told);
  alert->told.time = time_of(told, "time");
}

bool dw_silence_holds(const dw_silence *silences, size_t count, const char *model, const char *check, int64_t now)
{
  for (size_t i = 0; i < count; i++) {
    const dw_silence *s = &silences[i];
    if (s->from <= now && now < s->to && dw_text_match(s->model, model) && dw_text_match(s->check, check)) return true;
  }
  return false;
}
