/* method_run: the functions that run the methods, dw_run_NAME of each row of kinds/method_rows.h. */
#ifndef DW_DETECT_METHOD_RUN_H
#define DW_DETECT_METHOD_RUN_H

#include "detect/method/method.h"
#include "kinds/method_rows.h"

#define DW_METHOD_DECLARED(name, ...) dw_method_run dw_run_##name;
#define DW_METHOD_DECLARED_EVIDENTLY(name, runs, ...) dw_method_run dw_run_##runs;
DW_METHOD_ROWS(DW_METHOD_DECLARED)
DW_METHOD_ROWS_EVIDENTLY(DW_METHOD_DECLARED_EVIDENTLY)
#undef DW_METHOD_DECLARED
#undef DW_METHOD_DECLARED_EVIDENTLY

#endif
