/* column_names: what is said about a name that is none of the input's columns: with the column that was probably meant. */
#ifndef DW_DATA_COLUMN_NAMES_H
#define DW_DATA_COLUMN_NAMES_H

#include "io/reader/notices.h"
#include "data/datasets/selection.h"
#include "io/text/roster.h"

/* Where the work can be done without: "--id: there is no column "cust_id"; did you mean "customer_id"?". Nothing when there is one, when
 * name is NULL, or when there are no records that could have had it. */
void dw_column_names_warn(const char *option, const char *name, const dw_roster *names, const dw_notices *notices);
/* The same for names that may hold * and ?. */
void dw_column_names_warn_all(const char *option, dw_patterns list, const dw_roster *names, const dw_notices *notices);

/* Where it cannot: DW_EDATA. side: "reference", or "input". */
dw_status dw_column_names_missing(const char *option, const char *name, const char *side, const dw_roster *names, dw_err *err);
/* The same, unless it is there, or name is NULL: DW_OK, and *err stays as it is. */
dw_status dw_column_names_check(const char *option, const char *name, const char *side, const dw_roster *names, dw_err *err);

/* What was read by a selection that kept the names: the label, the score, what --columns names and a time that is needed must be there;
 * a warning for the rest, which is only left out. */
dw_status dw_column_names_check_selection(const dw_selection *selection, const char *side, const dw_notices *notices, dw_err *err);

#endif
