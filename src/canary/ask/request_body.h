/* request_body: what an endpoint, or a program, is asked, as JSON on one line. */
#ifndef DW_CANARY_REQUEST_BODY_H
#define DW_CANARY_REQUEST_BODY_H

#include "base/str.h"
#include "canary/config/canary_config.h"
#include "canary/config/prompts.h"

/* Of OpenAI's chat completions or completions: every sampler setting is in it, and "stream":false. seed below 0: none. */
void dw_request_body_openai(const dw_canary_config *config, const char *prompt, int64_t seed, dw_buf *out);

/* Of a program (backend exec), with a newline:
 * {"id":0,"prompt":"system and template, filled in","prompt_id":"p01","model":…,"temperature":1,"top_p":1,"seed":7,"max_tokens":64,
 *  "logprobs":20} */
void dw_request_body_exec(const dw_canary_config *config, const dw_prompt *prompt, uint64_t id, int64_t seed, dw_buf *out);

/* Of an embedding, of an endpoint and of a program. */
void dw_request_body_embed_openai(const char *model, const char *text, size_t length, dw_buf *out);
void dw_request_body_embed_exec(uint64_t id, const char *text, size_t length, dw_buf *out);

#endif
