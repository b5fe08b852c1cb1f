#include "report/json/runs_json.h"

#include <math.h>

#include "base/clock.h"
#include "report/model/run_history.h"
#include "report/words/run_wording.h"

static void put_time(dw_json *json, const char *key, int64_t instant)
{
  char text[DW_TIME_TEXT];
  if (instant == INT64_MIN) dw_json_null(json, key);
  else dw_json_bytes(json, key, text, dw_time_print(text, instant));
}

static void put_period(dw_json *json, const char *key, const dw_checked_period *period)
{
  dw_json_open(json, key, '{');
  put_time(json, "from", period->from);
  put_time(json, "to", period->to);
  dw_json_close(json, '}');
}

/* null: it was not judged, and nothing may be read as "no". */
static void put_drift(dw_json *json, bool judged, bool drift)
{
  if (judged) dw_json_bool(json, "drift", drift);
  else dw_json_null(json, "drift");
}

static void put_verdict(dw_json *json, const dw_checked_run *run)
{
  put_time(json, "time", run->time);
  dw_json_text(json, "verdict", dw_answer_words(run->answer));
  put_drift(json, run->answer != DW_ANSWER_NOT_JUDGED, run->answer == DW_ANSWER_DRIFT);
  dw_json_text(json, "severity", dw_severity_word(run->severity));
}

static void put_rate(dw_json *json, const dw_checked_rate *rate)
{
  dw_json_number(json, "value", rate->value);
  dw_json_number(json, "limit", rate->limit);
  dw_json_number(json, "rows", rate->rows);
  dw_json_number(json, "known", rate->known);
  if (!rate->metric && isnan(rate->now)) return;
  dw_json_text(json, "metric", rate->metric);
  dw_json_number(json, "now", rate->now);
  dw_json_number(json, "before", rate->before);
  dw_json_number(json, "rows_before", rate->rows_before);
  dw_json_number(json, "known_before", rate->known_before);
  dw_json_number(json, "least", rate->least);
}

static void put_check(dw_json *json, const dw_checked_run *run, const dw_checked_part *part)
{
  const dw_checked_rate *rate = dw_checked_run_rate(run, part->check);
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "check", part->check);
  dw_json_bool(json, "judged", part->judged);
  put_drift(json, part->judged || part->drift, part->drift);
  dw_json_text(json, "severity", dw_severity_word(part->severity));
  if (rate && !isnan(rate->rows)) put_rate(json, rate);
  dw_json_close(json, '}');
}

static void put_alert(dw_json *json, const dw_checked_part *alert)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "check", alert->check);
  dw_json_text(json, "state", alert->open ? "open" : "closed");
  dw_json_text(json, "severity", dw_severity_word(alert->severity));
  dw_json_number(json, "failing", alert->failing);
  dw_json_number(json, "passing", alert->passing);
  put_time(json, "since", alert->since);
  put_time(json, "until", alert->until);
  dw_json_text(json, "acknowledged_by", alert->who);
  dw_json_text(json, "acknowledged_why", alert->why);
  dw_json_close(json, '}');
}

static void put_seed(dw_json *json, const dw_checked_run *run)
{
  dw_json_open(json, "seed_rule", '{');
  dw_json_number(json, "kl_divergence", run->kl_divergence);
  dw_json_number(json, "cosine_similarity", run->cosine_similarity);
  dw_json_bool(json, "alarm", run->alarm);
  dw_json_number(json, "baseline_rows", run->seed_baseline_rows);
  dw_json_number(json, "rows", run->seed_rows);
  dw_json_close(json, '}');
}

static void put_baseline(dw_json *json, const dw_checked_run *run)
{
  dw_json_open(json, "baseline", '{');
  dw_json_text(json, "rule", run->baseline);
  dw_json_number(json, "rows", run->baseline_rows);
  dw_json_open(json, "periods", '[');
  for (size_t i = 0; i < run->period_count; i++) put_period(json, NULL, &run->period[i]);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

static void put_past(dw_json *json, const dw_checked_run *run)
{
  dw_json_open(json, NULL, '{');
  put_verdict(json, run);
  dw_json_number(json, "columns_drifted", run->drifted);
  dw_json_open(json, "open_alerts", '[');
  for (size_t i = 0; i < run->alert_count; i++)
    if (run->alert[i].open) dw_json_text(json, NULL, run->alert[i].check);
  dw_json_close(json, ']');
  dw_json_close(json, '}');
}

void dw_runs_json_write(dw_json *json, const dw_report *report, const dw_report_history *history)
{
  const dw_checked_run *run = &dw_run_newest(report, history)->run;
  dw_json_text(json, "model", run->model);
  put_verdict(json, run);
  dw_json_text(json, "recommended_action", dw_run_action(run));
  dw_json_text(json, "reason", run->reason);
  put_period(json, "window", &run->window);
  dw_json_number(json, "rows", run->rows);
  dw_json_number(json, "strays", run->strays);
  put_baseline(json, run);
  dw_json_text(json, "rule", run->rule);
  dw_json_number(json, "columns_drifted", run->drifted);
  dw_json_open(json, "checks", '[');
  for (size_t i = 0; i < run->part_count; i++) put_check(json, run, &run->part[i]);
  dw_json_close(json, ']');
  put_seed(json, run);
  dw_json_open(json, "alerts", '[');
  for (size_t i = 0; i < run->alert_count; i++) put_alert(json, &run->alert[i]);
  dw_json_close(json, ']');
  if (history->count < 2) return;
  dw_json_open(json, "history", '[');
  for (size_t i = history->count; i > 0; i--) put_past(json, &report->runs[history->runs[i - 1]].run);
  dw_json_close(json, ']');
}
