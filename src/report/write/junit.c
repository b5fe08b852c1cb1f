/* junit: findings as a JUnit XML report, for the test views of CI systems: a suite a comparison, a case a finding (class name: the check,
 * name: the column and method). What the cases come to is what the exit status says, so that a job that passes shows neither failure nor
 * error: failures where the verdict is drift; errors where there is none (not judged, or without its summary, which has a case of its own);
 * what drifted and does not count, what has no answer beside an answer, and a column not compared are skipped. A suite says when it was
 * reported; how long a comparison took is in no document, and there is no time, which readers do without.
 */
#include "report/write/report_format.h"

#include <string.h>

#include "kinds/check.h"
#include "report/model/figures.h"
#include "report/model/run_history.h"
#include "report/words/control_wording.h"
#include "report/draw/escape.h"
#include "report/words/run_wording.h"
#include "report/words/segment_wording.h"
#include "report/words/severity_wording.h"
#include "report/words/wording.h"
#include "report/words/series_wording.h"

typedef struct junit {
  dw_buf *out;
  dw_buf words;
  bool fails, errs;  /* of the suite at work: drift is a failure; what has no answer is an error; else both are skipped */
  const char *stamp; /* when it is reported; NULL: not said */
} junit;

static void put(junit *j, const char *markup) { dw_buf_text(j->out, markup); }

static void words(junit *j)
{
  dw_escape_markup(j->out, j->words.data, j->words.length);
  j->words.length = 0;
}

/* ATTRIBUTE="words" */
static void attribute(junit *j, const char *name)
{
  dw_buf_format(j->out, " %s=\"", name);
  words(j);
  put(j, "\"");
}

/* where: of a finding inside a segment, "COLUMN VALUE"; NULL: none */
static void test_case(junit *j, const char *check, const char *column, const char *method, const char *where)
{
  put(j, "  <testcase");
  dw_buf_text(&j->words, check);
  attribute(j, "classname");
  dw_buf_text(&j->words, *column ? column : "data set");
  if (*method) dw_buf_text(&j->words, " (");
  if (*method) dw_wording_short(&j->words, method);
  if (*method) dw_buf_char(&j->words, ')');
  if (where) dw_buf_format(&j->words, " in %s", where);
  attribute(j, "name");
}

/* A canary is judged in each round: the cases are told apart by it. */
static void finding_case(junit *j, const dw_report_finding *finding, const char *where)
{
  dw_buf round = {0};
  if (!where && *finding->round) dw_buf_format(&round, "round %s", finding->round);
  if (round.length) where = dw_buf_cstr(&round);
  test_case(j, finding->check, finding->column, finding->method, where);
  dw_buf_free(&round);
  if (finding->error ? !j->errs : finding->drift && !j->fails) {
    put(j, "><skipped");
    dw_buf_text(&j->words, finding->error ? "no answer: " : "not what was to count as drift: ");
    dw_wording_line(&j->words, finding);
    attribute(j, "message");
    put(j, "/></testcase>\n");
  } else if (finding->error) {
    put(j, "><error");
    dw_buf_text(&j->words, finding->error);
    attribute(j, "message");
    put(j, "/></testcase>\n");
  } else if (finding->drift) {
    put(j, "><failure");
    dw_wording_line(&j->words, finding);
    attribute(j, "message");
    dw_buf_text(&j->words, dw_severity_word(finding->severity));
    attribute(j, "type");
    put(j, ">");
    dw_buf_format(&j->words, "%s of %s, severity %s: ", dw_wording_check(finding->check),
                  *finding->column ? finding->column : "the data set", dw_severity_word(finding->severity));
    dw_wording_line(&j->words, finding);
    words(j);
    put(j, "</failure></testcase>\n");
  } else {
    put(j, "/>\n");
  }
}

static void inside_case(junit *j, const dw_report_summary *summary, const dw_report_finding *finding)
{
  dw_buf where = {0};
  dw_buf_format(&where, "%s %s", summary->by ? summary->by : "segment", dw_segment_name(finding->segment));
  finding_case(j, finding, dw_buf_cstr(&where));
  dw_buf_free(&where);
}

static void series_case(junit *j, const dw_report_series *series)
{
  test_case(j, series->check, series->column, series->method, "chunks");
  if (series->alerts == 0) {
    put(j, "/>\n");
    return;
  }
  put(j, j->fails ? "><failure" : "><skipped");
  if (!j->fails) dw_buf_text(&j->words, "not what was to count as drift: ");
  dw_series_words(&j->words, series);
  attribute(j, "message");
  dw_buf_text(&j->words, dw_severity_word(series->severity));
  if (j->fails) attribute(j, "type");
  j->words.length = 0;
  put(j, "/></testcase>\n");
}

typedef struct outcomes {
  size_t failures, errors, skipped;
} outcomes;

static void count_outcome(const junit *j, const dw_report_finding *finding, outcomes *all)
{
  if (finding->error) *(j->errs ? &all->errors : &all->skipped) += 1;
  else if (finding->drift) *(j->fails ? &all->failures : &all->skipped) += 1;
}

/* Whether a finding of its own has said so. */
static bool told(const dw_report_section *section, const dw_report_unjudged *unjudged)
{
  for (size_t i = 0; i < section->count; i++) {
    const dw_report_finding *finding = &section->findings[i];
    bool method = !strcmp(finding->method, unjudged->method) || !strcmp(finding->check, unjudged->method);
    if (finding->error && method && !strcmp(finding->column, unjudged->column)) return true;
  }
  return false;
}

static void error_case(junit *j, const char *class, const char *name)
{
  dw_buf message = j->words;
  j->words = (dw_buf){0};
  test_case(j, class, name, "", NULL);
  dw_buf_free(&j->words);
  j->words = message;
  put(j, j->errs ? "><error" : "><skipped");
  attribute(j, "message");
  put(j, "/></testcase>\n");
}

static size_t unjudged_cases(junit *j, const dw_report_section *section)
{
  size_t cases = 0;
  dw_buf name = {0};
  for (size_t i = 0; i < section->summary.unjudged_count; i++) {
    const dw_report_unjudged *unjudged = &section->summary.unjudged[i];
    if (told(section, unjudged)) continue;
    cases++;
    if (!j) continue;
    dw_wording_unjudged_name(&name, unjudged);
    dw_wording_unjudged_why(&j->words, unjudged);
    error_case(j, "not_judged", dw_buf_cstr(&name));
    name.length = 0;
  }
  dw_buf_free(&name);
  return cases;
}

/* The verdict is a case of its own where no other case would fail with it: JUnit says what the exit status says. */
static void verdict_case(junit *j, const dw_report_summary *summary, const dw_report_section *section)
{
  if (summary->not_judged) {
    dw_wording_not_judged(&j->words, section);
    error_case(j, "verdict", "not judged");
    return;
  }
  test_case(j, "verdict", "drift", "", NULL);
  put(j, "><failure");
  dw_wording_verdict(&j->words, section);
  attribute(j, "message");
  put(j, "/></testcase>\n");
}

static void counts(junit *j, size_t tests, const outcomes *all)
{
  dw_buf_format(j->out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", tests, all->failures, all->errors, all->skipped);
  if (j->stamp) dw_buf_format(&j->words, "%.19s", j->stamp); /* UTC, without saying so: what readers of the format take */
  if (j->stamp) attribute(j, "timestamp");
  put(j, ">\n");
}

static void property(junit *j, const char *name, const char *value)
{
  dw_buf_format(j->out, "   <property name=\"%s\"", name);
  dw_buf_text(&j->words, value);
  attribute(j, "value");
  put(j, "/>\n");
}

/* What was compared with what. */
static void properties(junit *j, const dw_report_summary *summary)
{
  const dw_summary_period *period[] = {&summary->reference_period, &summary->current_period};
  static const char *const names[][3] = {{"reference_rows", "reference_from", "reference_to"},
                                         {"current_rows", "current_from", "current_to"}};
  double rows[] = {summary->reference_rows, summary->current_rows};
  dw_buf inputs = {0};
  put(j, "  <properties>\n");
  if (dw_wording_inputs(&inputs, summary)) property(j, "compared", dw_buf_cstr(&inputs));
  for (int side = 0; side < 2; side++) {
    inputs.length = 0;
    dw_figure_count(&inputs, rows[side]);
    property(j, names[side][0], dw_buf_cstr(&inputs));
    if (period[side]->from) property(j, names[side][1], period[side]->from);
    if (period[side]->to) property(j, names[side][2], period[side]->to);
  }
  put(j, "  </properties>\n");
  dw_buf_free(&inputs);
}

static void section_suite(junit *j, const dw_report *report, size_t index, const char *title)
{
  const dw_report_section *section = &report->sections[index];
  dw_report_summary heard = section->summary, *summary = &heard;
  bool of_quiet = section->of_run && report->runs[section->run].run.answer == DW_ANSWER_NO_DRIFT;
  if (of_quiet) { /* what it found is not what the run goes by: the seeds' rule is */
    heard.drift = heard.not_judged = false;
  }
  size_t unjudged = unjudged_cases(NULL, section);
  outcomes all = {.errors = !summary->given + summary->not_judged, .skipped = summary->uncompared_count};
  j->fails = summary->drift || !summary->given;
  j->errs = summary->not_judged || !summary->given;
  *(j->errs ? &all.errors : &all.skipped) += unjudged;
  for (size_t i = 0; i < section->count; i++) count_outcome(j, &section->findings[i], &all);
  for (size_t i = 0; i < section->inside_count; i++) count_outcome(j, &section->inside[i], &all);
  for (size_t i = 0; i < section->chunks.count; i++) *(j->fails ? &all.failures : &all.skipped) += section->chunks.series[i].alerts > 0;
  bool alone = summary->drift && all.failures == 0;
  all.failures += alone;
  put(j, " <testsuite");
  dw_buf_text(&j->words, title);
  if (report->count > 1) dw_buf_format(&j->words, " %zu", index + 1);
  attribute(j, "name");
  counts(j,
         section->count + section->inside_count + section->chunks.count + summary->uncompared_count + !summary->given + unjudged +
             summary->not_judged + alone,
         &all);
  if (summary->given) properties(j, summary);
  for (size_t i = 0; i < section->count; i++) finding_case(j, &section->findings[i], NULL);
  for (size_t i = 0; i < section->inside_count; i++) inside_case(j, summary, &section->inside[i]);
  for (size_t i = 0; i < section->chunks.count; i++) series_case(j, &section->chunks.series[i]);
  for (size_t i = 0; i < summary->uncompared_count; i++) {
    const dw_report_uncompared *u = &summary->uncompared[i];
    test_case(j, dw_check_of(DW_CHECK_COLUMN)->name, u->column, "", NULL);
    put(j, "><skipped");
    dw_buf_text(&j->words, u->reason);
    attribute(j, "message");
    put(j, "/></testcase>\n");
  }
  unjudged_cases(j, section);
  if (summary->not_judged || alone) verdict_case(j, summary, section);
  if (!summary->given) {
    test_case(j, "input", "summary", "", NULL);
    put(j, "><error");
    dw_buf_text(&j->words, dw_wording_incomplete);
    attribute(j, "message");
    put(j, "/></testcase>\n");
  }
  put(j, "  <system-out>");
  dw_wording_verdict(&j->words, section);
  if (summary->severity_by.rule != DW_SEVERITY_BY_NOTHING) dw_buf_text(&j->words, ". ");
  dw_wording_severity_rule(&j->words, summary);
  words(j);
  put(j, "</system-out>\n </testsuite>\n");
}

/* A case with its failure, or without (message is in words). */
static void judged_case(junit *j, const char *class, const char *name, const char *what, bool ok)
{
  dw_buf message = j->words;
  j->words = (dw_buf){0};
  test_case(j, class, name, what, NULL);
  dw_buf_free(&j->words);
  j->words = message;
  if (ok) {
    j->words.length = 0;
    put(j, "/>\n");
    return;
  }
  put(j, j->fails ? "><failure" : "><skipped");
  attribute(j, "message");
  put(j, "/></testcase>\n");
}

static size_t refused(const dw_report_gate *gates, size_t count)
{
  size_t n = 0;
  for (size_t i = 0; i < count; i++) n += !gates[i].passed;
  return n;
}

static void gate_cases(junit *j, const dw_report_gate *gates, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    dw_wording_gate_value(&j->words, &gates[i]);
    if (*gates[i].reason) dw_buf_format(&j->words, "; %s", gates[i].reason);
    judged_case(j, "gate", gates[i].gate, "", gates[i].passed);
  }
}

static void open_suite(junit *j, const char *title, const char *what, const char *name, size_t tests, size_t failures, size_t errors,
                       size_t skipped)
{
  put(j, " <testsuite");
  dw_buf_format(&j->words, "%s %s%s%s", title, what, *name ? " " : "", name);
  attribute(j, "name");
  counts(j, tests, &(outcomes){failures, errors, skipped});
}

static void input_error(junit *j, const char *what, const char *why)
{
  test_case(j, "input", what, "", NULL);
  put(j, "><error");
  dw_buf_text(&j->words, why);
  attribute(j, "message");
  put(j, "/></testcase>\n");
}

/* The decision, its gates and its comparison with the current model. */
static void run_suite(junit *j, const dw_report_run *run, const char *title)
{
  const dw_report_judgement *judgement = &run->release.judgement;
  const dw_report_versus *versus = &judgement->versus;
  bool complete = dw_control_run_complete(run), compared = versus->given && versus->judged,
       ok = dw_wording_decision_weight(run) != DW_SEVERITY_HIGH;
  size_t no = refused(judgement->gates, judgement->gate_count) + (compared && !versus->passed);
  j->fails = !ok; /* a refusal that decided nothing is told, and no failure */
  open_suite(j, title, "decision", run->id, 1 + judgement->gate_count + compared, (complete && !ok) + (ok ? 0 : no), !complete,
             ok ? no : 0);
  dw_buf text = {0};
  dw_wording_decided(&text, run);
  for (size_t i = 0; i < judgement->reason_count; i++) dw_buf_format(&text, "%s%s", i ? "; " : ": ", judgement->reasons[i]);
  if (complete) {
    dw_buf_add(&j->words, text.data, text.length);
    judged_case(j, "decision", run->release.given && *run->release.action ? run->release.action : "plan", "", ok);
  } else {
    input_error(j, "plan", dw_buf_cstr(&text));
  }
  gate_cases(j, judgement->gates, judgement->gate_count);
  if (compared) {
    dw_wording_versus(&j->words, versus);
    if (*versus->reason) dw_buf_format(&j->words, "; %s", versus->reason);
    judged_case(j, "comparison", versus->metric, "", versus->passed);
  }
  put(j, "  <system-out>");
  dw_buf_add(&j->words, text.data, text.length);
  words(j);
  put(j, "</system-out>\n </testsuite>\n");
  dw_buf_free(&text);
}

static void metric_case(junit *j, const dw_report_metric *metric)
{
  dw_buf place = {0};
  dw_wording_place(&place, metric);
  test_case(j, "metric", metric->title, dw_buf_cstr(&place), NULL);
  dw_buf_free(&place);
  if (!metric->error && !metric->alert) {
    put(j, "/>\n");
    return;
  }
  put(j, metric->alert ? "><failure" : "><skipped");
  if (metric->alert) {
    dw_wording_metric_value(&j->words, metric);
    dw_buf_text(&j->words, " ");
    dw_wording_metric_method(&j->words, metric);
  } else {
    dw_buf_text(&j->words, metric->error);
  }
  attribute(j, "message");
  put(j, "/></testcase>\n");
}

static void evaluation_suite(junit *j, const dw_report_evaluation *e, const char *title)
{
  size_t without = 0, alerts = 0;
  for (size_t i = 0; i < e->count; i++) {
    alerts += e->metrics[i].alert;
    without += e->metrics[i].error && !e->metrics[i].alert;
  }
  j->fails = true;
  bool alone = e->drift && alerts == 0; /* its metrics are not in the input */
  open_suite(j, title, "metrics", "", e->gate_count + e->count + !e->complete + alone, refused(e->gates, e->gate_count) + alerts + alone,
             !e->complete, without);
  gate_cases(j, e->gates, e->gate_count);
  for (size_t i = 0; i < e->count; i++) metric_case(j, &e->metrics[i]);
  if (alone) {
    dw_wording_gated(&j->words, e);
    judged_case(j, "verdict", "drift", "", false);
  }
  if (!e->complete) input_error(j, "summary", dw_wording_incomplete);
  put(j, "  <system-out>");
  dw_wording_gated(&j->words, e);
  words(j);
  put(j, "</system-out>\n </testsuite>\n");
}

/* A run of dw-serve: a case a check. What it is not judged by is skipped, unless nothing is. */
static void checked_suite(junit *j, const dw_checked_run *run, const char *title)
{
  bool unknown = run->answer == DW_ANSWER_NOT_JUDGED, drift = run->answer == DW_ANSWER_DRIFT;
  size_t failures = 0, skipped = 0;
  for (size_t i = 0; i < run->part_count; i++) {
    failures += run->part[i].drift && drift;
    skipped += run->part[i].drift ? !drift : !run->part[i].judged;
  }
  bool alone = drift && failures == 0; /* it does not say by which */
  open_suite(j, title, "run", run->model ? run->model : "", run->part_count + unknown + alone, failures + alone, unknown, skipped);
  for (size_t i = 0; i < run->part_count; i++) {
    const dw_checked_part *part = &run->part[i];
    test_case(j, "run", dw_run_check(part->check), "", NULL);
    put(j, part->drift && drift ? "><failure" : part->judged && !part->drift ? "/>\n" : "><skipped");
    if (part->judged && !part->drift) continue;
    dw_run_found(&j->words, run, part);
    if (j->words.length == 0) dw_buf_text(&j->words, part->drift ? "drift" : "not judged");
    attribute(j, "message");
    if (part->drift && drift) {
      dw_buf_text(&j->words, dw_severity_word(part->severity));
      attribute(j, "type");
    }
    put(j, "/></testcase>\n");
  }
  j->fails = drift;
  j->errs = unknown;
  if (unknown) {
    dw_run_why(&j->words, run);
    error_case(j, "verdict", "not judged");
  } else if (alone) {
    dw_run_verdict(&j->words, run);
    judged_case(j, "verdict", "drift", "", false);
  }
  put(j, "  <system-out>");
  dw_run_verdict(&j->words, run);
  words(j);
  put(j, "</system-out>\n </testsuite>\n");
}

void dw_junit_write(dw_buf *out, const dw_report *report, const dw_render *render)
{
  junit j = {.out = out, .stamp = render->reported};
  const char *title = render->title ? render->title : "driftwatch";
  put(&j, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
  for (size_t i = 0; i < report->history_count; i++) checked_suite(&j, &dw_run_newest(report, &report->histories[i])->run, title);
  for (size_t i = 0; i < report->count; i++) section_suite(&j, report, i, title);
  for (size_t i = 0; i < report->control.run_count; i++) run_suite(&j, &report->control.runs[i], title);
  for (size_t i = 0; i < report->control.evaluation_count; i++) evaluation_suite(&j, &report->control.evaluations[i], title);
  put(&j, "</testsuites>\n");
  dw_buf_free(&j.words);
}
