/* The builtin backend: a micro language model, asked in the process. */
#include <math.h>
#include <string.h>

#include "base/fmath.h"
#include "canary/ask/ask_parts.h"
#include "model/language/language_file.h"
#include "model/language/language_sampler.h"

struct dw_ask_language {
  dw_language_document document; /* where the model is read of a file */
  const dw_language *model;
  dw_language_sampler *sampler;
};

dw_status dw_ask_language_open(dw_ask_language **out, const dw_canary_config *config, dw_err *err)
{
  dw_ask_language *own = dw_alloc_zero(1, sizeof *own);
  dw_status status = config->language ? DW_OK : dw_language_open(&own->document, config->model, err);
  own->model = config->language ? config->language : own->document.language;
  double least = 1e-300; /* of top_p 0 the most probable symbol is left */
  if (status == DW_OK)
    own->sampler = dw_language_sampler_new(own->model, config->temperature, config->top_p > least ? config->top_p : least);
  if (status != DW_OK) dw_ask_language_close(own);
  *out = status == DW_OK ? own : NULL;
  return status;
}

void dw_ask_language_close(dw_ask_language *language)
{
  if (!language) return;
  dw_language_sampler_free(language->sampler);
  dw_language_document_free(&language->document);
  dw_free(language);
}

/* Bytes as a text: what is no UTF-8 by itself, and zero bytes, are U+FFFD. */
static const char *shown(dw_arena *arena, const char *bytes, size_t length, size_t *out_length)
{
  dw_buf text = {0};
  for (size_t at = 0; at < length;) {
    size_t n = bytes[at] ? dw_utf8_length(bytes + at, length - at) : 0;
    if (n) dw_buf_add(&text, bytes + at, n);
    else dw_buf_text(&text, "\xef\xbf\xbd");
    at += n ? n : 1;
  }
  const char *kept = dw_arena_strndup(arena, text.data, text.length);
  *out_length = text.length;
  dw_buf_free(&text);
  return kept;
}

static dw_answer_token token_of(dw_arena *arena, unsigned symbol, const double *p)
{
  size_t length;
  char byte = (char)symbol;
  bool end = symbol == DW_LANGUAGE_END;
  unsigned char *bytes = dw_arena_alloc(arena, 1);
  *bytes = (unsigned char)byte;
  return (dw_answer_token){.text = shown(arena, &byte, end ? 0 : 1, &length),
                           .bytes = bytes,
                           .byte_count = end ? 0 : 1,
                           .id = symbol,
                           .has_logprob = true,
                           .logprob = dw_log(p[symbol])};
}

/* The law of the model itself at each position, before temperature and top-p. */
static void put_positions(dw_ask_language *own, dw_ask_slot *slot, const dw_buf *prompt, const dw_buf *answer, bool ended)
{
  dw_language_context context;
  const dw_canary_config *config = slot->of->config;
  size_t count = answer->length + ended;
  if (!config->logprobs) return;
  if (count > config->logprob_tokens) count = config->logprob_tokens;
  dw_answer_position *out = dw_arena_alloc(&slot->arena, count * sizeof *out + 1);
  dw_language_begin(&context);
  dw_language_read(&context, prompt->data, prompt->length);
  for (size_t i = 0; i < count; i++) {
    double p[DW_LANGUAGE_SYMBOLS];
    uint16_t symbol[DW_LANGUAGE_SYMBOLS];
    unsigned chosen = i < answer->length ? (unsigned char)answer->data[i] : DW_LANGUAGE_END;
    dw_language_next(own->model, &context, p);
    unsigned most = config->logprobs < DW_LANGUAGE_SYMBOLS ? config->logprobs : DW_LANGUAGE_SYMBOLS;
    unsigned k = dw_language_top(p, most, symbol);
    dw_answer_token *top = dw_arena_alloc(&slot->arena, k * sizeof *top + 1);
    for (unsigned n = 0; n < k; n++) top[n] = token_of(&slot->arena, symbol[n], p);
    out[i] = (dw_answer_position){.chosen = token_of(&slot->arena, chosen, p), .top = top, .top_count = k};
    dw_language_pass(&context, chosen);
  }
  slot->response.logprobs = out;
  slot->response.position_count = count;
}

void dw_ask_language_answer(dw_ask *ask, dw_ask_slot *slot)
{
  dw_rng rng;
  dw_buf prompt = {0}, answer = {0};
  dw_response *r = &slot->response;
  const dw_canary_config *config = slot->of->config;
  dw_canary_config_fill(config, ask->job->prompts->item[slot->turn.prompt].text, &prompt);
  r->seed = dw_ask_slot_seed(ask, slot);
  dw_ask_slot_time(slot);
  dw_rng_start(&rng, dw_rng_derive((uint64_t)r->seed, "answers"), 0, 0);
  dw_language_asked asked = {.prompt = dw_buf_cstr(&prompt), .length = prompt.length, .most = config->max_new_tokens};
  dw_language_ending ending = dw_language_answer(slot->of->language->sampler, &asked, &rng, &answer);
  bool ended = ending != DW_LANGUAGE_CUT;
  put_positions(slot->of->language, slot, &prompt, &answer, ended);
  r->text = shown(&slot->arena, answer.data, answer.length, &r->length);
  r->finish_reason = ended ? "stop" : "length";
  r->prompt_tokens = (int64_t)prompt.length;
  r->completion_tokens = (int64_t)(answer.length + ended);
  dw_buf_free(&prompt);
  dw_buf_free(&answer);
  dw_ask_slot_answered(ask, slot);
}
