/* banned: functions that do not compile here. Included by the compiler's command line (-include), so no
 * file can forget it. Each line says what to use instead, and so does the compiler.
 *
 * The functions are declared again as unavailable, which is an error where one is called or its address taken. Poisoning the names
 * (#pragma GCC poison) would hit innocent headers too: OpenSSL has parameters called rand. Only names that the C library defines inline,
 * which a later attribute no longer reaches, are poisoned.
 */
#ifndef DW_BASE_BANNED_H
#define DW_BASE_BANNED_H

#if defined(__GNUC__) && !defined(DW_ALLOW_BANNED)
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison atoi atol atoll atof gets /* dw_num_parse…: they cannot report an error; gets knows no bounds */

#ifndef __has_attribute
#define __has_attribute(name) 0
#endif
#if __has_attribute(unavailable)
#define DW_BAN(name, instead) extern __typeof__(name) name __attribute__((unavailable("use " instead)))
#else
#define DW_BAN(name, instead) extern __typeof__(name) name __attribute__((error("use " instead)))
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wattributes" /* some are inline functions under -D_FORTIFY_SOURCE; the plain build finds them */
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wignored-attributes"
#endif

DW_BAN(strtod, "dw_num_parse (base/num.h): no locale"); /* base/num.c alone has the escape */
DW_BAN(strtof, "dw_num_parse (base/num.h): no locale");
DW_BAN(strtold, "dw_num_parse (base/num.h): no locale");
DW_BAN(setlocale, "nothing: this program knows no locale");
DW_BAN(sprintf, "dw_buf_format (base/str.h) or snprintf");
DW_BAN(vsprintf, "dw_buf_format (base/str.h) or vsnprintf");
DW_BAN(strcpy, "dw_buf (base/str.h)");
DW_BAN(strcat, "dw_buf (base/str.h)");
DW_BAN(strtok, "strchr, memchr: no hidden state");

DW_BAN(rand, "dw_rng (base/rng.h)");
DW_BAN(srand, "dw_rng (base/rng.h)");
DW_BAN(random, "dw_rng (base/rng.h)");
DW_BAN(drand48, "dw_rng (base/rng.h)");
DW_BAN(lrand48, "dw_rng (base/rng.h)");

DW_BAN(gmtime, "dw_time (base/clock.h): no static buffer");
DW_BAN(localtime, "dw_time (base/clock.h): no time zone of the machine");
DW_BAN(ctime, "dw_time_print (base/clock.h)");
DW_BAN(asctime, "dw_time_print (base/clock.h)");

/* The same bits on every machine: only what IEEE 754 defines exactly stays (sqrt, fabs, floor, ceil, rint, ldexp, frexp, fmod …). */
DW_BAN(exp, "dw_exp (base/fmath.h)");
DW_BAN(exp2, "dw_pow (base/fmath.h)");
DW_BAN(expm1, "dw_expm1 (base/fmath.h)");
DW_BAN(log, "dw_log (base/fmath.h)");
DW_BAN(log1p, "dw_log1p (base/fmath.h)");
DW_BAN(log2, "dw_log2 (base/fmath.h)");
DW_BAN(log10, "dw_log10 (base/fmath.h)");
DW_BAN(pow, "dw_pow (base/fmath.h)");
DW_BAN(cbrt, "dw_pow (base/fmath.h)");
DW_BAN(hypot, "sqrt");
DW_BAN(sin, "dw_sin (base/fmath.h)");
DW_BAN(cos, "dw_cos (base/fmath.h)");
DW_BAN(tan, "dw_sin and dw_cos (base/fmath.h)");
DW_BAN(asin, "dw_atan (base/fmath.h)");
DW_BAN(acos, "dw_atan (base/fmath.h)");
DW_BAN(atan, "dw_atan (base/fmath.h)");
DW_BAN(atan2, "dw_atan (base/fmath.h)");
DW_BAN(sinh, "dw_expm1 (base/fmath.h)");
DW_BAN(cosh, "dw_exp (base/fmath.h)");
DW_BAN(tanh, "dw_tanh (base/fmath.h)");
DW_BAN(asinh, "dw_log1p (base/fmath.h)");
DW_BAN(acosh, "dw_log1p (base/fmath.h)");
DW_BAN(atanh, "dw_log1p (base/fmath.h)");
DW_BAN(expf, "dw_exp (base/fmath.h)");
DW_BAN(logf, "dw_log (base/fmath.h)");
DW_BAN(powf, "dw_pow (base/fmath.h)");
DW_BAN(expl, "dw_exp (base/fmath.h)");
DW_BAN(logl, "dw_log (base/fmath.h)");
DW_BAN(powl, "dw_pow (base/fmath.h)");
DW_BAN(lgamma, "stats/distributions/special.h");
DW_BAN(tgamma, "stats/distributions/special.h");
DW_BAN(erf, "stats/distributions/special.h");
DW_BAN(erfc, "stats/distributions/special.h");

#pragma GCC diagnostic pop
#undef DW_BAN
#endif

#endif
