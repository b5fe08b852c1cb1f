/* canary_warnings: what a user of dw-compare --canaries should know beside the verdict, a line each. */
#ifndef DW_CMD_CANARY_WARNINGS_H
#define DW_CMD_CANARY_WARNINGS_H

#include "canary/judge/canary_comparison.h"
#include "cmd/canary/canary_compare.h"

void dw_canary_warn(const dw_canaries_asked *asked, const dw_canary_comparison *result, const dw_answer_book *book,
                    const dw_canary_settings *settings);

#endif
