/* decimals: numbers that were written with few digits, in half the room of doubles, and in an eighth once they are in order.
 *
 * Prices, shares and measurements are whole multiples of a power of ten: 0.125 is 125 thousandths. While all numbers of a column are such,
 * each of less than 2^31 units, they are kept as 32-bit integers in the order in which they came; once ordered, each as its distance from
 * the one before, seven bits a byte with the lowest first (LEB128), which among many rows is mostly one byte. What comes out are the same
 * doubles to the bit, zero for minus zero: a number is taken only if its integer divided by the power of ten is the number.
 *
 *   dw_decimals decimals = {0};
 *   if (!dw_decimals_add(&decimals, x, n)) …       one of x is no such number: none was taken
 *   dw_decimals_give(&decimals, x);                as they came
 *   dw_decimals_order(&decimals, scratch);         nothing is added any more
 *   dw_decimals_give(&decimals, x);                ascending
 *   dw_decimals_free(&decimals);
 */
#ifndef DW_STATS_DECIMALS_H
#define DW_STATS_DECIMALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DW_DECIMALS_MOST = 9 }; /* places behind the point */

typedef struct dw_decimals {
  unsigned places; /* the unit is 10^-places, the largest that all numbers are multiples of; more than 0: some number is not whole */
  size_t count, capacity;
  int32_t *unit; /* [count] how many units; NULL once ordered */
  int32_t least; /* ordered: of them, */
  uint8_t *step; /* [step_bytes] the distances, the first of which is 0, */
  size_t step_bytes;
  size_t distinct; /* and how many are different */
} dw_decimals;

bool dw_decimals_add(dw_decimals *decimals, const double *x, size_t n);
void dw_decimals_order(dw_decimals *decimals, void *scratch);    /* scratch: room for count doubles; once */
void dw_decimals_give(const dw_decimals *decimals, double *out); /* [count] */
size_t dw_decimals_bytes(const dw_decimals *decimals);
void dw_decimals_free(dw_decimals *decimals); /* may be used again */

#endif
