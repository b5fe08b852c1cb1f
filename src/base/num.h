/* num: numbers to text and back, exactly.
 *
 * Reading: the double nearest to the decimal text (round half to even), for any number of digits. Printing: the shortest text
 * that reads back to the same double, and among those the closest (as Python's repr and JavaScript do). No locale.
 */
#ifndef DW_BASE_NUM_H
#define DW_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* The value (-1)^negative * mantissa * 10^exponent, correctly rounded, where mantissa holds the first digits of text (19 at
 * most) and `more` says that digits were cut behind them. text[0..length) is the number as written, for the rare case that
 * needs all digits. Overflow gives infinity, underflow 0: the caller decides what they mean. This is the second half of a
 * scanner that has already checked the grammar while it collected the digits. */
double dw_num_compose(bool negative, uint64_t mantissa, int64_t exponent, bool more, const char *text, size_t length);

/* A whole decimal number as people write it: optional sign, digits with or without a point, optional exponent; no spaces, no
 * hex, no "inf" or "nan". false when text is anything else (*value untouched). *integer (may be NULL) tells that it was
 * written without point and exponent. */
bool dw_num_parse(const char *text, size_t length, double *value, bool *integer);

/* Whole-text integers for options and documents; false when malformed or out of range. */
bool dw_num_parse_unsigned(const char *text, size_t length, uint64_t *value);
bool dw_num_parse_signed(const char *text, size_t length, int64_t *value);

enum { DW_NUM_TEXT = 32 }; /* enough for any dw_num_print */

/* Writes value and returns the bytes written (no NUL). Form: as a JSON number; plain notation for 1e-5 <= |value| < 1e17,
 * otherwise d.ddde-7; a whole number has no point ("3", "-0" for minus zero). NaN and infinities print "null". */
size_t dw_num_print(char out[DW_NUM_TEXT], double value);
size_t dw_num_print_signed(char out[DW_NUM_TEXT], int64_t value);

/* The same number rounded to a count of decimals (0 to 17), ties to even on the exact value, trailing zeros kept: for people
 * (reports), never for data. What rounds to zero has no sign; NaN and infinities print "null". */
size_t dw_num_print_fixed(char out[400], double value, int decimals);

void dw_buf_number(dw_buf *buf, double value); /* dw_num_print at the end of buf */

#endif
