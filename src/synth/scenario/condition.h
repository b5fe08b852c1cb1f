/* condition: small questions about a record, as people write them: `transaction_amount > 100 and merchant_category in (travel, 'gift
 * card')`.
 *
 *   condition  := conjunction { or conjunction }
 *   conjunction := part { and part }
 *   part       := not part | ( condition ) | column relation
 *   relation   := (< | <= | > | >= | = | == | !=) value | [not] in ( value {, value} ) | is [not] missing
 *
 * Words are anything without spaces and without the signs ( ) < > = ! , ' " `. A column whose name has such signs, or is a keyword, stands
 * between `backquotes`. A value is a number, true or false, a word, or a text between single or double quotes (the quote itself
 * doubled); what stands in quotes is text even when it looks like a number. Keywords are understood in any case; && and || are and, or.
 *
 * Meaning: numbers compare as numbers (true and false count as 1 and 0), texts byte by byte. Every relation with a missing value is
 * false but `is missing` (so `not a = 1` holds when a is missing, `a != 1` does not). A number and a text differ: = is false, != true,
 * the orders are false.
 */
#ifndef DW_SYNTH_CONDITION_H
#define DW_SYNTH_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef enum dw_operand_kind { DW_OPERAND_MISSING, DW_OPERAND_NUMBER, DW_OPERAND_BOOL, DW_OPERAND_TEXT } dw_operand_kind;

/* A value, of a record or as written in a condition. */
typedef struct dw_operand {
  dw_operand_kind kind;
  double number;    /* NUMBER; BOOL: 0 or 1 */
  const char *text; /* TEXT: length bytes */
  size_t length;
} dw_operand;

typedef struct dw_condition dw_condition;

/* DW_EUSAGE: condition "…", byte N: what was wrong, what would be right. */
dw_status dw_condition_parse(dw_condition **out, const char *text, dw_err *err);
void dw_condition_free(dw_condition *condition); /* NULL is fine */

/* The columns it asks about, each once, in order of first mention. */
size_t dw_condition_columns(const dw_condition *condition);
const char *dw_condition_column(const dw_condition *condition, size_t index);

/* Gives the record's value of dw_condition_column(index); asked only for columns that decide. A text must last until the next call. */
typedef dw_operand dw_condition_lookup(void *context, size_t index);
bool dw_condition_holds(const dw_condition *condition, dw_condition_lookup *lookup, void *context);

/* For those who know what values a column can have: check is called with each value that a column is compared with (ordered: by < <=
 * > >=), until it returns something else than DW_OK. */
typedef dw_status dw_condition_check(void *context, size_t index, const dw_operand *value, bool ordered, dw_err *err);
dw_status dw_condition_values(const dw_condition *condition, dw_condition_check *check, void *context, dw_err *err);

bool dw_operand_equal(const dw_operand *a, const dw_operand *b); /* by the rules above */

/* A value as people write it on a command line: a number, true, false, or text; quoted: text whatever it looks like. The result
 * points into text. */
dw_operand dw_operand_literal(const char *text, size_t length, bool quoted);

#endif
