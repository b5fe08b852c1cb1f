/* build: blocks (report/blocks/blocks.h) one after the other, for the composition. What the form has no room for is left out here: a row of
 * a table is written cell by cell, and dw_build_cell says whether a cell is wanted at all, so that no words are made for nothing.
 *
 *   dw_build_table(b, DW_TABLE_SENTENCES, columns, N);
 *   dw_build_row(b, name);
 *   dw_build_cell_state(b, STATE, state);
 *   if (dw_build_cell(b, FOUND)) dw_wording_change(&b->run, finding);    what is in run goes into the cell that was begun last
 *   dw_build_table_end(b);                                               a table without rows is no block, unless it is bare
 */
#ifndef DW_REPORT_BUILD_H
#define DW_REPORT_BUILD_H

#include "base/str.h"
#include "report/blocks/blocks.h"

typedef struct dw_build {
  dw_arena *arena;
  dw_block_room room;
  const char *reported;  /* when, as a time in UTC; NULL: not said */
  dw_report_block *open; /* the next block goes into it */
  dw_report_block *last; /* and behind this one; NULL: it is the first */
  dw_buf run;            /* words of one style, not yet a span */
  dw_block_span *spans;
  size_t span_count, span_capacity;
  /* of the table at work */
  dw_report_block *table;
  size_t *place; /* where the form has each column, or SIZE_MAX */
  dw_block_row *row;
  dw_block_cell *cells, *cell;
} dw_build;

static inline bool dw_build_shows(const dw_build *b, dw_block_place shown) { return shown == DW_EVERYWHERE || (shown & b->room.place); }

/* --- words --- */

void dw_build_say(dw_build *b, unsigned style, const char *text); /* as a span of its own, unless plain */
dw_block_words dw_build_said(dw_build *b);                        /* what was said since */

/* --- blocks: behind the last, in the one that is open --- */

dw_report_block *dw_build_block(dw_build *b, dw_block_type type);
dw_report_block *dw_build_open(dw_build *b, dw_block_type type); /* the next ones go into it, until */
void dw_build_close(dw_build *b, dw_report_block *block);
dw_report_block *dw_build_group(dw_build *b, dw_block_group_kind kind);
/* Of what is in run and words. */
void dw_build_heading(dw_build *b, dw_block_place shown, dw_block_level level, const char *words);
void dw_build_text(dw_build *b, dw_block_text_kind kind); /* of what is in run; nothing when that is empty */

/* --- tables --- */

dw_block_table *dw_build_table(dw_build *b, dw_block_table_kind kind, const dw_block_column *columns, size_t count);
void dw_build_table_end(dw_build *b);
dw_block_row *dw_build_row(dw_build *b, const char *name);
dw_block_row *dw_build_row_named(dw_build *b, const char *name, bool quiet);           /* one that there is no room for: without cells */
bool dw_build_has_room(const dw_build *b, bool quiet);                                 /* for another row, a quiet one or a loud one */
void dw_build_row_quiet(dw_build *b);                                                  /* the row is nothing to act on */
bool dw_build_cell(dw_build *b, size_t column);                                        /* false: the form does not show it */
void dw_build_cells_end(dw_build *b);                                                  /* before notes and the line of the row */
void dw_build_cell_text(dw_build *b, size_t column, unsigned style, const char *text); /* not copied */
void dw_build_cell_state(dw_build *b, size_t column, dw_block_state state);
void dw_build_cell_sides(dw_build *b, size_t column, const dw_block_sides *sides); /* copied */
void dw_build_note(dw_build *b, dw_block_note_kind kind);                          /* of what is in run, behind dw_build_cells_end */
void dw_build_warning(dw_build *b, const dw_report_finding *finding);              /* its warning, when it has one */

/* --- lists --- */

dw_block_item *dw_build_item(dw_build *b, dw_block_item ***end); /* of what is in run */

dw_block_state dw_build_state_of(const dw_report_finding *finding);

void *dw_build_room(dw_build *b, size_t size); /* zeroed, in the arena */
void dw_build_free(dw_build *b);               /* but not what was built */

#endif
