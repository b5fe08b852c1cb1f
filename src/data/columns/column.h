/* column: all cells of one column of one side (reference or current), gathered from batches.
 *
 * Numbers are kept exactly until dw_column_compress turns them into a quantile sketch of fixed size (--memory): in an array, where many are
 * equal as a table of how often each came (stats/streams/number_counts.h), or where they have few digits packed (stats/streams/decimals.h,
 * for who opens columns before looking at their numbers); strings and booleans are counted by value. Strings that turn out never to repeat
 * (texts, identifiers, timestamps) stop being counted, so that memory stays bounded; from then on a sample of them is kept
 * (data/columns/passages.h). After dw_column_finish the getters hold, and nothing changes the column but data/frames/column_read.h.
 */
#ifndef DW_DATA_COLUMN_H
#define DW_DATA_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "data/columns/instants.h"
#include "data/columns/passages.h"
#include "data/columns/schema.h"
#include "data/columns/spellings.h"
#include "data/columns/vectors.h"
#include "io/record/record.h"
#include "stats/samples/moments.h"
#include "stats/samples/sample.h"
#include "stats/streams/decimals.h"
#include "stats/streams/number_counts.h"
#include "stats/streams/sketch.h"

/* A cell in the order of the rows: a finite number, or a string or boolean by its index in texts. */
typedef struct dw_column_cell {
  double number;
  uint32_t text; /* DW_MAP_NONE: a number */
} dw_column_cell;

/* A cell that is no number where one may have been expected. */
typedef struct dw_stray {
  char text[64];   /* its first bytes, whole characters */
  uint32_t length; /* of them; the text may have been longer: */
  bool cut;
  const char *file; /* of the input; the column's own copy */
  uint64_t line;    /* 0: not known */
} dw_stray;

enum { DW_STRAYS_NAMED = 5 };

/* Numbers that go on from record to record: detect/compare/running.h. */
typedef enum dw_running { DW_RUNNING_NONE, DW_RUNNING_NUMBER, DW_RUNNING_CLOCK } dw_running;

typedef struct dw_column {
  const char *name;           /* its own copy */
  uint64_t rows;              /* cells seen, missing ones included */
  uint64_t tag[DW_OTHER + 1]; /* how many of each tag; DW_ABSENT and DW_NULL are missing */
  uint64_t infinite;          /* infinite numbers: counted as missing, told apart in findings */
  uint64_t commas;            /* numbers with decimals behind a comma, as their file says */
  uint64_t doubtful;          /* numbers with a point, in files of a kind that has commas there (io/record/record.h) */

  double *value; /* finite numbers: in order of arrival, ascending once finished */
  size_t value_count, value_capacity;
  uint64_t *weight;         /* finished: how often each of value, all different, counts; NULL: once each */
  dw_number_counts *counts; /* instead of value, while numbers are counted */
  bool told, overflown;     /* whether to count them was told; they were counted, until there were too many different ones */
  dw_sketch *sketch;        /* instead of value, once compressed */
  bool pack;                /* many numbers may be kept so: told before the first row */
  dw_decimals *packed;      /* instead of value: finished, some are not whole, none is of a Unix time, and `sorted` has no values */
  dw_moments moments;       /* of the finite numbers; exact in both cases */
  /* for a profile (data/profiles): numbers that are not counted go into a sketch of this size from the first ones on; 0: they are kept */
  size_t summary_size;
  struct dw_column_summary *summary; /* what it keeps of them, and of strings that are no longer counted; NULL: nothing yet */
  double *sketch_value;              /* finished sketches: support and weights behind `sorted` */
  uint64_t *sketch_weight;
  dw_sorted sorted; /* valid once finished; packed: its counts alone */

  dw_spellings *spellings; /* of numbers that are written otherwise than usual; NULL: none was */
  uint64_t null_codes;     /* missing cells of CSV that are written with two letters: NA may be a code */

  dw_map texts;         /* distinct strings and "true", "false" */
  uint64_t *text_count; /* [texts.count] */
  size_t text_capacity;
  bool keep_texts;             /* the caller needs every string counted, however many */
  bool endless;                /* strings hardly repeat: no longer counted in texts */
  dw_passages *passages;       /* a sample of the strings: of an endless column, or on request; NULL: texts has them all */
  bool instants, spaces;       /* of the distinct strings seen; instants: or dates that only a form tells, such as 03/04/2024: */
  bool dates;                  /* some are; says nothing unless instants holds */
  uint64_t distinct, numerals; /* distinct strings counted, and those of them that are written as numbers (data/columns/numeral.h), */
  uint64_t amounts;            /* and as amounts: these are read again, so that they are counted however many there are */
  dw_stray *first;             /* [first_count] its first strings that are no numbers, and booleans; NULL: none */
  size_t first_count;          /* at most DW_STRAYS_NAMED */
  uint64_t strays;             /* strings and booleans of a column of numbers: missing. Set by data/frames/column_read.h */
  bool few_strays;             /* so few that the column holds numbers and nothing else */
  bool guessed;                /* a comma was taken to separate thousands, and nothing said so. Likewise */
  uint64_t marks;              /* of an endless column: strings that CSV takes for a missing value */
  bool profiled;               /* restored from a profile (data/profiles): no sample of texts or vectors, no order, no instants */
  uint64_t texts_lost;         /* of a profile: what each count of texts may lack, and the most that a text which is not there came */
  uint64_t texts_distinct;     /* of a profile that has lost some: how many different ones there were, about */
  bool texts_cut;              /* of a profile: texts of many bytes count as what they begin with */
  dw_vectors *vectors;         /* arrays of numbers; NULL while there was none */
  dw_instants *times;          /* of strings that are all instants, where the dataset keeps them; else NULL */
  /* running text by its origin (data/datasets/chats.h): never identifiers or instants, however few they are */
  bool prose;
  bool part;             /* taken together with others (data/columns/gather.h): its own values are not kept */
  bool keep_order;       /* the caller needs the cells in the order of the rows, too: set before the first row */
  dw_column_cell *order; /* of those that have a value; NULL: not kept, or no longer (texts or numbers were given up) */
  size_t order_count, order_capacity;
  /* numbers that are lent have been looked at before: whether all are whole, how many are different, and their moments in ascending order
   */
  struct {
    bool known, whole;
    uint64_t distinct;
    dw_moments ascending;
  } looked;
  bool lent; /* value and order stand in a file that is mapped (data/columns/column_tape.h): dw_column_own before they grow */
  /* the column that this one describes: of texts (data/columns/describe.h), or of instants (detect/compare/timing.h); NULL: none */
  const struct dw_column *describes;
  double clumps;             /* of a column that describes instants: rows that are worth one independent one; 0: each is */
  const char *timing;        /* of a column of instants: what compares it, or why nothing does; its own copy; NULL: not asked */
  bool undated;              /* such a column's strings do not tell the form of their dates */
  dw_running running;        /* its numbers do, on both sides. Set once both are read */
  bool may_run;              /* they may, and a sketch does not tell. Likewise */
  bool describes_by_pattern; /* asked for by a pattern: of columns of text only */
  dw_buf scratch;            /* for strings with escapes */
} dw_column;

void dw_column_init(dw_column *column, const char *name, bool keep_texts);
void dw_column_free(dw_column *column);

void dw_column_own(dw_column *column); /* arrays that were lent become its own copies, numbers that are packed an array */
/* A finished column whose numbers can be looked at: itself, or where they are packed *own, a copy that lasts until it is closed and shares
 * all else. NULL stays NULL. For one thread, whatever others do with the same column. */
const dw_column *dw_column_open(const dw_column *column, dw_column *own);
void dw_column_close(const dw_column *opened, dw_column *own);
void dw_column_sample_texts(dw_column *column); /* from the first string on, in order of arrival; call before any is added */

/* Adds the cells of the batch; take[row] says which rows belong to this side (NULL: all). */
void dw_column_add(dw_column *column, const dw_batch *batch, const dw_batch_column *cells, const uint8_t *take);
/* Notes how one of its numbers is written. */
void dw_column_spell(dw_column *column, const char *text, size_t length, double number, uint64_t times);
void dw_column_compress(dw_column *column, size_t sketch_size);          /* numbers go on in a sketch; no-op when they already do */
void dw_column_look(dw_column *column, const char *text, size_t length); /* what a distinct string looks like: for those who count anew */
void dw_column_stop_texts(dw_column *column);     /* strings are no longer counted but sampled: the column is endless */
dw_vectors *dw_column_vectors(dw_column *column); /* made if need be */
size_t dw_column_bytes(const dw_column *column);  /* memory held by the data */

/* To be called once, behind the last batch: puts the values in order (scratch: room for value_count doubles) and computes what the getters
 * need. rows: of the whole side, so that cells of
 * batches in which the column did not occur count as absent. */
void dw_column_finish(dw_column *column, uint64_t rows, double *scratch);

/* For those who change the numbers of a finished column: each stands by itself, as often as it counts … */
void dw_column_spell_out(dw_column *column);
/* … and, ascending again, in the form that depends on the numbers alone: with weights where many are equal. Sets sorted. */
void dw_column_arrange(dw_column *column);
dw_sorted dw_column_values(const dw_column *column); /* of a finished column without a sketch */

uint64_t dw_column_numbers(const dw_column *column); /* finite numbers */
uint64_t dw_column_texts(const dw_column *column);   /* strings and booleans */
bool dw_column_has_cells(const dw_column *column);   /* some cell is there and not null, usable or not; NULL: none is */
uint64_t dw_column_missing(const dw_column *column); /* absent, null, stray, and infinite (of vectors: those without a finite norm) */
unsigned dw_column_kinds(const dw_column *column);
dw_type_facts dw_column_facts(const dw_column *column);
bool dw_column_holds_instants(const dw_column *column);           /* all its strings are, or all its numbers */
bool dw_column_whole(const dw_column *column);                    /* all its numbers are whole ones */
size_t dw_column_distinct(const dw_column *column, size_t limit); /* its different numbers; stops counting at limit */
/* The sample of its strings, if need be made here from those counted (then in *own, which the caller frees; else *own is left empty). */
const dw_passages *dw_column_passages(const dw_column *column, dw_passages *own);
/* 0 for exact data; else the bound on the error of any rank, as a share of the count (sketch). */
double dw_column_rank_error(const dw_column *column);

#endif
