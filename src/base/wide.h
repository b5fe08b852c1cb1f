/* wide: whole numbers of 128 bits, for products of two numbers of 64.
 *
 * On machines of 64 bits compilers have them by one name, on those of 32 by another (C23's; gcc since 14, clang since 16). Operands
 * narrower than these are widened by either, so that the same expressions mean the same.
 */
#ifndef DW_BASE_WIDE_H
#define DW_BASE_WIDE_H

#ifdef __SIZEOF_INT128__
typedef unsigned __int128 dw_wide;
typedef __int128 dw_wide_signed;
#elif (defined __clang__ && __clang_major__ >= 16) || (!defined __clang__ && defined __GNUC__ && __GNUC__ >= 14)
typedef unsigned _BitInt(128) dw_wide;
typedef signed _BitInt(128) dw_wide_signed;
#else
#error "on a machine of 32 bits this takes gcc 14 or clang 16: older ones have no whole numbers of 128 bits there"
#endif

#endif
