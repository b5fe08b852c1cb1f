/* column_names: what every command says about a name that is none of its input's columns: with the column that was probably meant. */
#ifndef DW_CMD_COLUMN_NAMES_H
#define DW_CMD_COLUMN_NAMES_H

#include "data/datasets/selection.h"
#include "io/text/roster.h"

/* Where the command can do its work without: "--id: there is no column "cust_id"; did you mean "customer_id"?". Nothing when there is one,
 * when name is NULL, or when there are no records that could have had it. */
void dw_cmd_warn_column(const char *option, const char *name, const dw_roster *names);
void dw_cmd_warn_columns(const char *option, dw_patterns list, const dw_roster *names); /* the same for names that may hold * and ? */

/* Where it cannot: status 3. side: "reference", or "input". */
_Noreturn void dw_cmd_fail_column(const char *option, const char *name, const char *side, const dw_roster *names);
/* The same, unless it is there, or name is NULL. */
void dw_cmd_check_column(const char *option, const char *name, const char *side, const dw_roster *names);

/* What was read by a selection that kept the names: the label, the score, what --columns names and a time that is needed must be there;
 * a warning for the rest, which is only left out. */
void dw_cmd_check_selection(const dw_selection *selection, const char *side);

#endif
