/* The verdict on a comparison: the answer, what it rests on, how much was looked at. */
#include <math.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
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

static void in_brief(dw_build *b, dw_block_verdict *verdict, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  bool canaries = dw_report_of_canaries(section);
  dw_wording_verdict(&b->run, section);
  verdict->sentence = dw_build_said(b);
  if (!summary->given) return;
  dw_build_say(b, DW_PLAIN, "Reference ");
  dw_figure_count(&b->run, summary->reference_rows);
  dw_build_say(b, DW_PLAIN, canaries ? " answers, current " : " rows, current ");
  dw_figure_count(&b->run, summary->current_rows);
  dw_build_say(b, DW_PLAIN, canaries ? " answers. " : " rows. ");
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
  if (summary->unjudged_count) count(b, &end, "Not judged", (double)summary->unjudged_count);
  if (summary->skipped_records > 0) count(b, &end, "Bad records skipped", summary->skipped_records);
  if (summary->severity != DW_SEVERITY_NONE) {
    dw_build_say(b, DW_PLAIN, dw_wording_action_of(section));
    figure(b, &end, "Suggested action");
  }
  verdict->figures = first;
}

static void in_full(dw_build *b, dw_block_verdict *verdict, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  dw_build_say(b, DW_PLAIN, !summary->given ? "Incomplete" : summary->not_judged ? "Not judged" : summary->drift ? "Drift" : "No drift");
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
  if (dw_build_shows(b, DW_PAGES)) in_full(b, verdict, section);
  else in_brief(b, verdict, section);
  if (summary->given) return;
  dw_build_say(b, DW_PLAIN, dw_wording_incomplete);
  verdict->incomplete = dw_build_said(b);
}
