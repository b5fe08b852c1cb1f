/* result_lines: what other tools wrote down of answers, as responses.
 *
 *   openai-batch     {"custom_id","response":{"status_code","body":{…}},"error"}      output and error files of OpenAI's batches; the body
 * is that of chat completions, completions, or responses vllm-batch       the same, of vllm run-batch; also with the answer itself as
 * "response" anthropic-batch  {"custom_id","result":{"type":"succeeded"|"errored"|…,"message"|"error"}}   of message batches litellm
 * StandardLoggingPayload: {"status","response","messages","startTime", …}   what its callbacks log
 *
 * The prompt is the custom_id, whose second line is repeat 1 and so on; of litellm the text of the last message of the user. Lines of
 * requests that failed are responses with an error. A line that does not fit is an error with its place.
 */
#ifndef DW_CANARY_RESULT_LINES_H
#define DW_CANARY_RESULT_LINES_H

#include "canary/answers/response.h"
#include "io/reader/reader.h"

typedef enum dw_result_form {
  DW_RESULT_OPENAI_BATCH,
  DW_RESULT_ANTHROPIC_BATCH,
  DW_RESULT_VLLM_BATCH,
  DW_RESULT_LITELLM,
  DW_RESULT_FORMS
} dw_result_form;
extern const char *const dw_result_form_words[DW_RESULT_FORMS + 1]; /* "openai-batch" …, NULL */

typedef struct dw_result_options {
  dw_result_form form;
  const char *canary; /* of all lines; NULL: the model that the line names, or "unknown" */
  const char *round;  /* of all lines */
} dw_result_options;

typedef struct dw_result_lines dw_result_lines;

dw_result_lines *dw_result_lines_new(const dw_result_options *options); /* which outlives it */
void dw_result_lines_free(dw_result_lines *lines);                      /* NULL is fine */

bool dw_result_lines_wants(void *context, const char *name, size_t length); /* for dw_reader_options.want, of a reader that keeps spans */

/* The batch's responses, in order, valid until the next call. What does not fit is reported by dw_reader_unusable. */
dw_status dw_result_lines_take(dw_result_lines *lines, dw_reader *reader, const dw_batch *batch, const dw_response **items, size_t *count,
                               dw_err *err);

#endif
