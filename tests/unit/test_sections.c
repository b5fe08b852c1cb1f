#include "report_case.h"

#include "report/compose/sections.h"

static const char *const paths[] = {"data/findings-feature.ndjson", "data/control-promoted.ndjson", "data/control-metrics.ndjson", NULL};

static dw_report *everything(void)
{
  dw_report *report = dw_findings_new();
  for (size_t i = 0; paths[i]; i++) {
    size_t length = 0;
    char *text = test_read(paths[i], &length);
    CHECK_MSG(text != NULL, "%s is missing", paths[i]);
    if (text) case_add(report, text, length);
    free(text);
  }
  dw_findings_finish(report);
  return report;
}

static void words(dw_buf *out, const dw_block_words *words)
{
  for (size_t i = 0; i < words->count; i++) dw_buf_text(out, words->span[i].text);
  if (words->count) dw_buf_text(out, "; ");
}

/* What stands over headings, tables and lists, in order; verdicts as "!", cards as "#". */
static void outline(dw_buf *out, const dw_report_block *block)
{
  for (; block; block = block->next) {
    if (block->type == DW_BLOCK_VERDICT) dw_buf_text(out, "!; ");
    if (block->type == DW_BLOCK_HEADING) words(out, &block->heading.words);
    if (block->type == DW_BLOCK_TABLE && block->table.kind == DW_TABLE_COLUMNS) dw_buf_text(out, "columns; ");
    if (block->type == DW_BLOCK_TABLE) words(out, &block->table.heading);
    if (block->type == DW_BLOCK_LIST) words(out, &block->list.heading);
    if (block->type == DW_BLOCK_TABLE)
      for (const dw_block_row *row = block->table.rows; row; row = row->next) dw_buf_text(out, row->full ? "#; " : "");
    outline(out, block->first);
  }
}

static const char *outlined(dw_buf *out, const dw_report *report, dw_block_room room)
{
  dw_arena arena;
  dw_arena_init(&arena);
  out->length = 0;
  outline(out, dw_sections(report, &(dw_render){.title = NULL}, &room, &arena)->first);
  dw_arena_free(&arena);
  return dw_buf_cstr(out);
}

/* One order for all forms: the verdict, what was decided and measured, what was found, what was left out and how it was made. */
TEST(one_order)
{
  dw_buf out = {0};
  dw_report *report = everything();
  CHECK_TEXT(outlined(&out, report, (dw_block_room){.place = DW_LINES}),
             "!; !; Quality gates; Incident; Plan; !; Performance; columns; Other checks; Not compared; Made by; ");
  CHECK_TEXT(outlined(&out, report, (dw_block_room){.place = DW_TABLES}),
             "!; Decision; !; Incident; Plan; Metrics; !; Performance; columns; Other checks; Not compared; Made by; ");
  CHECK_TEXT(outlined(&out, report, (dw_block_room){.place = DW_PAGES, .quiet = true, .full = 2}),
             "!; Decision; !; Quality gates; Incident; Plan; Metrics; !; Confusion matrix, all rows; Performance; columns; #; #; #; #; #; "
             "#; #; #; "
             "Other checks; Data quality; Not compared; How this was made; ");
  dw_findings_free(report);
  dw_buf_free(&out);
}

static const dw_block_table *columns_of(const dw_report_block *block)
{
  for (; block; block = block->next) {
    if (block->type == DW_BLOCK_TABLE && block->table.kind == DW_TABLE_COLUMNS) return &block->table;
    const dw_block_table *inside = columns_of(block->first);
    if (inside) return inside;
  }
  return NULL;
}

/* Quiet rows are built where the form has room for them. */
TEST(quiet_rows_by_name_or_in_full)
{
  dw_report *report = case_file("feature");
  for (int quiet = 0; quiet < 2; quiet++) {
    dw_arena arena;
    dw_arena_init(&arena);
    const dw_block_table *table =
        columns_of(dw_sections(report, &(dw_render){.title = NULL}, &(dw_block_room){.place = DW_LINES, .quiet = quiet}, &arena)->first);
    size_t count = 0;
    CHECK(table && table->count == 8 && table->quiet == 4);
    for (const dw_block_row *row = table ? table->rows : NULL; row; row = row->next) count += row->quiet && !row->cells;
    CHECK(count == (quiet ? 0 : 4));
    dw_arena_free(&arena);
  }
  dw_findings_free(report);
}
