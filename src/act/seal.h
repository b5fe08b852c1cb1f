/* seal: SHA-256 (FIPS 180-4), HMAC, and Ed25519 signatures (RFC 8032), these by OpenSSL's libcrypto, which is loaded with the first key.
 *
 * Keys are PEM files: `openssl genpkey -algorithm ed25519 -out key.pem` makes a private one, `openssl pkey -in key.pem -pubout -out
 * pub.pem` the public one that belongs to it.
 */
#ifndef DW_ACT_SEAL_H
#define DW_ACT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { DW_SEAL_HASH = 64, DW_SEAL_SIGNATURE = 128 }; /* hexadecimal digits */

void dw_seal_hash(const void *bytes, size_t length, char out[DW_SEAL_HASH + 1]);

enum { DW_SEAL_MAC = 32 }; /* bytes */
/* HMAC with SHA-256 (RFC 2104): that whoever sent this knows the key. */
void dw_seal_mac(const void *key, size_t key_length, const void *bytes, size_t length, unsigned char out[DW_SEAL_MAC]);

typedef struct dw_seal dw_seal;

/* private: to sign with (a private key verifies too). DW_EUSAGE: not such a key; DW_ESYSTEM: the file cannot be read. */
dw_status dw_seal_read(dw_seal **out, const char *path, bool private, dw_err *err);
void dw_seal_free(dw_seal *seal); /* NULL is fine */
dw_status dw_seal_sign(const dw_seal *seal, const void *bytes, size_t length, char out[DW_SEAL_SIGNATURE + 1], dw_err *err);
/* false too when it is no signature at all */
bool dw_seal_holds(const dw_seal *seal, const void *bytes, size_t length, const char *signature);

#endif
