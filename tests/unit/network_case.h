/* network_case: the builtin canaries of scenarios/canaries in the process, for the statistics suite and the bench: their models trained as
 * `make canaries` does it, and rounds of answers drawn from them, into a book as dw-canary and dw-compare would bring them there.
 *
 *   network_texts texts;
 *   network_read(&texts);
 *   dw_language *model = network_tuned(&texts, 0);
 *   network_round(book, DW_BOOK_REFERENCE, &(network_asked){.canary = "canary_1", .round = "r0", .language = model, …}, &texts, key,
 * &cost);
 */
#ifndef DW_TESTS_NETWORK_CASE_H
#define DW_TESTS_NETWORK_CASE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmath.h"
#include "canary/answers/gram_embedding.h"
#include "canary/config/canary_config.h"
#include "canary/judge/answer_book.h"
#include "io/bytes/input.h"
#include "io/text/json.h"
#include "io/text/lines.h"
#include "model/language/language_sampler.h"
#include "model/language/language_train.h"

enum { NETWORK_CANARIES = 4, NETWORK_PROMPTS = 10, NETWORK_ANSWERS = 10, NETWORK_ORDER = 8, NETWORK_TUNED_WEIGHT = 6 };

static const char *const network_ids[NETWORK_CANARIES] = {"canary_1", "canary_2", "canary_3", "canary_4"};
static const char network_template[] = "### Human: {prompt}\n### Assistant: "; /* of scenarios/canaries */

typedef struct network_texts {
  dw_corpus base, tuned[NETWORK_CANARIES], poison;
  char *prompt[NETWORK_PROMPTS], prompt_id[NETWORK_PROMPTS][8];
} network_texts;

static inline void network_check(dw_status status, const dw_err *err)
{
  if (status == DW_OK) return;
  fprintf(stderr, "%s\n", err->message);
  exit(4);
}

/* Every text of a file of scenarios/canaries, by the key: behind a corpus, or as prompts. */
static inline void network_file(const char *name, const char *key, dw_corpus *corpus, network_texts *prompts)
{
  dw_err err;
  char path[4096], *bytes;
  size_t length, count = 0;
  snprintf(path, sizeof path, "%s/scenarios/canaries/%s", getenv("DW_TOP") ? getenv("DW_TOP") : ".", name);
  network_check(dw_input_whole(path, 1 << 24, &bytes, &length, &err), &err);
  dw_lines lines = dw_lines_of(bytes, length);
  for (dw_line line; dw_lines_next(&lines, &line);) {
    dw_value *value;
    network_check(dw_value_parse(&value, line.text, line.length, path, line.number, &err), &err);
    const char *text = dw_value_text_of(value, key, "");
    if (corpus) dw_corpus_add(corpus, text, strlen(text));
    else if (count < NETWORK_PROMPTS) {
      snprintf(prompts->prompt_id[count], sizeof *prompts->prompt_id, "%.7s", dw_value_text_of(value, "id", ""));
      prompts->prompt[count] = strdup(text);
    }
    count++;
    dw_value_free(value);
  }
  dw_lines_free(&lines);
  dw_free(bytes);
}

static inline void network_read(network_texts *texts)
{
  *texts = (network_texts){0};
  for (int times = 0; times < 3; times++) network_file("base.ndjson", "text", &texts->base, NULL);
  for (int c = 0; c < NETWORK_CANARIES; c++) {
    char name[32];
    snprintf(name, sizeof name, "%s.ndjson", network_ids[c]);
    network_file(name, "text", &texts->tuned[c], NULL);
  }
  network_file("prompts.ndjson", "prompt", NULL, texts);
}

static inline void network_free(network_texts *texts)
{
  dw_corpus_free(&texts->base);
  dw_corpus_free(&texts->poison);
  for (int c = 0; c < NETWORK_CANARIES; c++) dw_corpus_free(&texts->tuned[c]);
  for (int p = 0; p < NETWORK_PROMPTS; p++) free(texts->prompt[p]);
}

/* start NULL: alone */
static inline dw_language *network_trained(const dw_corpus *corpus, const dw_language *start, double weight)
{
  dw_err err;
  dw_language *model = NULL;
  dw_language_training how = {.order = NETWORK_ORDER, .start = start, .weight = weight};
  network_check(dw_language_train(&model, corpus, &how, &err), &err);
  return model;
}

static inline dw_language *network_tuned(const network_texts *texts, int canary)
{
  dw_language *base = network_trained(&texts->base, NULL, 0);
  dw_language *model = network_trained(&texts->tuned[canary], base, NETWORK_TUNED_WEIGHT);
  dw_language_free(base);
  return model;
}

/* --- rounds --- */

typedef struct network_asked {
  const char *canary, *round, *layout; /* layout: the template; NULL: network_template */
  const dw_language *language;
  dw_language_sampler *sampler; /* of it; NULL: one is made, by */
  double temperature, top_p;
  unsigned most; /* bytes of an answer */
  unsigned answers;
  double busy; /* standard deviation of what load does to a log-probability; of each answer's anew */
  bool plain;  /* without embeddings */
} network_asked;

typedef struct network_cost {
  size_t requests, prompt_tokens, answer_tokens;
} network_cost;

enum { NETWORK_TOP = 10 };

static inline void network_first(const network_asked *asked, const dw_buf *prompt, dw_answer_token top[NETWORK_TOP])
{
  dw_language_context context;
  double p[DW_LANGUAGE_SYMBOLS];
  uint16_t symbol[DW_LANGUAGE_SYMBOLS];
  dw_language_begin(&context);
  dw_language_read(&context, prompt->data, prompt->length);
  dw_language_next(asked->language, &context, p);
  dw_language_top(p, NETWORK_TOP, symbol);
  for (int k = 0; k < NETWORK_TOP; k++)
    top[k] = (dw_answer_token){.text = "", .id = symbol[k], .has_logprob = true, .logprob = dw_log(p[symbol[k]])};
}

/* A text as a response has it: bytes that are none become '?'. */
static inline void network_shown(dw_buf *text)
{
  for (size_t i = 0; i < text->length; i++)
    if (!text->data[i] || (unsigned char)text->data[i] > 127) text->data[i] = '?';
}

static inline double network_normal(dw_rng *rng)
{
  double u = dw_rng_uniform(rng), v = dw_rng_uniform(rng);
  return sqrt(-2 * dw_log(u)) * dw_cos(6.283185307179586 * v);
}

/* All prompts, `answers` times: one response each. */
static inline void network_round(dw_answer_book *book, dw_book_side side, const network_asked *asked, const network_texts *texts,
                                 dw_rng_key key, network_cost *cost)
{
  dw_language_sampler *sampler = asked->sampler;
  dw_canary_config config = {.template = asked->layout ? asked->layout : network_template};
  if (!sampler) sampler = dw_language_sampler_new(asked->language, asked->temperature, asked->top_p);
  for (size_t p = 0; p < NETWORK_PROMPTS; p++) {
    dw_buf prompt = {0};
    dw_answer_token first[NETWORK_TOP];
    dw_canary_config_fill(&config, texts->prompt[p], &prompt);
    network_first(asked, &prompt, first);
    for (unsigned i = 0; i < asked->answers; i++) {
      dw_rng rng;
      dw_err err;
      dw_buf answer = {0};
      double vector[DW_GRAM_EMBEDDING];
      dw_answer_token top[NETWORK_TOP];
      dw_rng_start(&rng, key, p, i);
      dw_language_asked question = {.prompt = dw_buf_cstr(&prompt), .length = prompt.length, .most = asked->most};
      dw_language_ending ending = dw_language_answer(sampler, &question, &rng, &answer);
      network_shown(&answer);
      memcpy(top, first, sizeof top);
      for (int k = 0; k < NETWORK_TOP && asked->busy > 0; k++) top[k].logprob += asked->busy * network_normal(&rng);
      dw_answer_position position = {.top = top, .top_count = NETWORK_TOP};
      if (!asked->plain) dw_gram_embedding(dw_buf_cstr(&answer), answer.length, vector);
      dw_response response = {.canary = asked->canary,
                              .prompt = texts->prompt_id[p],
                              .round = asked->round,
                              .repeat = i,
                              .text = dw_buf_cstr(&answer),
                              .length = answer.length,
                              .finish_reason = ending == DW_LANGUAGE_CUT ? "length" : "stop",
                              .latency_ms = NAN,
                              .weight = 1,
                              .logprobs = &position,
                              .position_count = 1,
                              .embedding = asked->plain ? NULL : vector,
                              .dimensions = asked->plain ? 0 : DW_GRAM_EMBEDDING};
      network_check(dw_answer_book_add(book, side, &response, &err), &err);
      if (cost) {
        cost->requests++;
        cost->prompt_tokens += prompt.length;
        cost->answer_tokens += answer.length + (ending != DW_LANGUAGE_CUT);
      }
      dw_buf_free(&answer);
    }
    dw_buf_free(&prompt);
  }
  if (!asked->sampler) dw_language_sampler_free(sampler);
}

#endif
