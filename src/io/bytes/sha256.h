/* sha256: SHA-256 (FIPS 180-4): the name of bytes that nobody can make others for. For names where nobody gains by that, base/digest.h is
 * much faster. Our own, so that commands that name a profile or a config by it need no library for cryptography.
 */
#ifndef DW_IO_SHA256_H
#define DW_IO_SHA256_H

#include <stddef.h>

enum { DW_SHA256 = 64, DW_SHA256_BYTES = DW_SHA256 / 2 }; /* hexadecimal digits */

void dw_sha256(const void *bytes, size_t length, char out[DW_SHA256 + 1]);

/* The same of bytes that come in parts. */
typedef struct dw_sha256_parts dw_sha256_parts;
dw_sha256_parts *dw_sha256_begin(void);
void dw_sha256_add(dw_sha256_parts *parts, const void *bytes, size_t length);
void dw_sha256_end(dw_sha256_parts *parts, char out[DW_SHA256 + 1]); /* frees it, as the other does */
void dw_sha256_end_bytes(dw_sha256_parts *parts, unsigned char out[DW_SHA256_BYTES]);

#endif
