#include "report/write/markdown.h"

#include <string.h>

#include "report/draw/bars.h"
#include "report/draw/escape.h"
#include "report/model/figures.h"
#include "report/write/markdown_parts.h"
#include "report/words/wording.h"

enum { SPARK = 10 };

void dw_markdown_put(dw_markdown *m, const char *text) { dw_buf_text(m->out, text); }

void dw_markdown_words(dw_markdown *m)
{
  dw_escape_markdown(m->out, m->words.data, m->words.length);
  m->words.length = 0;
}

void dw_markdown_text(dw_markdown *m, const char *plain)
{
  dw_buf_text(&m->words, plain);
  dw_markdown_words(m);
}

void dw_markdown_cell(dw_markdown *m)
{
  dw_markdown_words(m);
  dw_markdown_put(m, " | ");
}

void dw_markdown_end_row(dw_markdown *m)
{
  m->out->length--; /* the space behind the last bar */
  dw_markdown_put(m, "\n");
}

static const char *state(const dw_report_finding *finding)
{
  return finding->error ? "error" : !finding->drift ? "no" : dw_report_severity_word(finding->severity);
}

static void severity_cell(dw_markdown *m, const dw_report_finding *finding)
{
  bool strong = finding->drift && finding->severity >= DW_REPORT_MEDIUM;
  dw_markdown_put(m, strong ? "| **" : "| ");
  dw_markdown_put(m, state(finding));
  dw_markdown_put(m, strong ? "** | " : " | ");
}

/* A sparkline stays in one piece and one width in code. */
static void spark_cell(dw_markdown *m, const dw_bars *bars, bool current)
{
  if (bars->count) {
    dw_markdown_put(m, "`");
    size_t start = m->out->length;
    dw_bars_spark(m->out, bars, current);
    for (size_t i = start; i < m->out->length; i++) /* an empty bin: a blank at the end of code would be cut */
      if (m->out->data[i] == ' ') {
        dw_buf tail = {0};
        dw_buf_add(&tail, m->out->data + i + 1, m->out->length - i - 1);
        m->out->length = i;
        dw_markdown_put(m, "·");
        dw_buf_add(m->out, tail.data, tail.length);
        dw_buf_free(&tail);
      }
    dw_markdown_put(m, "`");
  }
  dw_markdown_put(m, " | ");
}

static void column_row(dw_markdown *m, const dw_report_section *section, const dw_report_column *column, const dw_report_finding *finding,
                       bool first)
{
  const dw_report_finding *picture = column->picture == SIZE_MAX ? NULL : &section->findings[column->picture];
  dw_bars bars = {.count = 0};
  if (first && picture) dw_bars_layout(&bars, picture, SPARK);
  severity_cell(m, finding);
  if (first) dw_buf_text(&m->words, column->name);
  dw_markdown_cell(m);
  spark_cell(m, &bars, false);
  spark_cell(m, &bars, true);
  dw_buf_text(&m->words, finding->method);
  dw_markdown_cell(m);
  if (!finding->error) dw_wording_decision(&m->words, finding);
  dw_markdown_cell(m);
  dw_wording_effect(&m->words, finding);
  dw_markdown_cell(m);
  if (finding->error) dw_buf_text(&m->words, finding->error);
  else if (first) dw_wording_change(&m->words, finding);
  if (finding->warning) dw_buf_format(&m->words, " (warning: %s)", finding->warning);
  dw_markdown_cell(m);
  dw_markdown_end_row(m);
}

static bool shown(const dw_report_finding *finding, bool loud)
{
  return dw_report_is_shape(finding) && (finding->drift || finding->error) == loud;
}

/* loud: what drifted or could not be decided; else the quiet rest. */
static size_t columns(dw_markdown *m, const dw_report_section *section, bool loud)
{
  size_t rows = 0, left = 0;
  for (size_t i = 0; i < section->column_count; i++) {
    const dw_report_column *column = &section->columns[i];
    bool first = true;
    for (size_t pass = 0; pass < 2; pass++) /* the finding that stands for the column comes first */
      for (size_t k = column->first; k != SIZE_MAX; k = section->findings[k].next) {
        if ((k == column->lead) != (pass == 0) || !shown(&section->findings[k], loud)) continue;
        if (rows == DW_MARKDOWN_ROWS) {
          left++;
          continue;
        }
        if (rows++ == 0)
          dw_markdown_put(
              m,
              "| drift | column | reference | current | method | decision | effect | what changed |\n|---|---|---|---|---|---|---|---|\n");
        column_row(m, section, column, &section->findings[k], first);
        first = false;
      }
  }
  if (rows) dw_markdown_put(m, "\n");
  if (left) dw_buf_format(m->out, "… and %zu more.\n\n", left);
  return rows;
}

static bool is_listed(const dw_report_finding *finding, bool performance, bool loud)
{
  if (performance ? !dw_report_is_performance(finding) : !dw_report_is_other(finding)) return false;
  return performance || dw_report_is_told(finding) == loud;
}

static void check_row(dw_markdown *m, const dw_report_finding *finding)
{
  severity_cell(m, finding);
  dw_buf_text(&m->words, dw_wording_check(finding->check));
  dw_markdown_cell(m);
  dw_buf_text(&m->words, finding->column);
  dw_markdown_cell(m);
  dw_wording_line(&m->words, finding);
  if (finding->warning) dw_buf_format(&m->words, " (warning: %s)", finding->warning);
  dw_markdown_cell(m);
  dw_markdown_end_row(m);
}

static void checks(dw_markdown *m, const dw_report_section *section, const char *heading, bool performance, bool loud)
{
  size_t rows = 0, left = 0;
  for (int rank = DW_REPORT_HIGH; rank >= DW_REPORT_NONE; rank--)
    for (size_t i = 0; i < section->column_count; i++)
      for (size_t k = section->columns[i].first; k != SIZE_MAX; k = section->findings[k].next) {
        const dw_report_finding *finding = &section->findings[k];
        if ((int)finding->severity != rank || !is_listed(finding, performance, loud)) continue;
        if (rows == DW_MARKDOWN_ROWS) {
          left++;
          continue;
        }
        if (rows++ == 0) dw_buf_format(m->out, "%s| drift | check | column | what was found |\n|---|---|---|---|\n", heading);
        check_row(m, finding);
      }
  if (rows) dw_markdown_put(m, "\n");
  if (left) dw_buf_format(m->out, "… and %zu more.\n\n", left);
}

static void fold(dw_markdown *m, const char *summary) { dw_buf_format(m->out, "<details>\n<summary>%s</summary>\n\n", summary); }

static void quiet(dw_markdown *m, const dw_report_section *section)
{
  size_t column_count = 0, check_count = 0;
  for (size_t i = 0; i < section->count; i++) check_count += is_listed(&section->findings[i], false, false);
  for (size_t i = 0; i < section->column_count; i++) column_count += shown(&section->findings[section->columns[i].lead], false);
  if (column_count + check_count == 0) return;
  dw_buf line = {0};
  dw_buf_format(&line, "%zu quiet column%s, %zu other check%s quiet", column_count, column_count == 1 ? "" : "s", check_count,
                check_count == 1 ? "" : "s");
  fold(m, dw_buf_cstr(&line));
  dw_buf_free(&line);
  if (m->render->all) {
    columns(m, section, false);
    checks(m, section, "", false, false);
  } else {
    size_t said = 0;
    for (size_t i = 0; i < section->column_count && said < DW_MARKDOWN_ROWS; i++) {
      if (!shown(&section->findings[section->columns[i].lead], false)) continue;
      dw_markdown_put(m, said++ ? ", " : "");
      dw_markdown_text(m, section->columns[i].name);
    }
    if (said < column_count) dw_buf_format(m->out, " … and %zu more", column_count - said);
    dw_markdown_put(m, said ? "\n\n" : "");
  }
  dw_markdown_put(m, "</details>\n\n");
}

static void lost_columns(dw_markdown *m, const dw_report_section *section)
{
  size_t lost = dw_report_lost(section), rows = 0;
  if (lost == 0) return;
  dw_markdown_put(m, "#### Lost columns\n\n| drift | column | now | what was found |\n|---|---|---|---|\n");
  for (size_t i = 0; i < section->count && rows < DW_MARKDOWN_ROWS; i++) {
    const dw_report_finding *finding = &section->findings[i];
    if (!finding->lost) continue;
    rows++;
    severity_cell(m, finding);
    dw_buf_text(&m->words, finding->column);
    dw_markdown_cell(m);
    dw_wording_lost(&m->words, finding);
    dw_markdown_cell(m);
    dw_wording_change(&m->words, finding);
    dw_markdown_cell(m);
    dw_markdown_end_row(m);
  }
  dw_markdown_put(m, "\n");
  if (rows < lost) dw_buf_format(m->out, "… and %zu more.\n\n", lost - rows);
}

/* Of a list: what is in words. */
static void item(dw_markdown *m)
{
  dw_markdown_put(m, "- ");
  dw_markdown_words(m);
  dw_markdown_put(m, "\n");
}

static void not_judged(dw_markdown *m, const dw_report_summary *summary)
{
  if (summary->unjudged_count == 0) return;
  dw_markdown_put(m, "#### Not judged\n\n");
  for (size_t i = 0; i < summary->unjudged_count && i < DW_MARKDOWN_ROWS; i++)
    if (dw_wording_unjudged(&m->words, summary, i)) item(m);
  if (summary->unjudged_count > DW_MARKDOWN_ROWS) dw_buf_format(m->out, "- … and %zu more\n", summary->unjudged_count - DW_MARKDOWN_ROWS);
  dw_markdown_put(m, "\n");
}

static void origin(dw_markdown *m, const dw_report_summary *summary)
{
  if (summary->uncompared_count == 0 && summary->stage_count == 0) return;
  fold(m, "Not compared, and how this was made");
  for (size_t i = 0; i < summary->uncompared_count; i++)
    if (dw_wording_uncompared(&m->words, summary, i)) {
      dw_buf_text(&m->words, *summary->uncompared[i].reason ? "" : " was not compared");
      item(m);
    }
  for (size_t i = 0; i < summary->stage_count; i++) {
    dw_markdown_put(m, "- ");
    dw_wording_stage(&m->words, &summary->stages[i]);
    dw_markdown_words(m);
    dw_markdown_put(m, "\n");
    for (size_t k = 0; k < summary->stages[i].input_count; k++) {
      dw_markdown_put(m, "  - ");
      dw_wording_source(&m->words, &summary->stages[i].inputs[k]);
      dw_markdown_words(m);
      dw_markdown_put(m, "\n");
    }
  }
  dw_markdown_put(m, "\n</details>\n\n");
}

static void verdict(dw_markdown *m, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  dw_markdown_put(m, "**");
  dw_wording_verdict(&m->words, section);
  dw_markdown_words(m);
  dw_markdown_put(m, "**\n\n");
  if (!summary->given) {
    dw_markdown_text(m, dw_wording_incomplete);
    dw_markdown_put(m, "\n\n");
    return;
  }
  dw_buf_text(&m->words, "Reference ");
  dw_figure_count(&m->words, summary->reference_rows);
  dw_buf_text(&m->words, " rows, current ");
  dw_figure_count(&m->words, summary->current_rows);
  dw_buf_text(&m->words, " rows. ");
  dw_wording_share(&m->words, summary);
  dw_wording_fail_on(&m->words, summary);
  if (summary->skipped_records > 0) {
    dw_buf_text(&m->words, " Bad records skipped: ");
    dw_figure_count(&m->words, summary->skipped_records);
    dw_buf_char(&m->words, '.');
  }
  dw_markdown_words(m);
  dw_markdown_put(m, "\n\n");
}

void dw_markdown_write(dw_buf *out, const dw_report *report, const dw_render *render)
{
  dw_markdown m = {.out = out, .render = render};
  dw_markdown_put(&m, "## ");
  dw_markdown_text(&m, render->title ? render->title : "Drift report");
  dw_markdown_put(&m, "\n\n");
  bool alone = report->count == 1; /* the verdict of the only comparison comes before what was decided on it */
  if (alone) verdict(&m, &report->sections[0]);
  dw_markdown_control(&m, &report->control);
  for (size_t i = 0; i < report->count; i++) {
    const dw_report_section *section = &report->sections[i];
    if (!alone) {
      dw_buf_format(&m.words, "Comparison %zu of %zu ", i + 1, report->count);
      dw_wording_inputs(&m.words, &section->summary);
      dw_markdown_put(&m, "### ");
      dw_markdown_words(&m);
      dw_markdown_put(&m, "\n\n");
    }
    if (!alone) verdict(&m, section);
    lost_columns(&m, section);
    not_judged(&m, &section->summary);
    checks(&m, section, "#### Performance\n\n", true, true);
    columns(&m, section, true);
    dw_markdown_series(&m, section);
    dw_markdown_segments(&m, section);
    checks(&m, section, "#### Other checks\n\n", false, true);
    quiet(&m, section);
    origin(&m, &section->summary);
  }
  dw_buf_free(&m.words);
}
