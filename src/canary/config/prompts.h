/* prompts: what canaries are asked: records with a text "prompt", and an "id" (a text or a number) by which answers are compared; without
 * one the prompt is its own id. "expected", a text or a number, is the answer that is right.
 */
#ifndef DW_CANARY_PROMPTS_H
#define DW_CANARY_PROMPTS_H

#include "base/map.h"
#include "io/reader/reader.h"
#include "io/reader/reader_run.h"

typedef struct dw_prompt {
  const char *id, *text;
  const char *expected; /* NULL: nobody says */
} dw_prompt;

typedef struct dw_prompts {
  dw_prompt *item;
  size_t count, capacity;
  dw_map ids;
  dw_arena arena;
} dw_prompts;

void dw_prompts_init(dw_prompts *prompts);
void dw_prompts_free(dw_prompts *prompts);

/* What a reader of prompts wants and takes for text (dw_reader_options). */
bool dw_prompts_wants(void *context, const char *name, size_t length);
bool dw_prompts_as_text(void *context, const char *name, size_t length);

/* Those of a batch; one without a prompt, or with an id that was there, is reported by dw_reader_unusable. A dw_batch_sink's take, context:
 * dw_prompts. */
dw_status dw_prompts_take(void *prompts, dw_reader *reader, const dw_batch *batch, bool *stop, dw_err *err);

/* One more. false: the id is there already. */
bool dw_prompts_add(dw_prompts *prompts, const char *id, const char *text);
void dw_prompts_expect(dw_prompts *prompts, const char *expected); /* of the last one; NULL: nobody says */

#endif
