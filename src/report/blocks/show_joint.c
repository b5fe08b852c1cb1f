/* What only shows when columns are looked at together: the methods for all of them, the columns that give the sides away, the pairs that
 * changed. Pages have room for it; in brief its findings stand among the other checks. */
#include <math.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

static bool of_pair(const dw_report_finding *finding) { return dw_report_is_joint(finding) && finding->pair[0]; }
static bool of_all(const dw_report_finding *finding) { return dw_report_is_joint(finding) && !finding->pair[0]; }

static void methods(dw_build *b, const dw_report_section *section)
{
  enum { STATE, METHOD, FOUND };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = ""},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "method"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "what was found"}};
  dw_block_table *table = dw_build_table(b, DW_TABLE_SENTENCES, columns, 3);
  table->findable = table->bare = true;
  for (size_t i = 0; i < section->count; i++) {
    const dw_report_finding *finding = &section->findings[i];
    if (!of_all(finding)) continue;
    dw_build_row(b, finding->method);
    dw_build_cell_state(b, STATE, dw_build_state_of(finding));
    dw_build_cell_text(b, METHOD, DW_PLAIN, dw_wording_method(finding->method));
    if (dw_build_cell(b, FOUND)) dw_wording_line(&b->run, finding);
    dw_build_warning(b, finding);
    if (!finding->approximate) continue;
    dw_build_say(b, DW_PLAIN, "From a sample of the rows.");
    dw_build_note(b, DW_NOTE_REMARK);
  }
  dw_build_table_end(b);
}

/* A feature that made the classifier no better has nothing to show. */
static void features(dw_build *b, const dw_report_finding *finding)
{
  enum { COLUMN, PICTURE, LOST, PART, SHOWN = 10 };
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = ""},
                                            {.kind = DW_COLUMN_PAIR, .title = ""},
                                            {.kind = DW_COLUMN_FIGURE, .title = "AUC lost without it"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "part in the trees"}};
  if (!finding->drift || finding->feature_count == 0 || !(finding->features[0].importance > 0)) return;
  dw_build_heading(b, DW_PAGES, DW_LEVEL_UNDER, "What gives the sides away");
  dw_build_table(b, DW_TABLE_FEATURES, columns, 4)->findable = true;
  for (size_t i = 0; i < finding->feature_count && i < SHOWN && finding->features[i].importance > 0; i++) {
    const dw_report_feature *feature = &finding->features[i];
    dw_build_row(b, feature->column);
    dw_build_cell_text(b, COLUMN, DW_NAME, feature->column);
    dw_build_cell_sides(b, PICTURE,
                        &(dw_block_sides){{NAN, NAN, NAN}, {feature->importance, NAN, NAN}, 0, finding->features[0].importance});
    if (dw_build_cell(b, LOST)) dw_figure(&b->run, feature->importance, 2);
    if (dw_build_cell(b, PART)) dw_figure_share(&b->run, feature->gain_share);
  }
  dw_build_table_end(b);
}

/* --- how all pairs changed, as a picture --- */

static size_t pair_index(size_t columns, size_t a, size_t b) { return a * columns - a * (a + 1) / 2 + (b - a - 1); }

static double changed(const dw_report_finding *finding, size_t a, size_t b)
{
  size_t i = a < b ? pair_index(finding->matrix_count, a, b) : pair_index(finding->matrix_count, b, a);
  return finding->matrix_current[i] - finding->matrix_reference[i];
}

/* The pairs that changed most, in words. */
static void largest(dw_build *b, const dw_report_finding *finding)
{
  enum { MOST = 5 };
  double before = HUGE_VAL;
  size_t said = 0, n = finding->matrix_count;
  for (;;) { /* the next smaller change, until there are enough */
    double best = 0;
    for (size_t x = 0; x < n; x++)
      for (size_t y = x + 1; y < n; y++) {
        double size = fabs(changed(finding, x, y));
        if (size < before && size > best) best = size;
      }
    if (best < 0.005 || said >= MOST) break;
    for (size_t x = 0; x < n && said < MOST; x++)
      for (size_t y = x + 1; y < n && said < MOST; y++) {
        if (fabs(changed(finding, x, y)) != best) continue;
        size_t i = pair_index(n, x, y);
        dw_build_say(b, DW_PLAIN, said++ ? "; " : "The largest changes: ");
        dw_build_say(b, DW_NAME, finding->matrix[x]);
        dw_build_say(b, DW_PLAIN, " and ");
        dw_build_say(b, DW_NAME, finding->matrix[y]);
        dw_build_say(b, DW_PLAIN, " ");
        dw_figure_pair(&b->run, finding->matrix_reference[i], finding->matrix_current[i]);
      }
    before = best;
  }
  dw_build_say(b, DW_PLAIN, said ? "." : "No pair changed by 0.005.");
  dw_build_text(b, DW_TEXT_NOTE);
}

static void matrix(dw_build *b, const dw_report_finding *finding)
{
  dw_block_column columns[DW_FINDINGS_MATRIX + 1] = {{.kind = DW_COLUMN_SUBJECT, .title = ""}};
  size_t n = finding->matrix_count;
  double top = 0.3; /* smaller changes are never in full colour */
  if (n < 2 || !finding->matrix_reference) return;
  for (size_t i = 0; i < n; i++)
    columns[i + 1] = (dw_block_column){.kind = DW_COLUMN_HEAT, .title = "", .of = finding->matrix[i], .right = true};
  for (size_t x = 0; x < n; x++)
    for (size_t y = x + 1; y < n; y++) top = fmax(top, fabs(changed(finding, x, y)));
  dw_build_heading(b, DW_PAGES, DW_LEVEL_UNDER, "How pairs of columns changed");
  dw_build_say(b, DW_PLAIN,
               "Correlation or association in the current data less that in the reference: blue where it rose, orange where it fell.");
  dw_build_text(b, DW_TEXT_NOTE);
  dw_build_table(b, DW_TABLE_HEAT, columns, n + 1)->caption = "Change of the correlation of each pair of columns";
  for (size_t x = 0; x < n; x++) {
    dw_build_row(b, finding->matrix[x]);
    dw_build_cell_text(b, 0, DW_NAME, finding->matrix[x]);
    for (size_t y = 0; y < n; y++) {
      double change = x == y ? NAN : changed(finding, x, y);
      if (!dw_build_cell(b, y + 1)) continue;
      b->cell->heat = change / top;
      if (isnan(change)) continue;
      double shown = rint(change * 100) / 100;
      dw_buf_text(&b->run, shown > 0 ? "+" : "");
      dw_figure(&b->run, shown == 0 ? 0 : shown, 2);
    }
  }
  dw_build_table_end(b);
  largest(b, finding);
}

static void pair_row(dw_build *b, const dw_report_finding *finding)
{
  enum { STATE, PAIR, WAY, REFERENCE, CURRENT, DECISION };
  double from = finding->pair_reference, to = finding->pair_current;
  dw_build_row(b, finding->pair[0]);
  dw_build_cell_state(b, STATE, dw_build_state_of(finding));
  if (dw_build_cell(b, PAIR)) {
    dw_build_say(b, DW_NAME, finding->pair[0]);
    dw_build_say(b, DW_PLAIN, " and ");
    dw_build_say(b, DW_NAME, finding->pair[1]);
    dw_build_say(b, DW_PLAIN, " ");
    dw_build_say(b, DW_SMALL, dw_wording_method(finding->measure));
  }
  dw_build_cell_sides(b, WAY, &(dw_block_sides){{from, NAN, NAN}, {to, NAN, NAN}, fmin(0, fmin(from, to)) < 0 ? -1 : 0, 1});
  if (dw_build_cell(b, REFERENCE)) dw_figure(&b->run, from, 3);
  if (dw_build_cell(b, CURRENT)) dw_figure(&b->run, to, 3);
  if (dw_build_cell(b, DECISION)) dw_wording_decision(&b->run, finding);
}

static void pairs(dw_build *b, const dw_report_section *section)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_STATE, .title = ""},
                                            {.kind = DW_COLUMN_SUBJECT, .title = "columns"},
                                            {.kind = DW_COLUMN_SHIFT, .title = ""},
                                            {.kind = DW_COLUMN_FIGURE, .title = "reference"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "current"},
                                            {.kind = DW_COLUMN_WORD, .title = "decision"}};
  size_t count = 0;
  for (size_t i = 0; i < section->count; i++) count += of_pair(&section->findings[i]);
  if (count == 0) return;
  dw_build_heading(b, DW_PAGES, DW_LEVEL_UNDER, "Pairs that go together otherwise");
  dw_build_table(b, DW_TABLE_MEASURES, columns, 6)->findable = true;
  for (size_t i = 0; i < section->count; i++)
    if (of_pair(&section->findings[i])) pair_row(b, &section->findings[i]);
  dw_build_table_end(b);
}

void dw_show_joint(dw_build *b, const dw_report_section *section)
{
  size_t count = 0;
  if (!dw_build_shows(b, DW_PAGES)) return;
  for (size_t i = 0; i < section->count; i++) count += dw_report_is_joint(&section->findings[i]);
  if (count == 0) return;
  dw_report_block *group = dw_build_group(b, DW_GROUP_TOGETHER);
  dw_build_heading(b, DW_PAGES, DW_LEVEL_SECTION, "All columns together");
  methods(b, section);
  for (size_t i = 0; i < section->count; i++)
    if (of_all(&section->findings[i])) features(b, &section->findings[i]);
  for (size_t i = 0; i < section->count; i++)
    if (of_all(&section->findings[i])) matrix(b, &section->findings[i]);
  pairs(b, section);
  dw_build_close(b, group);
}
