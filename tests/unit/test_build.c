#include "test.h"

#include <string.h>

#include "report/blocks/build.h"

static dw_arena arena;
static dw_report_block root;

static dw_build start(dw_block_place place)
{
  dw_arena_init(&arena);
  root = (dw_report_block){.type = DW_BLOCK_GROUP};
  return (dw_build){.arena = &arena, .room = {.place = place}, .open = &root};
}

static void end(dw_build *b)
{
  dw_build_free(b);
  dw_arena_free(&arena);
}

TEST(words_are_spans_of_one_style)
{
  dw_build b = start(DW_LINES);
  dw_buf_text(&b.run, "a");
  dw_build_say(&b, DW_PLAIN, "b");
  dw_build_say(&b, DW_NAME, "");
  dw_build_say(&b, DW_SMALL | DW_NAME, "c");
  dw_buf_text(&b.run, "d");
  dw_block_words words = dw_build_said(&b);
  CHECK(words.count == 4);
  CHECK_TEXT(words.span[0].text, "ab");
  CHECK(words.span[0].style == DW_PLAIN && words.span[0].length == 2);
  CHECK(words.span[1].style == DW_NAME && words.span[1].length == 0); /* an empty name is one, too */
  CHECK_TEXT(words.span[2].text, "c");
  CHECK(words.span[2].style == (DW_SMALL | DW_NAME));
  CHECK_TEXT(words.span[3].text, "d");
  CHECK(dw_build_said(&b).count == 0);
  end(&b);
}

TEST(blocks_stand_in_the_one_that_is_open)
{
  dw_build b = start(DW_PAGES);
  dw_build_heading(&b, DW_EVERYWHERE, DW_LEVEL_PART, "first");
  dw_build_heading(&b, DW_BRIEF, DW_LEVEL_PART, "not on a page");
  dw_report_block *outer = dw_build_group(&b, DW_GROUP_SHEET), *inner = dw_build_open(&b, DW_BLOCK_FOLD);
  dw_build_say(&b, DW_PLAIN, "in");
  dw_build_text(&b, DW_TEXT_NOTE);
  dw_build_text(&b, DW_TEXT_NOTE); /* nothing was said */
  dw_build_close(&b, inner);
  dw_build_close(&b, outer);
  dw_build_heading(&b, DW_PAGES, DW_LEVEL_PART, "last");
  CHECK(root.first->type == DW_BLOCK_HEADING && root.first->next == outer && outer->first == inner && inner->next == NULL);
  CHECK(inner->first->type == DW_BLOCK_TEXT && inner->first->next == NULL);
  CHECK(outer->next->type == DW_BLOCK_HEADING && outer->next->next == NULL);
  CHECK_TEXT(outer->next->heading.words.span->text, "last");
  end(&b);
}

/* Cells that the form does not show are not written, and leave no words behind. */
TEST(a_table_has_the_columns_that_its_form_shows)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "a"},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "b", .shown = DW_PAGES},
                                            {.kind = DW_COLUMN_SENTENCE, .title = "c", .shown = DW_NO_TABLES},
                                            {.kind = DW_COLUMN_FIGURE, .title = "d"}};
  dw_build b = start(DW_LINES);
  dw_block_table *table = dw_build_table(&b, DW_TABLE_SENTENCES, columns, 4);
  dw_build_row(&b, "one");
  for (size_t i = 0; i < 4; i++)
    if (dw_build_cell(&b, i)) dw_buf_format(&b.run, "cell%zu", i);
  dw_build_cells_end(&b);
  dw_build_say(&b, DW_PLAIN, "careful");
  dw_build_note(&b, DW_NOTE_WARNING);
  dw_build_say(&b, DW_PLAIN, "a sample");
  dw_build_note(&b, DW_NOTE_REMARK);
  dw_build_row_named(&b, "two", true);
  dw_build_table_end(&b);
  CHECK(root.first && root.first->type == DW_BLOCK_TABLE && table->column_count == 3 && table->count == 2 && table->quiet == 1);
  CHECK_TEXT(table->columns[1].title, "c");
  CHECK_TEXT(table->rows->cells[0].words.span->text, "cell0");
  CHECK_TEXT(table->rows->cells[1].words.span->text, "cell2");
  CHECK_TEXT(table->rows->cells[2].words.span->text, "cell3");
  CHECK_TEXT(table->rows->notes->words.span->text, "careful");
  CHECK(table->rows->notes->next->kind == DW_NOTE_REMARK && table->rows->notes->next->next == NULL);
  CHECK(table->rows->next->cells == NULL && table->rows->next->quiet && table->rows->next->next == NULL);
  CHECK_TEXT(table->rows->next->name, "two");
  end(&b);
}

TEST(a_table_without_rows_is_no_block)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "a"}};
  dw_build b = start(DW_TABLES);
  dw_build_table(&b, DW_TABLE_SENTENCES, columns, 1);
  dw_build_table_end(&b);
  CHECK(root.first == NULL);
  dw_build_table(&b, DW_TABLE_EVIDENCE, columns, 1)->total = 3; /* which the input does not list */
  dw_build_table_end(&b);
  CHECK(root.first && root.first->next == NULL);
  dw_build_table(&b, DW_TABLE_SEGMENTS, columns, 1)->bare = true;
  dw_build_table_end(&b);
  CHECK(root.first && root.first->next);
  end(&b);
}

/* Loud and quiet rows are counted each for themselves. */
TEST(a_form_may_have_room_for_some_rows)
{
  static const dw_block_column columns[] = {{.kind = DW_COLUMN_SUBJECT, .title = "a"}};
  dw_build b = start(DW_TABLES);
  b.room.rows = 1;
  dw_block_table *table = dw_build_table(&b, DW_TABLE_CHECKS, columns, 1);
  CHECK(dw_build_has_room(&b, false) && !dw_build_has_room(&b, true));
  b.room.quiet = true;
  CHECK(dw_build_has_room(&b, true));
  dw_build_row(&b, "loud");
  CHECK(!dw_build_has_room(&b, false) && dw_build_has_room(&b, true));
  dw_build_row_named(&b, "loud", false);
  dw_build_row(&b, "quiet");
  dw_build_row_quiet(&b);
  CHECK(!dw_build_has_room(&b, true));
  dw_build_table_end(&b);
  CHECK(table->count == 3 && table->quiet == 1 && table->rows->next->cells == NULL);
  end(&b);
}
