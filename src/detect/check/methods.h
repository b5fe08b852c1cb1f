/* methods: all methods that there are, looked up by name, and the one that holds where none is named. */
#ifndef DW_DETECT_METHODS_H
#define DW_DETECT_METHODS_H

#include "detect/method/method.h"

const dw_method *dw_method_find(const char *name);
const dw_method *dw_method_at(size_t index);                                 /* NULL behind the last one */
const dw_method *dw_method_under(const dw_method *method, dw_preset preset); /* the same name as the preset judges it */
bool dw_method_any(dw_type type);                                            /* is there one for this type? */

/* By rows, type and distinct values. EVIDENTLY: the table of dw-compare(1), Methods, by the reference's values alone. DRIFTWATCH: the same
 * table by the smaller side, and a test wherever chance alone would bring the distance near its threshold: between small samples a distance
 * says "drift" for any data, the tests keep their false-alarm rate. */
const dw_method *dw_method_default(const dw_pair *pair, dw_preset preset);

#endif
