/* succession: numbers that come one after the other, one a period, turned into residuals that no longer depend on those before: what is
 * ranked must be exchangeable, and days that resemble the day before are not.
 *
 *   dw_succession s;
 *   dw_succession_fit(&s, at, x, n, line, residual);   the baseline; residual[n]
 *   r = dw_succession_next(&s, at, x);                 each number that comes
 *
 * Without a line: x - mean - phi^gap (the one before - mean), of the same variance whatever the gap; mean and phi are the baseline's and
 * stay. phi is the autocorrelation of neighbours: 0 where r is below its standard error 1/sqrt(n), else r + (1 + 4r)/n against its bias
 * (Kendall 1954; Marriott, Pope 1954), at most 0.98.
 * With a line: recursive residuals, what is off the line through all before it over the standard error of that (Brown, Durbin, Evans
 * 1975), of numbers from which phi^gap times the one before was taken; phi is that of what is off the baseline's line, with (2 + 4r)/n.
 * They are independent under any straight trend, and the first three numbers have none.
 */
#ifndef DW_STATS_SUCCESSION_H
#define DW_STATS_SUCCESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct dw_succession {
  bool line;
  double phi, mean;
  int64_t first;       /* time is counted from here */
  int64_t at;          /* of the last number */
  double x;            /* itself */
  double tt[3], tx[2]; /* with a line: sums of squares and products: 11, 1t, tt; 1x, tx */
  uint64_t count;      /* numbers so far */
} dw_succession;

enum { DW_SUCCESSION_LOST = 3 }; /* with a line */

/* at: ascending numbers of periods; x finite; n at least 2. residual[i]: NAN where there is none. */
void dw_succession_fit(dw_succession *s, const int64_t *at, const double *x, size_t n, bool line, double *residual);
double dw_succession_next(dw_succession *s, int64_t at, double x); /* at is behind the last */

#endif
