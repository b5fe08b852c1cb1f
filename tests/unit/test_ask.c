#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "canary/ask/ask.h"
#include "endpoint.h"

static dw_err err;
static endpoint *server; /* large */

#define GOOD(text) "{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"" text "\"}}]}"

/* A round, and the responses that came of it, as lines. */
typedef struct round_case {
  dw_canary_configs configs;
  dw_prompts prompts;
  dw_ask_settings settings;
  dw_ask *ask;
  dw_ask_counts counts;
  dw_buf lines;
  char *line[400];
  size_t count;
  dw_status status;
} round_case;

static dw_status take(void *context, const dw_response *response, bool *stop, dw_err *e)
{
  round_case *c = context;
  dw_buf line = {0};
  dw_response_write(response, &line);
  dw_ask_scrub(c->ask, &line);
  c->line[c->count++] = strdup(dw_buf_cstr(&line));
  dw_buf_free(&line);
  return DW_OK;
}

static void round_begin(round_case *c)
{
  memset(c, 0, sizeof *c);
  dw_prompts_init(&c->prompts);
  c->settings = (dw_ask_settings){.parallel = 4,
                                  .timeout = 20 * DW_SECOND,
                                  .retry = {.retries = 3, .base = 1000, .longest = 4000, .patience = 5 * DW_SECOND},
                                  .seed = 1,
                                  .stop = -1,
                                  .grace = DW_SECOND / 20};
}

/* more: further keys, each on a line. */
static void add_canary(round_case *c, const char *id, const char *more)
{
  char text[2000];
  snprintf(text, sizeof text, "id: %s\nmodel: m\nbase_url: %s\n%s", id, server->url, more);
  CHECK_MSG(dw_canary_config_parse(&c->configs, text, strlen(text), "c.yaml", &(dw_canary_defaults){0}, &err) == DW_OK, "%s", err.message);
}

static void round_run(round_case *c, size_t repeats)
{
  c->status = dw_ask_open(&c->ask, &c->configs, &c->settings, &err);
  CHECK_MSG(c->status == DW_OK, "%s", err.message);
  if (c->status != DW_OK) return;
  dw_ask_job job = {.prompts = &c->prompts, .repeats = repeats, .round = "r1"};
  c->status = dw_ask_run(c->ask, &job, &(dw_ask_sink){take, c}, &err);
  c->counts = dw_ask_count(c->ask);
}

static void round_end(round_case *c)
{
  for (size_t i = 0; i < c->count; i++) free(c->line[i]);
  dw_ask_close(c->ask);
  dw_prompts_free(&c->prompts);
  dw_canary_configs_free(&c->configs);
}

static bool has(const round_case *c, size_t line, const char *text)
{
  bool found = line < c->count && strstr(c->line[line], text);
  if (!found) printf("# no %s in %s", text, line < c->count ? c->line[line] : "(no such line)\n");
  return found;
}

static void begin(endpoint_answer *answer)
{
  if (!server) server = malloc(sizeof *server);
  endpoint_start(server, answer);
}

static void end(void)
{
  endpoint_stop(server);
  endpoint_forget(server);
}

/* One canary, one prompt, `repeats` answers. */
static void ask_one(round_case *c, endpoint_answer *answer, const char *more, size_t repeats)
{
  begin(answer);
  round_begin(c);
  c->settings.parallel = 1;
  add_canary(c, "a", more);
  dw_prompts_add(&c->prompts, "p", "Hello?");
  round_run(c, repeats);
  CHECK(c->status == DW_OK);
}

/* --- what is sent, and in which order the answers are given --- */

/* Later requests are answered first: each waits for the one behind it. */
static const char *echo(endpoint *e, unsigned number, const char *request)
{
  char body[300], *seed = strstr(request, "\"seed\":");
  snprintf(body, sizeof body, GOOD("seed %lld"), strtoll(seed + 7, NULL, 10));
  return endpoint_say(e, "200 OK", "", body);
}

TEST(every_setting_is_sent_and_streaming_is_off)
{
  round_case c;
  ask_one(&c, echo,
          "temperature: 0.25\ntop_p: 0.5\nseed: 4294967294\nmax_new_tokens: 7\nsystem: Be brief.\nlogprobs: 5\nparameters: {top_k: 0, "
          "min_p: 0.5}\n",
          2);
  endpoint_stop(server);
  CHECK(server->count == 2 && c.count == 2);
  CHECK(strncmp(server->request[0], "POST /v1/chat/completions HTTP/1.1\r\n", 36) == 0);
  CHECK_TEXT(
      strstr(server->request[0], "\r\n\r\n") + 4,
      "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"Hello?\"}],"
      "\"max_tokens\":7,\"temperature\":0.25,\"top_p\":0.5,\"seed\":4294967294,\"stream\":false,\"logprobs\":true,\"top_logprobs\":5,"
      "\"min_p\":0.5,\"top_k\":0}");
  char *second = strstr(server->request[1], "\"seed\":");
  CHECK(second && strtoll(second + 7, NULL, 10) >= 0 && strtoll(second + 7, NULL, 10) < 4294967294);
  CHECK(!strstr(server->request[0], "Authorization"));
  CHECK(
      has(&c, 0,
          "{\"kind\":\"response\",\"canary\":\"a\",\"round\":\"r1\",\"prompt\":\"p\",\"prompt_text\":\"Hello?\",\"repeat\":0,\"time\":\""));
  CHECK(has(&c, 0, "\"text\":\"seed 4294967294\",\"finish_reason\":\"stop\",\"latency_ms\":") &&
        has(&c, 0, "\"seed\":4294967294,\"config\":\"sha256:"));
  endpoint_forget(server);
  round_end(&c);
}

TEST(completions_have_a_template_and_a_number_of_logprobs)
{
  round_case c;
  ask_one(&c, echo, "endpoint: completions\nsystem: Be brief.\nlogprobs: 5\nseed: 3\n", 1);
  endpoint_stop(server);
  CHECK(strncmp(server->request[0], "POST /v1/completions HTTP/1.1\r\n", 31) == 0);
  CHECK_TEXT(
      strstr(server->request[0], "\r\n\r\n") + 4,
      "{\"model\":\"m\",\"prompt\":\"Be brief.\\n\\n### Human: Hello?\\n### Assistant:\",\"max_tokens\":64,\"temperature\":1,\"top_p\":1,"
      "\"seed\":3,\"stream\":false,\"logprobs\":5}");
  endpoint_forget(server);
  round_end(&c);
}

TEST(seeds_are_drawn_where_none_is_given_and_are_the_same_again)
{
  round_case c, again;
  ask_one(&c, echo, "", 3);
  end();
  ask_one(&again, echo, "", 3);
  end();
  for (size_t i = 0; i < 3; i++)
    CHECK_TEXT(strstr(strstr(c.line[i], "\"text\":"), "seed "), strstr(strstr(c.line[i], "\"text\":"), "seed "));
  char *seed[3], *same[3];
  for (size_t i = 0; i < 3; i++) {
    seed[i] = strstr(c.line[i], "\"seed\":"), same[i] = strstr(again.line[i], "\"seed\":");
    CHECK(strtol(seed[i] + 7, NULL, 10) == strtol(same[i] + 7, NULL, 10));
    CHECK(i == 0 || strtol(seed[i] + 7, NULL, 10) != strtol(seed[i - 1] + 7, NULL, 10));
  }
  round_end(&c);
  round_end(&again);
}

/* Answers the first of two requests only when the second has come: by not answering it at all, so that it is asked again. */
static const char *first_is_slow(endpoint *e, unsigned number, const char *request)
{
  return number == 0 ? endpoint_say(e, "503 Service Unavailable", "", "{}") : echo(e, number, request);
}

TEST(responses_come_in_the_order_of_the_schedule)
{
  round_case c;
  begin(first_is_slow);
  round_begin(&c);
  c.settings.parallel = 8;
  add_canary(&c, "a", "");
  add_canary(&c, "b", "");
  dw_prompts_add(&c.prompts, "p", "p");
  dw_prompts_add(&c.prompts, "q", "q");
  round_run(&c, 20);
  end();
  CHECK(c.count == 80);
  for (size_t i = 0; i < c.count; i++) {
    char want[100];
    snprintf(want, sizeof want, "\"canary\":\"%s\",\"round\":\"r1\",\"prompt\":\"%s\",\"repeat\":%zu,", i % 2 ? "b" : "a",
             i / 2 % 2 ? "q" : "p", i / 4);
    CHECK(has(&c, i, want));
  }
  CHECK(c.counts.answers == 80 && c.counts.requests == 81 && c.counts.errors == 0);
  round_end(&c);
}

/* --- failures --- */

static const char *status_line; /* of the next test, and what it says */
static const char *status_headers = "", *status_body;

static const char *fail_always(endpoint *e, unsigned number, const char *request)
{
  return endpoint_say(e, status_line, status_headers, status_body);
}

TEST(each_status_is_asked_again_as_often_as_it_may_do)
{
  static const struct {
    const char *status, *body, *want;
    unsigned requests;
  } cases[] = {
      {"400 Bad Request", "{\"error\":{\"code\":400,\"message\":\"too long\",\"type\":\"exceed_context_size_error\",\"n_ctx\":256}}",
       "\"error\":{\"status\":400,\"type\":\"exceed_context_size_error\",\"message\":\"too long\",\"attempts\":1}", 1},
      {"401 Unauthorized", "{\"error\":{\"message\":\"no\",\"type\":null,\"code\":\"invalid_api_key\"}}",
       "\"status\":401,\"type\":\"invalid_api_key\",\"message\":\"no (no key was sent", 1},
      {"404 Not Found", "{\"detail\":\"Not Found\"}", "\"status\":404,\"message\":\"Not Found\",\"attempts\":1}", 1},
      {"422 Unprocessable", "<html>", "\"status\":422,\"message\":\"answered with status 422\",\"attempts\":1}", 1},
      {"429 Too Many Requests", "{}", "\"status\":429,\"message\":\"answered with status 429\",\"attempts\":4}", 4},
      {"429 Too Many Requests", "{\"error\":{\"message\":\"q\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}",
       "\"status\":429,\"type\":\"insufficient_quota\",\"message\":\"q\",\"attempts\":1}", 1},
      {"403 Forbidden", "{\"error\":{\"message\":\"flagged\",\"code\":403}}", "\"status\":403,\"message\":\"flagged\",\"attempts\":1}", 1},
      {"500 Internal", "{\"error\":{\"message\":\"missing role\"}}", "\"status\":500,\"message\":\"missing role\",\"attempts\":2}", 2},
      {"501 Not Implemented", "{\"error\":{\"code\":501,\"message\":\"no\",\"type\":\"not_supported_error\"}}",
       "\"status\":501,\"type\":\"not_supported_error\",\"message\":\"no\",\"attempts\":1}", 1},
      {"502 Bad Gateway", "", "\"status\":502,\"message\":\"answered with status 502\",\"attempts\":4}", 4},
      {"503 Loading", "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}",
       "\"type\":\"unavailable_error\",\"message\":\"Loading model\",\"attempts\":4}", 4},
      {"200 OK", "{\"error\":{\"message\":\"provider down\",\"code\":502}}", "\"status\":502,\"message\":\"provider down\",\"attempts\":4}",
       4},
      {"200 OK", "not JSON", "\"type\":\"reply\",\"message\":\"the answer cannot be read: the answer:1:2:", 2},
      {"200 OK", "{\"choices\":[]}", "\"type\":\"reply\",\"message\":\"the answer cannot be read: no \\\"choices\\\"", 2},
      {"200 OK", "{\"choices\":[{\"message\":{\"role\":\"assistant\"}}]}", "a choice without \\\"message\\\"", 2},
      {"200 OK", "{\"choices\":[{\"text\":\"a\",\"text\":\"b\"}]}", "stands twice", 2},
      {"200 OK", "data: {\"choices\":[]}\n\ndata: [DONE]\n\n", "\"type\":\"reply\"", 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    round_case c;
    status_line = cases[i].status, status_body = cases[i].body;
    ask_one(&c, fail_always, "", 1);
    endpoint_stop(server);
    CHECK(c.count == 1 && has(&c, 0, cases[i].want) && !strstr(c.line[0], "\"text\""));
    CHECK_MSG(server->count == cases[i].requests, "%s: %u requests, wanted %u", cases[i].status, server->count, cases[i].requests);
    CHECK(c.counts.requests == cases[i].requests && c.counts.errors == 1);
    endpoint_forget(server);
    round_end(&c);
  }
}

/* 500 with another message each time is worth another try, but not for ever; ids in a message are no other message. */
static const char *changing(endpoint *e, unsigned number, const char *request)
{
  char body[100];
  snprintf(body, sizeof body, "{\"error\":{\"message\":\"%s %u\"}}", e->context ? "request" : number % 2 ? "odd" : "even", number);
  return endpoint_say(e, "500 Internal", "", body);
}

TEST(the_same_failure_twice_is_enough)
{
  round_case c;
  ask_one(&c, changing, "", 1);
  endpoint_stop(server);
  CHECK(server->count == 4);
  endpoint_forget(server);
  round_end(&c);
  begin(changing);
  server->context = server;
  round_begin(&c);
  add_canary(&c, "a", "");
  dw_prompts_add(&c.prompts, "p", "p");
  round_run(&c, 1);
  endpoint_stop(server);
  CHECK(server->count == 2);
  endpoint_forget(server);
  round_end(&c);
}

/* 429 once, with a time to wait. */
static uint64_t came[2];
static const char *later(endpoint *e, unsigned number, const char *request)
{
  came[number % 2] = dw_monotonic_ns();
  return number ? echo(e, number, request) : endpoint_say(e, "429 Too Many Requests", status_headers, "{}");
}

TEST(retry_after_is_obeyed_in_seconds_and_as_a_date)
{
  char date[100];
  time_t soon = time(NULL) + 3;
  struct tm tm;
  strftime(date, sizeof date, "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime_r(&soon, &tm));
  const char *const headers[] = {"Retry-After: 1\r\n", date};
  for (size_t i = 0; i < 2; i++) {
    round_case c;
    status_headers = headers[i];
    ask_one(&c, later, "", 1);
    end();
    CHECK(has(&c, 0, "\"text\":\"seed "));
    CHECK_MSG(came[1] - came[0] >= (i ? 500000000u : 1000000000u), "%s: asked again after %llu ns", headers[i],
              (unsigned long long)(came[1] - came[0]));
    round_end(&c);
  }
  round_case c; /* longer than anybody waits */
  status_headers = "Retry-After: 3600\r\n";
  ask_one(&c, later, "", 1);
  endpoint_stop(server);
  CHECK(server->count == 1 && has(&c, 0, "\"status\":429"));
  endpoint_forget(server);
  status_headers = "";
  round_end(&c);
}

static const char *silent(endpoint *e, unsigned number, const char *request) { return NULL; }
static const char *closing(endpoint *e, unsigned number, const char *request) { return ""; }
static const char *cut(endpoint *e, unsigned number, const char *request)
{
  return "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\":[{\"message\":\n\nCUT";
}
static const char *cut_chunk(endpoint *e, unsigned number, const char *request)
{
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"choices\":[{\"message\":\n\nCUT";
}
static const char *trickle(endpoint *e, unsigned number, const char *request) { return "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"; }
static const char *garbage(endpoint *e, unsigned number, const char *request) { return "220 smtp.example.org ready\r\n\n\nCUT"; }
static const char *redirect(endpoint *e, unsigned number, const char *request)
{
  char headers[200];
  snprintf(headers, sizeof headers, "Location: %s/elsewhere\r\n", e->url);
  return endpoint_say(e, "307 Temporary Redirect", headers, "");
}
static const char *endless(endpoint *e, unsigned number, const char *request)
{
  static char body[17 << 20];
  memset(body, ' ', sizeof body - 1);
  return endpoint_say(e, "200 OK", "", body);
}

TEST(slow_cut_wrong_and_redirected_answers)
{
  static const struct {
    endpoint_answer *answer;
    const char *want;
    unsigned requests;
  } cases[] = {{silent, "\"type\":\"timeout\",\"message\":\"no answer in time (--timeout)\",\"attempts\":2}", 2},
               {trickle, "\"type\":\"timeout\"", 2},
               {closing, "\"type\":\"connection\"", 4},
               {cut, "\"type\":\"connection\"", 4},
               {cut_chunk, "\"type\":\"connection\"", 4},
               {garbage, "\"type\":\"", 1},
               {redirect, "\"status\":307,\"type\":\"redirect\"", 1},
               {endless, "\"type\":\"reply\",\"message\":\"http://127.0.0.1:", 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    round_case c;
    begin(cases[i].answer);
    round_begin(&c);
    if (cases[i].answer == silent || cases[i].answer == trickle) c.settings.timeout = DW_SECOND / 5;
    add_canary(&c, "a", "");
    dw_prompts_add(&c.prompts, "p", "p");
    round_run(&c, 1);
    endpoint_stop(server);
    CHECK(c.count == 1 && has(&c, 0, cases[i].want));
    CHECK_MSG(server->count == cases[i].requests, "case %zu: %u requests, wanted %u", i, server->count, cases[i].requests);
    endpoint_forget(server);
    round_end(&c);
  }
}

TEST(a_connection_that_ends_is_made_again)
{
  round_case c;
  begin(echo);
  server->per_connection = 3;
  round_begin(&c);
  c.settings.parallel = 1;
  add_canary(&c, "a", "");
  dw_prompts_add(&c.prompts, "p", "p");
  round_run(&c, 30);
  endpoint_stop(server);
  CHECK(c.counts.answers == 30 && c.counts.errors == 0);
  CHECK_MSG(server->connections == 10, "%u connections", server->connections); /* kept alive in between */
  endpoint_forget(server);
  round_end(&c);
}

TEST(a_canary_that_fails_does_not_stop_the_others_and_is_not_asked_for_ever)
{
  round_case c;
  begin(echo);
  round_begin(&c);
  c.settings.retry.retries = 1;
  add_canary(&c, "a", "");
  static const char dead[] = "id: dead\nmodel: m\nbase_url: http://127.0.0.1:1/v1\n";
  CHECK(dw_canary_config_parse(&c.configs, dead, strlen(dead), "d.yaml", &(dw_canary_defaults){0}, &err) == DW_OK);
  for (int i = 0; i < 10; i++) {
    char name[16];
    snprintf(name, sizeof name, "p%d", i);
    dw_prompts_add(&c.prompts, name, name);
  }
  round_run(&c, 10);
  end();
  CHECK(c.count == 200 && c.counts.answers == 100 && c.counts.errors == 100);
  CHECK_MSG(c.counts.requests <= 100 + 2 * 32, /* of the 200 that it would be asked, those in the window of 64 */
            "%llu requests", (unsigned long long)c.counts.requests);
  CHECK(has(&c, 1, "\"canary\":\"dead\"") && has(&c, 1, "\"type\":\"connection\""));
  CHECK(has(&c, 199, "\"attempts\":0"));
  round_end(&c);
}

static const char *refuse_one(endpoint *e, unsigned number, const char *request)
{
  return strstr(request, "long") ? endpoint_say(e, "400 Bad Request", "", "{\"error\":{\"message\":\"too long\"}}")
                                 : echo(e, number, request);
}

TEST(a_prompt_that_is_refused_for_good_is_not_sent_again)
{
  round_case c;
  begin(refuse_one);
  round_begin(&c);
  c.settings.parallel = 1;
  add_canary(&c, "a", "");
  dw_prompts_add(&c.prompts, "p", "short");
  dw_prompts_add(&c.prompts, "q", "long");
  round_run(&c, 20);
  end();
  CHECK(c.counts.answers == 20 && c.counts.errors == 20 && c.counts.requests == 22);
  CHECK(has(&c, 3, "\"message\":\"too long\",\"attempts\":1}") && has(&c, 39, "\"message\":\"too long\",\"attempts\":0}"));
  round_end(&c);
}

/* --- log-probabilities --- */

static const char *recorded(endpoint *e, unsigned number, const char *request)
{
  size_t length;
  char *body = test_read(e->context, &length);
  const char *answer = body ? endpoint_say(e, "200 OK", "", body) : "";
  free(body);
  return answer;
}

TEST(answers_of_a_real_server)
{
  static const struct {
    const char *file, *more, *want;
  } cases[] = {
      {"chat-logprobs", "",
       "\"logprobs\":[{\"token\":\"c\",\"id\":468,\"bytes\":[99],\"logprob\":-2.646378755569458,\"top\":[{\"token\":\"c\",\"id\":468,"
       "\"bytes\":[99],\"logprob\":-2.646378755569458},{\"token\":\"th\",\"id\":312,"},
      {"chat-logprobs", "logprob_tokens: 9\n", "\"token\":\"py\",\"id\":347"},
      {"completions-logprobs", "", "\"text\":\"d under this\",\"finish_reason\":\"length\",\"tokens\":{\"prompt\":5,\"completion\":3}"},
      {"completions-logprobs", "", "\"logprobs\":[{\"token\":\"d\",\"id\":469,"},
      {"chat-logprob-null", "", "\"logprob\":null,\"top\":[{\"token\":\"\",\"id\":0,\"bytes\":[],\"logprob\":null}"},
      {"chat-logprob-underflow", "logprob_tokens: 2\n", "\"logprob\":-3.4028234663852886e38}"},
      {"chat-post-sampling-probs", "",
       "\"bytes\":[99],\"prob\":0.10992392897605896,\"top\":[{\"token\":\"c\",\"id\":468,\"bytes\":[99],\"prob\":0.10992392897605896}"},
      {"chat-no-logprobs", "",
       "\"text\":\"copy\",\"finish_reason\":\"length\",\"tokens\":{\"prompt\":20,\"completion\":3},\"latency_ms\":"},
      {"chat-cut-utf8-no-logprobs", "", "\"text\":\"\xef\xbf\xbd\""},
      {"chat-merged-bytes", "", "\"text\":\"\xc3\xa9\xe2\x82\xac\""},
      {"chat-eos", "", "\"text\":\"copyright on\",\"finish_reason\":\"stop\""},
      {"error-400-context", "", "\"status\":400,\"type\":\"exceed_context_size_error\",\"message\":\"request (618 tokens) exceeds"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char file[200], more[100];
    round_case c;
    snprintf(file, sizeof file, "data/llama_server/%s.json", cases[i].file);
    snprintf(more, sizeof more, "logprobs: 3\n%s", cases[i].more);
    begin(recorded);
    server->context = file;
    round_begin(&c);
    add_canary(&c, "a", more);
    dw_prompts_add(&c.prompts, "p", "p");
    round_run(&c, 1);
    end();
    CHECK(has(&c, 0, cases[i].want));
    CHECK(!strstr(cases[i].file, "no-logprobs") || !strstr(c.line[0], "prob\""));
    round_end(&c);
  }
}

/* --- keys --- */

static const char secret[] = "sk-proj-0123456789abcdef/\"x";

static const char *tell_key(endpoint *e, unsigned number, const char *request)
{
  return number % 2 ? endpoint_say(e, "200 OK", "", GOOD("your key is sk-proj-0123456789abcdef\\/\\\"x!"))
                    : endpoint_say(e, "403 Forbidden", "",
                                   "{\"error\":{\"message\":\"Incorrect API key provided: sk-proj-0123456789abcdef/\\\"x\"}}");
}

TEST(a_key_goes_to_its_own_endpoint_and_is_seen_nowhere)
{
  round_case c;
  setenv("OPENAI_API_KEY", secret, 1);
  ask_one(&c, tell_key, "", 1); /* api.openai.com is elsewhere */
  endpoint_stop(server);
  CHECK(!strstr(server->request[0], "Authorization") && !strstr(server->request[0], "sk-"));
  endpoint_forget(server);
  round_end(&c);
  begin(tell_key);
  setenv("OPENAI_BASE_URL", server->url, 1);
  round_begin(&c);
  c.settings.parallel = 1;
  add_canary(&c, "a", "");
  dw_prompts_add(&c.prompts, "p", "p");
  round_run(&c, 2);
  endpoint_stop(server);
  char want[100];
  snprintf(want, sizeof want, "\r\nAuthorization: Bearer %s\r\n", secret);
  CHECK(server->count == 2 && strstr(server->request[0], want));
  CHECK(has(&c, 0, "Incorrect API key provided: [key]\"") && has(&c, 1, "\"text\":\"your key is [key]!\""));
  for (size_t i = 0; i < c.count; i++) CHECK(!strstr(c.line[i], "sk-proj"));
  endpoint_forget(server);
  round_end(&c);
  unsetenv("OPENAI_BASE_URL");
  unsetenv("OPENAI_API_KEY");
}

/* The same refusal with the key in it, each time: it is the same one. */
static const char *name_key(endpoint *e, unsigned number, const char *request)
{
  return endpoint_say(e, "401 Unauthorized", "", "{\"error\":{\"message\":\"Incorrect API key provided: sk-abcdefghijklmnopqr\"}}");
}

TEST(a_key_that_is_refused_is_not_tried_for_ever)
{
  round_case c;
  setenv("OPENAI_API_KEY", "sk-abcdefghijklmnopqr", 1);
  begin(name_key);
  setenv("OPENAI_BASE_URL", server->url, 1);
  round_begin(&c);
  c.settings.parallel = 1;
  add_canary(&c, "a", "");
  for (int i = 0; i < 20; i++) {
    char name[16];
    snprintf(name, sizeof name, "p%d", i);
    dw_prompts_add(&c.prompts, name, name);
  }
  round_run(&c, 2);
  endpoint_stop(server);
  CHECK_MSG(server->count == 3 && c.counts.errors == 40, "%u requests", server->count);
  CHECK(has(&c, 39, "Incorrect API key provided: [key]\",\"attempts\":0}"));
  endpoint_forget(server);
  round_end(&c);
  unsetenv("OPENAI_BASE_URL");
  unsetenv("OPENAI_API_KEY");
}

static const char *long_error(endpoint *e, unsigned number, const char *request)
{
  static char body[200000];
  int head = snprintf(body, sizeof body, "{\"error\":{\"message\":\"x");
  for (size_t i = (size_t)head; i + 10 < sizeof body; i += 2) memcpy(body + i, "\xc3\xa9", 2);
  memcpy(body + sizeof body - 12, "\"}}", 4);
  return endpoint_say(e, "400 Bad Request", "", body);
}

TEST(a_long_message_is_cut_between_characters)
{
  round_case c;
  ask_one(&c, long_error, "", 1);
  end();
  CHECK(has(&c, 0, "\xc3\xa9...\",\"attempts\":1}") && strlen(c.line[0]) < 2600 && !strstr(c.line[0], "\xef\xbf\xbd"));
  round_end(&c);
}

TEST(a_key_that_a_config_names_and_one_that_is_missing)
{
  round_case c;
  setenv("OTHER_KEY", "other-key-of-another-endpoint", 1);
  ask_one(&c, echo, "api_key_env: OTHER_KEY\n", 1);
  endpoint_stop(server);
  CHECK(strstr(server->request[0], "\r\nAuthorization: Bearer other-key-of-another-endpoint\r\n"));
  endpoint_forget(server);
  round_end(&c);
  unsetenv("OTHER_KEY");
  ask_one(&c, echo, "api_key_env: OTHER_KEY\n", 5);
  endpoint_stop(server);
  CHECK(server->count == 0 && c.count == 5 &&
        has(&c, 4,
            "\"error\":{\"type\":\"key\",\"message\":\"the environment has no key for this endpoint: OTHER_KEY is not "
            "set\",\"attempts\":0}"));
  endpoint_forget(server);
  round_end(&c);
}

/* --- budget, spacing, stop --- */

TEST(the_budget_counts_retries_and_leaves_whole_turns)
{
  round_case c;
  begin(first_is_slow);
  round_begin(&c);
  c.settings.max_requests = 7;
  add_canary(&c, "a", "");
  dw_prompts_add(&c.prompts, "p", "p");
  dw_prompts_add(&c.prompts, "q", "q");
  round_run(&c, 10);
  endpoint_stop(server);
  CHECK(server->count == 7 && c.counts.requests == 7 && c.counts.spent);
  CHECK(c.counts.answers + c.counts.errors + c.counts.unasked == 20 && c.counts.answers >= 6 &&
        c.count == c.counts.answers + c.counts.errors);
  endpoint_forget(server);
  round_end(&c);
}

/* When it was sent, in microseconds. */
static int64_t sent_at(const round_case *c, size_t line)
{
  int64_t instant = 0;
  const char *time = line < c->count ? strstr(c->line[line], "\"time\":\"") : NULL;
  CHECK(time && dw_time_parse(time + 8, strcspn(time + 8, "\""), &instant));
  return instant;
}

TEST(answers_to_a_prompt_are_spaced_out)
{
  round_case c;
  begin(echo);
  round_begin(&c);
  c.settings.spacing = DW_SECOND / 10;
  add_canary(&c, "a", "");
  dw_prompts_add(&c.prompts, "p", "p");
  round_run(&c, 4);
  end();
  CHECK(c.counts.answers == 4);
  for (size_t i = 1; i < 4; i++) CHECK(sent_at(&c, i) - sent_at(&c, i - 1) >= DW_SECOND / 10);
  round_end(&c);
}

static int stop_pipe[2];
static const char *stop_at_third(endpoint *e, unsigned number, const char *request)
{
  if (number == 2 && write(stop_pipe[1], "", 1) != 1) abort();
  return number < 2 ? echo(e, number, request) : NULL;
}

TEST(told_to_stop_what_is_under_way_is_given_up_soon_and_written)
{
  round_case c;
  if (pipe(stop_pipe) < 0) abort();
  begin(stop_at_third);
  round_begin(&c);
  c.settings.parallel = 1;
  c.settings.stop = stop_pipe[0];
  add_canary(&c, "a", "");
  dw_prompts_add(&c.prompts, "p", "p");
  round_run(&c, 100);
  endpoint_stop(server);
  CHECK(c.status == DW_OK && c.counts.stopped && server->count == 3);
  CHECK(c.count == 3 && c.counts.answers == 2 && c.counts.unasked == 97 && has(&c, 2, "\"error\":{\"type\":\"interrupted\""));
  endpoint_forget(server);
  round_end(&c);
  close(stop_pipe[0]);
  close(stop_pipe[1]);
}

/* --- embeddings --- */

static const char *embed(endpoint *e, unsigned number, const char *request)
{
  if (!strstr(request, "/embeddings")) return echo(e, number, request);
  return e->context ? endpoint_say(e, "501 Not Implemented", "", "{\"error\":{\"message\":\"off\"}}")
                    : endpoint_say(e, "200 OK", "", "{\"data\":[{\"embedding\":[0.5,-1e-3,2]}],\"usage\":{}}");
}

TEST(embeddings_of_an_endpoint)
{
  round_case c;
  for (int off = 0; off < 2; off++) {
    begin(embed);
    server->context = off ? server : NULL;
    round_begin(&c);
    c.settings.embed = DW_EMBED_OPENAI;
    c.settings.embed_url = server->url;
    c.settings.embed_model = "e";
    add_canary(&c, "a", "seed: 1\n");
    dw_prompts_add(&c.prompts, "p", "p");
    round_run(&c, 1);
    endpoint_stop(server);
    CHECK(server->count == 2 && strstr(server->request[1], "{\"model\":\"e\",\"input\":\"seed 1\",\"encoding_format\":\"float\"}"));
    CHECK(has(&c, 0, "\"text\":\"seed 1\"") && !strstr(c.line[0], "\"error\""));
    CHECK((strstr(c.line[0], ",\"embedding\":[0.5,-0.001,2]}") == NULL) == (off == 1));
    CHECK(c.counts.bare == (unsigned)off && c.counts.answers == 1);
    if (off) CHECK_TEXT(c.counts.bare_why, "off");
    endpoint_forget(server);
    round_end(&c);
  }
}

/* --- embeddings of many answers --- */

enum { RECORDED = 100 };

/* How the server takes a list. */
typedef enum list_mood { BACKWARDS, WITHOUT_INDEX, REFUSED, BUSY_ONCE, ONE_SHORT, TWICE_THE_SAME, MOODS } list_mood;

/* Answers "t7" with [7, 1], in the mood of the context. */
static const char *embed_list(endpoint *e, unsigned number, const char *request)
{
  static char body[20000];
  list_mood mood = *(const list_mood *)e->context;
  const char *input = strstr(request, "\"input\":") + 8;
  bool list = *input == '[';
  long text[RECORDED], count = 0;
  for (const char *at = strstr(input, "\"t"); at; at = strstr(at + 2, "\"t")) text[count++] = strtol(at + 2, NULL, 10);
  if (list && mood == REFUSED) return endpoint_say(e, "400 Bad Request", "", "{\"error\":{\"message\":\"one text, please\"}}");
  if (number == 0 && mood == BUSY_ONCE) return endpoint_say(e, "429 Too Many Requests", "", "{\"error\":{\"message\":\"slow down\"}}");
  if (list && mood == ONE_SHORT) count--;
  size_t length = (size_t)snprintf(body, sizeof body, "{\"data\":[");
  for (long i = 0; i < count; i++) {
    long place = mood == WITHOUT_INDEX ? i : count - 1 - i;
    length += (size_t)snprintf(body + length, sizeof body - length, "%s{\"embedding\":[%ld,1]", i ? "," : "", text[place]);
    if (mood != WITHOUT_INDEX)
      length += (size_t)snprintf(body + length, sizeof body - length, ",\"index\":%ld",
                                 mood == TWICE_THE_SAME && list && place ? place - 1 : place);
    length += (size_t)snprintf(body + length, sizeof body - length, "}");
  }
  snprintf(body + length, sizeof body - length, "]}");
  return endpoint_say(e, "200 OK", "", body);
}

TEST(embeddings_of_many_answers_are_one_request)
{
  char path[] = "/tmp/dw-recorded-XXXXXX", config[200];
  int fd = mkstemp(path);
  FILE *file = fdopen(fd, "w");
  for (int i = 0; i < RECORDED; i++)
    fprintf(file, "{\"kind\":\"response\",\"canary\":\"x\",\"round\":\"r1\",\"prompt\":\"p\",\"repeat\":%d,\"text\":\"t%d\"}\n", i, i);
  CHECK(file && fclose(file) == 0);
  snprintf(config, sizeof config, "id: x\nbackend: replay\nfile: %s\n", path);
  for (list_mood mood = BACKWARDS; mood < MOODS; mood++) {
    round_case c;
    begin(embed_list);
    server->context = &mood;
    round_begin(&c);
    c.settings.embed = DW_EMBED_OPENAI;
    c.settings.embed_url = server->url;
    c.settings.embed_model = "e";
    c.settings.parallel = 1;
    CHECK_MSG(dw_canary_config_parse(&c.configs, config, strlen(config), "x.yaml", &(dw_canary_defaults){0}, &err) == DW_OK, "%s",
              err.message);
    dw_prompts_add(&c.prompts, "p", "p");
    round_run(&c, RECORDED);
    endpoint_stop(server);
    bool apart = mood == REFUSED || mood == ONE_SHORT || mood == TWICE_THE_SAME;
    unsigned lists = mood == BUSY_ONCE ? 3 : 2; /* of 64, and of the rest; then each for itself, where lists will not do */
    CHECK_MSG(server->count == lists + (apart ? RECORDED : 0) && c.counts.requests == server->count, "mood %d: %u requests", mood,
              server->count);
    CHECK(strstr(server->request[0], "{\"model\":\"e\",\"input\":[\"t0\",\"t1\","));
    CHECK(c.count == RECORDED && c.counts.answers == RECORDED && !c.counts.bare);
    for (size_t i = 0; i < c.count; i++) {
      char want[100];
      snprintf(want, sizeof want, "\"text\":\"t%zu\",\"config\"", i);
      CHECK(has(&c, i, want));
      snprintf(want, sizeof want, ",\"embedding\":[%zu,1]}", i);
      CHECK(has(&c, i, want));
    }
    endpoint_forget(server);
    round_end(&c);
  }
  unlink(path);
}

/* --- programs --- */

static void ask_program(round_case *c, const char *script, size_t repeats)
{
  char text[2000];
  signal(SIGPIPE, SIG_IGN); /* as every command does */
  begin(silent);
  round_begin(c);
  c->settings.timeout = 5 * DW_SECOND;
  snprintf(text, sizeof text, "id: x\nbackend: exec\ncommand: [sh, -c, '%s']\n", script);
  CHECK_MSG(dw_canary_config_parse(&c->configs, text, strlen(text), "x.yaml", &(dw_canary_defaults){0}, &err) == DW_OK, "%s", err.message);
  dw_prompts_add(&c->prompts, "p", "Hello?");
}

TEST(a_program_answers_line_by_line)
{
  round_case c;
  ask_program(&c,
              "n=0; while read -r line; do n=$((n+1)); echo "
              "\"{\\\"text\\\":\\\"$n\\\",\\\"finish_reason\\\":\\\"stop\\\",\\\"tokens\\\":{\\\"prompt\\\":3}}\"; done",
              1);
  round_run(&c, 3);
  CHECK(c.counts.answers == 3 && has(&c, 0, "\"text\":\"1\",\"finish_reason\":\"stop\",\"tokens\":{\"prompt\":3},\"latency_ms\":") &&
        has(&c, 2, "\"text\":\"3\""));
  end();
  round_end(&c);
}

TEST(a_program_may_end_after_each_answer)
{
  round_case c;
  ask_program(&c, "read -r line; echo \"{\\\"text\\\":\\\"one\\\"}\"", 1);
  round_run(&c, 20);
  CHECK(c.counts.answers == 20 && c.counts.requests == 20);
  end();
  round_end(&c);
}

/* A banner, an answer twice, an answer too late: none may be taken for the answer to another question. */
TEST(a_program_that_says_too_much_is_never_one_answer_off)
{
  static const char *const scripts[] = {
      "echo hello; while read -r line; do id=${line#*:}; id=${id%%,*}; p=${line#*prompt_id\\\":\\\"}; p=${p%%\\\"*}; echo "
      "\"{\\\"text\\\":\\\"$p\\\",\\\"id\\\":$id}\"; done",
      "while read -r line; do id=${line#*:}; id=${id%%,*}; p=${line#*prompt_id\\\":\\\"}; p=${p%%\\\"*}; echo "
      "\"{\\\"text\\\":\\\"$p\\\",\\\"id\\\":$id}\"; echo again; done",
      "while read -r line; do id=${line#*:}; id=${id%%,*}; p=${line#*prompt_id\\\":\\\"}; p=${p%%\\\"*}; echo "
      "\"{\\\"text\\\":\\\"$p\\\",\\\"id\\\":$id}\"; echo \"{\\\"text\\\":\\\"$p\\\",\\\"id\\\":$id}\"; done",
      "while read -r line; do id=${line#*:}; id=${id%%,*}; p=${line#*prompt_id\\\":\\\"}; p=${p%%\\\"*}; echo "
      "\"{\\\"text\\\":\\\"$p\\\",\\\"id\\\":$id}\"; sleep 0.01; echo \"{\\\"text\\\":\\\"$p\\\",\\\"id\\\":$id}\"; done"};
  for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
    round_case c;
    ask_program(&c, scripts[i], 1);
    for (int k = 0; k < 4; k++) {
      char name[16];
      snprintf(name, sizeof name, "q%d", k);
      dw_prompts_add(&c.prompts, name, name);
    }
    round_run(&c, 4);
    CHECK(c.count == 20);
    for (size_t k = 0; k < c.count; k++) {
      char *prompt = strstr(c.line[k], "\"prompt\":\""), *text = strstr(c.line[k], "\"text\":\"");
      if (!text) continue;
      CHECK_MSG(strncmp(prompt + 10, text + 8, strcspn(text + 8, "\"") + 1) == 0, "script %zu: %s", i, c.line[k]);
    }
    CHECK_MSG(i == 0 || c.counts.answers == 20, "script %zu: %llu answers", i, (unsigned long long)c.counts.answers);
    end();
    round_end(&c);
  }
}

TEST(a_program_whose_answer_never_ends_is_ended)
{
  round_case c;
  ask_program(&c, "read -r line; while :; do printf %0100000d 0; done", 1);
  c.settings.timeout = 60 * DW_SECOND;
  round_run(&c, 1);
  CHECK(has(&c, 0, "\"error\":{\"type\":\"reply\",\"message\":\"the answer is too long\",\"attempts\":1}"));
  end();
  round_end(&c);
}

TEST(programs_that_end_hang_and_talk_nonsense)
{
  static const struct {
    const char *script, *want;
  } cases[] = {{"exit 3", "\"type\":\"program\",\"message\":\"ended with exit status 3\",\"attempts\":2}"},
               {"kill -9 $$", "\"message\":\"killed by signal 9\""},
               {"cat >/dev/null", "\"type\":\"timeout\""},
               {"read -r line; echo nonsense", "\"type\":\"reply\""},
               {"while read -r line; do echo \"{\\\"error\\\":\\\"no model\\\"}\"; done",
                "\"error\":{\"message\":\"no model\",\"attempts\":1}"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    round_case c;
    ask_program(&c, cases[i].script, 1);
    c.settings.timeout = DW_SECOND / 2;
    round_run(&c, 1);
    CHECK(c.count == 1 && has(&c, 0, cases[i].want));
    end();
    round_end(&c);
  }
}

/* --- the command --- */

static const char *mixed(endpoint *e, unsigned number, const char *request)
{
  if (number % 3 == 1)
    return endpoint_say(e, "401 Unauthorized", "", "{\"error\":{\"message\":\"no such key: sk-proj-0123456789abcdef\"}}");
  if (number % 3 == 2) return "";
  return endpoint_say(e, "200 OK", "", GOOD("I see sk-proj-0123456789abcdef"));
}

TEST(the_command_prints_no_key)
{
  const char *bin = getenv("DW_BIN");
  char folder[] = "/tmp/ask_XXXXXX", call[1000], line[100000];
  size_t lines = 0, answers = 0;
  if (!bin || !mkdtemp(folder)) {
    test_skip("the command is not here");
    return;
  }
  begin(mixed);
  snprintf(call, sizeof call,
           "cd %s && echo '{}' >c.yaml && echo '{\"prompt\":\"Hello?\"}' | OPENAI_BASE_URL=%s "
           "OPENAI_API_KEY=sk-proj-0123456789abcdef CHAT_MODEL=chatty DW_CONFIGS=c.yaml "
           "'%s/dw-canary' --repeat 9 --backoff 1ms --retries 1 2>&1; echo \"status $?\"; rm c.yaml; rmdir %s",
           folder, server->url, bin, folder);
  FILE *out = popen(call, "r");
  while (out && fgets(line, sizeof line, out)) {
    lines++;
    answers += strstr(line, "\"text\":\"I see [key]\"") != NULL;
    CHECK_MSG(!strstr(line, "sk-proj"), "%s", line);
  }
  CHECK(out && pclose(out) == 0 && strcmp(line, "status 0\n") == 0);
  CHECK_MSG(lines >= 11 && answers >= 3, "%zu lines, %zu answers", lines, answers);
  endpoint_stop(server);
  CHECK(server->count >= 9 && strstr(server->request[0], "\r\nAuthorization: Bearer sk-proj-0123456789abcdef\r\n"));
  CHECK(strstr(server->request[0], "\r\n\r\n{\"model\":\"chatty\","));
  endpoint_forget(server);
}
