/* The table of all columns: a row each, which opens to the column in full. Without the script everything is readable, and a row opens by
 * the line under it; the script puts buttons into the heads (sorting) and the names (opening), and shows the bar that filters. */
#include "report/model/figures.h"
#include "report/write/html_parts.h"

enum { BAR_FROM = 8 }; /* columns from which on a bar helps */

static const char bar[] =
    "<form class=\"bar\" role=\"search\" hidden><label>Find <input type=\"search\" placeholder=\"name\" aria-label=\"Find a column by "
    "name\">"
    "</label><label>Verdict <select aria-label=\"Verdict\"></select></label><label>Type <select aria-label=\"Type\"></select></label>"
    "<button type=\"button\">Close all</button><output aria-live=\"polite\"></output></form>\n";

/* How the script sorts by the column: as it came, by numbers, as text; 0: not at all. */
static char sorting(const dw_block_column *column)
{
  switch (column->kind) {
  case DW_COLUMN_STATE: return 'o';
  case DW_COLUMN_FIGURE: return 'n';
  case DW_COLUMN_SUBJECT:
  case DW_COLUMN_WORD: return 't';
  default: return 0;
  }
}

static void head(dw_html *page, const dw_block_column *column)
{
  char sort = sorting(column);
  if (dw_html_pictured(column->kind)) {
    dw_html_put(page, "<td class=\"pic\"></td>");
    return;
  }
  dw_html_put(page, "<th scope=\"col\"");
  if (sort) dw_buf_format(page->out, " data-k=\"%c\"", sort);
  if (column->kind == DW_COLUMN_FIGURE) dw_html_put(page, " class=\"f\"");
  dw_html_put(page, ">");
  dw_html_put(page, column->kind == DW_COLUMN_STATE ? "verdict" : column->title);
  dw_html_put(page, "</th>");
}

static void item(dw_html *page, const dw_block_table *table, const dw_block_row *row, size_t cells)
{
  page->brief = row->full && row->full->card.brief;
  dw_buf_format(page->out, "<tbody class=\"item%s\"><tr>", row->open && row->full ? " on" : "");
  dw_html_row(page, table, row);
  dw_html_put(page, "</tr>");
  if (row->full) {
    dw_buf_format(page->out, "<tr class=\"more\"><td colspan=\"%zu\"><details%s><summary>in full</summary><div class=\"card\">", cells,
                  row->open ? " open" : "");
    dw_html_draw_blocks(page, row->full->first);
    dw_html_put(page, "</div></details></td></tr>");
  }
  dw_html_put(page, "</tbody>\n");
  page->brief = false;
}

void dw_html_columns(dw_html *page, const dw_block_table *table)
{
  size_t count = 0, cells = 0;
  for (const dw_block_row *row = table->rows; row; row = row->next) count += row->cells != NULL;
  for (size_t i = 0; i < table->column_count; i++) cells += table->columns[i].kind != DW_COLUMN_ASIDE;
  if (count == 0) return;
  dw_html_put(page, table->heading.count ? "<h2>" : "<h2>All columns");
  dw_html_words(page, &table->heading);
  dw_html_put(page, "</h2>\n");
  dw_html_legend(page, table->legend);
  if (count >= BAR_FROM) dw_html_put(page, bar);
  dw_html_put(page, "<div class=\"wide sheet\"><table class=\"c all\"><thead><tr>");
  for (int pass = 0; pass < 2; pass++) /* the state comes first */
    for (size_t i = 0; i < table->column_count; i++)
      if ((table->columns[i].kind == DW_COLUMN_STATE) == (pass == 0) && table->columns[i].kind != DW_COLUMN_ASIDE)
        head(page, &table->columns[i]);
  dw_html_put(page, "</tr></thead>\n");
  for (const dw_block_row *row = table->rows; row; row = row->next)
    if (row->cells) item(page, table, row, cells);
  dw_html_put(page, "</table></div>\n");
}
