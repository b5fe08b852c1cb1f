/* completion: the answer of an endpoint that speaks OpenAI's protocol (chat, or completions), strict about what is needed and tolerant of
 * the rest; and what it says in place of one.
 */
#ifndef DW_CANARY_COMPLETION_H
#define DW_CANARY_COMPLETION_H

#include "base/mem.h"
#include "canary/answers/response.h"
#include "io/text/json.h"

/* Text, finish_reason, tokens, model and log-probabilities of at most `positions` positions, of the first choice. A content that is null is
 * the refusal's text, or an empty one (tools were called); of parts, the texts count. false: it is no such answer, *what says why. Texts
 * and arrays live in arena. */
bool dw_completion_read(const dw_value *reply, size_t positions, dw_arena *arena, dw_response *response, const char **what);

/* type and message out of an error: {"error":{"message","type"|"code"}}, {"error":"text"}, the same without "error" around it
 * ({"object":"error","message":…}), {"detail":…}. What it does not say stays as it is. */
void dw_completion_error(const dw_value *reply, dw_arena *arena, dw_response_error *error);

#endif
