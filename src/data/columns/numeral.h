/* numeral: numbers in the texts that people and programs write them in: "50.00" (decimals of polars and Python), "3,14", "1.234,56",
 * "1,234.56", "1 234", "€ 123", "5 %".
 *
 * What a comma means is settled for a column as a whole, by its texts together:
 *
 *   dw_numeral_evidence evidence = {0};
 *   for each distinct text: dw_numeral_look(&evidence, text, length, times);
 *   dw_numeral_form form = dw_numeral_settle(&evidence);
 *   … dw_numeral_read(form, text, length, &number)
 *
 * The rule. A text with point and comma has its decimals behind the later one. One that occurs several times separates thousands. One
 * comma or point that does not stand in front of exactly three digits, or stands behind more than three digits or behind a leading zero,
 * has decimals behind it. "1,234" says nothing by itself: others decide. Where no number of its side has more than three digits without a
 * comma, it separates thousands: decimals are seldom three in every number. That is a guess (dw_numeral_form.guessed) where no shorter
 * number, no number with a point and no other side shows it; where numbers of the other side have decimals, and these none, or longer
 * numbers stand beside it, it is not read. Where texts say different things, the one that nineteen in twenty agree on holds, and else the
 * point. Groups of thousands have three digits and are separated by the other one of the two, a space or an apostrophe. Texts with a
 * percent sign, and with another currency sign, are read where most texts have the same; a number without a currency sign may stand among
 * those that have one.
 */
#ifndef DW_DATA_NUMERAL_H
#define DW_DATA_NUMERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_NUMERAL_SIGNS = 8 };

typedef struct dw_numeral_evidence {
  uint64_t point, comma;             /* texts in which it can only stand in front of decimals */
  uint64_t doubtful;                 /* like "1,234" */
  uint64_t short_whole, long_whole;  /* digits alone: up to three, more */
  uint64_t amounts;                  /* like "$5", "5 %", "1,234.56", "1,234,567" or "1,234": no program writes a code so */
  uint64_t sign[DW_NUMERAL_SIGNS];   /* by sign: none, a currency's, percent */
  uint64_t plain_point;              /* numbers that are no texts, with a point before decimals */
  uint64_t other_whole, other_point; /* longer than three digits, and with a point, of sides without "1,234" */
} dw_numeral_evidence;

typedef struct dw_numeral_form {
  char decimal;  /* '.' or ',' */
  bool doubtful; /* no text tells what the comma of "1,234" means: it is not read */
  bool guessed;  /* none does, and it is taken to separate thousands */
  uint8_t sign;  /* that most have */
} dw_numeral_form;

/* The text is a number in one of these forms, whichever it is of a column. */
bool dw_numeral_like(const char *text, size_t length);
bool dw_numeral_amount(const char *text, size_t length); /* and one of those that no code is written like: dw_numeral_evidence.amounts */

void dw_numeral_look(dw_numeral_evidence *evidence, const char *text, size_t length, uint64_t times);
void dw_numeral_look_whole(dw_numeral_evidence *evidence, double number, uint64_t times); /* a number that is no text */
void dw_numeral_join(dw_numeral_evidence *all, const dw_numeral_evidence *side);          /* all: of whole sides; {0} first */
dw_numeral_form dw_numeral_settle(const dw_numeral_evidence *evidence);
bool dw_numeral_read(dw_numeral_form form, const char *text, size_t length, double *number); /* finite; false: it is none */

#endif
