#include "serve/request/head.h"

#include "base/mem.h"
#include "base/str.h"
#include "test.h"

#define GET "GET / HTTP/1.1\r\n"
#define POST "POST /a HTTP/1.1\r\nHost: x\r\n"

/* Expected: RFC 9112 and RFC 9110, and where they leave a choice, the stricter one (the list in head.h). 0: taken. */
static const struct {
  const char *request;
  int code;
} heads[] = {
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {"\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 0}, /* RFC 9112, 2.2 */
    {"GET / HTTP/1.0\r\n\r\n", 0},
    {"GET / HTTP/1.7\r\nHost: x\r\n\r\n", 0}, /* RFC 9110, 2.5 */
    {"GET http://x/a?b HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {"GET HTTPS://x:80/ HTTP/1.1\r\nHost: x:80\r\n\r\n", 0},
    {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 0},
    {GET "Host: [::1]:80\r\n\r\n", 0},
    {GET "Host: x\r\nA:\r\nB: \t c d \t\r\nC: \xc3\xa9\r\n\r\n", 0},
    {POST "Content-Length: 0\r\n\r\n", 0},
    {POST "Content-Length: 999999999999999999\r\n\r\n", 0},
    {POST "Transfer-Encoding: Chunked\r\n\r\n", 0},
    {"GET /a{b}|c?x={y}|`z HTTP/1.1\r\nHost: x\r\n\r\n", 0},

    /* the lines */
    {"GET / HTTP/1.1\nHost: x\n\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\n\n", 400},
    {GET "Host: x\r\nA: b\rc\r\n\r\n", 400},
    {GET "Host: x\r\nA: b\r\r\n\r\n", 400},
    {GET "Host: x\r\n\rA: b\r\n\r\n", 400},
    {"GET /\r HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {GET "Host: x\r\nA: b\x01\r\n\r\n", 400},
    {GET "Host: x\r\nA: b\x7f\r\n\r\n", 400},
    {"\x16\x03\x01\x02", 400}, /* a TLS hello */
    {GET "Host: x\r\nA: b\r\n c\r\n\r\n", 400},
    {GET "Host: x\r\nA: b\r\n\tc\r\n\r\n", 400},
    {GET " Host: x\r\n\r\n", 400},
    {GET "Host : x\r\n\r\n", 400},
    {GET "Host\t: x\r\n\r\n", 400},
    {GET "Host: x\r\nTransfer-Encoding : chunked\r\n\r\n", 400},
    {GET "Host: x\r\n: b\r\n\r\n", 400},
    {GET "Host: x\r\nnothing\r\n\r\n", 400},
    {GET "Host: x\r\nA B: c\r\n\r\n", 400},
    {GET "Host: x\r\nA(: c\r\n\r\n", 400},
    {GET "Host: x\r\n\xc3\xa9: c\r\n\r\n", 400},

    /* the first line */
    {"GET /\r\nHost: x\r\n\r\n", 400}, /* HTTP/0.9 */
    {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", 400},
    {"GET / a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET\t/\tHTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {" GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET / HTTP/1.10\r\nHost: x\r\n\r\n", 400},
    {"GET / http/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET / HTTP/1,1\r\nHost: x\r\n\r\n", 400},
    {"GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\n", 505},
    {"get / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 501},
    {"G(T / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /a\\b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /a/%2e%2E/b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /. HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /?a=%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET /?%f=a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET http://x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n", 400},

    /* Host */
    {GET "\r\n", 400},
    {GET "Host: x\r\nHost: x\r\n\r\n", 400},
    {GET "Host: x\r\nhOST: y\r\n\r\n", 400},
    {"GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n", 400},
    {GET "Host:\r\n\r\n", 400},
    {GET "Host: x y\r\n\r\n", 400},
    {GET "Host: x/y\r\n\r\n", 400},
    {GET "Host: u@x\r\n\r\n", 400},
    {GET "Host: x, y\r\n\r\n", 400},
    {GET "Host: x:y\r\n\r\n", 400},
    {GET "Host: x:123456\r\n\r\n", 400},
    {GET "Host: [::1\r\n\r\n", 400},
    {GET "Host: []\r\n\r\n", 400},
    {"GET http://x/ HTTP/1.1\r\nHost: y\r\n\r\n", 400},
    {"GET http://x/ HTTP/1.1\r\n\r\n", 400},

    /* the body's end */
    {POST "Content-Length: 3\r\nContent-Length: 5\r\n\r\n", 400},
    {POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\n", 400},
    {POST "Content-Length: 3, 3\r\n\r\n", 400},
    {POST "Content-Length: 3 3\r\n\r\n", 400},
    {POST "Content-Length: +3\r\n\r\n", 400},
    {POST "Content-Length: -3\r\n\r\n", 400},
    {POST "Content-Length: 0x3\r\n\r\n", 400},
    {POST "Content-Length: 3.0\r\n\r\n", 400},
    {POST "Content-Length:\r\n\r\n", 400},
    {POST "Content-Length: 18446744073709551619\r\n\r\n", 400}, /* 3, modulo 2^64 */
    {POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {POST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400},
    {POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", 400},
    {POST "Transfer-Encoding: xchunked\r\n\r\n", 400},
    {POST "Transfer-Encoding: identity\r\n\r\n", 400},
    {POST "Transfer-Encoding: \x0b"
          "chunked\r\n\r\n",
     400},
    {POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {POST "Content-Length: 3\r\nExpect: 200-ok\r\n\r\n", 417},
};

/* Scans in pieces of `piece` bytes, then parses. What the head says stays in *head. */
static int read_head(dw_head *head, const char *bytes, size_t length, size_t piece)
{
  dw_head_scan scan = {0};
  const char *why = NULL;
  int code = DW_HEAD_MORE;
  size_t at = 0, used;
  memset(head, 0, sizeof *head);
  for (; at < length && code == DW_HEAD_MORE; at += used)
    code = dw_head_scan_add(&scan, bytes + at, length - at < piece ? length - at : piece, &used, &why);
  if (code == DW_HEAD_WHOLE) code = dw_head_parse(head, bytes, at, &why);
  CHECK(code == DW_HEAD_MORE || code == 0 || (why && *why));
  return code;
}

TEST(heads_are_taken_or_refused_whatever_the_pieces)
{
  for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
    size_t length = strlen(heads[i].request);
    for (size_t piece = 1; piece <= length; piece++) {
      dw_head head;
      int code = read_head(&head, heads[i].request, length, piece);
      CHECK_MSG(code == heads[i].code, "head %zu in pieces of %zu: %d, want %d: %s", i, piece, code, heads[i].code, heads[i].request);
      dw_head_free(&head);
    }
  }
}

TEST(a_nul_is_refused_wherever_it_is)
{
  static const char request[] = "GET /a?b HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";
  for (size_t at = 0; at < sizeof request - 1; at++) {
    char text[sizeof request];
    dw_head head;
    memcpy(text, request, sizeof text);
    text[at] = '\0';
    CHECK_MSG(read_head(&head, text, sizeof text - 1, 7) == 400, "NUL at %zu", at);
    dw_head_free(&head);
  }
}

TEST(what_a_head_says)
{
  static const char text[] = "POST http://Shop.example:8080/v1/a%20b?x=1&y HTTP/1.1\r\nhost: shop.EXAMPLE:8080\r\nX-A:  one two \t\r\n"
                             "x-a: second\r\nConnection: Upgrade, keep-alive\r\nExpect: 100-Continue\r\nContent-Length: 12\r\n\r\n";
  dw_head head;
  CHECK(read_head(&head, text, sizeof text - 1, sizeof text) == 0);
  CHECK(head.method == DW_METHOD_POST && head.minor == 1);
  CHECK_TEXT(head.path, "/v1/a%20b");
  CHECK_TEXT(head.query, "x=1&y");
  CHECK_TEXT(head.host, "shop.EXAMPLE:8080");
  CHECK_TEXT(dw_head_field_of(&head, "X-a"), "one two");
  CHECK(dw_head_field_of(&head, "X-B") == NULL);
  CHECK(head.count == 6 && head.keep_alive && head.waits && head.sized && !head.chunked && head.length == 12);
  dw_head_free(&head);
}

TEST(when_a_connection_stays)
{
  static const struct {
    const char *text;
    bool stays, waits;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", true, false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false, false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: a , CLOSE,b\r\n\r\n", false, false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false, false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nConnection: keep-alive\r\n\r\n", false, false},
      {"GET / HTTP/1.1\r\nHost: x\r\nConnection: closed\r\n\r\n", true, false},
      {"GET / HTTP/1.0\r\n\r\n", false, false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true, false},
      {"POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", false, false}, /* RFC 9110, 10.1.1 */
      {"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n\r\n", true, false},
      {"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n", true, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_head head;
    CHECK(read_head(&head, cases[i].text, strlen(cases[i].text), 1000) == 0);
    CHECK_MSG(head.keep_alive == cases[i].stays && head.waits == cases[i].waits, "case %zu", i);
    dw_head_free(&head);
  }
}

/* The head with one field so long that it has `bytes` in all. */
static int of_length(size_t bytes)
{
  dw_buf text = {0};
  dw_head head;
  dw_buf_text(&text, "GET / HTTP/1.1\r\nHost: x\r\nA: ");
  while (text.length < bytes - 4) dw_buf_char(&text, 'a');
  dw_buf_text(&text, "\r\n\r\n");
  int code = read_head(&head, text.data, text.length, 1000);
  dw_head_free(&head);
  dw_buf_free(&text);
  return code;
}

static int of_fields(size_t count)
{
  dw_buf text = {0};
  dw_head head;
  dw_buf_text(&text, "GET / HTTP/1.1\r\nHost: x\r\n");
  for (size_t i = 1; i < count; i++) dw_buf_text(&text, "A: b\r\n");
  dw_buf_text(&text, "\r\n");
  int code = read_head(&head, text.data, text.length, 1000);
  dw_head_free(&head);
  dw_buf_free(&text);
  return code;
}

static int of_first_line(size_t bytes)
{
  dw_buf text = {0};
  dw_head head;
  dw_buf_text(&text, "GET /");
  while (text.length < bytes - 9) dw_buf_char(&text, 'a');
  dw_buf_text(&text, " HTTP/1.1\r\nHost: x\r\n\r\n");
  int code = read_head(&head, text.data, text.length, 1000);
  dw_head_free(&head);
  dw_buf_free(&text);
  return code;
}

TEST(limits)
{
  CHECK(of_length(DW_HEAD_BYTES) == 0);
  CHECK(of_length(DW_HEAD_BYTES + 1) == 431);
  CHECK(of_length(10 * DW_HEAD_BYTES) == 431);
  CHECK(of_fields(DW_HEAD_FIELDS) == 0);
  CHECK(of_fields(DW_HEAD_FIELDS + 1) == 431);
  CHECK(of_first_line(DW_HEAD_LINE) == 0);
  CHECK(of_first_line(DW_HEAD_LINE + 1) == 414);
}

TEST(a_scan_stops_where_the_head_ends)
{
  static const char text[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next";
  dw_head_scan scan = {0};
  size_t used;
  const char *why;
  CHECK(dw_head_scan_add(&scan, text, sizeof text - 1, &used, &why) == DW_HEAD_WHOLE);
  CHECK(used == sizeof text - 1 - strlen("GET /next"));
  dw_head head; /* what is cut short is no head */
  CHECK(dw_head_parse(&head, text, used - 1, &why) == 400);
  dw_head_free(&head);
  CHECK(dw_head_parse(&head, text, used + 1, &why) == 400);
  dw_head_free(&head);
}
