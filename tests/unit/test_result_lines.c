#include "test.h"

#include "canary/answers/result_lines.h"
#include "io/formats/formats.h"

static dw_err err;

/* What lines become, without "kind", "canary" and "round"; then the error, if there is one. */
static const char *taken(dw_result_form form, const char *canary, const char *text)
{
  static char out[8000];
  dw_buf all = {0};
  dw_reader *reader;
  const dw_batch *batch;
  const dw_response *items;
  size_t count;
  dw_result_options options = {.form = form, .canary = canary, .round = "r"};
  dw_result_lines *lines = dw_result_lines_new(&options);
  dw_reader_options how = {.format = &dw_ndjson_format, .spans = true, .want = dw_result_lines_wants};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("in", text, strlen(text)), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_result_lines_take(lines, reader, batch, &items, &count, &err);
    for (size_t i = 0; i < count; i++) dw_response_write(&items[i], &all);
  }
  if (status != DW_OK) dw_buf_format(&all, "%d: %s", (int)status, err.message);
  snprintf(out, sizeof out, "%s", dw_buf_cstr(&all));
  dw_buf_free(&all);
  dw_result_lines_free(lines);
  dw_reader_close(reader);
  return out;
}

#define BODY                                                                                                                               \
  "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1768511301,\"model\":\"m-1\",\"choices\":[{\"index\":0,\"message\":{" \
  "\"role\":\"assistant\",\"content\":\"Hi.\"},\"finish_reason\":\"stop\",\"logprobs\":null}],\"usage\":{\"prompt_tokens\":5,"             \
  "\"completion_tokens\":2,\"total_tokens\":7}}"
#define SAID                                                                                                                               \
  "\"time\":\"2026-01-15T21:08:21Z\",\"text\":\"Hi.\",\"finish_reason\":\"stop\",\"tokens\":{\"prompt\":5,\"completion\":2},\"model\":"    \
  "\"m-1\"}\n"

TEST(openai_and_vllm)
{
  const char *lines =
      "{\"id\":\"batch_req_1\",\"custom_id\":\"p1\",\"response\":{\"status_code\":200,\"request_id\":\"r\",\"body\":" BODY
      "},\"error\":null}\n"
      "{\"id\":\"batch_req_2\",\"custom_id\":\"p1\",\"response\":{\"status_code\":200,\"request_id\":\"r\",\"body\":" BODY
      "},\"error\":null}\n"
      "{\"id\":\"batch_req_3\",\"custom_id\":\"p2\",\"response\":{\"status_code\":400,\"body\":{\"error\":{\"message\":\"bad\",\"type\":"
      "\"invalid_request_error\"}}},\"error\":null}\n"
      "{\"id\":\"batch_req_4\",\"custom_id\":\"p3\",\"response\":null,\"error\":{\"code\":\"batch_expired\",\"message\":\"too late\"}}\n"
      "{\"id\":\"vllm-1\",\"custom_id\":\"p4\",\"response\":{\"status_code\":400,\"request_id\":\"r\",\"body\":null},\"error\":{\"object\":"
      "\"error\",\"message\":\"no\",\"type\":\"BadRequestError\",\"code\":400}}\n"
      "{\"id\":\"vllm-2\",\"custom_id\":\"p5\",\"response\":" BODY "}\n";
  const char *want = "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p1\",\"repeat\":0," SAID
                     "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p1\",\"repeat\":1," SAID
                     "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p2\",\"repeat\":0,\"error\":{\"status\":400,"
                     "\"type\":\"invalid_request_error\",\"message\":\"bad\",\"attempts\":0}}\n"
                     "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p3\",\"repeat\":0,\"error\":{\"type\":\"batch_"
                     "expired\",\"message\":\"too late\",\"attempts\":0}}\n"
                     "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p4\",\"repeat\":0,\"error\":{\"status\":400,"
                     "\"type\":\"BadRequestError\",\"message\":\"no\",\"attempts\":0}}\n"
                     "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p5\",\"repeat\":0," SAID;
  CHECK_TEXT(taken(DW_RESULT_OPENAI_BATCH, "c", lines), want);
  CHECK_TEXT(taken(DW_RESULT_VLLM_BATCH, "c", lines), want);
}

TEST(bodies_of_openai_responses)
{
  CHECK_TEXT(taken(DW_RESULT_OPENAI_BATCH, "c",
                   "{\"custom_id\":\"p1\",\"response\":{\"status_code\":200,\"body\":{\"id\":\"resp_1\",\"object\":\"response\",\"created_"
                   "at\":1768511301,\"status\":\"completed\",\"error\":null,\"incomplete_details\":null,\"model\":\"m-1\",\"output\":[{"
                   "\"type\":\"reasoning\",\"summary\":[]},{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_"
                   "text\",\"text\":\"Hi.\",\"annotations\":[]}]}],\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}},\"error\":null}\n"
                   "{\"custom_id\":\"p2\",\"response\":{\"status_code\":200,\"body\":{\"status\":\"incomplete\",\"incomplete_details\":{"
                   "\"reason\":\"max_output_tokens\"},\"output\":[{\"type\":\"message\",\"content\":[{\"type\":\"refusal\",\"refusal\":"
                   "\"No.\"}]}]}},\"error\":null}\n"),
             "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p1\",\"repeat\":0,\"time\":\"2026-01-15T21:08:21Z\","
             "\"text\":\"Hi.\",\"finish_reason\":\"completed\",\"tokens\":{\"prompt\":5,\"completion\":2},\"model\":\"m-1\"}\n"
             "{\"kind\":\"response\",\"canary\":\"c\",\"round\":\"r\",\"prompt\":\"p2\",\"repeat\":0,\"text\":\"No.\",\"finish_reason\":"
             "\"max_output_tokens\"}\n");
}

TEST(anthropic)
{
  CHECK_TEXT(taken(DW_RESULT_ANTHROPIC_BATCH, NULL,
                   "{\"custom_id\":\"p1\",\"result\":{\"type\":\"succeeded\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
                   "\"assistant\",\"model\":\"m-2\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"h\"},{\"type\":\"text\",\"text\":"
                   "\"Hi.\"}],\"stop_reason\":\"end_turn\",\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}}}\n"
                   "{\"custom_id\":\"p2\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":\"error\",\"error\":{\"type\":\"invalid_"
                   "request_error\",\"message\":\"bad\"}}}}\n"
                   "{\"custom_id\":\"p3\",\"result\":{\"type\":\"expired\"}}\n"),
             "{\"kind\":\"response\",\"canary\":\"m-2\",\"round\":\"r\",\"prompt\":\"p1\",\"repeat\":0,\"text\":\"Hi.\",\"finish_reason\":"
             "\"end_turn\",\"tokens\":{\"prompt\":5,\"completion\":2},\"model\":\"m-2\"}\n"
             "{\"kind\":\"response\",\"canary\":\"unknown\",\"round\":\"r\",\"prompt\":\"p2\",\"repeat\":0,\"error\":{\"type\":\"invalid_"
             "request_error\",\"message\":\"bad\",\"attempts\":0}}\n"
             "{\"kind\":\"response\",\"canary\":\"unknown\",\"round\":\"r\",\"prompt\":\"p3\",\"repeat\":0,\"error\":{\"type\":\"expired\","
             "\"message\":\"\",\"attempts\":0}}\n");
}

TEST(litellm)
{
  CHECK_TEXT(
      taken(DW_RESULT_LITELLM, NULL,
            "{\"id\":\"x\",\"call_type\":\"acompletion\",\"status\":\"success\",\"startTime\":1768511301.5,\"endTime\":1768511301.75,"
            "\"model\":\"openai/"
            "m-1\",\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"user\",\"content\":\"Hello?\"}],\"response\":" BODY
            ",\"prompt_tokens\":5,\"completion_tokens\":2,\"error_str\":null}\n"
            "{\"id\":\"y\",\"status\":\"failure\",\"startTime\":1768511301.5,\"endTime\":1768511302,\"model\":\"m-1\",\"messages\":[{"
            "\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hello?\"}]}],\"response\":null,\"error_str\":\"litellm."
            "RateLimitError: "
            "slow\",\"error_information\":{\"error_code\":\"429\",\"error_class\":\"RateLimitError\",\"llm_provider\":\"openai\"}}\n"),
      "{\"kind\":\"response\",\"canary\":\"m-1\",\"round\":\"r\",\"prompt\":\"Hello?\",\"repeat\":0,\"time\":\"2026-01-15T21:08:21.5Z\","
      "\"text\":\"Hi.\",\"finish_reason\":\"stop\",\"tokens\":{\"prompt\":5,\"completion\":2},\"latency_ms\":250,\"model\":\"m-1\"}\n"
      "{\"kind\":\"response\",\"canary\":\"m-1\",\"round\":\"r\",\"prompt\":\"Hello?\",\"repeat\":1,\"time\":\"2026-01-15T21:08:21.5Z\","
      "\"error\":{\"status\":429,\"type\":\"RateLimitError\",\"message\":\"litellm.RateLimitError: "
      "slow\",\"attempts\":0},\"latency_ms\":500,\"model\":\"m-1\"}\n");
}

/* A canary without a name would be refused by whoever reads it. */
TEST(a_model_without_a_name_is_unknown)
{
  CHECK_TEXT(
      taken(DW_RESULT_ANTHROPIC_BATCH, NULL,
            "{\"custom_id\":\"p\",\"result\":{\"type\":\"succeeded\",\"message\":{\"model\":\"\",\"content\":[{\"type\":\"text\","
            "\"text\":\"Hi\"}]}}}\n"),
      "{\"kind\":\"response\",\"canary\":\"unknown\",\"round\":\"r\",\"prompt\":\"p\",\"repeat\":0,\"text\":\"Hi\",\"model\":\"\"}\n");
}

TEST(a_line_that_does_not_fit_is_an_error_with_its_line)
{
  static const struct {
    dw_result_form form;
    const char *line, *want;
  } cases[] = {{DW_RESULT_OPENAI_BATCH, "{\"custom_id\":7}", "3: in:2: not a line of openai-batch: no \"custom_id\", a text"},
               {DW_RESULT_OPENAI_BATCH, "{\"custom_id\":\"a\"}",
                "3: in:2: not a line of openai-batch: neither \"response\" with a \"body\" nor \"error\""},
               {DW_RESULT_OPENAI_BATCH, "{\"custom_id\":\"a\",\"response\":{\"status_code\":200,\"body\":{}}}",
                "3: in:2: not a line of openai-batch: no \"choices\", a list with an answer in it"},
               {DW_RESULT_VLLM_BATCH, "{\"custom_id\":\"a\",\"response\":{\"status_code\":-1,\"body\":{}}}",
                "3: in:2: not a line of vllm-batch: \"status_code\" is no status of HTTP"},
               {DW_RESULT_ANTHROPIC_BATCH, "{\"custom_id\":\"a\",\"result\":{}}",
                "3: in:2: not a line of anthropic-batch: no \"result\" with a \"type\""},
               {DW_RESULT_ANTHROPIC_BATCH, "{\"custom_id\":\"a\",\"result\":{\"type\":\"lost\"}}",
                "3: in:2: not a line of anthropic-batch: \"type\" of the result is not succeeded, errored, canceled or expired"},
               {DW_RESULT_ANTHROPIC_BATCH, "{\"custom_id\":\"a\",\"result\":{\"type\":\"succeeded\"}}",
                "3: in:2: not a line of anthropic-batch: a message without \"content\", a list"},
               {DW_RESULT_LITELLM, "{\"status\":\"success\"}", "3: in:2: not a line of litellm: no text of a user in \"messages\""},
               {DW_RESULT_LITELLM, "{\"messages\":\"a\"}", "3: in:2: not a line of litellm: \"status\" is neither success nor failure"},
               {DW_RESULT_LITELLM, "{\"messages\":\"a\"", "3: in:2:"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[500];
    snprintf(text, sizeof text, "\n%s\n", cases[i].line);
    const char *got = taken(cases[i].form, NULL, text);
    CHECK_MSG(strncmp(got, cases[i].want, strlen(cases[i].want)) == 0, "%s, not %s", got, cases[i].want);
  }
}
