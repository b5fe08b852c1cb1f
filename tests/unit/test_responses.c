#include "test.h"

#include "canary/answers/responses.h"
#include "io/formats/formats.h"

static dw_err err;

/* Reads documents and writes them again; then the error, if there is one. */
static const char *again(const char *text)
{
  static char out[20000];
  dw_buf all = {0};
  dw_reader *reader;
  const dw_batch *batch;
  const dw_response *items;
  size_t count;
  dw_responses *responses = dw_responses_new();
  dw_arena arena;
  dw_arena_init(&arena);
  dw_reader_options how = {.format = &dw_ndjson_format, .spans = true, .want = dw_responses_wants};
  dw_status status = dw_reader_open_input(&reader, dw_input_of_memory("in", text, strlen(text)), &how, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) {
    status = dw_responses_take(responses, reader, batch, &items, &count, &err);
    for (size_t i = 0; i < count && status == DW_OK; i++) {
      size_t before = all.length;
      dw_response_write(&items[i], &all);
      dw_buf copy = {0};
      dw_response_write(dw_response_keep(&items[i], &arena), &copy);
      CHECK(copy.length == all.length - before && memcmp(copy.data, all.data + before, copy.length) == 0);
      dw_buf_free(&copy);
    }
  }
  if (status != DW_OK) dw_buf_format(&all, "%d: %s", (int)status, err.message);
  snprintf(out, sizeof out, "%s", dw_buf_cstr(&all));
  dw_buf_free(&all);
  dw_responses_free(responses);
  dw_reader_close(reader);
  dw_arena_free(&arena);
  return out;
}

TEST(what_was_written_is_read_as_it_was)
{
  static const char full[] =
      "{\"kind\":\"response\",\"canary\":\"a\",\"weight\":0.25,\"round\":\"r\",\"prompt\":\"p\\u0001\",\"prompt_text\":\"Hello, "
      "\\\"you\\\"?\",\"repeat\":0,\"time\":\"2026-01-15T21:08:21Z\","
      "\"text\":\" "
      "\xc3\xa9\\n\",\"finish_reason\":\"stop\",\"tokens\":{\"prompt\":20,\"completion\":3},\"latency_ms\":12.3,\"seed\":4294967294,"
      "\"config\":\"sha256:00\","
      "\"model\":\"m\",\"logprobs\":[{\"token\":\"c\",\"id\":468,\"bytes\":[99],\"logprob\":-2.646378755569458,\"top\":[{\"token\":\"c\","
      "\"id\":468,\"bytes\":[99],"
      "\"logprob\":-2.646378755569458},{\"token\":\"\",\"id\":0,\"bytes\":[],\"logprob\":null},{\"token\":\"x\",\"logprob\":-3."
      "4028234663852886e38}]},"
      "{\"token\":\"d\",\"prob\":0.5,\"top\":[]}],\"embedding\":[0.5,-1,1e-9]}\n";
  static const char *const lines[] = {
      "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"text\":\"\"}\n",
      full,
      "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"error\":{\"status\":429,\"type\":\"rate\",\"message\":\"slow\","
      "\"attempts\":5}}\n",
      "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"text\":\"\",\"weight\":0.25}\n",
      "{\"kind\":\"quarantined\",\"canary\":\"a\",\"round\":\"r\",\"time\":\"2026-01-15T21:08:21Z\",\"reason\":\"odd\"}\n",
      "{\"kind\":\"quarantined\",\"canary\":\"a\"}\n",
      "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"tokens\":{\"completion\":3},\"text\":\"x\"}\n"};
  for (size_t i = 0; i < 6; i++) CHECK_TEXT(again(lines[i]), lines[i]);
  CHECK_TEXT(again(lines[6]), "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"text\":\"x\",\"tokens\":{\"completion\":3}}\n");
}

TEST(other_kinds_and_members_are_passed_over)
{
  CHECK_TEXT(again("{\"kind\":\"asked\",\"answers\":1}\n\n{\"more\":{\"x\":[{}]},\"prompt\":\"p\",\"text\":\"t\",\"canary\":\"a\",\"kind\":"
                   "\"response\",\"seed\":null,"
                   "\"error\":null,\"logprobs\":null,\"embedding\":null,\"round\":null}\n"),
             "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"text\":\"t\"}\n");
  CHECK_TEXT(again("{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"text\":\"a\\u0000b\",\"logprobs\":[]}\n"),
             "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"text\":\"a\xef\xbf\xbd"
             "b\"}\n");
  CHECK_TEXT(again("{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"error\":\"gone\"}\n"),
             "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\",\"error\":{\"message\":\"gone\",\"attempts\":0}}\n");
}

TEST(what_is_needed_must_be_there_and_be_what_it_should)
{
#define START "{\"kind\":\"response\",\"canary\":\"a\",\"prompt\":\"p\","
  static const char *const cases[][2] = {
      {"{\"canary\":\"a\",\"prompt\":\"p\",\"text\":\"t\"}", "3: in:1: \"kind\": expected \"response\""},
      {"{\"kind\":7}", "3: in:1: \"kind\": expected a text"},
      {"{\"kind\":\"response\",\"prompt\":\"p\",\"text\":\"t\"}", "3: in:1: \"canary\": expected a text, which must be there"},
      {"{\"kind\":\"response\",\"canary\":\"\",\"prompt\":\"p\",\"text\":\"t\"}",
       "3: in:1: \"canary\": expected a text, which must be there"},
      {"{\"kind\":\"response\",\"canary\":\"a\",\"text\":\"t\"}", "3: in:1: \"prompt\": expected a text, which must be there"},
      {START "\"round\":\"r\"}", "3: in:1: \"text\": expected a text, or an \"error\" in place of it"},
      {START "\"text\":\"t\",\"error\":{\"message\":\"m\"}}", "3: in:1: \"error\": expected no error beside a text"},
      {START "\"text\":7}", "3: in:1: \"text\": expected a text"},
      {START "\"text\":\"t\",\"time\":\"yesterday\"}", "3: in:1: \"time\": expected a time such as 2026-01-31T09:30:00Z"},
      {START "\"text\":\"t\",\"repeat\":1.5}", "3: in:1: \"repeat\": expected a whole number that is not negative"},
      {START "\"text\":\"t\",\"weight\":1.5}", "3: in:1: \"weight\": expected a number from 0 to 1"},
      {START "\"text\":\"t\",\"seed\":-1}", "3: in:1: \"seed\": expected a whole number that is not negative"},
      {START "\"text\":\"t\",\"latency_ms\":\"1\"}", "3: in:1: \"latency_ms\": expected a number or null"},
      {START "\"text\":\"t\",\"embedding\":[\"a\"]}", "3: in:1: \"embedding\": expected a list of numbers"},
      {START "\"text\":\"t\",\"logprobs\":[1,2]}", "3: in:1: \"logprobs\": expected a list of positions"},
      {START "\"text\":\"t\",\"logprobs\":[{\"logprob\":-1}]}", "3: in:1: \"logprobs\": a log-probability without the text of its token"},
      {START "\"text\":\"t\",\"logprobs\":[{\"token\":\"a\",\"logprob\":\"-1\"}]}",
       "3: in:1: \"logprobs\": a \"logprob\" is a number or null"},
      {START "\"text\":\"t\",\"logprobs\":[{\"token\":\"a\",\"bytes\":[300]}]}",
       "3: in:1: \"logprobs\": \"bytes\" of a token are numbers from 0 to 255"},
      {START "\"text\":\"t\",\"logprobs\":[{\"token\":\"a\",\"token\":\"b\"}]}", "3: in:1: \"logprobs\": a key stands twice in an object"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[500];
    snprintf(text, sizeof text, "%s\n", cases[i][0]);
    CHECK_TEXT(again(text), cases[i][1]);
  }
}
