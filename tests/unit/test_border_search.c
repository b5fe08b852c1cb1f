#include "test.h"

#include "base/clock.h"
#include "canary/ask/border_search.h"
#include "endpoint.h"

static dw_err err;

/* Prompts that end with 'b' or 'c' are borders: with 'b' every third answer is another one, with 'c' every second; 'd' is empty at times.
 */
static const char *borders(endpoint *e, unsigned number, const char *request)
{
  static unsigned times[256];
  const char *end = strstr(request, "\"}],\"max_tokens\":1,\"temperature\":0,");
  if (!end) return endpoint_say(e, "400 Bad Request", "", "{}");
  unsigned char last = (unsigned char)end[-1];
  unsigned n = times[last]++;
  const char *text = (last == 'b' && n % 3 == 0) || (last == 'c' && n % 2) ? "Other" : last == 'd' && n % 2 ? "" : "The";
  char body[200];
  snprintf(body, sizeof body, "{\"choices\":[{\"message\":{\"content\":\"%s\"},\"finish_reason\":\"length\"}]}", text);
  return endpoint_say(e, "200 OK", "", body);
}

static dw_status count_line(void *count, const dw_response *response, bool *stop, dw_err *e)
{
  ++*(unsigned *)count;
  return DW_OK;
}

static endpoint *server;

static dw_ask_counts search(const dw_border_search *how, const char *const *words, size_t count, unsigned *heard, dw_border_found *found)
{
  char text[200];
  dw_canary_configs configs = {0};
  dw_prompts candidates;
  dw_ask *ask;
  if (!server) server = malloc(sizeof *server);
  endpoint_start(server, borders);
  dw_ask_settings settings = {.parallel = 2,
                              .timeout = 20 * DW_SECOND,
                              .max_requests = how->max_requests,
                              .retry = {.retries = 1, .base = 1000, .longest = 1000},
                              .stop = -1,
                              .seed = 1};
  snprintf(text, sizeof text, "{id: a, model: m, base_url: '%s', temperature: 1}", server->url);
  CHECK(dw_canary_config_parse(&configs, text, strlen(text), "c", &(dw_canary_defaults){0}, &err) == DW_OK);
  char before[80];
  snprintf(before, sizeof before, "%s", configs.item[0].hash);
  CHECK(dw_canary_config_probe(&configs.item[0], &err) == DW_OK && strcmp(before, configs.item[0].hash) != 0);
  dw_prompts_init(&candidates);
  for (size_t i = 0; i < count; i++) dw_prompts_add(&candidates, words[i], words[i]);
  dw_ask_sink sink = {count_line, heard};
  CHECK(dw_ask_open(&ask, &configs, &settings, &err) == DW_OK);
  CHECK(dw_border_search_run(ask, how, &candidates, &sink, found, &err) == DW_OK);
  dw_ask_counts counts = dw_ask_count(ask);
  dw_ask_close(ask);
  dw_prompts_free(&candidates);
  dw_canary_configs_free(&configs);
  endpoint_stop(server);
  endpoint_forget(server);
  return counts;
}

static const char *const words[] = {"xa", "xb", "xc", "xd", "xe"};

TEST(borders_are_found_and_ordered_by_balance)
{
  unsigned heard = 0;
  dw_border_found found;
  dw_border_search how = {.queries = 3, .samples = 30, .keep = 5, .round = "r"};
  dw_ask_counts counts = search(&how, words, 5, &heard, &found);
  CHECK(found.asked == 5 && found.answered == 5 && found.borders == 2 && found.count == 2);
  CHECK(heard == 60 && counts.requests == 15 + 60); /* only the new answers count */
  CHECK(found.count == 2 && found.input[0].balance == 1 && found.input[1].balance == 0.5);
  CHECK(found.input[0].samples == 30 && found.input[0].answers == 2 && found.input[1].answer[0].count == 20);
  CHECK_TEXT(found.input[1].answer[0].text, "The");
  dw_border_found_free(&found);
}

TEST(a_quiet_endpoint_has_none_and_the_budget_holds)
{
  unsigned heard = 0;
  dw_border_found found;
  dw_border_search how = {.queries = 3, .samples = 30, .keep = 5, .round = "r", .max_requests = 10};
  static const char *const quiet[] = {"xa", "xe", "ya", "ye"};
  dw_ask_counts counts = search(&how, quiet, 4, &heard, &found);
  CHECK(found.count == 0 && found.asked == 1 && counts.requests == 3 && heard == 0); /* half of it is for samples */
  dw_border_found_free(&found);
  how.max_requests = 20;
  counts = search(&how, words, 5, &heard, &found);
  CHECK(found.asked == 3 && counts.requests <= 20 && found.count == 2);
  dw_border_found_free(&found);
}

TEST(candidates)
{
  dw_prompts out;
  dw_prompts_init(&out);
  dw_border_candidates(&out, DW_BORDER_CANDIDATES);
  CHECK(out.count == DW_BORDER_CANDIDATES);
  CHECK_TEXT(out.item[0].text, "a");
  CHECK_TEXT(out.item[26].text, "aa");
  CHECK_TEXT(out.item[27].text, "ab");
  CHECK_TEXT(out.item[DW_BORDER_CANDIDATES - 1].text, "zzz");
  dw_prompts_free(&out);
  dw_prompts_init(&out);
  dw_border_candidates(&out, 3);
  CHECK(out.count == 3);
  dw_prompts_free(&out);
}
