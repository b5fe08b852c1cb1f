#include "report/compose/sections.h"

#include "report/blocks/show.h"
#include "report/compose/show_network.h"
#include "report/compose/show_runs.h"
#include "report/model/figures.h"
#include "report/words/run_wording.h"
#include "report/words/wording.h"

/* --- short sections --- */

static void lost_columns(dw_build *b, const dw_report_section *section)
{
  enum { STATE, COLUMN, NOW, FOUND };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "column"},
                                            {.kind = DW_COLUMN_WORD, .title = "now"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what was found"}};
  if (dw_report_lost(section) == 0) return;
  dw_block_table *table = dw_build_table(b, DW_TABLE_SENTENCES, columns, 4);
  dw_build_say(b, DW_PLAIN, "Lost columns");
  table->heading = dw_build_said(b);
  table->findable = true;
  for (size_t i = 0; i < section->count; i++) {
    const dw_report_finding *finding = &section->findings[i];
    if (!finding->lost) continue;
    dw_build_row(b, finding->column);
    dw_build_cell_state(b, STATE, (dw_block_state){DW_STATE_DRIFT, finding->severity, NULL});
    dw_build_cell_text(b, COLUMN, DW_NAME, finding->column);
    if (dw_build_cell(b, NOW)) dw_wording_lost(&b->run, finding);
    if (dw_build_cell(b, FOUND)) dw_wording_change(&b->run, finding);
  }
  dw_build_table_end(b);
}

/* Each reason once, at most `most` of them. */
static void reasons(dw_build *b, const dw_report_summary *summary, dw_block_words heading, size_t most)
{
  dw_block_list *list = &dw_build_block(b, DW_BLOCK_LIST)->list;
  dw_block_item *first = NULL, **end = &first;
  size_t said = 0;
  list->heading = heading;
  for (size_t i = 0; i < summary->unjudged_count && most; i++) {
    size_t alike = dw_wording_unjudged(&b->run, summary, i);
    if (alike == 0) continue;
    dw_build_item(b, &end);
    said += alike;
    most--;
  }
  list->items = first;
  if (said == summary->unjudged_count) return;
  dw_figure_count(&b->run, (double)(summary->unjudged_count - said));
  dw_build_say(b, DW_PLAIN, " more are not judged; their reasons are not shown here.");
  dw_build_text(b, DW_TEXT_NOTE);
}

/* What should have been judged: a row each, or, in brief, a sentence for those that have no answer for the same reason. */
static void not_judged(dw_build *b, const dw_report_section *section)
{
  enum { COLUMN, METHOD, WHY, LINES_MOST = 24, ROWS_MOST = 2000 };
  const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = dw_report_of_canaries(section) ? "canary" : "column"},
                                     {.kind = DW_COLUMN_WORD, .title = "method"},
                                     {.kind = DW_COLUMN_SENTENCE, .title = "why"}};
  const dw_report_summary *summary = &section->summary;
  size_t most = dw_build_shows(b, DW_LINES) && !b->room.quiet ? LINES_MOST : ROWS_MOST;
  if (summary->unjudged_count == 0) return;
  dw_build_say(b, DW_PLAIN, "Not judged");
  dw_block_words heading = dw_build_said(b);
  if (dw_build_shows(b, DW_BRIEF)) {
    reasons(b, summary, heading, b->room.rows && b->room.rows < most ? b->room.rows : most);
    return;
  }
  dw_block_table *table = dw_build_table(b, DW_TABLE_SENTENCES, columns, 3);
  table->heading = heading;
  table->findable = true;
  table->nouns = "not judged";
  for (size_t i = 0; i < summary->unjudged_count && i < most; i++) {
    const dw_report_unjudged *unjudged = &summary->unjudged[i];
    dw_build_row(b, unjudged->column);
    if (*unjudged->column) dw_build_cell_text(b, COLUMN, DW_NAME, unjudged->column);
    if (dw_build_cell(b, METHOD)) dw_wording_short(&b->run, unjudged->method);
    if (dw_build_cell(b, WHY)) dw_wording_unjudged_why(&b->run, unjudged);
  }
  if (summary->unjudged_count > most) table->total = (double)summary->unjudged_count;
  dw_build_table_end(b);
}

/* --- what consists of what --- */

typedef void dw_section_of_comparison(dw_build *b, const dw_report_section *section);
typedef void dw_section_of_run(dw_build *b, const dw_report_run *run);

/* What was found in a comparison, behind its verdict. */
/* clang-format off */
static dw_section_of_comparison *const findings[] = {
    lost_columns,
    not_judged,
    dw_show_performance,
    dw_show_columns,
    dw_show_series,
    dw_show_joint,
    dw_show_segments,
    dw_show_checks,
    dw_show_quality,
    dw_show_dependence,
};
/* clang-format on */

/* What dw-heal did about it. */
static dw_section_of_run *const run[] = {dw_show_decision, dw_show_incident, dw_show_plan};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- the whole --- */

/* Which of its run's comparisons a section is; NULL: no run speaks for it. */
static const dw_checked_comparison *of_run(const dw_report *report, size_t index)
{
  const dw_report_section *section = &report->sections[index];
  size_t at = 0;
  if (!section->of_run) return NULL;
  for (size_t i = 0; i < index; i++) at += report->sections[i].of_run && report->sections[i].run == section->run;
  const dw_checked_run *checked = &report->runs[section->run].run;
  return at < checked->comparison_count ? &checked->comparison[at] : NULL;
}

/* "inference", of several models "inference of fraud" */
static void of_which(dw_build *b, const dw_report *report, const dw_report_section *section, const dw_checked_comparison *of)
{
  const char *model = report->runs[section->run].run.model;
  dw_build_say(b, DW_NAME, of->record);
  if (report->history_count < 2 || !model) return;
  dw_build_say(b, DW_PLAIN, " of ");
  dw_build_say(b, DW_NAME, model);
}

static void contents(dw_build *b, const dw_report *report)
{
  if (report->count < 2 || !dw_build_shows(b, DW_PAGES)) return;
  for (size_t i = 0; i < report->count; i++) {
    dw_block_contents *entry = &dw_build_block(b, DW_BLOCK_CONTENTS)->contents;
    const dw_checked_comparison *of = of_run(report, i);
    if (of && of->record) of_which(b, report, &report->sections[i], of);
    else if (!dw_wording_inputs(&b->run, &report->sections[i].summary)) dw_buf_format(&b->run, "Comparison %zu", i + 1);
    entry->link = dw_build_said(b);
    dw_wording_verdict(&b->run, &report->sections[i]);
    entry->words = dw_build_said(b);
  }
}

static void control(dw_build *b, const dw_control *control)
{
  for (size_t i = 0; i < control->run_count; i++) {
    dw_report_block *group = dw_build_group(b, DW_GROUP_DECISION);
    for (size_t k = 0; k < COUNT(run); k++) run[k](b, &control->runs[i]);
    dw_build_close(b, group);
  }
  for (size_t i = 0; i < control->evaluation_count; i++) {
    dw_report_block *group = dw_build_group(b, DW_GROUP_EVALUATION);
    dw_show_metrics(b, &control->evaluations[i]);
    dw_build_close(b, group);
  }
}

static void comparison(dw_build *b, const dw_report *report, size_t index)
{
  const dw_report_section *section = &report->sections[index];
  dw_report_block *group = dw_build_group(b, DW_GROUP_COMPARISON);
  group->group.number = index + 1;
  const dw_checked_comparison *of = of_run(report, index);
  if (report->count > 1 || of) {
    dw_block_heading *heading = &dw_build_block(b, DW_BLOCK_HEADING)->heading;
    if (report->count > 1) dw_buf_format(&b->run, "Comparison %zu of %zu", index + 1, report->count);
    else dw_build_say(b, DW_PLAIN, "Comparison");
    heading->numbered = true;
    heading->words = dw_build_said(b);
    if (of && of->record) of_which(b, report, section, of);
    else dw_wording_inputs(&b->run, &section->summary);
    heading->of = dw_build_said(b);
  }
  if (of && dw_run_by_seeds(&report->runs[section->run].run)) {
    dw_build_say(b, DW_PLAIN, "For comparison only: the verdict of the run is by the seeds' rule.");
    dw_build_text(b, DW_TEXT_NOTE);
  }
  dw_show_verdict(b, section);
  if (report->count == 1) dw_show_network(b, &report->network, false);
  if (report->count == 1) control(b, &report->control); /* what was decided on the only comparison stands behind its verdict */
  dw_report_block *found = dw_build_group(b, DW_GROUP_FINDINGS);
  for (size_t i = 0; i < COUNT(findings); i++) findings[i](b, section);
  dw_build_close(b, found);
  dw_show_origin(b, section);
  dw_build_close(b, group);
}

/* Of several comparisons each heading says of which. */
static const char *data_of(const dw_report *report, dw_arena *arena)
{
  dw_buf names = {0};
  if (report->count == 1) dw_wording_inputs(&names, &report->sections[0].summary);
  const char *data = names.length ? dw_arena_strndup(arena, names.data, names.length) : NULL;
  dw_buf_free(&names);
  return data;
}

const dw_report_blocks *dw_sections(const dw_report *report, const dw_render *render, const dw_block_room *room, dw_arena *arena)
{
  dw_report_block *root = dw_arena_alloc(arena, sizeof *root);
  *root = (dw_report_block){0};
  dw_build b = {.arena = arena, .room = *room, .open = root, .reported = render->reported};
  for (size_t i = 0; i < report->history_count; i++) dw_show_history(&b, report, &report->histories[i]); /* a run's verdict is the first */
  if (report->count != 1) dw_show_network(&b, &report->network, true); /* what all comparisons say together */
  contents(&b, report);
  if (report->count != 1) control(&b, &report->control);
  for (size_t i = 0; i < report->count; i++) comparison(&b, report, i);
  dw_report_blocks *blocks = dw_build_room(&b, sizeof *blocks);
  blocks->title = render->title;
  blocks->data = data_of(report, arena);
  blocks->first = root->first;
  blocks->canaries = report->count > 0;
  for (size_t i = 0; i < report->count; i++) {
    if (report->sections[i].column_count > blocks->columns) blocks->columns = report->sections[i].column_count;
    blocks->canaries = blocks->canaries && dw_report_of_canaries(&report->sections[i]);
  }
  dw_build_free(&b);
  return blocks;
}
