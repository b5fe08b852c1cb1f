/* compare_names: the names that dw-compare is given must be those of columns: silence about a slip of the pen would look like "no drift".
 */
#ifndef DW_CMD_COMPARE_NAMES_H
#define DW_CMD_COMPARE_NAMES_H

#include "data/datasets/dataset.h"
#include "detect/compare/compare.h"
#include "io/text/roster.h"

/* names: of the columns of both sides, those too that the options leave out. */

/* The reference read, not yet finished. --label, --score, --by, --columns and --vector, without which the answer would be to another
 * question: a name that is none of its columns ends the command, status 3. */
void dw_compare_check_names(const dw_dataset *reference, const dw_roster *names);
/* Both sides finished. The same for --fail-on, which would never fail; a warning for settings that have nothing to act on. */
void dw_compare_check_settings(const dw_compare_options *options, const dw_dataset *reference, const dw_dataset *current,
                               const dw_roster *names);

#endif
