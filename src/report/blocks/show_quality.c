/* What the data are like on both sides, whatever was found: types, missing and distinct values, rows that repeat others. On pages; what is
 * wrong with it stands among the checks of all forms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/blocks/show.h"
#include "report/model/figures.h"
#include "report/words/wording.h"

enum { ROWS_MOST = 100 };

typedef struct quality {
  const dw_report_column *column;
  const dw_report_finding *of;        /* says how many values there are; NULL: none does */
  const char *type_before, *type_now; /* NULL: not said */
  double missing[2];                  /* shares; NaN: not known */
  double weight;                      /* how far the sides are apart, for the order */
  size_t place;
} quality;

static double missing_of(const dw_report_side *side)
{
  if (!isnan(side->share)) return side->share;
  return side->count >= 0 && side->count + side->missing > 0 ? side->missing / side->count : NAN;
}

static quality look(const dw_report_section *section, size_t place)
{
  const dw_report_column *column = &section->columns[place];
  quality q = {.column = column, .missing = {NAN, NAN}, .place = place};
  for (size_t i = column->first; i != SIZE_MAX; i = section->findings[i].next) {
    const dw_report_finding *finding = &section->findings[i];
    if (finding->type_before && *finding->type_before) q.type_before = finding->type_before;
    if (finding->type_now && *finding->type_now) q.type_now = finding->type_now;
    if (!dw_report_is_shape(finding) || q.of || !finding->reference.given || !finding->current.given) continue;
    q.of = finding;
    q.missing[0] = missing_of(&finding->reference);
    q.missing[1] = missing_of(&finding->current);
  }
  double moved = isnan(q.missing[0]) || isnan(q.missing[1]) ? 0 : fabs(q.missing[1] - q.missing[0]);
  q.weight = q.type_now || q.type_before ? 2 : moved > 0 ? 1 + moved : q.missing[1] > 0 ? q.missing[1] : 0;
  return q;
}

static int by_weight(const void *left, const void *right)
{
  const quality *a = left, *b = right;
  if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
  return a->place < b->place ? -1 : 1;
}

static void row(dw_build *b, const quality *q)
{
  enum { COLUMN, TYPE, MISSING, MISSING_NOW, DISTINCT, DISTINCT_NOW };
  dw_build_row(b, q->column->name);
  dw_build_cell_text(b, COLUMN, DW_NAME, q->column->name);
  if (dw_build_cell(b, TYPE)) {
    if (q->type_before || q->type_now) {
      dw_build_say(b, DW_PLAIN, q->type_before ? q->type_before : "none");
      dw_build_say(b, DW_PLAIN, " → ");
      dw_build_say(b, DW_PLAIN, q->type_now ? q->type_now : "none");
    } else if (q->of) {
      dw_build_say(b, DW_PLAIN, q->of->type);
    }
  }
  if (!q->of) return;
  if (dw_build_cell(b, MISSING)) dw_figure_share(&b->run, q->missing[0]);
  if (dw_build_cell(b, MISSING_NOW)) {
    dw_figure_share(&b->run, q->missing[1]);
    b->cell->bad = q->missing[1] > q->missing[0] + 0.01;
  }
  if (dw_build_cell(b, DISTINCT)) dw_figure_count(&b->run, q->of->reference.distinct);
  if (dw_build_cell(b, DISTINCT_NOW)) dw_figure_count(&b->run, q->of->current.distinct);
}

static void sentence(dw_build *b, const dw_report_section *section, const quality *all, size_t count)
{
  size_t missing[2] = {0, 0}, types = 0;
  for (size_t i = 0; i < count; i++) {
    for (int side = 0; side < 2; side++) missing[side] += all[i].missing[side] > 0;
    types += all[i].type_before || all[i].type_now;
  }
  dw_buf_format(&b->run, "Columns with missing values: %zu in the reference, %zu in the current data. ", missing[0], missing[1]);
  if (types) dw_buf_format(&b->run, "Columns whose type changed, or that came or went: %zu. ", types);
  for (size_t i = 0; i < section->count; i++) {
    const dw_report_repeats *before = &section->findings[i].repeats_before, *now = &section->findings[i].repeats_now;
    if (!section->findings[i].change || strcmp(section->findings[i].change, "duplicate_rows") != 0) continue;
    dw_buf_text(&b->run, "Rows that repeat another one: ");
    dw_figure_share_pair(&b->run, before->share, now->share);
    dw_buf_text(&b->run, ".");
    break;
  }
  dw_build_text(b, DW_TEXT_NOTE);
}

void dw_show_quality(dw_build *b, const dw_report_section *section)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "column"},  {.kind = DW_COLUMN_WORD, .title = "type"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "missing"},  {.kind = DW_COLUMN_FIGURE, .title = "now"},
                                            {.kind = DW_COLUMN_FIGURE, .title = "distinct"}, {.kind = DW_COLUMN_FIGURE, .title = "now"}};
  size_t count = 0;
  if (!dw_build_shows(b, DW_PAGES) || dw_report_of_canaries(section)) return;
  quality *all = dw_alloc_array(section->column_count + 1, sizeof *all);
  for (size_t i = 0; i < section->column_count; i++) {
    all[count] = look(section, i);
    if (*section->columns[i].name && (all[count].of || all[count].weight > 0)) count++;
  }
  if (count) {
    qsort(all, count, sizeof *all, by_weight);
    dw_build_heading(b, DW_PAGES, DW_LEVEL_SECTION, "Data quality");
    sentence(b, section, all, count);
    dw_report_block *fold = dw_build_open(b, DW_BLOCK_FOLD);
    fold->fold = count > ROWS_MOST ? "Types, missing and distinct values by column: the 100 that differ most"
                                   : "Types, missing and distinct values by column";
    dw_build_table(b, DW_TABLE_QUALITY, columns, sizeof columns / sizeof *columns)->findable = true;
    for (size_t i = 0; i < count && i < ROWS_MOST; i++) row(b, &all[i]);
    dw_build_table_end(b);
    dw_build_close(b, fold);
  }
  dw_free(all);
}
