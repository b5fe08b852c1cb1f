#include "io/bytes/sha256.h"

#include <openssl/evp.h>

#include "base/mem.h"

void dw_sha256(const void *bytes, size_t length, char out[DW_SHA256 + 1])
{
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned count = 0;
  /* nothing else can fail */
  if (EVP_Digest(bytes, length, digest, &count, EVP_sha256(), NULL) != 1 || count != DW_SHA256 / 2) dw_mem_out(0);
  for (unsigned i = 0; i < count; i++) {
    *out++ = digits[digest[i] >> 4];
    *out++ = digits[digest[i] & 15];
  }
  *out = '\0';
}
