/* responses: the documents "response" of an input, block by block, strictly.
 *
 *   dw_responses *responses = dw_responses_new();
 *   dw_reader_options how = {.format = &dw_ndjson_format, .spans = true, .want = dw_responses_wants};
 *   for each batch of a reader opened so:
 *     status = dw_responses_take(responses, reader, batch, &items, &count, err);
 *     for each item: use(&items[i]);
 *   dw_responses_free(responses);
 *
 * Documents "quarantined", of canaries that were left out of a round, come among them (dw_response.quarantined).
 *
 * Needed are "kind", canary, prompt, and text or error; the rest may be absent or null, but not of another type. Documents of other kinds,
 * and members that are not known, are passed over. U+0000 in a text becomes U+FFFD.
 */
#ifndef DW_CANARY_RESPONSES_H
#define DW_CANARY_RESPONSES_H

#include "canary/answers/response.h"
#include "io/reader/reader.h"

typedef struct dw_responses dw_responses;

dw_responses *dw_responses_new(void);
void dw_responses_free(dw_responses *responses); /* NULL is fine */

bool dw_responses_wants(void *context, const char *name, size_t length); /* for dw_reader_options.want */

/* Those of the batch, in order, valid as long as it is and until the next call. What is none is reported by dw_reader_unusable. */
dw_status dw_responses_take(dw_responses *responses, dw_reader *reader, const dw_batch *batch, const dw_response **items, size_t *count,
                            dw_err *err);
dw_place dw_responses_place(const dw_responses *responses, const dw_batch *batch, size_t item); /* of the last batch */

#endif
