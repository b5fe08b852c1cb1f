/* fmath: elementary functions with the same bits on every machine.
 *
 * The C library's exp, log, sin … differ in the last bit between versions and between processors with and without fused
 * multiply-add, which would break "the same input gives the same bytes". These use IEEE additions,
 * multiplications, divisions and square roots only (compiled with -ffp-contract=off); error below 1 ulp where not said otherwise.
 * Special values as in C99 Annex F. sqrt, fabs, floor, ceil, trunc, rint, ldexp, frexp, fmin, fmax are exact in the C library
 * and stay in use; all others of <math.h> are banned (base/banned.h).
 */
#ifndef DW_BASE_FMATH_H
#define DW_BASE_FMATH_H

double dw_exp(double x);
double dw_expm1(double x);
double dw_log(double x);
double dw_log1p(double x);
double dw_log2(double x); /* exact for powers of two */
double dw_log10(double x);
double dw_pow(double x, double y); /* x >= 0, or y a whole number; error below 2 ulp */
double dw_sin(double x);           /* |x| up to 1e9, NaN beyond; reduction by pi/2 in extended precision */
double dw_cos(double x);
double dw_tanh(double x);
double dw_atan(double x);

#endif
