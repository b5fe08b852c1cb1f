#include "serve/http/listen.h"

#include "test.h"

static void check_address(const char *text, dw_status want, bool loopback, const char *begins)
{
  dw_listening listening;
  dw_err err = {0};
  CHECK_MSG(dw_listen(&listening, text, &err) == want, "%s: %s", text, err.message);
  if (want != DW_OK) {
    CHECK(listening.count == 0 && strstr(err.message, text));
    return;
  }
  CHECK(listening.count > 0 && listening.loopback == loopback);
  CHECK_MSG(strncmp(listening.address, begins, strlen(begins)) == 0, "%s", listening.address);
  CHECK(listening.address[strlen(listening.address) - 1] != ':' && !strstr(listening.address, ":0"));
  dw_listen_end(&listening);
}

TEST(addresses)
{
  check_address("127.0.0.1:0", DW_OK, true, "127.0.0.1:");
  check_address("0", DW_OK, true, "127.0.0.1:");
  check_address("127.9.9.9:0", DW_OK, true, "127.9.9.9:");
  check_address("0.0.0.0:0", DW_OK, false, "0.0.0.0:");
  static const char *const wrong[] = {
      "", "127.0.0.1", "127.0.0.1:", ":3001", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:x", "::1:3001", "127.0.0.1:0000000000080"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) check_address(wrong[i], DW_EUSAGE, false, "");
}

TEST(an_address_in_use_is_refused)
{
  dw_listening first, second;
  dw_err err;
  CHECK(dw_listen(&first, "127.0.0.1:0", &err) == DW_OK);
  CHECK(dw_listen(&second, first.address, &err) == DW_ESYSTEM);
  CHECK_MSG(strncmp(err.message, first.address, strlen(first.address)) == 0, "%s", err.message);
  dw_listen_end(&first);
  dw_listen_end(&first); /* once is enough */
}
