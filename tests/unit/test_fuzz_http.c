#include "test.h"

#define FUZZ_NO_MAIN
#include "../fuzz/fuzz_http.c"

/* The short form of tests/fuzz/fuzz_http. */
TEST(random_requests_are_read_in_one_way)
{
  dw_buf request = {0};
  for (uint64_t seed = 1; seed <= 4; seed++) {
    uint64_t taken;
    const char *problem = fuzz_random(5000, seed, &request, &taken);
    CHECK(taken > 500 && taken < 4000); /* both kinds */
    CHECK_MSG(!problem, "seed %d: %s: %s", (int)seed, problem, dw_buf_cstr(&request));
  }
  dw_buf_free(&request);
}

/* The plain look notices what it is there for. */
TEST(the_plain_look_sees_what_is_ambiguous)
{
  static const struct {
    const char *head, *says;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", NULL},
      {"GET / HTTP/1.1\r\nHost: x\nA: b\r\n\r\n", "a bare LF was taken"},
      {"GET / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", "a bare CR was taken"},
      {"GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", "a folded line was taken"},
      {"GET / HTTP/1.1\r\nHost : x\r\n\r\n", "white space before a colon was taken"},
      {"GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n", "two hosts were taken"},
      {"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-length: 1\r\n\r\n", "two lengths or codings were taken"},
      {"GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "a length beside a coding was taken"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *says = look_at(cases[i].head, strlen(cases[i].head));
    CHECK_MSG(cases[i].says ? says && strcmp(says, cases[i].says) == 0 : !says, "case %zu: %s", i, says ? says : "nothing");
  }
  CHECK_TEXT(look_at("GET / HTTP/1.1\r\nA: \0\r\n\r\n", 24), "a NUL was taken");
}
