/* fuzz_results: what other tools wrote down of answers, in each of their forms, and what an endpoint answers. What is taken is written as
 * a response that can be read again. */
#include "canary/answers/completion.h"
#include "canary/answers/responses.h"
#include "canary/answers/result_lines.h"
#include "io/formats/formats.h"
#include "target.h"

static const char *readable(const char *text, size_t length)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  const dw_response *items;
  size_t count, read = 0, lines = 0;
  dw_responses *responses = dw_responses_new();
  dw_reader_options how = {.format = &dw_ndjson_format, .spans = true, .want = dw_responses_wants, .threads = 1, .at_once = true};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("f", text, length), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_responses_take(responses, reader, batch, &items, &count, &err);
    if (status == DW_OK) read += count;
  }
  dw_reader_close(reader);
  dw_responses_free(responses);
  for (size_t i = 0; i < length; i++) lines += text[i] == '\n';
  return status == DW_OK && read == lines ? NULL : "what was written is refused";
}

static const char *as_form(dw_result_form form, const char *bytes, size_t length)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  const dw_response *items;
  size_t count;
  dw_buf out = {0};
  dw_result_options options = {.form = form, .canary = length % 2 ? "c" : NULL, .round = "r"};
  dw_result_lines *lines = dw_result_lines_new(&options);
  dw_reader_options how = {.format = &dw_ndjson_format,
                           .spans = true,
                           .want = dw_result_lines_wants,
                           .context = lines,
                           .threads = 1,
                           .at_once = true,
                           .skip_errors = true};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("f", bytes, length), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_result_lines_take(lines, reader, batch, &items, &count, &err);
    for (size_t i = 0; i < count && status == DW_OK; i++) dw_response_write(&items[i], &out);
  }
  dw_reader_close(reader);
  dw_result_lines_free(lines);
  const char *problem = out.length ? readable(out.data, out.length) : NULL;
  dw_buf_free(&out);
  return problem;
}

static const char *as_reply(const char *bytes, size_t length)
{
  dw_value *reply = NULL;
  dw_arena arena;
  dw_response response = dw_response_unknown;
  dw_response_error error = {0};
  const char *what = NULL, *problem = NULL;
  if (dw_value_parse(&reply, bytes, length, "f", 1, NULL) != DW_OK) return NULL;
  dw_arena_init(&arena);
  if (!dw_completion_read(reply, 5, &arena, &response, &what) && !what) problem = "no answer, and no reason";
  dw_completion_error(reply, &arena, &error);
  dw_arena_free(&arena);
  dw_value_free(reply);
  return problem;
}

static const char *fuzz_one(const char *bytes, size_t length)
{
  const char *problem = as_reply(bytes, length);
  for (int form = 0; form < DW_RESULT_FORMS && !problem; form++) problem = as_form((dw_result_form)form, bytes, length);
  return problem;
}

FUZZ_TARGET("results", fuzz_one, fuzz_values);
