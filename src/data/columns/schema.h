/* schema: what a column is (its type), told from what it holds. */
#ifndef DW_DATA_SCHEMA_H
#define DW_DATA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum dw_type {
  DW_TYPE_EMPTY, /* no value at all: every cell missing */
  DW_TYPE_NUMERIC,
  DW_TYPE_CATEGORICAL,
  DW_TYPE_TEXT,       /* strings that hardly repeat, with spaces in them */
  DW_TYPE_DATETIME,   /* strings that are all instants, or dates of whatever form */
  DW_TYPE_IDENTIFIER, /* strings that hardly repeat, without spaces; and what dw_type_unread says */
  DW_TYPE_VECTOR,     /* arrays of numbers */
  DW_TYPE_OTHER,      /* other arrays, empty objects, a mixture with them */
  DW_TYPES
} dw_type;

const char *dw_type_name(dw_type type);                  /* "numeric" … */
bool dw_type_from_name(const char *name, dw_type *type); /* NUMERIC … VECTOR, by the same words */

/* The kinds of value that a column was seen to hold, as a set of bits: the schema in the plain sense. */
enum { DW_KIND_NUMBER = 1, DW_KIND_BOOLEAN = 2, DW_KIND_STRING = 4, DW_KIND_VECTOR = 8, DW_KIND_OTHER = 16 };
const char *dw_kinds_name(unsigned kinds, char out[64]); /* "number", "number and string", "nothing" */

typedef enum dw_typing {
  DW_TYPING_DRIFTWATCH, /* dw-compare(1), Column types: on top of Evidently's rule datetime and identifier; text needs spaces */
  DW_TYPING_EVIDENTLY   /* Evidently 0.7's, of its new API */
} dw_typing;

/* What the rules ask of a column. */
typedef struct dw_type_facts {
  uint64_t values;           /* non-missing cells */
  unsigned kinds;            /* DW_KIND_… */
  bool whole;                /* all numbers were written as integers */
  bool integral;             /* all numbers are whole, written as 5 or as 5.0 */
  bool missing;              /* some cell is missing (pandas reads such integers as floats) */
  uint64_t distinct_numbers; /* exact up to 11, at least 11 beyond; where strings are among them, as exact as can be had */
  uint64_t distinct_texts;   /* of strings and booleans */
  uint64_t strays;           /* cells that are strings or booleans */
  bool beyond;               /* a whole number is beyond 2^53, where neighbours are one double */
  bool numerals;             /* nearly all distinct strings are written as numbers (data/columns/numeral.h) */
  bool endless;              /* the strings were found to hardly repeat, and counting them stopped */
  bool instants;             /* every string is an instant (base/clock.h), or has the form of one (io/record/time_format.h) */
  bool spaces;               /* some string has white space */
  bool epochs;               /* all numbers are Unix times, and something says so (data/columns/instants.h) */
  bool prose;                /* known to be running text, or phrases */
} dw_type_facts;

dw_type dw_type_infer(const dw_type_facts *facts, dw_typing typing);

/* Strings and booleans among numbers are few: at most one in twenty of all, or a single one. That is far more than slips and unknown marks
 * for a missing value make, and little enough for the other nineteen to say what the column is. With few of them, and more than ten
 * different numbers, as of a quantity, dw_type_infer (DRIFTWATCH) takes it for one of numbers. */
bool dw_strays_few(uint64_t strays, uint64_t numbers);
/* An identifier (DRIFTWATCH) that is one of few whole numbers beyond 2^53 (codes, which are not told apart as numbers), or whose strings
 * are numbers in fact, or stand among numbers, and hardly repeat: fewer than five times each on average, so that no test of categories
 * could say anything. Somebody has to say what they are. */
bool dw_type_unread(const dw_type_facts *facts);

#endif
