/* methods: all methods that there are, looked up by name, and the one that holds where none is named. */
#ifndef DW_DETECT_METHODS_H
#define DW_DETECT_METHODS_H

#include "detect/method/method.h"

const dw_method *dw_method_find(const char *name);
const dw_method *dw_method_at(size_t index);                                 /* NULL behind the last one */
const dw_method *dw_method_under(const dw_method *method, dw_preset preset); /* the same name as the preset judges it */
bool dw_method_any(dw_type type);                                            /* is there one for this type? */

/* DRIFTWATCH: share_shift of numbers and categories, whatever their number, since its p-value holds for any. EVIDENTLY: the table of
 * dw-compare(1), Methods, by rows, type and distinct values of the reference. */
const dw_method *dw_method_default(const dw_pair *pair, dw_preset preset);

#endif
