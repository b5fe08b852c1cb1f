#include "test.h"

#include "canary/answers/completion.h"
#include "canary/answers/positions.h"

static dw_err err;

/* The response, or what is wrong. */
static const char *read(const char *json, size_t positions)
{
  static char out[4000];
  const char *what = "?";
  dw_value *value;
  dw_arena arena;
  dw_buf text = {0};
  dw_response response = dw_response_unknown;
  dw_arena_init(&arena);
  response.canary = response.prompt = "";
  CHECK(dw_value_parse_shown(&value, json, strlen(json), "in", 1, &err) == DW_OK);
  if (dw_completion_read(value, positions, &arena, &response, &what)) dw_response_write(&response, &text);
  else dw_buf_text(&text, what);
  snprintf(out, sizeof out, "%s", strncmp(dw_buf_cstr(&text), "{", 1) == 0 ? strstr(text.data, "\"text\"") : text.data);
  dw_value_free(value);
  dw_buf_free(&text);
  dw_arena_free(&arena);
  return out;
}

TEST(contents)
{
#define CHAT(message) "{\"choices\":[{\"message\":" message "}]}"
  static const char *const cases[][2] = {
      {CHAT("{\"content\":\"a\"}"), "\"text\":\"a\"}\n"},
      {CHAT("{\"content\":\"\"}"), "\"text\":\"\"}\n"},
      {CHAT("{\"content\":null,\"refusal\":\"I cannot.\"}"), "\"text\":\"I cannot.\"}\n"},
      {CHAT("{\"content\":null,\"tool_calls\":[{}]}"), "\"text\":\"\"}\n"},
      {CHAT("{\"tool_calls\":[{}]}"), "\"text\":\"\"}\n"},
      {CHAT("{\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image\"},{\"text\":\"b\"}]}"), "\"text\":\"a\\nb\"}\n"},
      {CHAT("{\"content\":\"a\\u0000b\"}"), "\"text\":\"a\xef\xbf\xbd"
                                            "b\"}\n"},
      {"{\"choices\":[{\"text\":\"a\",\"finish_reason\":\"length\"},{\"text\":\"b\"}],\"model\":\"m\",\"usage\":{\"prompt_tokens\":1,"
       "\"completion_tokens\":2}}",
       "\"text\":\"a\",\"finish_reason\":\"length\",\"tokens\":{\"prompt\":1,\"completion\":2},\"model\":\"m\"}\n"},
      {"{\"choices\":[{\"text\":\"a\",\"finish_reason\":null}],\"model\":7,\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":\"2\"}}",
       "\"text\":\"a\"}\n"},
      {CHAT("{\"content\":7}"), "a choice without \"message\" with a \"content\", or \"text\""},
      {CHAT("{}"), "a choice without \"message\" with a \"content\", or \"text\""},
      {CHAT("\"a\""), "a choice without \"message\" with a \"content\", or \"text\""},
      {"{\"choices\":{}}", "no \"choices\", a list with an answer in it"},
      {"[]", "no \"choices\", a list with an answer in it"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) CHECK_TEXT(read(cases[i][0], 1), cases[i][1]);
}

/* Both shapes, and what they leave out. */
TEST(shapes_of_log_probabilities)
{
#define TEXT(logprobs) "{\"choices\":[{\"text\":\"ab\",\"logprobs\":" logprobs "}]}"
  static const char *const cases[][2] = {
      {TEXT("null"), "\"text\":\"ab\"}\n"},
      {TEXT("{\"content\":null}"), "\"text\":\"ab\"}\n"},
      {TEXT("{\"content\":[]}"), "\"text\":\"ab\",\"logprobs\":[]}\n"},
      {TEXT("{\"content\":[{\"token\":\"a\",\"bytes\":null,\"logprob\":-1,\"top_logprobs\":[{\"token\":\"b\",\"logprob\":-0.5}]}]}"),
       "\"text\":\"ab\",\"logprobs\":[{\"token\":\"a\",\"logprob\":-1,\"top\":[{\"token\":\"b\",\"logprob\":-0.5}]}]}\n"},
      {TEXT("{\"tokens\":[\"a\",\"b\",\"c\"],\"token_logprobs\":[null,-2,-3],\"top_logprobs\":[null,{\"x\":-1,\"b\":-2},{}],\"text_"
            "offset\":[0,1,2]}"),
       "\"text\":\"ab\",\"logprobs\":[{\"token\":\"a\",\"logprob\":null,\"top\":[]},{\"token\":\"b\",\"logprob\":-2,\"top\":[{\"token\":"
       "\"x\",\"logprob\":-1},"
       "{\"token\":\"b\",\"logprob\":-2}]}]}\n"},
      {TEXT("{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"top_logprobs\":null}"),
       "\"text\":\"ab\",\"logprobs\":[{\"token\":\"a\",\"logprob\":-1,\"top\":[]}]}\n"},
      {TEXT("{\"tokens\":[\"a\"],\"token_logprobs\":[]}"),
       "\"tokens\", \"token_logprobs\" and \"top_logprobs\" are not as long as each other"},
      {TEXT("{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"top_logprobs\":[7]}"), "\"top_logprobs\" is no list of objects"},
      {TEXT("\"x\""), "log-probabilities are a list or an object"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) CHECK_TEXT(read(cases[i][0], 2), cases[i][1]);
  CHECK_TEXT(read(TEXT("\"x\""), 0), "\"text\":\"ab\"}\n"); /* not asked for, not looked at */
}

TEST(errors)
{
  static const char *const cases[][3] = {{"{\"error\":{\"message\":\"m\",\"type\":\"t\",\"code\":400}}", "m", "t"},
                                         {"{\"error\":{\"message\":\"m\",\"type\":null,\"code\":\"c\"}}", "m", "c"},
                                         {"{\"error\":\"m\"}", "m", ""},
                                         {"{\"object\":\"error\",\"message\":\"m\",\"type\":\"BadRequestError\"}", "m", "BadRequestError"},
                                         {"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}", "m",
                                          "overloaded_error"},
                                         {"{\"detail\":\"Not Found\"}", "Not Found", ""},
                                         {"{\"detail\":[{\"msg\":\"x\"}]}", "", ""},
                                         {"[]", "", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_value *value;
    dw_arena arena;
    dw_response_error error = {0};
    dw_arena_init(&arena);
    CHECK(dw_value_parse(&value, cases[i][0], strlen(cases[i][0]), "in", 1, &err) == DW_OK);
    dw_completion_error(value, &arena, &error);
    CHECK_TEXT(error.message ? error.message : "", cases[i][1]);
    CHECK_TEXT(error.type ? error.type : "", cases[i][2]);
    dw_value_free(value);
    dw_arena_free(&arena);
  }
}

/* Replies of a real server with bytes changed, cut and doubled: read or refused, and never more than that (sanitizers look on). */
TEST(damaged_replies)
{
  static const char *const files[] = {"chat-logprobs",     "completions-logprobs", "chat-logprob-null", "chat-post-sampling-probs",
                                      "chat-merged-bytes", "error-400-context"};
  static const char bytes[] = "{}[]\",:0123-e\\nulltrue \xff";
  unsigned random = 1, read_well = 0, refused = 0;
  for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
    char path[100];
    size_t length;
    snprintf(path, sizeof path, "data/llama_server/%s.json", files[f]);
    char *whole = test_read(path, &length);
    CHECK_MSG(whole, "no %s", path);
    for (int round = 0; whole && round < 3000; round++) {
      dw_value *value = NULL;
      dw_arena arena;
      dw_buf line = {0};
      const char *what;
      dw_response response = dw_response_unknown;
      dw_response_error error = {0};
      char *copy = malloc(length);
      memcpy(copy, whole, length);
      size_t cut = length;
      for (int k = 0; k <= round % 3; k++) {
        random = random * 1103515245 + 12345;
        copy[(random >> 8) % length] = bytes[(random >> 4) % (sizeof bytes - 1)];
      }
      if (round % 7 == 0) cut = (random >> 8) % length;
      dw_arena_init(&arena);
      response.canary = response.prompt = "";
      if (dw_value_parse_shown(&value, copy, cut, "in", 1, &err) == DW_OK) {
        dw_completion_error(value, &arena, &error);
        if (dw_completion_read(value, 9, &arena, &response, &what)) dw_response_write(&response, &line), read_well++;
        else refused += what != NULL;
      } else refused++;
      dw_value_free(value);
      dw_buf_free(&line);
      dw_arena_free(&arena);
      free(copy);
    }
    free(whole);
  }
  CHECK(read_well > 500 && refused > 5000 && read_well + refused == 18000);
}
