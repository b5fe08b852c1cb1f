#include "test.h"

#include <math.h>

#include "report/words/run_wording.h"

static dw_buf out;

static const char *said(void)
{
  static char text[512];
  snprintf(text, sizeof text, "%s", dw_buf_cstr(&out));
  out.length = 0;
  return text;
}

static dw_checked_run run_of(dw_answer answer, dw_checked_part *part, size_t count)
{
  dw_checked_run run;
  dw_checked_run_init(&run);
  run.answer = answer;
  run.part = part;
  run.part_count = count;
  return run;
}

#define NEVER .since = INT64_MIN, .until = INT64_MIN, .closed = INT64_MIN, .acknowledged = INT64_MIN, .told = INT64_MIN
#define NOON (INT64_C(1767268800) * INT64_C(1000000)) /* 2026-01-01T12:00:00Z */

TEST(verdicts)
{
  dw_checked_part part[] = {{.check = "silence", .judged = true}, {.check = "refusal_rate", .judged = true, .drift = true}};
  dw_checked_run run = run_of(DW_ANSWER_DRIFT, part, 2);
  run.severity = DW_SEVERITY_HIGH;
  run.model = "bot";
  dw_run_verdict(&out, &run);
  CHECK_TEXT(said(), "DRIFT of bot, severity high: refusal rate");
  dw_run_severity_rule(&out, &run);
  CHECK_TEXT(said(), ""); /* the checks do not say whose it is */
  part[0].drift = true;
  part[0].severity = DW_SEVERITY_MEDIUM;
  part[1].severity = DW_SEVERITY_HIGH;
  dw_run_severity_rule(&out, &run);
  CHECK_TEXT(said(), "Severity as of the worst check: refusal rate.");
  part[0].drift = false;
  CHECK_TEXT(dw_run_action(&run), "investigate"); /* no training makes a model answer */
  part[1].check = "accuracy_drop";
  CHECK_TEXT(dw_run_action(&run), "retrain");
  part[1].drift = false;
  run.answer = DW_ANSWER_NO_DRIFT;
  run.severity = DW_SEVERITY_NONE;
  dw_run_severity_rule(&out, &run);
  CHECK_TEXT(said(), "");
  dw_run_verdict(&out, &run);
  CHECK_TEXT(said(), "No drift of bot: silence, accuracy drop were judged");
  CHECK_TEXT(dw_run_action(&run), "none");
  run.answer = DW_ANSWER_NOT_JUDGED;
  run.model = NULL;
  run.reason = "too few";
  dw_run_verdict(&out, &run);
  CHECK_TEXT(said(), "NOT JUDGED: too few");
  CHECK_TEXT(dw_run_action(&run), "investigate");
}

TEST(checks_say_their_numbers)
{
  dw_checked_part part = {.check = "refusal_rate", .judged = true, .drift = true, NEVER};
  dw_checked_run run = run_of(DW_ANSWER_DRIFT, &part, 1);
  run.refusal = (dw_checked_rate){.value = 0.75, .limit = 0.1, .rows = 2000, .known = 1200, .known_before = NAN, .rows_before = NAN};
  dw_run_found(&out, &run, &part);
  CHECK_TEXT(said(), "75 %; drift is above 10 %; 1,200 of 2,000 records say");
  part = (dw_checked_part){.check = "accuracy_drop", .judged = true, .drift = true, NEVER};
  run.accuracy = (dw_checked_rate){.value = 0.12,
                                   .limit = 0.05,
                                   .rows = 90,
                                   .known = 80,
                                   .metric = "accuracy",
                                   .now = 0.8,
                                   .before = 0.92,
                                   .rows_before = 70,
                                   .known_before = 60,
                                   .least = 0.874};
  dw_run_found(&out, &run, &part);
  CHECK_TEXT(said(), "accuracy 0.92 → 0.8; drift is below 0.874; 80 of 90, before 60 of 70 records say");
  part = (dw_checked_part){.check = "toxicity_rate", NEVER};
  dw_run_found(&out, &run, &part);
  CHECK_TEXT(said(), "no record says");
  run.toxicity = (dw_checked_rate){.value = 0.5, .limit = 0.1, .rows = 9, .known = 2, .known_before = NAN, .rows_before = NAN};
  dw_run_found(&out, &run, &part);
  CHECK_TEXT(said(), "50 %; drift is above 10 %; 2 of 9 records say; too few records say");
  part = (dw_checked_part){.check = "data_drift", .drift = true, .judged = true, NEVER};
  static const char *const top[] = {"amount", "age"};
  run.top = top;
  run.top_count = 2;
  run.drifted = 3;
  dw_run_found(&out, &run, &part);
  CHECK_TEXT(said(), "3 columns; amount, age and others");
  part = (dw_checked_part){.check = "silence", .drift = true, .judged = true, NEVER};
  run.silent_since = NOON;
  dw_run_found(&out, &run, &part);
  CHECK_TEXT(said(), "since 2026-01-01T12:00:00Z; no record comes");
}

TEST(windows_alerts_and_seeds)
{
  dw_checked_part alert = {.check = "silence", .open = true, .failing = 3, NEVER};
  dw_checked_run run = run_of(DW_ANSWER_DRIFT, NULL, 0);
  dw_run_alert(&out, &alert);
  CHECK_TEXT(said(), "3 checks failed in a row");
  alert.since = alert.acknowledged = NOON;
  alert.who = "ann";
  alert.why = "a sale";
  dw_run_alert(&out, &alert);
  CHECK_TEXT(said(), "since 2026-01-01T12:00:00Z, 3 checks failed in a row; acknowledged by ann: a sale");
  dw_checked_part closed = {.check = "silence", .failing = 1, NEVER};
  closed.since = NOON;
  dw_run_alert(&out, &closed);
  CHECK_TEXT(said(), "not open yet; failing since 2026-01-01T12:00:00Z, 1 check failed");
  closed.failing = 0;
  closed.until = NOON;
  dw_run_alert(&out, &closed);
  CHECK_TEXT(said(), "was since 2026-01-01T12:00:00Z until 2026-01-01T12:00:00Z");
  run.alert = &alert;
  run.alert_count = 1;
  dw_run_open(&out, &run);
  CHECK_TEXT(said(), "silence");
  dw_run_seed(&out, &run);
  CHECK_TEXT(said(), "");
  run.kl_divergence = 0.25;
  run.cosine_similarity = 0.5;
  run.seed_baseline_rows = 2880;
  run.seed_rows = 120;
  run.alarm = true;
  dw_run_seed(&out, &run);
  CHECK_TEXT(said(), "Kullback-Leibler divergence 0.25 nats, cosine similarity 0.5, of 2,880 and 120 rows with a confidence: an alarm");
  run.rows = 1;
  run.strays = 2;
  run.window = (dw_checked_period){NOON, INT64_MIN};
  dw_run_window(&out, &run);
  CHECK_TEXT(said(), "2026-01-01T12:00:00Z to –, 1 row, and 2 that came too late or too early");
  dw_buf_free(&out);
}
