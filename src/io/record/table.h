/* table: a batch while it is being filled, and the names of its columns. What the scanners of the formats share.
 *
 * A scanner owns a dw_builder; the reader owns the tables and lends one for each batch:
 *
 *   dw_builder_start(builder, table, bytes of text to come);
 *   for each record:
 *     dw_slot *slot = dw_builder_slot(builder, id);            where column id (of builder->names) lies
 *     slot->tags[builder->row] = DW_REAL; slot->cells[builder->row].number = 1.5;
 *     if (!dw_builder_commit(builder, bytes used so far)) …    the table is full: finish, and go on in another one
 *     or dw_builder_discard(builder, ids, count);              the record was bad: as if it had never been
 *   dw_builder_finish(builder, text, length, used);
 *
 * Everything in a finished table depends on the bytes of the block alone: not on what the scanner saw before.
 */
#ifndef DW_IO_TABLE_H
#define DW_IO_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "io/record/record.h"

/* Names, numbered in the order in which one scanner met them. Shared by the scanner (which adds), the tables it filled and the
 * reader (which maps the numbers to the ids of the stream); counted, because a scanner may start afresh with new ones. */
typedef struct dw_names {
  dw_map map;             /* the scanner's */
  bool *wanted, *as_text; /* the scanner's; [map.count] */
  uint8_t *decimal;       /* the scanner's; [map.count], dw_cell_decimal */
  size_t wanted_capacity, as_text_capacity, decimal_capacity;
  uint32_t *global; /* the reader's: id in the stream + 1, 0 when not yet given */
  size_t global_capacity;
  atomic_uint holders;
} dw_names;

dw_names *dw_names_new(void);
dw_names *dw_names_hold(dw_names *names);
void dw_names_drop(dw_names *names); /* NULL is fine */

enum { DW_SCAN_TEXT = 640 };

/* What is wrong with a record. Lines and columns count from 1; the line within the text the scanner was given. */
typedef struct dw_scan_error {
  bool set;
  uint64_t line;
  uint64_t column; /* byte; 0 when a column says nothing */
  char text[DW_SCAN_TEXT];
} dw_scan_error;

typedef struct dw_table_column {
  uint32_t local;   /* of names */
  uint32_t length;  /* of name */
  const char *name; /* the dictionary's copy */
  uint64_t line;    /* of the record that brought it, within the text scanned */
} dw_table_column;

typedef struct dw_table {
  dw_batch batch;          /* after dw_builder_finish; ids, first_row, name and lines are completed by the reader */
  dw_table_column *listed; /* [batch.column_count], the same order as batch.columns */
  dw_names *names;
  uint64_t lines;      /* line ends passed; where a format has none, records */
  dw_scan_error error; /* the record that ended the scan, after the rows of the batch */
  dw_scan_error first_skipped;
  dw_scan_error *also_skipped; /* [also_count] those behind it, as far as options->describe goes */
  size_t also_count, also_capacity;

  /* storage, kept from batch to batch */
  uint8_t *tags;
  dw_cell *cells;
  dw_span *spans;
  size_t stride, slot_capacity; /* rows and columns laid out */
  size_t tags_room, cells_room, spans_room;
  size_t cell_slots;  /* columns laid out in cells and spans: those that nobody wants have tags alone */
  size_t known_bytes; /* the reader's: dw_table_bytes when it counted last */
  dw_batch_column *columns;
  size_t columns_capacity;
  size_t listed_capacity;
  double *pool;
  size_t pool_count, pool_capacity;
  dw_spelled *spelled;
  size_t spelled_count, spelled_capacity;
  uint32_t *record, *record_length;
  uint64_t *line;
  size_t record_capacity, line_capacity;
  dw_counted_cell *counted;
  size_t counted_used, counted_capacity;
  dw_buf text;     /* the scanner's, for texts that do not stand in the block as they are */
  uint32_t *index; /* the reader's, for dw_batch_find */
  size_t index_capacity;
} dw_table;

dw_table *dw_table_new(void);
void dw_table_free(dw_table *table);          /* NULL is fine */
size_t dw_table_bytes(const dw_table *table); /* memory held, but for names */

/* Where a column lies in the table being filled: element [builder->row] of each is the record's. tags NULL: not in the table yet. */
typedef struct dw_slot {
  uint8_t *tags;
  dw_cell *cells;
  dw_span *spans;                     /* NULL unless spans are kept */
  size_t counted_from, counted_count; /* of table->counted; 0: its cells were not counted */
  uint32_t spelled;                   /* as dw_batch_column has it */
  /* Instead of a call of dw_builder_spelled: 1 when the column had so many before that one more makes it DW_SPELLED_MANY whichever it is,
   * and 1 when there was one more. */
  uint8_t known_many, odd;
} dw_slot;

/* The tag of a name that stands for an object in this record ("a" of {"a":{"b":1}}); never seen outside the scanner. */
enum { DW_TAG_OBJECT = 255 };

/* Cells that one table holds at most (rows times columns): sparse input with very many columns makes more and shorter batches. */
enum { DW_TABLE_CELLS = 1 << 21 };

typedef struct dw_scan_options dw_scan_options;

/* The different numbers of a column that this scanner noted the spelling of. */
typedef struct dw_spelled_numbers {
  double number[DW_SPELLED_MOST];
  unsigned count; /* DW_SPELLED_MOST + 1: there are more */
} dw_spelled_numbers;

typedef struct dw_builder {
  const dw_scan_options *options;
  dw_names *names;
  dw_table *table;
  size_t row;       /* the record being filled; rows before it are complete */
  uint64_t line;    /* the scanner sets it: line of the record being filled */
  size_t row_limit; /* rows until the layout must change or the table is full */
  dw_slot *slots;   /* by local id */
  size_t slots_capacity;
  uint32_t *touched; /* local ids in the table, in order of their first record */
  uint64_t *touched_line;
  uint32_t *touched_cells; /* their places in cells and spans; DW_MAP_NONE: nobody wants it */
  size_t touched_count, touched_capacity, touched_line_capacity, touched_cells_capacity;
  size_t stored;                /* of them with such a place */
  size_t touched_before;        /* touched_count when the record began */
  size_t pool_before;           /* pool_count when the record began */
  size_t spelled_before;        /* spelled_count when the record began */
  dw_spelled_numbers **numbers; /* [numbers_count] by local id; NULL: none yet */
  size_t numbers_count, numbers_capacity;
  struct dw_spelled_fresh {
    uint32_t column;
    size_t row;
  } * fresh; /* numbers that rows of this table brought: those of a record that is taken back are taken back */
  size_t fresh_count, fresh_capacity;
  dw_cell *sink; /* cells of columns that nobody wants */
  dw_span *sink_spans;
  size_t sink_rows;
  size_t bytes;                   /* of text expected in this table */
  double row_bytes;               /* bytes of a record, from the last table; 0: not known */
  size_t slots_hint, stored_hint; /* columns of the last table, and those stored */
  bool objects;                   /* DW_TAG_OBJECT was used */
  bool whole;                     /* what nobody wants is stored too, and left out at the end: the text of records is made of all columns */
} dw_builder;

void dw_builder_init(dw_builder *builder, const dw_scan_options *options); /* options must outlive the builder */
void dw_builder_free(dw_builder *builder);

/* The local id of a column; asks options->want and options->as_text once. The bytes are copied. */
uint32_t dw_builder_name(dw_builder *builder, const char *name, size_t length);

/* How the column's numbers are written from the next table on; DW_CELLS_POINT until it is said. */
void dw_builder_decimal(dw_builder *builder, uint32_t id, dw_cell_decimal decimal);

/* Starts afresh with new names (all ids are void); between tables. */
void dw_builder_forget(dw_builder *builder);

void dw_builder_start(dw_builder *builder, dw_table *table, size_t bytes);

/* Right after the start, for a format that has its columns one after the other: room for rows of at most `columns` columns. The answer is
 * how many of `rows` the table holds; elements 0 to that of each column's slot may be filled, column by column (all tags: they are not
 * absent until then), and builder->row be set to how many there are, before the table is finished. */
size_t dw_builder_rows(dw_builder *builder, size_t rows, size_t columns);
dw_slot *dw_builder_touch(dw_builder *builder, uint32_t id); /* the part of dw_builder_slot that is seldom needed */

/* NULL: the table has no room for another column; take the record back (dw_builder_discard), finish, and read it again into another
 * table. Never with the first record of a table. Pointers in slots change with the first touch of any column and at commit. */
static inline dw_slot *dw_builder_slot(dw_builder *builder, uint32_t id)
{
  dw_slot *slot = &builder->slots[id];
  return slot->tags ? slot : dw_builder_touch(builder, id);
}

/* Whether a number that is text[0..length), without spaces, sign + and exponent, is to be noted: the quick question of the hot path. */
static inline bool dw_spelled_odd(const char *text, size_t length, bool real) { return real ? text[length - 1] == '0' : length > 15; }

/* Notes how the number of column id in the record being filled is written: text + offset of the batch. Which columns have many such
 * numbers is known of all blocks that this scanner saw, and a column that takes all batches in order is told it in time. */
void dw_builder_spelled(dw_builder *builder, uint32_t id, size_t offset, size_t length, double number);
void dw_builder_unspell(dw_builder *builder); /* takes back those of the record being filled, which is read once more */

bool dw_builder_more(dw_builder *builder, size_t used); /* makes room for row builder->row; false when the table is full */

/* The record is complete. used: bytes of this table's text read so far. false: the table is full (the record is in it). */
static inline bool dw_builder_commit(dw_builder *builder, size_t used)
{
  builder->row++;
  builder->touched_before = builder->touched_count;
  builder->pool_before = builder->table->pool_count;
  builder->spelled_before = builder->table->spelled_count;
  return builder->row < builder->row_limit || dw_builder_more(builder, used);
}

/* Takes back the record being filled: the tags of the ids given (those that it may have set), its new columns and components. */
void dw_builder_discard(dw_builder *builder, const uint32_t *ids, size_t count);

/* Where record builder->row stands in the text (spans are kept). */
void dw_builder_place(dw_builder *builder, size_t offset, size_t length);
/* Its line alone (lines are kept); those of all rows, where they follow one another. */
void dw_builder_line(dw_builder *builder);
void dw_builder_lines(dw_builder *builder, uint64_t first);

/* Room for up to count cells of the column, counted (dw_batch_column.counted); how many there are goes into slot->counted_count. */
dw_counted_cell *dw_builder_counted(dw_builder *builder, dw_slot *slot, size_t count);

/* Vector components are appended to the pool: room for count more, and the place of the next one. */
double *dw_builder_pool(dw_builder *builder, size_t count);

/* Completes table->batch but for what the reader adds. text must stay valid as long as the batch. used as in commit. */
void dw_builder_finish(dw_builder *builder, const char *text, size_t text_length, size_t used);

#endif
