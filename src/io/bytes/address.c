#include "io/bytes/address.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* RFC 6890 and the IANA registries of special-purpose addresses: what is not for everybody. */
static const struct {
  uint32_t address;
  int bits;
} special[] = {
    {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24},
    {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3},
};

static bool public4(uint32_t address)
{
  for (size_t i = 0; i < sizeof special / sizeof *special; i++)
    if ((address ^ special[i].address) >> (32 - special[i].bits) == 0) return false;
  return true;
}

static uint32_t word(const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Global unicast is 2000::/3; of that some is not for everybody, and some holds an address of IPv4. NAT64 (64:ff9b::/96) holds one too. */
static bool public6(const uint8_t a[16])
{
  static const uint8_t nat64[12] = {0x00, 0x64, 0xff, 0x9b}, mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (memcmp(a, nat64, 12) == 0 || memcmp(a, mapped, 12) == 0) return public4(word(a + 12));
  if (a[0] >> 5 != 1) return false;
  if (word(a) == 0x20010000) return false;                              /* Teredo */
  if (word(a) == 0x20010db8 || word(a) >> 4 == 0x3fff000) return false; /* documentation */
  if (word(a) >> 9 == 0x20010000 >> 9) return false;                    /* 2001::/23, of protocols */
  if (a[0] == 0x20 && a[1] == 0x02) return public4(word(a + 2));        /* 6to4 */
  return true;
}

bool dw_address_public(const struct sockaddr *address)
{
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
  if (address->sa_family == AF_INET) {
    memcpy(&v4, address, sizeof v4);
    return public4(ntohl(v4.sin_addr.s_addr));
  }
  if (address->sa_family != AF_INET6) return false;
  memcpy(&v6, address, sizeof v6);
  return public6(v6.sin6_addr.s6_addr);
}
