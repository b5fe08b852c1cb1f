/* canary_documents: what a comparison of canaries found, as documents (driftwatch-records(5)): a finding a line, then one summary.
 *
 * check is "canary_drift", column the canary, score the adjusted p-value. detail: round, effect with its margin and what it is, prompts,
 * answers and failures of both sides, permutations, why this method where it was chosen, the aspect of behavior, and under shown the
 * prompts where it shows most, with an answer of each side.
 */
#ifndef DW_CANARY_CANARY_DOCUMENTS_H
#define DW_CANARY_CANARY_DOCUMENTS_H

#include "canary/judge/canary_comparison.h"

void dw_canary_write_findings(const dw_canary_comparison *comparison, const dw_answer_book *book, const dw_canary_settings *settings,
                              dw_buf *out);
/* stages: of made_by. columns are canaries. */
void dw_canary_write_summary(const dw_canary_comparison *comparison, const dw_answer_book *book, const dw_buf *stages, dw_buf *out);

#endif
