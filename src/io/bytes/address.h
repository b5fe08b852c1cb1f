/* address: whether an address is of the public internet. A URL that somebody typed into a form must not make us talk to the machine itself,
 * its neighbours or the cloud's metadata service.
 */
#ifndef DW_IO_ADDRESS_H
#define DW_IO_ADDRESS_H

#include <stdbool.h>

struct sockaddr;

/* false: loopback, private, link-local, shared (RFC 6598), multicast, reserved, unspecified, documentation, benchmarking (RFC 6890), of
 * IPv4 and IPv6, also IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4, Teredo); any other family. */
bool dw_address_public(const struct sockaddr *address);

#endif
