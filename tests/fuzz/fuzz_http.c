/* fuzz_http: random requests, whole and damaged, put to the reader of heads and to handlers without a socket. What is taken must be
 * unambiguous to a plain look at its lines, which shares no code with the reader; it must not matter in which pieces it comes; and what is
 * made by the rules must be taken, and say what was put into it.
 *
 * tests/unit/test_fuzz_http.c includes this file and runs random requests.
 */
#include <strings.h>

#include "base/rng.h"
#include "serve/http/exchange.h"
#include "serve/http/rehearsal.h"
#include "serve/request/head.h"
#include "target.h"

/* --- the plain look --- */

typedef struct fuzz_lines {
  size_t hosts, lengths, codings, folded, spaced;
} fuzz_lines;

static void look_at_line(fuzz_lines *seen, const char *line, size_t length)
{
  const char *colon = memchr(line, ':', length);
  size_t name = colon ? (size_t)(colon - line) : length;
  seen->folded += length > 0 && (line[0] == ' ' || line[0] == '\t');
  seen->spaced += name > 0 && (line[name - 1] == ' ' || line[name - 1] == '\t');
  seen->hosts += name == 4 && strncasecmp(line, "host", 4) == 0;
  seen->lengths += name == 14 && strncasecmp(line, "content-length", 14) == 0;
  seen->codings += name == 17 && strncasecmp(line, "transfer-encoding", 17) == 0;
}

/* What is wrong with a head that was taken; NULL: nothing. */
static const char *look_at(const char *head, size_t length)
{
  fuzz_lines seen = {0};
  bool first = true;
  size_t from = 0;
  for (size_t i = 0; i < length; i++) {
    if (head[i] == '\0') return "a NUL was taken";
    if (head[i] == '\n' && (i == 0 || head[i - 1] != '\r')) return "a bare LF was taken";
    if (head[i] == '\r' && (i + 1 == length || head[i + 1] != '\n')) return "a bare CR was taken";
    if (head[i] != '\n') continue;
    size_t line = i - 1 - from;
    if (!first) look_at_line(&seen, head + from, line);
    if (line > 0) first = false;
    from = i + 1;
  }
  if (seen.folded) return "a folded line was taken";
  if (seen.spaced) return "white space before a colon was taken";
  if (seen.hosts > 1) return "two hosts were taken";
  if (seen.lengths > 1 || seen.codings > 1) return "two lengths or codings were taken";
  if (seen.lengths && seen.codings) return "a length beside a coding was taken";
  return NULL;
}

/* --- reading --- */

/* 0: taken, *used bytes; DW_HEAD_MORE - 1: cut short; else the code. */
static int read_in_pieces(const char *bytes, size_t length, dw_rng *rng, size_t *used)
{
  dw_head_scan scan = {0};
  const char *why;
  int code = DW_HEAD_MORE;
  *used = 0;
  while (*used < length && code == DW_HEAD_MORE) {
    size_t most = length - *used, piece = rng ? 1 + dw_rng_below(rng, most < 9 ? most : 9) : most, taken;
    code = dw_head_scan_add(&scan, bytes + *used, piece, &taken, &why);
    *used += taken;
  }
  if (code == DW_HEAD_MORE) return -1;
  if (code != DW_HEAD_WHOLE) return code;
  dw_head head;
  code = dw_head_parse(&head, bytes, *used, &why);
  dw_head_free(&head);
  return code;
}

static void fuzz_whole(dw_exchange *exchange, void *context)
{
  size_t length;
  const char *body = dw_exchange_body(exchange, &length);
  dw_exchange_reply(exchange, 200, "text/plain", body, length);
}

static void fuzz_stream(dw_exchange *exchange, void *context)
{
  char piece[7];
  size_t got = 1;
  dw_err err = {0};
  dw_status status = DW_OK;
  dw_buf all = {0};
  while (status == DW_OK && got > 0) {
    status = dw_exchange_read(exchange, piece, sizeof piece, &got, &err);
    dw_buf_add(&all, piece, status == DW_OK ? got : 0);
  }
  if (status != DW_OK) {
    dw_exchange_fail(exchange, &err);
  } else {
    dw_exchange_begin(exchange, 200, "text/plain");
    dw_exchange_write(exchange, all.data, all.length);
    dw_exchange_end(exchange);
  }
  dw_buf_free(&all);
}

static const dw_route fuzz_routes[] = {
    {.method = DW_METHOD_GET, .pattern = "/a", .handle = fuzz_stream},
    {.method = DW_METHOD_POST, .pattern = "/whole/{x}", .body = DW_BODY_WHOLE, .limit = 300, .handle = fuzz_whole},
    {.method = DW_METHOD_PUT, .pattern = "/stream/{x}", .body = DW_BODY_STREAM, .limit = 300, .handle = fuzz_stream},
    {.pattern = NULL},
};

/* What is wrong with how a request is read, NULL when nothing is. *code: what it was answered with. */
FUZZ_UNIT const char *fuzz_request(const char *bytes, size_t length, dw_rng *rng, int *code)
{
  size_t used, in_pieces;
  int whole = read_in_pieces(bytes, length, NULL, &used);
  if (read_in_pieces(bytes, length, rng, &in_pieces) != whole || used != in_pieces) return "it matters in which pieces it comes";
  const char *problem = whole == 0 ? look_at(bytes, used) : NULL;
  dw_site site = {.routes = fuzz_routes, .base_path = "/dw"};
  dw_rehearsal answer;
  dw_rehearse(&site, bytes, length, &answer);
  *code = answer.code;
  if (!problem && whole > 0 && answer.code != whole) problem = "the answer is not that of the head";
  if (!problem && whole == -1 && answer.code != 400) problem = "a head that is cut short is not refused";
  if (!problem && (answer.code < 200 || answer.code > 505)) problem = "an answer of no code";
  dw_rehearsal_free(&answer);
  return problem;
}

/* --- random requests --- */

static void random_word(dw_buf *out, dw_rng *rng, uint64_t longest)
{
  for (uint64_t n = 1 + dw_rng_below(rng, longest); n-- > 0;) dw_buf_char(out, "abcXYZ019-_.~"[dw_rng_below(rng, 13)]);
}

static void random_body(dw_buf *out, dw_rng *rng, bool chunked, const dw_buf *body)
{
  if (!chunked) {
    dw_buf_add(out, body->data, body->length);
    return;
  }
  for (size_t at = 0, n; at < body->length; at += n) {
    n = 1 + dw_rng_below(rng, body->length - at);
    dw_buf_format(out, dw_rng_below(rng, 2) ? "%zx" : "%04zX", n);
    if (dw_rng_below(rng, 6) == 0) dw_buf_text(out, ";x=\"y z\"");
    dw_buf_text(out, "\r\n");
    dw_buf_add(out, body->data + at, n);
    dw_buf_text(out, "\r\n");
  }
  dw_buf_text(out, dw_rng_below(rng, 4) ? "0\r\n\r\n" : "0\r\nT: u\r\n\r\n");
}

/* A request by the rules, to a handler that gives its body back. */
static void random_request(dw_buf *out, dw_rng *rng, dw_buf *body)
{
  bool whole = dw_rng_below(rng, 2), chunked = dw_rng_below(rng, 2);
  body->length = out->length = 0;
  if (dw_rng_below(rng, 4)) random_word(body, rng, 250);
  dw_buf_text(out, whole ? "POST " : "PUT ");
  if (dw_rng_below(rng, 6) == 0) dw_buf_text(out, "http://localhost");
  if (dw_rng_below(rng, 3) == 0) dw_buf_text(out, "/dw");
  dw_buf_text(out, whole ? "/whole/x" : "/stream/x");
  random_word(out, rng, 9);
  if (dw_rng_below(rng, 3) == 0) dw_buf_text(out, "?a=%20b&c=+&d");
  dw_buf_text(out, " HTTP/1.1\r\nHost: localhost\r\n");
  for (uint64_t n = dw_rng_below(rng, 4); n-- > 0;) {
    dw_buf_text(out, "X-");
    random_word(out, rng, 9);
    dw_buf_text(out, dw_rng_below(rng, 2) ? ":" : ": \t");
    random_word(out, rng, 20);
    dw_buf_text(out, dw_rng_below(rng, 4) ? "\r\n" : " \r\n");
  }
  if (dw_rng_below(rng, 5) == 0) dw_buf_text(out, "Connection: close\r\n");
  if (chunked) dw_buf_text(out, "Transfer-Encoding: chunked\r\n\r\n");
  else dw_buf_format(out, "Content-Length: %zu\r\n\r\n", body->length);
  random_body(out, rng, chunked, body);
}

static void insert(dw_buf *out, size_t at, const char *bytes, size_t count)
{
  dw_buf_room(out, count);
  memmove(out->data + at + count, out->data + at, out->length - at);
  memcpy(out->data + at, bytes, count);
  out->length += count;
}

static void random_damage(dw_buf *out, dw_rng *rng)
{
  static const char *const nasty[] = {"\r",
                                      "\n",
                                      "\r\n",
                                      "\r\n\r\n",
                                      "\r\n ",
                                      " :",
                                      "\t",
                                      "Host: x\r\n",
                                      "Content-Length: 5\r\n",
                                      "Transfer-Encoding: chunked\r\n",
                                      "Transfer-Encoding : chunked\r\n",
                                      "+",
                                      "0x",
                                      ",",
                                      "%",
                                      "%00",
                                      "%2e%2e",
                                      "/../",
                                      "?",
                                      "#",
                                      "ffffffffffffffff",
                                      "\x7f",
                                      "\xff",
                                      "GET / HTTP/1.1\r\n"};
  size_t at = (size_t)dw_rng_below(rng, out->length + 1), room = out->length - at;
  const char *word = nasty[dw_rng_below(rng, sizeof nasty / sizeof *nasty)];
  switch (dw_rng_below(rng, 5)) {
  case 0: out->length = at; break;
  case 1:
    if (room) out->data[at] ^= (char)(1u << dw_rng_below(rng, 8));
    break;
  case 2: {
    size_t cut = room ? 1 + (size_t)dw_rng_below(rng, room < 20 ? room : 20) : 0;
    memmove(out->data + at, out->data + at + cut, room - cut);
    out->length -= cut;
    break;
  }
  case 3: insert(out, at, "", 1); break; /* a NUL */
  default: insert(out, at, word, strlen(word));
  }
}

/* A request by the rules is answered with its own body. */
static const char *fuzz_good(const dw_buf *request, const dw_buf *body)
{
  dw_site site = {.routes = fuzz_routes, .base_path = "/dw"};
  dw_rehearsal answer;
  dw_rehearse(&site, request->data, request->length, &answer);
  bool same = answer.code == 200 && answer.body.length == body->length &&
              (!body->length || memcmp(answer.body.data, body->data, body->length) == 0);
  dw_rehearsal_free(&answer);
  return same ? NULL : "a request by the rules does not get its body back";
}

/* count random requests, each as it is and damaged. Returns what is wrong with the first that is wrong, which is left in *request.
 * *taken counts the damaged ones that were still answered by a handler. */
FUZZ_UNIT const char *fuzz_random(uint64_t count, uint64_t seed, dw_buf *request, uint64_t *taken)
{
  const char *problem = NULL;
  dw_buf body = {0};
  *taken = 0;
  for (uint64_t i = 0; i < count && !problem; i++) {
    dw_rng rng;
    int code = 0;
    dw_rng_start(&rng, dw_rng_derive(seed, "fuzz_http"), i, 0);
    random_request(request, &rng, &body);
    problem = fuzz_good(request, &body);
    if (problem) break;
    for (uint64_t n = 1 + dw_rng_below(&rng, 3); n > 0; n--) random_damage(request, &rng);
    problem = fuzz_request(request->data, request->length, &rng, &code);
    *taken += code == 200;
  }
  dw_buf_free(&body);
  return problem;
}

#if !defined(FUZZ_NO_MAIN)
static const char *fuzz_one(const char *bytes, size_t length)
{
  dw_rng rng;
  int code;
  dw_rng_start(&rng, dw_rng_derive(length, "fuzz_http"), 0, 0);
  return fuzz_request(bytes, length, &rng, &code);
}

static void fuzz_change(dw_buf *input, dw_rng *rng)
{
  dw_buf body = {0};
  if (dw_rng_below(rng, 4)) random_damage(input, rng);
  else random_request(input, rng, &body);
  dw_buf_free(&body);
}

FUZZ_TARGET("http", fuzz_one, fuzz_change);
#endif
