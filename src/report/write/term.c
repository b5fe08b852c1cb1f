#include "report/write/term.h"

#include <math.h>
#include <string.h>

#include "report/draw/bars.h"
#include "report/draw/cells.h"
#include "report/model/figures.h"
#include "report/write/term_parts.h"
#include "report/words/wording.h"

enum { GAP = 1, QUIET_NAMES = 60 };

void dw_term_style(dw_term *t, const char *escape)
{
  if (t->render->color) dw_buf_text(t->out, escape);
}

const char *dw_term_severity(dw_report_severity severity)
{
  static const char *const styles[] = {DW_TERM_DIM, "\033[36m", "\033[33m", "\033[1;31m"};
  return styles[severity];
}

/* What is in scratch, cleaned, into clean. */
static void clean(dw_term *t)
{
  t->clean.length = 0;
  dw_cells_clean(&t->clean, t->scratch.data, t->scratch.length, t->render->ascii);
}

void dw_term_paragraph(dw_term *t, size_t indent)
{
  clean(t);
  dw_cells_wrap(t->out, t->clean.data, t->clean.length, indent, t->render->width);
  t->scratch.length = 0;
}

void dw_term_styled(dw_term *t, size_t indent, const char *escape)
{
  size_t start = t->out->length;
  dw_term_style(t, escape);
  size_t words = t->out->length;
  dw_term_paragraph(t, indent);
  if (t->out->length == words) {
    t->out->length = start; /* nothing to say */
  } else if (t->render->color) {
    t->out->length--; /* the line end comes behind the reset */
    dw_term_style(t, DW_TERM_RESET "\n");
  }
}

void dw_term_heading(dw_term *t, const char *words)
{
  dw_buf_char(t->out, '\n');
  dw_buf_text(&t->scratch, words);
  dw_term_styled(t, 0, DW_TERM_BOLD);
}

void dw_term_item(dw_term *t, size_t indent, const char *word, const char *escape)
{
  enum { WORD = 9 };
  for (size_t i = 0; i < indent; i++) dw_buf_char(t->out, ' ');
  dw_term_style(t, escape);
  dw_cells_fit(t->out, word, strlen(word), WORD, false, t->render->ascii);
  dw_term_style(t, DW_TERM_RESET);
  size_t start = t->out->length, skip = indent + WORD;
  dw_term_paragraph(t, skip);
  if (t->out->length == start) dw_buf_char(t->out, '\n');
  if (t->out->length < start + skip) return;
  memmove(t->out->data + start, t->out->data + start + skip, t->out->length - start - skip); /* the first line stands behind the word */
  t->out->length -= skip;
}

/* --- the table of distributions --- */

enum { SEVERITY, NAME, REFERENCE, CURRENT, METHOD, SCORE, LIMIT, EFFECT, FIELDS };

static const char *const titles[FIELDS] = {"drift", "column", "reference", "current", "method", "score", "limit", "effect"};

typedef struct term_table {
  size_t width[FIELDS]; /* 0: no room for this one */
} term_table;

static void field_text(dw_buf *out, const dw_report_finding *finding, int field)
{
  if (field == SEVERITY) dw_buf_text(out, finding->error ? "error" : !finding->drift ? "no" : dw_report_severity_word(finding->severity));
  else if (field == NAME) dw_buf_text(out, finding->column);
  else if (field == METHOD) dw_buf_text(out, finding->method);
  else if (field == SCORE) dw_wording_score(out, finding);
  else if (field == LIMIT) dw_wording_limit(out, finding);
  else if (field == EFFECT) dw_wording_effect(out, finding);
}

static bool shown(const dw_report_finding *finding, const dw_render *render)
{
  return dw_report_is_shape(finding) && (finding->drift || finding->error || render->all);
}

static size_t sum(const term_table *table)
{
  size_t total = 0;
  for (int i = 0; i < FIELDS; i++) total += table->width[i] ? table->width[i] + GAP : 0;
  return total - GAP;
}

/* As wide as the contents, names cut to 16 cells at first. Where that is too much, columns go, the least needed first; what is left over
 * goes to the names and then to the sparklines, which stay of one width. */
static term_table measure(dw_term *t, const dw_report_section *section)
{
  enum { NAME_LEAST = 16, METHOD_MOST = 16, SPARK_MOST = 20 };
  term_table table;
  for (int i = 0; i < FIELDS; i++) table.width[i] = strlen(titles[i]);
  for (size_t i = 0; i < section->count; i++) {
    if (!shown(&section->findings[i], t->render)) continue;
    for (int field = 0; field < FIELDS; field++) {
      field_text(&t->scratch, &section->findings[i], field);
      clean(t);
      t->scratch.length = 0;
      size_t width = dw_cells_width(t->clean.data, t->clean.length);
      if (width > table.width[field]) table.width[field] = width;
    }
  }
  size_t longest = table.width[NAME], most = t->render->width;
  if (table.width[METHOD] > METHOD_MOST) table.width[METHOD] = METHOD_MOST;
  if (table.width[NAME] > NAME_LEAST) table.width[NAME] = NAME_LEAST;
  table.width[CURRENT] = table.width[REFERENCE];
  static const int dispensable[] = {EFFECT, METHOD, LIMIT, SCORE};
  for (size_t i = 0; i < sizeof dispensable / sizeof *dispensable && sum(&table) > most; i++) table.width[dispensable[i]] = 0;
  if (sum(&table) > most) table.width[REFERENCE] = table.width[CURRENT] = 0;
  size_t left = most > sum(&table) ? most - sum(&table) : 0;
  size_t names = longest - table.width[NAME] < left ? longest - table.width[NAME] : left;
  table.width[NAME] += names;
  left -= names;
  for (; left >= 2 && table.width[CURRENT] && table.width[CURRENT] < SPARK_MOST; left -= 2) {
    table.width[REFERENCE]++;
    table.width[CURRENT]++;
  }
  return table;
}

static void cell(dw_term *t, const term_table *table, int field)
{
  clean(t);
  t->scratch.length = 0;
  bool last = true;
  for (int i = field + 1; i < FIELDS; i++) last = last && !table->width[i];
  dw_cells_fit(t->out, t->clean.data, t->clean.length, table->width[field], false, t->render->ascii);
  if (!last) dw_buf_char(t->out, ' ');
}

static void end_line(dw_term *t)
{
  while (t->out->length && t->out->data[t->out->length - 1] == ' ') t->out->length--;
  dw_buf_char(t->out, '\n');
}

static void table_head(dw_term *t, const term_table *table)
{
  dw_term_style(t, DW_TERM_DIM);
  for (int i = 0; i < FIELDS; i++) {
    if (!table->width[i]) continue;
    dw_buf_text(&t->scratch, titles[i]);
    cell(t, table, i);
  }
  dw_term_style(t, DW_TERM_RESET);
  end_line(t);
}

/* repeat: not the first line of its column, so name and picture are not said again. */
static void table_row(dw_term *t, const term_table *table, const dw_report_finding *finding, const dw_report_finding *picture, bool repeat)
{
  dw_bars bars = {.count = 0};
  size_t room = table->width[REFERENCE];
  if (picture && room && !repeat) dw_bars_layout(&bars, picture, room);
  for (int i = 0; i < FIELDS; i++) {
    if (!table->width[i]) continue;
    bool spark = i == REFERENCE || i == CURRENT;
    if (spark) dw_bars_spark(&t->scratch, &bars, i == CURRENT);
    else if (i != NAME || !repeat) field_text(&t->scratch, finding, i);
    if (i == SEVERITY) dw_term_style(t, finding->drift ? dw_term_severity(finding->severity) : DW_TERM_DIM);
    if (i == REFERENCE) dw_term_style(t, DW_TERM_DIM);
    cell(t, table, i);
    if (i == SEVERITY || i == REFERENCE) dw_term_style(t, DW_TERM_RESET);
  }
  end_line(t);
}

/* The line under the row: what changed, and what to be careful with. */
static void row_notes(dw_term *t, const term_table *table, const dw_report_finding *finding, size_t drifted, size_t methods)
{
  size_t indent = table->width[SEVERITY] + GAP;
  if (strcmp(finding->check, "column_drift")) dw_buf_format(&t->scratch, "%s: ", dw_wording_check(finding->check));
  if (finding->error) {
    dw_buf_text(&t->scratch, finding->error);
  } else {
    dw_wording_change(&t->scratch, finding);
    if (methods > 1 && drifted < methods)
      dw_buf_format(&t->scratch, "%s%zu of %zu methods say drift", t->scratch.length ? "; " : "", drifted, methods);
  }
  if (finding->approximate) {
    bool sketched = isfinite(finding->rank_error);
    dw_buf_format(&t->scratch, "%sapproximate, %s", t->scratch.length ? "; " : "", sketched ? "rank error " : "from a sample");
    if (sketched) dw_figure(&t->scratch, finding->rank_error, 2);
  }
  dw_term_styled(t, indent, DW_TERM_DIM);
  if (!finding->warning) return;
  dw_buf_format(&t->scratch, "warning: %s", finding->warning);
  dw_term_styled(t, indent, "\033[33m");
}

static void distributions(dw_term *t, const dw_report_section *section)
{
  size_t rows = 0;
  for (size_t i = 0; i < section->count; i++) rows += shown(&section->findings[i], t->render);
  if (rows == 0) return;
  dw_buf_char(t->out, '\n');
  term_table table = measure(t, section);
  table_head(t, &table);
  for (size_t i = 0; i < section->column_count; i++) {
    const dw_report_column *column = &section->columns[i];
    const dw_report_finding *picture = column->picture == SIZE_MAX ? NULL : &section->findings[column->picture];
    size_t drifted = 0, methods = 0;
    for (size_t k = column->first; k != SIZE_MAX; k = section->findings[k].next) {
      methods += dw_report_is_shape(&section->findings[k]);
      drifted += dw_report_is_shape(&section->findings[k]) && section->findings[k].drift;
    }
    const dw_report_finding *lead = &section->findings[column->lead];
    if (!shown(lead, t->render)) continue;
    table_row(t, &table, lead, picture, false);
    row_notes(t, &table, lead, drifted, methods);
    for (size_t k = column->first; k != SIZE_MAX; k = section->findings[k].next) {
      if (k == column->lead || !shown(&section->findings[k], t->render)) continue;
      table_row(t, &table, &section->findings[k], picture, true);
      if (section->findings[k].error) row_notes(t, &table, &section->findings[k], 0, 0);
    }
  }
}

static void quiet_columns(dw_term *t, const dw_report_section *section)
{
  size_t quiet = 0;
  for (size_t i = 0; i < section->column_count; i++) {
    const dw_report_finding *lead = &section->findings[section->columns[i].lead];
    quiet += dw_report_is_shape(lead) && !shown(lead, t->render);
  }
  if (quiet == 0) return;
  dw_buf_char(t->out, '\n');
  dw_figure_count(&t->scratch, (double)quiet);
  dw_buf_text(&t->scratch, quiet == 1 ? " quiet column: " : " quiet columns: ");
  size_t said = 0;
  for (size_t i = 0; i < section->column_count && said < QUIET_NAMES; i++) {
    const dw_report_finding *lead = &section->findings[section->columns[i].lead];
    if (!dw_report_is_shape(lead) || shown(lead, t->render)) continue;
    dw_buf_format(&t->scratch, "%s%s", said++ ? ", " : "", section->columns[i].name);
  }
  if (said < quiet) dw_buf_format(&t->scratch, " … and %zu more", quiet - said);
  dw_buf_text(&t->scratch, " (--all shows them)");
  dw_term_paragraph(t, 0);
}

/* --- lists --- */

static void check_row(dw_term *t, const dw_report_finding *finding)
{
  const char *word = finding->error ? "error" : !finding->drift ? "no" : dw_report_severity_word(finding->severity);
  dw_term_style(t, finding->drift ? dw_term_severity(finding->severity) : DW_TERM_DIM);
  dw_cells_fit(t->out, word, strlen(word), 7, false, t->render->ascii);
  dw_term_style(t, DW_TERM_RESET);
  if (dw_report_is_performance(finding) && *finding->column) dw_buf_text(&t->scratch, finding->column);
  else dw_buf_format(&t->scratch, "%s%s%s", dw_wording_check(finding->check), *finding->column ? " of " : "", finding->column);
  dw_buf_text(&t->scratch, ": ");
  dw_wording_line(&t->scratch, finding);
  if (finding->warning) dw_buf_format(&t->scratch, " (warning: %s)", finding->warning);
  size_t start = t->out->length;
  dw_term_paragraph(t, 7);
  memmove(t->out->data + start, t->out->data + start + 7, t->out->length - start - 7); /* the first line stands behind the word */
  t->out->length -= 7;
}

static void checks(dw_term *t, const dw_report_section *section, bool performance)
{
  size_t listed = 0, quiet = 0;
  for (int rank = DW_REPORT_HIGH; rank >= -1; rank--) /* -1: quiet */
    for (size_t i = 0; i < section->column_count; i++)
      for (size_t k = section->columns[i].first; k != SIZE_MAX; k = section->findings[k].next) {
        const dw_report_finding *finding = &section->findings[k];
        if ((finding->drift ? (int)finding->severity : -1) != rank) continue;
        if (performance ? !dw_report_is_performance(finding) : !dw_report_is_other(finding)) continue;
        bool list = dw_report_is_told(finding) || performance || t->render->all;
        quiet += !list;
        if (!list) continue;
        if (listed++ == 0) dw_term_heading(t, performance ? "Performance" : "Other checks");
        check_row(t, finding);
      }
  if (quiet == 0) return;
  if (listed == 0) dw_buf_char(t->out, '\n');
  dw_figure_count(&t->scratch, (double)quiet);
  dw_buf_text(&t->scratch, listed ? " more" : " other");
  dw_buf_text(&t->scratch, quiet == 1 ? " check is quiet" : " checks are quiet");
  dw_term_paragraph(t, 0);
}

static void lost_columns(dw_term *t, const dw_report_section *section)
{
  if (dw_report_lost(section) == 0) return;
  dw_term_heading(t, "Lost columns");
  for (size_t i = 0; i < section->count; i++) {
    const dw_report_finding *finding = &section->findings[i];
    if (!finding->lost) continue;
    dw_buf_format(&t->scratch, "%s: ", finding->column);
    dw_wording_lost(&t->scratch, finding);
    dw_buf_text(&t->scratch, "; ");
    dw_wording_change(&t->scratch, finding);
    dw_term_item(t, 0, dw_report_severity_word(finding->severity), dw_term_severity(finding->severity));
  }
}

static void not_judged(dw_term *t, const dw_report_summary *summary)
{
  if (summary->unjudged_count) dw_term_heading(t, "Not judged");
  for (size_t i = 0; i < summary->unjudged_count; i++)
    if (dw_wording_unjudged(&t->scratch, summary, i)) dw_term_paragraph(t, 2);
}

static void not_compared(dw_term *t, const dw_report_summary *summary)
{
  if (summary->uncompared_count) dw_term_heading(t, "Not compared");
  for (size_t i = 0; i < summary->uncompared_count; i++)
    if (dw_wording_uncompared(&t->scratch, summary, i)) dw_term_paragraph(t, 2);
}

static void made_by(dw_term *t, const dw_report_summary *summary)
{
  if (summary->stage_count) dw_term_heading(t, "Made by");
  for (size_t i = 0; i < summary->stage_count; i++) {
    dw_wording_stage(&t->scratch, &summary->stages[i]);
    dw_term_paragraph(t, 2);
    for (size_t k = 0; k < summary->stages[i].input_count; k++) {
      dw_wording_source(&t->scratch, &summary->stages[i].inputs[k]);
      dw_term_styled(t, 4, DW_TERM_DIM);
    }
  }
}

/* --- the whole --- */

static void verdict(dw_term *t, const dw_report_section *section)
{
  const dw_report_summary *summary = &section->summary;
  dw_wording_verdict(&t->scratch, section);
  bool unknown = !summary->given || summary->not_judged;
  dw_term_styled(t, 0, unknown ? "\033[1;35m" : summary->drift ? dw_term_severity(DW_REPORT_HIGH) : "\033[1;32m");
  if (!summary->given) {
    dw_buf_text(&t->scratch, dw_wording_incomplete);
    dw_term_paragraph(t, 0);
    return;
  }
  dw_buf_text(&t->scratch, "Reference ");
  dw_figure_count(&t->scratch, summary->reference_rows);
  dw_buf_text(&t->scratch, " rows, current ");
  dw_figure_count(&t->scratch, summary->current_rows);
  dw_buf_text(&t->scratch, " rows. ");
  dw_wording_share(&t->scratch, summary);
  dw_wording_fail_on(&t->scratch, summary);
  dw_term_paragraph(t, 0);
  if (!(summary->skipped_records > 0)) return;
  dw_figure_count(&t->scratch, summary->skipped_records);
  dw_buf_text(&t->scratch, summary->skipped_records == 1 ? " bad record was skipped." : " bad records were skipped.");
  dw_term_styled(t, 0, "\033[33m");
}

void dw_term_write(dw_buf *out, const dw_report *report, const dw_render *render)
{
  dw_term t = {.out = out, .render = render};
  if (render->title) {
    dw_buf_text(&t.scratch, render->title);
    dw_term_styled(&t, 0, DW_TERM_BOLD);
  }
  bool alone = report->count == 1; /* the verdict of the only comparison comes before what was decided on it */
  if (alone) verdict(&t, &report->sections[0]);
  if (alone && report->control.run_count) dw_buf_char(out, '\n');
  dw_term_runs(&t, &report->control);
  dw_term_evaluations(&t, &report->control);
  if (!alone && report->count && dw_control_any(&report->control)) dw_buf_char(out, '\n');
  for (size_t i = 0; i < report->count; i++) {
    const dw_report_section *section = &report->sections[i];
    if (!alone) {
      if (i) dw_buf_char(out, '\n');
      dw_buf_format(&t.scratch, "Comparison %zu of %zu", i + 1, report->count);
      dw_buf inputs = {0};
      if (dw_wording_inputs(&inputs, &section->summary)) dw_buf_format(&t.scratch, ": %s", dw_buf_cstr(&inputs));
      dw_buf_free(&inputs);
      dw_term_styled(&t, 0, DW_TERM_BOLD);
    }
    if (!alone) verdict(&t, section);
    lost_columns(&t, section);
    not_judged(&t, &section->summary);
    checks(&t, section, true);
    distributions(&t, section);
    quiet_columns(&t, section);
    dw_term_series(&t, section);
    dw_term_segments(&t, section);
    checks(&t, section, false);
    not_compared(&t, &section->summary);
    made_by(&t, &section->summary);
  }
  dw_buf_free(&t.scratch);
  dw_buf_free(&t.clean);
}
