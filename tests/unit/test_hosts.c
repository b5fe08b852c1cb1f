#include "serve/request/hosts.h"

#include "test.h"

static const char *names[] = {"dw.example.org", ".corp.example"};
static const dw_text_list list = {.text = names, .count = 2};

TEST(names_of_this_server)
{
  static const char *const ours[] = {
      "",           "localhost",   "LOCALHOST:3001", "a.localhost",        "127.0.0.1",    "127.0.0.1:80",      "[::1]",
      "[::1]:3001", "10.1.2.3:80", "dw.example.org", "DW.Example.ORG:443", "corp.example", "x.y.corp.example:1"};
  static const char *const others[] = {"evil.example",   "dw.example.org.evil.example", "xdw.example.org", "xcorp.example",
                                       "localhost.evil", "127.0.0.1.evil.example",      "dw.example.org.", "xlocalhost"};
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) CHECK_MSG(dw_hosts_allow(&list, ours[i]), "%s", ours[i]);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) CHECK_MSG(!dw_hosts_allow(&list, others[i]), "%s", others[i]);
  const char *any = "*";
  CHECK(dw_hosts_allow(&(dw_text_list){.text = &any, .count = 1}, "evil.example"));
}

TEST(pages_of_other_sites)
{
  static const struct {
    const char *request;
    bool foreign;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\nOrigin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n\r\n", false},
      {"POST / HTTP/1.1\r\nHost: localhost:3001\r\n\r\n", false}, /* no browser */
      {"POST / HTTP/1.1\r\nHost: localhost:3001\r\nOrigin: http://localhost:3001\r\n\r\n", false},
      {"POST / HTTP/1.1\r\nHost: localhost:3001\r\nOrigin: http://localhost:8080\r\n\r\n", true},
      {"POST / HTTP/1.1\r\nHost: localhost:3001\r\nOrigin: http://evil.example\r\n\r\n", true},
      {"POST / HTTP/1.1\r\nHost: localhost:3001\r\nOrigin: null\r\n\r\n", true},
      {"POST / HTTP/1.1\r\nHost: 127.0.0.1:3001\r\nOrigin: https://dw.example.org\r\n\r\n", false}, /* a proxy changed Host */
      {"POST / HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nOrigin: https://whatever\r\n\r\n", false},
      {"POST / HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: none\r\n\r\n", false},
      {"DELETE / HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: cross-site\r\n\r\n", true},
      {"PUT / HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-site\r\n\r\n", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    dw_head head;
    const char *why;
    CHECK(dw_head_parse(&head, cases[i].request, strlen(cases[i].request), &why) == 0);
    CHECK_MSG(dw_hosts_foreign(&list, &head) == cases[i].foreign, "case %zu", i);
    dw_head_free(&head);
  }
}
