#include "report/compose/show_runs.h"

#include <math.h>

#include "report/model/figures.h"
#include "report/model/run_history.h"
#include "report/words/run_wording.h"
#include "report/words/wording.h"

/* --- the verdict --- */

static const char *answer_of(const dw_checked_run *run)
{
  return run->answer == DW_ANSWER_DRIFT ? "Drift" : run->answer == DW_ANSWER_NO_DRIFT ? "No drift" : "Not judged";
}

static void figure(dw_build *b, dw_block_figure ***end, const char *name)
{
  dw_block_figure *figure = dw_build_room(b, sizeof *figure);
  figure->name = name;
  figure->words = dw_build_said(b);
  **end = figure;
  *end = &figure->next;
}

static void figures(dw_build *b, dw_block_verdict *verdict, const dw_checked_run *run)
{
  dw_block_figure *first = NULL, **end = &first;
  if (run->model) {
    dw_build_say(b, DW_NAME, run->model);
    figure(b, &end, "Model");
  }
  dw_run_window(&b->run, run);
  figure(b, &end, "Window");
  dw_run_baseline(&b->run, run);
  figure(b, &end, "Baseline");
  dw_run_open(&b->run, run);
  if (b->run.length) figure(b, &end, "Open alerts");
  dw_run_instant(&b->run, run->time);
  figure(b, &end, "Checked");
  if (run->severity != DW_SEVERITY_NONE || run->answer == DW_ANSWER_NOT_JUDGED) {
    dw_build_say(b, DW_PLAIN, dw_run_action(run));
    figure(b, &end, "Suggested action");
  }
  verdict->figures = first;
}

static void in_brief(dw_build *b, dw_block_verdict *verdict, const dw_checked_run *run)
{
  dw_run_verdict(&b->run, run);
  verdict->sentence = dw_build_said(b);
  dw_build_say(b, DW_PLAIN, "Window ");
  dw_run_window(&b->run, run);
  dw_build_say(b, DW_PLAIN, ". Baseline ");
  dw_run_baseline(&b->run, run);
  dw_build_say(b, DW_PLAIN, ".");
  verdict->basis = dw_build_said(b);
}

static void in_full(dw_build *b, dw_block_verdict *verdict, const dw_checked_run *run)
{
  dw_build_say(b, DW_PLAIN, answer_of(run));
  verdict->answer = dw_build_said(b);
  if (run->answer == DW_ANSWER_DRIFT && run->severity) dw_buf_format(&b->run, "severity %s", dw_severity_word(run->severity));
  verdict->aside = dw_build_said(b);
  dw_run_why(&b->run, run);
  verdict->lead = dw_build_said(b);
  figures(b, verdict, run);
}

static void verdict(dw_build *b, const dw_checked_run *run)
{
  bool drift = run->answer == DW_ANSWER_DRIFT, unknown = run->answer == DW_ANSWER_NOT_JUDGED;
  dw_block_verdict *verdict = &dw_build_block(b, DW_BLOCK_VERDICT)->verdict;
  *verdict = (dw_block_verdict){.kind = DW_VERDICT_COMPARISON,
                                .tone = unknown ? DW_TONE_UNKNOWN
                                        : drift ? DW_TONE_BAD
                                                : DW_TONE_GOOD,
                                .severity = run->severity,
                                .alert = unknown,
                                .share = NAN,
                                .threshold = NAN,
                                .skipped = NAN};
  dw_run_severity_rule(&b->run, run);
  verdict->rule = dw_build_said(b);
  if (dw_build_shows(b, DW_PAGES)) in_full(b, verdict, run);
  else in_brief(b, verdict, run);
}

/* --- checks --- */

static dw_block_state state_of(const dw_checked_part *part)
{
  if (part->drift) return (dw_block_state){DW_STATE_DRIFT, part->severity, NULL};
  if (part->judged) return (dw_block_state){DW_STATE_QUIET, DW_SEVERITY_NONE, NULL};
  return (dw_block_state){DW_STATE_UNASKED, DW_SEVERITY_NONE, NULL};
}

static void check_row(dw_build *b, const dw_checked_run *run, const dw_checked_part *part)
{
  enum { STATE, CHECK, VALUE, LIMIT, KNOWN, REMARK, FOUND };
  const char *name = dw_run_check(part->check);
  dw_build_row(b, name);
  dw_build_cell_state(b, STATE, state_of(part));
  dw_build_cell_text(b, CHECK, DW_PLAIN, name);
  if (dw_build_cell(b, VALUE)) dw_run_value(&b->run, run, part);
  if (dw_build_cell(b, LIMIT)) dw_run_limit(&b->run, run, part);
  if (dw_build_cell(b, KNOWN)) {
    dw_run_known(&b->run, run, part);
    if (b->run.length) dw_build_say(b, DW_PLAIN, " say"); /* on a phone there are no titles */
  }
  if (dw_build_cell(b, REMARK)) dw_run_remark(&b->run, run, part);
  if (dw_build_cell(b, FOUND)) {
    dw_run_found(&b->run, run, part);
    if (b->run.length == 0) dw_build_say(b, DW_PLAIN, part->drift ? "drift" : part->judged ? "no drift" : "no answer");
  }
  dw_build_cells_end(b);
}

static void checks(dw_build *b, const dw_checked_run *run)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "check"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "value", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "drift is", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "of the records", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what was found", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "", .shown = DW_LINES}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_RUN, columns, 7);
  dw_build_say(b, DW_PLAIN, "Checks");
  table->heading = dw_build_said(b);
  for (size_t i = 0; i < run->part_count; i++) check_row(b, run, &run->part[i]);
  dw_build_table_end(b);
}

static void seed(dw_build *b, const dw_checked_run *run)
{
  dw_buf numbers = {0};
  bool decides = dw_run_by_seeds(run);
  dw_run_seed(&numbers, run);
  if (numbers.length) {
    dw_build_say(b, DW_PLAIN,
                 decides ? "The seeds' rule, which decides on data drift here: " : "The seeds' rule, which was not asked for: ");
    dw_build_say(b, DW_PLAIN, dw_buf_cstr(&numbers));
    dw_build_say(b, DW_PLAIN, ".");
    dw_build_text(b, DW_TEXT_NOTE);
  }
  dw_buf_free(&numbers);
}

/* --- alerts --- */

static dw_block_state state_of_alert(const dw_checked_part *alert)
{
  return (dw_block_state){DW_STATE_OUTCOME, alert->open ? alert->severity : DW_SEVERITY_NONE, alert->open ? "open" : "closed"};
}

static void alerts(dw_build *b, const dw_checked_run *run)
{
  enum { STATE, CHECK, SEVERITY, SAID };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "alert"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "check"},
                                            {.kind = DW_COLUMN_WORD, .title = "severity"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "how it stands"}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_RUN, columns, 4);
  dw_build_say(b, DW_PLAIN, "Alerts");
  table->heading = dw_build_said(b);
  for (size_t i = 0; i < run->alert_count; i++) {
    const dw_checked_part *alert = &run->alert[i];
    if (!alert->open && alert->since == INT64_MIN && alert->closed == INT64_MIN) continue; /* it never was */
    const char *name = dw_run_check(alert->check);
    dw_build_row(b, name);
    dw_build_cell_state(b, STATE, state_of_alert(alert));
    dw_build_cell_text(b, CHECK, DW_PLAIN, name);
    dw_build_cell_text(b, SEVERITY, DW_PLAIN, dw_severity_word(alert->severity));
    if (dw_build_cell(b, SAID)) dw_run_alert(&b->run, alert);
  }
  dw_build_table_end(b);
}

/* --- over time --- */

static dw_block_state state_of_run(const dw_checked_run *run)
{
  if (run->answer == DW_ANSWER_DRIFT) return (dw_block_state){DW_STATE_DRIFT, run->severity, NULL};
  if (run->answer == DW_ANSWER_NO_DRIFT) return (dw_block_state){DW_STATE_QUIET, DW_SEVERITY_NONE, NULL};
  return (dw_block_state){DW_STATE_UNASKED, DW_SEVERITY_NONE, NULL};
}

static void run_row(dw_build *b, const dw_checked_run *run)
{
  enum { STATE, TIME, VERDICT, WHY, DRIFTED, ALERTS };
  dw_build_row(b, "");
  dw_build_cell_state(b, STATE, state_of_run(run));
  if (dw_build_cell(b, TIME)) dw_run_instant(&b->run, run->time);
  dw_build_cell_text(b, VERDICT, DW_PLAIN, dw_answer_words(run->answer));
  if (dw_build_cell(b, WHY)) dw_run_why(&b->run, run);
  if (dw_build_cell(b, DRIFTED)) {
    dw_figure_count(&b->run, run->drifted);
    dw_build_say(b, DW_PLAIN, run->drifted == 1 ? " column" : " columns");
  }
  if (dw_build_cell(b, ALERTS)) {
    dw_run_open(&b->run, run);
    if (b->run.length == 0) dw_build_say(b, DW_PLAIN, "no open alert");
    else if (dw_build_shows(b, DW_NO_TABLES)) dw_build_say(b, DW_PLAIN, " open"); /* without titles, on a phone, too */
  }
  dw_build_cells_end(b);
}

/* The newest first; what a form has no room for is of the past. */
static void past(dw_build *b, const dw_report *report, const dw_report_history *history)
{
  enum { LINES = 24, ROWS = 2000 };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "checked"},
                                            {.kind = DW_COLUMN_WORD, .title = "verdict", .shown = DW_NO_LINES},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what was found"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "drifted"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "open alerts"}};
  if (history->count < 2) return;
  size_t most = b->room.rows && b->room.rows < ROWS ? b->room.rows : ROWS;
  if (dw_build_shows(b, DW_LINES) && !b->room.quiet) most = LINES;
  dw_block_table *table = dw_build_table(b, DW_TABLE_RUN, columns, 6);
  dw_build_say(b, DW_PLAIN, "Over time");
  table->heading = dw_build_said(b);
  table->noun = "run";
  table->nouns = "runs";
  for (size_t i = history->count; i > 0 && table->count < most; i--) run_row(b, &report->runs[history->runs[i - 1]].run);
  if (table->count < history->count) table->total = (double)history->count;
  dw_build_table_end(b);
}

void dw_show_history(dw_build *b, const dw_report *report, const dw_report_history *history)
{
  const dw_checked_run *run = &dw_run_newest(report, history)->run;
  dw_report_block *group = dw_build_group(b, DW_GROUP_DECISION);
  if (report->history_count > 1 && dw_build_shows(b, DW_NO_LINES)) { /* lines begin with the verdict, which names the model */
    dw_build_say(b, DW_PLAIN, "Model ");
    dw_build_say(b, DW_NAME, history->model);
    dw_build_heading(b, DW_NO_LINES, DW_LEVEL_PART, "");
  }
  verdict(b, run);
  checks(b, run);
  seed(b, run);
  alerts(b, run);
  past(b, report, history);
  dw_build_close(b, group);
}
