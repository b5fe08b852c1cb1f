/* consensus_documents: what the network was like in each round, as documents "consensus" (driftwatch-records(5)): one a round that was
 * looked at, in the order of time; of every canary its similarity to the others, in the round and in the reference, its z-scores and, where
 * it was judged, the answer; and the similarity of each pair.
 */
#ifndef DW_CANARY_CONSENSUS_DOCUMENTS_H
#define DW_CANARY_CONSENSUS_DOCUMENTS_H

#include "canary/judge/canary_comparison.h"

/* None where the comparison did not look at the network. */
void dw_consensus_write(const dw_canary_comparison *comparison, const dw_answer_book *book, const dw_canary_settings *settings,
                        dw_buf *out);

#endif
