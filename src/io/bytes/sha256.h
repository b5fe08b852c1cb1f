/* sha256: SHA-256 (FIPS 180-4), by OpenSSL's libcrypto: the name of bytes that nobody can make others for. For names where nobody gains by
 * that, base/digest.h is much faster.
 */
#ifndef DW_IO_SHA256_H
#define DW_IO_SHA256_H

#include <stddef.h>

enum { DW_SHA256 = 64 }; /* hexadecimal digits */

void dw_sha256(const void *bytes, size_t length, char out[DW_SHA256 + 1]);

/* The same of bytes that come in parts. */
typedef struct dw_sha256_parts dw_sha256_parts;
dw_sha256_parts *dw_sha256_begin(void);
void dw_sha256_add(dw_sha256_parts *parts, const void *bytes, size_t length);
void dw_sha256_end(dw_sha256_parts *parts, char out[DW_SHA256 + 1]); /* frees it */

#endif
