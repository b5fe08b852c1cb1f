/* running: columns of whole numbers that number the records, and clocks under a name that does not say so. Such numbers go on with each
 * file, and that is no drift; they are left out, and said (dw_compare_unread).
 *
 *   A running number: whole numbers of which at most one in a hundred comes again, although they lie so close together (counted in steps of
 *   their common divisor) that as many independent draws from so few numbers, of whatever distribution, would have repeated more of them
 *   with a chance of 1 - 1e-6. In any order. One side at least has to show that; the other does too, or has fewer than a hundred values,
 *   none twice, that reach no further. A name that says so (id, order_id, orderId) stands for the closeness, not for the rest. Quantities
 *   are no such numbers: measured ones have fractions, counted ones repeat. A counter that grows with every record is one (an odometer, a
 *   running total): nobody can tell it from a number of the record.
 *
 *   A clock: Unix times of one unit, as the size of all numbers of both sides has it, which take up little of that size, the current ones
 *   behind those of the reference but for one in 400.
 *
 * Not asked of a column that is the only one, and of columns that are named: in --types, --columns, --fail-on, --method for the column,
 * --label, --score, thresholds made for it.
 */
#ifndef DW_DETECT_RUNNING_H
#define DW_DETECT_RUNNING_H

#include "detect/compare/compare.h"

/* Sets dw_column.running, or .may_run of columns whose numbers are in a sketch, on both sides, and in their segments. Once read; current
 * NULL: a reference alone, by its running numbers. */
void dw_running_mark(dw_dataset *reference, dw_dataset *current, const dw_compare_options *options);
/* What a finding about the column has to say then; NULL: nothing. */
const char *dw_running_unknown(const dw_column *reference, const dw_column *current);
/* Why a column that was marked is left out, and which type compares it. */
const char *dw_running_why(dw_running running, dw_type *type);

#endif
