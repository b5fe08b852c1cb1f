/* fmath_kernel: what fmath.c and fmath_angle.c share; no other file includes it. */
#ifndef DW_BASE_FMATH_KERNEL_H
#define DW_BASE_FMATH_KERNEL_H

#include "base/twofold.h"

/* e^x - 1 = 2^*exponent times the result, to about 2^-58; 0x1p-54 <= |x|, -40 <= x <= 709.8. */
dw_twofold dw_kernel_expm1(double x, int *exponent);

#endif
