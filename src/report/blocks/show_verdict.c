/* The verdict on a comparison: the answer, what it rests on, how much was looked at. */
#include <math.h>
#include <string.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/severity_wording.h"
#include "report/words/wording.h"

static void rule(dw_build *b, const dw_report_summary *summary)
{
  dw_wording_share(&b->run, summary);
  dw_wording_fail_on(&b->run, summary);
  dw_wording_detectable(&b->run, summary);
}

/* Which rows were held against which, where not all against all. */
static void matched(dw_build *b, const dw_report_summary *summary)
{
  if (!summary->match) return;
  dw_build_say(b, DW_PLAIN, "Like with like, by ");
  dw_build_say(b, DW_NAME, summary->match);
  if (summary->zone) {
    dw_build_say(b, DW_PLAIN, " on the clock of ");
    dw_build_say(b, DW_NAME, summary->zone);
  }
  dw_build_say(b, DW_PLAIN, ": ");
  dw_figure_count(&b->run, summary->match_reference_rows);
  dw_build_say(b, DW_PLAIN, " and ");
  dw_figure_count(&b->run, summary->match_current_rows);
  dw_build_say(b, DW_PLAIN, " rows in ");
  dw_figure_count(&b->run, summary->match_cells);
  dw_build_say(b, DW_PLAIN, summary->match_cells == 1 ? " common cell. " : " common cells. ");
}

/* The share of columns that drifted where each counts by its importance to a model; what was not compared counts as not drifted. */
static void weighed(dw_build *b, const dw_report_section *section)
{
  dw_figure_share(&b->run, section->weighed_drift);
  if (section->weighed_compared > 0.9995) return;
  dw_buf_text(&b->run, " (of ");
  dw_figure_share(&b->run, section->weighed_compared);
  dw_buf_text(&b->run, " compared)");
}

/* "2026-01-31 09:30" of an instant in ISO 8601, to the minute; anything else as it is. */
static void minute(dw_build *b, const char *time)
{
  bool iso = strlen(time) >= sizeof "2026-01-31T09:30" - 1 && time[10] == 'T' && time[13] == ':';
  if (iso) dw_buf_format(&b->run, "%.10s %.5s", time, time + 11);
  else dw_buf_text(&b->run, time);
}

static void period(dw_build *b, const dw_summary_period *period)
{
  minute(b, period->from);
  dw_build_say(b, DW_PLAIN, " to ");
  minute(b, period->to);
}

static const dw_summary_period *period_of(const dw_report_summary *summary, bool current)
{
  const dw_summary_period *of = current ? &summary->current_period : &summary->reference_period;
  return of->from && of->to ? of : NULL;
}

/* The input of a side; of both, where there is one: NULL for each. Nobody knows which of more than two is whose. */
static const char *input_of(const dw_report_summary *summary, bool current, bool both)
{
  const dw_report_stage *stage = summary->stage_count ? &summary->stages[summary->stage_count - 1] : NULL;
  if (!stage || stage->input_count != (both ? 1 : 2)) return NULL;
  const char *name = stage->inputs[current && !both].name;
  return !*name ? NULL : strcmp(name, "-") == 0 ? "standard input" : name;
}

static void side(dw_build *b, const dw_report_summary *summary, bool current, const char *things)
{
  double rows = current ? summary->current_rows : summary->reference_rows;
  const char *input = input_of(summary, current, false);
  const dw_summary_period *when = period_of(summary, current);
  dw_build_say(b, DW_PLAIN, current ? ", current " : "Reference ");
  dw_figure_count(&b->run, rows);
  dw_buf_format(&b->run, " %s%s", things, rows == 1 ? "" : "s");
  if (input) dw_build_say(b, DW_PLAIN, " of ");
  if (input) dw_build_say(b, DW_NAME, input);
  if (!when) return;
  dw_build_say(b, DW_PLAIN, " (");
  period(b, when);
  dw_build_say(b, DW_PLAIN, ")");
}

/* "zip, comment and 2 more": each column once. */
static void unjudged_names(dw_build *b, const dw_report_summary *summary)
{
  enum { SAID = 5 };
  size_t said = 0, more = 0;
  for (size_t i = 0; i < summary->unjudged_count; i++) {
    const char *column = *summary->unjudged[i].column ? summary->unjudged[i].column : "all columns together";
    bool again = false;
    for (size_t k = 0; k < i && !again; k++) again = strcmp(summary->unjudged[k].column, summary->unjudged[i].column) == 0;
    if (again) continue;
    if (said == SAID) {
      more++;
      continue;
    }
    if (said++) dw_build_say(b, DW_PLAIN, ", ");
    dw_build_say(b, DW_NAME, column);
  }
  if (more) dw_buf_format(&b->run, " and %zu more", more);
}

/* What was compared with what, when, and what has no answer. */
static void head(dw_build *b, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  const char *things = dw_report_of_canaries(section) ? "answer" : "row", *both = input_of(summary, false, true);
  side(b, summary, false, things);
  side(b, summary, true, things);
  if (both) dw_build_say(b, DW_PLAIN, ", both of ");
  if (both) dw_build_say(b, DW_NAME, both);
  dw_build_say(b, DW_PLAIN, ". ");
  if (summary->unjudged_count) {
    dw_build_say(b, DW_PLAIN, "Not judged: ");
    unjudged_names(b, summary);
    dw_build_say(b, DW_PLAIN, ". ");
  }
  if (!b->reported) return;
  dw_build_say(b, DW_PLAIN, "Reported ");
  minute(b, b->reported);
  dw_build_say(b, DW_PLAIN, " UTC. ");
}

static void in_brief(dw_build *b, dw_block_verdict *verdict, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  dw_wording_verdict(&b->run, section);
  verdict->sentence = dw_build_said(b);
  if (!summary->given) return;
  head(b, section);
  matched(b, summary);
  rule(b, summary);
  if (section->weighed) {
    dw_build_say(b, DW_PLAIN, b->run.length && b->run.data[b->run.length - 1] != ' ' ? " " : "");
    dw_build_say(b, DW_PLAIN, "Drifted by importance to the model: ");
    weighed(b, section);
    dw_build_say(b, DW_PLAIN, ".");
  }
  while (b->run.length && b->run.data[b->run.length - 1] == ' ') b->run.length--; /* nothing followed */
  verdict->basis = dw_build_said(b);
  verdict->skipped = summary->skipped_records;
}

/* A key figure of what is in run. */
static void figure(dw_build *b, dw_block_figure ***end, const char *name)
{
  dw_block_figure *figure = dw_build_room(b, sizeof *figure);
  figure->name = name;
  figure->words = dw_build_said(b);
  **end = figure;
  *end = &figure->next;
}

static void count(dw_build *b, dw_block_figure ***end, const char *name, double value)
{
  dw_figure_count(&b->run, value);
  figure(b, end, name);
}

static void about_side(dw_build *b, dw_block_figure ***end, const dw_report_summary *summary, bool current)
{
  const char *input = input_of(summary, current, false), *both = input_of(summary, false, true);
  const dw_summary_period *when = period_of(summary, current);
  if (!input) input = both;
  if (!input && !when) return;
  if (input) dw_build_say(b, DW_NAME, input);
  if (input && when) dw_build_say(b, DW_PLAIN, ", ");
  if (when) period(b, when);
  figure(b, end, current ? "Current" : "Reference");
}

static void figures(dw_build *b, dw_block_verdict *verdict, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  bool canaries = dw_report_of_canaries(section);
  dw_block_figure *first = NULL, **end = &first;
  count(b, &end, canaries ? "Reference answers" : "Reference rows", summary->reference_rows);
  count(b, &end, canaries ? "Current answers" : "Current rows", summary->current_rows);
  count(b, &end, canaries ? "Canaries compared" : "Columns compared", summary->columns);
  if (section->weighed) {
    weighed(b, section);
    figure(b, &end, "Drifted by importance");
  }
  if (summary->uncompared_count) count(b, &end, "Not compared", (double)summary->uncompared_count);
  if (summary->unjudged_count) {
    unjudged_names(b, summary);
    figure(b, &end, "Not judged");
  }
  if (summary->skipped_records > 0) count(b, &end, "Bad records skipped", summary->skipped_records);
  if (summary->severity != DW_SEVERITY_NONE) {
    dw_build_say(b, DW_PLAIN, dw_wording_action_of(section));
    figure(b, &end, "Suggested action");
  }
  about_side(b, &end, summary, false);
  about_side(b, &end, summary, true);
  if (b->reported) {
    minute(b, b->reported);
    dw_build_say(b, DW_PLAIN, " UTC");
    figure(b, &end, "Reported");
  }
  verdict->figures = first;
}

static void in_full(dw_build *b, dw_block_verdict *verdict, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  dw_build_say(b, DW_PLAIN,
               !summary->given       ? "Incomplete"
               : summary->not_judged ? "Not judged"
               : summary->drift      ? "Drift"
               : summary->severity   ? "No drift that counts"
                                     : "No drift");
  verdict->answer = dw_build_said(b);
  if (!summary->given) return;
  if (summary->severity != DW_SEVERITY_NONE) dw_buf_format(&b->run, "severity %s", dw_severity_word(summary->severity));
  verdict->aside = dw_build_said(b);
  if (summary->not_judged) dw_wording_not_judged(&b->run, section);
  else dw_wording_reasons(&b->run, section);
  verdict->lead = dw_build_said(b);
  if (!isnan(summary->drift_share) && !summary->not_judged) {
    verdict->share = summary->drift_share;
    verdict->threshold = summary->drift_share_threshold;
    dw_wording_columns(&b->run, section);
    verdict->share_label = dw_build_said(b);
    matched(b, summary);
    rule(b, summary);
    verdict->basis = dw_build_said(b);
  }
  figures(b, verdict, section);
}

void dw_show_verdict(dw_build *b, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  dw_block_verdict *verdict = &dw_build_block(b, DW_BLOCK_VERDICT)->verdict;
  bool unknown = !summary->given || summary->not_judged;
  *verdict = (dw_block_verdict){.kind = DW_VERDICT_COMPARISON,
                                .tone = unknown          ? DW_TONE_UNKNOWN
                                        : summary->drift ? DW_TONE_BAD
                                                         : DW_TONE_GOOD,
                                .severity = summary->severity,
                                .alert = unknown,
                                .share = NAN,
                                .threshold = NAN};
  dw_wording_severity_rule(&b->run, summary);
  verdict->rule = dw_build_said(b);
  if (dw_build_shows(b, DW_PAGES)) in_full(b, verdict, section);
  else in_brief(b, verdict, section);
  if (summary->given) return;
  dw_build_say(b, DW_PLAIN, dw_wording_incomplete);
  verdict->incomplete = dw_build_said(b);
}
