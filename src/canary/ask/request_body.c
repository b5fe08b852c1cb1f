#include "canary/ask/request_body.h"

#include "io/text/json.h"

static void put_message(dw_json *json, const char *role, const char *text, size_t length)
{
  dw_json_open(json, NULL, '{');
  dw_json_text(json, "role", role);
  dw_json_bytes(json, "content", text, length);
  dw_json_close(json, '}');
}

static void put_question(dw_json *json, const dw_canary_config *config, const char *prompt)
{
  dw_buf filled = {0};
  dw_canary_config_fill(config, prompt, &filled);
  if (config->chat) {
    dw_json_open(json, "messages", '[');
    if (config->system) put_message(json, "system", config->system, strlen(config->system));
    put_message(json, "user", filled.data, filled.length);
    dw_json_close(json, ']');
  } else dw_json_bytes(json, "prompt", filled.data, filled.length);
  dw_buf_free(&filled);
}

void dw_request_body_openai(const dw_canary_config *config, const char *prompt, int64_t seed, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "model", config->model);
  put_question(&json, config, prompt);
  if (!config->own_limit) dw_json_integer(&json, "max_tokens", config->max_new_tokens);
  dw_json_number(&json, "temperature", config->temperature);
  dw_json_number(&json, "top_p", config->top_p);
  if (seed >= 0) dw_json_integer(&json, "seed", seed);
  dw_json_bool(&json, "stream", false);
  if (config->logprobs && config->chat) {
    dw_json_bool(&json, "logprobs", true);
    dw_json_integer(&json, "top_logprobs", config->logprobs);
  } else if (config->logprobs) dw_json_integer(&json, "logprobs", config->logprobs);
  dw_json_close(&json, '}');
  if (!config->parameters || strcmp(config->parameters, "{}") == 0) return;
  out->data[out->length - 1] = ','; /* its members behind ours */
  dw_buf_text(out, config->parameters + 1);
}

void dw_request_body_exec(const dw_canary_config *config, const dw_prompt *prompt, uint64_t id, int64_t seed, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_integer(&json, "id", (int64_t)id);
  put_question(&json, config, prompt->text);
  dw_json_text(&json, "prompt_id", prompt->id);
  if (config->model) dw_json_text(&json, "model", config->model);
  dw_json_number(&json, "temperature", config->temperature);
  dw_json_number(&json, "top_p", config->top_p);
  if (seed >= 0) dw_json_integer(&json, "seed", seed);
  dw_json_integer(&json, "max_tokens", config->max_new_tokens);
  if (config->logprobs) dw_json_integer(&json, "logprobs", config->logprobs);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}

void dw_request_body_embed_openai(const char *model, const char *text, size_t length, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_text(&json, "model", model);
  dw_json_bytes(&json, "input", text, length);
  dw_json_text(&json, "encoding_format", "float");
  dw_json_close(&json, '}');
}

void dw_request_body_embed_exec(uint64_t id, const char *text, size_t length, dw_buf *out)
{
  dw_json json;
  dw_json_start(&json, out, 0);
  dw_json_open(&json, NULL, '{');
  dw_json_integer(&json, "id", (int64_t)id);
  dw_json_bytes(&json, "text", text, length);
  dw_json_close(&json, '}');
  dw_buf_char(out, '\n');
}
