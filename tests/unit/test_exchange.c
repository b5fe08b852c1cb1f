/* Handlers called without a socket: what they see of a request, and what their answers are. */
#include <pthread.h>

#include "io/reader/reader.h"
#include "serve/http/exchange.h"
#include "serve/http/rehearsal.h"
#include "serve/request/request_target.h"
#include "test.h"

static void greet(dw_exchange *exchange, void *context)
{
  char *who = dw_request_target_parameter(dw_exchange_head(exchange)->query, "who", 0);
  dw_buf text = {0};
  dw_buf_format(&text, "%s %s", (const char *)context, who ? who : "nobody");
  dw_free(who);
  dw_exchange_field(exchange, "X-Odd", "a\r\nInjected: b");
  dw_exchange_reply(exchange, 200, "text/plain", text.data, text.length);
  dw_buf_free(&text);
}

static void echo(dw_exchange *exchange, void *context)
{
  size_t length;
  const char *body = dw_exchange_body(exchange, &length);
  dw_exchange_reply(exchange, 201, "text/plain", body, length);
}

/* As an ingest does: a record reader on the body. */
static void count_records(dw_exchange *exchange, void *context)
{
  dw_err err = {0};
  dw_reader *reader;
  const dw_batch *batch = NULL;
  dw_input *input = dw_input_of_source("body", dw_exchange_read, exchange);
  dw_status status = dw_reader_open_input(&reader, input, &(dw_reader_options){.threads = 1}, &err);
  while (status == DW_OK && (status = dw_reader_next(reader, &batch, &err)) == DW_OK && batch) continue;
  uint64_t rows = reader ? dw_reader_rows(reader) : 0;
  dw_exchange_stop_reading(exchange);
  dw_reader_close(reader);
  if (status != DW_OK) {
    dw_exchange_fail(exchange, &err);
    return;
  }
  dw_buf text = {0};
  dw_buf_format(&text, "%s: %llu records", dw_exchange_part(exchange), (unsigned long long)rows);
  dw_exchange_reply(exchange, 200, "text/plain", text.data, text.length);
  dw_buf_free(&text);
}

/* More than is kept on the way. */
static void stream(dw_exchange *exchange, void *context)
{
  char piece[50000];
  memset(piece, 'x', sizeof piece);
  dw_exchange_begin(exchange, 200, "text/plain");
  for (int i = 0; i < 20; i++) CHECK(dw_exchange_write(exchange, piece, sizeof piece));
  CHECK(dw_exchange_write(exchange, "", 0)); /* no empty chunk, which would be the last */
  dw_exchange_end(exchange);
}

static void *reply_later(void *exchange)
{
  dw_exchange_reply(exchange, 202, NULL, NULL, 0);
  return NULL;
}

static pthread_t committer;

static void later(dw_exchange *exchange, void *context) { CHECK(pthread_create(&committer, NULL, reply_later, exchange) == 0); }

static void fail(dw_exchange *exchange, void *context)
{
  static const dw_status statuses[] = {DW_EUSAGE, DW_EDATA, DW_ESYSTEM, DW_ENODATA};
  dw_err err;
  dw_err_set(&err, statuses[dw_exchange_part(exchange)[0] - '0'], "/secret/path: what was wrong");
  dw_exchange_fail(exchange, &err);
}

static void who(dw_exchange *exchange, void *context)
{
  CHECK(dw_exchange_may(exchange, "fraud") && !dw_exchange_may(exchange, "churn"));
  CHECK_TEXT(dw_exchange_client(exchange), "");
  const dw_grant *grant = dw_exchange_grant(exchange);
  dw_exchange_reply(exchange, 200, "text/plain", grant->name, strlen(grant->name));
}

static const dw_route routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/greet", .handle = greet},
    {.method = DW_METHOD_POST, .pattern = "/echo", .body = DW_BODY_WHOLE, .limit = 10, .handle = echo},
    {.method = DW_METHOD_POST, .pattern = "/count/{model}", .body = DW_BODY_STREAM, .limit = 1000, .handle = count_records},
    {.method = DW_METHOD_GET, .pattern = "/stream", .handle = stream},
    {.method = DW_METHOD_GET, .pattern = "/later", .handle = later},
    {.method = DW_METHOD_GET, .pattern = "/fail/{n}", .handle = fail},
    {.method = DW_METHOD_GET, .pattern = "/who", .scope = DW_SCOPE_READ, .handle = who},
    {.pattern = NULL},
};

static dw_site site = {.routes = routes, .context = "hello", .base_path = "/dw"};

static void check_answer(const char *request, int code, const char *head, const char *body)
{
  dw_rehearsal answer;
  dw_rehearse(&site, request, strlen(request), &answer);
  CHECK_MSG(answer.code == code, "%s: %d, want %d", request, answer.code, code);
  if (head) CHECK_MSG(strstr(dw_buf_cstr(&answer.head), head), "%s: no %s in %s", request, head, dw_buf_cstr(&answer.head));
  if (body) CHECK_TEXT(dw_buf_cstr(&answer.body), body);
  dw_rehearsal_free(&answer);
}

#define HOST " HTTP/1.1\r\nHost: localhost\r\n"

TEST(answers)
{
  check_answer("GET /greet?who=you%20all" HOST "\r\n", 200, "HTTP/1.1 200 OK\r\nDate: ", "hello you all");
  check_answer("GET /greet" HOST "\r\n", 200, "\r\nContent-Length: 12\r\n", "hello nobody");
  check_answer("GET /greet" HOST "\r\n", 200, "\r\nX-Odd: a??Injected: b\r\n\r\n", NULL);
  check_answer("HEAD /greet" HOST "\r\n", 200, "\r\nContent-Length: 12\r\n", "");
  check_answer("GET /greet HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, "\r\nConnection: keep-alive\r\n", "hello nobody");
  check_answer("GET /greet HTTP/1.0\r\n\r\n", 200, "\r\nConnection: close\r\n", "hello nobody");
  check_answer("POST /echo" HOST "Content-Length: 3\r\n\r\nabc", 201, "Content-Type: text/plain\r\n", "abc");
  check_answer("POST /echo" HOST "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n", 201, NULL, "abc");
  check_answer("POST /echo" HOST "\r\n", 201, NULL, "");
  check_answer("GET /later" HOST "\r\n", 202, "\r\nContent-Length: 0\r\n", "");
  CHECK(pthread_join(committer, NULL) == 0);
}

TEST(refusals)
{
  check_answer("GET /nothing" HOST "\r\n", 404, "\r\nContent-Type: application/problem+json\r\n",
               "{\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is nothing at this address\"}\n");
  check_answer("PUT /echo" HOST "\r\n", 405, "\r\nAllow: POST\r\n", NULL);
  check_answer("DELETE /greet" HOST "\r\n", 405, "\r\nAllow: GET, HEAD\r\n", NULL);
  check_answer("GET /dw?a=b" HOST "\r\n", 308, "\r\nLocation: /dw/?a=b\r\n", NULL);
  check_answer("GET /greet HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, NULL, NULL);
  check_answer("POST /echo" HOST "Content-Length: 11\r\n\r\nabcdefghijk", 413, NULL, NULL);
  check_answer("POST /echo" HOST "Transfer-Encoding: chunked\r\n\r\nb\r\nabcdefghijk\r\n0\r\n\r\n", 413, NULL, NULL);
  check_answer("POST /echo" HOST "Content-Length: 3\r\n\r\nab", 400, NULL, NULL);
  check_answer("POST /echo" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nab", 400, NULL, NULL);
  check_answer("GET /greet" HOST, 400, "\r\nConnection: close\r\n", NULL);
}

TEST(bodies_are_read_as_records)
{
  check_answer("POST /count/fraud" HOST "Content-Length: 18\r\n\r\n{\"a\":1}\n{\"a\":2.5}\n", 200, NULL, "fraud: 2 records");
  check_answer("POST /count/fraud" HOST "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"a\":1}\n\r\n8\r\n{\"a\":2}\n\r\n0\r\n\r\n", 200, NULL,
               "fraud: 2 records");
  check_answer("POST /count/fraud" HOST "Content-Length: 14\r\n\r\n{\"a\":1}\n{\"a\"}\n", 400, NULL, NULL);
  check_answer("POST /count/fraud" HOST "Content-Length: 30\r\n\r\n{\"a\":1}\n{\"a\":2}\n", 400, NULL,
               "{\"title\":\"Bad Request\",\"status\":400,\"detail\":\"the body of the request is cut short\"}\n");
}

TEST(errors_become_problems)
{
  check_answer("GET /fail/0" HOST "\r\n", 400, NULL,
               "{\"title\":\"Bad Request\",\"status\":400,\"detail\":\"/secret/path: what was wrong\"}\n");
  check_answer("GET /fail/1" HOST "\r\n", 400, NULL, NULL);
  check_answer("GET /fail/2" HOST "\r\n", 500, NULL, "{\"title\":\"Internal Server Error\",\"status\":500}\n"); /* no details */
  check_answer("GET /fail/3" HOST "\r\n", 409, NULL, NULL);
}

TEST(an_answer_in_pieces)
{
  static const char *const requests[] = {"GET /stream" HOST "\r\n", "GET /stream HTTP/1.0\r\n\r\n"};
  for (int i = 0; i < 2; i++) {
    dw_rehearsal answer;
    dw_rehearse(&site, requests[i], strlen(requests[i]), &answer);
    CHECK(answer.code == 200 && answer.body.length == 1000000);
    bool chunked = strstr(dw_buf_cstr(&answer.head), "Transfer-Encoding: chunked") != NULL;
    CHECK(chunked == (i == 0));
    CHECK(!strstr(dw_buf_cstr(&answer.head), "Content-Length"));
    for (size_t at = 0; at < answer.body.length; at++)
      if (answer.body.data[at] != 'x') CHECK_MSG(false, "byte %zu", at);
    dw_rehearsal_free(&answer);
  }
  check_answer("HEAD /stream" HOST "\r\n", 200, "\r\nTransfer-Encoding: chunked\r\n", "");
}

TEST(a_token_goes_with_the_request)
{
  static const char file[] =
      "shop read fraud sha256:8766b9cb08e6040b704f1e3ee1e186efccf2635b1d2634d6525333007e6aeae1\n"; /* what sha256sum says of "secret-a" */
  CHECK(dw_tokens_parse(&site.tokens, file, sizeof file - 1, "tokens", NULL) == DW_OK);
  check_answer("GET /who?token=secret-a" HOST "\r\n", 200, NULL, "shop");
  check_answer("GET /who" HOST "Authorization: Bearer secret-b\r\n\r\n", 401, "\r\nWWW-Authenticate: Bearer\r\n", NULL);
  check_answer("GET /greet" HOST "\r\n", 200, NULL, NULL); /* asks for none */
  dw_tokens_release(site.tokens);
  site.tokens = NULL;
}
