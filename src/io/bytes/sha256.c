#include "io/bytes/sha256.h"

#include <openssl/evp.h>

#include "base/mem.h"

/* EVP_MD_CTX under a name of ours. Nothing but memory can fail here. */
dw_sha256_parts *dw_sha256_begin(void)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) dw_mem_out(0);
  return (dw_sha256_parts *)context;
}

void dw_sha256_add(dw_sha256_parts *parts, const void *bytes, size_t length)
{
  if (EVP_DigestUpdate((EVP_MD_CTX *)parts, bytes, length) != 1) dw_mem_out(0);
}

void dw_sha256_end(dw_sha256_parts *parts, char out[DW_SHA256 + 1])
{
  static const char digits[] = "0123456789abcdef";
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned count = 0;
  if (EVP_DigestFinal_ex((EVP_MD_CTX *)parts, digest, &count) != 1 || count != DW_SHA256 / 2) dw_mem_out(0);
  EVP_MD_CTX_free((EVP_MD_CTX *)parts);
  for (unsigned i = 0; i < count; i++) {
    *out++ = digits[digest[i] >> 4];
    *out++ = digits[digest[i] & 15];
  }
  *out = '\0';
}

void dw_sha256(const void *bytes, size_t length, char out[DW_SHA256 + 1])
{
  dw_sha256_parts *parts = dw_sha256_begin();
  dw_sha256_add(parts, bytes, length);
  dw_sha256_end(parts, out);
}
