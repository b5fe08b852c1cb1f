/* positions: log-probabilities as servers give them, and as the document "response" keeps them.
 *
 *   [{"token","id","bytes","logprob","top":[{…}]}, …]                     of a response; top_logprobs, top_probs and prob are read too
 *   {"content":[{"token","bytes","logprob","top_logprobs":[{…}]}, …]}     of chat, and of /v1/completions of llama.cpp
 *   {"tokens":["a"],"token_logprobs":[-1.5],"top_logprobs":[{"a":-1.5}]}  of /v1/completions elsewhere (the likeliest: in the order given)
 *
 * null is NaN, what is absent is absent. An entry is not a token: bytes of one character may be merged into one, so texts do not add up.
 */
#ifndef DW_CANARY_POSITIONS_H
#define DW_CANARY_POSITIONS_H

#include "base/err.h"
#include "base/mem.h"
#include "canary/answers/response.h"
#include "io/text/json.h"

/* Into response->logprobs, at most `most` positions. value NULL, null, or without a list: none, response->logprobs stays NULL. false: it
 * is none of the three, *what says why. Texts and arrays live in arena. */
bool dw_positions_read(const dw_value *value, size_t most, dw_arena *arena, dw_response *response, const char **what);

#endif
