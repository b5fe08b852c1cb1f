#include "act/seal.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base/mem.h"
#include "io/bytes/sha256.h"
#include "io/bytes/input.h"
#include "io/library/library.h"

/* clang-format off */
#define CRYPTO_CALLS(call) \
  call(BIO_free) call(BIO_new_mem_buf) call(EVP_DigestSign) call(EVP_DigestSignInit) call(EVP_DigestVerify) \
  call(EVP_DigestVerifyInit) call(EVP_MD_CTX_free) call(EVP_MD_CTX_new) call(EVP_PKEY_free) \
  call(EVP_PKEY_get_base_id) call(PEM_read_bio_PUBKEY) call(PEM_read_bio_PrivateKey)
/* clang-format on */

static struct {
  CRYPTO_CALLS(DW_LIBRARY_CALL)
} crypto;
static const char *const crypto_names[] = {CRYPTO_CALLS(DW_LIBRARY_NAME)};
static dw_library crypto_library = DW_LIBRARY(DW_SONAME_crypto, "keys and signatures", crypto, crypto_names);

enum { SEAL_KEY_BYTES = 64 << 10, SEAL_SIGNATURE_BYTES = DW_SEAL_SIGNATURE / 2 };

struct dw_seal {
  EVP_PKEY *key;
};

static void put_hex(char *out, const unsigned char *bytes, size_t count)
{
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < count; i++) {
    *out++ = digits[bytes[i] >> 4];
    *out++ = digits[bytes[i] & 15];
  }
  *out = '\0';
}

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

void dw_seal_hash(const void *bytes, size_t length, char out[DW_SEAL_HASH + 1]) { dw_sha256(bytes, length, out); }

/* RFC 2104: the hash of the key's outer pad and of the hash of its inner pad and the bytes. */
void dw_seal_mac(const void *key, size_t key_length, const void *bytes, size_t length, unsigned char out[DW_SEAL_MAC])
{
  enum { BLOCK = 64, INNER = 0x36, OUTER = 0x5c };
  unsigned char pad[BLOCK] = {0};
  if (key_length > BLOCK) {
    dw_sha256_parts *hashed = dw_sha256_begin();
    dw_sha256_add(hashed, key, key_length);
    dw_sha256_end_bytes(hashed, pad);
  } else if (key_length) {
    memcpy(pad, key, key_length);
  }
  for (int i = 0; i < BLOCK; i++) pad[i] ^= INNER;
  dw_sha256_parts *parts = dw_sha256_begin();
  dw_sha256_add(parts, pad, BLOCK);
  dw_sha256_add(parts, bytes, length);
  dw_sha256_end_bytes(parts, out);
  for (int i = 0; i < BLOCK; i++) pad[i] ^= INNER ^ OUTER;
  parts = dw_sha256_begin();
  dw_sha256_add(parts, pad, BLOCK);
  dw_sha256_add(parts, out, DW_SEAL_MAC);
  dw_sha256_end_bytes(parts, out);
  explicit_bzero(pad, sizeof pad);
}

/* Without it OpenSSL would ask the terminal for the password of an encrypted key. */
static int no_password(char *out, int size, int writing, void *context) { return -1; }

dw_status dw_seal_read(dw_seal **out, const char *path, bool private, dw_err *err)
{
  char *text;
  size_t length;
  *out = NULL;
  dw_status status = dw_library_load(&crypto_library, err);
  if (status == DW_OK) status = dw_input_whole(path, SEAL_KEY_BYTES, &text, &length, err);
  if (status != DW_OK) return status;
  BIO *bio = crypto.BIO_new_mem_buf(text, (int)length);
  EVP_PKEY *key = bio ? private ? crypto.PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL)
                                : crypto.PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL)
                      : NULL;
  if (!bio) dw_mem_out(0);
  crypto.BIO_free(bio);
  explicit_bzero(text, length);
  dw_free(text);
  if (!key || crypto.EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
    crypto.EVP_PKEY_free(key);
    return dw_err_at(err, DW_EUSAGE, path, 0, 0, "not an Ed25519 %s key in PEM without a password (%s)", private ? "private" : "public",
                     private ? "openssl genpkey -algorithm ed25519 -out FILE" : "openssl pkey -in PRIVATE -pubout -out FILE");
  }
  *out = dw_alloc(sizeof **out);
  (*out)->key = key;
  return DW_OK;
}

void dw_seal_free(dw_seal *seal)
{
  if (!seal) return;
  crypto.EVP_PKEY_free(seal->key);
  dw_free(seal);
}

dw_status dw_seal_sign(const dw_seal *seal, const void *bytes, size_t length, char out[DW_SEAL_SIGNATURE + 1], dw_err *err)
{
  unsigned char signature[SEAL_SIGNATURE_BYTES];
  size_t count = sizeof signature;
  EVP_MD_CTX *context = crypto.EVP_MD_CTX_new();
  bool ok = context && crypto.EVP_DigestSignInit(context, NULL, NULL, NULL, seal->key) == 1 &&
            crypto.EVP_DigestSign(context, signature, &count, bytes, length) == 1;
  crypto.EVP_MD_CTX_free(context);
  if (!ok || count != sizeof signature) return dw_err_set(err, DW_ESYSTEM, "signing failed");
  put_hex(out, signature, count);
  return DW_OK;
}

bool dw_seal_holds(const dw_seal *seal, const void *bytes, size_t length, const char *text)
{
  unsigned char signature[SEAL_SIGNATURE_BYTES];
  if (strlen(text) != DW_SEAL_SIGNATURE) return false;
  for (size_t i = 0; i < sizeof signature; i++) {
    int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    signature[i] = (unsigned char)(high << 4 | low);
  }
  EVP_MD_CTX *context = crypto.EVP_MD_CTX_new();
  if (!context || crypto.EVP_DigestVerifyInit(context, NULL, NULL, NULL, seal->key) != 1) dw_mem_out(0); /* no verdict on the signature */
  bool ok = crypto.EVP_DigestVerify(context, signature, sizeof signature, bytes, length) == 1;
  crypto.EVP_MD_CTX_free(context);
  return ok;
}
