#include "report/words/run_wording.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

const char *dw_run_check(const char *check)
{
  static const char *const names[][2] = {{"data_drift", "data drift"},
                                         {"silence", "silence"},
                                         {"refusal_rate", "refusal rate"},
                                         {"toxicity_rate", "toxicity rate"},
                                         {"accuracy_drop", "accuracy drop"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(check, names[i][0]) == 0) return names[i][1];
  return check;
}

static bool is(const dw_checked_part *part, const char *check) { return strcmp(part->check, check) == 0; }

/* --- the verdict --- */

/* Those that drifted, or all that were judged. */
static size_t name_parts(dw_buf *out, const dw_checked_run *run, bool drift)
{
  size_t said = 0;
  for (size_t i = 0; i < run->part_count; i++) {
    const dw_checked_part *part = &run->part[i];
    if (drift ? !part->drift : !part->judged) continue;
    dw_buf_text(out, said++ ? ", " : "");
    dw_wording_value(out, dw_run_check(part->check));
  }
  return said;
}

void dw_run_why(dw_buf *out, const dw_checked_run *run)
{
  if (run->answer == DW_ANSWER_NOT_JUDGED) {
    dw_buf_text(out, run->reason ? run->reason : "no check has an answer");
    return;
  }
  size_t said = name_parts(out, run, run->answer == DW_ANSWER_DRIFT);
  if (run->answer == DW_ANSWER_NO_DRIFT && said) dw_buf_text(out, said == 1 ? " was judged" : " were judged");
}

void dw_run_severity_rule(dw_buf *out, const dw_checked_run *run)
{
  const dw_checked_part *worst = NULL;
  if (run->answer != DW_ANSWER_DRIFT || run->severity == DW_SEVERITY_NONE) return;
  for (size_t i = 0; i < run->part_count; i++)
    if (run->part[i].drift && (!worst || run->part[i].severity > worst->severity)) worst = &run->part[i];
  if (!worst || worst->severity != run->severity) return; /* no checks are told of: whose it is nobody knows */
  dw_buf_text(out, "Severity as of the worst check: ");
  dw_wording_value(out, dw_run_check(worst->check));
  dw_buf_char(out, '.');
}

void dw_run_verdict(dw_buf *out, const dw_checked_run *run)
{
  bool drift = run->answer == DW_ANSWER_DRIFT;
  dw_buf_text(out, drift ? "DRIFT" : run->answer == DW_ANSWER_NO_DRIFT ? "No drift" : "NOT JUDGED");
  if (run->model) {
    dw_buf_text(out, " of ");
    dw_wording_value(out, run->model);
  }
  if (drift && run->severity != DW_SEVERITY_NONE) dw_buf_format(out, ", severity %s", dw_severity_word(run->severity));
  size_t before = out->length;
  dw_buf_text(out, ": ");
  size_t start = out->length;
  dw_run_why(out, run);
  if (out->length == start) out->length = before;
}

/* A model is trained anew for what its data or its metrics say; what it answers, or that nothing comes, has other causes. */
const char *dw_run_action(const dw_checked_run *run)
{
  bool trains = false;
  if (run->answer == DW_ANSWER_NOT_JUDGED) return dw_wording_action(DW_SEVERITY_MEDIUM);
  for (size_t i = 0; i < run->part_count; i++)
    trains |= run->part[i].drift && (is(&run->part[i], "data_drift") || is(&run->part[i], "accuracy_drop"));
  return dw_wording_action(run->severity == DW_SEVERITY_HIGH && !trains ? DW_SEVERITY_MEDIUM : run->severity);
}

/* --- what was looked at --- */

void dw_run_instant(dw_buf *out, int64_t instant)
{
  char text[DW_TIME_TEXT];
  if (instant == INT64_MIN) dw_buf_text(out, "–");
  else dw_buf_add(out, text, dw_time_print(text, instant));
}

void dw_run_period(dw_buf *out, const dw_checked_period *period)
{
  dw_run_instant(out, period->from);
  dw_buf_text(out, " to ");
  dw_run_instant(out, period->to);
}

static void count_rows(dw_buf *out, double rows)
{
  if (isnan(rows)) return;
  dw_buf_text(out, ", ");
  dw_figure_count(out, rows);
  dw_buf_text(out, rows == 1 ? " row" : " rows");
}

void dw_run_window(dw_buf *out, const dw_checked_run *run)
{
  dw_run_period(out, &run->window);
  count_rows(out, run->rows);
  if (!(run->strays > 0)) return;
  dw_buf_text(out, ", and ");
  dw_figure_count(out, run->strays);
  dw_buf_text(out, " that came too late or too early");
}

void dw_run_baseline(dw_buf *out, const dw_checked_run *run)
{
  enum { PERIODS = 3 };
  dw_wording_value(out, run->baseline ? run->baseline : "–");
  count_rows(out, run->baseline_rows);
  for (size_t i = 0; i < run->period_count && i < PERIODS; i++) {
    dw_buf_text(out, i ? "; " : ", ");
    dw_run_period(out, &run->period[i]);
  }
  if (run->period_count > PERIODS) dw_buf_format(out, "; and %zu more periods", run->period_count - PERIODS);
}

bool dw_run_by_seeds(const dw_checked_run *run) { return run->rule && strcmp(run->rule, "seed") == 0; }

void dw_run_seed(dw_buf *out, const dw_checked_run *run)
{
  if (isnan(run->kl_divergence) && isnan(run->cosine_similarity)) return;
  dw_buf_text(out, "Kullback-Leibler divergence ");
  dw_figure(out, run->kl_divergence, 3);
  dw_buf_text(out, " nats, cosine similarity ");
  dw_figure(out, run->cosine_similarity, 3);
  dw_buf_text(out, ", of ");
  dw_figure_count(out, run->seed_baseline_rows);
  dw_buf_text(out, " and ");
  dw_figure_count(out, run->seed_rows);
  dw_buf_text(out, " rows with a confidence: ");
  dw_buf_text(out, run->alarm ? "an alarm" : "no alarm");
}

/* --- checks --- */

void dw_run_value(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part)
{
  const dw_checked_rate *rate = dw_checked_run_rate(run, part->check);
  if (rate == &run->accuracy && !isnan(rate->now)) {
    if (rate->metric) dw_buf_format(out, "%s ", rate->metric);
    dw_figure_pair(out, rate->before, rate->now);
  } else if (rate) {
    if (!isnan(rate->value)) dw_figure_share(out, rate->value);
    if (rate == &run->accuracy && !isnan(rate->value)) dw_buf_text(out, " lower");
  } else if (is(part, "data_drift") && run->drifted > 0) {
    dw_figure_count(out, run->drifted);
    dw_buf_text(out, run->drifted == 1 ? " column" : " columns");
  } else if (is(part, "silence") && run->silent_since != INT64_MIN) {
    dw_buf_text(out, "since ");
    dw_run_instant(out, run->silent_since);
  }
}

void dw_run_limit(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part)
{
  const dw_checked_rate *rate = dw_checked_run_rate(run, part->check);
  if (!rate) return;
  if (rate == &run->accuracy && !isnan(rate->least)) {
    dw_buf_text(out, "below ");
    dw_figure(out, rate->least, 3);
  } else if (!isnan(rate->limit)) {
    dw_buf_text(out, "above ");
    dw_figure_share(out, rate->limit);
  }
}

static void known_of(dw_buf *out, double known, double rows)
{
  dw_figure_count(out, known);
  dw_buf_text(out, " of ");
  dw_figure_count(out, rows);
}

void dw_run_known(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part)
{
  const dw_checked_rate *rate = dw_checked_run_rate(run, part->check);
  if (!rate || isnan(rate->known) || isnan(rate->rows)) return;
  known_of(out, rate->known, rate->rows);
  if (isnan(rate->known_before) || isnan(rate->rows_before)) return;
  dw_buf_text(out, ", before ");
  known_of(out, rate->known_before, rate->rows_before);
}

static void data_remark(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part)
{
  if (!part->judged && run->reason) dw_wording_value(out, run->reason);
  if (!part->drift) return;
  for (size_t i = 0; i < run->top_count; i++) {
    dw_buf_text(out, i ? ", " : "");
    dw_wording_value(out, run->top[i]);
  }
  if (run->top_count && run->drifted > (double)run->top_count) dw_buf_text(out, " and others");
}

void dw_run_remark(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part)
{
  const dw_checked_rate *rate = dw_checked_run_rate(run, part->check);
  if (is(part, "data_drift")) {
    data_remark(out, run, part);
  } else if (is(part, "silence")) {
    if (part->judged) dw_buf_text(out, part->drift ? "no record comes" : "records come");
  } else if (rate && !part->judged) {
    bool none = isnan(rate->known) || (rate->known == 0 && !(rate->known_before > 0));
    dw_buf_text(out, none ? "no record says" : isnan(rate->limit) ? "not asked for" : "too few records say");
  }
}

void dw_run_found(dw_buf *out, const dw_checked_run *run, const dw_checked_part *part)
{
  enum { PIECES = 4 };
  static void (*const piece[PIECES])(dw_buf *, const dw_checked_run *, const dw_checked_part *) = {dw_run_value, dw_run_limit, dw_run_known,
                                                                                                   dw_run_remark};
  static const char *const before[PIECES] = {"", "drift is ", "", ""}, *const behind[PIECES] = {"", "", " records say", ""};
  dw_buf words = {0};
  size_t start = out->length;
  for (size_t i = 0; i < PIECES; i++) {
    words.length = 0;
    piece[i](&words, run, part);
    if (words.length == 0) continue;
    dw_buf_format(out, "%s%s", out->length > start ? "; " : "", before[i]);
    dw_buf_add(out, words.data, words.length);
    dw_buf_text(out, behind[i]);
  }
  dw_buf_free(&words);
}

/* --- alerts --- */

static void in_a_row(dw_buf *out, double count, const char *what)
{
  if (!(count > 0)) return;
  dw_buf_text(out, ", ");
  dw_figure_count(out, count);
  dw_buf_format(out, count == 1 ? " check %s" : " checks %s in a row", what);
}

void dw_run_alert(dw_buf *out, const dw_checked_part *alert)
{
  size_t start = out->length;
  bool failing = alert->failing > 0;
  if (alert->since != INT64_MIN) {
    dw_buf_text(out, alert->open ? "since " : failing ? "not open yet; failing since " : "was since ");
    dw_run_instant(out, alert->since);
    if (!alert->open && !failing && alert->until != INT64_MIN) {
      dw_buf_text(out, " until ");
      dw_run_instant(out, alert->until);
    }
  }
  in_a_row(out, alert->failing, "failed");
  in_a_row(out, alert->passing, "passed");
  if (alert->acknowledged != INT64_MIN) {
    dw_buf_text(out, "; acknowledged by ");
    dw_wording_value(out, alert->who && *alert->who ? alert->who : "–");
    if (alert->why && *alert->why) {
      dw_buf_text(out, ": ");
      dw_wording_value(out, alert->why);
    }
  }
  if (alert->told != INT64_MIN) {
    dw_buf_text(out, "; receivers were told at ");
    dw_run_instant(out, alert->told);
  }
  size_t lead = strspn(dw_buf_cstr(out) + start, ",; "); /* of the first that is said */
  memmove(out->data + start, out->data + start + lead, out->length - start - lead + 1);
  out->length -= lead;
}

void dw_run_open(dw_buf *out, const dw_checked_run *run)
{
  size_t said = 0;
  for (size_t i = 0; i < run->alert_count; i++) {
    if (!run->alert[i].open) continue;
    dw_buf_text(out, said++ ? ", " : "");
    dw_wording_value(out, dw_run_check(run->alert[i].check));
  }
}
