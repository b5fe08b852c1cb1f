#include "test.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include "io/bytes/address.h"

static bool is_public(const char *text)
{
  struct sockaddr_storage any = {0};
  struct sockaddr_in *v4 = (struct sockaddr_in *)&any;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&any;
  bool colon = strchr(text, ':') != NULL;
  any.ss_family = colon ? AF_INET6 : AF_INET;
  CHECK_MSG(inet_pton(any.ss_family, text, colon ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr) == 1, "%s", text);
  return dw_address_public((struct sockaddr *)&any);
}

TEST(addresses_of_the_public_internet)
{
  static const char *const open[] = {"1.1.1.1",        "8.8.8.8",          "9.255.255.255",   "11.0.0.0",        "100.63.255.255",
                                     "100.128.0.0",    "172.15.0.1",       "172.32.0.1",      "192.167.1.1",     "192.169.0.0",
                                     "198.17.255.255", "198.20.0.0",       "223.255.255.255", "2606:4700::1111", "2a00:1450::1",
                                     "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"};
  static const char *const closed[] = {"0.0.0.0",
                                       "0.1.2.3",
                                       "10.0.0.1",
                                       "10.255.255.255",
                                       "100.64.0.1",
                                       "100.127.255.255",
                                       "127.0.0.1",
                                       "127.9.9.9",
                                       "169.254.169.254",
                                       "172.16.0.1",
                                       "172.31.255.255",
                                       "192.0.0.1",
                                       "192.0.2.1",
                                       "192.168.0.1",
                                       "198.18.0.1",
                                       "198.19.255.255",
                                       "198.51.100.1",
                                       "203.0.113.1",
                                       "224.0.0.1",
                                       "239.1.1.1",
                                       "240.0.0.1",
                                       "255.255.255.255",
                                       "::",
                                       "::1",
                                       "fe80::1",
                                       "fc00::1",
                                       "fd00:ec2::254",
                                       "ff02::1",
                                       "::ffff:127.0.0.1",
                                       "::ffff:10.0.0.1",
                                       "::127.0.0.1",
                                       "64:ff9b::a00:1",
                                       "64:ff9b:1::1",
                                       "2002:a00:1::1",
                                       "2002:7f00:1::1",
                                       "2001::1",
                                       "2001:db8::1",
                                       "2001:10::1",
                                       "3fff::1",
                                       "100::1"};
  for (size_t i = 0; i < sizeof open / sizeof *open; i++) CHECK_MSG(is_public(open[i]), "%s", open[i]);
  for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) CHECK_MSG(!is_public(closed[i]), "%s", closed[i]);
  struct sockaddr_un file = {.sun_family = AF_UNIX};
  CHECK(!dw_address_public((struct sockaddr *)&file));
}
