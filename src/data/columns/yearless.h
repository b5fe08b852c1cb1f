/* yearless: times without a year, as syslog writes them, put in their order.
 *
 * Nobody says which year it is, and none is assumed. What is taken for granted is that both sides together lie within the length of one
 * year. Then somewhere on the round of the calendar there is a stretch without any of them, by far the longest one, and time begins behind
 * it: December comes before January in a log that runs through the turn of the year. This needs no order of the rows, and the same times
 * give the same answer in whatever files they come. The year has a 29 February when one of the times does.
 */
#ifndef DW_DATA_YEARLESS_H
#define DW_DATA_YEARLESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* time: [count] of each of two sides, microseconds since the first of January of a leap year (dw_time_format_yearless). They become
 * microseconds since the first of January before the first of them. false, and nothing is changed: there are fewer than two, or the
 * longest stretch is no week, or not twice as long as the next one; the times may be of more than a year. */
bool dw_yearless_place(int64_t *const time[2], const size_t count[2]);

#endif
