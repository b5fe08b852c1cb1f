/* banned: functions that do not compile here (house style, habit 6). Included by the compiler's command line (-include), so no
 * file can forget it. Each line says what to use instead. */
#ifndef DW_BASE_BANNED_H
#define DW_BASE_BANNED_H

#if defined(__GNUC__) && !defined(DW_ALLOW_BANNED)
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#pragma GCC poison atoi atol atoll atof            /* dw_num_parse…: they cannot report an error */
#pragma GCC poison strtod strtof                   /* dw_num_parse: locale (base/num.c alone has the escape) */
#pragma GCC poison sprintf vsprintf strcpy strcat  /* dw_buf_…, snprintf */
#pragma GCC poison strtok gets                     /* hidden state, no bounds */
#pragma GCC poison rand srand random drand48       /* dw_rng_… */
#pragma GCC poison gmtime localtime ctime asctime  /* dw_time_…: static buffers */
#pragma GCC poison exp expm1 log log1p log2 log10 pow sin cos tan tanh atan /* dw_…: base/fmath.h, the same bits everywhere */
#pragma GCC poison lgamma tgamma erf erfc          /* stats/special.h */
#endif

#endif
