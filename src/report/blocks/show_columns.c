/* How the columns were judged one by one: a row for the finding that stands for the column, rows for what other methods say of it. */
#include <math.h>

#include "kinds/check.h"
#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

enum { STATE, COLUMN, BARS, TYPE, IMPORTANCE, METHOD, SCORE, LIMIT, JUDGED, EFFECT, CHECK, CHANGED, CHANGE, OPEN = 5 };

static bool is_loud(const dw_report_finding *finding) { return finding->drift || finding->error; }

/* How far to trust the row, and the other rows of its column. */
static void remarks(dw_build *b, const dw_report_finding *finding, size_t drifted, size_t methods)
{
  if (methods > 1 && drifted < methods && !finding->error) {
    dw_buf_format(&b->run, "%zu of %zu methods say drift", drifted, methods);
    dw_build_note(b, DW_NOTE_REMARK);
  }
  if (!finding->approximate) return;
  bool sketched = isfinite(finding->rank_error);
  dw_build_say(b, DW_PLAIN, sketched ? "approximate, rank error " : "approximate, from a sample");
  if (sketched) dw_figure(&b->run, finding->rank_error, 2);
  dw_build_note(b, DW_NOTE_REMARK);
}

/* false: there is no room for it. first: of its column, of those that drifted or could not be decided, or of the quiet ones. */
static bool row(dw_build *b, const dw_report_section *section, const dw_report_column *column, const dw_report_finding *finding, bool first)
{
  const dw_report_finding *picture = column->picture == SIZE_MAX ? NULL : &section->findings[column->picture];
  bool leads = finding == &section->findings[column->lead];
  if (!dw_build_has_room(b, !is_loud(finding))) {
    dw_build_row_named(b, column->name, !is_loud(finding))->again = !leads;
    return false;
  }
  dw_build_row(b, column->name)->again = !leads;
  if (!is_loud(finding)) dw_build_row_quiet(b);
  dw_build_cell_state(b, STATE, dw_build_state_of(finding));
  dw_build_cell_text(b, COLUMN, DW_NAME, column->name);
  if (dw_build_cell(b, BARS)) b->cell->bars = picture ? picture : finding;
  if (dw_build_cell(b, TYPE)) dw_show_type(b, finding);
  if (!isnan(column->importance) && dw_build_cell(b, IMPORTANCE)) dw_figure_share(&b->run, column->importance);
  if (dw_build_cell(b, METHOD)) dw_wording_short(&b->run, finding->method);
  if (dw_build_cell(b, SCORE)) dw_wording_score(&b->run, finding);
  if (dw_build_cell(b, LIMIT)) dw_wording_limit(&b->run, finding);
  if (!finding->error && dw_build_cell(b, JUDGED)) dw_wording_decision(&b->run, finding);
  if (dw_build_cell(b, EFFECT)) dw_wording_effect(&b->run, finding);
  if (dw_check_named(finding->check) != DW_CHECK_COLUMN) dw_build_cell_text(b, CHECK, DW_PLAIN, dw_wording_check(finding->check));
  if (dw_build_cell(b, CHANGED)) {
    if (finding->error) dw_build_say(b, DW_PLAIN, finding->error);
    else if (first) dw_wording_change(&b->run, finding);
  }
  if (dw_build_cell(b, CHANGE)) {
    if (finding->error) dw_build_say(b, DW_PLAIN, finding->error);
    else dw_wording_change(&b->run, picture ? picture : finding);
  }
  dw_build_cells_end(b);
  return true;
}

/* The finding that stands for the column comes first. A page shows that one alone: the others are in the column's card. */
static void rows(dw_build *b, const dw_report_section *section, const dw_report_column *column)
{
  const dw_report_finding *lead = &section->findings[column->lead];
  bool said[2] = {false, false}; /* a quiet row, a loud one */
  size_t drifted = 0, methods = 0;
  for (size_t k = column->first; k != SIZE_MAX; k = section->findings[k].next) {
    methods += dw_report_is_shape(&section->findings[k]);
    drifted += dw_report_is_shape(&section->findings[k]) && section->findings[k].drift;
  }
  said[is_loud(lead)] = row(b, section, column, lead, true);
  if (said[is_loud(lead)] && dw_build_shows(b, DW_BRIEF)) {
    remarks(b, lead, drifted, methods);
    dw_build_warning(b, lead);
  }
  for (size_t k = column->first; k != SIZE_MAX && dw_build_shows(b, DW_BRIEF); k = section->findings[k].next) {
    const dw_report_finding *finding = &section->findings[k];
    bool loud = is_loud(finding);
    if (finding == lead || !dw_report_is_shape(finding) || (!loud && !b->room.quiet)) continue;
    if (!row(b, section, column, finding, !said[loud])) continue;
    said[loud] = true;
    if (finding->error) remarks(b, finding, 0, 0);
    dw_build_warning(b, finding);
  }
}

void dw_show_columns(dw_build *b, const dw_report_section *section)
{
  const dw_block_place weighed = section->weighed ? DW_EVERYWHERE : DW_NOWHERE;
  const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = "drift"},
                                     {.kind = DW_COLUMN_SUBJECT, .title = "column"},
                                     {.kind = DW_COLUMN_BARS, .title = "", .spare = 5},
                                     {.kind = DW_COLUMN_WORD, .title = "type", .shown = DW_PAGES},
                                     {.kind = DW_COLUMN_FIGURE, .title = "importance", .shown = weighed},
                                     {.kind = DW_COLUMN_WORD, .title = "method", .shown = DW_BRIEF, .spare = 2},
                                     {.kind = DW_COLUMN_FIGURE, .title = "score", .shown = DW_LINES, .spare = 4},
                                     {.kind = DW_COLUMN_FIGURE, .title = "limit", .shown = DW_LINES, .spare = 3},
                                     {.kind = DW_COLUMN_WORD, .title = "decision", .shown = DW_TABLES},
                                     {.kind = DW_COLUMN_FIGURE, .title = "effect", .spare = 1},
                                     {.kind = DW_COLUMN_TOPIC, .title = "", .shown = DW_LINES},
                                     {.kind = DW_COLUMN_SENTENCE, .title = "what changed", .shown = DW_BRIEF},
                                     {.kind = DW_COLUMN_SENTENCE, .title = "what changed", .shown = DW_PAGES}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_COLUMNS, columns, sizeof columns / sizeof *columns);
  dw_build inner = {.arena = b->arena, .room = b->room};
  size_t shown = 0;
  dw_block_words *legend = dw_build_room(b, 2 * sizeof *legend);
  dw_build_say(b, DW_PLAIN, "reference");
  legend[0] = dw_build_said(b);
  dw_build_say(b, DW_PLAIN, "current. Bars are shares of their own side; lines through a histogram are medians.");
  legend[1] = dw_build_said(b);
  table->legend = legend;
  table->noun = "column";
  table->nouns = "columns";
  table->findable = true;
  for (size_t i = 0; i < section->column_count; i++) {
    const dw_report_column *column = &section->columns[i];
    if (!dw_report_is_shape(&section->findings[column->lead])) continue;
    rows(b, section, column);
    if (!dw_build_shows(b, DW_PAGES)) continue;
    b->row->full = shown < b->room.full ? dw_show_card(&inner, section, column) : dw_show_card_brief(&inner, section, column);
    b->row->open = column->shape_drift && shown < OPEN;
    shown++;
  }
  dw_build_free(&inner);
  dw_build_table_end(b);
}
